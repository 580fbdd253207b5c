"""Organisations of this installation: making one, listing them, their settings and the sectors they use.

Decides the small number of a tenant and that its tables stand before it is handed out. Refuses a code that is
taken or cannot stand in an address, and an unknown time zone. Units and people are made above this floor: see
`kaohe.accounts.founding` for an organisation with its root unit.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kaohe.db import Databases, PlatformSession, TenantSession, once
from kaohe.db.upgrade import upgrade_tenants
from kaohe.errors import NotFound, Refusal
from kaohe.tenants.models import Setting, Tenant, TenantSector

_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")
LONGEST_NAME = 100


class BadCode(Refusal):
    """The code cannot stand in an address."""

    zh = "单位代码只能用小写字母、数字和连字符，以字母开头，2 至 32 个字符；“{code}”不行。"
    en = 'A code has 2 to 32 lower-case letters, digits and hyphens and starts with a letter; "{code}" does not fit.'
    field = "code"


class CodeTaken(Refusal):
    """Another organisation has that code."""

    zh = "代码“{code}”已有单位在用，请换一个。"
    en = 'The code "{code}" is taken; choose another one.'
    field = "code"


class BadName(Refusal):
    """An organisation needs a name of one line."""

    zh = "请写单位名称，最多 100 个字。"
    en = "Give the organisation's name, at most 100 characters."
    field = "name"


class UnknownZone(Refusal):
    """The time zone is not in the tz database."""

    zh = "没有“{zone}”这个时区；例如 Asia/Shanghai。"
    en = 'There is no time zone "{zone}"; an example is Asia/Shanghai.'
    field = "zone"


class NoSuchTenant(NotFound):
    """No organisation has that code."""

    zh = "没有代码为“{code}”的单位。"
    en = 'There is no organisation with the code "{code}".'


def create_tenant(
    databases: Databases, *, code: str, name: str, zone: str = "Asia/Shanghai", now: datetime
) -> Tenant:
    """A new organisation with its tables in place; it has no units and no people yet.

    Raises `BadCode`, `CodeTaken`, `BadName`, `UnknownZone`. When the making of the tables is interrupted the
    organisation answers "being upgraded", and `kaohe db upgrade` finishes it.
    """
    name = " ".join(name.split())
    if not _CODE.fullmatch(code):
        raise BadCode(code=code)
    if not name or len(name) > LONGEST_NAME:
        raise BadName
    if zone not in available_timezones():
        raise UnknownZone(zone=zone)
    ZoneInfo(zone)
    tenant = _take_place(databases, code, name, zone, now)
    upgrade_tenants(databases, [tenant.id])
    return tenant


def _take_place(databases: Databases, code: str, name: str, zone: str, now: datetime) -> Tenant:
    for _ in range(20):
        with databases.platform() as session:
            if session.scalar(select(Tenant.id).where(Tenant.code == code)) is not None:
                raise CodeTaken(code=code)
            tenant = Tenant(
                id=_next_number(session), code=code, name=name, zone=zone, state="active", created_at=now
            )
            session.add(tenant)
            try:
                session.commit()
            except IntegrityError:  # another process took the number or the code in this moment
                continue
            return tenant
    raise CodeTaken(code=code)


def _next_number(session: PlatformSession) -> int:
    return (session.scalar(select(func.max(Tenant.id))) or 0) + 1


def all_tenants(databases: Databases) -> list[Tenant]:
    """Every organisation, by number."""
    with databases.platform(write=False) as session:
        return list(session.scalars(select(Tenant).order_by(Tenant.id)))


def find_tenant(databases: Databases, code: str) -> Tenant:
    """The organisation with that code; `NoSuchTenant` when there is none."""
    with databases.platform(write=False) as session:
        tenant = session.scalar(select(Tenant).where(Tenant.code == code))
    if tenant is None:
        raise NoSuchTenant(code=code)
    return tenant


def setting(session: TenantSession, key: str, default: Any = None) -> Any:
    """What the organisation has set under `key`, else `default`."""
    row = session.scalar(select(Setting).where(Setting.key == key))
    return default if row is None else row.value


def put_setting(session: TenantSession, key: str, value: Any) -> None:
    """Set `key` to a value that JSON can hold."""

    def found() -> Setting | None:
        return session.scalar(select(Setting).where(Setting.key == key))

    def make() -> Setting:
        row = Setting(key=key, value=value)
        session.add(row)
        return row

    row = found() or once(session, make, found)
    row.value = value
    session.flush()


def sectors_on(session: TenantSession) -> list[str]:
    """The codes of the sectors that are switched on, the oldest first."""
    query = select(TenantSector.code).order_by(TenantSector.since, TenantSector.code)
    return list(session.recall("sectors", lambda: session.scalars(query).all()))


def switch_on(session: TenantSession, code: str, now: datetime) -> None:
    """Use a sector from now on; does nothing when it is on already."""
    if session.scalar(select(TenantSector.id).where(TenantSector.code == code)) is None:
        session.add(TenantSector(code=code, since=now))
        session.flush()
