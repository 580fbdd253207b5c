"""Reports as PDF: the rows of the page for this reader, in its order, with chart, totals, notes and places to sign."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote

from pypdf import PdfReader

from kaohe.exemptions import service as exemptions
from kaohe.testing.fixtures import NOW


def text_of(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())


def test_page_and_paper_agree(house, as_):
    house.record("许佳宁", house.sample.QUARREL)
    answer = as_("admin").get("/reports/sample/league/pdf")
    found = text_of(answer)
    for words in ("榜单报表", "许佳宁", "95", "−5", "合计", "895", "一句说明", "缺", "制表", "盖章处"):
        assert words in found, words
    assert "2026 年 9 月 榜单报表.pdf" in unquote(answer.headers["Content-Disposition"])
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_is_not_ranked_is_said_so_and_misses_nothing(house, as_):
    words = {"reason": "外出进修", "actor": house.world.actors["admin"], "now": NOW}
    exemptions.exempt(house.session, house.period, house.id_of("许佳宁"), **words)
    admin = as_("admin")
    page = admin.get("/reports/sample/ranks").text
    row = page[page.index("许佳宁") :].split("</tr>")[0]
    assert "不排名" in row
    assert "缺" not in row
    paper = text_of(admin.get("/reports/sample/ranks/pdf"))
    assert "不排名100" in paper
    assert admin.get("/reports/sample/ranks/export").status_code == 200


def test_the_paper_follows_search_and_order_of_the_page(house, as_):
    house.record("许佳宁", house.sample.QUARREL)
    admin = as_("admin")
    found = text_of(admin.get(f"/reports/sample/league/pdf?unit={house.world.heart.id}&sort=score&dir=asc"))
    assert "张志" not in found
    rows = found[found.index("趋势") :]
    assert rows.index("许佳宁") < rows.index("贺子涵")
    assert "许佳宁" not in text_of(admin.get("/reports/sample/league/pdf?q=贺")).split("趋势")[1]


def test_the_paper_shows_the_reader_no_more_than_the_page(house, as_):
    page = as_("head").get("/reports/sample/league")
    found = text_of(as_("head").get("/reports/sample/league/pdf"))
    everybody = text_of(as_("admin").get("/reports/sample/league/pdf"))
    hidden = [name for name in ("许佳宁", "贺子涵", "张志") if name not in page.text]
    assert hidden
    for name in hidden:
        assert name not in found
        assert name in everybody
    assert as_("member").get("/reports/sample/league/pdf").status_code == 403


def test_the_page_offers_the_paper_of_what_it_shows(house, as_):
    page = as_("admin").get("/reports/sample/league?q=贺").text
    assert "/reports/sample/league/pdf?q=" in page


def test_a_report_with_a_fault_has_no_paper(house, as_):
    answer = as_("admin").get("/reports/sample/broken/pdf")
    assert answer.status_code == 500
    assert "这张报表出错了" in answer.text
