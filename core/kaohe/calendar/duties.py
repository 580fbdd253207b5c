"""What the start page lists of the calendar: the coming year to confirm, where deadlines depend on it."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from kaohe.calendar import service
from kaohe.pages import current
from kaohe.plugins import Sector
from kaohe.tenants import service as tenants

FIRST_MONTH = 11
"""The arrangement of the coming year is announced in November as a rule."""
_COUNTED = ("working_days", "working_minutes")


def items() -> list[dict[str, Any]]:
    """The year that an administrator should confirm now; nothing where no limit is counted in working days."""
    if not current.actor.is_admin:
        return []
    needed = current.today.year + (1 if current.today.month >= FIRST_MONTH else 0)
    covered = service.through(current.session)
    if covered >= needed or not _counts_working_days():
        return []
    year = covered + 1
    late = year <= current.today.year
    return [
        {
            "icon": "calendar-exclamation",
            "title": _("确认 %(year)s 年工作日历", year=year),
            "text": _("确认之前，跨到 %(year)s 年的工作日时限算不出来", year=year),
            "url": url_for("calendar.index", year=year),
            "action": _("去确认"),
            "due": ("minus", _("已到期")) if late else ("warn", _("未确认")),
        }
    ]


def _counts_working_days() -> bool:
    registry = current_app.extensions["kaohe"].registry
    used = (registry.sectors.get(code) for code in tenants.sectors_on(current.session))
    return any(counts_working_days(sector) for sector in used if sector is not None)


def counts_working_days(sector: Sector) -> bool:
    """Whether a clause of the sector has a limit in working days or desk hours."""
    return any(
        limit.unit in _COUNTED
        for scheme in sector.schemes
        for clause in scheme.clauses()
        for limit in getattr(clause.rule, "limits", ())
        if hasattr(limit, "unit")
    )
