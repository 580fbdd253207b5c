"""The administrator's and the assessor's pages: lists, creating, locking, roles, slips, stand-ins."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kaohe.accounts import roles
from kaohe.accounts.models import Account, ActivationSlip, Grant
from kaohe.audit.models import AuditRow
from kaohe.files.tables import read_tables
from kaohe.people import service as people
from kaohe.testing.fixtures import Browser

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
CODE = re.compile(r"\b([3-9A-Y]{4} [3-9A-Y]{4} [3-9A-Y]{4})\b")


@pytest.fixture
def admin(browser, people_here):
    return browser.sign_in(people_here.accounts["admin"])


@pytest.fixture
def head(app, tenant, people_here):
    return Browser(app, tenant).sign_in(people_here.accounts["head"])


@pytest.fixture
def nurse(app, tenant, people_here):
    return Browser(app, tenant).sign_in(people_here.accounts["nurse"])


def add_person(session, house, number, name, ward="b"):
    person = people.create_person(
        session,
        number=number,
        name=name,
        unit=house.wards[ward],
        position="",
        joined_on=None,
        starts_on=TODAY - timedelta(days=2),
        now=datetime.now(UTC),
    )
    session.commit()
    return person


def test_the_list_finds_by_name_number_state_role_and_unit(admin, people_here):
    text = admin.get("/accounts").text
    assert all(one.name in text for one in people_here.persons.values())
    for query, shown, hidden in (
        ("q=张三", "张三", "王五"),
        ("q=n002", "王五", "张三"),
        ("q=zs", "张三", "王五"),
        ("role=assessor", "李护士长", "张三"),
        ("role=member", "张三", "李护士长"),
        (f"unit={people_here.wards['b'].id}", "王五", "张三"),
        ("sort=number&dir=desc", "王五", "不存在"),
    ):
        text = admin.get(f"/accounts?{query}").text
        assert shown in text, query
        assert hidden not in text, query
    assert "没有符合条件的账户" in admin.get("/accounts?state=locked").text
    assert admin.get("/accounts?unit=99999999999999999999&state=x&role=y&page=0&sort=z").status_code == 200
    assert admin.get("/accounts?unit=²").status_code == 200


def test_accounts_are_created_for_the_ticked_or_for_all(admin, people_here, session):
    first = add_person(session, people_here, "N101", "赵一")
    add_person(session, people_here, "N102", "钱二")
    add_person(session, people_here, "N103", "孙三", ward="a")
    assert "3 人还没有账户" in admin.get("/accounts/new").text
    assert admin.post("/accounts/new", {"person": [first.id]}).status_code == 303
    answer = admin.post(f"/accounts/new?unit={people_here.wards['b'].id}", {"all": "1", "print": "1"})
    assert answer.status_code == 200
    assert "钱二" in answer.text
    assert "孙三" not in answer.text
    assert len(CODE.findall(answer.text)) == 1
    session.expire_all()
    made = session.scalars(select(Account).where(Account.state == "waiting")).all()
    session.commit()
    assert len(made) == 2
    assert admin.post("/accounts/new", {"person": ["12345"]}).status_code == 404


def test_a_lock_acts_on_the_next_request(admin, nurse, people_here):
    account = people_here.accounts["nurse"]
    assert nurse.get("/me").status_code == 200
    assert admin.post(f"/accounts/{account.id}/lock").status_code == 303
    assert nurse.get("/me").status_code == 302
    assert "已锁定" in admin.get(f"/accounts/{account.id}").text
    assert admin.post(f"/accounts/{account.id}/unlock").status_code == 303
    assert nurse.get("/me").status_code == 302


def test_a_role_acts_on_the_next_request(admin, nurse, people_here, session):
    account = people_here.accounts["nurse"]
    assert nurse.get("/accounts").status_code == 403
    form = {"role": "admin", "starts_on": str(TODAY - timedelta(days=1)), "unit": ""}
    assert admin.post(f"/accounts/{account.id}/roles", form).status_code == 303
    assert nurse.get("/accounts").status_code == 200
    grant = session.scalars(select(Grant).where(Grant.account_id == account.id)).one()
    session.commit()
    assert admin.post(f"/accounts/{account.id}/roles/{grant.id}/end").status_code == 303
    assert nurse.get("/accounts").status_code == 403


def test_a_unit_acts_on_the_next_request(head, people_here, session):
    other = people_here.persons["other"]
    assert other.name not in head.get("/unit-accounts").text
    people.move_person(
        session,
        session.get(type(other), other.id),
        unit=people_here.wards["a"],
        position="",
        on=TODAY - timedelta(days=1),
    )
    session.commit()
    assert other.name in head.get("/unit-accounts").text


def test_role_forms_keep_what_was_typed_and_say_what_is_wrong(admin, people_here, session):
    path = f"/accounts/{people_here.accounts['nurse'].id}/roles"
    for form, words in (
        ({"role": "assessor", "starts_on": str(TODAY)}, "请选择这位考核人负责的部门"),
        ({"role": "admin", "starts_on": "gestern"}, "没有给成"),
        ({"role": "operator", "starts_on": str(TODAY)}, "没有给成"),
        (
            {"role": "admin", "starts_on": str(TODAY), "ends_on": str(TODAY - timedelta(days=3))},
            "结束日期早于开始日期",
        ),
    ):
        answer = admin.post(path, form)
        assert answer.status_code == 422
        assert words in answer.text
    foreign = admin.post(path, {"role": "assessor", "unit": "12345", "starts_on": str(TODAY)})
    assert foreign.status_code == 404
    assert (
        session.scalars(select(Grant).where(Grant.account_id == people_here.accounts["nurse"].id)).all() == []
    )


def test_the_last_administrator_is_not_removed_by_a_page(admin, people_here, session):
    account = people_here.accounts["admin"]
    grant = session.scalars(select(Grant).where(Grant.account_id == account.id)).one()
    session.commit()
    for path in (f"/accounts/{account.id}/lock", f"/accounts/{account.id}/roles/{grant.id}/end"):
        answer = admin.post(path)
        assert answer.status_code == 409
        assert "最后一位" in answer.text
    assert admin.get("/accounts").status_code == 200


def test_somebody_elses_role_cannot_be_ended_under_another_account(admin, people_here, session):
    grant = session.scalars(select(Grant).where(Grant.account_id == people_here.accounts["head"].id)).one()
    session.commit()
    assert admin.post(f"/accounts/{people_here.accounts['nurse'].id}/roles/{grant.id}/end").status_code == 404


def test_slips_are_printed_and_each_code_is_shown_once(admin, people_here, session):
    ids = [people_here.accounts[short].id for short in ("nurse", "other")]
    answer = admin.post("/accounts/slips", {"account": ids})
    assert answer.status_code == 200
    codes = CODE.findall(answer.text)
    assert len(set(codes)) == 2
    assert "/activate" in answer.text
    assert not any(code in admin.get(f"/accounts/{ids[0]}").text for code in codes)
    assert len(session.scalars(select(ActivationSlip)).all()) == 2


def test_all_waiting_slips_at_once(admin, people_here, session):
    admin.post(
        "/accounts/new",
        {"person": [add_person(session, people_here, f"N20{n}", f"某{n}").id for n in range(3)]},
    )
    answer = admin.post("/accounts/slips", {"all": "1", "state": "waiting"})
    assert len(CODE.findall(answer.text)) == 3


def test_an_assessor_prints_for_the_own_unit_only(head, people_here, session):
    assert len(CODE.findall(head.post(f"/accounts/{people_here.accounts['nurse'].id}/slip").text)) == 1
    for short in ("other", "admin", "head"):
        assert head.post(f"/accounts/{people_here.accounts[short].id}/slip").status_code == 403
        assert head.post("/accounts/slips", {"account": [people_here.accounts[short].id]}).status_code == 403
    assert head.get(f"/accounts/{people_here.accounts['nurse'].id}").status_code == 403


def test_an_assessor_cannot_take_over_a_colleague_with_a_role(head, people_here, session):
    nurse = session.get(Account, people_here.accounts["nurse"].id)
    roles.give_role(
        session, account=nurse, role="admin", starts_on=TODAY - timedelta(days=1), now=datetime.now(UTC)
    )
    session.commit()
    answer = head.post(f"/accounts/{nurse.id}/slip")
    assert answer.status_code == 403
    assert "只能由管理员打印" in answer.text
    assert session.scalars(select(ActivationSlip)).all() == []


def test_a_stand_in_is_named_and_ended(head, app, tenant, people_here, session):
    form = {
        "deputy": "N002 王五",
        "unit": people_here.wards["a"].id,
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=9),
    }
    assert head.post("/deputies", form).status_code == 303
    assert "王五" in head.get("/deputies").text
    other = Browser(app, tenant).sign_in(people_here.accounts["other"])
    assert "代理考核人" in other.get("/me").text
    grant = session.scalars(select(Grant).where(Grant.deputy_of.is_not(None))).one()
    session.commit()
    assert other.post(f"/deputies/{grant.id}/end").status_code == 403
    assert head.post(f"/deputies/{grant.id}/end").status_code == 303
    assert "代理考核人" not in other.get("/me").text


def test_odd_stand_ins_are_answered_in_words(head, people_here):
    good = {
        "deputy": "王五",
        "unit": people_here.wards["a"].id,
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=9),
    }
    for change, words in (
        ({"deputy": "没有这个人"}, "没有找到唯一的"),
        ({"deputy": ""}, "请填写代理人"),
        ({"deputy": "H001"}, "不能是自己"),
        ({"starts_on": TODAY - timedelta(days=5)}, "从今天或以后"),
        ({"ends_on": TODAY + timedelta(days=900)}, "最长一年"),
        ({"ends_on": ""}, "请填写结束日期"),
        ({"unit": people_here.wards["b"].id}, "您只能把自己负责的部门"),
    ):
        answer = head.post("/deputies", {**good, **change})
        assert answer.status_code == 422, change
        assert words in answer.text, change


def test_a_member_sees_none_of_it(nurse, people_here):
    account = people_here.accounts["other"]
    for path in ("/accounts", "/accounts/new", f"/accounts/{account.id}", "/unit-accounts", "/deputies"):
        assert nurse.get(path).status_code == 403
    for path in (
        f"/accounts/{account.id}/slip",
        f"/accounts/{account.id}/lock",
        "/accounts/slips",
        "/deputies",
    ):
        assert nurse.post(path).status_code == 403


def test_nobody_unsigned_gets_in_and_the_try_is_refused_in_the_log(browser, people_here, session):
    account = people_here.accounts["other"]
    for path in ("/accounts", f"/accounts/{account.id}", "/me"):
        assert browser.get(path).status_code == 302
    assert browser.post(f"/accounts/{account.id}/lock").status_code == 302
    row = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
    assert (row.action, row.outcome) == ("accounts.lock", "refused")
    assert session.get(Account, account.id).state == "active"


def test_another_organisations_account_is_not_there(admin, app, other_tenant, databases, people_here):
    stranger = Browser(app, other_tenant)
    for ident in (people_here.accounts["nurse"].id, 12345):
        assert stranger.get(f"/accounts/{ident}").status_code == 302
    with databases.tenant(other_tenant.id) as session:
        theirs = people.create_person(
            session,
            number="F1",
            name="外人",
            unit=people.create_unit(session, name="别家", parent=None),
            position="",
            joined_on=None,
            now=datetime.now(UTC),
        )
        from kaohe.accounts.service import create_accounts

        (account,) = create_accounts(session, person_ids=[theirs.id], now=datetime.now(UTC))
        session.commit()
    assert admin.get(f"/accounts/{account.id}").status_code == 404
    assert admin.post(f"/accounts/{account.id}/lock").status_code == 404
    assert admin.post("/accounts/slips", {"account": [account.id]}).status_code == 404


def test_the_list_is_exported_as_it_is_shown(admin, people_here):
    answer = admin.get("/accounts/export?role=assessor")
    assert "attachment" in answer.headers["Content-Disposition"]
    (sheet,) = read_tables(answer.data, "accounts.xlsx")
    cells = [cell for row in sheet.rows for cell in row]
    assert "李护士长" in cells
    assert "考核人 · 心内科" in cells
    assert "张三" not in cells
