"""The round of ratings: rounds are made, those past their deadline counted, reminders sent; each in its transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from kaohe.db import Databases
from kaohe.jobs.schedule import sweep
from kaohe.plugins import installed
from kaohe.ratings import counting, planning, reminding


@sweep("ratings", every=timedelta(minutes=5))
def go_round(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Assign raters, count what is finished, remind who is not."""
    registry = installed()
    with databases.tenant(tenant_id) as session:
        planning.make_rounds(session, registry, now=now)
        session.commit()
    with databases.tenant(tenant_id) as session:
        counting.count_finished(session, now=now)
        session.commit()
    with databases.tenant(tenant_id) as session:
        reminding.remind(session, registry, now=now)
        session.commit()
