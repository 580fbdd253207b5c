"""The parts of an explained result: entries below their clauses, clauses below their part, and where a rank stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaohe.entries.shown import EntryView
from kaohe.people.models import Unit
from kaohe.scheme import (
    Part,
    PartLine,
    Text,
)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a result: what it moved here (None where that follows from a whole), and a word why not more.

    `figure`: the mark, days or places that were recorded, where the clause asks for them.
    """

    view: EntryView
    moved: Decimal | Fraction | None
    word: Text | None = None
    figure: Decimal | None = None


@dataclass(slots=True)
class ClauseLine:
    """A clause or checklist item that entries stand under: what it moved, and its entries.

    `says`: the step in a sentence, where it is more than so many times so much.
    """

    id: int
    title: Text
    rule: Text
    cite: Text | None
    ours: bool
    heading: Text | None = None
    count: int = 0
    delta: Fraction | None = None
    says: Text | None = None
    entries: list[EntryLine] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A part of the scheme with what moved it; `moves` are its clauses' changes and what floor and ceiling did."""

    part: Part
    line: PartLine
    clauses: list[ClauseLine]

    @property
    def moves(self) -> list[Fraction]:
        found = [clause.delta for clause in self.clauses if clause.delta]
        return [*found, *(each for each in (self.line.raised, self.line.cut) if each)]

    @property
    def moved(self) -> list[ClauseLine]:
        """The clauses that moved points."""
        return [clause for clause in self.clauses if clause.delta]

    @property
    def still(self) -> list[ClauseLine]:
        """The clauses with entries that moved nothing: a passed examination, an entry withdrawn."""
        return [clause for clause in self.clauses if not clause.delta]

    @property
    def adds_up(self) -> bool:
        """Whether base and moves come to the part's points (otherwise only the points are shown)."""
        return (
            self.line.points is not None and self.line.base + sum(self.moves, Fraction(0)) == self.line.points
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is shown: name, number, unit and position of the period's last day, and dated facts then."""

    subject_id: int
    name: str
    number: str
    unit: Unit | None
    position: str
    facts: tuple[tuple[Text, Any], ...] = ()
