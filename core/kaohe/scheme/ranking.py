"""Ranks, forced distributions, and sharing out a sum to the cent.

Competition ranking: equal scores share a rank and the next ranks are skipped (1, 2, 2, 4). Nothing that a human
has to decide is decided here: ties at a border and equal remainders are named.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from kaohe.scheme.model import Distribution


class Place(NamedTuple):
    """A rank, how many share it (1: nobody else), and among how many."""

    rank: int
    ties: int
    of: int


class Seats(NamedTuple):
    """Head-counts of a forced distribution.

    `counts`: by class, what is settled. `open`: classes with equal remainders, of which `left` get one more:
    the office decides.
    """

    counts: dict[str, int]
    open: tuple[str, ...]
    left: int


class Border(NamedTuple):
    """A border between two classes that a tie straddles: the tied subjects, and how many of them go above."""

    above: str
    below: str
    subjects: tuple[Any, ...]
    seats: int


class Shared(NamedTuple):
    """A forced distribution carried out: the class of each subject that is settled, and the borders left open."""

    classes: dict[Any, str]
    borders: tuple[Border, ...]


def places(values: Mapping[Any, Any], *, higher_is_better: bool = True) -> dict[Any, Place]:
    """Competition ranks of the values."""
    counts: dict[Any, int] = {}
    for value in values.values():
        counts[value] = counts.get(value, 0) + 1
    ranks: dict[Any, int] = {}
    rank = 1
    for value in sorted(counts, reverse=higher_is_better):
        ranks[value] = rank
        rank += counts[value]
    of = len(values)
    return {subject: Place(ranks[value], counts[value], of) for subject, value in values.items()}


def rank(
    assessments: Iterable[Any],
    *,
    within: Mapping[Any, Hashable] | None = None,
    only: Collection[Any] | None = None,
    higher_is_better: bool = True,
    tie_breaks: Sequence[str] = (),
) -> dict[Any, Place]:
    """Rank assessments by score, then by the parts named in `tie_breaks`.

    `within`: the group of each subject (a unit, a position); each group is ranked by itself. `only`: the
    subjects that are ranked at all (who takes part). Subjects without a score are not ranked.
    """
    groups: dict[Hashable, dict[Any, tuple[Any, ...]]] = {}
    for each in assessments:
        if each.score is None or (only is not None and each.subject not in only):
            continue
        keys: list[Any] = [each.score]
        if tie_breaks:
            lines = {line.code: line.points for line in each.part_lines()}
            keys.extend(lines.get(code) or 0 for code in tie_breaks)
        group = None if within is None else within.get(each.subject)
        groups.setdefault(group, {})[each.subject] = tuple(keys)
    ranked: dict[Any, Place] = {}
    for values in groups.values():
        ranked.update(places(values, higher_is_better=higher_is_better))
    return ranked


def seats(distribution: Distribution, number: int) -> Seats:
    """Head-counts of `number` subjects by largest remainder; equal remainders at the cut are left open."""
    quotas = {share.code: Fraction(share.percent) * number / 100 for share in distribution.shares}
    counts = {code: int(quota) for code, quota in quotas.items()}
    left = int(sum(quotas.values())) - sum(counts.values())
    remainders = {code: quota - counts[code] for code, quota in quotas.items()}
    order = sorted({remainder for remainder in remainders.values() if remainder}, reverse=True)
    for remainder in order:
        codes = tuple(code for code, each in remainders.items() if each == remainder)
        if len(codes) > left:
            return Seats(counts, codes, left) if left else Seats(counts, (), 0)
        for code in codes:
            counts[code] += 1
        left -= len(codes)
    return Seats(counts, (), 0)


def distribute(distribution: Distribution, ranks: Mapping[Any, Place], counts: Mapping[str, int]) -> Shared:
    """Put ranked subjects into the classes by `counts` (from `seats`, completed by the office where open).

    A tie that straddles a border is not broken: its subjects stand in `borders`.
    """
    order = sorted(ranks, key=lambda subject: ranks[subject].rank)
    codes = [share.code for share in distribution.shares for _ in range(counts.get(share.code, 0))]
    classes: dict[Any, str] = {}
    borders: list[Border] = []
    start = 0
    for _rank, same in groupby(order, lambda subject: ranks[subject].rank):
        tied = list(same)
        held = codes[start : start + len(tied)]
        if len(set(held)) == 1 and len(held) == len(tied):
            classes.update(dict.fromkeys(tied, held[0]))
        elif held:
            above = held[0]
            below = next((code for code in held if code != above), above)
            borders.append(Border(above, below, tuple(tied), held.count(above)))
        start += len(tied)
    return Shared(classes, tuple(borders))


def share_out(
    total_fen: int, weights: Mapping[Any, int | Decimal | Fraction], tie_order: Sequence[Any]
) -> dict[Any, int]:
    """Share `total_fen` in proportion to the weights, to the cent; the shares add up to the total exactly.

    Left-over cents go one each by largest remainder, then in the order of `tie_order` (staff numbers, say).
    Without any weight above zero nothing is shared: all get 0 and the total stays where it is.
    """
    exact = {subject: Fraction(weight) for subject, weight in weights.items()}
    if any(weight < 0 for weight in exact.values()):
        raise ValueError("a weight is below zero")
    whole = sum(exact.values())
    if not whole or total_fen < 0:
        if total_fen < 0:
            raise ValueError("the total is below zero")
        return dict.fromkeys(weights, 0)
    quotas = {subject: weight * total_fen / whole for subject, weight in exact.items()}
    shares = {subject: int(quota) for subject, quota in quotas.items()}
    left = total_fen - sum(shares.values())
    place = {subject: number for number, subject in enumerate(tie_order)}
    takers = sorted(
        (subject for subject in shares if quotas[subject] != shares[subject]),
        key=lambda subject: (shares[subject] - quotas[subject], place.get(subject, len(place))),
    )
    for subject in takers[:left]:
        shares[subject] += 1
    return shares
