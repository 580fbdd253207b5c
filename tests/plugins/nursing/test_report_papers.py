"""Every report of nursing on paper: the page's title, heading and rows, and the names that its chart shows."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from kaohe.accounts.models import Account
from kaohe.people import service as people
from kaohe.periods.models import Period
from kaohe.plugins import build_registry
from kaohe.results.models import Result, Run
from kaohe.testing.fixtures import Browser, application

pytestmark = pytest.mark.xdist_group("hospital")

REPORTS = {report.code: report for report in build_registry().sectors["nursing"].reports}
FIRST = 5


class Table(HTMLParser):
    """The headings and rows of the first table of a page, as words without spaces."""

    def __init__(self, page):
        super().__init__()
        self.rows: list[list[str]] = []
        self.depth = 0
        self.feed(page.split("<table")[1].split("</table>")[0])

    def handle_starttag(self, tag, _attributes):
        if tag == "tr":
            self.rows.append([])
        self.depth += tag in ("td", "th")
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.depth -= tag in ("td", "th")

    def handle_data(self, words):
        if self.depth:
            self.rows[-1][-1] += re.sub(r"[\s\u200b]", "", words)


@pytest.fixture
def office(hospital):
    """A browser of the hospital's administrator, and its last closed month and a nurse as a query."""
    databases, tenant = hospital
    with databases.tenant(tenant.id, write=False) as session:
        admin = people.person_by_number(session, "H0001")
        account = session.scalar(select(Account).where(Account.person_id == admin.id))
        month = session.scalar(select(Period.id).where(Period.code == "2026-10"))
        scored = select(Result.subject_id).join(Run, Run.id == Result.run_id).where(Run.standing.is_(True))
        scored = scored.where(Run.period_id == month, Result.score.is_not(None))
        nurse = session.scalar(scored.order_by(Result.score).limit(1))
        visitor = Browser(application(databases), tenant).sign_in(account)
        return visitor, f"?period={month}&person={nurse}"


def words_of(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    return re.sub(r"[\s\u200b]", "", text)


def chart_of(page):
    """What the chart of the page is called, and the names along it."""
    [(title, block)] = re.findall(
        r'class="k-chart"[^>]*aria-label="([^"]+)".*?<script[^>]*>(.*?)</script>', page
    )
    return title, [re.sub(r"\s", "", name) for name in json.loads(block)["x"]]


@pytest.mark.parametrize("code", REPORTS)
def test_a_report_is_on_paper_what_it_is_on_the_page(office, code):
    visitor, asked = office
    page = visitor.get(f"/reports/nursing/{code}{asked}")
    assert page.status_code == 200
    heading, *rows = Table(page.text).rows
    assert len(rows) > FIRST
    paper = words_of(visitor.get(f"/reports/nursing/{code}/pdf{asked}"))
    above, below = paper.split("".join(heading), 1)
    assert REPORTS[code].title.zh in above
    at = 0
    for row in rows[:FIRST]:
        at = below.index("".join(row), at) + 1
    title, names = chart_of(page.text)
    assert title in above
    assert len(names) >= 8
    for name in names:
        assert name in above.split(title, 1)[1], name
