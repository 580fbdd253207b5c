"""What comes round by itself: surveys whose last day is over are closed, totals that waited for a period are made."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from kaohe.db import Databases
from kaohe.errors import Refusal
from kaohe.jobs.schedule import sweep
from kaohe.surveys import closing
from kaohe.surveys.models import HeldSurvey
from kaohe.tenants.models import Tenant

_log = logging.getLogger(__name__)


@sweep("surveys", every=timedelta(minutes=10))
def go(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Close what is over and make what waits, each in a transaction of its own."""
    with databases.platform(write=False) as platform:
        tenant = platform.get(Tenant, tenant_id)
    today = now.astimezone(ZoneInfo(tenant.zone if tenant else "Asia/Shanghai")).date()
    due = or_(
        (HeldSurvey.state == "open") & (HeldSurvey.closes_on < today),
        (HeldSurvey.state == "closed") & (HeldSurvey.totals == "waiting"),
    )
    with databases.tenant(tenant_id, write=False) as session:
        ids = list(session.scalars(select(HeldSurvey.id).where(due).order_by(HeldSurvey.id)))
    for ident in ids:
        with databases.tenant(tenant_id) as session:
            survey = session.need(HeldSurvey, ident)
            try:
                if survey.state == "open":
                    closing.close(session, survey, actor=None, now=now, today=today)
                else:
                    closing.make_totals(session, survey, now=now)
                session.commit()
            except Refusal as refusal:
                session.rollback()
                _log.warning("survey %s of tenant %s: %s", ident, tenant_id, refusal)
            except Exception:  # one survey's trouble is not the others'
                session.rollback()
                _log.exception("survey %s of tenant %s failed", ident, tenant_id)
