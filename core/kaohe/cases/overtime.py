"""What a clock that ran out leads to: one entry on who held the case, taken back when a later fact shows it in time.

Decides nothing about time: the row's state says whether an entry is owed. An entry that no period takes yet, or whose
withdrawal its closed period refuses, waits and is tried again by the round. One that can never be (whoever had the case
belonged to no unit on the due day) is logged, and tried again only when something comes to the case. An entry that an
administrator withdrew by hand is not made again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from kaohe.adoption import service as adoption
from kaohe.cases import telling
from kaohe.cases.clocks import OVERTIME, OWED, RUNNING, SECOND, URGED
from kaohe.cases.models import Case, CaseClockRow
from kaohe.db import TenantSession
from kaohe.entries import made
from kaohe.entries.models import Entry
from kaohe.entries.refusals import Later
from kaohe.errors import Refusal
from kaohe.people.merged import survivors
from kaohe.scheme import Scheme

_log = logging.getLogger(__name__)
ORIGIN = "case_clock"
TRY_AGAIN = timedelta(minutes=10)


def run_out(session: TenantSession, case: Case, row: CaseClockRow, *, now: datetime) -> None:
    """Let a clock run out if it has, and settle what is owed; may be called again at any time."""
    if row.state == RUNNING and not row.quiet and now >= row.due_at + SECOND:
        row.state = URGED if row.urges else OVERTIME
        row.look_at = None
    settle(session, case, row, now=now)


def settle(session: TenantSession, case: Case, row: CaseClockRow, *, now: datetime) -> None:
    """Bring the entry of a clock into line with its state."""
    if row.state not in OWED and row.entry_id is None:
        return
    if row.state in OWED and row.urged_at is None:
        row.urged_at = now
        telling.ran_out(session, case, row, now=now)
    scheme = adoption.scheme_of(session, case.revision_id)
    subject = row.person_id if scheme.subject == "person" else row.holder_id
    entry = session.get(Entry, row.entry_id) if row.entry_id is not None else None
    if (
        entry is not None
        and not _still_right(session, entry, row, subject)
        and not _take_back(session, case, row, entry, now)
    ):
        return
    if row.state in OWED and row.entry_id is None and subject is not None:
        _make(session, case, row, scheme, subject, now)


def _still_right(session: TenantSession, entry: Entry, row: CaseClockRow, subject: int | None) -> bool:
    if row.state not in OWED:
        return False
    by_hand = entry.replaced_by is not None
    return by_hand or (entry.happened_on == row.due_on and _one_person(session, entry.subject_id, subject))


def _one_person(session: TenantSession, mine: int, other: int | None) -> bool:
    """Whether both are one subject, or records of one person: what is sealed keeps the record it has."""
    return mine == other or survivors(session).get(mine) == other


def _take_back(session: TenantSession, case: Case, row: CaseClockRow, entry: Entry, now: datetime) -> bool:
    """Withdraw the entry; False where its period refuses, which is tried again."""
    if entry.replaced_by is None:
        try:
            with session.begin_nested():
                made.unmake(session, entry, reason=_why_not(session, case, row), now=now)
        except Refusal:
            row.look_at = now + TRY_AGAIN
            return False
    row.withdrawn_id, row.entry_id, row.look_at = (
        entry.id,
        None,
        row.look_at if row.state == RUNNING else None,
    )
    return True


def _make(
    session: TenantSession, case: Case, row: CaseClockRow, scheme: Scheme, subject: int, now: datetime
) -> None:
    try:
        with session.begin_nested():
            entry = made.make(
                session,
                scheme_code=scheme.code,
                origin=ORIGIN,
                origin_id=row.id,
                subject_id=subject,
                clause_id=row.clause_id,
                happened_on=row.due_on,
                reason=_why(session, case, row),
                now=now,
                token=f"{ORIGIN}-{row.id}-{row.made}",
            )
    except Later:
        row.look_at = now + TRY_AGAIN
        return
    except Refusal as refusal:
        _log.warning("clock %s of case %s counts for nobody: %s", row.id, case.number, refusal.say("en"))
        row.look_at = None
        return
    row.entry_id, row.look_at = entry.id, None
    row.made += 1


def _why(session: TenantSession, case: Case, row: CaseClockRow) -> str:
    due = row.due_at.astimezone(session.zone).strftime("%Y-%m-%d %H:%M")
    return f"工单 {case.number}：应于 {due} 前完成"


def _why_not(session: TenantSession, case: Case, row: CaseClockRow) -> str:
    if row.stopped_at is None:
        return f"工单 {case.number}：经更正，时限尚未届满或改由其他单位承担"
    at = row.stopped_at.astimezone(session.zone).strftime("%Y-%m-%d %H:%M:%S")
    return f"工单 {case.number}：经查实际时间为 {at}"
