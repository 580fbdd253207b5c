"""Every page of every role, as wide as a desk and as narrow as a phone: nothing that axe calls serious, no fault.

`KAOHE_PROVE=full` asks axe about every page at both widths; a usual run asks about every page at the desk's, and
about every third on the phone. `KAOHE_SHOTS` names a folder in which each page is kept as a picture.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_axe import grave
from browser_house import House
from browser_visitor import DESKTOP, PHONE, Visitor
from browser_walk import Things, addresses
from playwright.sync_api import Error

from kaohe.demo import CODE

ROLES = ("admin", "assessor", "member")
FULL = os.environ.get("KAOHE_PROVE") == "full"
_DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


@pytest.mark.parametrize(
    "role",
    [
        pytest.param("admin", marks=pytest.mark.xdist_group("browser-1")),
        pytest.param("assessor", marks=pytest.mark.xdist_group("browser-2")),
        pytest.param("member", marks=pytest.mark.xdist_group("browser-2")),
        pytest.param("nobody", marks=pytest.mark.xdist_group("browser-2")),
    ],
)
def test_every_page_is_in_order(
    role: str, house: House, things: Things, enter: Callable[..., Visitor]
) -> None:
    visitor = enter(CODE)
    if role != "nobody":
        visitor.sign_in(things.numbers[role])
    seen, found = 0, []
    shut: set[str] = set()
    for name, path in addresses(house, things):
        status = _open(visitor, path)
        if status is None:
            continue
        door = "sign-in" if "/sign-in" in visitor.page.url else "refused" if status == 403 else ""
        if door in shut:
            continue  # the same page again
        shut |= {door} - {""}
        seen += 1
        if status not in (200, 403, 404):
            found.append(f"{path}: answered {status}")
            continue
        for size in (DESKTOP, PHONE):
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            visitor.page.evaluate(_DRAWN)
            visitor.look()
            _keep_picture(visitor, role, name, size["width"])
            if size is DESKTOP or FULL or seen % 3 == 0:
                found += [
                    f"{role} {name} {path} {size['width']}: {one}" for one in grave(visitor.page, _OPTIONS)
                ]
        visitor.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    assert seen >= (3 if role == "nobody" else 15)
    assert not found, "\n".join(found)


def _open(visitor: Visitor, path: str) -> int | None:
    try:
        answer = visitor.page.goto(visitor.house.url + path, wait_until="load")
    except Error as error:
        if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
            return None
        raise
    assert answer is not None
    whole = "html" in answer.headers.get("content-type", "") and "<!doctype" in answer.text()[:50].lower()
    return (
        answer.status if whole else None
    )  # a download, a picture, or a fragment that only stands inside a page


def _keep_picture(visitor: Visitor, role: str, name: str, width: int) -> None:
    folder = os.environ.get("KAOHE_SHOTS")
    if folder:
        place = Path(folder) / f"{role}-{name}-{width}.png"
        visitor.page.screenshot(path=place, full_page=True)


@pytest.mark.xdist_group("browser-2")
@pytest.mark.parametrize("role", ROLES)
def test_every_page_speaks_english(
    role: str, house: House, things: Things, enter: Callable[..., Visitor]
) -> None:
    """Nothing Chinese is left on an English page but names, reasons and what else people wrote themselves."""
    visitor = enter(CODE)
    visitor.sign_in(things.numbers[role])
    visitor.press("button.k-lang")
    seen = 0
    for _name, path in addresses(house, things):
        if _open(visitor, path) == 200 and f"/t/{CODE}/" in visitor.page.url:
            visitor.look()
            seen += 1
    visitor.go("/me")
    visitor.press("button.k-lang")
    assert seen > 12
