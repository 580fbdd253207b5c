"""The result sheet and the league as PDF: for whom the page is, and with what the page shows."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from kaohe.papers import service as papers
from kaohe.results import service
from kaohe.testing.fixtures import NOW, Browser


@pytest.fixture
def as_(app, tenant, house):
    """A browser signed in as somebody of the house."""

    def sign_in(name: str) -> Browser:
        house.session.commit()
        return Browser(app, tenant).sign_in(house.world.accounts[name])

    return sign_in


def publish(house):
    service.publish(house.session, house.period, by=None, now=NOW)
    house.session.commit()


def text_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())


def sheet(house, who):
    return f"/results/{house.period.id}/{house.id_of(who)}/sheet.pdf"


def test_ones_own_sheet_says_what_the_page_says(house, as_):
    s = house.sample
    house.record("许佳宁", s.QUARREL, reason='与9床家属争吵 #read("/etc/passwd")')
    house.record("许佳宁", s.PRAISE, reason="家属来信")
    answer = as_("member").get(sheet(house, "许佳宁"))
    found = text_of(answer)
    for words in (
        "结果单",
        "许佳宁",
        "暂计总分",
        "95.5",
        "与9床家属争吵",
        '#read("/etc/passwd")',
        "家属来信",
        "−5",
        "+0.5",
        "周敏",
        "本人签字",
        "考核人",
        "盖章处",
    ):
        assert words in found, words
    name = unquote(answer.headers["Content-Disposition"])
    assert "许佳宁" in name
    assert "考核结果单.pdf" in name


def test_a_sheet_is_for_whom_the_result_is(house, as_):
    assert as_("member").get(sheet(house, "贺子涵")).status_code == 403
    assert text_of(as_("head").get(sheet(house, "许佳宁")))
    assert as_("admin").get(f"/results/{house.period.id}/999999/sheet.pdf").status_code == 404


def test_the_page_of_a_result_offers_its_pdf(house, as_):
    page = as_("member").get("/results/mine", follow_redirects=True)
    assert sheet(house, "许佳宁") in page.text
    paper = as_("member").get(sheet(house, "许佳宁").removesuffix(".pdf"))
    assert sheet(house, "许佳宁") in paper.text


def test_the_league_on_paper_holds_the_lines_of_the_page(house, as_):
    house.record("许佳宁", house.sample.QUARREL)
    house.close()
    address = f"/results/{house.period.id}/league.pdf"
    assert as_("member").get(address).status_code == 403
    publish(house)
    admin = text_of(as_("admin").get(address))
    for words in ("考核榜单", "得分分布", "平均", "中位", "许佳宁", "95", "公示中", "制表"):
        assert words in admin, words
    member = text_of(as_("member").get(address))
    assert "许佳宁" in member
    assert "工号" not in member
    assert "贺子涵" not in text_of(as_("admin").get(f"{address}?q=许佳宁"))


def test_a_long_league_is_made_in_the_background_and_fetched_by_who_asked(house, as_, monkeypatch):
    house.close()
    publish(house)
    monkeypatch.setattr(papers, "DIRECT_PAGES", 0)
    address = f"/results/{house.period.id}/league.pdf"
    member = as_("member")
    page = member.get(address)
    assert page.mimetype == "text/html"
    assert "在后台排版" in page.text
    key = page.text.split('name="paper" value="')[1].split('"')[0]
    assert as_("head").post("/papers/start", {"paper": key}).status_code == 410
    for wrong in ("", "x", "../secret", key + "0", f"{house.id_of('许佳宁')}-../../x"):
        assert member.post("/papers/start", {"paper": wrong}).status_code == 410
    job = member.post("/papers/start", {"paper": key}, follow_redirects=False)
    assert job.status_code == 303
    assert house.work() == 1
    shown = member.get(job.headers["Location"])
    assert "下载 PDF" in shown.text
    fetch = shown.text.split("/papers/")[1].split('"')[0]
    found = member.get(f"/papers/{fetch}")
    assert "许佳宁" in text_of(found)
    found.close()
    assert as_("head").get(f"/papers/{fetch}").status_code == 403
    assert member.post("/papers/start", {"paper": key}).status_code in (303, 410)
