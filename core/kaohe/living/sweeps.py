"""Archives of persons that were not fetched within a week go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kaohe.db import Databases
from kaohe.jobs.schedule import sweep
from kaohe.living.jobs import KEPT_FOR


@sweep("living.archives", every=timedelta(hours=1))
def clear(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Remove what is older."""
    folder = databases.settings.folder / "exports" / str(tenant_id)
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > KEPT_FOR:
            path.unlink(missing_ok=True)
