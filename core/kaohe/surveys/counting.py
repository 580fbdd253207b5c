"""Counting what was answered, and what of it may be shown.

Nothing is counted before the survey is closed: who saw the figures grow by one would know the last answer. Below the
survey's minimum of answers nothing is shown, of a question, a subject or a group. Where groups are shown beside their
total, so many are held back that the difference is nothing or at least the minimum. Means are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from sqlalchemy import func, select, true

from kaohe.db import TenantSession
from kaohe.plugins import Question
from kaohe.surveys import about, starting
from kaohe.surveys.models import (
    SHEET,
    VOTE,
    HeldSurvey,
    SurveyDecision,
    SurveyToken,
    SurveyValue,
    SurveyVoter,
)

K = TypeVar("K", bound=Hashable)


def disclosed(counts: Mapping[K, int], minimum: int) -> set[K]:
    """Which parts of a whole may be shown beside it: those with enough answers, less the smallest of them until what
    is held back is empty or has enough answers itself."""
    shown = {key for key, n in counts.items() if n >= minimum}
    held_back = sum(n for key, n in counts.items() if key not in shown)
    while shown and 0 < held_back < minimum:
        least = min(sorted(shown, key=str), key=lambda key: counts[key])
        shown.discard(least)
        held_back += counts[least]
    return shown


@dataclass
class Tally:
    """The answers to one question about one subject (or all): how often each value was given."""

    question: Question
    values: Counter[str] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        """How many answered."""
        return sum(self.values.values())

    def levels(self) -> list[tuple[int, int]]:
        """Each level of a scale with how often it was given."""
        return [
            (level, self.values[str(level)]) for level in range(self.question.low, self.question.high + 1)
        ]

    def choices(self) -> list[tuple[str, int]]:
        """Each choice with how many chose it."""
        chosen: Counter[str] = Counter()
        for value, count in self.values.items():
            for code in value.split():
                chosen[code] += count
        return [(one.code, chosen[one.code]) for one in self.question.choices]

    @property
    def mean(self) -> Fraction | None:
        """The mean level, exactly."""
        if self.question.kind != "scale" or not self.n:
            return None
        return Fraction(sum(level * count for level, count in self.levels()), self.n)

    @property
    def satisfied(self) -> int:
        """How many gave a level that counts as satisfied."""
        return sum(count for level, count in self.levels() if level >= self.question.good)


@dataclass
class Item:
    """A question with its tally or its texts where enough have answered, by group where there are groups.

    `held_back`: too few have; how many wrote a text says nothing of who, what they wrote may.
    """

    question: Question
    n: int
    held_back: bool = False
    tally: Tally | None = None
    groups: dict[str, Tally] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


@dataclass
class Block:
    """What was answered about one subject (None: about the organisation)."""

    subject_id: int | None
    n: int
    shown: bool
    items: list[Item] = field(default_factory=list)

    @property
    def satisfaction(self) -> Fraction | None:
        """The share of satisfied answers over the scales that are shown."""
        return share_of([one.tally for one in self.items if one.tally and one.question.kind == "scale"])


def share_of(tallies: list[Tally]) -> Fraction | None:
    """Satisfied answers out of all, over several scales."""
    n = sum(one.n for one in tallies)
    return Fraction(sum(one.satisfied for one in tallies), n) if n else None


@dataclass(frozen=True)
class Candidate:
    """A candidate with the votes; `place` by votes, equal for equal ones; elected, or tied for what places are left."""

    subject_id: int
    votes: int
    place: int
    elected: bool = False
    tied: bool = False


@dataclass(frozen=True)
class Election:
    """What a ballot came to: candidates by votes; how many places a tie leaves open; what was decided."""

    candidates: list[Candidate]
    sheets: int
    shown: bool
    open_places: int
    decisions: list[SurveyDecision]

    @property
    def tied(self) -> list[Candidate]:
        """Those with equal votes for the places that are left."""
        return [one for one in self.candidates if one.tied]

    @property
    def elected(self) -> list[Candidate]:
        """Who is elected, as far as it is settled."""
        return [one for one in self.candidates if one.elected]


def sheets(session: TenantSession, survey: HeldSurvey) -> int:
    """How many have answered: links used and people who answered signed in. It says nothing of what."""
    used = select(func.count()).select_from(SurveyToken)
    used = used.where(SurveyToken.survey_id == survey.id, SurveyToken.used.is_(True))
    voted = select(func.count()).select_from(SurveyVoter).where(SurveyVoter.survey_id == survey.id)
    return (session.scalar(used) or 0) + (session.scalar(voted) or 0)


def sheets_of(session: TenantSession, ids: Sequence[int]) -> dict[int, int]:
    """How many have answered each of these surveys."""
    found: Counter[int] = Counter()
    for model, condition in ((SurveyToken, SurveyToken.used.is_(True)), (SurveyVoter, true())):
        query = select(model.survey_id, func.count()).where(model.survey_id.in_(ids), condition)
        found.update(dict(session.execute(query.group_by(model.survey_id)).all()))
    return dict(found)


def results(session: TenantSession, survey: HeldSurvey) -> list[Block]:
    """The results by subject, in the subjects' order; empty before the survey is closed, and for a ballot."""
    if survey.state != "closed" or survey.kind == "ballot":
        return []
    asked = starting.questions_of(survey)
    texts = {one.code for one in asked if one.kind == "text"}
    counted = _counted(session, survey, texts)
    said = _said(session, survey, texts)
    subjects: list[int | None] = [*about.subject_ids(session, survey)]
    if survey.about == "organisation":
        subjects = [None]
    blocks = []
    for subject_id in subjects:
        n = sum(counted.get((subject_id, SHEET), {}).get("", Counter()).values())
        block = Block(subject_id, n, n >= survey.minimum)
        for question in asked if block.shown else ():
            texts_here = said.get((subject_id, question.code), [])
            by_group = counted.get((subject_id, question.code), {})
            block.items.append(_item(question, by_group, texts_here, survey.minimum))
        blocks.append(block)
    return blocks


_Counted = dict[tuple[int | None, str], dict[str, Counter[str]]]


def _counted(session: TenantSession, survey: HeldSurvey, texts: set[str]) -> _Counted:
    """How often each value was given, by subject and question and group (of sheets all groups together)."""
    of = (SurveyValue.subject_id, SurveyValue.question, SurveyValue.group_code, SurveyValue.value)
    query = (
        select(*of, func.count())
        .where(SurveyValue.survey_id == survey.id, SurveyValue.question.not_in(texts))
        .group_by(*of)
    )
    found: _Counted = {}
    for subject_id, question, group, value, count in session.execute(query):
        key = "" if question == SHEET else group
        found.setdefault((subject_id, question), {}).setdefault(key, Counter())[value] += count
    return found


def _said(
    session: TenantSession, survey: HeldSurvey, texts: set[str]
) -> dict[tuple[int | None, str], list[str]]:
    """The words given, in the order of random ids."""
    found: dict[tuple[int | None, str], list[str]] = {}
    query = select(SurveyValue.subject_id, SurveyValue.question, SurveyValue.value)
    query = query.where(SurveyValue.survey_id == survey.id, SurveyValue.question.in_(texts))
    for subject_id, question, value in session.execute(query.order_by(SurveyValue.id)):
        found.setdefault((subject_id, question), []).append(value)
    return found


def _item(question: Question, by_group: dict[str, Counter[str]], said: list[str], minimum: int) -> Item:
    if question.kind == "text":
        enough = len(said) >= minimum
        return Item(question, len(said), texts=said if enough else [], held_back=bool(said) and not enough)
    whole = Tally(question, sum(by_group.values(), Counter()))
    item = Item(question, whole.n, held_back=whole.n < minimum)
    if whole.n >= minimum:
        item.tally = whole
        groups = {group: Tally(question, values) for group, values in by_group.items()}
        fine = disclosed({group: one.n for group, one in groups.items()}, minimum)
        item.groups = {group: groups[group] for group in groups if group in fine}
    return item


def election(session: TenantSession, survey: HeldSurvey) -> Election | None:
    """What a closed ballot came to; None before, and for what is no ballot."""
    if survey.state != "closed" or survey.kind != "ballot":
        return None
    query = (
        select(SurveyValue.subject_id, SurveyValue.question, func.count())
        .where(SurveyValue.survey_id == survey.id)
        .group_by(SurveyValue.subject_id, SurveyValue.question)
    )
    counts = {(subject_id, question): n for subject_id, question, n in session.execute(query)}
    given = counts.get((None, SHEET), 0)
    votes = {one: counts.get((one, VOTE), 0) for one in about.subject_ids(session, survey)}
    decisions = list(
        session.scalars(
            select(SurveyDecision)
            .where(SurveyDecision.survey_id == survey.id)
            .order_by(SurveyDecision.at, SurveyDecision.id)
        )
    )
    if given < survey.minimum:
        return Election([Candidate(one, 0, 0) for one in votes], given, False, 0, [])
    return elect(votes, survey.plan["seats"], given, decisions)


def elect(votes: Mapping[int, int], seats: int, given: int, decisions: list[SurveyDecision]) -> Election:
    """Who is elected by most votes; equal votes at the border are tied until somebody decides."""
    order = sorted(votes, key=lambda one: -votes[one])
    places = {one: 1 + sum(votes[other] > votes[one] for other in votes) for one in votes}
    running = [one for one in order if votes[one] > 0]
    border = votes[running[seats - 1]] if len(running) >= seats else 0
    at_border = {one for one in running if votes[one] == border}
    above = {one for one in running if votes[one] > border}
    is_tie = len(above) + len(at_border) > seats
    decided = {one.subject_id for one in decisions}
    elected = above | decided | (set() if is_tie else at_border)
    left = seats - len(above) - len(decided) if is_tie else 0
    found = [
        Candidate(one, votes[one], places[one], one in elected, is_tie and one in at_border) for one in order
    ]
    return Election(found, given, True, left, decisions)
