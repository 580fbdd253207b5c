"""Carrying out upheld appeals, several together: reopen, put right by new rows, close, publish again.

Decides that everything of the decision happens under the names of those who decided: the reopening names the appeals,
a withdrawn or corrected entry stays visible beside what took its place, and the earlier computation stays beside the
new one. The publicity runs anew until the day that was asked for. A process that dies goes on where it stopped: what
was put right is marked in the same transaction, with the job that did it. An entry that was corrected meanwhile is
acted upon as it stands now; what cannot be acted upon is said with the appeal and stays open, until somebody has put
it right otherwise and says how.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select

from kaohe.accounts.policy import Actor
from kaohe.appeals import refusals
from kaohe.appeals.deciding import step as write_step
from kaohe.appeals.deciding import why_not
from kaohe.appeals.models import Appeal, AppealStep, AppealStepReason
from kaohe.appeals.telling import tell_carried_out, tell_hindered, thing_of
from kaohe.db import Databases, TenantSession
from kaohe.entries import service as entries
from kaohe.entries.checks import clean_words
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.computing import Tell
from kaohe.results.models import Run

MOST_WORDS = 900
USUAL_DAYS = 3


def pending(session: TenantSession, period: Period) -> list[tuple[Appeal, AppealStep]]:
    """Upheld appeals whose remedy waits to be carried out, in the order of filing."""
    carried = select(AppealStep.appeal_id).where(AppealStep.step == "carried_out")
    query = (
        select(Appeal, AppealStep)
        .join(AppealStep, and_(AppealStep.appeal_id == Appeal.id, AppealStep.step == "upheld"))
        .where(Appeal.period_id == period.id, AppealStep.remedy != "none", Appeal.id.not_in(carried))
        .order_by(Appeal.filed_at, Appeal.id)
    )
    return [(appeal, step) for appeal, step in session.execute(query)]


def usual_until(period: Period, today: date) -> date:
    """Until when the new publicity usually lasts: as before, but three days at least."""
    return max(period.published_until, today + timedelta(days=USUAL_DAYS))


def require_carriable(session: TenantSession, period: Period, until: date, today: date) -> None:
    """Refuse when nothing waits, when the period takes entries, or when the publicity would be over."""
    if not pending(session, period):
        raise refusals.NothingToCarryOut
    if period.state == "open":
        raise refusals.PeriodOpen(title=periods.title_of(period))
    if until < today:
        raise refusals.DateTooEarly(day=today.isoformat())


def carry_out(
    databases: Databases,
    tenant_id: int,
    period_id: int,
    *,
    job_id: int,
    by: int | None,
    until: date,
    clock: Callable[[], datetime],
    tell: Tell | None = None,
) -> Run:
    """Do it all; commits by itself. The same job again goes on after what it did before."""
    with databases.tenant(tenant_id) as session:
        if not _begun(session, period_id, job_id):
            _put_right(session, session.need(Period, period_id), job_id, by, until, clock())
            session.commit()
    with databases.tenant(tenant_id, write=False) as session:
        state = session.need(Period, period_id).state
        computed = results.standing_run(session, session.need(Period, period_id)) is not None
    if state == "open" or (state == "closed" and not computed):
        results.close(databases, tenant_id, period_id, by=by, clock=clock, tell=tell)
    with databases.tenant(tenant_id) as session:
        period = session.need(Period, period_id)
        if period.state == "closed":
            results.publish(session, period, by=by, now=clock())
        for appeal in _of_job(session, job_id):
            tell_carried_out(session, appeal, clock())
        session.commit()
        run = results.standing_run(session, period)
        assert run is not None
        return run


def _begun(session: TenantSession, period_id: int, job_id: int) -> bool:
    query = select(AppealStep.id).where(AppealStep.period_id == period_id, AppealStep.job_id == job_id)
    return session.scalar(query.limit(1)) is not None


def _of_job(session: TenantSession, job_id: int) -> list[Appeal]:
    query = select(Appeal).join(
        AppealStep, and_(AppealStep.appeal_id == Appeal.id, AppealStep.job_id == job_id)
    )
    return list(session.scalars(query))


def _put_right(
    session: TenantSession, period: Period, job_id: int, by: int | None, until: date, now: datetime
) -> None:
    today = now.astimezone(session.zone).date()
    waiting = pending(session, period)
    require_carriable(session, period, until, today)
    reason = _reason(session, period, waiting)
    results.reopen(session, period, by=by, now=now, reason=reason)
    if until > period.published_until:
        periods.edit_dates(
            session,
            period,
            entries_until=period.entries_until,
            published_until=until,
            final_on=max(period.final_on, until),
            by=by,
            now=now,
            reason="申诉成立，重新公示",
        )
    hindered = []
    for appeal, step in waiting:
        try:
            with session.begin_nested():
                made = _act(session, period, appeal, step, now, today)
        except Refusal as refusal:
            hindered.append((appeal, refusal))
            continue
        entry_id = None if made is None else made.id
        write_step(session, appeal, "carried_out", by, now, entry_id=entry_id, job_id=job_id)
    if len(hindered) == len(waiting):
        session.rollback()
    for appeal, why in hindered:
        _hindered(session, session.need(Appeal, appeal.id), why, by, now)
    if len(hindered) == len(waiting):
        session.commit()
        raise refusals.AllHindered(count=len(hindered), why=hindered[0][1])


def _hindered(
    session: TenantSession, appeal: Appeal, refusal: Refusal, by: int | None, now: datetime
) -> None:
    """Say once with the appeal why its decision could not be carried out; it stays open."""
    said = select(AppealStep.id).where(AppealStep.appeal_id == appeal.id, AppealStep.step == "hindered")
    if session.scalar(said) is None:
        write_step(session, appeal, "hindered", by, now, words=refusal.say("zh"))
    tell_hindered(session, appeal, refusal, now)


def _reason(session: TenantSession, period: Period, waiting: list[tuple[Appeal, AppealStep]]) -> str:
    """What the reopening says: it is kept for good, so it names units and clauses and no person."""
    said = []
    for appeal, _step in waiting:
        entry = session.get(Entry, appeal.entry_id) if appeal.entry_id else None
        unit = session.need(Unit, appeal.unit_id)
        said.append(f"{unit.name} · {thing_of(session, period, entry).zh}")
    shown = "、".join(said[:10]) + (f"等 {len(said)} 件" if len(said) > 10 else "")
    return f"申诉成立：{shown}"


def _act(
    session: TenantSession, period: Period, appeal: Appeal, step: AppealStep, now: datetime, today: date
) -> Entry | None:
    """The new rows of one decision, about the entry as it stands now; None where no entry was made.

    Raises what hinders it: an entry that is gone cannot be corrected, nor one that was put under another clause.
    """
    entry = session.get(Entry, appeal.entry_id) if appeal.entry_id else None
    current = None if entry is None else standing_for(session, entry)
    said = session.get(AppealStepReason, step.id)
    words = ("申诉成立：" + (said.words if said else ""))[:MOST_WORDS]
    assert step.done_by is not None
    decider = Actor(step.done_by, 0, is_admin=True)
    if step.remedy == "withdraw":
        if current is not None:
            entries.take_back(session, current, by=step.done_by, reason=words, now=now)
    elif step.remedy == "correct":
        if current is None:
            raise refusals.GoneMeanwhile
        if current.clause_id != step.clause_id:
            raise refusals.ClauseChanged(clause=thing_of(session, period, current))
        return entries.correct(
            session,
            current,
            actor=decider,
            quantity=step.quantity,
            points=step.points,
            amount_fen=current.amount_fen,
            reason=words,
            now=now,
            today=today,
        )
    elif step.remedy == "add" and step.clause_id is not None:
        return entries.record(
            session,
            actor=decider,
            period=period,
            subject_id=appeal.subject_id,
            clause_id=step.clause_id,
            quantity=step.quantity,
            points=step.points,
            reason=words,
            happened_on=step.happened_on,
            now=now,
            today=today,
            form_token=f"appeal-{appeal.id}",
        )
    return None


def standing_for(session: TenantSession, entry: Entry) -> Entry | None:
    """What stands in the place of an entry now: itself, or the last of its corrections; None where it is withdrawn."""
    while entry.replaced_by is not None:
        after = session.get(Entry, entry.replaced_by)
        if after is None:
            return None
        entry = after
    return entry


def settle(
    session: TenantSession, appeal: Appeal, *, reason: str | None, actor: Actor, now: datetime
) -> AppealStep:
    """Say in words how a decision that could not be carried out was put right otherwise; that closes the appeal."""
    refusal = why_not(session, appeal, actor)
    if refusal is not None and not isinstance(refusal, refusals.OwnEntry):
        raise refusal
    words = clean_words(reason)
    if words is None:
        raise refusals.ReasonMissing
    steps = set(session.scalars(select(AppealStep.step).where(AppealStep.appeal_id == appeal.id)))
    if "hindered" not in steps or "carried_out" in steps:
        raise refusals.NotHindered
    return write_step(session, appeal, "carried_out", actor.person_id, now, words=words)
