"""Where an entry made from a missed filing is seen."""

from __future__ import annotations

from kaohe.db import TenantSession
from kaohe.entries.origins import Where, register
from kaohe.filings.missing import ORIGIN
from kaohe.filings.models import Due
from kaohe.scheme import Text


def _where(session: TenantSession, ident: int) -> Where | None:
    due = session.get(Due, ident)
    return Where("filings.show", {"due": due.id}) if due is not None else None


register(ORIGIN, Text("逾期上报", "Filing missed"), _where)
