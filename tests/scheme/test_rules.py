"""Each kind of clause: at the boundary, just below, just above, and missing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from scheme_builders import D, clause, hundred, one, part, scheme, tally, text

from kaohe.scheme import (
    Band,
    Bands,
    Checklist,
    Chosen,
    ClockBreach,
    Curve,
    Effect,
    Escalating,
    Evidence,
    Examination,
    FilingMissed,
    Group,
    Indicator,
    Inputs,
    Item,
    Mark,
    Measure,
    Measured,
    Occurrence,
    PerOccurrence,
    Rater,
    Rating,
    Ratio,
    Registered,
    Step,
    TimeLimit,
    Veto,
    WeightedMean,
    assess,
    compile_scheme,
    register_kind,
)
from kaohe.scheme.refusals import UnknownKind

NOTE = Effect("notice", text("told"))


def test_per_occurrence():
    plain = hundred(clause(1, PerOccurrence(D("-0.5"))))
    assert [one(plain, tally(1, count)).points for count in (1, 3)] == [D("99.5"), D("98.5")]
    assert one(plain).points == 100
    assert one(plain, tally(1, 201)).points == 0


@pytest.mark.parametrize(("count", "points"), [(1, 98), (2, 96), (3, 96), (9, 96)])
def test_occurrences_beyond_the_limit_do_not_count(count, points):
    assert one(hundred(clause(1, PerOccurrence(D(-2), times=2))), tally(1, count)).points == points


def test_points_by_quantity_are_exact():
    by_day = hundred(clause(1, PerOccurrence(D("-0.5"), by_quantity=True)))
    assert one(by_day, tally(1, 2, quantity="2.5")).points == D("98.75")
    third = one(
        hundred(clause(1, PerOccurrence(D("-0.01"), by_quantity=True))), tally(1, quantity="0.333333")
    )
    assert third.points == D("100")
    assert third.remainder != "0"


def test_effects_come_once_for_each_occurrence():
    with_effect = hundred(clause(1, PerOccurrence(D(-1), effects=(NOTE,))))
    assert [tuple(each) for each in one(with_effect, tally(1, 2)).effect_lines()] == [
        (1, 1, -1, 0),
        (1, 2, -1, 0),
    ]


LADDER = Escalating((Step(D(-1)), Step(D(-2), (NOTE,)), Step(D(-4))))


@pytest.mark.parametrize(("count", "moved"), [(1, 1), (2, 3), (3, 7), (4, 11)])
def test_ladder(count, moved):
    assert one(hundred(clause(1, LADDER)), tally(1, count)).points == 100 - moved


def test_ladder_over_the_engagement_starts_where_it_stopped():
    ladder = Escalating(LADDER.steps, over="engagement")
    compiled = compile_scheme(hundred(clause(1, ladder)))
    assert compiled.needs.prior == {1}
    assert one(compiled, tally(1), prior={1: 1}).points == 98
    assert one(compiled, tally(1, 2), prior={1: 1}).points == 94
    assert one(compiled, prior={1: 5}).points == 100
    assert [tuple(each) for each in one(compiled, tally(1), prior={1: 1}).effect_lines()] == [(1, 2, 1, 0)]
    period = compile_scheme(hundred(clause(1, LADDER)))
    assert one(period, tally(1), prior={1: 5}).points == 99


def shared():
    first = Escalating((Step(D(-2)), Step(D(-2)), Step(D(-4))), counted_with=(2,))
    second = Escalating((Step(D(-1)), Step(D(-2)), Step(D(-4))), counted_with=(1,))
    return hundred(clause(1, first), clause(2, second))


def test_a_shared_ladder_goes_by_date_then_id():
    compiled = compile_scheme(shared())
    assert compiled.needs.ordered == {1, 2}
    rows = [Occurrence("2026-09-02", 8, 1), Occurrence("2026-09-02", 7, 2), Occurrence("2026-09-01", 9, 1)]
    found = one(compiled, tally(1, 2), tally(2, 1), occurrences=rows)
    assert found.points == 92
    assert one(compiled, tally(1, 2), tally(2, 1), occurrences=rows[::-1]) == found


def test_a_shared_ladder_without_its_order_is_an_error():
    with pytest.raises(ValueError, match="in order"):
        one(shared(), tally(1), tally(2))


def test_chosen_points_are_added_as_they_stand():
    chosen = hundred(clause(1, Chosen(D(-8), D("-0.5"))))
    assert one(chosen, tally(1, 2, points="-3.5")).points == D("96.5")
    assert one(chosen).points == 100


@pytest.mark.parametrize(("mark", "points"), [("84.999999", 99), ("85", 100), ("85.000001", 100), ("0", 99)])
def test_examination_at_its_threshold(mark, points):
    exam = hundred(clause(1, Examination(D(85), D(-1))))
    assert one(exam, tally(1, quantity=mark, value=mark)).points == points
    assert one(exam).points == 100
    assert compile_scheme(exam).needs.values == {1: "first"}
    assert compile_scheme(exam).needs.expected == {1}


def test_a_checklist_item_with_points_of_its_own():
    items = (Item(11, text("a")), Item(12, text("b"), points=D(-3)))
    lists = hundred(clause(1, Checklist(D(-1)), items=items))
    assert one(lists, tally(11, 2), tally(12, 2)).points == 96
    many = hundred(clause(1, Checklist(D(-1), times=None), items=items))
    assert one(many, tally(11, 2), tally(12, 2)).points == 92


def test_a_veto_decides_and_a_cap_limits():
    decides = hundred(clause(1, Veto("poor")))
    found = one(decides, tally(1))
    assert (found.points, found.grade, found.verdict) == (100, "poor", "vetoed")
    caps = hundred(clause(1, Veto("fair", cap=True)), clause(2, PerOccurrence(D(-50))))
    assert one(caps, tally(1)).grade == "fair"
    assert one(caps, tally(1), tally(2)).grade == "poor"
    assert one(caps, tally(1), tally(2)).verdict is None
    assert one(caps).grade == "good"


def test_a_clean_veto_lifts_nobody():
    lifts = hundred(clause(1, Veto("fair")), clause(2, Veto("poor")))
    assert one(lifts, tally(1), tally(2)).grade == "poor"


def test_a_mark_is_missing_without_a_value():
    for take, value in (("last", 70), ("sum", 150), ("mean", 75)):
        mark = scheme(part("total", clause(1, Mark(take=take)), empty="missing"))
        held = 70 if take == "last" else None
        assert one(mark, tally(1, 2, quantity=150, value=held)).points == value
        missing = one(mark)
        assert (missing.score, missing.grade, missing.missing) == (None, None, (1, "total"))
    extremes = scheme(part("total", clause(1, Mark(take="max")), empty="missing"))
    assert one(extremes, tally(1, 2, group=1, value=3), tally(1, 1, group=2, value=9)).points == 9


def test_the_first_of_several_groups_cannot_be_guessed():
    mark = scheme(part("total", clause(1, Mark(take="first")), empty="missing"))
    with pytest.raises(ValueError, match="first quantity"):
        one(mark, tally(1, 1, group=1, value=3), tally(1, 1, group=2, value=9))


RATERS = (Rater("a", text("a"), D(60)), Rater("b", text("b"), D(40), minimum=2))


def rated(*tallies, groups=((1, "rater", "a"), (2, "rater", "b"))):
    rating = scheme(part("total", clause(1, Rating(RATERS)), empty="missing"))
    return one(rating, *tallies, groups=[Group(*group) for group in groups])


def test_roles_are_averaged_then_weighted():
    found = rated(tally(1, 2, group=1, quantity=180), tally(1, 2, group=2, quantity=140))
    assert found.points == 82
    assert found.left_out == ()


def test_a_role_with_too_few_ratings_is_left_out_and_shown():
    found = rated(tally(1, 1, group=1, quantity=90), tally(1, 1, group=2, quantity=10))
    assert (found.points, found.left_out) == (90, ("1:b",))
    assert rated().score is None
    assert rated(tally(1, 1, group=2, quantity=10)).score is None


def test_a_single_role_needs_no_groups():
    rating = scheme(part("total", clause(1, Rating((Rater("a", text("a"), D(1)),))), empty="missing"))
    assert one(rating, tally(1, 3, quantity=240)).points == 80


CURVE = Curve(((D(0), D(100)), (D("0.01"), D(0))))


def ratio(knots=CURVE):
    rule = Indicator(Ratio((51,), (52,)), knots)
    measures = tuple(Measure(id, f"m{id}", text("m"), "person") for id in (51, 52))
    return scheme(part("total", clause(1, rule), empty="missing"), measures=measures)


@pytest.mark.parametrize(("wrong", "points"), [(0, "100"), (1, "80"), (5, "0"), (6, "0"), (2, "60")])
def test_a_ratio_on_a_curve(wrong, points):
    found = one(ratio(), tally(51, quantity=wrong), tally(52, quantity=500))
    assert found.points == D(points)


def test_a_ratio_of_thirds_stays_exact():
    found = one(ratio(), tally(51, quantity=1), tally(52, quantity=300))
    assert found.part("total").points == Fraction(200, 3)
    assert (found.points, found.remainder) == (D("66.67"), "-1/3")


def test_nothing_below_the_line_is_missing():
    assert one(ratio(), tally(51, quantity=1)).score is None
    assert one(ratio(), tally(51, quantity=1), tally(52, quantity=0)).score is None


def test_a_curve_is_flat_outside_its_knots():
    curve = Curve(((D(10), D(20)), (D(20), D(80)), (D(30), D(60))))
    rule = Indicator(Measured(), curve)
    measured = scheme(part("total", clause(1, rule), empty="missing"))
    found = [one(measured, tally(1, value=value)).points for value in (0, 10, 15, 20, 25, 30, 99)]
    assert found == [20, 20, 50, 80, 70, 60, 60]


BANDS = tuple(Band(code, text(code), D(share)) for code, share in (("A", "1"), ("B", "0.5")))


def banded(*values, higher=True, applies=()):
    rule = Indicator(Measured(), Bands(BANDS, "kind", higher), applies=applies)
    compiled = scheme(part("total", clause(1, rule), empty="missing"))
    cohort = {
        number: Inputs(facts={"kind": "x"}, tallies=[] if value is None else [tally(1, value=value)])
        for number, value in enumerate(values)
    }
    return assess(compiled, cohort)


def test_bands_by_rank():
    assert [each.points for each in banded(9, 8, 7, 6)] == [100, 100, 50, 50]
    assert [each.points for each in banded(9, 8, 7, 6, higher=False)] == [50, 50, 100, 100]
    assert [each.points for each in banded(9, 8, None, 6)] == [100, 50, None, 50]
    assert [each.points for each in banded(9, 9, 9, 6)] == [100, 100, 100, 50]
    assert not banded(9, 8)[0].provisional
    assert banded(9)[0].provisional


def test_an_indicator_for_other_categories_does_not_apply():
    rule = Indicator(Measured(), CURVE, applies=("y",))
    mean = scheme(
        part(
            "total",
            part("one", clause(1, rule), empty="missing", weight=D(1)),
            part("two", clause(2, Mark()), empty="missing", weight=D(1)),
            combine=WeightedMean(),
            empty="missing",
        )
    )
    found = one(mean, tally(2, value=70), facts={"category": "x"})
    assert (found.points, found.left_out, found.missing) == (70, (), ())
    concerned = one(mean, tally(2, value=70), facts={"category": "y"})
    assert concerned.left_out == ("one",)


def test_evidence_counts_once_and_can_be_void():
    evidence = scheme(
        part(
            "total",
            clause(1, Evidence()),
            clause(2, Evidence(void_by=3)),
            clause(3, PerOccurrence(D(0))),
            clause(4, Evidence(counts=False)),
        )
    )
    assert one(evidence, tally(1, 3), tally(2), tally(4)).points == 2
    assert one(evidence, tally(1), tally(2), tally(3)).points == 1


def test_clocks_and_filings():
    clocks = hundred(
        clause(1, ClockBreach("arrival", (TimeLimit(45, "minutes"),), D(-1))),
        clause(2, FilingMissed("return", D("-0.5"))),
        clause(3, FilingMissed("revenue", D("-0.5"), by_quantity=True)),
        clause(4, FilingMissed("forms", D(0), grade="poor")),
    )
    assert one(clocks, tally(1, 2), tally(2), tally(3, quantity=3)).points == 96
    assert one(clocks, tally(4)).grade == "poor"


def double(parameters, count, quantity, points):
    return int(parameters["each"] * 2 * count * -100)


def test_a_kind_of_the_sectors_own():
    register_kind("test.double", double)
    register_kind("test.double", double)
    own = hundred(clause(1, Registered("test.double", (("each", D("1.5")),))))
    assert one(own, tally(1, 2)).points == 94
    with pytest.raises(ValueError, match="registered already"):
        register_kind("test.double", lambda *_: 0)
    with pytest.raises(UnknownKind):
        compile_scheme(hundred(clause(1, Registered("test.nobody"))))


def test_groups_do_not_change_a_plain_clause():
    plain = hundred(clause(1, PerOccurrence(D(-1), times=2)), clause(2, PerOccurrence(D(-1))))
    together = one(plain, tally(1, 3), tally(2, 3))
    apart = one(plain, tally(1, 1, group=1), tally(2, 1), tally(1, 2, group=2), tally(2, 2, group=9))
    assert apart == together


def test_an_unknown_id_moves_nothing():
    assert one(hundred(clause(1, PerOccurrence(D(-1)))), tally(999, 5)).points == 100
