"""Coach's second offence and the managers' demotions, played through in the browser on both databases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_consequences import coach_company, decide_wages, mine
from browser_site import Site
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from kaohe.db import Databases, TenantSession
from kaohe.ledger import service as ledger
from kaohe.ledger.models import MoneyAccount
from kaohe.tenants.models import Tenant
from kaohe_coach_transport.scheme import TICKETLESS

pytestmark = pytest.mark.xdist_group("browser-2")


def test_the_second_ticketless_ride_ends_in_dismissal_and_the_deposit_is_forfeited(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser
) -> None:
    """Coach's worked example 2: in March a fine of 2,019 and the award gone; again the next year, and the deposit too."""
    company = coach_company(databases, tenant, session, offended=False)
    code, driver = tenant.code, company.people["driver"].id
    accounts = company.accounts
    march = next(one for one in company.months.values() if one.starts_on.month == 3)
    first = march.starts_on.replace(day=10).isoformat()
    admin = site.enter(chromium, code, accounts["admin"])
    _pay_deposit(admin, driver)
    head = site.enter(chromium, code, accounts["head"], phone=True)
    _record(head, driver, "路检查实一名旅客无票", first, march.id)
    _look_at_the_first(admin, driver)
    _record(head, driver, "本月又查实一起无票乘车")
    second = site.enter(chromium, code, accounts["second"])
    second.go("/")
    expect(second.page.get_by_text("结果运用待决定 2 件")).to_be_visible()
    second.go("/consequences/?state=open")
    second.press(second.page.get_by_role("link", name="解聘").first)
    expect(second.page.get_by_text("第 1 次：允许客、货无票").first).to_be_visible()
    expect(second.page.get_by_text("第 2 次：允许客、货无票").first).to_be_visible()
    second.press(
        second.page.get_by_role("button", name="记录决定")
    )  # without anything: refused, nothing moved
    expect(second.page.get_by_text("请写明理由").first).to_be_visible()
    second.page.get_by_label("执行", exact=True).check()
    second.page.get_by_label("理由").fill("办公会讨论通过")
    second.press(second.page.get_by_role("button", name="记录决定"))
    expect(second.page.get_by_text("已决定，并写入记录")).to_be_visible()
    expect(second.page.get_by_text("离职日").first).to_be_visible()
    second.go(f"/money/of/{driver}")
    expect(second.page.get_by_text("没收", exact=True).first).to_be_visible()
    expect(second.page.get_by_text(re.compile("余额 ¥0.00")).first).to_be_visible()
    with site.session(code) as look:
        assert ledger.balance_on(look, driver, "deposit") == 0
        [forfeited] = look.scalars(select(MoneyAccount).where(MoneyAccount.kind == "forfeited")).all()
        assert ledger.balances(look, [forfeited]) == {forfeited.id: 500_000}
    second.go("/money/")
    expect(second.page.get_by_text("没收保证金")).to_be_visible()


def _pay_deposit(admin: Any, driver: int) -> None:
    admin.go(f"/money/of/{driver}")
    admin.press(admin.page.get_by_role("link", name="收款").last)
    expect(admin.page.get_by_label("金额（元）")).to_have_value("5000")
    admin.press(admin.page.get_by_role("button", name="入账"))
    expect(admin.page.get_by_text("已入账，可以打印收据")).to_be_visible()
    admin.press(admin.page.get_by_role("link", name="收据"))
    expect(admin.page.get_by_text("伍仟元整")).to_be_visible()


def _record(head: Any, driver: int, reason: str, day: str = "", period: int = 0) -> None:
    """The head of the branch records on the phone, through the form that everybody uses."""
    head.go(f"/entries/new?person={driver}&clause={TICKETLESS}" + (f"&period={period}" if period else ""))
    head.page.locator("textarea[name=reason]").fill(reason)
    if day:
        head.page.locator("input[name=happened_on]").fill(day)
    head.page.get_by_role("button", name="保存", exact=True).click()
    expect(head.page.locator("[data-entry-saved]")).to_contain_text("马建国")
    head.look()


def _look_at_the_first(admin: Any, driver: int) -> None:
    """The fine is owed as printed, the month's award is cancelled, nothing waits for a decision, and he stays on."""
    admin.go(f"/money/of/{driver}")
    fine = admin.page.locator("tbody tr", has_text="罚款")
    expect(fine).to_have_count(1)
    expect(fine.locator("[data-label=增加]")).to_have_text("¥2,019.00")
    admin.go("/consequences/")
    rows = admin.page.locator("tbody tr", has_text="马建国")
    says = [one.strip() for one in rows.locator("td[data-label=结果运用] b").all_inner_texts()]
    assert sorted(says) == sorted(["罚款 ¥2,019.00", "取消当月优质服务奖", "留岗使用，观其表现"])
    expect(rows.get_by_text("录入即生效")).to_have_count(3)


def test_three_low_months_and_three_last_places_are_proposed_watched_and_decided(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser
) -> None:
    company = mine.make_mine(databases, tenant, session)
    who, other, good = mine.NAMES[0], mine.NAMES[1], mine.NAMES[2]
    company.live(**{who: ("79.9", "78"), other: ("90", "79"), good: ("92", "92")})
    code, accounts = tenant.code, company.accounts
    second = site.enter(chromium, code, accounts["second"])
    second.go("/consequences/watch")
    row = second.page.locator("tr", has_text=who).filter(has_text="连续三个月 80 分以下，降职")
    expect(row.get_by_text("1 期", exact=True)).to_be_visible()
    company.open(3)
    for name, score in ((who, "79"), (other, "85"), (good, "92")):
        company.mark(3, name, score)
    company.close(3)
    second.go("/consequences/?state=open&effect=demoted")
    rows = second.page.locator("tbody tr", has_text=who)
    second.press(rows.filter(has_text="连续三个月").get_by_role("link", name="降职"))
    for words in ("得 79.9 分", "得 78 分", "得 79 分"):
        expect(second.page.get_by_text(words, exact=True)).to_be_visible()
    second.page.get_by_label("执行", exact=True).check()
    second.page.get_by_label("调整后的岗位").fill("副科长")
    second.page.get_by_label("理由").fill("企管科会同矿领导决定")
    second.press(second.page.get_by_role("button", name="记录决定"))
    expect(second.page.get_by_text("岗位 科长 → 副科长")).to_be_visible()
    decide_wages(second, who, "−10%")
    admin = site.enter(chromium, code, accounts["admin"])  # who closed the months does not decide
    admin.go("/consequences/?state=open")
    admin.press(admin.page.locator("tbody a.k-link").first)
    expect(admin.page.get_by_text("这一期是您关闭的，由此提出的事项要由别人决定。")).to_be_visible()


def test_last_in_january_may_and_september_ends_in_a_lower_post(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser
) -> None:
    company = mine.make_mine(databases, tenant, session)
    who, other, third = mine.NAMES[0], mine.NAMES[1], mine.NAMES[2]
    last = {1, 5, 9}
    company.live(**{
        who: tuple("85" if month in last else "95" for month in range(1, 10)),
        other: ("90",) * 9,
        third: tuple("91" if month in last else "86" for month in range(1, 10)),
    })  # fmt: skip
    code, accounts, person = tenant.code, company.accounts, company.people[who].id
    second = site.enter(chromium, code, accounts["second"])
    second.go("/consequences/?state=open&effect=demoted")
    rows_of = second.page.locator("tbody tr", has_text=who)
    expect(rows_of).to_have_count(1)
    second.press(rows_of.get_by_role("link", name="末位降职"))
    ident = second.page.url.rsplit("/", 1)[1]
    reasons = second.page.locator("section[aria-labelledby=why] li")
    expect(reasons).to_have_count(3)
    for place, days in enumerate(
        ("2026-01-01 — 2026-01-31", "2026-05-01 — 2026-05-31", "2026-09-01 — 2026-09-30")
    ):
        expect(reasons.nth(place)).to_contain_text(days)
        expect(reasons.nth(place)).to_contain_text("排名末位")
    closer = site.enter(chromium, code, accounts["admin"])  # proposed it by closing September
    closer.go(f"/consequences/{ident}")
    expect(closer.page.get_by_text("这一期是您关闭的，由此提出的事项要由别人决定。")).to_be_visible()
    expect(closer.page.get_by_role("button", name="记录决定")).to_have_count(0)
    himself = site.enter(chromium, code, accounts[who], phone=True)
    himself.go(f"/consequences/{ident}", status=403)
    second.page.get_by_label("执行", exact=True).check()
    second.page.get_by_label("调整后的岗位").fill("副科长")
    second.page.get_by_label("理由").fill("一年内三次末位，会议决定")
    second.press(second.page.get_by_role("button", name="记录决定"))
    expect(second.page.get_by_text("岗位 科长 → 副科长")).to_be_visible()
    second.go(f"/people/{person}")
    expect(second.page.locator("main")).to_contain_text("副科长")
    second.go("/consequences/?state=open&effect=demoted")
    expect(rows_of).to_have_count(0)
    himself.go(f"/consequences/of/{person}")
    expect(himself.page.locator("main")).to_contain_text("一年内三次末位，会议决定")


def test_eighty_five_leaves_the_wage_and_a_hundredth_less_costs_five_per_cent(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser
) -> None:
    company = mine.make_mine(databases, tenant, session)
    below, at, good = mine.NAMES[0], mine.NAMES[1], mine.NAMES[2]
    company.live(**{below: ("84.99",), at: ("85",), good: ("92",)})
    january = company.month(1).id
    second = site.enter(chromium, tenant.code, company.accounts["second"])
    for name, score, effects in ((below, "84.99", 1), (at, "85", 0)):
        second.go(f"/results/{january}/{company.people[name].id}")
        expect(second.page.locator("main")).to_contain_text(score)
        expect(second.page.get_by_text("工资 −5%")).to_have_count(effects)
    decide_wages(second, below, "−5%")
    expect(second.page.locator("tr", has_text=below)).to_contain_text("84.99")
    expect(second.page.locator("tr", has_text=at)).to_have_count(0)
