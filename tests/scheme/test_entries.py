"""One entry held against its clause: what is kept, what is asked, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from scheme_builders import D, clause, part, scheme, text

from kaohe.scheme import (
    Checklist,
    Chosen,
    Curve,
    Effect,
    Escalating,
    Evidence,
    Examination,
    FilingMissed,
    Indicator,
    Item,
    Mark,
    Measure,
    Measured,
    PerOccurrence,
    Rater,
    Rating,
    SchemeRefusal,
    Step,
    Veto,
    asked,
    validate_entry,
)
from kaohe.scheme.refusals import (
    AmountNeeded,
    AmountOutside,
    AmountUnexpected,
    PointsFixed,
    PointsNeeded,
    PointsOutside,
    QuantityNeeded,
    QuantityUnexpected,
    ReasonNeeded,
    TooManyDecimals,
    UnknownClause,
    ValueOutside,
)
from kaohe.scheme.validate import months_between

FINE = Effect("fine", text("fine"), low_fen=20_000, high_fen=50_000)
FIXED_FINE = Effect("fine", text("fine"), low_fen=10_000, high_fen=10_000)
OUT = Effect("dismissed", text("out"))
RULES = scheme(
    part(
        "total",
        clause(1, PerOccurrence(D("-0.5"))),
        clause(2, PerOccurrence(D("-0.5"), by_quantity=True)),
        clause(3, Chosen(D(-8), D("-0.5"))),
        clause(4, Examination(D(85), D(-1))),
        clause(5, Escalating((Step(D(-1), (FINE,)), Step(D(-2), (OUT,))), "engagement")),
        clause(
            6, Checklist(D(-1)), items=(Item(61, text("a")), Item(62, text("b"), points=D(-3))), reason=False
        ),
        clause(7, PerOccurrence(D(0), least=D(3), effects=(FIXED_FINE,))),
        clause(8, Veto("poor")),
        clause(9, FilingMissed("x", D("-0.5"))),
        clause(10, Evidence()),
        points=D(100),
    ),
    measures=(Measure(90, "m", text("m"), "unit", high=D(100), decimals=2),),
)
VALUES = scheme(
    part(
        "total",
        clause(1, Mark()),
        clause(2, Rating((Rater("a", text("a"), D(1)),), D(0), D(5))),
        clause(3, Indicator(Measured(), Curve(((D(0), D(0)),)))),
        empty="missing",
    )
)


def test_what_is_kept():
    assert validate_entry(RULES, 1).moves == D("-0.5")
    days = validate_entry(RULES, 2, quantity=D("2.5"))
    assert (days.quantity, days.points, days.moves) == (2_500_000, None, D("-1.25"))
    chosen = validate_entry(RULES, 3, points=D("-3.25"))
    assert (chosen.points, chosen.quantity, chosen.moves) == (-325, None, D("-3.25"))
    assert [validate_entry(RULES, 4, quantity=mark).moves for mark in (84, 85)] == [-1, 0]
    assert [validate_entry(RULES, item).moves for item in (61, 62)] == [-1, -3]
    assert validate_entry(RULES, 8).moves == 0
    assert validate_entry(RULES, 9).moves == D("-0.5")
    assert validate_entry(RULES, 10).moves == 0
    assert validate_entry(RULES, 90, quantity=D("97.57")).quantity == 97_570_000
    assert validate_entry(VALUES, 1, quantity=D("88.5")).moves is None
    assert validate_entry(VALUES, 3, quantity=D("-3.000001")).quantity == -3_000_001


def test_the_step_that_applies():
    first = validate_entry(RULES, 5, amount_fen=30_000)
    assert (first.number, first.amount_fen, first.effects, first.moves) == (1, 30_000, (FINE,), -1)
    for prior in (1, 7):
        later = validate_entry(RULES, 5, prior=prior)
        assert (later.number, later.amount_fen, later.effects, later.moves) == (prior + 1, None, (OUT,), -2)
    assert validate_entry(RULES, 7, quantity=3).amount_fen == 10_000


def test_what_a_form_asks():
    assert asked(RULES, 1) == (asked(RULES, 9))
    assert asked(RULES, 1).reason
    assert not asked(RULES, 61).reason
    assert asked(RULES, 3).points == (-8, D("-0.5"))
    assert asked(RULES, 4).quantity == (0, 100)
    assert asked(RULES, 5).amount_fen == (20_000, 50_000)
    assert asked(RULES, 5, prior=1).amount_fen is None
    assert asked(RULES, 90).quantity == (0, 100)
    assert asked(VALUES, 2).quantity == (0, 5)
    assert asked(VALUES, 3).quantity == (None, None)


@pytest.mark.parametrize(
    ("id", "given", "refusal", "field"),
    [
        (77, {}, UnknownClause, "clause_id"),
        (6, {}, UnknownClause, "clause_id"),
        (1, {"quantity": 1}, QuantityUnexpected, "quantity"),
        (2, {}, QuantityNeeded, "quantity"),
        (2, {"quantity": D("-0.1")}, ValueOutside, "quantity"),
        (2, {"quantity": D("0.0000001")}, TooManyDecimals, "quantity"),
        (4, {"quantity": D("100.01")}, ValueOutside, "quantity"),
        (4, {"quantity": D("-0.01")}, ValueOutside, "quantity"),
        (3, {}, PointsNeeded, "points"),
        (3, {"points": D("-8.01")}, PointsOutside, "points"),
        (3, {"points": D("-0.49")}, PointsOutside, "points"),
        (3, {"points": D("-1.005")}, TooManyDecimals, "points"),
        (1, {"points": D(-1)}, PointsFixed, "points"),
        (5, {}, AmountNeeded, "amount"),
        (5, {"amount_fen": 19_999}, AmountOutside, "amount"),
        (5, {"amount_fen": 50_001}, AmountOutside, "amount"),
        (1, {"amount_fen": 1}, AmountUnexpected, "amount"),
        (7, {"quantity": D("2.9")}, ValueOutside, "quantity"),
        (90, {"quantity": D("100.01")}, ValueOutside, "quantity"),
        (90, {"quantity": D("1.005")}, TooManyDecimals, "quantity"),
        (1, {"reason_checked": True}, ReasonNeeded, "reason"),
        (1, {"reason_checked": True, "reason": "  "}, ReasonNeeded, "reason"),
    ],
)
def test_what_is_refused(id, given, refusal, field):
    with pytest.raises(refusal) as refused:
        validate_entry(RULES, id, **given)
    assert refused.value.field == field
    assert isinstance(refused.value, SchemeRefusal)
    for language in ("zh", "en"):
        assert "{" not in refused.value.say(language)
    assert refused.value.say("zh") != refused.value.say("en")


def test_a_reason_given_is_enough():
    assert validate_entry(RULES, 1, reason="x", reason_checked=True).number == 1
    assert validate_entry(RULES, 61, reason_checked=True).number == 1


def test_a_mark_outside_0_to_100_names_the_range():
    with pytest.raises(ValueOutside) as refused:
        validate_entry(RULES, 4, quantity=Decimal(101))
    assert refused.value.say("zh") == "“clause 4”要在 0 到 100 之间，101 不行。"
    assert refused.value.say("en") == "“clause 4” must be from 0 to 100, not 101."


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2025, 9, 1), date(2026, 8, 31), 12),
        (date(2025, 9, 1), date(2026, 8, 30), 11),
        (date(2025, 9, 1), date(2025, 9, 1), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 9, 2), date(2025, 9, 1), 0),
    ],
)
def test_months_of_an_agreement(since, until, months):
    assert months_between(since, until) == months
