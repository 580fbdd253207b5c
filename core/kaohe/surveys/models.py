"""Questionnaires, ballots and counted opinions, and what was answered: without who, when, or in which order.

What is answered lies in `survey_values`, one row for each answer to one question, with a random id; nothing ties the
answers of one sheet to each other, to a link, to a person or to a moment (docs/decisions). A link knows only whether
it was used, a voter row only that somebody has answered. While a survey is open its values may be laid down anew, so
that not even the order of the rows tells who came when; from its closing on they are sealed.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Kept, Rule, TenantModel, tied
from kaohe.db.versions import Versioned
from kaohe.db.walls import reworded

STATES = ("draft", "open", "closed")
SHEET = "*"
"""The question code of the row that counts one sheet, for each subject that it says something of."""
VOTE = "vote"
"""The question code of a ballot's votes: the subject is whom the vote is for."""


def random_id() -> int:
    """An id that says nothing of when it was made."""
    return secrets.randbelow((1 << 62) - 1) + 1


def _random_key() -> Any:
    return mapped_column(BigInteger, primary_key=True, default=random_id, autoincrement=False, sort_order=-99)


_OF_NEW = "surveys WHERE tenant_id = NEW.tenant_id AND id = NEW.survey_id"
_OF_OLD = "surveys WHERE tenant_id = OLD.tenant_id AND id = OLD.survey_id"
_OPEN = Rule("survey", "INSERT", f"COALESCE((SELECT state FROM {_OF_NEW}), '') <> 'open'", lock=_OF_NEW)  # noqa: S608
_DRAFT = Rule("survey", "INSERT", f"COALESCE((SELECT state FROM {_OF_NEW}), '') <> 'draft'", lock=_OF_NEW)  # noqa: S608
_DRAFT_GONE = Rule("survey", "DELETE", f"COALESCE((SELECT state FROM {_OF_OLD}), 'draft') <> 'draft'")  # noqa: S608
_ABOUT = (
    "NEW.subject_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM survey_subjects a "
    "WHERE a.tenant_id = NEW.tenant_id AND a.survey_id = NEW.survey_id AND a.subject_id = NEW.subject_id)"
)
_ABOUT_SOMEBODY_ASKED = Rule("foreign", "INSERT", _ABOUT)
_NEVER_REWRITTEN = Rule("kept", "UPDATE", "OLD.tenant_id IS NOT NULL")
_NEVER_REWORDED = Rule(
    "kept",
    "UPDATE",
    "NEW.id <> OLD.id OR NEW.survey_id <> OLD.survey_id OR NEW.subject_id IS DISTINCT FROM OLD.subject_id "
    f"OR NEW.group_code <> OLD.group_code OR NEW.question <> OLD.question OR {reworded('value', emptied=False)}",
)


class HeldSurvey(Versioned, TenantModel):
    """One survey as started, with its questions as they stood: draft → open → closed.

    `plan` holds what the declaration said besides the questions: groups, totals, seats, whether one may vote for
    oneself. `turn` counts within the year where surveys are owed so many times. `totals`: "none", "waiting" (no
    period took them yet) or "made".
    """

    __tablename__ = "surveys"
    __refs__ = {"period_id": "periods", "started_by": "persons"}
    __indexes__ = (("state", "closes_on"), ("sector", "declared", "year"))
    __rules__ = (
        Rule(
            "survey",
            "UPDATE",
            f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {reworded('questions', emptied=False)} "
            "OR NEW.plan <> OLD.plan OR NEW.minimum <> OLD.minimum OR NEW.kind <> OLD.kind "
            "OR NEW.answered_by <> OLD.answered_by OR NEW.opens_on <> OLD.opens_on)",
        ),
        Rule(
            "survey",
            "UPDATE",
            "OLD.state = 'closed' AND (NEW.state <> 'closed' OR NEW.closes_on <> OLD.closes_on)",
        ),
        Rule("survey", "DELETE", "OLD.state <> 'draft'"),
    )

    sector: Mapped[str]
    declared: Mapped[str | None]  # the code of the sector's declaration; None for one of one's own
    scheme_code: Mapped[str]
    kind: Mapped[str]  # questionnaire | ballot | opinion
    title_zh: Mapped[str]
    title_en: Mapped[str]
    says_zh: Mapped[str]
    says_en: Mapped[str]
    about: Mapped[str]  # organisation | units | people
    questions: Mapped[Any] = mapped_column(Json)
    plan: Mapped[Any] = mapped_column(Json)
    answered_by: Mapped[Any] = mapped_column(Json)
    minimum: Mapped[int]
    period_id: Mapped[int | None]
    year: Mapped[int]
    turn: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft")
    totals: Mapped[str] = mapped_column(default="none")
    started_by: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)


class SurveyStep(TenantModel):
    """What was done with a survey: started, opened, links issued or withdrawn (how many), closing day moved, closed."""

    __tablename__ = "survey_steps"
    __refs__ = {"survey_id": "surveys", "by": "persons"}
    __indexes__ = (("survey_id", "at"),)
    __erasable__ = ("words",)
    __kept__ = Kept.APPEND_ONLY

    survey_id: Mapped[int]
    what: Mapped[str]  # opened | issued | withdrawn (`words`: why) | moved | closed | left_out
    count: Mapped[int | None]
    words: Mapped[str | None]
    by: Mapped[int | None]  # None: by itself, when its last day was over
    at: Mapped[datetime] = mapped_column(Instant)


class SurveySubject(TenantModel):
    """A person or unit that a survey asks about; in a ballot a candidate."""

    __tablename__ = "survey_subjects"
    __refs__ = {"survey_id": "surveys", "subject_id": "subjects"}
    __unique__ = (("survey_id", "subject_id"),)
    __rules__ = (_DRAFT, _DRAFT_GONE, _NEVER_REWRITTEN)

    survey_id: Mapped[int]
    subject_id: Mapped[int]


class SurveyUnit(TenantModel):
    """A unit whose staff (and that of the units below it) may answer."""

    __tablename__ = "survey_units"
    __refs__ = {"survey_id": "surveys", "unit_id": "units"}
    __unique__ = (("survey_id", "unit_id"),)
    __rules__ = (_DRAFT, _DRAFT_GONE, _NEVER_REWRITTEN)

    survey_id: Mapped[int]
    unit_id: Mapped[int]


class SurveyToken(TenantModel):
    """An issued link, by the hash of its secret; it knows only whether it was used, or that it was withdrawn unused."""

    __tablename__ = "survey_tokens"
    __refs__ = {"survey_id": "surveys", "withdrawn_id": "survey_steps"}
    __unique__ = (("token_hash",),)
    __indexes__ = (("survey_id", "group_code", "used"),)
    __kept__ = Kept.LASTING
    __rules__ = (
        _OPEN,
        Rule(
            "kept",
            "UPDATE",
            "OLD.used OR OLD.withdrawn_id IS NOT NULL OR (NEW.used AND NEW.withdrawn_id IS NOT NULL) "
            "OR (NOT NEW.used AND NEW.withdrawn_id IS NULL) OR NEW.token_hash <> OLD.token_hash "
            "OR NEW.survey_id <> OLD.survey_id OR NEW.group_code <> OLD.group_code",
        ),
        tied("withdrawn_id", "survey_steps", "survey_id"),
        tied("withdrawn_id", "survey_steps", "survey_id", when="UPDATE"),
    )

    id: Mapped[int] = _random_key()
    survey_id: Mapped[int]
    group_code: Mapped[str] = mapped_column(default="")
    token_hash: Mapped[str]
    used: Mapped[bool] = mapped_column(default=False)
    withdrawn_id: Mapped[int | None]  # the step by which it was taken back


class SurveyVoter(TenantModel):
    """Somebody who has answered while signed in: that, and neither what nor when."""

    __tablename__ = "survey_voters"
    __refs__ = {"survey_id": "surveys", "person_id": "persons"}
    __unique__ = (("survey_id", "person_id"),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (_OPEN,)

    id: Mapped[int] = _random_key()
    survey_id: Mapped[int]
    person_id: Mapped[int]


class SurveyValue(TenantModel):
    """One answer to one question: a level, codes of choices, words; or the mark that a sheet was given (`SHEET`)."""

    __tablename__ = "survey_values"
    __refs__ = {"survey_id": "surveys", "subject_id": "subjects"}
    __indexes__ = (("survey_id", "id"),)
    __rules__ = (
        _OPEN,
        _NEVER_REWORDED,
        Rule("survey", "DELETE", f"COALESCE((SELECT state FROM {_OF_OLD}), '') <> 'open'", lock=_OF_OLD),  # noqa: S608
        _ABOUT_SOMEBODY_ASKED,
    )

    id: Mapped[int] = _random_key()
    survey_id: Mapped[int]
    subject_id: Mapped[int | None]
    group_code: Mapped[str] = mapped_column(default="")
    question: Mapped[str]
    value: Mapped[str]


class SurveyDecision(TenantModel):
    """Who is elected where the votes are equal: decided by somebody who is none of them, with the reason."""

    __tablename__ = "survey_decisions"
    __refs__ = {"survey_id": "surveys", "subject_id": "subjects", "decided_by": "persons"}
    __unique__ = (("survey_id", "subject_id"),)
    __erasable__ = ("reason",)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("self", "INSERT", "NEW.subject_id = NEW.decided_by"),
        Rule("survey", "INSERT", f"COALESCE((SELECT state FROM {_OF_NEW}), '') <> 'closed'", lock=_OF_NEW),  # noqa: S608
        _ABOUT_SOMEBODY_ASKED,
    )

    survey_id: Mapped[int]
    subject_id: Mapped[int]
    decided_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str]
