"""Which unit a page of many people shows: the one asked for, else the first that the actor assesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kaohe.accounts.policy import Place, allowed
from kaohe.entries import checks, picking, subjects
from kaohe.entries.scene import Scene
from kaohe.entries.subjects import Standing, roster
from kaohe.entries.typed import ident
from kaohe.pages.current import current
from kaohe.people import service as people
from kaohe.people.models import Unit

MOST_SHOWN = 300


@dataclass(frozen=True)
class Chosen:
    """The units to choose from, the one chosen, and its people (None: too many to show at once)."""

    units: list[Unit]
    unit: Unit | None
    people: list[Standing] | None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """For a select: id and indented name."""
        lowest = min((unit.path.count("/") for unit in self.units), default=0)
        return [(str(unit.id), "　" * (unit.path.count("/") - lowest) + unit.name) for unit in self.units]


def units(revision_id: int | None = None) -> list[Unit]:
    """The units that the actor assesses, in the order of the tree; with a revision, those that it assesses at all."""
    inside = None if revision_id is None else checks.units_taking_part(current.session, revision_id)
    return [
        unit
        for unit in people.units(current.session)
        if allowed(current.actor, "entries.record", Place(unit_path=unit.path))
        and (inside is None or checks.within(unit.path, inside))
    ]


def choose_unit(asked: str | None, day: date, revision_id: int | None) -> Chosen:
    """The unit that a page shows with its people."""
    found = units(revision_id)
    wanted = ident(asked)
    unit = next((one for one in found if one.id == wanted), None) or _first(found)
    if unit is None:
        return Chosen(found, None, [])
    return Chosen(found, unit, roster(current.session, current.actor, day, unit.path, MOST_SHOWN))


def choose_units(shown: Scene, asked: str | None, day: date) -> Chosen:
    """The unit above those that a page of many units shows: by itself the lowest one that has all of them."""
    found = picking.assessable(current.session, current.actor, shown.period, shown.scheme, day)
    paths = [subjects.above(one.path) for one in found]
    parents = [one for one in people.units(current.session) if one.path in set(paths)]
    wanted = ident(asked)
    unit = next((one for one in parents if one.id == wanted), None)
    unit = unit or next((one for one in parents if all(path.startswith(one.path) for path in paths)), None)
    unit = unit or (parents[0] if parents else None)
    if unit is None:
        return Chosen([], None, [])
    shown_units = [
        subjects.standing_for(one, assessed=True)
        for one in found
        if one.path.startswith(unit.path) and one.id != unit.id
    ]
    return Chosen(parents, unit, shown_units if len(shown_units) <= MOST_SHOWN else None)


def _first(found: list[Unit]) -> Unit | None:
    """The first unit with people of its own."""
    counts = people.people_counts(current.session, current.today)
    return next((unit for unit in found if counts.get(unit.id)), found[0] if found else None)
