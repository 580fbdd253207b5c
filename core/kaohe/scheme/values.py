"""Clauses that give a value: marks, ratings, indicators. A value that is not there is missing, never zero."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from kaohe.scheme import rules
from kaohe.scheme.figures import POINT_SCALE, QUANTITY_SCALE
from kaohe.scheme.leaves import PER_POINT, Leaf, Moved, taken
from kaohe.scheme.state import NOT_APPLICABLE, State, figure, settle_value
from kaohe.scheme.tree import Clause, Part


class EnteredMark(Leaf):
    """A value entered by the office; none is missing."""

    value = True
    quiet = False

    def evaluate(self, state: State) -> Moved:
        tallies = state.special.get(self.id)
        if not tallies:
            return None
        value = settle_value(Fraction(taken(tallies, self.rule.take, self.id)) / PER_POINT)
        state.steps.append(("mark", self.part, self.id, figure(value), self.count(state), self.rule.take))
        return value


class RatingMean(Leaf):
    """Means of the roles, weighted; roles without enough ratings are left out and shown."""

    value = True
    quiet = False

    def evaluate(self, state: State) -> Moved:
        tallies = state.special.get(self.id)
        if not tallies:
            return None
        roles = {group[0]: group[2] for group in state.inputs.groups if group[1] == "rater"}
        only = self.rule.raters[0].code if len(self.rule.raters) == 1 else None
        sums: dict[str, list[int]] = {}
        for tally in tallies:
            role = roles.get(tally[1] or 0, only)
            if role is not None:
                held = sums.setdefault(role, [0, 0])
                held[0] += tally[2]
                held[1] += tally[3]
        total, weights, shown, absent = Fraction(0), Fraction(0), [], []
        for rater in self.rule.raters:
            count, quantity = sums.get(rater.code, (0, 0))
            if count < max(rater.minimum, 1):
                absent.append(rater.code)
                continue
            mean = Fraction(quantity, count * PER_POINT)
            total += mean * Fraction(rater.weight)
            weights += Fraction(rater.weight)
            shown.append([rater.code, figure(mean), count])
        if not weights:
            return None
        value = settle_value(total / weights)
        state.steps.append(("rating", self.part, self.id, figure(value), shown, absent))
        state.left_out.extend(f"{self.id}:{role}" for role in absent)
        return value


class IndicatorValue(Leaf):
    """A measured value or ratio turned into points by a curve, or by rank and band among the cohort."""

    value = True
    quiet = False

    def __init__(self, part: Part, clause: Clause) -> None:
        super().__init__(part, clause)
        self.by_rank = isinstance(self.rule.scoring, rules.Bands)

    def measured(self, state: State, seen: dict[int, list[Any]] | None = None) -> Fraction | None:
        """The value in units of quantity, or None when it is missing."""
        held = state.special if seen is None else seen
        value = self.rule.value
        if isinstance(value, rules.Ratio):
            under = [tally for id in value.under for tally in held.get(id, ())]
            over = [tally for id in value.over for tally in held.get(id, ())]
            below = sum(tally[3] for tally in under)
            return Fraction(sum(tally[3] for tally in over), below) if below else None
        id = self.id if value.id is None else value.id
        tallies = held.get(id)
        return Fraction(taken(tallies, value.take, id)) / QUANTITY_SCALE if tallies else None

    def category(self, state: State) -> str:
        """The category within which the subject is ranked."""
        within = self.rule.scoring.within if self.by_rank else ""
        return str(state.inputs.facts.get(within or "category", ""))

    def concerns(self, state: State) -> bool:
        """Whether the indicator applies to the subject's category."""
        return not self.rule.applies or self.category(state) in self.rule.applies

    def evaluate(self, state: State) -> Moved:
        if not self.concerns(state):
            return NOT_APPLICABLE
        measured = self.measured(state)
        if measured is None:
            return None
        if not self.by_rank:
            value = settle_value(on_curve(self.rule.scoring.knots, measured) * POINT_SCALE)
            state.steps.append(("curve", self.part, self.id, figure(value), str(measured)))
            return value
        scoring = self.rule.scoring
        rank, of = state.ranks[self.id]
        if of == 1:
            state.provisional = True
        place = -(-len(scoring.bands) * rank // of)
        band = scoring.bands[place - 1]
        value = settle_value(Fraction(scoring.points) * Fraction(band.share) * POINT_SCALE)
        state.steps.append(("band", self.part, self.id, figure(value), str(measured), rank, of, band.code))
        return value


def on_curve(knots: tuple[tuple[Any, Any], ...], value: Fraction) -> Fraction:
    """The points on straight lines between knots, flat outside them."""
    if value <= knots[0][0]:
        return Fraction(knots[0][1])
    for (left, low), (right, high) in pairwise(knots):
        if value <= right:
            share = (value - Fraction(left)) / (Fraction(right) - Fraction(left))
            return Fraction(low) + share * (Fraction(high) - Fraction(low))
    return Fraction(knots[-1][1])
