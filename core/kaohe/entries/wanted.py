"""What a list of entries asks for: search, filters, and the conditions they make of a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.entries.models import Entry, EntryReason, Withdrawal
from kaohe.people.models import Person, Unit


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


def conditions(session: TenantSession, actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions of a list: what was asked for, within what the actor may see."""
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
