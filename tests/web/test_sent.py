"""What a browser sends holds no NUL, wherever it stood."""

from __future__ import annotations

from flask import request


def test_fields_and_addresses_lose_the_character_that_no_database_keeps(app):
    sent = {"reason": ["停\x00电", "检\x00修"], "\x00": "\x00"}
    with app.test_request_context("/?q=a%00b", method="POST", data=sent):
        assert request.form.getlist("reason") == ["停电", "检修"]
        assert request.args["q"] == "ab"
        assert "\x00" not in "".join(request.values.values())


def test_a_reason_with_it_is_kept_without_it(app, databases, tenant):
    from tests.messages.conftest import hire

    from kaohe.accounts.models import Account, Grant
    from kaohe.calendar.models import CalendarDay
    from kaohe.testing.fixtures import NOW, TODAY, Browser

    with databases.tenant(tenant.id) as session:
        [person] = hire(session, "管理甲")
        account = Account(person_id=person, state="active", created_at=NOW)
        session.add(account)
        session.flush()
        session.add(
            Grant(account_id=account.id, role="admin", starts_on=TODAY.replace(year=2020), given_at=NOW)
        )
        session.commit()
    browser = Browser(app, tenant).sign_in(account)
    answer = browser.post(
        "/calendar/days",
        {"first": "2026-03-02", "last": "2026-03-02", "works": "off", "reason": "停\x00电"},
    )
    assert answer.status_code == 303, answer.text[:300]
    with databases.tenant(tenant.id, write=False) as session:
        assert [one.reason for one in session.query(CalendarDay)] == ["停电"]
