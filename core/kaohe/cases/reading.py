"""What the desk shows: the cases that an actor sees, by what is due first, each with its next clock.

A list costs the same number of queries however many rows it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from kaohe.cases.models import Case, CaseClockRow
from kaohe.cases.rights import Sight, visible
from kaohe.db import TenantSession
from kaohe.people.models import Person, Unit

SOON = timedelta(minutes=15)
SORTS = {
    "due": (Case.closed, Case.due_at.is_(None), Case.due_at, Case.id),
    "number": (Case.number,),
    "logged": (Case.logged_at, Case.id),
}


@dataclass(frozen=True)
class Wanted:
    """Which cases: `standing` is "" (open), "overdue", "closed" or "all"; `at` a state of one kind."""

    words: str = ""
    standing: str = ""
    kind: str = ""
    at: str = ""
    holder_ids: tuple[int, ...] | None = None
    mine: bool = False


@dataclass(frozen=True)
class Line:
    """A case in a list: the names of its units, and the clock that is due next."""

    case: Case
    holder: Unit
    desk: Unit
    person: str | None
    clock: CaseClockRow | None

    def lane(self, now: datetime, today: date) -> str:
        """Where the case stands with its clock: "closed", "late", "soon", "running" or "none".

        Soon is the last quarter of an hour, or the last day of a clock of days.
        """
        if self.case.closed:
            return "closed"
        if self.clock is None:
            return "none"
        if now > self.clock.due_at:
            return "late"
        whole = self.clock.due_at - self.clock.started_at
        last_day = whole >= timedelta(days=1) and self.clock.due_on <= today
        return "soon" if last_day or self.clock.due_at - now <= SOON else "running"

    def used(self, now: datetime) -> int:
        """How many hundredths of the limit have gone by, 100 at most."""
        if self.clock is None:
            return 0
        whole = max((self.clock.due_at - self.clock.started_at) // timedelta(seconds=1), 1)
        gone = (now - self.clock.started_at) // timedelta(seconds=1)
        return max(0, min(100, gone * 100 // whole))


def how_many(
    session: TenantSession, sight: Sight, units: Sequence[Unit], wanted: Wanted, now: datetime
) -> int:
    """How many cases fit."""
    query = select(func.count()).select_from(Case).where(*_conditions(sight, units, wanted, now))
    return int(session.scalar(query) or 0)


def counts(session: TenantSession, sight: Sight, units: Sequence[Unit], now: datetime) -> tuple[int, int]:
    """How many open cases the actor sees, and how many of them are overdue."""
    query = (
        select(func.count(), func.count().filter(Case.due_at < now))
        .select_from(Case)
        .where(Case.closed.is_(False), visible(sight, units))
    )
    row = session.execute(query).one()
    return int(row[0]), int(row[1])


def listing(
    session: TenantSession,
    sight: Sight,
    units: Sequence[Unit],
    wanted: Wanted,
    now: datetime,
    *,
    sort: str = "due",
    falling: bool = False,
    limit: int,
    offset: int = 0,
) -> list[Line]:
    """The cases that fit, in order."""
    order = SORTS.get(sort, SORTS["due"])
    query = (
        select(Case, Person.name)
        .outerjoin(Person, Person.id == Case.person_id)
        .where(*_conditions(sight, units, wanted, now))
        .order_by(*(one.desc() if falling else one for one in order))
        .limit(limit)
        .offset(offset)
    )
    found = session.execute(query).all()
    clocks = next_clocks(session, [case.id for case, _ in found])
    by_id = {unit.id: unit for unit in units}
    return [
        Line(case, by_id[case.holder_id], by_id[case.unit_id], name, clocks.get(case.id))
        for case, name in found
    ]


def next_clocks(session: TenantSession, case_ids: Iterable[int]) -> dict[int, CaseClockRow]:
    """The clock of each case that is due next and still runs, in one query for five hundred cases."""
    ids = list(case_ids)
    found: dict[int, CaseClockRow] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(CaseClockRow)
            .where(
                CaseClockRow.case_id.in_(ids[start : start + 500]),
                CaseClockRow.stopped_at.is_(None),
                CaseClockRow.quiet.is_(False),
                CaseClockRow.state != "void",
            )
            .order_by(CaseClockRow.due_at)
        )
        for row in session.scalars(query):
            found.setdefault(row.case_id, row)
    return found


def _conditions(
    sight: Sight, units: Sequence[Unit], wanted: Wanted, now: datetime
) -> list[ColumnElement[bool]]:
    conditions = [visible(sight, units)]
    if wanted.standing in ("", "overdue"):
        conditions.append(Case.closed.is_(False))
    if wanted.standing == "overdue":
        conditions.append(Case.due_at < now)
    if wanted.standing == "closed":
        conditions.append(Case.closed.is_(True))
    if wanted.kind:
        conditions.append(Case.kind == wanted.kind)
    if wanted.kind and wanted.at:
        conditions.append(Case.state == wanted.at)
    if wanted.holder_ids is not None:
        conditions.append(Case.holder_id.in_(wanted.holder_ids))
    if wanted.mine:
        home = [unit.id for unit in units if sight.home is not None and sight.home.startswith(unit.path)]
        conditions.append(or_(Case.person_id == sight.actor.person_id, Case.holder_id.in_(home)))
    if wanted.words:
        words = wanted.words.lower()
        conditions.append(
            or_(Case.number.contains(words, autoescape=True), Case.sought.contains(words, autoescape=True))
        )
    return conditions
