"""A small company for a test's own site: its months about today, its people signed in by name, its months closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from browser_site import Site
from browser_visitor import Visitor
from playwright.sync_api import Browser

from kaohe.db import Databases
from kaohe.results import service as results
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company

Enter = Callable[..., Visitor]


def today(databases: Databases, tenant: Tenant) -> date:
    """The day that it is in the organisation."""
    with databases.tenant(tenant.id, write=False) as session:
        return datetime.now(UTC).astimezone(session.zone).date()


def month_after(first: date, months: int = 1) -> date:
    """The first day of a month so many months later, or earlier."""
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def found(
    databases: Databases, tenant: Tenant, sector: str, scheme: str, *, back: int = 1
) -> tuple[Company, list[date]]:
    """A company since some months back, each open until the running one; the first days of these months."""
    this = today(databases, tenant).replace(day=1)
    months = [month_after(this, number - back) for number in range(back + 1)]
    company = Company(
        databases, tenant, sector=sector, scheme=scheme, starts_on=months[0], months=len(months)
    )
    for first in months:
        company.open(f"{first:%Y-%m}")
    return company, months


def entrance(site: Site, chromium: Browser, company: Company) -> Enter:
    """`enter("赵队长")` is that person's window."""

    def enter(name: str, *, phone: bool = False, **more: bool) -> Visitor:
        with company.session() as session:
            account = company.account(session, name)
        return site.enter(chromium, company.tenant.code, account, phone=phone, **more)

    return enter


def close(company: Company, first: date, by: str) -> None:
    """Close a month, as the worker does when somebody asks for it."""
    results.close(
        company.databases, company.tenant.id, company.periods[f"{first:%Y-%m}"].id,
        by=company.people[by].id, clock=lambda: datetime.now(UTC),
    )  # fmt: skip


def day_before(first: date) -> date:
    """The last day of the month before."""
    return first - timedelta(days=1)
