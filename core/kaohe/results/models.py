"""Results: each closing is a run; a run keeps for each subject the inputs, the steps and what came out.

What results call for (a level lowered, say) stands in `Run.effects`; `kaohe.consequences` proposes it to be decided.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Kept, Keyed, Points, Rule, TenantModel, tied
from kaohe.periods.models import RULE_NOT_FINAL_ON_INSERT, RULE_NOT_FINAL_ON_UPDATE

_RUN_CHANGED = (
    " OR ".join(
        f"NEW.{column} IS DISTINCT FROM OLD.{column}"
        for column in (
            "period_id",
            "revision_id",
            "number",
            "engine_version",
            "subjects",
            "digest",
            "effects",
            "by",
            "at",
        )
    )
    .replace("NEW.by", 'NEW."by"')
    .replace("OLD.by", 'OLD."by"')
)


class Run(TenantModel):
    """One computing of a period's results; a reopened period gets another beside it. Only `standing` ever changes."""

    __tablename__ = "runs"
    __refs__ = {"period_id": "periods", "revision_id": "revisions", "by": "persons"}
    __unique__ = (("period_id", "number"), Keyed(("period_id",), where="standing", name="uq_runs_standing"))
    __kept__ = Kept.LASTING
    __rules__ = (
        RULE_NOT_FINAL_ON_INSERT,
        RULE_NOT_FINAL_ON_UPDATE,
        Rule("run", "UPDATE", _RUN_CHANGED),
        tied("period_id", "periods", "revision_id"),
    )

    period_id: Mapped[int]
    revision_id: Mapped[int]
    number: Mapped[int]
    standing: Mapped[bool] = mapped_column(default=True)
    engine_version: Mapped[int]
    subjects: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")  # over the results' bytes, in the order of subjects
    effects: Mapped[Any] = mapped_column(
        Json, default=list
    )  # (subject, clause, occurrence, step or consequence, number of its effect[, reasons])
    by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)


class Result(TenantModel):
    """Score, grade and rank of a subject in a period, with its inputs and steps as JSON text.

    `standing_word` says why there is no score or no rank: "" (ranked), "left", "leave", "days", "missing", "exempt" (has a score, no rank).
    Somebody who did not take part has empty `inputs` and `detail`. `rank_unit` and `tied_unit` are within a group: `ranked_in`,
    the id of a unit or the value of a fact, or the unit of the row where it is null; "" is no group, and no rank in it.
    """

    __tablename__ = "results"
    __refs__ = {"run_id": "runs", "period_id": "periods", "subject_id": "subjects", "unit_id": "units"}
    __unique__ = (("run_id", "subject_id"),)
    __indexes__ = (("run_id", "score", "subject_id"), ("subject_id", "period_id"))
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (RULE_NOT_FINAL_ON_INSERT, tied("run_id", "runs", "period_id"))

    run_id: Mapped[int]
    period_id: Mapped[int]
    subject_id: Mapped[int]
    unit_id: Mapped[int]
    score: Mapped[Decimal | None] = mapped_column(Points)
    grade: Mapped[str | None]
    standing_word: Mapped[str] = mapped_column(default="")
    rank_unit: Mapped[int | None]
    tied_unit: Mapped[int | None]
    ranked_in: Mapped[str | None]
    rank_all: Mapped[int | None]
    tied_all: Mapped[int | None]
    inputs: Mapped[str]
    detail: Mapped[str]
