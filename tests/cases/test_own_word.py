"""A holder's own word about the past stops no clock: what the holder records counts from then, until the desk has looked."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from kaohe.accounts import roles
from kaohe.accounts.policy import Actor
from kaohe.cases import refusals, rights, service
from kaohe.cases.models import CaseStepRow

OPINION = {"verified": "no", "opinion": "查无此事"}
CLOCK = "complaint_opinion"


def _sent(desk: Any) -> Any:
    case = desk.log("2026-02-09 08:00", "complaint")
    desk.take(case, "send", "2026-02-09 09:00", to="first")
    return case


def _backdated(desk: Any, case: Any, **more: Any) -> CaseStepRow:
    options = {"who": "crew", "happened": "2026-02-10 09:00", "fields": OPINION, **more}
    return desk.take(case, "opinion", "2026-04-01 09:00", **options)


def test_a_holder_does_not_end_a_found_overtime_by_backdating(complaints: Any) -> None:
    case = _sent(complaints)
    complaints.round("2026-03-31 09:00")
    assert complaints.states(case, CLOCK) == ["overtime"]
    (entry,) = complaints.entries("first")
    row = _backdated(complaints, case)
    assert complaints.states(case, CLOCK) == ["overtime"]
    assert [one.id for one in complaints.entries("first")] == [entry.id]
    assert row.happened_at < row.reported_at
    assert row.own_word


def test_nor_before_the_round_has_found_it(complaints: Any) -> None:
    case = _sent(complaints)
    _backdated(complaints, case)
    assert complaints.states(case, CLOCK) == ["overtime"]
    assert len(complaints.entries("first")) == 1


def test_the_desk_that_records_it_is_believed(complaints: Any) -> None:
    case = _sent(complaints)
    complaints.round("2026-03-31 09:00")
    row = _backdated(complaints, case, who="clerk")
    assert not row.own_word
    assert complaints.states(case, CLOCK) == ["in_time"]
    assert complaints.entries("first") == []


@pytest.mark.parametrize("said", ["2026-02-10 09:00", "2026-02-11 10:00"])
def test_the_desk_confirms_or_corrects_what_the_holder_said(complaints: Any, said: str) -> None:
    case = _sent(complaints)
    row = _backdated(complaints, case)
    fixed = complaints.correct(case, row, said, when="2026-04-02 09:00")
    assert not fixed.own_word
    assert complaints.states(case, CLOCK) == ["in_time"]
    assert complaints.entries("first") == []
    with pytest.raises(refusals.NothingChanged):
        complaints.correct(case, fixed, said, when="2026-04-02 09:10")


def test_nobody_confirms_the_word_of_the_own_unit(complaints: Any) -> None:
    case = _sent(complaints)
    row = _backdated(complaints, case)
    roles.give_role(
        complaints.session, account=complaints.accounts["clerk"], role="assessor", unit=complaints.units["first"],
        starts_on=complaints.day, given_by=None, now=case.logged_at,
    )  # fmt: skip
    with pytest.raises(refusals.OwnOvertime):
        complaints.correct(case, row, "2026-02-10 09:00", when="2026-04-02 09:00")


def test_an_assessor_of_desk_and_holder_is_the_holder_too(complaints: Any) -> None:
    case = _sent(complaints)
    roles.give_role(
        complaints.session, account=complaints.accounts["clerk"], role="assessor", unit=complaints.units["first"],
        starts_on=complaints.day, given_by=None, now=case.logged_at,
    )  # fmt: skip
    assert _backdated(complaints, case, who="clerk").own_word
    assert complaints.states(case, CLOCK) == ["overtime"]


def test_who_holds_a_case_under_an_earlier_record_holds_it() -> None:
    sight = rights.Sight(Actor(1, 1, is_admin=True, also=frozenset({2})), None)
    assert [rights.is_own(sight, "/7/", person) for person in (1, 2, 3, None)] == [True, True, False, False]


def test_a_return_that_is_said_to_have_been_in_time_ends_no_overtime(complaints: Any) -> None:
    case = _sent(complaints)
    complaints.round("2026-03-31 09:00")
    complaints.take(
        case, "return", "2026-04-01 09:00", happened="2026-02-10 09:00", who="crew", reason="不属本单位"
    )
    assert complaints.states(case, CLOCK) == ["overtime"]
    assert len(complaints.entries("first")) == 1


def test_the_desk_does_not_move_its_own_overtime_to_another_unit(hotline: Any) -> None:
    case = hotline.log("2026-02-09 08:00")
    hotline.round("2026-02-09 08:10")
    assert [entry.clause_id for entry in hotline.entries("desk")] == [11]
    row = hotline.take(case, "pass", "2026-02-09 08:20", happened="2026-02-09 08:03", to="first")
    assert row.own_word
    assert hotline.states(case, "fault_passed_on") == ["overtime"]
    assert [entry.clause_id for entry in hotline.entries("desk")] == [11]


@pytest.mark.parametrize(("said", "fine"), [("2026-02-09 07:58", True), ("2026-02-09 08:03", False)])
def test_nobody_puts_off_the_own_limit_by_a_correction(
    hotline: Any, sample: ModuleType, said: str, fine: bool
) -> None:
    """The desk holds the case, and its clock runs from the logging."""
    case = hotline.log("2026-02-09 08:04", happened_at=sample.at("2026-02-09 08:00"))
    (row,) = service.standing_steps(hotline.session, case)
    (clock,) = hotline.clocks(case, "fault_passed_on")
    due = clock.due_at
    if fine:
        hotline.correct(case, row, said, when="2026-02-09 08:04:30")
        return
    with pytest.raises(refusals.OwnLimit):
        hotline.correct(case, row, said, when="2026-02-09 08:04:30")
    hotline.session.rollback()
    hotline.fresh()
    (clock,) = hotline.clocks(case, "fault_passed_on")
    assert clock.due_at == due
    (row,) = service.standing_steps(hotline.session, case)
    hotline.correct(case, row, said, when="2026-02-09 08:04:40", who="admin")
    (clock,) = hotline.clocks(case, "fault_passed_on")
    assert clock.due_at > due


def test_a_report_that_has_a_clock_of_its_own_may_be_late(hotline: Any) -> None:
    """Arrival counts when it happened: what is reported more than twenty minutes late is overtime by itself."""
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    hotline.take(case, "arrive", "2026-02-09 08:58", happened="2026-02-09 08:40", who="crew")
    assert hotline.states(case, "fault_arrival") == ["in_time"]
    assert hotline.states(case, "arrival_reported_desk") == ["in_time"]
