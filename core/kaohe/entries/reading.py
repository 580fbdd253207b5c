"""Entries as people read them: with reason, recorder, evidence, and what took their place. Few queries, whatever is shown.

Decides what an entry moved by itself (before caps and floors of the whole). A list is limited to the units that the
actor assesses; the limit is part of the query, so page and export agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.entries.evidence import files_of
from kaohe.entries.models import Entry, EntryReason, Withdrawal, WithdrawalReason
from kaohe.entries.prior import before
from kaohe.entries.subjects import chunks
from kaohe.files.models import StoredFile
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.scheme import Escalating, Scheme
from kaohe.scheme.validate import moves_of

MOST_COUNTED = 10_000
STATES = ("valid", "corrected", "withdrawn")
Recorder = aliased(Person)
Above = aliased(Unit)


@dataclass(frozen=True)
class EntryView:
    """One entry with everything that is shown of it.

    `name`, `staff_number`: of the person, or name and code of the unit where that is what it is about; `unit` is then
    the unit above it.
    `state`: "valid", "corrected" (replaced by `replaced_by_entry`) or "withdrawn" (`withdrawal`, by `withdrawn_by`,
    `withdrawn_because`).
    `replaces`: the id of the entry that this one corrected. `moved`: the points it moved by itself, None where they
    follow from a whole. `number`: which occurrence it was on its ladder. `recorder` is "" where the system made the entry.
    """

    entry: Entry
    reason: str | None
    recorder: str
    name: str
    staff_number: str
    unit: str
    files: tuple[StoredFile, ...] = ()
    withdrawal: Withdrawal | None = None
    withdrawn_by: str = ""
    withdrawn_because: str = ""
    replaces: int | None = None
    replaced_by_entry: int | None = None
    moved: Decimal | None = None
    number: int | None = None

    @property
    def amount(self) -> int | None:
        """The fine that it called for, in fen."""
        return self.entry.amount_fen

    @property
    def of_unit(self) -> bool:
        """Whether it is about a unit itself."""
        return self.entry.subject_id == self.entry.unit_id

    @property
    def state(self) -> str:
        if self.entry.replaced_by is None:
            return "valid"
        return "withdrawn" if self.withdrawal is not None else "corrected"


@dataclass(frozen=True)
class Wanted:
    """What a list of entries is narrowed to; None or empty: not narrowed."""

    period_id: int | None = None
    words: str = ""
    clause_ids: Sequence[int] | None = None
    unit_path: str | None = None
    person_id: int | None = None
    recorder_id: int | None = None
    since: date | None = None
    until: date | None = None
    state: str = ""
    late: bool = False
    made: bool = False


SORTS: Mapping[str, Any] = {
    "day": Entry.happened_on,
    "recorded": Entry.recorded_at,
    "person": func.coalesce(Person.name, Unit.name),
    "unit": Unit.name,
    "clause": Entry.clause_id,
    "recorder": Recorder.name,
}


def of_subject(
    session: TenantSession, period: Period, subject_id: int, scheme: Scheme | None = None
) -> list[EntryView]:
    """All entries about a subject in a period, replaced ones too, by day, then by entry."""
    query = _rows().where(Entry.period_id == period.id, Entry.subject_id == subject_id)
    views = _views(session, query.order_by(Entry.happened_on, Entry.id))
    return views if scheme is None else with_effects(session, period, scheme, views)


def one(session: TenantSession, entry: Entry, scheme: Scheme | None = None) -> EntryView:
    """One entry as it is shown."""
    view = _views(session, _rows().where(Entry.id == entry.id))[0]
    if scheme is None:
        return view
    return with_effects(session, session.need(Period, entry.period_id), scheme, [view])[0]


def chain(session: TenantSession, entry: Entry) -> list[EntryView]:
    """The entry with all that it corrected and all that corrected it, the oldest first."""
    about = _rows().where(
        Entry.period_id == entry.period_id,
        Entry.subject_id == entry.subject_id,
        Entry.recorded_at >= _oldest(session, entry),
    )
    views = {view.entry.id: view for view in _views(session, about)}
    found: list[EntryView] = []
    ident = entry.id
    while ident in views:
        found.insert(0, views[ident])
        ident = views[ident].replaces or 0
    ident = views[entry.id].replaced_by_entry or 0
    while ident in views:
        found.append(views[ident])
        ident = views[ident].replaced_by_entry or 0
    return found


def how_many(session: TenantSession, actor: Actor, wanted: Wanted) -> int:
    """How many entries fit, among those that the actor may see; counting stops after `MOST_COUNTED`."""
    query = select(Entry.id).select_from(Entry).where(*_conditions(session, actor, wanted))
    if wanted.words:
        query = query.outerjoin(Person, Person.id == Entry.subject_id)
        query = query.outerjoin(Unit, Unit.id == Entry.subject_id)
    some = query.limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def listing(
    session: TenantSession,
    actor: Actor,
    wanted: Wanted,
    *,
    sort: str = "recorded",
    falling: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> list[EntryView]:
    """The entries of one page, among those that the actor may see."""
    column = SORTS.get(sort, Entry.recorded_at)
    order = (column.desc(), Entry.id.desc()) if falling else (column.asc(), Entry.id.asc())
    query = _rows().where(*_conditions(session, actor, wanted)).order_by(*order)
    return _views(session, query.limit(limit).offset(offset))


def recorders(session: TenantSession, actor: Actor) -> list[tuple[int, str]]:
    """Who may have recorded what the actor sees: admins, and assessors of those units or of one above; for a filter."""
    query = (
        select(Person.id, Person.name, Grant.role, Unit.path)
        .join(Account, Account.person_id == Person.id)
        .join(Grant, Grant.account_id == Account.id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .order_by(Person.name, Person.id)
    )
    found: dict[int, str] = {}
    for ident, name, role, path in session.execute(query):
        near = path and any(path.startswith(mine) or mine.startswith(path) for mine in actor.assesses)
        if actor.is_admin or role == "admin" or near:
            found[ident] = name
    return list(found.items())


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


def _rows() -> Any:
    return _joined(
        select(Entry, EntryReason.words, Recorder.name, Person.name, Person.number, Unit, Above.name)
    ).outerjoin(EntryReason, EntryReason.id == Entry.id)


def _joined(query: Any) -> Any:
    return (
        query.select_from(Entry)
        .outerjoin(Person, Person.id == Entry.subject_id)
        .outerjoin(Recorder, Recorder.id == Entry.recorded_by)
        .join(Unit, Unit.id == Entry.unit_id)
        .outerjoin(Above, Above.id == Unit.parent_id)
    )


def _views(session: TenantSession, query: Any) -> list[EntryView]:
    rows = session.execute(query).all()
    ids = [row[0].id for row in rows]
    replaced = [row[0] for row in rows if row[0].replaced_by is not None]
    withdrawals = _withdrawals(session, [entry.id for entry in replaced])
    replaces = _replaced(session, ids)
    files = files_of(session, ids)
    found = []
    for entry, reason, recorder, name, number, unit, above in rows:
        withdrawal, by, because = withdrawals.get(entry.id, (None, "", ""))
        corrected = entry.replaced_by if entry.replaced_by is not None and withdrawal is None else None
        who = (name, number, unit.name) if name is not None else (unit.name, unit.code or "", above or "")
        found.append(
            EntryView(
                entry, reason, recorder or "", *who, tuple(files.get(entry.id, ())),
                withdrawal, by, because, replaces.get(entry.id), corrected,
            )
        )  # fmt: skip
    return found


def _withdrawals(session: TenantSession, entry_ids: Sequence[int]) -> dict[int, tuple[Withdrawal, str, str]]:
    """The withdrawal of each entry, who withdrew it, and why."""
    found = {}
    for some in chunks(entry_ids):
        query = (
            select(Withdrawal, Person.name, WithdrawalReason.words)
            .outerjoin(Person, Person.id == Withdrawal.by)
            .outerjoin(WithdrawalReason, WithdrawalReason.id == Withdrawal.id)
            .where(Withdrawal.entry_id.in_(some))
        )
        found.update(
            {row.entry_id: (row, name or "", words or "") for row, name, words in session.execute(query)}
        )
    return found


def _replaced(session: TenantSession, ids: Sequence[int]) -> dict[int, int]:
    """The entry that each of these took the place of."""
    found: dict[int, int] = {}
    for some in chunks(ids):
        query = select(Entry.replaced_by, Entry.id).where(Entry.replaced_by.in_(some))
        found.update((new, old) for new, old in session.execute(query))
    return found


def _oldest(session: TenantSession, entry: Entry) -> Any:
    """When the first entry of the chain was recorded."""
    oldest = entry
    while True:
        earlier = session.scalar(select(Entry).where(Entry.replaced_by == oldest.id))
        if earlier is None:
            return oldest.recorded_at
        oldest = earlier


def _conditions(session: TenantSession, actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if not actor.is_admin:
        seen = _units_below(session, actor.assesses)
        found.append(Entry.unit_id.in_(seen))
    if wanted.period_id is not None:
        found.append(Entry.period_id == wanted.period_id)
    if wanted.clause_ids is not None:
        found.append(Entry.clause_id.in_(wanted.clause_ids))
    if wanted.unit_path:
        found.append(Entry.unit_id.in_(_units_below(session, (wanted.unit_path,))))
    if wanted.person_id is not None:
        found.append(Entry.subject_id == wanted.person_id)
    if wanted.recorder_id is not None:
        found.append(Entry.recorded_by == wanted.recorder_id)
    if wanted.since is not None:
        found.append(Entry.happened_on >= wanted.since)
    if wanted.until is not None:
        found.append(Entry.happened_on <= wanted.until)
    if wanted.late:
        found.append(Entry.found_late.is_(True))
    if wanted.made:
        found.append(and_(Entry.recorded_by.is_(None), Entry.origin_id.is_not(None)))
    if wanted.words:
        found.append(_says(wanted.words))
    return found + _state(wanted.state)


def _units_below(session: TenantSession, paths: Sequence[str]) -> list[int]:
    """The units with these paths and those below them."""
    if not paths:
        return []
    below = or_(*(Unit.path.startswith(path) for path in paths))
    return list(session.scalars(select(Unit.id).where(below)))


def _state(state: str) -> list[ColumnElement[bool]]:
    withdrawn = select(Withdrawal.id).where(Withdrawal.entry_id == Entry.id).exists()
    if state == "valid":
        return [Entry.replaced_by.is_(None)]
    if state == "withdrawn":
        return [and_(Entry.replaced_by.is_not(None), withdrawn)]
    if state == "corrected":
        return [and_(Entry.replaced_by.is_not(None), ~withdrawn)]
    return []


def _says(words: str) -> ColumnElement[bool]:
    """Number, name, initials, the unit's own name or code, or the reason contain the words."""
    key = "".join(words.split())
    here = (EntryReason.id == Entry.id) & EntryReason.words.contains(words, autoescape=True)
    said = select(EntryReason.id).where(here).correlate(Entry)
    found = [
        Person.number.contains(key.upper(), autoescape=True),
        Person.name.contains(key, autoescape=True),
        said.exists(),
        and_(
            Entry.subject_id == Entry.unit_id,
            or_(Unit.name.contains(key, autoescape=True), Unit.code.contains(key, autoescape=True)),
        ),
    ]
    if key.isascii():
        found += [
            Person.initials.startswith(key.lower(), autoescape=True),
            Person.initials.contains(f" {key.lower()}", autoescape=True),
        ]
    return or_(*found)
