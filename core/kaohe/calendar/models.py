"""A tenant's own days, and the years that its administrator has confirmed by hand.

Nothing is overwritten: a later word about a day or a year is a new row, to which the old one's `replaced_by` points.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Kept, Keyed, Rule, TenantModel


class CalendarDay(TenantModel):
    """What the organisation says of a day: worked, off, or (None) again as the official calendar has it."""

    __tablename__ = "calendar_days"
    __refs__ = {"by": "persons"}
    __unique__ = (Keyed(("day",), where="replaced_by IS NULL"),)
    __erasable__ = ("reason",)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (Rule("reason", "INSERT", "LENGTH(TRIM(NEW.reason)) = 0"),)

    day: Mapped[date]
    works: Mapped[bool | None]
    reason: Mapped[str]
    by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    replaced_by: Mapped[int | None]


class CalendarYear(TenantModel):
    """A year that was not in the official data, confirmed by hand; `stands` is false where that was taken back."""

    __tablename__ = "calendar_years"
    __refs__ = {"by": "persons"}
    __unique__ = (Keyed(("year",), where="replaced_by IS NULL"),)
    __kept__ = Kept.APPEND_ONLY

    year: Mapped[int]
    stands: Mapped[bool]
    by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    replaced_by: Mapped[int | None]
