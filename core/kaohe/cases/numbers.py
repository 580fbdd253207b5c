"""The numbers of cases: 2026-0001, 2026-0002 … for each tenant, none twice."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kaohe.cases.models import CaseNumber
from kaohe.db import TenantSession


def next_number(session: TenantSession, year: int) -> str:
    """The next number of a year; whoever asks at the same time waits for this transaction."""
    for _ in range(2):
        counted = session.execute(
            update(CaseNumber)
            .where(CaseNumber.year == year)
            .values(last=CaseNumber.last + 1)
            .execution_options(synchronize_session=False)
        )
        if counted.rowcount:
            break
        try:
            with session.begin_nested():
                session.add(CaseNumber(year=year, last=0))
                session.flush()
        except IntegrityError:  # somebody else began the year in this moment
            continue
    last = session.scalar(select(CaseNumber.last).where(CaseNumber.year == year))
    if not last:
        return next_number(session, year)
    return f"{year}-{last:04d}"
