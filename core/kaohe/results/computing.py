"""Computing a period: who takes part, what the engine says of each, and the ranks; nothing is written here.

Decides that a person who left, was away or was there too few days has a row without a score, and one for whom
something is missing a row that says so; neither is ranked. Ranks are competition ranks over everybody and within
a group: the unit of the last day, of units those below the same unit, or those of whom a fact says the same, where the
scheme ranks within it; without that fact there is no rank within a group. Memory stays small: inputs become text as soon as they are assessed, some at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any

from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.entries.inputs import cohort
from kaohe.exemptions import service as exemptions
from kaohe.people import service as people
from kaohe.periods.models import Period
from kaohe.results.collecting import uncollected
from kaohe.scheme import (
    Assessment,
    Compiled,
    Inputs,
    Scheme,
    Text,
    assess,
    assessment_to_json,
    inputs_to_json,
)
from kaohe.scheme.ranking import places

AT_ONCE = 500
Tell = Callable[[int, int, Text], None]
MISSING = "missing"
EXEMPT = "exempt"
"""The word of a row that has a score and, for a reason, no rank: it takes no place in a distribution either."""
ABOVE = "_above"
"""In the stored inputs of a unit: the unit above it at the closing, within which it was ranked."""
NOWHERE = ""
"""The group of a subject of whom the fact that ranks are within is not known."""


@dataclass(slots=True)
class Row:
    """One subject's outcome; `score` in hundredths; `word` says why there is no rank ("" when there is one)."""

    subject_id: int
    unit_id: int
    word: str
    score: int | None = None
    grade: str | None = None
    rank_all: int | None = None
    tied_all: int | None = None
    rank_unit: int | None = None
    tied_unit: int | None = None
    among: str | None = None  # the group within which it is ranked, where that is not `unit_id`
    inputs: str = ""
    detail: str = ""
    keys: tuple[Any, ...] = ()

    @property
    def group(self) -> str:
        """The group within which it is ranked: the id of a unit, or the value of a fact."""
        return str(self.unit_id) if self.among is None else self.among


@dataclass(slots=True)
class Outcome:
    """A computed period: rows by subject id in order, and the effects that entries call for."""

    rows: list[Row]
    effects: list[tuple[Any, ...]] = field(default_factory=list)

    def digest(self) -> str:
        """A hash over every row's bytes in the order of subjects."""
        return digest_of((row.subject_id, *fields_of(row)) for row in self.rows)


def fields_of(row: Row) -> tuple[Any, ...]:
    """What the digest covers of a row besides its subject; the group only where it is not the unit."""
    ranks = (row.rank_unit, row.tied_unit, row.rank_all, row.tied_all)
    among = () if row.among is None else (row.among,)
    return (row.unit_id, row.word, row.score, row.grade, *ranks, row.inputs, row.detail, *among)


def digest_of(rows: Iterator[tuple[Any, ...]]) -> str:
    """The hash over rows of plain values, each value told apart from the next."""
    total = hashlib.sha256()
    for row in rows:
        total.update("\x1f".join("" if value is None else str(value) for value in row).encode())
        total.update(b"\x1e")
    return total.hexdigest()


def taking_part(session: TenantSession, period: Period, scheme: Scheme) -> list[Row]:
    """A row for everybody who was there in the period, by subject id; those without a result carry the word why."""
    scope = adoption.scope_of(session, period.revision_id)
    inside = inside_scope(session, scope.unit_ids)
    if scheme.subject != "person":
        found = people.units(session, open_on=period.ends_on)
        assessed = {
            unit.id: unit.parent_id
            for unit in found
            if (unit.parent_id is not None if inside is None else unit.id in inside)
        }
        return [Row(ident, ident, "", among=_text(assessed[ident])) for ident in sorted(assessed)]
    there = people.participants(
        session,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        minimum_days=scope.minimum_days,
        unit_ids=inside,
    )
    return sorted(
        (Row(one.person_id, one.unit_id, one.word) for one in there), key=lambda row: row.subject_id
    )


def _text(ident: int | None) -> str | None:
    return None if ident is None else str(ident)


def inside_scope(session: TenantSession, unit_ids: Sequence[int] | None) -> frozenset[int] | None:
    """The units named in a scope and all below them; None when everybody takes part."""
    if unit_ids is None:
        return None
    tops = {f"/{ident}/" for ident in unit_ids}
    return frozenset(unit.id for unit in people.units(session) if any(top in unit.path for top in tops))


@uncollected()
def compute(
    session: TenantSession, period: Period, tell: Tell | None = None, *, keep: bool = True
) -> Outcome:
    """Assess everybody who takes part, from what stands now; `tell` hears of the progress in subjects.

    `keep`: rows carry inputs and steps as text, as they are stored; a live league goes without.
    """
    compiled = adoption.compiled_of(session, period.revision_id)
    rows = taking_part(session, period, compiled.scheme)
    said = tell or _silent
    taking = {row.subject_id: row for row in rows if not row.word}
    said(0, len(taking), Text("汇总考核记录", "Adding up the entries"))
    inputs = cohort(session, period, compiled, list(taking), facts=keep)
    outcome = Outcome(rows)
    done = 0
    for some in _pieces(compiled, inputs):
        for assessment in assess(compiled, some):
            row = taking[assessment.subject]
            if keep and row.among is not None:
                some[row.subject_id].facts = {**some[row.subject_id].facts, ABOVE: row.among}
            row.among = grouped(compiled.scheme, some[row.subject_id], row.among)
            take(row, assessment, compiled)
            if keep:
                row.inputs = inputs_to_json(some[assessment.subject])
                row.detail = assessment_to_json(assessment)
            outcome.effects.extend((row.subject_id, *effect) for effect in assessment.effects)
        done += len(some)
        said(done, len(taking), Text("逐人计算", "Computing each person"))
    let_out(rows, exemptions.exempted(session, period))
    rank(rows, compiled)
    return outcome


def _silent(done: int, total: int, note: Text) -> None:
    return None


def _pieces(compiled: Compiled, inputs: dict[int, Inputs]) -> Iterator[dict[int, Inputs]]:
    """The cohort some at a time, taken out of `inputs`; whole where one subject's result depends on the others."""
    if compiled.needs.cohort:
        yield inputs
        return
    while inputs:
        some = list(islice(inputs, AT_ONCE))
        yield {subject: inputs.pop(subject) for subject in some}


def grouped(scheme: Scheme, inputs: Inputs, above: str | None) -> str | None:
    """The group within which a subject is ranked, where that is not its unit: `above` for a unit, or what a fact says."""
    if scheme.ranked_within in ("", "unit"):
        return above
    return str(inputs.facts.get(scheme.ranked_within, NOWHERE))


def let_out(rows: Iterable[Row], exempt: Collection[int]) -> None:
    """Give those who are exempt from ranking their word, where they have a score."""
    for row in rows:
        if row.subject_id in exempt and not row.word:
            row.word = EXEMPT


def take(row: Row, assessment: Assessment, compiled: Compiled) -> None:
    """Put what the engine says of a subject into its row (not the ranks)."""
    row.score, row.grade = assessment.score, assessment.grade
    row.word = MISSING if assessment.score is None else ""
    breaks = compiled.scheme.ranking.tie_breaks
    values = {part[0]: part[1] for part in assessment.parts} if breaks else {}
    row.keys = tuple(_sortable(values.get(code)) for code in breaks)


def _sortable(value: Any) -> Any:
    return Fraction(value) if isinstance(value, str) else value or 0


def rank(rows: Sequence[Row], compiled: Compiled) -> None:
    """Give competition ranks to everybody with a score, overall and within each group."""
    ranking = compiled.scheme.ranking
    ranked = {
        row.subject_id: row for row in rows if not row.word and row.score is not None and ranking.ranked
    }
    higher = ranking.higher_is_better
    overall = places(
        {ident: (row.score, *row.keys) for ident, row in ranked.items()}, higher_is_better=higher
    )
    groups: dict[str, dict[int, Any]] = {}
    for ident, row in ranked.items():
        if row.group != NOWHERE:
            groups.setdefault(row.group, {})[ident] = (row.score, *row.keys)
    within: dict[int, Any] = {}
    for values in groups.values():
        within.update(places(values, higher_is_better=higher))
    for ident, row in ranked.items():
        row.rank_all, row.tied_all = overall[ident].rank, overall[ident].ties
        if ident in within:
            row.rank_unit, row.tied_unit = within[ident].rank, within[ident].ties
