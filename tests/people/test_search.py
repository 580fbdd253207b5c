"""Finding people: by what was typed, and never beyond what the actor may see."""

from datetime import date

import pytest

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.people.refusals import PersonNotFound, SeveralFound
from kaohe.testing.fixtures import NOW, TODAY

NAMES = (
    ("H2873", "沈佳怡", 0),
    ("H2186", "林晓芸", 0),
    ("H1904", "单丽", 1),
    ("H5160", "林佳晓", 1),
    ("H1386", "沈佳怡", 2),
)
ADMIN = Actor(person_id=1, account_id=1, is_admin=True)


@pytest.fixture
def units(session: TenantSession) -> list[Unit]:
    root = people.create_unit(session, name="医院", parent=None)
    ward = people.create_unit(session, name="一区", parent=root)
    return [
        ward,
        people.create_unit(session, name="二区", parent=root),
        people.create_unit(session, name="小组", parent=ward),
    ]


@pytest.fixture
def staff(session: TenantSession, units: list[Unit]) -> dict[str, Person]:
    return {
        number: people.create_person(
            session,
            number=number,
            name=name,
            unit=units[at],
            position="",
            joined_on=date(2020, 1, 1),
            now=NOW,
        )
        for number, name, at in NAMES
    }


def numbers(session: TenantSession, actor: Actor, text: str, **more) -> list[str]:  # type: ignore[no-untyped-def]
    return [one.person.number for one in people.search(session, actor, text, today=TODAY, **more)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("H2186", ["H2186"]),
        ("h21", ["H2186"]),
        ("林晓芸", ["H2186"]),
        ("林", ["H5160", "H2186"]),
        ("佳怡", ["H1386", "H2873"]),
        ("lxy", ["H2186"]),
        ("sl", ["H1904"]),
        ("dl", ["H1904"]),
        ("sj", ["H1386", "H2873"]),
        ("2873", ["H2873"]),
        ("二区", ["H1904", "H5160"]),
        ("100%", []),
        ("_", []),
        ("", []),
    ],
)
def test_what_is_typed(
    session: TenantSession, staff: dict[str, Person], text: str, wanted: list[str]
) -> None:
    assert numbers(session, ADMIN, text) == wanted


def test_only_whom_the_actor_may_see(
    session: TenantSession, staff: dict[str, Person], units: list[Unit]
) -> None:
    head = Actor(staff["H2186"].id, 2, assesses=(units[0].path,))
    assert numbers(session, head, "h") == ["H1386", "H2873", "H2186"] or set(numbers(session, head, "h")) == {
        "H2873",
        "H2186",
        "H1386",
    }
    assert "H2186" not in numbers(session, head, "h", action="entries.record")
    assert numbers(session, head, "H1904") == []
    member = Actor(staff["H1904"].id, 3)
    assert numbers(session, member, "H") == ["H1904"]
    assert numbers(session, member, "H", action="entries.record") == []


def test_who_moved_is_seen_where_he_is(
    session: TenantSession, staff: dict[str, Person], units: list[Unit]
) -> None:
    head = Actor(1, 2, assesses=(units[0].path,))
    people.move_person(session, staff["H1904"], unit=units[0], position="", on=TODAY)
    people.move_person(session, staff["H2873"], unit=units[1], position="", on=TODAY)
    assert numbers(session, head, "H1904") == ["H1904"]
    assert numbers(session, head, "H2873") == []


def test_leavers_only_on_demand(session: TenantSession, staff: dict[str, Person]) -> None:
    people.leave(session, staff["H2186"], on=date(2026, 8, 31))
    assert numbers(session, ADMIN, "林晓芸") == []
    (found,) = people.search(session, ADMIN, "林晓芸", today=TODAY, leavers=True)
    assert found.unit is not None
    assert found.unit.name == "一区"


def test_text_without_script(session: TenantSession, staff: dict[str, Person]) -> None:
    def one(text: str) -> str:
        return people.one_by_text(session, ADMIN, text, today=TODAY, action="people.read").person.number

    assert one("林晓芸 · H2186 · 一区") == "H2186"
    assert one(" h1904") == "H1904"
    with pytest.raises(SeveralFound):
        one("沈佳怡")
    with pytest.raises(PersonNotFound):
        one("王五")
