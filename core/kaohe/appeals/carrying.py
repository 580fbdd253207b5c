"""Carrying out upheld appeals, several together: reopen, put right by new rows, close, publish again.

Decides that everything of the decision happens under the names of those who decided: the reopening names the appeals,
a withdrawn or corrected entry stays visible beside what took its place, and the earlier computation stays beside the
new one. The publicity runs anew until the day that was asked for. A process that dies goes on where it stopped: what
was put right is marked in the same transaction, with the job that did it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select

from kaohe.accounts.policy import Actor
from kaohe.appeals import refusals
from kaohe.appeals.deciding import step as write_step
from kaohe.appeals.models import Appeal, AppealStep, AppealStepReason
from kaohe.appeals.telling import tell_carried_out, thing_of
from kaohe.db import Databases, TenantSession
from kaohe.entries import service as entries
from kaohe.entries.models import Entry
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
    for appeal, step in waiting:
        made = _act(session, period, appeal, step, now, today)
        write_step(
            session,
            appeal,
            "carried_out",
            by,
            now,
            entry_id=None if made is None else made.id,
            job_id=job_id,
        )


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
    """The new rows of one decision; None where no entry was made."""
    entry = session.get(Entry, appeal.entry_id) if appeal.entry_id else None
    said = session.get(AppealStepReason, step.id)
    words = ("申诉成立：" + (said.words if said else ""))[:MOST_WORDS]
    assert step.done_by is not None
    decider = Actor(step.done_by, 0, is_admin=True)
    if entry is not None and entry.replaced_by is not None:
        return None
    if step.remedy == "withdraw" and entry is not None:
        entries.take_back(session, entry, by=step.done_by, reason=words, now=now)
        return None
    if step.remedy == "correct" and entry is not None:
        return entries.correct(
            session,
            entry,
            actor=decider,
            quantity=step.quantity,
            points=step.points,
            amount_fen=entry.amount_fen,
            reason=words,
            now=now,
            today=today,
        )
    if step.remedy == "add" and step.clause_id is not None:
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
