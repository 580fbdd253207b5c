"""Living on: what of a leaver was erased, by whom, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Kept, Rule, TenantModel


class Erasure(TenantModel):
    """A leaver's names and words were erased: who did it when, and how many rows of each table."""

    __tablename__ = "erasures"
    __refs__ = {"person_id": "persons", "done_by": "persons"}
    __unique__ = (("person_id",), ("number",))
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (Rule("self", "INSERT", "NEW.done_by = NEW.person_id"),)

    person_id: Mapped[int]
    number: Mapped[int]
    done_by: Mapped[int]
    done_at: Mapped[datetime] = mapped_column(Instant)
    basis: Mapped[str]  # request | period_over: why the law asks for it
    counts: Mapped[Any] = mapped_column(Json)
