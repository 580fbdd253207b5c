"""The league of a period: one list of everybody, stored once closed, live while open, kept in the process.

Decides that a page, an export and a report read the same list, so that they cannot differ. A stored league never
changes and is kept by its run; a live one is kept with a stamp of what it was computed from, and when entries
came since, only the people they are about are assessed again. Shows nobody what they may not see: `seen_by`.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, func, select, type_coerce

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.entries.models import Entry, Sheet, Withdrawal
from kaohe.entries.score import scores_now
from kaohe.exemptions import service as exemptions
from kaohe.exemptions.models import Exemption
from kaohe.people.models import Leave, Membership, Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.closing import standing_run
from kaohe.results.computing import EXEMPT, Row, compute, let_out, rank, take
from kaohe.results.league_lines import League, Line, made
from kaohe.results.lines import PUBLIC
from kaohe.results.models import Result, Run
from kaohe.scheme import Assessment, Compiled, assessment_from_json

KEPT = 24
RECENT = timedelta(minutes=10)
TRUSTED_SECONDS = 300.0
FEW = 300


@dataclass(slots=True)
class _Kept:
    key: Any
    league: League
    rows: dict[int, Row]
    at: float


_lock = threading.Lock()
_busy: dict[Any, threading.Lock] = {}
_leagues: OrderedDict[Any, _Kept] = OrderedDict()


def league(session: TenantSession, period: Period) -> League:
    """The league of the period: the standing results, or what would come out now while it is open (or closing)."""
    run = None if period.state in ("planned", "open") else standing_run(session, period)
    place = (session.tenant_id, period.id)
    with _lock:
        busy = _busy.setdefault(place, threading.Lock())
    with busy:
        held = _leagues.get(place)
        key, since = _stamp(session, period, run)
        fresh = (
            held is not None
            and held.key == key
            and (run is not None or time.monotonic() - held.at < TRUSTED_SECONDS)
        )
        if not fresh:
            held = _stored(session, period, run, key) if run else _live(session, period, key, held, since)
            with _lock:
                _leagues[place] = held
                while len(_leagues) > KEPT:
                    gone, _ = _leagues.popitem(last=False)
                    _busy.pop(gone, None)
        with _lock:
            if place in _leagues:
                _leagues.move_to_end(place)
    assert held is not None
    return held.league


def forget(tenant_id: int | None = None) -> None:
    """Forget what is kept (of one tenant, or all)."""
    with _lock:
        for place in [place for place in _leagues if tenant_id in (None, place[0])]:
            del _leagues[place]


def _stamp(session: TenantSession, period: Period, run: Run | None) -> tuple[Any, datetime | None]:
    """What a league was made from, in few cheap figures; and since when entries may have been missed."""
    names = _figures(
        session,
        select(func.count()).select_from(Person),
        select(func.sum(Person.version)),
        select(func.sum(Unit.version)),
        select(func.count()).select_from(Membership),
        select(func.max(Membership.id)),
    )
    before = periods.previous(session, period)
    shown_before = (before.id, before.version) if before is not None else None
    if run is not None:
        return ("stored", run.id, names, shown_before), None
    newest = session.scalar(select(func.max(Entry.recorded_at)).where(Entry.period_id == period.id))
    since = None if newest is None else newest - RECENT
    recent: int | None = 0
    if since is not None:
        recent = session.scalar(
            select(func.count())
            .select_from(Entry)
            .where(Entry.period_id == period.id, Entry.recorded_at >= since)
        )
    rest = _figures(
        session,
        select(func.count()).select_from(Withdrawal).where(Withdrawal.period_id == period.id),
        select(func.max(Withdrawal.id)).where(Withdrawal.period_id == period.id),
        select(func.count()).select_from(Leave),
        select(func.max(Leave.id)),
        select(func.count(Sheet.done_at)).where(Sheet.period_id == period.id),
    )
    exempted = session.scalar(select(func.max(Exemption.id)).where(Exemption.period_id == period.id))
    facts = (period.revision_id, period.version, exempted)
    return ("live", facts, names, shown_before, rest[2:4], newest, recent, rest[:2], rest[4:]), since


def _figures(session: TenantSession, *queries: Any) -> tuple[Any, ...]:
    """Several single figures in one statement."""
    found = session.execute(select(*(query.scalar_subquery() for query in queries))).one()
    return tuple(None if figure is None else int(figure) for figure in found)


def _stored(session: TenantSession, period: Period, run: Run, key: Any) -> _Kept:
    query = select(
        Result.subject_id,
        Result.unit_id,
        Result.standing_word,
        type_coerce(Result.score, BigInteger),
        Result.grade,
        Result.rank_all,
        Result.tied_all,
        Result.rank_unit,
        Result.tied_unit,
        Result.ranked_in,
    ).where(Result.run_id == run.id)
    rows = {row[0]: Row(*row) for row in session.execute(query)}
    scheme = adoption.scheme_of(session, run.revision_id)
    return _Kept(key, made(session, period, scheme, rows, run), rows, time.monotonic())


def _live(
    session: TenantSession, period: Period, key: Any, held: _Kept | None, since: datetime | None
) -> _Kept:
    compiled = adoption.compiled_of(session, period.revision_id)
    rows = None
    same = held is not None and held.key[:5] == key[:5] and time.monotonic() - held.at < TRUSTED_SECONDS
    if (
        same
        and held is not None
        and since is not None
        and not compiled.needs.cohort
        and not compiled.needs.grouped
    ):
        rows = _touched(session, period, compiled, held, since)
    at = held.at if rows is not None and held is not None else time.monotonic()
    if rows is None:
        rows = {row.subject_id: row for row in compute(session, period, keep=False).rows}
    return _Kept(key, made(session, period, compiled.scheme, rows, None), rows, at)


def _touched(
    session: TenantSession, period: Period, compiled: Compiled, held: _Kept, since: datetime
) -> dict[int, Row] | None:
    """The rows with those assessed again about whom something was recorded lately; None when they are many."""
    if held.key[5] is None:
        return None
    known = min(since, held.key[5] - RECENT)
    recorded = (
        select(Entry.subject_id).where(Entry.period_id == period.id, Entry.recorded_at >= known).distinct()
    )
    withdrawn = (
        select(Entry.subject_id)
        .join(Withdrawal, Withdrawal.entry_id == Entry.id)
        .where(Withdrawal.period_id == period.id, Withdrawal.at >= known)
        .distinct()
    )
    changed = set(session.scalars(recorded.limit(FEW + 1))) | set(session.scalars(withdrawn.limit(FEW + 1)))
    if len(changed) > FEW:
        return None
    rows = dict(held.rows)
    again = [ident for ident in changed if ident in rows and rows[ident].word in ("", "missing", EXEMPT)]
    for ident, assessment in scores_now(session, period, again).items() if again else ():
        old = rows[ident]
        rows[ident] = Row(ident, old.unit_id, "", among=old.among)
        take(rows[ident], assessment, compiled)
    for ident, row in rows.items():
        rows[ident] = (
            row
            if ident in changed
            else Row(ident, row.unit_id, row.word, row.score, row.grade, keys=row.keys, among=row.among)
        )
    let_out(rows.values(), exemptions.exempted(session, period) if again else ())
    rank(list(rows.values()), compiled)
    return rows


def is_public(period: Period) -> bool:
    """Whether everybody of the organisation may see the league."""
    return period.state in PUBLIC


def seen_by(actor: Actor, period: Period, line: Line) -> bool:
    """Whether the actor may see this line: everything when published; else one's own, one's units', the admin all."""
    return (
        is_public(period)
        or actor.is_admin
        or actor.covers(line.unit_path)
        or line.subject_id == actor.person_id
    )


def opened_by(actor: Actor, line: Line) -> bool:
    """Whether the actor may open the line's explanation, and see more than name, unit, score and rank."""
    return actor.is_admin or actor.covers(line.unit_path) or line.subject_id == actor.person_id


def details(
    session: TenantSession, period: Period, found: League, subject_ids: Collection[int]
) -> dict[int, Assessment]:
    """The assessments of some subjects of a league: stored, or as they are now; one query."""
    ids = [ident for ident in subject_ids if ident in found.by_subject]
    if not ids:
        return {}
    if found.live:
        taking = [ident for ident in ids if found.by_subject[ident].word in ("", "missing", EXEMPT)]
        return scores_now(session, period, taking) if taking else {}
    query = select(Result.subject_id, Result.detail).where(
        Result.run_id == found.run_id, Result.subject_id.in_(ids)
    )
    return {
        subject: assessment_from_json(subject, detail) for subject, detail in session.execute(query) if detail
    }
