"""Exemptions: somebody is assessed in a period but neither ranked nor counted in a distribution.

Rows are never changed; a later one takes the place of an earlier one (`replaced_by`), so that lifting an exemption
leaves it visible. Set before the period is closed; nobody exempts oneself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import ERASED_NEVER_REWRITTEN, Instant, Kept, Keyed, Rule, TenantModel

_PERIOD = "periods WHERE tenant_id = NEW.tenant_id AND id = NEW.period_id"
_BEFORE_CLOSING = f"COALESCE((SELECT state FROM {_PERIOD}), 'none') NOT IN ('planned', 'open')"  # noqa: S608


class Exemption(TenantModel):
    """Whether a subject is exempt from rank and distribution in a period, from here on."""

    __tablename__ = "exemptions"
    __refs__ = {"period_id": "periods", "subject_id": "subjects", "set_by": "persons"}
    __unique__ = (
        Keyed(("period_id", "subject_id"), where="replaced_by IS NULL", name="uq_exemptions_standing"),
    )
    __indexes__ = (("subject_id",),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("period", "INSERT", _BEFORE_CLOSING, lock=_PERIOD),
        Rule("period", "UPDATE", _BEFORE_CLOSING, lock=_PERIOD),
        Rule("self", "INSERT", "NEW.set_by = NEW.subject_id"),
    )

    period_id: Mapped[int]
    subject_id: Mapped[int]
    exempt: Mapped[bool]
    set_by: Mapped[int]
    set_at: Mapped[datetime] = mapped_column(Instant)
    replaced_by: Mapped[int | None]


class ExemptionReason(TenantModel):
    """Why, in words; beside its row."""

    __tablename__ = "exemption_reasons"
    __refs__ = {"id": "exemptions"}
    __erasable__ = ("words",)
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]
