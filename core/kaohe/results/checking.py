"""Replay and recount: whether stored results can be trusted. Both read; neither changes anything.

Replay runs the engine on the stored inputs and compares byte by byte. Recount derives the inputs from today's
entries, membership and facts, and lists whose result would come out differently and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, select, type_coerce

from kaohe.adoption import service as adoption
from kaohe.db import TenantSession, from_scaled
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.computing import (
    ABOVE,
    AT_ONCE,
    EXEMPT,
    Row,
    Tell,
    compute,
    digest_of,
    grouped,
    let_out,
    rank,
    take,
)
from kaohe.results.models import Result, Run
from kaohe.results.refusals import NotComputed
from kaohe.scheme import (
    Inputs,
    Scheme,
    Text,
    assess,
    assessment_to_json,
    inputs_from_json,
    plain,
)

_SCORE = type_coerce(Result.score, BigInteger)
_COLUMNS = (
    Result.subject_id,
    Result.unit_id,
    Result.standing_word,
    _SCORE,
    Result.grade,
    Result.rank_unit,
    Result.tied_unit,
    Result.rank_all,
    Result.tied_all,
    Result.inputs,
    Result.detail,
    Result.ranked_in,
)


@dataclass(frozen=True)
class Replayed:
    """The engine on the stored inputs: whose bytes differ, and whether the rows are those that were sealed."""

    subjects: int
    differing: tuple[int, ...]
    digest_holds: bool

    @property
    def same(self) -> bool:
        return self.digest_holds and not self.differing


@dataclass(frozen=True)
class Difference:
    """One subject whose result would come out differently from today's entries."""

    subject_id: int
    number: str
    name: str
    stored: Decimal | None
    now: Decimal | None
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Recounted:
    """Today's entries against the stored results."""

    subjects: int
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        return not self.differences


def _need_run(session: TenantSession, period: Period) -> Run:
    run = session.scalar(
        select(Run)
        .where(Run.period_id == period.id)
        .order_by(Run.standing.desc(), Run.number.desc())
        .limit(1)
    )
    if run is None:
        raise NotComputed(title=periods.title_of(period))
    return run


def _stored(session: TenantSession, run: Run) -> Iterator[tuple[Any, ...]]:
    query = select(*_COLUMNS).where(Result.run_id == run.id).order_by(Result.subject_id)
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield _sealed(row)


def _sealed(row: Sequence[Any]) -> tuple[Any, ...]:
    """What the digest covers of a stored row (`kaohe.results.computing.fields_of`)."""
    return tuple(row) if row[-1] is not None else tuple(row)[:-1]


def stored_digest(session: TenantSession, run: Run) -> str:
    """The digest over the rows as they stand in the database."""
    return digest_of(_stored(session, run))


def subject_digest(session: TenantSession, run: Run, subject_id: int) -> str | None:
    """The digest over one subject's row of a run: what a signature is given for; None where there is no row."""
    query = select(*_COLUMNS).where(Result.run_id == run.id, Result.subject_id == subject_id)
    row = session.execute(query).first()
    return None if row is None else digest_of(iter([_sealed(row)]))


def replay(
    session: TenantSession, period: Period, tell: Tell | None = None, *, run: Run | None = None
) -> Replayed:
    """Run the engine on the stored inputs of the standing (or given) run; its bytes must come out again."""
    run = run or _need_run(session, period)
    compiled = adoption.compiled_of(session, run.revision_id)
    count = 0
    differing: set[int] = set()
    remade: list[Row] = []
    kept: dict[int, tuple[Any, ...]] = {}
    whole: dict[int, Inputs] = {}

    def work(some: dict[int, Inputs]) -> None:
        for one in assess(compiled, some):
            inputs = some[one.subject]
            among = grouped(compiled.scheme, inputs, inputs.facts.get(ABOVE))
            row = Row(one.subject, kept[one.subject][1], "", among=among)
            take(row, one, compiled)
            remade.append(row)
            if assessment_to_json(one) != kept[one.subject][10]:
                differing.add(one.subject)
            kept[one.subject] = kept[one.subject][:9]
        some.clear()
        if tell:
            tell(len(kept), run.subjects, Text("逐人重放", "Replaying each person"))

    for row in _stored(session, run):
        count += 1
        if not row[10]:
            continue
        kept[row[0]] = row
        whole[row[0]] = inputs_from_json(row[9])
        if len(whole) >= AT_ONCE and not compiled.needs.cohort:
            work(whole)
    if whole:
        work(whole)
    let_out(remade, {ident for ident, row in kept.items() if row[2] == EXEMPT})
    rank(remade, compiled)
    for again in remade:
        if _plain(again) != kept[again.subject_id][2:9]:
            differing.add(again.subject_id)
    return Replayed(count, tuple(sorted(differing)), stored_digest(session, run) == run.digest)


def _plain(row: Row) -> tuple[Any, ...]:
    return (row.word, row.score, row.grade, row.rank_unit, row.tied_unit, row.rank_all, row.tied_all)


def recount(
    session: TenantSession, period: Period, tell: Tell | None = None, *, run: Run | None = None
) -> Recounted:
    """Compute from what stands today and list whose result would differ from the standing (or given) run."""
    run = run or _need_run(session, period)
    scheme = adoption.scheme_of(session, run.revision_id)
    today = {row.subject_id: row for row in compute(session, period, tell).rows}
    found: dict[int, list[Text]] = {}
    scores: dict[int, tuple[int | None, int | None]] = {}
    count = 0
    for row in _stored(session, run):
        count += 1
        now = today.pop(row[0], None)
        texts = _compared(scheme, row, now)
        if texts:
            found[row[0]] = texts
            scores[row[0]] = (row[3], now.score if now else None)
    for ident, extra in today.items():
        found[ident] = [Text("存着的结果里没有此人", "Not among the stored results")]
        scores[ident] = (None, extra.score)
    names = _names(session, list(found))
    differences = [
        _difference(ident, names.get(ident, ("", str(ident))), scores[ident], texts)
        for ident, texts in sorted(found.items())
    ]
    return Recounted(count, tuple(differences))


def _difference(
    ident: int, named: tuple[str, str], scores: tuple[int | None, int | None], texts: list[Text]
) -> Difference:
    return Difference(ident, named[0], named[1], _points(scores[0]), _points(scores[1]), tuple(texts))


def _compared(scheme: Scheme, row: tuple[Any, ...], now: Row | None) -> list[Text]:
    if now is None:
        return [Text("按现在的人员情况不参加本期", "By today's staff list takes no part in this period")]
    texts = []
    if now.unit_id != row[1]:
        texts.append(Text("所在部门变了", "The unit has changed"))
    if now.word != row[2]:
        texts.append(Text("参加考核的情况变了", "Whether the person takes part has changed"))
    if now.inputs != row[9] and now.inputs and row[9]:
        texts.extend(_moved(scheme, inputs_from_json(row[9]), inputs_from_json(now.inputs)))
    if not texts and (now.inputs, now.detail) != tuple(row[9:11]):
        texts.append(Text("计算步骤不同", "The steps of the computing differ"))
    if not texts and _plain(now) != tuple(row[2:9]):
        texts.append(Text("名次不同", "The rank differs"))
    return texts


def _moved(scheme: Scheme, stored: Inputs, now: Inputs) -> list[Text]:
    """What changed between two inputs, clause by clause."""
    before: dict[Any, Any] = {tuple(tally[:2]): tuple(tally) for tally in stored.tallies}
    after: dict[Any, Any] = {tuple(tally[:2]): tuple(tally) for tally in now.tallies}
    texts = []
    for key in sorted(before.keys() | after.keys(), key=lambda pair: (pair[0], pair[1] or 0)):
        old, new = before.get(key), after.get(key)
        if old != new:
            clause = scheme.find(key[0])
            title = clause.title if clause else Text(str(key[0]), str(key[0]))
            texts.append(_tallied(title, old, new))
    if not texts:
        texts.append(Text("资料或检查表变了", "Facts about the subject, or sheets, have changed"))
    return texts


def _tallied(title: Text, old: tuple[Any, ...] | None, new: tuple[Any, ...] | None) -> Text:
    counts = (old[2] if old else 0, new[2] if new else 0)
    if counts[0] != counts[1]:
        return Text(
            f"{title.zh}：结果里 {counts[0]} 条，现在 {counts[1]} 条",
            f"{title.en}: {counts[0]} in the result, {counts[1]} now",
        )
    sums = [plain(from_scaled(row[3], 6)) if row else "0" for row in (old, new)]
    return Text(
        f"{title.zh}：数值由 {sums[0]} 变为 {sums[1]}",
        f"{title.en}: the figure was {sums[0]} and is {sums[1]}",
    )


def _points(score: int | None) -> Decimal | None:
    return None if score is None else from_scaled(score, 2)


def _names(session: TenantSession, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for ident, number, name in session.execute(
            select(Person.id, Person.number, Person.name).where(Person.id.in_(some))
        ):
            found[ident] = (number, name)
        for ident, code, name in session.execute(
            select(Unit.id, Unit.code, Unit.name).where(Unit.id.in_(some))
        ):
            found[ident] = (code or "", name)
    return found
