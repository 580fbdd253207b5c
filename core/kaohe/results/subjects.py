"""Whose result an address means: `<id:subject>` is a person, or a unit where a scheme assesses units.

Decides the place of a result: where the person stands today, where the person stood in the period of the address (the
assessor of then may still read what was recorded then), and of a unit itself, that it is about that unit, so that its
head reads it as one's own. Refuses ids that are neither.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import has_request_context, request
from sqlalchemy import select

from kaohe.accounts.policy import Actor, Place
from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.pages import current, loader
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.closing import standing_run, stored

MOST_HEADED = 6


@loader("subject")
def load_subject(session: TenantSession, ident: int) -> tuple[Person | Unit, Place]:
    """A person, or a unit as what is assessed, with its place."""
    person = session.get(Person, ident)
    if person is None:
        unit = session.need(Unit, ident)
        return unit, Place(unit_path=unit.path, of_unit=unit.path)
    place = people.place_of(session, person, current.today)
    period = _period_of_address(session)
    return person, place if period is None else replace(place, past_path=_path_then(session, period, person))


def _period_of_address(session: TenantSession) -> Period | None:
    """The period that stands in the address before the subject."""
    named = (request.view_args or {}).get("period") if has_request_context() else None
    return session.get(Period, named) if isinstance(named, int) else named


def _path_then(session: TenantSession, period: Period, person: Person) -> str | None:
    """The unit of the standing result; before there is one, the unit of the period's last day so far."""
    run = standing_run(session, period)
    kept = stored(session, run, person.id) if run is not None else None
    if kept is not None:
        return session.need(Unit, kept.unit_id).path
    unit = people.unit_on(session, person.id, min(period.ends_on, max(current.today, period.starts_on)))
    return unit.path if unit is not None else None


def headed(session: TenantSession, actor: Actor) -> list[Unit]:
    """The units that the actor heads: granted as assessor on exactly that unit."""
    if not actor.assesses:
        return []
    found = session.scalars(select(Unit).where(Unit.path.in_(actor.assesses)).order_by(Unit.path))
    return list(found.all())[:MOST_HEADED]


def units_results(session: TenantSession, actor: Actor, shown: Period | None) -> list[Any]:
    """What the units that the actor heads have come to: in the period in view, else in the current one of each scheme
    that assesses units; (period, unit) pairs."""
    units = headed(session, actor)
    if not units:
        return []
    found = []
    for one in adoption.adoptions(session):
        period = (
            shown
            if shown is not None and shown.adoption_id == one.id
            else periods.current(session, current.today, one.scheme_code)
        )
        if period is None or period.revision_id is None or period.state == "planned":
            continue
        if adoption.scheme_of(session, period.revision_id).subject != "person":
            found += [(period, unit) for unit in units if unit.parent_id is not None]
    return found
