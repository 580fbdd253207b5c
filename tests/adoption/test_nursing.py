"""The nursing scheme adopted: each answer to a doubt gives the figure that its worked example says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kaohe.adoption import service as adoption
from kaohe.errors import Refusal
from kaohe.scheme import Inputs, assess, usual_answers
from kaohe_nursing.scheme import NURSING as nursing

START = date(2026, 9, 1)


@pytest.fixture
def adopt(session, now):
    """Adopt with one doubt settled otherwise than usual; gives the compiled scheme."""

    def run(doubt=None, option=None, figures=None):
        made = adoption.adopt_start(session, sector="nursing", scheme=nursing, actor=None, now=now)
        (draft,) = adoption.revisions(session, made)
        answers = {"left_out": "as_printed", **usual_answers(nursing)}
        for code, answer in answers.items():
            adoption.settle_doubt(session, draft, code, option=answer, actor=None, now=now)
        if doubt:
            adoption.settle_doubt(
                session, draft, doubt, option=option, figures=figures, reason="例会议定", actor=None, now=now
            )
        adoption.adopt(session, draft, starts_on=START, actor=None, now=now)
        return adoption.compiled_of(session, draft.id)

    return run


def score(compiled, *entries):
    """The score of one nurse with (clause id, how often)."""
    tallies = [(clause, None, count, 0, 0, None) for clause, count in entries]
    days = [("2026-09-01", number, clause) for clause, count in entries for number in range(count)]
    (assessment,) = assess(compiled, {1: Inputs(tallies=tallies, occurrences=days)})
    return assessment.points


LEFT_OUT, HOSPITAL_STUDY = 72, 52
PRAISE = next(
    clause.id for part in nursing.parts() if part.code == "quality_service" for clause in part.clauses[:1]
)


@pytest.mark.parametrize(
    ("option", "figures", "expected"),
    [
        ("as_printed", None, "99.97"),
        ("tenth", None, "99.7"),
        ("own", {"clause/72/rule/points": Decimal("-0.05")}, "99.85"),
    ],
)
def test_three_items_left_out(adopt, option, figures, expected):
    assert score(adopt("left_out", option, figures), (LEFT_OUT, 3)) == Decimal(expected)


@pytest.mark.parametrize(("option", "expected"), [("by_kind", "95"), ("either_kind", "96")])
def test_the_hospitals_study_missed_twice(adopt, option, expected):
    assert score(adopt("escalation", option), (HOSPITAL_STUDY, 2)) == Decimal(expected)


@pytest.mark.parametrize(("option", "expected"), [("offset", "100"), ("above", "101")])
def test_praise_alone_rises_above_a_hundred_only_where_the_admin_allows_it(adopt, option, expected):
    assert score(adopt("praise", option), (PRAISE, 2)) == Decimal(expected)


def test_the_choice_that_reports_read_is_changed_and_compared(session, now):
    made = adoption.adopt_start(session, sector="nursing", scheme=nursing, actor=None, now=now)
    (draft,) = adoption.revisions(session, made)
    adoption.change_figure(
        session, draft, "setting/bonus_by/value", value="score_attendance", actor=None, now=now
    )
    assert adoption.scheme_of(session, draft.id).setting("bonus_by") == "score_attendance"
    with pytest.raises(Refusal):
        adoption.change_figure(session, draft, "setting/bonus_by/value", value="by_luck", actor=None, now=now)
    adoption.change_figure(session, draft, "setting/bonus_by/value", value="score", actor=None, now=now)
    assert draft.changes["figures"] == {}
