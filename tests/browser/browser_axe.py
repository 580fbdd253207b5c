"""What axe says of a page, and how to be on a page before asking."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

_AXE = Axe()
_GRAVE = ("serious", "critical")
_BROAD = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page, options: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """What axe finds on a page that has loaded; the script is put into each page once."""
    page.wait_for_load_state("load")
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_AXE.axe_script)
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then(found => found.violations)",
        {"resultTypes": ["violations"], **(options or {})},
    )
    return found


def grave(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """The serious of them, a line each with the places."""
    return [_line(one) for one in violations(page, options) if one["impact"] in _GRAVE]


def in_order(page: Page) -> None:
    """Nothing that axe calls serious, and nothing wider than the window."""
    found = grave(page)
    assert not found, (page.url, found)
    assert page.evaluate(_BROAD) <= 0, page.url


def spotless(page: Page) -> None:
    """Nothing that axe finds at all, and nothing wider than the window."""
    found = [_line(one) for one in violations(page)]
    assert not found, (page.url, found)
    assert page.evaluate(_BROAD) <= 0, page.url


def follow(link: Locator) -> None:
    """Press a link or a button that leads to another page, and be on it."""
    with link.page.expect_navigation(wait_until="load"):
        link.click()


def _line(violation: dict[str, Any]) -> str:
    places = " | ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {places}"
