"""What surveys a year owes: each declared rhythm cut into turns, and what was held in each.

A turn is as long as the year divided by how often the survey is owed. Decides its state from what is there: held,
running, prepared, missed when the turn is over without one, due, or still to come.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.plugins import Sector, Survey
from kaohe.surveys.models import HeldSurvey


@dataclass(frozen=True)
class Turn:
    """One survey that is owed: its days, the survey that was started for it, and how it stands.

    `state`: held, running, prepared, missed, due, later.
    """

    sector: str
    declared: Survey
    year: int
    number: int
    starts_on: date
    ends_on: date
    survey: HeldSurvey | None
    state: str


def turn_days(year: int, number: int, times: int) -> tuple[date, date]:
    """The first and last day of a turn: whole months, as even as they go."""
    first, last = (number - 1) * 12 // times + 1, number * 12 // times
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def turn_on(day: date, times: int) -> int:
    """Which turn of its year a day lies in; 0 where nothing is owed."""
    return next((n for n in range(1, times + 1) if day <= turn_days(day.year, n, times)[1]), 0)


def owed(session: TenantSession, sectors: Iterable[Sector], *, year: int, today: date) -> list[Turn]:
    """Every turn of the year of the sectors in use, by declaration."""
    declared = [
        (sector.code, survey) for sector in sectors for survey in sector.surveys if survey.times_a_year
    ]
    if not declared:
        return []
    query = select(HeldSurvey).where(HeldSurvey.year == year, HeldSurvey.turn > 0)
    held: dict[tuple[str, str, int], HeldSurvey] = {}
    for one in session.scalars(query.order_by(HeldSurvey.id)):
        key = (one.sector, one.declared or "", one.turn)
        kept = held.get(key)
        if kept is None or _RANK[one.state] > _RANK[kept.state]:
            held[key] = one
    return [
        _turn(sector, survey, year, number, held.get((sector, survey.code, number)), today)
        for sector, survey in declared
        for number in range(1, survey.times_a_year + 1)
    ]


_RANK = {"draft": 0, "open": 1, "closed": 2}
_STATES = {"closed": "held", "open": "running", "draft": "prepared"}


def _turn(
    sector: str, declared: Survey, year: int, number: int, found: HeldSurvey | None, today: date
) -> Turn:
    first, last = turn_days(year, number, declared.times_a_year)
    if found is not None:
        state = _STATES[found.state]
    else:
        state = "missed" if today > last else "due" if today >= first else "later"
    return Turn(sector, declared, year, number, first, last, found, state)
