"""The managers' schemes against the worked examples of their page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.scheme import (
    Group,
    Inputs,
    Past,
    SchemeInvalid,
    assess,
    check,
    consequences,
    distribute,
    from_json,
    places,
    say_left_out,
    say_steps,
    seats,
    settle,
    to_json,
    usual_answers,
    validate_entry,
    watches,
)
from kaohe.scheme.refusals import PointsOutside
from kaohe_managers.scheme import MANAGEMENT, MONTH, REPRISAL, SCHEMES, TARGETS, WEIGHTS, YEAR

RATED = (11, 12, 13, 14, 15)


def month(*marks: int | None, reprisal: int = 0, roles=("staff", "leader", "settled")) -> Inputs:
    tallies = []
    groups = [Group(number, "rater", role) for number, role in enumerate(roles, start=1)]
    for id, mark in zip((*RATED, 16, 17), marks, strict=True):
        if mark is None:
            continue
        quantity = mark * 1_000_000
        if id in RATED:
            tallies.extend((id, group.id, 1, quantity, 0, None) for group in groups)
        else:
            tallies.append((id, None, 1, quantity, 0, quantity))
    if reprisal:
        tallies.append((REPRISAL, None, 1, 0, reprisal * 100, None))
    return Inputs(tallies=tallies, groups=groups)


def result(inputs: Inputs, scheme=MONTH):
    (found,) = assess(scheme, {"m": inputs})
    return found


def own_weights(*weights: int):
    return settle(MONTH, {"weights": dict(zip(WEIGHTS, map(Decimal, weights), strict=True))})


def test_all_seven_at_90_under_either_choice():
    hundred = own_weights(15, 10, 15, 15, 10, 25, 10)
    for scheme in (MONTH, hundred):
        found = result(month(90, 90, 90, 90, 90, 90, 90), scheme)
        assert (found.points, found.grade, found.exact) == (Decimal(90), "full", True)


def test_weights_of_ones_own_must_add_up_to_100():
    with pytest.raises(SchemeInvalid) as refused:
        own_weights(15, 12, 15, 15, 12, 30, 10)
    assert "109" in refused.value.say("zh")


def test_normalised():
    found = result(month(90, 80, 90, 85, 70, 95, 100))
    assert found.points == Decimal("88.3")
    assert found.remainder == "30/109"
    assert found.grade == "done"
    assert found.left_out == ()
    assert "管理能力：80 × 12 ÷ 109 = ≈8.8073" in [sentence for _, sentence in say_steps(MONTH, found, "zh")]


def test_a_missing_indicator_is_left_out_and_flagged():
    found = result(month(90, None, 90, 85, 70, 95, 100))
    assert found.points == Decimal("89.33")
    assert found.left_out == ("management",)
    assert found.missing == ()


def test_a_missing_rater_is_left_out_and_flagged():
    found = result(month(90, 80, 90, 85, 70, 95, 100, roles=("leader", "settled")))
    assert found.points == Decimal("88.3")
    assert f"{MANAGEMENT}:staff" in found.left_out


def test_nothing_rated_is_no_result():
    found = result(Inputs())
    assert (found.score, found.grade) == (None, None)
    assert found.missing


def test_targets_are_averaged_within_fulfilment():
    tallies = [(TARGETS, None, 4, 340_000_000, 0, None)]
    found = result(Inputs(tallies=tallies))
    assert found.points == 85


def test_reprisal_sits_on_top_of_the_weighted_mean():
    found = result(month(90, 80, 90, 85, 70, 95, 100, reprisal=-5))
    assert found.points == Decimal("83.3")
    assert validate_entry(MONTH, REPRISAL, points=-2).points == -200
    for outside in (-1, -11):
        with pytest.raises(PointsOutside):
            validate_entry(MONTH, REPRISAL, points=outside)


def test_the_other_level_moves_whole_parts():
    by_targets = settle(MONTH, {"level": "year"})
    assert result(Inputs(tallies=[(TARGETS, None, 2, 170_000_000, 0, None)]), by_targets).points == 85
    year = settle(YEAR, {"level": "year"})
    assert result(month(90, 90, 90, 90, 90, 90, 90), year).points == 90


def history(*scores: str | None, last: tuple[int, ...] = ()) -> list[Past]:
    return [
        Past(
            f"2026-{number:02d}-01",
            f"2026-{number:02d}-28",
            None if score is None else int(Decimal(score) * 100),
            None if score is None else "x",
            last=number in last,
        )
        for number, score in enumerate(scores, start=1)
    ]


def proposed(past: list[Past], scheme=MONTH) -> set[str]:
    return {proposal.consequence.code for proposal in consequences(scheme, past)}


def test_three_months_below_80():
    row = history("79.9", "78", "79")
    assert [proposed(row[:number]) for number in (1, 2, 3)] == [
        {"minus_ten"},
        {"minus_ten"},
        {"minus_ten", "three_low"},
    ]
    proposal = next(each for each in consequences(MONTH, row) if each.consequence.code == "three_low")
    assert [reason.text.zh for reason in proposal.reasons] == ["得 79.9 分", "得 78 分", "得 79 分"]
    assert "three_low" not in proposed(history("79", "85", "79", "79"))
    assert "three_low" not in proposed(history("79", None, "79", "79"))
    assert "three_low" in proposed(history("79", None, "79", "79", "79"))


def test_last_three_times_within_the_year():
    scores = ["88"] * 9
    row = history(*scores, last=(1, 5, 9))
    assert "last_place" in proposed(row)
    assert "last_place" not in proposed(row[:8])
    assert "last_place" not in proposed(history(*scores, "88", last=(1, 5, 9)))
    december = [Past("2025-12-01", "2025-12-31", 8800, "x", last=True), *history("88", "88", last=(1,))]
    assert "last_place" not in proposed(december)


def test_last_within_twelve_months_under_the_other_reading():
    row = [
        Past("2025-12-01", "2025-12-31", 8800, "x", last=True),
        *history("88", "88", "88", "88", "88", last=(2, 5)),
    ]
    assert "last_place" not in proposed(row)
    assert "last_place" in proposed(row, settle(MONTH, {"within_year": "rolling"}))


def test_last_three_months_running():
    row = history("88", "88", "88", last=(1, 2, 3))
    assert "last_place" in proposed(row)


@pytest.mark.parametrize(
    ("score", "codes"),
    [
        ("100", {"plus_five"}),
        ("90", {"plus_five"}),
        ("89.99", {"normal"}),
        ("85", {"normal"}),
        ("84.99", {"minus_five"}),
        ("80", {"minus_five"}),
        ("79.99", {"minus_ten"}),
        ("70", {"minus_ten"}),
        ("69.99", {"demotion"}),
    ],
)
def test_wages_at_the_bounds(score, codes):
    assert proposed(history(score)) == codes


def test_85_in_the_lower_band_where_the_admin_chooses_so():
    scheme = settle(MONTH, {"bounds": "lower"})
    assert proposed(history("85"), scheme) == {"minus_five"}
    assert proposed(history("85.01"), scheme) == {"normal"}
    assert proposed(history("65"), settle(MONTH, {"below_seventy": "wage_too"})) == {"minus_ten", "demotion"}


def test_who_is_one_bad_month_away():
    watched = {
        watch.consequence.code: (watch.matched, watch.needed) for watch in watches(MONTH, history("79", "78"))
    }
    assert watched["three_low"] == (2, 3)


def test_head_counts_by_largest_remainder():
    assert YEAR.distribution is not None
    assert seats(YEAR.distribution, 23).counts == {"excellent": 5, "competent": 16, "lower": 2}
    assert seats(YEAR.distribution, 23).open == ()
    open_seats = seats(YEAR.distribution, 25)
    assert open_seats.counts == {"excellent": 5, "competent": 17, "lower": 2}
    assert (open_seats.open, open_seats.left) == (("competent", "lower"), 1)
    assert seats(YEAR.distribution, 10) == ({"excellent": 2, "competent": 7, "lower": 1}, (), 0)


def test_a_tie_at_the_border_is_left_to_the_office():
    assert YEAR.distribution is not None
    values = dict(zip("abcdefghij", (95, 90, 90, 88, 87, 86, 85, 84, 83, 70), strict=True))
    shared = distribute(YEAR.distribution, places(values), {"excellent": 2, "competent": 7, "lower": 1})
    assert shared.classes["a"] == "excellent"
    assert shared.classes["j"] == "lower"
    (border,) = shared.borders
    assert (set(border.subjects), border.seats, border.above, border.below) == (
        {"b", "c"},
        1,
        "excellent",
        "competent",
    )


def test_two_years_basically_competent():
    row = [Past(f"{year}-01-01", f"{year}-12-31", 7500, "basic") for year in (2024, 2025)]
    assert proposed(row, YEAR) == {"admonished", "two_years_basic"}
    assert proposed(row[:1], YEAR) == {"admonished"}


def test_the_year_is_the_mean_of_its_months():
    assert result(Inputs(contained=[("2026-01", 9000), ("2026-02", 8000)]), YEAR).points == 85


def test_the_shape():
    for scheme in SCHEMES:
        assert check(scheme) == []
        assert from_json(to_json(scheme)) == scheme
        settle(scheme, usual_answers(scheme))
        for doubt in scheme.doubts:
            for option in doubt.options:
                assert check(settle(scheme, {doubt.code: option.code})) == []


def test_what_was_left_out_is_said_by_role_and_item():
    found = result(month(90, None, 90, 85, 70, 95, 100, roles=("leader", "settled")))
    said = [one.zh for one in say_left_out(MONTH, found.left_out)]
    assert said == ["管理能力", "职工评议（责任心、执行力、工作效率、创新能力）"]
    sentences = [sentence for _, sentence in say_steps(MONTH, found, "zh")]
    assert "责任心：90 分（主管领导 90，企管科与矿领导综合评议 90；职工评议没有评，不计入）" in sentences
