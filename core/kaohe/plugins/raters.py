"""What a sector declares of ratings: who fills in the role of a rater for whom, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kaohe.plugins.filings import DueBy
from kaohe.scheme import Scheme
from kaohe.scheme.rules import Rating

By = Literal["head_of_parent", "assessors_of_unit", "admins", "by_hand"]
BYS = ("head_of_parent", "assessors_of_unit", "admins", "by_hand")


@dataclass(frozen=True)
class RatedBy:
    """One role of raters (`Rater.code`) of a scheme's `Rating` clauses, and who fills it.

    `by`: "head_of_parent" (the assessors of the nearest unit above the subject's), "assessors_of_unit" (those of the
    subject's own unit, or of the nearest above that has any), "admins", or "by_hand" (nobody until assigned). Nobody is ever
    assigned to oneself. Assignments are made when the period opens and can be changed by hand. Roles that are not
    declared are filled by something else (a survey). `due`: by which day, counted from the period; `remind`: days
    before it on which who has not finished is reminded; `opens`: days before it from which the sheet can be filled in.
    """

    role: str
    scheme: str
    by: By
    due: DueBy
    remind: tuple[int, ...] = (3, 1)
    opens: int = 20


def problem(rated: object, schemes: dict[str, Scheme]) -> str:
    """The first field of a declared rule that does not hold what it should; "" where all do."""
    if not isinstance(rated, RatedBy):
        return "the declaration"
    if rated.scheme not in schemes:
        return "scheme"
    roles = {
        rater.code
        for clause in schemes[rated.scheme].clauses()
        if isinstance(clause.rule, Rating)
        for rater in clause.rule.raters
    }
    held = {
        "role": rated.role in roles,
        "by": rated.by in BYS,
        "due": isinstance(rated.due, DueBy) and 1 <= rated.due.day <= 31,
        "remind": all(isinstance(days, int) and days > 0 for days in rated.remind),
        "opens": rated.opens >= 0,
    }
    return next((name for name, fine in held.items() if not fine), "")
