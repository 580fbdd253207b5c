"""Entries as people read them: with reason, recorder, evidence, and what took their place. Few queries, whatever is shown.

Decides what an entry moved by itself (before caps and floors of the whole). A list is limited to the units that the
actor assesses; the limit is part of the query, so page and export agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.entries.evidence import files_of
from kaohe.entries.models import Entry, EntryReason, Withdrawal, WithdrawalReason
from kaohe.entries.moved import with_effects
from kaohe.entries.shown import EntryView
from kaohe.entries.subjects import chunks
from kaohe.entries.wanted import Wanted, conditions
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.scheme import Scheme

MOST_COUNTED = 10_000
STATES = ("valid", "corrected", "withdrawn")
Recorder = aliased(Person)
Above = aliased(Unit)


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
    query = select(Entry.id).select_from(Entry).where(*conditions(session, actor, wanted))
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
    query = _rows().where(*conditions(session, actor, wanted)).order_by(*order)
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
