"""Which records are one person's: read where something goes on over a merging.

Decides that a record that went into another counts for the kept one from the merging's first day on, not before: what
is sealed was computed without it and stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.people.models import Merge


def survivors(session: TenantSession, day: date | None = None) -> dict[int, int]:
    """Each record that went into another, with the record that is kept in the end; those that hold on a day. One query."""
    query = select(Merge.gone_id, Merge.kept_id)
    if day is not None:
        query = query.where(Merge.from_day <= day)
    step = {row[0]: row[1] for row in session.execute(query)}
    found = {}
    for gone, kept in step.items():
        while kept in step:
            kept = step[kept]
        found[gone] = kept
    return found


def gone_into(session: TenantSession, ids: Collection[int] | None, day: date | None = None) -> dict[int, int]:
    """The records that went into one of these (None: into any), with the one they went into."""
    wanted = None if ids is None else set(ids)
    return {gone: kept for gone, kept in survivors(session, day).items() if wanted is None or kept in wanted}


def firsts(session: TenantSession, person_id: int) -> dict[int, date]:
    """The records that went into this one, each with the first day from which they are one with it."""
    rows = session.execute(select(Merge.gone_id, Merge.kept_id, Merge.from_day)).all()
    found: dict[int, date] = {}
    into = {person_id: date.min}
    while into:
        into = {gone: max(day, into[kept]) for gone, kept, day in rows if kept in into and gone not in found}
        found |= into
    return found
