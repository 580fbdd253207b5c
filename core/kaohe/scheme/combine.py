"""How a part is made of its clauses or of its smaller parts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sum:
    """The part's points, plus what its clauses move, plus its parts; a missing part makes the whole missing."""


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """Σ weight × value ÷ Σ weight over the parts that have a value.

    Missing parts are left out and shown, unless `strict`: then the whole is missing. `total` is what the weights
    have to add up to when the admin enters weights (None: any, they are normalised).
    """

    strict: bool = False
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MeanOverSheets:
    """Each sheet starts from the part's points, loses what its clauses move, has the floor; then the mean.

    A sheet without findings counts. `weights`: a weight by the sheet's label; labels not named weigh 1.
    """

    weights: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Contained:
    """Sum or mean over the results contained: the periods of a year, the items or members of a unit.

    A contained result that is missing is left out and shown (`strict`: makes the whole missing).
    `weights`: by the contained result's label (2026-03 also answers to 03); labels not named weigh 1.
    `minimum`: fewer results are none.
    """

    how: Literal["mean", "sum"] = "mean"
    what: Literal["periods", "items", "members"] = "periods"
    weights: tuple[tuple[str, Decimal], ...] = ()
    strict: bool = False
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class CountAccepted:
    """The number of evidence items met, against a minimum that may depend on a fact of the subject.

    `minimum`: by the fact's value; `otherwise`: for all other values.
    """

    otherwise: int
    fact: str = ""
    minimum: tuple[tuple[str, int], ...] = ()
    passed: str = "pass"
    failed: str = "fail"


@dataclass(frozen=True, slots=True)
class BestOf:
    """The highest of the parts that have a value."""


@dataclass(frozen=True, slots=True)
class Product:
    """The first part times the other parts taken as coefficients (1 is neutral)."""


Combine = Sum | WeightedMean | MeanOverSheets | Contained | CountAccepted | BestOf | Product
