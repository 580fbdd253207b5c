"""The round of filings: dues are made, misses found, reminders sent; each in a transaction of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from kaohe.db import Databases
from kaohe.filings import reminding, service
from kaohe.jobs.schedule import sweep
from kaohe.plugins import installed


@sweep("filings", every=timedelta(minutes=5))
def go_round(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Make what is owed, count what was missed, remind whoever has not filed."""
    registry = installed()
    for work in (service.make_dues, service.find_misses, reminding.remind):
        with databases.tenant(tenant_id) as session:
            work(session, registry, now=now)
            session.commit()
