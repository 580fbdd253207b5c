"""By how much entries moved the score: the engine asked about each chain of corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.entries.prior import before
from kaohe.entries.shown import EntryView
from kaohe.entries.subjects import chunks
from kaohe.periods.models import Period
from kaohe.scheme import Escalating, Scheme
from kaohe.scheme.validate import moves_of


def with_effects(
    session: TenantSession, period: Period, scheme: Scheme, views: Sequence[EntryView]
) -> list[EntryView]:
    """The same views, each with the points it moved by itself."""
    numbers = _numbers(session, period, scheme, views)
    found = []
    for view in views:
        number = numbers.get(view.entry.id)
        found.append(replace(view, moved=moved_by(scheme, view.entry, number or 1), number=number))
    return found


def moved_by(scheme: Scheme, entry: Entry, number: int = 1) -> Decimal | None:
    """The points that an entry moves by itself; None for a measure, or where they follow from a whole."""
    found = scheme.find(entry.clause_id)
    if found is None or found.clause is None:
        return None
    quantity = entry.quantity if _asks_quantity(found.clause.rule) else None
    return moves_of(scheme, entry.clause_id, quantity=quantity, points=entry.points, number=number)


def _asks_quantity(rule: Any) -> bool:
    return type(rule).__name__ in ("Examination", "Mark", "Rating", "Indicator", "Registered") or bool(
        getattr(rule, "by_quantity", False)
    )


def _numbers(
    session: TenantSession, period: Period, scheme: Scheme, views: Sequence[EntryView]
) -> dict[int, int]:
    """Which occurrence each standing entry on a ladder is: by day, then by entry."""
    ladders = {}
    for view in views:
        found = scheme.find(view.entry.clause_id)
        if found is not None and found.clause is not None and isinstance(found.clause.rule, Escalating):
            ladders[view.entry.clause_id] = frozenset((view.entry.clause_id, *found.clause.rule.counted_with))
    if not ladders:
        return {}
    subjects = sorted({view.entry.subject_id for view in views if view.entry.clause_id in ladders})
    ids = sorted(frozenset().union(*ladders.values()))
    numbers: dict[int, int] = {}
    for some in chunks(subjects):
        earlier = before(session, period, ids, some)
        rows = defaultdict(list)
        query = select(Entry.subject_id, Entry.clause_id, Entry.happened_on, Entry.id).where(
            Entry.period_id == period.id,
            Entry.subject_id.in_(some),
            Entry.clause_id.in_(ids),
            Entry.replaced_by.is_(None),
        )
        for subject, clause, day, ident in session.execute(query):
            rows[subject].append((day, ident, clause))
        for subject, held in rows.items():
            for clause, group in ladders.items():
                rule: Any = scheme.find(clause).clause.rule  # type: ignore[union-attr]
                start = (
                    sum(earlier.get(subject, {}).get(one_, 0) for one_ in group)
                    if rule.over == "engagement"
                    else 0
                )
                row = sorted(each for each in held if each[2] in group)
                numbers.update(
                    {each[1]: start + place for place, each in enumerate(row, start=1) if each[2] == clause}
                )
    return numbers
