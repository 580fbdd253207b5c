"""What was found and decided before proposals were rows of their own becomes proposals, once.

A period that was closed by an earlier version has its effects in its run only; this round proposes them, and ends those
that were decided then with their decisions. It finds such runs by their having no proposals, so it is done when they have.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.consequences.closed import called_by
from kaohe.consequences.models import Decision, Proposal
from kaohe.consequences.proposing import end_with, propose
from kaohe.db import Databases, TenantSession
from kaohe.jobs.schedule import sweep
from kaohe.periods.models import Period
from kaohe.results.models import Run

AT_ONCE = 20


@sweep("consequences.old", every=timedelta(hours=6))
def take_old_over(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Propose what standing runs of an earlier version found."""
    with databases.tenant(tenant_id, write=False) as session:
        waiting = _old(session)
    for run_id in waiting:
        with databases.tenant(tenant_id) as session:
            _take_over(session, session.need(Run, run_id))
            session.commit()


def _old(session: TenantSession) -> list[int]:
    """The standing runs that found something and whose period has no proposals and no newer decisions."""
    made = select(Proposal.id).where(Proposal.period_id == Run.period_id, Proposal.made == "closed").exists()
    query = select(Run).where(Run.standing.is_(True), ~made).order_by(Run.id)
    return [run.id for run in session.scalars(query) if run.effects][:AT_ONCE]


def _take_over(session: TenantSession, run: Run) -> None:
    period = session.need(Period, run.period_id)
    scheme = adoption.scheme_of(session, run.revision_id)
    called = called_by(session, scheme, period, run, [tuple(row) for row in run.effects])
    decided = {
        (one.subject_id, one.clause_id, one.occurrence, one.effect, one.source): one.id
        for one in session.scalars(
            select(Decision).where(Decision.period_id == period.id, Decision.proposal_id.is_(None))
        )
    }
    for ident, one in zip(propose(session, called, run.at), called, strict=True):
        decision = decided.get((one.subject_id, one.clause_id, one.occurrence, one.effect.kind, one.source))
        if decision is not None:
            end_with(session, session.need(Proposal, ident), decision)
