"""What the pages of filings list: what one owes oneself, and the tracker of who has filed, is late, has not.

Decides that one sees what one owes and what the units owe that one heads, and that what is locked (missed, and not taken
late) stands apart from what can be filed; the tracker holds the units that the
actor assesses, all for an administrator. Rows are subjects, columns the filings of a period, or the times of one filing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.filings.models import Due
from kaohe.people.models import Person, Unit
from kaohe.plugins import Registry

MOST_TIMES = 12
Which = Literal["open", "locked", "filed"]
_ORDER: dict[str, tuple[Any, ...]] = {
    "locked": (Due.due_at.desc(), Due.filing, Due.id),
    "filed": (Due.filed_at.desc(), Due.id.desc()),
}
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


@dataclass(frozen=True)
class Mine:
    """What one files for at a moment, under what the installation's sectors declare."""

    actor: Actor
    registry: Registry
    now: datetime

    def conditions(self, which: Which) -> list[ColumnElement[bool]]:
        """Of the dues that are one's own and are of that kind: as `service.is_locked` says of one."""
        own = Due.subject_id.in_(owed_by(self.actor))
        if which == "filed":
            return [own, Due.filed_at.is_not(None)]
        open_ = or_(self._declared(late=True), and_(self._declared(late=False), Due.due_at >= self.now))
        return [own, Due.filed_at.is_(None), open_ if which == "open" else not_(open_)]

    def _declared(self, *, late: bool) -> ColumnElement[bool]:
        sectors = self.registry.sectors.values()
        return Due.filing.in_([one.code for sector in sectors for one in sector.filings if one.late is late])


def mine(
    session: TenantSession, whose: Mine, which: Which, *, limit: int, offset: int = 0
) -> list[tuple[Due, str]]:
    """What one can file (soonest first), cannot any more, or has filed (newest first), with the name of the subject."""
    query = (
        select(Due, func.coalesce(Person.name, Unit.name))
        .join(Unit, Unit.id == Due.unit_id)
        .outerjoin(Person, Person.id == Due.subject_id)
        .where(*whose.conditions(which))
        .order_by(*_ORDER.get(which, (Due.due_at, Due.filing, Due.id)))
        .limit(limit)
        .offset(offset)
    )
    return [(due, name) for due, name in session.execute(query)]


def how_many(session: TenantSession, whose: Mine, which: Which) -> int:
    """How many one can file, cannot any more, or has filed."""
    return session.scalar(select(func.count()).select_from(Due).where(*whose.conditions(which))) or 0


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
