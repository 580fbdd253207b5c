"""The life of results: closing (stop entries, compute, write), publishing, sealing, reopening.

Closing works in three steps, so that nobody waits for it and nothing is lost:

1. a tiny transaction takes the period from open to closed. An entry that is being written at that moment is
   either committed before and counts, or is refused by the trigger that guards closed periods; nothing can slip
   in between what was read and what was stored. The page shows "closing" while a closed period has no results;
2. everything is computed over a snapshot, outside any write lock: other pages and other periods go on writing;
3. one short transaction writes the run and all its results.

When computing fails, the period goes back to open with the reason, and nothing is stored. When the process dies,
the job is taken up again and goes on at step 2. The other way round (compute first, then close) would have to
compute again whenever an entry arrived meanwhile, and on a busy day might never end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from kaohe.adoption import service as adoption
from kaohe.audit import service as audit
from kaohe.db import Databases, TenantSession, from_scaled
from kaohe.errors import Refusal
from kaohe.jobs.refusals import JobLost
from kaohe.periods import service as periods
from kaohe.periods.models import Period, PeriodStep
from kaohe.results.checking import stored_digest
from kaohe.results.computing import Outcome, Tell, compute
from kaohe.results.listening import Turned, found_besides, say_turned
from kaohe.results.models import Result, Run
from kaohe.results.refusals import (
    AlreadyClosing,
    NobodyTakesPart,
    NotComputed,
    NotOpen,
    ReopenedMeanwhile,
    ResultsDiffer,
)
from kaohe.scheme import ENGINE_VERSION

_log = logging.getLogger(__name__)


def close(
    databases: Databases,
    tenant_id: int,
    period_id: int,
    *,
    by: int | None,
    clock: Callable[[], datetime],
    tell: Tell | None = None,
) -> Run:
    """Close a period: from here on it takes no entries, and has results. Commits by itself.

    Refused: a period that is neither open nor interrupted in closing (`NotOpen`), one in which nobody takes part.
    """
    with databases.tenant(tenant_id) as session:
        _stop_entries(session, session.need(Period, period_id), by=by, now=clock())
        session.commit()
    try:
        outcome = _computed(databases, tenant_id, period_id, tell)
        with databases.tenant(tenant_id) as session:
            run = _write(session, session.need(Period, period_id), outcome, by=by, now=clock())
            session.commit()
    except (JobLost, AlreadyClosing, ReopenedMeanwhile):
        raise
    except Exception as error:
        _open_again(databases, tenant_id, period_id, by=by, now=clock(), error=error)
        raise
    with databases.tenant(tenant_id) as session:
        audit.seal(session, clock())
        session.commit()
    return run


def _stop_entries(session: TenantSession, period: Period, *, by: int | None, now: datetime) -> None:
    session.refresh(period, with_for_update=True)
    if period.state == "closed" and standing_run(session, period) is None:
        return
    if period.state != "open":
        raise NotOpen(title=periods.title_of(period), state=periods.STATE_WORDS[period.state])
    _stand_down(session, period)
    periods.step(session, period, after="closed", by=by, now=now)


def _stand_down(session: TenantSession, period: Period) -> None:
    standing = update(Run).where(Run.period_id == period.id, Run.standing.is_(True)).values(standing=False)
    session.execute(standing.execution_options(synchronize_session=False))


def _computed(databases: Databases, tenant_id: int, period_id: int, tell: Tell | None) -> Outcome:
    with databases.tenant(tenant_id, write=False) as session:
        if databases.dialect == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        period = session.need(Period, period_id)
        outcome = compute(session, period, tell)
        if not outcome.rows:
            raise NobodyTakesPart(title=periods.title_of(period))
        scheme = adoption.scheme_of(session, period.revision_id)
        outcome.effects.extend(found_besides(session, period, scheme, outcome))
    return outcome


def _write(session: TenantSession, period: Period, outcome: Outcome, *, by: int | None, now: datetime) -> Run:
    session.refresh(period, with_for_update=True)
    if period.state != "closed":
        raise ReopenedMeanwhile(title=periods.title_of(period))
    if standing_run(session, period) is not None:
        raise AlreadyClosing(title=periods.title_of(period))
    assert period.revision_id is not None
    run = Run(
        period_id=period.id,
        revision_id=period.revision_id,
        number=(session.scalar(select(func.max(Run.number)).where(Run.period_id == period.id)) or 0) + 1,
        standing=True,
        engine_version=ENGINE_VERSION,
        subjects=len(outcome.rows),
        digest=outcome.digest(),
        effects=[list(effect) for effect in outcome.effects],
        by=by,
        at=now,
    )
    session.add(run)
    session.flush()
    session.execute(insert(Result).execution_options(render_nulls=True), _values(run, outcome))
    say_turned(Turned(session, period, "closed", run, by, now))
    return run


def _values(run: Run, outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "run_id": run.id,
            "period_id": run.period_id,
            "subject_id": row.subject_id,
            "unit_id": row.unit_id,
            "score": None if row.score is None else from_scaled(row.score, 2),
            "grade": row.grade,
            "standing_word": row.word,
            "rank_unit": row.rank_unit,
            "tied_unit": row.tied_unit,
            "ranked_in": row.among,
            "rank_all": row.rank_all,
            "tied_all": row.tied_all,
            "inputs": row.inputs,
            "detail": row.detail,
        }
        for row in outcome.rows
    ]


def _open_again(
    databases: Databases, tenant_id: int, period_id: int, *, by: int | None, now: datetime, error: Exception
) -> None:
    """Give the period back to those who record, with the reason; a second trouble here is only logged."""
    said = error.say("zh") if isinstance(error, Refusal) else f"程序出错（{type(error).__name__}）"
    try:
        with databases.tenant(tenant_id) as session:
            period = session.need(Period, period_id)
            session.refresh(period, with_for_update=True)
            if period.state == "closed" and standing_run(session, period) is None:
                periods.step(session, period, after="open", by=by, now=now, reason=f"关闭没有完成：{said}")
            session.commit()
    except Exception:  # the first error is the one to be told
        _log.exception("period %s could not be opened again", period_id)


def standing_run(session: TenantSession, period: Period) -> Run | None:
    """The run whose results stand for the period; None while it is open for the first time or being closed."""
    query = select(Run).where(Run.period_id == period.id, Run.standing.is_(True))
    return session.recall(("run", period.id), lambda: session.scalar(query))


def stored(session: TenantSession, run: Run, subject_id: int) -> Result | None:
    """The subject's row in a run; None where it is not in it."""
    query = select(Result).where(Result.run_id == run.id, Result.subject_id == subject_id)
    return session.recall(("result", run.id, subject_id), lambda: session.scalar(query))


def runs(session: TenantSession, period: Period) -> list[Run]:
    """Every run of the period, the newest first."""
    return list(session.scalars(select(Run).where(Run.period_id == period.id).order_by(Run.number.desc())))


def is_closing(session: TenantSession, period: Period) -> bool:
    """Whether entries are stopped and the results are not there yet."""
    return period.state == "closed" and standing_run(session, period) is None


def publish(
    session: TenantSession, period: Period, *, by: int | None, now: datetime, version: int | None = None
) -> PeriodStep:
    """Show the results to everybody; the days of publicity begin."""
    run = _need_results(session, period)
    row = periods.step(session, period, after="published", by=by, now=now, version=version)
    say_turned(Turned(session, period, "published", run, by, now))
    return row


def finalise(
    session: TenantSession, period: Period, *, by: int | None, now: datetime, version: int | None = None
) -> PeriodStep:
    """Seal the period for good; refused when the stored results are not the ones that were computed."""
    run = _need_results(session, period)
    if stored_digest(session, run) != run.digest:
        raise ResultsDiffer(title=periods.title_of(period))
    row = periods.step(session, period, after="final", by=by, now=now, version=version)
    say_turned(Turned(session, period, "final", run, by, now))
    return row


def reopen(
    session: TenantSession,
    period: Period,
    *,
    by: int | None,
    now: datetime,
    reason: str,
    version: int | None = None,
) -> PeriodStep:
    """Take entries again, with a reason; the results so far stay beside the new ones that the next closing makes."""
    run = standing_run(session, period)
    row = periods.step(session, period, after="open", by=by, now=now, reason=reason, version=version)
    say_turned(Turned(session, period, "reopened", run, by, now))
    return row


def _need_results(session: TenantSession, period: Period) -> Run:
    run = standing_run(session, period)
    if run is None:
        raise NotComputed(title=periods.title_of(period))
    return run
