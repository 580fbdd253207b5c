"""A nurse's own sheet: each dimension, each clause that moved points, each entry with its reason."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaohe.plugins import Column, ReportData
from kaohe.scheme import Text, tell

COLUMNS = (
    Column("dimension", Text("考核项目", "Dimension")),
    Column("clause", Text("考核细则", "Clause")),
    Column("day", Text("日期", "Date"), "date"),
    Column("reason", Text("事由", "Reason")),
    Column("recorder", Text("记录人", "Recorded by")),
    Column("points", Text("加减分", "Points"), "points"),
    Column("score", Text("本项得分", "Dimension's score"), "score"),
)


def own_sheet(reading: Any) -> ReportData:
    """The rows of one person; asks for a person first."""
    person = reading.person
    if person is None:
        return ReportData(COLUMNS, [], notes=(Text("请先在上面选一位护士。", "Choose a nurse above first."),))
    assessment = reading.steps(person.id)
    if assessment is None:
        return ReportData(
            COLUMNS,
            [],
            notes=(Text("这个周期没有这位护士的结果。", "This nurse has no result in this period."),),
        )
    scheme = reading.scheme
    entries: dict[int, list[Any]] = {}
    for entry in reading.entries(periods=[reading.period]):
        if entry.subject_id == person.id:
            entries.setdefault(entry.clause_id, []).append(entry)
    rows: list[dict[str, Any]] = []
    for line in assessment.part_lines():
        part = scheme.part(line.code)
        if part is None or not part.clauses:
            continue
        rows.append({"dimension": part.title, "score": _decimal(line.points)})
        rows += [row for clause in part.clauses for row in _rows(clause, entries, assessment)]
    notes = tuple(told.text for told in tell(scheme, assessment))
    return ReportData(
        COLUMNS, rows, notes=notes, totals={"dimension": Text("总分", "Total"), "score": assessment.points}
    )


def _rows(clause: Any, entries: dict[int, list[Any]], assessment: Any) -> list[dict[str, Any]]:
    moved = sum(
        (line.delta for line in assessment.step_lines() if line.ref == clause.id and line.delta), Fraction(0)
    )
    items = {item.id: item for item in clause.items}
    found = [entry for ident in (clause.id, *items) for entry in entries.get(ident, ())]
    rows: list[dict[str, Any]] = [
        {
            "dimension": "",
            "clause": items[entry.clause_id].title if entry.clause_id in items else clause.title,
            "day": entry.happened_on,
            "reason": entry.reason or "",
            "recorder": entry.recorder,
        }
        for entry in sorted(found, key=lambda entry: (entry.happened_on, entry.id))
    ]
    if moved and rows:
        rows[-1]["points"] = _decimal(moved)
    return rows


def _decimal(value: Fraction | None) -> Decimal | None:
    if value is None:
        return None
    return Decimal(value.numerator) / Decimal(value.denominator)
