"""Correcting when a step happened: a new row in its place, the old one beside it, and the clocks derived anew.

Decides that only the desk corrects, with a reason. Refuses a time to come, one before the step before or after the step
after, a step that was corrected meanwhile, and what mends or puts off a limit of the actor's own.
"""

from __future__ import annotations

from datetime import datetime

from kaohe.accounts.policy import Actor
from kaohe.cases import refusals, rights
from kaohe.cases.clocks import OWED
from kaohe.cases.models import Case, CaseStepRow, CaseStepWords
from kaohe.cases.reckoning import clock_rows, reckon, standing_steps, truncated
from kaohe.cases.wording import clean, said_moment
from kaohe.db import TenantSession, new_id
from kaohe.errors import Forbidden
from kaohe.people.models import Unit
from kaohe.plugins import CaseKind


def correct(
    session: TenantSession,
    case: Case,
    step: CaseStepRow,
    *,
    kind: CaseKind,
    happened_at: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> CaseStepRow:
    """Say anew when a step happened, or confirm what its holder said; who reported it and when stays as it was."""
    session.refresh(case, with_for_update=True)
    session.refresh(step)
    case.expect(version)
    own = _require_desk(session, case, actor, now)
    if step.replaced_by is not None:
        raise refusals.AlreadyCorrected
    words = clean(reason)
    if not words:
        raise refusals.ReasonNeeded
    happened_at, at = truncated(happened_at), truncated(now)
    _between(session, kind, case, step, happened_at, at)
    ident = new_id()
    step.replaced_by = ident
    session.flush()
    row = CaseStepRow(
        id=ident, case_id=case.id, place=step.place, step=step.step, is_note=step.is_note, state=step.state,
        unit_id=step.unit_id, person_id=step.person_id, taken_by=actor.person_id, at=at,
        reported_at=step.reported_at, happened_at=happened_at, own_word=False, form_token=None, replaced_by=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    before = session.get(CaseStepWords, step.id)
    session.add(CaseStepWords(id=row.id, reason=words, fields=before.fields if before is not None else {}))
    session.flush()
    for clock in reckon(session, case, kind, now=now):
        if clock.id in own and clock.due_at > own[clock.id]:
            raise refusals.OwnLimit
    return row


def _require_desk(session: TenantSession, case: Case, actor: Actor, now: datetime) -> dict[int, datetime]:
    """The desk, and on none of its own an overtime; when the clocks that are the actor's own are due."""
    sight = rights.sight_of(session, actor, now.astimezone(session.zone).date())
    if "desk" not in rights.hands_on(session, sight, case):
        raise Forbidden
    own = [
        row
        for row in clock_rows(session, case)
        if rights.is_own(sight, session.need(Unit, row.holder_id).path, row.person_id)
    ]
    if any(row.state in OWED for row in own):
        raise refusals.OwnOvertime
    return {row.id: row.due_at for row in own}


def _between(
    session: TenantSession,
    kind: CaseKind,
    case: Case,
    step: CaseStepRow,
    moment: datetime,
    now: datetime,
) -> None:
    if moment == step.happened_at and not step.own_word:
        raise refusals.NothingChanged
    said = said_moment(session, moment)
    if moment > now:
        raise refusals.TimeInFuture(at=said)
    steps = standing_steps(session, case)
    others = [one for one in steps if one.place != step.place and (not one.is_note or one.place == 1)]
    for other in others if not step.is_note else others[:1]:
        then = said_moment(session, other.happened_at)
        if other.place < step.place and moment < other.happened_at:
            raise refusals.BeforeTheStepBefore(at=said, before=kind.step_title(other.step), then=then)
        if other.place > step.place and moment > other.happened_at:
            raise refusals.AfterTheStepAfter(at=said, after=kind.step_title(other.step), then=then)
