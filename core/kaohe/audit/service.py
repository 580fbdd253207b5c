"""Recording acts: a row for each unsafe request, in its transaction; sealing and verifying stand in `chain`."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from kaohe.audit.chain import Finding, Report, digest_of, head, length, seal, seal_all, verify
from kaohe.audit.models import AuditDetail, AuditRow
from kaohe.db import TenantSession, new_id
from kaohe.db.ids import id_within

__all__ = [
    "Finding",
    "Report",
    "digest_of",
    "erase_detail",
    "head",
    "length",
    "record",
    "record_command",
    "record_unnamed",
    "seal",
    "seal_all",
    "verify",
]


def record(
    session: TenantSession,
    *,
    now: datetime,
    person_id: int | None,
    action: str,
    object_kind: str | None,
    object_id: int | None,
    outcome: str,
    status: int,
    request_id: str,
    address: str,
    detail: dict[str, Any],
) -> None:
    """Add an audit row to this transaction; `detail` is kept beside it with the salt of its digest.

    What JSON cannot hold in `detail` is kept as its text.
    """
    _keep(
        session,
        new_id(),
        now,
        detail,
        person_id=person_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        outcome=outcome,
        status=status,
        request_id=request_id,
        address=address,
    )


def record_unnamed(session: TenantSession, *, now: datetime, detail: dict[str, Any], **fields: Any) -> None:
    """Record an act that nobody may be tied to: at the full hour, with an id from anywhere within that hour.

    The caller gives neither person nor address, nor the request's number, which others may have logged.
    The sealer looks back further than an hour, so the row is sealed like any other.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    _keep(session, id_within(hour, now), hour, detail, **fields)


def _keep(session: TenantSession, ident: int, at: datetime, detail: dict[str, Any], **fields: Any) -> None:
    salt = secrets.token_hex(16)
    kept = json.loads(json.dumps(detail, ensure_ascii=False, default=str))
    session.add(
        AuditRow(
            id=ident,
            at=at,
            digest=digest_of(salt, kept),
            **fields,
        )
    )
    session.flush()
    session.add(AuditDetail(id=ident, salt=salt, detail=kept))


def record_command(
    session: TenantSession, action: str, *, now: datetime, about: tuple[str, int], detail: dict[str, Any]
) -> None:
    """Record what the operator did from the command line."""
    record(
        session,
        now=now,
        person_id=None,
        action=action,
        object_kind=about[0],
        object_id=about[1],
        outcome="done",
        status=0,
        request_id=secrets.token_hex(8),
        address="command line",
        detail=detail,
    )


def erase_detail(session: TenantSession, row_id: int) -> None:
    """Erase what an act was about, with its salt; the row and the chain stay whole."""
    detail = session.get(AuditDetail, row_id)
    if detail is not None:
        session.delete(detail)
        session.flush()
