"""Which unit a form means: found by name, code or pinyin among those that the actor assesses under this scheme.

Decides that a search never tells of units that the actor may not record on. Refuses words that name none or several.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.entries import checks, typed_refusals
from kaohe.entries.subjects import standing_for, why_not
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.people.pinyin import initials
from kaohe.periods.models import Period
from kaohe.scheme import Scheme


def assessable(session: TenantSession, actor: Actor, period: Period, scheme: Scheme, day: date) -> list[Unit]:
    """The units that the scheme assesses and on which the actor may record, in the order of the tree."""
    inside = checks.units_taking_part(session, period.revision_id)
    next_only = scheme.setting(checks.ASSESSED_BY) == "next"
    return [
        unit
        for unit in people.units(session, open_on=day)
        if checks.takes_part(unit.path, inside)
        and why_not(actor, standing_for(unit, assessed=True, next_only=next_only), day) is None
    ]


def matching(units: list[Unit], words: str) -> list[Unit]:
    """The units whose name, code or initials contain the words, those that begin with them first; all for no words."""
    key = "".join(words.split()).lower()
    if not key:
        return units
    first = [unit for unit in units if _begins(unit, key)]
    return first + [unit for unit in units if unit not in first and _contains(unit, key)]


def _begins(unit: Unit, key: str) -> bool:
    return unit.name.lower().startswith(key) or (unit.code or "").lower().startswith(key)


def _contains(unit: Unit, key: str) -> bool:
    if key in unit.name.lower() or key in (unit.code or "").lower():
        return True
    return key.isascii() and any(key in one for one in initials(unit.name).split(" "))


def one_by_text(units: list[Unit], words: str) -> Unit:
    """The one unit that the words name: by code or whole name, else the only one that they fit."""
    plain = words.split("·")[0].strip()
    exact = [unit for unit in units if plain in (unit.code, unit.name)]
    found = exact or matching(units, plain)
    if len(found) == 1:
        return found[0]
    if not found:
        raise typed_refusals.UnitUnknown(typed=words[:40])
    names = "、".join(f"{unit.name} {unit.code or ''}".strip() for unit in found[:6])
    raise typed_refusals.UnitAmbiguous(typed=words[:40], count=len(found), names=names)


def above_names(session: TenantSession, units: list[Unit]) -> dict[int, str]:
    """The name of the unit above each, by the unit's id; one query."""
    parents = {unit.parent_id for unit in units if unit.parent_id is not None}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(parents))).all() if parents else []
    names: dict[int, str] = dict(tuple(row) for row in rows)
    return {unit.id: names.get(unit.parent_id or 0, "") for unit in units}
