"""Whom an entry can be about, and where that subject stood on the entry's date.

Decides that the unit of an entry is the subject's unit on the date, and that the actor must cover that unit.
Refuses persons who had left, had not joined, or belonged to no unit; refuses everybody about themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from kaohe.accounts.policy import Actor, Place, allowed
from kaohe.db import TenantSession
from kaohe.entries import refusals
from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.people.models import Membership, Person, Unit


class Standing(NamedTuple):
    """A subject on a day: who, and in which unit. `person_id` is None where a unit is the subject."""

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

    @property
    def place(self) -> Place:
        """Where an entry about this subject lies."""
        return Place(person_id=self.person_id, unit_path=self.unit_path)


def member_on(day: date) -> ColumnElement[bool]:
    """The condition that a membership holds on a day."""
    return and_(Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on >= day))


def stand(session: TenantSession, subject_id: int, day: date) -> Standing:
    """Where a person stood on a day; unit fields are None when the person belonged to none. `NotFound`: no such person."""
    found = stand_all(session, [subject_id], day)
    if subject_id not in found:
        raise NotFound(field="person")
    return found[subject_id]


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
            found[row[0]] = Standing._make((*row[:9], row[9] or ""))
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
    found = [Standing._make((*row[:9], row[9] or "")) for row in session.execute(query)]
    return found if len(found) <= most else None


def unit_standing(session: TenantSession, unit_id: int) -> Standing:
    """A unit as the subject of an entry or a measure."""
    unit = session.need(Unit, unit_id)
    return Standing(unit.id, unit.name, unit.code or "", None, None, None, unit.id, unit.path, unit.name, "")


def chunks(ids: Iterable[int], size: int = 500) -> Iterable[list[int]]:
    """The ids in pieces that a statement can carry."""
    listed = list(dict.fromkeys(ids))
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def require_present(standing: Standing, day: date) -> None:
    """Refuse a person who had left, had not joined, or belonged to no unit on the day."""
    name, said = standing.name, day.isoformat()
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
    if allowed(actor, action, standing.place):
        return None
    if actor.is_self(standing.place):
        return refusals.OwnEntry()
    if standing.unit_name is None:
        return Forbidden(field="person")
    return refusals.ForeignUnit(name=standing.name, day=day.isoformat(), unit=standing.unit_name)
