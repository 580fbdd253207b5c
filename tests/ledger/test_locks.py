"""Keys and locks: a long key is one movement, and two who move the same accounts wait without blocking each other."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from kaohe.ledger import refusals
from kaohe.ledger import service as ledger
from kaohe.ledger.books import open_account
from kaohe.ledger.models import MoneyAccount, MoneyBalance, Movement
from kaohe.ledger.posting import LONGEST_KEY, About, Line, post
from kaohe.testing.fixtures import NOW, TODAY

DEPOSIT, UNIFORM = "deposit", "uniform"


def two_accounts(company):
    """The driver's uniform money lies in both branches, more of it on the account that was opened later."""
    session, book, driver = company.session, company.book, company.people["driver"].id
    for fen, holder in ((100, company.east), (900, company.west)):
        own = open_account(session, book.kind(UNIFORM), holder, driver, NOW)
        cash = open_account(session, book.need("cash"), holder, None, NOW)
        about = About("pay_in", TODAY, f"to-{holder.id}", driver, holder.id, None, NOW)
        post(session, about, [Line(cash, own, fen)], {})
    mine = MoneyAccount.subject_id == driver
    found = list(session.scalars(select(MoneyAccount.id).where(mine).order_by(MoneyAccount.id)))
    session.commit()
    return found


def lock(session, ident):
    query = select(MoneyBalance.balance_fen).where(MoneyBalance.id == ident).with_for_update()
    return session.scalar(query)


def test_a_refund_of_two_accounts_waits_without_holding_the_other(company):
    """Whoever has locked the first account gets the second, while the refund of both waits."""
    first, second = two_accounts(company)
    driver, admin, found = company.people["driver"].id, company.people["admin"].id, []
    company.session.rollback()

    def refund():
        try:
            with company.databases.tenant(company.tenant.id) as session:
                act = ledger.Act("all", admin, NOW, TODAY, TODAY)
                ledger.refund(session, ledger.book_of(session), driver, kind=UNIFORM, act=act)
                session.commit()
            found.append("refunded")
        except Exception as error:
            found.append(error)

    with company.databases.tenant(company.tenant.id) as session:
        assert lock(session, first) == 100
        thread = threading.Thread(target=refund)
        thread.start()
        time.sleep(0.7)
        assert lock(session, second) == 900
        session.commit()
    thread.join()
    assert found == ["refunded"]
    company.session.rollback()
    assert company.holds("driver", UNIFORM) == 0
    assert ledger.recount(company.session) == []


def test_refunds_and_payments_of_two_accounts_at_once_all_end(company):
    two_accounts(company)
    driver, admin, errors = company.people["driver"].id, company.people["admin"].id, []
    company.session.rollback()
    gate = threading.Barrier(6)

    def work(number):
        gate.wait()
        for turn in range(6):
            try:
                with company.databases.tenant(company.tenant.id) as session:
                    book, act = (
                        ledger.book_of(session),
                        ledger.Act(f"w{number}-{turn}", admin, NOW, TODAY, TODAY, "核对"),
                    )
                    if number % 2:
                        moved = ledger.refund(session, book, driver, kind=UNIFORM, act=act)
                        again = ledger.Act(f"b{number}-{turn}", admin, NOW, TODAY, TODAY, "核对")
                        if moved is not None:
                            ledger.reverse(session, book, moved, act=again)
                    else:
                        ledger.pay_in(session, book, driver, kind=UNIFORM, amount_fen=10, act=act)
                    session.commit()
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    company.session.rollback()
    assert company.holds("driver", UNIFORM) == 1000 + 3 * 6 * 10
    assert ledger.recount(company.session) == []


def test_a_long_key_is_one_movement_and_another_that_differs_late_is_another(company):
    long = "k" * (LONGEST_KEY + 40)
    paid = company.pay("driver", DEPOSIT, 500, key=long)
    assert company.pay("driver", DEPOSIT, 500, key=long).id == paid.id
    assert len(paid.key) == LONGEST_KEY
    with pytest.raises(refusals.KeyTaken):
        company.pay("driver", DEPOSIT, 600, key=long)
    company.session.rollback()
    other = company.pay("driver", DEPOSIT, 500, key=long + "x")
    assert other.id != paid.id
    back = {"kind": DEPOSIT, "act": company.act(key="r" * 300)}
    out = ledger.refund(company.session, company.book, company.people["driver"].id, **back)
    assert ledger.refund(company.session, company.book, company.people["driver"].id, **back).id == out.id
    assert company.session.scalars(select(Movement).where(Movement.reverses.is_not(None))).all() == []
