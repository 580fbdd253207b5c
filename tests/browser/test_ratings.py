"""The managers' worked examples 1, 2 and 6 in the browser on both databases: rating sheets, scores, and the wage."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from browser_company import close, day_before, entrance, found
from browser_site import Site
from browser_visitor import Visitor
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from kaohe.db import Databases
from kaohe.entries import service as entries
from kaohe.periods.models import Period
from kaohe.ratings.models import RatingRound
from kaohe.ratings.sweeps import go_round
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company

pytestmark = pytest.mark.xdist_group("browser-2")
RATED = (11, 12, 13, 14, 15)
SHEET = {
    "赵队长": ("90",) * 5,
    "孙副队": ("90", "80", "90", "85", "70"),
    "李科长": ("90", "", "90", "85", "70"),
    "王副科": ("85",) * 5,
    "冯科长": ("84.99",) * 5,
}
OFFICE = {
    "赵队长": ("90", "90"), "孙副队": ("95", "100"), "李科长": ("95", "100"),
    "王副科": ("85", "85"), "冯科长": ("84.99", "84.99"),
}  # fmt: skip
OUTCOME = {
    "赵队长": ("90", "圆满完成", "工资 +5%"), "孙副队": ("88.3", "达标完成", ""), "李科长": ("89.33", "达标完成", ""),
    "王副科": ("85", "达标完成", ""), "冯科长": ("84.99", "勉强完成", "工资 −5%"),
}  # fmt: skip
RATERS = (
    ("leader", "周分管", 4, 19), ("leader", "郑分管", 1, 5), ("settled", "吴矿长", 5, 24), ("settled", "钱科长", 5, 24)
)  # fmt: skip


def test_the_worked_examples_of_the_managers(
    databases: Databases, tenant: Tenant, site: Site, chromium: Browser
) -> None:
    """Last month is rated until the 3rd; its closing proposes 5 % more for 90, nothing from 85 on, 5 % less for 84.99."""
    company, (before, this) = found(databases, tenant, "managers", "managers.month")
    enter = entrance(site, chromium, company)
    go_round(databases, tenant.id, company.at(f"{before.replace(day=20)}"))
    rounds = _rounds(company, before, datetime.now(UTC) + timedelta(days=2))
    windows = {who: enter(who, script=who != "钱科长") for _role, who, _people, _cells in RATERS}
    leader, admin = windows["周分管"], windows["钱科长"]
    for role, who, people, cells in RATERS:
        _rate(windows[who].go(f"/ratings/{rounds[role]}/sheet"), company, people, cells)
    _out_of_range(leader.page, company)
    _marks(company, before, day_before(this))
    admin.go("/ratings/progress")
    expect(admin.page.locator("body")).to_contain_text("没有评完")
    _rounds(company, before, datetime.now(UTC) - timedelta(seconds=1))
    go_round(databases, tenant.id, datetime.now(UTC))
    leader.go(f"/ratings/{rounds['leader']}/sheet")
    expect(leader.page.locator("body")).to_contain_text("已于")
    assert leader.page.locator("input[name^=v-]").count() == 0
    close(company, before, by="吴矿长")
    _read_results(admin, company, before)
    _read_wages(admin)


def _rounds(company: Company, month: date, due_at: datetime) -> dict[str, int]:
    """Let all rounds end at a moment; those of a month, by role."""
    with company.session() as session:
        held = session.scalars(select(RatingRound)).all()
        for one in held:
            one.due_at = due_at
        session.commit()
        return {one.role: one.id for one in held if one.period_id == company.periods[f"{month:%Y-%m}"].id}


def _rate(rater: Visitor, company: Company, people: int, cells: int) -> None:
    """Fill in the sheet whoever stands on it, and save."""
    rated = 0
    for name, values in SHEET.items():
        if rater.page.locator(f"#v-{company.people[name].id}-11").count():
            rated += 1
            for clause, value in zip(RATED, values, strict=True):
                rater.page.fill(f"#v-{company.people[name].id}-{clause}", value)
    assert rated == people
    rater.press("footer button[type=submit]")
    expect(rater.page.locator("#k-far")).to_contain_text(f"{cells} /")


def _out_of_range(page: Page, company: Company) -> None:
    field = page.locator(f"#v-{company.people['王副科'].id}-11")
    field.fill("101")
    field.blur()
    expect(page.locator(".k-err")).to_contain_text("要在 0 到 100 之间")


def _marks(company: Company, month: date, day: date) -> None:
    """The office marks the two indicators that nobody rates."""
    with company.session() as session:
        period = session.need(Period, company.periods[f"{month:%Y-%m}"].id)
        actor = company.actor(session, "钱科长", day)
        for name, marks in OFFICE.items():
            for clause, mark in zip((16, 17), marks, strict=True):
                entries.record(
                    session, actor=actor, period=period, subject_id=company.people[name].id, clause_id=clause,
                    quantity=Decimal(mark), happened_on=day, now=datetime.now(UTC), today=day,
                )  # fmt: skip
        session.commit()


def _read_results(admin: Visitor, company: Company, month: date) -> None:
    page = admin.page
    for name, (score, grade, wage) in OUTCOME.items():
        admin.go(f"/results/{company.periods[f'{month:%Y-%m}'].id}/{company.people[name].id}")
        assert page.locator(".k-score").first.inner_text() == score
        expect(page.get_by_role("region", name="本期结果")).to_contain_text(grade)
        expect(page.locator(".k-note.is-warn").first).to_contain_text("职工评议")
        if name == "李科长":
            expect(page.locator(".k-note.is-warn").first).to_contain_text("管理能力")
        decided = page.locator("[aria-labelledby=decisions] li")
        assert [wage in one for one in decided.all_inner_texts()] == [True] * bool(wage)


def _read_wages(admin: Visitor) -> None:
    """The wages that change wait for a decision; who keeps the wage is not on the list."""
    admin.go("/consequences/?effect=wage")
    rows = admin.page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="赵队长")).to_contain_text("+5%")
    expect(rows.filter(has_text="冯科长")).to_contain_text("−5%")
