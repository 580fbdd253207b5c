"""The page of the log: who did what, found by person, act, outcome, days and object; verified by a button."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from kaohe.accounts import roles
from kaohe.accounts.service import create_accounts, set_password
from kaohe.audit import chain, service
from kaohe.audit.models import AuditRow
from kaohe.files.tables import read_tables
from kaohe.people import service as people
from kaohe.testing.fixtures import Browser

DAY = timedelta(days=1)


@pytest.fixture
def signed_in(app, tenant, session):
    """An administrator and a member, each in a browser."""
    now = datetime.now(UTC)
    root = people.create_unit(session, name="示范医院", parent=None)
    browsers = {}
    for number, name in (("G001", "管理员甲"), ("N001", "张三")):
        person = people.create_person(
            session,
            number=number,
            name=name,
            unit=root,
            position="",
            joined_on=None,
            starts_on=(now - DAY).date(),
            now=now,
        )
        (account,) = create_accounts(session, person_ids=[person.id], now=now)
        set_password(session, account, "Regen im April", now=now)
        if number == "G001":
            roles.give_role(session, account=account, role="admin", starts_on=(now - 2 * DAY).date(), now=now)
        browsers[number] = (Browser(app, tenant), account, person)
    session.commit()
    return {
        number: (browser.sign_in(account), account, person)
        for number, (browser, account, person) in browsers.items()
    }


def test_acts_are_shown_in_words(signed_in):
    admin, _, _ = signed_in["G001"]
    member, account, _ = signed_in["N001"]
    member.post("/me/view", {"density": "roomy"})
    admin.post(f"/accounts/{account.id}/lock")
    member.get("/me")
    page = admin.get("/audit").text
    assert "锁定账户" in page
    assert "更改语言或行高" in page
    assert "张三" in page
    admin.post("/me/view", {"language": "en"})
    assert "Lock an account" in admin.get("/audit").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=张三", {"更改语言或行高"}),
        ("q=锁定账户", {"锁定账户"}),
        ("outcome=refused", {"给予角色"}),
        ("place=accounts", {"锁定账户", "更改语言或行高", "给予角色"}),
        ("place=people", set()),
        ("until=2020-01-01", set()),
        ("since=2020-01-01", {"锁定账户", "更改语言或行高", "给予角色"}),
        ("since=nonsense&object=x&page=99", {"锁定账户", "更改语言或行高", "给予角色"}),
    ],
)
def test_filters(signed_in, query, shown):
    admin, _, _ = signed_in["G001"]
    member, account, _ = signed_in["N001"]
    member.post("/me/view", {"density": "roomy"})
    admin.post(f"/accounts/{account.id}/roles", {"role": "admin"})
    admin.post(f"/accounts/{account.id}/lock")
    page = admin.get(f"/audit?{query}").text
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    for words in ("锁定账户", "更改语言或行高", "给予角色"):
        assert (words in table) is (words in shown), words


def test_one_object_can_be_followed(signed_in):
    admin, _, _ = signed_in["G001"]
    _, account, _ = signed_in["N001"]
    admin.post(f"/accounts/{account.id}/lock")
    admin.post("/me/view", {"density": "roomy"})
    table = admin.get(f"/audit?object={account.id}").text.partition("<tbody>")[2]
    assert "锁定账户" in table
    assert "更改语言或行高" not in table


def test_members_do_not_read_the_log(signed_in):
    member, _, _ = signed_in["N001"]
    assert member.get("/audit").status_code == 403
    assert member.post("/audit/check").status_code == 403


def test_the_button_verifies(signed_in, session):
    admin, _, _ = signed_in["G001"]
    admin.post("/me/view", {"density": "roomy"})
    service.seal_all(session, datetime.now(UTC))
    assert admin.post("/audit/check").status_code == 303
    assert "封印完整" in admin.get("/audit").text
    head = session.scalars(select(chain.Setting).where(chain.Setting.key == chain.HEAD)).one()
    head.value = {"place": 1, "hash": "0" * 64}
    session.commit()
    admin.post("/audit/check")
    page = admin.get("/audit").text
    assert "封印完整" not in page
    assert "链被重写过" in page


def test_what_a_request_noted_is_kept_beside_its_row(signed_in, session):
    admin, _, _ = signed_in["G001"]
    _, account, _ = signed_in["N001"]
    admin.post(f"/accounts/{account.id}/slip")
    row = session.scalars(select(AuditRow).where(AuditRow.action == "accounts.print_slip")).one()
    assert row.object_id == account.id
    detail = session.get(chain.AuditDetail, row.id)
    assert detail.detail == {"slips": [str(account.id)]}


def test_a_detail_is_erased_but_not_rewritten(session, now):
    service.record_command(session, "cli.period.close", now=now, about=("period", 1), detail={"a": 1})
    session.commit()
    with pytest.raises(Exception, match=r"封存|kept|permission"):
        session.execute(text("UPDATE audit_details SET detail = '{}'"))


def test_the_log_is_exported_as_it_is_shown(signed_in):
    admin, _, _ = signed_in["G001"]
    _, account, _ = signed_in["N001"]
    admin.post(f"/accounts/{account.id}/lock")
    admin.post("/me/view", {"density": "roomy"})
    answer = admin.get(f"/audit/export?object={account.id}")
    (sheet,) = read_tables(answer.data, "log.xlsx")
    cells = [cell for row in sheet.rows for cell in row]
    assert "锁定账户" in cells
    assert "管理员甲" in cells
    assert "更改语言或行高" not in cells
