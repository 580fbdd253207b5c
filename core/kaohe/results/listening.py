"""Telling other features that a period was closed, published, sealed or reopened, in the same transaction.

A feature above registers in its module `reactions`, as for entries (`kaohe.entries.listening`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kaohe.db import TenantSession
from kaohe.entries.listening import load_reactions
from kaohe.periods.models import Period
from kaohe.results.computing import Outcome
from kaohe.results.models import Run
from kaohe.scheme import Scheme


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


Finder = Callable[[TenantSession, Period, Scheme, Outcome], list[tuple[Any, ...]]]
Teller = Callable[[TenantSession, Period, Collection[int] | None], list[Any]]
_FINDERS: list[Finder] = []
_TELLERS: list[Teller] = []


def when_computed(finder: Finder) -> Finder:
    """Ask `finder` what else a computed period leads to: rows for `Run.effects`, found outside any write lock."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)
    return finder


def found_besides(
    session: TenantSession, period: Period, scheme: Scheme, outcome: Outcome
) -> list[tuple[Any, ...]]:
    """What the finders found in a computed period."""
    load_reactions()
    return [row for finder in _FINDERS for row in finder(session, period, scheme, outcome)]


def tells_called(teller: Teller) -> Teller:
    """Let `teller` say what a period's results call for, for the pages of results."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)
    return teller


def called_for(
    session: TenantSession, period: Period, subject_ids: Collection[int] | None = None
) -> list[Any]:
    """What a period's results call for, decided or not, as the feature above says it."""
    load_reactions()
    return [one for teller in _TELLERS for one in teller(session, period, subject_ids)]
