"""Conditions on a subject's history, and the consequences that hang on them.

The current period is the last one of the history. A condition over several periods needs the current one to
match too, so that a consequence is proposed when it is earned and not again in the months after.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kaohe.scheme.effects import Effect
from kaohe.scheme.text import Citation, Text


@dataclass(frozen=True, slots=True)
class GradeIs:
    """The grade is one of these codes."""

    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreIn:
    """The score is at least `low` and below `high`; None is open."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LastInRank:
    """The subject is last, or among those tied for last, in its ranking group."""


@dataclass(frozen=True, slots=True)
class FirstInRank:
    """The subject is first, or among those tied for first, in its ranking group."""


@dataclass(frozen=True, slots=True)
class Occurred:
    """At least `at_least` entries under these clauses in the period."""

    clauses: tuple[int, ...]
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class ShareIs:
    """The class that the forced distribution puts the subject in by its rank; not asked of earlier periods."""

    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """`condition` holds in at least `at_least` periods, the current one among them.

    `how`: `running` without a break; `window` within `window` periods (rolling) or the calendar year;
    `ever` in all. A period without a result breaks a run unless `skip_missing`.
    """

    condition: Condition
    at_least: int
    how: Literal["running", "window", "ever"] = "running"
    window: int = 12
    calendar_year: bool = True
    skip_missing: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]


Condition = GradeIs | ScoreIn | LastInRank | FirstInRank | Occurred | ShareIs | Times | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a result, or a run of results, leads to: proposed at the close, decided by a human.

    `each`: the effects hold once for each entry that the condition counts.
    """

    code: str
    title: Text
    when: Condition
    effects: tuple[Effect, ...] = ()
    each: bool = False
    cite: Citation | None = None
    ours: bool = False
    note: Text | None = None
