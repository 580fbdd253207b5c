"""Dated facts about people (a level, a title): what a sector declares, and which value holds on a day.

Decides that of several values the one with the later start holds, and of one day the one recorded later. A
value is never overwritten: history shows every one with its origin. Refuses values that the declaration does
not allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.people.models import Attribute, Person
from kaohe.people.refusals import FactUnknown, FactValueWrong
from kaohe.scheme.model import Fact
from kaohe.scheme.text import Text

MANY = 500


def declared(schemes: Iterable[Any]) -> list[Fact]:
    """The facts that these schemes declare, each code once, in their order."""
    found: dict[str, Fact] = {}
    for scheme in schemes:
        for fact in scheme.facts:
            found.setdefault(fact.code, fact)
    return list(found.values())


def fact_of(facts: Sequence[Fact], code: str) -> Fact:
    """The declared fact of that code; raises `FactUnknown`."""
    for fact in facts:
        if fact.code == code:
            return fact
    raise FactUnknown


def choices(fact: Fact) -> list[tuple[str, Any]]:
    """The values a fact may have, as (stored as text, title); empty when any is allowed."""
    if fact.kind == "level":
        return [
            (str(n), str(n)) for n in range(fact.low or 0, (fact.high if fact.high is not None else 9) + 1)
        ]
    return [(value.code, value.title) for value in fact.values]


def checked(fact: Fact, value: Any) -> Any:
    """`value` as it is stored: a whole number for a level and for money (fen), text else.

    Raises `FactValueWrong` for what the declaration does not allow; None (not known) stays None.
    """
    if value is None or value == "":
        return None
    text = str(value).strip()
    if fact.kind == "choice":
        if any(text == one.code for one in fact.values):
            return text
        raise FactValueWrong(
            title=fact.title,
            value=text,
            allowed=Text(
                "、".join(one.title.zh for one in fact.values), ", ".join(one.title.en for one in fact.values)
            ),
        )
    if fact.kind in ("level", "money"):
        plain = text.isascii() and text.isdigit() and len(text) < 15
        if not plain or not (fact.low or 0) <= int(text) <= (
            fact.high if fact.high is not None else int(text)
        ):
            raise FactValueWrong(title=fact.title, value=text, allowed=f"{fact.low or 0}–{fact.high or '…'}")
        return int(text)
    return "".join(c for c in text[:200] if c.isprintable())


def set_fact(
    session: TenantSession,
    person: Person,
    name: str,
    value: Any,
    *,
    starts_on: date,
    origin: str = "recorded",
    reason: str | None = None,
    actor: Actor | None = None,
    now: datetime,
) -> Attribute | None:
    """Record that a fact has this value from `starts_on` on; None when it has it on that day already.

    `origin` is recorded, opening, imported or decided.
    """
    if facts_on(session, starts_on, [person.id]).get(person.id, {}).get(name) == value:
        return None
    row = Attribute(
        person_id=person.id,
        name=name,
        value=value,
        starts_on=starts_on,
        origin=origin,
        reason=(reason or "").strip() or None,
        recorded_by=actor.person_id if actor else None,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def facts_on(
    session: TenantSession, day: date, person_ids: Sequence[int] | None = None
) -> dict[int, dict[str, Any]]:
    """The values in force on `day` by person and name; people without any are left out. One query."""
    query = (
        select(Attribute.person_id, Attribute.name, Attribute.value)
        .where(Attribute.starts_on <= day)
        .order_by(Attribute.starts_on, Attribute.id)
    )
    if person_ids is not None and len(person_ids) <= MANY:
        query = query.where(Attribute.person_id.in_(person_ids))
    wanted = None if person_ids is None or len(person_ids) <= MANY else set(person_ids)
    found: dict[int, dict[str, Any]] = {}
    for person_id, name, value in session.execute(query):
        if wanted is None or person_id in wanted:
            found.setdefault(person_id, {})[name] = value
    return found


def fact_history(session: TenantSession, person_id: int) -> dict[str, list[Attribute]]:
    """Every value a person's facts ever had, by name, the newest first."""
    found: dict[str, list[Attribute]] = {}
    for row in session.scalars(
        select(Attribute)
        .where(Attribute.person_id == person_id)
        .order_by(Attribute.starts_on.desc(), Attribute.id.desc())
    ):
        found.setdefault(row.name, []).append(row)
    return found
