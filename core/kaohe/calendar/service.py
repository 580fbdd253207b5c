"""A tenant's working calendar: read as one pure object, changed day by day and year by year with reasons.

Decides that an announced year is the State Council's with the tenant's own days over it, and that a later year counts only
once an administrator has confirmed it; years follow each other without a gap. Refuses a change without a reason,
confirming out of order, and working days beyond the last confirmed year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kaohe.calendar import desk
from kaohe.calendar.days import Calendar
from kaohe.calendar.models import CalendarDay, CalendarYear
from kaohe.calendar.official import FIRST_YEAR, LAST_ANNOUNCED, LAST_POSSIBLE, official_year
from kaohe.calendar.refusals import (
    DaysOutOfOrder,
    LaterYearStands,
    ReasonNeeded,
    YearBeforeCalendar,
    YearIsOfficial,
    YearNotConfirmed,
    YearsInOrder,
)
from kaohe.db import TenantSession, is_duplicate, new_id
from kaohe.errors import Conflict
from kaohe.scheme.rules import TimeLimit
from kaohe.tenants import service as tenants

HOURS = "calendar.hours"
LONGEST_REASON = 200
MOST_DAYS = 31
_STANDS = CalendarDay.replaced_by.is_(None)


def calendar_of(session: TenantSession) -> Calendar:
    """The tenant's calendar: three small queries, then pure; take it once for many days."""
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.works).where(_STANDS, CalendarDay.works.is_not(None))
    )
    own = {row.day: row.works for row in rows}
    return Calendar.with_own(session.zone, through(session), own, hours_of(session))


def due(session: TenantSession, limit: TimeLimit, start: datetime) -> datetime:
    """The last instant that is in time (`happened_at <= due`), UTC."""
    return calendar_of(session).due(limit, start)


def is_working_day(session: TenantSession, day: date) -> bool:
    """Whether a day is worked."""
    return calendar_of(session).is_working_day(day)


def working_days_between(session: TenantSession, first: date, last: date) -> int:
    """How many working days lie between two days, both counted."""
    return calendar_of(session).working_days_between(first, last)


def through(session: TenantSession) -> int:
    """The last year that is announced, or confirmed without a gap after it."""
    found = session.scalars(
        select(CalendarYear.year).where(CalendarYear.replaced_by.is_(None), CalendarYear.stands)
    )
    confirmed, last = set(found), LAST_ANNOUNCED
    while last + 1 in confirmed:
        last += 1
    return last


# ---------- a tenant's own days ----------


def set_days(
    session: TenantSession,
    *,
    first: date,
    last: date,
    works: bool | None,
    reason: str,
    by: int | None,
    now: datetime,
) -> int:
    """Say of each day of a stretch that it is worked, off, or (None) again as officially; how many days changed.

    What a day was before stays beside the new word. Raises `DaysOutOfOrder`, `ReasonNeeded`, `YearBeforeCalendar`.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise ReasonNeeded
    if last < first or (last - first).days >= MOST_DAYS:
        raise DaysOutOfOrder(most=MOST_DAYS)
    if not FIRST_YEAR <= first.year <= last.year <= LAST_POSSIBLE:
        raise YearBeforeCalendar(first=FIRST_YEAR, year=first.year, field="first")
    there = {row.day: row for row in own_days(session, first, last)}
    changed = 0
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        before = there.get(day)
        if works == (before.works if before else None):
            continue
        _put_day(session, before, CalendarDay(day=day, works=works, reason=reason, by=by, at=now))
        changed += 1
    return changed


def _put_day(session: TenantSession, before: CalendarDay | None, row: CalendarDay) -> None:
    row.id = new_id()
    if before is not None:
        _replace(session, update(CalendarDay).where(CalendarDay.id == before.id, _STANDS), row.id)
    _add(session, row)


def _replace(session: TenantSession, standing: Any, by: int) -> None:
    """Point the standing row at its successor; raises `Conflict` when somebody else was quicker."""
    done = session.execute(standing.values(replaced_by=by).execution_options(synchronize_session=False))
    if not done.rowcount:
        raise Conflict


def _add(session: TenantSession, row: CalendarDay | CalendarYear) -> None:
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        if is_duplicate(error):
            raise Conflict from error
        raise


def own_days(session: TenantSession, first: date, last: date) -> list[CalendarDay]:
    """The standing words of the tenant about the days of a stretch, by day."""
    found = select(CalendarDay).where(_STANDS, CalendarDay.day >= first, CalendarDay.day <= last)
    return list(session.scalars(found.order_by(CalendarDay.day)))


def changes_of(session: TenantSession, year: int) -> list[CalendarDay]:
    """Everything that was ever said about the days of a year, the newest first."""
    found = select(CalendarDay).where(
        CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31)
    )
    return list(session.scalars(found.order_by(CalendarDay.at.desc(), CalendarDay.id.desc()).limit(200)))


# ---------- confirming a year ----------


def confirm_year(session: TenantSession, year: int, *, by: int | None, now: datetime) -> None:
    """Count the days of a year from now on as they are shown; raises `YearIsOfficial`, `YearsInOrder`."""
    if year <= LAST_ANNOUNCED:
        raise YearIsOfficial(year=year)
    covered = through(session)
    if year <= covered:
        return
    if year != covered + 1:
        raise YearsInOrder(before=covered + 1, year=year)
    _put_year(session, CalendarYear(year=year, stands=True, by=by, at=now))


def reopen_year(session: TenantSession, year: int, *, by: int | None, now: datetime) -> None:
    """Take a confirmation back; raises `YearIsOfficial`, `YearNotConfirmed`, `LaterYearStands`."""
    if year <= LAST_ANNOUNCED:
        raise YearIsOfficial(year=year)
    covered = through(session)
    if year > covered:
        raise YearNotConfirmed(year=year)
    if year < covered:
        raise LaterYearStands(later=covered, year=year)
    _put_year(session, CalendarYear(year=year, stands=False, by=by, at=now))


def _put_year(session: TenantSession, row: CalendarYear) -> None:
    row.id = new_id()
    before = session.scalar(
        select(CalendarYear.id).where(CalendarYear.year == row.year, CalendarYear.replaced_by.is_(None))
    )
    if before is not None:
        standing = update(CalendarYear).where(CalendarYear.id == before, CalendarYear.replaced_by.is_(None))
        _replace(session, standing, row.id)
    _add(session, row)


def confirmation_of(session: TenantSession, year: int) -> CalendarYear | None:
    """Who confirmed a year, and when; None when nobody has."""
    return session.scalar(
        select(CalendarYear).where(
            CalendarYear.year == year, CalendarYear.replaced_by.is_(None), CalendarYear.stands
        )
    )


# ---------- desk hours ----------


def hours_of(session: TenantSession) -> desk.DeskHours:
    """The desk hours of the week."""
    return desk.from_json(tenants.setting(session, HOURS))


def set_hours(session: TenantSession, lines: Sequence[str]) -> desk.DeskHours:
    """Set the desk hours from seven lines, Monday first; raises `HoursUnreadable`, `HoursOutOfOrder`."""
    read = desk.read_hours(lines)
    tenants.put_setting(session, HOURS, read.as_json())
    return read


__all__ = [
    "Calendar",
    "calendar_of",
    "changes_of",
    "confirm_year",
    "confirmation_of",
    "due",
    "hours_of",
    "is_working_day",
    "official_year",
    "own_days",
    "reopen_year",
    "set_days",
    "set_hours",
    "through",
    "working_days_between",
]
