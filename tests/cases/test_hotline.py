"""Power supply, worked examples 1, 2, 4 and 6: the city's 45 minutes to the second, returned, urged and withdrawn."""

from __future__ import annotations

from datetime import date
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select, text

from kaohe.accounts import roles
from kaohe.cases import overtime, refusals, service
from kaohe.cases.reckoning import reckon
from kaohe.entries.models import Entry
from kaohe.entries.service import take_back
from kaohe.messages.models import Message
from kaohe.people import service as people
from kaohe.people.models import Membership, Merge

ARRIVAL = "fault_arrival"


def _passed(hotline: Any, where: str = "city") -> Any:
    case = hotline.log("2026-02-09 07:58", where=where)
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    return case


@pytest.mark.parametrize(
    ("where", "arrived", "state"),
    [
        ("city", "08:44:59", "in_time"),
        ("city", "08:45:00", "in_time"),
        ("city", "08:45:01", "overtime"),
        ("country", "09:30:00", "in_time"),
        ("country", "09:30:01", "overtime"),
        ("remote", "10:00:00", "in_time"),
        ("remote", "10:00:01", "overtime"),
    ],
)
def test_arrival_to_the_second(hotline: Any, where: str, arrived: str, state: str) -> None:
    case = _passed(hotline, where)
    hotline.take(case, "arrive", f"2026-02-09 {arrived}", who="crew")
    assert hotline.states(case, ARRIVAL) == [state]
    entries = hotline.entries("first")
    assert [entry.clause_id for entry in entries] == ([13] if state == "overtime" else [])
    if entries:
        assert entries[0].happened_on.isoformat() == "2026-02-09"
        assert entries[0].recorded_by is None


def test_overtime_is_found_when_nobody_looks_and_its_entry_is_made_once(hotline: Any) -> None:
    case = _passed(hotline)
    hotline.round("2026-02-09 08:45:00")
    assert hotline.states(case, ARRIVAL) == ["running"]
    for when in ("2026-02-09 08:45:01", "2026-02-09 08:45:20", "2026-02-10 12:00"):
        hotline.round(when)
        assert hotline.states(case, ARRIVAL) == ["urged"]
    assert len(hotline.entries("first", standing=False)) == 1


def test_a_clock_that_cannot_be_settled_keeps_none_of_the_others_waiting(
    hotline: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = _passed(hotline), hotline.log("2026-02-09 07:59", where="city")
    hotline.take(good, "pass", "2026-02-09 08:01", to="second")
    usual, ident = overtime.telling.ran_out, bad.id

    def broken(session: Any, case: Any, row: Any, *, now: Any) -> None:
        if case.id == ident:
            session.execute(text("SELECT nothing FROM nowhere"))
        usual(session, case, row, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(overtime.telling, "ran_out", broken)
        hotline.round("2026-02-09 08:50")
    assert (len(hotline.entries("first")), len(hotline.entries("second"))) == (0, 1)
    (row,) = hotline.clocks(bad, ARRIVAL)
    assert (row.state, row.look_at) == ("running", sample.at("2026-02-09 09:00"))
    hotline.round("2026-02-09 09:00")
    assert len(hotline.entries("first")) == 1


@pytest.mark.parametrize("gone", ["locked", "left"])
def test_a_head_who_is_gone_is_not_told(hotline: Any, gone: str) -> None:
    hotline.log("2026-02-09 07:58")
    if gone == "locked":
        hotline.accounts["head"].state = "locked"
    else:
        people.leave(hotline.session, hotline.people["head"], on=date(2026, 2, 8))
    members = select(Membership).where(Membership.person_id == hotline.people["head"].id)
    for one in hotline.session.scalars(members):
        hotline.session.delete(one)  # else told as one of the few who are there
    hotline.session.commit()
    case = _passed(hotline)
    about = select(Message.person_id).where(Message.about.startswith(f"case:{case.id}:"))
    assert set(hotline.session.scalars(about)) == {hotline.people["crew"].id}


def test_found_after_a_day_without_a_round(hotline: Any) -> None:
    case = _passed(hotline)
    hotline.round("2026-02-10 09:00")
    assert hotline.states(case, ARRIVAL) == ["urged"]
    assert [entry.happened_on.isoformat() for entry in hotline.entries("first")] == ["2026-02-09"]


def test_returned_within_five_minutes_and_passed_on_again(hotline: Any) -> None:
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    hotline.take(case, "return", "2026-02-09 08:05", who="crew", reason="不属本所")
    hotline.round("2026-02-09 08:50")
    assert hotline.states(case, ARRIVAL) == ["void"]
    assert case.holder_id == hotline.units["desk"].id
    hotline.take(case, "pass", "2026-02-09 08:51", to="second")
    assert hotline.states(case, ARRIVAL) == ["void", "running"]
    assert hotline.states(case, "fault_returned") == ["in_time", "running"]
    hotline.round("2026-02-09 09:36:01")
    assert hotline.states(case, ARRIVAL) == ["void", "urged"]
    assert hotline.entries("first") == []
    assert len(hotline.entries("second")) == 1


def test_returned_a_second_too_late_counts_as_such_and_not_for_the_arrival(hotline: Any) -> None:
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    hotline.round("2026-02-09 08:05:01")
    assert hotline.states(case, "fault_returned") == ["running"]
    hotline.take(case, "return", "2026-02-09 08:05:01", who="crew", reason="不属本所")
    assert hotline.states(case, "fault_returned") == ["overtime"]
    assert hotline.states(case, ARRIVAL) == ["void"]
    assert [entry.clause_id for entry in hotline.entries("first")] == [12]


def test_a_return_after_the_limit_does_not_undo_the_overtime(hotline: Any) -> None:
    case = _passed(hotline)
    hotline.take(case, "return", "2026-02-09 08:46", who="crew", reason="不属本所")
    assert hotline.states(case, ARRIVAL) == ["overtime"]
    assert sorted(entry.clause_id for entry in hotline.entries("first")) == [12, 13]


def test_urged_at_the_limit_and_withdrawn_when_the_crew_was_in_time(hotline: Any) -> None:
    case = _passed(hotline)
    hotline.round("2026-02-09 08:45:01")
    (provisional,) = hotline.entries("first")
    hotline.take(case, "arrive", "2026-02-09 08:58", happened="2026-02-09 08:40", who="crew")
    (clock,) = hotline.clocks(case, ARRIVAL)
    assert (clock.state, clock.entry_id, clock.withdrawn_id) == ("in_time", None, provisional.id)
    assert clock.urged_at is not None
    assert hotline.states(case, "arrival_reported_desk") == ["in_time"]
    assert hotline.entries("first") == []
    assert hotline.session.get(Entry, provisional.id).replaced_by is not None


def test_reported_more_than_twenty_minutes_after_arrival(hotline: Any) -> None:
    case = _passed(hotline)
    hotline.take(case, "arrive", "2026-02-09 08:50:01", happened="2026-02-09 08:30", who="crew")
    assert hotline.states(case, ARRIVAL) == ["in_time"]
    assert hotline.states(case, "arrival_reported_desk") == ["overtime"]
    assert [entry.clause_id for entry in hotline.entries("first")] == [14]


def test_a_correction_by_the_desk_withdraws_and_another_makes_anew(hotline: Any) -> None:
    case = _passed(hotline)
    row = hotline.take(case, "arrive", "2026-02-09 08:50", who="crew")
    hotline.take(case, "report_city", "2026-02-09 08:55")
    assert len(hotline.entries("first")) == 1
    fixed = hotline.correct(case, row, "2026-02-09 08:45", when="2026-02-09 11:00")
    assert hotline.states(case, ARRIVAL) == ["in_time"]
    assert hotline.entries("first") == []
    hotline.correct(case, fixed, "2026-02-09 08:46", when="2026-02-09 11:05")
    assert hotline.states(case, ARRIVAL) == ["overtime"]
    assert len(hotline.entries("first")) == 1
    assert len(hotline.entries("first", standing=False)) == 2


def test_withdrawn_by_hand_is_not_made_again(hotline: Any, sample: ModuleType) -> None:
    case = _passed(hotline)
    hotline.round("2026-02-09 08:46")
    (entry,) = hotline.entries("first")
    take_back(
        hotline.session,
        entry,
        by=hotline.people["admin"].id,
        reason="台风",
        now=sample.at("2026-02-09 09:00"),
    )
    hotline.session.commit()
    hotline.round("2026-02-09 09:30")
    hotline.take(case, "arrive", "2026-02-09 09:40", who="crew")
    assert hotline.states(case, ARRIVAL) == ["overtime"]
    assert [entry.clause_id for entry in hotline.entries("first")] == []


def test_passing_on_late_counts_on_the_desk(hotline: Any) -> None:
    case = hotline.log("2026-02-09 08:00")
    hotline.round("2026-02-09 08:05:01")
    assert hotline.states(case, "fault_passed_on") == ["overtime"]
    assert [entry.clause_id for entry in hotline.entries("desk")] == [11]


def test_complaint_of_monday_is_due_at_the_end_of_a_worked_saturday(hotline: Any) -> None:
    case = hotline.log("2026-02-09 10:00", "complaint", fields={"about": "抄表", "demand": "核对"})
    (clock,) = hotline.clocks(case, "complaint_answered")
    assert clock.due_on.isoformat() == "2026-02-14"
    assert hotline.clocks(case, "complaint_accepted") == []
    hotline.take(case, "send", "2026-02-09 10:20", to="first")
    hotline.take(
        case, "answer", "2026-02-15 09:00", happened="2026-02-14 23:59:59", fields={"result": "已更正"}
    )
    assert hotline.states(case, "complaint_answered") == ["in_time"]


def test_on_whoever_held_it_when_it_was_due(hotline: Any) -> None:
    case = hotline.log("2026-02-09 10:00", "complaint", fields={"about": "抄表", "demand": "核对"})
    hotline.take(case, "send", "2026-02-09 10:20", to="first")
    hotline.take(case, "send", "2026-02-12 10:20", to="second")
    hotline.round("2026-02-15 00:00:01")
    assert hotline.states(case, "complaint_answered") == ["overtime"]
    assert hotline.entries("first") == []
    assert [entry.clause_id for entry in hotline.entries("second")] == [23]


def test_nobody_mends_the_overtime_of_the_own_unit(hotline: Any) -> None:
    case = _passed(hotline)
    row = hotline.take(case, "arrive", "2026-02-09 08:50", who="crew")
    roles.give_role(
        hotline.session, account=hotline.accounts["clerk"], role="assessor", unit=hotline.units["first"],
        starts_on=hotline.day, given_by=None, now=case.logged_at,
    )  # fmt: skip
    with pytest.raises(refusals.OwnOvertime):
        hotline.correct(case, row, "2026-02-09 08:45", when="2026-02-09 11:00")
    assert len(hotline.entries("first")) == 1


def test_clocks_derived_anew_count_on_the_record_that_is_kept(hotline: Any, sample: ModuleType) -> None:
    case = _passed(hotline)
    hotline.take(case, "arrive", "2026-02-09 08:50", who="crew")
    crew, kept, session = hotline.people["crew"], hotline.people["other"], hotline.session
    session.add(
        Merge(
            kept_id=kept.id,
            gone_id=crew.id,
            from_day=date(2026, 2, 1),
            done_by=hotline.people["admin"].id,
            done_at=sample.at("2026-02-10 08:00"),
            moved={},
        )
    )
    session.commit()
    before = [(row.clock, row.state, row.entry_id) for row in service.clock_rows(session, case)]
    rows = reckon(session, case, hotline.kind("fault"), now=sample.at("2026-02-09 08:50:30"))
    assert [(row.clock, row.state, row.entry_id) for row in rows] == before
    assert crew.id not in {row.person_id for row in rows}
