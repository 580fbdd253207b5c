"""What no longer holds is withdrawn where it is seen, and money goes back only by a decision; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from browser_consequences import coach_company, decide_wages, mine
from browser_site import Site
from playwright.sync_api import Browser, expect

from kaohe.accounts.models import Account
from kaohe.consequences import service as consequences
from kaohe.db import Databases, TenantSession
from kaohe.entries import service as entries
from kaohe.jobs.worker import run_waiting
from kaohe.ledger import service as ledger
from kaohe.people.models import Person
from kaohe.results import service as results
from kaohe.tenants.models import Tenant
from kaohe_coach_transport.scheme import TICKETLESS

pytestmark = pytest.mark.xdist_group("browser-2")


def test_a_month_reopened_withdraws_what_waits_and_says_why(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser
) -> None:
    company = mine.make_mine(databases, tenant, session)
    who, other, good = mine.NAMES[0], mine.NAMES[1], mine.NAMES[2]
    company.live(**{who: ("79", "79", "79"), other: ("90", "90", "90"), good: ("92", "92", "92")})
    code, accounts, february = tenant.code, company.accounts, company.month(2).id
    second = site.enter(chromium, code, accounts["second"])
    second.go("/consequences/?state=open&effect=demoted")
    rows = second.page.locator("tbody tr", has_text=who).filter(has_text="连续三个月")
    second.press(rows.get_by_role("link", name="降职"))
    proposal = second.page.url
    decide_wages(second, who, "−10%")
    admin = site.enter(chromium, code, accounts["admin"])
    _reopen(admin, february)
    second.go("/consequences/?state=withdrawn&effect=demoted")
    for words in ("已撤销", "“2026 年 2 月”重新开放", "贺承"):
        expect(rows).to_contain_text(words)
    second.press(rows.get_by_role("link", name="降职"))
    assert second.page.url == proposal
    _withdrawn(second, "“2026 年 2 月”重新开放")
    second.go("/consequences/wages")
    expect(second.page.locator("tr", has_text=who).get_by_text("−10%")).to_be_visible()  # decided: it stays


def _withdrawn(second: Any, why: str) -> None:
    """The proposal's own page says that it is withdrawn and why, and nothing can be decided."""
    expect(second.page.locator("main")).to_contain_text("已撤销")
    expect(second.page.locator("main")).to_contain_text(why)
    expect(second.page.get_by_role("button", name="记录决定")).to_have_count(0)


def test_an_upheld_appeal_withdraws_the_dismissal_that_waits(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser
) -> None:
    company = coach_company(databases, tenant, session)
    code, accounts, driver = tenant.code, company.accounts, company.people["driver"].id
    entry = _published_second(company)
    own = site.enter(chromium, code, accounts["driver"], phone=True)
    own.go(f"/entries/{entry}")
    own.press(own.page.get_by_role("link", name="对这条记录提出申诉"))
    own.page.get_by_label("申诉理由").fill("当天不是我当班")
    own.press(own.page.get_by_role("button", name="提出申诉"))
    _uphold(site, chromium, databases, tenant, accounts["admin"])
    second = site.enter(chromium, code, accounts["second"])
    second.go("/consequences/?state=open")
    expect(second.page.locator("tbody tr")).to_have_count(0)
    second.go("/consequences/?state=withdrawn")
    row = second.page.locator("tbody tr", has_text="解聘")
    expect(row).to_contain_text("考核记录已撤回或更正")
    second.press(row.get_by_role("link", name="解聘"))
    _withdrawn(second, "考核记录已撤回或更正")
    with site.session(code) as look:
        assert look.need(Person, driver).left_on is None
        assert ledger.recount(look) == []


def test_after_a_reopening_the_deposit_goes_back_only_by_a_decision(
    site: Site, databases: Databases, tenant: Tenant, session: TenantSession, chromium: Browser
) -> None:
    company = coach_company(databases, tenant, session)
    code, accounts, driver = tenant.code, company.accounts, company.people["driver"].id
    entry = _dismissed(company)
    admin = site.enter(chromium, code, accounts["admin"])
    _reopen(admin, company.months[f"{datetime.now(UTC).astimezone(session.zone):%Y-%m}"].id)
    head = site.enter(chromium, code, accounts["head"])
    head.go(f"/entries/{entry}")
    head.page.locator("summary", has_text="撤回").click()
    head.page.locator("#why").fill("认错了人")
    head.press(head.page.get_by_role("button", name="撤回这条"))
    second = site.enter(chromium, code, accounts["second"])
    second.go(f"/money/of/{driver}")
    deposit = second.page.locator("section", has_text="没收").first
    expect(deposit).to_contain_text("余额 ¥0.00")
    second.go("/consequences/?state=open")
    second.press(second.page.get_by_role("link", name="撤销“解聘”"))
    second.page.get_by_label("执行", exact=True).check()
    second.page.get_by_label("理由").fill("原记录有误，恢复聘用")
    second.press(second.page.get_by_role("button", name="记录决定"))
    expect(second.page.get_by_text("撤销离职")).to_be_visible()
    second.go(f"/money/of/{driver}")
    expect(deposit).to_contain_text("余额 ¥5,000.00")
    with site.session(code) as look:
        assert ledger.recount(look) == []


def _dismissed(company: Any) -> int:
    """The deposit paid, the second offence in a closed month, the dismissal decided and the deposit forfeited."""
    session, now = company.session, datetime.now(UTC)
    today = now.astimezone(session.zone).date()
    driver = company.people["driver"].id
    act = ledger.Act("paid", company.people["admin"].id, now, today, today)
    ledger.pay_in(session, company.book, driver, kind="deposit", amount_fen=500_000, act=act)
    entry = _published_second(company)
    wanted = consequences.Wanted(subject_id=driver, effect="dismissed")
    [one] = consequences.page(session, wanted, limit=9, offset=0)
    consequences.decide(
        session, one.proposal, accepted=True, reason="办公会讨论通过", actor=company.actors["second"], today=today,
        now=now,
    )  # fmt: skip
    session.commit()
    return entry


def _reopen(admin: Any, period: int) -> None:
    """By the form, which says what does not change and asks before it is done."""
    admin.go(f"/periods/{period}")
    admin.press(admin.page.get_by_role("link", name="重新开放录入"))
    form = admin.page.locator("section[aria-labelledby=reopening]")
    expect(form).to_contain_text("已作的决定和已收付的款项不会因重新开放而改变")
    form.get_by_label("重新开放的理由").fill("有一项记错了")
    form.get_by_role("button", name="重新开放录入").click()
    admin.press(admin.page.locator("#k-confirm-yes"))
    expect(admin.page.get_by_text("已重新开放录入；原来的结果保留")).to_be_visible()


def _published_second(company: Any) -> int:
    """The second offence of today, recorded, and its month closed and published by the administrator."""
    session, now = company.session, datetime.now(UTC)
    today = now.astimezone(session.zone).date()
    month, by = company.months[f"{today:%Y-%m}"], company.people["admin"].id
    entry = entries.record(
        session, actor=company.actors["head"], period=month, subject_id=company.people["driver"].id,
        clause_id=TICKETLESS, reason="本月又查实一起无票乘车", happened_on=today, now=now, today=today,
    ).id  # fmt: skip
    session.commit()
    results.close(company.databases, company.tenant.id, month.id, by=by, clock=lambda: now)
    session.rollback()
    results.publish(session, month, by=by, now=now)
    session.commit()
    return int(entry)


def _uphold(site: Site, chromium: Browser, databases: Databases, tenant: Tenant, account: Account) -> None:
    """The administrator takes the appeal up, upholds it and has it carried out."""
    admin = site.enter(chromium, tenant.code, account)
    admin.go("/appeals/")
    admin.press(admin.page.locator("tbody a").first)
    admin.press(admin.page.get_by_role("button", name="受理"))
    admin.page.get_by_label("成立", exact=True).check()
    admin.page.locator("#reason").fill("排班表证明当天不是他当班")
    admin.press(admin.page.get_by_role("button", name="决定"))
    admin.press(admin.page.get_by_role("link", name="去执行"))
    admin.press(admin.page.get_by_role("button", name="开始执行"))
    assert run_waiting(databases, tenant.id) == 1
    admin.page.reload()
    expect(admin.page.get_by_text("已重新公示")).to_be_visible()
