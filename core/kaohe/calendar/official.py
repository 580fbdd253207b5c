"""China's official working days: which days are worked, and what the others are called.

The days come from the package `holidays`, with its make-up working days (調休). For a year that is not announced yet the
package quietly gives guesses; therefore only the years up to `LAST_ANNOUNCED` count as official. For later years it serves
as a proposal that an administrator corrects and confirms: weekends, and the statutory days by law, without guessed shifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from kaohe.scheme import Text

FIRST_YEAR = 2007
"""The first year that was checked day by day against a second source."""
LAST_ANNOUNCED = 2026
"""The last year whose arrangement the State Council has announced and the package holds; a test compares the two."""
LAST_POSSIBLE = 2099

SHIFTED = Text("调休放假", "Day off, made up for")
MADE_UP = Text("调休上班", "Make-up working day")
_SATURDAY = 5


@dataclass(frozen=True)
class OfficialYear:
    """A year's days: those off besides plain weekends with their names, and the weekend days that are worked."""

    year: int
    off: dict[date, Text]
    made_up: frozenset[date]

    def works(self, day: date) -> bool:
        """Whether a day of this year is worked."""
        return day not in self.off and (day.weekday() < _SATURDAY or day in self.made_up)


@cache
def official_year(year: int) -> OfficialYear:
    """The announced arrangement of a year, or the proposal for one that is not announced."""
    from holidays.countries.china import China  # a large module that few processes need

    chinese, english = China(years=year, language="zh_CN"), China(years=year, language="en_US")
    announced = year <= LAST_ANNOUNCED
    off = {
        day: _named(name, english.get(day, name))
        for day, name in chinese.items()
        if day.year == year and (announced or day in _statutory(year))
    }
    made_up = {day for day in chinese.weekend_workdays if day.year == year} if announced else set()
    return OfficialYear(year, off, frozenset(made_up))


def _named(chinese: str, english: str) -> Text:
    """A day's name without the package's remarks on how it was shifted."""
    if chinese.startswith("休息日"):
        return SHIFTED
    return Text(chinese.replace("（补假）", ""), english.replace(" (observed)", ""))


@cache
def _statutory(year: int) -> frozenset[date]:
    from holidays.countries.china import China

    return frozenset(China(years=year, observed=False))


@cache
def official_ordinals(first: int, last: int) -> tuple[int, ...]:
    """The worked days of the years `first` to `last` as rising ordinals."""
    found = []
    for year in range(first, last + 1):
        held = official_year(year)
        day = date(year, 1, 1)
        while day.year == year:
            if held.works(day):
                found.append(day.toordinal())
            day += timedelta(days=1)
    return tuple(found)
