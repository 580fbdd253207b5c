"""Whether a movement still stands: what took it back, what settled it, how often it was settled before."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from kaohe.db import TenantSession
from kaohe.ledger.models import Movement
from kaohe.people.models import Person, Unit


def hold(session: TenantSession, movement: Movement) -> None:
    """Let nobody else settle or reverse what is its owner's before this transaction ends: of two, one comes second."""
    for model in (Person, Unit):
        owner = select(model.id).where(model.id == movement.subject_id)
        session.execute(owner.with_for_update(key_share=True))


def next_round(session: TenantSession, movement: Movement) -> int:
    """How many settlements there were: more than one only where the earlier ones were reversed."""
    query = select(func.count()).select_from(Movement).where(Movement.settles == movement.id)
    return session.scalar(query) or 0


def reversal_of(session: TenantSession, movement: Movement) -> Movement | None:
    """The movement that took this one back."""
    return session.scalar(select(Movement).where(Movement.reverses == movement.id))


def settlement_of(session: TenantSession, movement: Movement) -> Movement | None:
    """The movement that settled this one and stands."""
    taken_back = aliased(Movement)
    query = (
        select(Movement)
        .outerjoin(taken_back, taken_back.reverses == Movement.id)
        .where(Movement.settles == movement.id, taken_back.id.is_(None))
    )
    return session.scalar(query)
