"""Taking up, deciding and withdrawing appeals.

Decides what may follow from an upheld appeal: an entry is withdrawn or corrected; about a result an entry is added or
all is computed anew; where it was put right already, nothing. Refuses deciders who are the subject, who filed the
appeal, or who recorded the entry (for an appeal against the result: any entry that counts in it), a decision without
a reason, and a second one; the database refuses these too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.appeals import refusals
from kaohe.appeals.models import Appeal, AppealStep, AppealStepReason
from kaohe.appeals.signing import may_speak
from kaohe.appeals.telling import tell_decided
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.entries.checks import Fact, clean_words, require_date
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.periods.refusals import FinalIsFinal
from kaohe.scheme import asked, validate_entry

ENDS = ("upheld", "rejected", "withdrawn")


@dataclass(frozen=True)
class Remedy:
    """What follows from an upheld appeal; figures for a corrected or an added entry."""

    kind: str
    clause_id: int | None = None
    quantity: Decimal | None = None
    points: Decimal | None = None
    happened_on: date | None = None


def remedies_for(session: TenantSession, appeal: Appeal) -> tuple[str, ...]:
    """The remedies that an appeal can have now."""
    if appeal.entry_id is None:
        return ("add", "recompute", "none")
    entry = session.need(Entry, appeal.entry_id)
    if entry.replaced_by is not None:
        return ("none",)
    period = session.need(Period, appeal.period_id)
    wanted = asked(adoption.scheme_of(session, period.revision_id), entry.clause_id)
    correctable = entry.recorded_by is not None and (wanted.quantity or wanted.points)
    return ("withdraw", "correct") if correctable else ("withdraw",)


def why_not(session: TenantSession, appeal: Appeal, actor: Actor) -> Refusal | None:
    """Why the actor may not decide the appeal; None where that is allowed."""
    if actor.is_me(appeal.subject_id) or may_speak(session, actor, appeal.subject_id):
        return refusals.OwnAppeal()
    if actor.is_me(appeal.filed_by):
        return refusals.OwnFiling()
    of_it = or_(Entry.id == appeal.entry_id, Entry.replaced_by == appeal.entry_id)
    query = select(Entry.id).where(
        Entry.period_id == appeal.period_id,
        Entry.subject_id == appeal.subject_id,
        Entry.recorded_by.in_(actor.records),
        Entry.replaced_by.is_(None) if appeal.entry_id is None else of_it,
    )
    return refusals.OwnEntry() if session.scalar(query.limit(1)) is not None else None


def take_up(session: TenantSession, appeal: Appeal, *, actor: Actor, now: datetime) -> AppealStep:
    """Say that somebody is looking into it; never the subject, never who filed it."""
    refusal = why_not(session, appeal, actor)
    if refusal is not None and not isinstance(refusal, refusals.OwnEntry):
        raise refusal
    _require_going(session, appeal)
    return _step(session, appeal, "taken_up", actor.person_id, now)


def withdraw(
    session: TenantSession, appeal: Appeal, *, actor: Actor, now: datetime, reason: str | None = None
) -> AppealStep:
    """Take the own appeal back."""
    if not may_speak(session, actor, appeal.subject_id):
        raise refusals.NotOwn
    _require_going(session, appeal)
    return _step(session, appeal, "withdrawn", actor.person_id, now, words=clean_words(reason))


def decide(
    session: TenantSession,
    appeal: Appeal,
    *,
    upheld: bool,
    reason: str | None,
    actor: Actor,
    now: datetime,
    today: date,
    remedy: Remedy | None = None,
) -> AppealStep:
    """Decide an appeal, with a reason; upholding it names the remedy, whose figures must fit the clause."""
    refusal = why_not(session, appeal, actor)
    if refusal is not None:
        raise refusal
    _require_going(session, appeal)
    words = clean_words(reason)
    if words is None:
        raise refusals.ReasonMissing
    values: dict[str, Any] = {}
    if upheld:
        if remedy is None or remedy.kind not in remedies_for(session, appeal):
            raise refusals.RemedyMissing
        values = _values(session, appeal, remedy, words, today)
    step = _step(
        session, appeal, "upheld" if upheld else "rejected", actor.person_id, now, words=words, **values
    )
    tell_decided(session, appeal, step, words, now)
    return step


def _values(
    session: TenantSession, appeal: Appeal, remedy: Remedy, words: str, today: date
) -> dict[str, Any]:
    """The columns of a remedy; figures and day are checked as recording does."""
    if remedy.kind not in ("correct", "add"):
        return {"remedy": remedy.kind}
    period = session.need(Period, appeal.period_id)
    entry = session.get(Entry, appeal.entry_id) if appeal.entry_id else None
    clause = entry.clause_id if entry is not None else remedy.clause_id
    if clause is None:
        raise refusals.ClauseMissing
    day = entry.happened_on if entry is not None else remedy.happened_on or min(today, period.ends_on)
    require_date(period, Fact(clause, day, found_late=entry is not None and entry.found_late), today)
    scheme = adoption.scheme_of(session, period.revision_id)
    if scheme.find(clause) is None or scheme.find(clause).clause is None:  # type: ignore[union-attr]
        raise refusals.ClauseMissing
    amount = entry.amount_fen if entry is not None else None
    validate_entry(
        scheme, clause, quantity=remedy.quantity, points=remedy.points, reason=words, amount_fen=amount
    )
    return {
        "remedy": remedy.kind,
        "clause_id": clause,
        "quantity": remedy.quantity,
        "points": remedy.points,
        "happened_on": day,
    }


def _require_going(session: TenantSession, appeal: Appeal) -> None:
    period = session.need(Period, appeal.period_id)
    if period.state == "final":
        raise FinalIsFinal(title=periods.title_of(period))
    ended = select(AppealStep.id).where(AppealStep.appeal_id == appeal.id, AppealStep.step.in_(ENDS))
    if session.scalar(ended.limit(1)) is not None:
        raise refusals.AlreadyEnded


def _step(
    session: TenantSession,
    appeal: Appeal,
    name: str,
    by: int | None,
    now: datetime,
    *,
    words: str | None = None,
    **values: Any,
) -> AppealStep:
    step = AppealStep(
        id=new_id(),
        appeal_id=appeal.id,
        period_id=appeal.period_id,
        step=name,
        done_by=by,
        done_at=now,
        **values,
    )
    session.add(step)
    try:
        session.flush()
    except WallRefusal as wall:
        raise {
            "self": refusals.OwnAppeal(),
            "recorder": refusals.OwnEntry(),
            "appellant": refusals.NotOwn(),
        }.get(wall.code, wall) from wall
    except IntegrityError as error:
        if is_duplicate(error):
            raise (refusals.AlreadyTaken if name == "taken_up" else refusals.AlreadyEnded) from error
        raise
    if words:
        session.add(AppealStepReason(id=step.id, words=words))
        session.flush()
    return step


step = _step
"""Write a step of an appeal, as carrying out does."""
