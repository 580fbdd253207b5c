"""Who has a result in a month: joined, moved, left, away, too few days."""

from datetime import date

import pytest

from kaohe.db import TenantSession
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.people.participation import count_days
from kaohe.testing.fixtures import NOW

SEPTEMBER = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30)}


@pytest.fixture
def units(session: TenantSession) -> list[Unit]:
    root = people.create_unit(session, name="单位", parent=None)
    return [people.create_unit(session, name=name, parent=root) for name in ("甲", "乙")]


def add(session: TenantSession, number: str, unit: Unit, joined_on: date = date(2020, 1, 1)):  # type: ignore[no-untyped-def]
    return people.create_person(
        session, number=number, name="某人", unit=unit, position="", joined_on=joined_on, now=NOW
    )


def test_each_reason_has_its_word(session: TenantSession, units: list[Unit]) -> None:
    whole, moved, left, away, late, last_day = (
        add(session, str(n), units[0], date(2026, 9, 21) if n == 4 else date(2020, 1, 1)) for n in range(6)
    )
    people.move_person(session, moved, unit=units[1], position="", on=date(2026, 9, 16))
    people.leave(session, left, on=date(2026, 9, 29))
    people.leave(session, last_day, on=date(2026, 9, 30))
    people.record_leave(session, away, kind="产假", starts_on=date(2026, 8, 10), ends_on=date(2026, 9, 20))
    add(session, "later", units[0], date(2026, 10, 1))
    found = {one.person_id: one for one in people.participants(session, **SEPTEMBER, minimum_days=15)}
    said = {
        one: (found[one.id].unit_id, found[one.id].days, found[one.id].word)
        for one in (whole, moved, left, away, late, last_day)
    }
    assert said[whole] == (units[0].id, 30, "")
    assert said[moved] == (units[1].id, 30, "")
    assert said[left] == (units[0].id, 29, "left")
    assert said[away] == (units[0].id, 10, "leave")
    assert said[late] == (units[0].id, 10, "days")
    assert said[last_day] == (units[0].id, 30, "")
    assert len(found) == 6


def test_units_are_those_of_the_last_day(session: TenantSession, units: list[Unit]) -> None:
    moved, stays = add(session, "1", units[0]), add(session, "2", units[0])
    people.move_person(session, moved, unit=units[1], position="", on=date(2026, 9, 30))
    first = people.participants(session, **SEPTEMBER, unit_ids=[units[0].id])
    second = people.participants(session, **SEPTEMBER, unit_ids={units[1].id})
    assert [one.person_id for one in first] == [stays.id]
    assert [(one.person_id, one.days) for one in second] == [(moved.id, 30)]


def test_away_throughout_has_no_result_without_a_minimum(session: TenantSession, units: list[Unit]) -> None:
    person = add(session, "1", units[0])
    people.record_leave(session, person, kind="进修", starts_on=date(2026, 8, 1), ends_on=None)
    (one,) = people.participants(session, **SEPTEMBER)
    assert (one.days, one.word, one.takes_part) == (0, "leave", False)


def test_days_of_overlapping_spans_count_once() -> None:
    day = [date(2026, 9, n) for n in range(1, 31)]
    assert count_days([(day[0], day[4]), (day[2], day[6]), (day[2], day[3]), (day[9], day[9])]) == 8
    assert count_days([]) == 0


def test_queries_do_not_grow_with_people(session: TenantSession, units: list[Unit]) -> None:
    from sqlalchemy import event

    for n in range(40):
        add(session, str(n), units[n % 2])
    session.flush()
    seen: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: seen.append(args[2]))
    assert len(people.participants(session, **SEPTEMBER)) == 40
    assert len(seen) == 2
