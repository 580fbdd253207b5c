"""The forced distribution of a period: which class each rank falls into, and what is left for the office to decide.

Decides that everybody with a rank among all is shared out and nobody else, so whoever is exempt takes no seat; and
that a class is settled only where neither a tie at a border nor a seat left open by equal remainders can change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from kaohe.scheme import Distribution, Place, Seats, distribute, seats


class Ranked(Protocol):
    """A row or line with its rank among all; None for whoever has none."""

    @property
    def subject_id(self) -> int: ...
    @property
    def rank_all(self) -> int | None: ...
    @property
    def tied_all(self) -> int | None: ...


@dataclass(frozen=True)
class Distributed:
    """A forced distribution carried out as far as the ranks settle it.

    `seats`: head-counts by class, with what equal remainders leave open. `classes`: the settled class of each subject
    (none for those whom shares of less than 100 % leave out); `undecided`: whom the office puts into a class, by rank.
    """

    seats: Seats
    classes: dict[int, str]
    undecided: tuple[int, ...]


def shared_out(distribution: Distribution, rows: Iterable[Ranked]) -> Distributed:
    """Share out those who are ranked."""
    ranked = [row for row in rows if row.rank_all is not None]
    ranks = {row.subject_id: Place(row.rank_all or 0, row.tied_all or 1, len(ranked)) for row in ranked}
    found = seats(distribution, len(ranks))
    ways = [
        distribute(distribution, ranks, _with(found, more)) for more in combinations(found.open, found.left)
    ]
    tied = {subject for way in ways for border in way.borders for subject in border.subjects}
    held = {subject: {way.classes.get(subject) for way in ways} for subject in ranks}
    undecided = [subject for subject, codes in held.items() if subject in tied or len(codes) > 1]
    out = frozenset(undecided)
    return Distributed(
        found,
        {subject: code for subject, code in ways[0].classes.items() if subject not in out},
        tuple(sorted(undecided, key=lambda one: (ranks[one].rank, one))),
    )


def _with(found: Seats, more: tuple[str, ...]) -> dict[str, int]:
    """The head-counts where these open classes got the seats that are left."""
    return {code: count + (code in more) for code, count in found.counts.items()}
