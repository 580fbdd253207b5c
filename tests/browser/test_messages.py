"""The calendar and messages played through in Chromium, on both databases, against real servers on loopback."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser_axe import follow, in_order
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from tests.messages.conftest import hire, tell
from tests.messages.servers import Mailbox, mail_server, receiver

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.service import start_sign_in
from kaohe.calendar import service as calendar
from kaohe.jobs.worker import Worker
from kaohe.messages.models import Delivery
from kaohe.messages.service import Link
from kaohe.scheme import Text

pytestmark = pytest.mark.xdist_group("browser-messages")


@pytest.fixture
def persons(databases: Any, tenant: Any) -> dict[str, tuple[int, str]]:
    """An administrator and a member: id and token of a sign-in."""
    now = datetime.now(UTC)
    with databases.tenant(tenant.id) as session:
        ids = hire(session, "管理甲", "成员乙")
        accounts = [Account(person_id=one, state="active", created_at=now) for one in ids]
        session.add_all(accounts)
        session.flush()
        session.add(Grant(account_id=accounts[0].id, role="admin", starts_on=date(2020, 1, 1), given_at=now))
        tokens = [start_sign_in(session, account=one, now=now) for one in accounts]
        session.commit()
    return dict(zip(("admin", "member"), zip(ids, tokens, strict=True), strict=True))


@pytest.fixture
def visit(chromium: Browser, base: str, tenant: Any, persons: Any) -> Iterator[Callable[..., Page]]:
    """`visit("admin", width=1280)` is a page of that person's browser; it goes by the tenant's paths."""
    contexts = []

    def open_(who: str, width: int = 1280) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, base_url=f"{base}/t/{tenant.code}/"
        )
        context.add_cookies([{"name": "kaohe", "value": persons[who][1], "url": f"{base}/t/{tenant.code}/"}])
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        return page

    yield open_
    for context in contexts:
        context.close()


def test_a_day_is_changed_and_a_year_confirmed(visit, databases, tenant):
    page = visit("admin")
    page.goto("settings")
    follow(page.get_by_role("link", name="工作日历"))
    page.goto("calendar/?year=2026")
    in_order(page)
    page.get_by_role("link", name="2026-03-02 上班").click()
    expect(page.get_by_label("第一天")).to_have_value("2026-03-02")
    page.get_by_label("休息", exact=True).check()
    page.get_by_role("button", name="更改").click()
    expect(page.locator(".k-errors")).to_contain_text("请写明理由")
    expect(page.get_by_label("第一天")).to_have_value("2026-03-02")
    page.get_by_label("理由").fill("停电检修")
    page.get_by_role("button", name="更改").click()
    expect(page.get_by_role("link", name="2026-03-02 休息 · 停电检修")).to_be_visible()
    page.goto("calendar/?year=2027")
    expect(page.get_by_text("2027 年还没有确认")).to_be_visible()
    in_order(page)
    page.get_by_role("button", name="确认 2027 年").click()
    page.locator("#k-confirm").get_by_role("button", name="确认 2027 年").click()
    expect(page.get_by_text("2027 年由本单位确认")).to_be_visible()
    with databases.tenant(tenant.id) as session:
        assert calendar.through(session) == 2027
        assert not calendar.is_working_day(session, date(2026, 3, 2))
    phone = visit("member", width=390)
    phone.goto("calendar/?year=2026")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    in_order(phone)


def test_a_message_reaches_the_page_the_mailbox_and_the_group(visit, databases, tenant, persons, monkeypatch):
    with mail_server() as box, receiver() as group:
        monkeypatch.setenv("KAOHE_REACH", f"smtp://127.0.0.1:{box.port},http://127.0.0.1:{group.port}")
        admin = visit("admin")
        admin.goto("messages/channels")
        in_order(admin)
        _set_mail(admin, box.port)
        _add_robot(admin, group.url)
        member = visit("member", width=390)
        member.goto("me")
        follow(member.get_by_role("link", name="邮箱和消息设置"))
        in_order(member)
        member.get_by_label("电子邮箱").fill("yi@example.cn")
        member.get_by_role("button", name="保存").click()
        expect(member.get_by_text("待确认")).to_be_visible()
        _confirm(member, box)
        worker = Worker(databases, sweep=0.2).start()
        try:
            with databases.tenant(tenant.id) as session:
                tell(
                    session,
                    [persons["member"][0]],
                    kind="overdue",
                    title=Text("工单已超期", "A case is overdue"),
                    link=Link("accounts.me"),
                    now=datetime.now(UTC),
                )
                session.commit()
            _until(lambda: len(box.letters) == 2 and len(group.seen) == 2)
            _until(lambda: _states(databases, tenant) == ["sent", "sent"])
        finally:
            worker.stop()
    assert box.recipients == ["yi@example.cn", "yi@example.cn"]
    assert box.letters[1]["Subject"] == "工单已超期 · 示范医院"
    member.goto("messages/")
    expect(member.get_by_role("link", name="消息，1 条未读")).to_be_visible()
    in_order(member)
    assert member.evaluate("document.documentElement.scrollWidth") <= 390
    member.get_by_role("button", name="去看").click()
    member.wait_for_url("**/me")
    expect(member.get_by_role("link", name="消息", exact=True)).to_be_visible()
    admin.goto("messages/outbox")
    in_order(admin)
    expect(admin.get_by_role("cell", name="已发送").first).to_be_visible()


def _confirm(page: Page, box: Mailbox) -> None:
    """Open the link of the letter that asks for it, and press the button behind it."""
    assert [letter["Subject"] for letter in box.letters] == ["确认您的电子邮箱 · 示范医院"]
    link = re.search(r"https?://\S+", box.letters[0].get_content())
    assert link is not None
    page.goto(urlsplit(link[0]).path.split("/", 3)[3])
    in_order(page)
    page.get_by_role("button", name="确认这个邮箱").click()
    expect(page.get_by_text("已确认", exact=True)).to_be_visible()


def _set_mail(page: Page, port: int) -> None:
    page.get_by_label("启用邮件").check()
    page.get_by_label("服务器", exact=True).fill("127.0.0.1")
    page.get_by_label("加密").select_option("none")
    page.get_by_label("端口").fill(str(port))
    page.get_by_label("发件地址").fill("kaohe@example.cn")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("邮件设置已保存")).to_be_visible()


def _add_robot(page: Page, url: str) -> None:
    page.get_by_label("名称", exact=False).last.fill("值班群")
    page.get_by_label("企业微信").check()
    page.get_by_label("机器人地址").fill(url)
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_text("群机器人已添加")).to_be_visible()
    page.get_by_role("button", name="试发", exact=True).click()
    expect(page.get_by_text("已发到“值班群”")).to_be_visible()


def _states(databases: Any, tenant: Any) -> list[str]:
    with databases.tenant(tenant.id, write=False) as session:
        return list(session.scalars(select(Delivery.state)))


def _until(true: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
