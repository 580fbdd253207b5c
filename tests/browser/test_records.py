"""Recording and reading: why a nurse has 95.5, what was changed stays visible, nothing is stored twice or lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browser_visitor import Visitor
from browser_walk import picture
from browser_ward import CODE, COMPLAINT, NOT_ON_DEMAND, PRAISED, QUARREL, Ward
from playwright.sync_api import FilePayload, Locator, Page, expect
from sqlalchemy import select

from kaohe.people.models import Person

pytestmark = pytest.mark.xdist_group("browser-2")


def _fill(visitor: Visitor, name: str, clause: int, reason: str) -> None:
    """Fill the form of one entry with the mouse."""
    page = visitor.page
    page.locator("#person").press_sequentially(name)
    page.locator(".k-pick-list [role=option]").filter(has_text=name).first.click()
    page.locator(f"input[name=clause_id][value='{clause}']").first.check()
    page.fill("#reason", reason)


def _record(
    visitor: Visitor, name: str, clause: int, reason: str, files: list[FilePayload] | None = None
) -> Locator:
    """One entry through the form; what it answered."""
    visitor.go("/entries/new")
    _fill(visitor, name, clause, reason)
    if files:
        visitor.page.set_input_files("#files", files)
    visitor.page.get_by_role("button", name="保存", exact=True).click()
    saved = visitor.page.locator("[data-entry-saved]")
    expect(saved).to_contain_text("已保存")
    visitor.look()
    return saved


@pytest.fixture(scope="module")
def story() -> dict[int, list[str]]:
    """What happened to the nurse with 95.5."""
    return {
        PRAISED: ["3 床家属来信，夜间巡视细致。", "出院回访时点名表扬宣教耐心。"],
        COMPLAINT: ["17 床按铃后 8 分钟才到床旁，已核实。"],
        QUARREL: ["因探视时间与 9 床发生争吵。"],
    }


def test_a_nurse_reads_why_she_has_95_5(
    enter: Callable[..., Visitor], ward: Ward, story: dict[int, list[str]]
) -> None:
    head = enter(CODE).sign_in(ward.head)
    photo: FilePayload = {"name": "表扬信.jpg", "mimeType": "image/jpeg", "buffer": picture(200)}
    saved = ""
    for clause, reasons in story.items():
        for reason in reasons:
            files = [photo] if reason == story[PRAISED][0] else None
            saved = _record(head, "林晓芸", clause, reason, files).inner_text()
    assert "95.5" in saved
    assert ward.score("林晓芸") == "95.5"

    for phone in (False, True):
        nurse = enter(CODE, phone=phone).sign_in(ward.numbers["林晓芸"])
        nurse.go("/results/mine")
        page = nurse.page
        expect(page.locator("h1")).to_contain_text("林晓芸")
        said = re.sub(r"\s+", " ", nurse.words())
        assert "95.5" in said
        assert re.search(r"100 (?:[+−][\d.]+ )*\+1 (?:[+−][\d.]+ )*= ?95\.5", said), said[:900]
        quality = re.sub(r"\s+", " ", page.locator(".k-dim", has_text="优质服务").inner_text())
        assert sorted(re.findall(r"[+−][\d.]+", quality)) == ["+1", "−0.5", "−5"], quality
        assert quality.endswith("= 16.5")
        for reasons in story.values():
            for reason in reasons:
                expect(page.get_by_text(reason)).to_be_visible()
        for sentence in ("封顶", "保底", "叠加", "取整", "95.5 为准确值"):
            assert sentence in said, sentence
        assert said.count("周敏") >= 4
        photograph = page.locator(".k-thumb", has_text="表扬信")
        expect(photograph).to_be_visible()
        answer = nurse.context.request.get(nurse.house.url + (photograph.get_attribute("href") or ""))
        assert answer.status == 200
        assert answer.body()[:2] == b"\xff\xd8"
        nurse.press(page.get_by_role("link", name="全部步骤"))
        assert "95.5" in nurse.words()


def test_correction_and_withdrawal_leave_both_visible(enter: Callable[..., Visitor], ward: Ward) -> None:
    head = enter(CODE).sign_in(ward.head)
    page = head.page
    head.press(_record(head, "宋清扬", QUARREL, "与家属争吵，护士长到场。").get_by_role("link", name="查看"))
    assert ward.score("宋清扬") == "95"
    page.locator("summary:has(#entry-correct)").click()
    page.locator(f"input[name=clause_id][value='{COMPLAINT}']").first.check()
    page.fill("#reason", "复核：家属有意见，没有争吵。")
    head.press(page.get_by_role("button", name="保存更正"))
    assert ward.score("宋清扬") == "99.5"
    for words in ("与家属争吵，护士长到场。", "复核：家属有意见，没有争吵。", "更正为"):
        expect(page.locator("main")).to_contain_text(words)

    page.locator("summary:has(#entry-withdraw)").click()
    page.fill("#why", "家属撤回意见")
    head.press(page.get_by_role("button", name="撤回这条"))
    expect(page.locator("main")).to_contain_text("家属撤回意见")
    assert ward.score("宋清扬") == "100"
    assert ward.entries("宋清扬") == []

    head.go(f"/entries/?person={ward.people['宋清扬']}")
    rows = page.locator("tbody tr")
    expect(rows.filter(has_text="已更正")).to_have_count(1)
    expect(rows.filter(has_text="已撤回")).to_have_count(1)

    nurse = enter(CODE).sign_in(ward.numbers["宋清扬"])
    nurse.go("/results/mine")
    assert "家属撤回意见" in nurse.words()


def test_two_people_editing_one_thing(enter: Callable[..., Visitor], ward: Ward) -> None:
    one, other = enter(CODE).sign_in(ward.admin), enter(CODE).sign_in(ward.admin)
    path = f"/people/{ward.people['程予心']}/edit"
    for visitor in (one, other):
        visitor.go(path)
    one.page.fill("[name=note]", "外语好")
    one.press(_submit(one.page))
    other.page.fill("[name=note]", "本月带教两名学生")
    _submit(other.page).click()
    told = other.page.locator(".k-errors, .k-note.is-minus, .k-note.is-warn").first
    expect(told).to_be_visible()
    expect(told).to_contain_text(re.compile("改过|已被|别人|同时"))
    expect(other.page.locator("[name=note]")).to_have_value("本月带教两名学生")
    other.look()
    with ward.session() as session:
        assert (
            session.scalars(select(Person.note).where(Person.number == ward.numbers["程予心"])).one()
            == "外语好"
        )


def _submit(page: Page) -> Locator:
    return page.locator("main form.k-form button[type=submit].btn-primary").first


def test_a_form_that_is_sent_twice_stores_once(enter: Callable[..., Visitor], ward: Ward) -> None:
    head = enter(CODE, script=False).sign_in(ward.head)
    page = head.page
    head.go("/entries/new")
    page.fill("#person", ward.numbers["魏安然"])
    page.locator(f"input[name=clause_id][value='{NOT_ON_DEMAND}']").first.check()
    page.fill("#reason", "交班时没有按要求落实。")
    page.locator("#entry-form button[type=submit]").dblclick()
    expect(page.locator("[data-entry-saved]")).to_contain_text("魏安然")
    assert len(ward.entries("魏安然")) == 1

    quick = enter(CODE).sign_in(ward.head)
    quick.go("/entries/new")
    _fill(quick, "苗春燕", NOT_ON_DEMAND, "交班时没有按要求落实。")
    quick.page.get_by_role("button", name="保存", exact=True).dblclick()
    expect(quick.page.locator("[data-entry-saved]")).to_contain_text("苗春燕")
    quick.page.wait_for_timeout(300)
    assert len(ward.entries("苗春燕")) == 1


def test_what_was_refused_keeps_what_was_typed(enter: Callable[..., Visitor], ward: Ward) -> None:
    head = enter(CODE).sign_in(ward.head)
    head.go("/entries/new")
    _fill(head, "罗可欣", QUARREL, "")
    head.page.fill("#happened_on", "2020-01-01")
    head.page.get_by_role("button", name="保存", exact=True).click()
    expect(head.page.locator("#entry-form .k-err").first).to_be_visible()
    expect(head.page.locator("#person")).to_have_value(re.compile("罗可欣"))
    expect(head.page.locator(f"input[name=clause_id][value='{QUARREL}']").first).to_be_checked()
    expect(head.page.locator("#happened_on")).to_have_value("2020-01-01")
    assert ward.entries("罗可欣") == []
    head.look()


def test_without_script_one_entry_and_a_result(enter: Callable[..., Visitor], ward: Ward) -> None:
    head = enter(CODE, script=False).sign_in(ward.head)
    page = head.page
    head.go("/entries/new")
    page.fill("#person", "罗可欣")
    page.locator(f"input[name=clause_id][value='{PRAISED}']").first.check()
    page.fill("#reason", "患者写信表扬。")
    head.press("#entry-form button[type=submit]")
    expect(page.locator("[data-entry-saved]")).to_contain_text("罗可欣")
    [entry] = ward.entries("罗可欣")
    assert entry.clause_id == PRAISED
    head.go(f"/results/{ward.period}/{ward.people['罗可欣']}")
    expect(page.get_by_text("患者写信表扬。")).to_be_visible()
    expect(page.get_by_role("heading", name="分数怎么来的")).to_be_visible()
    head.go(f"/results/{ward.period}/league")
    expect(page.get_by_text("罗可欣")).to_be_visible()


def _tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Walk with the tabulator until an element has the focus."""
    for _step in range(most):
        if page.evaluate("(selector) => Boolean(document.activeElement?.matches(selector))", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_one_entry_with_the_keyboard_alone(enter: Callable[..., Visitor], ward: Ward) -> None:
    head = enter(CODE).sign_in(ward.head)
    page = head.page
    head.go("/entries/new")
    keys = page.keyboard
    keys.press("Tab")
    keys.press("Enter")  # past the navigation, to the page itself
    _tab_to(page, "#person")
    keys.type("陆一帆")
    expect(page.locator(".k-pick-list [role=option]")).to_have_count(1)
    expect(page.locator("#person")).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowDown")
    keys.press("Enter")
    _tab_to(page, "[data-clause-find]")
    keys.type("表扬")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.name") == "clause_id"
    _tab_to(page, "#reason")
    keys.type("家属送来感谢信。")
    _tab_to(page, "#entry-form button[type=submit]")
    keys.press("Enter")
    expect(page.locator("[data-entry-saved]")).to_contain_text("陆一帆")
    [entry] = ward.entries("陆一帆")
    assert entry.clause_id == PRAISED
    expect(page.locator("#person")).to_be_focused()  # ready for the next
    head.look()


def test_the_language_switches_and_stays(enter: Callable[..., Visitor], ward: Ward) -> None:
    nurse = enter(CODE).sign_in(ward.numbers["许佳宁"])
    page = nurse.page
    nurse.go("/results/mine")
    expect(page.get_by_role("heading", name="分数怎么来的")).to_be_visible()
    nurse.press("button.k-lang")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.split("?")[0].endswith(f"/results/{ward.period}/{ward.people['许佳宁']}")
    expect(page.get_by_role("heading", name="分数怎么来的")).to_have_count(0)
    nurse.go("/schemes/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    nurse.press("button.k-lang")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
