"""A list's spreadsheet as a table of a paper, so that both say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaohe.papers.paper import Column, Table, Words
from kaohe.reports.spreadsheet import Column as SheetColumn
from kaohe.reports.spreadsheet import Sheet

_KINDS = {
    "text": "text",
    "whole": "count",
    "number": "number",
    "money": "money",
    "date": "date",
    "instant": "moment",
}


def table_of(sheet: Sheet, kinds: Mapping[str, str] | None = None, title: Words = "") -> Table:
    """The sheet's rows under its columns; `kinds` writes some columns, by their titles, in another kind.

    What a spreadsheet leaves empty is empty on the paper too: a cell that is missing and one that does not apply
    look alike there.
    """
    columns = [_column(column, kinds or {}) for column in sheet.columns]
    rows = [["" if value is None else value for value in row] for row in sheet.rows]
    totals = _totals(sheet, rows) if any(column.total for column in sheet.columns) else None
    return Table(columns, rows, totals, title)


def _column(column: SheetColumn, kinds: Mapping[str, str]) -> Column:
    return Column(column.title, kinds.get(column.title, _KINDS[column.kind]))


def _totals(sheet: Sheet, rows: Sequence[Sequence[Any]]) -> list[Any]:
    found: list[Any] = ["" for _ in sheet.columns]
    label = next((place for place, column in enumerate(sheet.columns) if not column.total), None)
    if label is not None:
        found[label] = sheet.total_label
    for place, column in enumerate(sheet.columns):
        if column.total:
            found[place] = sum(row[place] for row in rows if row[place] != "")
    return found
