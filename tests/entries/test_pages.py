"""The pages of recording, through a browser without a browser."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from urllib.parse import unquote

import pytest
from pypdf import PdfWriter
from sqlalchemy import func, select

from kaohe.entries.models import Entry, Evidence, Sheet, Withdrawal

PRAISE, COMPLAINT, QUARREL, STUDY, LATE_FORM, EXAM, SKILL, CONCEAL = 301, 302, 303, 304, 305, 306, 307, 308
LEVEL_CUT = 309


@pytest.fixture
def head(world, browser):
    """The head nurse's browser."""
    return browser.sign_in(world.accounts["head"])


def rows(world, model=Entry) -> int:
    with world.look() as session:
        return session.scalar(select(func.count(model.id)))


def test_the_pages_open(world, head):
    for path in (
        "/entries/new",
        "/entries/batch",
        "/entries/marks",
        "/entries/measures",
        "/entries/rounds",
        "/entries/",
    ):
        answer = head.get(path)
        assert answer.status_code == 200, path
        assert "2026 年 9 月" in answer.text


def form_of(world, html: str, **values):
    token = re.search(r'name="token" value="([^"]+)"', html)
    usual = {
        "period": str(world.period.id), "token": token[1] if token else "", "happened_on": "2026-09-10",
        "reason": "查房时发现", "clause_id": str(QUARREL), "person": str(world.people["许佳宁"].id),
    }  # fmt: skip
    return {**usual, **{name: value for name, value in values.items() if value is not None}}


@pytest.fixture(autouse=True)
def _in_september(monkeypatch):
    """Requests happen on 15 September 2026."""
    from datetime import datetime as real

    from kaohe.pages import lifecycle
    from kaohe.testing.fixtures import NOW

    class Clock(real):
        @classmethod
        def now(cls, tz=None):
            return NOW

    monkeypatch.setattr(lifecycle, "datetime", Clock)


def test_one_entry_is_saved_and_shown_with_the_score(world, head):
    page = head.get("/entries/new")
    data = form_of(world, page.text)
    answer = head.post("/entries/new", data)
    assert answer.status_code == 303
    shown = head.get(answer.headers["Location"])
    assert "许佳宁现为" in shown.text
    assert "<b>95</b>" in shown.text
    assert rows(world) == 1


def test_sent_by_script_the_answer_is_the_saved_line(world, head):
    data = form_of(world, head.get("/entries/new").text)
    answer = head.post("/entries/new", data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "95" in answer.text
    assert "<html" not in answer.text
    assert "kaohe:entry-saved" in json.loads(answer.headers["HX-Trigger-After-Settle"])


def test_after_saving_the_answer_holds_what_was_saved_and_the_next_token(world, head):
    data = form_of(world, head.get("/entries/new").text, person_text="许佳宁 · H2207")
    answer = head.post("/entries/new", data, headers={"HX-Request": "true"})
    assert "已保存" in answer.text
    assert "<form id=" not in answer.text
    said = json.loads(answer.headers["HX-Trigger-After-Settle"])["kaohe:entry-saved"]
    assert said["token"] not in ("", data["token"])
    emptied = {**data, "token": said["token"], "person": "", "person_text": "", "clause_id": ""}
    assert head.post("/entries/new", emptied).status_code == 422
    assert rows(world) == 1


def test_an_id_whose_name_was_emptied_is_refused(world, head):
    ident = str(world.people["许佳宁"].id)
    for words in ("", "  "):
        data = form_of(world, head.get("/entries/new").text, person_text=words)
        answer = head.post("/entries/new", data)
        assert answer.status_code == 422
        assert "请选择人员" in answer.text
        assert f'name="person" value="{ident}"' not in answer.text
    assert rows(world) == 0
    said = head.get(f"/entries/effect?person={ident}&person_text=&clause_id={QUARREL}")
    assert "记上后" not in said.text
    foreign = form_of(world, "", person=str(world.people["张志"].id), person_text="", token="a")
    assert head.post("/entries/new", foreign).status_code == 403


def test_a_form_sent_twice_is_kept_once_and_shows_the_same(world, head):
    data = form_of(world, head.get("/entries/new").text)
    first, second = head.post("/entries/new", data), head.post("/entries/new", data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert rows(world) == 1


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"clause_id": "4711"}, 422, "本方案没有这条细则"),
        ({"clause_id": ""}, 422, "请选择考核细则"),
        ({"person": "", "person_text": ""}, 422, "请选择人员"),
        ({"person": "", "person_text": "没这人"}, 422, "没有找到“没这人”"),
        ({"person": "99999999"}, 404, "没有找到"),
        ({"person": "1 or 1=1"}, 404, "没有找到"),
        ({"reason": ""}, 422, "请写明理由"),
        ({"happened_on": "2026-08-31"}, 422, "早于本期"),
        ({"happened_on": "2026-09-16"}, 422, "还没有到"),
        ({"happened_on": "昨天"}, 422, "不是日期"),
        ({"clause_id": str(EXAM), "quantity": "855"}, 422, "要在 0 到 100 之间"),
        ({"clause_id": str(EXAM), "quantity": "八十六"}, 422, "不是数字"),
        ({"clause_id": str(EXAM), "quantity": "1e5"}, 422, "不是数字"),
        ({"clause_id": str(CONCEAL), "points": "-9"}, 422, "−8"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_stores_nothing(world, head, values, status, words):
    data = form_of(world, head.get("/entries/new").text, **values)
    answer = head.post("/entries/new", data)
    assert answer.status_code == status
    assert words in answer.text
    if data["reason"]:
        assert data["reason"] in answer.text
    assert data["token"] in answer.text
    assert rows(world) == 0
    by_script = head.post("/entries/new", data, headers={"HX-Request": "true"})
    assert by_script.status_code == status
    assert by_script.headers["HX-Retarget"] == "#entry-form"


def said_at(html: str) -> dict[str, str]:
    """What is said at each field."""
    found = re.findall(r'id="e-(\w+)"[^>]*>(.*?)</div>', html, re.S)
    return {name: re.sub(r"<[^>]+>", "", words).strip() for name, words in found}


def test_all_that_is_missing_is_named_at_once(world, head):
    empty = {
        "person": "",
        "person_text": "",
        "clause_id": "",
        "reason": "",
        "quantity": "",
        "happened_on": "昨天",
    }
    data = form_of(world, head.get("/entries/new").text, **empty)
    for headers in ({}, {"HX-Request": "true"}):
        answer = head.post("/entries/new", data, headers=headers)
        assert answer.status_code == 422
        assert list(said_at(answer.text)) == ["person", "clause_id", "reason", "happened_on"]
        assert "有 4 处要改" in answer.text
    typed = {**data, "clause_id": str(EXAM), "happened_on": "2026-09-10"}
    answer = head.post("/entries/new", typed)
    assert list(said_at(answer.text)) == ["person", "quantity"]
    assert re.search(rf'value="{EXAM}"[^>]*checked', answer.text, re.S)
    typed = {**data, "person_text": "没这人", "reason": "查房时发现", "happened_on": "2026-08-01"}
    answer = head.post("/entries/new", typed)
    assert list(said_at(answer.text)) == ["person", "clause_id", "happened_on"]
    assert 'value="没这人"' in answer.text
    assert "查房时发现" in answer.text
    assert rows(world) == 0


def test_a_foreign_person_is_refused_as_such_beside_what_is_missing(world, head):
    foreign = form_of(world, "", person=str(world.people["张志"].id), clause_id="", reason="", token="a")
    answer = head.post("/entries/new", foreign)
    assert answer.status_code == 403
    assert list(said_at(answer.text)) == ["person", "clause_id", "reason"]


def test_of_a_batch_all_that_is_missing_is_named_at_once(world, head):
    data = form_of(world, head.get("/entries/batch").text, clause_id="", reason="")
    data.pop("person")
    answer = head.post("/entries/batch", data)
    assert answer.status_code == 422
    for words in ("还没有勾选人员", "请选择考核细则", "请写明理由"):
        assert words in answer.text


def test_bad_input_is_said_in_english_too(world, head):
    head.post("/language", {"language": "en"})
    answer = head.post("/entries/new", form_of(world, "", clause_id="4711"))
    assert "This scheme has no clause with number 4711." in answer.text


def test_without_script_a_typed_person_is_found_or_named(world, head):
    data = form_of(world, head.get("/entries/new").text, person="")
    assert head.post("/entries/new", {**data, "person_text": "h2207"}).status_code == 303
    answer = browser_of(head, world, "admin").post(
        "/entries/new", {**data, "token": "x", "person_text": "陈雨桐"}
    )
    assert answer.status_code == 422
    assert "2 人" in answer.text
    assert "H2209" in answer.text


def browser_of(browser, world, name):
    return browser.sign_in(world.accounts[name])


def test_somebody_elses_ward_oneself_and_members(world, browser):
    foreign = form_of(world, "", person=str(world.people["张志"].id), token="a")
    head = browser_of(browser, world, "head")
    answer = head.post("/entries/new", foreign)
    assert answer.status_code == 403
    assert "骨科" in answer.text
    own = head.post("/entries/new", form_of(world, "", person=str(world.people["周敏"].id), token="b"))
    assert own.status_code == 403
    assert "不能给自己" in own.text
    member = browser_of(browser, world, "member")
    assert member.post("/entries/new", form_of(world, "", token="c")).status_code == 403
    assert member.get("/entries/new").status_code == 403
    assert rows(world) == 0


def test_a_closed_period_says_so_and_keeps_the_form(world, head):
    data = form_of(world, head.get("/entries/new").text)
    world.period.state = "closed"
    world.session.commit()
    answer = head.post("/entries/new", data)
    assert answer.status_code == 409
    assert "已经关闭" in answer.text
    assert "查房时发现" in answer.text
    assert rows(world) == 0


def test_undo_withdraws(world, head):
    entry = world.record()
    world.session.commit()
    assert head.post(f"/entries/{entry.id}/undo").status_code == 303
    assert rows(world, Withdrawal) == 1
    again = head.post(f"/entries/{entry.id}/undo")
    assert again.status_code == 409


def test_the_picker_and_the_effect(world, head):
    found = head.get("/entries/people?q=xjn")
    assert "许佳宁" in found.text
    assert "张志" not in head.get("/entries/people?q=H3").text
    said = head.get(
        f"/entries/effect?person={world.people['许佳宁'].id}&clause_id={STUDY}&happened_on=2026-09-10"
    )
    assert "第一次，按 −2 计" in said.text
    assert "98" in said.text
    world.record(clause=STUDY)
    world.session.commit()
    said = head.get(
        f"/entries/effect?person={world.people['许佳宁'].id}&clause_id={STUDY}&happened_on=2026-09-10"
    )
    assert "第二次，按 −4 计" in said.text
    assert "94" in said.text
    assert head.get("/entries/effect?person=1&clause_id=2").status_code == 200


def test_a_clause_without_points_is_said_to_move_none(world, head):
    asked = f"/entries/effect?person={world.people['许佳宁'].id}&happened_on=2026-09-10&clause_id="
    serious = head.get(f"{asked}{LEVEL_CUT}").text
    assert "不计分，分数不变" in serious
    assert "已封顶" not in serious
    assert "不计分，分数不变" in head.get(f"{asked}{EXAM}&quantity=90").text
    world.record(clause=PRAISE)
    world.session.commit()
    capped = head.get(f"{asked}{PRAISE}").text
    assert "已封顶或已计过" in capped
    assert "不计分" not in capped


@pytest.mark.parametrize(
    ("state", "word"),
    [("open", "本期暂计"), ("closed", "本期总分"), ("published", "本期总分"), ("final", "本期总分")],
)
def test_the_score_beside_an_entry_is_provisional_only_while_the_period_is_open(world, head, state, word):
    entry = world.record()
    world.session.commit()
    for step in ("closed", "published", "final")[: ("open", "closed", "published", "final").index(state)]:
        world.period.state = step
        world.session.commit()
    page = head.get(f"/entries/{entry.id}").text
    assert re.findall("本期暂计|本期总分", page) == [word]


def test_a_batch_is_all_or_nothing(world, head):
    page = head.get("/entries/batch")
    ids = [str(world.people[name].id) for name in ("许佳宁", "贺子涵")]
    data = form_of(world, page.text, clause_id=str(STUDY))
    data.pop("person")
    bad = head.post("/entries/batch", {**data, "person": [*ids, str(world.people["张志"].id)]})
    assert bad.status_code == 422
    assert "张志" in bad.text
    assert rows(world) == 0
    nobody = head.post("/entries/batch", data)
    assert "还没有勾选人员" in nobody.text
    good = head.post("/entries/batch", {**data, "person": ids})
    assert good.status_code == 303
    head.post("/entries/batch", {**data, "person": ids})
    assert rows(world) == 2


def test_a_round_one_tap_for_a_clean_nurse(world, head):
    first = world.people["许佳宁"]
    page = head.get(f"/entries/rounds/round/at/{first.id}")
    assert page.status_code == 200
    assert page.text.count('class="k-item"') == 11
    answer = head.post(f"/entries/rounds/round/at/{first.id}/done", {"period": world.period.id})
    assert answer.status_code == 303
    assert f"/at/{world.people['贺子涵'].id}" in answer.headers["Location"]
    with world.look() as session:
        sheet = session.scalar(select(Sheet))
    assert (sheet.subject_id, sheet.done_at is not None) == (first.id, True)
    assert rows(world) == 0


def test_a_tap_is_kept_shown_and_taken_back(world, head):
    person = world.people["许佳宁"]
    url = f"/entries/rounds/round/at/{person.id}"
    data = {"period": world.period.id, "item": "201:missed"}
    bits = head.post(f"{url}/tick", data, headers={"X-Round": "1"})
    assert bits.status_code == 200
    assert 'id="item-201"' in bits.text
    assert "99" in bits.text
    head.post(f"{url}/tick", data, headers={"X-Round": "1"})
    assert rows(world) == 1
    plain = head.post(f"{url}/tick", {"period": world.period.id, "item": "201:clean"})
    assert plain.status_code == 303
    assert rows(world, Withdrawal) == 1
    head.post(f"{url}/tick", {**data, "item": "201:clean"})
    assert rows(world, Withdrawal) == 1
    head.post(f"{url}/tick", data)
    assert rows(world) == 2
    for item in ("301:missed", "x:missed", "201:perhaps", "", "999999:missed"):
        assert head.post(f"{url}/tick", {**data, "item": item}).status_code == 404
    page = head.get(url)
    assert "再点一次撤销" in page.text


def test_an_item_of_another_round_is_kept_and_said_to_cost_nothing(world, head, browser):
    person = world.people["许佳宁"]
    world.record(clause=201, happened_on=date(2026, 9, 3), reason=None)
    world.session.commit()
    url = f"/entries/rounds/round/at/{person.id}"
    assert "本期 09-03 已记，再记不再扣" in head.get(url).text
    bits = head.post(
        f"{url}/tick", {"period": world.period.id, "item": "201:missed"}, headers={"X-Round": "1"}
    )
    assert ">99<" in bits.text
    assert rows(world) == 2


def test_a_round_of_a_foreign_ward_is_refused(world, head):
    url = f"/entries/rounds/round/at/{world.people['张志'].id}"
    assert head.get(url).status_code == 403
    assert head.post(f"{url}/tick", {"period": world.period.id, "item": "201:missed"}).status_code == 403
    assert head.get(f"/entries/rounds/round/{world.bone.id}").status_code == 403
    assert head.get(f"/entries/rounds/nothing/{world.heart.id}").status_code == 404
    own = f"/entries/rounds/round/at/{world.people['周敏'].id}"
    assert head.get(own).status_code == 403


def test_a_closed_period_answers_a_tap_in_words(world, head):
    world.period.state = "closed"
    world.session.commit()
    url = f"/entries/rounds/round/at/{world.people['许佳宁'].id}"
    answer = head.post(
        f"{url}/tick", {"period": world.period.id, "item": "201:missed"}, headers={"X-Round": "1"}
    )
    assert answer.status_code == 409
    assert "已经关闭" in answer.get_json()["error"]
    assert head.post(f"{url}/done", {"period": world.period.id}).status_code == 409


def picture() -> io.BytesIO:
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(data, "JPEG")
    data.seek(0)
    return data


def test_evidence_goes_with_the_entry_and_only_to_those_concerned(world, browser):
    head = browser_of(browser, world, "head")
    data = form_of(world, head.get("/entries/new").text)
    answer = head.post(
        "/entries/new", {**data, "files": (picture(), "床头柜.jpg")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    with world.look() as session:
        shown = session.scalar(select(Evidence))
    url = f"/files/{shown.file_id}"
    with head.get(url) as file:
        assert file.status_code == 200
        assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert "private" in file.headers["Cache-Control"]
        assert file.mimetype == "image/jpeg"
        assert not file.headers.get("Content-Disposition", "").startswith("attachment")
    with head.get(url + "?small=1") as small:
        assert small.status_code == 200
    for name, status in (("member", 200), ("bone", 403), ("admin", 200)):
        with browser_of(browser, world, name).get(url) as answer:
            assert answer.status_code == status, name


def test_a_pdf_is_given_out_as_an_attachment_in_a_sandbox(world, head):
    data = form_of(world, head.get("/entries/new").text)
    sheet = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(210, 297)
    writer.write(sheet)
    sheet.seek(0)
    answer = head.post(
        "/entries/new", {**data, "files": (sheet, "投诉信.pdf")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    with world.look() as session:
        shown = session.scalar(select(Evidence))
    with head.get(f"/files/{shown.file_id}") as file:
        assert file.status_code == 200
        assert file.mimetype == "application/pdf"
        assert file.data.startswith(b"%PDF-")
        disposition = file.headers["Content-Disposition"]
        assert disposition.startswith("attachment;")
        assert "投诉信.pdf" in unquote(disposition)
        assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_a_hostile_file_is_refused_and_the_form_kept(world, head):
    data = form_of(world, head.get("/entries/new").text)
    answer = head.post(
        "/entries/new",
        {**data, "files": (io.BytesIO(b"<html><script>"), "a.jpg")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "查房时发现" in answer.text
    assert rows(world) == 0
    assert rows(world, Evidence) == 0


def test_the_list_filters_sorts_pages_and_exports(world, head):
    world.record()
    world.record("贺子涵", PRAISE, reason="锦旗一面")
    world.record("林晓芸", 201, reason=None)
    gone = world.record("陈雨桐")
    from kaohe.entries import service
    from kaohe.testing.fixtures import NOW

    service.withdraw(world.session, gone, actor=world.actors["head"], reason="记错", now=NOW)
    world.record("张志", actor=world.actors["admin"])
    world.session.commit()
    everything = head.get("/entries/").text
    assert "张志" not in everything
    assert all(name in everything for name in ("许佳宁", "贺子涵", "林晓芸", "陈雨桐"))
    for query, inside, outside in (
        ("q=锦旗", "贺子涵", "林晓芸"),
        ("q=xjn", "许佳宁", "贺子涵"),
        (f"clause={QUARREL}", "许佳宁", "贺子涵"),
        ("part=basic", "林晓芸", "贺子涵"),
        ("clause=200", "林晓芸", "贺子涵"),
        ("state=withdrawn", "陈雨桐", "许佳宁"),
        ("state=valid", "许佳宁", "陈雨桐"),
        (f"person={world.people['贺子涵'].id}", "贺子涵", "林晓芸"),
        ("from=2026-09-11", "没有符合条件的记录", "林晓芸"),
    ):
        text = head.get(f"/entries/?{query}").text
        body = text[text.index("</form>") :] if inside != "没有符合条件的记录" else text
        assert inside in body, query
        assert outside not in body, query
    for sort in ("day", "recorded", "person", "unit", "clause", "recorder", "nothing"):
        assert head.get(f"/entries/?sort={sort}&dir=desc&page=99&per=20").status_code == 200
    book = head.get("/entries/export.xlsx?state=valid")
    assert book.data[:2] == b"PK"
    from python_calamine import CalamineWorkbook

    cells = CalamineWorkbook.from_filelike(io.BytesIO(book.data)).get_sheet_by_index(0).to_python()
    text = str(cells)
    assert "贺子涵" in text
    assert "陈雨桐" not in text
    assert "张志" not in text


def test_an_entry_is_shown_corrected_and_withdrawn(world, head):
    entry = world.record()
    world.session.commit()
    page = head.get(f"/entries/{entry.id}")
    assert page.status_code == 200
    assert "样本 §1" in page.text
    data = form_of(world, page.text, clause_id=str(COMPLAINT), reason="其实是投诉")
    answer = head.post(f"/entries/{entry.id}/correct", data)
    assert answer.status_code == 303
    late = head.post(f"/entries/{entry.id}/correct", {**data, "token": "other"})
    assert late.status_code == 409
    assert "已经被更正或撤回" in late.text
    old = head.get(f"/entries/{entry.id}")
    assert "这条已被更正" in old.text
    new = head.get(answer.headers["Location"])
    assert "99.5" in new.text
    path = answer.headers["Location"]
    assert head.post(f"{path}/withdraw", {"why": ""}).status_code == 422
    assert head.post(f"{path}/withdraw", {"why": "查无此事"}).status_code == 303
    assert "查无此事" in head.get(path).text


def test_who_may_read_an_entry(world, browser):
    entry = world.record()
    world.session.commit()
    for name, status in (("member", 200), ("bone", 403), ("admin", 200)):
        assert browser_of(browser, world, name).get(f"/entries/{entry.id}").status_code == status, name
    member = browser_of(browser, world, "member")
    assert "撤回这条" not in member.get(f"/entries/{entry.id}").text
    assert member.post(f"/entries/{entry.id}/withdraw", {"why": "不服"}).status_code == 403
    assert member.get("/entries/").status_code == 403
    assert browser_of(browser, world, "head").get("/entries/123").status_code == 404


ODD = ["\x00\u202e\u200b'\"><script>", "9" * 5000, "0" * 18 + "1" * 5000, "1e400"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_text_in_any_field_breaks_nothing(world, browser, odd):
    admin = browser.sign_in(world.accounts["admin"])
    person, period = world.people["许佳宁"].id, world.period.id
    base = form_of(world, "", token="odd")
    figures = {"clause_id": str(EXAM), "quantity": "85"}
    sheet = {"period": period, "item": "201:missed"}
    listed = {"period": period, "exam-0": EXAM, "rows": '[{"name":"a","rows":[[1,"a","b","c","90",""]]}]'}
    grid = {"period": period, "exam": EXAM, "step": "save", "unit": world.heart.id, f"m-{person}": "90"}
    measured = {"period": period, "measure": 902, "unit": world.heart.id, f"v-{world.heart.id}": "3"}
    for path, data, fields in (
        ("/entries/new", base, (*base, "found_late")),
        ("/entries/new", {**base, **figures}, ("quantity", "points")),
        ("/entries/new", {**base, "person": ""}, ("person_text",)),
        ("/entries/batch", base, ("person", "unit", "token", "clause_id")),
        (f"/entries/rounds/round/at/{person}/tick", sheet, ("period", "day", "item")),
        (
            "/entries/marks",
            grid,
            ("step", "exam", "unit", "happened_on", "retest_on", f"m-{person}", f"was-m-{person}"),
        ),
        ("/entries/marks", {**listed, "step": "read"}, ("pasted", "exam")),
        (
            "/entries/marks",
            {**listed, "step": "write"},
            ("rows", "do-0-1", "who-0-1", "to-0-1", "exam-0", "rest"),
        ),
        ("/entries/measures", measured, ("measure", "unit", "happened_on", "reason", f"v-{world.heart.id}")),
    ):
        for field in fields:
            assert admin.post(path, {**data, field: odd}).status_code < 500, (path, field)
    for path, names in (
        (
            "/entries/",
            (
                "q",
                "part",
                "clause",
                "unit",
                "person",
                "recorder",
                "from",
                "to",
                "state",
                "sort",
                "page",
                "period",
            ),
        ),
        ("/entries/people", ("q", "day")),
        ("/entries/new", ("person", "clause", "saved", "period")),
    ):
        for name in names:
            assert admin.get(path, query_string={name: odd}).status_code < 500, (path, name)
    known = {"person": person, "clause_id": EXAM, "quantity": "80"}
    for name in (*known, "happened_on", "points"):
        assert admin.get("/entries/effect", query_string={**known, name: odd}).status_code < 500, name


def test_odd_lists_of_marks_break_nothing(world, browser):
    admin = browser.sign_in(world.accounts["admin"])
    for rows_ in (
        '[{"name":"\\ud800","rows":[[1,"\\ud800","\\u0000","c","9","8"]]}]',
        '[{"name":"a","rows":[[1e999,"a","b","c","9","8"]]}]',
    ):
        data = {"period": world.period.id, "exam-0": EXAM, "step": "write", "rows": rows_, "rest": "offers"}
        assert admin.post("/entries/marks", data).status_code < 500
    assert rows(world) == 0
