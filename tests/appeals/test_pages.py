"""The pages of signing and appealing: what each person finds on them, and what is refused in words."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from kaohe.appeals.models import Appeal, Signature
from kaohe.db import new_id
from kaohe.messages.models import Message
from kaohe.testing.fixtures import Browser


@pytest.fixture
def pages(house, app, tenant):
    """A browser for somebody by name."""

    def enter(who):
        known = {"周敏": "head", "管理员": "admin", "许佳宁": "member", "郝清强": "bone"}
        account = house.world.accounts[known[who]] if who in known else house.account(who)
        return Browser(app, tenant).sign_in(account)

    return enter


@pytest.fixture
def quarrel(house, sample):
    entry = house.record("许佳宁", sample.QUARREL)
    house.publish(until=datetime.now(house.session.zone).date() + timedelta(days=3))
    return entry


def test_sealing_early_says_what_it_cuts_off(house, quarrel, pages):
    admin, path = pages("管理员"), f"/results/{house.period.id}/manage"

    def question():
        return re.search(r'finalise" class="k-inline" data-confirm="([^"]*)"', admin.get(path).text)[1]

    people = len(house.world.people)
    assert f"公示到 {house.last_day} 才结束，还有 4 天（含今天）" in question()
    assert "申诉就不再受理" in question()
    assert "不能撤回" in question()
    unsigned = int(re.search(r"还有 (\d+) 人没有签字", question())[1])
    assert 1 < unsigned <= people
    pages("许佳宁").post(f"/appeals/sign/{house.period.id}/{house.id_of('许佳宁')}", {"remark": ""})
    assert f"还有 {unsigned - 1} 人没有签字" in question()
    house.period.published_until = house.period.final_on = datetime.now(
        house.session.zone
    ).date() - timedelta(days=1)
    house.session.commit()
    assert "公示到" not in question()


def test_a_member_signs_on_the_page_of_the_own_result(house, quarrel, pages):
    me = house.id_of("许佳宁")
    member = pages("许佳宁")
    assert "签字确认考核结果" in member.get("/").text
    page = member.get(f"/results/{house.period.id}/{me}").text
    assert "已看过结果，签字确认" in page
    answer = member.post(f"/appeals/sign/{house.period.id}/{me}", {"remark": "没有意见"})
    assert answer.status_code == 303
    page = member.get(f"/results/{house.period.id}/{me}").text
    assert "已签字确认第 1 次计算的结果" in page
    assert "没有意见" in page
    assert "签字确认考核结果" not in member.get("/").text
    assert member.post(f"/appeals/sign/{house.period.id}/{me}").status_code == 409


def test_nobody_signs_or_appeals_for_somebody_else(house, quarrel, pages):
    me = house.id_of("许佳宁")
    for who in ("贺子涵", "周敏"):
        visitor = pages(who)
        assert visitor.post(f"/appeals/sign/{house.period.id}/{me}").status_code == 403
        assert visitor.post(f"/appeals/entry/{quarrel.id}", {"reason": "不对"}).status_code == 403
        assert visitor.post(f"/appeals/result/{house.period.id}/{me}", {"reason": "不对"}).status_code == 403
    assert pages("管理员").post(f"/appeals/sign/{house.period.id}/{me}").status_code == 403
    assert look(house, select(func.count(Signature.id))) == 0


def test_a_missing_id_is_not_found(house, quarrel, pages):
    member = pages("许佳宁")
    missing = new_id()
    assert member.post(f"/appeals/entry/{missing}", {"reason": "不对"}).status_code == 404
    assert member.get(f"/appeals/{missing}").status_code == 404
    assert member.post(f"/appeals/result/{house.period.id}/{missing}", {"reason": "x"}).status_code == 404


def test_an_appeal_is_filed_decided_and_carried_out_on_the_pages(house, quarrel, pages):
    member, admin, head = pages("许佳宁"), pages("管理员"), pages("周敏")
    assert "对这条记录提出申诉" in member.get(f"/entries/{quarrel.id}").text
    empty = member.post(f"/appeals/entry/{quarrel.id}", {"reason": " "})
    assert (empty.status_code, "请写明申诉理由" in empty.text) == (422, True)
    answer = member.post(f"/appeals/entry/{quarrel.id}", {"reason": "当天我不在班上"})
    assert answer.status_code == 303
    appeal = look(house, select(Appeal))
    assert "待受理" in member.get(f"/entries/{quarrel.id}").text
    again = member.post(f"/appeals/entry/{quarrel.id}", {"reason": "再说一次"})
    assert (again.status_code, "已经提出过申诉" in again.text) == (409, True)
    first = admin.get("/").text
    assert "申诉待决定 1 件" in first
    assert "其中待受理 1 件" in first
    assert head.post(f"/appeals/{appeal.id}/decide", {"outcome": "upheld"}).status_code == 403
    assert member.post(f"/appeals/{appeal.id}/decide", {"outcome": "upheld"}).status_code == 403
    assert admin.post(f"/appeals/{appeal.id}/take-up").status_code == 303
    first = admin.get("/").text
    assert "申诉待决定 1 件" in first
    assert "其中待受理" not in first
    refused = admin.post(f"/appeals/{appeal.id}/decide", {"outcome": "upheld", "reason": "属实"})
    assert (refused.status_code, "请选择怎样改正" in refused.text) == (422, True)
    assert "属实" in refused.text
    done = admin.post(
        f"/appeals/{appeal.id}/decide", {"outcome": "upheld", "remedy": "withdraw", "reason": "排班表证明"}
    )
    assert done.status_code == 303
    first = admin.get("/").text
    assert "申诉待决定" not in first
    assert "成立的申诉待执行 1 件" in first
    second = admin.post(f"/appeals/{appeal.id}/decide", {"outcome": "rejected", "reason": "改主意"})
    assert (second.status_code, "已经办结" in second.text) == (409, True)
    assert "待执行的决定" in admin.get(f"/appeals/carry-out/{house.period.id}").text
    refused = admin.post(f"/results/{house.period.id}/finalise")
    assert (refused.status_code, "许佳宁（与人争吵）" in refused.text) == (409, True)
    early = admin.post(f"/appeals/carry-out/{house.period.id}", {"until": "2020-01-01"})
    assert (early.status_code, "重新公示至少到今天" in early.text) == (422, True)
    until = datetime.now(house.session.zone).date() + timedelta(days=5)
    assert (
        admin.post(f"/appeals/carry-out/{house.period.id}", {"until": until.isoformat()}).status_code == 303
    )
    house.work()
    assert "申诉待" not in admin.get("/").text
    page = member.get(f"/appeals/{appeal.id}").text
    assert "成立，已执行" in page
    assert page.index("第 9 名") < page.index("第 1 名")
    assert "含本人" in page
    told = look(
        house, select(Message).where(Message.kind == "to_sign", Message.about.contains("carried-out"))
    )
    assert (told.endpoint, told.link_values) == (
        "results.show",
        {"period": house.period.id, "subject": house.id_of("许佳宁")},
    )
    assert "已看过结果，签字确认" in member.get(f"/results/{house.period.id}/{house.id_of('许佳宁')}").text


def test_too_late_is_said_and_the_admin_files_for_somebody(house, sample, pages):
    entry = house.record("许佳宁", sample.QUARREL)
    house.publish(until=datetime.now(house.session.zone).date() - timedelta(days=1))
    member, admin = pages("许佳宁"), pages("管理员")
    page = member.post(f"/appeals/entry/{entry.id}", {"reason": "不对"})
    assert (page.status_code, "申诉期已于" in page.text) == (409, True)
    page = admin.post(f"/appeals/entry/{entry.id}", {"reason": "本人口述：不对"})
    assert (page.status_code, "请写明逾期受理的理由" in page.text) == (422, True)
    assert "本人口述：不对" in page.text
    answer = admin.post(f"/appeals/entry/{entry.id}", {"reason": "本人口述：不对", "late": "住院"})
    assert answer.status_code == 303
    page = admin.get(answer.headers["Location"]).text
    assert "逾期受理的理由：住院" in page
    assert "要由别人办理" in page


def test_the_roll_of_signatures_its_export_and_the_reminder(house, quarrel, pages):
    pages("许佳宁").post(f"/appeals/sign/{house.period.id}/{house.id_of('许佳宁')}", {"remark": "=1+1"})
    head = pages("周敏")
    page = head.get(f"/appeals/signatures/{house.period.id}").text
    assert "许佳宁" in page
    assert "郝清强" not in page
    unsigned = head.get(f"/appeals/signatures/{house.period.id}?state=unsigned").text
    assert "H2207" not in unsigned
    rows = rows_of(head.get(f"/appeals/signatures/{house.period.id}/export.xlsx?state=signed").data)
    assert any("许佳宁" in row and "=1+1" in row for row in rows)
    assert not any("贺子涵" in row for row in rows)
    assert pages("贺子涵").get(f"/appeals/signatures/{house.period.id}").status_code == 403


def test_a_reminder_counts_whom_it_reaches(house, quarrel, pages):
    head, path = pages("周敏"), f"/appeals/signatures/{house.period.id}"
    before = reminders(house)

    def remind():
        answer = head.post(f"{path}/remind")
        return reminders(house) - before, head.get(answer.headers["Location"]).text

    told, page = remind()
    assert (told, *said(page)) == (2, "2", "3"), "two of the five have an account: the head, and the subject"
    house.account("贺子涵")
    told, page = remind()
    assert (told, *said(page)) == (3, "1", "2")
    told, page = remind()
    assert (told, *said(page)) == (3, None, "2")
    assert "今天已经提醒过" in page


def test_the_roll_of_signatures_is_printed_as_the_page_shows_it(house, quarrel, pages):
    pages("许佳宁").post(f"/appeals/sign/{house.period.id}/{house.id_of('许佳宁')}", {"remark": "当天请假"})
    head, path = pages("周敏"), f"/appeals/signatures/{house.period.id}"
    assert f"{path}/sheet.pdf?state=signed" in head.get(path + "?state=signed").text
    answer = head.get(path + "/sheet.pdf?state=signed")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    found = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages).split())
    for words in (
        "签字情况",
        "2026年9月",
        "H2207",
        "许佳宁",
        "当天请假",
        "已签字",
        "负责人签字",
        "第1次计算",
    ):
        assert words in found, words
    assert found.count("许佳宁") == 2, "the subject and who signed"
    for words in ("贺子涵", "郝清强"):
        assert words not in found
    assert pages("贺子涵").get(path + "/sheet.pdf").status_code == 403


def test_the_result_sheet_says_that_it_was_signed_in_the_browser(house, quarrel, pages):
    me, member = house.id_of("许佳宁"), pages("许佳宁")
    path = f"/results/{house.period.id}/{me}/sheet"
    assert "在系统中签字确认" not in member.get(path).text
    member.post(f"/appeals/sign/{house.period.id}/{me}", {"remark": "A<B & “没有意见”"})
    page = member.get(path).text
    assert "在系统中签字确认，意见：A&lt;B &amp; “没有意见”" in page
    pdf = PdfReader(io.BytesIO(member.get(path + ".pdf").data))
    found = "".join("".join(one.extract_text() for one in pdf.pages).split())
    assert "许佳宁" in found
    assert "在系统中签字确认，意见：A<B&“没有意见”" in found


def said(page):
    """How many were reminded, and how many could not be, in the page's words."""
    found = (re.search(words, page) for words in (r"已提醒 (\d+) 人", r"另有 (\d+) 人没有启用账号"))
    return [one and one[1] for one in found]


def rows_of(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def reminders(house):
    return look(house, select(func.count(Message.id)).where(Message.kind == "to_sign"))


def look(house, query):
    """What is stored now, read in a session that holds nothing up."""
    with house.databases.tenant(house.tenant.id, write=False) as session:
        return session.scalar(query)


def test_lists_and_exports_show_the_same(house, quarrel, pages):
    pages("许佳宁").post(f"/appeals/entry/{quarrel.id}", {"reason": "当天我不在班上"})
    for who, seen in (
        ("许佳宁", True),
        ("周敏", True),
        ("管理员", True),
        ("贺子涵", False),
        ("郝清强", False),
    ):
        visitor = pages(who)
        assert ("当天我不在班上" in visitor.get("/appeals/").text) is seen
        cells = [cell for row in rows_of(visitor.get("/appeals/export.xlsx").data) for cell in row]
        assert ("当天我不在班上" in cells) is seen
    assert "没有符合条件的申诉" in pages("管理员").get("/appeals/?state=rejected").text
    assert "当天我不在班上" in pages("管理员").get("/appeals/?state=nonsense&page=9&sort=x").text


def test_exemptions_are_set_and_lifted_on_their_page(house, pages):
    admin = pages("管理员")
    base = f"/exemptions/{house.period.id}"
    assert "都参加排名" in admin.get(base).text
    missing = admin.post(f"{base}/add", {"person_text": "H2207", "reason": ""})
    assert (missing.status_code, "请写明不参加排名的理由" in missing.text) == (422, True)
    assert admin.post(f"{base}/add", {"person_text": "H2207", "reason": "带教进修班"}).status_code == 303
    again = admin.post(f"{base}/add", {"person": str(house.id_of("许佳宁")), "reason": "带教进修班"})
    assert again.status_code == 409
    own = admin.post(f"{base}/add", {"person": str(house.id_of("管理员")), "reason": "我"})
    assert own.status_code == 403
    assert "带教进修班" in pages("周敏").get(base).text
    assert "带教进修班" not in pages("郝清强").get(base).text
    result = pages("许佳宁").get(f"/results/{house.period.id}/{house.id_of('许佳宁')}").text
    assert "不参加排名" in result
    assert "带教进修班" in result
    assert admin.post(f"{base}/{house.id_of('许佳宁')}/lift", {"reason": ""}).status_code == 422
    assert admin.post(f"{base}/{house.id_of('许佳宁')}/lift", {"reason": "提前返岗"}).status_code == 303
    assert "提前返岗" in admin.get(base).text
