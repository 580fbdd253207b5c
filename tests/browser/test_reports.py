"""Tables at a desk and on a phone: no column of a report is out of sight, a card says whose it is, forms keep their margin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser_visitor import DESKTOP, PHONE, Visitor
from browser_walk import Things

from kaohe.demo import CODE

pytestmark = pytest.mark.xdist_group("browser-2")
_HIDDEN = """() => [...document.querySelectorAll('.k-scroll')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.scrollWidth + ' in ' + one.clientWidth)"""
_CUT = """(selector) => [...document.querySelectorAll(selector)].filter((one) => {
  const box = one.getBoundingClientRect();
  const list = one.closest('.k-menu-list, .k-panel').getBoundingClientRect();
  return box.width && (box.left < list.left + 8 || box.right > list.right - 8);
}).map((one) => one.innerText || one.tagName)"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_of_a_report_is_in_sight_at_a_desk(
    things: Things, enter: Callable[..., Visitor], language: str
) -> None:
    admin = enter(CODE)
    admin.go("/sign-in")
    if language == "en":
        admin.press("button.k-lang")
    admin.sign_in(things.numbers["admin"])
    for path in (
        *(f"/reports/nursing/{code}" for code in ("missed", "league", "praise", "bonus")),
        "/results/league",
    ):
        admin.go(path)
        assert admin.page.locator("html").get_attribute("lang").startswith(language)  # type: ignore[union-attr]
        assert admin.page.evaluate(_HIDDEN) == [], path
    if language == "en":
        admin.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        admin.press("button.k-lang")


def test_on_a_phone_cards_have_names_and_forms_have_margins(
    things: Things, enter: Callable[..., Visitor]
) -> None:
    admin = enter(CODE)
    admin.sign_in(things.numbers["admin"])
    admin.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    admin.go("/reports/nursing/league")
    heads = admin.page.locator(".k-table tbody .is-title").all_inner_texts()
    assert heads
    assert not [one for one in heads if one.strip().isdigit()]
    admin.go("/reports/nursing/praise")
    total = admin.page.locator(".k-table tfoot td[data-label]").nth(1).bounding_box()
    assert total is not None
    assert total["width"] > 300
    admin.go("/")
    admin.page.locator(".k-period-menu summary").click()
    names = admin.page.locator(".k-period-menu .k-menu-list a > span:first-child")
    names.evaluate_all(
        "(all) => all.forEach((one) => { one.textContent += ' · 一个名称很长的月度考核方案'; })"
    )
    assert admin.page.evaluate(_CUT, ".k-period-menu .k-menu-list .k-badge") == []
    admin.go("/entries/")
    admin.page.locator("main td.is-title a, main td a").first.click()
    admin.page.evaluate("document.querySelectorAll('.k-fold').forEach((one) => { one.open = true; })")
    assert admin.page.locator(".k-fold form").count() >= 1
    assert admin.page.evaluate(_CUT, ".k-fold form > :not(input)") == []
