"""Coach's worked examples 1, 2 and 6, and what moving money refuses, by service and by database."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta

import pytest
from coach_company import make_company
from sqlalchemy import delete, insert, select, update

from kaohe.db import WallRefusal, new_id
from kaohe.db.sessions import refusals as walls
from kaohe.ledger import purposes, refusals
from kaohe.ledger import service as ledger
from kaohe.ledger.models import MoneyAccount, MoneyBalance, Movement, MovementReason, Posting
from kaohe.testing.fixtures import NOW, TODAY

UNIFORM, DEPOSIT = "uniform", "deposit"


def settled(company, cost, paid=60_000):
    movement = company.pay("driver", UNIFORM, paid)
    return ledger.settle(company.session, company.book, movement, cost_fen=cost, act=company.act())


def cash_of(company):
    return company.common("cash")


@pytest.mark.parametrize(
    ("cost", "borne", "cash"), [(70_000, 49_000, 49_000), (90_000, 63_000, 63_000), (85_714, 60_000, 60_000)]
)
def test_example_1_the_uniform_is_settled_at_seventy_percent(company, cost, borne, cash):
    company.pay("driver", DEPOSIT, 500_000)
    settled(company, cost)
    assert company.common("uniform_borne") == borne
    assert cash_of(company) - 500_000 == cash  # 600 came in; 110 went back, or 30 came beside it
    assert company.holds("driver", UNIFORM) == 0
    assert company.holds("driver", DEPOSIT) == 500_000
    assert ledger.sum_of_all(company.session) == 0


def test_example_1_under_the_other_reading_seventy_yuan(databases, tenant, session):
    company = make_company(
        databases, tenant, session, {"ticket_fine": "as_printed", "uniform_share": "as_printed"}
    )
    settled(company, 70_000)
    assert company.common("uniform_borne") == 7_000
    assert cash_of(company) == 7_000


def test_the_branch_holds_the_uniform_and_the_company_the_deposit(company):
    deposit, uniform = company.pay("driver", DEPOSIT, 500_000), company.pay("driver", UNIFORM, 60_000)
    assert (deposit.unit_id, uniform.unit_id) == (company.root.id, company.east.id)
    ids = [company.people[who].id for who in ("driver", "mate", "head")]
    deposits = ledger.expected_fen(company.session, company.book.kind(DEPOSIT), ids, TODAY)
    assert list(deposits.values()) == [500_000, 300_000, None]
    uniforms = ledger.expected_fen(company.session, company.book.kind(UNIFORM), ids, TODAY)
    assert set(uniforms.values()) == {60_000}


def test_a_prepayment_is_settled_once_and_again_only_after_its_reversal(company):
    s, book = company.session, company.book
    paid = company.pay("driver", UNIFORM, 60_000)
    first = ledger.settle(s, book, paid, cost_fen=70_000, act=company.act("settle-1"))
    with pytest.raises(refusals.SettledAlready):
        ledger.settle(s, book, paid, cost_fen=90_000, act=company.act())
    with pytest.raises(refusals.SettledFirst):
        ledger.reverse(s, book, paid, act=company.act(reason="付错"))
    ledger.reverse(s, book, first, act=company.act(reason="成本看错"))
    assert company.holds("driver", UNIFORM) == 60_000
    ledger.settle(s, book, paid, cost_fen=90_000, act=company.act())
    assert company.common("uniform_borne") == 63_000
    with pytest.raises(refusals.SettledAlready):
        ledger.settle(s, book, paid, cost_fen=90_000, act=company.act())


def test_nothing_is_settled_collected_or_taken_back_before_it_happened(company):
    """A fine of September that was taken back "in August" would stand on neither month's list as it was."""
    s, book = company.session, company.book
    before, same = TODAY - timedelta(days=1), TODAY
    driver = company.people["driver"].id
    paid = company.pay("driver", UNIFORM, 60_000)
    owed = ledger.fine(s, book, driver, account="branch", amount_fen=30_000, act=company.act(by=None))
    for tried in (
        lambda day: ledger.settle(s, book, paid, cost_fen=70_000, act=company.act(on=day)),
        lambda day: ledger.collect(s, book, owed, act=company.act(on=day)),
        lambda day: ledger.reverse(s, book, owed, act=company.act(on=day, reason="记错", by=None)),
    ):
        with pytest.raises(refusals.BeforeItself):
            tried(before)
    assert ledger.settle(s, book, paid, cost_fen=70_000, act=company.act(on=same)).settles == paid.id


def test_example_2_a_forfeited_deposit(company):
    company.pay("driver", DEPOSIT, 500_000)
    moved = ledger.forfeit(
        company.session,
        company.book,
        company.people["driver"].id,
        kind=DEPOSIT,
        act=company.act(reason="解聘"),
    )
    assert moved is not None
    assert (company.holds("driver", DEPOSIT), company.common("forfeited")) == (0, 500_000)
    assert company.holds("driver", DEPOSIT, date(2026, 9, 14)) == 0
    again = ledger.forfeit(
        company.session, company.book, company.people["driver"].id, kind=DEPOSIT, act=company.act()
    )
    assert again is None


def test_a_refund_above_the_balance_is_refused_and_nothing_is_stored(company):
    s, driver = company.session, company.people["driver"].id
    company.pay("driver", DEPOSIT, 500_000)
    s.commit()
    with pytest.raises(refusals.BelowBalance) as refused:
        ledger.refund(s, company.book, driver, kind=DEPOSIT, amount_fen=500_001, act=company.act())
    assert "¥5,000.00" in refused.value.say("zh")
    assert "信誉风险保证金" in refused.value.say("zh")
    s.rollback()
    assert company.holds("driver", DEPOSIT) == 500_000
    ledger.refund(s, company.book, driver, kind=DEPOSIT, amount_fen=500_000, act=company.act())
    assert company.holds("driver", DEPOSIT) == 0
    with pytest.raises(refusals.BelowBalance):
        ledger.refund(s, company.book, driver, kind=DEPOSIT, amount_fen=1, act=company.act())


def test_one_key_is_one_movement(company):
    first = company.pay("driver", DEPOSIT, 500_000, key="form-1")
    assert company.pay("driver", DEPOSIT, 500_000, key="form-1").id == first.id
    with pytest.raises(refusals.KeyTaken):
        company.pay("driver", DEPOSIT, 400_000, key="form-1")
    with pytest.raises(refusals.KeyTaken):
        company.pay("mate", DEPOSIT, 500_000, key="form-1")
    assert company.holds("driver", DEPOSIT) == 500_000
    refunded = [
        ledger.refund(
            company.session,
            company.book,
            company.people["driver"].id,
            kind=DEPOSIT,
            act=company.act("form-2"),
        )
        for _ in range(2)
    ]
    assert refunded[0] is refunded[1]


def test_a_reversal_is_a_movement_of_its_own_and_is_not_reversed(company):
    s, book = company.session, company.book
    paid = company.pay("driver", DEPOSIT, 500_000)
    with pytest.raises(refusals.ReasonNeeded):
        ledger.reverse(s, book, paid, act=company.act(reason=" "))
    back = ledger.reverse(s, book, paid, act=company.act("back", reason="重复收款"))
    assert (back.reverses, back.purpose, company.holds("driver", DEPOSIT)) == (paid.id, purposes.REVERSE, 0)
    assert ledger.reason_of(s, back) == "重复收款"
    assert ledger.reverse(s, book, paid, act=company.act("back", reason="重复收款")).id == back.id
    with pytest.raises(refusals.ReversalStays):
        ledger.reverse(s, book, back, act=company.act(reason="还是对的"))
    with pytest.raises(refusals.AlreadyReversed):
        ledger.reverse(s, book, paid, act=company.act(reason="再来一次"))
    spent = company.pay("driver", DEPOSIT, 100_000)
    ledger.refund(s, book, company.people["driver"].id, kind=DEPOSIT, act=company.act())
    with pytest.raises(refusals.BelowBalance):
        ledger.reverse(s, book, spent, act=company.act(reason="已经退了"))


def test_fines_are_owed_or_withheld_and_collected_once(company):
    s, book, driver = company.session, company.book, company.people["driver"].id
    owed = ledger.fine(s, book, driver, account="branch", amount_fen=201_900, act=company.act(by=None))
    ledger.fine(s, book, driver, account="wages", amount_fen=30_000, act=company.act(by=None))
    assert (company.holds("driver", "fines_due"), company.holds("driver", "wages")) == (201_900, 30_000)
    assert company.common("fines") == 231_900
    [line] = ledger.payroll(s, book, date(2026, 9, 1), date(2026, 9, 30))
    assert (line.name, line.amount_fen, line.times, line.unit) == ("马建国", 30_000, 1, "城东分公司")
    assert ledger.payroll(s, book, date(2026, 8, 1), date(2026, 8, 31)) == []
    ledger.collect(s, book, owed, act=company.act())
    assert (company.holds("driver", "fines_due"), cash_of(company)) == (0, 201_900)
    with pytest.raises(refusals.SettledAlready):
        ledger.collect(s, book, owed, act=company.act())
    with pytest.raises(refusals.NothingToSettle):
        ledger.settle(
            s, book, ledger.reversal_of(s, owed) or _reversed(company), cost_fen=1, act=company.act()
        )


def _reversed(company):
    paid = company.pay("mate", UNIFORM, 1_000)
    ledger.reverse(company.session, company.book, paid, act=company.act(reason="x"))
    return paid


def test_bad_input(company):
    s, book, driver = company.session, company.book, company.people["driver"].id
    for amount in (0, -1):
        with pytest.raises(refusals.AmountNeeded):
            company.pay("driver", DEPOSIT, amount)
    with pytest.raises(refusals.AmountTooLarge):
        company.pay("driver", DEPOSIT, 10**14 + 1)
    with pytest.raises(refusals.DayOutside):
        company.pay("driver", DEPOSIT, 1, on=date(2026, 9, 16))
    with pytest.raises(refusals.OwnMoney):
        ledger.refund(s, book, driver, kind=DEPOSIT, act=company.act(by="driver"))
    with pytest.raises(refusals.OwnMoney):  # nor under another record
        ledger.refund(s, book, driver, kind=DEPOSIT, act=company.act(by="admin", also=frozenset({driver})))
    with pytest.raises(refusals.NoSuchAccount):
        company.pay("driver", "nothing", 1)
    with pytest.raises(refusals.AmountNeeded):
        settled(company, 0)


def test_the_statement_runs_from_balance_to_balance(company):
    s = company.session
    company.pay("driver", DEPOSIT, 300_000, on=date(2026, 8, 1))
    company.pay("driver", DEPOSIT, 200_000, on=date(2026, 9, 1))
    wrong = company.pay("driver", DEPOSIT, 700, on=date(2026, 9, 2))
    ledger.reverse(s, company.book, wrong, act=company.act(on=date(2026, 9, 3), reason="多收"))
    september = ledger.Stretch(date(2026, 9, 1), date(2026, 9, 30))
    [found] = ledger.statement(s, company.people["driver"].id, september)
    assert (found.before_fen, found.in_fen, found.out_fen, found.after_fen) == (
        300_000,
        200_700,
        700,
        500_000,
    )
    assert [line.after_fen for line in found.lines] == [500_000, 500_700, 500_000]
    assert found.lines[1].reversed_by == found.lines[2].movement.id
    assert found.lines[2].reason == "多收"
    assert company.holds("driver", DEPOSIT, date(2026, 8, 31)) == 300_000
    assert ledger.recount(s) == []


def test_the_database_holds_it_too(company):
    s = company.session
    paid = company.pay("driver", DEPOSIT, 500_000)
    back = ledger.reverse(s, company.book, paid, act=company.act(reason="x"))
    own, cash = (
        s.scalars(select(MoneyAccount).where(MoneyAccount.kind == kind)).one() for kind in (DEPOSIT, "cash")
    )
    s.commit()
    head = {
        "purpose": "pay_in", "happened_on": TODAY, "unit_id": company.root.id, "digest": "x", "lines": 1, "round": 0,
        "posted_at": NOW,
    }  # fmt: skip
    line = {
        "movement_id": paid.id,
        "debit_id": cash.id,
        "credit_id": own.id,
        "amount_fen": 1,
        "happened_on": TODAY,
    }
    tries = [
        insert(Posting).values(number=2, **line),  # a movement takes no more postings
        insert(Posting).values(number=0, **line),
        insert(Posting).values(number=1, **{**line, "amount_fen": 0}),
        insert(Posting).values(number=1, **{**line, "amount_fen": -5}),
        insert(Posting).values(number=1, **{**line, "credit_id": cash.id}),
        insert(Movement).values(key="z1", reverses=back.id, **head),
        insert(Movement).values(key="z2", **{**head, "lines": 0}),
        update(MoneyBalance).values(balance_fen=-1),
        update(MoneyBalance).values(lowest_fen=-100),
        update(Posting).values(amount_fen=7),
        delete(Posting),
        delete(Movement),
        delete(MoneyBalance),
        update(MoneyAccount).values(side="debit"),
    ]
    for statement in tries:
        with pytest.raises(Exception, match=r"kaohe|permission|denied|封存") as refused, walls():
            s.execute(statement.execution_options(synchronize_session=False))
        assert isinstance(refused.value, WallRefusal) or "permission" in str(refused.value)
        s.rollback()
    assert ledger.recount(s) == []


def test_reasons_can_be_erased_and_the_figures_stay(company):
    s = company.session
    paid = company.pay("driver", DEPOSIT, 500_000, reason="张三交来")
    s.execute(delete(MovementReason))
    s.commit()
    assert ledger.reason_of(s, paid) is None
    assert company.holds("driver", DEPOSIT) == 500_000


def together(count, work):
    """Run `work(number)` in so many threads at once; what each gave, or raised."""
    gate, found = threading.Barrier(count), [None] * count

    def one(number):
        gate.wait()
        try:
            found[number] = work(number)
        except Exception as error:
            found[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_hundred_postings_to_one_account_none_lost(company):
    company.session.commit()
    driver = company.people["driver"].id

    def work(worker):
        for number in range(25):
            with company.databases.tenant(company.tenant.id) as session:
                act = ledger.Act(f"p{worker}-{number}", company.people["admin"].id, NOW, TODAY, TODAY)
                ledger.pay_in(session, ledger.book_of(session), driver, kind=DEPOSIT, amount_fen=100, act=act)
                session.commit()

    assert together(8, work) == [None] * 8
    company.session.rollback()
    assert company.holds("driver", DEPOSIT) == 8 * 25 * 100
    assert ledger.recount(company.session) == []


def test_a_deposit_is_spent_once_by_eight_at_the_same_time(company):
    company.pay("driver", DEPOSIT, 500_000)
    company.session.commit()
    driver = company.people["driver"].id

    def work(worker):
        with company.databases.tenant(company.tenant.id) as session:
            act = ledger.Act(f"r{worker}", company.people["admin"].id, NOW, TODAY, TODAY)
            ledger.refund(session, ledger.book_of(session), driver, kind=DEPOSIT, amount_fen=500_000, act=act)
            session.commit()
        return "paid"

    found = together(8, work)
    assert found.count("paid") == 1
    assert sum(isinstance(one, refusals.BelowBalance) for one in found) == 7
    company.session.rollback()
    assert company.holds("driver", DEPOSIT) == 0


def test_one_form_sent_by_eight_at_once_and_one_settled_once(company):
    paid = company.pay("driver", UNIFORM, 60_000).id
    company.session.commit()
    driver, by = company.people["driver"].id, company.people["admin"].id

    def same(_worker):
        with company.databases.tenant(company.tenant.id) as session:
            act = ledger.Act("the-form", by, NOW, TODAY, TODAY)
            moved = ledger.pay_in(
                session, ledger.book_of(session), driver, kind=DEPOSIT, amount_fen=500_000, act=act
            )
            session.commit()
            return moved.id

    assert len(set(together(8, same))) == 1
    company.session.rollback()
    assert company.holds("driver", DEPOSIT) == 500_000
    company.session.commit()

    def settle(worker):
        with company.databases.tenant(company.tenant.id) as session:
            act = ledger.Act(f"s{worker}", by, NOW, TODAY, TODAY)
            ledger.settle(
                session, ledger.book_of(session), session.need(Movement, paid), cost_fen=70_000, act=act
            )
            session.commit()
        return "settled"

    found = together(4, settle)
    assert found.count("settled") == 1, found
    company.session.rollback()
    assert company.holds("driver", UNIFORM) == 0
    assert ledger.sum_of_all(company.session) == 0
    assert new_id() > paid


def test_a_fine_is_collected_or_reversed_by_two_at_once_never_both(company):
    fined = ledger.fine(
        company.session, company.book, company.people["driver"].id, account="branch", amount_fen=30_000,
        act=company.act(by=None),
    ).id  # fmt: skip
    company.session.commit()

    def work(number):
        with company.databases.tenant(company.tenant.id) as session:
            act = ledger.Act(f"x{number}", company.people["admin"].id, NOW, TODAY, TODAY, "查实")
            do = ledger.collect if number else ledger.reverse
            do(session, ledger.book_of(session), session.need(Movement, fined), act=act)
            time.sleep(0.3)  # the other has looked before this one commits
            session.commit()
        return "done"

    found = together(2, work)
    assert found.count("done") == 1, found
    company.session.rollback()
    assert company.holds("driver", "fines_due") == 0
