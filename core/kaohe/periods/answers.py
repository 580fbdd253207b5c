"""What periods answer to the scheme's pages above them (see `kaohe.adoption.calendar`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from kaohe.adoption import calendar
from kaohe.adoption.calendar import Dated
from kaohe.db import TenantSession
from kaohe.periods.models import Period
from kaohe.periods.planning import periods_of, title_of


class Answers:
    """The calendar of a scheme's periods."""

    def first_days(self, session: TenantSession, adoption_id: int) -> Sequence[Dated]:
        """The planned periods after the last one that has started."""
        there = periods_of(session, adoption_id)
        last = max((one.ends_on for one in there if one.state != "planned"), default=date.min)
        return [_dated(one) for one in there if one.state == "planned" and one.starts_on > last]

    def under(self, session: TenantSession, revision_id: int) -> Sequence[Dated]:
        """The periods that have taken a revision, in order of their first day."""
        query = select(Period).where(Period.revision_id == revision_id).order_by(Period.starts_on)
        return [_dated(one) for one in session.scalars(query)]


def _dated(period: Period) -> Dated:
    return Dated(period.id, title_of(period), period.starts_on, period.state)


calendar.register(Answers())
