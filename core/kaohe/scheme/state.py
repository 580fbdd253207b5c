"""What is known of one subject while the engine works through the tree."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from typing import Any, Final

from kaohe.scheme.inputs import Inputs

Value = int | Fraction


class NotApplicable(Enum):
    """The mark of a clause or part that does not concern the subject: neither a value nor missing."""

    MARK = 0


NOT_APPLICABLE: Final = NotApplicable.MARK


class State:
    """One subject at work: sums by part, tallies that need more than a product, and the rows written so far."""

    __slots__ = (
        "deducted",
        "effects",
        "failed",
        "gained",
        "inputs",
        "left_out",
        "missing",
        "provisional",
        "ranks",
        "rows",
        "special",
        "steps",
        "values",
        "vetoes",
    )

    def __init__(self, inputs: Inputs, nodes: int, ranks: Mapping[int, tuple[int, int]]) -> None:
        self.inputs = inputs
        self.gained = [0] * nodes
        self.deducted = [0] * nodes
        self.rows: list[Any] = [None] * nodes
        self.values: list[Value | None] = [None] * nodes
        self.steps: list[tuple[Any, ...]] = []
        self.special: dict[int, list[Any]] = {}
        self.effects: list[tuple[int, int, int, int]] = []
        self.vetoes: list[tuple[int, str, bool]] = []
        self.missing: list[int | str] = []
        self.left_out: list[int | str] = []
        self.failed = False
        self.provisional = False
        self.ranks = ranks


def figure(value: Value | None) -> int | str | None:
    """A value of hundredths as it stands in a row: an integer, or "n/d"."""
    if value is None or isinstance(value, int):
        return value
    if value.denominator == 1:
        return value.numerator
    return f"{value.numerator}/{value.denominator}"


def settle_value(value: Value) -> Value:
    """A whole fraction as an integer."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
