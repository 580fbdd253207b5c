"""Rules that cut a year into periods: which days each covers, and what it is called.

Decides that a first day that a month lacks (31, or 29 February) falls on the month's last day, that a month
from the 16th or later belongs to the month in which it ends, and that each period ends the day before the next
begins. Refuses years and days that do not exist. Pure: knows no database and no clock.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from kaohe.periods.refusals import (
    DayOutside,
    EndBeforeStart,
    OffsetOutside,
    SpansNeeded,
    SpanUnreadable,
    YearOutside,
)
from kaohe.scheme import Text

Kind = Literal["month", "quarter", "half", "year", "custom"]
KINDS: tuple[Kind, ...] = ("month", "quarter", "half", "year", "custom")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
ONE_DAY = timedelta(days=1)
SCHOOL_YEAR_MONTHS = (8, 9)


@dataclass(frozen=True)
class Offsets:
    """How many days after a period's end entries are taken, results are published, and the period is final."""

    entries: int = 5
    publicity: int = 12
    final: int = 15

    def __post_init__(self) -> None:
        if not 0 <= self.entries <= self.publicity <= self.final <= 366:
            raise OffsetOutside


@dataclass(frozen=True)
class Span:
    """The days of a period, both included, with its code and name."""

    code: str
    title: Text
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class PeriodRule:
    """How a year is cut: the kind, the first day of its first period, or the spans themselves (custom)."""

    kind: Kind
    start_month: int = 1
    start_day: int = 1
    spans: tuple[Span, ...] = ()
    offsets: Offsets = Offsets()

    def __post_init__(self) -> None:
        if not (1 <= self.start_month <= 12 and 1 <= self.start_day <= monthrange(2024, self.start_month)[1]):
            raise DayOutside
        if self.kind == "custom" and not self.spans:
            raise SpansNeeded


def spans_of(rule: PeriodRule, year: int) -> tuple[Span, ...]:
    """The periods of a year by the rule, in order; custom spans as they were given."""
    if rule.kind == "custom":
        return rule.spans
    if not 1990 <= year <= 2100:
        raise YearOutside
    length = MONTHS[rule.kind]
    month = rule.start_month
    if rule.kind == "month":
        month = 1 if rule.start_day <= 15 else 0
    starts = [day_in(year, month + length * n, rule.start_day) for n in range(12 // length + 1)]
    return tuple(span(rule.kind, first, after - ONE_DAY) for first, after in pairwise(starts))


def day_in(year: int, month: int, day: int) -> date:
    """The day of a month counted on from January of `year` (0 is December before); its last where it lacks it."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def span(kind: Kind, starts_on: date, ends_on: date) -> Span:
    """A period with the code and the name that its days deserve."""
    year, month = starts_on.year, starts_on.month
    whole = starts_on.day == 1 and (ends_on + ONE_DAY).day == 1
    if whole and kind == "month":
        title = Text(f"{year} 年 {month} 月", f"{MONTH_NAMES[month - 1]} {year}")
        return Span(f"{year}-{month:02d}", title, starts_on, ends_on)
    if whole and kind == "quarter" and month % 3 == 1:
        n = month // 3 + 1
        return Span(
            f"{year}-Q{n}", Text(f"{year} 年第 {n} 季度", f"Quarter {n} of {year}"), starts_on, ends_on
        )
    if whole and kind == "half" and month in (1, 7):
        n = 1 if month == 1 else 2
        title = Text(
            f"{year} 年{'上' if n == 1 else '下'}半年", f"{'First' if n == 1 else 'Second'} half of {year}"
        )
        return Span(f"{year}-H{n}", title, starts_on, ends_on)
    if kind == "year" and whole and month == 1:
        return Span(f"{year}", Text(f"{year} 年", f"{year}"), starts_on, ends_on)
    if kind == "year" and month in SCHOOL_YEAR_MONTHS:
        name = f"{year}-{ends_on.year % 100:02d}"
        return Span(name, Text(f"{name} 学年", f"School year {name}"), starts_on, ends_on)
    return Span(starts_on.isoformat(), days_title(starts_on, ends_on), starts_on, ends_on)


def days_title(starts_on: date, ends_on: date) -> Text:
    """A name that says the days: 2026 年 8 月 26 日—9 月 25 日 / 26 August – 25 September 2026."""
    same = starts_on.year == ends_on.year
    zh_end = f"{ends_on.month} 月 {ends_on.day} 日"
    zh = f"{starts_on.year} 年 {starts_on.month} 月 {starts_on.day} 日—" + (
        zh_end if same else f"{ends_on.year} 年 {zh_end}"
    )
    en_start = f"{starts_on.day} {MONTH_NAMES[starts_on.month - 1]}"
    en_end = f"{ends_on.day} {MONTH_NAMES[ends_on.month - 1]} {ends_on.year}"
    return Text(zh, f"{en_start} – {en_end}" if same else f"{en_start} {starts_on.year} – {en_end}")


_LINE = re.compile(
    r"^(\d{4}-\d{1,2}-\d{1,2})\s*(?:[-—–~～至,，]|to|\s)\s*(\d{4}-\d{1,2}-\d{1,2})[\s,，:：]*(.*)$"
)
LONGEST_NAME = 60


def read_spans(text: str) -> tuple[Span, ...]:
    """Periods of one's own, a line each: first day, last day, a name if wanted (`中文 | English`)."""
    found = []
    lines = "".join(" " if one != "\n" and unicodedata.category(one) == "Cc" else one for one in text)
    for number, line in enumerate(lines.split("\n"), 1):
        if line.strip():
            found.append(_span_of_line(number, line.strip()))
    return tuple(found)


def _span_of_line(number: int, line: str) -> Span:
    match = _LINE.match(line)
    if match is None:
        raise SpanUnreadable(line=number, text=line[:60])
    try:
        starts_on, ends_on = (date(*map(int, part.split("-"))) for part in (match[1], match[2]))
    except ValueError as error:
        raise SpanUnreadable(line=number, text=line[:60]) from error
    zh, _, en = (part.strip() for part in match[3].partition("|"))
    if max(len(zh), len(en)) > LONGEST_NAME or not 1990 <= starts_on.year <= ends_on.year + 1 <= 2101:
        raise SpanUnreadable(line=number, text=line[:60])
    title = Text(zh, en or zh) if zh else days_title(starts_on, ends_on)
    if ends_on < starts_on:
        raise EndBeforeStart(title=title)
    return Span(starts_on.isoformat(), title, starts_on, ends_on)
