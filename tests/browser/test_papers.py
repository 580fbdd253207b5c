"""Paper from the pages: the league, a report and one's result as PDF and printed; a long one made in the background."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from browser_site import Site
from browser_visitor import Visitor
from playwright.sync_api import Browser
from pypdf import PdfReader

from kaohe.db import Databases
from kaohe.jobs.worker import run_waiting
from kaohe.papers import service as papers
from kaohe.tenants.models import Tenant
from kaohe.testing.world import World, build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("browser-1")


@pytest.fixture
def world(databases: Databases, tenant: Tenant) -> World:
    return build_world(databases, tenant, NURSING, sector="nursing", now=datetime.now(UTC))


def flat(reader: PdfReader) -> str:
    """The text without spaces; a browser's font names some characters by their radicals."""
    return "".join(normalize("NFKC", "".join(page.extract_text() for page in reader.pages)).split())


def downloaded(visitor: Visitor, button: str) -> tuple[str, PdfReader]:
    """What the button gives: the name of the file, and the file."""
    with visitor.page.expect_download() as waiting:
        visitor.page.locator(button).first.click()
    path = waiting.value.path()
    return unquote(waiting.value.suggested_filename), PdfReader(BytesIO(path.read_bytes()))


def printed(visitor: Visitor) -> tuple[PdfReader, str]:
    """The page as the browser prints it."""
    visitor.page.wait_for_timeout(300)
    reader = PdfReader(BytesIO(visitor.page.pdf(format="A4")))
    return reader, flat(reader)


def test_what_a_page_shows_comes_as_pdf_and_prints_without_its_frame(
    site: Site, chromium: Browser, tenant: Tenant, world: World
) -> None:
    admin = site.enter(chromium, tenant.code, world.accounts["admin"])
    person, period = world.people["member"], world.period
    for address, words in (
        (f"/results/{period.id}/league", "考核榜单"),
        (f"/results/{period.id}/{person.id}", "结果单"),
        ("/reports/nursing/league", "榜单"),
    ):
        admin.go(address)
        name, reader = downloaded(admin, "a:has(.ti-file-type-pdf)")
        text = flat(reader)
        assert name.endswith(".pdf")
        assert words in text
        assert person.name in text
        assert tenant.name in text
        assert f"第1页/共{len(reader.pages)}页" in text
        box = reader.pages[0].mediabox
        assert sorted((round(float(box.width)), round(float(box.height)))) == [595, 842]
        sheet, shown = printed(admin)
        assert person.name in shown
        for frame in ("退出", "设置", "导出", "Excel", "打印", "筛选"):
            assert frame not in shown, (address, frame)
        assert len(sheet.pages[0].extract_text().split()) > 8, "the first page is not empty"


def test_a_member_takes_the_own_result_sheet_along_on_the_phone(
    site: Site, chromium: Browser, tenant: Tenant, world: World
) -> None:
    member = site.enter(chromium, tenant.code, world.accounts["member"], phone=True)
    member.go("/results/mine")
    _, reader = downloaded(member, "a[href$='sheet.pdf']")
    text = flat(reader)
    assert world.people["member"].name in text
    assert "本人签字" in text


def test_a_scheme_prints_with_its_folds_open(
    site: Site, chromium: Browser, tenant: Tenant, world: World
) -> None:
    admin = site.enter(chromium, tenant.code, world.accounts["admin"])
    admin.go("/schemes/")
    admin.press(admin.page.locator("main a[href*='/schemes/']:not([href*='#'])").first)
    folded = admin.page.locator(".k-doc details:not([open]) td, .k-doc details:not([open]) li").first
    inside = "".join((folded.text_content() or "").split())[:12]
    assert inside
    assert inside in printed(admin)[1]


def test_a_long_paper_is_made_in_the_background(
    site: Site,
    chromium: Browser,
    databases: Databases,
    tenant: Tenant,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(papers, "DIRECT_PAGES", 0)
    admin = site.enter(chromium, tenant.code, world.accounts["admin"])
    admin.go(f"/results/{world.period.id}/league")
    admin.press("a:has(.ti-file-type-pdf)")
    admin.press(admin.page.get_by_role("button", name="生成 PDF"))
    run_waiting(databases, tenant.id)
    admin.page.reload()
    admin.look()
    name, reader = downloaded(admin, "a:has-text('下载 PDF')")
    assert "考核榜单" in name
    assert world.people["member"].name in flat(reader)
