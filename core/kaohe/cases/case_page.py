"""One case put together: facts, clocks, timeline with what was corrected, the steps that can be taken now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import select

from kaohe.accounts.policy import allowed
from kaohe.adoption import service as adoption
from kaohe.calendar.service import calendar_of
from kaohe.cases import desk, kinds, rights, service
from kaohe.cases.clocks import unsettled as unsettled_by
from kaohe.cases.models import Case, CaseClockRow, CaseFile, CaseStepRow, CaseStepWords
from kaohe.cases.reckoning import limit_of, rules_of
from kaohe.cases.routes import registry, sight
from kaohe.entries import service as entries
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.files.models import StoredFile
from kaohe.pages import asking
from kaohe.pages.current import current
from kaohe.people.models import Person, Unit
from kaohe.plugins import CaseKind, CaseStep
from kaohe.plugins.cases import breaches
from kaohe.scheme import Scheme, Text
from kaohe.scheme.wording import say_limit


@dataclass(frozen=True)
class Told:
    """A step of the timeline, or what a clock did (`clock`)."""

    at: datetime
    place: int
    title: Text
    step: CaseStepRow | None = None
    clock: CaseClockRow | None = None
    who: str = ""
    unit: str = ""
    reason: str = ""
    said: tuple[asking.Shown, ...] = ()
    own_word: bool = False
    old: tuple[CaseStepRow, ...] = ()

    @property
    def local(self) -> str:
        """Its moment as a field for it takes one."""
        return self.at.astimezone(current.session.zone).strftime("%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True)
class Clocked:
    """A clock as the page shows it."""

    row: CaseClockRow
    title: Text
    limit: str
    holder: str
    late: bool
    entry: Entry | None
    withdrawn: bool
    cite: Any


@dataclass(frozen=True)
class Offered:
    """A step with the fields that it asks for."""

    step: CaseStep
    fields: list[asking.Asked]
    other: Text | None


def page_of(
    case: Case,
    *,
    doing: str = "",
    errors: dict[str, Text] | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    """Everything that the page of a case shows; raises `Forbidden` for whoever has no part in it."""
    session, language = current.session, current.language
    kind = kinds.kind_of(registry(), case.kind)
    hands = rights.hands_on(session, sight(), case)
    steps = rights.possible(kind, case.state, hands) if kind is not None else []
    units = {unit.id: unit.name for unit in session.scalars(select(Unit))}
    rows = service.clock_rows(session, case)
    unsettled = _unsettled(case, kind)
    state = kind.state(case.state) if kind is not None else None
    where = kind.circumstance(case.circumstance) if kind is not None else None
    next_row = next((row for row in sorted(rows, key=lambda one: one.due_at) if _runs(row)), None)
    return {
        "case": case,
        "kind": kind,
        "title": kind.title if kind is not None else None,
        "state": state.title if state is not None else Text("—", "—"),
        "where": where.title if where is not None else None,
        "holder": units[case.holder_id],
        "desk_unit": units[case.unit_id],
        "person": _name(case.person_id),
        "facts": asking.shown(kind.fields(), case.fields, language, zone=str(session.zone)) if kind else [],
        "clocks": _clocks(case, kind, rows, units),
        "next": next_row,
        "next_title": desk.clock_title(kind, next_row) if next_row is not None else None,
        "timeline": _timeline(case, kind, rows, units, unsettled),
        "unsettled": unsettled if rights.is_own_word(session, sight(), case) else frozenset(),
        "plain": [step for step in steps if step.is_plain],
        "asking": [_offered(step, doing, errors) for step in steps if not step.is_plain],
        "hands": hands,
        "receivers": desk.receivers(kind) if any(step.moves == "pass" for step in steps) else [],
        "files": _files(case),
        "token": desk.new_token(),
        "doing": doing,
        "refusal": refusal,
        "typed": request.form,
        "request_now": current.now,
        "today": current.today,
        "may_entry": _may_entry,
    }


def _unsettled(case: Case, kind: CaseKind | None) -> frozenset[str]:
    """The steps of which the holder's own word settles no time."""
    if kind is None:
        return frozenset()
    scheme = adoption.scheme_of(current.session, case.revision_id)
    return unsettled_by(rules_of(kind, case, scheme, calendar_of(current.session)))


def _may_entry(entry: Entry) -> bool:
    return allowed(current.actor, "entries.read", entries.place_of(current.session, entry))


def _runs(row: CaseClockRow) -> bool:
    return row.stopped_at is None and row.state != "void" and not row.quiet


def _name(person_id: int | None) -> str:
    person = current.session.get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else ""


def _offered(step: CaseStep, doing: str, errors: dict[str, Text] | None) -> Offered:
    if step.asks is None:
        return Offered(step, [], None)
    mine = doing == step.code
    fields = asking.asked(
        step.asks(),
        form=request.form if mine else None,
        errors=errors if mine else None,
        zone=str(current.session.zone),
        prefix=prefix_of(step),
    )
    return Offered(step, fields, (errors or {}).get(asking.WHOLE_FORM) if mine else None)


def prefix_of(step: CaseStep) -> str:
    """What the names of a step's fields begin with, so that the forms of one page do not meet."""
    return f"f-{step.code}-"


def _clocks(
    case: Case, kind: CaseKind | None, rows: list[CaseClockRow], units: dict[int, str]
) -> list[Clocked]:
    scheme = adoption.scheme_of(current.session, case.revision_id)
    made = _entries([row.entry_id for row in rows])
    return [
        Clocked(
            row=row,
            title=desk.clock_title(kind, row),
            limit=_limit(scheme, row, case.circumstance),
            holder=units[row.holder_id],
            late=row.state in ("overtime", "urged"),
            entry=made.get(row.entry_id) if row.entry_id is not None else None,
            withdrawn=row.withdrawn_id is not None and row.entry_id is None,
            cite=found.cite if (found := scheme.find(row.clause_id)) is not None else None,
        )
        for row in rows
        if not (row.quiet and row.state == "void")
    ]


def _entries(ids: list[int | None]) -> dict[int, Entry]:
    wanted = [ident for ident in ids if ident is not None]
    if not wanted:
        return {}
    return {entry.id: entry for entry in current.session.scalars(select(Entry).where(Entry.id.in_(wanted)))}


def _limit(scheme: Scheme, row: CaseClockRow, circumstance: str) -> str:
    found = breaches(scheme).get(row.clock)
    limit = limit_of(found[2].limits, circumstance) if found is not None else None
    return say_limit(limit, current.language) if limit is not None else ""


def _timeline(
    case: Case,
    kind: CaseKind | None,
    rows: list[CaseClockRow],
    units: dict[int, str],
    unsettled: frozenset[str],
) -> list[Told]:
    """The steps that stand with the older ones beside them, and what clocks did, by time."""
    session = current.session
    query = (
        select(CaseStepRow).where(CaseStepRow.case_id == case.id).order_by(CaseStepRow.place, CaseStepRow.at)
    )
    found = list(session.scalars(query))
    words = {
        one.id: one
        for one in session.scalars(
            select(CaseStepWords).where(CaseStepWords.id.in_([row.id for row in found]))
        )
    }
    people = {step.taken_by for step in found}
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all())
    told = []
    before: int | None = None
    for step in (row for row in found if row.replaced_by is None):
        beside = words.get(step.id)
        told.append(
            Told(
                at=step.happened_at,
                place=step.place,
                title=kind.step_title(step.step) if kind is not None else Text("—", "—"),
                step=step,
                who=names.get(step.taken_by, ""),
                unit=units[step.unit_id] if step.unit_id != before else "",
                reason=beside.reason if beside is not None else "",
                said=_said(kind, step, beside),
                own_word=_waits(step, unsettled, rows),
                old=tuple(row for row in found if row.place == step.place and row.replaced_by is not None),
            )
        )
        if not step.is_note:
            before = step.unit_id
    told += [
        Told(
            at=row.due_at,
            place=10**6,
            title=desk.clock_title(kind, row),
            clock=row,
            unit=units[row.holder_id],
        )
        for row in rows
        if row.urged_at is not None
    ]
    return sorted(told, key=lambda one: (one.at, one.place))


def _waits(step: CaseStepRow, unsettled: frozenset[str], rows: list[CaseClockRow]) -> bool:
    """Whether a clock goes by when its holder recorded the step, until the desk confirms when it happened."""
    return (
        step.own_word
        and step.step in unsettled
        and step.happened_at < step.reported_at
        and any(row.place < step.place and row.stopped_at == step.reported_at for row in rows)
    )


def _said(kind: CaseKind | None, step: CaseStepRow, beside: CaseStepWords | None) -> tuple[asking.Shown, ...]:
    spec = kind.step(step.step) if kind is not None else None
    if spec is None or spec.asks is None or beside is None or not beside.fields:
        return ()
    return tuple(asking.shown(spec.asks(), beside.fields, current.language, zone=str(current.session.zone)))


def _files(case: Case) -> list[StoredFile]:
    query = (
        select(StoredFile)
        .join(CaseFile, CaseFile.file_id == StoredFile.id)
        .where(CaseFile.case_id == case.id)
        .order_by(CaseFile.id)
    )
    return list(current.session.scalars(query))
