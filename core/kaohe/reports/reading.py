"""What a report of a sector may read: figures of periods, limited to the units that the reader may see.

Decides that a report never sees more than the page's reader: every query here carries the reader's units and the
filters of the page, and none grows with the rows it returns. Refuses nothing: outside the limit there is nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, cast, func, select, type_coerce
from sqlalchemy.orm import aliased

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.db import TenantSession, from_scaled
from kaohe.entries.models import Entry, EntryReason, Evidence, Sheet
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.plugins.sector import Sector
from kaohe.reports.rows import (
    Count,
    Measured,
    PersonCount,
    PersonRow,
    Recorded,
    ResultRow,
    Score,
    SheetCount,
    UnitRow,
    measured,
    taken,
)
from kaohe.results import service as results
from kaohe.results.league import League, Line
from kaohe.results.models import Result, Run
from kaohe.scheme import Assessment, Scheme, Text

MOST_ENTRIES = 5000
STARTED = ("open", "closed", "published", "final")


@dataclass
class Reading:
    """The reader, the filters of the page, and what can be read within both."""

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

    def people(self, period: Period | None = None) -> dict[int, PersonRow]:
        """Who is in the list of a period (the one in view), by id, in the order of the league."""
        return {
            line.subject_id: PersonRow(line.subject_id, line.number, line.name, line.unit_id, line.unit)
            for line in self._lines(period)
        }

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

    def results(self, period: Period | None = None, *, parts: bool = False) -> list[ResultRow]:
        """The league of a period within the limits, ranked first; `parts` also reads the points of each part."""
        period = period or self.period
        if period is None:
            return []
        found = results.league(self.session, period)
        lines = self._lines(period)
        held = (
            results.details(self.session, period, found, [line.subject_id for line in lines]) if parts else {}
        )
        return [self._row(found, line, held.get(line.subject_id)) for line in lines]

    def _lines(self, period: Period | None) -> list[Line]:
        period = period or self.period
        if period is None or period.state == "planned":
            return []
        only = self.chosen_person.id if self.chosen_person else None
        return [
            line
            for line in results.league(self.session, period).lines
            if line.unit_id in self._seen and (only is None or line.subject_id == only)
        ]

    def _row(self, found: League, line: Line, assessment: Assessment | None) -> ResultRow:
        grade = found.scheme.grade(line.grade or "")
        parts = {part.code: _decimal(part.points) for part in assessment.part_lines()} if assessment else {}
        previous = None if line.previous is None else from_scaled(line.previous, 2)
        return ResultRow(
            line.subject_id,
            line.number,
            line.name,
            line.unit_id,
            line.unit,
            line.points,
            line.grade,
            grade.title if grade else None,
            line.word,
            line.rank_all,
            line.tied_all,
            line.rank_unit,
            line.tied_unit,
            found.live,
            previous,
            parts,
        )

    def results_over(self, wanted: Sequence[Period]) -> list[Score]:
        """The stored scores of several periods in one query."""
        query = (
            select(Result.subject_id, Result.unit_id, Result.period_id, Result.score, Result.rank_all)
            .join(Run, Run.id == Result.run_id)
            .where(Result.period_id.in_([one.id for one in wanted]), Run.standing.is_(True))
        )
        if not self._everything:
            query = query.where(Result.unit_id.in_(self._seen))
        if self.chosen_person is not None:
            query = query.where(Result.subject_id == self.chosen_person.id)
        return [Score(*row) for row in self.session.execute(query)]

    def counts(self, clause_ids: Collection[int], periods: Sequence[Period] | None = None) -> list[Count]:
        """Standing entries by clause, unit on the entry's date, and period."""
        rows = self._grouped((Entry.clause_id, Entry.unit_id, Entry.period_id), clause_ids, periods)
        return [
            Count(row[0], row[1], row[2], row[3], from_scaled(row[4], 6), from_scaled(row[5], 2))
            for row in rows
        ]

    def counts_of(
        self, clause_ids: Collection[int], periods: Sequence[Period] | None = None
    ) -> list[PersonCount]:
        """Standing entries by clause, subject, unit and period."""
        keys = (Entry.clause_id, Entry.subject_id, Entry.unit_id, Entry.period_id)
        rows = self._grouped(keys, clause_ids, periods)
        return [
            PersonCount(
                row[0], row[1], row[2], row[3], row[4], from_scaled(row[5], 6), from_scaled(row[6], 2)
            )
            for row in rows
        ]

    def _grouped(
        self, keys: Sequence[Any], clause_ids: Collection[int], periods: Sequence[Period] | None
    ) -> list[Any]:
        quantity = func.coalesce(func.sum(type_coerce(Entry.quantity, BigInteger)), 0)
        points = func.coalesce(func.sum(type_coerce(Entry.points, BigInteger)), 0)
        query = select(*keys, func.count(), cast(quantity, BigInteger), cast(points, BigInteger))
        return list(self.session.execute(self._within(query, clause_ids, periods).group_by(*keys)))

    def _within(
        self, query: Any, clause_ids: Collection[int] | None, periods: Sequence[Period] | None
    ) -> Any:
        wanted = (
            [one.id for one in periods] if periods is not None else [self.period.id] if self.period else []
        )
        query = query.where(Entry.period_id.in_(wanted), Entry.replaced_by.is_(None))
        if clause_ids is not None:
            query = query.where(Entry.clause_id.in_(sorted(clause_ids)))
        if not self._everything:
            query = query.where(Entry.unit_id.in_(self._seen))
        if self.chosen_person is not None:
            query = query.where(Entry.subject_id == self.chosen_person.id)
        return query

    def measures(self, ids: Collection[int], periods: Sequence[Period] | None = None) -> list[Measured]:
        """Measures by subject and period: of people and units the reader sees; the whole organisation's for an admin."""
        query = select(
            Entry.clause_id,
            Entry.subject_id,
            Entry.unit_id,
            Entry.period_id,
            type_coerce(Entry.quantity, BigInteger),
        )
        rows = self.session.execute(self._within(query, ids, periods).order_by(Entry.happened_on, Entry.id))
        return measured(rows)

    def value(
        self, measure_id: int, period: Period | None = None, subject_id: int | None = None
    ) -> Decimal | None:
        """One measure as the scheme takes it; without a subject the organisation's own (admins only), else None."""
        period = period or self.period
        found = self.scheme.find(measure_id)
        if period is None or found is None or found.measure is None:
            return None
        if subject_id is None:
            root = people.root(self.session)
            if root is None or not self.admin:
                return None
            subject_id = root.id
        query = (
            select(
                Entry.clause_id,
                Entry.subject_id,
                Entry.unit_id,
                Entry.period_id,
                type_coerce(Entry.quantity, BigInteger),
            )
            .where(
                Entry.period_id == period.id, Entry.subject_id == subject_id, Entry.clause_id == measure_id
            )
            .where(Entry.replaced_by.is_(None))
            .order_by(Entry.happened_on, Entry.id)
        )
        rows = [row for row in self.session.execute(query) if self.admin or self.sees(row[2])]
        held = measured(rows)
        return taken(held[0], found.measure.take) if held else None

    def entries(
        self,
        clause_ids: Collection[int] | None = None,
        periods: Sequence[Period] | None = None,
        limit: int = 1000,
    ) -> list[Recorded]:
        """Standing entries with reason and recorder, the newest first."""
        recorder = aliased(Person)
        query = (
            select(
                Entry.id,
                Entry.period_id,
                Entry.subject_id,
                Person.number,
                Person.name,
                Entry.unit_id,
                Unit.name,
                Entry.clause_id,
                Entry.quantity,
                Entry.points,
                Entry.happened_on,
                Entry.found_late,
                EntryReason.words,
                recorder.name,
            )
            .select_from(Entry)
            .outerjoin(Person, Person.id == Entry.subject_id)
            .join(Unit, Unit.id == Entry.unit_id)
            .outerjoin(recorder, recorder.id == Entry.recorded_by)
            .outerjoin(EntryReason, EntryReason.id == Entry.id)
        )
        query = self._within(query, clause_ids, periods).order_by(Entry.happened_on.desc(), Entry.id.desc())
        rows = list(self.session.execute(query.limit(min(limit, MOST_ENTRIES))))
        shown = self._evidence([row[0] for row in rows])
        return [_recorded(row, shown.get(row[0], 0)) for row in rows]

    def _evidence(self, entry_ids: Sequence[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for start in range(0, len(entry_ids), 500):
            some = entry_ids[start : start + 500]
            query = (
                select(Evidence.entry_id, func.count())
                .where(Evidence.entry_id.in_(some))
                .group_by(Evidence.entry_id)
            )
            found.update(self.session.execute(query).all())
        return found

    def sheets(self, form: str, periods: Sequence[Period] | None = None) -> list[SheetCount]:
        """Finished sheets of a form by unit and period."""
        wanted = (
            [one.id for one in periods] if periods is not None else [self.period.id] if self.period else []
        )
        query = (
            select(Sheet.unit_id, Sheet.period_id, func.count(), func.count(Sheet.subject_id.distinct()))
            .where(Sheet.form == form, Sheet.period_id.in_(wanted), Sheet.done_at.is_not(None))
            .group_by(Sheet.unit_id, Sheet.period_id)
        )
        if not self._everything:
            query = query.where(Sheet.unit_id.in_(self._seen))
        return [SheetCount(*row) for row in self.session.execute(query)]

    def steps(self, subject_id: int, period: Period | None = None) -> Assessment | None:
        """The assessment of one subject within the limits, for explaining it."""
        period = period or self.period
        if period is None or all(line.subject_id != subject_id for line in self._lines(period)):
            return None
        found = results.league(self.session, period)
        return results.details(self.session, period, found, [subject_id]).get(subject_id)

    def line(self, subject_id: int, months: int = 12) -> list[tuple[Text, Decimal | None]]:
        """A subject's scores up to the period in view, with those taken over from before."""
        rows = [line for line in self._lines(None) if line.subject_id == subject_id]
        if self.period is None or not rows:
            return []
        states = ("closed", "published", "final")
        points = results.line_of(
            self.session, self.period, subject_id, rows[0].points, most=months, states=states
        )
        return [(point.title, point.score) for point in points]

    def link(self, subject_id: int, period: Period | None = None) -> dict[str, Any]:
        """The address of a result's explanation, for a cell."""
        chosen = period or self.period
        values = {"period": chosen.id if chosen else 0, "person": subject_id}
        return {"endpoint": "results.show", "values": values}

    def title(self, period: Period) -> Text:
        """What a period is called."""
        return periods.title_of(period)


NEUTRAL = {
    "unit": Text("部门", "unit"),
    "units": Text("部门", "units"),
    "person": Text("人员", "person"),
    "sheet": Text("检查表", "sheet"),
}


def _decimal(points: Any) -> Decimal | None:
    """Points of a part to two decimals (exact where they are)."""
    if points is None:
        return None
    return round(Decimal(points.numerator) / Decimal(points.denominator), 2)


SYSTEM = Text("系统", "the system")


def _recorded(row: Any, evidence: int) -> Recorded:
    """A row of entries; an entry about a unit bears the unit's name."""
    return Recorded(
        id=row[0],
        period_id=row[1],
        subject_id=row[2],
        number=row[3] or "",
        name=row[4] or row[6],
        unit_id=row[5],
        unit=row[6],
        clause_id=row[7],
        quantity=row[8],
        points=row[9],
        happened_on=row[10],
        found_late=row[11],
        reason=row[12] or "",
        recorder=row[13] or SYSTEM,
        evidence=evidence,
    )
