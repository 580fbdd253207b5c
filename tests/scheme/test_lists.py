"""Ranks, head-counts, borders, and money shared out to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheme_builders import D, clause, part, scheme, tally, text

from kaohe.scheme import Distribution, Inputs, Mark, Share, assess, distribute, places, rank, seats, share_out


def shares(*percents: str) -> Distribution:
    return Distribution(
        tuple(Share(f"s{n}", text("s"), Decimal(percent)) for n, percent in enumerate(percents))
    )


def test_competition_ranks():
    found = places({"a": 3, "b": 2, "c": 2, "d": 1})
    assert [tuple(found[name]) for name in "abcd"] == [(1, 1, 4), (2, 2, 4), (2, 2, 4), (4, 1, 4)]
    low = places({"a": 3, "b": 2}, higher_is_better=False)
    assert [low[name].rank for name in "ab"] == [2, 1]
    assert places({}) == {}


def test_ranks_within_groups_of_those_who_take_part():
    mark = scheme(part("total", clause(1, Mark()), empty="missing"))
    values = {"a": 90, "b": 80, "c": 80, "d": 70, "e": None}
    cohort = {name: Inputs(tallies=[] if v is None else [tally(1, value=v)]) for name, v in values.items()}
    found = assess(mark, cohort)
    assert "e" not in rank(found)
    within = rank(found, within={"a": "x", "b": "x", "c": "y", "d": "y"})
    assert [tuple(within[name]) for name in "abcd"] == [(1, 1, 2), (2, 1, 2), (1, 1, 2), (2, 1, 2)]
    assert rank(found, only={"b", "d"})["d"] == (2, 1, 2)
    by_part = rank(found, tie_breaks=("total",))
    assert by_part["b"] == by_part["c"] == (2, 2, 4)


def test_equal_remainders_are_left_open():
    assert seats(shares("50", "50"), 3) == ({"s0": 1, "s1": 1}, ("s0", "s1"), 1)
    assert seats(shares("50", "50"), 4) == ({"s0": 2, "s1": 2}, (), 0)
    assert seats(shares("20", "70", "10"), 0) == ({"s0": 0, "s1": 0, "s2": 0}, (), 0)
    assert seats(shares("40", "40", "20"), 4) == ({"s0": 1, "s1": 1, "s2": 1}, ("s0", "s1"), 1)


def test_everybody_tied_is_one_border():
    found = distribute(shares("20", "80"), places(dict.fromkeys("abcde", 1)), {"s0": 1, "s1": 4})
    assert found.classes == {}
    (border,) = found.borders
    assert (border.seats, len(border.subjects)) == (1, 5)


@given(st.lists(st.integers(0, 40), max_size=30))
def test_a_distribution_puts_everybody_somewhere_or_names_them(scores):
    values = dict(enumerate(scores))
    distribution = shares("20", "70", "10")
    counted = seats(distribution, len(values))
    counts = dict(counted.counts)
    for code in counted.open[: counted.left]:
        counts[code] += 1
    assert sum(counts.values()) == len(values)
    found = distribute(distribution, places(values), counts)
    named = {subject for border in found.borders for subject in border.subjects}
    assert named | found.classes.keys() == values.keys()
    assert not named & found.classes.keys()


def test_left_over_cents_go_by_remainder_then_by_number():
    assert share_out(100, {"a": 1, "b": 1, "c": 1}, ["c", "a", "b"]) == {"a": 33, "b": 33, "c": 34}
    assert share_out(100, {"a": 2, "b": 1}, ["b", "a"]) == {"a": 67, "b": 33}
    assert share_out(100, {"a": D("0.5"), "b": 0}, []) == {"a": 100, "b": 0}


def test_without_weights_nothing_is_shared():
    assert share_out(100, {"a": 0, "b": 0}, []) == {"a": 0, "b": 0}
    assert share_out(100, {}, []) == {}
    for total, weights in ((100, {"a": -1, "b": 2}), (-1, {"a": 1})):
        with pytest.raises(ValueError, match="below zero"):
            share_out(total, weights, [])


@given(st.integers(0, 10**10), st.dictionaries(st.integers(), st.integers(0, 10**5), min_size=1, max_size=40))
def test_the_shares_add_up_exactly(total, weights):
    found = share_out(total, weights, sorted(weights))
    whole = sum(weights.values())
    assert sum(found.values()) == (total if whole else 0)
    for subject, weight in weights.items():
        if whole:
            assert abs(found[subject] * whole - weight * total) < whole
