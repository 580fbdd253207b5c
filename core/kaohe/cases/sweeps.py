"""The round over clocks that ran out: found by one query over an index, each settled once whoever goes round.

A process that was down finds everything that ran out meanwhile. Each case is settled in a short transaction of its own
under its lock; what is refused or fails is told in the log and put off, so that the others are settled.
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
from kaohe.jobs.rows import each_apart, one_by_one
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
        cases = [
            (case_id, [ident for _, ident in rows])
            for case_id, rows in groupby(found, key=lambda row: row[0])
        ]
        each_apart(
            cases,
            lambda one: _settle(databases, tenant_id, *one, now),
            log=_log,
            what="the clocks of case",
        )
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
        clocks = session.scalars(
            select(CaseClockRow).where(CaseClockRow.id.in_(rows), CaseClockRow.look_at <= now)
        ).all()

        def put_off(row: CaseClockRow) -> None:
            row.look_at = now + TRY_AGAIN

        one_by_one(
            session,
            clocks,
            lambda row: run_out(session, case, row, now=now),
            log=_log,
            what=f"case {case.number}: the clock",
            put_off=put_off,
        )
        session.commit()
