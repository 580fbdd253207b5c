"""The hotline's other kinds: reports of misconduct, connections, reconnections, notices; each limit at its border."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from kaohe.cases import refusals
from kaohe.db import Databases, TenantSession
from kaohe.tenants.models import Tenant

ORDER = {"about": "收费", "demand": "查处"}
CONNECTION = {"address": "翠屏小区 5 栋", "customer": "王强"}
OUTAGE = {
    "line": "10 kV 城关线",
    "area": "老街",
    "starts_at": "2026-03-10T00:00:00+00:00",
    "ends_at": "2026-03-10T04:00:00+00:00",
}


def test_ten_working_days_across_the_national_holiday(
    databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType
) -> None:
    """Worked example 3: logged on 26 September 2025, due with 16 October."""
    desk = sample.found_desk(databases, tenant, session, "power_supply", "power.hotline", year=2025)
    case = desk.log("2025-09-26 10:00", "misconduct", fields=ORDER)
    (clock,) = desk.clocks(case, "misconduct_answered")
    assert clock.due_on.isoformat() == "2025-10-16"
    desk.take(case, "send", "2025-09-26 10:10", to="first")
    desk.round("2025-10-16 23:59:59")
    assert desk.states(case, "misconduct_answered") == ["running"]
    desk.round("2025-10-17 00:00:01")
    assert desk.states(case, "misconduct_answered") == ["overtime"]
    assert [entry.clause_id for entry in desk.entries("first")] == [24]


def test_the_other_reading_of_chapter_five(
    databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType
) -> None:
    answers = {"answer_or_acceptance": "acceptance"}
    desk = sample.found_desk(databases, tenant, session, "power_supply", "power.hotline", answers=answers)
    case = desk.log("2026-02-09 10:00", "complaint", fields=ORDER)
    desk.take(case, "send", "2026-02-09 10:10", to="first")
    desk.take(case, "accept", "2026-02-09 11:00", who="crew")
    assert desk.clocks(case, "complaint_answered") == []
    assert desk.states(case, "complaint_accepted") == ["in_time"]


def test_under_the_strict_reading_an_arrival_reported_late_is_overtime(
    databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType
) -> None:
    desk = sample.found_desk(
        databases, tenant, session, "power_supply", "power.hotline", answers={"urging": "reply"}
    )
    case = desk.log("2026-02-09 07:58")
    desk.take(case, "pass", "2026-02-09 08:00", to="first")
    desk.take(case, "arrive", "2026-02-09 08:58", happened="2026-02-09 08:40", who="crew")
    assert desk.states(case, "fault_arrival") == ["overtime"]


def test_from_the_call_a_return_does_not_stop_the_clock(
    databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType
) -> None:
    answers = {"arrival_from": "called"}
    desk = sample.found_desk(databases, tenant, session, "power_supply", "power.hotline", answers=answers)
    case = desk.log("2026-02-09 08:00")
    desk.take(case, "pass", "2026-02-09 08:04", to="first")
    desk.take(case, "return", "2026-02-09 08:08", who="crew", reason="不属本所")
    desk.take(case, "pass", "2026-02-09 08:10", to="second")
    desk.round("2026-02-09 08:45:01")
    assert desk.states(case, "fault_arrival") == ["urged"]
    assert [entry.clause_id for entry in desk.entries("second")] == [13]


@pytest.mark.parametrize(
    ("where", "due"),
    [("low_voltage", "2026-03-11"), ("high_single", "2026-03-23"), ("high_double", "2026-04-14")],
)
def test_supply_plans_by_customer(hotline: Any, where: str, due: str) -> None:
    case = hotline.log("2026-03-02 09:00", "connect_other", where=where, fields=CONNECTION)
    (clock,) = hotline.clocks(case, "supply_plan")
    assert clock.due_on.isoformat() == due


def test_power_on_runs_from_the_papers(hotline: Any) -> None:
    case = hotline.log("2026-03-02 09:00", "connect_household", fields=CONNECTION)
    hotline.take(case, "plan", "2026-03-03 09:00")
    assert hotline.clocks(case, "connect_household") == []
    hotline.take(case, "papers", "2026-03-05 09:00")
    (clock,) = hotline.clocks(case, "connect_household")
    assert clock.due_on.isoformat() == "2026-03-10"


@pytest.mark.parametrize(
    ("at", "state"), [("2026-03-03 09:00:00", "in_time"), ("2026-03-03 09:00:01", "overtime")]
)
def test_reconnected_within_24_hours_of_payment(hotline: Any, at: str, state: str) -> None:
    case = hotline.log("2026-03-02 09:00:00", "reconnection", fields=CONNECTION)
    hotline.take(case, "reconnect", at)
    assert hotline.states(case, "reconnection") == [state]
    assert case.closed


@pytest.mark.parametrize(
    ("kind", "clock", "at", "state"),
    [
        ("outage_temporary", "notice_temporary", "2026-03-09 08:00:00", "in_time"),
        ("outage_temporary", "notice_temporary", "2026-03-09 08:00:01", "overtime"),
        ("outage_planned", "notice_planned", "2026-03-02 12:00:00", "in_time"),
        ("outage_planned", "notice_planned", "2026-03-04 12:00:00", "overtime"),
    ],
)
def test_notices_count_back_from_the_outage(hotline: Any, kind: str, clock: str, at: str, state: str) -> None:
    case = hotline.log("2026-03-01 09:00", kind, fields=OUTAGE)
    hotline.take(case, "publish", at)
    assert hotline.states(case, clock) == [state]


def test_without_an_adopted_scheme_nothing_is_logged(hotline: Any, sample: ModuleType) -> None:
    with pytest.raises(refusals.SchemeNotAdopted):
        hotline.log("2025-06-01 09:00")
