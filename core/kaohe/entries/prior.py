"""What came before on a ladder: earlier entries of the period, of the whole engagement, of clauses counted together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select

from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.people.merged import gone_into
from kaohe.periods.models import Period
from kaohe.scheme import Asked, Escalating, Scheme, asked


def prior_counts(
    session: TenantSession,
    period: Period,
    scheme: Scheme,
    clause_id: int,
    subject_id: int,
    *,
    day: date | None = None,
    without: int | None = None,
) -> int:
    """How many entries came before the next one on this clause's ladder; 0 where the clause is no ladder.

    `day`: that of the next one, when later ones may stand already. `without`: an entry that the next one replaces.
    """
    found = scheme.find(clause_id)
    rule = found.clause.rule if found is not None and found.clause is not None else None
    if not isinstance(rule, Escalating):
        return 0
    ids = (clause_id, *rule.counted_with)
    here = select(func.count(Entry.id)).where(
        Entry.period_id == period.id,
        Entry.subject_id == subject_id,
        Entry.clause_id.in_(ids),
        Entry.replaced_by.is_(None),
    )
    if day is not None:
        here = here.where(Entry.happened_on <= day)
    if without is not None:
        here = here.where(Entry.id != without)
    count = session.scalar(here) or 0
    if rule.over == "engagement":
        earlier = before(session, period, ids, [subject_id])
        count += sum(earlier.get(subject_id, {}).values())
    return count


def asked_now(
    session: TenantSession,
    period: Period,
    scheme: Scheme,
    clause_id: int,
    subject_id: int,
    *,
    day: date | None = None,
    without: int | None = None,
) -> tuple[Asked, int]:
    """What the step that applies to the next entry asks for, and which occurrence that would be."""
    prior = prior_counts(session, period, scheme, clause_id, subject_id, day=day, without=without)
    return asked(scheme, clause_id, prior), prior + 1


def before(
    session: TenantSession, period: Period, clause_ids: Iterable[int], subject_ids: Sequence[int] | None
) -> dict[int, dict[int, int]]:
    """Counts by subject and clause of what stands in the same scheme's earlier periods.

    What stands there for a record that was merged into another counts for the one that was kept, in periods that end
    on or after the merging's first day: those that were sealed before are recounted as they were computed.
    """
    merged = gone_into(session, subject_ids, period.ends_on)
    query = (
        select(Entry.subject_id, Entry.clause_id, func.count())
        .join(Period, Period.id == Entry.period_id)
        .where(
            Period.adoption_id == period.adoption_id,
            Period.starts_on < period.starts_on,
            Entry.clause_id.in_(sorted(clause_ids)),
            Entry.replaced_by.is_(None),
        )
        .group_by(Entry.subject_id, Entry.clause_id)
    )
    if subject_ids is not None:
        query = query.where(Entry.subject_id.in_([*subject_ids, *merged]))
    found: dict[int, dict[int, int]] = {}
    for subject, clause, count in session.execute(query):
        held = found.setdefault(merged.get(subject, subject), {})
        held[clause] = held.get(clause, 0) + count
    return found
