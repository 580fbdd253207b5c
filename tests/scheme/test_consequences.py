"""Conditions on a history: running, within a window, in all; gaps; what the reasons say."""

from __future__ import annotations

import pytest
from scheme_builders import D, clause, part, scheme, text

from kaohe.scheme import (
    AllOf,
    AnyOf,
    Consequence,
    Distribution,
    GradeIs,
    LastInRank,
    Occurred,
    Past,
    PerOccurrence,
    ScoreIn,
    Share,
    ShareIs,
    Times,
    consequences,
    watches,
)

POOR = GradeIs(("poor",))


def holds(condition, *grades: str | None, start: int = 1) -> bool:
    rules = scheme(
        part("total", clause(1, PerOccurrence(D(-1))), points=D(100)),
        consequences=(Consequence("c", text("c"), condition),),
        distribution=Distribution((Share("top", text("top"), D(20)),)),
    )
    history = [past(number, grade) for number, grade in enumerate(grades, start=start)]
    return bool(consequences(rules, history))


def past(number: int, grade: str | None) -> Past:
    year, month = divmod(number - 1, 12)
    day = f"{2026 + year}-{month + 1:02d}"
    return Past(f"{day}-01", f"{day}-28", None if grade is None else 5000, grade)


P, G, N = "poor", "good", None


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ((P,), False),
        ((P, P), False),
        ((P, P, P), True),
        ((P, P, P, P), True),
        ((P, P, P, G), False),
        ((P, G, P, P), False),
        ((P, N, P, P), False),
        ((N, N, N), False),
        ((), False),
    ],
)
def test_three_running(grades, expected):
    assert holds(Times(POOR, 3), *grades) is expected


def test_a_gap_may_be_skipped_where_the_scheme_says_so():
    assert holds(Times(POOR, 3, skip_missing=True), P, N, P, N, P)
    assert not holds(Times(POOR, 3, skip_missing=True), P, N, P, G, P)


@pytest.mark.parametrize(
    ("grades", "start", "expected"),
    [
        ((P, G, G, G, P, G, G, G, P), 1, True),
        ((P, G, G, G, P, G, G, G, P, G), 1, False),
        ((P, P, P), 11, False),
        ((P, P, P, P, P), 11, True),
    ],
)
def test_three_within_the_calendar_year(grades, start, expected):
    assert holds(Times(POOR, 3, "window", 12), *grades, start=start) is expected


@pytest.mark.parametrize(("between", "expected"), [(9, True), (10, False)])
def test_three_within_twelve_periods(between, expected):
    grades = (P, *(G,) * between, P, P)
    rolling = Times(POOR, 3, "window", 12, calendar_year=False)
    assert holds(rolling, *grades) is expected


def test_three_in_all():
    assert holds(Times(POOR, 3, "ever"), P, G, P, N, G, P)
    assert not holds(Times(POOR, 3, "ever"), P, G, P, P, G)
    assert not holds(Times(POOR, 3, "ever"), P, G, P)


def test_conditions_together():
    low = ScoreIn(D(50), D(60))
    assert holds(AllOf((POOR, low)), P)
    assert not holds(AllOf((POOR, ScoreIn(D("50.01")))), P)
    assert not holds(AllOf((POOR, ScoreIn(None, D(50)))), P)
    assert holds(AnyOf((Times(POOR, 5), low)), P)
    assert not holds(AnyOf((Times(POOR, 5), LastInRank())), P)


def test_a_share_as_decided():
    rules = scheme(
        part("total"),
        consequences=(Consequence("c", text("c"), ShareIs(("top",))),),
        distribution=Distribution((Share("top", text("top"), D(20)),)),
    )
    (proposal,) = consequences(rules, [Past("2026-01-01", "2026-12-31", 5000, "good", share="top")])
    assert proposal.reasons[0].text.zh == "评为top"
    assert consequences(rules, [Past("2026-01-01", "2026-12-31", 5000, "good")]) == []


def test_recorded_facts_count_even_without_a_result():
    rules = scheme(
        part("total", clause(1, PerOccurrence(D(0))), points=D(100)),
        consequences=(Consequence("c", text("c"), Occurred((1,), 2), each=True),),
    )
    assert consequences(rules, [Past("2026-01-01", "2026-01-31", counts=((1, 1),))]) == []
    (proposal,) = consequences(rules, [Past("2026-01-01", "2026-01-31", counts=((1, 3),))])
    assert proposal.times == 3
    assert proposal.reasons[0].text.zh == "clause 1 3 次"


def test_reasons_name_each_period():
    rules = scheme(part("total"), consequences=(Consequence("c", text("c"), Times(POOR, 2)),))
    (proposal,) = consequences(rules, [past(1, P), past(2, P), past(3, P)])
    assert [(reason.start, reason.text.en) for reason in proposal.reasons] == [
        ("2026-02-01", "grade: poor"),
        ("2026-03-01", "grade: poor"),
    ]


def test_who_is_near():
    rules = scheme(part("total"), consequences=(Consequence("c", text("c"), Times(POOR, 3)),))
    assert [(each.matched, each.needed) for each in watches(rules, [past(1, P), past(2, P)])] == [(2, 3)]
    assert watches(rules, [past(1, P), past(2, G)]) == []
    assert watches(rules, [past(1, P), past(2, P), past(3, P)]) == []
