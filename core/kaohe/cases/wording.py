"""Words of a case that are kept with it: its headline, what the search finds, moments in refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kaohe.cases.refusals import ReasonTooLong
from kaohe.db import TenantSession
from kaohe.plugins import CaseKind

LONGEST_HEADLINE = 80
MOST_WORDS = 1000


def clean(text: str | None) -> str:
    """Words without control characters and outer spaces; too many are refused, not cut."""
    kept = "".join(c for c in (text or "").replace("\r\n", "\n") if c.isprintable() or c == "\n").strip()
    if len(kept) > MOST_WORDS:
        raise ReasonTooLong(most=MOST_WORDS)
    return kept


def headline_of(kind: CaseKind, fields: Mapping[str, Any]) -> str:
    """What a list shows of a case: the fields that its kind names, in one line."""
    schema = kind.fields()
    said = []
    for name in kind.headline:
        titles = getattr(schema.fields[name], "titles", {})
        value = fields.get(name)
        if value not in (None, ""):
            said.append(titles[value].zh if value in titles else " ".join(str(value).split()))
    line = " · ".join(said)
    return line if len(line) <= LONGEST_HEADLINE else f"{line[: LONGEST_HEADLINE - 1]}…"


def sought_of(fields: Mapping[str, Any]) -> str:
    """What the search looks through."""
    return "\n".join(value.lower() for value in fields.values() if isinstance(value, str))


def said_moment(session: TenantSession, moment: datetime) -> str:
    """A moment in the tenant's zone."""
    return moment.astimezone(session.zone).strftime("%Y-%m-%d %H:%M:%S")
