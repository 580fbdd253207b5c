"""A nurse's own sheet: each dimension, each entry with its reason and the points that it moved by itself.

Decides that a dimension without entries stands with one line, and that what a floor, a ceiling or rounding did is
said in the notes: a line's points are those before it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaohe.plugins import Column, ReportData
from kaohe.scheme import Text, fraction, tell

COLUMNS = (
    Column("dimension", Text("考核项目", "Dimension")),
    Column("clause", Text("考核细则", "Clause")),
    Column("day", Text("日期", "Date")),
    Column("reason", Text("事由", "Reason")),
    Column("recorder", Text("记录人", "Recorded by")),
    Column("points", Text("加减分", "Points"), "points"),
    Column("score", Text("本项得分", "Dimension's score"), "score"),
)
NOTHING = Text("没有记录", "Nothing recorded")
ZERO = Decimal(0)


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
    entries = _entries(reading, person.id)
    steps = {line.ref: line for line in assessment.step_lines() if isinstance(line.ref, int)}
    rows: list[dict[str, Any]] = []
    shown: list[tuple[str, Decimal]] = []
    for line in assessment.part_lines():
        part = scheme.part(line.code)
        if part is None or not part.clauses:
            continue
        score = _decimal(line.points)
        rows += _of_part(part, score, entries, steps)
        if score is not None:
            shown.append((part.title.say(reading.language), score))
    return ReportData(
        COLUMNS,
        rows,
        chart=("bars", {"x": [name for name, _ in shown], "y": [score for _, score in shown], "lying": True}),
        notes=tuple(told.text for told in tell(scheme, assessment)),
        totals={"dimension": Text("总分", "Total"), "points": "", "score": assessment.points},
    )


def _entries(reading: Any, person_id: int) -> dict[int, list[Any]]:
    """The person's entries by clause or item, in the order in which they count."""
    found: dict[int, list[Any]] = defaultdict(list)
    for entry in reading.entries(periods=[reading.period]):
        if entry.subject_id == person_id:
            found[entry.clause_id].append(entry)
    for row in found.values():
        row.sort(key=lambda entry: (entry.happened_on, entry.id))
    return found


def _of_part(
    part: Any, score: Decimal | None, entries: dict[int, list[Any]], steps: dict[int, Any]
) -> list[dict[str, Any]]:
    rows = []
    for clause in part.clauses:
        for one in clause.items or (clause,):
            held = entries.get(one.id, [])
            for entry, moved in zip(held, _moves(steps.get(one.id), held), strict=True):
                rows.append(
                    {
                        "clause": one.title,
                        "day": entry.happened_on.isoformat(),
                        "reason": entry.reason,
                        "recorder": entry.recorder,
                        "points": moved,
                    }
                )
    rows.sort(key=lambda row: row["day"])
    return [
        {"dimension": part.title, **row, "score": score}
        for row in rows or [{"clause": NOTHING, "points": ZERO}]
    ]


def _moves(step: Any, entries: list[Any]) -> list[Decimal]:
    """What each entry moved; the entries beyond those that count, a passed test and a retest moved nothing."""
    if step is None:
        return [ZERO] * len(entries)
    if step.kind == "count":
        moves = [step.data[1] if place < step.data[2] else 0 for place in range(len(entries))]
        found = [_decimal(fraction(each)) for each in moves]
    elif step.kind == "ladder":
        found = [_decimal(fraction(points)) for _number, points in step.data[1]]
    elif step.kind == "chosen":
        found = [entry.points for entry in entries]
    else:
        found = [_decimal(step.delta), *[ZERO] * (len(entries) - 1)]
    moved = [each or ZERO for each in found]
    if len(moved) != len(entries) or sum(moved, ZERO) != _decimal(step.delta):
        raise ValueError(f"the entries under {step.ref} do not add up to what they moved")
    return moved


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
