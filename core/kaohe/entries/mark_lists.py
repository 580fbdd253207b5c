"""A list of marks as it stands in a spreadsheet or a paste: its lines, and the lines as the preview carries them on.

Decides which lines are lists of marks at all. What a line means, and whose it is, is judged in `entries.marks`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kaohe.entries import refusals
from kaohe.files.columns import Field, Words, understand_all
from kaohe.files.tables import Table

MOST_ROWS = 20_000
ABSENT = ("缺考", "旷考", "未考", "请假", "缺", "absent")
BLANK, SKIP, USE = "absent", "skip", "use"
CODES = ("name", "number", "unit", "mark", "retest")


class NotMarks(refusals.EntryRefusal):
    """No column of marks was found."""

    zh = "没有找到成绩。表里要有“工号”或“姓名”，和“成绩”一列。"
    en = "No marks were found. The table needs a number or a name, and a column of marks."
    field = "table"


@dataclass(frozen=True)
class RawRow:
    """One line as it stood."""

    line: int
    name: str
    number: str
    unit: str
    mark: str
    retest: str


@dataclass(frozen=True)
class RawSheet:
    """One sheet: its name and its lines."""

    name: str
    rows: tuple[RawRow, ...]


def fields_for(highest: Decimal) -> tuple[Field, ...]:
    """The columns of a list of marks."""
    return (
        Field("name", Words("姓名", "Name"), ("姓名", "名字"), kind="name"),
        Field("number", Words("工号", "Staff no."), ("工号", "职工号", "编号", "staff no", "number"), kind="code"),
        Field("unit", Words("部门", "Unit"), ("科室", "部门", "单位", "班组", "unit"), kind="unit"),
        Field(
            "mark", Words("成绩", "Mark"), ("成绩", "分数", "得分", "考试成绩", "首考", "mark", "score"), kind="number",
            low=0, high=highest, decimals=2, units=(), absent=ABSENT,
        ),
        Field(
            "retest", Words("补考", "Retest"), ("补考", "补考成绩", "重考", "retest"), kind="number", low=0, high=highest,
            decimals=2, units=(), absent=ABSENT,
        ),
    )  # fmt: skip


def raw_sheets(tables: Iterable[Table]) -> list[RawSheet]:
    """The lines of every sheet that holds marks, as they stood; `NotMarks` when none does."""
    found = []
    for understood in understand_all(tables, fields_for(Decimal(100))):
        mapped = understood.mapping
        if understood.found and "mark" in mapped and ("number" in mapped or "name" in mapped):
            rows = [
                RawRow(row.line_no, *(row.raw.get(code, "") for code in CODES)) for row in understood.rows
            ]
        else:
            rows = _without_header(understood.table)
        if rows:
            found.append(RawSheet(_title(understood.table), tuple(rows)))
    if not found or sum(len(sheet.rows) for sheet in found) > MOST_ROWS:
        raise NotMarks
    return found


def _title(table: Table) -> str:
    """The sheet's name with the line above the table, from which the examination may be guessed."""
    first = next((str(cell) for row in table.rows[:2] for cell in row if cell is not None), "")
    return " ".join(each for each in (table.name, first if len(first) > 4 else "") if each)


_CODE = re.compile(r"[A-Za-z]{0,4}\d{3,}$")
_FIGURE = re.compile(r"\d{1,4}(\.\d+)?\s*分?$")


def _without_header(table: Table) -> list[RawRow]:
    """Lines pasted without a heading: a number or a name, and the first figure after it."""
    rows = []
    for line, cells in enumerate(table.rows, start=1):
        texts = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
        if len(texts) < 2:
            continue
        codes = [text for text in texts if _CODE.match(text) and not text.isdigit()]
        codes = codes or [text for text in texts[:1] if _CODE.match(text)]
        names = [
            text for text in texts if not text.isascii() and not _FIGURE.match(text) and text not in ABSENT
        ]
        marks = [text for text in texts if text not in codes and (_FIGURE.match(text) or text in ABSENT)]
        if (codes or names) and marks:
            rest = marks[1] if len(marks) > 1 else ""
            rows.append(
                RawRow(line, names[0] if names else "", codes[0] if codes else "", "", marks[0], rest)
            )
    return rows


def to_text(sheets: Sequence[RawSheet]) -> str:
    """The lines as the preview carries them on."""
    rows = [
        {
            "name": sheet.name,
            "rows": [[r.line, r.name, r.number, r.unit, r.mark, r.retest] for r in sheet.rows],
        }
        for sheet in sheets
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> list[RawSheet]:
    """The lines that the preview carried; whatever is not of that shape is no list of marks."""
    try:
        found = []
        for sheet in json.loads(text):
            rows = [RawRow(int(row[0]), *(_plain(cell) for cell in row[1:6])) for row in sheet["rows"]]
            found.append(RawSheet(_plain(sheet["name"]), tuple(rows)))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError):
        raise NotMarks from None
    if not found or sum(len(sheet.rows) for sheet in found) > MOST_ROWS:
        raise NotMarks
    return found


def _plain(cell: object) -> str:
    return "".join(c for c in str(cell)[:200] if c.isprintable())
