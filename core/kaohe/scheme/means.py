"""Parts made of several values: means, best, product, contained results, sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from kaohe.scheme.figures import POINT_SCALE, QUANTITY_SCALE
from kaohe.scheme.inputs import by_label
from kaohe.scheme.leaves import Leaf, Moved
from kaohe.scheme.nodes import Node
from kaohe.scheme.state import State, Value, figure, settle_value
from kaohe.scheme.tree import Part


class WeightedNode(Node):
    """Σ weight × value ÷ Σ weight; what is missing is left out and shown."""

    def evaluate(self, state: State) -> Moved:
        parts = self.children_values(state)
        present = [(child, moved) for child, moved in parts if isinstance(moved, int | Fraction)]
        absent = [child for child, moved in parts if moved is None]
        weights = sum((child.weight for child, _ in present), Fraction(0))
        if not weights or (absent and self.combine.strict):
            return self.lack(state, self.code)
        _leave_out(state, absent)
        total = Fraction(0)
        for child, moved in present:
            share = Fraction(moved) * child.weight / weights
            total += share
            state.steps.append(
                (
                    "weigh",
                    self.code,
                    child.code,
                    figure(share),
                    figure(moved),
                    str(child.weight),
                    str(weights),
                )
            )
        for child in absent:
            state.steps.append(("left_out", self.code, child.code, 0, str(child.weight)))
        return self.finish(state, settle_value(total), 0)


class BestNode(Node):
    """The highest of the parts that have a value."""

    def evaluate(self, state: State) -> Moved:
        parts = self.children_values(state)
        present = [(child, moved) for child, moved in parts if isinstance(moved, int | Fraction)]
        if not present:
            return self.lack(state, self.code)
        _leave_out(state, [child for child, moved in parts if moved is None])
        best, value = max(present, key=lambda each: each[1])
        state.steps.append(("best", self.code, best.code, figure(value), len(present)))
        return self.finish(state, value, 0)


class ProductNode(Node):
    """The first part times the others as coefficients."""

    def evaluate(self, state: State) -> Moved:
        parts = self.children_values(state)
        absent = [child.code for child, moved in parts if not isinstance(moved, int | Fraction)]
        if absent:
            return self.lack(state, self.code)
        product = Fraction(0)
        for place, (child, moved) in enumerate(parts):
            assert isinstance(moved, int | Fraction)
            grown = Fraction(moved) if place == 0 else product * moved / POINT_SCALE
            state.steps.append(("times", self.code, child.code, figure(grown - product), figure(moved)))
            product = grown
        return self.finish(state, settle_value(product), 0)


class ContainedNode(Node):
    """Sum or mean of the contained results."""

    def evaluate(self, state: State) -> Moved:
        rows = sorted(state.inputs.contained, key=by_label)
        weights = {label: Fraction(weight) for label, weight in self.combine.weights}
        present = [(label, score) for label, score in rows if score is not None]
        absent = [label for label, score in rows if score is None]
        if len(present) < self.combine.minimum or (absent and self.combine.strict):
            return self.lack(state, self.code)
        mean = self.combine.how == "mean"
        total = sum((self._weight(weights, label) for label, _ in present), Fraction(0))
        value = Fraction(0)
        for label, score in present:
            weight = self._weight(weights, label)
            share = score * weight / total if mean else score * weight
            value += share
            state.steps.append(
                ("contained", self.code, label, figure(share), score, str(weight), self.combine.how)
            )
        for label in absent:
            state.left_out.append(label)
            state.steps.append(("left_out", self.code, label, 0, str(self._weight(weights, label))))
        above = settle_value(value)
        extra = self._clauses(state)
        return self.finish(state, above if above > 0 else 0, extra + (above if above < 0 else 0))

    def _weight(self, weights: Mapping[str, Fraction], label: str) -> Fraction:
        """The weight of a label; a label 2026-03 also answers to 03."""
        return weights.get(label, weights.get(label.rpartition("-")[2], Fraction(1)))

    def _clauses(self, state: State) -> Value:
        moved: Value = state.gained[self.number] + state.deducted[self.number]
        for leaf in self.leaves:
            each = leaf.evaluate(state)
            if isinstance(each, int | Fraction):
                moved += each
        return moved


class SheetNode(Node):
    """Mean over sheets, each from the base down to the floor; sheets without findings count."""

    def __init__(self, part: Part, number: int, leaves: Sequence[Leaf], children: Sequence[Node]) -> None:
        super().__init__(part, number, leaves, children)
        self.weights = {label: Fraction(weight) for label, weight in self.combine.weights}
        self.table: Mapping[int, tuple[Any, ...]] = {}

    def evaluate(self, state: State) -> Moved:
        found: dict[int, list[Any]] = {}
        loose: list[Any] = []
        for tally in sorted(
            state.special.get(-self.number - 1, ()), key=lambda each: (each[1] or 0, each[0])
        ):
            if tally[1]:
                found.setdefault(tally[1], []).append(tally)
            else:
                loose.append(tally)
        labels = {group[0]: group[2] for group in state.inputs.groups if group[1] == "sheet"}
        sheets = sorted(labels.keys() | found.keys())
        for leaf in self.leaves:
            leaf.evaluate(state)
        for tally in loose:
            state.left_out.append(tally[0])
            state.steps.append(("no_sheet", self.code, tally[0], 0, tally[2]))
        if not sheets:
            return self.lack(state, self.code)
        total = sum((self.weights.get(labels.get(sheet, ""), Fraction(1)) for sheet in sheets), Fraction(0))
        mean = Fraction(0)
        for sheet in sheets:
            value, moved = self._sheet(state, sheet, found.get(sheet, []))
            label = labels.get(sheet, "")
            weight = self.weights.get(label, Fraction(1))
            share = value * weight / total
            mean += share
            state.steps.append(
                (
                    "sheet",
                    self.code,
                    str(sheet),
                    figure(share),
                    figure(value),
                    figure(moved),
                    label,
                    str(weight),
                )
            )
        return self.finish(state, settle_value(mean), 0, base=0)

    def _sheet(self, state: State, sheet: int, tallies: list[Any]) -> tuple[Value, Value]:
        moved: Value = 0
        for tally in tallies:
            _, _, _, each, times, by_quantity, _ = self.table[tally[0]]
            count = tally[2] if times is None else min(tally[2], times)
            points: Value
            if each is None:
                points = tally[4]
            elif by_quantity:
                points = settle_value(Fraction(each * tally[3], QUANTITY_SCALE))
            else:
                points = each * count
            moved += points
            state.steps.append(("in_sheet", self.code, tally[0], None, str(sheet), tally[2], figure(points)))
        value = settle_value(self.base + moved)
        if self.floor is not None:
            value = max(value, self.floor)
        if self.ceiling is not None:
            value = min(value, self.ceiling)
        return value, moved


def _leave_out(state: State, absent: Sequence[Node]) -> None:
    """What is left out stands among the things left out, no longer among the missing."""
    codes: set[int | str] = {child.code for child in absent}
    for child in absent:
        codes.update(_below(child))
    state.missing[:] = [each for each in state.missing if each not in codes]
    state.left_out.extend(child.code for child in absent)


def _below(node: Node) -> set[int | str]:
    found: set[int | str] = {leaf.id for leaf in node.leaves}
    for child in node.children:
        found.add(child.code)
        found |= _below(child)
    return found
