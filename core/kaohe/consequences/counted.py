"""What histories count: the standing results of periods as rows, and standing entries by clause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, String, cast, func, select, type_coerce

from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.periods.models import Period
from kaohe.results.computing import Row
from kaohe.results.models import Result, Run

MANY = 500
_GROUP: Any = func.coalesce(Result.ranked_in, cast(Result.unit_id, String))


def rows_of_runs(runs: Sequence[int], ranks: bool, within: str, few: Iterable[int] | None) -> Select[Any]:
    """The results of runs, of a few subjects or all; with ranks where they are asked for."""
    score: Any = type_coerce(Result.score, BigInteger)
    nothing: Any = type_coerce(None, BigInteger)
    rank: Any = (Result.rank_unit if within else Result.rank_all) if ranks else nothing
    ties: Any = (Result.tied_unit if within else Result.tied_all) if ranks else nothing
    group: Any = _GROUP if ranks and within else nothing
    query = select(
        Result.subject_id,
        Result.run_id,
        score,
        Result.grade,
        rank.label("r"),
        ties.label("t"),
        group.label("g"),
    ).where(Result.run_id.in_(runs))
    return query if few is None else query.where(Result.subject_id.in_(list(few)))


def ranked_in(session: TenantSession, runs: Sequence[int], within: str) -> dict[tuple[int, str | None], int]:
    """How many were ranked in each run (and group)."""
    rank: Any = Result.rank_unit if within else Result.rank_all
    groups: tuple[Any, ...] = (Result.run_id, _GROUP) if within else (Result.run_id,)
    query = select(*groups, func.count(rank)).where(Result.run_id.in_(runs)).group_by(*groups)
    return {(row[0], row[1] if within else None): row[-1] for row in session.execute(query)}


def stored_rows(session: TenantSession, period: Period) -> list[Row]:
    """The standing results of a period as rows, by subject."""
    score: Any = type_coerce(Result.score, BigInteger)
    columns = (Result.subject_id, Result.unit_id, Result.standing_word, score, Result.grade)
    ranks = (Result.rank_all, Result.tied_all, Result.rank_unit, Result.tied_unit, Result.ranked_in)
    query = (
        select(*columns, *ranks)
        .join(Run, Run.id == Result.run_id)
        .where(Run.period_id == period.id, Run.standing.is_(True))
        .order_by(Result.subject_id)
    )
    return [Row(*row) for row in session.execute(query)]


def counts_of(
    session: TenantSession,
    period_ids: Collection[int],
    clauses: Collection[int],
    subjects: Collection[int] | None = None,
) -> dict[int, dict[int, tuple[tuple[int, int], ...]]]:
    """Standing entries of some clauses by period and subject."""
    found: dict[int, dict[int, tuple[tuple[int, int], ...]]] = {}
    if not period_ids or not clauses:
        return found
    query = (
        select(Entry.period_id, Entry.subject_id, Entry.clause_id, func.count())
        .where(Entry.period_id.in_(period_ids), Entry.replaced_by.is_(None), Entry.clause_id.in_(clauses))
        .group_by(Entry.period_id, Entry.subject_id, Entry.clause_id)
        .order_by(Entry.clause_id)
    )
    if subjects is not None and len(subjects) <= MANY:
        query = query.where(Entry.subject_id.in_(list(subjects)))
    for period_id, subject, clause, count in session.execute(query):
        held = found.setdefault(period_id, {})
        held[subject] = (*held.get(subject, ()), (clause, count))
    return found
