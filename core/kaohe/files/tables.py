"""Tables out of workbooks, CSV files and pasted text: typed cells, nothing interpreted.

Decides what a cell is (text, number, date, blank) and refuses what is not a table of sensible size. What a column
means is decided in `columns`. Files are read in a child process; pasted text, which is small, is read here.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from kaohe.files import limits
from kaohe.files.archive import WORKBOOK, beyond, checked_workbook, too_large
from kaohe.files.child import run
from kaohe.files.kinds import TABLE_KINDS, check_name, check_size, expect, look, wide_order
from kaohe.files.refusals import (
    TABLES,
    CellTooLong,
    Encrypted,
    FileRefusal,
    MacroWorkbook,
    NoTable,
    NotText,
    TooManySheets,
    Unreadable,
)

Cell = str | Decimal | date | datetime | None
Row = tuple[Cell, ...]
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, all from 0."""

_DELIMITERS = ",\t;|"
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


@dataclass(frozen=True)
class Table:
    """One sheet. Line `n` of the sheet as the user sees it is `rows[n - 1]`; rows may differ in length."""

    name: str
    rows: tuple[Row, ...]
    merged: tuple[Merge, ...] = ()
    hidden: bool = False
    source: str = "pasted"

    @property
    def width(self) -> int:
        """The number of columns of the widest row."""
        return max(map(len, self.rows), default=0)


def read_tables(data: bytes, name: str) -> list[Table]:
    """The sheets of a workbook (XLSX, XLS) or the one table of a CSV file, read in a child process.

    Blank cells are `None`; numbers are exact decimals of at most 15 digits ("9", "90.3"); dates are dates; the cells
    of a CSV stay text. Sheets come in the workbook's order, hidden and empty ones included. Raises the refusals of
    `kaohe.files.refusals`.
    """
    check_size(data)
    kind = expect(look(data), TABLE_KINDS, TABLES)
    check_name(name, kind, TABLES)
    body = run(
        "kaohe.files.tables:read_here",
        data,
        {"kind": kind.code, "name": name},
        limits.TABLE_LIMITS,
        found=kind.words,
        accepted=TABLES,
    )
    tables = [_decoded(table) for table in json.loads(body)]
    if not any(table.rows for table in tables):
        raise NoTable
    return tables


def read_pasted(text: str) -> Table:
    """The table in pasted text: tab separated as Excel copies it, or separated by comma, semicolon or bar."""
    if len(text.encode("utf-8", "replace")) > limits.MAX_PASTE:
        raise NotText(accepted=TABLES)
    table = _table_of_text(text, "", "pasted")
    if not table.rows:
        raise NoTable
    return table


def read_here(data: bytes, options: dict[str, Any]) -> bytes:
    """The child's part of `read_tables`: the tables as JSON."""
    if options["kind"] == "text":
        csv.field_size_limit(limits.MAX_FILE)
        tables: Iterable[Table] = [_table_of_text(decoded_text(data), "", "csv")]
    else:
        tables = _workbook(data, options["kind"])
    return json.dumps([_encoded(table) for table in tables], ensure_ascii=False).encode("utf-8", "replace")


# Workbooks


def _workbook(data: bytes, kind: str) -> Iterator[Table]:
    import python_calamine as calamine

    if kind == "xlsx":
        data = checked_workbook(data)
    elif _MACROS in data:
        raise MacroWorkbook
    unreadable = Unreadable(found=WORKBOOK, accepted=TABLES)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(sheets) > limits.TABLE_SHEETS:
            raise TooManySheets(count=len(sheets), limit=limits.TABLE_SHEETS)
        cells = 0
        for sheet in sheets:
            hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
            table = _sheet(book.get_sheet_by_name(sheet.name), hidden, kind)
            cells += len(table.rows) * table.width
            if cells > limits.TABLE_CELLS:
                raise too_large(sheet.name, len(table.rows), table.width)
            yield table
    except FileRefusal:
        raise
    except calamine.PasswordError:
        raise Encrypted(found=WORKBOOK) from None
    except (MemoryError, KeyboardInterrupt):
        raise
    except BaseException:  # a panic of the reader is not an Exception
        raise unreadable from None


def _sheet(sheet: Any, hidden: bool, kind: str) -> Table:
    if sheet.start is None:
        return Table(sheet.name, (), (), hidden, kind)
    rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
    if beyond(rows, columns):
        raise too_large(sheet.name, rows, columns)
    pad: Row = (None,) * sheet.start[1]
    read = tuple(pad + tuple(map(_cell, row)) for row in sheet.iter_rows())
    merged = tuple(
        (first[0], first[1], last[0], last[1]) for first, last in (sheet.merged_cell_ranges or ())[:10_000]
    )
    return _checked(Table(sheet.name, read, merged, hidden, kind))


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return exact(value)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        return str(value)
    return value if isinstance(value, date) else None


def exact(value: float) -> Decimal | str:
    """The number that a spreadsheet shows: 15 digits, no float noise; what is no number becomes text."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return Decimal(int(value))
    return Decimal(f"{value:.15g}")


# Text


def decoded_text(data: bytes) -> str:
    """The text of a CSV file: UTF-16 and UTF-8 by their marks, then UTF-8, then GB18030; else `NotText`."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    encodings = [encoding for mark, encoding in marks if data.startswith(mark)] or ["utf-8", "gb18030"]
    if encodings[0] == "utf-8" and (order := wide_order(data[:4096])):
        encodings = [order]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text.rstrip("\x1a")) is None:
            return text.rstrip("\x1a")
    raise NotText(accepted=TABLES)


def _table_of_text(text: str, name: str, source: str) -> Table:
    if _CONTROL.search(text):
        raise NotText(accepted=TABLES)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = _parsed(text, _delimiter(text))
    except csv.Error:
        raise NotText(accepted=TABLES) from None
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return _checked(Table(name, tuple(rows), (), False, source))


def _parsed(text: str, delimiter: str) -> list[Row]:
    rows: list[Row] = []
    cells = 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        rows.append(tuple(cell if cell and not cell.isspace() else None for cell in row))
        cells += len(row)
        if cells > limits.TABLE_CELLS or len(rows) > limits.TABLE_ROWS or len(row) > limits.TABLE_COLUMNS:
            raise too_large("CSV", len(rows), len(row))
    return rows


def _delimiter(text: str) -> str:
    """The separator that cuts the first lines into the most, and the most even, columns; a tab wins a tie."""
    sample = "\n".join(text.split("\n", 60)[:60])[:100_000]
    best, best_score = ",", (0.0, 0)
    for delimiter in ("\t", ",", ";", "|"):
        widths = _widths(sample, delimiter)
        if not widths:
            continue
        common = max(set(widths), key=lambda width: (widths.count(width), width))
        score = (widths.count(common) / len(widths), common) if common > 1 else (0.0, 0)
        if score[0] > 0.5 and best_score[0] > 0.5:
            better = score[1] > best_score[1]
        else:
            better = score > best_score
        if better:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    try:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        return [len(row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error:
        return []


def _checked(table: Table) -> Table:
    for line, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row, 1):
            if isinstance(cell, str) and len(cell) > limits.CELL_TEXT:
                raise CellTooLong(
                    sheet=table.name or "CSV",
                    line=line,
                    column=column,
                    length=len(cell),
                    limit=limits.CELL_TEXT,
                )
    return table


# The way from the child


def _encoded(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "hidden": table.hidden,
        "source": table.source,
        "merged": table.merged,
        "rows": [list(map(_packed, row)) for row in table.rows],
    }


def _packed(cell: Cell) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, str):
        return "s" + cell
    if isinstance(cell, Decimal):
        return f"n{cell}"
    return ("m" if isinstance(cell, datetime) else "d") + cell.isoformat()


def _decoded(table: dict[str, Any]) -> Table:
    merged = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in table["merged"])
    rows: Sequence[Sequence[str | None]] = table["rows"]
    return Table(
        str(table["name"]),
        tuple(tuple(map(_unpacked, row)) for row in rows),
        merged,
        bool(table["hidden"]),
        str(table["source"]),
    )


def _unpacked(cell: str | None) -> Cell:
    if cell is None:
        return None
    kind, text = cell[0], cell[1:]
    if kind == "s":
        return text
    if kind == "n":
        return Decimal(text)
    return date.fromisoformat(text) if kind == "d" else datetime.fromisoformat(text)
