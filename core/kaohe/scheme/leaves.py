"""Clauses that need more than count × points: ladders, examinations, evidence, vetoes (values: see `values`).

Each leaf reads its tallies from the state, writes its steps, and returns what it moves in hundredths: None where
a value is missing, `NOT_APPLICABLE` where the clause does not concern the subject.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any

from kaohe.scheme.effects import Step
from kaohe.scheme.figures import POINT_SCALE, QUANTITY_SCALE, to_points, to_quantity
from kaohe.scheme.registered import registered_kind
from kaohe.scheme.state import NotApplicable, State, Value, figure, settle_value
from kaohe.scheme.tree import Clause, Part

PER_POINT = QUANTITY_SCALE // POINT_SCALE
Moved = Value | None | NotApplicable


class Leaf(ABC):
    """A clause at work.

    `value`: it gives a value (and can be missing). `quiet`: without entries it moves and says nothing.
    """

    value = False
    quiet = True
    by_rank = False

    def __init__(self, part: Part, clause: Clause) -> None:
        self.part = part.code
        self.id = clause.id
        self.rule: Any = clause.rule

    @abstractmethod
    def evaluate(self, state: State) -> Moved:
        """What the clause moves for this subject."""

    def count(self, state: State) -> int:
        """The number of entries under the clause."""
        return sum(tally[2] for tally in state.special.get(self.id, ()))

    def every(self, state: State, first: int, count: int) -> None:
        """Note the rule's own effects for each occurrence from number `first`."""
        for place in range(len(self.rule.effects)):
            for number in range(first, first + count):
                state.effects.append((self.id, number, -1, place))


class Counted(Leaf):
    """Occurrences with effects: points as usual, and an effect for each."""

    def __init__(self, part: Part, clause: Clause) -> None:
        super().__init__(part, clause)
        self.each = to_points(self.rule.points)
        self.times = getattr(self.rule, "times", None)
        self.by_quantity = getattr(self.rule, "by_quantity", False)
        self.grade = getattr(self.rule, "grade", "")

    def evaluate(self, state: State) -> Moved:
        tallies = state.special.get(self.id)
        if not tallies:
            return 0
        count = sum(tally[2] for tally in tallies)
        moved: Value
        if self.by_quantity:
            quantity = sum(tally[3] for tally in tallies)
            moved = settle_value(Fraction(self.each * quantity, QUANTITY_SCALE))
            state.steps.append(("quantity", self.part, self.id, figure(moved), count, quantity, self.each))
        else:
            counted = count if self.times is None else min(count, self.times)
            moved = self.each * counted
            state.steps.append(("count", self.part, self.id, moved, count, self.each, counted))
        if getattr(self.rule, "effects", ()):
            self.every(state, 1, count)
        if self.grade:
            state.vetoes.append((self.id, self.grade, False))
        return moved


class Ladder(Leaf):
    """The n-th occurrence takes the n-th step, the last step repeats."""

    def __init__(self, part: Part, clause: Clause) -> None:
        super().__init__(part, clause)
        self.points = [to_points(step.points) for step in self.rule.steps]
        self.ladder: tuple[Step, ...] = self.rule.steps
        self.last = len(self.points) - 1
        self.shared = frozenset((clause.id, *self.rule.counted_with)) if self.rule.counted_with else None
        self.engagement = self.rule.over == "engagement"

    def evaluate(self, state: State) -> Moved:
        count = self.count(state)
        if not count:
            return 0
        prior = self._prior(state)
        numbers = self._numbers(state, prior, count)
        points = [self.points[min(number - 1, self.last)] for number in numbers]
        moved = sum(points)
        state.steps.append(
            (
                "ladder",
                self.part,
                self.id,
                moved,
                prior,
                [list(pair) for pair in zip(numbers, points, strict=True)],
            )
        )
        for number in numbers:
            step = min(number - 1, self.last)
            for place in range(len(self.ladder[step].effects)):
                state.effects.append((self.id, number, step, place))
            self.every(state, number, 1)
        return moved

    def _prior(self, state: State) -> int:
        if not self.engagement:
            return 0
        counted = self.shared or (self.id,)
        return sum(state.inputs.prior.get(each, 0) for each in counted)

    def _numbers(self, state: State, prior: int, count: int) -> list[int]:
        if self.shared is None:
            return list(range(prior + 1, prior + 1 + count))
        row = sorted(each[:3] for each in state.inputs.occurrences if each[2] in self.shared)
        numbers = [prior + place for place, each in enumerate(row, start=1) if each[2] == self.id]
        if len(numbers) != count:
            raise ValueError(
                f"clause {self.id} counts with others: its {count} occurrences are needed in order"
            )
        return numbers


class ChosenPoints(Leaf):
    """Points chosen by the assessor within the range are added as they stand."""

    def evaluate(self, state: State) -> Moved:
        count = self.count(state)
        if not count:
            return 0
        moved = sum(tally[4] for tally in state.special[self.id])
        state.steps.append(("chosen", self.part, self.id, moved, count))
        self.every(state, 1, count)
        return moved


class ExaminationMark(Leaf):
    """A first mark below the threshold moves the points; no mark moves nothing."""

    def __init__(self, part: Part, clause: Clause) -> None:
        super().__init__(part, clause)
        self.threshold = to_quantity(self.rule.threshold)
        self.points = to_points(self.rule.points)

    def evaluate(self, state: State) -> Moved:
        tallies = state.special.get(self.id)
        if not tallies:
            return 0
        mark = taken(tallies, "first", self.id)
        moved = self.points if mark < self.threshold else 0
        state.steps.append(
            ("exam", self.part, self.id, moved, figure(mark), self.threshold, self.count(state))
        )
        return moved


class EvidenceItem(Leaf):
    """Met when a piece was accepted and nothing voids it; counts as one."""

    quiet = False

    def evaluate(self, state: State) -> Moved:
        void = self.rule.void_by is not None and bool(state.special.get(self.rule.void_by))
        met = self.count(state) > 0 and not void
        moved = POINT_SCALE if met and self.rule.counts else 0
        kind = "accepted" if met else "void" if void else "not_accepted"
        state.steps.append((kind, self.part, self.id, moved, self.count(state)))
        if self.rule.veto and not met:
            state.failed = True
        return moved


class VetoEntry(Leaf):
    """An entry decides the grade; it moves no points."""

    def evaluate(self, state: State) -> Moved:
        count = self.count(state)
        if not count:
            return 0
        state.steps.append(("veto", self.part, self.id, 0, count, self.rule.grade, self.rule.cap))
        state.vetoes.append((self.id, self.rule.grade, self.rule.cap))
        self.every(state, 1, count)
        return 0


class RegisteredKind(Leaf):
    """A kind of the sector's own."""

    quiet = False

    def __init__(self, part: Part, clause: Clause) -> None:
        super().__init__(part, clause)
        self.function = registered_kind(self.rule.name)
        self.parameters = dict(self.rule.parameters)

    def evaluate(self, state: State) -> Moved:
        tallies = state.special.get(self.id, ())
        count = self.count(state)
        quantity, points = sum(t[3] for t in tallies), sum(t[4] for t in tallies)
        moved = int(self.function(self.parameters, count, quantity, points))
        if count or moved:
            state.steps.append(("registered", self.part, self.id, moved, self.rule.name, count))
        return moved


def taken(tallies: list[Any], take: str, id: int) -> Fraction | int:
    """One quantity in millionths out of the tallies of an id, by `take`."""
    if take == "sum":
        return sum(tally[3] for tally in tallies)
    count = sum(tally[2] for tally in tallies)
    if take == "mean":
        return Fraction(sum(tally[3] for tally in tallies), count)
    if count == 1:
        return tallies[0][3] if tallies[0][5] is None else tallies[0][5]
    values = [tally[5] for tally in tallies if tally[5] is not None]
    if len(values) != len(tallies) or (len(values) > 1 and take in ("first", "last")):
        raise ValueError(f"the {take} quantity of {id} is needed")
    return min(values) if take == "min" else max(values)
