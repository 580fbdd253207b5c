"""Finding proposals: the list with its search, filters, order and pages, and what waits by period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, or_, select

from kaohe.consequences.models import Decision, Proposal
from kaohe.consequences.reading import Proposed, listed
from kaohe.db import TenantSession
from kaohe.people.models import Person, Unit
from kaohe.people.search import contains
from kaohe.periods.models import Period

STATES = ("open", "accepted", "declined", "at_once", "withdrawn")


@dataclass(frozen=True)
class Wanted:
    """What a list of proposals asks for; `paths` limits it to units (None: the whole organisation)."""

    state: str = ""
    q: str = ""
    effect: str = ""
    period_id: int | None = None
    unit_path: str = ""
    subject_id: int | None = None
    sort: str = "when"
    falling: bool = True


def wanted_query(wanted: Wanted) -> Select[Any]:
    """The proposals that fit, without their order."""
    query = (
        select(Proposal)
        .outerjoin(Person, Person.id == Proposal.subject_id)
        .join(Unit, Unit.id == Proposal.unit_id)
        .outerjoin(Decision, Decision.id == Proposal.replaced_by)
    )
    if wanted.q:
        query = query.where(or_(contains(wanted.q), Unit.name.contains(wanted.q, autoescape=True)))
    if wanted.effect:
        query = query.where(Proposal.effect == wanted.effect)
    if wanted.period_id is not None:
        query = query.where(Proposal.period_id == wanted.period_id)
    if wanted.unit_path:
        query = query.where(Unit.path.startswith(wanted.unit_path, autoescape=True))
    if wanted.subject_id is not None:
        query = query.where(Proposal.subject_id == wanted.subject_id)
    states: dict[str, Any] = {
        "open": Proposal.replaced_by.is_(None) & Proposal.at_once.is_(False),
        "at_once": Proposal.replaced_by.is_(None) & Proposal.at_once.is_(True),
        "accepted": Decision.accepted.is_(True),
        "declined": Decision.accepted.is_(False),
        "withdrawn": Proposal.replaced_by.is_not(None) & Decision.id.is_(None),
    }
    return query.where(states[wanted.state]) if wanted.state in states else query


def count(session: TenantSession, wanted: Wanted) -> int:
    """How many proposals fit."""
    inner = wanted_query(wanted).with_only_columns(Proposal.id).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def _ordered(wanted: Wanted) -> Select[Any]:
    orders: dict[str, tuple[Any, ...]] = {
        "when": (Proposal.proposed_at, Proposal.id),
        "who": (Person.number, Proposal.id),
        "unit": (Unit.path, Person.number, Proposal.id),
        "effect": (Proposal.effect, Proposal.proposed_at, Proposal.id),
    }
    order = orders[wanted.sort]
    order = tuple(one.desc() for one in order) if wanted.falling else order
    if wanted.sort == "when" and wanted.falling:  # as the list opens: what waits comes first
        waits = Proposal.replaced_by.is_(None) & Proposal.at_once.is_(False)
        order = (case((waits, 0), else_=1), *order)
    return wanted_query(wanted).order_by(*order)


def page(session: TenantSession, wanted: Wanted, *, limit: int, offset: int) -> list[Proposed]:
    """One page of proposals."""
    return listed(session, list(session.scalars(_ordered(wanted).limit(limit).offset(offset))))


def everything(session: TenantSession, wanted: Wanted, *, at_once: int) -> Iterator[Proposed]:
    """All that fit, in their order, so many read at once: the order is asked for once, each row by its id."""
    ids = session.scalars(_ordered(wanted).with_only_columns(Proposal.id)).all()
    for start in range(0, len(ids), at_once):
        some = ids[start : start + at_once]
        found = {one.id: one for one in session.scalars(select(Proposal).where(Proposal.id.in_(some)))}
        yield from listed(session, [found[ident] for ident in some])


@dataclass(frozen=True)
class Waiting:
    """How many proposals of a period wait for a decision, and some names."""

    period: Period
    count: int
    names: tuple[str, ...]


def waiting(session: TenantSession) -> list[Waiting]:
    """What waits for a decision, by period, the oldest first: one query, and one for the names of each period."""
    open_ones = (Proposal.replaced_by.is_(None), Proposal.at_once.is_(False))
    query = (
        select(Period, func.count())
        .join(Proposal, Proposal.period_id == Period.id)
        .where(*open_ones)
        .group_by(*Period.__table__.columns)
        .order_by(Period.starts_on, Period.id)
    )
    found = []
    for period, number in session.execute(query).all():
        names = (
            select(Person.name)
            .join(Proposal, Proposal.subject_id == Person.id)
            .where(*open_ones, Proposal.period_id == period.id)
            .order_by(Person.number)
            .limit(9)
        )
        found.append(Waiting(period, number, tuple(dict.fromkeys(session.scalars(names)))[:3]))
    return found
