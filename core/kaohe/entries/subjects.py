"""Whom an entry can be about, and where that subject stood on the entry's date.

Decides that the unit of an entry is the subject's unit on the date, and that the actor must cover that unit; a unit
that itself is assessed, from above: by assessors of a unit above it, never by its own head.
Refuses persons who had left, had not joined, or belonged to no unit, and closed units; refuses everybody about themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from kaohe.accounts.policy import Actor, Place, allowed
from kaohe.db import TenantSession
from kaohe.entries import refusals
from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.people.models import Membership, Person, Unit


class Standing(NamedTuple):
    """A subject on a day: who, and in which unit. `person_id` is None where a unit is the subject.

    `of_unit`: the unit itself is assessed (a measure on a unit is only about it); `next_only`: by the level next above
    and no other.
    """

    subject_id: int
    name: str
    number: str
    person_id: int | None
    joined_on: date | None
    left_on: date | None
    unit_id: int | None
    unit_path: str | None
    unit_name: str | None
    position: str
    of_unit: bool = False
    next_only: bool = False
    closed_on: date | None = None

    @property
    def place(self) -> Place:
        """Where an entry about this subject lies."""
        return Place(
            person_id=self.person_id,
            unit_path=self.unit_path,
            of_unit=self.unit_path if self.of_unit else None,
        )

    @property
    def above(self) -> str:
        """The path of the unit next above; "" for the whole organisation."""
        return above(self.unit_path or "")


def above(path: str) -> str:
    """The path of the unit next above the one with this path; "" for the whole organisation."""
    shorter = path.rstrip("/").rpartition("/")[0]
    return f"{shorter}/" if shorter else ""


def member_on(day: date) -> ColumnElement[bool]:
    """The condition that a membership holds on a day."""
    return and_(Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on >= day))


def stand(session: TenantSession, subject_id: int, day: date) -> Standing:
    """Where a person stood on a day; unit fields are None when the person belonged to none. `NotFound`: no such person."""
    found = stand_all(session, [subject_id], day)
    if subject_id not in found:
        raise NotFound(field="person")
    return found[subject_id]


def stood(row: Sequence[Any]) -> Standing:
    """A person's standing from the columns: id, name, number, id, days of joining and leaving, unit, position."""
    return Standing._make((*row[:9], row[9] or "", False, False, None))


def stand_all(session: TenantSession, subject_ids: Sequence[int], day: date) -> dict[int, Standing]:
    """Where each person stood on a day, in one query (per five hundred persons)."""
    columns = (
        Person.id,
        Person.name,
        Person.number,
        Person.id,
        Person.joined_on,
        Person.left_on,
        Unit.id,
        Unit.path,
        Unit.name,
        Membership.position,
    )
    found: dict[int, Standing] = {}
    for some in chunks(subject_ids):
        query = (
            select(*columns)
            .outerjoin(Membership, and_(Membership.person_id == Person.id, member_on(day)))
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(Person.id == some[0] if len(some) == 1 else Person.id.in_(some))
        )
        for row in session.execute(query):
            found[row[0]] = stood(row)
    return found


def roster(
    session: TenantSession, actor: Actor, day: date, unit_path: str, most: int
) -> list[Standing] | None:
    """The people of a unit and of those below it on a day, by unit and number, on whom the actor may record.

    None when there are more than `most`.
    """
    conditions = [Unit.path.startswith(unit_path), Person.id != actor.person_id]
    if not actor.is_admin:
        conditions.append(or_(*(Unit.path.startswith(path) for path in actor.assesses)))
    query = (
        select(
            Person.id,
            Person.name,
            Person.number,
            Person.id,
            Person.joined_on,
            Person.left_on,
            Unit.id,
            Unit.path,
            Unit.name,
            Membership.position,
        )
        .join(Membership, and_(Membership.person_id == Person.id, member_on(day)))
        .join(Unit, Unit.id == Membership.unit_id)
        .where(*conditions, or_(Person.left_on.is_(None), Person.left_on >= day))
        .order_by(Unit.place, Unit.path, Person.number)
        .limit(most + 1)
    )
    found = [stood(row) for row in session.execute(query)]
    return found if len(found) <= most else None


def unit_standing(session: TenantSession, unit_id: int) -> Standing:
    """A unit as what a measure is about."""
    return standing_for(session.need(Unit, unit_id))


def standing_for(unit: Unit, *, assessed: bool = False, next_only: bool = False) -> Standing:
    """A unit as a subject; `assessed`: it is what the scheme assesses."""
    return Standing(
        unit.id, unit.name, unit.code or "", None, None, None, unit.id, unit.path, unit.name, "",
        assessed, next_only, unit.closed_on,
    )  # fmt: skip


def assessed_units(
    session: TenantSession, unit_ids: Sequence[int], *, next_only: bool = False
) -> dict[int, Standing]:
    """These units as what the scheme assesses; a query for every five hundred."""
    found: dict[int, Standing] = {}
    for some in chunks(unit_ids):
        for unit in session.scalars(select(Unit).where(Unit.id.in_(some))):
            found[unit.id] = standing_for(unit, assessed=True, next_only=next_only)
    return found


def chunks(ids: Iterable[int], size: int = 500) -> Iterable[list[int]]:
    """The ids in pieces that a statement can carry."""
    listed = list(dict.fromkeys(ids))
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def require_present(standing: Standing, day: date) -> None:
    """Refuse a person who had left, had not joined, or belonged to no unit on the day."""
    name, said = standing.name, day.isoformat()
    if standing.closed_on is not None and day > standing.closed_on:
        raise refusals.UnitClosed(name=name, closed=standing.closed_on.isoformat(), day=said)
    if standing.left_on is not None and day > standing.left_on:
        raise refusals.HasLeft(name=name, left=standing.left_on.isoformat(), day=said)
    if standing.joined_on is not None and day < standing.joined_on:
        raise refusals.NotJoined(name=name, joined=standing.joined_on.isoformat(), day=said)
    if standing.unit_path is None:
        raise refusals.NotHere(name=name, day=said)


def require_covered(actor: Actor, standing: Standing, day: date, action: str = "entries.record") -> None:
    """Refuse the actor about oneself, and about a unit that the actor does not cover."""
    refusal = why_not(actor, standing, day, action)
    if refusal is not None:
        raise refusal


def why_not(actor: Actor, standing: Standing, day: date, action: str = "entries.record") -> Refusal | None:
    """Why the actor may not record about this subject on that day; None where that is allowed."""
    if standing.of_unit:
        return _why_not_unit(actor, standing)
    if allowed(actor, action, standing.place):
        return None
    if actor.is_self(standing.place):
        return refusals.OwnEntry()
    if standing.unit_name is None:
        return Forbidden(field="person")
    return refusals.ForeignUnit(name=standing.name, day=day.isoformat(), unit=standing.unit_name)


def _why_not_unit(actor: Actor, standing: Standing) -> Refusal | None:
    if actor.is_self(standing.place):
        return refusals.OwnUnit(name=standing.name)
    higher = (
        standing.above in actor.assesses if standing.next_only else actor.assesses_above(standing.unit_path)
    )
    return None if actor.is_admin or higher else refusals.NotAssessor(name=standing.name)
