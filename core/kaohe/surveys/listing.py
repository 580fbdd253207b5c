"""Which surveys somebody sees: all (an administrator), those to answer, and those whose outcome was announced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.errors import Refusal
from kaohe.plugins import Sector
from kaohe.surveys import answering, counting
from kaohe.surveys.models import HeldSurvey, SurveyVoter

FEW = 200


def sector_declares(sectors: Iterable[Sector]) -> bool:
    """Whether any of the sectors in use declares a survey."""
    return any(sector.surveys for sector in sectors)


def open_for(session: TenantSession, person_id: int, today: date) -> list[HeldSurvey]:
    """The surveys that this person can answer now while signed in, the one that ends first on top."""
    answered = select(SurveyVoter.survey_id).where(SurveyVoter.person_id == person_id)
    query = (
        select(HeldSurvey)
        .where(
            HeldSurvey.state == "open",
            HeldSurvey.opens_on <= today,
            HeldSurvey.closes_on >= today,
            HeldSurvey.id.not_in(answered),
        )
        .order_by(HeldSurvey.closes_on, HeldSurvey.id)
        .limit(FEW)
    )
    return [one for one in session.scalars(query) if _is_asked(session, one, person_id, today)]


def _is_asked(session: TenantSession, survey: HeldSurvey, person_id: int, today: date) -> bool:
    if set(survey.answered_by) <= {"tokens"}:
        return False
    try:
        answering.asked(session, survey, today=today, person_id=person_id)
    except Refusal:
        return False
    return True


def waiting_decisions(session: TenantSession) -> list[HeldSurvey]:
    """The closed ballots whose tie nobody has decided."""
    query = select(HeldSurvey).where(HeldSurvey.state == "closed", HeldSurvey.kind == "ballot")
    found = session.scalars(query.order_by(HeldSurvey.closes_on.desc()).limit(FEW))
    return [
        one for one in found if (result := counting.election(session, one)) is not None and result.open_places
    ]
