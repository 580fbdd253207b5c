"""Telling other features of what was recorded and taken back, in the same transaction.

A feature above registers a function with `when_kept` or `when_withdrawn` in its module `reactions`; all modules of that
name are loaded before the first entry is told of. A listener that raises stops the request: what belongs together is
written together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import kaohe
from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.periods.models import Period
from kaohe.scheme import Scheme


@dataclass(frozen=True)
class Told:
    """Entries of one period that were kept, or taken back, just now."""

    session: TenantSession
    period: Period
    scheme: Scheme
    entries: Sequence[Entry]
    now: datetime


Listener = Callable[[Told], None]
_KEPT: list[Listener] = []
_WITHDRAWN: list[Listener] = []


def when_kept(listener: Listener) -> Listener:
    """Call `listener` with the entries of each recording."""
    if listener not in _KEPT:
        _KEPT.append(listener)
    return listener


def when_withdrawn(listener: Listener) -> Listener:
    """Call `listener` with the entries that were withdrawn, or replaced by a correction."""
    if listener not in _WITHDRAWN:
        _WITHDRAWN.append(listener)
    return listener


@cache
def load_reactions() -> None:
    """Import `reactions` of every feature folder, so that a process without pages knows them too."""
    for folder in iter_modules(kaohe.__path__):
        if folder.ispkg and find_spec(f"kaohe.{folder.name}.reactions") is not None:
            import_module(f"kaohe.{folder.name}.reactions")


def say_kept(
    session: TenantSession, period: Period, scheme: Scheme, entries: Sequence[Entry], now: datetime
) -> None:
    """Tell the listeners what was kept."""
    load_reactions()
    for listener in _KEPT:
        listener(Told(session, period, scheme, entries, now))


def say_withdrawn(
    session: TenantSession, period: Period, scheme: Scheme, entries: Sequence[Entry], now: datetime
) -> None:
    """Tell the listeners what was taken back."""
    load_reactions()
    for listener in _WITHDRAWN:
        listener(Told(session, period, scheme, entries, now))
