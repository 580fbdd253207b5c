"""The daily round over stored files."""

from __future__ import annotations

from datetime import datetime, timedelta

from kaohe.db import Databases
from kaohe.files import orphans
from kaohe.jobs.schedule import sweep


@sweep("files.orphans", every=timedelta(hours=24))
def clear(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Clear bytes away that no row names."""
    orphans.clear(databases, tenant_id, now)
