"""The tree of a scheme: parts, clauses, checklist items, and what an admin may change of their figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kaohe.scheme.combine import Combine, Sum
from kaohe.scheme.rules import Rule
from kaohe.scheme.text import Citation, Text

SUM = Sum()


@dataclass(frozen=True, slots=True)
class Limit:
    """What an admin may change a figure to: `figure` is the rule's field (points, threshold, steps.0.points)."""

    figure: str
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a checklist: recorded under its own id, shown under its heading `group`."""

    id: int
    title: Text
    group: Text | None = None
    points: Decimal | None = None
    cite: Citation | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest rule: what happened, and what follows.

    `id` stays the same through all revisions; an entry keeps only it. `ours`: the figure is our default, the
    source is silent. `forms`: codes of the scheme's forms that show it. `reason`: an entry needs a reason.
    """

    id: int
    code: str
    title: Text
    rule: Rule
    cite: Citation | None = None
    ours: bool = False
    note: Text | None = None
    limits: tuple[Limit, ...] = ()
    reason: bool = True
    group: Text | None = None
    forms: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A dimension, or the whole: its points, what makes it up, and what no entries mean.

    `points`: where the part starts from (None: from nothing, it needs values). `floor` and `ceiling` hold after
    everything in the part is netted. `weight`: in the parent's weighted mean. `empty`: `full` no entries leave
    the points whole; `missing` no value, no result; `fail` no value fails the result.
    """

    code: str
    title: Text
    points: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    combine: Combine = SUM
    parts: tuple[Part, ...] = ()
    clauses: tuple[Clause, ...] = ()
    empty: Literal["full", "missing", "fail"] = "full"
    weight: Decimal | None = None
    cite: Citation | None = None
    ours: bool = False
    note: Text | None = None

    def walk(self) -> Iterator[Part]:
        """This part and all parts below it, in the order of the document."""
        yield self
        for part in self.parts:
            yield from part.walk()
