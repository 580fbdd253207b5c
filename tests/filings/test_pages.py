"""Pages of filings: forms keep what was typed and say what is wrong, rights hold, the tracker and its export are true."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from kaohe.db import Databases
from kaohe.filings import service
from kaohe.filings.models import Due, Filed
from kaohe.filings.sweeps import go_round
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company
from kaohe.testing.fixtures import Browser

Enter = Callable[[str], Browser]


@pytest.fixture
def mine(databases: Databases, tenant: Tenant) -> Company:
    """A mine whose targets of next month are owed now, whatever the day of the tests is."""
    now = datetime.now(UTC)
    first = now.astimezone(ZoneInfo("Asia/Shanghai")).date().replace(day=1)
    company = Company(
        databases, tenant, sector="managers", scheme="managers.month", starts_on=first, months=1
    )
    month = f"{first:%Y-%m}"
    company.open(month)
    with company.session() as session:
        tenants.switch_on(session, "managers", now=now)
        for unit in ("掘进队", "通风科", "财务科"):
            session.add(
                Due(
                    filing="managers_targets",
                    period_id=company.periods[month].id,
                    subject_id=company.units[unit].id,
                    unit_id=company.units[unit].id,
                    starts_on=first,
                    ends_on=company.periods[month].ends_on,
                    made_at=now,
                    due_at=now + timedelta(days=-1 if unit == "财务科" else 3),
                )
            )
        session.commit()
    return company


@pytest.fixture
def enter(app: Flask, tenant: Tenant, mine: Company) -> Enter:
    """Somebody signed in."""

    def as_(name: str) -> Browser:
        with mine.session() as session:
            account = mine.account(session, name)
        return Browser(app, tenant).sign_in(account)

    return as_


def due_id(mine: Company, unit: str) -> int:
    with mine.session(write=False) as session:
        found = session.scalar(select(Due.id).where(Due.subject_id == mine.units[unit].id))
        assert found is not None
        return found


def due_id_open(mine: Company, unit: str) -> int:
    with mine.session(write=False) as session:
        wanted = (Due.subject_id == mine.units[unit].id, Due.due_at > datetime.now(UTC))
        return session.scalars(select(Due.id).where(*wanted)).one()


def form(**more: str) -> dict[str, str]:
    return {
        "do": "file",
        "after": "0",
        "token": "token-of-this-form",
        "f-targets-0-target": "进尺",
        "f-targets-0-measure": "验收",
        "f-targets-0-leader": "赵队长",
        "f-budget-0-item": "锚杆",
        "f-budget-0-amount": "12,345.00",
        **more,
    }


def test_filing_by_the_head_with_mistakes_kept_and_named(mine: Company, enter: Enter) -> None:
    head, url = enter("赵队长"), f"/filings/{due_id(mine, '掘进队')}/file"
    wrong = head.post(url, form(**{"f-budget-0-amount": "一百", "f-targets-0-leader": ""}))
    assert wrong.status_code == 422
    assert "一百" in wrong.text
    assert "请填金额（元）" in wrong.text
    assert 'aria-describedby="e-f-targets-0-leader"' in wrong.text
    more = head.post(url, {**form(), "more-lines": "budget"})
    assert more.text.count('id="f-budget-') > wrong.text.count('id="f-budget-')
    assert "12,345.00" in more.text
    assert head.post(url, form()).status_code == 303
    assert head.post(url, form()).status_code == 303  # sent twice: one version
    shown = head.get(f"/filings/{due_id(mine, '掘进队')}")
    assert "¥12,345.00" in shown.text
    assert "第 1 版" in shown.text
    paper = head.get(f"/filings/{due_id(mine, '掘进队')}/print")
    assert "¥12,345.00" in paper.text
    with mine.session(write=False) as session:
        assert len(session.scalars(select(Filed)).all()) == 1


def test_an_old_page_is_refused_with_what_was_typed(mine: Company, enter: Enter) -> None:
    head, url = enter("赵队长"), f"/filings/{due_id(mine, '掘进队')}/file"
    assert head.post(url, form()).status_code == 303
    old = head.post(url, form(token="another-form", **{"f-words": "另一处填的"}))
    assert old.status_code == 409
    assert "第 1 版" in old.text
    assert "另一处填的" in old.text


def test_a_draft_comes_back_as_it_was_typed(mine: Company, enter: Enter) -> None:
    head, url = enter("李科长"), f"/filings/{due_id(mine, '通风科')}/file"
    assert head.post(url, form(do="draft", **{"f-budget-0-amount": "大概一百"})).status_code == 303
    assert "大概一百" in head.get(url).text
    assert "草稿" in head.get(f"/filings/{due_id(mine, '通风科')}").text


def test_a_filing_is_printed_as_pdf_for_whom_its_page_is(mine: Company, enter: Enter) -> None:
    ident = due_id(mine, "掘进队")
    head = enter("赵队长")
    assert head.get(f"/filings/{ident}/print.pdf").mimetype == "application/pdf"
    head.post(f"/filings/{ident}/file", form())
    assert f"/filings/{ident}/print.pdf" in head.get(f"/filings/{ident}").text
    assert f"/filings/{ident}/print.pdf" in head.get(f"/filings/{ident}/print").text
    answer = head.get(f"/filings/{ident}/print.pdf")
    pages = PdfReader(io.BytesIO(answer.data)).pages
    found = "".join("".join(page.extract_text() for page in pages).split())
    for words in ("掘进队", "进尺", "验收", "赵队长", "负责人签字", "第1版"):
        assert words in found, words
    assert enter("陈副科").get(f"/filings/{due_id(mine, '财务科')}/print.pdf").status_code == 403


def test_rights_who_reads_who_files_who_unlocks(mine: Company, enter: Enter) -> None:
    ident = due_id(mine, "财务科")
    reads = {"冯科长": 200, "郑分管": 200, "吴矿长": 200, "周分管": 403, "陈副科": 403}
    for name, status in reads.items():
        assert enter(name).get(f"/filings/{ident}").status_code == status, name
    for name in ("郑分管", "吴矿长", "陈副科"):
        assert enter(name).post(f"/filings/{ident}/file", form()).status_code == 403
    assert enter("冯科长").post(f"/filings/{ident}/file", form()).status_code == 409  # locked
    day = (mine.at("2026-01-01").now(UTC) + timedelta(days=3)).date().isoformat()
    for name in ("冯科长", "郑分管"):
        assert enter(name).post(f"/filings/{ident}/unlock", {"due": day, "reason": "停电"}).status_code == 403
    admin = enter("吴矿长")
    refused = admin.post(f"/filings/{ident}/unlock", {"due": day, "reason": ""})
    assert refused.status_code == 422
    assert "请写明解锁的理由" in refused.text
    assert admin.post(f"/filings/{ident}/unlock", {"due": day, "reason": "停电"}).status_code == 303
    assert enter("冯科长").post(f"/filings/{ident}/file", form()).status_code == 303
    with mine.session(write=False) as session:
        due = session.get(Due, ident)
        assert due is not None
        assert service.state_of(due, datetime.now(UTC)) == "filed"
    assert "停电" in admin.get(f"/filings/{ident}").text


def test_the_tracker_counts_filters_and_exports(mine: Company, enter: Enter) -> None:
    enter("赵队长").post(f"/filings/{due_id(mine, '掘进队')}/file", form())
    admin = enter("吴矿长")
    whole = admin.get("/filings/tracker").text
    assert re.findall(r'k-fig">(\d+)<', whole)[:5] == ["3", "1", "0", "1", "1"]
    assert "通风科" not in admin.get("/filings/tracker?state=missing").text.split("<tbody>")[1]
    assert "掘进队" in admin.get("/filings/tracker?q=掘进").text.split("<tbody>")[1]
    assert "没有符合条件的" in admin.get("/filings/tracker?q=没有这个").text
    one = admin.get("/filings/tracker?filing=managers_targets").text
    assert one.split("<tbody>")[1].count("is-title") == 3
    leader = enter("周分管").get("/filings/tracker").text.split("<tbody>")[1]
    assert ("掘进队" in leader, "财务科" in leader) == (True, False)
    assert enter("陈副科").get("/filings/tracker").status_code == 403
    book = CalamineWorkbook.from_filelike(io.BytesIO(admin.get("/filings/tracker.xlsx").data))
    cells = {row[1]: row[3] for row in book.get_sheet_by_index(0).to_python() if len(row) > 3}
    assert (cells["掘进队"], cells["通风科"], cells["财务科"]) == ("按时", "待报", "未报")


def test_what_i_owe_and_a_stranger_is_not_found(mine: Company, enter: Enter) -> None:
    head = enter("赵队长")
    assert "去填" in head.get("/filings/").text
    assert head.get("/filings/999").status_code == 404
    assert "没有要报的" in enter("陈副科").get("/filings/").text


def miss(mine: Company, unit: str, count: int, filing: str = "managers_targets") -> None:
    """Dues of months long gone that were not filed."""
    now = datetime.now(UTC)
    with mine.session() as session:
        period = session.scalars(select(Due.period_id)).first()
        assert period is not None
        for n in range(1, count + 1):
            first = mine.starts_on - timedelta(days=40 * n)
            session.add(
                Due(
                    filing=filing,
                    period_id=period,
                    subject_id=mine.units[unit].id,
                    unit_id=mine.units[unit].id,
                    starts_on=first,
                    ends_on=first,
                    made_at=now,
                    due_at=now - timedelta(days=40 * n),
                )
            )
        session.commit()


def test_missed_filings_that_are_locked_hide_no_open_one_and_are_told_of(mine: Company, enter: Enter) -> None:
    miss(mine, "掘进队", 25)
    miss(mine, "掘进队", 1, "of_no_sector")
    head = enter("赵队长")
    start, url = head.get("/").text, f"/filings/{due_id_open(mine, '掘进队')}/file"
    assert url in start
    assert "26 项漏报已锁定" in start
    assert start.index(url) < start.index("项漏报已锁定")
    assert 'filings/?show=locked"' in start
    listed = head.get("/filings/").text
    assert url in listed
    assert listed.count("去填") == 1
    locked = head.get("/filings/?show=locked").text
    assert url not in locked
    assert locked.count(">查看</a>") == 20
    assert head.get("/filings/?show=locked&page=2").text.count(">查看</a>") == 6
    assert "漏报" not in enter("李科长").get("/").text
    assert "没有锁定的漏报" in enter("李科长").get("/filings/?show=locked").text


def test_a_round_of_the_schedule_leaves_the_pages_as_they_are(mine: Company, enter: Enter) -> None:
    go_round(mine.databases, mine.tenant.id, datetime.now(UTC))
    assert enter("冯科长").get(f"/filings/{due_id(mine, '财务科')}").status_code == 200


def test_odd_text_is_taken_or_refused_and_never_breaks_a_page(mine: Company, enter: Enter) -> None:
    head, admin = enter("赵队长"), enter("吴矿长")
    url = f"/filings/{due_id(mine, '掘进队')}"
    odd = "\x00²\u202e<b>'\ud7ff" + "长" * 300
    answers = [
        head.post(f"{url}/file", form(token=odd, after="²", **{"f-words": odd, "f-budget-0-amount": odd})),
        head.post(f"{url}/file", form(do="draft", **{"f-words": odd})),
        admin.post(f"/filings/{due_id(mine, '财务科')}/unlock", {"due": odd, "reason": odd}),
        admin.get("/filings/tracker", query_string={"unit": "²", "q": odd, "filing": odd, "period": odd}),
        head.get(f"{url}/file"),
    ]
    assert [one.status_code for one in answers] == [422, 303, 422, 200, 200]
    assert "<b>'" not in answers[4].text
