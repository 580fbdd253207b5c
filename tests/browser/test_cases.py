"""The desk of cases played through in Chromium, on both databases: a fault of 45 minutes, a complaint of ten days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browser_axe import spotless
from playwright.sync_api import Browser, Page, expect
from tests.cases.desk import SHANGHAI, Desk, found_desk

from kaohe.accounts.service import start_sign_in
from kaohe.jobs.schedule import go_round
from kaohe_coach_transport.scheme import COMPLAINT_LATE
from kaohe_power_supply.scheme.hotline import ARRIVAL

pytestmark = pytest.mark.xdist_group("browser-cases")
PHONE, WIDE = 390, 1280


@pytest.fixture
def visit(chromium: Browser, base: str, tenant: Any, databases: Any) -> Iterator[Callable[..., Page]]:
    """`visit(desk, "crew", width=390)` is a page of that person's browser; faults on it fail the test."""
    contexts, faults = [], []

    def open_page(desk: Desk, who: str, *, width: int = WIDE, script: bool = True) -> Page:
        with databases.tenant(tenant.id) as session:
            token = start_sign_in(session, account=desk.accounts[who], now=datetime.now(UTC))
            session.commit()
        context = chromium.new_context(
            base_url=f"{base}/t/{tenant.code}/", viewport={"width": width, "height": 844}, has_touch=width == PHONE,
            java_script_enabled=script, timezone_id="Asia/Shanghai", locale="zh-CN",
        )  # fmt: skip
        context.add_cookies([{"name": "kaohe", "value": token, "url": f"{base}/t/{tenant.code}/"}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "status of 4" not in fault] == []


def _ago(**span: int) -> datetime:
    return (datetime.now(UTC) - timedelta(**span)).astimezone(SHANGHAI)


def _typed(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _desk(databases: Any, tenant: Any, session: Any, sector: str, scheme: str) -> Desk:
    desk = found_desk(databases, tenant, session, sector, scheme, year=_ago(hours=2).year)
    desk.day = datetime.now(SHANGHAI).date()
    return desk


def test_a_city_fault_from_the_call_to_the_call_back(
    databases: Any, tenant: Any, session: Any, visit: Callable[..., Page]
) -> None:
    desk = _desk(databases, tenant, session, "power_supply", "power.hotline")
    clerk, crew = visit(desk, "clerk"), visit(desk, "crew", width=PHONE)
    clerk.goto("cases/new?kind=power_supply.fault")
    spotless(clerk)
    clerk.get_by_label("城区").check()
    clerk.get_by_label("地址").fill("人民路 86 号")
    clerk.get_by_label("故障现象").fill("整栋停电")
    clerk.get_by_label("传递").select_option(label="　城关供电所")
    clerk.get_by_role("button", name="登记").click()
    expect(clerk.locator("h1")).to_have_text("人民路 86 号 · 整栋停电")
    spotless(clerk)
    crew.goto("cases/")
    spotless(crew)
    clock = crew.locator(".k-clk b").first
    before = clock.inner_text()
    expect(clock).not_to_have_text(before, timeout=4000)
    crew.get_by_role("link", name="人民路 86 号").tap()
    for step, state in (("接单", "已接单"), ("到达现场", "已到场"), ("处理完毕", "待审核")):
        button = crew.get_by_role("button", name=step, exact=True).first
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        button.tap()
        expect(crew.locator("h1 + .k-badge")).to_have_text(state)
    spotless(crew)
    clerk.reload()
    clerk.get_by_role("button", name="审核归档").click()
    clerk.locator("summary", has_text="回访").click()
    clerk.get_by_label("回访结果").select_option("very")
    clerk.locator("details[open]").get_by_role("button", name="回访").click()
    expect(clerk.locator("h1 + .k-badge")).to_have_text("已办结")
    clerk.goto("cases/report?kind=power_supply.fault")
    expect(clerk.locator("main")).to_contain_text("登记 1 件，办结 1 件")
    spotless(clerk)


def test_urged_at_the_limit_and_withdrawn_by_the_late_report(
    databases: Any, tenant: Any, session: Any, visit: Callable[..., Page]
) -> None:
    desk = _desk(databases, tenant, session, "power_supply", "power.hotline")
    passed = _ago(minutes=58)
    case = desk.log(_typed(passed - timedelta(minutes=2)))
    desk.take(case, "pass", _typed(passed), to="first")
    session.commit()
    go_round(databases, tenant.id, datetime.now(UTC))
    crew = visit(desk, "crew", width=PHONE, script=False)
    crew.goto("cases/?standing=overdue")
    expect(crew.locator(".k-clk").first).to_contain_text("已催办")
    crew.get_by_role("link", name="人民路 86 号").click()
    expect(crew.locator("main")).to_contain_text("催办，暂记超时")
    expect(crew.locator("main")).to_contain_text("已记入考核")
    crew.locator("summary", has_text="补报").click()
    crew.get_by_label("办了什么").select_option("arrive")
    crew.get_by_label("实际时间").fill(_typed(passed + timedelta(minutes=40)))
    crew.get_by_role("button", name="补报").click()
    expect(crew.locator("main")).to_contain_text("后经查实按时，已撤销")
    expect(crew.locator("main")).to_contain_text("暂记的考核记录已撤销")


@pytest.mark.parametrize(
    ("where", "arrived", "due", "said"),
    [
        ("城区", "08:45:00", "08:45:00", "按时"),
        ("城区", "08:45:01", "08:45:00", "超时"),
        ("农村", "09:30:00", "09:30:00", "按时"),
        ("农村", "09:30:01", "09:30:00", "超时"),
    ],
)
def test_on_site_within_the_limit_of_the_area(
    databases: Any, tenant: Any, session: Any, visit: Callable[..., Page],
    where: str, arrived: str, due: str, said: str,
) -> None:  # fmt: skip
    """Power supply's worked example 1: passed on at 08:00; the desk writes down later when each thing happened."""
    desk = found_desk(databases, tenant, session, "power_supply", "power.hotline")
    clerk = visit(desk, "clerk")
    clerk.goto("cases/new?kind=power_supply.fault")
    clerk.get_by_label(where).check()
    clerk.get_by_label("地址").fill("人民路 86 号")
    clerk.get_by_label("故障现象").fill("整栋停电")
    clerk.locator("#happened_at").fill("2026-02-09T07:58:00")
    clerk.get_by_role("button", name="登记").click()
    clerk.locator("summary", has_text="传递").click()
    clerk.get_by_label("传给").select_option(label="　城关供电所")
    clerk.locator("#when-pass").fill("2026-02-09T08:00:00")
    clerk.locator("details[open]").get_by_role("button", name="传递").click()
    clerk.locator("summary", has_text="补报").click()
    clerk.get_by_label("办了什么").select_option("arrive")
    clerk.get_by_label("实际时间").first.fill(f"2026-02-09T{arrived}")
    clerk.get_by_role("button", name="补报").click()
    expect(clerk.locator("h1 + .k-badge")).to_have_text("已到场")
    clock = clerk.locator(".k-clock-list li", has_text="到达现场")
    expect(clock).to_contain_text(f"限 2026-02-09 {due}")
    expect(clock.locator(".k-badge")).to_have_text(said)
    expect(clock.get_by_text("已记入考核").or_(clock.get_by_role("link", name="考核记录"))).to_have_count(
        1 if said == "超时" else 0
    )
    clauses = [entry.clause_id for entry in desk.entries("first")]
    session.commit()
    assert (ARRIVAL in clauses) == (said == "超时")


@pytest.mark.parametrize(("day", "said", "score"), [("11", "按时", "100"), ("12", "超时", "99.5")])
def test_a_complaint_of_ten_days(
    databases: Any, tenant: Any, session: Any, visit: Callable[..., Page], day: str, said: str, score: str
) -> None:
    """Coach's worked example 5: received on 1 March, the unit's opinion on the 11th or on the 12th."""
    desk = found_desk(databases, tenant, session, "coach_transport", "coach.unit")
    received, given = "2026-03-01T09:00:00", f"2026-03-{day}T09:00:00"
    clerk, crew = visit(desk, "clerk"), visit(desk, "crew")
    clerk.goto("cases/new")
    clerk.get_by_label("投诉事项").fill("司机态度")
    clerk.get_by_label("情况").fill("途中争吵")
    clerk.get_by_label("收到投诉时间").fill(received)
    clerk.get_by_role("button", name="登记").click()
    clerk.locator("summary", has_text="转交单位").click()
    clerk.get_by_label("传给").select_option(label="　城关供电所")
    clerk.get_by_label("时间").first.fill(received)
    clerk.locator("details[open]").get_by_role("button", name="转交单位").click()
    expect(clerk.locator("h1 + .k-badge")).to_have_text("单位查证中")
    crew.goto("cases/")
    crew.get_by_role("link", name="司机态度").click()
    crew.locator("summary", has_text="上报处理意见").click()
    crew.get_by_label("查证").select_option("yes")
    crew.get_by_label("处理意见").fill("已批评教育")
    crew.locator("details[open]").get_by_label("时间").fill(given)
    crew.locator("details[open]").get_by_role("button", name="上报处理意见").click()
    expect(crew.locator(".k-clock-list")).to_contain_text("超时")
    expect(crew.locator("main")).to_contain_text("承办方自报的时间，登记单位未核实")
    clerk.reload()
    clerk.locator("summary", has_text="核实时间").click()
    clerk.locator("details[open]").get_by_label("理由").fill("签收单为证")
    clerk.locator("details[open]").get_by_role("button", name="核实").click()
    expect(clerk.locator(".k-clock-list")).to_contain_text(said)
    expect(clerk.locator("main")).not_to_contain_text("承办方自报的时间，登记单位未核实")
    clauses = [entry.clause_id for entry in desk.entries("first")]
    session.commit()
    assert clauses == ([COMPLAINT_LATE] if said == "超时" else [])
    admin = visit(desk, "admin")
    admin.goto(f"results/{desk.periods[2].id}/{desk.units['first'].id}")
    expect(admin.locator(".k-score").first).to_have_text(score)
    moved = re.sub(r"\s+", " ", admin.locator("[aria-labelledby=moved]").inner_text())
    assert ("100 −0.5 = 99.5" in moved) == (said == "超时"), moved


@pytest.mark.parametrize(
    ("kind", "name", "logged", "due", "year"),
    [
        (
            "complaint",
            "投诉",
            "2026-02-09T10:00:00",
            "2026-02-14",
            2026,
        ),  # a make-up working day is the fifth
        ("misconduct", "举报", "2025-09-26T10:00:00", "2025-10-16", 2025),  # two worked, eight off
    ],
)
def test_working_days_end_with_the_day_that_the_calendar_says(
    databases: Any, tenant: Any, session: Any, visit: Callable[..., Page],
    kind: str, name: str, logged: str, due: str, year: int,
) -> None:  # fmt: skip
    """Power supply's worked examples 2 and 3: logged late in the book, with the time at which it came in."""
    desk = found_desk(databases, tenant, session, "power_supply", "power.hotline", year=year)
    clerk = visit(desk, "clerk")
    clerk.goto(f"cases/new?kind=power_supply.{kind}")
    clerk.get_by_label("事项").fill("电费差错")
    clerk.get_by_label("诉求").fill("请核对")
    clerk.locator("#happened_at").fill(logged)
    clerk.get_by_role("button", name="登记").click()
    expect(clerk.locator("h1")).to_contain_text("电费差错")
    clock = clerk.locator("li, tr, .k-clock").filter(has_text="处理答复").first
    expect(clock).to_contain_text(due)
    spotless(clerk)
