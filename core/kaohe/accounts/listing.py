"""What the pages of accounts show: a page of accounts, people without one, the roles of an account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from kaohe.accounts.models import Account, Grant, SignIn
from kaohe.accounts.roles import in_force
from kaohe.db import TenantSession
from kaohe.people.models import Membership, Person, Unit
from kaohe.people.search import contains

STATES = ("active", "waiting", "locked")
ROLE_FILTERS = ("admin", "assessor", "deputy", "member")


@dataclass(frozen=True)
class RoleLine:
    """One role of an account as shown: which, where, for whom, from when to when."""

    grant: Grant
    unit: str = ""
    stands_in_for: str = ""
    holder: str = ""


@dataclass
class AccountLine:
    """One account as shown in a list."""

    account: Account
    person: Person
    unit: str
    last_seen: datetime | None = None
    roles: list[RoleLine] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """What a list of accounts asks for; `paths` limits it to units (None: the whole organisation)."""

    today: date
    q: str = ""
    state: str = ""
    role: str = ""
    unit_path: str = ""
    paths: tuple[str, ...] | None = None
    sort: str = "name"
    falling: bool = False


def _accounts(wanted: Wanted) -> Select:
    here = (Membership.starts_on <= wanted.today) & (
        Membership.ends_on.is_(None) | (Membership.ends_on >= wanted.today)
    )
    query = (
        select(Account, Person, Unit)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & here)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
    )
    if wanted.q:
        query = query.where(contains(wanted.q))
    if wanted.state:
        query = query.where(Account.state == wanted.state)
    if wanted.unit_path:
        query = query.where(Unit.path.startswith(wanted.unit_path, autoescape=True))
    if wanted.paths is not None:
        under = [Unit.path.startswith(path, autoescape=True) for path in wanted.paths]
        query = query.where(or_(*under) if under else false())
    return query.where(_has(wanted.role, wanted.today)) if wanted.role else query


def _has(role: str, today: date) -> ColumnElement[bool]:
    mine = (Grant.account_id == Account.id, *in_force(today))
    if role == "member":
        return ~exists().where(*mine)
    if role == "deputy":
        return exists().where(*mine, Grant.deputy_of.is_not(None))
    return exists().where(*mine, Grant.role == role, Grant.deputy_of.is_(None))


def count_accounts(session: TenantSession, wanted: Wanted) -> int:
    """How many accounts fit."""
    return session.scalar(select(func.count()).select_from(_accounts(wanted).subquery())) or 0


def accounts_page(session: TenantSession, wanted: Wanted, *, limit: int, offset: int) -> list[AccountLine]:
    """One page of accounts with unit, roles and last sign-in: four queries whatever its length."""
    orders: tuple[Any, ...] = {
        "name": (Person.initials, Person.number),
        "number": (Person.number,),
        "unit": (func.coalesce(Unit.path, ""), Person.number),
        "state": (Account.state, Person.number),
    }[wanted.sort]
    orders = tuple(order.desc() for order in orders) if wanted.falling else orders
    rows = session.execute(_accounts(wanted).order_by(*orders, Account.id).limit(limit).offset(offset)).all()
    lines = [AccountLine(account, person, unit.name if unit else "") for account, person, unit in rows]
    ids = [line.account.id for line in lines]
    seen, roles = last_seen(session, ids), roles_of(session, ids, wanted.today)
    for line in lines:
        line.last_seen = seen.get(line.account.id)
        line.roles = roles.get(line.account.id, [])
    return lines


def every_account(session: TenantSession, wanted: Wanted, *, at_once: int = 500) -> Iterator[AccountLine]:
    """All accounts that fit, page by page."""
    offset = 0
    while lines := accounts_page(session, wanted, limit=at_once, offset=offset):
        yield from lines
        offset += at_once


def chosen(session: TenantSession, account_ids: Iterable[int], today: date) -> list[AccountLine]:
    """These accounts with person and unit, by unit and number (for printing)."""
    rows = session.execute(
        _accounts(Wanted(today)).where(Account.id.in_(list(account_ids))).order_by(Unit.path, Person.number)
    ).all()
    return [AccountLine(account, person, unit.name if unit else "") for account, person, unit in rows]


def fitting_ids(session: TenantSession, wanted: Wanted, limit: int) -> list[int]:
    """The ids of all accounts that fit, at most `limit`."""
    found = _accounts(wanted).with_only_columns(Account.id).order_by(Account.id).limit(limit)
    return list(session.scalars(found))


def last_seen(session: TenantSession, account_ids: Sequence[int]) -> dict[int, datetime]:
    """When each account signed in last."""
    rows = session.execute(
        select(SignIn.account_id, func.max(SignIn.created_at))
        .where(SignIn.account_id.in_(account_ids))
        .group_by(SignIn.account_id)
    )
    return dict(rows.all())


def roles_of(
    session: TenantSession, account_ids: Sequence[int], today: date, *, past: bool = False
) -> dict[int, list[RoleLine]]:
    """The roles of each account, those that begin later too; with `past` those that ended."""
    grants = select(Grant).where(Grant.account_id.in_(account_ids))
    return _lines(
        session, grants if past else grants.where(or_(Grant.ends_on.is_(None), Grant.ends_on >= today))
    )


def deputies_of(session: TenantSession, account_id: int, today: date) -> list[RoleLine]:
    """The stand-ins that an account has named, running and coming."""
    mine = select(Grant).where(
        Grant.deputy_of == account_id, or_(Grant.ends_on.is_(None), Grant.ends_on >= today)
    )
    return [line for lines in _lines(session, mine).values() for line in lines]


def _lines(session: TenantSession, grants: Select) -> dict[int, list[RoleLine]]:
    holder_account, lender_account = aliased(Account), aliased(Account)
    holder, lender = aliased(Person), aliased(Person)
    rows = session.execute(
        grants.add_columns(Unit.name, lender.name, holder.name)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .join(holder_account, holder_account.id == Grant.account_id)
        .join(holder, holder.id == holder_account.person_id)
        .outerjoin(lender_account, lender_account.id == Grant.deputy_of)
        .outerjoin(lender, lender.id == lender_account.person_id)
        .order_by(Grant.starts_on, Grant.id)
    ).all()
    found: dict[int, list[RoleLine]] = {}
    for grant, unit, lent_by, name in rows:
        found.setdefault(grant.account_id, []).append(RoleLine(grant, unit or "", lent_by or "", name))
    return found


def _without_account(today: date, q: str, unit_path: str) -> Select:
    here = (Membership.starts_on <= today) & (Membership.ends_on.is_(None) | (Membership.ends_on >= today))
    query = (
        select(Person, Unit)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & here)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Account.id.is_(None), or_(Person.left_on.is_(None), Person.left_on >= today))
    )
    if q:
        query = query.where(contains(q))
    return query.where(Unit.path.startswith(unit_path, autoescape=True)) if unit_path else query


def count_without_account(session: TenantSession, today: date, q: str = "", unit_path: str = "") -> int:
    """How many people have no account yet."""
    return (
        session.scalar(select(func.count()).select_from(_without_account(today, q, unit_path).subquery()))
        or 0
    )


def people_without_account(
    session: TenantSession, today: date, q: str = "", unit_path: str = "", *, limit: int, offset: int = 0
) -> list[tuple[Person, str]]:
    """People who have no account yet, by unit and number, each with the unit's name."""
    rows = session.execute(
        _without_account(today, q, unit_path)
        .order_by(func.coalesce(Unit.path, ""), Person.number)
        .limit(limit)
        .offset(offset)
    ).all()
    return [(person, unit.name if unit else "") for person, unit in rows]
