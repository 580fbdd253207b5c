"""Signing in, out and activating, as a browser does it."""

from __future__ import annotations

import re
import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from kaohe.accounts import entrance, passwords, slips
from kaohe.accounts.models import Account, SignIn
from kaohe.app import create_app
from kaohe.audit.models import AuditRow
from kaohe.config import Config
from kaohe.tenants import service as tenants
from kaohe.testing.fixtures import Browser

PASSWORD = "correct horse 电池"
NEW = "eine neue Reise"


def sign_in(browser, number="N001", password=PASSWORD, query=""):
    return browser.post(f"/sign-in{query}", {"number": number, "password": password})


def cookie(browser):
    return browser.client.get_cookie("kaohe", path=f"/t/{browser.tenant.code}/")


def test_number_and_password_open_the_door(browser, people_here, session):
    answer = sign_in(browser, number=" n001 ")
    assert answer.status_code == 303
    assert answer.location == f"/t/{browser.tenant.code}/"
    header = (
        answer.headers["Set-Cookie"]
        if "kaohe=" in answer.headers["Set-Cookie"]
        else answer.headers.getlist("Set-Cookie")[-1]
    )
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert f"Path=/t/{browser.tenant.code}/" in header
    assert "张三" in browser.get("/me").text
    kept = session.scalars(select(SignIn)).one()
    assert cookie(browser).value not in kept.token_hash


def test_over_https_the_cookie_is_secure(databases, tenant, people_here):
    config = Config(databases.settings, secret="x", https=True, testing=True)
    browser = Browser(create_app(config, databases=databases), tenant)
    browser.client.get(browser.url("/sign-in"), base_url="https://localhost")
    token = browser._META.search(
        browser.client.get(browser.url("/sign-in"), base_url="https://localhost").text
    )[1]
    answer = browser.client.post(
        browser.url("/sign-in"),
        data={"number": "N001", "password": PASSWORD, "csrf_token": token},
        base_url="https://localhost",
    )
    assert any("kaohe=" in c and "Secure" in c for c in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("number", ["N001", "N777"])
def test_wrong_and_unknown_get_the_same_answer(browser, people_here, number):
    def page(asked):
        text = sign_in(browser, number=asked, password="not this one").text
        return text.replace(asked, "")

    def bare(text):
        return re.sub(r'(value|content)="[^"]*"', "", text)

    assert bare(page(number)) == bare(page("N002"))
    assert "工号或密码不对" in sign_in(browser, number=number, password="not this one").text
    assert cookie(browser) is None


def test_wrong_and_unknown_take_the_same_time(databases, tenant, people_here):
    now = datetime.now(UTC)

    def seconds(number, n):
        began = time.perf_counter()
        with pytest.raises(entrance.WrongPassword):
            entrance.by_password(
                databases,
                tenant.id,
                number=number,
                password="no",
                address=f"10.1.{n}.1",
                now=now + timedelta(days=n),
                today=now.date(),
            )
        return time.perf_counter() - began

    known, unknown = ([], [])
    for n in range(12):
        known.append(seconds("N001", n))
        unknown.append(seconds("N777", n))
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.6 < ratio < 1.7


def test_what_was_typed_stays_and_the_password_does_not(browser, people_here):
    text = sign_in(browser, number="N001", password="zzz-wrong-zzz").text
    assert 'value="N001"' in text
    assert "zzz-wrong-zzz" not in text


def test_after_five_failures_even_the_right_password_waits(browser, app, people_here, session):
    for _ in range(5):
        assert sign_in(browser, password="wrong").status_code == 422
    answer = sign_in(browser)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 31
    assert "试错的次数太多" in answer.text
    again = Browser(app, browser.tenant)
    assert sign_in(again).status_code == 429
    assert sign_in(again, number="N002").status_code == 303
    rows = session.scalars(select(AuditRow).where(AuditRow.action == "accounts.sign_in")).all()
    assert sorted(row.outcome for row in rows) == ["done"] + ["refused"] * 7
    assert {row.object_id for row in rows if row.status == 422} == {people_here.persons["nurse"].id}


def test_odd_input_is_answered_in_words(browser, people_here):
    for number in ("", "\x00", "x" * 5000, "N001\x00", "🙂", "' OR 1=1 --"):
        assert sign_in(browser, number=number, password="p\x00q").status_code == 422
    assert sign_in(browser, password="x" * 100_000).status_code == 422


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/t/{code}//evil",
        "/t/other/",
        "/t/{code}/a\\b",
        "javascript:alert(1)",
        "/t/{code}/sign-out",
        "/t/{code}/\tx",
    ],
)
def test_next_leads_only_into_the_own_organisation(browser, people_here, wanted):
    wanted = wanted.replace("{code}", browser.tenant.code)
    answer = browser.client.post(
        browser.url("/sign-in"),
        query_string={"next": wanted},
        data={"number": "N001", "password": PASSWORD, "csrf_token": browser.token()},
    )
    assert answer.location == f"/t/{browser.tenant.code}/"


def test_next_leads_back_to_the_page_that_was_asked(browser, people_here):
    asked = browser.get("/me?x=1")
    assert asked.status_code == 302
    answer = browser.post(asked.location, {"number": "N001", "password": PASSWORD})
    assert answer.location == f"/t/{browser.tenant.code}/me?x=1"


def test_signing_out_ends_it_on_the_server(browser, people_here):
    sign_in(browser)
    kept = cookie(browser).value
    assert browser.post("/sign-out").status_code == 303
    assert cookie(browser) is None
    browser.client.set_cookie("kaohe", kept, path=f"/t/{browser.tenant.code}/")
    assert browser.get("/me").status_code == 302


def test_a_locked_account_hears_it_only_with_the_right_password(browser, people_here, session):
    session.get(Account, people_here.accounts["nurse"].id).state = "locked"
    session.commit()
    assert "工号或密码不对" in sign_in(browser, password="wrong").text
    answer = sign_in(browser)
    assert answer.status_code == 403
    assert "已被锁定" in answer.text


def test_somebody_who_has_left_is_not_let_in(browser, people_here, session):
    session.get(type(people_here.persons["nurse"]), people_here.persons["nurse"].id).left_on = datetime.now(
        UTC
    ).date() - timedelta(days=1)
    session.commit()
    assert sign_in(browser).status_code == 422


def test_a_slip_and_a_password_open_the_door(browser, people_here, session):
    ((_account, code),) = slips.issue_slips(
        session, accounts=[people_here.accounts["nurse"]], issued_by=None, now=datetime.now(UTC)
    )
    session.commit()
    form = {"number": "N001", "code": slips.in_groups(code).lower(), "password": NEW, "again": NEW}
    wrong = browser.post("/activate", {**form, "again": "something else"})
    assert wrong.status_code == 422
    assert "两遍输入不一样" in wrong.text
    assert NEW not in wrong.text
    assert browser.post("/activate", form).status_code == 303
    assert "张三" in browser.get("/me").text
    browser.post("/sign-out")
    assert sign_in(browser).status_code == 422
    assert sign_in(browser, password=NEW).status_code == 303
    assert browser.post("/activate", form).status_code == 422


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"code": "AAAA-BBBB-CCCC"}, "code", "工号和激活码对不上"),
        ({"number": "N002"}, "code", "工号和激活码对不上"),
        ({"password": "12345678", "again": "12345678"}, "password", "太常见"),
        ({"password": "short", "again": "short"}, "password", "至少要 8 个字符"),
        ({"password": "N001abc", "again": "N001abc"}, "password", "密码"),
    ],
)
def test_why_a_slip_does_not_open_is_said_at_its_field(browser, people_here, session, change, field, words):
    ((_account, code),) = slips.issue_slips(
        session, accounts=[people_here.accounts["nurse"]], issued_by=None, now=datetime.now(UTC)
    )
    session.commit()
    form = {"number": "N001", "code": slips.in_groups(code), "password": NEW, "again": NEW, **change}
    answer = browser.post("/activate", form)
    assert answer.status_code == 422
    at_field = re.search(rf'<div class="k-err" id="e-{field}">(.*?)</div>', answer.text, re.S)
    assert at_field is not None
    assert words in at_field[1]
    on_top = re.search(r'<div class="k-note is-minus k-errors".*?</ol>', answer.text, re.S)
    assert on_top is not None
    assert words in on_top[0]
    for kept in ("number", "code"):
        assert f'value="{form[kept]}"' in answer.text
    assert form["password"] not in answer.text


def test_too_many_wrong_codes_are_told_to_wait(browser, people_here):
    form = {"number": "N001", "code": "AAAA-BBBB-CCCC", "password": NEW, "again": NEW}
    for _ in range(5):
        assert browser.post("/activate", form).status_code == 422
    answer = browser.post("/activate", form)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 31
    assert "试错的次数太多" in answer.text


def test_a_changed_password_ends_other_sign_ins_at_once(app, browser, people_here):
    elsewhere = Browser(app, browser.tenant)
    sign_in(browser)
    sign_in(elsewhere)
    assert elsewhere.get("/me").status_code == 200
    before = cookie(browser).value
    answer = browser.post("/me/password", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 303
    assert cookie(browser).value != before
    assert browser.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302


def test_a_poor_or_unproven_change_is_refused(browser, people_here):
    sign_in(browser)
    for form, words in (
        ({"old": "wrong", "password": NEW, "again": NEW}, "原密码不对"),
        ({"old": PASSWORD, "password": "12345678", "again": "12345678"}, "太常见"),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "和原密码一样"),
    ):
        answer = browser.post("/me/password", form)
        assert answer.status_code == 422
        assert words in answer.text
    for _ in range(4):
        browser.post("/me/password", {"old": "wrong", "password": NEW, "again": NEW})
    assert browser.post("/me/password", {"old": "wrong", "password": NEW, "again": NEW}).status_code == 422
    assert browser.post("/me/password", {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 429


def test_own_sign_ins_are_listed_and_ended(app, browser, people_here, session):
    sign_in(browser)
    phone = Browser(app, browser.tenant)
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone) AppleWebKit MicroMessenger/8"
    sign_in(phone)
    assert "WeChat · iPhone" in browser.get("/me").text
    other = session.scalars(select(SignIn).where(SignIn.device == "WeChat · iPhone")).one()
    session.commit()
    assert browser.post(f"/me/sign-ins/{other.id}/end").status_code == 303
    assert phone.get("/me").status_code == 302
    sign_in(phone)
    browser.post("/me/sign-ins/end-others")
    assert phone.get("/me").status_code == 302
    assert browser.get("/me").status_code == 200


def test_somebody_elses_sign_in_cannot_be_ended(app, browser, people_here, session):
    sign_in(browser)
    theirs = Browser(app, browser.tenant)
    sign_in(theirs, number="N002")
    row = session.scalars(select(SignIn).where(SignIn.account_id == people_here.accounts["other"].id)).one()
    session.commit()
    assert browser.post(f"/me/sign-ins/{row.id}/end").status_code == 403
    assert theirs.get("/me").status_code == 200


def test_language_and_rows_are_kept_with_the_account(browser, people_here, session):
    sign_in(browser)
    browser.post("/me/view", {"language": "en", "density": "roomy"})
    text = browser.get("/me").text
    assert 'lang="en"' in text
    assert 'data-k-density="roomy"' in text
    browser.post("/me/view", {"language": "xx", "density": "huge"})
    session.expire_all()
    account = session.get(Account, people_here.accounts["nurse"].id)
    assert (account.language, account.density) == ("en", "roomy")


def test_the_language_chosen_at_the_door_becomes_the_accounts(browser, people_here, session):
    browser.post("/language", {"language": "en"})
    assert sign_in(browser).status_code == 303
    assert 'lang="en"' in browser.get("/me").text
    session.expire_all()
    assert session.get(Account, people_here.accounts["nurse"].id).language == "en"


def test_so_does_the_language_chosen_where_a_slip_is_used(browser, people_here, session):
    ((_account, code),) = slips.issue_slips(
        session, accounts=[people_here.accounts["nurse"]], issued_by=None, now=datetime.now(UTC)
    )
    session.commit()
    browser.post("/language", {"language": "en"})
    form = {"number": "N001", "code": slips.in_groups(code), "password": NEW, "again": NEW}
    assert browser.post("/activate", form).status_code == 303
    assert 'lang="en"' in browser.get("/me").text


def test_a_language_chosen_by_somebody_else_stays_theirs(browser, people_here, session):
    sign_in(browser)
    browser.post("/language", {"language": "en"})
    browser.post("/sign-out")
    sign_in(browser, number="N002")
    assert 'lang="zh' in browser.get("/me").text
    session.expire_all()
    assert session.get(Account, people_here.accounts["other"].id).language == "zh"


def test_the_demonstrations_door_is_not_there_otherwise(browser, people_here, session):
    tenants.put_setting(session, "demo_people", [{"number": "N001", "label": {"zh": "成员", "en": "Member"}}])
    session.commit()
    assert "演示" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", {"number": "N001"}).status_code == 404
    assert cookie(browser) is None


def test_in_a_demonstration_one_click_is_enough(databases, tenant, people_here, session):
    tenants.put_setting(
        session, "demo_people", [{"number": "N001", "label": {"zh": "成员张三", "en": "Member"}}]
    )
    session.commit()
    app = create_app(Config(databases.settings, secret="x", demo=True, testing=True), databases=databases)
    browser = Browser(app, tenant)
    assert "成员张三" in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", {"number": "G001"}).status_code == 404
    assert browser.post("/sign-in/demo", {"number": "N001"}).status_code == 303
    assert "张三" in browser.get("/me").text


def test_an_older_hash_is_made_anew_at_the_next_sign_in(browser, people_here, session):
    account = session.get(Account, people_here.accounts["nurse"].id)
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    session.commit()
    assert passwords.is_outdated(account.password_hash)
    assert sign_in(browser).status_code == 303
    session.expire_all()
    assert not passwords.is_outdated(session.get(Account, account.id).password_hash)
