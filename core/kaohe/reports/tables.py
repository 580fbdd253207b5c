"""A report's table as the page and the spreadsheet need it: searched, ordered, and as plain cells.

Decides that page and spreadsheet show the same rows in the same order. Figures stay exact: a spreadsheet gets
numbers, not texts. A sparkline is a picture and stays out of the spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaohe.pages.lists import ListState
from kaohe.plugins.sector import Column, ReportData
from kaohe.reports.sheets import Column as SheetColumn
from kaohe.reports.sheets import Sheet

NUMERIC = frozenset({"points", "score", "number", "percent", "money", "count", "rank"})
KINDS = NUMERIC | {"text", "date", "spark"}
_EXPORTED = {"money": "money", "count": "whole", "rank": "whole", "date": "date", "text": "text"}


def heading_of(columns: Sequence[Column]) -> str:
    """The column that heads a row shown as a card: the one that leads on, else the first in words, else the first."""
    linked = [column for column in columns if column.link and column.kind == "text"]
    words = [column for column in columns if column.kind == "text"]
    return next((one.code for one in (*linked, *words, *columns)), "")


class WrongCell(Exception):
    """A report put something into a cell that its column cannot show."""


def checked(data: ReportData) -> ReportData:
    """The same data, if every column and cell is of a kind that page and spreadsheet can show; else `WrongCell`."""
    for column in data.columns:
        if column.kind not in KINDS:
            raise WrongCell(f"column {column.code}: no such kind of column: {column.kind}")
    for number, row in enumerate([*data.rows, *([data.totals] if data.totals else [])]):
        for column in data.columns:
            value = row.get(column.code)
            if not fits(column.kind, value):
                raise WrongCell(f"row {number}, column {column.code}: {value!r} is no {column.kind}")
    return data


def fits(kind: str, value: Any) -> bool:
    """Whether a column of that kind can show the value; nothing, and a word, can stand anywhere but under figures."""
    if value is None or value == "" or kind in ("text", "spark"):
        return True
    if kind in NUMERIC:
        whole = kind in ("money", "count", "rank")
        return isinstance(value, int if whole else Decimal | int | Fraction) and not isinstance(value, bool)
    return isinstance(value, date | str) or hasattr(value, "say")


def selected(data: ReportData, state: ListState, language: str) -> list[dict[str, Any]]:
    """The rows that hold the words searched for, in the order asked for; without a wish in the report's own order."""
    rows = data.rows
    if state.q:
        texts = [column.code for column in data.columns if column.kind == "text"]
        words = state.q.casefold()
        rows = [
            row for row in rows if any(words in said(row.get(code), language).casefold() for code in texts)
        ]
    column = next((column for column in data.columns if column.code == state.sort), None)
    if column is None:
        return list(rows)
    known = [row for row in rows if row.get(column.code) not in (None, "")]
    missing = [row for row in rows if row.get(column.code) in (None, "")]
    ordered = sorted(known, key=lambda row: _key(column, row[column.code], language), reverse=state.falling)
    return ordered + missing


def _key(column: Column, value: Any, language: str) -> Any:
    return value if column.kind in NUMERIC or isinstance(value, date) else said(value, language)


def said(value: Any, language: str) -> str:
    """A cell's text in a language; nothing is empty."""
    if value is None:
        return ""
    return str(value.say(language)) if hasattr(value, "say") else str(value)


def sheet(
    data: ReportData, rows: Sequence[dict[str, Any]], *, title: str, about: str, language: str
) -> Sheet:
    """The table as a sheet of a workbook; totals are its last row."""
    columns = [column for column in data.columns if column.kind != "spark"]
    return Sheet(
        title,
        [_column(column, language) for column in columns],
        _lines(columns, [*rows, *([data.totals] if data.totals else [])], language),
        titles=(title, about),
        notes=tuple(note.say(language) for note in data.notes),
    )


def _column(column: Column, language: str) -> SheetColumn:
    title = column.title.say(language)
    if column.kind == "percent":
        return SheetColumn(title if "%" in title else f"{title} (%)", "number", 2)
    return SheetColumn(title, _EXPORTED.get(column.kind, "number"), 2)


def _lines(columns: Sequence[Column], rows: Sequence[dict[str, Any]], language: str) -> Iterator[list[Any]]:
    for row in rows:
        yield [_cell(column, row.get(column.code), language) for column in columns]


def _cell(column: Column, value: Any, language: str) -> Any:
    if value is None or value == "":
        return None
    if column.kind == "text":
        return said(value, language)
    if column.kind == "date" and not isinstance(value, date):
        return None
    if column.kind == "percent":
        return exact(Fraction(value) * 100)
    if column.kind in ("points", "score", "number"):
        return exact(value)
    return value


def exact(value: Any) -> Decimal:
    """A figure as a decimal; a fraction that does not end is rounded to six decimals."""
    if isinstance(value, Fraction):
        return round(Decimal(value.numerator) / Decimal(value.denominator), 6).normalize() + 0
    return Decimal(value)
