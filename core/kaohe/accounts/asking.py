"""What the address of a list of accounts asks for, and units as choices: shared by the pages of accounts."""

from __future__ import annotations

from typing import Any

from kaohe.accounts import listing
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Unit

MOST_AT_ONCE = 500


def wanted_of(state: ListState, **limits: Any) -> listing.Wanted:
    """What the address of a list of accounts asks for."""
    unit = state.filters.get("unit", "")
    found = (
        current.session.get(Unit, int(unit)) if unit.isascii() and unit.isdigit() and len(unit) < 19 else None
    )
    return listing.Wanted(
        today=current.today,
        q=state.q,
        state=state.filters.get("state", ""),
        role=state.filters.get("role", ""),
        unit_path=found.path if found else "",
        sort=state.sort,
        falling=state.falling,
        **limits,
    )


def read_list(args: Any, path: str) -> ListState:
    """The state of a list of accounts."""
    return ListState.read(
        args,
        path,
        sorts=("name", "number", "unit", "state"),
        sort="unit",
        filters={"state": listing.STATES, "role": listing.ROLE_FILTERS, "unit": None},
    )


def unit_choices(found: list[Unit]) -> list[tuple[str, str]]:
    """Units for a choice, those below others moved in."""
    least = min((people.depth(unit) for unit in found), default=0)
    return [(str(unit.id), "\u3000" * (people.depth(unit) - least) + unit.name) for unit in found]
