"""The month of a kind: how many cases, what was on time, overtime by unit and clock, how long each clock took.

Counted are the cases logged in the month. A clock that ended without a breach on anybody (returned, passed on anew) is
left out; one that still runs within its limit is shown as open. Durations are whole seconds; the median of an even
number is the exact mean of the two in the middle, the 90th percentile is the nearest rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import ColumnElement, func, select

from kaohe.cases.clocks import IN_TIME, OWED, VOID
from kaohe.cases.models import Case, CaseClockRow, CaseStepRow, CaseStepWords
from kaohe.cases.rights import Sight, visible
from kaohe.db import TenantSession
from kaohe.people.models import Unit
from kaohe.plugins import CaseVerdict


@dataclass
class Tally:
    """Runs of a clock (or of a unit under it)."""

    in_time: int = 0
    overtime: int = 0
    running: int = 0
    seconds: list[int] = field(default_factory=list)

    @property
    def number(self) -> int:
        """All runs that count."""
        return self.in_time + self.overtime + self.running

    @property
    def on_time(self) -> Fraction | None:
        """The share that was in time, of those that are decided; None before any is."""
        decided = self.in_time + self.overtime
        return Fraction(self.in_time, decided) if decided else None

    @property
    def median(self) -> Fraction | None:
        """The middle duration in seconds."""
        return median(self.seconds)

    @property
    def ninetieth(self) -> int | None:
        """The duration in seconds that nine of ten did not exceed."""
        return percentile(self.seconds, 90)

    def add(self, state: str, taken: timedelta | None) -> None:
        """Count one run."""
        if state == IN_TIME:
            self.in_time += 1
        elif state in OWED:
            self.overtime += 1
        else:
            self.running += 1
        if taken is not None:
            self.seconds.append(taken // timedelta(seconds=1))


@dataclass(frozen=True)
class Satisfaction:
    """What was answered when it was asked at the end, the last time for each case."""

    good: int
    answered: int
    left_out: int

    @property
    def share(self) -> Fraction | None:
        """The share that was satisfied, of those who answered; None before anybody has."""
        return Fraction(self.good, self.answered) if self.answered else None


@dataclass(frozen=True)
class Month:
    """What the report shows."""

    logged: int
    closed: int
    clocks: dict[str, Tally]
    units: dict[int, dict[str, Tally]]
    verdict: Satisfaction | None = None


def month_of(
    session: TenantSession,
    sight: Sight,
    units: Sequence[Unit],
    key: str,
    since: datetime,
    until: datetime,
    *,
    verdict: CaseVerdict | None = None,
) -> Month:
    """The report on the cases of a kind logged from `since` to before `until`, as far as the actor sees them."""
    inside = (Case.kind == key, Case.logged_at >= since, Case.logged_at < until, visible(sight, units))
    logged, closed = session.execute(
        select(func.count(), func.count().filter(Case.closed.is_(True))).select_from(Case).where(*inside)
    ).one()
    query = (
        select(
            CaseClockRow.clock,
            CaseClockRow.holder_id,
            CaseClockRow.state,
            CaseClockRow.quiet,
            CaseClockRow.started_at,
            CaseClockRow.stopped_at,
        )
        .join(Case, Case.id == CaseClockRow.case_id)
        .where(*inside, CaseClockRow.state != VOID)
    )
    clocks: dict[str, Tally] = {}
    by_unit: dict[int, dict[str, Tally]] = {}
    for clock, unit, state, quiet, started, stopped in session.execute(query):
        if quiet and stopped is None:
            continue
        taken = stopped - started if stopped is not None else None
        for tally in (
            clocks.setdefault(clock, Tally()),
            by_unit.setdefault(unit, {}).setdefault(clock, Tally()),
        ):
            tally.add(state, taken)
    said = _satisfaction(session, verdict, inside) if verdict is not None else None
    return Month(int(logged), int(closed), clocks, by_unit, said)


def _satisfaction(
    session: TenantSession, verdict: CaseVerdict, inside: Sequence[ColumnElement[bool]]
) -> Satisfaction:
    """By the last of the steps that stand; what was erased is no answer any more."""
    query = (
        select(CaseStepRow.case_id, CaseStepWords.fields)
        .join(Case, Case.id == CaseStepRow.case_id)
        .join(CaseStepWords, CaseStepWords.id == CaseStepRow.id)
        .where(*inside, CaseStepRow.step == verdict.step, CaseStepRow.replaced_by.is_(None))
        .order_by(CaseStepRow.place)
    )
    last = {case: (fields or {}).get(verdict.field, "") for case, fields in session.execute(query)}
    answers = [one for one in last.values() if one]
    left_out = sum(one in verdict.left_out for one in answers)
    return Satisfaction(sum(one in verdict.good for one in answers), len(answers) - left_out, left_out)


def median(values: Iterable[int]) -> Fraction | None:
    """The value in the middle; the mean of two."""
    ordered = sorted(values)
    if not ordered:
        return None
    half, odd = divmod(len(ordered), 2)
    return Fraction(ordered[half]) if odd else Fraction(ordered[half - 1] + ordered[half], 2)


def percentile(values: Iterable[int], share: int) -> int | None:
    """The smallest value that at least `share` of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(-(-share * len(ordered) // 100), 1) - 1] if ordered else None
