"""Identifiers: 63-bit integers, ordered by time, made in Python.

42 bits of milliseconds since 2024-01-01 UTC, 10 bits of the process's leased worker number, 11 bits of a
counter. Two processes never hold one worker number at a time (see `kaohe.db.leases`), so an id is never
made twice. In JSON, URLs and spreadsheets an id is text.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

EPOCH_MS = 1_704_067_200_000
WORKERS = 1 << 10
_COUNTERS = 1 << 11
LONGEST = 19  # digits of the greatest id


class IdMaker:
    """Makes ids for one worker number; safe between threads; never runs backwards with the clock."""

    def __init__(self, worker: int, clock: Callable[[], float] = time.time) -> None:
        if not 0 <= worker < WORKERS:
            raise ValueError(f"worker {worker} is not within 0 and {WORKERS - 1}")
        self.worker = worker
        self._clock = clock
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def __call__(self) -> int:
        """The next id, greater than every id this maker gave before."""
        with self._lock:
            now_ms = int(self._clock() * 1000) - EPOCH_MS
            if now_ms > self._last_ms:
                self._last_ms, self._counter = now_ms, 0
            else:
                self._counter += 1
                if self._counter == _COUNTERS:
                    self._last_ms, self._counter = self._last_ms + 1, 0
            return (self._last_ms << 21) | (self.worker << 11) | self._counter


_maker = IdMaker(0)


def new_id() -> int:
    """The next id of this process."""
    return _maker()


def use_worker(worker: int) -> None:
    """Make this process's ids with `worker` from now on; called once the number is leased."""
    global _maker
    if worker != _maker.worker:
        _maker = IdMaker(worker)


def moment_of(ident: int) -> datetime:
    """When an id was made, to the millisecond."""
    return datetime.fromtimestamp(((ident >> 21) + EPOCH_MS) / 1000, UTC)


def id_within(first: datetime, last: datetime) -> int:
    """An id that could have been made at any moment between the two (not before 2024): it does not tell when it was."""
    low, high = (max(int(moment.timestamp() * 1000) - EPOCH_MS, 1) << 21 for moment in (first, last))
    return low + secrets.randbelow(max(high - low, 1 << 21))


def read_id(text: object) -> int | None:
    """The id that a text from outside means; None for anything that cannot be one, however long or odd."""
    plain = str(text or "").strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= LONGEST):
        return None
    return int(plain) if 0 < int(plain) < 1 << 63 else None
