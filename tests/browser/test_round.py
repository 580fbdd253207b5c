"""The head nurse's round with a phone in her hand: few taps, nothing lost, everything stored."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browser_visitor import Visitor
from browser_walk import picture
from browser_ward import CODE, Ward
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from kaohe.entries.models import Entry, Evidence, Withdrawal
from kaohe_nursing.scheme import NURSING
from kaohe_nursing.scheme.dimensions import ROUND

pytestmark = pytest.mark.xdist_group("browser-1")


@pytest.fixture
def head(enter: Callable[..., Visitor], ward: Ward) -> Visitor:
    """The head nurse, signed in on her phone."""
    return enter(CODE, phone=True).sign_in(ward.head)


def _at(head: Visitor, ward: Ward, name: str) -> Page:
    head.go(f"/entries/rounds/{ROUND}/at/{ward.people[name]}")
    expect(head.page.locator("h1")).to_have_text(name)
    head.taps = 0
    return head.page


def _items() -> list[int]:
    """Two items of each checklist, in the scheme's order."""
    lists = [[item.id for item in one.items] for _part, some in NURSING.form_clauses(ROUND) for one in some]
    return [ident for items in lists if items for ident in (items[0], items[-1])]


def _tick(head: Visitor, ident: int) -> None:
    head.tap(f"#item-{ident} .k-item")


def test_the_way_to_the_round_leads_from_the_start_page(head: Visitor, ward: Ward) -> None:
    head.go("/entries/rounds")
    head.press(head.page.get_by_role("link", name=re.compile("开始检查|继续")))
    head.press(head.page.get_by_role("link", name="许佳宁").first)
    expect(head.page.locator("h1")).to_have_text("许佳宁")
    expect(head.page.locator(".k-item").first).to_be_visible()
    assert head.page.locator(".k-item").count() == 63
    boxes = [box for one in head.page.locator(".k-item").all()[:12] if (box := one.bounding_box())]
    assert min(box["height"] for box in boxes) >= 44


def test_a_clean_nurse_takes_one_tap(head: Visitor, ward: Ward) -> None:
    page = _at(head, ward, "许佳宁")
    with page.expect_navigation():
        head.tap(".k-ph-next")
    head.look()
    assert head.taps <= 2
    expect(page.locator("h1")).to_have_text("林晓芸")
    [sheet] = ward.sheets("许佳宁")
    assert sheet.done_at is not None
    assert ward.entries("许佳宁") == []
    assert ward.score("许佳宁") == "100"


def test_five_misses_take_six_taps_and_one_is_taken_back(head: Visitor, ward: Ward) -> None:
    page = _at(head, ward, "沈佳怡")
    items = _items()[:5]
    for ident in items:
        _tick(head, ident)
    expect(page.locator("li.is-hit:not(.is-waiting)")).to_have_count(5)
    head.look()
    shown = page.locator(".k-ph-score").inner_text()
    with page.expect_navigation():
        head.tap(".k-ph-next")
    assert head.taps <= 8
    expect(page.locator("h1")).to_have_text("陆一帆")
    assert [entry.clause_id for entry in ward.entries("沈佳怡")] == items
    assert ward.score("沈佳怡") == shown
    assert all(sheet.done_at for sheet in ward.sheets("沈佳怡"))

    page = _at(head, ward, "沈佳怡")
    _tick(head, items[0])
    expect(page.locator("li.is-hit")).to_have_count(4)
    expect(page.locator("li.is-waiting")).to_have_count(0)
    assert [entry.clause_id for entry in ward.entries("沈佳怡")] == items[1:]
    with ward.session() as session:
        taken_back = (
            select(func.count())
            .select_from(Withdrawal)
            .join(Entry, Entry.id == Withdrawal.entry_id)
            .where(Entry.subject_id == ward.people["沈佳怡"])
        )
        assert session.scalar(taken_back) == 1


def test_a_photograph_goes_with_the_line(head: Visitor, ward: Ward) -> None:
    page = _at(head, ward, "顾思齐")
    ident = _items()[0]
    _tick(head, ident)
    expect(page.locator(f"#item-{ident}.is-hit:not(.is-waiting)")).to_be_visible()
    page.set_input_files(
        f"#photo-{ident}", {"name": "床旁.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    expect(page.locator(f"#item-{ident} .k-shoot b")).to_have_text("1")
    expect(page.locator("#round-saved")).to_contain_text("照片 1 张")
    head.look()
    [entry] = ward.entries("顾思齐")
    with ward.session() as session:
        assert session.scalar(select(func.count()).where(Evidence.entry_id == entry.id)) == 1


def test_a_save_that_fails_is_shown_and_sent_again(head: Visitor, ward: Ward) -> None:
    page = _at(head, ward, "江晚晴")
    ident = _items()[2]
    head.expect_error(r"/tick: answered 500|status of 500")
    page.route("**/tick", lambda route: route.fulfill(status=500, body="broken"))
    _tick(head, ident)
    expect(page.locator("#round-saved")).to_contain_text("没有保存")
    expect(page.locator(f"#item-{ident}")).to_have_class("is-waiting")
    assert ward.entries("江晚晴") == []
    page.unroute("**/tick")
    page.get_by_role("button", name="现在重试").tap()
    expect(page.locator(f"#item-{ident}.is-hit:not(.is-waiting)")).to_be_visible()
    assert [entry.clause_id for entry in ward.entries("江晚晴")] == [ident]


def test_without_a_connection_nothing_is_lost(head: Visitor, ward: Ward) -> None:
    page = _at(head, ward, "何静怡")
    first, second = _items()[0], _items()[3]
    head.expect_error("ERR_INTERNET_DISCONNECTED")
    head.context.set_offline(True)
    _tick(head, first)
    _tick(head, second)
    expect(page.locator("li.is-waiting")).to_have_count(2)
    expect(page.locator("#round-saved")).to_contain_text("2 项没有保存")
    head.tap(".k-ph-next")
    expect(page.locator("#round-saved")).to_contain_text("2 项没有保存")
    expect(page.locator("h1")).to_have_text("何静怡")
    page.close(run_before_unload=False)  # the telephone goes dark; the page is opened anew on the ward
    head.context.set_offline(False)
    head.renew()
    page = _at(head, ward, "何静怡")
    expect(page.locator("li.is-hit:not(.is-waiting)")).to_have_count(2)
    assert [entry.clause_id for entry in ward.entries("何静怡")] == [first, second]
