"""Starting a survey from a sector's declaration or as one's own, and changing it while it is a draft.

Decides that what is started is a copy: questions, minimum, what becomes of the totals. Subjects are those who take
part in the chosen period (people) or the units that the scheme assesses. Refuses changes once it was opened.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession, new_id
from kaohe.entries.checks import clean_words
from kaohe.people.models import Unit
from kaohe.periods.models import Period
from kaohe.plugins import Answer, Question, Survey, SurveyTotal
from kaohe.scheme import Text
from kaohe.surveys import questions, refusals
from kaohe.surveys.about import candidates, require_draft, set_subjects, subject_ids, title_of, unit_ids
from kaohe.surveys.models import HeldSurvey, SurveyStep, SurveySubject, SurveyUnit

LONGEST_TITLE = 100
OWN_DAYS = timedelta(days=14)
MINIMUM = 3
_NO_PLAN = {"groups": [], "totals": [], "seats": 1, "self_vote": False}


def groups_of(survey: HeldSurvey) -> tuple[Answer, ...]:
    """To whom links are handed out."""
    return tuple(Answer(code, Text(zh, en)) for code, zh, en in survey.plan["groups"])


def totals_of(survey: HeldSurvey) -> tuple[SurveyTotal, ...]:
    """What becomes of the totals."""
    return tuple(
        SurveyTotal(one["scheme"], one["clause_id"], one["how"], tuple(one["questions"]), one["decimals"])
        for one in survey.plan["totals"]
    )


def questions_of(survey: HeldSurvey) -> tuple[Question, ...]:
    """The questions in their order; a ballot has none of its own."""
    return questions.read_all(survey.questions)


def start(
    session: TenantSession,
    *,
    sector: str,
    declared: Survey,
    period: Period | None,
    opens_on: date,
    closes_on: date,
    actor: Actor,
    now: datetime,
    turn: int = 0,
    year: int | None = None,
) -> HeldSurvey:
    """A draft from a declaration, about those who take part in the period (else on the first day)."""
    named = Text(period.title_zh, period.title_en) if period else Text(str(opens_on.year), str(opens_on.year))
    survey = _keep(
        session,
        actor,
        now,
        sector=sector,
        declared=declared.code,
        scheme_code=declared.scheme,
        kind=declared.kind,
        title_zh=f"{declared.title.zh}（{named.zh}）",
        title_en=f"{declared.title.en} ({named.en})",
        says_zh=declared.says.zh,
        says_en=declared.says.en,
        about=declared.about,
        questions=[questions.plain(one) for one in declared.questions],
        plan=_plan(declared),
        answered_by=list(declared.answered_by),
        minimum=declared.minimum,
        period_id=period.id if period else None,
        year=year or opens_on.year,
        turn=turn,
        opens_on=opens_on,
        closes_on=closes_on,
    )
    set_subjects(session, survey, [one.id for one in candidates(session, survey)])
    return survey


def _keep(session: TenantSession, actor: Actor, now: datetime, **fields: Any) -> HeldSurvey:
    """A new draft of these fields."""
    survey = HeldSurvey(
        id=new_id(), state="draft", totals="none", started_by=actor.person_id, started_at=now, **fields
    )
    session.add(survey)
    session.flush()
    return survey


def _plan(declared: Survey) -> dict[str, Any]:
    return {
        "groups": [[one.code, one.title.zh, one.title.en] for one in declared.groups],
        "totals": [
            {
                "scheme": one.scheme,
                "clause_id": one.clause_id,
                "how": one.how,
                "questions": list(one.questions),
                "decimals": one.decimals,
            }
            for one in declared.totals
        ],
        "seats": declared.seats,
        "self_vote": declared.self_vote,
    }


def build(
    session: TenantSession,
    *,
    sector: str,
    scheme_code: str,
    title: Text,
    about: str,
    today: date,
    actor: Actor,
    now: datetime,
) -> HeldSurvey:
    """An empty questionnaire of one's own, to be given questions."""
    return _keep(
        session,
        actor,
        now,
        sector=sector,
        declared=None,
        scheme_code=scheme_code,
        kind="questionnaire",
        title_zh=_title(title.zh),
        title_en=_title(title.en or title.zh),
        says_zh="",
        says_en="",
        about=about,
        questions=[],
        plan=_NO_PLAN,
        answered_by=["tokens", "members"],
        minimum=MINIMUM,
        period_id=None,
        year=today.year,
        turn=0,
        opens_on=today,
        closes_on=today + OWN_DAYS,
    )


def _title(text: str) -> str:
    title = " ".join((clean_words(text) or "").split())
    if not title or len(title) > LONGEST_TITLE:
        raise refusals.TitleNeeded(most=LONGEST_TITLE)
    return title


def edit(
    session: TenantSession,
    survey: HeldSurvey,
    *,
    title: Text,
    says: Text,
    opens_on: date,
    closes_on: date,
    answered_by: Sequence[str],
    units: Collection[Unit],
    minimum: int,
    version: int | None = None,
) -> None:
    """Change a draft: words, days, who answers, from how many answers on something is shown."""
    require_draft(survey)
    survey.expect(version)
    if not answered_by:
        raise refusals.NobodyAsked
    if "units" in answered_by and not units:
        raise refusals.UnitsNeeded
    if closes_on < opens_on:
        raise refusals.DatesWrong
    least = min(survey.minimum, MINIMUM)
    if survey.declared and minimum < least:
        raise refusals.MinimumTooLow(least=least)
    survey.title_zh = _title(title.zh)
    survey.title_en = _title(title.en or title.zh)
    survey.says_zh = clean_words(says.zh) or ""
    survey.says_en = clean_words(says.en) or survey.says_zh
    survey.opens_on, survey.closes_on, survey.year = opens_on, closes_on, opens_on.year
    survey.answered_by, survey.minimum = list(answered_by), minimum
    session.flush()
    session.execute(delete(SurveyUnit).where(SurveyUnit.survey_id == survey.id))
    session.add_all(SurveyUnit(survey_id=survey.id, unit_id=unit.id) for unit in units)
    session.flush()


def change_questions(
    session: TenantSession, survey: HeldSurvey, changed: list[dict[str, Any]], version: int | None = None
) -> None:
    """Keep the questions as edited."""
    require_draft(survey)
    survey.expect(version)
    survey.questions = changed
    session.flush()


# ---------- its life ----------


def open_survey(
    session: TenantSession, survey: HeldSurvey, *, actor: Actor, now: datetime, today: date
) -> None:
    """Open a draft; from now on its questions and subjects stay."""
    require_draft(survey)
    if survey.closes_on < max(today, survey.opens_on):
        raise refusals.DatesWrong
    if survey.kind != "ballot" and not survey.questions:
        raise refusals.QuestionsNeeded
    least = survey.plan["seats"] + 1 if survey.kind == "ballot" else 1
    if survey.about != "organisation" and len(subject_ids(session, survey)) < least:
        raise refusals.SubjectsNeeded(least=least)
    if "units" in survey.answered_by and not unit_ids(session, survey):
        raise refusals.UnitsNeeded
    survey.state = "open"
    note(session, survey, "opened", by=actor.person_id, now=now)


def move_end(
    session: TenantSession, survey: HeldSurvey, *, closes_on: date, actor: Actor, now: datetime, today: date
) -> None:
    """Move the last day of an open survey."""
    if survey.state != "open":
        raise refusals.NotOpen(title=title_of(survey))
    if closes_on < max(today, survey.opens_on):
        raise refusals.DatesWrong
    survey.closes_on = closes_on
    note(session, survey, "moved", by=actor.person_id, now=now, words=closes_on.isoformat())


def remove(session: TenantSession, survey: HeldSurvey) -> None:
    """Throw a draft away."""
    require_draft(survey)
    session.execute(delete(SurveySubject).where(SurveySubject.survey_id == survey.id))
    session.execute(delete(SurveyUnit).where(SurveyUnit.survey_id == survey.id))
    session.delete(survey)
    session.flush()


def note(
    session: TenantSession,
    survey: HeldSurvey,
    what: str,
    *,
    by: int | None,
    now: datetime,
    count: int | None = None,
    words: str | None = None,
) -> SurveyStep:
    """Write down what was done with the survey."""
    step = SurveyStep(survey_id=survey.id, what=what, count=count, words=words, by=by, at=now)
    session.add(step)
    session.flush()
    return step


def steps_of(session: TenantSession, survey: HeldSurvey) -> list[SurveyStep]:
    """What was done with the survey, the oldest first."""
    query = select(SurveyStep).where(SurveyStep.survey_id == survey.id).order_by(SurveyStep.at, SurveyStep.id)
    return list(session.scalars(query))
