"""Sheets of a round: one dated look at one subject over a checklist, its ticks, and that it was done.

Decides that a sheet belongs to one recorder, subject, form and day; that a sheet without ticks, once done, says that
all was well; that a tick is stated ("missed", "clean") and not toggled, so that sending it again changes nothing.
A further tick of an item that the period already holds is kept as the fact it is; how often it counts is the scheme's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.policy import Actor, Place, authorize
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.entries import refusals, service
from kaohe.entries.models import Entry, Evidence, Sheet
from kaohe.entries.subjects import chunks, member_on, require_covered, require_present, stand
from kaohe.people.models import Membership, Person, Unit
from kaohe.periods.models import Period


@dataclass(frozen=True)
class Mark:
    """An item that was missed: its entry, the day, whether on this sheet, how many photographs show it."""

    entry_id: int
    clause_id: int
    day: date
    here: bool
    photos: int


@dataclass(frozen=True)
class Member:
    """Somebody whom a round visits: what is said of the person, and whether the sheet of the day is done."""

    id: int
    name: str
    number: str
    position: str
    sheet_id: int | None
    done_at: datetime | None


def day_of(period: Period, today: date) -> date:
    """The day a round in this period is dated: today, or the period's last day when it is over."""
    return min(max(today, period.starts_on), period.ends_on)


def members(
    session: TenantSession, *, actor: Actor, period: Period, unit: Unit, form: str, day: date
) -> list[Member]:
    """The people of the unit on that day, by number, without the actor; each with the actor's sheet of the day."""
    sheet = (
        (Sheet.subject_id == Person.id)
        & (Sheet.period_id == period.id)
        & (Sheet.form == form)
        & (Sheet.happened_on == day)
        & (Sheet.recorded_by == actor.person_id)
    )
    query = (
        select(Person.id, Person.name, Person.number, Membership.position, Sheet.id, Sheet.done_at)
        .join(Membership, (Membership.person_id == Person.id) & member_on(day))
        .outerjoin(Sheet, sheet)
        .where(Membership.unit_id == unit.id, Person.id != actor.person_id)
        .where(Person.left_on.is_(None) | (Person.left_on >= day))
        .order_by(Person.number, Person.id)
    )
    return [Member(*row) for row in session.execute(query)]


def sheet_on(
    session: TenantSession, *, actor: Actor, period: Period, subject_id: int, form: str, day: date
) -> Sheet | None:
    """The actor's sheet of that day for the subject, when there is one."""
    return session.scalar(
        select(Sheet).where(
            Sheet.period_id == period.id,
            Sheet.subject_id == subject_id,
            Sheet.form == form,
            Sheet.happened_on == day,
            Sheet.recorded_by == actor.person_id,
        )
    )


def open_sheet(
    session: TenantSession,
    *,
    actor: Actor,
    period: Period,
    subject_id: int,
    form: str,
    day: date,
    now: datetime,
    today: date,
) -> Sheet:
    """The sheet of that day, begun now when there is none; the subject must be in a unit that the actor covers."""
    service.require_open(period)
    held = sheet_on(session, actor=actor, period=period, subject_id=subject_id, form=form, day=day)
    if held is not None:
        return held
    if day > today:
        raise refusals.DateInFuture(day=day.isoformat())
    if not period.starts_on <= day <= period.ends_on:
        raise refusals.DateOutside(
            first=period.starts_on.isoformat(), last=period.ends_on.isoformat(), day=day.isoformat()
        )
    standing = stand(session, subject_id, day)
    if actor.is_self(standing.place):
        raise refusals.OwnEntry
    require_present(standing, day)
    require_covered(actor, standing, day)
    assert standing.unit_id is not None
    sheet = Sheet(
        id=new_id(),
        period_id=period.id,
        subject_id=subject_id,
        unit_id=standing.unit_id,
        form=form,
        happened_on=day,
        recorded_by=actor.person_id,
        recorded_at=now,
        done_at=None,
    )
    session.add(sheet)
    _flush(session, period)
    return sheet


def marks(
    session: TenantSession, period: Period, subject_id: int, sheet: Sheet | None, clause_ids: Sequence[int]
) -> dict[int, Mark]:
    """What stands under these items in the period: this sheet's first, else the earliest of another day or round."""
    photos = (
        select(Evidence.entry_id, func.count().label("photos"))
        .join(Entry, Entry.id == Evidence.entry_id)
        .where(Entry.period_id == period.id, Entry.subject_id == subject_id)
        .group_by(Evidence.entry_id)
        .subquery()
    )
    query = (
        select(
            Entry.id, Entry.clause_id, Entry.happened_on, Entry.sheet_id, func.coalesce(photos.c.photos, 0)
        )
        .outerjoin(photos, photos.c.entry_id == Entry.id)
        .where(Entry.period_id == period.id, Entry.subject_id == subject_id, Entry.replaced_by.is_(None))
        .order_by(Entry.happened_on, Entry.id)
    )
    wanted = set(clause_ids)
    found: dict[int, Mark] = {}
    for ident, clause, day, sheet_id, count in session.execute(query):
        here = sheet is not None and sheet_id == sheet.id
        if clause in wanted and (clause not in found or (here and not found[clause].here)):
            found[clause] = Mark(ident, clause, day, here, count)
    return found


def tick(
    session: TenantSession,
    sheet: Sheet,
    *,
    actor: Actor,
    period: Period,
    clause_id: int,
    now: datetime,
    today: date,
) -> Entry:
    """Keep that an item was missed; ticked already on this sheet: the entry that stands."""
    _require_own(session, sheet, actor)
    held = _standing(session, sheet, clause_id)
    if held:
        return held[0]
    return service.record(
        session,
        actor=actor,
        period=period,
        subject_id=sheet.subject_id,
        clause_id=clause_id,
        happened_on=sheet.happened_on,
        now=now,
        today=today,
        origin="sheet",
        sheet=sheet,
        form_token=f"sheet-{sheet.id}-{clause_id}-{_times(session, sheet, clause_id)}",
    )


def untick(
    session: TenantSession, sheet: Sheet, *, actor: Actor, clause_id: int, reason: str, now: datetime
) -> bool:
    """Withdraw the item's entry of this sheet; False when there is none (it was withdrawn before)."""
    _require_own(session, sheet, actor)
    held = _standing(session, sheet, clause_id)
    for entry in held:
        service.withdraw(session, entry, actor=actor, reason=reason, now=now)
    return bool(held)


def finish(session: TenantSession, sheet: Sheet, *, actor: Actor, period: Period, now: datetime) -> None:
    """Note that the round has seen the subject whole; what was not ticked was well. Again: the first time stays."""
    _require_own(session, sheet, actor)
    service.require_open(period)
    if sheet.done_at is None:
        sheet.done_at = now
        _flush(session, period)


def place_of_sheet(session: TenantSession, sheet: Sheet) -> Place:
    """Whose a sheet is, in which unit it lies, and who made it."""
    unit = session.need(Unit, sheet.unit_id)
    return Place(person_id=sheet.subject_id, unit_path=unit.path, made_by=sheet.recorded_by)


def done_counts(
    session: TenantSession, period: Period, form: str, unit_ids: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """By unit: how many people have a sheet done in the period, and how many sheets there are."""
    found = {}
    for some in chunks(unit_ids):
        query = (
            select(Sheet.unit_id, func.count(Sheet.subject_id.distinct()), func.count())
            .where(
                Sheet.period_id == period.id,
                Sheet.form == form,
                Sheet.done_at.is_not(None),
                Sheet.unit_id.in_(some),
            )
            .group_by(Sheet.unit_id)
        )
        found.update({unit: (people, sheets) for unit, people, sheets in session.execute(query)})
    return found


def _require_own(session: TenantSession, sheet: Sheet, actor: Actor) -> None:
    """A sheet is filled by the one who began it, while that one covers the unit."""
    authorize(actor, "entries.record", place_of_sheet(session, sheet))
    if sheet.recorded_by != actor.person_id:
        raise refusals.Forbidden


def _standing(session: TenantSession, sheet: Sheet, clause_id: int) -> list[Entry]:
    query = select(Entry).where(
        Entry.sheet_id == sheet.id, Entry.clause_id == clause_id, Entry.replaced_by.is_(None)
    )
    return list(session.scalars(query.order_by(Entry.id)))


def _times(session: TenantSession, sheet: Sheet, clause_id: int) -> int:
    query = select(func.count(Entry.id)).where(Entry.sheet_id == sheet.id, Entry.clause_id == clause_id)
    return session.scalar(query) or 0


def _flush(session: TenantSession, period: Period) -> None:
    not_open = refusals.PeriodNotOpen(period)
    try:
        session.flush()
    except WallRefusal as wall:
        raise not_open if wall.code in ("period", "final") else wall from wall
    except IntegrityError as error:
        if is_duplicate(error):
            raise refusals.TokenTaken from error
        raise
