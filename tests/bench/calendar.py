"""Deadlines: a million of each kind of limit, over the calendar that a sweep takes once."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.bench.report import Table
from tests.bench.targets import note

from kaohe.calendar.days import Calendar
from kaohe.calendar.official import LAST_ANNOUNCED
from kaohe.scheme import TimeLimit

LIMITS = (
    TimeLimit(5, "working_days"),
    TimeLimit(45, "minutes"),
    TimeLimit(10, "days"),
    TimeLimit(240, "working_minutes"),
)
OWN = {date(2025, 3, 3) + timedelta(days=7 * n): False for n in range(20)}


def bench_calendar(count: int = 1_000_000) -> None:
    """Due instants by limit, with twenty days of the tenant's own; fails when a million take more than a minute."""
    table = Table("Deadlines", ("limit", "due times", "seconds", "a second", "within a minute for a million"))
    calendar = Calendar.with_own(ZoneInfo("Asia/Shanghai"), LAST_ANNOUNCED, OWN)
    first = datetime(2025, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(minutes=37 * n) for n in range(10_000)]
    for limit in LIMITS:
        began = time.perf_counter()
        for _ in range(count // len(starts)):
            for start in starts:
                calendar.due(limit, start)
        seconds = time.perf_counter() - began
        within = seconds * 1_000_000 / count <= 60
        table.add(
            f"{limit.amount} {limit.unit}",
            f"{count:,}",
            f"{seconds:.1f}",
            f"{count / seconds:,.0f}",
            "yes" if within else "NO",
        )
        note("due", "", seconds * 1_000_000 / count)
        assert within, f"{limit}: {seconds:.1f} s for {count:,}"
