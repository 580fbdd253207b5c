"""Filings and ratings played through in the browser on both databases: targets, a missed return, the worked examples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from browser_site import Site
from browser_visitor import Visitor
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from kaohe.db import Databases
from kaohe.entries import service as entries
from kaohe.filings.models import Due
from kaohe.filings.sweeps import go_round as go_filings
from kaohe.periods.models import Period
from kaohe.ratings.models import RatingRound
from kaohe.ratings.sweeps import go_round as go_ratings
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company

pytestmark = pytest.mark.xdist_group("browser-2")
RATED = (11, 12, 13, 14, 15)
SHEET = {"赵队长": (90, 90, 90, 90, 90), "孙副队": (90, 80, 90, 85, 70), "李科长": (90, None, 90, 85, 70)}
OFFICE = {"赵队长": (90, 90), "孙副队": (95, 100), "李科长": (95, 100)}
Enter = Callable[..., Visitor]


def today(company: Company) -> date:
    with company.session(write=False) as session:
        return datetime.now(UTC).astimezone(session.zone).date()


def found(databases: Databases, tenant: Tenant, sector: str, scheme: str) -> Company:
    """A company whose month before and running month are open."""
    with databases.tenant(tenant.id, write=False) as session:
        first = datetime.now(UTC).astimezone(session.zone).date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    company = Company(databases, tenant, sector=sector, scheme=scheme, starts_on=before, months=2)
    for day in (before, first):
        company.open(f"{day:%Y-%m}")
    return company


def owe(company: Company, filing: str, unit: str, at: datetime) -> int:
    """Something that a unit owes by a moment, about the running month."""
    first = today(company).replace(day=1)
    period = company.periods[f"{first:%Y-%m}"]
    with company.session() as session:
        due = Due(
            filing=filing,
            period_id=period.id,
            subject_id=company.units[unit].id,
            unit_id=company.units[unit].id,
            starts_on=first,
            ends_on=period.ends_on,
            made_at=datetime.now(UTC),
            due_at=at,
        )
        session.add(due)
        session.commit()
        return due.id


def entrance(site: Site, chromium: Browser, company: Company) -> Enter:
    def enter(name: str, *, phone: bool = False, **more: bool) -> Visitor:
        with company.session() as session:
            account = company.account(session, name)
        return site.enter(chromium, company.tenant.code, account, phone=phone, **more)

    return enter


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
def test_targets_with_budget_lines_filed_amended_missed_and_unlocked(
    databases: Databases, tenant: Tenant, site: Site, chromium: Browser, script: bool
) -> None:
    company = found(databases, tenant, "managers", "managers.month")
    enter = entrance(site, chromium, company)
    now = datetime.now(UTC)
    owe(company, "managers_targets", "掘进队", now + timedelta(days=3))
    missed = owe(company, "managers_targets", "通风科", now - timedelta(days=1))

    head = enter("赵队长", phone=script, script=script).go("/filings/")
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

    admin = enter("吴矿长").go("/filings/tracker")
    assert admin.page.locator("tbody .k-badge").all_inner_texts() == ["按时", "未报"]
    admin.go(f"/filings/{missed}")
    later = (today(company) + timedelta(days=2)).isoformat()
    admin.page.fill("#unlock-due", later)
    admin.page.fill("#unlock-reason", "停电两天")
    admin.press("button:has-text('解锁')")
    expect(admin.page.locator("body")).to_contain_text("停电两天")

    other = enter("李科长", script=script).go("/filings/")
    other.press("text=去填")
    write_targets(other, "100")
    other.press(".k-form-acts button[value=file]")
    admin.go("/filings/tracker")
    assert admin.page.locator("tbody .k-badge").all_inner_texts() == ["按时", "按时"]


def test_a_missed_return_costs_the_branch_half_a_point(
    databases: Databases, tenant: Tenant, site: Site, chromium: Browser
) -> None:
    company = found(databases, tenant, "coach_transport", "coach.unit")
    enter = entrance(site, chromium, company)
    now = datetime.now(UTC)
    missed = owe(company, "coach_return_finance", "掘进队", now - timedelta(days=1))
    for _ in range(2):
        go_filings(databases, tenant.id, now)
    day = today(company) - timedelta(days=1)
    period = company.periods[f"{day:%Y-%m}"]
    head = enter("赵队长").go(f"/results/{period.id}/{company.units['掘进队'].id}")
    expect(head.page.locator("body")).to_contain_text("月报表未按时上报")
    assert head.page.locator("body").inner_text().count("−0.5") >= 1
    head.go(f"/filings/{missed}")
    expect(head.page.locator("body")).to_contain_text("计入考核")
    head.press("text=现在填写")
    head.page.fill('[name="f-prepared_by"]', "刘会计")
    head.page.fill('[name="f-figures-0-item"]', "营业收入")
    head.page.fill('[name="f-figures-0-value"]', "1200.50")
    head.press(".k-form-acts button[value=file]")
    expect(head.page.locator("h1 + .k-badge, .k-head .k-badge").first).to_contain_text("逾期报")


def test_the_worked_examples_of_the_managers(
    databases: Databases, tenant: Tenant, site: Site, chromium: Browser
) -> None:
    company = found(databases, tenant, "managers", "managers.month")
    enter = entrance(site, chromium, company)
    now = datetime.now(UTC)
    go_ratings(databases, tenant.id, now)
    month = f"{today(company):%Y-%m}"
    rounds = {}
    with company.session() as session:
        for one in session.scalars(select(RatingRound)):
            one.due_at = now + timedelta(days=2)
            if one.period_id == company.periods[month].id:
                rounds[one.role] = one.id
        session.commit()
    for role, who in (("leader", "周分管"), ("settled", "吴矿长"), ("settled", "钱科长")):
        rater = enter(who, script=who != "钱科长").go(f"/ratings/{rounds[role]}/sheet")
        for name, values in SHEET.items():
            for clause, value in zip(RATED, values, strict=True):
                if value is not None:
                    rater.page.fill(f"#v-{company.people[name].id}-{clause}", str(value))
        if who == "周分管":
            field = rater.page.locator(f"#v-{company.people['王副科'].id}-11")
            field.fill("101")
            field.blur()
            expect(rater.page.locator(".k-err")).to_contain_text("要在 0 到 100 之间")
            rater.page.fill(f"#v-{company.people['王副科'].id}-11", "")
        rater.press("footer button[type=submit]")
        expect(rater.page.locator("#k-far")).to_contain_text("14 /")
    _marks(company, month)
    admin = enter("吴矿长").go("/ratings/progress")
    expect(admin.page.locator("body")).to_contain_text("没有评完")
    with company.session() as session:
        for one in session.scalars(select(RatingRound)):
            one.due_at = now - timedelta(seconds=1)
        session.commit()
    go_ratings(databases, tenant.id, datetime.now(UTC))
    late = enter("周分管").go(f"/ratings/{rounds['leader']}/sheet")
    expect(late.page.locator("body")).to_contain_text("截止")
    assert late.page.locator("input[name^=v-]").count() == 0
    for name, score in (("赵队长", "90"), ("孙副队", "88.3"), ("李科长", "89.33")):
        one = enter("吴矿长").go(f"/results/{company.periods[month].id}/{company.people[name].id}")
        assert one.page.locator(".k-score").first.inner_text() == score
        expect(one.page.locator(".k-note.is-warn").first).to_contain_text("职工评议")
        if name == "李科长":
            expect(one.page.locator(".k-note.is-warn").first).to_contain_text("管理能力")


def _marks(company: Company, month: str) -> None:
    day = today(company)
    with company.session() as session:
        period = session.need(Period, company.periods[month].id)
        actor = company.actor(session, "钱科长", day)
        for name, marks in OFFICE.items():
            for clause, mark in zip((16, 17), marks, strict=True):
                entries.record(
                    session,
                    actor=actor,
                    period=period,
                    subject_id=company.people[name].id,
                    clause_id=clause,
                    quantity=Decimal(mark),
                    happened_on=day,
                    now=datetime.now(UTC),
                    today=day,
                )
        session.commit()
