"""Ward and hospital league: the ranked results with the course of twelve months, and the mean of each ward."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kaohe.plugins import Column, ReportData
from kaohe.scheme import Text

CENT = Decimal("0.01")


def league(reading: Any) -> ReportData:
    """Everybody with a result, by rank; those without, with the reason, below them.

    The rank within the ward stands only where one ward is chosen: over several wards it would not be the order.
    """
    results = reading.results()
    within = reading.unit is not None and len({row.unit_id for row in results}) == 1
    lines: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    months = reading.periods(last=12)
    for score in reading.results_over(months):
        lines[score.subject_id][score.period_id] = score.score
    rows = [
        {
            "rank": row.rank_unit if within else row.rank_all,
            "tied": _tied(row.tied_unit if within else row.tied_all),
            "name": row.name,
            "number": row.number,
            "unit": row.unit,
            "score": row.score,
            "grade": row.grade_title,
            "change": None if row.score is None or row.previous is None else row.score - row.previous,
            "course": [lines[row.subject_id].get(month.id) for month in months],
            "why": reading.link(row.subject_id),
            "note": row.why,
        }
        for row in results
    ]
    return ReportData(
        columns=(
            Column("rank", Text("名次", "Rank"), "rank"),
            Column("tied", Text("并列", "Tied")),
            Column("name", Text("姓名", "Name"), link="why"),
            Column("number", Text("工号", "Staff no.")),
            Column("unit", Text("病区", "Ward")),
            Column("score", Text("得分", "Score"), "score"),
            Column("grade", Text("等次", "Grade")),
            Column("change", Text("较上月", "Change"), "points"),
            Column("course", Text("近 12 个月", "Twelve months"), "spark"),
            Column("note", Text("说明", "Note")),
        ),
        rows=rows,
        chart=_means(results),
        notes=(
            Text("并列者名次相同，其后的名次空出。", "Equal scores share a rank; the next ranks stay empty."),
        ),
    )


def _tied(ties: int | None) -> Text | None:
    """How many share the rank, where several do."""
    return Text(f"并列 {ties} 人", f"{ties} share it") if ties is not None and ties > 1 else None


def _means(results: list[Any]) -> tuple[str, dict[str, Any]] | None:
    scores: dict[str, list[Decimal]] = defaultdict(list)
    for row in results:
        if row.score is not None:
            scores[row.unit].append(row.score)
    means = sorted(((mean(found), unit) for unit, found in scores.items()), reverse=True)
    if not means:
        return None
    return "bars", {
        "x": [unit for _mean, unit in means],
        "y": [value for value, _unit in means],
        "lying": True,
    }


def mean(values: list[Decimal]) -> Decimal:
    """The mean to two decimals, half up."""
    return (sum(values, Decimal(0)) / len(values)).quantize(CENT, ROUND_HALF_UP)
