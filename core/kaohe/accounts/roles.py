"""Roles and stand-ins: who is given what, for which unit, from when to when.

Decides that a role ends at once when it is taken, and that a stand-in's power is the delegator's: it reaches no
further and ends no later. Refuses to leave the organisation without an administrator, a role that is there
already, standing in for a stand-in, and standing in for oneself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.errors import Forbidden, Refusal
from kaohe.people.models import Person, Unit

ROLES = ("admin", "assessor")
LONGEST_DEPUTY = timedelta(days=366)


class LastAdmin(Refusal):
    """Without this one nobody could manage the organisation."""

    zh = "这是最后一位可以登录、没有期限的管理员。请先另设一位管理员，再做这一步。"
    en = "This is the last administrator who can sign in and has no end date. Name another one first."
    status = 409


class RoleGiven(Refusal):
    """The account holds this role already in those days."""

    zh = "这段时间里已有同样的角色。"
    en = "The same role is already given for these days."


class UnitMissing(Refusal):
    """An assessor assesses a unit."""

    zh = "请选择这位考核人负责的部门。"
    en = "Choose the unit that this person assesses."
    field = "unit"


class DatesTurned(Refusal):
    """The last day lies before the first."""

    zh = "结束日期早于开始日期。"
    en = "The last day lies before the first."
    field = "ends_on"


class StartsInThePast(Refusal):
    """A stand-in cannot have been one already."""

    zh = "代理从今天或以后的日子开始。"
    en = "A deputyship starts today or later."
    field = "starts_on"


class DeputyTooLong(Refusal):
    """A stand-in is for a time, not for ever."""

    zh = "代理最长一年；长期负责请管理员直接设为考核人。"
    en = "A deputyship lasts a year at most; for longer, ask an administrator to grant the role itself."
    field = "ends_on"


class DeputyIsSelf(Refusal):
    """Nobody stands in for oneself."""

    zh = "代理人不能是自己。"
    en = "You cannot be your own deputy."
    field = "deputy"


class DeputyCannotSignIn(Refusal):
    """The person has no account that is open, or has left."""

    zh = "{name} 没有可用的账户（未建、已锁定或已离开），不能代理。"
    en = "{name} has no usable account (none, locked, or left) and cannot be a deputy."
    field = "deputy"


class NotYourUnit(Forbidden):
    """One can only lend what one holds oneself."""

    zh = "您只能把自己负责的部门交给别人代理。"
    en = "You can only name a deputy for units that you assess yourself."


def in_force(day: date | ColumnElement[date]) -> tuple:
    """The conditions under which a grant holds on `day`."""
    return (Grant.starts_on <= day, or_(Grant.ends_on.is_(None), Grant.ends_on >= day))


def give_role(
    session: TenantSession,
    *,
    account: Account,
    role: str,
    unit: Unit | None = None,
    starts_on: date,
    ends_on: date | None = None,
    given_by: int | None = None,
    now: datetime,
) -> Grant:
    """Give "admin" (the whole organisation) or "assessor" (a unit and what lies below), dates inclusive."""
    if role not in ROLES:
        raise ValueError(f"no role {role!r}")
    if role == "assessor" and unit is None:
        raise UnitMissing
    return _give(
        session, account, role, unit if role == "assessor" else None, starts_on, ends_on, None, given_by, now
    )


def _give(
    session: TenantSession,
    account: Account,
    role: str,
    unit: Unit | None,
    starts_on: date,
    ends_on: date | None,
    deputy_of: int | None,
    given_by: int | None,
    now: datetime,
) -> Grant:
    if ends_on is not None and ends_on < starts_on:
        raise DatesTurned
    unit_id = unit.id if unit is not None else None
    same = (
        Grant.account_id == account.id,
        Grant.role == role,
        Grant.unit_id == unit_id if unit_id is not None else Grant.unit_id.is_(None),
        Grant.deputy_of == deputy_of if deputy_of is not None else Grant.deputy_of.is_(None),
        or_(Grant.ends_on.is_(None), (Grant.ends_on >= starts_on) & (Grant.ends_on >= Grant.starts_on)),
    )
    until = () if ends_on is None else (Grant.starts_on <= ends_on,)
    if session.scalar(select(Grant.id).where(*same, *until).limit(1)) is not None:
        raise RoleGiven
    grant = Grant(
        account_id=account.id,
        role=role,
        unit_id=unit_id,
        starts_on=starts_on,
        ends_on=ends_on,
        deputy_of=deputy_of,
        given_by=given_by,
        given_at=now,
    )
    session.add(grant)
    session.flush()
    return grant


def take_role(session: TenantSession, grant: Grant, *, today: date) -> None:
    """End a role or a stand-in at once (one that has not begun never begins); `LastAdmin` where it is the last."""
    if grant.ends_on is not None and grant.ends_on < today:
        return
    if grant.role == "admin":
        require_other_admin(session, grant.account_id, today)
    grant.ends_on = min(today, grant.starts_on) - timedelta(days=1)
    session.flush()


def require_other_admin(session: TenantSession, account_id: int, today: date) -> None:
    """Raise `LastAdmin` unless another account is a lasting administrator; two that remove each other wait in turn."""
    rows = session.execute(
        select(Grant, Account)
        .join(Account, Account.id == Grant.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            Grant.role == "admin",
            Grant.deputy_of.is_(None),
            Grant.starts_on <= today,
            Grant.ends_on.is_(None),
        )
        .where(Account.state == "active", or_(Person.left_on.is_(None), Person.left_on > today))
        .order_by(Grant.id)
        .with_for_update(of=(Grant, Account))
        .execution_options(populate_existing=True)
    ).all()
    mine = [account for _, account in rows if account.id == account_id]
    if mine and not any(account.id != account_id for _, account in rows):
        raise LastAdmin


def standing_paths(session: TenantSession, account_ids: Iterable[int], today: date) -> dict[int, list[str]]:
    """The paths that each account assesses today in its own right; none for who is locked or has left."""
    rows = session.execute(
        select(Grant.account_id, Unit.path)
        .join(Unit, Unit.id == Grant.unit_id)
        .join(Account, Account.id == Grant.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(Grant.account_id.in_(set(account_ids)), Grant.role == "assessor", Grant.deputy_of.is_(None))
        .where(*in_force(today), Account.state != "locked")
        .where(or_(Person.left_on.is_(None), Person.left_on >= today))
    ).all()
    found: dict[int, list[str]] = {}
    for account_id, path in rows:
        found.setdefault(account_id, []).append(path)
    return found


def own_units(session: TenantSession, account_id: int, today: date) -> list[Unit]:
    """The units that the account assesses in its own right and may lend, the widest first."""
    paths = standing_paths(session, [account_id], today).get(account_id, [])
    if not paths:
        return []
    below = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    return list(session.scalars(select(Unit).where(below, Unit.closed_on.is_(None)).order_by(Unit.path)))


def name_deputy(
    session: TenantSession,
    *,
    actor: Actor,
    unit: Unit,
    deputy: Account,
    starts_on: date,
    ends_on: date,
    now: datetime,
    today: date,
) -> Grant:
    """Let `deputy` assess `unit` in the actor's place from day to day."""
    mine = standing_paths(session, [actor.account_id], today).get(actor.account_id, [])
    if not any(unit.path.startswith(path) for path in mine):
        raise NotYourUnit
    if deputy.id == actor.account_id:
        raise DeputyIsSelf
    person = session.need(Person, deputy.person_id)
    if deputy.state == "locked" or (person.left_on is not None and person.left_on < starts_on):
        raise DeputyCannotSignIn(name=person.name)
    if starts_on < today:
        raise StartsInThePast
    if ends_on - starts_on > LONGEST_DEPUTY:
        raise DeputyTooLong
    return _give(
        session, deputy, "assessor", unit, starts_on, ends_on, actor.account_id, actor.person_id, now
    )
