"""How complete a period is before it is closed: who has everything the scheme wants, who some of it, who nothing.

Decides that a person is complete with a mark for each clause that expects one and a finished sheet of each form
that inspects everybody. What is missing costs nothing by itself; it is shown so that it is not forgotten. Five
queries, whatever the number of people; kept in the process until something is recorded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.entries.models import Entry, Sheet
from kaohe.people import service as people
from kaohe.periods.models import Period
from kaohe.results.computing import Row, taking_part
from kaohe.scheme import Compiled, Form, Text

KEPT_SECONDS = 20.0
MOST_KEPT = 32


@dataclass(frozen=True)
class UnitState:
    """A unit's people by how complete they are."""

    unit_id: int
    name: str
    path: str
    done: int
    part: int
    none: int

    @property
    def people(self) -> int:
        return self.done + self.part + self.none


@dataclass(frozen=True)
class Lack:
    """Something the scheme wants, and how many people lack it."""

    kind: str  # mark | sheet
    code: str
    title: Text
    count: int
    by_unit: Mapping[int, int]


@dataclass(frozen=True)
class Completeness:
    """Units with the least complete first, and what is missing most."""

    units: tuple[UnitState, ...]
    lacks: tuple[Lack, ...]
    wanted: int

    @property
    def people(self) -> int:
        return sum(unit.people for unit in self.units)

    @property
    def done(self) -> int:
        return sum(unit.done for unit in self.units)

    @property
    def part(self) -> int:
        return sum(unit.part for unit in self.units)

    @property
    def none(self) -> int:
        return sum(unit.none for unit in self.units)

    def rows(self, url_of: Callable[[UnitState], str] | None = None) -> list[dict[str, Any]]:
        """The rows that the component wants."""
        return [
            {"name": unit.name, "done": unit.done, "part": unit.part, "none": unit.none}
            | ({"url": url_of(unit)} if url_of else {})
            for unit in self.units
        ]

    def within(self, paths: Sequence[str]) -> Completeness:
        """The same for the units below some paths."""
        kept = tuple(unit for unit in self.units if any(unit.path.startswith(path) for path in paths))
        ids = {unit.unit_id for unit in kept}
        lacks = []
        for lack in self.lacks:
            by_unit = {ident: count for ident, count in lack.by_unit.items() if ident in ids}
            if by_unit:
                lacks.append(Lack(lack.kind, lack.code, lack.title, sum(by_unit.values()), by_unit))
        return Completeness(kept, tuple(sorted(lacks, key=lambda lack: -lack.count)), self.wanted)


_kept: dict[tuple[int, int], tuple[Any, float, Completeness]] = {}


def completeness(session: TenantSession, period: Period) -> Completeness:
    """The completeness of an open period as of now; one that takes no entries has none."""
    if period.revision_id is None or period.state != "open":
        return Completeness((), (), 0)
    place = (session.tenant_id, period.id)
    stamp = _stamp(session, period)
    held = _kept.get(place)
    if held is not None and held[0] == stamp and time.monotonic() - held[1] < KEPT_SECONDS:
        return held[2]
    found = _worked_out(session, period)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[place] = (stamp, time.monotonic(), found)
    return found


def _stamp(session: TenantSession, period: Period) -> tuple[Any, ...]:
    newest = session.scalar(select(func.max(Entry.recorded_at)).where(Entry.period_id == period.id))
    since = select(func.count(Entry.id)).where(Entry.period_id == period.id, Entry.recorded_at == newest)
    beside = 0 if newest is None else session.scalar(since)
    sheets = select(func.count(Sheet.done_at), func.max(Sheet.id)).where(Sheet.period_id == period.id)
    return (period.version, newest, beside, *session.execute(sheets).one())


def _worked_out(session: TenantSession, period: Period) -> Completeness:
    compiled = adoption.compiled_of(session, period.revision_id)
    rows = [row for row in taking_part(session, period, compiled.scheme) if not row.word]
    expected = sorted(compiled.needs.expected)
    forms = [form for form in compiled.scheme.forms if form.kind in ("round", "sheet")]
    marks = _marks(session, period, expected)
    sheets = _sheets(session, period, forms)
    facts = _facts(session, period, compiled, rows, forms)
    units = {unit.id: unit for unit in people.units(session)}
    counts: dict[int, list[int]] = {}
    lacking: dict[tuple[str, str], dict[int, int]] = {}
    for row in rows:
        asked = [form for form in forms if _asked(form, facts.get(row.subject_id, {}))]
        held_marks, held_sheets = marks.get(row.subject_id, set()), sheets.get(row.subject_id, set())
        missing = [("mark", str(clause)) for clause in expected if clause not in held_marks]
        missing += [("sheet", form.code) for form in asked if form.code not in held_sheets]
        for key in missing:
            held = lacking.setdefault(key, {})
            held[row.unit_id] = held.get(row.unit_id, 0) + 1
        state = 0 if not missing else 1 if len(missing) < len(expected) + len(asked) else 2
        counts.setdefault(row.unit_id, [0, 0, 0])[state] += 1
    states = [
        UnitState(ident, units[ident].name, units[ident].path, *three) for ident, three in counts.items()
    ]
    order = {ident: number for number, ident in enumerate(units)}
    states.sort(
        key=lambda one: (
            one.done * 1000 // max(one.people, 1),
            one.part * 1000 // max(one.people, 1),
            order[one.unit_id],
        )
    )
    return Completeness(tuple(states), tuple(_lacks(compiled, forms, lacking)), len(expected) + len(forms))


def _lacks(
    compiled: Compiled, forms: Sequence[Form], lacking: Mapping[tuple[str, str], dict[int, int]]
) -> list[Lack]:
    titles: dict[tuple[str, str], Text] = {("sheet", form.code): form.title for form in forms}
    for clause in compiled.needs.expected:
        found = compiled.scheme.find(clause)
        if found is not None:
            titles["mark", str(clause)] = found.title
    lacks = [
        Lack(kind, code, titles[kind, code], sum(held.values()), held)
        for (kind, code), held in lacking.items()
    ]
    return sorted(lacks, key=lambda lack: (-lack.count, lack.code))


def _marks(session: TenantSession, period: Period, expected: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    if expected:
        query = (
            select(Entry.subject_id, Entry.clause_id)
            .where(Entry.period_id == period.id, Entry.replaced_by.is_(None), Entry.clause_id.in_(expected))
            .group_by(Entry.subject_id, Entry.clause_id)
        )
        for subject, clause in session.execute(query):
            found.setdefault(subject, set()).add(clause)
    return found


def _sheets(session: TenantSession, period: Period, forms: Sequence[Form]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    if forms:
        query = (
            select(Sheet.subject_id, Sheet.form)
            .where(Sheet.period_id == period.id, Sheet.done_at.is_not(None))
            .group_by(Sheet.subject_id, Sheet.form)
        )
        for subject, form in session.execute(query):
            found.setdefault(subject, set()).add(form)
    return found


def _facts(
    session: TenantSession, period: Period, compiled: Compiled, rows: Sequence[Row], forms: Sequence[Form]
) -> dict[int, dict[str, Any]]:
    if compiled.scheme.subject != "person" or not any(form.fact for form in forms):
        return {}
    return people.facts_on(session, period.ends_on, [row.subject_id for row in rows])


def _asked(form: Form, facts: Mapping[str, Any]) -> bool:
    """Whether a form inspects a subject with these facts."""
    return not form.fact or str(facts.get(form.fact)) in form.values
