"""The outbox's round: what waits is handed to threads, so that the worker goes on at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kaohe.db import Databases
from kaohe.jobs.schedule import sweep
from kaohe.messages.delivering import deliver
from kaohe.messages.reach import Reach


@sweep("outbox", every=timedelta(seconds=2))
def send_out(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Send what is due; a delivery at work is claimed, so a round that overlaps takes others."""
    deliver(databases, tenant_id, now, reach=Reach.from_environment(), clock=lambda: datetime.now(UTC))
