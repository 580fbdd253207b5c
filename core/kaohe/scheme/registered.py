"""Kinds of clause that a sector adds: a name, and a pure function of the clause's tally.

The snapshot of a scheme keeps name and parameters; the function is looked up here when the scheme is compiled.
A changed meaning is a new name, so that old results can still be replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from kaohe.scheme.refusals import UnknownKind

Points = Callable[[Mapping[str, Decimal], int, int, int], int]

_kinds: dict[str, Points] = {}


def register_kind(name: str, points: Points) -> None:
    """Register `points(parameters, count, quantity in millionths, points in hundredths) → hundredths`.

    A name that is taken by another function raises `ValueError`.
    """
    if _kinds.get(name, points) is not points:
        raise ValueError(f"the kind {name} is registered already")
    _kinds[name] = points


def registered_kind(name: str) -> Points:
    """The function registered under `name`; none is refused (`UnknownKind`)."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name=name) from None
