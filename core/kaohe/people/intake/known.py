"""What the organisation knows already, loaded in a handful of queries for comparing a whole file with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from kaohe.db import TenantSession
from kaohe.files.cells import fold
from kaohe.people.facts import facts_on
from kaohe.people.models import Leave, Membership, Person, Unit
from kaohe.people.units import units


@dataclass(slots=True)
class Held:
    """A membership as far as comparing needs it."""

    id: int
    unit_id: int
    position: str
    starts_on: date


@dataclass(slots=True)
class Somebody:
    """A person as known on the day of the file; `later` is the start of a membership after it."""

    id: int
    number: str
    name: str
    phone: str | None
    joined_on: date | None
    left_on: date | None
    note: str | None
    held: Held | None = None
    later: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    leaves: list[tuple[date, date | None]] = field(default_factory=list)


@dataclass
class Known:
    """Everybody by number, and the units by folded name."""

    people: dict[str, Somebody]
    units: dict[str, list[Unit]]
    unit_by_id: dict[int, Unit]
    root: Unit

    def unit_named(self, name: str) -> list[Unit]:
        """The units whose name is the same but for width, case, brackets and spaces."""
        return self.units.get(fold(name), [])


def load_known(session: TenantSession, day: date) -> Known:
    """Read everybody as of `day`: five queries, whatever the number of people."""
    tree = units(session)
    by_id: dict[int, Somebody] = {}
    columns = (
        Person.id,
        Person.number,
        Person.name,
        Person.phone,
        Person.joined_on,
        Person.left_on,
        Person.note,
    )
    for row in session.execute(select(*columns)):
        by_id[row[0]] = Somebody(*row)
    _add_memberships(session, day, by_id)
    for person_id, values in facts_on(session, day).items():
        by_id[person_id].facts = values
    for person_id, starts_on, ends_on in session.execute(
        select(Leave.person_id, Leave.starts_on, Leave.ends_on)
    ):
        by_id[person_id].leaves.append((starts_on, ends_on))
    named: dict[str, list[Unit]] = {}
    for unit in tree:
        if unit.closed_on is None or unit.closed_on >= day:
            named.setdefault(fold(unit.name), []).append(unit)
    return Known(
        {one.number: one for one in by_id.values()}, named, {unit.id: unit for unit in tree}, tree[0]
    )


def _add_memberships(session: TenantSession, day: date, people: dict[int, Somebody]) -> None:
    query = (
        select(
            Membership.person_id,
            Membership.id,
            Membership.unit_id,
            Membership.position,
            Membership.starts_on,
        )
        .where(or_(Membership.ends_on.is_(None), Membership.ends_on >= day))
        .order_by(Membership.starts_on)
    )
    for person_id, ident, unit_id, position, starts_on in session.execute(query):
        somebody = people[person_id]
        if starts_on <= day:
            somebody.held = Held(ident, unit_id, position, starts_on)
        else:
            somebody.later = starts_on
