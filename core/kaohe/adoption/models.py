"""A tenant's schemes: adopted once, revised by number; each revision is a snapshot of the whole scheme."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Kept, Rule, TenantModel
from kaohe.db.versions import Versioned


class Adoption(TenantModel):
    """A sector's scheme that this tenant uses or prepares to use."""

    __tablename__ = "adoptions"
    __unique__ = (("scheme_code",),)
    __kept__ = Kept.LASTING

    sector: Mapped[str]
    scheme_code: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)


class Revision(Versioned, TenantModel):
    """A numbered state of an adopted scheme; a draft is edited, an adopted one never again.

    `base` is the sector's scheme as this revision took it, `scheme` the same with doubts settled and figures
    changed, both as JSON. `settled` maps a doubt to {option, values, reason, by, at}. `changes` holds `figures`
    (path -> {value, reason, by, at}), `scope` ({units, minimum_days}; units absent: all) and `edits`, the last
    edits of the draft as {version, kind, what, by, at}, so that a second editor can be told what changed.
    """

    __tablename__ = "revisions"
    __refs__ = {"adoption_id": "adoptions", "created_by": "persons", "adopted_by": "persons"}
    __unique__ = (("adoption_id", "number"),)
    __rules__ = (
        Rule("revision", "UPDATE", "OLD.state = 'adopted'"),
        Rule("revision", "DELETE", "OLD.state = 'adopted'"),
    )

    adoption_id: Mapped[int]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")  # draft | adopted
    base: Mapped[str]
    scheme: Mapped[str]
    settled: Mapped[Any] = mapped_column(Json, default=dict)
    changes: Mapped[Any] = mapped_column(Json, default=dict)
    starts_on: Mapped[date | None]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    adopted_by: Mapped[int | None]
    adopted_at: Mapped[datetime | None] = mapped_column(Instant)


class Acknowledgement(TenantModel):
    """A person has read a revision of a scheme."""

    __tablename__ = "acknowledgements"
    __refs__ = {"revision_id": "revisions", "person_id": "persons"}
    __unique__ = (("revision_id", "person_id"),)
    __kept__ = Kept.APPEND_ONLY

    revision_id: Mapped[int]
    person_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
