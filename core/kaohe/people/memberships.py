"""Who is in which unit with which position, over dates; at most one membership on any day.

A move ends the running membership the day before and starts another. Refuses a date before a later move, and
moving somebody who is in no unit on that day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm.attributes import flag_modified

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.people.models import Membership, Merge, Person, Unit
from kaohe.people.refusals import HasLeft, LaterMove, MergedAway, NothingToUndo, NotLeft, NotMember
from kaohe.people.units import must_be_open

ONE_DAY = timedelta(days=1)


def in_force(day: date, membership: Any = Membership) -> ColumnElement[bool]:
    """The condition that a membership holds on `day`."""
    return and_(membership.starts_on <= day, or_(membership.ends_on.is_(None), membership.ends_on >= day))


def standing(day: date, membership: Any = Membership, person: Any = Person) -> ColumnElement[bool]:
    """The condition for a join of persons: the membership on `day`, or the last one of somebody who has left."""
    return and_(
        membership.person_id == person.id,
        membership.starts_on <= day,
        or_(membership.ends_on.is_(None), membership.ends_on >= day, membership.ends_on == person.left_on),
    )


def membership_on(session: TenantSession, person_id: int, day: date) -> Membership | None:
    """The person's membership on `day`."""
    return session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id, in_force(day))
        .order_by(Membership.id)
        .limit(1)
    ).first()


def unit_on(session: TenantSession, person_id: int, day: date) -> Unit | None:
    """The unit in which the person is on `day`; None when in none."""
    return session.scalars(
        select(Unit)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person_id, in_force(day))
        .limit(1)
    ).first()


def units_on(session: TenantSession, day: date, person_ids: list[int] | None = None) -> dict[int, int]:
    """The id of each person's unit on `day`; people in no unit are left out. One query."""
    query = select(Membership.person_id, Membership.unit_id).where(in_force(day))
    if person_ids is not None and len(person_ids) <= 500:
        query = query.where(Membership.person_id.in_(person_ids))
    wanted = None if person_ids is None else set(person_ids)
    return {person: unit for person, unit in session.execute(query) if wanted is None or person in wanted}


def nearest_unit(session: TenantSession, person_id: int, day: date) -> Unit | None:
    """The unit on `day`, else the last one before it, else the first one after it."""
    rows = session.execute(
        select(Membership.starts_on, Unit)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.starts_on)
    ).all()
    begun = [unit for starts_on, unit in rows if starts_on <= day]
    return begun[-1] if begun else (rows[0][1] if rows else None)


def place_of(session: TenantSession, person: Person, day: date) -> Place:
    """Where the person stands on `day` for the question who may do what; a leaver stays with the last unit."""
    unit = nearest_unit(session, person.id, day)
    return Place(person_id=person.id, unit_path=unit.path if unit else None)


def memberships_of(session: TenantSession, person_id: int) -> list[Membership]:
    """All memberships of a person, the oldest first."""
    return list(
        session.scalars(
            select(Membership)
            .where(Membership.person_id == person_id)
            .order_by(Membership.starts_on, Membership.id)
        )
    )


def move_person(
    session: TenantSession, person: Person, *, unit: Unit, position: str, on: date, version: int | None = None
) -> Membership:
    """Put a person into a unit with a position from the day `on`; the same unit and position change nothing.

    Raises `NotMember`, `LaterMove`, `UnitClosed`, `Conflict`.
    """
    person.expect(version)
    must_be_open(unit, on)
    position = position.strip()
    running = membership_on(session, person.id, on)
    if running is None:
        raise NotMember(name=person.name, day=on)
    _nothing_later(session, person, on)
    if (running.unit_id, running.position) == (unit.id, position):
        return running
    touch(person)
    if running.starts_on == on:
        running.unit_id, running.position = unit.id, position
        session.flush()
        return running
    ends_on, running.ends_on = running.ends_on, on - ONE_DAY
    return _begin(session, person, unit, position, on, ends_on)


def undo_move(session: TenantSession, person: Person, *, version: int | None = None) -> None:
    """Take the last move back: its membership goes, the one before it runs on; raises `NothingToUndo`."""
    person.expect(version)
    held = memberships_of(session, person.id)
    if len(held) < 2 or held[-2].ends_on != held[-1].starts_on - ONE_DAY:
        raise NothingToUndo
    touch(person)
    held[-2].ends_on = held[-1].ends_on
    session.delete(held[-1])
    session.flush()


def leave(session: TenantSession, person: Person, *, on: date, version: int | None = None) -> None:
    """The person leaves; `on` is the last day. Raises `HasLeft`, `NotMember`, `LaterMove`."""
    person.expect(version)
    if person.left_on is not None:
        raise HasLeft(name=person.name, day=person.left_on)
    running = membership_on(session, person.id, on)
    if running is None:
        raise NotMember(name=person.name, day=on)
    _nothing_later(session, person, on)
    person.left_on = running.ends_on = on
    session.flush()


def stay(session: TenantSession, person: Person, *, version: int | None = None) -> None:
    """Take a recorded leaving back: the last membership runs on. Raises `NotLeft`, `MergedAway`."""
    person.expect(version)
    _not_merged(session, person)
    if person.left_on is None:
        raise NotLeft(name=person.name)
    for membership in memberships_of(session, person.id)[-1:]:
        membership.ends_on = None
    person.left_on = None
    session.flush()


def rejoin(
    session: TenantSession, person: Person, *, unit: Unit, position: str, on: date, version: int | None = None
) -> Membership:
    """Somebody who left comes back on `on`. Raises `NotLeft`, `MergedAway`, `HasLeft` for a day not after the leaving."""
    person.expect(version)
    _not_merged(session, person)
    if person.left_on is None:
        raise NotLeft(name=person.name)
    if on <= person.left_on:
        raise HasLeft(name=person.name, day=person.left_on)
    must_be_open(unit, on)
    person.left_on = None
    session.flush()
    return _begin(session, person, unit, position.strip(), on, None)


def _not_merged(session: TenantSession, person: Person) -> None:
    if session.scalar(select(Merge.id).where(Merge.gone_id == person.id)) is not None:
        raise MergedAway(name=person.name, number=person.number)


def touch(person: Person) -> None:
    """Let the person's version grow although only a row beside it changes: two editors cannot both win."""
    flag_modified(person, "name")


def _begin(
    session: TenantSession, person: Person, unit: Unit, position: str, on: date, ends_on: date | None
) -> Membership:
    membership = Membership(
        person_id=person.id, unit_id=unit.id, position=position, starts_on=on, ends_on=ends_on
    )
    session.add(membership)
    session.flush()
    return membership


def _nothing_later(session: TenantSession, person: Person, on: date) -> None:
    later = session.scalars(
        select(Membership.starts_on)
        .where(Membership.person_id == person.id, Membership.starts_on > on)
        .order_by(Membership.starts_on.desc())
        .limit(1)
    ).first()
    if later is not None:
        raise LaterMove(name=person.name, day=later)
