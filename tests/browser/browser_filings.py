"""Something owed and a round of ratings in the demonstration, so that the walk finds their pages."""

from __future__ import annotations

from datetime import timedelta

from browser_house import House
from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.filings.models import Due
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.ratings.models import RatingAssignment, RatingRound


def owe(session: TenantSession, house: House, admin: Person, member: Person) -> tuple[int, int]:
    """The ids of a filing that the administrator owes, and of a round in which the administrator rates."""
    period = session.scalars(select(Period).where(Period.state == "open").order_by(Period.starts_on)).first()
    assert period is not None
    unit = people.unit_on(session, admin.id, period.starts_on) or people.units(session)[0]
    due = Due(
        filing="managers_targets",
        period_id=period.id,
        subject_id=admin.id,
        unit_id=unit.id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        made_at=house.now,
        due_at=house.now + timedelta(days=9),
    )
    round_ = RatingRound(
        period_id=period.id, role="leader", due_at=house.now + timedelta(days=9), made_at=house.now
    )
    session.add_all([due, round_])
    session.flush()
    session.add(
        RatingAssignment(
            round_id=round_.id, rater_id=admin.id, subject_id=member.id, assigned_by=None, at=house.now
        )
    )
    session.flush()
    return due.id, round_.id
