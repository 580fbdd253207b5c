"""The rows that a report reads: plain figures with ids, exact, without anything of the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kaohe.db import from_scaled
from kaohe.results.explained import WORDS
from kaohe.scheme import Text


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit the reader may see; `depth` in the tree."""

    id: int
    name: str
    path: str
    depth: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person who took part in a period, in the unit of its last day."""

    id: int
    number: str
    name: str
    unit_id: int
    unit: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A subject's result in a period; `word` says why there is no rank; `parts` only where they were asked for."""

    subject_id: int
    number: str
    name: str
    unit_id: int
    unit: str
    score: Decimal | None
    grade: str | None
    grade_title: Text | None
    word: str
    rank_all: int | None
    tied_all: int | None
    rank_unit: int | None
    tied_unit: int | None
    live: bool
    previous: Decimal | None
    parts: Mapping[str, Decimal | None] = field(default_factory=dict)

    @property
    def why(self) -> Text | None:
        """Why there is no score or no rank; None where there is one."""
        return WORDS.get(self.word, WORDS["absent"]) if self.word else None


@dataclass(frozen=True, slots=True)
class Score:
    """A stored score of one subject in one of several periods."""

    subject_id: int
    unit_id: int
    period_id: int
    score: Decimal | None
    rank_all: int | None


@dataclass(frozen=True, slots=True)
class Count:
    """Standing entries of a clause in a unit and period: how many, sums of quantities and of chosen points."""

    clause_id: int
    unit_id: int
    period_id: int
    count: int
    quantity: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class PersonCount:
    """Standing entries of a clause about a subject in a unit and period."""

    clause_id: int
    subject_id: int
    unit_id: int
    period_id: int
    count: int
    quantity: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of a subject in a period: count, total, first and last by day, lowest and highest."""

    measure_id: int
    subject_id: int
    unit_id: int
    period_id: int
    count: int
    total: Decimal
    first: Decimal
    last: Decimal
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class Recorded:
    """One standing entry with its words; the system stands as recorder of what it made."""

    id: int
    period_id: int
    subject_id: int
    number: str
    name: str
    unit_id: int
    unit: str
    clause_id: int
    quantity: Decimal
    points: Decimal | None
    happened_on: date
    found_late: bool
    reason: str
    recorder: str | Text
    evidence: int


@dataclass(frozen=True, slots=True)
class SheetCount:
    """Finished sheets of a form in a unit and period, and about how many subjects."""

    unit_id: int
    period_id: int
    count: int
    subjects: int


def measured(rows: Iterable[Any]) -> list[Measured]:
    """Rows (measure, subject, unit, period, quantity) in the order of days, put together."""
    held: dict[tuple[int, int, int], list[Any]] = {}
    for measure, subject, unit, period, quantity in rows:
        held.setdefault((measure, subject, period), []).append((unit, quantity))
    found = []
    for (measure, subject, period), values in held.items():
        figures = [from_scaled(quantity, 6) for _, quantity in values]
        found.append(
            Measured(
                measure,
                subject,
                values[-1][0],
                period,
                len(figures),
                sum(figures, Decimal(0)),
                figures[0],
                figures[-1],
                min(figures),
                max(figures),
            )
        )
    return found


def taken(measured: Measured, take: str) -> Decimal:
    """Several values of a measure made one, as the scheme says: sum, mean, first, last, max, min."""
    if take == "mean":
        return measured.total / measured.count
    return {
        "sum": measured.total,
        "first": measured.first,
        "last": measured.last,
        "max": measured.highest,
        "min": measured.lowest,
    }[take]
