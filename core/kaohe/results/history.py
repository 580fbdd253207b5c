"""What results lead to: each subject's history up to a computed period, and the consequences that the scheme names.

Decides that a period counts as it stands stored, and that consequences are found when a period is closed, from
its own results and those before; the database is asked a few times, whatever the number of people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, func, select, type_coerce

from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.periods.models import Period
from kaohe.results.computing import Outcome, Row
from kaohe.results.lines import STORED
from kaohe.results.models import Result, Run
from kaohe.scheme import AllOf, AnyOf, Consequence, Occurred, Past, Scheme, Times, consequences

LONGEST = 36
Counts = Mapping[int, tuple[tuple[int, int], ...]]


def simple(condition: Any) -> Iterator[Any]:
    """The conditions on one period that a condition is made of."""
    if isinstance(condition, Times):
        yield from simple(condition.condition)
    elif isinstance(condition, AllOf | AnyOf):
        for one in condition.conditions:
            yield from simple(one)
    else:
        yield condition


def clauses_of(consequence: Consequence) -> tuple[int, ...]:
    """The clauses whose entries a consequence counts."""
    return tuple(
        clause for one in simple(consequence.when) if isinstance(one, Occurred) for clause in one.clauses
    )


def _looks_back(scheme: Scheme) -> bool:
    """Whether any consequence rests on more than the period itself."""

    def back(condition: Any) -> bool:
        if isinstance(condition, Times):
            return True
        return isinstance(condition, AllOf | AnyOf) and any(back(one) for one in condition.conditions)

    return any(back(one.when) for one in scheme.consequences)


def effects_of(
    session: TenantSession, period: Period, scheme: Scheme, outcome: Outcome
) -> list[tuple[Any, ...]]:
    """What the scheme's consequences lead to in a computed period: (subject, clause, occurrence, code, effect)."""
    if not scheme.consequences:
        return []
    counted = sorted({clause for one in scheme.consequences for clause in clauses_of(one)})
    counts = _counts(session, [period.id], counted).get(period.id, {})
    earlier = _earlier(session, period, scheme, counted) if _looks_back(scheme) else {}
    by_facts = all(isinstance(one, Occurred) for each in scheme.consequences for one in simple(each.when))
    found: list[tuple[Any, ...]] = []
    for row, past in zip(outcome.rows, _now(period, scheme, outcome.rows, counts), strict=True):
        if by_facts and not past.counts:
            continue
        found.extend(_earned(scheme, row.subject_id, [*earlier.get(row.subject_id, ()), past]))
    return found


def _earned(scheme: Scheme, subject_id: int, history: Sequence[Past]) -> Iterator[tuple[Any, ...]]:
    held = {clause for clause, _count in history[-1].counts}
    for proposal in consequences(scheme, history):
        clause = next((one for one in clauses_of(proposal.consequence) if one in held), 0)
        named = _own_kinds(scheme, clause)
        for occurrence in range(1, proposal.times + 1):
            for index, effect in enumerate(proposal.consequence.effects):
                if effect.kind not in named:
                    yield (subject_id, clause, occurrence, proposal.consequence.code, index)


def _own_kinds(scheme: Scheme, clause: int) -> frozenset[str]:
    """The kinds of effects that the clause itself calls for, entry by entry: they are not proposed a second time."""
    found = scheme.find(clause)
    rule: Any = found.clause.rule if found and found.clause else None
    ladder = [effect for step in getattr(rule, "steps", ()) for effect in step.effects]
    return frozenset(effect.kind for effect in (*getattr(rule, "effects", ()), *ladder))


def _now(period: Period, scheme: Scheme, rows: Sequence[Row], counts: Counts) -> Iterator[Past]:
    """The period at hand as history, subject by subject."""
    in_unit = scheme.ranking.within == "unit"
    sizes: dict[int, int] = {}
    for row in rows:
        if row.rank_all is not None:
            group = row.unit_id if in_unit else 0
            sizes[group] = sizes.get(group, 0) + 1
    for row in rows:
        rank, ties = (row.rank_unit, row.tied_unit) if in_unit else (row.rank_all, row.tied_all)
        size = sizes.get(row.unit_id if in_unit else 0, 0)
        yield Past(
            period.starts_on.isoformat(),
            period.ends_on.isoformat(),
            row.score,
            row.grade,
            rank is not None and rank + (ties or 1) - 1 == size,
            rank == 1,
            None,
            counts.get(row.subject_id, ()),
        )


def _earlier(
    session: TenantSession, period: Period, scheme: Scheme, counted: Collection[int]
) -> dict[int, list[Past]]:
    """The stored periods before this one as history, oldest first, by subject."""
    before = session.scalars(
        select(Period)
        .where(
            Period.adoption_id == period.adoption_id,
            Period.starts_on < period.starts_on,
            Period.state.in_(STORED),
        )
        .order_by(Period.starts_on.desc())
        .limit(LONGEST)
    ).all()[::-1]
    counts = _counts(session, [one.id for one in before], counted)
    found: dict[int, list[Past]] = {}
    for one in before:
        rows = _stored(session, one)
        for row, past in zip(rows, _now(one, scheme, rows, counts.get(one.id, {})), strict=True):
            found.setdefault(row.subject_id, []).append(past)
    return found


def _stored(session: TenantSession, period: Period) -> list[Row]:
    score: Any = type_coerce(Result.score, BigInteger)
    columns = (Result.subject_id, Result.unit_id, Result.standing_word, score, Result.grade)
    ranks = (Result.rank_all, Result.tied_all, Result.rank_unit, Result.tied_unit)
    query = (
        select(*columns, *ranks)
        .join(Run, Run.id == Result.run_id)
        .where(Run.period_id == period.id, Run.standing.is_(True))
        .order_by(Result.subject_id)
    )
    return [Row(*row) for row in session.execute(query)]


def _counts(
    session: TenantSession, period_ids: Collection[int], clauses: Collection[int]
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
    for period_id, subject, clause, count in session.execute(query):
        held = found.setdefault(period_id, {})
        held[subject] = (*held.get(subject, ()), (clause, count))
    return found
