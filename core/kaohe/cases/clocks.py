"""The clocks of a case, derived from its steps: one pure function.

A step is known by its place in the case and by when it happened; in what order steps were recorded or corrected plays
no part, so that a correction is nothing but a new derivation. A clock that was stopped at its due moment was in time.
On whom it counts is who held the case when it was due, or before the step that stopped it.

A holder's own word about the past stops nothing: a step that the holder recorded ends a clock, and hands the case on,
from when it was reported, unless another clock counts the report of that step, so that a late one costs something itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kaohe.plugins.cases import CaseClock

RUNNING, IN_TIME, OVERTIME, URGED, VOID = "running", "in_time", "overtime", "urged", "void"
OWED = (OVERTIME, URGED)
"""States in which an entry is owed."""
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Fact:
    """A step as it stands: its place, when it happened and was reported, and who held the case after it.

    `own_word`: recorded by whoever held the case, and confirmed by nobody else. `note`: it moved nothing.
    """

    place: int
    step: str
    happened_at: datetime
    reported_at: datetime
    unit: int
    person: int | None = None
    own_word: bool = False
    note: bool = False
    counts_at: datetime | None = None

    @property
    def counted(self) -> datetime:
        """When it counts as done, where it ends a clock or hands the case on."""
        return self.counts_at or self.happened_at

    def weighed(self, believed: frozenset[str]) -> Fact:
        """The step with when it counts; `believed`: steps that a holder may say to have happened earlier."""
        own = self.own_word and self.step not in believed
        return replace(self, counts_at=max(self.happened_at, self.reported_at)) if own else self


@dataclass(frozen=True)
class Rule:
    """A clock under the revision of the case: from where it runs there, and how it is due."""

    clock: CaseClock
    runs_from: str
    due: Callable[[datetime], datetime]
    by_report: bool = False

    @property
    def starts(self) -> tuple[str, ...]:
        """The steps that start it."""
        return (*self.clock.starts.get(self.runs_from, ()), *self.restarts)

    @property
    def restarts(self) -> tuple[str, ...]:
        """The steps that start it anew."""
        return self.clock.restarts.get(self.runs_from, ())

    @property
    def voids(self) -> tuple[str, ...]:
        """The steps that end it without a breach."""
        return (*self.clock.voids.get(self.runs_from, ()), *self.restarts)


@dataclass(frozen=True)
class Run:
    """One run of a clock: started by the step at `place`, counted on `unit` (and `person`)."""

    clock: str
    place: int
    started_at: datetime
    due_at: datetime
    unit: int
    person: int | None
    stopped_at: datetime | None = None
    void: bool = False
    quiet: bool = False
    urges: bool = False

    def state(self, now: datetime) -> str:
        """Where the run stands now; a whole second must have passed after the due moment."""
        if self.void:
            return VOID
        if self.stopped_at is not None:
            return IN_TIME if self.stopped_at <= self.due_at else OVERTIME
        if self.quiet or now < self.due_at + SECOND:
            return RUNNING
        return URGED if self.urges else OVERTIME


def derive(rules: Iterable[Rule], facts: Iterable[Fact]) -> list[Run]:
    """Every run of every clock, by clock and place."""
    rules = list(rules)
    believed = _believed(rules)
    ordered = sorted((fact.weighed(believed) for fact in facts), key=_order)
    return [run for rule in rules for run in _runs(rule, ordered)]


def unsettled(rules: Iterable[Rule]) -> frozenset[str]:
    """The steps that end a clock, and whose time the holder's own word does not settle."""
    rules = list(rules)
    ends = {step for rule in rules for step in (*rule.clock.stops, *rule.voids)}
    return frozenset(ends - _believed(rules))


def _believed(rules: Sequence[Rule]) -> frozenset[str]:
    """The steps whose report is counted itself: a holder may say that they happened earlier."""
    return frozenset(step for rule in rules for step in rule.clock.reported)


def _order(fact: Fact) -> tuple[datetime, int]:
    """Steps that move a case stand in their order anyway; a remark stands where it counts."""
    return (fact.counted if fact.note else fact.happened_at, fact.place)


def _runs(rule: Rule, facts: Sequence[Fact]) -> list[Run]:
    clock = rule.clock
    runs: list[Run] = []
    open_run: Run | None = None
    for number, fact in enumerate(facts):
        if open_run is not None:
            ended = _ended(rule, open_run, fact)
            if ended is not None:
                runs.append(_held(ended, facts[:number]))
                open_run = None
        if open_run is None and fact.step in rule.starts:
            open_run = _started(rule, fact)
            if fact.step in clock.reported:
                runs.append(replace(open_run, stopped_at=fact.reported_at))
                open_run = None
    if open_run is not None:
        runs.append(_held(open_run, facts))
    return runs


def _started(rule: Rule, fact: Fact) -> Run:
    return Run(
        clock=rule.clock.code,
        place=fact.place,
        started_at=fact.happened_at,
        due_at=rule.due(fact.happened_at),
        unit=fact.unit,
        person=fact.person,
        quiet=rule.clock.quiet,
        urges=rule.clock.urges,
    )


def _ended(rule: Rule, run: Run, fact: Fact) -> Run | None:
    """The run as the step ended it; None when the step leaves it running."""
    clock = rule.clock
    if fact.step in clock.reported:
        return replace(run, stopped_at=fact.reported_at)
    if fact.step in clock.stops:
        return replace(run, stopped_at=fact.reported_at if rule.by_report else fact.counted)
    if fact.step in rule.voids:
        return replace(run, stopped_at=fact.counted, void=run.quiet or fact.counted <= run.due_at)
    return None


def _held(run: Run, before: Sequence[Fact]) -> Run:
    """The run with who held the case when it was due, of the steps before its end."""
    holding = [fact for fact in before if fact.counted <= run.due_at and _not_earlier(fact, run)]
    return replace(run, unit=holding[-1].unit, person=holding[-1].person) if holding else run


def _not_earlier(fact: Fact, run: Run) -> bool:
    return (fact.happened_at, fact.place) >= (run.started_at, run.place)
