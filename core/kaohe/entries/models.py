"""The score storage: every fact that counts is one row; what is written is kept.

An entry holds ids and figures; its reason stands in a side row that can be erased. A correction is a new entry
to which the old one's `replaced_by` points; a withdrawal is a row of its own, to whose id it points.
`clause_id` is the id of a clause, of a checklist item or of a measure in the period's scheme.
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
from kaohe.periods.models import RULE_OPEN_ON_INSERT, RULE_OPEN_ON_UPDATE


class Entry(TenantModel):
    """One recorded fact under a clause."""

    __tablename__ = "entries"
    __refs__ = {
        "period_id": "periods",
        "subject_id": "subjects",
        "unit_id": "units",
        "sheet_id": "sheets",
        "recorded_by": "persons",
    }
    __unique__ = (Keyed(("form_token",), where="form_token IS NOT NULL"),)
    __indexes__ = (
        Keyed(
            ("period_id", "subject_id", "clause_id", "sheet_id", "quantity", "points", "replaced_by"),
            where="replaced_by IS NULL",
            name="ix_entries_standing",
        ),
        ("period_id", "recorded_at", "id"),  # the order of the lists, to the last tie
        ("period_id", "unit_id", "recorded_at", "id"),
        ("subject_id", "happened_on"),
        ("sheet_id",),
        ("replaced_by",),
        Keyed(("origin_id",), where="origin_id IS NOT NULL"),
    )
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        RULE_OPEN_ON_INSERT,
        RULE_OPEN_ON_UPDATE,
        tied("sheet_id", "sheets", "period_id", "subject_id"),
    )

    period_id: Mapped[int]
    subject_id: Mapped[int]
    clause_id: Mapped[int]
    unit_id: Mapped[int]  # the subject's unit on the entry's date
    sheet_id: Mapped[int | None]
    quantity: Mapped[Decimal] = mapped_column(Quantity)  # times, places, a mark, a measured value
    points: Mapped[Decimal | None] = mapped_column(Points)  # only where the recorder chose within a range
    amount_fen: Mapped[int | None]  # of the fine that the clause calls for: chosen within its range, or fixed
    happened_on: Mapped[date]
    found_late: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(
        default="form"
    )  # form | batch | sheet | marks | import | demo | made: below
    origin_id: Mapped[int | None]  # the case, filing, survey … that an entry was made from (`entries.made`)
    recorded_by: Mapped[int | None]  # None: made by the system, from `origin` and `origin_id`
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    form_token: Mapped[str | None]
    replaced_by: Mapped[int | None]

    @property
    def is_made(self) -> bool:
        """Whether the system made it from something else (`entries.made`)."""
        return self.recorded_by is None and self.origin_id is not None


class EntryReason(TenantModel):
    """Why, in words; beside its entry, whose id it has."""

    __tablename__ = "entry_reasons"
    __refs__ = {"id": "entries"}
    __erasable__ = ("words",)
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]


class Withdrawal(TenantModel):
    """An entry taken back: both stay visible; why stands in a side row."""

    __tablename__ = "withdrawals"
    __refs__ = {"entry_id": "entries", "period_id": "periods", "by": "persons"}
    __unique__ = (("entry_id",),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (RULE_OPEN_ON_INSERT, tied("entry_id", "entries", "period_id"))

    entry_id: Mapped[int]
    period_id: Mapped[int]
    by: Mapped[int | None]  # None: the system, because a later fact took the ground away
    at: Mapped[datetime] = mapped_column(Instant)


class WithdrawalReason(TenantModel):
    """Why an entry was taken back, in words; beside its withdrawal, whose id it has."""

    __tablename__ = "withdrawal_reasons"
    __refs__ = {"id": "withdrawals"}
    __erasable__ = ("words",)
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]


class Sheet(TenantModel):
    """One dated inspection of one subject over a checklist; without findings it says that all was well.

    The values of one role of raters about one subject are held together by one too.
    """

    __tablename__ = "sheets"
    __refs__ = {
        "period_id": "periods",
        "subject_id": "subjects",
        "unit_id": "units",
        "recorded_by": "persons",
    }
    __unique__ = (("period_id", "subject_id", "form", "happened_on", "recorded_by"),)
    __rules__ = (RULE_OPEN_ON_INSERT, RULE_OPEN_ON_UPDATE)
    __kept__ = Kept.LASTING

    period_id: Mapped[int]
    subject_id: Mapped[int]
    unit_id: Mapped[int]
    form: Mapped[str]
    happened_on: Mapped[date]
    recorded_by: Mapped[
        int | None
    ]  # None: held by the system for a role of raters (`form`: "rater:" and its code)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


_PERIOD_OF_ENTRY = (
    "(SELECT p.state FROM entries e JOIN periods p ON p.tenant_id = e.tenant_id AND p.id = e.period_id "
    "WHERE e.tenant_id = NEW.tenant_id AND e.id = NEW.entry_id)"
)


class Evidence(TenantModel):
    """A file that shows an entry's fact."""

    __tablename__ = "evidence"
    __refs__ = {"entry_id": "entries", "file_id": "files", "added_by": "persons"}
    __unique__ = (("entry_id", "file_id"),)
    __indexes__ = (("file_id",),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (Rule("final", "INSERT", f"COALESCE({_PERIOD_OF_ENTRY}, 'none') = 'final'"),)

    entry_id: Mapped[int]
    file_id: Mapped[int]
    added_by: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(Instant)
