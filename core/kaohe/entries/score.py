"""The score at this moment, computed from what stands: shown after each entry, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kaohe.adoption import service as adoption
from kaohe.db import TenantSession, new_id
from kaohe.entries.inputs import cohort
from kaohe.periods.models import Period
from kaohe.scheme import Assessment, assess
from kaohe.scheme.figures import to_points, to_quantity


def score_now(session: TenantSession, period: Period, subject_id: int) -> Assessment:
    """One subject's assessment as of now; what depends on rank is provisional."""
    return scores_now(session, period, [subject_id])[subject_id]


def scores_now(session: TenantSession, period: Period, subject_ids: Sequence[int]) -> dict[int, Assessment]:
    """The assessments of several subjects as of now, by subject."""
    compiled = adoption.compiled_of(session, period.revision_id)
    found = cohort(session, period, compiled, subject_ids, facts=False)
    return dict(zip(found, assess(compiled, found), strict=True))


def score_with(
    session: TenantSession,
    period: Period,
    subject_id: int,
    *,
    clause_id: int,
    day: date,
    quantity: Decimal | None = None,
    points: Decimal | None = None,
) -> tuple[Assessment, Assessment]:
    """The subject's assessment as of now, and as it would be with one more entry; nothing is kept."""
    compiled = adoption.compiled_of(session, period.revision_id)
    inputs = cohort(session, period, compiled, [subject_id], facts=False)[subject_id]
    now = assess(compiled, {subject_id: inputs})[0]
    scaled = to_quantity(1 if quantity is None else quantity)
    chosen = 0 if points is None else to_points(points)
    value = scaled if clause_id in compiled.needs.values else None
    tallies = []
    held = None
    for tally in inputs.tallies:
        if tally[0] == clause_id and tally[1] is None:
            held = tally
        else:
            tallies.append(tally)
    if held is None:
        tallies.append((clause_id, None, 1, scaled, chosen, value))
    else:
        first = held[5] if compiled.needs.values.get(clause_id) == "first" else value
        tallies.append((clause_id, None, held[2] + 1, held[3] + scaled, held[4] + chosen, first))
    occurrences = list(inputs.occurrences)
    if clause_id in compiled.needs.ordered:
        occurrences.append((day.isoformat(), new_id(), clause_id))
    then = replace(inputs, tallies=tallies, occurrences=occurrences)
    return now, assess(compiled, {subject_id: then})[0]
