"""Which units a kind of case can be passed on to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaohe.cases import refusals
from kaohe.db import TenantSession
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.plugins import CaseKind
from kaohe.scheme import Text


def fitting_units(kind: CaseKind, units: Sequence[Unit]) -> list[Unit]:
    """The units that deal with the kind, and those below them; all where it names none, or none is called so here."""
    named = _named(kind, units)
    if not named:
        return list(units)
    return [unit for unit in units if any(unit.path.startswith(one.path) for one in named)]


def require_fitting(session: TenantSession, kind: CaseKind, unit: Unit, today: date) -> None:
    """Refuse a unit that does not deal with the kind."""
    if not kind.received_by:
        return
    units = people.units(session, open_on=today)
    if unit.id not in {one.id for one in fitting_units(kind, units)}:
        names = [one.name for one in _named(kind, units)]
        raise refusals.NotForUnit(
            kind=kind.title, unit=unit.name, names=Text("、".join(names), " or ".join(names))
        )


def _named(kind: CaseKind, units: Sequence[Unit]) -> list[Unit]:
    return [unit for unit in units if any(word in unit.name for word in kind.received_by)]
