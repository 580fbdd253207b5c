"""Which filings are owed by whom and until when: dues made from what sectors declare, for periods planned or open.

Decides that a filing is owed by whoever takes part in the stretch and is there on the due day; that it is asked for
some days before it is due; that nothing is owed that fell due before the scheme was adopted, or before there was the
unit that would owe it. A due date on a day off
stands as printed, unless the sector says otherwise. Making dues again makes only those that are not there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.calendar.days import Calendar
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession
from kaohe.db.ids import moment_of
from kaohe.entries.checks import takes_part, within
from kaohe.entries.subjects import chunks, member_on
from kaohe.errors import Refusal
from kaohe.filings.models import Due
from kaohe.jobs.rows import one_by_one
from kaohe.people import service as people
from kaohe.people.models import Membership
from kaohe.periods.models import Period
from kaohe.plugins import DueBy, Filing, Registry
from kaohe.scheme import Scheme

_log = logging.getLogger(__name__)
AHEAD = timedelta(days=150)
"""How long before a period starts its dues can matter."""
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Stretch:
    """The days that one filing is about."""

    starts_on: date
    ends_on: date


def stretches(filing: Filing, scheme: Scheme, period: Period) -> list[Stretch]:
    """What a filing is about in a period: the period itself where both have one rhythm, else the months, quarters,
    halves or years of the calendar that end in it."""
    if filing.rhythm == scheme.cycle.kind:
        return [Stretch(period.starts_on, period.ends_on)]
    months = MONTHS[filing.rhythm]
    first = date(period.starts_on.year, (period.starts_on.month - 1) // months * months + 1, 1)
    found = []
    while first <= period.ends_on:
        following = _months_on(first, months)
        last = following - timedelta(days=1)
        if period.starts_on <= last <= period.ends_on:
            found.append(Stretch(first, last))
        first = following
    return found


def due_at(calendar: Calendar, rule: DueBy, stretch: Stretch) -> datetime:
    """The last moment that is in time; refused where a year of working days is not announced."""
    due = calendar.by_the(
        rule.day, of=stretch.starts_on if rule.of == "start" else stretch.ends_on, months=rule.months
    )
    if not rule.working:
        return due
    day = calendar.day_of(due)
    return due if calendar.is_working_day(day) else calendar.end_of(calendar.next_working_day(day))


def make_dues(session: TenantSession, registry: Registry, *, now: datetime) -> int:
    """Make what is owed and not there yet, for all planned and open periods; how many were made."""
    if not any(sector.filings for sector in registry.sectors.values()):
        return 0
    calendar = calendar_of(session)
    today = calendar.day_of(now)
    made: list[int] = []

    def work(owed: tuple[Period, Filing]) -> None:
        made.append(_make_for(session, *owed, calendar, now))

    owed = [(period, one) for period, code in _periods(session, today) for one in registry.filings_of(code)]
    one_by_one(session, owed, work, log=_log, what="dues of")
    return sum(made)


def scheme_and_revision(session: TenantSession, period: Period) -> tuple[Scheme, Revision] | None:
    """The scheme under which a period stands, or will; None while none is adopted for it."""
    if period.revision_id is not None:
        revision = session.need(Revision, period.revision_id)
    else:
        found = adoption.revision_on(session, period.adoption_id, period.starts_on)
        if found is None:
            return None
        revision = found
    return adoption.scheme_of(session, revision.id), revision


def _periods(session: TenantSession, today: date) -> list[tuple[Period, str]]:
    query = (
        select(Period, Adoption.scheme_code)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(Period.state.in_(("planned", "open")), Period.starts_on <= today + AHEAD)
        .order_by(Period.starts_on, Period.id)
    )
    return [(period, code) for period, code in session.execute(query)]


def _make_for(
    session: TenantSession, period: Period, filing: Filing, calendar: Calendar, now: datetime
) -> int:
    held = scheme_and_revision(session, period)
    if held is None:
        return 0
    scheme, revision = held
    made = 0
    for stretch in stretches(filing, scheme, period):
        try:
            due = due_at(calendar, filing.due_by(scheme), stretch)
        except Refusal as refusal:
            _log.warning("no due date for %s from %s: %s", filing.code, stretch.starts_on, refusal.say("en"))
            continue
        if now < due - timedelta(days=filing.opens) or _too_old(due, revision):
            continue
        made += _make_missing(session, period, revision, filing, stretch, due, calendar, now)
    return made


def _too_old(due: datetime, revision: Revision) -> bool:
    return revision.adopted_at is not None and due < revision.adopted_at


def _make_missing(
    session: TenantSession,
    period: Period,
    revision: Revision,
    filing: Filing,
    stretch: Stretch,
    due: datetime,
    calendar: Calendar,
    now: datetime,
) -> int:
    there = set(
        session.scalars(
            select(Due.subject_id).where(
                Due.period_id == period.id, Due.filing == filing.code, Due.starts_on == stretch.starts_on
            )
        )
    )
    wanted = _owing(session, revision, filing, stretch, due, calendar.day_of(due))
    rows = [
        Due(
            filing=filing.code,
            period_id=period.id,
            subject_id=subject,
            unit_id=unit,
            starts_on=stretch.starts_on,
            ends_on=stretch.ends_on,
            made_at=now,
            due_at=due,
        )
        for subject, unit in wanted.items()
        if subject not in there
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _owing(
    session: TenantSession, revision: Revision, filing: Filing, stretch: Stretch, due: datetime, day: date
) -> Mapping[int, int]:
    """Who owes the filing of a stretch, with the unit of each."""
    scope = adoption.scope_of(session, revision.id)
    units = people.units(session, open_on=max(day, stretch.ends_on))
    if filing.owed_by == "unit":
        there_then = [unit for unit in units if moment_of(unit.id) <= due]  # a unit has no opening day
        return {unit.id: unit.id for unit in there_then if takes_part(unit.path, scope.unit_ids)}
    inside = None
    if scope.unit_ids is not None:
        inside = {unit.id for unit in units if within(unit.path, scope.unit_ids)}
    there = people.participants(
        session, starts_on=stretch.starts_on, ends_on=stretch.ends_on, unit_ids=inside
    )
    taking = {one.person_id: one.unit_id for one in there if one.takes_part}
    return {person: taking[person] for person in _members(session, list(taking), day)}


def _members(session: TenantSession, ids: list[int], day: date) -> Iterator[int]:
    for some in chunks(ids):
        yield from session.scalars(
            select(Membership.person_id).where(Membership.person_id.in_(some), member_on(day))
        )


def _months_on(first: date, months: int) -> date:
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
