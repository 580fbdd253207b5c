"""What a report of a sector may read: figures of periods, limited to the units that the reader may see.

Decides that a report never sees more than the page's reader: every query here carries the reader's units and the
filters of the page, and none grows with the rows it returns. Refuses nothing: outside the limit there is nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, cast, func, select, type_coerce
from sqlalchemy.orm import aliased

from kaohe.db import from_scaled
from kaohe.entries.models import Entry, EntryReason, Evidence, Sheet
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.reports.rows import (
    Count,
    Measured,
    PersonCount,
    Recorded,
    SheetCount,
    measured,
    taken,
)
from kaohe.reports.standings import Standings
from kaohe.scheme import Text

MOST_ENTRIES = 5000
SYSTEM = Text("系统", "the system")


@dataclass
class Reading(Standings):
    """The reader, the filters of the page, and what can be read within both: results, and entries as they stand."""

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
