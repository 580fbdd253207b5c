"""Accounts, what they may do, their sign-ins. An account belongs to a person of the tenant."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, TenantModel


class Account(TenantModel):
    """A person's way in; without a password it waits for its activation slip."""

    __tablename__ = "accounts"
    __refs__ = {"person_id": "persons"}
    __unique__ = (("person_id",),)

    person_id: Mapped[int]
    password_hash: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | active | locked
    epoch: Mapped[int] = mapped_column(default=1)  # grows when all sign-ins must end
    language: Mapped[str] = mapped_column(default="zh")
    density: Mapped[str] = mapped_column(default="standard")  # compact | standard | roomy
    created_at: Mapped[datetime] = mapped_column(Instant)


class Grant(TenantModel):
    """A role over a unit and what lies below it, between dates; `deputy_of` names whom it stands in for.

    `role` is "admin" (the whole tenant, `unit_id` null) or "assessor".
    """

    __tablename__ = "grants"
    __refs__ = {"account_id": "accounts", "unit_id": "units", "deputy_of": "accounts", "given_by": "persons"}
    __indexes__ = (("account_id",), ("unit_id",))

    account_id: Mapped[int]
    role: Mapped[str]
    unit_id: Mapped[int | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    deputy_of: Mapped[int | None]
    given_by: Mapped[int | None]
    given_at: Mapped[datetime] = mapped_column(Instant)


class SignIn(TenantModel):
    """A server-side session: only the hash of its token is kept. An ended one has a past `expires_at`."""

    __tablename__ = "sign_ins"
    __refs__ = {"account_id": "accounts"}
    __unique__ = (("token_hash",),)
    __indexes__ = (("account_id",),)

    account_id: Mapped[int]
    token_hash: Mapped[str]
    epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    device: Mapped[str] = mapped_column(
        default=""
    )  # browser and system in words, for the person to recognise
    address: Mapped[str] = mapped_column(default="")


class ActivationSlip(TenantModel):
    """A printed one-time code with which a person sets the password."""

    __tablename__ = "activation_slips"
    __refs__ = {"account_id": "accounts", "issued_by": "persons"}
    __indexes__ = (("account_id",),)

    account_id: Mapped[int]
    code_hash: Mapped[str]
    issued_by: Mapped[int | None]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Attempt(TenantModel):
    """The failed tries for one key (a hashed staff number or address); `since` is when the last one was counted."""

    __tablename__ = "attempts"
    __unique__ = (("key",),)

    key: Mapped[str]
    since: Mapped[datetime] = mapped_column(Instant)
    count: Mapped[int]
