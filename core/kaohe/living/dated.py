"""Facts and absences over the first day of a merging: what held for the record that goes holds on for the kept one.

Decides that an absence is cut in two on that day, and that a fact which only the record that goes had known holds from
it on, until a later one of either begins.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession, new_id
from kaohe.living.planning import ONE_DAY, Plan
from kaohe.people.models import Attribute, Leave


def continue_leaves(session: TenantSession, found: Plan) -> list[str]:
    """Absences that go on over the first day: the kept record is away from it on."""
    made = []
    for one in found.running:
        new = Leave(
            id=new_id(),
            person_id=found.kept.id,
            kind=one.kind,
            starts_on=found.from_day,
            ends_on=one.ends_on,
            note=one.note,
        )
        session.add(new)
        one.ends_on = found.from_day - ONE_DAY
        made.append(str(new.id))
    session.flush()
    return made


def known(session: TenantSession, found: Plan) -> set[str]:
    """The facts that are known on the first day: the kept record's own, and those that begin on it."""
    query = select(Attribute.name).where(
        Attribute.person_id == found.kept.id, Attribute.starts_on <= found.from_day
    )
    return set(session.scalars(query)) | {one.name for one in found.facts if one.starts_on == found.from_day}


def carry_values(
    session: TenantSession, found: Plan, there: set[str], actor: Actor, now: datetime
) -> list[str]:
    """Facts that only the record that goes had known before the first day hold for the kept one from it on."""
    query = (
        select(Attribute)
        .where(Attribute.person_id == found.gone.id, Attribute.starts_on < found.from_day)
        .order_by(Attribute.starts_on)
    )
    latest = {one.name: one for one in session.scalars(query) if one.name not in there}
    made = []
    for one in latest.values():
        new = Attribute(
            id=new_id(),
            person_id=found.kept.id,
            name=one.name,
            value=one.value,
            starts_on=found.from_day,
            origin=one.origin,
            reason=one.reason,
            recorded_by=actor.person_id,
            recorded_at=now,
        )
        session.add(new)
        made.append(str(new.id))
    session.flush()
    return made
