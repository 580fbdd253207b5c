"""Taking one sheet of answers: what is on it, who may give it, and how it is laid down.

Decides that a sheet leaves nothing behind by which it could be told whose it was: each answer is a row of its own with
a random id, without person, link or moment. With each sheet some rows that lie there already are laid down anew
together with it, in random order, so that not even the order of the rows on disk says which were the last.
Refuses answers that were not offered, a second sheet, and answers before or after the days of the survey.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from kaohe.db import TenantSession, WallRefusal, is_duplicate
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.plugins import Question
from kaohe.scheme import Text
from kaohe.surveys import about, refusals, starting
from kaohe.surveys.models import SHEET, VOTE, HeldSurvey, SurveyToken, SurveyValue, SurveyVoter, random_id
from kaohe.surveys.tokens import spend

LONGEST_TEXT = 2000
MIXED = 64
"""How many rows that lie there are laid down anew with each sheet."""
_SHUFFLE = secrets.SystemRandom()

Form = Mapping[str, Sequence[str]]

NOT_OFFERED = Text("请从所给的答案里选", "Choose one of the answers that are offered")
UNANSWERED = Text("请回答这一题", "This question needs an answer")
TOO_MANY = "最多选 {n} 项", "Choose {n} at most"
TOO_LONG = "最多 {most} 个字，现在 {n} 个", "At most {most} characters; these are {n}"
EMPTY = Text("请至少回答一处", "Answer at least one of them")


@dataclass(frozen=True)
class Given:
    """One answer to one question, as it is kept."""

    subject_id: int | None
    question: str
    value: str


@dataclass
class Asked:
    """What one answers: the survey, and about whom (None: asked once, about the organisation)."""

    survey: HeldSurvey
    questions: tuple[Question, ...]
    subjects: list[int | None] = field(default_factory=list)


def field_name(question: str, subject_id: int | None) -> str:
    """The name of a question's field in the form."""
    return f"q-{question}" if subject_id is None else f"q-{question}-{subject_id}"


def asked(session: TenantSession, survey: HeldSurvey, *, today: date, person_id: int | None = None) -> Asked:
    """What somebody is asked: all of it by link, else what is for this person; refuses who has nothing to answer."""
    require_running(survey, today)
    ids: list[int | None] = [*about.subject_ids(session, survey)]
    if survey.about == "organisation":
        ids = [None]
    if person_id is not None:
        require_unanswered(session, survey, person_id)
        ids = _for_person(session, survey, person_id, ids, today)
    if not ids:
        raise refusals.NothingToAnswer
    return Asked(survey, starting.questions_of(survey), ids)


def require_running(survey: HeldSurvey, today: date) -> None:
    """Refuse before the first day, after the last one, and once it was closed."""
    if survey.state == "draft" or (survey.state == "open" and today < survey.opens_on):
        raise refusals.NotOpenYet(day=survey.opens_on.isoformat())
    if survey.state != "open" or today > survey.closes_on:
        raise refusals.NoLongerOpen


def require_unanswered(session: TenantSession, survey: HeldSurvey, person_id: int) -> None:
    """Refuse who has answered already."""
    if has_answered(session, survey, person_id):
        raise refusals.AnsweredAlready


def has_answered(session: TenantSession, survey: HeldSurvey, person_id: int) -> bool:
    """Whether this person has answered while signed in."""
    query = select(SurveyVoter.id).where(
        SurveyVoter.survey_id == survey.id, SurveyVoter.person_id == person_id
    )
    return session.scalar(query) is not None


def _for_person(
    session: TenantSession, survey: HeldSurvey, person_id: int, ids: list[int | None], today: date
) -> list[int | None]:
    """About whom this person is asked; nobody about oneself, in a ballot only where one may vote for oneself."""
    ways = set(survey.answered_by)
    unit = people.unit_on(session, person_id, today)
    path = unit.path if unit else ""
    if survey.about == "people" and not (survey.kind == "ballot" and survey.plan["self_vote"]):
        ids = [one for one in ids if one != person_id]
    if "members" in ways:
        return ids
    if "units" in ways and path:
        named = about.unit_ids(session, survey)
        tops = session.scalars(select(Unit.path).where(Unit.id.in_(named))).all()
        if any(path.startswith(top) for top in tops):
            return ids
    if "own_unit" in ways and path:
        homes = _homes(session, survey, [one for one in ids if one is not None], today)
        return [one for one in ids if one is not None and one in homes and path.startswith(homes[one])]
    return []


def _homes(session: TenantSession, survey: HeldSurvey, ids: list[int], today: date) -> dict[int, str]:
    """The path of each subject's unit."""
    places = {one: one for one in ids} if survey.about == "units" else people.units_on(session, today, ids)
    rows = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(set(places.values()))))
    paths = {row.id: row.path for row in rows}
    return {one: paths[unit] for one, unit in places.items() if unit in paths}


# ---------- reading a sheet ----------


def read(sheet: Asked, form: Form) -> list[Given]:
    """The answers of a form, or `SheetWrong` with what is wrong at which field."""
    if sheet.survey.kind == "ballot":
        return _votes(sheet, form)
    errors: dict[str, Text] = {}
    given: list[Given] = []
    for subject_id in sheet.subjects:
        given += _section(sheet, subject_id, form, errors)
    if not errors and not given:
        first = field_name(sheet.questions[0].code, sheet.subjects[0])
        errors[first] = EMPTY
    if errors:
        raise refusals.SheetWrong(errors)
    return given


def _section(sheet: Asked, subject_id: int | None, form: Form, errors: dict[str, Text]) -> list[Given]:
    """The answers about one subject; a section that is left empty is left out where there are several."""
    sent = {one.code: _sent(form, field_name(one.code, subject_id)) for one in sheet.questions}
    if not any(sent.values()) and len(sheet.subjects) > 1:
        return []
    found = [Given(subject_id, SHEET, "")]
    for question in sheet.questions:
        name = field_name(question.code, subject_id)
        if not sent[question.code]:
            if question.required:
                errors[name] = UNANSWERED
            continue
        value = _READERS[question.kind](question, sent[question.code])
        if isinstance(value, Text):
            errors[name] = value
        else:
            found.append(Given(subject_id, question.code, value))
    return found if len(found) > 1 else []


def _sent(form: Form, name: str) -> list[str]:
    return [value for value in form.get(name, ()) if value.strip()]


def _level(question: Question, sent: list[str]) -> str | Text:
    levels = {str(level) for level in range(question.low, question.high + 1)}
    return sent[0] if len(sent) == 1 and sent[0] in levels else NOT_OFFERED


def _chosen(question: Question, sent: list[str]) -> str | Text:
    codes = [one.code for one in question.choices]
    if not set(sent) <= set(codes) or len(sent) != len(set(sent)):
        return NOT_OFFERED
    if len(sent) > question.most:
        return Text(*(words.format(n=question.most) for words in TOO_MANY))
    return " ".join(code for code in codes if code in sent)


def _words(question: Question, sent: list[str]) -> str | Text:
    """Words without control characters; too many are refused, never cut."""
    plain = sent[0].replace("\r\n", "\n")
    words = "".join(c for c in plain if c.isprintable() or c in "\n\u3000").strip()
    if len(words) > LONGEST_TEXT:
        return Text(*(said.format(most=LONGEST_TEXT, n=len(words)) for said in TOO_LONG))
    return words or UNANSWERED


_READERS: dict[str, Any] = {"scale": _level, "choice": _chosen, "text": _words}


def _votes(sheet: Asked, form: Form) -> list[Given]:
    sent = _sent(form, VOTE)
    offered = {str(one): one for one in sheet.subjects}
    seats = sheet.survey.plan["seats"]
    wrong: Text | None = None
    if not sent:
        wrong = UNANSWERED
    elif not set(sent) <= set(offered) or len(sent) != len(set(sent)):
        wrong = NOT_OFFERED
    elif len(sent) > seats:
        wrong = Text(*(words.format(n=seats) for words in TOO_MANY))
    if wrong is not None:
        raise refusals.SheetWrong({VOTE: wrong})
    return [Given(None, SHEET, ""), *(Given(offered[one], VOTE, "1") for one in sent)]


# ---------- laying it down ----------


def keep_by_link(
    session: TenantSession, survey: HeldSurvey, token: SurveyToken, given: Sequence[Given], *, today: date
) -> None:
    """Use the link up and lay its sheet down; both or neither."""
    _hold_open(session, survey, today)
    spend(session, token)
    _lay_down(session, survey, given, token.group_code)


def keep_by_person(
    session: TenantSession, survey: HeldSurvey, person_id: int, given: Sequence[Given], *, today: date
) -> None:
    """Note that this person has answered, and lay the sheet down without saying whose it is; both or neither."""
    _hold_open(session, survey, today)
    require_unanswered(session, survey, person_id)
    session.add(SurveyVoter(survey_id=survey.id, person_id=person_id))
    try:
        session.flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise refusals.AnsweredAlready from error
    except WallRefusal as error:
        raise refusals.NoLongerOpen from error
    _lay_down(session, survey, given, "")


def _hold_open(session: TenantSession, survey: HeldSurvey, today: date) -> None:
    """Read the survey anew and keep it from being closed before this sheet lies there; the closing waits."""
    session.refresh(survey, with_for_update={"read": True})
    require_running(survey, today)


def _lay_down(session: TenantSession, survey: HeldSurvey, given: Sequence[Given], group: str) -> None:
    rows = [
        {"subject_id": one.subject_id, "group_code": group, "question": one.question, "value": one.value}
        for one in given
    ]
    try:
        mix(session, survey, rows, most=MIXED)
    except WallRefusal as error:
        raise refusals.NoLongerOpen from error


def mix(session: TenantSession, survey: HeldSurvey, rows: list[dict[str, Any]], most: int | None) -> None:
    """Lay rows down among at most `most` of those that lie there (None: all), in random order with new ids."""
    columns = (
        SurveyValue.id,
        SurveyValue.subject_id,
        SurveyValue.group_code,
        SurveyValue.question,
        SurveyValue.value,
    )
    lying = select(*columns).where(SurveyValue.survey_id == survey.id).order_by(SurveyValue.id)
    lying = lying.with_for_update(skip_locked=most is not None)
    if most is None:
        found = session.execute(lying).all()
    else:
        pivot = random_id()  # ids are random, so the next ones after any number are a random sample
        found = session.execute(lying.where(SurveyValue.id >= pivot).limit(most)).all()
        rest = most - len(found)
        found += session.execute(lying.where(SurveyValue.id < pivot).limit(rest)).all() if rest else []
    mixed = [*rows, *({name: getattr(row, name) for name in _COPIED} for row in found)]
    _SHUFFLE.shuffle(mixed)
    ids = [row.id for row in found]
    for start in range(0, len(ids), 500):
        session.execute(
            delete(SurveyValue)
            .where(SurveyValue.id.in_(ids[start : start + 500]))
            .execution_options(synchronize_session=False)
        )
    session.add_all(SurveyValue(survey_id=survey.id, **row) for row in mixed)
    session.flush()


_COPIED = ("subject_id", "group_code", "question", "value")
