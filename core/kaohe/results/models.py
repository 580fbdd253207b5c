"""Results: each closing is a run; a run keeps for each subject the inputs, the steps and what came out.

What results call for (a level lowered, say) is decided by somebody who neither is the person, nor recorded the
facts, nor closed the period; the database holds that too.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Kept, Keyed, Points, Rule, TenantModel
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
    __rules__ = (RULE_NOT_FINAL_ON_INSERT, RULE_NOT_FINAL_ON_UPDATE, Rule("run", "UPDATE", _RUN_CHANGED))

    period_id: Mapped[int]
    revision_id: Mapped[int]
    number: Mapped[int]
    standing: Mapped[bool] = mapped_column(default=True)
    engine_version: Mapped[int]
    subjects: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")  # over the results' bytes, in the order of subjects
    effects: Mapped[Any] = mapped_column(Json, default=list)  # what was earned: see results.deciding
    by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)


class Result(TenantModel):
    """Score, grade and rank of a subject in a period, with its inputs and steps as JSON text.

    `standing_word` says why there is no score or no rank: "" (ranked), "left", "leave", "days", "missing".
    Somebody who did not take part has empty `inputs` and `detail`.
    """

    __tablename__ = "results"
    __refs__ = {"run_id": "runs", "period_id": "periods", "subject_id": "subjects", "unit_id": "units"}
    __unique__ = (("run_id", "subject_id"),)
    __indexes__ = (("run_id", "score", "subject_id"), ("subject_id", "period_id"))
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (RULE_NOT_FINAL_ON_INSERT,)

    run_id: Mapped[int]
    period_id: Mapped[int]
    subject_id: Mapped[int]
    unit_id: Mapped[int]
    score: Mapped[Decimal | None] = mapped_column(Points)
    grade: Mapped[str | None]
    standing_word: Mapped[str] = mapped_column(default="")
    rank_unit: Mapped[int | None]
    tied_unit: Mapped[int | None]
    rank_all: Mapped[int | None]
    tied_all: Mapped[int | None]
    inputs: Mapped[str]
    detail: Mapped[str]


_RECORDER = (
    "EXISTS (SELECT 1 FROM entries e WHERE e.tenant_id = NEW.tenant_id AND e.period_id = NEW.period_id "
    "AND e.subject_id = NEW.subject_id AND e.clause_id = NEW.clause_id AND e.recorded_by = NEW.decided_by)"
)


class Decision(TenantModel):
    """What was decided about one effect that a result calls for; the change itself is a dated fact of the person."""

    __tablename__ = "decisions"
    __refs__ = {
        "period_id": "periods",
        "run_id": "runs",
        "subject_id": "subjects",
        "proposed_by": "persons",
        "decided_by": "persons",
    }
    __unique__ = (("period_id", "subject_id", "clause_id", "occurrence", "effect", "source"),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("self", "INSERT", "NEW.decided_by = NEW.subject_id"),
        Rule("proposer", "INSERT", "NEW.decided_by = NEW.proposed_by"),
        Rule("recorder", "INSERT", _RECORDER),
    )

    period_id: Mapped[int]
    run_id: Mapped[int]
    subject_id: Mapped[int]
    clause_id: Mapped[int]  # 0 where no single clause is behind it
    occurrence: Mapped[int]
    effect: Mapped[str]
    source: Mapped[str] = mapped_column(
        default=""
    )  # the scheme's consequence; "" where the clause itself calls for it
    accepted: Mapped[bool]
    before: Mapped[Any | None] = mapped_column(Json)  # the fact's value that it changes, and what it became
    after: Mapped[Any | None] = mapped_column(Json)
    acts_on: Mapped[date]
    proposed_by: Mapped[int | None]
    decided_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str]
