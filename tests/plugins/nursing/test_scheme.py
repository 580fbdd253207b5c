"""The nursing scheme against the worked examples of its page, and its shape."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.scheme import (
    Inputs,
    Occurrence,
    Past,
    adapt,
    assess,
    check,
    consequences,
    from_json,
    put,
    settle,
    share_out,
    to_json,
    usual_answers,
    validate_entry,
)
from kaohe.scheme.refusals import PointsOutside, QuantityNeeded, UnknownClause, ValueOutside
from kaohe_nursing.scheme import NURSING

PRAISE, COMPLAINT, QUARREL = 31, 32, 33
HOSPITAL, WARD = 52, 53
LATE, LEFT_OUT, ALTERED = 71, 72, 73


def score(counts: dict[int, int], scheme=NURSING, occurrences=(), values=None):
    tallies = [(id, None, count, 0, 0, None) for id, count in counts.items()]
    tallies += [
        (id, None, 1, value * 1_000_000, 0, value * 1_000_000) for id, value in (values or {}).items()
    ]
    (result,) = assess(scheme, {"n": Inputs(tallies=tallies, occurrences=occurrences)})
    return result


def points(result, part: str) -> Decimal:
    value = result.part(part).points
    assert value is not None
    return Decimal(value.numerator) / value.denominator


EXAMPLES = [
    ("none", {}, {"quality_service": "21", "records": "4"}, "100"),
    (
        "items",
        {1001: 1, 1002: 1, 1003: 1, 2001: 1, 2002: 1},
        {"quality_service": "21", "records": "4"},
        "96.5",
    ),
    (
        "praise, complaint, quarrel",
        {PRAISE: 2, COMPLAINT: 1, QUARREL: 1},
        {"quality_service": "16.5"},
        "95.5",
    ),
    ("ward study three times", {WARD: 3}, {"theory": "0"}, "95"),
    ("hospital twice, ward once", {HOSPITAL: 2, WARD: 1}, {"theory": "0"}, "95"),
    ("ward study twice", {WARD: 2}, {"theory": "2"}, "97"),
    ("praise alone", {PRAISE: 2}, {"quality_service": "21"}, "100"),
    ("left out as printed", {LEFT_OUT: 3}, {"records": "3.97"}, "99.97"),
    ("hospital twice", {HOSPITAL: 2}, {"theory": "0"}, "95"),
    ("quarrel, complaint, praise", {QUARREL: 4, COMPLAINT: 4, PRAISE: 2}, {"quality_service": "0"}, "79"),
    ("ordinary error", {81: 3}, {"errors": "0"}, "92"),
    ("late and altered", {LATE: 2, ALTERED: 3}, {"records": "2.7"}, "98.7"),
]


@pytest.mark.parametrize(("name", "counts", "parts", "total"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_worked_examples(name, counts, parts, total):
    result = score(counts)
    assert result.points == Decimal(total)
    for part, value in parts.items():
        assert points(result, part) == Decimal(value)


def test_praise_may_go_above_where_the_admin_allows_it():
    assert score({PRAISE: 2}, settle(NURSING, {"praise": "above"})).points == 101


def test_left_out_where_the_admin_takes_a_tenth():
    result = score({LEFT_OUT: 3}, settle(NURSING, {"left_out": "tenth"}))
    assert points(result, "records") == Decimal("3.7")
    assert result.points == Decimal("99.7")


def test_left_out_by_a_figure_of_ones_own():
    scheme = settle(NURSING, {"left_out": {"clause/72/rule/points": Decimal("-0.05")}})
    assert score({LEFT_OUT: 3}, scheme).points == Decimal("99.85")
    assert scheme.settled[0].option == "own"


def occurrences(*clauses: int):
    return [
        Occurrence(f"2026-09-{day:02d}", 1000 + day, clause) for day, clause in enumerate(clauses, start=1)
    ]


@pytest.mark.parametrize(
    ("order", "total"),
    [
        ((HOSPITAL, HOSPITAL), "96"),
        ((WARD, HOSPITAL), "97"),
        ((HOSPITAL, WARD), "96"),
        ((WARD, WARD, WARD), "95"),
        ((WARD,), "99"),
    ],
)
def test_escalation_whichever_the_kind(order, total):
    scheme = settle(NURSING, {"escalation": "either_kind"})
    counts = {clause: order.count(clause) for clause in set(order)}
    assert score(counts, scheme, occurrences(*order)).points == Decimal(total)


def test_examinations_cost_only_below_the_threshold():
    assert score({}, values={51: 85, 61: 90, 62: 90}).points == 100
    assert score({}, values={51: 84}).points == 99
    assert score({}, values={61: 89}).points == 98
    assert score({}, values={62: 89}).points == 99
    assert score({}).points == 100


def test_the_first_mark_counts_and_a_retest_is_kept_beside_it():
    inputs = Inputs(tallies=[(51, None, 2, 160_000_000, 0, 70_000_000)])
    (result,) = assess(NURSING, {"n": inputs})
    assert result.points == 99


def test_a_checklist_item_counts_once_a_period():
    assert score({2001: 4}).points == 99


def test_an_effect_without_each_counts_once_a_period():
    assert score({41: 3}).points == 98
    assert score({101: 1, 102: 1, 103: 1}).points == 96


def test_grades_at_their_bounds():
    assert [score({81: 0, 2001: 1, 2002: 1}).grade, score({2001: 1, 2002: 1, 2003: 1}).grade] == [
        "excellent",
        "good",
    ]
    assert score({33: 1}).grade == "good"
    assert score({33: 1, 1001: 1}).grade == "qualified"
    assert score({33: 3}).grade == "qualified"
    assert score({33: 3, 1001: 1}).grade == "to_improve"


def test_bonus_stands_outside_the_hundred():
    assert score({111: 1, 112: 1, 113: 1}).points == Decimal("103.5")


def test_serious_error_and_accident_are_proposed():
    now = Past("2026-09-01", "2026-09-30", 10000, "excellent", counts=((82, 2), (83, 1)))
    star, accident = consequences(NURSING, [now])
    assert (star.consequence.code, star.times, star.consequence.effects[0].fact) == ("lower_star", 2, "star")
    assert star.reasons[0].text.zh == "严重差错 2 次"
    assert accident.consequence.code == "suspended"
    assert consequences(NURSING, [Past("2026-09-01", "2026-09-30", 10000, "excellent")]) == []


def test_the_shape():
    assert check(NURSING) == []
    dimensions = NURSING.root.parts[:10]
    assert [int(part.points or 0) for part in dimensions] == [14, 28, 21, 5, 5, 5, 4, 8, 6, 4]
    assert [len(clause.items) for clause in NURSING.clauses() if clause.items] == [28, 28, 7]
    assert all(item.ours and item.group for clause in NURSING.clauses() for item in clause.items)
    shown = {
        clause.id for form in NURSING.forms for _, row in NURSING.form_clauses(form.code) for clause in row
    }
    assert shown == {clause.id for clause in NURSING.clauses()}
    assert [len(NURSING.form_clauses(form.code)) for form in NURSING.forms] == [3, 9, 2]


def test_every_answer_gives_a_sound_scheme_that_survives_a_round_trip():
    for doubt in NURSING.doubts:
        for option in doubt.options:
            scheme = settle(NURSING, {doubt.code: option.code})
            assert check(scheme) == []
            assert from_json(to_json(scheme)) == scheme
    settled = settle(NURSING, {**usual_answers(NURSING), "left_out": "as_printed"})
    assert settled.open_doubts() == []


def test_an_entry_is_held_against_its_clause():
    assert validate_entry(NURSING, 2001).moves == Decimal("-1")
    assert validate_entry(NURSING, WARD, prior=1).moves == Decimal("-2")
    assert validate_entry(NURSING, 84, points=Decimal("-8")).points == -800
    with pytest.raises(PointsOutside) as refused:
        validate_entry(NURSING, 84, points=Decimal("-8.01"))
    assert refused.value.say("zh") == "“发生差错事故隐瞒不报”的分值要在 −8 到 −0.5 分之间，−8.01 不行。"
    with pytest.raises(QuantityNeeded):
        validate_entry(NURSING, 51)
    with pytest.raises(ValueOutside):
        validate_entry(NURSING, 51, quantity=Decimal("100.5"))
    assert validate_entry(NURSING, 51, quantity=84).moves == -1
    with pytest.raises(UnknownClause):
        validate_entry(NURSING, 9999)


def test_the_bonus_pool_is_shared_to_the_cent():
    shares = share_out(1_000_001, {"H1": 9550, "H2": 10000, "H3": 10000}, ["H1", "H2", "H3"])
    assert sum(shares.values()) == 1_000_001
    assert shares["H2"] - shares["H3"] in (0, 1)


def test_the_admin_may_change_a_printed_figure_and_it_is_marked():
    scheme = adapt(NURSING, {"clause/35/rule/points": Decimal("-1.5")})
    assert score({35: 1}, scheme).points == Decimal("98.5")
    assert scheme.changed == ("clause/35/rule/points",)
    assert put(NURSING, "clause/35/rule/points", Decimal("-1.5")) != NURSING
