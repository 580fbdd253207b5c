"""The service hall's schemes against the worked examples of their page that concern scores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.scheme import (
    Group,
    Inputs,
    Past,
    assess,
    check,
    compile_scheme,
    consequences,
    from_json,
    rank,
    say_steps,
    to_json,
)
from kaohe_service_hall.scheme import (
    ACCOUNT_MANAGER,
    ANSWERED,
    ATTENDED,
    CLERK,
    COMPLAINTS,
    DUE,
    ETIQUETTE,
    EXAMINATION,
    FULFILLED,
    HALL,
    HARDSHIP,
    SATISFIED,
    SCHEMES,
    TARGET,
    TRANSACTIONS,
    WRONG,
)

EXAMPLE = {
    ATTENDED: 22,
    DUE: 22,
    TRANSACTIONS: 500,
    WRONG: 1,
    COMPLAINTS: 0,
    ANSWERED: 100,
    SATISFIED: 98,
    ETIQUETTE: 95,
    EXAMINATION: 88,
}


def clerk(figures, *clauses):
    tallies = [
        (id, None, 1, int(Decimal(value) * 1_000_000), 0, int(Decimal(value) * 1_000_000))
        for id, value in figures.items()
    ]
    tallies += [(id, None, 1, 0, 0, None) for id in clauses]
    (found,) = assess(CLERK, {"c": Inputs(tallies=tallies)})
    return found


def part(found, code):
    return found.part(code).points


def test_the_composite_by_the_default_curves():
    found = clerk(EXAMPLE)
    assert (found.points, found.exact, found.grade) == (Decimal("93.3"), True, "good")
    weighed = {step.ref: step.delta for step in found.step_lines() if step.kind == "weigh"}
    assert [weighed[code] for code in ("attendance", "errors", "complaints")] == [15, 16, 20]
    assert [float(weighed[code]) for code in ("satisfaction", "etiquette", "examination")] == [
        19.6,
        9.5,
        13.2,
    ]


def test_rates_keep_no_float():
    assert part(clerk({**EXAMPLE, WRONG: 3}), "errors") == 40
    assert part(clerk({**EXAMPLE, WRONG: 5}), "errors") == 0
    assert part(clerk({**EXAMPLE, WRONG: 6}), "errors") == 0
    assert part(clerk({**EXAMPLE, TRANSACTIONS: 3000}), "errors").denominator == 3


def test_hardship_leave_does_not_lower_attendance_other_absence_does():
    assert part(clerk({**EXAMPLE, ATTENDED: 19, HARDSHIP: 3}, 44), "attendance") == 100
    other = clerk({**EXAMPLE, ATTENDED: 19})
    assert part(other, "attendance") < 100
    assert other.points < Decimal("93.3")


def test_missing_figures_are_left_out_never_zero():
    found = clerk({id: value for id, value in EXAMPLE.items() if id not in (ANSWERED, SATISFIED)})
    assert found.left_out == ("satisfaction",)
    assert found.points == Decimal("92.13")
    assert "满意率：缺，权重 20 不计入" in [sentence for _, sentence in say_steps(CLERK, found, "zh")]
    assert clerk({}).score is None


def test_nothing_due_is_missing_not_a_division():
    found = clerk({**EXAMPLE, DUE: 0})
    assert "attendance" in found.left_out


def test_the_daily_record_is_netted_on_top():
    assert clerk(EXAMPLE, 34, 42, 41).points == Decimal("93.8")


def test_lowest_three_months_running():
    months = [
        Past(f"2026-{number:02d}-01", f"2026-{number:02d}-28", 8000, "good", last=True)
        for number in (3, 4, 5)
    ]
    assert "replaced" in {each.consequence.code for each in consequences(CLERK, months)}
    not_last = Past("2026-04-01", "2026-04-30", 9000, "good")
    for history in ([months[0], not_last, months[2]], months[:2]):
        assert "replaced" not in {each.consequence.code for each in consequences(CLERK, history)}


def test_the_highest_composite_is_the_star_and_ties_are_shown():
    tallies = [(ETIQUETTE, None, 1, 90_000_000, 0, None)]
    found = assess(CLERK, {"a": Inputs(tallies=tallies), "b": Inputs(tallies=tallies)})
    places = rank(found)
    assert places["a"] == places["b"] == (1, 2, 2)
    star = consequences(CLERK, [Past("2026-09-01", "2026-09-30", 9000, "good", first=True)])
    assert [each.consequence.code for each in star] == ["service_star"]


def test_a_hall_by_open_and_mystery_inspections():
    groups = [Group(1, "sheet", "open"), Group(2, "sheet", "mystery")]
    (found,) = assess(HALL, {"h": Inputs(tallies=[(121, 2, 3, 0, 0, None)], groups=groups)})
    assert found.points == 97
    assert 121 in compile_scheme(HALL).needs.grouped


@pytest.mark.parametrize(("done", "points"), [(50, "50"), (100, "100"), (110, "110"), (150, "120")])
def test_account_managers_by_fulfilment(done, points):
    tallies = [(TARGET, None, 1, 100_000_000, 0, None), (FULFILLED, None, 1, done * 1_000_000, 0, None)]
    (found,) = assess(ACCOUNT_MANAGER, {"m": Inputs(tallies=tallies)})
    assert found.points == Decimal(points)


def test_the_shape():
    for scheme in SCHEMES:
        assert check(scheme) == []
        assert from_json(to_json(scheme)) == scheme
    assert sum(each.weight for each in CLERK.part("composite").parts) == 100
    assert compile_scheme(CLERK).needs.measures == {
        ATTENDED,
        DUE,
        HARDSHIP,
        TRANSACTIONS,
        WRONG,
        COMPLAINTS,
        ANSWERED,
        SATISFIED,
    }
