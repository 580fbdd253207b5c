"""Papers made in the background are cleared away after some days."""

from __future__ import annotations

from datetime import datetime, timedelta

from kaohe.db import Databases
from kaohe.jobs.schedule import sweep
from kaohe.papers import service


@sweep("papers.clear", every=timedelta(hours=6))
def clear(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Remove what was kept long enough."""
    service.sweep_kept(databases.settings.folder, tenant_id, now)
