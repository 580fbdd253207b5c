"""The list of people: what its address asks for, as one query with the actor's limits, and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, or_, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.pages.lists import ListState
from kaohe.people.facts import facts_on
from kaohe.people.memberships import in_force
from kaohe.people.merged import survivors
from kaohe.people.models import Leave, Membership, Person, Unit
from kaohe.people.search import contains, people_on, visible
from kaohe.people.units import units, units_below

STATES = ("left", "away", "all")
SORTS = {
    "name": (Person.initials, Person.number),
    "number": (Person.number,),
    "joined": (Person.joined_on, Person.number),
}
MOST_POSITIONS = 60


@dataclass(frozen=True)
class Row:
    """One person of the list with what holds today."""

    person: Person
    unit: Unit | None
    position: str
    facts: dict[str, Any]
    away: str
    merged: bool = False  # into another record of the same person


def listed(session: TenantSession, actor: Actor, state: ListState, today: date) -> Select[Person, Unit, str]:
    """The query of everybody that the list shows, in its order."""
    query = people_on(today)
    hidden = visible(actor, "people.read")
    if hidden is not None:
        query = query.where(hidden)
    shown = state.filters.get("state", "")
    if shown == "left":
        query = query.where(Person.left_on < today)
    elif shown != "all":
        query = query.where(or_(Person.left_on.is_(None), Person.left_on >= today))
    if shown == "away":
        query = query.where(exists().where(Leave.person_id == Person.id, in_force(today, Leave)))
    if unit_id := state.filters.get("unit"):
        path = session.scalar(select(Unit.path).where(Unit.id == int(unit_id)))
        query = query.where(Unit.path.startswith(path or "/none/"))
    if position := state.filters.get("position"):
        query = query.where(Membership.position == position)
    if state.q:
        query = query.where(or_(contains(state.q), Unit.name.contains(state.q, autoescape=True)))
    columns = (Unit.path, Person.number) if state.sort == "unit" else SORTS[state.sort or "number"]
    return query.order_by(
        *(column.desc() if state.falling else column.asc() for column in columns), Person.id
    )


def total(session: TenantSession, query: Select[Person, Unit, str]) -> int:
    """How many people the query finds."""
    return int(
        session.scalar(
            select(func.count()).select_from(query.with_only_columns(Person.id).order_by(None).subquery())
        )
        or 0
    )


def rows(session: TenantSession, query: Select[Person, Unit, str], today: date) -> list[Row]:
    """The people of a query with facts, absences and mergings of today: four queries, whatever their number."""
    found = session.execute(query).all()
    ids = [person.id for person, _, _ in found]
    facts = facts_on(session, today, ids) if ids else {}
    away_query = select(Leave.person_id, Leave.kind).where(in_force(today, Leave))
    if len(ids) <= 500:
        away_query = away_query.where(Leave.person_id.in_(ids))
    away = dict(tuple(row) for row in session.execute(away_query)) if ids else {}
    gone = survivors(session) if ids else {}
    return [
        Row(
            person, unit, position or "", facts.get(person.id, {}), away.get(person.id, ""), person.id in gone
        )
        for person, unit, position in found
    ]


def positions(session: TenantSession, today: date) -> list[str]:
    """The positions that people hold today, at most sixty."""
    query = (
        select(Membership.position)
        .where(in_force(today), Membership.position != "")
        .distinct()
        .order_by(Membership.position)
        .limit(MOST_POSITIONS)
    )
    return list(session.recall(("positions", today), lambda: session.scalars(query).all()))


def units_seen(session: TenantSession, actor: Actor) -> list[Unit]:
    """The units whose people the actor may list, in tree order."""
    return units(session) if actor.is_admin else units_below(session, actor.assesses)


def unit_choices(tree: Sequence[Unit]) -> list[tuple[str, str]]:
    """Units as choices of a form, indented by their depth."""
    top = min((unit.path.count("/") for unit in tree), default=0)
    return [(str(unit.id), "\u3000" * (unit.path.count("/") - top) + unit.name) for unit in tree]
