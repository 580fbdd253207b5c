"""The result of one subject as the engine gives it: score, parts and steps as plain data.

Rows are tuples of plain values so that ten thousand results are written quickly; `PartLine` and `StepLine` are
made only when somebody looks. Figures in rows are integers of hundredths, or "n/d" (a fraction of hundredths)
where they are not exact, or None where missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from kaohe.scheme.figures import POINT_SCALE, from_points

ENGINE_VERSION = 1

Figure = int | str | None


def fraction(value: Figure) -> Fraction | None:
    """A figure of a row as exact points; None stays None."""
    if value is None:
        return None
    return Fraction(value) / POINT_SCALE


class PartLine(NamedTuple):
    """A part's outcome, in exact points: base + gained + deducted + raised + cut = points.

    `raised`: what the floor gave back (≥ 0); `cut`: what the ceiling took (≤ 0). For parts that are made of
    values, `gained` holds what the values came to. `points` is None when the part is missing.
    """

    code: str
    points: Fraction | None
    base: Fraction
    gained: Fraction
    deducted: Fraction
    raised: Fraction
    cut: Fraction

    @property
    def exact(self) -> bool:
        """Whether the points have at most two decimals (otherwise they are shown with ≈)."""
        return self.points is None or (self.points * POINT_SCALE).denominator == 1


def _part_line(row: tuple[Any, ...]) -> PartLine:
    return PartLine(row[0], fraction(row[1]), *(fraction(value) or Fraction(0) for value in row[2:7]))


class StepLine(NamedTuple):
    """One step of the explanation: what it is, in which part, about which clause or part, what it moved."""

    kind: str
    part: str
    ref: int | str | None
    delta: Fraction | None
    data: tuple[Any, ...]


class Effected(NamedTuple):
    """An effect that an entry calls for: clause, occurrence number, index of the step and of its effect."""

    clause_id: int
    occurrence: int
    step: int
    effect: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """One subject's result.

    `score` in hundredths (None: no result); `remainder`: exact score minus rounded score as "n/d" of hundredths
    ("0" when exact). `missing`: what is missing (codes of parts, ids of clauses). `left_out`: what was left out
    of a mean, so that the result stands but is flagged. `provisional`: a rank-based part saw only one subject.
    """

    subject: Any
    score: int | None
    grade: str | None
    verdict: str | None
    parts: tuple[Any, ...]
    steps: tuple[Any, ...]
    effects: tuple[Any, ...] = ()
    missing: tuple[Any, ...] = ()
    left_out: tuple[Any, ...] = ()
    remainder: str = "0"
    provisional: bool = False
    rank: int | None = None
    ties: int = 0
    of: int = 0

    @property
    def points(self) -> Decimal | None:
        """The score as a decimal."""
        return None if self.score is None else from_points(self.score)

    @property
    def exact(self) -> bool:
        """Whether rounding changed nothing."""
        return self.remainder == "0"

    def part_lines(self) -> list[PartLine]:
        """The parts, decoded."""
        return [_part_line(row) for row in self.parts]

    def part(self, code: str) -> PartLine:
        """One part, decoded; an unknown code raises `KeyError`."""
        for row in self.parts:
            if row[0] == code:
                return _part_line(row)
        raise KeyError(code)

    def step_lines(self) -> list[StepLine]:
        """The steps, decoded, in the order they were taken."""
        return [StepLine(row[0], row[1], row[2], fraction(row[3]), tuple(row[4:])) for row in self.steps]

    def effect_lines(self) -> list[Effected]:
        """The effects that entries call for, decoded."""
        return [Effected(*row) for row in self.effects]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


_counts: dict[tuple[Any, ...], str] = {}


def _steps(steps: tuple[Any, ...]) -> str:
    """The steps as JSON; plain counts, which thousands of results share, are written once."""
    written = []
    for step in steps:
        if step[0] != "count":
            written.append(_encode(step))
            continue
        text = _counts.get(step)
        if text is None:
            if len(_counts) > 20_000:
                _counts.clear()
            text = _counts[step] = _encode(step)
        written.append(text)
    return ",".join(written)


def assessment_to_json(assessment: Assessment) -> str:
    """Score, grade, parts and steps as compact JSON; rank and ties are not part of it (they belong to a list)."""
    head = _encode(
        {
            "v": ENGINE_VERSION,
            "s": assessment.score,
            "g": assessment.grade,
            "d": assessment.verdict,
            "r": assessment.remainder,
            "m": assessment.missing,
            "l": assessment.left_out,
            "e": assessment.effects,
            "q": assessment.provisional,
            "p": assessment.parts,
        }
    )
    return f'{head[:-1]},"x":[{_steps(assessment.steps)}]}}'


def assessment_from_json(subject: Any, text: str) -> Assessment:
    """The assessment that `assessment_to_json` wrote, for showing it."""
    document = json.loads(text)
    return Assessment(
        subject=subject,
        score=document["s"],
        grade=document["g"],
        verdict=document["d"],
        remainder=document["r"],
        missing=tuple(document["m"]),
        left_out=tuple(document["l"]),
        effects=tuple(tuple(row) for row in document["e"]),
        provisional=document["q"],
        parts=tuple(tuple(row) for row in document["p"]),
        steps=tuple(tuple(row) for row in document["x"]),
    )
