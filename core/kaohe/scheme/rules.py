"""The kinds of clause: what is recorded, and how points follow.

Points carry their sign: −0.5 is a deduction, +0.5 a bonus. A rule holds figures only, never code; a kind that
the language lacks is a `Registered` rule, whose name and parameters are kept and whose function is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kaohe.scheme.effects import Effect, Step
from kaohe.scheme.text import EACH_TIME, NO_TEXT, POINTS, Text

Take = Literal["last", "first", "sum", "mean", "max", "min"]
AN_ITEM = Text("一项", "an item")
TimeUnit = Literal["minutes", "hours", "days", "working_days", "working_minutes"]


@dataclass(frozen=True, slots=True)
class PerOccurrence:
    """Each occurrence moves `points`; positive points make a bonus clause.

    `times`: how many occurrences count in a period at most (1: once a period). `by_quantity`: the entry's
    quantity counts (days, places), not the entry. `per`: the word shown, for instance 每次 / each time. `least`:
    the smallest quantity that is an occurrence at all (absent three days or more); then a quantity is asked.
    """

    points: Decimal
    times: int | None = None
    by_quantity: bool = False
    least: Decimal | None = None
    per: Text = EACH_TIME
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalating:
    """The n-th occurrence takes the n-th step; later ones repeat the last step.

    `over`: counted within the period, or over the whole engagement (then prior counts are needed).
    `counted_with`: ids of clauses that share one count with this one, in order of date, then entry id.
    """

    steps: tuple[Step, ...]
    over: Literal["period", "engagement"] = "period"
    counted_with: tuple[int, ...] = ()
    per: Text = EACH_TIME
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The assessor chooses the points of each occurrence within `low` to `high`, both included."""

    low: Decimal
    high: Decimal
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """A mark below `threshold` moves `points`; the first mark counts, a retest is kept beside it.

    A missing mark moves nothing and shows in completeness. `threshold` itself passes.
    """

    threshold: Decimal
    points: Decimal
    highest: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Checklist:
    """Named items, each recorded under its own id; an item moves `points` (or its own), `times` a period."""

    points: Decimal
    times: int | None = 1
    per: Text = AN_ITEM


@dataclass(frozen=True, slots=True)
class Veto:
    """An occurrence decides the grade: exactly `grade`, or at most `grade` where `cap` is set."""

    grade: str
    cap: bool = False
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Rater:
    """A role that rates, with its weight; the group of a rating names the role's code."""

    code: str
    title: Text
    weight: Decimal
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Rating:
    """Raters of several roles give a value; each role's mean is weighted, a missing role is left out and shown."""

    raters: tuple[Rater, ...]
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value entered by the office, or the values of several things (targets) by `take`; missing is missing."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(100)
    take: Take = "last"
    unit: Text = POINTS


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured value: of the clause itself (no id), or of the measure or clause `id`."""

    id: int | None = None
    take: Take = "last"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Sum of some measures over the sum of others; zero or nothing below the line is missing."""

    over: tuple[int, ...]
    under: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Value to points along straight lines between knots (value, points), flat outside them."""

    knots: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A band by rank: its code, name, and the share (0 to 1) of the points that it earns."""

    code: str
    title: Text
    share: Decimal


@dataclass(frozen=True, slots=True)
class Bands:
    """The subjects that have a value are ranked within `within` (a fact); ⌈k · rank ÷ n⌉ names the band of k."""

    bands: tuple[Band, ...]
    within: str = ""
    higher_is_better: bool = True
    points: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measured value or ratio turned into points by a curve, or by rank and band within a category."""

    value: Measured | Ratio
    scoring: Curve | Bands
    unit: Text = NO_TEXT
    level: str = ""
    parent: int | None = None
    applies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Met when a piece of evidence has been accepted.

    `veto`: not met decides the result. `void_by`: an entry under that clause makes the item void.
    `minimum_months`: an agreement filed must run at least as long. `counts`: whether it is among the items counted.
    `address`: a web address is filed, not a document. `pieces`: what counts as evidence, in words.
    """

    veto: bool = False
    void_by: int | None = None
    minimum_months: int | None = None
    counts: bool = True
    address: bool = False
    pieces: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A limit of a clock, with the circumstances it holds for (city, countryside; household, high voltage)."""

    amount: int
    unit: TimeUnit
    where: str = ""
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class ClockBreach:
    """A case's clock ran out: each breach moves `points`; the entry is made by the clock, not by hand."""

    clock: str
    limits: tuple[TimeLimit, ...]
    points: Decimal
    runs_from: str = ""
    per: Text = EACH_TIME
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class FilingMissed:
    """A filing due was missed: `points` a filing, or a day late (`by_quantity`)."""

    filing: str
    points: Decimal
    by_quantity: bool = False
    per: Text = EACH_TIME
    due: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A kind of the sector's own: the name it was registered under, and its parameters."""

    name: str
    parameters: tuple[tuple[str, Decimal], ...] = ()


Rule = (
    PerOccurrence
    | Escalating
    | Chosen
    | Examination
    | Checklist
    | Veto
    | Rating
    | Mark
    | Indicator
    | Evidence
    | ClockBreach
    | FilingMissed
    | Registered
)
VALUE_RULES = (Rating, Mark, Indicator)
