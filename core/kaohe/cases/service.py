"""Logging a case, taking its steps, correcting what was reported, adding files.

Decides that of two who act on one case at once the first wins: the case is locked, and a form that showed an older
state is refused. Refuses steps out of order, by the wrong hands, in the future or before the step before; nothing that
was reported is changed, a correction is a row beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.cases import refusals, stepping, telling
from kaohe.cases.correcting import correct
from kaohe.cases.models import Case, CaseFile, CaseStepRow, CaseStepWords
from kaohe.cases.numbers import next_number
from kaohe.cases.reckoning import clock_rows, reckon, standing_steps, truncated
from kaohe.cases.wording import clean, headline_of, said_moment, sought_of
from kaohe.db import TenantSession, new_id, once
from kaohe.errors import NotFound
from kaohe.files.models import StoredFile
from kaohe.people.models import Unit
from kaohe.people.units import must_be_open
from kaohe.plugins import CaseKind, CaseStep
from kaohe.plugins.cases import LOG
from kaohe.scheme import Text

__all__ = ["attach", "clock_rows", "correct", "lock", "log", "standing_steps", "take"]


def log(
    session: TenantSession,
    *,
    key: str,
    kind: CaseKind,
    unit: Unit,
    circumstance: str = "",
    fields: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    happened_at: datetime | None = None,
    reason: str = "",
    token: str | None = None,
) -> Case:
    """Log a case of the kind (`key` names it) at the desk of `unit`; the same `token` again gives the case made then.

    Refused: a desk one does not assess, missing circumstances, a time to come, a scheme without an adopted revision.
    """
    if (first := _made_first(session, token, actor)) is not None:
        return first
    if not (actor.is_admin or actor.covers(unit.path)):
        raise refusals.NotYourDesk
    if kind.circumstances and kind.circumstance(circumstance) is None:
        raise refusals.CircumstanceNeeded(asks=kind.asks_circumstance)
    kept = fitting(kind.fields(), fields)
    at = truncated(now)
    happened_at = moment_of(session, happened_at, at)
    day = now.astimezone(session.zone).date()
    must_be_open(unit, day)
    given = {
        "kind": key,
        "headline": headline_of(kind, kept),
        "sought": sought_of(kept),
        "circumstance": circumstance if kind.circumstances else "",
        "fields": kept,
        "unit_id": unit.id,
        "holder_id": unit.id,
        "revision_id": _revision(session, kind, happened_at),
        "state": kind.states[0].code,
        "logged_by": actor.person_id,
        "logged_at": at,
        "form_token": token,
    }
    words = clean(reason)

    def make() -> Case:
        case = Case(id=new_id(), number=next_number(session, day.year), person_id=None, due_at=None, **given)
        session.add(case)
        session.flush()
        _write(session, case, LOG, 1, happened_at, at, actor, reason=words, fields={}, note=False)
        reckon(session, case, kind, now=now)
        return case

    return once(session, make, lambda: _made_first(session, token, actor))


def _made_first(session: TenantSession, token: str | None, actor: Actor) -> Case | None:
    """The case that the same form made before; nobody gets another's by its form."""
    if not token:
        return None
    return session.scalar(select(Case).where(Case.form_token == token, Case.logged_by == actor.person_id))


def take(
    session: TenantSession,
    case: Case,
    *,
    kind: CaseKind,
    step: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    happened_at: datetime | None = None,
    unit: Unit | None = None,
    fields: Mapping[str, Any] | None = None,
    reason: str = "",
    token: str | None = None,
) -> CaseStepRow:
    """Take a step; `version` is the one that the form showed, the same `token` again gives the step taken then."""
    lock(session, case)
    taken = session.scalar(select(CaseStepRow).where(CaseStepRow.form_token == token)) if token else None
    if taken is not None and taken.case_id == case.id:
        return taken
    case.expect(version)
    spec = kind.step(step)
    if spec is None:
        raise NotFound
    own_word = stepping.require_hands(session, case, kind, spec, actor, now)
    at = truncated(now)
    steps = standing_steps(session, case)
    happened_at = moment_of(session, happened_at, at)
    stepping.not_before(session, kind, spec, steps, happened_at)
    holder = stepping.holder_after(session, case, kind, spec, steps, unit, now)
    words = clean(reason)
    if spec.reason and not words:
        raise refusals.ReasonNeeded
    kept = fitting(spec.asks(), fields or {}) if spec.asks is not None else {}
    _move(session, case, kind, spec, holder, actor)
    row = _write(
        session, case, spec.code, steps[-1].place + 1, happened_at, at, actor,
        reason=words, fields=kept, note=spec.is_note, own_word=own_word, token=token,
    )  # fmt: skip
    reckon(session, case, kind, now=now)
    if spec.moves:
        telling.passed_on(session, case, row, spec.title, now=now)
    return row


def attach(
    session: TenantSession, case: Case, files: Iterable[StoredFile], *, actor: Actor, now: datetime
) -> list[CaseFile]:
    """Add files to a case; the same file is added once."""
    held = set(session.scalars(select(CaseFile.file_id).where(CaseFile.case_id == case.id)))
    added = [
        CaseFile(case_id=case.id, file_id=file.id, added_by=actor.person_id, added_at=now)
        for file in {one.id: one for one in files}.values()
        if file.id not in held
    ]
    session.add_all(added)
    session.flush()
    return added


def lock(session: TenantSession, case: Case) -> None:
    """Wait for whoever acts on the case, and read it as that left it."""
    session.refresh(case, with_for_update=True)


def moment_of(session: TenantSession, moment: datetime | None, now: datetime) -> datetime:
    """When it happened, to the second; now where nothing was said; refused when it is to come."""
    if moment is None:
        return now
    moment = truncated(moment)
    if moment > now:
        raise refusals.TimeInFuture(at=said_moment(session, moment))
    return moment


def fitting(schema: Schema, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as plain values that the schema takes; anything else is refused by name."""
    try:
        schema.load(dict(fields))
    except ValidationError as error:
        names = error.messages if isinstance(error.messages, dict) else {}
        titles = [
            title
            if isinstance(title := schema.fields[name].metadata.get("title"), Text)
            else Text(name, name)
            for name in map(str, names)
            if name in schema.fields
        ]
        raise refusals.FieldsWrong(
            names=Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
        ) from error
    return {name: value for name, value in fields.items() if value not in (None, "")}


def require_scheme(session: TenantSession, kind: CaseKind, moment: datetime) -> None:
    """Refuse where no revision of the kind's scheme is in force (`SchemeNotAdopted`): there are no limits."""
    _revision(session, kind, moment)


def _revision(session: TenantSession, kind: CaseKind, moment: datetime) -> int:
    """The revision in force on the day; without one there are no limits."""
    day = moment.astimezone(session.zone).date()
    held = session.scalar(select(Adoption).where(Adoption.scheme_code == kind.scheme))
    revision = adoption.revision_on(session, held.id, day) if held is not None else None
    if revision is None:
        raise refusals.SchemeNotAdopted(kind=kind.title, day=day.isoformat())
    return revision.id


def _move(
    session: TenantSession, case: Case, kind: CaseKind, spec: CaseStep, holder: int, actor: Actor
) -> None:
    if holder != case.holder_id:
        case.holder_id, case.person_id = holder, None
    if spec.takes:
        case.person_id = actor.person_id
    if spec.to:
        state = kind.state(spec.to)
        case.state, case.closed = spec.to, state is not None and state.closed
    session.flush()


def _write(
    session: TenantSession,
    case: Case,
    step: str,
    place: int,
    happened_at: datetime,
    at: datetime,
    actor: Actor,
    *,
    reason: str,
    fields: Mapping[str, Any],
    note: bool,
    own_word: bool = False,
    token: str | None = None,
) -> CaseStepRow:
    row = CaseStepRow(
        id=new_id(), case_id=case.id, place=place, step=step, is_note=note, state=case.state,
        unit_id=case.holder_id, person_id=case.person_id, taken_by=actor.person_id, at=at, reported_at=at,
        happened_at=happened_at, own_word=own_word, form_token=token, replaced_by=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if reason or fields:
        session.add(CaseStepWords(id=row.id, reason=reason, fields=dict(fields)))
        session.flush()
    return row
