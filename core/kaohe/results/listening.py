"""Telling other features that a period was closed, published, sealed or reopened, in the same transaction.

A feature above registers in its module `reactions`, as for entries (`kaohe.entries.listening`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kaohe.db import TenantSession
from kaohe.entries.listening import load_reactions
from kaohe.periods.models import Period
from kaohe.results.models import Run


@dataclass(frozen=True)
class Turned:
    """A period that has just taken a step: `step` is closed, published, final or reopened; `run` stands, or stood."""

    session: TenantSession
    period: Period
    step: str
    run: Run | None
    by: int | None
    now: datetime


_LISTENERS: list[Callable[[Turned], None]] = []


def when_turned(listener: Callable[[Turned], None]) -> Callable[[Turned], None]:
    """Call `listener` at each step of a period that has results."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)
    return listener


def say_turned(turned: Turned) -> None:
    """Tell the listeners."""
    load_reactions()
    for listener in _LISTENERS:
        listener(turned)
