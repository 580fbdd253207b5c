"""The administrator's month, from an empty organisation and a slip of paper to the sealed result and its reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from browser_downloads import download, numbers, packed, paper, scores
from browser_house import House
from browser_visitor import Visitor
from browser_walk import ROSTER
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from kaohe.accounts import roles, slips
from kaohe.accounts import service as accounts
from kaohe.accounts.founding import found_tenant
from kaohe.entries.models import Entry
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.results.models import Result
from kaohe_nursing.scheme import BONUS_POOL, SATISFACTION
from kaohe_nursing.scheme.dimensions import ROUND

pytestmark = pytest.mark.xdist_group("browser-1")

CODE = "month"
MARKS = ROSTER.with_name("9月考核成绩汇总.xlsx")
ADMIN, PASSWORD = "A0001", "a long word of her own 2026"
NURSE, ON_LEAVE = "H9075", "H2984"
PRAISED, LATE = 31, 71


@pytest.fixture(scope="module")
def slip(house: House) -> str:
    """An empty organisation with one person in it: the code on the administrator's activation slip."""
    tenant = found_tenant(house.databases, code=CODE, name="市中心医院", now=house.now)
    since = house.today(CODE) - timedelta(days=60)
    with house.databases.tenant(tenant.id) as session:
        root = people.units(session)[0]
        admin = people.create_person(
            session, number=ADMIN, name="方文静", unit=root, position="主任", joined_on=since, now=house.now
        )
        [account] = accounts.create_accounts(session, person_ids=[admin.id], now=house.now)
        roles.give_role(
            session, account=account, role="admin", unit=None, starts_on=since, given_by=None, now=house.now
        )
        [(_account, code)] = slips.issue_slips(session, accounts=[account], issued_by=None, now=house.now)
        session.commit()
    return code


def test_a_month_from_the_staff_list_to_the_sealed_result(
    house: House, slip: str, enter: Callable[..., Visitor]
) -> None:
    first = house.today(CODE).replace(day=1)
    admin = enter(CODE)
    _activate(admin, ADMIN, slip)
    expect(admin.page.get_by_role("link", name="去办").first).to_be_visible()  # what to do first
    _switch_on(admin)
    _import_roster(admin, first)
    _adopt(admin, house, first)
    _plan(admin, first)
    _acknowledge(admin, enter)
    period = _open(admin, house, first)
    _record(admin, house, first)
    _import_marks(admin, house, period)
    _measure(admin, house)
    _close(admin, house, period)
    _publish(admin, house, period)
    _read_reports(admin, house, period)


def _activate(visitor: Visitor, number: str, code: str) -> None:
    visitor.go("/activate")
    page = visitor.page
    page.fill("input[name=number]", number)
    page.fill("input[name=code]", code)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    visitor.press(page.get_by_role("button", name="设好并登录"))
    assert "/activate" not in page.url


def _switch_on(admin: Visitor) -> None:
    admin.go("/settings")
    admin.page.get_by_label("护理", exact=True).check()
    admin.press(admin.page.get_by_role("button", name="保存"))
    expect(admin.page.get_by_text("设置已保存")).to_be_visible()


def _line(page: Page, name: str) -> str:
    """The number of somebody's line in the preview."""
    row = page.locator("tr.is-bad", has_text=re.compile(r"\s*".join(name))).first
    label = row.locator("[data-label^='第 ']").first.get_attribute("data-label") or ""
    return re.sub(r"\D", "", label)


def _import_roster(admin: Visitor, first: date) -> None:
    """The office's file as it is: each doubt is answered in the preview, then all is written at once."""
    page = admin.page
    admin.go("/people/import")
    page.set_input_files("input[type=file]", ROSTER)
    page.fill("input[name=day]", first.isoformat())
    admin.press(page.get_by_role("button", name="读入并预览"))
    expect(page.locator("#k-why")).to_have_text("还有 10 行要处理")
    expect(page.get_by_role("button", name="写入")).to_be_disabled()
    _answer(page, {"郝清强": "keep", "金兰诗": "keep", "萧娟": "keep"}, "a-{}-number")
    _answer(page, {"张志": "H3427", "梁红刚": "H1133"}, "t-{}-number")
    _answer(page, {"高琪怡": "empty"}, "a-{}-joined_on")
    _answer(page, {"薛晓": (first - timedelta(days=20)).isoformat()}, "t-{}-left")
    _answer(page, {"邓子浩": "ignore"}, "a-{}-left")
    line = _line(page, "袁平杰")
    page.fill(f"[name='t-{line}-leave']", first.isoformat())
    page.fill(f"[name='u-{line}-leave']", (first + timedelta(days=150)).isoformat())
    admin.press(page.get_by_role("button", name="应用以上处理"))
    expect(page.locator("#k-why")).to_have_text("还有 1 行要处理")
    admin.press(page.get_by_role("button", name="跳过这一行"))
    admin.press(page.get_by_role("button", name="写入 85 行"))
    expect(page.get_by_role("heading", name="已导入")).to_be_visible()
    admin.go("/people/import")
    page.set_input_files("input[type=file]", ROSTER)
    page.fill("input[name=day]", first.isoformat())
    admin.press(page.get_by_role("button", name="读入并预览"))
    expect(page.get_by_text("没有什么要写入")).to_be_visible()  # twice changes nothing


def _answer(page: Page, answers: dict[str, str], field: str) -> None:
    for name, answer in answers.items():
        place = page.locator(f"[name='{field.format(_line(page, name))}']")
        if place.evaluate("one => one.tagName") == "SELECT":
            place.select_option(answer)
        else:
            place.fill(answer)


def _adopt(admin: Visitor, house: House, first: date) -> None:
    """Settle the doubts one by one, as the document asks, and adopt from the month's first day."""
    page = admin.page
    admin.go("/schemes/")
    admin.press(page.get_by_role("button", name="起草第 1 版"))
    open_doubts = page.locator(".k-three fieldset")
    left = open_doubts.count()
    assert left >= 5
    expect(page.get_by_role("button", name="采用", exact=True)).to_be_disabled()
    while left:
        doubt = open_doubts.first
        doubt.locator("input[name=option]").first.check()
        doubt.get_by_role("button", name="记入裁定").click()
        left -= 1
        expect(open_doubts).to_have_count(left)
    admin.look()
    document = page.url
    admin.go(document.partition(house.url)[2].partition("?")[0] + "/scope")
    page.get_by_label("只限下面勾选的部门").check()
    for ward in page.locator("input[name=units]").all():
        if ward.locator("xpath=..").inner_text().strip() != "市中心医院":
            ward.check()
    admin.press(page.get_by_role("button", name="保存", exact=True))
    admin.press(page.get_by_role("link", name="采用", exact=True))
    page.fill("input[name=starts_on]", first.isoformat())
    admin.press(page.get_by_role("button", name="采用第 1 版"))
    expect(page.locator("main")).to_contain_text("已采用")


def _plan(admin: Visitor, first: date) -> None:
    page = admin.page
    admin.go("/periods/plan")
    page.fill("input[name=year]", str(first.year))
    admin.press(page.get_by_role("button", name="看预览"))
    button = page.get_by_role("button", name=re.compile(r"生成 \d+ 个周期"))
    admin.press(button)
    month = page.get_by_role("link", name=f"{first.year} 年 {first.month} 月", exact=True)
    expect(month.locator("visible=true").first).to_be_visible()


def _acknowledge(admin: Visitor, enter: Callable[..., Visitor]) -> None:
    """A nurse gets her slip, sets her password on her phone, reads the scheme and says so."""
    page = admin.page
    admin.go(f"/accounts/new?q={NURSE}")
    page.locator("tbody input[type=checkbox]").first.check()
    admin.press(page.get_by_role("button", name="给勾选的人建"))
    code = page.locator(".k-slip .font-monospace").inner_text()
    nurse = enter(CODE, phone=True)
    _activate(nurse, NURSE, code)
    nurse.go("/schemes/")
    nurse.press(nurse.page.get_by_role("link", name="学习并确认"))
    nurse.press(nurse.page.locator("form[action$='/acknowledge'] button"))
    nurse.go("/schemes/")
    expect(nurse.page.get_by_text("您已确认学习")).to_be_visible()


def _open(admin: Visitor, house: House, first: date) -> int:
    with house.session(CODE) as session:
        ident = session.scalars(select(Period.id).where(Period.starts_on == first)).one()
    page = admin.page
    admin.go(f"/periods/{ident}")
    expect(page.locator("#open")).to_contain_text("确认")  # who has not read the scheme yet
    page.fill("#open-reason", "其余人员本周内补确认")
    admin.press(page.get_by_role("button", name="开放录入"))
    with house.session(CODE) as session:
        assert session.need(Period, ident).state == "open"
    return int(ident)


def _record(admin: Visitor, house: House, first: date) -> None:
    """One entry by form, and one clause for many people."""
    page = admin.page
    admin.go("/entries/new")
    page.locator("#person").press_sequentially(NURSE)
    page.locator(".k-pick-list [role=option]").first.click()
    page.locator(f"input[name=clause_id][value='{PRAISED}']").first.check()
    page.fill("#reason", "患者写来感谢信。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-entry-saved]")).to_contain_text("已保存")

    admin.go("/entries/batch")
    page.locator("select[name=unit]").select_option(label="ICU")
    page.wait_for_load_state("load")
    boxes = page.locator("tbody input[name=person]")
    expect(boxes.nth(2)).to_be_visible()
    for place in range(3):
        boxes.nth(place).check()
    page.locator(f"input[name=clause_id][value='{LATE}']").first.check()
    page.fill("#reason", "交接班表册未按时书写。")
    admin.press(page.get_by_role("button", name="保存给勾选的人"))
    with house.session(CODE) as session:
        count = select(func.count()).select_from(Entry).where(Entry.clause_id == LATE)
        assert session.scalar(count) == 3

    with house.session(CODE) as session:
        nurse = people.person_by_number(session, NURSE)
        assert nurse is not None
    admin.go(f"/entries/rounds/{ROUND}/at/{nurse.id}")
    for place in (0, 40):
        page.locator("li:not(.is-hit):not(.is-waiting) > .k-item").nth(place).click()
    expect(page.locator("li.is-hit:not(.is-waiting)")).to_have_count(2)
    admin.press(".k-ph-next")


def _import_marks(admin: Visitor, house: House, period: int) -> None:
    """The page of marks as the office sends it: absent, "86分", 855 and blanks are named, none is guessed."""
    page = admin.page
    admin.go("/entries/marks")
    page.set_input_files("#table", MARKS)
    admin.press(page.get_by_role("button", name="预览"))
    words = page.locator("main").inner_text()
    assert "缺考" in words
    assert "86分" in words
    assert "855" in words
    expect(page.locator("select[name^='exam-']")).to_have_count(3)
    page.locator("input[name=rest]").check()
    admin.press(page.get_by_role("button", name="写入", exact=True))
    expect(page.locator("main")).to_contain_text("已写入 234 处成绩")
    with house.session(CODE) as session:
        marks = select(func.count()).where(Entry.period_id == period, Entry.origin == "import")
        assert session.scalar(marks) == 234


def _measure(admin: Visitor, house: House) -> None:
    """The month's pool and each ward's satisfaction."""
    page = admin.page
    admin.go(f"/entries/measures?measure={BONUS_POOL}")
    page.locator("input[name^='v-']").first.fill("120000.01")
    admin.press(page.get_by_role("button", name="保存", exact=True))
    admin.go(f"/entries/measures?measure={SATISFACTION}")
    for place, box in enumerate(page.locator("input[name^='v-']").all()):
        box.fill(f"{95 + place % 4}.5")
    admin.press(page.get_by_role("button", name="保存", exact=True))


def _close(admin: Visitor, house: House, period: int) -> None:
    page = admin.page
    admin.go(f"/results/{period}/manage")
    expect(page.get_by_role("heading", name="资料完整度")).to_be_visible()
    page.get_by_role("button", name="关闭并计算").click()
    expect(page.locator("#k-confirm")).to_be_visible()
    with page.expect_navigation(wait_until="load"):
        page.locator("#k-confirm-yes").click()
    expect(page.locator("main")).to_contain_text(re.compile("完成|已关闭"), timeout=30_000)
    admin.look()
    with house.session(CODE) as session:
        assert session.need(Period, period).state == "closed"
        assert session.scalar(select(func.count()).select_from(Result)) == 84


def _publish(admin: Visitor, house: House, period: int) -> None:
    page = admin.page
    for button, state in (("公示结果", "published"), ("定稿封存", "final")):
        admin.go(f"/results/{period}/manage")
        page.get_by_role("button", name=button).click()
        with page.expect_navigation(wait_until="load"):
            page.locator("#k-confirm-yes").click()
        admin.look()
        with house.session(CODE) as session:
            assert session.need(Period, period).state == state


def _read_reports(admin: Visitor, house: House, period: int) -> None:
    """The league and every report as a page and as a spreadsheet; the figures are those that are stored."""
    page = admin.page
    admin.go(f"/results/{period}/league")
    expect(page.locator("tbody tr").first).to_be_visible()
    with house.session(CODE) as session:
        wanted = select(Person.number, Result.score).join(Person, Person.id == Result.subject_id)
        stored = {row[0]: row[1] for row in session.execute(wanted)}
        nurse = people.person_by_number(session, NURSE)
        assert nurse is not None
    assert [number for number, score in stored.items() if score is None] == [ON_LEAVE]
    ranked = {number: score for number, score in stored.items() if score is not None}
    assert scores(download(admin, f"/results/{period}/export")) == ranked
    tables = {}
    for report in house.registry.sectors["nursing"].reports:
        asked = f"?period={period}" + (f"&person={nurse.id}" if "person" in report.asks else "")
        admin.go(f"/reports/nursing/{report.code}{asked}")
        expect(page.locator("main table").first).to_be_visible()
        tables[report.code] = download(admin, f"/reports/nursing/{report.code}/export{asked}")
        printed = paper(admin, f"/reports/nursing/{report.code}/pdf{asked}")
        rows = page.locator("table.is-report tbody tr")
        for words in (report.title.zh, *rows.first.locator("td").all_text_contents()):
            assert packed(words) in printed, (report.code, words)
    assert scores(tables["league"]) == ranked
    assert sum(numbers(tables["bonus"], "奖金")) == Decimal("120000.01")
    assert sum(numbers(tables["praise"], "提名表扬（次）")) == 1
    assert sum(numbers(tables["missed"], "合计")) == 2
    assert any("病人提名表扬" in row for row in tables["own"])
