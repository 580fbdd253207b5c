"""An organisation from nothing: its place, its root unit, its sectors, its first administrator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from kaohe.accounts import roles
from kaohe.accounts.models import Account
from kaohe.accounts.service import create_accounts
from kaohe.db import Databases, TenantSession
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant


def found_tenant(
    databases: Databases,
    *,
    code: str,
    name: str,
    zone: str = "Asia/Shanghai",
    now: datetime,
    sectors: Iterable[str] = (),
) -> Tenant:
    """A new organisation with a root unit of its own name and these sectors switched on."""
    tenant = tenants.create_tenant(databases, code=code, name=name, zone=zone, now=now)
    with databases.tenant(tenant.id) as session:
        root_unit(session, tenant.name)
        for sector in sectors:
            tenants.switch_on(session, sector, now=now)
        session.commit()
    return tenant


def root_unit(session: TenantSession, name: str) -> Unit:
    """The unit at the top of the tree; made when there is none."""
    found = session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    return found or people.create_unit(session, name=name, parent=None)


def account_of(session: TenantSession, person: Person, *, now: datetime) -> Account:
    """The person's account; made when there is none."""
    made = create_accounts(session, person_ids=[person.id], now=now)
    return made[0] if made else session.scalars(select(Account).where(Account.person_id == person.id)).one()


def make_admin(session: TenantSession, account: Account, *, today: date, now: datetime) -> bool:
    """Give the administrator's role without an end; whether it was new."""
    try:
        roles.give_role(session, account=account, role="admin", starts_on=today, now=now)
    except roles.RoleGiven:
        return False
    return True
