"""The pages of money: who may see and move what, the forms, the papers, the lists and their exports."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from kaohe.ledger import listing
from kaohe.ledger import service as ledger
from kaohe.testing.fixtures import TODAY, Browser

DEPOSIT, UNIFORM = "deposit", "uniform"


@pytest.fixture
def as_(app, tenant, company):
    """A browser as somebody of the company."""

    def be(name):
        company.session.commit()
        return Browser(app, tenant).sign_in(company.accounts[name])

    return be


def key_of(page):
    return re.search(r'name="key"[^>]*value="([^"]+)"', page)[1]


def pay(browser, company, who="driver", kind=DEPOSIT, amount="5000", **more):
    path = f"/money/of/{company.people[who].id}/pay-in"
    key = key_of(browser.get(path).text)
    company_day = "2026-09-15"
    return browser.post(
        path, {"kind": kind, "amount": amount, "happened_on": company_day, "key": key, **more}
    )


def test_a_deposit_is_taken_a_receipt_printed_and_the_statement_shows_it(as_, company):
    admin = as_("admin")
    page = admin.get(f"/money/of/{company.people['driver'].id}/pay-in").text
    assert 'value="5000"' in page  # what the position asks
    answer = pay(admin, company)
    assert answer.status_code == 303
    receipt = admin.get(answer.location + "/paper").text
    assert "伍仟元整" in receipt
    assert "¥5,000.00" in receipt
    assert "马建国" in receipt
    own = as_("driver")
    shown = own.get(f"/money/of/{company.people['driver'].id}").text
    assert "信誉风险保证金" in shown
    assert "¥5,000.00" in shown
    assert "/pay-in" not in shown
    listed = admin.get("/money/").text
    assert "马建国" in listed


def test_the_same_form_twice_is_one_movement_and_with_other_figures_refused(as_, company):
    admin = as_("admin")
    path = f"/money/of/{company.people['driver'].id}/pay-in"
    form = {
        "kind": DEPOSIT,
        "amount": "5000",
        "happened_on": "2026-09-15",
        "key": key_of(admin.get(path).text),
    }
    first, second = admin.post(path, form), admin.post(path, form)
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    other = admin.post(path, {**form, "amount": "4000"})
    assert other.status_code == 409
    assert "没有重复入账" in other.text
    assert 'value="4000"' in other.text
    company.session.rollback()
    assert company.holds("driver", DEPOSIT) == 500_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": ""}, "请填写金额"),
        ({"amount": "0"}, "金额要大于 0"),
        ({"amount": "12.345"}, "12.345"),
        ({"amount": "-5"}, "-5"),
        ({"amount": "abc"}, "abc"),
        ({"happened_on": "2999-01-01"}, "还没有到"),
        ({"happened_on": ""}, "请填写日期"),
        ({"kind": "nothing"}, "收款"),
    ],
)
def test_what_a_form_refuses_stands_at_its_field_and_keeps_what_was_typed(as_, company, change, said):
    answer = pay(as_("admin"), company, **change)
    assert answer.status_code == 422
    assert said in answer.text
    company.session.rollback()
    assert company.holds("driver", DEPOSIT) == 0


def test_a_refund_above_the_balance_is_refused_in_words(as_, company):
    admin = as_("admin")
    pay(admin, company)
    path = f"/money/of/{company.people['driver'].id}/refund"
    form = {
        "kind": DEPOSIT,
        "amount": "5000.01",
        "happened_on": "2026-09-15",
        "key": key_of(admin.get(path).text),
    }
    answer = admin.post(path, form)
    assert answer.status_code == 409
    assert "现在只有 ¥5,000.00，不能支出 ¥5,000.01" in answer.text
    answer = admin.post(path, {**form, "amount": "", "key": key_of(admin.get(path).text)})
    assert answer.status_code == 303
    paper = admin.get(answer.location + "/paper").text
    assert "退还金额" in paper
    again = admin.post(path, {**form, "amount": "", "key": key_of(admin.get(path).text)})
    assert "账上没有余额" in again.text


def test_a_uniform_is_settled_and_reversed_from_its_page(as_, company):
    admin = as_("admin")
    movement = pay(admin, company, kind=UNIFORM, amount="600").location
    page = admin.get(movement).text
    assert "多退少补" in page
    form = {"cost": "700", "happened_on": "2026-09-15", "key": key_of(page)}
    answer = admin.post(f"{movement}/settle", form)
    assert answer.status_code == 303
    paper = admin.get(answer.location + "/paper").text
    assert "壹佰壹拾元整" in paper  # what went back
    assert "¥700.00" in paper
    late = admin.post(f"{movement}/settle", {**form, "key": "another"})
    assert late.status_code == 409
    assert "已经结清" in late.text
    refused = admin.post(f"{movement}/reverse", {"happened_on": "2026-09-15", "key": "r1", "reason": "错"})
    assert "请先冲正它的结算" in refused.text
    without = admin.post(
        f"{answer.location}/reverse", {"happened_on": "2026-09-15", "key": "r2", "reason": ""}
    )
    assert without.status_code == 422
    back = admin.post(
        f"{answer.location}/reverse", {"happened_on": "2026-09-15", "key": "r3", "reason": "看错"}
    )
    assert back.status_code == 303
    again = admin.post(
        f"{back.location}/reverse", {"happened_on": "2026-09-15", "key": "r4", "reason": "再冲"}
    )
    assert again.status_code == 409
    assert "冲正本身不能再冲正" in again.text
    assert "由这一笔冲正" in admin.get(answer.location).text


def test_a_fine_is_collected_from_its_page_and_the_lists_are_exported(as_, company):
    admin = as_("admin")
    s, driver = company.session, company.people["driver"].id
    act = company.act(by=None, on=date(2026, 9, 15))
    owed = ledger.fine(s, company.book, driver, account="branch", amount_fen=30_000, act=act).id
    ledger.fine(s, company.book, driver, account="wages", amount_fen=45_000, act=company.act(by=None))
    s.commit()
    assert "马建国" in admin.get("/money/?state=owes").text
    page = admin.get(f"/money/movements/{owed}").text
    assert "收到 ¥300.00" in page
    answer = admin.post(
        f"/money/movements/{owed}/collect", {"happened_on": "2026-09-15", "key": key_of(page)}
    )
    assert "叁佰元整" in admin.get(answer.location + "/paper").text
    assert "马建国" not in admin.get("/money/?state=owes").text
    assert "马建国" in admin.get("/money/payroll?month=2026-09").text
    book = CalamineWorkbook.from_filelike(BytesIO(admin.get("/money/payroll/export?month=2026-09").data))
    assert ["D1101", "马建国", "城东分公司", 1, 450] in [
        row[:5] for row in book.get_sheet_by_index(0).to_python()
    ]
    everybody = CalamineWorkbook.from_filelike(BytesIO(admin.get("/money/export").data))
    assert any("马建国" in row for row in everybody.get_sheet_by_index(0).to_python())


def test_who_may_see_and_move_money(as_, company):
    admin = as_("admin")
    movement = pay(admin, company).location
    driver, other = company.people["driver"].id, company.people["other"].id
    head, own, colleague = as_("head"), as_("driver"), as_("mate")
    assert head.get(f"/money/of/{driver}").status_code == 200  # the branch of the driver
    assert head.get(f"/money/of/{other}").status_code == 403
    assert own.get(movement).status_code == 200
    assert own.get(f"{movement}/paper").status_code == 200
    assert colleague.get(f"/money/of/{driver}").status_code == 403
    assert colleague.get(movement).status_code == 403
    for browser in (head, own, colleague):
        assert browser.get("/money/").status_code == 403
        assert browser.get(f"/money/of/{driver}/pay-in").status_code == 403
        assert browser.post(f"{movement}/reverse", {"reason": "x", "key": "k"}).status_code == 403
    admins_own = company.people["admin"].id
    assert admin.get(f"/money/of/{admins_own}/pay-in").status_code == 403  # not on oneself
    assert own.get("/money/home").location.endswith(f"/money/of/{driver}")
    assert admin.get("/money/home").location.endswith("/money/")
    for browser in (admin, own):
        assert "保证金与罚款" in browser.get("/").text


def test_empty_pages_say_what_to_do(as_, company):
    admin = as_("admin")
    assert "去选人" in admin.get("/money/").text
    assert "还没有收支" in admin.get(f"/money/of/{company.people['driver'].id}").text
    assert "这个月没有要从工资扣的" in admin.get("/money/payroll?month=oops").text
    assert admin.get("/money/?state=back&sort=deposit&dir=asc&unit=9").status_code == 200


def test_a_leavers_deposit_is_due_back(as_, company):
    from kaohe.people import service as people

    admin = as_("admin")
    pay(admin, company)
    company.session.rollback()
    person = company.people["driver"]
    company.session.refresh(person)
    people.leave(company.session, person, on=date(2026, 9, 10))
    company.session.commit()
    shown = admin.get("/money/?state=back").text
    assert "马建国" in shown
    assert "离职 " in shown


def test_who_heads_a_unit_moves_none_of_its_money(as_, company):
    from kaohe.accounts.policy import Actor, allowed
    from kaohe.ledger import service as ledger
    from kaohe.ledger.views import load_movement

    as_("admin")
    east = company.east
    fined = ledger.fine(
        company.session, company.book, east.id, account="city_company", amount_fen=100, act=company.act()
    )
    _movement, place = load_movement(company.session, fined.id)
    assert not allowed(Actor(1, 1, is_admin=True, assesses=(east.path,)), "money.move", place)
    assert allowed(Actor(1, 1, is_admin=True), "money.move", place)
    assert allowed(Actor(1, 1, assesses=(east.path,)), "money.read", place)


def text_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())


def test_receipt_and_statement_are_printed_as_pdf(as_, company):
    admin = as_("admin")
    place = pay(admin, company).location
    assert place + "/paper.pdf" in admin.get(place + "/paper").text
    receipt = text_of(admin.get(place + "/paper.pdf"))
    for words in ("收据", "市运输公司", "马建国", "D1101", "¥5,000.00", "伍仟元整", "经手人", "由江文于"):
        assert words in receipt, words
    path = f"/money/of/{company.people['driver'].id}"
    own = as_("driver")
    assert f"{path}/statement.pdf?first=2026-09-01" in own.get(path + "?first=2026-09-01").text
    said = text_of(own.get(path + "/statement.pdf?first=2026-09-01&last=2026-09-30"))
    for words in ("信誉风险保证金", "承前余额", "收款", "¥5,000.00", "江文"):
        assert words in said, words
    assert as_("mate").get(path + "/statement.pdf").status_code == 403
    assert as_("mate").get(place + "/paper.pdf").status_code == 403


def test_a_long_statement_has_pages_the_newest_first_and_each_adds_up(as_, company):
    for number in range(1, 56):
        company.pay("driver", DEPOSIT, number * 100)
    company.session.commit()
    admin, path = as_("admin"), f"/money/of/{company.people['driver'].id}"
    newest = admin.get(path + "?per=20").text
    older = admin.get(path + "?per=20&page=3").text
    assert newest.count("/money/movements/") == 20
    assert older.count("/money/movements/") == 15
    carried = sum(range(1, 36))
    assert f"¥{carried}.00" in newest.replace(",", "")
    assert "¥1540.00" in newest.replace(",", "")
    assert "承前余额" in newest
    assert "承前余额" not in older
    assert "¥120.00" in older
    [whole] = ledger.statement(company.session, company.people["driver"].id)
    [last] = ledger.statement(
        company.session, company.people["driver"].id, ledger.Stretch(skipped=35, most=20)
    )
    assert last.before_fen == carried * 100
    assert [line.after_fen for line in last.lines] == [line.after_fen for line in whole.lines[35:]]


def test_the_list_asks_as_much_for_one_person_as_for_many(company):
    def asked():
        said = []
        engine = company.session.get_bind()
        listen = lambda *args: said.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        try:
            wanted = listing.Wanted(TODAY)
            rows = listing.lines(company.session, company.book, wanted, limit=50, offset=0)
            totals = {title.zh: fen for title, fen in listing.totals(company.session, company.book)}
        finally:
            event.remove(engine, "before_cursor_execute", listen)
        return rows, totals, len(said)

    company.pay("driver", DEPOSIT, 400_000)
    asked()
    one, _totals, few = asked()
    for who in ("mate", "other", "head"):
        company.pay(who, DEPOSIT, 100_000)
    many, totals, same = asked()
    assert (len(one), len(many), same) == (1, 4, few)
    assert {row.person.name: row.short for row in many} == {
        "马建国": 100_000, "丁小燕": 200_000, "薛峰": 400_000, "孙立": 0,
    }  # fmt: skip
    assert totals["信誉风险保证金"] == 700_000
