"""What a benchmark found: lines of a table, printed as they come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Table:
    """A table in Markdown that grows line by line."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        print(f"\n## {self.title}\n\n| {' | '.join(self.heads)} |\n|{' --- |' * len(self.heads)}", flush=True)

    def add(self, *cells: object) -> None:
        """Add and print a line."""
        row = tuple(str(cell) for cell in cells)
        self.rows.append(row)
        print(f"| {' | '.join(row)} |", flush=True)


class Clock:
    """Seconds of a stretch of work."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Clock]:
    """Measure what happens inside."""
    clock, start = Clock(), time.perf_counter()
    try:
        yield clock
    finally:
        clock.seconds = time.perf_counter() - start


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
