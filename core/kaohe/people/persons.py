"""The staff list: a person is put on it, edited, and away for dated absences.

Decides that a number belongs to one person of the organisation, whatever its case and outer spaces. Refuses a
number in use, an absence that overlaps another, an end before a start.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession, new_id
from kaohe.people.facts import set_fact
from kaohe.people.memberships import touch
from kaohe.people.models import Leave, Membership, Person, Subject, Unit
from kaohe.people.pinyin import initials
from kaohe.people.refusals import DatesCrossed, LeavesOverlap, NameMissing, NumberMissing, NumberTaken
from kaohe.people.units import must_be_open


def person_by_number(session: TenantSession, number: str) -> Person | None:
    """The person with that number; the case and outer spaces of what is asked do not matter."""
    return session.scalars(select(Person).where(Person.number == clean_number(number))).first()


def clean_number(number: str) -> str:
    """A number as it is kept: half width, without spaces, in capitals."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def clean_name(name: str) -> str:
    """A name as it is kept: no spaces between Chinese characters, single ones between words."""
    parts = name.replace("\u3000", " ").split()
    return ("" if all(not part.isascii() for part in parts) else " ").join(parts)


def create_person(
    session: TenantSession,
    *,
    number: str,
    name: str,
    unit: Unit,
    position: str,
    joined_on: date | None,
    now: datetime,
    starts_on: date | None = None,
    phone: str | None = None,
    note: str | None = None,
    facts: Mapping[str, Any] | None = None,
    origin: str = "recorded",
    actor: Actor | None = None,
) -> Person:
    """A new person with membership, subject and first facts.

    The membership and the facts start on `starts_on`, else on `joined_on`, else on the day of `now`. Raises
    `NumberMissing`, `NameMissing`, `NumberTaken`, `UnitClosed`.
    """
    number, name = clean_number(number), clean_name(name)
    if not number:
        raise NumberMissing
    if not name:
        raise NameMissing
    taken = person_by_number(session, number)
    if taken is not None:
        raise NumberTaken(number=number, name=taken.name)
    first_day = starts_on or joined_on or now.date()
    must_be_open(unit, first_day)
    person = Person(
        id=new_id(),
        number=number,
        name=name,
        initials=initials(name),
        phone=_or_none(phone),
        joined_on=joined_on,
        left_on=None,
        note=_or_none(note),
    )
    session.add(person)
    session.flush()
    session.add(Subject(id=person.id, person_id=person.id, unit_id=None))
    session.add(
        Membership(
            person_id=person.id, unit_id=unit.id, position=position.strip(), starts_on=first_day, ends_on=None
        )
    )
    session.flush()
    for fact, value in (facts or {}).items():
        set_fact(
            session,
            person,
            fact,
            value,
            starts_on=first_day,
            origin=origin,
            reason=None,
            actor=actor,
            now=now,
        )
    return person


def edit_person(
    session: TenantSession,
    person: Person,
    *,
    number: str,
    name: str,
    phone: str | None,
    joined_on: date | None,
    note: str | None,
    version: int | None = None,
) -> None:
    """Change what stands about a person beside dated things; raises `NumberTaken`, `Conflict`."""
    person.expect(version)
    number, name = clean_number(number), clean_name(name)
    if not number:
        raise NumberMissing
    if not name:
        raise NameMissing
    taken = person_by_number(session, number)
    if taken is not None and taken is not person:
        raise NumberTaken(number=number, name=taken.name)
    person.number, person.name, person.initials = number, name, initials(name)
    person.phone, person.joined_on, person.note = _or_none(phone), joined_on, _or_none(note)
    session.flush()


def record_leave(
    session: TenantSession,
    person: Person,
    *,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    note: str | None = None,
    version: int | None = None,
) -> Leave:
    """A dated absence, both ends included, `ends_on` None while it runs. Raises `LeavesOverlap`, `DatesCrossed`."""
    person.expect(version)
    if ends_on is not None and ends_on < starts_on:
        raise DatesCrossed(starts_on=starts_on, ends_on=ends_on)
    query = select(Leave).where(
        Leave.person_id == person.id, or_(Leave.ends_on.is_(None), Leave.ends_on >= starts_on)
    )
    if ends_on is not None:
        query = query.where(Leave.starts_on <= ends_on)
    other = session.scalars(query.limit(1)).first()
    if other is not None:
        raise LeavesOverlap(kind=other.kind, starts_on=other.starts_on)
    touch(person)
    absence = Leave(
        person_id=person.id, kind=kind.strip(), starts_on=starts_on, ends_on=ends_on, note=_or_none(note)
    )
    session.add(absence)
    session.flush()
    return absence


def end_leave(session: TenantSession, absence: Leave, *, on: date) -> None:
    """The last day of an absence becomes `on`."""
    if on < absence.starts_on:
        raise DatesCrossed(starts_on=absence.starts_on, ends_on=on)
    absence.ends_on = on
    session.flush()


def drop_leave(session: TenantSession, absence: Leave) -> None:
    """Take an absence back that was recorded by mistake."""
    session.delete(absence)
    session.flush()


def leaves_of(session: TenantSession, person_id: int) -> list[Leave]:
    """The absences of a person, the newest first."""
    return list(
        session.scalars(
            select(Leave).where(Leave.person_id == person_id).order_by(Leave.starts_on.desc(), Leave.id)
        )
    )


def _or_none(text: str | None) -> str | None:
    return (text or "").strip() or None
