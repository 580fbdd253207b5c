"""Desk hours: the stretches of each weekday in which the desk is open, and counting minutes in them.

A worked Saturday or Sunday has the hours of its own row. Refuses stretches that overlap or run backwards, and text
that is no stretch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from kaohe.calendar.refusals import HoursOutOfOrder, HoursUnreadable
from kaohe.scheme import Text

WEEKDAYS = (
    Text("星期一", "Monday"),
    Text("星期二", "Tuesday"),
    Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"),
    Text("星期五", "Friday"),
    Text("星期六", "Saturday"),
    Text("星期日", "Sunday"),
)
DAY = 24 * 60
_STRETCH = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至到]\s*(\d{1,2})[:：](\d{2})")

Stretch = tuple[int, int]
"""From and to, in minutes after midnight."""


@dataclass(frozen=True)
class DeskHours:
    """The open stretches of Monday to Sunday; none for a day on which the desk is shut."""

    days: tuple[tuple[Stretch, ...], ...]

    def of(self, weekday: int) -> tuple[Stretch, ...]:
        """The stretches of a weekday, Monday being 0."""
        return self.days[weekday]

    @property
    def any(self) -> bool:
        """Whether the desk is open at all."""
        return any(self.days)

    def as_json(self) -> list[list[list[int]]]:
        """As it is kept among the settings."""
        return [[list(stretch) for stretch in day] for day in self.days]


USUAL = DeskHours((((8 * 60, 12 * 60), (14 * 60, 18 * 60)),) * 7)


def from_json(kept: Sequence[Sequence[Sequence[int]]] | None) -> DeskHours:
    """What was kept among the settings; the usual hours when nothing was."""
    if kept is None:
        return USUAL
    return DeskHours(tuple(tuple((start, end) for start, end in day) for day in kept))


def read_hours(lines: Sequence[str]) -> DeskHours:
    """Seven lines such as `08:00-12:00 14:00-18:00`, Monday first; raises what it cannot read, naming the day."""
    return DeskHours(tuple(_read(line, number) for number, line in enumerate(lines)))


def _read(line: str, weekday: int) -> tuple[Stretch, ...]:
    found = [(_minute(a, b), _minute(c, d)) for a, b, c, d in _STRETCH.findall(line)]
    rest = _STRETCH.sub(" ", line).strip(" ,，;；、")
    name, field = WEEKDAYS[weekday], f"day{weekday}"
    if rest or any(minute is None for stretch in found for minute in stretch):
        raise HoursUnreadable(weekday=name, text=" ".join(line.split())[:40], field=field)
    stretches = [(start, end) for start, end in found if start is not None and end is not None]
    ends = [minute for stretch in stretches for minute in stretch]
    if any(a >= b for a, b in stretches) or ends != sorted(ends):
        raise HoursOutOfOrder(weekday=name, field=field)
    return tuple(stretches)


def _minute(hour: str, minute: str) -> int | None:
    found = int(hour) * 60 + int(minute)
    return found if int(minute) < 60 and found <= DAY else None


def written(stretches: Sequence[Stretch]) -> str:
    """`08:00-12:00 14:00-18:00`."""
    return " ".join(f"{_clock(start)}-{_clock(end)}" for start, end in stretches)


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY else time(minute // 60, minute % 60).strftime("%H:%M")
