"""Figures over the lines of a league: mean, median, lowest, the distribution, people by grade. Exact integers throughout.

Decides that everybody with a score counts, whoever is exempt from ranking too; only ranks leave them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kaohe.db import from_scaled
from kaohe.db.types import POINT_DECIMALS
from kaohe.results.league_lines import League, Line


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures over the lines with a score: points as decimals; `bins` of the distribution; people by grade."""

    people: int
    scored: int
    mean: Decimal | None
    median: Decimal | None
    lowest: Decimal | None
    bins: tuple[tuple[str, int], ...]
    step: int
    grades: tuple[tuple[str, int], ...]
    tied: int


def statistics(found: League, lines: Sequence[Line]) -> Statistics:
    """Sums up some lines of a league."""
    scores = sorted(line.score for line in lines if line.score is not None)
    counts: dict[str, int] = {}
    for line in lines:
        if line.grade is not None:
            counts[line.grade] = counts.get(line.grade, 0) + 1
    grades = tuple((grade.code, counts.get(grade.code, 0)) for grade in found.scheme.grades)
    tied = sum((line.tied_all or 0) > 1 for line in lines)
    if not scores:
        return Statistics(len(lines), 0, None, None, None, (), 1, grades, tied)
    middle = len(scores) // 2
    median = Decimal(scores[middle] if len(scores) % 2 else scores[middle - 1] + scores[middle]) / (
        1 if len(scores) % 2 else 2
    )
    bins, step = _bins(scores)
    return Statistics(
        len(lines),
        len(scores),
        mean_of(sum(scores), len(scores)),
        round(median / 100, 3),
        from_scaled(scores[0], 2),
        bins,
        step,
        grades,
        tied,
    )


def mean_of(total: int, count: int) -> Decimal:
    """The mean of scores, given their sum in hundredths, to two decimals."""
    return round(from_scaled(total, POINT_DECIMALS) / count, 2)


def _bins(scores: Sequence[int]) -> tuple[tuple[tuple[str, int], ...], int]:
    """At most about fifteen bars of 1, 2, 5, 10 … points, the lower bound included."""
    low, high = scores[0] // 100, scores[-1] // 100
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 1000, 10000) if (high - low) // size < 16)
    first = low // step * step
    counts = [0] * ((high - first) // step + 1)
    for score in scores:
        counts[(score // 100 - first) // step] += 1
    return tuple((str(first + number * step), count) for number, count in enumerate(counts)), step
