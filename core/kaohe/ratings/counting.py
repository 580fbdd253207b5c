"""What ratings lead to: each role's mean of a subject under a clause is one entry, made when all have rated or at the deadline.

Decides that the entry is the mean of the values that stand, to six decimals, so that nobody reads from it what a single rater
gave; that a clause's minimum of raters holds; that the entries always follow the values: after an extension what changed is taken back
and made anew. Whoever has not rated is left out; the engine flags a role without any. Waits while the period takes no entries.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession
from kaohe.entries import made
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.jobs.rows import one_by_one
from kaohe.periods.models import Period
from kaohe.ratings.models import Rating, RatingAssignment, RatingRound
from kaohe.ratings.planning import rated_clauses
from kaohe.scheme import Clause, Scheme
from kaohe.scheme import Rating as RatingRule

_log = logging.getLogger(__name__)
ORIGIN = "rating"
MILLIONTH = Decimal("0.000001")
Key = tuple[int, int]


def count_finished(session: TenantSession, *, now: datetime) -> int:
    """Count every round whose deadline has passed and that was not counted since; how many were.

    Those of a period that takes no entries are not looked at: they are found again when it is reopened.
    """
    query = (
        select(RatingRound)
        .join(Period, Period.id == RatingRound.period_id)
        .where(RatingRound.closed_at.is_(None), RatingRound.due_at < now, Period.state == "open")
    )
    closed: list[int] = []

    def work(round_: RatingRound) -> None:
        if count(session, round_, now=now):
            round_.closed_at = now
            closed.append(round_.id)

    rounds = session.scalars(query.order_by(RatingRound.due_at)).all()
    one_by_one(session, rounds, work, log=_log, what="the round of ratings")
    return len(closed)


def count(session: TenantSession, round_: RatingRound, *, now: datetime) -> bool:
    """Make the entries follow the values that stand; False while the period takes no entries."""
    session.refresh(round_, with_for_update=True)
    period = session.need(Period, round_.period_id)
    if period.state != "open":
        return False
    scheme = adoption.scheme_of(session, period.revision_id)
    wanted = means(session, round_, scheme)
    held, before = _made(session, round_)
    for key, entry in held.items():
        if wanted.get(key) != entry.quantity:
            made.unmake(session, entry, reason="评分有变动，按新的评分重计", now=now)
    for key, mean in sorted(wanted.items()):
        if key not in held or held[key].quantity != mean:
            _make(session, round_, period, scheme, key, mean, before[key], now)
    round_.counted_at = now
    session.flush()
    return True


def means(session: TenantSession, round_: RatingRound, scheme: Scheme) -> dict[Key, Decimal]:
    """The mean of each subject under each clause, of those assigned now, where enough of them gave a value."""
    rows = session.execute(
        select(Rating.subject_id, Rating.clause_id, Rating.value)
        .join(
            RatingAssignment,
            (RatingAssignment.round_id == Rating.round_id)
            & (RatingAssignment.rater_id == Rating.rater_id)
            & (RatingAssignment.subject_id == Rating.subject_id),
        )
        .where(
            Rating.round_id == round_.id, Rating.replaced_by.is_(None), RatingAssignment.ended_at.is_(None)
        )
    )
    values: dict[Key, list[Decimal]] = defaultdict(list)
    for subject, clause, value in rows:
        values[subject, clause].append(value)
    clauses = {clause.id: clause for clause in rated_clauses(scheme, round_.role)}
    return {
        key: mean_of(given)
        for key, given in values.items()
        if key[1] in clauses and len(given) >= _least(clauses[key[1]], round_.role)
    }


def mean_of(values: Sequence[Decimal]) -> Decimal:
    """The mean to six decimals, as an entry holds it; halves away from zero."""
    return (sum(values, Decimal(0)) / len(values)).quantize(MILLIONTH, ROUND_HALF_UP)


def _least(clause: Clause, role: str) -> int:
    assert isinstance(clause.rule, RatingRule)
    return next((max(rater.minimum, 1) for rater in clause.rule.raters if rater.code == role), 1)


def _made(session: TenantSession, round_: RatingRound) -> tuple[dict[Key, Entry], dict[Key, int]]:
    """The entries that stand by subject and clause, and how many were ever made of each."""
    standing = {
        (entry.subject_id, entry.clause_id): entry for entry in made.made_from(session, ORIGIN, round_.id)
    }
    counted: dict[Key, int] = defaultdict(int)
    rows = session.execute(
        select(Entry.subject_id, Entry.clause_id, func.count())
        .where(Entry.origin == ORIGIN, Entry.origin_id == round_.id)
        .group_by(Entry.subject_id, Entry.clause_id)
    )
    for subject, clause, number in rows:
        counted[subject, clause] = number
    return standing, counted


def _make(
    session: TenantSession,
    round_: RatingRound,
    period: Period,
    scheme: Scheme,
    key: Key,
    mean: Decimal,
    before: int,
    now: datetime,
) -> None:
    subject, clause = key
    code = session.need(Adoption, period.adoption_id).scheme_code
    day = calendar_of(session).day_of(now)
    title = next(
        rater.title
        for one in rated_clauses(scheme, round_.role)
        if one.id == clause and isinstance(one.rule, RatingRule)
        for rater in one.rule.raters
        if rater.code == round_.role
    )
    try:
        with session.begin_nested():
            made.make(
                session,
                scheme_code=code,
                origin=ORIGIN,
                origin_id=round_.id,
                subject_id=subject,
                clause_id=clause,
                happened_on=min(max(day, period.starts_on), period.ends_on),
                reason=title.zh,
                now=now,
                quantity=mean,
                token=f"rating-{round_.id}-{subject}-{clause}-{before}",
                period=period,
                rater=round_.role,
            )
    except Refusal as refusal:
        if refusal.status == 409:
            raise  # the period: everything waits
