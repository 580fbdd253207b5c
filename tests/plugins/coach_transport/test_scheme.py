"""The coach schemes against the worked examples of their page that concern scores and effects."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.scheme import (
    Inputs,
    Past,
    asked,
    assess,
    check,
    compile_scheme,
    consequences,
    entry_effects,
    from_json,
    rank,
    say_rule,
    say_steps,
    settle,
    to_json,
    usual_answers,
    validate_entry,
)
from kaohe.scheme.refusals import AmountNeeded, AmountOutside, AmountUnexpected, ValueOutside
from kaohe_coach_transport.scheme import (
    ABSENT,
    COMPLAINT_LATE,
    FAMILY_RIDE,
    GRAVE,
    LONG_ABSENCE,
    NOT_REPORTED,
    PERSON,
    PERSON_YEAR,
    PROMISE,
    RETURN_LATE,
    REVENUE_LATE,
    SAFETY,
    SCHEMES,
    TICKETLESS,
    UNIT,
)


def result(scheme, *rows, prior=None):
    tallies = [(id, None, count, quantity * 1_000_000, 0, None) for id, count, quantity in rows]
    (found,) = assess(scheme, {"p": Inputs(tallies=tallies, prior=prior or {})})
    return found


def kinds(figures):
    return [effect.kind for effect in figures.effects]


def test_ticketless_first_and_second_over_the_engagement():
    first = validate_entry(PERSON, TICKETLESS)
    assert (first.number, first.amount_fen, kinds(first)) == (
        1,
        201_900,
        ["fine", "observed", "award_cancelled"],
    )
    second = validate_entry(PERSON, TICKETLESS, prior=1)
    assert (second.number, second.amount_fen) == (2, None)
    assert kinds(second) == ["dismissed", "deposit_forfeited", "award_cancelled"]
    likely = settle(PERSON, {"ticket_fine": "likely"})
    assert validate_entry(likely, TICKETLESS).amount_fen == 200_000


def test_prior_offences_count_in_the_assessment():
    assert TICKETLESS in compile_scheme(PERSON).needs.prior
    march = result(PERSON, (TICKETLESS, 1, 0))
    november = result(PERSON, (TICKETLESS, 1, 0), prior={TICKETLESS: 1})
    assert march.points == november.points == 70
    called = [effect for _, effect in entry_effects(PERSON, november)]
    assert [effect.kind for effect in called] == ["dismissed", "deposit_forfeited", "award_cancelled"]
    assert "允许客、货无票（含无效客票）乘车（此前 1 次）：第二次按 30 分扣，合计 −30" in [
        sentence for _, sentence in say_steps(PERSON, november, "zh")
    ]


def test_a_grave_breach_asks_for_an_amount_within_1000():
    assert asked(PERSON, GRAVE).amount_fen == (0, 100_000)
    assert validate_entry(PERSON, GRAVE, amount_fen=100_000).amount_fen == 100_000
    with pytest.raises(AmountOutside):
        validate_entry(PERSON, GRAVE, amount_fen=100_001)
    assert asked(PERSON, GRAVE, prior=1).amount_fen is None


@pytest.mark.parametrize(
    ("clause", "low", "high"),
    [(ABSENT, 20_000, 50_000), (NOT_REPORTED, 10_000, 50_000), (FAMILY_RIDE, 30_000, 60_000)],
)
def test_fines_within_their_range(clause, low, high):
    for amount in (low, high):
        assert validate_entry(PERSON, clause, amount_fen=amount).amount_fen == amount
    for amount in (low - 1, high + 1):
        with pytest.raises(AmountOutside):
            validate_entry(PERSON, clause, amount_fen=amount)
    with pytest.raises(AmountNeeded):
        validate_entry(PERSON, clause)


def test_a_fine_of_700_for_a_day_is_refused_with_the_range_named():
    with pytest.raises(AmountOutside) as refused:
        validate_entry(PERSON, ABSENT, amount_fen=70_000)
    assert (
        refused.value.say("zh") == "“无故旷工或不服从安排”的金额要在 ¥200.00 到 ¥500.00 之间，¥700.00 不行。"
    )
    assert "¥200.00" in refused.value.say("en")
    assert refused.value.field == "amount"


def test_a_fixed_fine_takes_no_other_amount():
    assert validate_entry(PERSON, PROMISE).amount_fen == 10_000
    with pytest.raises(AmountOutside):
        validate_entry(PERSON, PROMISE, amount_fen=20_000)
    with pytest.raises(AmountUnexpected):
        validate_entry(UNIT, RETURN_LATE, amount_fen=100)


def test_long_absence_refunds_the_deposit():
    for days in (3, 4):
        assert kinds(validate_entry(PERSON, LONG_ABSENCE, quantity=days)) == ["dismissed", "deposit_refunded"]
    with pytest.raises(ValueOutside):
        validate_entry(PERSON, LONG_ABSENCE, quantity=Decimal("2.5"))
    more = settle(PERSON, {"long_absence": "running_4"})
    with pytest.raises(ValueOutside):
        validate_entry(more, LONG_ABSENCE, quantity=3)
    assert validate_entry(more, LONG_ABSENCE, quantity=4).number == 1


def test_a_safety_accident_vetoes_whatever_the_score():
    found = result(PERSON, (SAFETY, 1, 0))
    assert (found.points, found.grade, found.verdict) == (100, "failed", "vetoed")
    assert result(PERSON).grade == "passed"


def test_points_of_persons():
    assert result(PERSON, (PROMISE, 2, 0), (ABSENT, 1, 0)).points == 80
    assert result(PERSON, (GRAVE, 2, 0), (TICKETLESS, 2, 0), (ABSENT, 1, 0)).points == 0


def test_the_year_is_the_sum_and_ties_for_last_are_shown():
    cohort = {
        name: Inputs(contained=[("2026-01", first), ("2026-02", second)])
        for name, first, second in (("a", 10000, 9500), ("b", 9000, 9000), ("c", 10000, 8000))
    }
    found = {each.subject: each for each in assess(PERSON_YEAR, cohort)}
    assert [found[name].points for name in "abc"] == [195, 180, 180]
    places = rank(found.values(), within={"a": "driver", "b": "driver", "c": "driver"})
    assert [places[name] for name in "abc"] == [(1, 1, 3), (2, 2, 3), (2, 2, 3)]
    (proposal,) = consequences(PERSON_YEAR, [Past("2026-01-01", "2026-12-31", 18000, None, last=True)])
    assert [effect.kind for effect in proposal.consequence.effects] == ["eliminated", "deposit_refunded"]


def test_unit_clocks_and_returns():
    assert result(UNIT, (COMPLAINT_LATE, 1, 0)).points == Decimal("99.5")
    assert result(UNIT).points == 100
    assert result(UNIT, (RETURN_LATE, 6, 0)).points == 97
    assert result(UNIT, (REVENUE_LATE, 2, 5)).points == Decimal("97.5")
    clock = UNIT.find(COMPLAINT_LATE).clause.rule
    assert (clock.limits[0].amount, clock.limits[0].unit, clock.runs_from) == (10, "days", "unit_received")
    other = settle(UNIT, {"clock_start": "company"})
    assert other.find(COMPLAINT_LATE).clause.rule.runs_from == "company_received"


def test_what_a_ladder_says():
    words = say_rule(PERSON.find(TICKETLESS).clause, "zh")
    assert (
        words
        == "第一次 −30、罚款 ¥2,019.00、留岗使用，观其表现；第二次起 −30、解聘、没收信誉风险保证金；取消当月优质服务奖"
    )


def test_settlement_figures_are_settings():
    assert UNIT.setting("station_fee") == "10_percent"
    assert settle(UNIT, {"station_fee": "as_printed"}).setting("station_fee") == "10_yuan"
    assert settle(PERSON, {"uniform_share": "likely"}).setting("uniform_share") == "70_percent"


def test_the_shape():
    for scheme in SCHEMES:
        assert check(scheme) == []
        assert from_json(to_json(scheme)) == scheme
        settle(scheme, usual_answers(scheme))
        for doubt in scheme.doubts:
            for option in doubt.options:
                assert check(settle(scheme, {doubt.code: option.code})) == []
