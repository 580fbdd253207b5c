"""The targets of docs/performance.md, and whether what a run measured meets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.bench.report import Table


@dataclass(frozen=True)
class Target:
    """What a job may take: at `most` the limit, `below` it, or at `least` it; `unit` and `decimals` say its figures."""

    code: str
    job: str
    says: str
    way: Literal["most", "below", "least"]
    limit: float
    unit: str = ""
    decimals: int = 1


@dataclass(frozen=True)
class Noted:
    """A figure that a run measured for a target, and on what."""

    code: str
    where: str
    value: float


TARGETS = (
    Target("closing", "close a period", "≤ 2.5 × the floor", "most", 2.5, "×"),
    Target("memory", "memory of a closing", "< 400 MB", "below", 400, "MB", 0),
    Target("writer", "other writers' p99 meanwhile", "< 20 ms", "below", 20, "ms"),
    Target("entry", "one entry through the form, with its score", "≥ 30 % of the floor", "least", 30, "%"),
    Target("pages", "pages of 10,000 people", "≥ 30 % of the floor's bare page", "least", 30, "%"),
    Target("overtime", "overtime round among 100,000 open clocks", "≤ 3 × its one query", "most", 3, "×"),
    Target(
        "consequences",
        "consequences, 10,000 people with 36 months",
        "≤ 2 × the rows as tuples",
        "most",
        2,
        "×",
        2,
    ),
    Target("postings", "200 parallel postings to one account", "none lost", "most", 0, "lost", 0),
    Target("due", "a million due times", "within a minute", "most", 60, "s"),
    Target("paper", "a PDF of 200 pages", "< 5 s", "below", 5, "s"),
    Target("five", "five million entries", "≤ 5.5 × the time of one million", "most", 5.5, "×"),
)
_found: list[Noted] = []


def note(code: str, where: str, value: float) -> None:
    """Keep a figure for the table at the end of the run."""
    assert any(target.code == code for target in TARGETS), code
    _found.append(Noted(code, where, value))


def meets(target: Target, value: float) -> bool:
    """Whether one figure is within the target."""
    if target.way == "least":
        return value >= target.limit
    return value <= target.limit if target.way == "most" else value < target.limit


def verdict(target: Target, found: Iterable[Noted]) -> str:
    """`met`, `MISSED` where any figure is beyond the target, or `not measured`; with the figures by where they were measured."""
    mine: dict[str, list[float]] = {}
    for one in found:
        if one.code == target.code:
            mine.setdefault(one.where, []).append(one.value)
    if not mine:
        return "not measured"
    said = ", ".join(f"{_span(target, values)} {where}".rstrip() for where, values in mine.items())
    met = all(meets(target, value) for values in mine.values() for value in values)
    return f"{'met' if met else 'MISSED'}: {said}"


def _span(target: Target, values: Sequence[float]) -> str:
    ends = dict.fromkeys(f"{value:.{target.decimals}f}" for value in (min(values), max(values)))
    return f"{' to '.join(ends)} {target.unit}".rstrip()


def targets_table(remark: str = "", found: Iterable[Noted] | None = None) -> Table:
    """Print the targets with what this run measured."""
    held = list(_found if found is None else found)
    table = Table(f"Targets{remark}", ("job", "target", "this run"))
    for target in TARGETS:
        table.add(target.job, target.says, verdict(target, held))
    return table
