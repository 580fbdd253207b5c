"""How figures, money, dates and spans are written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from kaohe import written
from kaohe.scheme import Text
from kaohe.web import filters

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("0.50"), None, "+0.5"),
        (Decimal("-5.00"), None, f"{MINUS}5"),
        (Decimal("0.00"), None, "0"),
        (Decimal("-0.00"), None, "0"),
        (Decimal("-0.5"), 2, f"{MINUS}0.50"),
        (Decimal("100"), None, "+100"),
        (7, None, "+7"),
        (None, None, "缺"),
    ],
)
def test_signed_points_carry_a_sign_and_no_idle_zeros(value, places, text):
    assert written.signed(value, places) == text


def test_points_keep_zeros_only_when_places_are_asked():
    assert written.points(Decimal("95.50")) == "95.5"
    assert written.points(Decimal("95.50"), 2) == "95.50"
    assert written.points(Decimal("1234.5")) == "1234.5"
    assert written.points(100, 1) == "100.0"


def test_what_is_not_exact_says_so():
    assert written.points(Fraction(50, 3), 2, exact=False) == "≈ 16.67"
    assert written.points(None, exact=False) == "缺"


def test_missing_is_a_word_in_both_languages_never_zero():
    for call in (written.points, written.signed, written.money, written.percent, written.date, written.size):
        assert call(None) == "缺"
        assert call(None, language="en") == "missing"


@pytest.mark.parametrize("wrong", [0.5, True])
def test_binary_floating_point_is_refused(wrong):
    with pytest.raises(TypeError):
        written.points(wrong)
    with pytest.raises(TypeError):
        written.money(wrong)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (123400, "¥1,234.00"),
        (0, "¥0.00"),
        (5, "¥0.05"),
        (-70000, f"{MINUS}¥700.00"),
        (100000001, "¥1,000,000.01"),
    ],
)
def test_money_is_yuan_to_the_fen(fen, text):
    assert written.money(fen) == text


@given(st.integers(-(10**15), 10**15))
def test_money_can_be_read_back(fen):
    digits = written.money(fen).replace("¥", "").replace(",", "").replace(".", "").replace(MINUS, "-")
    assert int(digits) == fen


@given(st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=2))
def test_points_can_be_read_back(value):
    assert Decimal(written.points(value).replace(MINUS, "-")) == value
    assert Decimal(written.signed(value).replace(MINUS, "-")) == value


def test_halves_are_rounded_away_from_zero():
    assert written.percent(Decimal("0.625")) == "63%"
    assert written.number(Decimal("2.5"), 0) == "3"
    assert written.number(Decimal("-2.5"), 0) == f"{MINUS}3"


def test_percent_drops_idle_zeros():
    assert written.percent(written.share(31, 84), 1) == "36.9%"
    assert written.percent(written.share(42, 84), 1) == "50%"
    assert written.percent(Decimal("-0.004"), 1) == f"{MINUS}0.4%"
    assert written.percent(Decimal("-0.0004"), 1) == "0%"


def test_a_share_of_nothing_is_missing():
    assert written.share(3, 0) is None
    assert written.share(None, 4) is None
    assert written.share(1, 3) == Fraction(1, 3)


def test_instants_are_shown_in_the_zone_of_the_tenant():
    instant = dt.datetime(2026, 9, 30, 16, 30, 5, tzinfo=dt.UTC)
    assert written.moment(instant) == "2026-10-01 00:30"
    assert written.moment(instant, seconds=True) == "2026-10-01 00:30:05"
    assert written.date(instant) == "2026-10-01"
    assert written.date(instant, zone="UTC") == "2026-09-30"
    assert written.clock(instant.replace(tzinfo=None)) == "00:30"
    assert written.short_date(dt.date(2026, 9, 5)) == "09-05"


def test_weekdays_in_both_languages():
    day = dt.date(2026, 9, 29)
    assert written.weekday(day) == "星期二"
    assert written.weekday(day, language="en") == "Tuesday"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 s"),
        (5, "5 秒", "5 s"),
        (60, "1 分 00 秒", "1 min 00 s"),
        (665, "11 分 05 秒", "11 min 05 s"),
        (18 * 3600 + 32 * 60, "18 时 32 分", "18 h 32 min"),
        (62 * 3600, "2 天 14 时", "2 d 14 h"),
        (48 * 3600, "2 天", "2 d"),
        (-665, "11 分 05 秒", "11 min 05 s"),
    ],
)
def test_spans_in_words(seconds, zh, en):
    assert written.span(seconds) == zh
    assert written.span(dt.timedelta(seconds=seconds), language="en") == en


def test_sizes():
    assert written.size(38912) == "38 KB"
    assert written.size(512) == "512 B"
    assert written.size(int(2.5 * 1024 * 1024)) == "2.5 MB"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("林晓芸", "林"), ("Grace Hopper Lin", "GL"), ("grace", "G"), ("", "?"), (None, "?"), ("  ", "?")],
)
def test_initials(name, shown):
    assert written.initials(name) == shown


def test_bilingual_texts_are_said_in_the_language():
    text = Text("优秀", "Excellent")
    assert written.said(text) == "优秀"
    assert written.said(text, "en") == "Excellent"
    assert written.said("plain", "en") == "plain"
    assert written.said(None) == ""


def test_filters_follow_language_and_zone():
    app, state = Flask(__name__), {"language": "zh", "zone": "Asia/Shanghai"}
    filters.register(app, lambda: state["language"], lambda: state["zone"])
    page = app.jinja_env.from_string(
        "{{ text|said }} {{ none|points }} {{ at|moment }} {{ points|signed(2) }}"
    )
    values = {"text": Text("优", "A"), "at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "points": Decimal("-1")}
    assert page.render(**values) == f"优 缺 2026-01-01 08:00 {MINUS}1.00"
    state.update(language="en", zone="UTC")
    assert page.render(**values) == f"A missing 2026-01-01 00:00 {MINUS}1.00"


def test_a_fraction_without_end_is_shown_to_two_decimals_as_an_approximation() -> None:
    assert written.points(Fraction(8665, 97)) == "≈ 89.33"
    assert written.signed(Fraction(-1, 3)) == "≈ −0.33"
    assert written.points(Fraction(1, 4)) == "0.25"


def test_a_date_within_words_stays_whole_and_the_words_stay_words():
    """A line may break before or after a date, never at its hyphens; markup in the words is still escaped."""
    kept = filters.unbroken("计划日期 2026-11-05 · <b>")
    assert kept == '计划日期 <span class="k-nowrap">2026-11-05</span> · &lt;b&gt;'
    assert filters.unbroken(Markup("<b>2026-11-05</b>")) == '<b><span class="k-nowrap">2026-11-05</span></b>'
    tag = Markup('<time datetime="2026-11-05">')
    assert filters.unbroken(tag) == tag
    assert filters.unbroken("12026-11-050") == "12026-11-050"
