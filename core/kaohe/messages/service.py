"""One outbox: what persons are told, written in the caller's transaction, sent outside after its commit.

Decides that nobody is told twice of one thing (`about`), that every message stands in the page, and which of them also
go by e-mail (the person has confirmed an address and wants that kind) and to groups (a robot listens to the kind; a group is told
once, whoever the persons are). Refuses kinds that do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kaohe.db import TenantSession, new_id
from kaohe.messages import mail_settings
from kaohe.messages.models import Contact, Delivery, Message, Robot
from kaohe.scheme import Text

KINDS: dict[str, Text] = {
    "to_sign": Text("待签字", "To sign"),
    "to_rate": Text("待评分", "To rate"),
    "due": Text("将到期", "Due soon"),
    "overdue": Text("已超期", "Overdue"),
    "returned": Text("已退回", "Returned"),
    "published": Text("已公示", "Published"),
    "decided": Text("已决定", "Decided"),
    "appeal": Text("申诉", "Appeal"),
    "urge": Text("催办", "Urged"),
}
LONGEST_TITLE, LONGEST_TEXT = 120, 1000
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Link:
    """The page that a message leads to: an endpoint with its values, ids as integers."""

    endpoint: str
    values: Mapping[str, int | str] = field(default_factory=dict)


def send(
    session: TenantSession,
    *,
    to: Iterable[int | None],
    kind: str,
    title: Text,
    text: Text,
    link: Link | None,
    about: str,
    now: datetime,
) -> int:
    """Tell persons of a thing, each once for one `about`; how many had not been told.

    Everything is written in the caller's transaction: rolled back, nothing was said. A group is shown the title only,
    so a title names nobody and no figure.
    """
    if kind not in KINDS:
        raise ValueError(f"no messages of kind {kind}")
    if not about:
        raise ValueError("a message says what it is about")
    people = dict.fromkeys(one for one in to if one is not None)
    told = set(session.scalars(select(Message.person_id).where(Message.about == about))) if people else set()
    fresh = [one for one in people if one not in told]
    if not fresh:
        return 0
    said: dict[str, Any] = {
        "kind": kind,
        "title_zh": _line(title.zh),
        "title_en": _line(title.en),
        "text_zh": text.zh[:LONGEST_TEXT],
        "text_en": text.en[:LONGEST_TEXT],
        "endpoint": link.endpoint if link else None,
        "link_values": dict(link.values) if link else None,
        "about": about,
        "created_at": now,
        "read_at": None,
    }
    rows = [{"id": new_id(), "person_id": one, **said} for one in fresh]
    _insert(session, Message, rows)
    kept = _kept(session, about, rows)
    _by_mail(session, kept, kind, about, now)
    _to_groups(session, kept, kind, about, now)
    return len(kept)


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]


def _insert(session: TenantSession, model: Any, rows: list[dict[str, Any]]) -> None:
    """Write rows in bulk; one that another transaction wrote first stays as it is."""
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(model).on_conflict_do_nothing().execution_options(render_nulls=True)
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(statement, rows[start : start + _AT_ONCE])


def _kept(session: TenantSession, about: str, rows: list[dict[str, Any]]) -> dict[int, int]:
    """Message by person, of those that were written just now and not by somebody else in the same moment."""
    mine = {row["id"] for row in rows}
    found = session.execute(select(Message.id, Message.person_id).where(Message.about == about))
    return {row.person_id: row.id for row in found if row.id in mine}


def _by_mail(session: TenantSession, kept: Mapping[int, int], kind: str, about: str, now: datetime) -> None:
    """To those told just now; their addresses are found by what they were told of, in one statement."""
    if not kept or not mail_settings.is_on(session):
        return
    found = session.execute(
        select(Contact.person_id, Contact.muted)
        .join(Message, Message.person_id == Contact.person_id)
        .where(
            Message.about == about,
            Contact.wants_mail,
            Contact.email != "",
            Contact.confirmed_at.is_not(None),
        )
    )
    wanting = [row.person_id for row in found if row.person_id in kept and kind not in row.muted]
    _deliver(session, [(kept[person], None, "") for person in wanting], now)


def _to_groups(session: TenantSession, kept: Mapping[int, int], kind: str, about: str, now: datetime) -> None:
    if not kept:
        return
    robots = session.execute(select(Robot.id, Robot.kinds).where(Robot.active, Robot.removed_at.is_(None)))
    first = min(kept.values())
    _deliver(session, [(first, robot.id, about) for robot in robots if kind in robot.kinds], now)


def _deliver(session: TenantSession, ways: list[tuple[int, int | None, str]], now: datetime) -> None:
    rows = [
        {
            "id": new_id(),
            "message_id": message,
            "robot_id": robot,
            "about": about,
            "state": "waiting",
            "tries": 0,
            "next_try_at": now,
            "claim": None,
            "created_at": now,
            "ended_at": None,
            "error": None,
        }
        for message, robot, about in ways
    ]
    if rows:
        _insert(session, Delivery, rows)


# ---------- in the page ----------


def unread(session: TenantSession, person_id: int) -> int:
    """How many messages a person has not read."""
    return session.scalar(select(func.count()).where(*_unread(person_id))) or 0


def unread_by_kind(session: TenantSession, person_id: int) -> dict[str, int]:
    """The same by kind; kinds without any are left out."""
    rows = session.execute(
        select(Message.kind, func.count().label("n")).where(*_unread(person_id)).group_by(Message.kind)
    )
    return {row.kind: row.n for row in rows}


def _unread(person_id: int) -> tuple[Any, ...]:
    return Message.person_id == person_id, Message.read_at.is_(None)


def mark_read(session: TenantSession, message: Message, now: datetime) -> None:
    """Note that a message was read; the first time counts."""
    if message.read_at is None:
        message.read_at = now
        session.flush()


def mark_all_read(session: TenantSession, person_id: int, now: datetime) -> int:
    """Note that all of a person's messages were read; how many were not yet."""
    done = session.execute(
        update(Message)
        .where(*_unread(person_id))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


def title_of(message: Message) -> Text:
    """A message's title."""
    return Text(message.title_zh, message.title_en)


def text_of(message: Message) -> Text:
    """A message's text."""
    return Text(message.text_zh, message.text_en)
