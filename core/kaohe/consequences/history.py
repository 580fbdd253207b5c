"""Each subject's history up to a computed period, and the consequences of the scheme that it leads to.

Decides that a period counts as it stands stored; that one without results, or in which somebody had none, is a gap;
and that results taken over from before belong to the history, as do those of a record that was merged into the
person's: its results fill gaps, its entries count beside the own. Only those whose period at hand can complete a
condition over several periods have their history read: a condition over several periods needs the current one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kaohe.adoption.models import Adoption
from kaohe.consequences.counted import MANY, counts_of, ranked_in, rows_of_runs
from kaohe.db import TenantSession, to_scaled
from kaohe.people.merged import gone_into
from kaohe.people.models import EarlierResult
from kaohe.periods.models import Period
from kaohe.results.computing import Outcome, Row
from kaohe.results.lines import STORED
from kaohe.results.models import Run
from kaohe.results.sharing import shared_out
from kaohe.scheme import (
    AllOf,
    AnyOf,
    Consequence,
    LastInRank,
    Occurred,
    Past,
    Scheme,
    Times,
    consequences,
)
from kaohe.scheme.conditions import FirstInRank
from kaohe.scheme.consequences import matched

LONGEST = 36
YEAR = 11  # months before the last of a calendar year; other cycles have fewer periods in it
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


def over_several(condition: Any) -> Iterator[Times]:
    """The conditions over several periods that a condition is made of."""
    if isinstance(condition, Times):
        yield condition
    elif isinstance(condition, AllOf | AnyOf):
        for one in condition.conditions:
            yield from over_several(one)


def clauses_of(consequence: Consequence) -> tuple[int, ...]:
    """The clauses whose entries a consequence counts."""
    return tuple(
        clause for one in simple(consequence.when) if isinstance(one, Occurred) for clause in one.clauses
    )


def looks_back(scheme: Scheme) -> tuple[Times, ...]:
    """The conditions over several periods that any consequence rests on."""
    return tuple(times for one in scheme.consequences for times in over_several(one.when))


def reach(times: Times) -> int:
    """How many periods before the one at hand a condition can need."""
    if any(True for _one in over_several(times.condition)) or times.how == "ever" or times.skip_missing:
        return LONGEST
    if times.how == "running":
        return times.at_least - 1
    return max(times.window - 1, YEAR if times.calendar_year else 0)


def reaches(scheme: Scheme, rows: Sequence[Row], current: Sequence[Past]) -> dict[int, int]:
    """Whose history has to be read, and how far back: those whose period at hand matches a condition over several."""
    times = [(one, reach(one)) for one in looks_back(scheme)]
    found: dict[int, int] = {}
    for row, past in zip(rows, current, strict=True):
        back = max((far for one, far in times if matched(scheme, one.condition, [past])), default=0)
        if back:
            found[row.subject_id] = back
    return found


def histories(
    session: TenantSession, period: Period, scheme: Scheme, near: Mapping[int, int], counted: Sequence[int]
) -> dict[int, list[Past]]:
    """The history of each, as far back as it is needed; a few queries for each distance."""
    found: dict[int, list[Past]] = {}
    for far in sorted(set(near.values())):
        some = [subject for subject, back in near.items() if back == far]
        found |= pasts(session, period, scheme, some, counted, far)
    return found


def effects_of(
    session: TenantSession, period: Period, scheme: Scheme, outcome: Outcome
) -> list[tuple[Any, ...]]:
    """What the scheme's consequences lead to in a computed period.

    Rows of (subject, clause, occurrence, consequence, number of its effect, reasons): see `kaohe.results.models.Run`.
    """
    return earned(session, period, scheme, outcome.rows)


def earned(
    session: TenantSession, period: Period, scheme: Scheme, rows: Sequence[Row]
) -> list[tuple[Any, ...]]:
    """The same for rows as they are stored, or have just been computed."""
    if not scheme.consequences:
        return []
    counted = sorted({clause for one in scheme.consequences for clause in clauses_of(one)})
    counts = counts_of(session, [period.id], counted).get(period.id, {})
    current = list(now_of(period, scheme, rows, counts))
    near = reaches(scheme, rows, current)
    before = histories(session, period, scheme, near, counted)
    by_facts = all(isinstance(one, Occurred) for each in scheme.consequences for one in simple(each.when))
    found: list[tuple[Any, ...]] = []
    for row, past in zip(rows, current, strict=True):
        if by_facts and not past.counts:
            continue
        found.extend(_earned(scheme, row.subject_id, [*before.get(row.subject_id, ()), past]))
    return found


def _earned(scheme: Scheme, subject_id: int, history: Sequence[Past]) -> Iterator[tuple[Any, ...]]:
    held = {clause for clause, _count in history[-1].counts}
    for proposal in consequences(scheme, history):
        clause = next((one for one in clauses_of(proposal.consequence) if one in held), 0)
        named = _own_kinds(scheme, clause)
        reasons = [[one.start, one.end, one.text.zh, one.text.en] for one in proposal.reasons]
        for occurrence in range(1, proposal.times + 1):
            for index, effect in enumerate(proposal.consequence.effects):
                if effect.kind not in named:
                    yield (subject_id, clause, occurrence, proposal.consequence.code, index, reasons)


def _own_kinds(scheme: Scheme, clause: int) -> frozenset[str]:
    """The kinds of effects that the clause itself calls for, entry by entry: they are not proposed a second time."""
    if not clause:
        return frozenset()
    found = scheme.find(clause)
    rule: Any = found.clause.rule if found and found.clause else None
    ladder = [effect for step in getattr(rule, "steps", ()) for effect in step.effects]
    return frozenset(effect.kind for effect in (*getattr(rule, "effects", ()), *ladder))


def now_of(period: Period, scheme: Scheme, rows: Sequence[Row], counts: Counts) -> Iterator[Past]:
    """A period as history, subject by subject."""
    within = scheme.ranked_within
    sizes = Counter(row.group if within else "" for row in rows if row.rank_all is not None)
    start, end = period.starts_on.isoformat(), period.ends_on.isoformat()
    classes = {} if scheme.distribution is None else shared_out(scheme.distribution, rows).classes
    for row in rows:
        rank, ties = (row.rank_unit, row.tied_unit) if within else (row.rank_all, row.tied_all)
        last = rank is not None and rank + (ties or 1) - 1 == sizes[row.group if within else ""]
        share, held = classes.get(row.subject_id), counts.get(row.subject_id, ())
        yield Past(start, end, row.score, row.grade, last, rank == 1, share, held)


def pasts(
    session: TenantSession,
    period: Period,
    scheme: Scheme,
    subjects: Collection[int],
    counted: Sequence[int],
    far: int = LONGEST,
) -> dict[int, list[Past]]:
    """The periods before this one as history of these subjects, the oldest first; gaps where there is no result."""
    before = session.execute(
        select(Period.id, Period.starts_on, Period.ends_on, Period.state)
        .where(
            Period.adoption_id == period.adoption_id,
            Period.starts_on < period.starts_on,
            Period.state != "planned",
        )
        .order_by(Period.starts_on.desc())
        .limit(far)
    ).all()[::-1]
    gaps = [Past(row.starts_on.isoformat(), row.ends_on.isoformat()) for row in before]
    places = {row.id: place for place, row in enumerate(before)}
    stored = [row.id for row in before if row.state in STORED]
    merged = gone_into(session, subjects, period.ends_on)
    counts = counts_of(session, stored, counted, [*subjects, *merged])
    found = {subject: list(gaps) for subject in (*subjects, *merged)}
    if stored:
        _fill(session, scheme, stored, places, gaps, counts, found)
    for gone, kept in merged.items():
        found[kept] = [_one_of(own, other) for own, other in zip(found[kept], found[gone], strict=True)]
    missing = far - len(gaps)
    start = gaps[0].start if gaps else period.starts_on.isoformat()
    earlier = _taken_over(session, period, frozenset(subjects), start) if missing > 0 else {}
    return {subject: [*earlier.get(subject, ()), *found[subject]] for subject in subjects}


def _one_of(own: Past, other: Past) -> Past:
    """A period of two records of one person: the own result, else the other's; what both did counts."""
    counts = dict(own.counts)
    for clause, count in other.counts:
        counts[clause] = counts.get(clause, 0) + count
    stands = other if own.score is None and own.grade is None else own
    return stands._replace(counts=tuple(sorted(counts.items())))


def _fill(
    session: TenantSession,
    scheme: Scheme,
    stored: Sequence[int],
    places: Mapping[int, int],
    gaps: Sequence[Past],
    counts: Mapping[int, Counts],
    found: dict[int, list[Past]],
) -> None:
    """Put the standing results into the gaps; one query over the results, one more where ranks count."""
    runs = dict(
        session.execute(
            select(Run.id, Run.period_id).where(Run.period_id.in_(stored), Run.standing.is_(True))
        ).all()
    )
    ranks = any(
        isinstance(one, LastInRank | FirstInRank) for each in scheme.consequences for one in simple(each.when)
    )
    within = scheme.ranked_within
    sizes = ranked_in(session, list(runs), within) if ranks else {}
    spans = {run: (places[held], gaps[places[held]], counts.get(held, {})) for run, held in runs.items()}
    few = found if len(found) <= MANY else None
    query = rows_of_runs(list(runs), ranks, within, few)
    for subject, run, score, grade, rank, ties, group in session.execute(query):
        held = found.get(subject)
        if held is None:
            continue
        place, gap, counted = spans[run]
        last = rank is not None and rank + (ties or 1) - 1 == sizes.get((run, group), 0)
        held[place] = Past(gap.start, gap.end, score, grade, last, rank == 1, None, counted.get(subject, ()))


def _taken_over(
    session: TenantSession, period: Period, subjects: Collection[int], before: str
) -> dict[int, list[Past]]:
    """Results from before the organisation used Kaohe, as history, the oldest first."""
    code = session.scalar(select(Adoption.scheme_code).where(Adoption.id == period.adoption_id))
    query = (
        select(EarlierResult)
        .where(EarlierResult.scheme_code == code, EarlierResult.ends_on < period.starts_on)
        .order_by(EarlierResult.starts_on)
    )
    found: dict[int, list[Past]] = {}
    for row in session.scalars(query):
        if row.person_id in subjects and row.starts_on.isoformat() < before:
            score = None if row.score is None else to_scaled(row.score, 2)
            past = Past(row.starts_on.isoformat(), row.ends_on.isoformat(), score, row.grade)
            found.setdefault(row.person_id, []).append(past)
    return found
