"""Mean scores of periods and computations, from stored results: one grouped query over an index that holds the scores."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import BigInteger, cast, func, select, type_coerce

from kaohe.db import TenantSession
from kaohe.periods.models import Period
from kaohe.results.models import Result, Run
from kaohe.results.statistics import mean_of


def mean_scores(session: TenantSession, adoption_id: int, *, last: int = 12) -> list[tuple[Period, Decimal]]:
    """The newest `last` periods that have stored results, oldest first, each with its mean to two decimals."""
    newest = session.scalars(
        select(Period)
        .join(Run, Run.period_id == Period.id)
        .where(Period.adoption_id == adoption_id, Run.standing.is_(True))
        .order_by(Period.starts_on.desc())
        .limit(last)
    ).all()
    standing = select(Run.period_id, Run.id).where(
        Run.period_id.in_([period.id for period in newest]), Run.standing.is_(True)
    )
    run_of = dict(session.execute(standing).all())
    means = run_means(session, run_of.values())
    return [
        (period, means[run_of[period.id]]) for period in reversed(newest) if run_of.get(period.id) in means
    ]


def run_means(session: TenantSession, run_ids: Collection[int]) -> dict[int, Decimal]:
    """The mean score of each computation that gave anybody one, to two decimals."""
    raw = type_coerce(Result.score, BigInteger)
    sums = session.execute(
        select(Result.run_id, cast(func.sum(raw), BigInteger), func.count(raw))
        .where(Result.run_id.in_(run_ids))
        .group_by(Result.run_id)
    )
    return {ident: mean_of(int(total), count) for ident, total, count in sums if count}
