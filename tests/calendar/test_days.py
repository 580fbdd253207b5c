"""Working days and deadlines: the official calendar day by day, worked examples, boundaries, laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.calendar import desk
from kaohe.calendar.days import Calendar
from kaohe.calendar.official import FIRST_YEAR, LAST_ANNOUNCED, official_year
from kaohe.calendar.refusals import (
    HoursOutOfOrder,
    HoursUnreadable,
    NoDeskHours,
    YearBeforeCalendar,
    YearNotAnnounced,
)
from kaohe.scheme import TimeLimit

ZONE = ZoneInfo("Asia/Shanghai")
OFFICIAL = Calendar.official(ZONE)
DIFFERING: dict[date, tuple[bool, str]] = {}
"""Days on which the two sources differ: who is right by the official notice, and the notice. None do in 2007 to 2026."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def limit(amount: int, unit: str) -> TimeLimit:
    return TimeLimit(amount, unit)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2007, 2027))
def test_every_day_is_as_a_second_source_has_it(year):
    for day in days_of(year):
        ours, theirs = OFFICIAL.is_working_day(day), chinese_calendar.is_workday(day)
        if day in DIFFERING:
            assert ours is DIFFERING[day][0], (day, DIFFERING[day][1])
            assert ours is not theirs, f"{day} does not differ any more"
        else:
            assert ours is theirs, day


def test_the_last_announced_year_is_the_last_the_package_holds():
    """When the package learns of another year, the constant is raised with a look at the notice."""
    from holidays.countries.china import ChinaStaticHolidays

    held = ChinaStaticHolidays.special_public_holidays
    assert max(held) == LAST_ANNOUNCED
    assert FIRST_YEAR == 2007


def test_a_year_not_announced_is_only_proposed():
    proposed = official_year(LAST_ANNOUNCED + 1)
    assert proposed.made_up == frozenset()
    assert {str(day) for day in proposed.off} >= {"2027-01-01", "2027-02-06", "2027-05-01", "2027-10-01"}
    assert date(2027, 2, 9) not in proposed.off  # the package's guess of a shifted day is not taken


# ---------- power supply's worked examples ----------


def test_example_1_minutes_to_the_second():
    passed_on = at("2026-09-15 08:00:00")
    city, country = (
        OFFICIAL.due(limit(45, "minutes"), passed_on),
        OFFICIAL.due(limit(90, "minutes"), passed_on),
    )
    assert at("2026-09-15 08:45:00") <= city
    assert at("2026-09-15 08:44:59") <= city
    assert not at("2026-09-15 08:45:01") <= city
    assert at("2026-09-15 09:30:00") <= country
    assert not at("2026-09-15 09:30:01") <= country


def test_example_2_five_working_days_over_a_make_up_saturday():
    due = OFFICIAL.due(limit(5, "working_days"), at("2026-02-09 10:00"))
    assert OFFICIAL.day_of(due) == date(2026, 2, 14)
    assert at("2026-02-14 23:59:59") <= due
    assert not at("2026-02-15 00:00:00") <= due


def test_example_3_ten_working_days_over_two_make_up_days_and_a_long_holiday():
    due = OFFICIAL.due(limit(10, "working_days"), at("2025-09-26 16:30"))
    assert OFFICIAL.day_of(due) == date(2025, 10, 16)
    assert at("2025-10-16 23:59:59") <= due
    assert not at("2025-10-17 00:00:00") <= due


# ---------- the other limits ----------


def test_ten_calendar_days_end_with_the_tenth_day_after():
    received = at("2026-09-20 23:59")
    due = OFFICIAL.due(limit(10, "days"), received)
    assert due == OFFICIAL.due(limit(10, "days"), at("2026-09-20 00:00"))
    assert at("2026-09-30 23:59:59") <= due < at("2026-10-01 00:00:00")


def test_hours_run_through_nights_and_holidays():
    assert OFFICIAL.due(limit(24, "hours"), at("2026-10-01 09:00")) == at("2026-10-02 09:00")


def test_by_a_day_of_a_month():
    assert OFFICIAL.day_of(OFFICIAL.by_the(3, of=date(2026, 9, 30), months=1)) == date(2026, 10, 3)
    assert OFFICIAL.day_of(OFFICIAL.by_the(3, of=date(2026, 12, 1), months=1)) == date(2027, 1, 3)
    assert OFFICIAL.day_of(OFFICIAL.by_the(25, of=date(2026, 1, 15), months=-1)) == date(2025, 12, 25)
    assert OFFICIAL.day_of(OFFICIAL.by_the(31, of=date(2026, 1, 15), months=1)) == date(2026, 2, 28)
    due = OFFICIAL.by_the(3, of=date(2026, 9, 1), months=1)
    assert at("2026-10-03 23:59:59") <= due < at("2026-10-04 00:00:00")


def test_before_an_event():
    outage = at("2026-09-22 08:00")
    assert OFFICIAL.day_of(OFFICIAL.before(limit(7, "days"), outage)) == date(2026, 9, 15)
    assert OFFICIAL.before(limit(24, "hours"), outage) == at("2026-09-21 08:00")
    # 20 September 2026 is a worked Sunday
    assert OFFICIAL.day_of(OFFICIAL.before(limit(2, "working_days"), outage)) == date(2026, 9, 20)


def test_days_late_are_counted_from_the_due_day():
    due = OFFICIAL.by_the(3, of=date(2026, 10, 1))
    assert OFFICIAL.days_late(due, at("2026-10-03 23:59")) == 0
    assert OFFICIAL.days_late(due, at("2026-10-04 00:00")) == 1
    assert OFFICIAL.days_late(due, at("2026-10-13 12:00")) == 10
    noon = at("2026-10-03 12:00")
    assert OFFICIAL.days_late(noon, at("2026-10-03 13:00")) == 0


def test_a_start_in_another_zone_counts_by_the_tenants_day():
    evening = datetime(2026, 2, 9, 17, 0, tzinfo=UTC)  # 1 o'clock on the 10th in Shanghai
    assert OFFICIAL.day_of(OFFICIAL.due(limit(1, "working_days"), evening)) == date(2026, 2, 11)
    urumqi = Calendar.official(ZoneInfo("Asia/Urumqi"))
    assert urumqi.day_of(urumqi.due(limit(1, "days"), evening)) == date(2026, 2, 10)


def test_a_start_needs_a_zone_and_a_limit_is_not_negative():
    with pytest.raises(ValueError, match="zone"):
        OFFICIAL.due(limit(1, "hours"), datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="negative"):
        OFFICIAL.due(limit(-1, "hours"), at("2026-01-01 00:00"))


# ---------- refusals ----------


def test_beyond_the_last_year_it_refuses_and_names_the_year():
    with pytest.raises(YearNotAnnounced) as refused:
        OFFICIAL.due(limit(10, "working_days"), at("2026-12-25 10:00"))
    assert "2027" in refused.value.say("zh")
    assert "2027" in refused.value.say("en")
    for asking in (
        lambda: OFFICIAL.is_working_day(date(2028, 1, 3)),
        lambda: OFFICIAL.working_days_between(date(2026, 12, 1), date(2028, 1, 3)),
        lambda: OFFICIAL.due(limit(1, "working_days"), at("2028-01-03 10:00")),
    ):
        with pytest.raises(YearNotAnnounced) as refused:
            asking()
        assert "2028" in refused.value.say("zh")


def test_the_last_working_day_is_still_counted():
    due = OFFICIAL.due(limit(4, "working_days"), at("2026-12-25 10:00"))
    assert OFFICIAL.day_of(due) == date(2026, 12, 31)
    with pytest.raises(YearNotAnnounced):
        OFFICIAL.due(limit(5, "working_days"), at("2026-12-25 10:00"))


def test_calendar_days_and_hours_need_no_announcement():
    assert OFFICIAL.day_of(OFFICIAL.due(limit(10, "days"), at("2026-12-28 10:00"))) == date(2027, 1, 7)
    assert OFFICIAL.due(limit(24, "hours"), at("2031-01-01 10:00")) == at("2031-01-02 10:00")


def test_before_the_first_year_it_refuses():
    with pytest.raises(YearBeforeCalendar):
        OFFICIAL.is_working_day(date(2006, 12, 31))
    with pytest.raises(YearBeforeCalendar):
        OFFICIAL.before(limit(3, "working_days"), at("2007-01-04 08:00"))


# ---------- laws ----------

DAYS = st.dates(date(2007, 1, 1), date(2026, 6, 30))


@given(DAYS, st.integers(1, 60))
def test_law_the_nth_working_day_after_is_worked_and_n_lie_between(day, count):
    last = OFFICIAL.working_day_after(day, count)
    assert last > day
    assert OFFICIAL.is_working_day(last)
    assert OFFICIAL.working_days_between(day + timedelta(days=1), last) == count


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_law_working_days_add_up(day, one, two):
    assert OFFICIAL.working_day_after(OFFICIAL.working_day_after(day, one), two) == (
        OFFICIAL.working_day_after(day, one + two)
    )


@given(DAYS, st.integers(1, 60))
def test_law_back_is_the_way_there(day, count):
    if OFFICIAL.is_working_day(day):
        assert OFFICIAL.working_day_after(OFFICIAL.working_day_after(day, count), -count) == day


@given(
    st.datetimes(datetime(2007, 1, 1), datetime(2026, 6, 30)),
    st.integers(0, 400),
    st.sampled_from(["minutes", "hours", "days", "working_minutes"]),
)
def test_law_a_later_start_is_never_due_earlier(start, amount, unit):
    amount = min(amount, 90) if unit != "minutes" else amount
    first = OFFICIAL.due(limit(amount, unit), start.replace(tzinfo=ZONE))
    second = OFFICIAL.due(limit(amount, unit), (start + timedelta(minutes=37)).replace(tzinfo=ZONE))
    assert start.replace(tzinfo=ZONE) <= first <= second


@given(st.dates(date(2008, 1, 1), date(2040, 12, 31)))
def test_law_the_end_of_a_day_is_its_last_instant_even_where_clocks_change(day):
    for zone in ("Asia/Shanghai", "America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe"):
        calendar = Calendar.official(ZoneInfo(zone))
        end = calendar.end_of(day)
        assert calendar.day_of(end) == day
        assert calendar.day_of(end + timedelta(microseconds=1)) == day + timedelta(days=1)


@given(st.dictionaries(DAYS, st.booleans(), max_size=20))
def test_law_own_days_rule_and_all_others_stay(own):
    mine = Calendar.with_own(ZONE, LAST_ANNOUNCED, own)
    for day, works in own.items():
        assert mine.is_working_day(day) is works
    for day in days_of(2019):
        if day not in own:
            assert mine.is_working_day(day) is OFFICIAL.is_working_day(day)


# ---------- desk hours ----------


def test_a_limit_in_desk_hours_stops_at_noon_at_night_and_over_a_holiday():
    due = OFFICIAL.due(limit(60, "working_minutes"), at("2026-09-30 17:30"))
    assert due == at("2026-10-08 08:30")  # the 1st to the 7th are off
    assert OFFICIAL.due(limit(60, "working_minutes"), at("2026-09-29 11:30")) == at("2026-09-29 14:30")
    assert OFFICIAL.due(limit(240, "working_minutes"), at("2026-09-29 08:00")) == at("2026-09-29 12:00")
    assert OFFICIAL.due(limit(241, "working_minutes"), at("2026-09-29 08:00")) == at("2026-09-29 14:01")
    assert OFFICIAL.due(limit(30, "working_minutes"), at("2026-09-29 06:00")) == at("2026-09-29 08:30")
    # 20 September 2026 is a worked Sunday
    assert OFFICIAL.due(limit(30, "working_minutes"), at("2026-09-19 09:00")) == at("2026-09-20 08:30")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 9, 30)), st.integers(1, 3000))
def test_law_as_many_desk_minutes_lie_between_start_and_due(start, minutes):
    begun = start.replace(second=0, microsecond=0, tzinfo=ZONE)
    due = OFFICIAL.due(limit(minutes, "working_minutes"), begun)
    assert OFFICIAL.desk_minutes(begun, due) == minutes
    assert OFFICIAL.desk_minutes(begun, due - timedelta(minutes=1)) == minutes - 1


def test_desk_hours_are_read_as_they_are_written():
    lines = [
        "08:00-12:00 14:00-18:00",
        "9:00至17:30",
        "",
        "8：30—11：30，13：00—17：00",
        "0:00-24:00",
        "",
        "",
    ]
    read = desk.read_hours(lines)
    assert [desk.written(read.of(n)) for n in range(7)] == [
        "08:00-12:00 14:00-18:00", "09:00-17:30", "", "08:30-11:30 13:00-17:00", "00:00-24:00", "", "",
    ]  # fmt: skip
    assert desk.from_json(read.as_json()) == read


@pytest.mark.parametrize("line", ["08:00", "8-12", "25:00-26:00", "08:61-09:00", "morning", "08:00-12:00 x"])
def test_hours_that_cannot_be_read_are_named(line):
    with pytest.raises(HoursUnreadable) as refused:
        desk.read_hours(["", line, "", "", "", "", ""])
    assert "星期二" in refused.value.say("zh")
    assert refused.value.field == "day1"


@pytest.mark.parametrize(
    "line", ["12:00-08:00", "08:00-12:00 11:00-18:00", "14:00-18:00 08:00-12:00", "09:00-09:00"]
)
def test_hours_out_of_order_are_named(line):
    with pytest.raises(HoursOutOfOrder):
        desk.read_hours([line, "", "", "", "", "", ""])


def test_no_desk_hours_no_limit_in_desk_hours():
    shut = Calendar.official(ZONE, desk.read_hours([""] * 7))
    with pytest.raises(NoDeskHours):
        shut.due(limit(5, "working_minutes"), at("2026-09-29 08:00"))
    sundays = Calendar.official(ZONE, desk.read_hours([""] * 6 + ["08:00-09:00"]))
    with pytest.raises(YearNotAnnounced):  # open on worked Sundays only: this year has no more of them
        sundays.due(limit(500, "working_minutes"), at("2026-10-12 08:00"))


def test_the_end_of_a_day():
    assert OFFICIAL.end_of(date(2026, 1, 1)) == at("2026-01-01 23:59:59.999999")
