"""Parts at work: each node makes its value of its clauses and smaller parts, and writes its row.

A row is (code, value, base, gained, deducted, raised, cut) in hundredths: base + gained + deducted + raised +
cut = value, exactly. None is missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from kaohe.scheme.figures import to_points
from kaohe.scheme.leaves import Leaf, Moved
from kaohe.scheme.state import NOT_APPLICABLE, State, Value, figure, settle_value
from kaohe.scheme.tree import Part


class Node(ABC):
    """A part at work; subclasses say how its value comes about."""

    def __init__(self, part: Part, number: int, leaves: Sequence[Leaf], children: Sequence[Node]) -> None:
        self.code = part.code
        self.number = number
        self.base = 0 if part.points is None else to_points(part.points)
        self.floor = None if part.floor is None else to_points(part.floor)
        self.ceiling = None if part.ceiling is None else to_points(part.ceiling)
        self.empty = part.empty
        self.weight = Fraction(part.weight) if part.weight is not None else Fraction(1)
        self.combine: Any = part.combine
        self.leaves = tuple(leaves)
        self.children = tuple(children)
        self.ids = frozenset(clause.id for clause in part.clauses) | frozenset(
            item.id for clause in part.clauses for item in clause.items
        )
        self.untouched = (self.code, self.base, self.base, 0, 0, 0, 0)

    @abstractmethod
    def evaluate(self, state: State) -> Moved:
        """The part's value in hundredths, None when missing; its row is written."""

    def finish(self, state: State, gained: Value, deducted: Value, base: int | None = None) -> Value:
        """Floor and ceiling, the row, the value."""
        start = self.base if base is None else base
        value = start + gained + deducted
        if type(value) is int:
            return self._whole(state, start, gained, deducted, value)
        raised: Value = 0
        cut: Value = 0
        if self.floor is not None and value < self.floor:
            raised = self.floor - value
            value = self.floor
        if self.ceiling is not None and value > self.ceiling:
            cut = self.ceiling - value
            value = self.ceiling
        value = settle_value(value)
        state.rows[self.number] = (
            self.code,
            figure(value),
            start,
            figure(gained),
            figure(deducted),
            figure(raised),
            figure(cut),
        )
        state.values[self.number] = value
        return value

    def _whole(self, state: State, start: int, gained: Value, deducted: Value, value: int) -> int:
        """The same in whole hundredths, which is nearly always."""
        raised = cut = 0
        if self.floor is not None and value < self.floor:
            raised, value = self.floor - value, self.floor
        elif self.ceiling is not None and value > self.ceiling:
            cut, value = self.ceiling - value, self.ceiling
        if type(gained) is not int or type(deducted) is not int:
            gained, deducted = figure(gained), figure(deducted)  # type: ignore[assignment]
        state.rows[self.number] = (self.code, value, start, gained, deducted, raised, cut)
        state.values[self.number] = value
        return value

    def lack(self, state: State, *missing: int | str) -> Moved:
        """The part has no value: it fails the result, or is missing."""
        if self.empty == "fail":
            state.failed = True
        state.missing.extend(missing)
        state.rows[self.number] = (self.code, None, 0, 0, 0, 0, 0)
        return None

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def children_values(self, state: State) -> list[tuple[Node, Moved]]:
        """All smaller parts, evaluated in order."""
        return [(child, child.evaluate(state)) for child in self.children]


class SumNode(Node):
    """Base, clauses and smaller parts added up; anything missing makes it missing."""

    def evaluate(self, state: State) -> Moved:
        number = self.number
        gained: Value = state.gained[number]
        deducted: Value = state.deducted[number]
        if not self.leaves and not self.children:
            if not gained and not deducted:
                if self.empty != "full" and not self._touched(state):
                    return self.lack(state, self.code)
                state.rows[number] = self.untouched
                state.values[number] = self.base
                return self.base
            return self.finish(state, gained, deducted)
        missing: list[int | str] = []
        concerned = not self.leaves or bool(self.children)
        for leaf in self.leaves:
            if leaf.quiet and leaf.id not in state.special:
                concerned = True
                continue
            moved = leaf.evaluate(state)
            if moved is NOT_APPLICABLE:
                continue
            concerned = True
            if moved is None:
                missing.append(leaf.id)
            elif moved > 0:
                gained += moved
            else:
                deducted += moved
        for child in self.children:
            moved = child.evaluate(state)
            if moved is NOT_APPLICABLE:
                continue
            if moved is None:
                missing.append(child.code)
            elif moved > 0:
                gained += moved
            else:
                deducted += moved
        if not concerned:
            state.rows[number] = (self.code, None, 0, 0, 0, 0, 0)
            state.steps.append(("not_applicable", self.code, self.code, 0))
            return NOT_APPLICABLE
        if missing or (self.empty != "full" and self.ids and not self._touched(state)):
            return self.lack(state, *(each for each in missing if isinstance(each, int)), self.code)
        return self.finish(state, gained, deducted)

    def _touched(self, state: State) -> bool:
        if any(leaf.value for leaf in self.leaves):
            return True
        return any(tally[0] in self.ids for tally in state.inputs.tallies)


class CountNode(SumNode):
    """The number of evidence items met, with the clauses and parts below; the engine judges the minimum."""
