"""The pages of surveys: answered without signing in, nobody named in the log, results only where they may be seen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from surveys_world import Poll, rated

from kaohe.accounts.models import Attempt
from kaohe.audit.models import AuditDetail, AuditRow
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.surveys import service
from kaohe.surveys.models import HeldSurvey, SurveyToken, SurveyValue
from kaohe.testing.fixtures import Browser
from kaohe.testing.world import build_world
from kaohe_coach_transport.scheme import UNIT


@pytest.fixture
def poll(begin, monkeypatch):
    """A logistics survey that is open on the real day."""
    return begin("logistics", today=True)


def _sign_in(app, poll, role):
    return Browser(app, poll.world.tenant).sign_in(poll.world.accounts[role])


def _audit(poll, action):
    with poll.session(write=False) as session:
        return session.execute(
            select(AuditRow, AuditDetail)
            .join(AuditDetail, AuditDetail.id == AuditRow.id)
            .where(AuditRow.action == action)
        ).all()


def test_a_link_is_answered_without_signing_in_and_leaves_nobody_in_the_log(app, poll):
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    browser = Browser(app, poll.world.tenant)
    page = browser.get(f"/s/{link}")
    assert page.status_code == 200
    assert "一部" in page.text
    wrong = browser.post(f"/s/{link}", {f"q-attitude-{first}": "4", f"q-suggestion-{first}": "<b>门</b>"})
    assert wrong.status_code == 422
    assert re.search(rf'name="q-attitude-{first}" value="4" checked', wrong.text)
    assert "&lt;b&gt;门&lt;/b&gt;" in wrong.text
    done = browser.post(f"/s/{link}", {name: one[0] for name, one in rated(first, (5, 5, 5)).items()})
    assert (done.status_code, done.headers["Location"].endswith("/s/thanks")) == (303, True)
    assert browser.get(done.headers["Location"]).status_code == 200
    rows = _audit(poll, "surveys.by_link")
    assert {row.outcome for row, _detail in rows} == {"done", "refused"}
    for row, detail in rows:
        assert (row.person_id, row.address, row.object_id, detail.detail) == (None, "", None, {})
        assert row.request_id == "", (
            "the answer's number stands in the log of the server before, beside an address"
        )
        assert (row.at.minute, row.at.second, row.at.microsecond) == (0, 0, 0)
    with poll.session(write=False) as session:
        everything = " ".join(str(vars(one)) for one in session.scalars(select(SurveyToken)))
        assert link not in everything
        assert list(session.scalars(select(Attempt))) == [], "a try that opened something is forgotten"


def test_used_and_unknown_links_are_answered_byte_by_byte_alike(app, poll):
    first, _second = poll.subjects()
    [used, other] = poll.links(2, "staff")
    poll.by_link(used, rated(first, (5, 5, 5)))
    browser = Browser(app, poll.world.tenant)
    mask = re.compile(r'(csrf[-_]token"\s+(?:content|value)=")[^"]*')
    pages = {}
    for secret in (used, other[:-1] + ("A" if other[-1] != "A" else "B")):
        for method in ("GET", "POST"):
            page = (
                browser.get(f"/s/{secret}") if method == "GET" else browser.post(f"/s/{secret}", {"q": "1"})
            )
            pages[secret, method] = (page.status_code, mask.sub(r"\1", page.text).replace(secret, ""))
    assert {status for status, _text in pages.values()} == {404}
    for method in ("GET", "POST"):
        assert len({text for (_secret, how), (_status, text) in pages.items() if how == method}) == 1


def test_guessing_links_has_to_wait_and_a_right_one_does_not_count(app, poll):
    links = poll.links(1, "staff")
    browser = Browser(app, poll.world.tenant)
    for _ in range(40):
        assert browser.get(f"/s/{links[0]}").status_code == 200
    answers = [browser.get(f"/s/guess{number}").status_code for number in range(32)]
    assert set(answers) == {404, 429}
    assert answers[-1] == 429
    assert "Retry-After" in browser.get("/s/guess").headers


def test_a_closed_survey_says_so_to_who_holds_a_link(app, poll):
    [link] = poll.links(1, "staff")
    poll.close()
    page = Browser(app, poll.world.tenant).get(f"/s/{link}")
    assert (page.status_code, "已经结束" in page.text) == (409, True)


def test_a_signed_in_ballot_names_nobody_in_the_log(app, begin):
    poll = begin("service_hall", today=True)
    member = _sign_in(app, poll, "member")
    chosen = poll.world.people["colleague"].id
    page = member.get(f"/surveys/{poll.survey_id}/answer")
    assert f'value="{chosen}"' in page.text
    assert f'value="{poll.world.people["member"].id}"' not in page.text, "nobody votes for oneself here"
    assert "不能投给自己，名单里没有您" in page.text
    empty = member.post(f"/surveys/{poll.survey_id}/answer", {})
    assert empty.status_code == 422
    assert member.post(f"/surveys/{poll.survey_id}/answer", {"vote": str(chosen)}).status_code == 303
    again = member.post(f"/surveys/{poll.survey_id}/answer", {"vote": str(chosen)})
    assert (again.status_code, "您已经答过了" in again.text) == (409, True)
    rows = _audit(poll, "surveys.answer")
    assert len(rows) == 3
    for row, detail in rows:
        assert (row.person_id, row.address, row.object_id, detail.detail) == (None, "", poll.survey_id, {})
        assert row.request_id == ""
        assert (row.at.minute, row.at.second) == (0, 0)


def test_the_log_stays_whole_with_rows_of_nobody(app, poll):
    from datetime import UTC, datetime

    from kaohe.audit import service as audit

    [link] = poll.links(1, "staff")
    browser = Browser(app, poll.world.tenant)
    first, _second = poll.subjects()
    browser.post(f"/s/{link}", {name: one[0] for name, one in rated(first, (5, 5, 5)).items()})
    with poll.session() as session:
        audit.seal(session, datetime.now(UTC))
        session.commit()
    browser.get("/s/x")
    browser.post("/s/x", {})
    with poll.session() as session:
        assert audit.seal(session, datetime.now(UTC)) == 1
        session.commit()
        report = audit.verify(session)
        assert (report.findings, report.waiting) == ([], 0)


def test_links_are_printed_once_with_a_code_each(app, poll):
    admin = _sign_in(app, poll, "admin")
    sheet = admin.post(f"/surveys/{poll.survey_id}/links", {"group": "staff", "count": "12"})
    assert sheet.status_code == 200
    secrets = re.findall(r"/s/([\w-]{27})", sheet.text)
    assert len(set(secrets)) == 12
    assert sheet.text.count("<svg") == 12
    assert "style=" not in sheet.text
    with poll.session(write=False) as session:
        for secret in secrets:
            service.find(session, secret)
    page = admin.get(f"/surveys/{poll.survey_id}").text
    assert not any(secret in page for secret in secrets)
    wrong = admin.post(f"/surveys/{poll.survey_id}/links", {"group": "staff", "count": "9999"})
    assert (wrong.status_code, "一次发 1 到 500 个链接" in wrong.text) == (422, True)


def test_results_are_seen_by_the_administrator_and_the_subject_alone(app, begin):
    poll = begin("managers", today=True, subjects=["assessor"])
    boss = poll.subjects()[0]
    form = rated(boss, (4, 3, 1), codes=("duty", "ability", "conduct"))
    for role in ("member", "colleague"):
        poll.by_person(role, form)
    with poll.session() as session:
        poll.survey(session)
    poll.close()
    for role in ("admin", "assessor"):
        page = _sign_in(app, poll, role).get(f"/surveys/{poll.survey_id}")
        assert "不足 3 份，不显示" in page.text
    page = _sign_in(app, poll, "member").get(f"/surveys/{poll.survey_id}")
    assert (page.status_code, "结果由管理员查看" in page.text, "收到 2 份" in page.text) == (200, True, False)
    member = _sign_in(app, poll, "member")
    for path in ("export", "print", "poster", "details", "questions"):
        assert member.get(f"/surveys/{poll.survey_id}/{path}").status_code == 403


def test_a_spreadsheet_holds_what_the_page_shows_and_no_formula(app, poll):
    first, _second = poll.subjects()
    for link in poll.links(3, "staff"):
        poll.by_link(link, rated(first, (5, 4, 3), words="=HYPERLINK(1)"))
    poll.close()
    answer = _sign_in(app, poll, "admin").get(f"/surveys/{poll.survey_id}/export")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert ["一部", "服务态度", "5 很满意", 3.0, 3.0, 100.0, 5.0, 100.0] in rows
    said = [row for row in book.get_sheet_by_index(2).to_python() if "=HYPERLINK(1)" in row]
    assert len(said) == 3
    assert _sign_in(app, poll, "admin").get(f"/surveys/{poll.survey_id}/print").status_code == 200


def test_a_questionnaire_of_ones_own_from_the_first_question_to_its_opening(app, poll):
    admin = _sign_in(app, poll, "admin")
    bad = admin.post("/surveys/build", {"title_zh": "", "about": "organisation"})
    assert bad.status_code == 422
    made = admin.post("/surveys/build", {"title_zh": "食堂意见", "title_en": "", "about": "organisation"})
    assert made.status_code == 303
    home = made.headers["Location"].removesuffix("/questions")
    scale = {"kind": "scale", "low": "1", "high": "5", "good": "4", "most": "1", "required": "y"}
    for title in ("味道", "价格"):
        assert admin.post(f"{home}/question", {**scale, "title_zh": title}).status_code == 303
    choice = {**scale, "kind": "choice", "title_zh": "去哪个窗口", "choices": "一号 | One\n二号 | Two"}
    assert admin.post(f"{home}/question", {**choice, "choices": "一号"}).status_code == 422
    assert (
        admin.post(f"{home}/question", {**scale, "low": "5", "high": "1", "title_zh": "倒"}).status_code
        == 422
    )
    assert admin.post(f"{home}/question", choice).status_code == 303
    assert admin.post(f"{home}/questions", {"act": "up:q2"}).status_code == 303
    assert admin.post(f"{home}/questions", {"act": "remove:q3"}).status_code == 303
    assert admin.post(f"{home}/questions", {"act": "burn:q3"}).status_code == 404
    ident = int(home.rsplit("/", 1)[1])
    with poll.session(write=False) as session:
        survey = session.get(HeldSurvey, ident)
        assert [one.title.zh for one in service.questions_of(survey)] == ["价格", "味道"]
        day = survey.closes_on.isoformat()
    details = {"title_zh": "食堂意见", "opens_on": poll.today.isoformat(), "closes_on": day, "minimum": "2"}
    assert admin.post(f"{home}/details", {**details, "answered_by": []}).status_code == 422
    assert admin.post(f"{home}/details", {**details, "answered_by": ["units"]}).status_code == 422
    assert admin.post(f"{home}/details", {**details, "answered_by": ["members"]}).status_code == 303
    assert admin.post(f"{home}/open").status_code == 303
    assert admin.post(f"{home}/question", {**scale, "title_zh": "晚了"}).status_code == 409
    for role in ("member", "colleague"):
        someone = _sign_in(app, poll, role)
        assert "食堂意见" in someone.get("/surveys").text
        assert someone.post(f"{home}/answer", {"q-q1": "5", "q-q2": "3"}).status_code == 303
        assert "食堂意见" not in someone.get("/surveys").text
    assert admin.post(f"{home}/close").status_code == 303
    assert "平均" in admin.get(home).text
    with poll.session(write=False) as session:
        values = session.scalars(
            select(SurveyValue.value).where(SurveyValue.survey_id == ident, SurveyValue.question == "q1")
        )
        assert list(values) == ["5", "5"]


def test_ones_own_questionnaire_is_found_where_no_sector_declares_any(app, databases, tenant):
    world = build_world(databases, tenant, UNIT, sector="coach_transport", whole=False, now=datetime.now(UTC))
    poll = Poll(world, 0)
    admin, member = _sign_in(app, poll, "admin"), _sign_in(app, poll, "member")
    assert "问卷与投票" in admin.get("/").text
    assert "问卷与投票" not in member.get("/").text
    made = admin.post("/surveys/build", {"title_zh": "食堂意见", "title_en": "", "about": "organisation"})
    home = made.headers["Location"].removesuffix("/questions")
    scale = {"kind": "scale", "low": "1", "high": "5", "good": "4", "most": "1", "required": "y"}
    assert admin.post(f"{home}/question", {**scale, "title_zh": "味道"}).status_code == 303
    day = poll.today.isoformat()
    details = {"title_zh": "食堂意见", "opens_on": day, "closes_on": day, "minimum": "3"}
    assert admin.post(f"{home}/details", {**details, "answered_by": ["members"]}).status_code == 303
    assert "食堂意见" not in member.get("/").text, "a draft is nobody's business"
    assert admin.post(f"{home}/open").status_code == 303
    page = member.get("/").text
    assert "问卷与投票" in page
    assert "食堂意见" in page
    assert member.post(f"{home}/answer", {"q-q1": "5"}).status_code == 303
    page = member.get("/").text
    assert "问卷与投票" in page
    assert "食堂意见" not in page


def test_a_started_survey_is_for_a_period_of_its_scheme(app, poll):
    admin = _sign_in(app, poll, "admin")
    day = poll.today.isoformat()
    form = {
        "declared": "logistics.assets",
        "period": str(poll.world.period.id),
        "opens_on": day,
        "closes_on": day,
    }
    assert admin.get("/surveys/start?declared=logistics.assets").status_code == 200
    assert admin.post("/surveys/start", {**form, "declared": "logistics.none"}).status_code == 422
    assert admin.post("/surveys/start", {**form, "closes_on": "2020-01-01"}).status_code == 422
    assert admin.post("/surveys/start", {**form, "period": "12345"}).status_code == 404
    assert admin.post("/surveys/start", form).status_code == 303
    page = admin.get("/surveys")
    assert "草稿" in page.text
    assert admin.get("/surveys/export").mimetype.endswith("sheet")
    assert "资产使用情况调查" not in admin.get("/surveys?q=nothing").text.split("k-tools")[1]


def test_the_list_says_how_many_there_are_and_leafs_through_them(app, poll):
    """Without a filter too: the count is of the surveys, not of a query from nowhere."""
    admin = _sign_in(app, poll, "admin")
    for number in range(52):
        made = admin.post("/surveys/build", {"title_zh": f"食堂意见{number:02}", "about": "organisation"})
        assert made.status_code == 303
    assert "53 份问卷" in admin.get("/surveys").text
    first, last = (admin.get(f"/surveys?sort=title&page={page}").text for page in (1, 2))
    assert "食堂意见00" in first
    assert "食堂意见51" not in first
    assert "食堂意见51" in last
    assert "52 份问卷" in admin.get("/surveys?state=draft").text


def test_questions_are_added_in_a_row(app, poll):
    admin = _sign_in(app, poll, "admin")
    made = admin.post("/surveys/build", {"title_zh": "食堂意见", "about": "organisation"})
    page = made.headers["Location"].removesuffix("/questions") + "/question"
    version = re.search(r'name="version"[^>]*value="(\d+)"', admin.get(page).text)
    assert version
    form = {"title_zh": "口味", "kind": "text", "version": version[1]}
    assert admin.post(page, {**form, "then": "more"}).headers["Location"].endswith("/question")
    again = re.search(r'name="version"[^>]*value="(\d+)"', admin.get(page).text)
    assert again
    last = admin.post(page, {**form, "title_zh": "价格", "version": again[1]})
    assert last.headers["Location"].endswith("/questions")
    assert "2 道" in admin.get(last.headers["Location"]).text


def test_namesakes_on_a_ballot_are_told_apart_and_stand_under_their_units(app, begin):
    poll = begin("service_hall", today=True, opened=False)
    with poll.session() as session:
        mine = poll.world.people["member"].id
        first, second, *_rest = (session.need(Person, one) for one in poll.subjects() if one != mine)
        second.name = first.name
        numbers, name = (first.number, second.number), first.name
        units = [people.unit_on(session, one.id, poll.today).name for one in (first, second)]
        session.commit()
    chosen = _sign_in(app, poll, "admin").get(f"/surveys/{poll.survey_id}/subjects").text
    with poll.session() as session:
        service.open_survey(
            session,
            poll.survey(session),
            actor=poll.world.actor("admin"),
            now=poll.world.now,
            today=poll.today,
        )
        session.commit()
    ballot = _sign_in(app, poll, "member").get(f"/surveys/{poll.survey_id}/answer").text
    for number, unit in zip(numbers, units, strict=True):
        for page in (chosen, ballot):
            assert f"{name}（{number}）" in page
            assert unit in page
