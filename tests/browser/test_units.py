"""A company and its branches played through: a breach on a branch, the league, the closing, the branch's result."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from browser_site import Site
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from kaohe.accounts import roles
from kaohe.db import Databases
from kaohe.entries.models import Entry
from kaohe.jobs.worker import run_waiting
from kaohe.scheme import Scheme
from kaohe.tenants.models import Tenant
from kaohe.testing.world import World, build_world
from kaohe_coach_transport.scheme import ABSENT, PERSON, UNIT

pytestmark = pytest.mark.xdist_group("browser-2")
SEPARATE = 66


def company(databases: Databases, tenant: Tenant, scheme: Scheme) -> World:
    """A company of two branches with their heads, an office that looks at both, and an administrator."""
    world = build_world(
        databases, tenant, scheme, sector="coach_transport", whole=False, now=datetime.now(UTC)
    )
    with world.session() as session:
        roles.give_role(
            session, account=world.accounts["colleague"], role="assessor", unit=world.units["root"],
            starts_on=world.since, given_by=None, now=world.now,
        )  # fmt: skip
        session.commit()
    return world


def entries_of(world: World) -> list[Entry]:
    with world.session(write=False) as session:
        found = list(session.scalars(select(Entry)))
        session.expunge_all()
        return found


def test_a_breach_on_a_branch_up_to_its_result(
    site: Site, chromium: Browser, databases: Databases, tenant: Tenant
) -> None:
    world = company(databases, tenant, UNIT)
    first, second, period = world.units["first"], world.units["second"], world.period.id
    office = site.enter(chromium, tenant.code, world.accounts["colleague"])
    page = office.page
    office.go("/entries/new")
    page.locator("#person").press_sequentially(first.name)
    page.locator(".k-pick-list [role=option]").filter(has_text=first.name).first.click()
    page.locator(f"input[name=clause_id][value='{SEPARATE}']").first.check()
    expect(page.locator("#entry-effect")).to_contain_text("记上后 99")
    page.fill("#reason", "快客收支没有单列")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-entry-saved]")).to_contain_text(f"{first.name}现为 99")
    office.look()
    (entry,) = entries_of(world)
    assert (entry.subject_id, entry.unit_id) == (first.id, first.id)

    office.go(f"/results/{period}/league")
    rows = page.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text(second.name)
    expect(rows.nth(1)).to_contain_text(first.name)
    expect(rows.nth(1)).to_contain_text("99")

    sister = site.enter(chromium, tenant.code, world.accounts["other_assessor"])
    sister.go("/entries/new")
    sister.page.locator("#person").press_sequentially(first.name)
    expect(sister.page.locator(".k-pick-none")).to_be_visible()
    sister.go(f"/results/{period}/{first.id}", status=403)

    admin = site.enter(chromium, tenant.code, world.accounts["admin"])
    admin.go(f"/results/{period}/manage")
    admin.page.get_by_role("button", name="关闭并计算").click()
    with admin.page.expect_navigation():
        admin.page.locator("#k-confirm-yes").click()
    assert run_waiting(databases, tenant.id) >= 1
    admin.go(f"/results/{period}/manage")
    admin.page.get_by_role("button", name="公示结果").click()
    with admin.page.expect_navigation():
        admin.page.locator("#k-confirm-yes").click()

    head = site.enter(chromium, tenant.code, world.accounts["assessor"], phone=True)
    head.go(f"/?period={period}")
    expect(head.page.locator("main")).to_contain_text(f"{first.name}的结果")
    head.press(head.page.get_by_role("link", name="看分数怎么来的").first)
    expect(head.page.locator("main")).to_contain_text("第 2 名")
    expect(head.page.locator("main")).to_contain_text("快客收支没有单列")
    head.press(f"a[href$='/entries/{entry.id}']")
    expect(head.page.locator("main")).to_contain_text("快客收支没有单列")
    assert head.page.get_by_role("button", name="撤回这条").count() == 0
    head.go(f"/results/{period}/{first.id}/steps")

    member = site.enter(chromium, tenant.code, world.accounts["member"])
    member.go(f"/results/{period}/league")
    expect(member.page.locator("tbody").first).to_contain_text(first.name)


def test_a_fine_within_its_range(site: Site, chromium: Browser, databases: Databases, tenant: Tenant) -> None:
    """Coach's worked example 4 at the form: 700 is refused with 200 to 500 named, 350.50 is kept."""
    world = company(databases, tenant, PERSON)
    head = site.enter(chromium, tenant.code, world.accounts["assessor"])
    page, name = head.page, world.people["member"].name
    head.go("/entries/new")
    assert (
        not page.locator("#amount").is_visible() or page.locator("[data-clauses] input:checked").count() == 0
    )
    page.locator("#person").press_sequentially(name)
    page.locator(".k-pick-list [role=option]").filter(has_text=name).first.click()
    page.locator(f"input[name=clause_id][value='{ABSENT}']").first.check()
    expect(page.locator("[data-ask-amount-range]")).to_contain_text("¥200.00 至 ¥500.00")
    page.fill("#reason", "未请假缺勤一天")
    page.fill("#amount", "700")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#entry-form .k-errors")).to_contain_text("¥200.00 到 ¥500.00")
    with world.session(write=False) as session:
        assert session.scalar(select(func.count(Entry.id))) == 0
    page.fill("#amount", "350.50")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-entry-saved]")).to_contain_text("已保存")
    (entry,) = entries_of(world)
    assert entry.amount_fen == 35_050
    head.go(f"/entries/{entry.id}")
    expect(page.locator("main")).to_contain_text("¥350.50")
    admin = site.enter(chromium, tenant.code, world.accounts["admin"])
    admin.go(f"/money/of/{world.people['member'].id}")  # posted when it was recorded, by nobody's decision
    expect(admin.page.locator("main")).to_contain_text("余额 ¥350.50")
    (row,) = admin.page.locator("tbody tr").filter(has_text="罚款").all()
    expect(row).to_contain_text("¥350.50")
    expect(row).to_contain_text(world.people["assessor"].name)
