"""The chain that seals the audit rows, and the walk that finds what was tampered with.

**No row is skipped.** Ids are made before their transaction commits, so a row with a smaller id can become
visible after one with a greater id was sealed. The sealer therefore never asks for "ids above the last one": it
takes every row without a link whose id is at most `LOOK_BACK` older than the newest sealed one, and no
transaction runs that long. On SQLite the sealer holds the only write lock while it looks, so nothing else is
under way; on PostgreSQL it sees all that has committed, and what commits later is found by the next run. A row
that comes late stands later in the chain, which keeps its own order (`place`). Two sealers take turns: the head
of the chain is a locked setting, and the unique keys of the links refuse the second.

**What is found.** Each hash covers the hash before it, the place, the row's id and fields, and the digest of its
detail. A changed row or link breaks its own hash; a removed link or row leaves a gap; a row put in later with an
old id has no link and gets none; links that changed places break their hashes; a chain cut at its end differs
from the noted head. A detail that was erased is no fault; one that was changed is. Who can rewrite rows, links
and head together can only be caught by a head noted elsewhere: `verify(expect=…)`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError

from kaohe.audit.models import AuditDetail, AuditLink, AuditRow
from kaohe.db import TenantSession, is_duplicate
from kaohe.tenants.models import Setting

HEAD = "audit.head"
GENESIS = "0" * 64
LOOK_BACK = timedelta(hours=2)
BATCH = 2_000
_ID_BITS = 21


_OTHER_HEAD = (
    "封印和记下的不一样，链被重写过。",
    "The hash differs from the one that was noted: the chain was rewritten.",
)
_OTHER_END = (
    "链的末尾和记下的不一样，末尾被截掉或被加长过。",
    "The end of the chain is not the one that was noted: it was cut or lengthened.",
)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed, in words; `place` and `row_id` where they are known."""

    kind: str  # changed | detail | row_removed | link_removed | unsealed | orphan | head | expected
    zh: str
    en: str
    place: int | None = None
    row_id: int | None = None


@dataclass
class Report:
    """What a walk of the chain found; `whole` when nothing."""

    links: int = 0
    waiting: int = 0
    erased: int = 0
    place: int = 0
    hash: str = GENESIS
    sealed_at: datetime | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.findings

    def add(self, kind: str, zh: str, en: str, place: int | None = None, row_id: int | None = None) -> None:
        """Note a finding."""
        self.findings.append(Finding(kind, zh, en, place, row_id))


def digest_of(salt: str, detail: Any) -> str:
    """The salted digest that stands in the chain for a detail that may be erased."""
    words = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def link_hash(before: str, place: int, row: AuditRow, sealed_at: datetime) -> str:
    """The hash of a link: over the one before it, the place, and every field of the row."""
    words = [
        before,
        place,
        row.id,
        row.at.isoformat(),
        row.person_id,
        row.action,
        row.object_kind,
        row.object_id,
        row.outcome,
        row.status,
        row.request_id,
        row.address,
        row.digest,
        sealed_at.isoformat(),
    ]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def seal(session: TenantSession, now: datetime, *, limit: int = BATCH) -> int:
    """Link at most `limit` committed rows that have no link yet, in the order of their ids; gives how many.

    The caller commits. When another sealer is at work on PostgreSQL this one waits for it.
    """
    noted = _locked_head(session)
    last = session.scalars(select(AuditLink).order_by(AuditLink.place.desc()).limit(1)).first()
    place, before = (last.place, last.hash) if last else (0, GENESIS)
    rows = session.scalars(_without_link(_horizon(session)).order_by(AuditRow.id).limit(limit)).all()
    for row in rows:
        place += 1
        before = link_hash(before, place, row, now)
        session.add(AuditLink(place=place, row_id=row.id, hash=before, sealed_at=now))
    if rows:
        noted.value = {"place": place, "hash": before}
    session.flush()
    return len(rows)


def seal_all(session: TenantSession, now: datetime, tell: Callable[[int], None] = lambda _: None) -> int:
    """Seal batch by batch and commit each, until nothing waits; a sealer that loses a race leaves it to the other."""
    done = 0
    while True:
        try:
            sealed = seal(session, now)
            session.commit()
        except IntegrityError as error:
            session.rollback()
            if not is_duplicate(error):
                raise
            return done
        session.expunge_all()
        done += sealed
        tell(sealed)
        if sealed < BATCH:
            return done


def _locked_head(session: TenantSession) -> Setting:
    query = (
        select(Setting).where(Setting.key == HEAD).with_for_update().execution_options(populate_existing=True)
    )
    found = session.scalar(query)
    if found is None:
        found = Setting(key=HEAD, value={"place": 0, "hash": GENESIS})
        session.add(found)
        session.flush()
    return found


def _horizon(session: TenantSession) -> int:
    """The smallest id that may still be without a link rightly; 0 before the first link."""
    newest = session.scalar(select(func.max(AuditLink.row_id)))
    return 0 if newest is None else newest - (int(LOOK_BACK.total_seconds() * 1000) << _ID_BITS)


def _without_link(horizon: int) -> Any:
    linked = exists().where(AuditLink.row_id == AuditRow.id)
    return select(AuditRow).where(AuditRow.id > horizon, ~linked)


def verify(
    session: TenantSession,
    *,
    expect: tuple[int, str] | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Report:
    """Walk the whole chain and report what is not as it was sealed; `expect` is a head noted elsewhere."""
    report = Report()
    noted = head(session)
    known = [(noted, "head"), *([(expect, "expected")] if expect else [])]
    for link, row, detail in _walk(session):
        _check_link(report, link, row, detail)
        for (place, hashed), kind in known:
            if place == link.place and hashed != link.hash:
                report.add(kind, *_OTHER_HEAD, link.place)
        tell(1)
    if not noted[0] <= report.place <= head(session)[0]:
        report.add("head", *_OTHER_END, report.place)
    if expect is not None and expect[0] > report.place:
        report.add("expected", *_OTHER_END, report.place)
    horizon = _horizon(session)
    for ident in session.scalars(
        _without_link(0).where(AuditRow.id <= horizon).with_only_columns(AuditRow.id)
    ):
        report.add(
            "unsealed",
            "有一行不在链上：后来塞进去的，或它的封印被拿掉了。",
            "A row has no link: it was put in later, or its link was taken away.",
            row_id=ident,
        )
    report.waiting = session.scalar(_without_link(horizon).with_only_columns(func.count())) or 0
    lone = select(AuditDetail.id).where(~exists().where(AuditRow.id == AuditDetail.id))
    for ident in session.scalars(lone):
        report.add(
            "orphan",
            "有一行被删掉，只剩下它的内容。",
            "A row was removed; only its detail is left.",
            row_id=ident,
        )
    return report


def _walk(session: TenantSession) -> Iterator[Any]:
    after: int | None = None
    while True:
        query = (
            select(AuditLink, AuditRow, AuditDetail)
            .outerjoin(AuditRow, AuditRow.id == AuditLink.row_id)
            .outerjoin(AuditDetail, AuditDetail.id == AuditLink.row_id)
            .order_by(AuditLink.place)
            .limit(BATCH)
        )
        rows = session.execute(query if after is None else query.where(AuditLink.place > after)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1][0].place
        session.expunge_all()


def _check_link(report: Report, link: AuditLink, row: AuditRow | None, detail: AuditDetail | None) -> None:
    if link.place != report.place + 1:
        report.add(
            "link_removed",
            "链在这里断开，有封印被拿掉。",
            "The chain has a gap here: links were taken away.",
            link.place,
        )
    if row is None:
        report.add("row_removed", "这一行被删掉了。", "This row was removed.", link.place, link.row_id)
    elif link_hash(report.hash, link.place, row, link.sealed_at) != link.hash:
        report.add(
            "changed",
            "这一行或它的封印被改过，或次序被动过。",
            "This row or its link was changed, or the order was.",
            link.place,
            row.id,
        )
    if row is not None and detail is None:
        report.erased += 1
    elif row is not None and detail is not None and digest_of(detail.salt, detail.detail) != row.digest:
        report.add(
            "detail", "这一行的内容被改过。", "The detail of this row was changed.", link.place, row.id
        )
    report.links += 1
    report.place, report.hash, report.sealed_at = link.place, link.hash, link.sealed_at


def length(session: TenantSession) -> int:
    """How many rows are linked."""
    return session.scalar(select(func.count()).select_from(AuditLink)) or 0


def head(session: TenantSession) -> tuple[int, str]:
    """The noted end of the chain: its place and hash."""
    value = session.scalar(select(Setting.value).where(Setting.key == HEAD)) or {"place": 0, "hash": GENESIS}
    return value["place"], value["hash"]
