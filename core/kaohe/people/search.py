"""Finding people by name, number or pinyin initials, within what the actor may see.

Decides that a search never tells of people whom the actor may not act on: the limit is part of the query.
First come those whose number, name or initials begin with the text (by index), then those that contain it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from kaohe.accounts.policy import POLICIES, Actor, Place, allowed
from kaohe.db import TenantSession
from kaohe.people.memberships import standing
from kaohe.people.models import Membership, Person, Unit
from kaohe.people.persons import clean_name, clean_number
from kaohe.people.refusals import PersonNotFound, SeveralFound

LAST = "\uffff"


@dataclass(frozen=True)
class Found:
    """A person with the unit and position of the day asked (a leaver's last; None before the first)."""

    person: Person
    unit: Unit | None
    position: str

    @property
    def place(self) -> Place:
        return Place(person_id=self.person.id, unit_path=self.unit.path if self.unit else None)


def visible(actor: Actor, action: str) -> ColumnElement[bool] | None:
    """The condition on a query of persons and their units that leaves whom the actor may do `action` on.

    None when nobody is hidden.
    """
    allow = POLICIES[action]
    if allow.admin and actor.is_admin:
        return Person.id != actor.person_id if allow.not_self else None
    conditions: list[ColumnElement[bool]] = []
    if allow.assessor:
        conditions += [Unit.path.startswith(path) for path in actor.assesses]
    seen = or_(*conditions) if conditions else Person.id.is_(None)
    if allow.not_self:
        return seen & (Person.id != actor.person_id)
    return or_(seen, Person.id == actor.person_id)


def people_on(day: date) -> Select[Person, Unit, str]:
    """Persons with unit and position on `day`, for a query that adds conditions and order."""
    return (
        select(Person, Unit, Membership.position)
        .outerjoin(Membership, standing(day))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
    )


def begins(column: Any, text: str) -> ColumnElement[bool]:
    """The condition that a column begins with `text`, as a range that an index serves."""
    return (column >= text) & (column < text + LAST)


def contains(text: str) -> ColumnElement[bool]:
    """The condition that number, name, phone or initials contain `text`."""
    plain, key = clean_name(text), "".join(text.split()).lower()
    conditions = [
        Person.number.contains(clean_number(text), autoescape=True),
        Person.name.contains(plain, autoescape=True),
    ]
    if key.isascii():
        conditions += [
            Person.initials.startswith(key, autoescape=True),
            Person.initials.contains(f" {key}", autoescape=True),
        ]
    if key.isdigit() and len(key) >= 4:
        conditions.append(Person.phone.contains(key))
    return or_(*conditions)


def search(
    session: TenantSession,
    actor: Actor,
    text: str,
    *,
    today: date,
    action: str = "people.read",
    limit: int = 20,
    leavers: bool = False,
) -> list[Found]:
    """The people that fit `text`, best first, at most `limit`; only those on whom the actor may do `action`.

    The exact number, then beginnings, then what merely contains the text. People who left before `today` come
    only with `leavers`.
    """
    text = "".join(c for c in text[:100] if c.isprintable() or c == "\u3000").strip()
    if not text:
        return []
    query = people_on(today)
    hidden = visible(actor, action)
    if hidden is not None:
        query = query.where(hidden)
    if not leavers:
        query = query.where(or_(Person.left_on.is_(None), Person.left_on >= today))
    key = "".join(text.split()).lower()
    first = or_(
        begins(Person.number, clean_number(text)),
        begins(Person.name, clean_name(text)),
        *([begins(Person.initials, key)] if key.isascii() else []),
    )
    found = _rows(session, query.where(first), actor, action, limit, _closeness(text))
    if len(found) < limit:
        known = {one.person.id for one in found}
        more = _rows(
            session,
            query.where(or_(contains(text), Unit.name == text)),
            actor,
            action,
            limit,
            _closeness(text),
        )
        found += [one for one in more if one.person.id not in known]
    return found[:limit]


def _rows(
    session: TenantSession,
    query: Select[Person, Unit, str],
    actor: Actor,
    action: str,
    limit: int,
    rank: Callable[[Found], Any],
) -> list[Found]:
    rows = session.execute(query.order_by(Person.number).limit(limit * 3))
    found = [Found(person, unit, position or "") for person, unit, position in rows]
    return sorted((one for one in found if allowed(actor, action, one.place) or _listed(action)), key=rank)


def _listed(action: str) -> bool:
    """Whether the action asks for no particular place: the query's own condition is then the whole answer."""
    return POLICIES[action].assessor == "any" or POLICIES[action].member


def _closeness(text: str) -> Callable[[Found], Any]:
    number, name, key = clean_number(text), clean_name(text), "".join(text.split()).lower()

    def rank(one: Found) -> tuple[int, str, str]:
        person = one.person
        if person.number == number or person.name == name:
            return (0, person.name, person.number)
        if key in person.initials.split():
            return (1, person.name, person.number)
        if (
            person.number.startswith(number)
            or person.name.startswith(name)
            or person.initials.startswith(key)
        ):
            return (2, person.name, person.number)
        return (3, person.name, person.number)

    return rank


def one_by_text(session: TenantSession, actor: Actor, text: str, *, today: date, action: str) -> Found:
    """The one person that `text` names (a number, a whole name, or "name · number · unit" from the picker).

    Raises `PersonNotFound`, `SeveralFound`; for forms sent without script.
    """
    parts = [part.strip() for part in text.split("·")]
    wanted = parts[1] if len(parts) > 1 else parts[0]
    found = search(session, actor, wanted, today=today, action=action, leavers=True)
    exact = [one for one in found if one.person.number == clean_number(wanted)]
    exact = exact or [one for one in found if one.person.name == clean_name(wanted)] or found
    if not exact:
        raise PersonNotFound(text=text.strip())
    if len(exact) > 1:
        raise SeveralFound(text=text.strip(), n=len(exact))
    return exact[0]
