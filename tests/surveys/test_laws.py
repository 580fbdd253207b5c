"""Laws of counting: nothing can be worked out from what is shown, elections follow the votes, rounding is half up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.plugins import Answer, Question, Survey, SurveyTotal
from kaohe.plugins.surveys import problem
from kaohe.scheme import Text
from kaohe.surveys import questions
from kaohe.surveys.closing import rounded
from kaohe.surveys.counting import disclosed, elect
from kaohe.surveys.owed import turn_days, turn_on

counts = st.dictionaries(st.integers(0, 20), st.integers(0, 12), max_size=8)


@given(counts, st.integers(1, 6))
def test_what_is_held_back_is_nothing_or_as_many_as_may_be_shown(parts, minimum):
    shown = disclosed(parts, minimum)
    assert all(parts[one] >= minimum for one in shown)
    held_back = sum(n for one, n in parts.items() if one not in shown)
    assert held_back == 0 or held_back >= minimum or not shown


@given(counts, st.integers(1, 6))
def test_nothing_is_held_back_without_need(parts, minimum):
    if all(n >= minimum or n == 0 for n in parts.values()):
        assert disclosed(parts, minimum) == {one for one, n in parts.items() if n >= minimum}


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 9), min_size=1, max_size=8), st.integers(1, 3))
def test_who_is_elected_has_no_fewer_votes_than_who_is_not(votes, seats):
    result = elect(votes, seats, sum(votes.values()), [])
    elected = {one.subject_id for one in result.elected}
    tied = {one.subject_id for one in result.tied}
    assert not elected & tied
    assert all(votes[one] > 0 for one in elected | tied)
    rest = set(votes) - elected - tied
    for one in elected:
        assert all(votes[one] > votes[other] for other in tied)
        assert all(votes[one] >= votes[other] for other in rest)
    assert len({votes[one] for one in tied}) <= 1
    running = sum(n > 0 for n in votes.values())
    assert len(elected) + result.open_places == min(seats, running)
    assert (len(tied) > result.open_places) if result.open_places else not tied


@given(st.fractions(min_value=0, max_value=100), st.integers(0, 4))
def test_a_figure_is_rounded_once_half_up(value, places):
    found = rounded(value, places)
    assert abs(Fraction(found) - value) <= Fraction(1, 2 * 10**places)
    if value * 10**places % 1 == Fraction(1, 2):
        assert Fraction(found) > value


def test_rounding_at_the_border():
    assert rounded(Fraction(200, 3), 2) == Decimal("66.67")
    assert rounded(Fraction(1, 8) * 100, 0) == 13
    assert rounded(Fraction(5, 1000), 2) == Decimal("0.01")
    assert rounded(Fraction(4999999999, 10**12), 2) == 0


@given(st.integers(1990, 2100), st.integers(1, 12))
def test_turns_fill_the_year_without_gap(year, times):
    days = [turn_days(year, number, times) for number in range(1, times + 1)]
    assert (days[0][0].month, days[0][0].day, days[-1][1].month, days[-1][1].day) == (1, 1, 12, 31)
    for number, (before, after) in enumerate(pairwise(days), start=1):
        assert (after[0] - before[1]).days == 1
        assert turn_on(before[1], times) == number
        assert turn_on(after[0], times) == number + 1


T = Text("题", "Question")
ASKED = Question("a", T, words=(T, T))
FINE = Survey("s", T, T, scheme="x", questions=(ASKED,))


def test_a_declaration_that_fits():
    assert problem(FINE, frozenset({"x"})) == ""


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"code": "Bad Code"}, "code"),
        ({"title": Text("", "")}, "title"),
        ({"scheme": "y"}, "scheme"),
        ({"kind": "poll"}, "kind"),
        ({"about": "moon"}, "kind"),
        ({"answered_by": ()}, "answered_by"),
        ({"answered_by": ("everyone",)}, "answered_by"),
        ({"questions": ()}, "questions"),
        ({"questions": (ASKED, ASKED)}, "questions"),
        ({"questions": (replace(ASKED, low=5, high=1),)}, "questions"),
        ({"questions": (replace(ASKED, high=50),)}, "questions"),
        ({"questions": (replace(ASKED, good=1),)}, "questions"),
        ({"questions": (replace(ASKED, words=(T,)),)}, "questions"),
        ({"questions": (Question("c", T, kind="choice", choices=(Answer("a", T),)),)}, "questions"),
        ({"kind": "ballot"}, "questions"),
        ({"groups": (Answer("a", T), Answer("a", T))}, "groups"),
        ({"totals": (SurveyTotal("x", 1, "mean", questions=("b",)),), "about": "units"}, "totals"),
        ({"totals": (SurveyTotal("x", 1, "votes"),), "about": "units"}, "totals"),
        ({"totals": (SurveyTotal("x", 1, "mean"),)}, "totals"),
        ({"minimum": 0}, "minimum"),
        ({"times_a_year": 13}, "minimum"),
    ],
)
def test_a_declaration_that_does_not_fit_is_named(change, fault):
    assert problem(replace(FINE, **change), frozenset({"x"})) == fault


def test_a_question_survives_being_kept():
    asked = Question(
        "c", T, kind="choice", choices=(Answer("a", T), Answer("b", Text("乙", "B"))), most=2, required=False
    )
    assert questions.read(questions.plain(asked)) == asked
    assert questions.read(questions.plain(ASKED)) == ASKED


@given(st.lists(st.sampled_from(["up", "down"]), max_size=12), st.sampled_from("abc"))
def test_moving_questions_loses_none(moves, code):
    kept = [questions.plain(replace(ASKED, code=one)) for one in "abc"]
    for move in moves:
        kept = questions.moved(kept, code, earlier=move == "up")
    assert sorted(one["code"] for one in kept) == ["a", "b", "c"]
