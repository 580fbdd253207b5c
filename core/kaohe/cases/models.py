"""Cases, their steps as they were reported, and the clocks derived from them.

Steps are never changed: a correction is a new row in the same place, to which the old one points. Words and figures of
a step stand in a side row that can be erased.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import ERASED_NEVER_REWRITTEN, Instant, Json, Kept, Keyed, Rule, TenantModel
from kaohe.db.versions import Versioned

_OUT_OF_ORDER = (
    "NOT NEW.is_note AND EXISTS (SELECT 1 FROM case_steps s WHERE s.tenant_id = NEW.tenant_id "
    "AND s.case_id = NEW.case_id AND NOT s.is_note AND s.replaced_by IS NULL "
    "AND ((s.place < NEW.place AND s.happened_at > NEW.happened_at) "
    "OR (s.place > NEW.place AND s.happened_at < NEW.happened_at)))"
)


class Case(Versioned, TenantModel):
    """A work order: what it is about, who holds it, where it stands. `due_at`: of the next clock that runs."""

    __tablename__ = "cases"
    __refs__ = {
        "unit_id": "units",
        "holder_id": "units",
        "person_id": "persons",
        "revision_id": "revisions",
        "logged_by": "persons",
    }
    __unique__ = (("number",), Keyed(("form_token",), where="form_token IS NOT NULL"))
    __indexes__ = (("closed", "due_at", "id"), ("kind", "logged_at"), ("holder_id", "closed"))
    __kept__ = Kept.LASTING

    kind: Mapped[str]  # sector.kind
    number: Mapped[str]
    headline: Mapped[str]
    sought: Mapped[str]  # the texts of its fields, for the search
    circumstance: Mapped[str]
    fields: Mapped[Any] = mapped_column(Json)
    unit_id: Mapped[int]  # the desk that logged it
    holder_id: Mapped[int]
    person_id: Mapped[int | None]  # who has it, where a step says so
    revision_id: Mapped[int | None]  # under which its clocks run
    state: Mapped[str]
    closed: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    logged_by: Mapped[int]
    logged_at: Mapped[datetime] = mapped_column(Instant)
    form_token: Mapped[str | None]


class CaseNumber(TenantModel):
    """The last number given in a year."""

    __tablename__ = "case_numbers"
    __unique__ = (("year",),)

    year: Mapped[int]
    last: Mapped[int]


class CaseStepRow(TenantModel):
    """A step as reported: who, when it was reported and recorded, when it happened, who held the case after it."""

    __tablename__ = "case_steps"
    __refs__ = {
        "case_id": "cases",
        "unit_id": "units",
        "person_id": "persons",
        "taken_by": "persons",
    }
    __unique__ = (
        Keyed(("case_id", "place"), where="replaced_by IS NULL"),
        Keyed(("form_token",), where="form_token IS NOT NULL"),
    )
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("future", "INSERT", "NEW.happened_at > NEW.at"),
        Rule("order", "INSERT", _OUT_OF_ORDER),
    )

    case_id: Mapped[int]
    place: Mapped[int]
    step: Mapped[str]
    is_note: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]  # after it
    unit_id: Mapped[int]  # that holds the case after it
    person_id: Mapped[int | None]
    taken_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)  # when this row was written
    reported_at: Mapped[datetime] = mapped_column(Instant)  # when the step was first reported
    happened_at: Mapped[datetime] = mapped_column(Instant)
    own_word: Mapped[bool] = mapped_column(
        default=False
    )  # recorded by whoever held the case, confirmed by nobody
    form_token: Mapped[str | None]
    replaced_by: Mapped[int | None]


class CaseStepWords(TenantModel):
    """Why, and what was filled in; beside its step, whose id it has."""

    __tablename__ = "case_step_words"
    __refs__ = {"id": "case_steps"}
    __erasable__ = ("reason", "fields")
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    reason: Mapped[str]
    fields: Mapped[Any] = mapped_column(Json)


class CaseClockRow(TenantModel):
    """A run of a clock. `look_at`: when the round must look at it next; null when there is nothing to do."""

    __tablename__ = "case_clocks"
    __refs__ = {
        "case_id": "cases",
        "holder_id": "units",
        "person_id": "persons",
        "entry_id": "entries",
    }
    __unique__ = (("case_id", "clock", "place"),)
    __indexes__ = (
        Keyed(("look_at", "case_id"), where="look_at IS NOT NULL", name="ix_case_clocks_look"),
        ("holder_id", "started_at"),
    )
    __kept__ = Kept.LASTING

    case_id: Mapped[int]
    clock: Mapped[str]
    place: Mapped[int]  # of the step that started it
    clause_id: Mapped[int]
    holder_id: Mapped[int]
    person_id: Mapped[int | None]
    started_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    state: Mapped[str]  # running | in_time | overtime | urged | void
    urges: Mapped[bool] = mapped_column(default=False)
    quiet: Mapped[bool] = mapped_column(default=False)
    urged_at: Mapped[datetime | None] = mapped_column(Instant)
    look_at: Mapped[datetime | None] = mapped_column(Instant)
    entry_id: Mapped[int | None]  # its entry, while it stands
    withdrawn_id: Mapped[int | None]  # the last entry that a later fact took back
    made: Mapped[int] = mapped_column(default=0)  # how often an entry was made of it


class CaseFile(TenantModel):
    """A file that belongs to a case."""

    __tablename__ = "case_files"
    __refs__ = {"case_id": "cases", "file_id": "files", "added_by": "persons"}
    __unique__ = (("case_id", "file_id"),)
    __indexes__ = (("file_id",),)
    __kept__ = Kept.APPEND_ONLY

    case_id: Mapped[int]
    file_id: Mapped[int]
    added_by: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(Instant)
