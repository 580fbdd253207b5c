"""The panel where a period is reopened: what was decided, and money that has moved, stays until an undoing is decided."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select

from kaohe.consequences.models import Decision, Proposal
from kaohe.db import TenantSession
from kaohe.pages import current
from kaohe.pages.panels import Panel, panel
from kaohe.periods.models import Period
from kaohe.scheme import FINE


@panel("results.reopen")
def before_reopening(*, period: Period) -> Panel | None:
    """In words before a period is reopened, where anything in force may rest on it."""
    return Panel("consequences/before_reopening.html") if in_force(current.session, period) else None


def in_force(session: TenantSession, period: Period) -> bool:
    """Whether the period has fines, or something was decided and accepted in it or in a later one of its scheme."""
    onward = select(Period.id).where(
        Period.adoption_id == period.adoption_id, Period.starts_on >= period.starts_on
    )
    fined = and_(
        Proposal.period_id == period.id,
        Proposal.effect == FINE,
        Proposal.at_once.is_(True),
        Proposal.replaced_by.is_(None),
    )
    accepted = exists().where(Decision.id == Proposal.replaced_by, Decision.accepted.is_(True))
    query = select(Proposal.id).where(or_(fined, and_(Proposal.period_id.in_(onward), accepted)))
    return session.scalar(query.limit(1)) is not None
