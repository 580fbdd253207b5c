"""What people type into the forms of cases, read: a moment in the tenant's zone, a version, the mark of a form."""

from __future__ import annotations

import re
from datetime import datetime

from kaohe.cases.refusals import TimeUnreadable
from kaohe.db import TenantSession

_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?")


def moment(session: TenantSession, text: str | None, field: str = "happened_at") -> datetime | None:
    """A moment as the form sends it; None for nothing typed; anything else is refused."""
    plain = (text or "").strip()
    if not plain:
        return None
    found = _MOMENT.fullmatch(plain[:40])
    try:
        if found is None:
            raise ValueError
        parts = [int(part or 0) for part in found.groups()]
        return datetime(*parts, tzinfo=session.zone)  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError):
        raise TimeUnreadable(typed=plain[:40], field=field) from None


def version(text: str | None) -> int | None:
    """The version that a form showed; -1, which no case has, for what is no number."""
    plain = (text or "").strip()
    if not plain:
        return None
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 9 else -1


def token(text: str | None) -> str | None:
    """The mark of a form as this application makes them."""
    return "".join(c for c in (text or "")[:60] if c.isascii() and (c.isalnum() or c in "-_")) or None
