"""Long work: its row is written in the request's transaction; a worker takes it up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, TenantModel


class Job(TenantModel):
    """One piece of long work. `state`: waiting, running, done, failed. `error` and `note` are bilingual [zh, en]."""

    __tablename__ = "jobs"
    __refs__ = {"created_by": "persons"}
    __indexes__ = (("state", "created_at"), ("created_by", "created_at"))

    kind: Mapped[str]
    args: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    note: Mapped[Any | None] = mapped_column(Json)
    result: Mapped[Any | None] = mapped_column(Json)
    error: Mapped[Any | None] = mapped_column(Json)
    claim: Mapped[str | None]  # the worker's secret of this attempt: who has lost it writes nothing any more
    tries: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
