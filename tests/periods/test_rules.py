"""Rules that cut a year into periods: every day once, the right names, leap years, months that lack a day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.periods.refusals import (
    DayOutside,
    EndBeforeStart,
    OffsetOutside,
    SpansNeeded,
    SpanUnreadable,
    YearOutside,
)
from kaohe.periods.rules import Offsets, PeriodRule, read_spans, spans_of


def test_calendar_months_of_a_leap_year():
    found = spans_of(PeriodRule("month"), 2028)
    assert [one.code for one in found] == [f"2028-{n:02d}" for n in range(1, 13)]
    assert (found[1].starts_on, found[1].ends_on) == (date(2028, 2, 1), date(2028, 2, 29))
    assert (found[8].title.zh, found[8].title.en) == ("2028 年 9 月", "September 2028")


def test_months_from_the_26th_belong_to_the_month_they_end_in():
    found = spans_of(PeriodRule("month", start_day=26), 2026)
    assert (found[0].starts_on, found[0].ends_on) == (date(2025, 12, 26), date(2026, 1, 25))
    assert found[0].title.zh == "2025 年 12 月 26 日—2026 年 1 月 25 日"
    september = found[8]
    assert (september.starts_on, september.ends_on) == (date(2026, 8, 26), date(2026, 9, 25))
    assert september.title.zh == "2026 年 8 月 26 日—9 月 25 日"
    assert september.title.en == "26 August – 25 September 2026"
    assert september.code == "2026-08-26"


def test_months_from_the_31st_start_on_the_last_day_where_there_is_none():
    found = spans_of(PeriodRule("month", start_day=31), 2028)
    assert [one.starts_on for one in found[:4]] == [
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
    ]


def test_quarters_halves_and_years():
    quarters = spans_of(PeriodRule("quarter"), 2026)
    assert [(one.code, one.title.zh) for one in quarters][2] == ("2026-Q3", "2026 年第 3 季度")
    halves = spans_of(PeriodRule("half"), 2026)
    assert [one.title.zh for one in halves] == ["2026 年上半年", "2026 年下半年"]
    assert [one.title.en for one in halves] == ["First half of 2026", "Second half of 2026"]
    (year,) = spans_of(PeriodRule("year"), 2026)
    assert (year.code, year.title.zh, year.ends_on) == ("2026", "2026 年", date(2026, 12, 31))


def test_school_year_from_24_august():
    (year,) = spans_of(PeriodRule("year", start_month=8, start_day=24), 2025)
    assert (year.starts_on, year.ends_on) == (date(2025, 8, 24), date(2026, 8, 23))
    assert (year.code, year.title.zh, year.title.en) == ("2025-26", "2025-26 学年", "School year 2025-26")


def test_a_year_from_29_february_starts_on_the_28th_in_other_years():
    (year,) = spans_of(PeriodRule("year", start_month=2, start_day=29), 2027)
    assert (year.starts_on, year.ends_on) == (date(2027, 2, 28), date(2028, 2, 28))


@given(
    kind=st.sampled_from(["month", "quarter", "half", "year"]),
    month=st.integers(1, 12),
    day=st.integers(1, 28),
    year=st.integers(1991, 2099),
)
def test_every_day_of_two_years_running_lies_in_exactly_one_period(kind, month, day, year):
    rule = PeriodRule(kind, start_month=month, start_day=day)
    found = [*spans_of(rule, year), *spans_of(rule, year + 1)]
    assert all(before.ends_on + timedelta(days=1) == after.starts_on for before, after in pairwise(found))
    assert all(one.starts_on <= one.ends_on for one in found)
    assert len({one.code for one in found}) == len(found)


def test_own_periods_line_by_line():
    found = read_spans("2026-09-01 2026-10-15 开学月 | First weeks\n\n2026-10-16 至 2026-12-31\n")
    assert [one.title.zh for one in found] == ["开学月", "2026 年 10 月 16 日—12 月 31 日"]
    assert found[0].title.en == "First weeks"
    assert found[1].starts_on == date(2026, 10, 16)


@pytest.mark.parametrize("line", ["whenever", "2026-02-30 2026-03-01", "2026-09-01", "九月 十月"])
def test_an_unreadable_line_is_named(line):
    with pytest.raises(SpanUnreadable) as refused:
        read_spans(f"2026-01-01 2026-01-31\n{line}")
    assert refused.value.values["line"] == 2
    assert line in refused.value.say("zh")


def test_a_period_that_ends_before_it_starts():
    with pytest.raises(EndBeforeStart):
        read_spans("2026-09-30 2026-09-01")


def test_days_and_years_that_do_not_exist():
    with pytest.raises(DayOutside):
        PeriodRule("year", start_month=4, start_day=31)
    with pytest.raises(DayOutside):
        PeriodRule("month", start_day=0)
    with pytest.raises(YearOutside):
        spans_of(PeriodRule("month"), 20260)
    with pytest.raises(SpansNeeded):
        PeriodRule("custom")
    with pytest.raises(OffsetOutside):
        Offsets(5, 3, 15)


@pytest.mark.parametrize(
    "line", ["9999-12-01 9999-12-31", "1066-10-14 1066-10-15", f"2026-09-01 2026-09-30 {'长' * 61}"]
)
def test_years_and_names_that_cannot_be_meant_are_refused_not_cut(line):
    with pytest.raises(SpanUnreadable):
        read_spans(line)


def test_control_characters_in_a_name_are_left_out():
    (one,) = read_spans("2026-09-01 2026-09-30 开学\x00月\x07")
    assert one.title.zh == "开学 月"
