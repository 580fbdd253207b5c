"""Rounds of rating and who is assigned: made from what sectors declare when a period is open, changed by hand.

Decides that a role rates in each open period of its scheme until the declared day; that the rule assigns everybody who
takes part, once: who was assigned or ended by hand stays so. Nobody is assigned to oneself, and who cannot sign in rates nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select

from kaohe.accounts.heads import admins_on, heads_of
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.calendar.days import Calendar
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession
from kaohe.entries.checks import within
from kaohe.errors import Refusal
from kaohe.jobs.rows import one_by_one
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods.models import Period
from kaohe.plugins import RatedBy, Registry
from kaohe.ratings.models import RatingAssignment, RatingRound
from kaohe.scheme import Clause, Rating, Scheme

_log = logging.getLogger(__name__)


def rated_clauses(scheme: Scheme, role: str) -> list[Clause]:
    """The clauses that a role of raters gives values under, in the order of the document."""
    return [
        clause
        for clause in scheme.clauses()
        if isinstance(clause.rule, Rating) and any(rater.code == role for rater in clause.rule.raters)
    ]


def due_at(calendar: Calendar, rated: RatedBy, period: Period) -> datetime:
    """The last moment at which a role can rate in a period."""
    rule = rated.due
    due = calendar.by_the(
        rule.day, of=period.starts_on if rule.of == "start" else period.ends_on, months=rule.months
    )
    if not rule.working:
        return due
    day = calendar.day_of(due)
    return due if calendar.is_working_day(day) else calendar.end_of(calendar.next_working_day(day))


def opens_at(rated: RatedBy, round_: RatingRound) -> datetime:
    """From when the sheet can be filled in."""
    return round_.due_at - timedelta(days=rated.opens)


def make_rounds(session: TenantSession, registry: Registry, *, now: datetime) -> int:
    """Make the rounds of all open periods and assign whom the rules assign; how many assignments were made."""
    if not any(sector.raters for sector in registry.sectors.values()):
        return 0
    calendar = calendar_of(session)
    query = (
        select(Period, Adoption.scheme_code)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(Period.state == "open")
        .order_by(Period.starts_on)
    )
    made: list[int] = []

    def work(asked: tuple[Period, RatedBy]) -> None:
        period, rated = asked
        if rated_clauses(adoption.scheme_of(session, period.revision_id), rated.role):
            made.append(_make_for(session, period, rated, calendar, now))

    asked = [
        (period, rated) for period, code in session.execute(query).all() for rated in registry.raters_of(code)
    ]
    one_by_one(session, asked, work, log=_log, what="the round of")
    return sum(made)


def subjects_of(session: TenantSession, period: Period) -> dict[int, int]:
    """Everybody who takes part in a period, with the unit of each."""
    scope = adoption.scope_of(session, period.revision_id)
    inside = None
    if scope.unit_ids is not None:
        units = people.units(session, open_on=period.ends_on)
        inside = {unit.id for unit in units if within(unit.path, scope.unit_ids)}
    there = people.participants(
        session,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        minimum_days=scope.minimum_days,
        unit_ids=inside,
    )
    return {one.person_id: one.unit_id for one in there if one.takes_part}


def _make_for(
    session: TenantSession, period: Period, rated: RatedBy, calendar: Calendar, now: datetime
) -> int:
    round_ = session.scalar(
        select(RatingRound).where(RatingRound.period_id == period.id, RatingRound.role == rated.role)
    )
    if round_ is None:
        try:
            due = due_at(calendar, rated, period)
        except Refusal as refusal:
            _log.warning("no deadline for %s in %s: %s", rated.role, period.code, refusal.say("en"))
            return 0
        round_ = RatingRound(period_id=period.id, role=rated.role, due_at=due, made_at=now)
        session.add(round_)
        session.flush()
    if now > round_.due_at:
        return 0
    return _assign(session, round_, period, rated, calendar.day_of(now), now)


def _assign(
    session: TenantSession, round_: RatingRound, period: Period, rated: RatedBy, today: date, now: datetime
) -> int:
    """Assign by the rule those who have no rater yet, neither by the rule nor by hand."""
    if rated.by == "by_hand":
        return 0
    held = set(
        session.scalars(select(RatingAssignment.subject_id).where(RatingAssignment.round_id == round_.id))
    )
    subjects = {ident: unit for ident, unit in subjects_of(session, period).items() if ident not in held}
    if not subjects:
        return 0
    rows = [
        RatingAssignment(
            round_id=round_.id, rater_id=rater, subject_id=subject, assigned_by=None, at=now, ended_at=None
        )
        for subject, raters in _by_rule(session, rated, subjects, today).items()
        for rater in raters
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _by_rule(
    session: TenantSession, rated: RatedBy, subjects: Mapping[int, int], today: date
) -> dict[int, list[int]]:
    """The raters of each subject; nobody is one's own."""
    if rated.by == "admins":
        admins = admins_on(session, today)
        return {subject: [one for one in admins if one != subject] for subject in subjects}
    units = {unit.id: unit for unit in people.units(session)}
    heads = heads_of(session, units, today, deputies=False)
    return {
        subject: _nearest(subject, _upwards(units, unit_id, rated.by == "head_of_parent"), heads)
        for subject, unit_id in subjects.items()
    }


def _nearest(subject: int, chain: Iterable[int], heads: Mapping[int, list[int]]) -> list[int]:
    """The heads of the nearest unit that has any besides the subject."""
    for unit_id in chain:
        found = [one for one in heads.get(unit_id, []) if one != subject]
        if found:
            return found
    return []


def _upwards(units: Mapping[int, Unit], unit_id: int, from_parent: bool) -> list[int]:
    path = units[unit_id].path if unit_id in units else ""
    chain = [int(one) for one in path.strip("/").split("/") if one][::-1]
    return chain[1:] if from_parent else chain
