"""The wage adjustments of a period for payroll: those decided, in force, with their percentages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from kaohe.consequences.models import Decision, Proposal
from kaohe.consequences.reading import Proposed, listed
from kaohe.db import TenantSession
from kaohe.periods.models import Period
from kaohe.results.lines import stored_scores
from kaohe.scheme.effects import ALLOWANCE, WAGE

ON_PAYROLL = (WAGE, ALLOWANCE)


@dataclass(frozen=True)
class Adjustment:
    """One person's adjustment: by which percentage or amount, for which score."""

    one: Proposed
    percent: Decimal | None
    amount_fen: int | None
    score: Decimal | None


def wages(session: TenantSession, period: Period) -> list[Adjustment]:
    """The adjustments of a period that were decided and not undone, by number."""
    undoing, undone = aliased(Proposal), aliased(Decision)
    query = (
        select(Proposal)
        .join(Decision, Decision.id == Proposal.replaced_by)
        .where(
            Proposal.period_id == period.id,
            Proposal.effect.in_(ON_PAYROLL),
            Proposal.undoes.is_(None),
            Decision.accepted.is_(True),
            ~select(undone.id)
            .join(undoing, undoing.replaced_by == undone.id)
            .where(undoing.undoes == Proposal.id, undone.accepted.is_(True))
            .exists(),
        )
    )
    found = listed(session, list(session.scalars(query)))
    scores = _scores(session, period, [one.subject_id for one in found])
    rows = [
        Adjustment(one, one.effect.percent, one.effect.low_fen, scores.get(one.subject_id)) for one in found
    ]
    return sorted(rows, key=lambda row: row.one.number)


def _scores(session: TenantSession, period: Period, subjects: list[int]) -> dict[int, Decimal | None]:
    found: dict[int, Decimal | None] = {}
    for start in range(0, len(subjects), 400):
        held = stored_scores(session, [period.id], subjects[start : start + 400])
        found |= {subject: by_period.get(period.id) for subject, by_period in held.items()}
    return found
