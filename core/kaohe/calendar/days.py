"""A tenant's calendar as a pure object: working days, and the instant by which something is due.

Decides once for everybody: a due instant is inclusive, in time is `happened_at <= due`. A limit in minutes or hours
ends exactly then; one in days ends with the last instant of its last day in the tenant's zone, so that all of the day
is in time. Day 0 is the day of the start; working days are counted from the next working day on. Refuses working days
of a year that is neither announced nor confirmed, naming it; calendar days, hours and minutes need no announcement.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kaohe.calendar.desk import USUAL, DeskHours
from kaohe.calendar.official import FIRST_YEAR, LAST_ANNOUNCED, official_ordinals
from kaohe.calendar.refusals import NoDeskHours, YearBeforeCalendar, YearNotAnnounced
from kaohe.scheme.rules import TimeLimit

LAST_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The working days of the years `FIRST_YEAR` to `through`, as rising ordinals, with desk hours and a zone."""

    zone: ZoneInfo
    through: int
    worked: tuple[int, ...]
    hours: DeskHours = USUAL

    @classmethod
    def official(cls, zone: ZoneInfo, hours: DeskHours = USUAL) -> Calendar:
        """The announced years without anything of a tenant's own."""
        return cls(zone, LAST_ANNOUNCED, official_ordinals(FIRST_YEAR, LAST_ANNOUNCED), hours)

    @classmethod
    def with_own(
        cls, zone: ZoneInfo, through: int, own: Mapping[date, bool], hours: DeskHours = USUAL
    ) -> Calendar:
        """The covered years with the days that the tenant has set otherwise."""
        worked = official_ordinals(FIRST_YEAR, through)
        inside = {day.toordinal(): works for day, works in own.items() if FIRST_YEAR <= day.year <= through}
        if inside:
            plain = {ordinal for ordinal in worked if ordinal not in inside}
            worked = tuple(sorted(plain | {ordinal for ordinal, works in inside.items() if works}))
        return cls(zone, through, worked, hours)

    # ---------- days ----------

    def day_of(self, instant: datetime) -> date:
        """The tenant's day of an instant."""
        return instant.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last instant of a day, UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone) + _DAY
        return midnight.astimezone(UTC) - LAST_INSTANT

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked; refuses a year that the calendar does not hold."""
        self._need(day.year)
        ordinal = day.toordinal()
        place = bisect_left(self.worked, ordinal)
        return place < len(self.worked) and self.worked[place] == ordinal

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie between two days, both counted; 0 when the last is before the first."""
        if last < first:
            return 0
        self._need(first.year)
        self._need(last.year)
        return bisect_right(self.worked, last.toordinal()) - bisect_left(self.worked, first.toordinal())

    def working_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day; for 0 the day itself, for less the working days before it."""
        self._need(day.year)
        if count == 0:
            return day
        if count > 0:
            place = bisect_right(self.worked, day.toordinal()) + count - 1
        else:
            place = bisect_left(self.worked, day.toordinal()) + count
        if place >= len(self.worked):
            raise YearNotAnnounced(year=self.through + 1)
        if place < 0:
            raise YearBeforeCalendar(first=FIRST_YEAR, year=FIRST_YEAR - 1)
        return date.fromordinal(self.worked[place])

    def next_working_day(self, day: date) -> date:
        """The first working day after a day."""
        return self.working_day_after(day, 1)

    def _need(self, year: int) -> None:
        if year > self.through:
            raise YearNotAnnounced(year=year)
        if year < FIRST_YEAR:
            raise YearBeforeCalendar(first=FIRST_YEAR, year=year)

    # ---------- deadlines ----------

    def due(self, limit: TimeLimit, start: datetime) -> datetime:
        """The last instant that is in time for a limit that runs from `start`; UTC."""
        if limit.amount < 0 or start.tzinfo is None:
            raise ValueError("a limit is not negative, and runs from an instant with a zone")
        return _AFTER[limit.unit](self, limit.amount, start)

    def before(self, limit: TimeLimit, event: datetime) -> datetime:
        """The last instant that is in time for what must happen so long before an event; UTC.

        Seven days before: by the end of the seventh day before the event's day.
        """
        if limit.amount < 0 or event.tzinfo is None:
            raise ValueError("a limit is not negative, and runs up to an instant with a zone")
        return _AFTER[limit.unit](self, -limit.amount, event)

    def by_the(self, day: int, of: date, months: int = 0) -> datetime:
        """The end of a day of the month of `of`, or of the month so many later (-1: the month before).

        A day that the month lacks is its last one.
        """
        year, month = divmod(of.year * 12 + of.month - 1 + months, 12)
        return self.end_of(date(year, month + 1, min(day, monthrange(year, month + 1)[1])))

    def days_late(self, due: datetime, at: datetime) -> int:
        """How many days after the due day something happened; 0 when it was in time or on that day."""
        return max(0, (self.day_of(at) - self.day_of(due)).days) if at > due else 0

    # ---------- desk hours ----------

    def open_stretches(self, day: date) -> list[tuple[datetime, datetime]]:
        """When the desk is open on a day, UTC; never on a day off."""
        if not self.is_working_day(day):
            return []
        return [(self._at(day, start), self._at(day, end)) for start, end in self.hours.of(day.weekday())]

    def _at(self, day: date, minute: int) -> datetime:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return (midnight + timedelta(minutes=minute)).astimezone(UTC)  # the wall clock's minutes

    def desk_minutes(self, start: datetime, end: datetime) -> int:
        """The whole minutes of desk hours between two instants; 0 when the end is not after the start."""
        open_for, day = timedelta(), self.day_of(start)
        while day <= self.day_of(end):
            for begins, ends in self.open_stretches(day):
                open_for += max(timedelta(), min(ends, end) - max(begins, start))
            day += _DAY
        return open_for // timedelta(minutes=1)

    def _desk(self, minutes: int, start: datetime) -> datetime:
        if not self.hours.any:
            raise NoDeskHours
        left, day, step = timedelta(minutes=abs(minutes)), self.day_of(start), _DAY if minutes >= 0 else -_DAY
        while True:
            stretches = self.open_stretches(day)
            for begins, ends in stretches if minutes >= 0 else reversed(stretches):
                opened = ends - max(begins, start) if minutes >= 0 else min(ends, start) - begins
                if timedelta() < opened and left <= opened:
                    return ends - opened + left if minutes >= 0 else begins + opened - left
                left -= max(timedelta(), opened)
            day += step


def _days(calendar: Calendar, amount: int, start: datetime) -> datetime:
    return calendar.end_of(calendar.day_of(start) + timedelta(days=amount))


def _working_days(calendar: Calendar, amount: int, start: datetime) -> datetime:
    return calendar.end_of(calendar.working_day_after(calendar.day_of(start), amount))


_AFTER: dict[str, Callable[[Calendar, int, datetime], datetime]] = {
    "minutes": lambda calendar, amount, start: start.astimezone(UTC) + timedelta(minutes=amount),
    "hours": lambda calendar, amount, start: start.astimezone(UTC) + timedelta(hours=amount),
    "days": _days,
    "working_days": _working_days,
    "working_minutes": lambda calendar, amount, start: calendar._desk(amount, start),
}
