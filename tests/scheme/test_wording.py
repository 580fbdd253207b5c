"""Figures, clauses and results in words, in both languages."""

from __future__ import annotations

from fractions import Fraction

import pytest
from scheme_builders import D, clause, hundred, one, part, scheme, tally, text

from kaohe.scheme import (
    Checklist,
    Chosen,
    ClockBreach,
    Effect,
    Escalating,
    Examination,
    Item,
    Mark,
    PerOccurrence,
    Step,
    Text,
    TimeLimit,
    Veto,
    figure,
    in_points,
    money,
    ordinal,
    plain,
    say_effect,
    say_rule,
    say_steps,
    say_sum,
    signed,
    tell,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (D("-0.50"), "−0.5"),
        (D("100"), "100"),
        (D("0.00"), "0"),
        (D("-0.00"), "0"),
        (D("1E+2"), "100"),
        (Fraction(1, 3), "≈0.3333"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-2, 3), "≈−0.6667"),
        (7, "7"),
    ],
)
def test_figures(value, shown):
    assert plain(value) == shown


def test_changes_money_and_missing():
    assert [signed(D(each)) for each in ("0.5", "-5", "0")] == ["+0.5", "−5", "0"]
    assert [money(each) for each in (123_400, -5, 0)] == ["¥1,234.00", "−¥0.05", "¥0.00"]
    assert [figure(None, language) for language in ("zh", "en")] == ["缺", "missing"]
    assert [ordinal(2, "zh"), ordinal(2, "en"), ordinal(11, "zh"), ordinal(11, "en")] == [
        "第二次",
        "second",
        "第 11 次",
        "11th",
    ]
    assert [in_points(D(each), "en") for each in ("-1", "2")] == ["1 point", "2 points"]


FINE = Effect("fine", Text("罚款", "fine"), low_fen=20_000, high_fen=50_000)


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (PerOccurrence(D("0.5")), "+0.5 每次", "+0.5 each time"),
        (PerOccurrence(D(-2), times=1), "−2 每期一次", "−2 once a period"),
        (Escalating((Step(D(-2)), Step(D(-4)))), "第一次 −2；第二次起 −4", "first: −2; second and later: −4"),
        (Chosen(D(-8), D("-0.5")), "−0.5 至 −8", "−0.5 to −8"),
        (Examination(D(85), D(-1)), "低于 85 分 −1", "below 85: −1"),
        (Veto("poor"), "一票否决", "decides the grade"),
        (Veto("poor", cap=True), "等次封顶", "caps the grade"),
        (Mark(), "0–100 分", "0–100 points"),
        (
            PerOccurrence(D(-10), effects=(FINE,)),
            "−10 每次；罚款 ¥200.00 至 ¥500.00",
            "−10 each time; fine ¥200.00 to ¥500.00",
        ),
        (
            ClockBreach(
                "x",
                (TimeLimit(1, "working_days"), TimeLimit(45, "minutes", "city", Text("城区", "city"))),
                D(-1),
            ),
            "1 个工作日、城区 45 分钟；−1 每次",
            "1 working day, city: 45 minutes; −1 each time",
        ),
    ],
)
def test_what_a_clause_costs(rule, zh, en):
    said = clause(1, rule)
    assert (say_rule(said, "zh"), say_rule(said, "en")) == (zh, en)


def test_a_clause_without_points_says_its_note():
    assert say_rule(clause(1, PerOccurrence(D(0)), note=Text("待岗", "suspended")), "zh") == "待岗"
    items = (Item(11, text("a")), Item(12, text("b"), points=D(-3)))
    checklist = clause(1, Checklist(D("-0.5")), items=items)
    assert [say_rule(checklist, "zh", item) for item in items] == ["−0.5 一项", "−3 一项"]


def test_effects():
    assert say_effect(FINE, "zh", 30_000) == "罚款 ¥300.00"
    assert say_effect(Effect("wage", Text("工资", "wage"), percent=D(5)), "zh") == "工资 +5%"


LADDERED = hundred(
    clause(1, Escalating((Step(D(-1)), Step(D(-2))))),
    clause(2, PerOccurrence(D(-60))),
    clause(3, PerOccurrence(D(5))),
    ceiling=D(100),
)


def said(found, rules, language="zh"):
    return {told.code: (told.text.say(language), told.did) for told in tell(rules, found)}


def test_nothing_happened_is_said_too():
    words = said(one(LADDERED), LADDERED)
    assert words == {
        "ceiling": ("未触发，各项都没有超出满分。", False),
        "floor": ("未触发，各项扣分都没有超出本项分值。", False),
        "escalation": ("本期没有叠加扣分的记录。", False),
        "rounding": ("无余数，100 为准确值。", False),
    }
    assert [told.title.zh for told in tell(LADDERED, one(LADDERED))] == ["封顶", "保底", "叠加", "取整"]


def test_what_the_engine_did_is_said():
    floor = said(one(LADDERED, tally(2, 2)), LADDERED)
    assert floor["floor"] == ("total扣到 0 分为止，多出的 20 分不再扣。", True)
    ceiling = said(one(LADDERED, tally(3)), LADDERED, "en")
    assert ceiling["ceiling"] == ("total ends at 100; 5 above it do not count.", True)
    twice = one(LADDERED, tally(1, 2))
    assert said(twice, LADDERED)["escalation"] == (
        "clause 1：第一次按 1 分扣，第二次按 2 分扣，合计 −3。",
        True,
    )
    assert said(twice, LADDERED, "en")["escalation"] == (
        "clause 1: first: 1 point, second: 2 points, together −3.",
        True,
    )
    assert said(one(LADDERED, tally(1)), LADDERED)["escalation"][1] is False


def test_rounding_names_the_remainder():
    mark = scheme(part("total", clause(1, Mark()), empty="missing"))
    words = said(one(mark, tally(1, value="88.305")), mark)
    assert words["rounding"] == ("准确值 88.305，四舍五入保留 2 位小数，记 88.31（余 −1/200）。", True)
    assert said(one(mark), mark)["rounding"] == ("没有得分，不取整。", False)
    assert said(one(mark), mark)["escalation"] == ("本方案没有叠加扣分。", False)


def test_a_part_in_one_line():
    found = one(LADDERED, tally(1, 1), tally(3, 2))
    moves = [step.delta for step in found.step_lines() if step.delta]
    assert say_sum(found.part("total"), sorted(moves)) == "100 −1 +10 −9 = 100"


def test_steps_come_in_the_order_of_the_document():
    rules = scheme(
        part(
            "total",
            part("b", clause(9, PerOccurrence(D(-1))), points=D(5)),
            part("a", clause(1, PerOccurrence(D(-1))), points=D(5)),
        )
    )
    found = one(rules, tally(1, 2), tally(9))
    assert [sentence for _, sentence in say_steps(rules, found, "zh")] == [
        "clause 9：1 次，每次 −1，合计 −1",
        "clause 1：2 次，每次 −1，合计 −2",
    ]
