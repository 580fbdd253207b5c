"""How parts are made of parts: sums, means, sheets, contained results, best, product, caps, rounding."""

from __future__ import annotations

from fractions import Fraction

import pytest
from scheme_builders import D, clause, hundred, one, part, scheme, tally, text

from kaohe.scheme import (
    BestOf,
    Chosen,
    Contained,
    CountAccepted,
    Evidence,
    Grade,
    Group,
    Inputs,
    Mark,
    MeanOverSheets,
    PerOccurrence,
    Product,
    Ranking,
    Rounding,
    WeightedMean,
    WorstPart,
    assess,
)


def marked(code: str, id: int, weight: int = 1, **more):
    return part(code, clause(id, Mark()), empty="missing", weight=D(weight), **more)


def test_floor_and_ceiling_come_after_netting():
    netted = hundred(clause(1, PerOccurrence(D(-60))), clause(2, PerOccurrence(D(10))), ceiling=D(100))
    assert one(netted, tally(1, 2), tally(2, 1)).points == 0
    assert one(netted, tally(1, 2), tally(2, 3)).points == 10
    line = one(netted, tally(2, 3)).part("total")
    assert (line.base, line.gained, line.deducted, line.raised, line.cut, line.points) == (
        100,
        30,
        0,
        0,
        -30,
        100,
    )
    line = one(netted, tally(1, 2)).part("total")
    assert (line.deducted, line.raised, line.points) == (-120, 20, 0)


def test_a_sum_with_a_missing_part_is_missing():
    whole = scheme(
        part(
            "total", marked("a", 1), part("b", clause(2, PerOccurrence(D(-1))), points=D(10)), empty="missing"
        )
    )
    assert one(whole, tally(1, value=80)).points == 90
    found = one(whole, tally(2))
    assert (found.score, found.missing) == (None, (1, "a", "total"))
    assert found.part("b").points == 9


def test_a_part_that_needs_entries():
    needs = scheme(part("total", clause(1, PerOccurrence(D(-1))), points=D(100), empty="missing"))
    assert one(needs).score is None
    assert one(needs, tally(1)).points == 99
    fails = scheme(
        part("total", part("a", clause(1, PerOccurrence(D(-1))), points=D(10), empty="fail"), empty="missing")
    )
    assert (one(fails).grade, one(fails).verdict, one(fails).score) == ("poor", "vetoed", None)


def test_weighted_mean_leaves_out_what_is_missing():
    mean = scheme(
        part(
            "total",
            marked("a", 1, 15),
            marked("b", 2, 12),
            marked("c", 3, 73),
            combine=WeightedMean(),
            empty="missing",
        )
    )
    everything = one(mean, tally(1, value=90), tally(2, value=80), tally(3, value=70))
    assert everything.points == D("74.2")
    without = one(mean, tally(1, value=90), tally(3, value=70))
    assert without.part("total").points == Fraction(15 * 90 + 73 * 70, 88)
    assert (without.left_out, without.missing) == (("b",), ())
    assert one(mean).score is None


def test_a_strict_mean_needs_everything():
    mean = scheme(
        part("total", marked("a", 1), marked("b", 2), combine=WeightedMean(strict=True), empty="missing")
    )
    assert one(mean, tally(1, value=90)).score is None
    assert one(mean, tally(1, value=90), tally(2, value=80)).points == 85


SHEETS = {"points": D(100), "floor": D(0), "combine": MeanOverSheets(), "empty": "missing"}


def sheets(*deductions: int, combine=None):
    rules = scheme(
        part(
            "total",
            clause(1, Chosen(D(-200), D(0))),
            **{**SHEETS, **({"combine": combine} if combine else {})},
        )
    )
    groups = [
        Group(number + 1, "sheet", "monthly" if number == 0 else "weekly")
        for number in range(len(deductions))
    ]
    tallies = [
        tally(1, group=number + 1, points=-points) for number, points in enumerate(deductions) if points
    ]
    return one(rules, *tallies, groups=groups)


def test_clean_sheets_count_and_none_is_missing():
    assert sheets(5, 0, 8, 11).points == 94
    assert sheets(0).points == 100
    assert sheets(130).points == 0
    assert sheets(130, 0).points == 50
    assert sheets().score is None


def test_sheets_by_weight():
    weights = MeanOverSheets((("monthly", D(3)),))
    assert sheets(40, 0, combine=weights).points == 70


def test_times_hold_for_each_sheet():
    rules = scheme(part("total", clause(1, PerOccurrence(D(-10), times=1)), **SHEETS))
    found = one(
        rules, tally(1, 3, group=1), tally(1, 1, group=2), groups=[Group(1, "sheet"), Group(2, "sheet")]
    )
    assert found.points == 90


def test_a_sheet_known_only_by_its_findings_counts():
    rules = scheme(part("total", clause(1, PerOccurrence(D(-10))), **SHEETS))
    assert one(rules, tally(1, group=5)).points == 90


def test_quantities_on_sheets_are_exact():
    rules = scheme(part("total", clause(1, PerOccurrence(D("-0.01"), by_quantity=True)), **SHEETS))
    found = one(rules, tally(1, group=1, quantity="0.5"), groups=[Group(1, "sheet"), Group(2, "sheet")])
    assert found.part("total").points == 100 - Fraction(1, 400)


def contained(how, *scores, **more):
    whole = scheme(part("total", combine=Contained(how, **more), empty="missing"))
    return one(
        whole, contained=[(f"2026-{number:02d}", score) for number, score in enumerate(scores, start=1)]
    )


def test_contained_results():
    assert contained("mean", 9000, 7000).points == 80
    assert contained("sum", 9000, 7000).points == 160
    found = contained("mean", 9000, None, 7000)
    assert (found.points, found.left_out) == (80, ("2026-02",))
    assert contained("mean").score is None
    assert contained("mean", None).score is None
    assert contained("mean", 9000, None, strict=True).score is None
    assert contained("mean", 9000, minimum=2).score is None
    assert contained("mean", 9000, 6000, weights=(("01", D(2)),)).points == 80
    assert contained("sum", -500, 200).points == -3


def test_best_and_product():
    best = scheme(part("total", marked("a", 1), marked("b", 2), combine=BestOf(), empty="missing"))
    assert one(best, tally(1, value=70), tally(2, value=80)).points == 80
    assert one(best, tally(1, value=70)).points == 70
    assert one(best).score is None
    product = scheme(part("total", marked("a", 1), marked("b", 2), combine=Product(), empty="missing"))
    assert one(product, tally(1, value=80), tally(2, value="1.2")).points == 96
    assert one(product, tally(1, value=80)).score is None


def test_the_worst_part_caps_the_grade():
    inside = [
        part(code, clause(id, PerOccurrence(D(-1))), points=D(50), floor=D(0))
        for code, id in (("a", 1), ("b", 2))
    ]
    capped = scheme(part("total", *inside), caps=(WorstPart(D("0.9"), "fair"),))
    assert one(capped, tally(1, 5)).grade == "good"
    assert one(capped, tally(1, 6)).grade == "fair"
    assert one(capped, tally(1, 6)).points == 94


def test_counting_needs_the_minimum():
    count = CountAccepted(2, passed="good", failed="poor")
    rules = scheme(
        part(
            "total",
            part("a", clause(1, Evidence(veto=True)), clause(2, Evidence()), clause(3, Evidence())),
            combine=count,
        )
    )
    assert one(rules, tally(1), tally(2)).grade == "good"
    assert one(rules, tally(1)).grade == "poor"
    assert one(rules, tally(2), tally(3)).grade == "poor"


@pytest.mark.parametrize(
    ("value", "decimals", "points"),
    [
        ("88.305", 2, "88.31"),
        ("88.304999", 2, "88.3"),
        ("88.25", 1, "88.3"),
        ("88.5", 0, "89"),
        ("88.49", 0, "88"),
    ],
)
def test_rounding_half_up_once_at_the_end(value, decimals, points):
    mark = scheme(part("total", clause(1, Mark()), empty="missing"), rounding=Rounding(decimals))
    found = one(mark, tally(1, value=value))
    assert found.points == D(points)
    assert found.exact == (D(value) == D(points))


def test_negative_scores_round_away_from_zero():
    below = scheme(part("total", clause(1, PerOccurrence(D("-0.01"), by_quantity=True)), points=D(0)))
    assert one(below, tally(1, quantity="0.5")).points == D("-0.01")


def test_grades_read_the_rounded_score():
    mark = scheme(part("total", clause(1, Mark()), empty="missing"), rounding=Rounding(0))
    assert one(mark, tally(1, value="89.5")).grade == "good"
    assert one(mark, tally(1, value="89.49")).grade == "fair"


@pytest.mark.parametrize(
    ("value", "grade"), [(90, "good"), ("89.99", "fair"), (60, "fair"), ("59.99", "poor"), (0, "poor")]
)
def test_lower_bounds_are_included(value, grade):
    mark = scheme(part("total", clause(1, Mark()), empty="missing"))
    assert one(mark, tally(1, value=value)).grade == grade


def test_below_all_bounds_there_is_no_grade():
    mark = scheme(
        part("total", clause(1, Mark()), empty="missing"), grades=(Grade("good", text("good"), D(90)),)
    )
    assert one(mark, tally(1, value=10)).grade is None


def test_ties_are_broken_by_the_parts_that_the_scheme_names():
    inside = [part(code, clause(id, PerOccurrence(D(-1))), points=D(50)) for code, id in (("a", 1), ("b", 2))]
    cohort = {
        "x": Inputs(tallies=[tally(1)]),
        "y": Inputs(tallies=[tally(2)]),
        "z": Inputs(tallies=[tally(2)]),
    }
    plain = {
        each.subject: (each.rank, each.ties, each.of)
        for each in assess(scheme(part("total", *inside)), cohort)
    }
    assert plain == {"x": (1, 3, 3), "y": (1, 3, 3), "z": (1, 3, 3)}
    broken = assess(scheme(part("total", *inside), ranking=Ranking(tie_breaks=("a",))), cohort)
    assert [(each.rank, each.ties) for each in broken] == [(3, 1), (1, 2), (1, 2)]
    assert all(
        each.rank is None
        for each in assess(scheme(part("total", *inside), ranking=Ranking(ranked=False)), cohort)
    )
