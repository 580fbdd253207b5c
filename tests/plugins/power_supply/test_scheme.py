"""The power supply schemes against the worked examples of their page that concern scores."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from kaohe.scheme import (
    Inputs,
    Past,
    Text,
    adapt,
    adjustables,
    assess,
    check,
    compile_scheme,
    consequences,
    from_json,
    next_own_id,
    rank,
    say_limit,
    say_steps,
    settle,
    to_json,
    usual_answers,
)
from kaohe_power_supply.scheme import BENCHMARK, BENCHMARK_YEAR, HOTLINE, POST, SCHEMES, SERVICE, SERVICE_YEAR
from kaohe_power_supply.scheme.benchmark import indicator
from kaohe_power_supply.scheme.hotline import ARRIVAL, COMPLAINT, MISCONDUCT, PASSED_ON, SUPPLY_PLAN
from kaohe_power_supply.scheme.posts import STRUCK_OFF
from kaohe_power_supply.scheme.standards import ACCIDENT

IDS = range(11, 23)
NAMES = "abcde"


def value(id: int, figure) -> tuple:
    scaled = int(Decimal(str(figure)) * 1_000_000)
    return (id, None, 1, scaled, 0, scaled)


def units(missing: dict[str, tuple[int, ...]] | None = None, category: str = "city_station"):
    """Five units; `a` is best in everything, `e` worst; lower is better for loss, arrival, complaints."""
    cohort = {}
    for place, name in enumerate(NAMES):
        tallies = [
            value(id, 10 + place if id in (13, 15, 16) else 99 - place)
            for id in IDS
            if id not in (missing or {}).get(name, ())
        ]
        cohort[name] = Inputs(facts={"category": category}, tallies=tallies)
    return cohort


def test_bands_are_quintiles_of_the_rank():
    found = {each.subject: each for each in assess(BENCHMARK, units())}
    assert [found[name].points for name in NAMES] == [100, 80, 60, 40, 20]
    assert [found[name].rank for name in NAMES] == [1, 2, 3, 4, 5]
    bands = [step.data[3] for step in found["b"].step_lines() if step.kind == "band"]
    assert bands == ["B"] * 12


def test_a_missing_value_of_weight_10_is_left_out_and_flagged():
    found = {each.subject: each for each in assess(BENCHMARK, units({"c": (13,)}))}
    third = found["c"]
    assert third.left_out == ("loss",)
    weighed = [step for step in third.step_lines() if step.kind == "weigh"]
    assert sum(Fraction(step.data[1]) for step in weighed) == 90
    assert {step.data[2] for step in weighed} == {"90"}
    covered = sum(Fraction(step.data[1]) * Fraction(60) for step in weighed)
    assert Fraction(third.points or 0) == covered / 90
    assert sum(place.rank for place in rank(found.values()).values()) == 15
    loss = next(step for step in found["d"].step_lines() if step.kind == "band" and step.ref == 13)
    assert (loss.data[1], loss.data[2], loss.data[3]) == (3, 4, "D")
    assert "台区线损率：缺，权重 10 不计入" in [sentence for _, sentence in say_steps(BENCHMARK, third, "zh")]


def test_ties_share_rank_and_band():
    cohort = {name: Inputs(facts={"category": "team"}, tallies=[value(11, 99)]) for name in NAMES}
    found = assess(BENCHMARK, cohort)
    assert [each.points for each in found] == [100] * 5
    assert {(each.rank, each.ties) for each in found} == {(1, 5)}


def test_categories_are_ranked_apart():
    cohort = {
        "x": Inputs(facts={"category": "city_station"}, tallies=[value(11, 99)]),
        "y": Inputs(facts={"category": "country_station"}, tallies=[value(11, 90)]),
    }
    assert [each.points for each in assess(BENCHMARK, cohort)] == [20, 20]
    assert all(each.provisional for each in assess(BENCHMARK, cohort))


def test_a_unit_without_any_value_has_no_result():
    found = {
        each.subject: each
        for each in assess(BENCHMARK, {**units(), "f": Inputs(facts={"category": "city_station"})})
    }
    assert found["f"].score is None
    assert found["f"].rank is None


def test_the_admin_adds_an_indicator():
    new = indicator(
        next_own_id(BENCHMARK),
        "city_reliability",
        Text("城网供电可靠率", "Reliability, city"),
        Text("%", "%"),
        "5",
        higher=True,
        level="group",
    )
    scheme = adapt(BENCHMARK, {"part/total/parts/+": new})
    assert check(scheme) == []
    assert len(scheme.clauses()) == 13
    assert compile_scheme(scheme).needs.values[new.clauses[0].id] == "last"
    assert adapt(scheme, {"part/city_reliability": None}).clauses() == BENCHMARK.clauses()


def result(scheme, *counts):
    (found,) = assess(scheme, {"u": Inputs(tallies=[(id, None, count, 0, 0, None) for id, count in counts])})
    return found


def test_overtime_entries_deduct():
    assert result(HOTLINE).points == 100
    assert result(HOTLINE, (ARRIVAL, 2), (PASSED_ON, 1), (COMPLAINT, 1)).points == Decimal("95.5")
    assert result(HOTLINE, (COMPLAINT, 60)).points == 0


def test_the_clocks_and_their_limits():
    arrival = HOTLINE.find(ARRIVAL).clause.rule
    assert [(limit.where, limit.amount) for limit in arrival.limits] == [
        ("city", 45),
        ("country", 90),
        ("remote", 120),
    ]
    assert say_limit(arrival.limits[0], "zh") == "城区 45 分钟"
    assert say_limit(arrival.limits[0], "en") == "city: 45 minutes"
    plans = HOTLINE.find(SUPPLY_PLAN).clause.rule
    assert [limit.amount for limit in plans.limits] == [3, 7, 15, 30]
    assert HOTLINE.find(MISCONDUCT).clause.rule.limits[0].unit == "working_days"
    other = settle(
        HOTLINE, {"answer_or_acceptance": "acceptance", "arrival_from": "called", "urging": "reply"}
    )
    assert other.find(COMPLAINT).clause.rule.clock == "complaint_accepted"
    assert other.find(ARRIVAL).clause.rule.runs_from == "called"
    assert other.setting("urging") == "reply"
    shorter = adapt(HOTLINE, {f"clause/{ARRIVAL}/rule/limits/0/amount": 30})
    assert shorter.find(ARRIVAL).clause.rule.limits[0].amount == 30


def test_standards_deduct_and_never_below_nothing():
    assert result(SERVICE, (51, 1), (84, 2), (142, 1)).points == 85
    assert result(SERVICE, (142, 11)).points == 0
    found = result(SERVICE, (ACCIDENT, 1))
    assert found.points == 90
    assert len(found.effects) == 1


def test_the_standards_have_their_numbers():
    titles = [clause.title.zh.split()[0] for clause in SERVICE.clauses()]
    assert titles[:4] == ["5.1", "5.2", "5.3", "5.4"]
    assert {"6.3", "7.4", "8.6", "9.4", "10", "13.2"} <= set(titles)
    assert all(clause.ours for clause in SERVICE.clauses())


def test_the_year_is_the_mean():
    (found,) = assess(SERVICE_YEAR, {"u": Inputs(contained=[("2026-01", 9000), ("2026-02", 9500)])})
    assert (found.points, found.grade) == (Decimal("92.5"), "good")
    first = consequences(BENCHMARK_YEAR, [Past("2026-01-01", "2026-12-31", 9000, None, first=True)])
    assert [each.consequence.code for each in first] == ["benchmark"]


POST_FIGURES = {71: 100, 72: 100, 73: 980, 74: 1000, 75: 8, 76: 100, 77: 95, 78: 100}


def post(*counts, without=()):
    tallies = [value(id, figure) for id, figure in POST_FIGURES.items() if id not in without]
    tallies += [(id, None, count, 0, 0, None) for id, count in counts]
    (found,) = assess(POST, {"p": Inputs(tallies=tallies)})
    return found


def test_post_performance():
    found = post()
    assert found.part("work").points == 83
    assert found.points == Decimal("90.5")
    late = post((21, 2), (31, 1))
    assert late.part("work").points == 79
    assert late.points == Decimal("85.5")


def test_the_gravest_complaint_decides():
    found = post((STRUCK_OFF, 1))
    assert (found.grade, found.verdict) == ("unqualified", "vetoed")


def test_missing_satisfaction_is_left_out():
    found = post(without=(77, 78))
    assert found.left_out == ("satisfaction",)
    assert found.points == Decimal("89.38")


def test_the_last_stands_by():
    (proposal,) = consequences(POST, [Past("2026-09-01", "2026-09-30", 8000, "qualified", last=True)])
    assert proposal.consequence.effects[0].kind == "suspended"


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.code)
def test_the_shape(scheme):
    assert check(scheme) == []
    assert from_json(to_json(scheme)) == scheme
    settle(scheme, usual_answers(scheme))
    assert len({each.path for each in adjustables(scheme)}) == len(adjustables(scheme))
    for doubt in scheme.doubts:
        for option in doubt.options:
            assert check(settle(scheme, {doubt.code: option.code})) == []
