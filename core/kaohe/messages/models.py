"""Messages to persons, and their way out of the house: by e-mail to one, through a robot to a group."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Keyed, Rule, TenantModel

_SAID = ("kind", "title_zh", "title_en", "text_zh", "text_en", "about", "created_at")
_CHANGED = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _SAID)


class Message(TenantModel):
    """What one person was told about one thing, once; only that it was read is written later."""

    __tablename__ = "messages"
    __refs__ = {"person_id": "persons"}
    __unique__ = (("about", "person_id"),)
    __indexes__ = (
        ("person_id", "created_at", "id"),
        Keyed(("person_id", "kind"), where="read_at IS NULL", name="ix_messages_unread"),
    )
    __rules__ = (Rule("kept", "UPDATE", _CHANGED),)

    person_id: Mapped[int]
    kind: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    text_zh: Mapped[str]
    text_en: Mapped[str]
    endpoint: Mapped[str | None]
    link_values: Mapped[dict[str, Any] | None] = mapped_column(Json)
    about: Mapped[str]  # the thing and the occasion: nobody is told twice of one
    created_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)


class Contact(TenantModel):
    """Where a person wants e-mail, and the kinds that the person does not want by e-mail.

    Nothing but the confirmation goes there before `confirmed_at`; of the link in it only the hash is kept, until it
    was used or another was asked for.
    """

    __tablename__ = "contacts"
    __refs__ = {"person_id": "persons"}
    __unique__ = (("person_id",),)

    person_id: Mapped[int]
    email: Mapped[str]
    wants_mail: Mapped[bool] = mapped_column(default=True)
    muted: Mapped[list[str]] = mapped_column(Json, default=list)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    link_hash: Mapped[str | None]
    asked_at: Mapped[datetime | None] = mapped_column(Instant)  # when a link was last sent


class Robot(TenantModel):
    """A group robot: its address is a secret, as is the key it signs with; neither is shown again."""

    __tablename__ = "robots"
    __refs__ = {"added_by": "persons"}

    title: Mapped[str]
    service: Mapped[str]  # wecom | dingtalk
    url: Mapped[str]
    secret: Mapped[str] = mapped_column(default="")
    kinds: Mapped[list[str]] = mapped_column(Json)
    active: Mapped[bool] = mapped_column(default=True)
    added_by: Mapped[int | None]
    added_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class Delivery(TenantModel):
    """One message's way out: waiting, sent, failed (given up) or dropped (not wanted any more)."""

    __tablename__ = "deliveries"
    __refs__ = {"message_id": "messages", "robot_id": "robots"}
    __unique__ = (
        Keyed(("message_id",), where="robot_id IS NULL", name="uq_deliveries_mail"),
        Keyed(("robot_id", "about"), where="robot_id IS NOT NULL", name="uq_deliveries_robot"),
    )
    __indexes__ = (
        Keyed(("next_try_at", "id"), where="state = 'waiting'", name="ix_deliveries_due"),
        ("created_at", "id"),
        ("message_id",),
    )

    message_id: Mapped[int]
    robot_id: Mapped[int | None]  # None: by e-mail to the message's person
    about: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    claim: Mapped[str | None]  # of the sender at work; it lapses at `next_try_at`
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[list[str] | None] = mapped_column(Json)  # in Chinese and English
