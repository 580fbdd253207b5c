"""Items most often missed: which of the checklist's items, by ward and month."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from kaohe.plugins import Column, ReportData
from kaohe.scheme import Text
from kaohe_nursing.scheme.dimensions import ROUND

MOST_SHOWN = 12


def missed_items(reading: Any) -> ReportData:
    """A row for each item that was missed in the year, most often first.

    A column for each ward; where only one ward is in view, a column for each month instead.
    """
    scheme = reading.scheme
    items = {
        item.id: (item, part)
        for part, clauses in scheme.form_clauses(ROUND)
        for clause in clauses
        for item in clause.items
    }
    months = reading.periods(year=reading.year)
    by_ward: dict[int, Counter[int]] = defaultdict(Counter)
    by_month: dict[int, Counter[int]] = defaultdict(Counter)
    for found in reading.counts(list(items), months):
        by_ward[found.clause_id][found.unit_id] += found.count
        by_month[found.clause_id][found.period_id] += found.count
    seen = {unit for wards in by_ward.values() for unit in wards}
    wards = [unit for unit in reading.units() if unit.id in seen]
    order = sorted(by_ward, key=lambda item: (-sum(by_ward[item].values()), item))
    narrow = len(wards) == 1
    rows = [_row(items[ident], by_ward[ident], by_month[ident], wards, months, narrow) for ident in order]
    split = (
        (Column(f"m{month.id}", Text(month.title_zh, month.title_en), "count") for month in months)
        if narrow
        else (Column(f"u{ward.id}", Text(ward.name, ward.name), "count") for ward in wards)
    )
    columns = (
        Column("item", Text("项目", "Item")),
        Column("group", Text("类别", "Heading")),
        Column("dimension", Text("考核项目", "Dimension")),
        Column("total", Text("合计", "Total"), "count"),
        *split,
        Column("course", Text("逐月", "By month"), "spark"),
    )
    chart = None
    if order:
        top = order[:MOST_SHOWN]
        names = [items[ident][0].title.say(reading.language) for ident in top]
        chart = ("bars", {"x": names, "y": [sum(by_ward[ident].values()) for ident in top], "lying": True})
    return ReportData(columns, rows, chart=chart, notes=_notes(order, items))


def _row(
    found: Any,
    wards_of: Counter[int],
    months_of: Counter[int],
    wards: list[Any],
    months: list[Any],
    narrow: bool,
) -> dict[str, Any]:
    item, part = found
    split = (
        {f"m{month.id}": months_of.get(month.id, 0) for month in months}
        if narrow
        else {f"u{ward.id}": wards_of.get(ward.id, 0) for ward in wards}
    )
    return {
        "item": item.title,
        "group": item.group,
        "dimension": part.title,
        "total": sum(wards_of.values()),
        "course": [months_of.get(month.id, 0) for month in months],
        **split,
    }


def _notes(order: list[int], items: dict[int, Any]) -> tuple[Text, ...]:
    never = len(items) - len(order)
    return (
        Text(
            f"检查表共 {len(items)} 项，其中 {never} 项这一年没有漏过。",
            f"The sheet has {len(items)} items; {never} of them were never missed this year.",
        ),
        Text(
            "各病区一列；只选一个病区时，按月各一列。",
            "A column for each ward; with one ward chosen, a column for each month.",
        ),
    )
