"""What a miss leads to: found by the schedule even after downtime, made an entry once, taken back when unlocked.

Decides for a clause that counts a filing: one entry, dated on the due day. For one that counts days: an entry for the
late days within each period of the scheme, made when it is filed or, while it is not, when that period has ended. An entry
waits while no period takes it. Where the scheme has no clause, a miss is noted and nothing counts.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select

from kaohe.adoption.models import Adoption
from kaohe.calendar.days import Calendar
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession
from kaohe.entries import made
from kaohe.entries.refusals import Later
from kaohe.errors import Refusal
from kaohe.filings.models import Due
from kaohe.filings.planning import scheme_and_revision
from kaohe.jobs.rows import one_by_one
from kaohe.periods.models import Period
from kaohe.plugins import Filing, Registry
from kaohe.scheme.rules import FilingMissed

_log = logging.getLogger(__name__)
ORIGIN = "filing"
AT_ONCE = 500
ONE_DAY = timedelta(days=1)


def find_misses(session: TenantSession, registry: Registry, *, now: datetime) -> int:
    """Settle everything that is past its due date and not settled; how many were looked at."""
    calendar = calendar_of(session)
    query = (
        select(Due)
        .where(Due.settled_at.is_(None), Due.due_at < now)
        .order_by(Due.due_at, Due.id)
        .limit(AT_ONCE)
    )
    after: tuple[datetime, int] | None = None
    seen = 0
    while True:
        some = query if after is None else query.where(_later(after))
        dues = list(session.scalars(some))
        after = (dues[-1].due_at, dues[-1].id) if dues else after

        def work(due: Due) -> None:
            filing = registry.filing(due.filing)
            if filing is not None:
                settle(session, due, filing, calendar=calendar, now=now)

        one_by_one(session, dues, work, log=_log, what="the miss of due")
        seen += len(dues)
        if len(dues) < AT_ONCE:
            return seen


def settle(session: TenantSession, due: Due, filing: Filing, *, calendar: Calendar, now: datetime) -> None:
    """Bring one due to where it stands now: in time, missed and counted, or still waiting."""
    if due.filed_at is not None and due.filed_at <= due.due_at:
        if due.missed_at is not None:  # sent in the last moment, while the round found it missing
            for entry in made.made_from(session, ORIGIN, due.id):
                made.unmake(session, entry, reason="截止前已报送", now=now)
            due.missed_at = None
        due.settled_at = now
        return
    if now <= due.due_at:
        return
    due.missed_at = due.missed_at or now
    clause, rule = _clause(session, due, filing)
    if clause is None or rule is None:
        due.settled_at = now
        return
    try:
        if rule.by_quantity:
            _count_days(session, due, filing, clause, calendar, now)
        else:
            with session.begin_nested():
                _count(session, due, filing, clause, None, calendar.day_of(due.due_at), calendar, now)
            due.settled_at = now
    except Later:
        return  # the fact stays in the due; the next round tries again
    except Refusal as refusal:
        _log.warning("the miss %s counts for nobody: %s", due.id, refusal.say("en"))
        due.settled_at = now


def _later(after: tuple[datetime, int]) -> ColumnElement[bool]:
    at, ident = after
    return (Due.due_at > at) | ((Due.due_at == at) & (Due.id > ident))


def _clause(session: TenantSession, due: Due, filing: Filing) -> tuple[int | None, FilingMissed | None]:
    held = scheme_and_revision(session, session.need(Period, due.period_id))
    clause = filing.clause_of(held[0]) if held is not None else None
    if held is None or clause is None:
        return None, None
    found = held[0].find(clause)
    assert found is not None
    assert found.clause is not None
    assert isinstance(found.clause.rule, FilingMissed)
    return clause, found.clause.rule


def _count_days(
    session: TenantSession, due: Due, filing: Filing, clause: int, calendar: Calendar, now: datetime
) -> None:
    """An entry for the late days of each period: of those that have ended, and of the one in which it was filed."""
    first = (due.counted_through or calendar.day_of(due.due_at)) + ONE_DAY
    filed = None if due.filed_at is None else calendar.day_of(due.filed_at)
    through = filed or calendar.day_of(now) - ONE_DAY
    for period in _periods(session, filing.scheme, first, through):
        last = min(through, period.ends_on)
        if filed is None and last < period.ends_on:
            break
        start = max(first, period.starts_on)
        with session.begin_nested():
            _count(session, due, filing, clause, (last - start).days + 1, last, calendar, now)
        due.counted_through = last
    if filed is not None and (due.counted_through or date.min) >= filed:
        due.settled_at = now


def _count(
    session: TenantSession,
    due: Due,
    filing: Filing,
    clause: int,
    days: int | None,
    day: date,
    calendar: Calendar,
    now: datetime,
) -> None:
    due_day = calendar.day_of(due.due_at)
    about = f"{filing.title.zh}（{due.starts_on.isoformat()} — {due.ends_on.isoformat()}）"
    late = f"，逾期 {days} 天" if days is not None else ""
    made.make(
        session,
        scheme_code=filing.scheme,
        origin=ORIGIN,
        origin_id=due.id,
        subject_id=due.subject_id,
        clause_id=clause,
        happened_on=day,
        reason=f"{about}应于 {due_day.isoformat()} 前报送{late or '，未按时报送'}",
        now=now,
        quantity=days,
        token=f"filing-{due.id}-{due_day.isoformat()}-{day.isoformat()}",
    )


def _periods(session: TenantSession, scheme_code: str, first: date, last: date) -> list[Period]:
    query = (
        select(Period)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(Adoption.scheme_code == scheme_code, Period.ends_on >= first, Period.starts_on <= last)
        .order_by(Period.starts_on)
    )
    return list(session.scalars(query))
