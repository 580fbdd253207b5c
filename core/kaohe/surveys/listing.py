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
_SETTLED: dict[int, set[int]] = {}
"""Closed ballots without an open tie, by tenant."""


def sector_declares(sectors: Iterable[Sector]) -> bool:
    """Whether any of the sectors in use declares a survey."""
    return any(sector.surveys for sector in sectors)


def any_asked(session: TenantSession) -> bool:
    """Whether anything was ever opened here, declared by a sector or of one's own; in one request it is looked for once."""
    query = select(HeldSurvey.id).where(HeldSurvey.state.in_(("open", "closed"))).limit(1)
    return session.recall("surveys", lambda: session.scalar(query) is not None)


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
    """The closed ballots whose tie nobody has decided; what is settled is counted once in a process.

    The votes of a closed ballot are sealed and decisions are only added: settled once, it is settled for good.
    """
    settled = _SETTLED.setdefault(session.tenant_id, set())
    query = select(HeldSurvey).where(
        HeldSurvey.state == "closed",
        HeldSurvey.kind == "ballot",
        HeldSurvey.totals != "made",  # they are made of what is decided
        HeldSurvey.id.not_in(settled),
    )
    waiting = []
    for one in session.scalars(query.order_by(HeldSurvey.closes_on.desc()).limit(FEW)).all():
        result = counting.election(session, one)
        if result is not None and result.open_places:
            waiting.append(one)
        elif not session.writes:  # what is not committed yet is no knowledge
            settled.add(one.id)
    return waiting
