"""Files that came through the door; the bytes lie beside the database, once for each hash and tenant."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Kept, TenantModel


class StoredFile(TenantModel):
    """One checked file: `media_type` was found in its content, `name` is cleaned."""

    __tablename__ = "files"
    __refs__ = {"uploaded_by": "persons"}
    __indexes__ = (("sha256",), ("uploaded_by", "uploaded_at"))
    __kept__ = Kept.LASTING

    sha256: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    name: Mapped[str]
    uploaded_by: Mapped[int]
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
