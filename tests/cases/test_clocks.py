"""Clocks are a pure function of the steps: in whatever order they were recorded or corrected, the clocks are the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kaohe.cases.clocks import OWED, Fact, Rule, Run, derive
from kaohe.cases.report import median, percentile
from kaohe.plugins import CaseClock
from kaohe.scheme import Text

START = datetime(2026, 2, 9, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TITLE = Text("时限", "Clock")
ARRIVAL = CaseClock(
    "arrival",
    TITLE,
    starts={"passed_on": ("pass",), "called": ("log",)},
    restarts={"passed_on": ("pass",)},
    voids={"passed_on": ("return",)},
    stops=("arrive",),
    urges=True,
)
RETURNED = CaseClock(
    "returned",
    TITLE,
    starts={"received": ("pass",)},
    restarts={"received": ("pass",)},
    voids={"received": ("accept", "arrive")},
    stops=("return",),
    quiet=True,
)
REPORTED = CaseClock("reported", TITLE, starts={"arrived": ("arrive",)}, reported=("arrive",))


def _due(minutes: int) -> Callable[[datetime], datetime]:
    return lambda start: start + minutes * MINUTE


RULES = [
    Rule(ARRIVAL, "passed_on", _due(45)),
    Rule(RETURNED, "received", _due(5)),
    Rule(REPORTED, "arrived", _due(20)),
]

STEPS = st.sampled_from(["pass", "return", "accept", "arrive", "reply", "done"])


@st.composite
def timelines(draw: st.DrawFn) -> list[Fact]:
    """A case's steps: in the order of their places, each at or after the one before, reported at or after it happened."""
    facts = [Fact(1, "log", START, START, 1)]
    for place, step in enumerate(draw(st.lists(STEPS, max_size=12)), start=2):
        at = facts[-1].happened_at + draw(st.integers(0, 60)) * MINUTE
        reported = at + draw(st.integers(0, 30)) * MINUTE
        own = draw(st.booleans())
        facts.append(
            Fact(place, step, at, reported, draw(st.integers(1, 3)), own_word=own, note=step == "reply")
        )
    return facts


def _said(runs: list[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (run.clock, run.place))


@given(timelines(), st.randoms(use_true_random=False))
def test_the_order_of_recording_plays_no_part(facts: list[Fact], random: object) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _said(derive(RULES, shuffled)) == _said(derive(RULES, facts))


@given(timelines(), st.data())
def test_a_corrected_timeline_gives_the_clocks_of_the_right_one(
    facts: list[Fact], data: st.DataObject
) -> None:
    """Times first reported wrongly and corrected one after the other, in any order, leave nothing behind."""
    standing = {fact.place: replace(fact, happened_at=START) for fact in facts}
    for place in data.draw(st.permutations([fact.place for fact in facts])):
        standing[place] = next(fact for fact in facts if fact.place == place)
        derive(RULES, standing.values())
    assert _said(derive(RULES, standing.values())) == _said(derive(RULES, facts))


@given(timelines())
def test_laws_of_a_run(facts: list[Fact]) -> None:
    runs = derive(RULES, [replace(fact, own_word=False) for fact in facts])
    units = {fact.unit for fact in facts}
    late = START + timedelta(days=30)
    for run in runs:
        assert run.unit in units
        assert run.due_at > run.started_at
        assert run.stopped_at is None or run.stopped_at >= run.started_at
        if run.state(late) == "running":
            assert run.quiet
        if run.void:
            assert run.quiet or run.stopped_at <= run.due_at  # type: ignore[operator]
    for clock in (ARRIVAL, RETURNED):
        mine = sorted((run for run in runs if run.clock == clock.code), key=lambda run: run.place)
        for run, after in pairwise(mine):
            assert run.stopped_at is not None
            assert run.stopped_at <= after.started_at
    assert len({(run.clock, run.place) for run in runs}) == len(runs)


@given(timelines())
def test_a_holders_own_word_makes_no_clock_better(facts: list[Fact]) -> None:
    """What is overtime when the desk tells it is overtime when the holder does."""
    late = START + timedelta(days=30)
    own = derive(RULES, [replace(fact, own_word=True) for fact in facts])
    told = derive(RULES, [replace(fact, own_word=False) for fact in facts])
    assert [(run.clock, run.place) for run in own] == [(run.clock, run.place) for run in told]
    assert all(
        mine.state(late) in OWED for mine, run in zip(own, told, strict=True) if run.state(late) in OWED
    )


def test_a_holders_remark_stands_where_it_counts() -> None:
    """Said to have happened before the case was passed on, it is no word about the unit that held it then."""
    told = CaseClock("told", TITLE, starts={"": ("pass",)}, restarts={"": ("pass",)}, stops=("reply",))
    facts = [
        Fact(1, "log", START, START, 1),
        Fact(2, "pass", START, START, 2),
        Fact(3, "pass", START + 30 * MINUTE, START + 30 * MINUTE, 3),
        Fact(4, "reply", START + 10 * MINUTE, START + 60 * MINUTE, 3, own_word=True, note=True),
    ]
    first, second = derive([Rule(told, "", _due(45))], facts)
    assert (first.unit, first.state(START + 90 * MINUTE)) == (2, "void")
    assert (second.unit, second.state(START + 90 * MINUTE)) == (3, "in_time")


@given(timelines(), st.integers(0, 600))
def test_overtime_never_turns_by_waiting(facts: list[Fact], minutes: int) -> None:
    now = START + minutes * MINUTE
    for run in derive(RULES, facts):
        if run.state(now) in ("overtime", "urged"):
            assert run.state(now + timedelta(days=1)) == run.state(now)


def test_under_the_other_reading_a_return_leaves_the_clock_running() -> None:
    called = Rule(ARRIVAL, "called", _due(45))
    facts = [
        Fact(1, "log", START, START, 1),
        Fact(2, "pass", START + 5 * MINUTE, START + 5 * MINUTE, 2),
        Fact(3, "return", START + 9 * MINUTE, START + 9 * MINUTE, 1),
        Fact(4, "pass", START + 12 * MINUTE, START + 12 * MINUTE, 3),
        Fact(5, "arrive", START + 46 * MINUTE, START + 46 * MINUTE, 3),
    ]
    (run,) = derive([called], facts)
    assert (run.place, run.unit, run.state(START + 50 * MINUTE)) == (1, 3, "overtime")


def test_under_the_strict_reading_the_report_counts() -> None:
    strict = Rule(ARRIVAL, "passed_on", _due(45), by_report=True)
    facts = [
        Fact(1, "log", START, START, 1),
        Fact(2, "pass", START, START, 2),
        Fact(3, "arrive", START + 40 * MINUTE, START + 58 * MINUTE, 2),
    ]
    (run,) = derive([strict], facts)
    assert run.state(START + 60 * MINUTE) == "overtime"


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_median_and_percentile_are_exact(values: list[int]) -> None:
    middle, ninetieth = median(values), percentile(values, 90)
    assert middle is not None
    assert ninetieth is not None
    assert 2 * sum(value < middle for value in values) <= len(values)
    assert 2 * sum(value > middle for value in values) <= len(values)
    assert sum(value <= ninetieth for value in values) * 100 >= 90 * len(values)
    assert sum(value < ninetieth for value in values) * 100 < 90 * len(values)


def test_the_source_compares_19_minutes() -> None:
    assert median([18 * 60, 20 * 60]) == 19 * 60
    assert median([1, 2]) == Fraction(3, 2)
    assert median([]) is None
    assert percentile([], 90) is None
