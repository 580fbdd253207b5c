"""What entries call for by themselves, found anew whenever one is recorded, corrected or withdrawn.

Decides that the steps of a ladder are those of all entries that stand, in order of period, date and id: an entry
withdrawn, or an earlier one recorded later, changes the steps after it, and what they called for is withdrawn, made,
or (where it was carried out) proposed for undoing. On a ladder over the whole engagement, entries of a record that was
merged into the person's come first from the merging's first day on; what they called for themselves stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from kaohe.consequences.kinds import ON_RECORD
from kaohe.consequences.models import Proposal
from kaohe.consequences.proposing import Because, Called, settle_differences
from kaohe.db import TenantSession
from kaohe.entries.listening import Told
from kaohe.entries.models import Entry
from kaohe.people.merged import firsts
from kaohe.periods.models import Period
from kaohe.scheme import FINE, Effect, Escalating, Scheme, Text

_Row = tuple[Entry, Period]


def rule_of(scheme: Scheme, clause_id: int) -> Any:
    """The rule of a clause; None where the id is none."""
    found = scheme.find(clause_id)
    return found.clause.rule if found is not None and found.clause is not None else None


@lru_cache(maxsize=64)
def _calling(scheme: _ByIdentity) -> dict[int, tuple[int, ...]]:
    """By clause whose entries call for something at once or on recording: the clauses whose steps it changes."""
    clauses = {}
    for clause in scheme.scheme.clauses():
        rule: Any = clause.rule
        steps = [effect for step in getattr(rule, "steps", ()) for effect in step.effects]
        if any(effect.kind in ON_RECORD for effect in (*getattr(rule, "effects", ()), *steps)):
            clauses[clause.id] = rule
    found: dict[int, set[int]] = {}
    for ident, rule in clauses.items():
        for counted in (ident, *getattr(rule, "counted_with", ())):
            found.setdefault(counted, set()).add(ident)
    return {ident: tuple(sorted(touched)) for ident, touched in found.items()}


class _ByIdentity:
    """A scheme as a key of the cache: two are the same only when they are one object."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme

    def __hash__(self) -> int:
        return id(self.scheme)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.scheme is self.scheme


def touched_by(scheme: Scheme, clause_id: int) -> tuple[int, ...]:
    """The clauses whose effects an entry of this clause may change; usually none."""
    return _calling(_ByIdentity(scheme)).get(clause_id, ())


def follow(told: Told, why: Text) -> None:
    """Bring what entries call for into line after some were kept or taken back."""
    seen = set()
    for entry in told.entries:
        for clause in touched_by(told.scheme, entry.clause_id):
            seen.add((entry.subject_id, clause))
    for subject, clause in sorted(seen):
        review(told.session, told.period, told.scheme, subject, clause, Because(why, None, told.now))


def review(
    session: TenantSession, period: Period, scheme: Scheme, subject_id: int, clause_id: int, why: Because
) -> None:
    """Compare what the entries of one clause about one subject call for with what was proposed."""
    rule = rule_of(scheme, clause_id)
    whole = isinstance(rule, Escalating) and rule.over == "engagement"
    counted = (clause_id, *getattr(rule, "counted_with", ()))
    rows = _entries(session, period, subject_id, counted, whole)
    before = _merged(session, period, subject_id, counted) if whole else []
    called = [one for one in _called(scheme, rule, clause_id, rows, before) if one.effect.kind in ON_RECORD]
    query = select(Proposal).where(
        Proposal.subject_id == subject_id, Proposal.clause_id == clause_id, Proposal.made == "recorded"
    )
    if whole:
        same = select(Period.id).where(Period.adoption_id == period.adoption_id)
        query = query.where(Proposal.period_id.in_(same))
    else:
        query = query.where(Proposal.period_id == period.id)
    existing = list(session.scalars(query.execution_options(populate_existing=True)))
    settle_differences(session, called, existing, why)


def _entries(
    session: TenantSession, period: Period, subject_id: int, clauses: Iterable[int], whole: bool
) -> list[_Row]:
    query = (
        select(Entry, Period)
        .join(Period, Period.id == Entry.period_id)
        .where(
            Entry.subject_id == subject_id, Entry.clause_id.in_(sorted(clauses)), Entry.replaced_by.is_(None)
        )
        .order_by(Period.starts_on, Entry.happened_on, Entry.id)
    )
    where = Period.adoption_id == period.adoption_id if whole else Period.id == period.id
    return [(row[0], row[1]) for row in session.execute(query.where(where))]


def _merged(
    session: TenantSession, period: Period, subject_id: int, clauses: Iterable[int]
) -> list[tuple[date, _Row]]:
    """The entries of records that were merged into this one, each with the first day from which it counts here."""
    since = firsts(session, subject_id)
    return [(since[gone], row) for gone in since for row in _entries(session, period, gone, clauses, True)]


def _called(
    scheme: Scheme,
    rule: Any,
    clause_id: int,
    rows: Sequence[_Row],
    merged: Sequence[tuple[date, _Row]] = (),
) -> Iterable[Called]:
    found = scheme.find(clause_id)
    if found is None:
        return
    for place, (entry, period) in enumerate(rows, start=1):
        if entry.clause_id != clause_id:
            continue
        so_far = [*(row for since, row in merged if since <= period.ends_on), *rows[:place]]
        number = len(so_far)
        reasons = _reasons(scheme, so_far if isinstance(rule, Escalating) else so_far[-1:])
        for step, index, effect in _effects(rule, number):
            yield Called(
                key=f"e{entry.id}:{step}:{index}",
                made="recorded",
                period_id=period.id,
                subject_id=entry.subject_id,
                unit_id=entry.unit_id,
                clause_id=clause_id,
                occurrence=number,
                effect=effect,
                title=found.title,
                reasons=reasons,
                amount_fen=_amount(entry, effect),
                entry_id=entry.id,
                proposed_by=entry.recorded_by,
            )


def _effects(rule: Any, number: int) -> Iterable[tuple[int, int, Effect]]:
    """The effects of the n-th occurrence: of its step, and of the rule itself (step −1)."""
    if isinstance(rule, Escalating):
        step = min(number, len(rule.steps)) - 1
        for index, effect in enumerate(rule.steps[step].effects):
            yield step, index, effect
    for index, effect in enumerate(getattr(rule, "effects", ())):
        yield -1, index, effect


def _amount(entry: Entry, effect: Effect) -> int | None:
    """A fine's amount: as recorded, else the fixed one of its step; None where nobody has chosen it."""
    if effect.kind != FINE:
        return None
    inside = entry.amount_fen is not None and (effect.low_fen or 0) <= entry.amount_fen <= (
        effect.high_fen if effect.high_fen is not None else entry.amount_fen
    )
    if inside:
        return entry.amount_fen
    return None if effect.is_range else effect.low_fen


def _reasons(scheme: Scheme, rows: Sequence[_Row]) -> list[list[str]]:
    """Each occurrence so far: its day, and what it was."""
    said = []
    for number, (entry, _period) in enumerate(rows, start=1):
        found = scheme.find(entry.clause_id)
        title = found.title if found is not None else Text("", "")
        day = entry.happened_on.isoformat()
        said.append([day, day, f"第 {number} 次：{title.zh}", f"No. {number}: {title.en}"])
    return said if len(said) > 1 else [[day, day, title.zh, title.en]]
