"""Whom an entry is about is whom the page names: after saving, after emptying the name, and going back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from kaohe.accounts.service import start_sign_in
from kaohe.entries.models import Entry
from kaohe.testing.world import World, build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("browser-picking")
QUARREL = 33
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def world(databases: Any, tenant: Any) -> World:
    """Two wards of nurses in the running month."""
    world = build_world(databases, tenant, NURSING, sector="nursing", now=datetime.now(UTC), whole=False)
    with world.session() as session:
        for role in ("assessor", "admin"):
            world.tokens[role] = start_sign_in(session, account=world.accounts[role], now=world.now)
        session.commit()
    return world


@pytest.fixture
def visit(chromium: Browser, base: str, world: World) -> Iterator[Callable[..., Page]]:
    """`visit("assessor", PHONE)` is a page of that person's browser; a script that fails, fails the test."""
    contexts, faults = [], []

    def open_page(who: str, size: dict[str, int]) -> Page:
        address = f"{base}/t/{world.tenant.code}/"
        touch = size is PHONE
        context = chromium.new_context(
            viewport=size, base_url=address, is_mobile=touch, has_touch=touch, locale="zh-CN"
        )
        context.add_cookies([{"name": "kaohe", "value": world.tokens[who], "url": address}])
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def count(world: World) -> int:
    with world.session(write=False) as session:
        return session.scalar(select(func.count(Entry.id))) or 0


def fill(page: Page, name: str, reason: str) -> None:
    page.locator("#person").press_sequentially(name)
    page.locator(".k-pick-list [role=option]").filter(has_text=name).first.click()
    page.locator(f"input[name=clause_id][value='{QUARREL}']").first.check()
    page.fill("#reason", reason)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
def test_the_next_entry_is_about_whom_the_page_names(
    visit: Callable[..., Page], world: World, size: dict[str, int]
) -> None:
    page = visit("assessor", size)
    page.goto("entries/new")
    fill(page, world.people["member"].number, "与家属争吵")
    expect(page.locator("#entry-effect")).to_contain_text("记上后")
    save(page)
    saved = page.locator("[data-entry-saved]")
    expect(saved).to_contain_text("已保存")
    expect(saved).to_be_in_viewport(ratio=1)
    expect(page.locator("#person")).to_have_value("")
    expect(page.locator("input[name=person]")).to_have_value("")
    expect(page.locator("input[name=clause_id]:checked")).to_have_count(0)
    expect(page.locator("#entry-effect")).not_to_contain_text("记上后")
    assert count(world) == 1

    page.fill("#reason", "另一件事")
    save(page)
    told = page.locator("#entry-form .k-errors")
    expect(told).to_contain_text("没有保存")
    expect(told).to_be_in_viewport()
    expect(page.locator("[data-entry-saved]")).to_have_count(0)
    expect(page.locator("#reason")).to_have_value("另一件事")
    assert count(world) == 1

    fill(page, world.people["member"].number, "另一件事")
    save(page)
    expect(page.locator("[data-entry-saved]")).to_contain_text("已保存")
    expect(page.locator("#entry-form .k-errors")).to_have_count(0)
    assert count(world) == 2


def test_a_name_that_is_emptied_takes_its_id_along(visit: Callable[..., Page], world: World) -> None:
    page = visit("assessor", DESK)
    page.goto("entries/new")
    fill(page, world.people["member"].number, "与家属争吵")
    expect(page.locator("#entry-effect")).to_contain_text("记上后")
    page.fill("#person", "")
    expect(page.locator("input[name=person]")).to_have_value("")
    expect(page.locator("#entry-effect")).not_to_contain_text("记上后")
    save(page)
    expect(page.locator("#entry-form .k-err").first).to_contain_text("请选择人员")
    assert count(world) == 0


def test_saving_does_not_wait_for_the_preview(visit: Callable[..., Page], world: World) -> None:
    page = visit("assessor", DESK)
    page.goto("entries/new")
    page.route("**/entries/effect*", lambda _route: None)  # never answered
    fill(page, world.people["member"].number, "与家属争吵")
    page.wait_for_timeout(400)
    page.get_by_role("button", name="保存", exact=True).dblclick()
    expect(page.locator("[data-entry-saved]")).to_contain_text("已保存")
    expect(page.locator("#entry-form .k-errors")).to_have_count(0)
    assert count(world) == 1


def test_going_back_holds_nobody_unseen(visit: Callable[..., Page], world: World) -> None:
    page = visit("assessor", DESK)
    page.goto("entries/new")
    fill(page, world.people["member"].number, "与家属争吵")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("entries/")
    page.go_back()
    held, shown = page.locator("input[name=person]").input_value(), page.locator("#person").input_value()
    assert bool(held) == bool(shown), (held, shown)


def test_a_merging_says_which_record_is_missing(visit: Callable[..., Page], world: World) -> None:
    page = visit("admin", DESK)
    page.goto(f"living/merge?kept={world.people['member'].id}")
    expect(page.locator("#kept")).to_have_value(
        f"{world.people['member'].name} · {world.people['member'].number}"
    )
    page.get_by_role("button", name="先看会变什么").click()
    expect(page.locator(".k-err")).to_have_text("请选择并入的档案。")
    expect(page.locator("#kept")).not_to_have_value("")
