"""The teacher's scheme against the worked examples of its page."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.scheme import (
    Inputs,
    Past,
    adapt,
    assess,
    check,
    consequences,
    deciding_value,
    from_json,
    required,
    say_steps,
    settle,
    to_json,
    validate_evidence,
)
from kaohe.scheme.refusals import AgreementTooShort, NotAnAddress, UnknownClause
from kaohe_teacher.scheme import BLOG, FILED_LATE, MENTORING, PLAGIARISED, TEACHER, TITLES


def result(items, title="county_backbone", extra=(), scheme=TEACHER):
    tallies = [(item, None, 1, 0, 0, None) for item in (*items, *extra)]
    (found,) = assess(scheme, {"t": Inputs(facts={"title": title}, tallies=tallies)})
    return found


@pytest.mark.parametrize(
    ("items", "title", "grade", "met"),
    [
        ((1, 2, 3, 5, 6, 10), "county_backbone", "pass", 6),
        ((1, 2, 3, 5, 6), "county_backbone", "fail", 5),
        (tuple(range(2, 14)), "county_backbone", "fail", 12),
        ((1, *range(3, 14)), "county_backbone", "fail", 12),
        ((1, 2, 3, 4, 5, 6, 7), "city_leader", "fail", 7),
        ((1, 2, 3, 4, 5, 6, 7, 8), "city_leader", "pass", 8),
        ((1, 2, 3, 4, 5, 6, 7), "county_backbone", "pass", 7),
        ((), "county_backbone", "fail", 0),
    ],
)
def test_items_against_the_threshold(items, title, grade, met):
    found = result(items, title)
    assert (found.grade, found.verdict, found.points) == (grade, grade, met)
    assert found.rank is None


def test_a_plagiarised_item_is_void():
    found = result((1, 2, 3, 5, 6, 10), extra=(PLAGIARISED,))
    assert (found.grade, found.points) == ("fail", 5)
    assert "⑩ 读书笔记或教学反思：作废，不计" in [sentence for _, sentence in say_steps(TEACHER, found, "zh")]


def test_several_pieces_of_one_item_count_once():
    tallies = [(1, None, 3, 0, 0, None), (2, None, 4, 0, 0, None)]
    (found,) = assess(TEACHER, {"t": Inputs(tallies=tallies)})
    assert found.points == 2


def test_filed_late_fails_whatever_was_met():
    assert result(range(1, 14), extra=(FILED_LATE,)).grade == "fail"


def test_an_agreement_of_eleven_months_is_not_enough():
    with pytest.raises(AgreementTooShort) as refused:
        validate_evidence(TEACHER, MENTORING, since=date(2025, 9, 1), until=date(2026, 7, 31))
    assert "11 个月" in refused.value.say("zh")
    validate_evidence(TEACHER, MENTORING, since=date(2025, 9, 1), until=date(2026, 8, 31))
    with pytest.raises(AgreementTooShort):
        validate_evidence(TEACHER, MENTORING, since=date(2025, 9, 1), until=date(2026, 8, 30))
    with pytest.raises(AgreementTooShort):
        validate_evidence(TEACHER, MENTORING)


def test_the_blog_is_a_web_address():
    validate_evidence(TEACHER, BLOG, address="https://example.org/wu")
    with pytest.raises(NotAnAddress):
        validate_evidence(TEACHER, BLOG, address="javascript:alert(1)")
    with pytest.raises(UnknownClause):
        validate_evidence(TEACHER, PLAGIARISED)


def test_the_highest_allowance_decides_the_threshold():
    titles = ["county_backbone", "city_leader"]
    assert deciding_value(TITLES, titles) == "city_leader"
    assert next(value.amount_fen for value in TITLES.values if value.code == "city_leader") == 500_000
    assert required(TEACHER, {"title": titles}) == 8
    assert required(TEACHER, {"title": "county_backbone"}) == 6
    assert required(TEACHER, {"title": ["county_backbone", "city_rising"]}) == 6
    assert required(TEACHER, {}) == 8
    assert result((1, 2, 3, 4, 5, 6, 7), titles).grade == "fail"


def years(*grades: str) -> list[Past]:
    return [
        Past(f"{2019 + number}-08-24", f"{2020 + number}-08-23", 800, grade)
        for number, grade in enumerate(grades)
    ]


def proposed(past) -> set[str]:
    return {proposal.consequence.code for proposal in consequences(TEACHER, past)}


def test_three_in_all_or_two_running():
    row = years("fail", "pass", "fail", "pass", "fail")
    assert [("removed" in proposed(row[:number])) for number in range(1, 6)] == [
        False,
        False,
        False,
        False,
        True,
    ]
    assert "removed" in proposed(years("fail", "fail"))
    assert "removed" not in proposed(years("fail"))
    assert proposed(years("pass")) == {"allowance"}
    assert proposed(years("fail")) == {"no_allowance"}


def test_a_year_without_result_is_not_a_fail():
    row = [*years("fail"), Past("2020-08-24", "2021-08-23"), Past("2021-08-24", "2022-08-23", 300, "fail")]
    assert "removed" not in proposed(row)


def test_vetoes_outside_the_count_where_the_admin_chooses_so():
    scheme = settle(TEACHER, {"vetoes_count": "no"})
    assert result((1, 2, 3, 5, 6, 10), scheme=scheme).grade == "fail"
    assert result((1, 2, 3, 5, 6, 10, 7, 8), scheme=scheme).grade == "pass"
    assert result((3, 5, 6, 10, 7, 8), scheme=scheme).grade == "fail"


def test_the_threshold_is_a_setting():
    scheme = adapt(
        TEACHER, {"part/total/combine/otherwise": 7, "part/total/combine/minimum/county_backbone": 5}
    )
    assert result((1, 2, 3, 4, 5, 6, 7), "city_leader", scheme=scheme).grade == "pass"
    assert result((1, 2, 3, 4, 5), scheme=scheme).grade == "pass"


def test_the_shape():
    assert check(TEACHER) == []
    assert from_json(to_json(TEACHER)) == TEACHER
    assert (TEACHER.cycle.start_month, TEACHER.cycle.start_day) == (8, 24)
    assert [len(part.clauses) for part in TEACHER.root.parts] == [1, 2, 2, 4, 5, 1]
