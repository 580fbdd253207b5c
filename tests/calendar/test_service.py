"""A tenant's own days and years: kept beside each other, with reasons, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kaohe.calendar import refusals, service
from kaohe.calendar.models import CalendarDay, CalendarYear
from kaohe.db import WallRefusal
from kaohe.scheme import TimeLimit
from kaohe.tenants.models import Tenant

WHEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def put(session, first, last=None, works=False, reason="单位安排"):
    return service.set_days(
        session, first=first, last=last or first, works=works, reason=reason, by=None, now=WHEN
    )


def test_a_day_of_ones_own_moves_the_deadline_and_back(session):
    start, five = datetime(2026, 2, 9, 10, tzinfo=ZONE), TimeLimit(5, "working_days")
    due = lambda: service.calendar_of(session).day_of(service.due(session, five, start))  # noqa: E731
    assert due() == date(2026, 2, 14)
    assert put(session, date(2026, 2, 11)) == 1
    assert due() == date(2026, 2, 24)  # the next worked day after the holiday
    assert not service.is_working_day(session, date(2026, 2, 11))
    put(session, date(2026, 2, 15), works=True, reason="值班")
    assert due() == date(2026, 2, 15)
    put(session, date(2026, 2, 11), works=None, reason="取消")
    put(session, date(2026, 2, 15), works=None, reason="取消")
    assert due() == date(2026, 2, 14)
    assert service.working_days_between(session, date(2026, 2, 9), date(2026, 2, 14)) == 6


def test_what_was_said_before_stays_beside(session):
    day = date(2026, 3, 2)
    put(session, day, reason="停水")
    put(session, day, works=True, reason="来水了")
    rows = session.scalars(select(CalendarDay).order_by(CalendarDay.id)).all()
    assert [(row.works, row.reason) for row in rows] == [(False, "停水"), (True, "来水了")]
    assert rows[0].replaced_by == rows[1].id
    assert [row.reason for row in service.changes_of(session, 2026)] == ["来水了", "停水"]
    session.commit()
    for column, value in (("reason", "别的"), ("works", True), ("replaced_by", None)):
        session.execute(select(1))
        setattr(rows[0], column, value)
        with pytest.raises(Exception, match=r"kaohe:kept|permission|封存"):
            session.flush()
        session.rollback()


def test_saying_the_same_again_changes_nothing(session):
    assert put(session, date(2026, 3, 2), date(2026, 3, 4)) == 3
    assert put(session, date(2026, 3, 3), date(2026, 3, 6)) == 2
    assert put(session, date(2026, 3, 10), works=None) == 0


@pytest.mark.parametrize("reason", ["", "  \n ", "很" * 201])
def test_a_change_says_why(session, reason):
    with pytest.raises(refusals.ReasonNeeded):
        put(session, date(2026, 3, 2), reason=reason)


def test_the_database_holds_the_reason_too(session):
    session.add(CalendarDay(day=date(2026, 3, 2), works=True, reason=" ", by=None, at=WHEN))
    with pytest.raises(WallRefusal):
        session.flush()


def test_a_stretch_is_in_order_and_a_holiday_long(session):
    with pytest.raises(refusals.DaysOutOfOrder):
        put(session, date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(refusals.DaysOutOfOrder):
        put(session, date(2026, 3, 1), date(2026, 4, 1))
    assert put(session, date(2026, 3, 1), date(2026, 3, 31)) == 31
    with pytest.raises(refusals.YearBeforeCalendar):
        put(session, date(2006, 12, 31))


def test_a_year_is_confirmed_after_the_one_before(session):
    with pytest.raises(refusals.YearNotAnnounced):
        service.is_working_day(session, date(2027, 3, 1))
    with pytest.raises(refusals.YearsInOrder) as refused:
        service.confirm_year(session, 2028, by=None, now=WHEN)
    assert "2027" in refused.value.say("zh")
    put(session, date(2027, 2, 5), date(2027, 2, 11), reason="春节")
    put(session, date(2027, 2, 14), works=True, reason="调休")
    service.confirm_year(session, 2027, by=None, now=WHEN)
    service.confirm_year(session, 2027, by=None, now=WHEN)
    assert service.through(session) == 2027
    calendar = service.calendar_of(session)
    assert calendar.is_working_day(date(2027, 3, 1))
    assert not calendar.is_working_day(date(2027, 2, 8))
    assert calendar.is_working_day(date(2027, 2, 14))
    assert not calendar.is_working_day(date(2027, 10, 1))
    due = calendar.due(TimeLimit(10, "working_days"), datetime(2026, 12, 25, 10, tzinfo=ZONE))
    assert calendar.day_of(due) == date(2027, 1, 11)
    service.confirm_year(session, 2028, by=None, now=WHEN)
    with pytest.raises(refusals.LaterYearStands):
        service.reopen_year(session, 2027, by=None, now=WHEN)
    service.reopen_year(session, 2028, by=None, now=WHEN)
    service.reopen_year(session, 2027, by=None, now=WHEN)
    assert service.through(session) == 2026
    assert len(session.scalars(select(CalendarYear)).all()) == 4
    with pytest.raises(refusals.YearNotConfirmed):
        service.reopen_year(session, 2027, by=None, now=WHEN)


@pytest.mark.parametrize("act", [service.confirm_year, service.reopen_year])
def test_an_announced_year_is_neither_confirmed_nor_taken_back(session, act):
    with pytest.raises(refusals.YearIsOfficial):
        act(session, 2026, by=None, now=WHEN)


def test_two_administrators_at_once_one_is_told(databases, tenant):
    """On SQLite writers follow each other; on PostgreSQL the second is refused in words."""
    from kaohe.errors import Refusal

    day = date(2026, 3, 2)
    with databases.tenant(tenant.id) as first:
        put(first, day)
        first.commit()
    with databases.tenant(tenant.id, write=False) as looking:
        seen = service.own_days(looking, day, day)[0]
    with databases.tenant(tenant.id) as quick:
        put(quick, day, works=True)
        quick.commit()
    with databases.tenant(tenant.id) as slow, pytest.raises(Refusal):
        service._put_day(slow, seen, CalendarDay(day=day, works=None, reason="晚了", by=None, at=WHEN))


def test_desk_hours_are_the_tenants(session):
    assert service.hours_of(session).of(0) == ((480, 720), (840, 1080))
    service.set_hours(session, ["09:00-17:00"] * 5 + ["", ""])
    due = service.due(session, TimeLimit(60, "working_minutes"), datetime(2026, 9, 29, 16, 30, tzinfo=ZONE))
    assert due == datetime(2026, 9, 30, 9, 30, tzinfo=ZONE)


def test_the_calendar_is_in_the_tenants_zone(databases, tenant):
    with databases.platform() as platform:
        platform.get(Tenant, tenant.id).zone = "Asia/Urumqi"
        platform.commit()
    with databases.tenant(tenant.id) as session:
        assert service.calendar_of(session).zone == ZoneInfo("Asia/Urumqi") == session.zone


def test_a_tenants_days_are_its_own(databases, session, other_tenant):
    put(session, date(2026, 3, 2))
    session.commit()
    with databases.tenant(other_tenant.id) as other:
        assert service.is_working_day(other, date(2026, 3, 2))
