"""What the pages of a scheme want to know of its periods, which stand on a floor below.

The floor below registers its answer when it is loaded; until then a scheme has no periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from kaohe.db import TenantSession
from kaohe.scheme import Text


@dataclass(frozen=True)
class Dated:
    """A period as a scheme's pages show it."""

    id: int
    title: Text
    starts_on: date
    state: str


class Calendar(Protocol):
    """The answers."""

    def first_days(self, session: TenantSession, adoption_id: int) -> Sequence[Dated]:
        """The planned periods with which a revision could start, in order."""
        ...

    def under(self, session: TenantSession, revision_id: int) -> Sequence[Dated]:
        """The periods that have taken a revision, in order."""
        ...


_CALENDARS: list[Calendar] = []


def register(calendar: Any) -> None:
    """Let `calendar` answer from now on."""
    _CALENDARS[:] = [calendar]


def first_days(session: TenantSession, adoption_id: int) -> Sequence[Dated]:
    """The planned periods with which a revision could start, in order."""
    return _CALENDARS[0].first_days(session, adoption_id) if _CALENDARS else ()


def under(session: TenantSession, revision_id: int) -> Sequence[Dated]:
    """The periods that have taken a revision, in order."""
    return _CALENDARS[0].under(session, revision_id) if _CALENDARS else ()
