"""Who reads a report, with which filters: the units, persons and periods within both.

Everything that a report reads goes through here, so none sees more than the reader of its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.plugins.sector import Sector
from kaohe.reports.rows import (
    PersonRow,
    UnitRow,
)
from kaohe.scheme import Scheme, Text

STARTED = ("open", "closed", "published", "final")
NEUTRAL = {
    "unit": Text("部门", "unit"),
    "units": Text("部门", "units"),
    "person": Text("人员", "person"),
    "sheet": Text("检查表", "sheet"),
}


@dataclass
class Scope:
    """The reader and the filters of the page: which units, which person, which periods."""

    session: TenantSession
    actor: Actor
    today: date
    now: datetime
    sector: Sector
    scheme_code: str
    language: str = "zh"
    period: Period | None = None
    chosen_year: int | None = None
    chosen_unit: Unit | None = None
    chosen_person: Person | None = None

    @property
    def admin(self) -> bool:
        """Whether the reader sees the whole organisation."""
        return self.actor.is_admin

    @property
    def year(self) -> int:
        """The year chosen, else that of the period in view, else this year."""
        return self.chosen_year or (self.period.starts_on.year if self.period else self.today.year)

    @cached_property
    def scheme(self) -> Scheme:
        """The scheme of the period in view; before the first period, the sector's own."""
        if self.period is not None and self.period.revision_id is not None:
            return self.scheme_of(self.period)
        return self.sector.scheme(self.scheme_code)

    def scheme_of(self, period: Period) -> Scheme:
        """The scheme under which a period is assessed."""
        return adoption.scheme_of(self.session, period.revision_id)

    def words(self, key: str) -> Text:
        """The sector's own word for "unit", "units", "person", "sheet"."""
        return self.sector.words.get(key) or NEUTRAL[key]

    @cached_property
    def _units(self) -> dict[int, Unit]:
        """Every unit by id in tree order."""
        return {unit.id: unit for unit in people.units(self.session)}

    def sees(self, unit_id: int) -> bool:
        """Whether the reader may see a unit, and the page's filter lets it through."""
        unit = self._units.get(unit_id)
        if unit is None or not (self.admin or self.actor.covers(unit.path)):
            return False
        return self.chosen_unit is None or unit.path.startswith(self.chosen_unit.path)

    @cached_property
    def _seen(self) -> frozenset[int]:
        return frozenset(ident for ident in self._units if self.sees(ident))

    @cached_property
    def _everything(self) -> bool:
        return self.admin and self.chosen_unit is None

    def units(self) -> list[UnitRow]:
        """The units that the reader may see, in tree order, within the chosen one."""
        return [
            UnitRow(unit.id, unit.name, unit.path, people.depth(unit))
            for unit in self._units.values()
            if unit.id in self._seen
        ]

    @property
    def unit(self) -> UnitRow | None:
        """The chosen unit."""
        unit = self.chosen_unit
        return UnitRow(unit.id, unit.name, unit.path, people.depth(unit)) if unit else None

    @property
    def person(self) -> PersonRow | None:
        """The chosen person, in the unit of the period's last day (of today, without a period)."""
        person = self.chosen_person
        if person is None:
            return None
        day = self.period.ends_on if self.period else self.today
        unit = people.unit_on(self.session, person.id, day)
        return PersonRow(
            person.id, person.number, person.name, unit.id if unit else 0, unit.name if unit else ""
        )

    def periods(self, year: int | None = None, last: int | None = None) -> list[Period]:
        """Periods of the scheme that have begun, oldest first: of a year, or the last ones up to the one in view."""
        if self.period is None:
            return []
        query = select(Period).where(Period.adoption_id == self.period.adoption_id, Period.state.in_(STARTED))
        if year is not None:
            within = query.where(Period.starts_on >= date(year, 1, 1), Period.starts_on <= date(year, 12, 31))
            return list(self.session.scalars(within.order_by(Period.starts_on)))
        upto = query.where(Period.starts_on <= self.period.starts_on).order_by(Period.starts_on.desc())
        return list(self.session.scalars(upto.limit(last or 12)))[::-1]

    def link(self, subject_id: int, period: Period | None = None) -> dict[str, Any]:
        """The address of a result's explanation, for a cell."""
        chosen = period or self.period
        values = {"period": chosen.id if chosen else 0, "subject": subject_id}
        return {"endpoint": "results.show", "values": values}

    def title(self, period: Period) -> Text:
        """What a period is called."""
        return periods.title_of(period)
