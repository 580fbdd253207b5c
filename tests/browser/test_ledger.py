"""Coach's prepaid uniform in the browser, on both databases: what it cost decides who pays the rest, and it all balances."""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from browser_site import Site
from browser_visitor import Visitor
from playwright.sync_api import Browser, expect

from kaohe.db import Databases, TenantSession
from kaohe.ledger import service as ledger
from kaohe.tenants.models import Tenant

pytestmark = pytest.mark.xdist_group("browser-2")


def _load(name: str, path: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent.parent / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


coach = _load("coach_company", "ledger/coach_company.py")


@pytest.mark.parametrize(
    ("cost", "what", "amount", "capitals"),
    [("700", "退还金额", "¥110.00", "壹佰壹拾元整"), ("900", "收取金额", "¥30.00", "叁拾元整")],
)
def test_a_uniform_is_prepaid_and_settled_by_what_it_cost(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser,
    cost: str, what: str, amount: str, capitals: str,
) -> None:  # fmt: skip
    """The worked example 1: deposit 5,000, prepaid 600; cost 700 gives 110 back, cost 900 asks 30 more."""
    year = datetime.now(UTC).astimezone(session.zone).year
    company = coach.make_company(databases, tenant, session, None, (year,))
    driver = company.people["driver"].id
    admin = site.enter(chromium, tenant.code, company.accounts["admin"])
    _pay(admin, driver, "信誉风险保证金", "5000")
    _pay(admin, driver, "服装费预收", "600")
    admin.page.get_by_label("实际费用（元）").fill(cost)
    admin.press(admin.page.get_by_role("button", name="结算入账"))
    expect(admin.page.locator("main")).to_contain_text(amount)
    admin.press(admin.page.get_by_role("link", name="结算单"))
    expect(admin.page.locator("tr", has_text=what).first).to_contain_text(amount)
    expect(admin.page.get_by_text(capitals).first).to_be_visible()
    own = site.enter(chromium, tenant.code, company.accounts["driver"], phone=True)
    own.go(f"/money/of/{driver}")
    expect(own.page.get_by_text("¥5,000.00").first).to_be_visible()
    with site.session(tenant.code) as look:
        assert ledger.balance_on(look, driver, "deposit") == 500_000
        assert ledger.balance_on(look, driver, "uniform") == 0


def _pay(admin: Visitor, driver: int, account: str, amount: str) -> None:
    admin.go(f"/money/of/{driver}/pay-in")
    admin.page.locator("select[name=kind]").select_option(label=account)
    admin.page.get_by_label("金额（元）").fill(amount)
    admin.press(admin.page.get_by_role("button", name="入账"))
    expect(admin.page.get_by_text("已入账，可以打印收据")).to_be_visible()
