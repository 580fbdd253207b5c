"""Dated memberships: whatever is done to somebody, no day has two units."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.db import TenantSession
from kaohe.errors import Conflict, Refusal
from kaohe.people import service as people
from kaohe.people.models import Membership, Person, Subject, Unit
from kaohe.people.refusals import (
    HasLeft,
    LaterMove,
    LeavesOverlap,
    NothingToUndo,
    NotLeft,
    NotMember,
    NumberTaken,
)

DAY = date(2026, 1, 1)


@pytest.fixture
def units(session: TenantSession) -> list[Unit]:
    root = people.create_unit(session, name="单位", parent=None)
    return [people.create_unit(session, name=name, parent=root) for name in ("甲", "乙", "丙")]


def somebody(session: TenantSession, unit: Unit, number: str = "A1", name: str = "林晓芸", **more) -> Person:  # type: ignore[no-untyped-def]
    from kaohe.testing.fixtures import NOW

    more.setdefault("joined_on", DAY)
    return people.create_person(
        session, number=number, name=name, unit=unit, position="组员", now=NOW, **more
    )


def test_created_with_subject_membership_and_clean_number(session: TenantSession, units: list[Unit]) -> None:
    person = somebody(session, units[0], number=" h 12 ", name="于　平", facts={"level": 3})
    assert (person.number, person.name) == ("H12", "于平")
    assert session.need(Subject, person.id).person_id == person.id
    assert people.unit_on(session, person.id, DAY) is units[0]
    assert people.unit_on(session, person.id, DAY - timedelta(days=1)) is None
    assert people.facts_on(session, DAY) == {person.id: {"level": 3}}
    assert people.person_by_number(session, "h12 ") is person


def test_a_number_belongs_to_one(session: TenantSession, units: list[Unit]) -> None:
    somebody(session, units[0])
    with pytest.raises(NumberTaken) as refused:
        somebody(session, units[1], number="a1", name="张志")
    assert "林晓芸" in refused.value.say("en")


def test_move_in_mid_month(session: TenantSession, units: list[Unit]) -> None:
    person = somebody(session, units[0])
    people.move_person(session, person, unit=units[1], position="组长", on=date(2026, 9, 16))
    assert people.unit_on(session, person.id, date(2026, 9, 15)) is units[0]
    assert people.unit_on(session, person.id, date(2026, 9, 16)) is units[1]
    assert people.place_of(session, person, date(2026, 9, 15)).unit_path == units[0].path
    with pytest.raises(LaterMove):
        people.move_person(session, person, unit=units[2], position="", on=date(2026, 9, 10))
    people.undo_move(session, person)
    assert people.unit_on(session, person.id, date(2026, 9, 30)) is units[0]
    with pytest.raises(NothingToUndo):
        people.undo_move(session, person)


def test_leaving_and_coming_back(session: TenantSession, units: list[Unit]) -> None:
    person = somebody(session, units[0])
    people.leave(session, person, on=date(2026, 6, 30))
    assert people.membership_on(session, person.id, date(2026, 7, 1)) is None
    assert people.place_of(session, person, date(2026, 9, 1)).unit_path == units[0].path
    with pytest.raises(HasLeft):
        people.leave(session, person, on=date(2026, 7, 30))
    with pytest.raises(NotMember):
        people.move_person(session, person, unit=units[1], position="", on=date(2026, 7, 2))
    with pytest.raises(HasLeft):
        people.rejoin(session, person, unit=units[1], position="", on=date(2026, 6, 30))
    people.rejoin(session, person, unit=units[1], position="", on=date(2026, 8, 1))
    assert (person.left_on, people.unit_on(session, person.id, date(2026, 8, 1))) == (None, units[1])
    with pytest.raises(NotLeft):
        people.rejoin(session, person, unit=units[1], position="", on=date(2026, 9, 1))
    people.leave(session, person, on=date(2026, 8, 31))
    people.stay(session, person)
    assert people.unit_on(session, person.id, date(2026, 12, 1)) is units[1]


def test_two_people_editing_one(session: TenantSession, units: list[Unit]) -> None:
    person = somebody(session, units[0])
    seen = person.version
    people.move_person(session, person, unit=units[1], position="", on=date(2026, 3, 1), version=seen)
    with pytest.raises(Conflict):
        people.edit_person(
            session, person, number="A1", name="林晓云", phone=None, joined_on=DAY, note=None, version=seen
        )
    assert person.name == "林晓芸"


def test_absences_do_not_overlap(session: TenantSession, units: list[Unit]) -> None:
    person = somebody(session, units[0])
    first = people.record_leave(
        session, person, kind="产假", starts_on=date(2026, 3, 1), ends_on=date(2026, 6, 30)
    )
    with pytest.raises(LeavesOverlap):
        people.record_leave(session, person, kind="病假", starts_on=date(2026, 6, 30), ends_on=None)
    people.end_leave(session, first, on=date(2026, 5, 31))
    people.record_leave(session, person, kind="病假", starts_on=date(2026, 6, 1), ends_on=None)
    with pytest.raises(LeavesOverlap):
        people.record_leave(
            session, person, kind="事假", starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 2)
        )


def test_facts_go_by_their_start(session: TenantSession, units: list[Unit], now) -> None:  # type: ignore[no-untyped-def]
    person = somebody(session, units[0], facts={"level": 3})
    assert people.set_fact(session, person, "level", 3, starts_on=date(2026, 2, 1), now=now) is None
    people.set_fact(session, person, "level", 4, starts_on=date(2026, 7, 1), now=now)
    people.set_fact(session, person, "level", 2, starts_on=date(2026, 5, 1), reason="更正", now=now)
    values = [people.facts_on(session, day, [person.id])[person.id]["level"] for day in _firsts(4, 5, 6, 7)]
    assert values == [3, 2, 2, 4]
    assert [row.value for row in people.fact_history(session, person.id)["level"]] == [4, 2, 3]


def _firsts(*months: int) -> list[date]:
    return [date(2026, month, 1) for month in months]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "leave", "rejoin", "stay", "undo"]), st.integers(0, 60), st.integers(0, 2)
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_at_most_one_unit_a_day(session: TenantSession, steps: list[tuple[str, int, int]]) -> None:
    session.rollback()
    root = people.create_unit(session, name="单位", parent=None)
    units = [people.create_unit(session, name=name, parent=root) for name in ("甲", "乙", "丙")]
    person = somebody(session, units[0])
    for kind, offset, at in steps:
        day = DAY + timedelta(days=offset)
        try:
            if kind == "move":
                people.move_person(session, person, unit=units[at], position="", on=day)
            elif kind == "leave":
                people.leave(session, person, on=day)
            elif kind == "rejoin":
                people.rejoin(session, person, unit=units[at], position="", on=day)
            elif kind == "stay":
                people.stay(session, person)
            else:
                people.undo_move(session, person)
        except Refusal:
            continue
    held: list[Membership] = people.memberships_of(session, person.id)
    assert held
    for one in held:
        assert one.ends_on is None or one.ends_on >= one.starts_on
    for one, following in itertools.pairwise(held):
        assert one.ends_on is not None
        assert one.ends_on < following.starts_on
    assert (held[-1].ends_on is None) == (person.left_on is None)
    found = people.participants(session, starts_on=DAY, ends_on=DAY + timedelta(days=90))
    assert [one.person_id for one in found] == [person.id]
    covered = sum(
        1
        for offset in range(91)
        if people.membership_on(session, person.id, DAY + timedelta(days=offset)) is not None
    )
    assert found[0].days == covered
