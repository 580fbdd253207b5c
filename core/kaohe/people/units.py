"""The tree of units: made, renamed, moved and closed.

Decides that a unit's path names all units above it, and that a moved unit takes everything below along (who
assesses a unit is bound to the unit, so assessors keep what they had). Refuses two sisters of one name, a unit
below itself, moving or closing the root, and closing a unit that people are still in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, literal, or_, select, update

from kaohe.db import TenantSession, new_id
from kaohe.db.ids import id_within
from kaohe.people.models import Membership, Subject, Unit
from kaohe.people.refusals import NameMissing, RootUnit, UnitBelowItself, UnitClosed, UnitInUse, UnitNameTaken

FAR = date(9999, 12, 31)


def depth(unit: Unit) -> int:
    """How many units lie above this one."""
    return unit.path.count("/") - 2


def units(session: TenantSession, *, open_on: date | None = None) -> list[Unit]:
    """Every unit in tree order, sisters by place; with `open_on` without those closed before that day."""
    below: dict[int | None, list[Unit]] = {}
    query = select(Unit).order_by(Unit.place, Unit.name, Unit.id)
    for unit in session.recall("units", lambda: session.scalars(query).all()):
        if open_on is None or unit.closed_on is None or unit.closed_on >= open_on:
            below.setdefault(unit.parent_id, []).append(unit)
    ordered: list[Unit] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting.extend(reversed(below.get(unit.id, [])))
    return ordered


def root(session: TenantSession) -> Unit | None:
    """The unit that stands for the whole organisation."""
    return session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1)).first()


def units_below(session: TenantSession, paths: Sequence[str]) -> list[Unit]:
    """The units with one of these paths, and all below them, in tree order."""
    return [unit for unit in units(session) if any(unit.path.startswith(path) for path in paths)]


def create_unit(
    session: TenantSession,
    *,
    name: str,
    parent: Unit | None,
    code: str | None = None,
    since: datetime | None = None,
) -> Unit:
    """A new unit, last among its sisters, with its subject; `parent` None makes the root.

    `since`: when it came about, where a story of other days is told; its id says so. Raises `NameMissing`, `UnitNameTaken`.
    """
    name = _named(name)
    _no_sister(session, name, parent, None)
    ident = new_id() if since is None else id_within(since, since)
    unit = Unit(
        id=ident,
        name=name,
        code=(code or "").strip() or None,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else '/'}{ident}/",
        place=_next_place(session, parent.id if parent else None),
        closed_on=None,
    )
    session.add(unit)
    session.flush()
    session.add(Subject(id=ident, person_id=None, unit_id=ident))
    session.flush()
    return unit


def rename_unit(
    session: TenantSession, unit: Unit, *, name: str, code: str | None, version: int | None = None
) -> None:
    """Give a unit another name and code; raises `Conflict` when it changed after `version`."""
    unit.expect(version)
    name = _named(name)
    _no_sister(session, name, session.get(Unit, unit.parent_id) if unit.parent_id else None, unit)
    unit.name, unit.code = name, (code or "").strip() or None
    session.flush()


def move_unit(session: TenantSession, unit: Unit, *, parent: Unit, version: int | None = None) -> None:
    """Put a unit, with all below it, under another one."""
    unit.expect(version)
    if unit.parent_id is None:
        raise RootUnit
    if parent.path.startswith(unit.path):
        raise UnitBelowItself
    if parent.id == unit.parent_id:
        return
    _no_sister(session, unit.name, parent, unit)
    old, new = unit.path, f"{parent.path}{unit.id}/"
    unit.parent_id, unit.path, unit.place = parent.id, new, _next_place(session, parent.id)
    session.flush()
    session.execute(
        update(Unit)
        .where(Unit.path.startswith(old))
        .values(path=literal(new) + func.substr(Unit.path, len(old) + 1))
        .execution_options(synchronize_session="fetch")
    )


def order_units(session: TenantSession, unit: Unit, *, earlier: bool) -> None:
    """Let a unit change places with its neighbour among its sisters."""
    sisters = list(
        session.scalars(
            select(Unit).where(Unit.parent_id == unit.parent_id).order_by(Unit.place, Unit.name, Unit.id)
        )
    )
    at = sisters.index(unit)
    other = at - 1 if earlier else at + 1
    if 0 <= other < len(sisters):
        sisters[at], sisters[other] = sisters[other], sisters[at]
        for place, sister in enumerate(sisters):
            if sister.place != place:
                sister.place = place
    session.flush()


def close_unit(session: TenantSession, unit: Unit, *, on: date, version: int | None = None) -> None:
    """Close a unit after its last day `on`; raises `UnitInUse` while people or open units are in it later."""
    unit.expect(version)
    if unit.parent_id is None:
        raise RootUnit
    people = session.scalar(
        select(func.count(func.distinct(Membership.person_id))).where(
            Membership.unit_id == unit.id, or_(Membership.ends_on.is_(None), Membership.ends_on > on)
        )
    )
    below = session.scalar(
        select(func.count())
        .select_from(Unit)
        .where(Unit.parent_id == unit.id, or_(Unit.closed_on.is_(None), Unit.closed_on > on))
    )
    if people or below:
        raise UnitInUse(name=unit.name, day=on, people=people, units=below)
    unit.closed_on = on
    session.flush()


def reopen_unit(session: TenantSession, unit: Unit, *, version: int | None = None) -> None:
    """Take a closed unit into use again."""
    unit.expect(version)
    unit.closed_on = None
    session.flush()


def must_be_open(unit: Unit, day: date) -> None:
    """Raise `UnitClosed` when nobody can be placed in the unit from `day` on."""
    if unit.closed_on is not None and unit.closed_on < day:
        raise UnitClosed(name=unit.name, day=unit.closed_on)


def people_counts(session: TenantSession, day: date) -> dict[int, int]:
    """How many people each unit has on `day`, units below not counted in."""
    rows = session.execute(
        select(Membership.unit_id, func.count(func.distinct(Membership.person_id)))
        .where(Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on >= day))
        .group_by(Membership.unit_id)
    )
    return {unit_id: int(count) for unit_id, count in rows}


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NameMissing
    return name


def _no_sister(session: TenantSession, name: str, parent: Unit | None, own: Unit | None) -> None:
    sister = session.scalars(
        select(Unit).where(
            Unit.name == name, Unit.parent_id == parent.id if parent is not None else Unit.parent_id.is_(None)
        )
    ).first()
    if sister is not None and sister is not own:
        raise UnitNameTaken(name=name, parent=parent.name if parent is not None else name)


def _next_place(session: TenantSession, parent_id: int | None) -> int:
    same = Unit.parent_id == parent_id if parent_id is not None else Unit.parent_id.is_(None)
    last = session.scalar(select(func.max(Unit.place)).where(same))
    return 0 if last is None else int(last) + 1
