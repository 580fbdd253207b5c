"""The clocks of a case kept in step with its timeline: derived anew and compared with the rows.

The limits are those of the revision under which the case was logged. Runs that the timeline no longer gives become
void; what that means for entries is settled in `overtime`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.calendar.days import Calendar
from kaohe.calendar.service import calendar_of
from kaohe.cases import overtime
from kaohe.cases.clocks import RUNNING, SECOND, VOID, Fact, Rule, Run, derive
from kaohe.cases.models import Case, CaseClockRow, CaseStepRow
from kaohe.db import TenantSession
from kaohe.people.merged import survivors
from kaohe.plugins import CaseClock, CaseKind
from kaohe.plugins.cases import breaches
from kaohe.scheme import Scheme, TimeLimit


def standing_steps(session: TenantSession, case: Case) -> list[CaseStepRow]:
    """The steps that stand, in their order."""
    query = (
        select(CaseStepRow)
        .where(CaseStepRow.case_id == case.id, CaseStepRow.replaced_by.is_(None))
        .order_by(CaseStepRow.place)
    )
    return list(session.scalars(query))


def reckon(session: TenantSession, case: Case, kind: CaseKind, *, now: datetime) -> list[CaseClockRow]:
    """Derive the clocks of the case from its steps, write what differs, settle what is owed; the rows as they stand."""
    scheme = adoption.scheme_of(session, case.revision_id)
    calendar = calendar_of(session)
    merged = survivors(session)
    facts = [_fact(step, merged) for step in standing_steps(session, case)]
    rules = rules_of(kind, case, scheme, calendar)
    rows = {(row.clock, row.place): row for row in clock_rows(session, case)}
    clauses = {code: found[0] for code, found in breaches(scheme).items()}
    runs = derive(rules, facts)
    for run in runs:
        row = rows.pop((run.clock, run.place), None)
        if row is None:
            row = CaseClockRow(
                case_id=case.id, clock=run.clock, place=run.place, clause_id=clauses[run.clock], made=0
            )
            session.add(row)
        _put(row, run, calendar, now)
    for row in rows.values():
        row.state, row.look_at = VOID, None
    session.flush()
    kept = clock_rows(session, case)
    for row in kept:
        overtime.settle(session, case, row, now=now)
    case.due_at = min((run.due_at for run in runs if run.stopped_at is None and not run.quiet), default=None)
    session.flush()
    return kept


def clock_rows(session: TenantSession, case: Case) -> list[CaseClockRow]:
    """The clocks of a case as they are kept, by start."""
    query = (
        select(CaseClockRow)
        .where(CaseClockRow.case_id == case.id)
        .order_by(CaseClockRow.started_at, CaseClockRow.place, CaseClockRow.clock)
    )
    return list(session.scalars(query))


def rules_of(kind: CaseKind, case: Case, scheme: Scheme, calendar: Calendar) -> list[Rule]:
    """The clocks that run under the case's revision in its circumstances."""
    found = []
    clauses = breaches(scheme)
    for clock in kind.clocks:
        clause = clauses.get(clock.code)
        limit = limit_of(clause[2].limits, case.circumstance) if clause is not None else None
        if clause is None or limit is None:
            continue
        due = _due(clock, case, limit, calendar)
        found.append(Rule(clock, clause[2].runs_from, due, _by_report(clock, scheme)))
    return found


def limit_of(limits: Sequence[TimeLimit], circumstance: str) -> TimeLimit | None:
    """The limit for these circumstances, else the one for all; None: the clock does not run in them."""
    for where in (circumstance, ""):
        for limit in limits:
            if limit.where == where:
                return limit
    return None


def _due(clock: CaseClock, case: Case, limit: TimeLimit, calendar: Calendar):
    event = case.fields.get(clock.before) if clock.before else None
    if event:
        moment = datetime.fromisoformat(event)
        return lambda _: calendar.before(limit, moment)
    return partial(calendar.due, limit)


def _by_report(clock: CaseClock, scheme: Scheme) -> bool:
    if clock.by_report is None:
        return False
    code, value = clock.by_report
    return any(one.code == code and one.value == value for one in scheme.settings)


def _fact(step: CaseStepRow, merged: Mapping[int, int]) -> Fact:
    return Fact(
        place=step.place,
        step=step.step,
        happened_at=step.happened_at,
        reported_at=step.reported_at,
        unit=step.unit_id,
        person=None if step.person_id is None else merged.get(step.person_id, step.person_id),
        own_word=step.own_word,
        note=step.is_note,
    )


def _put(row: CaseClockRow, run: Run, calendar: Calendar, now: datetime) -> None:
    """Write a run into its row; the round looks at it when it runs out."""
    row.holder_id, row.person_id = run.unit, run.person
    row.started_at, row.due_at, row.stopped_at = run.started_at, run.due_at, run.stopped_at
    row.due_on = calendar.day_of(run.due_at)
    row.urges, row.quiet = run.urges, run.quiet
    row.state = run.state(now)
    waits = row.state == RUNNING and not run.quiet
    row.look_at = look_after(run.due_at) if waits else None


def look_after(due_at: datetime) -> datetime:
    """When a clock that is due then has run out: steps are kept to the second."""
    return due_at + SECOND


def truncated(moment: datetime) -> datetime:
    """A moment to the second."""
    return moment - timedelta(microseconds=moment.microsecond)
