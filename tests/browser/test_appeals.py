"""A nurse's appeal that changes the league, played through in Chromium on both databases; and living on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browser_axe import follow, in_order
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kaohe.accounts.service import start_sign_in
from kaohe.appeals import service as appeals
from kaohe.jobs.worker import run_waiting
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.world import World, build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("browser-appeals")
QUARREL = 33
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def world(databases: Any, tenant: Any) -> World:
    """Two wards of nurses; last month is published for three more days, and one nurse has lost points in it."""
    world = build_world(databases, tenant, NURSING, sector="nursing", now=datetime.now(UTC), whole=False)
    with world.session() as session:
        world.record(session, QUARREL, who="member", period=world.before, reason="与家属争吵，有人投诉")
        period = session.need(Period, world.before.id)
        period.published_until = period.final_on = world.today + timedelta(days=3)
        for role, account in world.accounts.items():
            world.tokens[role] = start_sign_in(session, account=account, now=world.now)
        session.commit()
    by = world.people["admin"].id
    results.close(databases, tenant.id, world.before.id, by=by, clock=lambda: world.now)
    with world.session() as session:
        results.publish(session, session.need(Period, world.before.id), by=by, now=world.now)
        session.commit()
    return world


@pytest.fixture
def visit(chromium: Browser, base: str, world: World) -> Iterator[Callable[..., Page]]:
    """`visit("member", PHONE)` is a page of that person's browser; it goes by the tenant's paths."""
    contexts = []

    def open_(who: str, size: dict[str, int] = DESK, **more: Any) -> Page:
        address = f"{base}/t/{world.tenant.code}/"
        context = chromium.new_context(
            viewport=size, base_url=address, is_mobile=size is PHONE, has_touch=size is PHONE, **more
        )
        context.add_cookies([{"name": "kaohe", "value": world.tokens[who], "url": address}])
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.on("console", lambda said: _heard(said))
        return page

    yield open_
    for context in contexts:
        context.close()


def _heard(said: Any) -> None:
    if said.type == "error" and "status of 4" not in said.text:
        pytest.fail(f"the console says: {said.text}")


def confirm(page: Page, button: str) -> None:
    """Press a button that asks first."""
    page.get_by_role("button", name=button).click()
    page.locator("#k-confirm-yes").click()


def test_a_nurses_appeal_changes_the_league(visit, world, databases, tmp_path):
    period, me = world.before.id, world.people["member"].id
    nurse = visit("member", PHONE)
    nurse.goto(".")
    follow(nurse.get_by_role("link", name="去签字"))
    expect(nurse.get_by_text("第 5 名").first).to_be_visible()
    in_order(nurse)
    follow(nurse.get_by_role("link", name="签字与申诉"))
    nurse.get_by_label("意见").fill("扣分不属实，已申诉")
    nurse.get_by_role("button", name="已看过结果，签字确认").click()
    expect(nurse.get_by_text("已签字确认第 1 次计算的结果")).to_be_visible()
    nurse.goto(f"results/{period}/{me}")
    follow(nurse.locator("a[href*='/entries/']").first)
    follow(nurse.get_by_role("link", name="对这条记录提出申诉"))
    in_order(nurse)
    nurse.get_by_role("button", name="提出申诉").click()
    expect(nurse.locator(".k-errors")).to_contain_text("请写明申诉理由")
    nurse.get_by_label("申诉理由").fill("当天我在家休息，排班表可以证明")
    shot = tmp_path / "排班表.png"
    Image.new("RGB", (60, 40), (30, 90, 160)).save(shot)
    nurse.locator("input[type=file][name=files]").first.set_input_files(str(shot))
    nurse.get_by_role("button", name="提出申诉").click()
    expect(nurse.get_by_text("待受理")).to_be_visible()
    expect(nurse.locator(".k-shots img")).to_be_visible()
    in_order(nurse)

    head = visit("assessor")
    head.goto("appeals/")
    head.locator("tbody a").first.click()
    expect(head.get_by_text("当天我在家休息")).to_be_visible()
    expect(head.get_by_role("button", name="决定")).to_have_count(0)

    admin = visit("admin")
    admin.goto(".")
    expect(admin.get_by_text("申诉待决定 1 件")).to_be_visible()
    admin.goto(f"results/{period}/manage")
    confirm(admin, "定稿封存")
    expect(admin.get_by_text("还有 1 件申诉没有办结，不能定稿")).to_be_visible()
    admin.goto("appeals/")
    in_order(admin)
    admin.locator("tbody a").first.click()
    admin.get_by_role("button", name="受理").click()
    expect(admin.get_by_text("处理中").first).to_be_visible()
    admin.get_by_label("成立", exact=True).check()
    admin.locator("#reason").fill("排班表证明当天不在岗，记错了人")
    in_order(admin)
    admin.get_by_role("button", name="决定").click()
    expect(admin.get_by_text("成立，待执行").first).to_be_visible()
    follow(admin.get_by_role("link", name="去执行"))
    in_order(admin)
    admin.get_by_role("button", name="开始执行").click()
    admin.wait_for_load_state()
    assert run_waiting(databases, world.tenant.id) == 1
    admin.reload()
    expect(admin.get_by_text("已重新公示")).to_be_visible()

    nurse.reload()
    expect(nurse.locator("#rank-before")).to_contain_text("第 5 名")
    expect(nurse.locator("#rank-after")).to_contain_text("第 1 名")
    in_order(nurse)
    nurse.goto(f"results/{period}/league")
    expect(nurse.locator("tr.is-own")).to_contain_text("100")
    nurse.goto(f"results/{period}/{me}")
    expect(nurse.get_by_text("结果已重新计算，请重新签字")).to_be_visible()
    nurse.get_by_role("button", name="已看过结果，签字确认").click()
    expect(nurse.get_by_text("已签字确认第 2 次计算的结果")).to_be_visible()
    in_order(nurse)

    admin.goto(f"appeals/signatures/{period}")
    expect(admin.locator("table.is-cards")).to_contain_text("未签字")
    in_order(admin)
    admin.get_by_role("button", name="提醒未签字的人").click()
    expect(admin.get_by_text("已提醒 4 人")).to_be_visible()
    admin.goto(f"results/{period}/manage")
    confirm(admin, "定稿封存")
    expect(admin.get_by_text("周期已定稿封存")).to_be_visible()


def test_filing_and_signing_work_without_script(visit, world):
    period, me = world.before.id, world.people["member"].id
    nurse = visit("member", PHONE, java_script_enabled=False)
    nurse.goto(f"results/{period}/{me}")
    nurse.get_by_role("button", name="已看过结果，签字确认").click()
    expect(nurse.get_by_text("已签字确认第 1 次计算的结果")).to_be_visible()
    nurse.get_by_role("link", name="对结果提出申诉").click()
    nurse.get_by_label("申诉理由").fill("有一次表扬没有计入")
    nurse.get_by_role("button", name="提出申诉").click()
    expect(nurse.get_by_text("待受理")).to_be_visible()
    with world.session(write=False) as session:
        assert appeals.how_many(session, None, appeals.Wanted(about="result")) == 1


def test_two_records_are_merged_and_a_leaver_is_exported_and_erased(visit, world, databases):
    period = world.before.id
    with world.session() as session:
        twin = people.create_person(
            session,
            number="P900",
            name=world.people["colleague"].name,
            unit=session.need(Unit, world.units["first"].id),
            position="护士",
            joined_on=world.period.starts_on,
            now=world.now,
        )
        people.leave(session, session.need(Person, world.people["outsider"].id), on=world.period.starts_on)
        results.finalise(session, session.need(Period, period), by=None, now=world.now)
        session.commit()
        twin_id = twin.id
    admin = visit("admin")
    admin.goto(f"living/merge?kept={world.people['colleague'].id}&gone={twin_id}")
    expect(admin.get_by_text("任职重叠：P900")).to_be_visible()
    in_order(admin)
    admin.get_by_label("理由").fill("导入时工号录错，是同一个人")
    confirm(admin, "合并")
    expect(admin.get_by_text("已合并为一份档案")).to_be_visible()
    admin.goto(f"people/{twin_id}")
    expect(admin.get_by_text("这份档案已并入")).to_be_visible()

    gone = world.people["outsider"].id
    admin.goto(f"living/{gone}")
    in_order(admin)
    admin.get_by_role("button", name="导出").click()
    admin.wait_for_load_state()
    run_waiting(databases, world.tenant.id)
    admin.reload()
    with admin.expect_download() as waiting:
        admin.get_by_role("link", name="下载 ZIP").click()
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as archive:
        assert "data.json" in archive.namelist()
    expect(admin.get_by_text("还没有定稿：").first).to_be_visible()
    results.close(databases, world.tenant.id, world.period.id, by=None, clock=lambda: world.now)
    with world.session() as session:
        running = session.need(Period, world.period.id)
        results.publish(session, running, by=None, now=world.now)
        results.finalise(session, running, by=None, now=world.now)
        session.commit()
    admin.goto(f"living/{gone}")
    number = world.people["outsider"].number
    admin.get_by_label("本人要求").check()
    admin.get_by_label("再输入一次工号").fill("P000")
    admin.get_by_role("button", name="清除").click()
    expect(admin.locator(".k-errors")).to_contain_text("工号不对")
    admin.get_by_label("本人要求").check()
    admin.get_by_label("再输入一次工号").fill(number)
    admin.get_by_role("button", name="清除").click()
    admin.wait_for_load_state()
    run_waiting(databases, world.tenant.id)
    admin.goto(f"results/{world.period.id}/league")
    expect(admin.locator("table.is-cards")).to_contain_text("已删除人员1")
    expect(admin.locator("table.is-cards")).not_to_contain_text(number)


def test_a_nurse_is_exempt_from_rank_with_a_reason(visit, world, databases):
    """Let out in the open month, the best of all has a score and no rank, and the next one leads."""
    period, me, other = world.period.id, world.people["member"], world.people["colleague"]
    with world.session() as session:
        world.record(session, QUARREL, who="colleague", reason="与家属争吵，有人投诉")
        session.commit()
    admin = visit("admin")
    admin.goto(f"exemptions/{period}")
    in_order(admin)
    admin.get_by_role("combobox", name="姓名").fill(me.number)
    admin.get_by_role("option", name=me.name).click()
    admin.get_by_role("button", name="设定").click()
    expect(admin.locator(".k-errors")).to_contain_text("请写明不参加排名的理由")
    admin.get_by_label("理由").fill("外出进修，返岗不足半月")
    admin.get_by_role("button", name="设定").click()
    expect(admin.get_by_text(f"{me.name}本期不参加排名")).to_be_visible()
    admin.goto(f"results/{period}/manage")
    with admin.expect_navigation():
        confirm(admin, "关闭并计算")
    assert run_waiting(databases, world.tenant.id) == 1
    admin.reload()
    expect(admin.get_by_role("button", name="公示结果")).to_be_visible()
    admin.goto(f"results/{period}/league")
    line = admin.locator("tbody tr", has_text=me.number)
    expect(line).to_contain_text("不排名")
    expect(line).to_contain_text("100")
    expect(admin.locator("tbody tr", has_text=other.number)).not_to_contain_text("不排名")
    in_order(admin)
    admin.goto(f"results/{period}/{me.id}")
    expect(admin.get_by_text("外出进修，返岗不足半月")).to_be_visible()
