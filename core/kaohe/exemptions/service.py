"""Who is assessed without being ranked or counted in a distribution, with the reason.

Decides that it is set before the period is closed and acts on its next closing; it stays beside what it changed.
Refuses oneself, an exemption without a reason, and a period whose results are computed; the database refuses these too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.errors import NotFound
from kaohe.exemptions import refusals
from kaohe.exemptions.models import Exemption, ExemptionReason
from kaohe.people.models import Person, Subject, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period

LONGEST = 1000


@dataclass(frozen=True)
class Exempted:
    """An exemption that stands, or one that was lifted, with the words said."""

    row: Exemption
    reason: str | None
    by: str


def exempted(session: TenantSession, period: Period) -> frozenset[int]:
    """The subjects that are not ranked in a period, as it stands now."""
    query = select(Exemption.subject_id).where(
        Exemption.period_id == period.id, Exemption.exempt.is_(True), Exemption.replaced_by.is_(None)
    )
    return frozenset(session.scalars(query))


def exempt(
    session: TenantSession,
    period: Period,
    subject_id: int,
    *,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> Exemption:
    """Let a subject out of rank and distribution in a period."""
    if _standing(session, period, subject_id, exempt=True) is not None:
        raise refusals.AlreadyExempt(name=name_of(session, subject_id))
    return _set(session, period, subject_id, exempt=True, reason=reason, actor=actor, now=now)


def lift(
    session: TenantSession,
    period: Period,
    subject_id: int,
    *,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> Exemption:
    """Let a subject be ranked again in a period."""
    if _standing(session, period, subject_id, exempt=True) is None:
        raise refusals.NotExempt(name=name_of(session, subject_id))
    return _set(session, period, subject_id, exempt=False, reason=reason, actor=actor, now=now)


def _standing(
    session: TenantSession, period: Period, subject_id: int, *, exempt: bool | None = None
) -> Exemption | None:
    query = select(Exemption).where(
        Exemption.period_id == period.id,
        Exemption.subject_id == subject_id,
        Exemption.replaced_by.is_(None),
    )
    found = session.scalar(query)
    return found if found is None or exempt is None or found.exempt == exempt else None


def _set(
    session: TenantSession,
    period: Period,
    subject_id: int,
    *,
    exempt: bool,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> Exemption:
    if actor.is_me(subject_id):
        raise refusals.OwnRank
    if session.get(Subject, subject_id) is None:
        raise NotFound
    words = _words(reason)
    if words is None:
        raise refusals.ReasonMissing
    closed = refusals.PeriodClosed(title=periods.title_of(period))
    again = refusals.AlreadyExempt(name=name_of(session, subject_id))
    if period.state not in ("planned", "open"):
        raise closed
    row = Exemption(
        id=new_id(),
        period_id=period.id,
        subject_id=subject_id,
        exempt=exempt,
        set_by=actor.person_id,
        set_at=now,
        replaced_by=None,
    )
    before = _standing(session, period, subject_id)
    try:
        if before is not None:
            stands = update(Exemption).where(Exemption.id == before.id, Exemption.replaced_by.is_(None))
            session.execute(stands.values(replaced_by=row.id).execution_options(synchronize_session=False))
            session.expire(before)
        session.add(row)
        session.flush()
    except WallRefusal as wall:
        raise (refusals.OwnRank() if wall.code == "self" else closed) from wall
    except IntegrityError as error:
        if is_duplicate(error):
            raise again from error
        raise
    session.add(ExemptionReason(id=row.id, words=words))
    session.flush()
    return row


def _words(words: str | None) -> str | None:
    kept = "".join(c for c in (words or "") if c.isprintable() or c == "\n").strip()
    return kept[:LONGEST] or None


def name_of(session: TenantSession, subject_id: int) -> str:
    """The name of a person or a unit."""
    person = session.get(Person, subject_id)
    if person is not None:
        return person.name
    unit = session.get(Unit, subject_id)
    return unit.name if unit is not None else ""


def history(
    session: TenantSession,
    period: Period,
    subject_ids: Collection[int] | None = None,
    *,
    standing: bool = False,
) -> list[Exempted]:
    """What was set in a period, the newest first; `standing`: only the exemptions that hold."""
    query = (
        select(Exemption, ExemptionReason.words, Person.name)
        .outerjoin(ExemptionReason, ExemptionReason.id == Exemption.id)
        .outerjoin(Person, Person.id == Exemption.set_by)
        .where(Exemption.period_id == period.id)
        .order_by(Exemption.set_at.desc(), Exemption.id.desc())
    )
    if subject_ids is not None:
        query = query.where(Exemption.subject_id.in_(subject_ids))
    if standing:
        query = query.where(Exemption.exempt.is_(True), Exemption.replaced_by.is_(None))
    return [Exempted(row, words, by or "") for row, words, by in session.execute(query)]
