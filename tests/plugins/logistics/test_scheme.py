"""The logistics schemes against the worked examples of their page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.scheme import (
    Group,
    Inputs,
    adapt,
    assess,
    check,
    from_json,
    say_steps,
    settle,
    to_json,
    usual_answers,
)
from kaohe_logistics.scheme import ACCIDENT, ITEM, ITEM_YEAR, MANAGERS, OTHER, PROVIDER, SCHEMES


def inspected(*deductions: str, labels: tuple[str, ...] = (), accident: bool = False):
    groups = [
        Group(7000 + number, "sheet", labels[number] if labels else "weekly")
        for number in range(len(deductions))
    ]
    tallies = [
        (OTHER, 7000 + number, 1, 0, -int(Decimal(each) * 100), None)
        for number, each in enumerate(deductions)
        if Decimal(each)
    ]
    if accident:
        tallies.append((ACCIDENT, None, 1, 0, 0, None))
    return Inputs(facts={"service": "catering"}, tallies=tallies, groups=groups)


def result(inputs: Inputs, scheme=ITEM):
    (found,) = assess(scheme, {"u": inputs})
    return found


@pytest.mark.parametrize(
    ("deductions", "score", "grade"),
    [
        (("5", "12", "8", "11", "9"), "91", "excellent"),
        (("5", "0", "8", "11"), "94", "excellent"),
        (("40", "25"), "67.5", "unqualified"),
        (("10.5",), "89.5", "qualified"),
        (("130",), "0", "unqualified"),
        (("0",), "100", "excellent"),
        (("10",), "90", "excellent"),
        (("30",), "70", "qualified"),
        (("30.01",), "69.99", "unqualified"),
    ],
)
def test_mean_over_inspections(deductions, score, grade):
    found = result(inspected(*deductions))
    assert (found.points, found.grade) == (Decimal(score), grade)


def test_without_an_inspection_there_is_no_result():
    found = result(inspected())
    assert (found.score, found.grade) == (None, None)
    assert "inspections" in found.missing
    accident = result(inspected(accident=True))
    assert accident.score is None


def test_a_clean_inspection_is_told():
    sentences = [sentence for _, sentence in say_steps(ITEM, result(inspected("5", "0")), "zh")]
    assert "周检得 100 分（无扣分）" in sentences
    assert "周检得 95 分（−5）" in sentences


def test_items_deduct_their_own_points_once_on_a_sheet():
    groups = [Group(1, "sheet", "weekly"), Group(2, "sheet", "weekly")]
    tallies = [(103, 1, 1, 0, 0, None), (105, 1, 2, 0, 0, None), (103, 2, 1, 0, 0, None)]
    found = result(Inputs(tallies=tallies, groups=groups))
    assert found.points == Decimal("94.5")


def test_inspections_can_be_weighted():
    scheme = settle(ITEM, {})
    scheme = adapt(scheme, {"part/inspections/combine/weights/monthly": Decimal(2)})
    found = result(inspected("10", "40", labels=("weekly", "monthly")), scheme)
    assert found.points == Decimal(70)


def test_a_finding_without_a_sheet_is_shown_not_counted():
    inputs = Inputs(tallies=[(OTHER, None, 1, 0, -500, None)], groups=[Group(1, "sheet", "weekly")])
    found = result(inputs)
    assert (found.points, found.left_out) == (Decimal(100), (OTHER,))


def test_major_accident_caps_the_grade():
    found = result(inspected("5", accident=True))
    assert (found.points, found.grade, found.verdict) == (Decimal(95), "unqualified", "vetoed")


def test_the_year_is_the_mean_of_its_months():
    months = [(f"2026-{month:02d}", 9000 if month <= 6 else 7000) for month in range(1, 13)]
    found = result(Inputs(contained=months), ITEM_YEAR)
    assert (found.points, found.grade) == (Decimal(80), "qualified")


def test_a_month_without_result_is_left_out_of_the_year_and_shown():
    found = result(Inputs(contained=[("2026-01", 9000), ("2026-02", None), ("2026-03", 8000)]), ITEM_YEAR)
    assert (found.points, found.left_out) == (Decimal(85), ("2026-02",))


def test_months_can_be_weighted():
    scheme = adapt(ITEM_YEAR, {"part/total/combine/weights/12": Decimal(3)})
    found = result(Inputs(contained=[("2026-11", 8000), ("2026-12", 9000)]), scheme)
    assert found.points == Decimal("87.5")


def test_a_provider_is_the_mean_of_its_items():
    found = result(Inputs(contained=[("catering", 9100), ("flats", 8800), ("heating", 9000)]), PROVIDER)
    assert found.points == Decimal("89.67")
    assert found.remainder == "-1/3"
    assert result(Inputs(), PROVIDER).score is None


def test_the_shape():
    for scheme in SCHEMES:
        assert check(scheme) == []
        assert from_json(to_json(scheme)) == scheme
        settle(scheme, usual_answers(scheme))
    lists = [clause for clause in ITEM.clauses() if clause.items]
    assert len(lists) == 8
    assert all(10 <= len(clause.items) <= 20 and all(item.ours for item in clause.items) for clause in lists)
    assert MANAGERS.contains == "logistics.item_year"
    assert ITEM.open_doubts()
