"""How much an organisation may keep, and how much one person may add in 24 hours.

Decides by what is stored: bytes that lie there once count once for the organisation; a person's day counts all that
the person sent. An upload that does not fit is refused with the figures. The limits of an organisation are the
operator's (`kaohe tenant files`); what is not set is the house's usual.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from kaohe.db import TenantSession
from kaohe.files import limits
from kaohe.files.models import StoredFile
from kaohe.files.refusals import DayFull, DiskFull, TenantFull
from kaohe.tenants import service as tenants
from kaohe.written import size as written

TOTAL, DAY = "files.total", "files.day"
DAY_LONG = timedelta(hours=24)


@dataclass(frozen=True)
class Usage:
    """What is kept and what may be: bytes, number of files, the organisation's limit, a person's limit for 24 hours."""

    files: int
    kept: int
    total: int
    day: int

    @property
    def left(self) -> int:
        return max(self.total - self.kept, 0)


def limits_of(session: TenantSession) -> tuple[int, int]:
    """The organisation's limit and a person's for 24 hours, in bytes."""
    return (
        int(tenants.setting(session, TOTAL, limits.TENANT_TOTAL)),
        int(tenants.setting(session, DAY, limits.PERSON_DAY)),
    )


def set_limits(session: TenantSession, *, total: int | None = None, day: int | None = None) -> None:
    """Set one or both limits, in bytes; nothing that is kept is ever removed for it."""
    for key, value in ((TOTAL, total), (DAY, day)):
        if value is not None:
            if value < 0:
                raise ValueError("a limit is not negative")
            tenants.put_setting(session, key, value)


def usage(session: TenantSession) -> Usage:
    """What the organisation keeps; equal bytes count once."""
    once = select(func.max(StoredFile.size).label("size")).group_by(StoredFile.sha256).subquery()
    files = session.scalar(select(func.count()).select_from(StoredFile)) or 0
    kept = session.scalar(select(func.sum(once.c.size))) or 0
    total, day = limits_of(session)
    return Usage(int(files), int(kept), total, day)


def sent_lately(session: TenantSession, person_id: int, now: datetime) -> int:
    """What a person has sent within the last 24 hours, in bytes."""
    found = session.scalar(
        select(func.sum(StoredFile.size)).where(
            StoredFile.uploaded_by == person_id, StoredFile.uploaded_at > now - DAY_LONG
        )
    )
    return int(found or 0)


def check_room(
    session: TenantSession,
    *,
    folder: Path,
    person_id: int,
    now: datetime,
    adding: int,
) -> None:
    """Refuse `adding` bytes more: `TenantFull`, `DayFull`, or `DiskFull` when the server itself has no room."""
    held = usage(session)
    if held.kept + adding > held.total:
        raise TenantFull(kept=written(held.kept), adding=written(adding), limit=written(held.total))
    sent = sent_lately(session, person_id, now)
    if sent + adding > held.day:
        raise DayFull(sent=written(sent), adding=written(adding), limit=written(held.day))
    if folder.exists() and shutil.disk_usage(folder).free - adding < limits.DISK_RESERVE:
        raise DiskFull
