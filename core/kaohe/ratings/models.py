"""Who rates whom until when, what they gave, and each time a deadline was moved; what was given is kept."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Kept, Keyed, Quantity, Rule, TenantModel
from kaohe.db.versions import Versioned
from kaohe.db.walls import reworded

_ROUND_OF_NEW = "rating_rounds WHERE tenant_id = NEW.tenant_id AND id = NEW.round_id"
_DUE_OF_NEW = f"(SELECT due_at FROM {_ROUND_OF_NEW})"  # noqa: S608
_SELF = "NEW.rater_id = NEW.subject_id"
NOT_SELF_ON_INSERT = Rule("self", "INSERT", _SELF)
NOT_SELF_ON_UPDATE = Rule("self", "UPDATE", _SELF)
NOT_LATE = Rule("late", "INSERT", f"NEW.at > {_DUE_OF_NEW}", lock=_ROUND_OF_NEW)


class RatingRound(Versioned, TenantModel):
    """One role of raters in one period: until when it rates, and when its means last became entries."""

    __tablename__ = "rating_rounds"
    __refs__ = {"period_id": "periods"}
    __unique__ = (("period_id", "role"),)
    __indexes__ = (("due_at",),)
    __kept__ = Kept.LASTING

    period_id: Mapped[int]
    role: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    counted_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(
        Instant
    )  # counted after the deadline: nothing comes round


class RatingAssignment(TenantModel):
    """A person rates another in a round, until it is ended; `assigned_by` is None where the sector's rule assigned it."""

    __tablename__ = "rating_assignments"
    __refs__ = {
        "round_id": "rating_rounds",
        "rater_id": "persons",
        "subject_id": "persons",
        "assigned_by": "persons",
    }
    __unique__ = (("round_id", "rater_id", "subject_id"),)
    __indexes__ = (("rater_id", "round_id"),)
    __kept__ = Kept.LASTING
    __rules__ = (NOT_SELF_ON_INSERT, NOT_SELF_ON_UPDATE)

    round_id: Mapped[int]
    rater_id: Mapped[int]
    subject_id: Mapped[int]
    assigned_by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Rating(TenantModel):
    """A value that a rater gave under a clause; a change is a new row to which the old one's `replaced_by` points."""

    __tablename__ = "ratings"
    __refs__ = {"round_id": "rating_rounds", "rater_id": "persons", "subject_id": "persons"}
    __unique__ = (
        Keyed(
            ("round_id", "subject_id", "clause_id", "rater_id"),
            where="replaced_by IS NULL",
            name="uq_ratings_standing",
        ),
    )
    __indexes__ = (("rater_id", "round_id"),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (NOT_SELF_ON_INSERT, NOT_LATE)

    round_id: Mapped[int]
    rater_id: Mapped[int]
    subject_id: Mapped[int]
    clause_id: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Quantity)
    at: Mapped[datetime] = mapped_column(Instant)
    replaced_by: Mapped[int | None]


class RatingRemark(TenantModel):
    """A rater's remark on somebody; a new one replaces it; it can be erased, never rewritten."""

    __tablename__ = "rating_remarks"
    __refs__ = {"round_id": "rating_rounds", "rater_id": "persons", "subject_id": "persons"}
    __unique__ = (
        Keyed(
            ("round_id", "subject_id", "rater_id"),
            where="replaced_by IS NULL",
            name="uq_rating_remarks_standing",
        ),
    )
    __rules__ = (
        NOT_SELF_ON_INSERT,
        NOT_LATE,
        Rule(
            "kept",
            "UPDATE",
            f"{reworded('words')} OR NEW.round_id <> OLD.round_id OR NEW.rater_id <> OLD.rater_id "
            "OR NEW.subject_id <> OLD.subject_id OR NEW.at <> OLD.at "
            "OR (NEW.replaced_by IS DISTINCT FROM OLD.replaced_by "
            "AND (OLD.replaced_by IS NOT NULL OR NEW.replaced_by IS NULL))",
        ),
    )

    round_id: Mapped[int]
    rater_id: Mapped[int]
    subject_id: Mapped[int]
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    replaced_by: Mapped[int | None]


class RatingMove(TenantModel):
    """A deadline moved: by whom, from when to when, and why."""

    __tablename__ = "rating_moves"
    __refs__ = {"round_id": "rating_rounds", "moved_by": "persons"}
    __indexes__ = (("round_id", "at"),)
    __erasable__ = ("reason",)
    __kept__ = Kept.APPEND_ONLY

    round_id: Mapped[int]
    before: Mapped[datetime] = mapped_column(Instant)
    after: Mapped[datetime] = mapped_column(Instant)
    moved_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str]
