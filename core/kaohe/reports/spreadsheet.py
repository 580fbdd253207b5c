"""Workbook exports written row by row, with nothing in them that a program would run.

Text is always written as text, never as a formula or a link; figures are written as numbers with their format,
money from integer fen, dates as dates, instants in the given zone. Totals are computed here, exactly, and written as
figures. The same rows and the same `now` give the same bytes. The CSV writer is offered here as well.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from kaohe.reports.delimited import MEDIA_CSV, write_csv
from kaohe.reports.sheets import (
    SHANGHAI,
    Column,
    Count,
    Progress,
    Sheet,
    check_length,
    decimals_of,
    figure,
    local,
)

__all__ = [
    "MEDIA_CSV", "MEDIA_XLSX", "SHANGHAI", "Column", "Progress", "Sheet", "safe_sheet_name", "write_csv", "write_workbook",
]  # fmt: skip

MEDIA_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_CELL_TEXT = 32_767
_CUT = "……"
_WIDEST, _NARROWEST = 48, 6
_EXACT = Decimal(10) ** 15
_ROWS = 1_048_576
_SHEET_BAD = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_workbook(
    target: Path | BinaryIO,
    sheets: Iterable[Sheet],
    *,
    now: datetime,
    zone: tzinfo = SHANGHAI,
    progress: Progress | None = None,
    every: int = 500,
) -> int:
    """Write the sheets as XLSX to a path or an open binary file; returns the number of rows of data.

    `progress` is told the rows done after each `every` rows and at the end. Memory does not grow with the rows. A
    text longer than a cell can hold ends in "……".
    """
    count = Count(progress, every)
    with _book(target) as book:
        book.set_properties({"created": now.astimezone(zone).replace(tzinfo=None)})
        taken: list[str] = []
        for sheet in sheets:
            name = safe_sheet_name(sheet.name, taken)
            taken.append(name)
            _SheetWriter(book, name, sheet, zone).write(count)
    count.end()
    return count.rows


@contextmanager
def _book(target: Path | BinaryIO) -> Iterator[xlsxwriter.Workbook]:
    """An open workbook, closed at the end; after an error its temporary files are gone and nothing is written."""
    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(
            str(target) if isinstance(target, Path) else target,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
                "tmpdir": folder,
            },
        )
        try:
            yield book
            book.close()
        finally:
            for page in book.worksheets():
                page.row_data_fh.close()


def safe_sheet_name(name: str, taken: Collection[str] = ()) -> str:
    """A name that every spreadsheet program takes: no forbidden characters, at most 31, unlike those taken."""
    plain = _SHEET_BAD.sub(" ", name).strip().strip("'").strip() or "Sheet"
    if plain.casefold() == "history":
        plain += "_"
    used = {other.casefold() for other in taken}
    candidate, number = _units(plain, 31), 1
    while candidate.casefold() in used:
        number += 1
        end = f" ({number})"
        candidate = _units(plain, 31 - len(end)) + end
    return candidate


def _units(text: str, most: int) -> str:
    """The beginning of a text that takes at most that many UTF-16 units, as spreadsheet programs count."""
    if len(text) * 2 <= most:
        return text
    return text.encode("utf-16-le", "replace")[: 2 * most].decode("utf-16-le", "ignore")


class _SheetWriter:
    """Writes one sheet from top to bottom, as constant memory demands."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, sheet: Sheet, zone: tzinfo) -> None:
        self.book, self.sheet, self.zone = book, sheet, zone
        self.page = book.add_worksheet(name)
        self.widths = [_width(column.title) + 3 for column in sheet.columns]
        self.totals: list[Decimal | None] = [None] * len(sheet.columns)
        self.line = 0

    def write(self, count: Count) -> None:
        """Titles, header, rows, totals, notes; then the widths, the frozen header and the filter."""
        self._titles()
        header = self.line
        style = self._format(
            bold=True, bg_color="#E9EEF5", border=1, align="center", valign="vcenter", text_wrap=True
        )
        for place, column in enumerate(self.sheet.columns):
            self.page.write_string(header, place, _clean(column.title), style)
        self.line += 1
        self._rows(count)
        last = self.line - 1
        self._totals()
        self._notes()
        self._finish(header, last)

    def _titles(self) -> None:
        for place, title in enumerate(self.sheet.titles):
            style = (
                self._format(bold=True, font_size=14) if place == 0 else self._format(font_color="#555555")
            )
            self.page.write_string(self.line, 0, _clean(title), style)
            self.line += 1

    def _rows(self, count: Count) -> None:
        writers = [self._writer(place, column) for place, column in enumerate(self.sheet.columns)]
        for row in count.over(self.sheet.rows):
            check_length(row, self.sheet.columns)
            if self.line >= _ROWS:
                raise ValueError(f"a sheet holds {_ROWS} lines; more were given")
            for place, value in enumerate(row):
                if value is not None:
                    writers[place](self.line, value)
            self.line += 1

    def _writer(self, place: int, column: Column) -> Callable[[int, Any], None]:
        kind = column.kind
        if kind == "text":
            return self._text_writer(place, self._format())
        if kind in ("date", "instant"):
            return self._date_writer(place, kind)
        if kind not in ("whole", "number", "money"):
            raise ValueError(f"unknown kind of column: {kind}")
        return self._number_writer(place, column)

    def _text_writer(self, place: int, style: Any) -> Callable[[int, Any], None]:
        page, widths = self.page, self.widths
        widest = _WIDEST

        def write(line: int, value: Any) -> None:
            text = _clean(str(value))
            page.write_string(line, place, text, style)
            if widths[place] < widest:
                widths[place] = max(widths[place], min(_width(text) + 2, widest))

        return write

    def _date_writer(self, place: int, kind: str) -> Callable[[int, Any], None]:
        instant = kind == "instant"
        style = self._format(num_format="yyyy-mm-dd hh:mm" if instant else "yyyy-mm-dd", align="left")
        self.widths[place] = max(self.widths[place], 18 if instant else 12)
        page, zone = self.page, self.zone

        def write(line: int, value: Any) -> None:
            if instant:
                value = local(value, zone)
            elif isinstance(value, datetime):
                raise ValueError("a date column holds days, not moments")
            page.write_datetime(line, place, value, style)

        return write

    def _number_writer(self, place: int, column: Column) -> Callable[[int, Any], None]:
        style = self._format(num_format=_number_format(column))
        as_text = self._format(align="right")
        page, widths, totals, fen = self.page, self.widths, self.totals, column.kind == "money"

        def write(line: int, value: Any) -> None:
            number = figure(value, fen)
            if column.total:
                totals[place] = (totals[place] or Decimal(0)) + number
            if abs(number) < _EXACT:
                page.write_number(line, place, number, style)
            else:  # a cell keeps 15 digits of a number
                page.write_string(line, place, f"{number:f}", as_text)
            length = len(f"{number:.{decimals_of(column)}f}") + 3
            if widths[place] < length:
                widths[place] = length

        return write

    def _totals(self) -> None:
        columns = self.sheet.columns
        if not any(column.total for column in columns):
            return
        label = next((place for place, column in enumerate(columns) if not column.total), None)
        if label is not None:
            self.page.write_string(
                self.line, label, _clean(self.sheet.total_label), self._format(bold=True, top=1)
            )
        for place, column in enumerate(columns):
            number = self.totals[place]
            if number is not None:
                style = self._format(bold=True, top=1, num_format=_number_format(column))
                self.page.write_number(self.line, place, number, style)
                self.widths[place] = max(self.widths[place], len(f"{number:.{decimals_of(column)}f}") + 3)
        self.line += 1

    def _notes(self) -> None:
        for note in self.sheet.notes:
            self.page.write_string(self.line, 0, _clean(note), self._format(font_color="#555555"))
            self.line += 1

    def _finish(self, header: int, last: int) -> None:
        for place, column in enumerate(self.sheet.columns):
            width = column.width if column.width is not None else max(self.widths[place], _NARROWEST)
            self.page.set_column(place, place, min(width, 255))
        self.page.freeze_panes(header + 1, 0)
        if self.sheet.autofilter and self.sheet.columns:
            self.page.autofilter(header, 0, max(last, header), len(self.sheet.columns) - 1)
        self.page.repeat_rows(header)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)

    def _format(self, **how: Any) -> Any:
        return self.book.add_format({"font_name": "等线", "font_size": 11, **how})


def _number_format(column: Column) -> str:
    if column.kind == "money":
        return "#,##0.00"
    decimals = decimals_of(column)
    return "0" if not decimals else "0." + "0" * decimals


def _clean(text: str) -> str:
    """Text that a workbook can hold: no unpaired surrogates, no control characters, not longer than a cell."""
    if not text.isprintable():
        text = "".join(" " if character == "\t" else character for character in text if _holdable(character))
    if len(text) * 2 <= _CELL_TEXT or _units(text, _CELL_TEXT) == text:
        return text
    return _units(text, _CELL_TEXT - len(_CUT)) + _CUT


def _holdable(character: str) -> bool:
    return character in "\t\n" or (
        unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"
    )


def _width(text: str) -> int:
    """How wide a text is shown, in Latin characters: the longest line, Chinese counting two."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max(
        (
            sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line[:_WIDEST])
            for line in text.split("\n")
        ),
        default=0,
    )
