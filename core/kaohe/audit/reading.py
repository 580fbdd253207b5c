"""What the page of the log shows: rows by person, act, outcome, days and object, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from kaohe.audit import words
from kaohe.audit.chain import HEAD
from kaohe.audit.models import AuditDetail, AuditLink, AuditRow
from kaohe.db import TenantSession
from kaohe.people.models import Person
from kaohe.people.search import contains
from kaohe.scheme import Text
from kaohe.tenants.service import setting


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed to; days are inclusive and the organisation's own."""

    zone: str
    q: str = ""
    place: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None
    object_id: int | None = None


@dataclass(frozen=True)
class Line:
    """One act as shown; `detail` None was erased, `place` None is not sealed yet."""

    row: AuditRow
    act: Text
    person: Person | None
    kind: Text | None
    name: str
    detail: Any
    place: int | None


def _rows(asked: Asked) -> Select:
    query = select(AuditRow, Person).outerjoin(Person, Person.id == AuditRow.person_id)
    if asked.q:
        named = [
            code
            for code, text in words.ACTS.items()
            if asked.q in text.zh or asked.q.lower() in text.en.lower()
        ]
        query = query.where(contains(asked.q) | AuditRow.action.in_(named) | (AuditRow.request_id == asked.q))
    if asked.place:
        query = query.where(AuditRow.action.startswith(f"{asked.place}.", autoescape=True))
    if asked.outcome:
        query = query.where(AuditRow.outcome == asked.outcome)
    if asked.since:
        query = query.where(AuditRow.at >= _midnight(asked.since, asked.zone))
    if asked.until:
        query = query.where(AuditRow.at < _midnight(asked.until + timedelta(days=1), asked.zone))
    return query.where(AuditRow.object_id == asked.object_id) if asked.object_id else query


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def count(session: TenantSession, asked: Asked) -> int:
    """How many rows fit."""
    return session.scalar(select(func.count()).select_from(_rows(asked).subquery())) or 0


def page(session: TenantSession, asked: Asked, *, limit: int, offset: int) -> list[Line]:
    """One page of acts, the newest first: four queries whatever its length."""
    found = session.execute(
        _rows(asked).order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit).offset(offset)
    ).all()
    ids = [row.id for row, _ in found]
    details = {d.id: d.detail for d in session.scalars(select(AuditDetail).where(AuditDetail.id.in_(ids)))}
    links = select(AuditLink.row_id, AuditLink.place).where(AuditLink.row_id.in_(ids))
    places = dict(session.execute(links).all())
    about = [row.object_id for row, _ in found if row.object_kind == "person"]
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(about))).all())
    return [
        Line(
            row,
            words.act(row.action),
            person,
            words.kind(row.object_kind),
            names.get(row.object_id, "") if row.object_kind == "person" else "",
            details.get(row.id),
            places.get(row.id),
        )
        for row, person in found
    ]


def every(session: TenantSession, asked: Asked, *, most: int, at_once: int = 500) -> Iterator[Line]:
    """All acts that fit, the newest first, at most `most`."""
    for offset in range(0, most, at_once):
        lines = page(session, asked, limit=min(at_once, most - offset), offset=offset)
        yield from lines
        if len(lines) < at_once:
            return
        session.expunge_all()


@dataclass(frozen=True)
class State:
    """How far the chain reaches, and what waits to be sealed."""

    sealed: int
    waiting: int
    sealed_at: datetime | None
    hash: str


def state(session: TenantSession) -> State:
    """The state of the chain without walking it."""
    last = session.scalars(select(AuditLink).order_by(AuditLink.place.desc()).limit(1)).first()
    rows = session.scalar(select(func.count()).select_from(AuditRow)) or 0
    links = session.scalar(select(func.count()).select_from(AuditLink)) or 0
    head = setting(session, HEAD, {"hash": ""})
    return State(links, max(0, rows - links), last.sealed_at if last else None, head["hash"])
