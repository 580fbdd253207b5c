"""What subjects owe by a date, what they filed, and each time a date was moved; what was filed is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Kept, Keyed, Rule, TenantModel
from kaohe.db.versions import Versioned

_SUBJECT_OF_DUE = "(SELECT d.subject_id FROM dues d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.due_id)"


class Due(Versioned, TenantModel):
    """One filing that one subject owes for one stretch of days.

    `due_at` is the last moment that is in time; only an unlocking moves it. `filed_at` is the first time it was filed.
    `counted_through` is the last late day that an entry counts; `settled_at` says that nothing more comes round.
    """

    __tablename__ = "dues"
    __refs__ = {"period_id": "periods", "subject_id": "subjects", "unit_id": "units"}
    __unique__ = (("period_id", "filing", "subject_id", "starts_on"),)
    __indexes__ = (
        ("subject_id", "due_at"),
        ("unit_id", "due_at"),
        ("filing", "due_at"),
        Keyed(("due_at",), where="settled_at IS NULL", name="ix_dues_waiting"),
    )
    __kept__ = Kept.LASTING

    filing: Mapped[str]
    period_id: Mapped[int]
    subject_id: Mapped[int]
    unit_id: Mapped[int]  # the subject's unit when the due was made, or the unit itself
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    missed_at: Mapped[datetime | None] = mapped_column(Instant)
    counted_through: Mapped[date | None]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class Filed(TenantModel):
    """One version of what was filed; `content` is what the schema read, as plain JSON. The newest stands."""

    __tablename__ = "filings"
    __refs__ = {"due_id": "dues", "filed_by": "persons"}
    __unique__ = (("due_id", "number"), Keyed(("form_token",), where="form_token IS NOT NULL"))
    __erasable__ = ("content",)
    __kept__ = Kept.APPEND_ONLY

    due_id: Mapped[int]
    number: Mapped[int]
    content: Mapped[Any] = mapped_column(Json)
    filed_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    form_token: Mapped[str | None]
    replaced_by: Mapped[int | None]


class FilingDraft(TenantModel):
    """What was typed and is not filed yet, right or wrong; it goes when the filing is filed."""

    __tablename__ = "filing_drafts"
    __refs__ = {"due_id": "dues", "saved_by": "persons"}
    __unique__ = (("due_id",),)

    due_id: Mapped[int]
    typed: Mapped[Any] = mapped_column(Json)
    saved_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)


class DueMove(TenantModel):
    """An unlocking: who gave which new date, and why; nobody does it for what one owes oneself."""

    __tablename__ = "due_moves"
    __refs__ = {"due_id": "dues", "moved_by": "persons"}
    __indexes__ = (("due_id", "at"),)
    __erasable__ = ("reason",)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (Rule("self", "INSERT", f"NEW.moved_by = {_SUBJECT_OF_DUE}"),)

    due_id: Mapped[int]
    before: Mapped[datetime] = mapped_column(Instant)
    after: Mapped[datetime] = mapped_column(Instant)
    moved_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str]
