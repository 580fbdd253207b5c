"""Praise register: pennants, letters, praise by name and the satisfaction of inpatients, month by month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kaohe.plugins import Column, ReportData
from kaohe.scheme import Text
from kaohe_nursing.reports.league import mean
from kaohe_nursing.scheme import LETTERS, PENNANTS, SATISFACTION

PRAISED = 31

COLUMNS = (
    Column("month", Text("月份", "Month")),
    Column("pennants", Text("锦旗（面）", "Pennants"), "count"),
    Column("letters", Text("表扬信（封）", "Letters"), "count"),
    Column("praised", Text("提名表扬（次）", "Praised by name"), "count"),
    Column("satisfaction", Text("满意度（%）", "Satisfaction (%)"), "number"),
)


def praise_register(reading: Any) -> ReportData:
    """A row for each month; satisfaction is the mean over the wards that reported it, missing where none did."""
    months = reading.periods(year=reading.year)
    counted: dict[tuple[int, int], int] = {}
    satisfied: dict[int, list[Decimal]] = {}
    for value in reading.measures([PENNANTS, LETTERS, SATISFACTION], months):
        if value.measure_id == SATISFACTION:
            satisfied.setdefault(value.period_id, []).append(value.last)
        else:
            key = (value.measure_id, value.period_id)
            counted[key] = counted.get(key, 0) + int(value.total)
    praised: dict[int, int] = {}
    for found in reading.counts([PRAISED], months):
        praised[found.period_id] = praised.get(found.period_id, 0) + found.count
    rows = [
        {
            "month": Text(month.title_zh, month.title_en),
            "pennants": counted.get((PENNANTS, month.id), 0),
            "letters": counted.get((LETTERS, month.id), 0),
            "praised": praised.get(month.id, 0),
            "satisfaction": mean(satisfied[month.id]) if month.id in satisfied else None,
        }
        for month in months
    ]
    return ReportData(COLUMNS, rows, chart=_line(rows, months), notes=_NOTES, totals=_totals(rows))


_NOTES = (
    Text(
        "满意度是各病区当月数值的平均；没有上报的病区不计入。",
        "Satisfaction is the mean of the wards' values; wards that reported none are left out.",
    ),
)


def _totals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "month": Text("合计", "Total"),
        "pennants": sum(row["pennants"] for row in rows),
        "letters": sum(row["letters"] for row in rows),
        "praised": sum(row["praised"] for row in rows),
        "satisfaction": "",
    }


def _line(rows: list[dict[str, Any]], months: list[Any]) -> tuple[str, dict[str, Any]] | None:
    known = [row["satisfaction"] for row in rows if row["satisfaction"] is not None]
    if not known:
        return None
    low, high = min(known) // 1 - 1, min(max(known) // 1 + 2, Decimal(100))
    return "line", {
        "x": [f"{month.starts_on:%Y-%m}" for month in months],
        "y": [row["satisfaction"] for row in rows],
        "min": low,
        "max": high,
        "step": max((high - low) // 4, Decimal(1)),
        "unit": "%",
    }
