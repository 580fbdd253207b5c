"""Signatures and appeals: what a subject says about a published result, and what was decided.

Each row says who did what when and is never changed; the words stand in side rows that can be erased. The database
holds too that nobody decides about oneself, an appeal one filed, or an entry one recorded, that an appeal is decided
once, and that one appeal at a time is made about one thing.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import (
    ERASED_NEVER_REWRITTEN,
    Instant,
    Kept,
    Keyed,
    Points,
    Quantity,
    Rule,
    TenantModel,
    tied,
)
from kaohe.periods.models import RULE_NOT_FINAL_ON_INSERT

_PERIOD = "periods WHERE tenant_id = NEW.tenant_id AND id = NEW.period_id"
_PUBLISHED = Rule(
    "period",
    "INSERT",
    f"COALESCE((SELECT state FROM {_PERIOD}), 'none') <> 'published'",  # noqa: S608
    lock=_PERIOD,
)
_STANDING = (
    "SELECT 1 FROM results r JOIN runs u ON u.tenant_id = r.tenant_id AND u.id = r.run_id "
    "WHERE r.tenant_id = NEW.tenant_id AND r.run_id = NEW.run_id AND r.subject_id = NEW.subject_id "
    "AND r.period_id = NEW.period_id AND u.standing"
)
_RESULT = Rule("result", "INSERT", f"NOT EXISTS ({_STANDING})")
_RESULT_OF_UNIT = Rule("result", "INSERT", f"NOT EXISTS ({_STANDING} AND r.unit_id = NEW.unit_id)")
_A_PERSON = "EXISTS (SELECT 1 FROM persons p WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.subject_id)"


class Signature(TenantModel):
    """A subject has seen the own result: which computation, and the digest of what was shown."""

    __tablename__ = "signatures"
    __refs__ = {
        "period_id": "periods",
        "run_id": "runs",
        "subject_id": "subjects",
        "signed_by": "persons",
    }
    __unique__ = (("run_id", "subject_id"),)
    __indexes__ = (("subject_id", "period_id"),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        _PUBLISHED,
        _RESULT,
        Rule("self", "INSERT", f"NEW.signed_by <> NEW.subject_id AND {_A_PERSON}"),
    )

    period_id: Mapped[int]
    run_id: Mapped[int]
    subject_id: Mapped[int]
    signed_by: Mapped[int]
    digest: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(Instant)


class SignatureRemark(TenantModel):
    """What the subject remarked when signing; beside the signature, whose id it has."""

    __tablename__ = "signature_remarks"
    __refs__ = {"id": "signatures"}
    __erasable__ = ("words",)
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]


class Appeal(TenantModel):
    """An objection to an entry or, without one, to the result; `run_id` is the computation that stood at filing.

    `thing_id` is the entry's or the run's id and `attempt` counts the appeals about it that were withdrawn before.
    """

    __tablename__ = "appeals"
    __refs__ = {
        "period_id": "periods",
        "run_id": "runs",
        "subject_id": "subjects",
        "unit_id": "units",
        "entry_id": "entries",
        "filed_by": "persons",
    }
    __unique__ = (("subject_id", "thing_id", "attempt"),)
    __indexes__ = (("period_id", "filed_at"), ("filed_at", "id"), ("entry_id",))
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        _PUBLISHED,
        _RESULT_OF_UNIT,
        Rule(
            "foreign",
            "INSERT",
            "NEW.entry_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.tenant_id = NEW.tenant_id "
            "AND e.id = NEW.entry_id AND e.subject_id = NEW.subject_id AND e.period_id = NEW.period_id)",
        ),
        Rule("thing", "INSERT", "NEW.thing_id <> COALESCE(NEW.entry_id, NEW.run_id)"),
    )

    period_id: Mapped[int]
    run_id: Mapped[int]
    subject_id: Mapped[int]
    unit_id: Mapped[int]
    entry_id: Mapped[int | None]
    thing_id: Mapped[int]
    attempt: Mapped[int] = mapped_column(default=0)
    filed_by: Mapped[int]
    filed_at: Mapped[datetime] = mapped_column(Instant)
    late: Mapped[bool] = mapped_column(default=False)


class AppealReason(TenantModel):
    """Why, in the appellant's words; `late` says why an appeal after the deadline was taken."""

    __tablename__ = "appeal_reasons"
    __refs__ = {"id": "appeals"}
    __erasable__ = ("words", "late")
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]
    late: Mapped[str | None]


class AppealFile(TenantModel):
    """Evidence that came with an appeal."""

    __tablename__ = "appeal_files"
    __refs__ = {"appeal_id": "appeals", "file_id": "files", "added_by": "persons"}
    __unique__ = (("appeal_id", "file_id"),)
    __indexes__ = (("file_id",),)
    __kept__ = Kept.APPEND_ONLY

    appeal_id: Mapped[int]
    file_id: Mapped[int]
    added_by: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(Instant)


_OF_THIS = "a.tenant_id = NEW.tenant_id AND a.id = NEW.appeal_id"
_DECIDES = "NEW.step IN ('taken_up', 'upheld', 'rejected')"
_RECORDED = (
    "EXISTS (SELECT 1 FROM appeals a JOIN entries e ON e.tenant_id = a.tenant_id AND e.period_id = a.period_id "  # noqa: S608
    f"AND e.subject_id = a.subject_id WHERE {_OF_THIS} AND e.recorded_by = NEW.done_by "
    "AND (e.id = a.entry_id OR e.replaced_by = a.entry_id OR (a.entry_id IS NULL AND e.replaced_by IS NULL)))"
)
_TAKERS = (
    f"SELECT 1 FROM appeals a WHERE {_OF_THIS} AND (a.subject_id = NEW.done_by OR a.filed_by = NEW.done_by)"  # noqa: S608
)


_HEADS = (
    "SELECT 1 FROM appeals a JOIN grants g ON g.tenant_id = a.tenant_id AND g.unit_id = a.subject_id "  # noqa: S608
    "JOIN accounts c ON c.tenant_id = g.tenant_id AND c.id = g.account_id "
    f"WHERE {_OF_THIS} AND g.role = 'assessor' AND c.person_id = NEW.done_by"
)
_MERGED = (
    "SELECT 1 FROM merges m WHERE m.tenant_id = a.tenant_id AND m.gone_id = a.subject_id "
    "AND m.kept_id = e.subject_id"
)
_FOREIGN_ENTRY = (
    "NEW.entry_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM appeals a JOIN entries e ON e.tenant_id = a.tenant_id "  # noqa: S608
    f"AND e.period_id = NEW.period_id WHERE {_OF_THIS} AND e.id = NEW.entry_id "
    f"AND (e.subject_id = a.subject_id OR EXISTS ({_MERGED})))"
)


class AppealStep(TenantModel):
    """What happened to an appeal: taken_up, upheld, rejected, withdrawn, hindered, carried_out; each once.

    There is one decision in all; one that upholds names the remedy: `withdraw` or `correct` the entry, `add` one,
    `recompute`, or `none`. A decision that could not be carried out is `hindered`, and stays open until it is. An
    appeal of a unit is withdrawn by who filed it or by whom the unit was given to assess: its head may have changed.
    """

    __tablename__ = "appeal_steps"
    __refs__ = {"appeal_id": "appeals", "period_id": "periods", "done_by": "persons", "entry_id": "entries"}
    __unique__ = (
        ("appeal_id", "step"),
        Keyed(
            ("appeal_id",),
            where="step IN ('upheld', 'rejected', 'withdrawn')",
            name="uq_appeal_steps_ended",
        ),
    )
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        RULE_NOT_FINAL_ON_INSERT,
        Rule("self", "INSERT", f"{_DECIDES} AND EXISTS ({_TAKERS})"),
        Rule("recorder", "INSERT", f"NEW.step IN ('upheld', 'rejected') AND {_RECORDED}"),
        Rule(
            "appellant",
            "INSERT",
            f"NEW.step = 'withdrawn' AND NOT EXISTS ({_TAKERS}) AND NOT EXISTS ({_HEADS})",
        ),
        tied("appeal_id", "appeals", "period_id"),
        Rule("foreign", "INSERT", _FOREIGN_ENTRY),
    )

    appeal_id: Mapped[int]
    period_id: Mapped[int]
    step: Mapped[str]
    done_by: Mapped[int | None]
    done_at: Mapped[datetime] = mapped_column(Instant)
    remedy: Mapped[str | None]
    clause_id: Mapped[int | None]
    quantity: Mapped[Decimal | None] = mapped_column(Quantity)
    points: Mapped[Decimal | None] = mapped_column(Points)
    happened_on: Mapped[date | None]
    entry_id: Mapped[int | None]  # of carried_out: the entry that was made
    job_id: Mapped[int | None]  # of carried_out: the job that did it


class AppealStepReason(TenantModel):
    """The words of a step; beside it."""

    __tablename__ = "appeal_step_reasons"
    __refs__ = {"id": "appeal_steps"}
    __erasable__ = ("words",)
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]
