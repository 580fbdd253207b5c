"""Filings played through in the browser on both databases: targets by the 25th, a return that was missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from browser_company import entrance, found, month_after, today
from browser_site import Site
from browser_visitor import Visitor
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from kaohe.db import Databases
from kaohe.entries import made
from kaohe.filings import service
from kaohe.filings.models import Due
from kaohe.filings.sweeps import go_round
from kaohe.plugins import installed
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company
from kaohe_coach_transport.scheme import RETURN_LATE

pytestmark = pytest.mark.xdist_group("browser-2")
RETURN = {"prepared_by": "刘会计", "figures": [{"item": "营业收入", "value": "1200.50"}]}
PAID = {"revenue": 100_000, "remitted": 100_000, "day": "2026-01-01"}


def due_of(company: Company, filing: str, unit: str) -> int:
    """The only thing of a kind that a unit owes."""
    with company.session(write=False) as session:
        query = select(Due.id).where(Due.filing == filing, Due.subject_id == company.units[unit].id)
        return session.scalars(query).one()


def write_targets(head: Visitor, amount: str) -> None:
    page = head.page
    page.fill('[name="f-targets-0-target"]', "进尺一百二十米")
    page.fill('[name="f-targets-0-measure"]', "验收合格")
    page.fill('[name="f-targets-0-leader"]', "赵队长")
    page.fill('[name="f-budget-0-item"]', "锚杆")
    page.fill('[name="f-budget-0-amount"]', amount)
    page.fill('[name="f-budget-1-item"]', "工时")
    page.fill('[name="f-budget-1-amount"]', "655")


@pytest.mark.parametrize("script", [True, False])
def test_targets_with_budget_lines_are_filed_by_the_25th_and_amended(
    databases: Databases, tenant: Tenant, site: Site, chromium: Browser, script: bool
) -> None:
    """The round of the 20th of next month asks for the targets of the month after it, so that they can be filed today."""
    first = month_after(today(databases, tenant).replace(day=1))
    company = Company(
        databases, tenant, sector="managers", scheme="managers.month", starts_on=first, months=2
    )
    enter = entrance(site, chromium, company)
    go_round(databases, tenant.id, company.at(f"{first.replace(day=20)}"))
    last = first.replace(day=25).isoformat()

    head = enter("赵队长", phone=script, script=script).go("/filings/")
    expect(head.page.locator("td[data-label=截止]")).to_have_count(1)
    expect(head.page.locator("td[data-label=截止]")).to_contain_text(last)
    head.press("text=去填")
    write_targets(head, "一万二")
    with head.page.expect_navigation():
        head.page.click(".k-form-acts button[value=file]")
    expect(head.page.locator("#e-f-budget-0-amount")).to_contain_text("请填金额")
    assert head.page.input_value('[name="f-budget-0-amount"]') == "一万二"
    head.page.fill('[name="f-budget-0-amount"]', "12345")
    lines = head.page.locator('[name^="f-budget-"][name$="-item"]').count()
    head.page.locator("#f-budget button[name=more-lines]").click()
    expect(head.page.locator('[name^="f-budget-"][name$="-item"]')).not_to_have_count(lines)
    head.press(".k-form-acts button[value=file]")
    expect(head.page.locator("body")).to_contain_text("¥13,000.00")
    head.press("text=修改")
    head.page.fill('[name="f-words"]', "需要机电科配合")
    head.press(".k-form-acts button[value=file]")
    expect(head.page.locator("body")).to_contain_text("第 2 版")
    expect(head.page.locator(".k-panel", has_text="首次报送").first).to_contain_text(last)

    admin = enter("吴矿长").go(f"/filings/tracker?period={company.periods[f'{month_after(first):%Y-%m}'].id}")
    assert admin.page.locator("tbody .k-badge").all_inner_texts() == ["按时", "待报", "待报"]


def test_targets_missed_on_the_25th_are_unlocked_and_count_as_in_time(
    databases: Databases, tenant: Tenant, site: Site, chromium: Browser
) -> None:
    """The targets of this month were due by the 25th of the month before."""
    company, (before, _this) = found(databases, tenant, "managers", "managers.month")
    enter = entrance(site, chromium, company)
    go_round(databases, tenant.id, company.at(f"{before.replace(day=20)}"))
    missed = due_of(company, "managers_targets", "通风科")
    admin = enter("吴矿长").go("/filings/tracker")
    assert admin.page.locator("tbody .k-badge").all_inner_texts() == ["未报"] * 3
    head = enter("李科长").go("/filings/?show=locked")
    expect(head.page.locator("tbody tr", has_text="已锁定")).to_contain_text(
        before.replace(day=25).isoformat()
    )
    admin.go(f"/filings/{missed}")
    expect(admin.page.locator("[aria-labelledby=facts]")).to_contain_text(before.replace(day=25).isoformat())
    admin.page.fill("#unlock-due", (today(databases, tenant) + timedelta(days=2)).isoformat())
    admin.page.fill("#unlock-reason", "停电两天")
    admin.press("button:has-text('解锁')")
    expect(admin.page.locator("body")).to_contain_text("停电两天")
    head.go("/filings/").press("text=去填")
    write_targets(head, "100")
    head.press(".k-form-acts button[value=file]")
    admin.go("/filings/tracker?q=通风科")
    assert admin.page.locator("tbody .k-badge").all_inner_texts() == ["按时"]


def _file_all_but(company: Company, unit: str, missed: int, now: datetime) -> None:
    """A branch files in time what it owes, with one exception."""
    with company.session() as session:
        owed = select(Due).where(Due.subject_id == company.units[unit].id, Due.id != missed)
        for due in session.scalars(owed).all():
            filing = installed().filing(due.filing)
            assert filing is not None
            content = PAID if due.filing == "coach_remittance" else RETURN
            actor = company.actor(session, "赵队长", now.date())
            service.file(session, due, filing=filing, content=content, actor=actor, now=now)
        session.commit()


def test_a_missed_return_costs_the_branch_half_a_point(
    databases: Databases, tenant: Tenant, site: Site, chromium: Browser
) -> None:
    """One of the returns of two months ago is missing on the 6th of the last month: 100 becomes 99.5."""
    company, (two_ago, before, _this) = found(databases, tenant, "coach_transport", "coach.unit", back=2)
    enter = entrance(site, chromium, company)
    go_round(databases, tenant.id, company.at(f"{two_ago.replace(day=20)}"))
    missed = due_of(company, "coach_return_finance", "掘进队")
    _file_all_but(company, "掘进队", missed, company.at(f"{before}"))
    where = f"/results/{company.periods[f'{before:%Y-%m}'].id}/{company.units['掘进队'].id}"
    head = enter("赵队长").go(where)
    full = Decimal(head.page.locator(".k-score").first.inner_text())
    for _ in range(2):
        go_round(databases, tenant.id, company.at(f"{before.replace(day=6)}"))
    head.go(where)
    assert Decimal(head.page.locator(".k-score").first.inner_text()) == full - Decimal("0.5")
    moved = head.page.locator("[aria-labelledby=moved]")
    expect(moved).to_contain_text("月报表未按时上报")
    expect(moved.get_by_text(f"应于 {before.replace(day=5)} 前报送")).to_have_count(1)
    with company.session(write=False) as session:
        (entry,) = made.made_from(session, "filing", missed)
        assert (entry.clause_id, entry.happened_on) == (RETURN_LATE, before.replace(day=5))
    head.go(f"/filings/{missed}")
    counted = head.page.locator("[aria-labelledby=entries]")
    expect(counted).to_contain_text("计入考核")
    expect(counted.get_by_role("link", name=before.replace(day=5).isoformat())).to_have_attribute(
        "href", f"/t/{tenant.code}/entries/{entry.id}"
    )
    head.press("text=现在填写")
    head.page.fill('[name="f-prepared_by"]', "刘会计")
    head.page.fill('[name="f-figures-0-item"]', "营业收入")
    head.page.fill('[name="f-figures-0-value"]', "1200.50")
    head.press(".k-form-acts button[value=file]")
    expect(head.page.locator("h1 + .k-badge, .k-head .k-badge").first).to_contain_text("逾期报")
