"""Worker numbers: leased from the platform's database so that no two processes make the same id.

A process takes the lowest number that is free or whose lease ran out, for `LEASE`, and renews it when half of
it is over; a process that cannot renew stops making ids.
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from kaohe.db.base import PlatformModel
from kaohe.db.engines import Databases
from kaohe.db.ids import WORKERS, use_worker
from kaohe.db.types import Instant

LEASE = timedelta(hours=6)
REST = timedelta(minutes=1)


class WorkerLease(PlatformModel):
    """Who holds a worker number, until when."""

    __tablename__ = "worker_leases"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str]
    until: Mapped[datetime] = mapped_column(Instant)


class NoWorkerNumber(Exception):
    """All worker numbers are leased."""


class Lease:
    """This process's worker number; `keep()` is called often and renews only when it must."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._holder = secrets.token_hex(16)
        self._lock = threading.Lock()
        self._until = datetime.min.replace(tzinfo=UTC)
        self.number: int | None = None

    def keep(self, now: datetime | None = None) -> None:
        """Hold a number from now on; raises `NoWorkerNumber` when none is free."""
        now = now or datetime.now(UTC)
        if self.number is not None and self._until - now > LEASE / 2:
            return
        with self._lock:
            if self.number is not None and self._until - now > LEASE / 2:
                return
            if not self._renew(now):
                self._take(now)
            self._until = now + LEASE

    def release(self, now: datetime | None = None) -> None:
        """Give the number back; it rests a minute, so that ids made a little ahead of the clock stay unique."""
        if self.number is None:
            return
        with self._databases.platform() as session, session.begin():
            mine = (WorkerLease.number == self.number, WorkerLease.holder == self._holder)
            session.execute(update(WorkerLease).where(*mine).values(until=(now or datetime.now(UTC)) + REST))
        self.number = None

    def _renew(self, now: datetime) -> bool:
        if self.number is None:
            return False
        with self._databases.platform() as session, session.begin():
            mine = (WorkerLease.number == self.number, WorkerLease.holder == self._holder)
            renewed = session.execute(update(WorkerLease).where(*mine).values(until=now + LEASE))
            assert isinstance(renewed, CursorResult)
            return bool(renewed.rowcount)

    def _take(self, now: datetime) -> None:
        for _ in range(20):
            with self._databases.platform() as session:
                try:
                    with session.begin():
                        number = self._claim(session, now)
                except IntegrityError:
                    continue
            if number is not None:
                self.number = number
                use_worker(number)
                return
        raise NoWorkerNumber

    def _claim(self, session: Session, now: datetime) -> int | None:
        rows = session.execute(select(WorkerLease.number, WorkerLease.until)).all()
        taken = {number for number, until in rows if until > now}
        number = next((n for n in range(1, WORKERS) if n not in taken), None)
        if number is None:
            raise NoWorkerNumber
        if any(n == number for n, _ in rows):
            lapsed = or_(WorkerLease.until <= now, WorkerLease.holder == self._holder)
            taken_over = session.execute(
                update(WorkerLease)
                .where(WorkerLease.number == number, lapsed)
                .values(holder=self._holder, until=now + LEASE)
            )
            assert isinstance(taken_over, CursorResult)
            return number if taken_over.rowcount else None
        session.add(WorkerLease(number=number, holder=self._holder, until=now + LEASE))
        return number
