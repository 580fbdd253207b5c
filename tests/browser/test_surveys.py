"""Surveys played through in Chromium, on both databases: a questionnaire by link on a phone, a ballot with a tie."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browser_axe import spotless
from browser_site import Site
from browser_visitor import PHONE, Visitor
from playwright.sync_api import Browser, Page, expect

from kaohe.accounts.models import Account
from kaohe.accounts.service import create_accounts
from kaohe.db import Databases
from kaohe.entries import made
from kaohe.jobs.schedule import go_round
from kaohe.people import service as people
from kaohe.surveys import paper, service
from kaohe.surveys.models import HeldSurvey
from kaohe.tenants.models import Tenant
from kaohe.testing.world import World, build_world
from kaohe_logistics.scheme import ITEM, SURVEY_SERVICE
from kaohe_managers.scheme import MONTH
from kaohe_managers.surveys import OPINIONS
from kaohe_service_hall.scheme import CLERK

pytestmark = pytest.mark.xdist_group("browser-surveys")
SCHEMES = {"logistics": ITEM, "service_hall": CLERK, "managers": MONTH}


def _world(databases: Databases, tenant: Tenant, sector: str) -> World:
    return build_world(databases, tenant, SCHEMES[sector], sector=sector, whole=False, now=datetime.now(UTC))


def _enter(site: Site, chromium: Browser, world: World, role: str, *, phone: bool = False) -> Visitor:
    return site.enter(chromium, world.tenant.code, world.accounts[role], phone=phone)


def _confirm(visitor: Visitor, button: Any) -> None:
    button.click()
    visitor.press(visitor.page.locator("#k-confirm-yes"))


def _ident(visitor: Visitor) -> int:
    found = re.search(r"/surveys/(\d+)", visitor.page.url)
    assert found is not None
    return int(found[1])


def _drawn(code: str) -> list[str]:
    """The paths of a drawn code."""
    return re.findall(r'\bd="([^"]+)"', code)


def _printed_links(admin: Visitor) -> list[str]:
    """The addresses on the slips; each slip's code is the one of its own address."""
    slips = admin.page.locator("section.k-slip")
    links = []
    for slip in slips.all():
        link = slip.locator("code").inner_text()
        drawn = _drawn(slip.locator("svg.k-qr").evaluate("one => one.outerHTML"))
        assert drawn
        assert drawn == _drawn(paper.code(link))
        links.append(link)
    return links


def _levels(page: Page) -> dict[str, list[str]]:
    """How often each level of a question was given, the best first, where a bar is drawn for every level."""
    found = {}
    for one in page.locator(".k-result", has=page.locator("table.k-dims")).all():
        rows = one.locator("table.k-dims tr")
        expect(rows.locator(".k-bars-bar svg:visible")).to_have_count(rows.count())
        found[one.locator("h3").inner_text()] = rows.locator("td b").all_inner_texts()
    return found


def test_satisfaction_by_printed_links_on_a_phone(
    site: Site, chromium: Browser, databases: Databases, tenant: Tenant
) -> None:
    world = _world(databases, tenant, "logistics")
    admin = _enter(site, chromium, world, "admin")
    admin.go("/")
    admin.go("/surveys")
    expect(admin.page.get_by_text("每年 2 次，已完成 0 次").first).to_be_visible()
    admin.go("/surveys/start?declared=logistics.service")
    admin.press(admin.page.locator("form:has(#declared) button[type=submit]"))
    ident = _ident(admin)
    spotless(admin.page)
    _confirm(admin, admin.page.get_by_role("button", name="开放作答"))
    admin.page.select_option("#group", "students")
    admin.page.fill("#count", "3")
    admin.press(admin.page.get_by_role("button", name="生成并打印"))
    links = _printed_links(admin)
    assert len(set(links)) == 3

    guest = Visitor(site, chromium, world.tenant.code, PHONE)
    site.visitors.append(guest)
    for number, link in enumerate(links):
        guest.go(link.removeprefix(site.url))
        expect(guest.page.locator("h1")).to_contain_text("后勤服务满意度调查")
        if number == 0:
            spotless(guest.page)
            boxes = [one.bounding_box() for one in guest.page.locator(".k-levels label").all()[:10]]
            assert min(box["height"] for box in boxes if box) >= 44
            guest.press(guest.page.get_by_role("button", name="提交"))  # nothing is filled in
            expect(guest.page.locator(".k-errors")).to_be_focused()
        section = guest.page.locator("section.k-panel", has=guest.page.locator("h2")).first
        for fieldset in section.locator(".k-levels").all():
            fieldset.locator("label").nth(4 if number else 1).tap()
        section.locator("textarea").fill(f"第 {number} 条建议")
        guest.press(guest.page.get_by_role("button", name="提交"))
        expect(guest.page.get_by_text("已收到，谢谢您")).to_be_visible()
    guest.go(links[0].removeprefix(site.url), status=404)
    expect(guest.page.get_by_text("这个链接不能用")).to_be_visible()

    admin.go(f"/surveys/{ident}")
    assert "第 1 条建议" not in admin.words(), "nothing is shown before the end"
    _confirm(admin, admin.page.get_by_role("button", name="现在结束并统计"))
    expect(admin.page.get_by_text("第 1 条建议")).to_be_visible()
    expect(admin.page.get_by_text("满意率 66.7%").first).to_be_visible()
    counted = ["2", "0", "0", "1", "0"]
    assert _levels(admin.page) == {"服务态度": counted, "服务质量": counted, "响应是否及时": counted}
    spotless(admin.page)
    admin.go("/surveys")
    expect(admin.page.get_by_text("每年 2 次，已完成 1 次").first).to_be_visible()
    with world.session(write=False) as session:
        totals = {one.clause_id: str(one.quantity) for one in made.made_from(session, "survey", ident)}
    assert totals[SURVEY_SERVICE] == "66.670000"


def test_the_service_star_is_elected_and_a_tie_decided(
    site: Site, chromium: Browser, databases: Databases, tenant: Tenant
) -> None:
    world = _world(databases, tenant, "service_hall")
    admin = _enter(site, chromium, world, "admin")
    admin.go("/surveys/start")
    admin.page.select_option("#period", str(world.period.id))
    admin.press(admin.page.locator("form:has(#declared) button[type=submit]"))
    ident = _ident(admin)
    _confirm(admin, admin.page.get_by_role("button", name="开放投票"))
    votes = {"member": "colleague", "colleague": "member", "assessor": "member", "outsider": "colleague"}
    for role, to in votes.items():
        clerk = _enter(site, chromium, world, role, phone=True)
        clerk.go("/surveys")
        clerk.press(clerk.page.get_by_role("link", name="去投票"))
        assert clerk.page.get_by_text(world.people[role].name, exact=True).count() == 0, "not for oneself"
        clerk.tap(clerk.page.locator(".k-picks label", has_text=world.people[to].name))
        clerk.press(clerk.page.get_by_role("button", name="投出这一票"))
        expect(clerk.page.get_by_text("已收到，谢谢您")).to_be_visible()
    go_round(databases, tenant.id, world.now + timedelta(days=4))
    admin.go("/surveys")
    admin.go(f"/surveys/{ident}")
    expect(admin.page.get_by_text("票数相同，待决定")).to_have_count(2)
    spotless(admin.page)
    admin.page.get_by_label(re.compile(world.people["member"].name)).check()
    admin.press(admin.page.get_by_role("button", name="决定"))
    expect(admin.page.get_by_text("请写明理由")).to_be_visible()
    admin.page.fill("#reason", "差错更少")
    assert admin.page.get_by_label(re.compile(world.people["member"].name)).is_checked()
    admin.press(admin.page.get_by_role("button", name="决定"))
    clerk = _enter(site, chromium, world, "colleague", phone=True)
    clerk.go(f"/surveys/{ident}")
    expect(clerk.page.get_by_text("差错更少")).to_be_visible()
    expect(clerk.page.get_by_text("当选").first).to_be_visible()
    with world.session(write=False) as session:
        result = service.election(session, session.need(HeldSurvey, ident))
        assert result is not None
        assert [one.subject_id for one in result.elected] == [world.people["member"].id]


def _third(world: World) -> Account:
    """One more in the department of the manager who is judged."""
    with world.session() as session:
        person = people.create_person(
            session, number="P099", name="第三人", unit=world.units["first"], position="职员",
            joined_on=world.since, now=world.now,
        )  # fmt: skip
        account = create_accounts(session, person_ids=[person.id], now=world.now)[0]
        account.state = "active"
        session.commit()
        return account


@pytest.mark.parametrize("answers", [2, 3])
def test_staff_opinion_of_a_manager_stays_hidden_below_three(
    site: Site, chromium: Browser, databases: Databases, tenant: Tenant, answers: int
) -> None:
    world = _world(databases, tenant, "managers")
    staff = [world.accounts["member"], world.accounts["colleague"], _third(world)][:answers]
    admin = _enter(site, chromium, world, "admin")
    admin.go("/surveys/start")
    admin.press(admin.page.locator("form:has(#declared) button[type=submit]"))
    ident = _ident(admin)
    admin.press(admin.page.get_by_role("link", name="改对象"))
    admin.page.locator("[data-k-all]").uncheck()
    admin.page.get_by_label(world.people["assessor"].name).check()
    admin.press(admin.page.get_by_role("button", name="保存"))
    _confirm(admin, admin.page.get_by_role("button", name="开放作答"))
    for account in staff:
        one = site.enter(chromium, tenant.code, account, phone=True)
        one.go(f"/surveys/{ident}/answer")
        for levels in one.page.locator(".k-levels").all():
            levels.locator("label").nth(2).tap()
        one.press(one.page.get_by_role("button", name="提交"))
    _confirm(admin, admin.go(f"/surveys/{ident}").page.get_by_role("button", name="现在结束并统计"))
    boss = _enter(site, chromium, world, "assessor")
    boss.go(f"/surveys/{ident}")
    counted = ["0", "3", "0", "0"]
    shown = {"履职尽责": counted, "管理能力": counted, "作风与纪律": counted} if answers == 3 else {}
    for page in (admin.page, boss.page):
        expect(page.get_by_text("收到 2 份，不足 3 份，不显示。")).to_have_count(0 if shown else 1)
        assert _levels(page) == shown
    with world.session(write=False) as session:
        held = [(one.clause_id, one.quantity) for one in made.made_from(session, "survey", ident)]
    assert held == ([(OPINIONS, 3)] if shown else [])
