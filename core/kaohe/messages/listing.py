"""What the pages of messages show: one's own messages, and how those to the outside fared."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from sqlalchemy import func, or_, select
from werkzeug.routing import BuildError

from kaohe.messages import service
from kaohe.messages.models import Delivery, Message, Robot
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.people.models import Person

STATES = ("waiting", "failed", "sent", "dropped")
ICONS = {
    "to_sign": "signature",
    "to_rate": "star",
    "due": "clock",
    "overdue": "alarm",
    "returned": "arrow-back-up",
    "published": "speakerphone",
    "decided": "gavel",
    "appeal": "message-report",
    "urge": "bell-ringing",
}
COLOURS = {"overdue": "minus", "urge": "minus", "due": "warn", "to_sign": "accent", "to_rate": "accent"}


def inbox() -> dict[str, Any]:
    """One's own messages, the newest first."""
    state = ListState.read(
        request.args,
        url_for("messages.index"),
        filters={"kind": service.KINDS, "state": ("unread", "read")},
        per=20,
    )
    me = current.actor.person_id
    found = _narrowed(select(Message).where(Message.person_id == me), state)
    total = current.session.scalar(_narrowed(select(func.count()).where(Message.person_id == me), state)) or 0
    page = state.paged(total)
    rows = current.session.scalars(
        found.order_by(Message.created_at.desc(), Message.id.desc()).limit(page.per).offset(page.offset)
    )
    by_kind = service.unread_by_kind(current.session, me)
    return {
        "list": state,
        "page": page,
        "rows": [described(row) for row in rows],
        "kinds": list(service.KINDS.items()),
        "unread": sum(by_kind.values()),
    }


def _narrowed(query: Any, state: ListState) -> Any:
    if state.filters.get("kind"):
        query = query.where(Message.kind == state.filters["kind"])
    if state.filters.get("state"):
        read = Message.read_at.is_not(None)
        query = query.where(read if state.filters["state"] == "read" else ~read)
    if state.q:
        fields = (Message.title_zh, Message.text_zh, Message.title_en, Message.text_en)
        query = query.where(or_(*(field.icontains(state.q, autoescape=True) for field in fields)))
    return query


def described(message: Message) -> dict[str, Any]:
    """A message as its page and the list show it."""
    return {
        "id": message.id,
        "kind": service.KINDS[message.kind],
        "icon": ICONS[message.kind],
        "colour": COLOURS.get(message.kind, ""),
        "title": service.title_of(message),
        "text": service.text_of(message),
        "at": message.created_at,
        "read_at": message.read_at,
        "url": url_for("messages.show", message=message.id),
        "leads": bool(target_of(message)),
    }


def target_of(message: Message) -> str:
    """The page that a message leads to; empty where it leads nowhere (any more)."""
    if not message.endpoint or message.endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(message.endpoint, **(message.link_values or {}))
    except BuildError:
        return ""


def deliveries() -> dict[str, Any]:
    """What went outside or waits to, the newest first, with the reasons of what did not arrive."""
    state = ListState.read(
        request.args, url_for("messages.outbox"), filters={"state": STATES, "way": ("mail", "robot")}, per=20
    )
    base = select(func.count()).select_from(Delivery)
    total = current.session.scalar(_of_way(base, state)) or 0
    page = state.paged(total)
    rows = current.session.execute(
        _of_way(
            select(Delivery, Message, Person.name, Robot.title.label("robot"))
            .join(Message, Message.id == Delivery.message_id)
            .outerjoin(Person, Person.id == Message.person_id)
            .outerjoin(Robot, Robot.id == Delivery.robot_id),
            state,
        )
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .limit(page.per)
        .offset(page.offset)
    )
    by_state = current.session.execute(
        select(Delivery.state, func.count().label("n")).group_by(Delivery.state)
    )
    counts = {row.state: row.n for row in by_state}
    return {
        "list": state,
        "page": page,
        "rows": [
            {
                "id": row.Delivery.id,
                "one": row.Delivery,
                "title": service.title_of(row.Message),
                "to": row.name if row.Delivery.robot_id is None else row.robot,
                "by_mail": row.Delivery.robot_id is None,
            }
            for row in rows
        ],
        "counts": {name: counts.get(name, 0) for name in STATES},
    }


def _of_way(query: Any, state: ListState) -> Any:
    if state.filters.get("state"):
        query = query.where(Delivery.state == state.filters["state"])
    if state.filters.get("way"):
        by_mail = Delivery.robot_id.is_(None)
        query = query.where(by_mail if state.filters["way"] == "mail" else ~by_mail)
    return query
