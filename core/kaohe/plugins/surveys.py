"""What a sector declares of its questionnaires, ballots and counted opinions.

Plain data, checked when the sector is loaded: codes are unlike each other, a scale rises, a choice has choices, what
is counted exists. What an administrator starts from it is a copy: a later release changes no survey that was started.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kaohe.scheme import Text

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
KINDS = ("questionnaire", "ballot", "opinion")
QUESTIONS = ("scale", "choice", "text")
ABOUT = ("organisation", "units", "people")
WAYS_IN = ("tokens", "members", "units", "own_unit")
HOWS = ("satisfied", "mean", "answers", "held", "votes", "won")
WIDEST_SCALE = 11
MOST_QUESTIONS = 40


@dataclass(frozen=True)
class Answer:
    """One of the answers that a question offers; also a group of people to whom links are handed out."""

    code: str
    title: Text


@dataclass(frozen=True)
class Question:
    """One question.

    `kind` is "scale" (whole numbers from `low` to `high`), "choice" or "text". `words` are the names of the levels of
    a scale from the lowest up (all of them, or only the lowest and the highest). `good`: from which level an answer
    counts as satisfied. `choices`: what is offered; `most`: how many of them one may choose. `required`: it must be
    answered (in a survey about several subjects: where anything is said of that subject).
    """

    code: str
    title: Text
    kind: Literal["scale", "choice", "text"] = "scale"
    low: int = 1
    high: int = 5
    words: tuple[Text, ...] = ()
    good: int = 4
    choices: tuple[Answer, ...] = ()
    most: int = 1
    required: bool = True


@dataclass(frozen=True)
class SurveyTotal:
    """A figure that becomes an entry when the survey is closed: under `clause_id` (a clause or measure) of `scheme`.

    `how`: "satisfied" (the share of scale answers that are satisfied, in per cent), "mean" (the mean level of the
    scale answers), "answers" (how many answered), "held" (1 for a survey that was held), "votes", "won" (1 for who
    was elected). `questions`: which of them count, all scales when empty. `decimals`: of the figure.
    """

    scheme: str
    clause_id: int
    how: Literal["satisfied", "mean", "answers", "held", "votes", "won"]
    questions: tuple[str, ...] = ()
    decimals: int = 2


@dataclass(frozen=True)
class Survey:
    """A questionnaire, a secret ballot or a counted opinion that an administrator of this sector may start.

    `scheme`: the scheme of the sector whose periods and subjects it goes by. `about`: "organisation" (asked once),
    "units" or "people" (each with the questions; in a ballot the candidates). `answered_by`: "tokens" (who holds an
    issued link), "members" (everybody who can sign in), "units" (staff of units that the administrator names),
    "own_unit" (staff, each about subjects of the own unit). `groups`: to whom links are handed out, kept with the
    answer. `minimum`: answers before anything is shown. `seats`: how many a ballot elects, and how many one may vote
    for. `self_vote`: whether a candidate may vote for oneself. `times_a_year`: how often it is owed, 0 for never.
    """

    code: str
    title: Text
    says: Text
    scheme: str
    kind: Literal["questionnaire", "ballot", "opinion"] = "questionnaire"
    questions: tuple[Question, ...] = ()
    about: Literal["organisation", "units", "people"] = "organisation"
    answered_by: tuple[Literal["tokens", "members", "units", "own_unit"], ...] = ("tokens",)
    groups: tuple[Answer, ...] = ()
    minimum: int = 3
    totals: tuple[SurveyTotal, ...] = ()
    times_a_year: int = 0
    seats: int = 1
    self_vote: bool = False


def question_problem(one: Question) -> str:
    """What is wrong with a question; "" when nothing is."""
    if not _CODE.fullmatch(one.code) or one.kind not in QUESTIONS or not _said(one.title):
        return "code, kind or title"
    if one.kind == "scale":
        if not 0 <= one.low < one.high <= 100 or one.high - one.low >= WIDEST_SCALE:
            return "low and high"
        if len(one.words) not in (0, 2, one.high - one.low + 1) or not all(map(_said, one.words)):
            return "words"
        if not one.low < one.good <= one.high:
            return "good"
    if one.kind == "choice" and (
        len(one.choices) < 2 or not _choices(one.choices) or not 1 <= one.most <= len(one.choices)
    ):
        return "choices"
    return ""


def problem(survey: object, schemes: frozenset[str]) -> str:
    """What is wrong with a declaration of a sector that has these schemes; "" when nothing is."""
    if not isinstance(survey, Survey) or not _CODE.fullmatch(survey.code):
        return "code"
    held = {
        "title": _said(survey.title) and _said(survey.says),
        "scheme": survey.scheme in schemes and all(total.scheme in schemes for total in survey.totals),
        "kind": survey.kind in KINDS and survey.about in ABOUT,
        "answered_by": bool(survey.answered_by) and set(survey.answered_by) <= set(WAYS_IN),
        "questions": _questions(survey),
        "groups": _choices(survey.groups),
        "totals": all(_total(total, survey) for total in survey.totals),
        "minimum": survey.minimum >= 1 and 0 <= survey.times_a_year <= 12 and survey.seats >= 1,
    }
    return next((name for name, fine in held.items() if not fine), "")


def _questions(survey: Survey) -> bool:
    codes = [one.code for one in survey.questions]
    if survey.kind == "ballot":
        return not codes and survey.about == "people" and "tokens" not in survey.answered_by
    return (
        0 < len(codes) == len(set(codes)) <= MOST_QUESTIONS
        and not any(map(question_problem, survey.questions))
        and ("own_unit" not in survey.answered_by or survey.about != "organisation")
    )


def _total(total: SurveyTotal, survey: Survey) -> bool:
    scales = {one.code for one in survey.questions if one.kind == "scale"}
    fits = (
        (total.how in ("votes", "won", "answers", "held"))
        if survey.kind == "ballot"
        else (total.how not in ("votes", "won"))
    )
    return (
        total.how in HOWS
        and fits
        and survey.about != "organisation"
        and set(total.questions) <= scales
        and 0 <= total.decimals <= 6
    )


def _choices(given: tuple[Answer, ...]) -> bool:
    codes = [one.code for one in given]
    return len(codes) == len(set(codes)) and all(
        isinstance(one, Answer) and _CODE.fullmatch(one.code) and _said(one.title) for one in given
    )


def _said(text: object) -> bool:
    return isinstance(text, Text) and bool(text.zh.strip())
