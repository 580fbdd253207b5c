"""A race that one side wins for certain: work that meets a closing, and waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from sqlalchemy import text

from kaohe.db import Databases, TenantSession
from kaohe.periods import service as periods
from kaohe.periods.models import Period

R = TypeVar("R")
_BEHIND_ME = text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
)


def while_closing(
    databases: Databases, tenant_id: int, period_id: int, work: Callable[[], R], *, now: datetime
) -> R:
    """What `work` gives that began in another thread while a period was being closed, and went on once it was."""
    with ThreadPoolExecutor(1) as pool, databases.tenant(tenant_id) as session:
        period = session.need(Period, period_id)
        session.refresh(period, with_for_update=True)
        running = pool.submit(work)
        _wait_until_held_up(session)
        periods.step(session, period, after="closed", by=None, now=now)
        session.commit()
        return running.result(timeout=30)


def _wait_until_held_up(session: TenantSession) -> None:
    """On PostgreSQL until somebody waits for this session; on SQLite, where any writer does, a moment."""
    if session.get_bind().dialect.name == "sqlite":
        time.sleep(0.2)
        return
    until = time.monotonic() + 20
    while not session.scalar(_BEHIND_ME):
        assert time.monotonic() < until, "nobody waits for the closing"
        time.sleep(0.02)
