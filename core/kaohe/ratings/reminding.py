"""Reminders to raters who have not finished: when the sheet opens, some days before the deadline, and on its day.

Nobody is told twice of one occasion; after downtime only the occasion that holds now is told of.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.calendar.days import Calendar
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession
from kaohe.jobs.rows import one_by_one
from kaohe.messages.service import Link, send
from kaohe.periods.models import Period
from kaohe.periods.service import title_of
from kaohe.plugins import RatedBy, Registry
from kaohe.ratings.models import Rating, RatingAssignment, RatingRound
from kaohe.ratings.planning import opens_at, rated_clauses
from kaohe.scheme import Text

_log = logging.getLogger(__name__)


def remind(session: TenantSession, registry: Registry, *, now: datetime) -> int:
    """Tell the raters of the running rounds; how many messages were new."""
    calendar = calendar_of(session)
    query = (
        select(RatingRound, Period, Adoption.scheme_code)
        .join(Period, Period.id == RatingRound.period_id)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(RatingRound.due_at >= now)
    )
    sent: list[int] = []

    def work(running: tuple[RatingRound, Period, str]) -> None:
        round_, period, code = running
        rated = next((one for one in registry.raters_of(code) if one.role == round_.role), None)
        if rated is not None and now >= opens_at(rated, round_):
            sent.append(_remind(session, round_, period, rated, calendar, now))

    rows = [(round_, period, code) for round_, period, code in session.execute(query)]
    one_by_one(session, rows, work, log=_log, what="the reminder of the round")
    return sum(sent)


def _remind(
    session: TenantSession,
    round_: RatingRound,
    period: Period,
    rated: RatedBy,
    calendar: Calendar,
    now: datetime,
) -> int:
    due = calendar.day_of(round_.due_at)
    scheme = adoption.scheme_of(session, period.revision_id)
    title = title_of(period)
    return send(
        session,
        to=unfinished(session, round_, len(rated_clauses(scheme, round_.role))),
        kind="to_rate",
        title=Text(f"请评分：{title.zh}", f"To rate: {title.en}"),
        text=Text(
            f"请在 {due.isoformat()} 前（含当天）填完评分表。",
            f"Fill in the rating sheet by {due.isoformat()}, that day included.",
        ),
        link=Link("ratings.sheet", {"rating_round": round_.id}),
        about=f"rating:{round_.id}:{due.isoformat()}:{_occasion(rated, due, calendar.day_of(now))}",
        now=now,
    )


def unfinished(session: TenantSession, round_: RatingRound, clauses: int) -> list[int]:
    """The raters who have not given every value."""
    return [rater for rater, wanted, given in progress(session, round_, clauses) if given < wanted]


def progress(session: TenantSession, round_: RatingRound, clauses: int) -> list[tuple[int, int, int]]:
    """Each rater of a round with how many values are wanted and how many were given; two queries."""
    assigned = session.execute(
        select(RatingAssignment.rater_id, func.count())
        .where(RatingAssignment.round_id == round_.id, RatingAssignment.ended_at.is_(None))
        .group_by(RatingAssignment.rater_id)
    ).all()
    rows = session.execute(
        _given(Rating.rater_id).where(Rating.round_id == round_.id).group_by(Rating.rater_id)
    )
    given: dict[int, int] = dict(rows.all())
    return [(rater, number * clauses, given.get(rater, 0)) for rater, number in assigned]


def given_in(session: TenantSession, round_ids: Sequence[int], rater_id: int) -> dict[int, int]:
    """How many values one rater gave in each of these rounds; one query."""
    rows = session.execute(
        _given(Rating.round_id)
        .where(Rating.round_id.in_(round_ids), Rating.rater_id == rater_id)
        .group_by(Rating.round_id)
    )
    return dict(rows.all())


def _given(by: InstrumentedAttribute[int]) -> Select[int, int]:
    """How many values stand of those who are assigned, by a column."""
    return (
        select(by, func.count())
        .join(
            RatingAssignment,
            (RatingAssignment.round_id == Rating.round_id)
            & (RatingAssignment.rater_id == Rating.rater_id)
            & (RatingAssignment.subject_id == Rating.subject_id),
        )
        .where(Rating.replaced_by.is_(None), RatingAssignment.ended_at.is_(None))
    )


def _occasion(rated: RatedBy, due: date, today: date) -> str:
    if today >= due:
        return "day"
    reached = [days for days in rated.remind if due - timedelta(days=days) <= today]
    return f"before{min(reached)}" if reached else "open"
