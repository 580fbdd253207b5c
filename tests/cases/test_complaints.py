"""Coach transport, worked example 5: ten calendar days from receipt, and the other reading of the doubt."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from kaohe.adoption import service as adoption
from kaohe.db import Databases, TenantSession
from kaohe.entries.score import score_now
from kaohe.periods import service as periods
from kaohe.tenants.models import Tenant

CLOCK = "complaint_opinion"
OPINION = {"verified": "yes", "opinion": "已批评教育"}


def _sent(desk: Any, when: str = "2026-03-01 09:00") -> Any:
    case = desk.log(when, "complaint")
    desk.take(case, "send", when, to="first")
    return case


def test_opinion_on_the_eleventh_is_in_time(complaints: Any) -> None:
    case = _sent(complaints)
    complaints.take(case, "opinion", "2026-03-11 23:59", who="crew", fields=OPINION)
    assert complaints.states(case, CLOCK) == ["in_time"]
    assert complaints.entries("first") == []


def test_opinion_on_the_twelfth_costs_half_a_point(complaints: Any) -> None:
    case = _sent(complaints)
    complaints.round("2026-03-12 00:00:30")
    complaints.take(case, "opinion", "2026-03-12 09:00", who="crew", fields=OPINION)
    assert complaints.states(case, CLOCK) == ["overtime"]
    (entry,) = complaints.entries("first")
    assert entry.happened_on.isoformat() == "2026-03-11"
    march = complaints.periods[2]
    assert score_now(complaints.session, march, complaints.units["first"].id).points == Decimal("99.5")


def test_missing_opinion_is_found_by_the_round(complaints: Any) -> None:
    case = _sent(complaints)
    complaints.round("2026-03-11 23:59:59")
    assert complaints.states(case, CLOCK) == ["running"]
    complaints.round("2026-03-12 00:00:01")
    assert complaints.states(case, CLOCK) == ["overtime"]


@pytest.mark.parametrize(("reading", "due"), [("unit", "2026-03-14"), ("company", "2026-03-11")])
def test_from_whose_receipt(
    databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType, reading: str, due: str
) -> None:
    desk = sample.found_desk(
        databases, tenant, session, "coach_transport", "coach.unit", answers={"clock_start": reading}
    )
    case = desk.log("2026-03-01 09:00", "complaint")
    desk.take(case, "send", "2026-03-04 09:00", to="first")
    (clock,) = desk.clocks(case, CLOCK)
    assert clock.due_on.isoformat() == due


def test_waits_while_no_period_takes_it(
    databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType
) -> None:
    desk = sample.found_desk(databases, tenant, session, "coach_transport", "coach.unit", opened=False)
    case = _sent(desk)
    desk.round("2026-03-12 00:01")
    (clock,) = desk.clocks(case, CLOCK)
    assert (clock.state, clock.entry_id) == ("overtime", None)
    periods.step(session, desk.periods[2], after="open", by=None, now=sample.at("2026-03-12 08:00"))
    desk.round("2026-03-12 08:05")
    assert len(desk.entries("first")) == 1
    desk.round("2026-03-12 09:05")
    assert len(desk.entries("first", standing=False)) == 1


def test_what_a_closed_period_holds_is_withdrawn_when_it_opens_again(
    complaints: Any, sample: ModuleType
) -> None:
    case = _sent(complaints)
    row = complaints.take(case, "opinion", "2026-03-12 09:00", who="crew", fields=OPINION)
    march = complaints.periods[2]
    periods.step(complaints.session, march, after="closed", by=None, now=sample.at("2026-04-06 09:00"))
    complaints.correct(case, row, "2026-03-11 18:00", when="2026-04-07 09:00")
    assert complaints.states(case, CLOCK) == ["in_time"]
    assert len(complaints.entries("first")) == 1
    periods.step(
        complaints.session, march, after="open", by=None, now=sample.at("2026-04-08 09:00"), reason="更正投诉"
    )
    complaints.round("2026-04-08 09:30")
    assert complaints.entries("first") == []


def test_the_tenants_own_figure_holds(complaints: Any) -> None:
    scheme = adoption.scheme_of(complaints.session, complaints.periods[2].revision_id)
    assert scheme.find(51) is not None
    case = _sent(complaints)
    (clock,) = complaints.clocks(case, CLOCK)
    assert clock.due_on.isoformat() == "2026-03-11"
