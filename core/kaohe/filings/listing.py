"""What the pages of filings list: what one owes oneself, and the tracker of who has filed, is late, has not.

Decides that one sees what one owes and what the units owe that one heads; the tracker holds the units that the
actor assesses, all for an administrator. Rows are subjects, columns the filings of a period, or the times of one filing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.filings.models import Due
from kaohe.people.models import Person, Unit

MOST_TIMES = 12
Key = tuple[str, date]


@dataclass(frozen=True)
class Cell:
    """One subject's due in one column."""

    due_id: int
    state: str
    due_at: datetime
    filed_at: datetime | None


@dataclass
class Row:
    """One subject of the tracker with its cells by column."""

    subject_id: int
    name: str
    number: str
    unit_id: int
    unit: str
    cells: dict[Key, Cell] = field(default_factory=dict)

    def count(self, state: str) -> int:
        return sum(cell.state == state for cell in self.cells.values())


@dataclass(frozen=True)
class Tracker:
    """The rows, and the columns in order."""

    rows: list[Row]
    columns: list[Key]

    def count(self, *states: str) -> int:
        """How many cells stand in one of the states."""
        return sum(row.count(state) for row in self.rows for state in states)


def owed_by(actor: Actor) -> list[int]:
    """The ids of what this person files for: oneself, and the units that one heads."""
    return [actor.person_id, *(int(path.strip("/").split("/")[-1]) for path in actor.assesses)]


def mine(
    session: TenantSession, actor: Actor, *, done: bool, limit: int, offset: int
) -> list[tuple[Due, str]]:
    """What one owes (soonest first) or has filed (newest first), with the name of the subject."""
    query = (
        select(Due, func.coalesce(Person.name, Unit.name))
        .join(Unit, Unit.id == Due.unit_id)
        .outerjoin(Person, Person.id == Due.subject_id)
        .where(*_mine(actor, done))
        .order_by(*((Due.filed_at.desc(), Due.id.desc()) if done else (Due.due_at, Due.filing, Due.id)))
        .limit(limit)
        .offset(offset)
    )
    return [(due, name) for due, name in session.execute(query)]


def how_many(session: TenantSession, actor: Actor, *, done: bool) -> int:
    """How many one owes, or has filed."""
    return session.scalar(select(func.count()).select_from(Due).where(*_mine(actor, done))) or 0


def _mine(actor: Actor, done: bool) -> list[ColumnElement[bool]]:
    return [Due.subject_id.in_(owed_by(actor)), Due.filed_at.is_not(None) if done else Due.filed_at.is_(None)]


def codes_used(session: TenantSession) -> list[str]:
    """The codes of everything that was ever owed here."""
    return sorted(session.scalars(select(Due.filing).distinct()))


def tracker(
    session: TenantSession,
    actor: Actor,
    *,
    now: datetime,
    period_id: int | None,
    filing: str | None = None,
    search: str = "",
    unit_path: str = "",
    state: str = "",
    order: Sequence[str] = (),
) -> Tracker:
    """Who has filed what: the filings of a period, or the last times of one filing. Two queries."""
    wanted: list[Any] = [Due.filing == filing] if filing else [Due.period_id == period_id]
    if filing:
        times = (
            select(Due.starts_on).where(*wanted).distinct().order_by(Due.starts_on.desc()).limit(MOST_TIMES)
        )
        wanted.append(Due.starts_on.in_(session.scalars(times).all()))
    if not actor.is_admin:
        wanted.append(or_(*(Unit.path.startswith(path, autoescape=True) for path in actor.assesses)))
    if unit_path:
        wanted.append(Unit.path.startswith(unit_path, autoescape=True))
    if search:
        wanted.append(
            or_(
                Unit.name.contains(search, autoescape=True),
                Person.name.contains(search, autoescape=True),
                Person.number.contains(search, autoescape=True),
                Person.initials.contains(search.lower(), autoescape=True),
            )
        )
    columns = (Due.id, Due.filing, Due.starts_on, Due.due_at, Due.filed_at, Due.subject_id, Unit.id, Unit.name,
               Person.name, Person.number)  # fmt: skip
    query = (
        select(*columns)
        .join(Unit, Unit.id == Due.unit_id)
        .outerjoin(Person, Person.id == Due.subject_id)
        .where(*wanted)
        .order_by(Unit.path, Person.number, Due.starts_on)
    )
    rows: dict[int, Row] = {}
    keys: set[Key] = set()
    for ident, code, starts_on, due_at, filed_at, subject, unit_id, unit, person, number in session.execute(
        query
    ):
        row = rows.setdefault(subject, Row(subject, person or unit, number or "", unit_id, unit))
        row.cells[code, starts_on] = Cell(ident, _state(due_at, filed_at, now), due_at, filed_at)
        keys.add((code, starts_on))
    place = {code: n for n, code in enumerate(order)}
    found = [row for row in rows.values() if not state or row.count(state)]
    return Tracker(found, sorted(keys, key=lambda key: (key[1], place.get(key[0], 99), key[0])))


def _state(due_at: datetime, filed_at: datetime | None, now: datetime) -> str:
    if filed_at is not None:
        return "filed" if filed_at <= due_at else "late"
    return "open" if now <= due_at else "missing"
