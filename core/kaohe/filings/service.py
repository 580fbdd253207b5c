"""Filing what is owed: drafts, versions, the way to unlock; whose it is and how it stands.

Decides that only whoever owes it files it: the person, or who heads the unit; that it can be changed until it is due
and every version stays; that a first filing after the due date is late, or refused where the sector takes none. Refuses a
filing made from a page that is older than the newest version, and sending one form twice makes one version.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from kaohe.accounts.policy import Actor, Place
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession, is_duplicate, new_id
from kaohe.entries import made
from kaohe.errors import Conflict
from kaohe.filings import refusals
from kaohe.filings.missing import ORIGIN, find_misses, settle
from kaohe.filings.models import Due, DueMove, Filed, FilingDraft
from kaohe.filings.planning import make_dues
from kaohe.people.models import Person, Unit
from kaohe.plugins import Filing

__all__ = [
    "ORIGIN",
    "before",
    "discard_draft",
    "draft_of",
    "file",
    "find_misses",
    "is_locked",
    "make_dues",
    "moves_of",
    "name_of",
    "newest",
    "place_of",
    "save_draft",
    "settle",
    "state_of",
    "unlock",
    "versions",
]
STATES = ("open", "filed", "late", "missing")
MOST_REASON = 200
MOST_TYPED = 200_000
LONGEST_UNLOCK = timedelta(days=60)


def state_of(due: Due, now: datetime) -> str:
    """open (still in time), filed (in time), late, missing."""
    if due.filed_at is not None:
        return "filed" if due.filed_at <= due.due_at else "late"
    return "open" if now <= due.due_at else "missing"


def is_locked(due: Due, filing: Filing | None, now: datetime) -> bool:
    """Whether nothing can be filed as it stands."""
    return filing is None or (now > due.due_at and (due.filed_at is not None or not filing.late))


def place_of(session: TenantSession, due: Due) -> Place:
    """Whose a due is and in which unit it lies; that of a unit is its head's own."""
    unit = session.need(Unit, due.unit_id)
    if due.subject_id == due.unit_id:
        return Place(unit_path=unit.path, of_unit=unit.path)
    return Place(person_id=due.subject_id, unit_path=unit.path)


def name_of(session: TenantSession, due: Due) -> str:
    """The name of the person or unit that owes it."""
    if due.subject_id == due.unit_id:
        return session.need(Unit, due.unit_id).name
    return session.need(Person, due.subject_id).name


def versions(session: TenantSession, due: Due) -> list[tuple[Filed, str]]:
    """Everything that was filed with the name of who filed it, the newest first."""
    query = (
        select(Filed, Person.name)
        .join(Person, Person.id == Filed.filed_by)
        .where(Filed.due_id == due.id)
        .order_by(Filed.number.desc())
    )
    return [(filed, name) for filed, name in session.execute(query)]


def newest(session: TenantSession, due: Due) -> Filed | None:
    """The version that stands."""
    return session.scalar(select(Filed).where(Filed.due_id == due.id).order_by(Filed.number.desc()).limit(1))


def before(session: TenantSession, due: Due) -> Filed | None:
    """What the same subject filed the last time before this stretch: somewhere to start from."""
    return session.scalar(
        select(Filed)
        .join(Due, Due.id == Filed.due_id)
        .where(
            Due.filing == due.filing,
            Due.subject_id == due.subject_id,
            Due.starts_on < due.starts_on,
            Filed.replaced_by.is_(None),
        )
        .order_by(Due.starts_on.desc())
        .limit(1)
    )


def moves_of(session: TenantSession, due: Due) -> list[tuple[DueMove, str]]:
    """Each unlocking with the name of who did it, the newest first."""
    query = (
        select(DueMove, Person.name)
        .join(Person, Person.id == DueMove.moved_by)
        .where(DueMove.due_id == due.id)
        .order_by(DueMove.at.desc(), DueMove.id.desc())
    )
    return [(move, name) for move, name in session.execute(query)]


def draft_of(session: TenantSession, due: Due) -> FilingDraft | None:
    """What was typed and not filed yet."""
    return session.scalar(select(FilingDraft).where(FilingDraft.due_id == due.id))


def save_draft(
    session: TenantSession, due: Due, *, filing: Filing, typed: Mapping[str, str], actor: Actor, now: datetime
) -> FilingDraft:
    """Keep what was typed, right or wrong; the last one saved stands."""
    _require_may(session, due, filing, actor)
    _require_open(session, due, filing, now)
    if sum(len(name) + len(text) for name, text in typed.items()) > MOST_TYPED:
        raise refusals.DraftTooLarge
    draft = draft_of(session, due)
    if draft is None:
        draft = FilingDraft(due_id=due.id, typed=dict(typed), saved_by=actor.person_id, at=now)
        session.add(draft)
    else:
        draft.typed, draft.saved_by, draft.at = dict(typed), actor.person_id, now
    try:
        session.flush()
    except IntegrityError as error:
        if is_duplicate(error):
            raise Conflict from error
        raise
    return draft


def discard_draft(session: TenantSession, due: Due) -> None:
    """Forget what was typed."""
    session.execute(delete(FilingDraft).where(FilingDraft.due_id == due.id))


def file(
    session: TenantSession,
    due: Due,
    *,
    filing: Filing,
    content: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    after: int = 0,
    token: str | None = None,
) -> Filed:
    """File a version; `after` is the number of the version that the form showed (0: none)."""
    _require_may(session, due, filing, actor)
    session.refresh(due, with_for_update=True)
    kept = session.scalar(select(Filed).where(Filed.form_token == token)) if token else None
    if kept is not None and kept.due_id == due.id and kept.filed_by == actor.person_id:
        return kept
    _require_open(session, due, filing, now)
    try:
        filing.schema().load(dict(content))
    except ValidationError as invalid:
        raise refusals.NotAsAsked from invalid
    stands = newest(session, due)
    number = stands.number if stands is not None else 0
    if number != after:
        who = session.need(Person, stands.filed_by).name if stands is not None else ""
        raise refusals.FiledMeanwhile(who=who, number=number)
    filed = Filed(
        id=new_id(),
        due_id=due.id,
        number=number + 1,
        content=dict(content),
        filed_by=actor.person_id,
        at=now,
        form_token=token or None,
        replaced_by=None,
    )
    _replace(session, stands, filed)
    discard_draft(session, due)
    if due.filed_at is None:
        due.filed_at = now
    settle(session, due, filing, calendar=calendar_of(session), now=now)
    session.flush()
    return filed


def unlock(
    session: TenantSession,
    due: Due,
    *,
    filing: Filing | None,
    actor: Actor,
    until: date | None,
    reason: str,
    now: datetime,
) -> DueMove:
    """Give a new due date with a reason; what a miss had counted is taken back."""
    if filing is None:
        raise refusals.Unknown
    if actor.is_self(place_of(session, due)):
        raise refusals.OwnDue
    session.refresh(due, with_for_update=True)
    calendar = calendar_of(session)
    said = calendar.day_of(due.due_at).isoformat()
    words = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    if not words:
        raise refusals.ReasonNeeded
    if len(words) > MOST_REASON:
        raise refusals.ReasonTooLong(most=MOST_REASON)
    if until is None:
        raise refusals.DateNeeded
    if now <= due.due_at:
        raise refusals.NotDue(title=filing.title, due=said)
    last = calendar.day_of(max(now, due.due_at) + LONGEST_UNLOCK)
    if until > last:
        raise refusals.DateTooFar(last=last.isoformat())
    after = calendar.end_of(until)
    if after <= due.due_at or (due.filed_at is None and after < now):
        raise refusals.DateTooEarly(due=said)
    if due.filed_at is not None and due.filed_at > due.due_at and after < due.filed_at:
        raise refusals.FiledAfter(day=calendar.day_of(due.filed_at).isoformat())
    for entry in made.made_from(session, ORIGIN, due.id):
        made.unmake(session, entry, reason=f"解锁：{words}", now=now)
    move = DueMove(
        due_id=due.id, before=due.due_at, after=after, moved_by=actor.person_id, at=now, reason=words
    )
    session.add(move)
    due.due_at, due.missed_at, due.counted_through, due.settled_at = after, None, None, None
    settle(session, due, filing, calendar=calendar, now=now)
    session.flush()
    return move


def _replace(session: TenantSession, old: Filed | None, filed: Filed) -> None:
    """Point the version that stood at the new one, and write it; whoever comes second gets a conflict."""
    if old is not None:
        stands = update(Filed).where(Filed.id == old.id, Filed.replaced_by.is_(None))
        done = session.execute(
            stands.values(replaced_by=filed.id).execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:
            raise Conflict
        set_committed_value(old, "replaced_by", filed.id)
    session.add(filed)
    try:
        session.flush()
    except IntegrityError as error:
        if is_duplicate(error):
            raise Conflict from error
        raise


def _require_may(session: TenantSession, due: Due, filing: Filing, actor: Actor) -> None:
    if not actor.is_self(place_of(session, due)):
        raise refusals.NotYours(title=filing.title, name=name_of(session, due))


def _require_open(session: TenantSession, due: Due, filing: Filing, now: datetime) -> None:
    if not is_locked(due, filing, now):
        return
    day = calendar_of(session).day_of(due.due_at).isoformat()
    refused = refusals.Locked if due.filed_at is None else refusals.AmendedTooLate
    raise refused(title=filing.title, due=day)
