"""Periods of an adopted scheme and each step of their life: planned, open, closed, published, final."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Kept, Rule, TenantModel, tied
from kaohe.db.versions import Versioned

STATES = ("planned", "open", "closed", "published", "final")
"""In the order of a period's life."""

_PERIOD_OF_NEW = "periods WHERE tenant_id = NEW.tenant_id AND id = NEW.period_id"
_STATE_OF_NEW = f"COALESCE((SELECT state FROM {_PERIOD_OF_NEW}), 'none')"  # noqa: S608

RULE_OPEN_ON_INSERT = Rule("period", "INSERT", f"{_STATE_OF_NEW} <> 'open'", lock=_PERIOD_OF_NEW)
_MOVED = "NEW.period_id <> OLD.period_id"
RULE_OPEN_ON_UPDATE = Rule("period", "UPDATE", f"{_MOVED} OR {_STATE_OF_NEW} <> 'open'", lock=_PERIOD_OF_NEW)
RULE_NOT_FINAL_ON_INSERT = Rule("final", "INSERT", f"{_STATE_OF_NEW} = 'final'", lock=_PERIOD_OF_NEW)
RULE_NOT_FINAL_ON_UPDATE = Rule(
    "final", "UPDATE", f"{_MOVED} OR {_STATE_OF_NEW} = 'final'", lock=_PERIOD_OF_NEW
)


class Period(Versioned, TenantModel):
    """A dated stretch that is assessed as a whole, under the revision that it keeps."""

    __tablename__ = "periods"
    __refs__ = {"adoption_id": "adoptions", "revision_id": "revisions"}
    __unique__ = (("adoption_id", "starts_on"), ("adoption_id", "code"))
    __indexes__ = (("state", "starts_on"),)
    __rules__ = (
        Rule("final", "UPDATE", "OLD.state = 'final'"),
        Rule(
            "period",
            "UPDATE",
            "OLD.state <> 'planned' AND (NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on "
            "OR NEW.adoption_id <> OLD.adoption_id OR NEW.revision_id IS DISTINCT FROM OLD.revision_id)",
        ),
        Rule("period", "DELETE", "OLD.state <> 'planned'"),
        tied("revision_id", "revisions", "adoption_id"),
        tied("revision_id", "revisions", "adoption_id", when="UPDATE"),
    )

    adoption_id: Mapped[int]
    revision_id: Mapped[int | None]
    code: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    entries_until: Mapped[date]
    published_until: Mapped[date]
    final_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="planned")


class PeriodStep(TenantModel):
    """A step in a period's life: who, when, from, to, and why where a reason is asked."""

    __tablename__ = "period_steps"
    __refs__ = {"period_id": "periods", "by": "persons"}
    __indexes__ = (("period_id", "at"),)
    __erasable__ = ("reason",)
    __kept__ = Kept.APPEND_ONLY

    period_id: Mapped[int]
    before: Mapped[str]
    after: Mapped[str]
    by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None]
