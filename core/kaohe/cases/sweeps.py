"""The round over clocks that ran out: found by one query over an index, each settled once whoever goes round.

A process that was down finds everything that ran out meanwhile. Each case is settled in a short transaction of its own
under its lock; what one case refuses does not keep the others waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select

from kaohe.cases.models import Case, CaseClockRow
from kaohe.cases.overtime import TRY_AGAIN, run_out
from kaohe.db import Databases
from kaohe.errors import Refusal
from kaohe.jobs.schedule import sweep

EVERY = timedelta(seconds=15)
AT_ONCE = 500
_log = logging.getLogger(__name__)


@sweep("cases.overtime", every=EVERY)
def settle_overtime(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Let every clock run out that has, and try again what waits for a period."""
    seen: set[int] = set()
    while True:
        found = [row for row in due(databases, tenant_id, now) if row[1] not in seen]
        for case_id, rows in groupby(found, key=lambda row: row[0]):
            _settle(databases, tenant_id, case_id, [ident for _, ident in rows], now)
        seen.update(ident for _, ident in found)
        if len(found) < AT_ONCE:
            return


def due(databases: Databases, tenant_id: int, now: datetime) -> Sequence[tuple[int, int]]:
    """The clocks that the round has to look at, as (case, clock), the longest waiting first: the one query."""
    with databases.tenant(tenant_id, write=False) as session:
        query = (
            select(CaseClockRow.case_id, CaseClockRow.id)
            .where(CaseClockRow.look_at <= now)
            .order_by(CaseClockRow.look_at, CaseClockRow.case_id)
            .limit(AT_ONCE)
        )
        return [(case_id, ident) for case_id, ident in session.execute(query)]


def _settle(databases: Databases, tenant_id: int, case_id: int, rows: list[int], now: datetime) -> None:
    with databases.tenant(tenant_id) as session:
        case = session.scalar(select(Case).where(Case.id == case_id).with_for_update())
        if case is None:
            return
        for row in session.scalars(
            select(CaseClockRow).where(CaseClockRow.id.in_(rows), CaseClockRow.look_at <= now)
        ).all():
            try:
                with session.begin_nested():
                    run_out(session, case, row, now=now)
            except Refusal as refusal:  # told in the log, and tried again
                _log.warning("clock %s of case %s: %s", row.id, case.number, refusal)
                row.look_at = now + TRY_AGAIN
        session.commit()
