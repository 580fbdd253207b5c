"""What was found and decided before proposals were rows of their own becomes proposals, once.

A period that was closed by an earlier version has its effects in its run only; this round proposes them, and ends those
that were decided then with their decisions. It finds such runs by their period having no proposals, so it is done with
one when there are some. A run whose effects call for nothing is read again each round: nothing is kept of having looked.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

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
_log = logging.getLogger(__name__)


@sweep("consequences.old", every=timedelta(hours=6))
def take_old_over(databases: Databases, tenant_id: int, now: datetime) -> None:
    """Propose what standing runs of an earlier version found."""
    last, more = 0, True
    while more:
        with databases.tenant(tenant_id, write=False) as session:
            some = _old(session, last)
        for run_id, effects in some:
            if effects:
                _take_over_alone(databases, tenant_id, run_id)
            last = run_id
        more = len(some) == AT_ONCE


def _old(session: TenantSession, after: int) -> list[tuple[int, Any]]:
    """The next standing runs whose period has no proposals, with what they found: that may call for nothing."""
    made = select(Proposal.id).where(Proposal.period_id == Run.period_id, Proposal.made == "closed").exists()
    query = select(Run.id, Run.effects).where(Run.standing.is_(True), ~made, Run.id > after)
    return [(ident, effects) for ident, effects in session.execute(query.order_by(Run.id).limit(AT_ONCE))]


def _take_over_alone(databases: Databases, tenant_id: int, run_id: int) -> None:
    """Take one run over in a transaction of its own; one that fails keeps none of the others waiting."""
    with databases.tenant(tenant_id) as session:
        try:
            _take_over(session, session.need(Run, run_id))
            session.commit()
        except Exception:
            session.rollback()
            _log.exception("what the run %s of tenant %s found is not proposed", run_id, tenant_id)


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
