"""Recording: one fact, one fact for many, its correction, its withdrawal, its evidence.

Whether a fact may be kept is decided in `entries.checks`; here, how it is. An entry is never changed: a correction is a new entry, a withdrawal a row of its own, and the old one points to it. A form sent
twice is kept once. Refusals are those of `entries.refusals` and of the scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from kaohe.accounts.policy import Actor, Place, allowed
from kaohe.adoption import service as adoption
from kaohe.db import TenantSession, new_id
from kaohe.entries import refusals, typed_refusals
from kaohe.entries.checks import (
    Fact,
    checked,
    clean_words,
    figure,
    require_date,
    require_open,
    scheme_of,
    standing_of,
    subject_standings,
)
from kaohe.entries.listening import say_kept, say_withdrawn
from kaohe.entries.models import Entry, EntryReason, Evidence, Sheet, Withdrawal, WithdrawalReason
from kaohe.entries.origins import title_of
from kaohe.entries.subjects import Standing
from kaohe.entries.writing import add_sides, flush, kept_before, new_entry, replace
from kaohe.errors import Refusal
from kaohe.files.models import StoredFile
from kaohe.people.models import Unit
from kaohe.periods.models import Period
from kaohe.scheme import Text


@dataclass(frozen=True)
class Kept:
    """An entry that was kept, and its subject's name (None: it was kept before)."""

    entry: Entry
    name: str | None


def keep(
    session: TenantSession,
    *,
    actor: Actor,
    period: Period,
    subject_id: int,
    clause_id: int,
    quantity: Decimal | int | None = None,
    points: Decimal | int | None = None,
    amount_fen: int | None = None,
    reason: str | None = None,
    happened_on: date,
    found_late: bool = False,
    now: datetime,
    today: date,
    origin: str = "form",
    sheet: Sheet | None = None,
    form_token: str | None = None,
    files: Sequence[StoredFile] = (),
    standing: Standing | None = None,
) -> Kept:
    """Keep one fact about one subject, and say whose it is; the same `form_token` again gives the entry that was kept the first time.

    `quantity`: a mark, places, days …, where the clause asks for one. `points`: only where the clause leaves the
    choice. `amount_fen`: of a fine, where the clause leaves a range. `found_late`: the date may lie before the period.
    `standing`: where the subject stood on the day, if it was read already.
    """
    kept = kept_before(session, form_token, actor)
    if kept is not None:
        return Kept(kept, None)
    scheme = scheme_of(session, period)
    fact = Fact(
        clause_id, happened_on, figure(quantity), figure(points), clean_words(reason), found_late, amount_fen
    )
    require_date(period, fact, today)
    standing = standing_of(session, scheme, clause_id, subject_id, happened_on, standing)
    figures = checked(session, period, scheme, fact, standing, actor)
    entry = new_entry(fact, figures, standing, period, actor, now, origin, sheet, form_token)
    session.add(entry)
    flush(session, period)
    add_sides(session, entry, fact.reason, files, actor, now)
    say_kept(session, period, scheme, [entry], now)
    return Kept(entry, standing.name)


def record(session: TenantSession, **fact: Any) -> Entry:
    """Keep one fact about one subject, named as for `keep`; gives the entry."""
    return keep(session, **fact).entry


def record_many(
    session: TenantSession,
    *,
    actor: Actor,
    period: Period,
    subject_ids: Sequence[int],
    clause_id: int,
    quantity: Decimal | int | None = None,
    points: Decimal | int | None = None,
    amount_fen: int | None = None,
    reason: str | None = None,
    happened_on: date,
    found_late: bool = False,
    now: datetime,
    today: date,
    origin: str = "batch",
    form_token: str | None = None,
) -> list[Entry]:
    """Keep one fact about each of many subjects: all of them, or `ManyRefused` naming each that cannot be."""
    ids = list(dict.fromkeys(subject_ids))
    if not ids:
        raise typed_refusals.NoOneTicked
    if kept_before(session, form_token and f"{form_token}-0", actor) is not None:
        tokens = [f"{form_token}-{n}" for n in range(len(ids))]
        return [
            one
            for some in _pieces(tokens)
            for one in session.scalars(select(Entry).where(Entry.form_token.in_(some)))
        ]
    scheme = scheme_of(session, period)
    fact = Fact(
        clause_id, happened_on, figure(quantity), figure(points), clean_words(reason), found_late, amount_fen
    )
    require_date(period, fact, today)
    standings = subject_standings(session, scheme, ids, happened_on)
    entries, problems = [], []
    for n, ident in enumerate(ids):
        standing = standings[ident]
        try:
            figures = checked(session, period, scheme, fact, standing, actor)
        except Refusal as refusal:
            if refusal.field not in ("person", "amount", None):
                raise
            problems.append((standing.name, refusal))
            continue
        token = f"{form_token}-{n}" if form_token else None
        entries.append(new_entry(fact, figures, standing, period, actor, now, origin, None, token))
    if problems and len(problems) == len(ids) and all(one.field == "amount" for _, one in problems):
        raise problems[0][1]
    if problems:
        raise refusals.ManyRefused(problems)
    session.add_all(entries)
    flush(session, period)
    if fact.reason:
        session.execute(insert(EntryReason), [{"id": one.id, "words": fact.reason} for one in entries])
    say_kept(session, period, scheme, entries, now)
    return entries


def correct(
    session: TenantSession,
    entry: Entry,
    *,
    actor: Actor,
    clause_id: int | None = None,
    quantity: Decimal | int | None = None,
    points: Decimal | int | None = None,
    amount_fen: int | None = None,
    reason: str | None = None,
    happened_on: date | None = None,
    found_late: bool | None = None,
    now: datetime,
    today: date,
    form_token: str | None = None,
    files: Sequence[StoredFile] = (),
) -> Entry:
    """Put a new entry in the old one's place; both stay visible. Evidence goes along with it.

    Figures and words are those of the new entry, whole. Somebody who corrected or withdrew it first: `AlreadyReplaced`.
    What the system made is not corrected by hand: `MadeBySystem`.
    """
    kept = kept_before(session, form_token, actor)
    if kept is not None:
        return kept
    _require_taker(session, entry, actor)
    if entry.is_made:
        raise refusals.MadeBySystem(what=title_of(entry.origin) or Text("别的记录", "something else"))
    period = session.need(Period, entry.period_id)
    scheme = scheme_of(session, period)
    fact = Fact(
        clause_id or entry.clause_id,
        happened_on or entry.happened_on,
        figure(quantity),
        figure(points),
        clean_words(reason),
        entry.found_late if found_late is None else found_late,
        amount_fen,
    )
    require_date(period, fact, today)
    standing = standing_of(session, scheme, fact.clause_id, entry.subject_id, fact.happened_on)
    figures = checked(session, period, scheme, fact, standing, actor, without=entry.id)
    new = new_entry(fact, figures, standing, period, actor, now, entry.origin, None, form_token)
    new.id, new.sheet_id = new_id(), entry.sheet_id
    replace(session, entry, new.id, period)
    session.add(new)
    flush(session, period)
    shown = list(session.scalars(select(Evidence.file_id).where(Evidence.entry_id == entry.id)))
    add_sides(session, new, fact.reason, files, actor, now, shown)
    say_withdrawn(session, period, scheme, [entry], now)
    say_kept(session, period, scheme, [new], now)
    return new


def withdraw(
    session: TenantSession, entry: Entry, *, actor: Actor, reason: str | None, now: datetime
) -> Withdrawal:
    """Take an entry back, saying why; never its own subject. Restoring is a new entry."""
    words = clean_words(reason)
    if not words:
        raise refusals.ReasonNeeded
    _require_taker(session, entry, actor)
    if entry.is_made and not actor.is_admin:
        raise refusals.MadeForAdmin
    return take_back(session, entry, by=actor.person_id, reason=words, now=now)


def take_back(
    session: TenantSession, entry: Entry, *, by: int | None, reason: str, now: datetime
) -> Withdrawal:
    """Write the withdrawal of an entry whose right to be withdrawn is known; `by` None: the system."""
    period = session.need(Period, entry.period_id)
    scheme = scheme_of(session, period)
    withdrawal = Withdrawal(id=new_id(), entry_id=entry.id, period_id=period.id, by=by, at=now)
    replace(session, entry, withdrawal.id, period)
    session.add(withdrawal)
    flush(session, period)
    session.add(WithdrawalReason(id=withdrawal.id, words=reason))
    session.flush()
    say_withdrawn(session, period, scheme, [entry], now)
    return withdrawal


def attach(
    session: TenantSession, entry: Entry, *, actor: Actor, files: Iterable[StoredFile], now: datetime
) -> list[Evidence]:
    """Add evidence to an entry that stands; the same file is added once."""
    _require_taker(session, entry, actor)
    require_open(session.need(Period, entry.period_id))
    if entry.replaced_by is not None:
        raise refusals.AlreadyReplaced
    held = set(session.scalars(select(Evidence.file_id).where(Evidence.entry_id == entry.id)))
    added = [
        Evidence(entry_id=entry.id, file_id=one.id, added_by=actor.person_id, added_at=now)
        for one in {one.id: one for one in files}.values()
        if one.id not in held
    ]
    session.add_all(added)
    session.flush()
    return added


def place_of(session: TenantSession, entry: Entry) -> Place:
    """Whose an entry is, in which unit it lies, and who recorded it."""
    unit = session.need(Unit, entry.unit_id)
    if entry.subject_id != entry.unit_id:
        return Place(person_id=entry.subject_id, unit_path=unit.path, made_by=entry.recorded_by)
    period = session.need(Period, entry.period_id)
    found = adoption.scheme_of(session, period.revision_id).find(entry.clause_id)
    assessed = found is None or found.measure is None
    return Place(unit_path=unit.path, made_by=entry.recorded_by, of_unit=unit.path if assessed else None)


def _require_taker(session: TenantSession, entry: Entry, actor: Actor) -> None:
    place = place_of(session, entry)
    if allowed(actor, "entries.withdraw", place):
        return
    unit = session.need(Unit, entry.unit_id)
    if actor.is_self(place):
        raise refusals.OwnEntry if place.of_unit is None else refusals.OwnUnit(name=unit.name)
    raise refusals.MayNotTakeBack(unit=unit.name)


def _pieces(tokens: list[str], size: int = 500) -> Iterable[list[str]]:
    for start in range(0, len(tokens), size):
        yield tokens[start : start + size]
