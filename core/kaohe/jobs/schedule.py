"""Work that comes round by itself, for every tenant: clocks that run out, reminders, messages to send.

A feature registers a sweep in its module `sweeps`. The worker goes round; with several workers each goes round, and a
process that was down goes round as soon as it is back. A sweep therefore finds what is due in the database, by its
own rows, and does each thing once whoever does it; the schedule remembers nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import kaohe
from kaohe.db import Databases

_log = logging.getLogger(__name__)
Work = Callable[[Databases, int, datetime], None]


@dataclass(frozen=True)
class Sweep:
    """One round: `work(databases, tenant_id, now)` opens its own sessions, short ones, and commits."""

    name: str
    every: timedelta
    work: Work


_SWEEPS: dict[str, Sweep] = {}


def sweep(name: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Register a round."""

    def register(work: Work) -> Work:
        if name in _SWEEPS and _SWEEPS[name].work is not work:
            raise ValueError(f"two sweeps are called {name}")
        _SWEEPS[name] = Sweep(name, every, work)
        return work

    return register


@cache
def load_sweeps() -> None:
    """Import `sweeps` of every feature folder."""
    for folder in iter_modules(kaohe.__path__):
        if folder.ispkg and find_spec(f"kaohe.{folder.name}.sweeps") is not None:
            import_module(f"kaohe.{folder.name}.sweeps")


def sweeps() -> list[Sweep]:
    """All rounds, by name."""
    load_sweeps()
    return [_SWEEPS[name] for name in sorted(_SWEEPS)]


class Rounds:
    """When this process last went which round for which tenant."""

    def __init__(self) -> None:
        self._gone: dict[tuple[int, str], datetime] = {}

    def go(self, databases: Databases, tenant_id: int, now: datetime) -> None:
        """Go every round that is due; one that raises is logged and comes round again."""
        for one in sweeps():
            last = self._gone.get((tenant_id, one.name))
            if last is not None and now - last < one.every:
                continue
            self._gone[tenant_id, one.name] = now
            try:
                one.work(databases, tenant_id, now)
            except Exception:  # one feature's trouble is not the others'
                _log.exception("the round %s of tenant %s failed", one.name, tenant_id)


def go_round(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Go every round once, whenever it was last gone: for commands and tests; what a round raises is raised."""
    for one in sweeps():
        one.work(databases, tenant_id, now)
