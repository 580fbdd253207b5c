"""The mean score of a scheme's periods, from stored results: one grouped query over an index that holds the scores."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import BigInteger, cast, func, select, type_coerce

from kaohe.db import TenantSession, from_scaled
from kaohe.db.types import POINT_DECIMALS
from kaohe.periods.models import Period
from kaohe.results.models import Result, Run


def mean_scores(session: TenantSession, adoption_id: int, *, last: int = 12) -> list[tuple[Period, Decimal]]:
    """The newest `last` periods that have stored results, oldest first, each with its mean to two decimals."""
    raw = type_coerce(Result.score, BigInteger)
    newest = session.scalars(
        select(Period)
        .join(Run, Run.period_id == Period.id)
        .where(Period.adoption_id == adoption_id, Run.standing.is_(True))
        .order_by(Period.starts_on.desc())
        .limit(last)
    ).all()
    sums = session.execute(
        select(Run.period_id, cast(func.sum(raw), BigInteger), func.count(raw))
        .join(Result, Result.run_id == Run.id)
        .where(Run.period_id.in_([period.id for period in newest]), Run.standing.is_(True))
        .group_by(Run.period_id)
    )
    means = {ident: _mean(int(total), count) for ident, total, count in sums if count}
    return [(period, means[period.id]) for period in reversed(newest) if period.id in means]


def _mean(total: int, count: int) -> Decimal:
    return (from_scaled(total, POINT_DECIMALS) / count).quantize(Decimal("0.01"))
