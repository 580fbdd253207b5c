"""Filing an appeal against an entry of one's own or against one's own result.

Decides that an appeal is taken until the end of the last day of publicity, in the organisation's zone; later only an
administrator files it, saying why it is taken late, and then does not decide it. A thing is appealed once; an appeal
that its appellant withdrew may be made again. Refuses an entry that no longer stands, and another's entry or result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.policy import Actor
from kaohe.appeals import refusals
from kaohe.appeals.models import Appeal, AppealFile, AppealReason, AppealStep
from kaohe.appeals.signing import may_speak, require_public, standing_result
from kaohe.appeals.telling import tell_filed
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.entries.checks import clean_words
from kaohe.entries.models import Entry
from kaohe.errors import NotFound
from kaohe.files.models import StoredFile
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.models import Result


@dataclass(frozen=True)
class Deadline:
    """Until when appeals are taken, and whether that is over."""

    day: date
    over: bool


def deadline(period: Period, today: date) -> Deadline:
    """The last day of publicity is the last day for appeals."""
    return Deadline(period.published_until, today > period.published_until)


def file(
    session: TenantSession,
    *,
    period: Period,
    subject_id: int,
    entry: Entry | None = None,
    reason: str | None,
    actor: Actor,
    now: datetime,
    today: date,
    late: str | None = None,
    files: Sequence[StoredFile] = (),
) -> Appeal:
    """File an appeal; `entry` None: against the result. `late`: why one after the deadline is taken."""
    own = may_speak(session, actor, subject_id)
    if not own and not actor.is_admin:
        raise refusals.NotOwn
    if entry is not None and (entry.subject_id, entry.period_id) != (subject_id, period.id):
        raise NotFound
    require_public(period)
    words, late_words = clean_words(reason), clean_words(late)
    end = deadline(period, today)
    if end.over and (own or not actor.is_admin):
        raise refusals.TooLate(day=end.day.isoformat())
    if words is None:
        raise refusals.WhyMissing
    if end.over and late_words is None:
        raise refusals.LateReasonMissing(day=end.day.isoformat())
    if entry is not None and entry.replaced_by is not None:
        raise refusals.EntryGone
    run, _digest = standing_result(session, period, subject_id)
    thing = run.id if entry is None else entry.id
    appeal = Appeal(
        id=new_id(),
        period_id=period.id,
        run_id=run.id,
        subject_id=subject_id,
        unit_id=_unit_of(session, run.id, subject_id),
        entry_id=None if entry is None else entry.id,
        thing_id=thing,
        attempt=_attempt(session, subject_id, thing),
        filed_by=actor.person_id,
        filed_at=now,
        late=end.over,
    )
    session.add(appeal)
    _flush(session, period)
    session.add(AppealReason(id=appeal.id, words=words, late=late_words if end.over else None))
    session.add_all(
        AppealFile(appeal_id=appeal.id, file_id=one.id, added_by=actor.person_id, added_at=now)
        for one in {one.id: one for one in files}.values()
    )
    session.flush()
    tell_filed(session, appeal, period, entry, now)
    return appeal


def _unit_of(session: TenantSession, run_id: int, subject_id: int) -> int:
    query = select(Result.unit_id).where(Result.run_id == run_id, Result.subject_id == subject_id)
    return int(session.scalars(query).one())


def _attempt(session: TenantSession, subject_id: int, thing: int) -> int:
    """How often the thing was appealed and the appeal withdrawn; refused while one stands or was decided."""
    query = (
        select(Appeal.id, AppealStep.id)
        .outerjoin(AppealStep, (AppealStep.appeal_id == Appeal.id) & (AppealStep.step == "withdrawn"))
        .where(Appeal.subject_id == subject_id, Appeal.thing_id == thing)
    )
    rows = session.execute(query).all()
    if any(withdrawn is None for _appeal, withdrawn in rows):
        raise refusals.AlreadyAppealed
    return len(rows)


def _flush(session: TenantSession, period: Period) -> None:
    not_public = refusals.NotPublic(title=periods.title_of(period))
    no_result = refusals.NoResult(title=periods.title_of(period))
    try:
        session.flush()
    except WallRefusal as wall:
        raise (not_public if wall.code == "period" else no_result) from wall
    except IntegrityError as error:
        if is_duplicate(error):
            raise refusals.AlreadyAppealed from error
        raise


def appealed(session: TenantSession, subject_id: int, thing: int) -> bool:
    """Whether an appeal about the thing stands or was decided."""
    try:
        _attempt(session, subject_id, thing)
    except refusals.AlreadyAppealed:
        return True
    return False
