"""Who did what: a row for each unsafe request, and the chain that seals the rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import ERASED_NEVER_REWRITTEN, Instant, Json, Kept, Keyed, TenantModel


class AuditRow(TenantModel):
    """One act, done or refused. `detail` may be erased with its salt; `digest` stays in the chain."""

    __tablename__ = "audit_rows"
    __refs__ = {"person_id": "persons"}
    __indexes__ = (("at",), ("person_id", "at"), ("object_id",))
    __kept__ = Kept.APPEND_ONLY

    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None]
    action: Mapped[str]
    object_kind: Mapped[str | None]
    object_id: Mapped[int | None]
    outcome: Mapped[str]  # done | refused
    status: Mapped[int]
    request_id: Mapped[str]
    address: Mapped[str]
    digest: Mapped[str]


class AuditDetail(TenantModel):
    """What the act was about, in words and figures, beside its row; its id is the row's id."""

    __tablename__ = "audit_details"
    __refs__ = {"id": "audit_rows"}
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    salt: Mapped[str]
    detail: Mapped[Any] = mapped_column(Json)


class AuditLink(TenantModel):
    """One link of the chain: `hash` covers the link before and the row's digest and fields."""

    __tablename__ = "audit_links"
    __refs__ = {"row_id": "audit_rows"}
    __unique__ = (("place",), ("row_id",))
    __indexes__ = (Keyed(("sealed_at",)),)
    __kept__ = Kept.APPEND_ONLY

    place: Mapped[int]
    row_id: Mapped[int]
    hash: Mapped[str]
    sealed_at: Mapped[datetime] = mapped_column(Instant)
