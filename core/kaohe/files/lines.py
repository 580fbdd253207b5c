"""The lines of a table: which are data, what their cells say, and why the others are passed over.

Decides that blank lines, titles above the header, repeated headers, totals and signature lines are not data; a line
that has what is required is data whatever else stands in it. Cells merged downwards fill the lines they span.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from kaohe.files import cells
from kaohe.files.doubts import Choice, Doubt, Doubtful, Hint, HintRule
from kaohe.files.refusals import Words
from kaohe.files.tables import Cell, Table
from kaohe.files.texts import fold


@dataclass(frozen=True)
class Field:
    """A wanted column: what it is called, how its cells are read, and what is doubtful in it.

    `kind`: text, name, code, unit, number, date, datetime, choice. `names` are the headings under which it is known,
    in both languages; the titles count too.
    """

    code: str
    title: Words
    names: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = False
    unique: bool = False
    low: Decimal | int | None = None
    high: Decimal | int | None = None
    decimals: int | None = None
    units: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    earliest: date | None = None
    latest: date | None = None
    year: int | None = None
    choices: tuple[Choice, ...] = ()
    hints: tuple[HintRule, ...] = ()

    def read(self, cell: Cell) -> Any:
        """The value of a cell in this column; raises `Doubtful`."""
        if cells.is_nothing(cell):
            return None
        return _READERS[self.kind](self, cell)


_READERS: Mapping[str, Any] = {
    "text": lambda wanted, cell: cells.as_text(cell),
    "name": lambda wanted, cell: cells.as_name(cell),
    "code": lambda wanted, cell: cells.as_code(cell),
    "unit": lambda wanted, cell: cells.as_unit(cell),
    "number": lambda wanted, cell: cells.as_number(
        cell,
        low=wanted.low,
        high=wanted.high,
        decimals=wanted.decimals,
        units=wanted.units,
        absent=wanted.absent,
    ),
    "date": lambda wanted, cell: cells.as_date(
        cell, earliest=wanted.earliest, latest=wanted.latest, year=wanted.year
    ),
    "datetime": lambda wanted, cell: cells.as_datetime(cell, year=wanted.year),
    "choice": lambda wanted, cell: cells.as_choice(cell, wanted.choices),
}


@dataclass(frozen=True)
class Row:
    """One line of data: its number in the sheet, the values by field code, the cells as they stood, the doubts.

    A doubtful value is `None`, except that a value which is only a duplicate stays.
    """

    line_no: int
    values: Mapping[str, Any]
    raw: Mapping[str, str]
    doubts: tuple[Doubt, ...] = ()
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True)
class Ignored:
    """A line that is not data, and why: `title`, `blank`, `header_again`, `total`, `signature`, `no_header`."""

    line_no: int
    code: str
    zh: str
    en: str
    raw: str = ""


@dataclass(frozen=True)
class Lines:
    """The lines of a table, sorted: data, and what is passed over; and the first title above the header."""

    rows: tuple[Row, ...]
    ignored: tuple[Ignored, ...]
    title: str


def read_lines(
    table: Table, fields: Sequence[Field], header: tuple[int, ...], mapping: Mapping[str, int]
) -> Lines:
    """Every line of the table that is not in the header, as data or passed over."""
    used = tuple(wanted for wanted in fields if wanted.code in mapping)
    filled = _filled_down(table, set(mapping.values()), header[-1] if header else 0)
    rows: list[Row] = []
    ignored: list[Ignored] = []
    title = ""
    head = {line: tuple(map(_key, table.rows[line - 1])) for line in header}
    for line, cells_of in enumerate(table.rows, 1):
        if line in head:
            continue
        why = _why_not(cells_of, line, header, head, used, mapping)
        if why is None:
            rows.append(_row(line, cells_of, filled, used, mapping))
            continue
        if why == "title" and not title:
            title = _shown(cells_of)
        ignored.append(Ignored(line, why, *_WHY[why], _shown(cells_of)))
    return Lines(tuple(_with_duplicates(rows, used)), tuple(ignored), title)


_WHY: Mapping[str, tuple[str, str]] = {
    "title": ("表头上方的标题", "a title above the header"),
    "blank": ("空行", "a blank line"),
    "header_again": ("重复的表头", "the header again"),
    "total": ("合计行", "a line of totals"),
    "signature": ("签名或说明", "a signature or a note"),
    "no_header": ("没有找到表头", "no header was found"),
}
_TOTALS = (
    "合计",
    "总计",
    "小计",
    "共计",
    "累计",
    "总和",
    "平均",
    "平均分",
    "总人数",
    "人数合计",
    "total",
    "sum",
    "average",
)
_SIGNATURES = (
    "制表", "审核", "填表", "填报", "负责人", "经办", "复核", "主管签", "签字", "签名", "签章", "盖章", "单位公章", "公章", "备注:",
    "注:", "说明:", "附注", "日期:", "领导签", "审批", "preparedby", "checkedby", "signature", "signed", "note:",
)  # fmt: skip


def _why_not(
    row: Sequence[Cell],
    line: int,
    header: tuple[int, ...],
    head: Mapping[int, tuple[str, ...]],
    used: tuple[Field, ...],
    mapping: Mapping[str, int],
) -> str | None:
    if all(cell is None for cell in row):
        return "blank"
    if header and line < header[0]:
        return "title"
    if not mapping:
        return "no_header"
    if header and line < header[-1]:
        return "header_again"
    if any(_same(row, other) for other in head.values()):
        return "header_again"
    mapped = [(wanted, _at(row, mapping[wanted.code])) for wanted in used]
    present = [wanted for wanted, cell in mapped if not cells.is_nothing(cell)]
    gaps = any(wanted.required and wanted not in present for wanted in used) or len(present) <= len(used) // 2
    if gaps:
        words = [key for key in map(_key, row) if key]
        if any(word.startswith(_TOTALS) for word in words):
            return "total"
        if any(word.startswith(_SIGNATURES) for word in words):
            return "signature"
    return None if present else "blank"


def _key(cell: Cell) -> str:
    return fold(cell) if isinstance(cell, str) else ""


def _same(row: Sequence[Cell], head: tuple[str, ...]) -> bool:
    """Whether a line repeats a header line: at least two headings, each where it stands above, and nothing else."""
    told = 0
    for cell, heading in zip(row, head, strict=False):
        if cell is not None:
            if _key(cell) != heading:
                return False
            told += 1
    return told >= 2


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None


def _shown(row: Sequence[Cell]) -> str:
    text = " ".join(filter(None, map(cells.shown, row)))
    return text if len(text) <= 200 else text[:200] + "…"


def _filled_down(table: Table, columns: set[int], header_end: int) -> dict[tuple[int, int], Cell]:
    """The cells that a merge over several lines of data fills: the value of its first, by row and column."""
    filled: dict[tuple[int, int], Cell] = {}
    for top, left, bottom, right in table.merged:
        if top < header_end or bottom == top or left not in columns or right != left:
            continue
        if top >= len(table.rows):
            continue
        value = _at(table.rows[top], left)
        for line in range(top + 1, min(bottom, len(table.rows) - 1) + 1):
            filled[line, left] = value
    return filled


def _row(
    line: int,
    row: Sequence[Cell],
    filled: Mapping[tuple[int, int], Cell],
    used: tuple[Field, ...],
    mapping: Mapping[str, int],
) -> Row:
    values: dict[str, Any] = {}
    raw: dict[str, str] = {}
    doubts: list[Doubt] = []
    hints: list[Hint] = []
    for wanted in used:
        column = mapping[wanted.code]
        cell = _at(row, column)
        if cell is None and filled:
            cell = filled.get((line - 1, column))
        raw[wanted.code] = text = cells.shown(cell)
        try:
            value = wanted.read(cell)
        except Doubtful as doubt:
            value = None
            doubts.append(doubt.at(wanted.code, wanted.title, text))
        else:
            if value is None and wanted.required:
                doubts.append(_blank(wanted, text))
        values[wanted.code] = value
        if wanted.hints and cell is not None:
            hints.extend(cells.hints_in(cell, wanted.code, wanted.hints))
    return Row(line, values, raw, tuple(doubts), tuple(hints))


def _blank(wanted: Field, raw: str) -> Doubt:
    return Doubt("blank", wanted.code, raw, f"{wanted.title.zh}：没有填写", f"{wanted.title.en}: left blank")


def _with_duplicates(rows: list[Row], used: tuple[Field, ...]) -> list[Row]:
    for wanted in used:
        if not wanted.unique:
            continue
        lines: dict[Any, list[int]] = {}
        for row in rows:
            if row.values[wanted.code] is not None:
                lines.setdefault(_value_key(row.values[wanted.code]), []).append(row.line_no)
        rows = [_told(row, wanted, lines) for row in rows]
    return rows


def _value_key(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _told(row: Row, wanted: Field, lines: Mapping[Any, list[int]]) -> Row:
    value = row.values[wanted.code]
    others = [line for line in lines.get(_value_key(value), ()) if line != row.line_no]
    if value is None or not others:
        return row
    where = [str(line) for line in others[:10]]
    doubt = Doubt(
        "duplicate",
        wanted.code,
        row.raw[wanted.code],
        f"{wanted.title.zh}：“{value}”在第 {'、'.join(where)} 行也有",
        f'{wanted.title.en}: "{value}" also stands in line {", ".join(where)}',
    )
    return replace(row, doubts=(*row.doubts, doubt))
