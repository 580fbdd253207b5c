"""A random life of the accounts: whatever is done in whatever order, the books balance and nothing is spent twice.

`KAOHE_PROVE=full` does 10,000 operations, a usual run a tenth of that. The machine keeps its own plain books beside
the product's and compares after every hundred operations; each refusal has to be one that the plain books expect.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from sqlalchemy import func, select

from kaohe.errors import Refusal
from kaohe.ledger import purposes, refusals
from kaohe.ledger import service as ledger
from kaohe.ledger.models import Movement, Posting

FULL = os.environ.get("KAOHE_PROVE") == "full"
OPERATIONS = 10_000 if FULL else 1_000
PEOPLE = ("driver", "mate", "other", "head")


class Machine:
    """Does one random thing after the other."""

    def __init__(self, company, seed):
        self.company, self.random = company, Random(seed)
        self.deposits = dict.fromkeys(PEOPLE, 0)
        self.prepaid: dict[int, tuple[str, int]] = {}  # waiting movements: whose, how much
        self.fined: dict[int, tuple[str, int]] = {}
        self.settled: set[int] = set()
        self.reversed: set[int] = set()
        self.movements: list[int] = []
        self.sent: list[tuple[str, str, int]] = []
        self.counts: dict[str, int] = {}
        self.refused: dict[str, int] = {}

    @property
    def s(self):
        return self.company.session

    def step(self):
        acts = (self.pay, self.pay, self.prepay, self.fine, self.refund, self.forfeit, self.settle, self.collect,
                self.reverse, self.reverse, self.again)  # fmt: skip
        act = self.random.choice(acts)
        try:
            with self.s.begin_nested():
                moved = act()
        except Refusal as refusal:
            name = type(refusal).__name__
            self.refused[name] = self.refused.get(name, 0) + 1
            return
        self.counts[act.__name__] = self.counts.get(act.__name__, 0) + 1
        if moved is not None:
            self.movements.append(moved.id)

    def who(self):
        return self.random.choice(PEOPLE)

    def amount(self):
        return self.random.choice((1, 99, 100, 10_000, 300_000, 500_000, self.random.randrange(1, 10**9)))

    def pay(self):
        who, fen = self.who(), self.amount()
        key = f"pay-{len(self.movements)}-{self.random.random()}"
        moved = self.company.pay(who, "deposit", fen, key=key)
        self.deposits[who] += fen
        self.sent.append((key, who, fen))
        return moved

    def again(self):
        if not self.sent:
            return
        key, who, fen = self.random.choice(self.sent)
        other = self.random.random() < 0.5
        moved = self.company.pay(who, "deposit", fen + other, key=key)
        assert not other, "the same key with other content was taken"
        assert moved.id in self.movements
        return

    def prepay(self):
        who, fen = self.who(), self.amount()
        moved = self.company.pay(who, "uniform", fen)
        self.prepaid[moved.id] = (who, fen)
        return moved

    def fine(self):
        who, fen = self.who(), self.amount()
        account = self.random.choice(("branch", "city_company", "wages"))
        subject = self.company.people[who].id
        moved = ledger.fine(
            self.s, self.company.book, subject, account=account, amount_fen=fen, act=self.company.act(by=None)
        )
        if account != "wages":
            self.fined[moved.id] = (who, fen)
        return moved

    def refund(self):
        return self.out(ledger.refund)

    def forfeit(self):
        return self.out(ledger.forfeit)

    def out(self, way):
        who = self.who()
        amount = self.random.choice((None, self.amount(), self.deposits[who], self.deposits[who] + 1))
        subject = self.company.people[who].id
        moved = way(
            self.s, self.company.book, subject, kind="deposit", amount_fen=amount, act=self.company.act()
        )
        self.deposits[who] -= self.deposits[who] if amount is None else amount
        assert self.deposits[who] >= 0, "spent more than there was"
        return moved

    def settle(self):
        return self.finish(
            self.prepaid,
            lambda one: ledger.settle(
                self.s, self.company.book, one, cost_fen=self.amount(), act=self.company.act()
            ),
        )

    def collect(self):
        return self.finish(
            self.fined, lambda one: ledger.collect(self.s, self.company.book, one, act=self.company.act())
        )

    def finish(self, waiting, do):
        if not waiting:
            return None
        ident = self.random.choice(sorted(waiting))
        moved = do(self.s.need(Movement, ident))
        assert ident not in self.settled, "settled twice"
        assert ident not in self.reversed, "settled after it was taken back"
        self.settled.add(ident)
        return moved

    def reverse(self):
        if not self.movements:
            return None
        movement = self.s.need(Movement, self.random.choice(self.movements))
        moved = ledger.reverse(
            self.s, self.company.book, movement, act=self.company.act(reason="试验", by="admin")
        )
        assert movement.id not in self.reversed, "reversed twice"
        assert movement.reverses is None, "a reversal was reversed"
        assert movement.id not in self.settled, "reversed while it was settled"
        self.reversed.add(movement.id)
        if movement.settles is not None:
            self.settled.discard(movement.settles)
        self.undo(movement)
        return moved

    def undo(self, movement):
        fen = self.s.scalar(select(func.sum(Posting.amount_fen)).where(Posting.movement_id == movement.id))
        who = next(name for name in PEOPLE if self.company.people[name].id == movement.subject_id)
        if movement.id in self.prepaid:
            return
        if movement.purpose == purposes.PAY_IN:
            self.deposits[who] -= int(fen)
        elif movement.purpose in (purposes.REFUND, purposes.FORFEIT):
            self.deposits[who] += int(fen)

    def compare(self):
        """The product's books against the plain ones."""
        assert ledger.sum_of_all(self.s) == 0
        assert ledger.recount(self.s) == []
        for who in PEOPLE:
            assert self.company.holds(who, "deposit") == self.deposits[who] >= 0
            waiting = sum(
                fen
                for ident, (whose, fen) in self.prepaid.items()
                if whose == who and ident not in self.settled | self.reversed
            )
            assert self.company.holds(who, "uniform") == waiting
            owed = sum(
                fen
                for ident, (whose, fen) in self.fined.items()
                if whose == who and ident not in self.settled | self.reversed
            )
            assert self.company.holds(who, "fines_due") == owed


@pytest.mark.parametrize("seed", [20261121])
def test_a_random_life(company, seed):
    machine = Machine(company, seed)
    for number in range(1, OPERATIONS + 1):
        machine.step()
        if number % 100 == 0:
            machine.compare()
            company.session.commit()
    machine.compare()
    print(f"\n{OPERATIONS:,} operations: done {machine.counts}, refused {machine.refused}")
    assert set(machine.counts) >= {
        "pay",
        "prepay",
        "fine",
        "refund",
        "forfeit",
        "settle",
        "collect",
        "reverse",
        "again",
    }
    expected = {
        "BelowBalance",
        "KeyTaken",
        "SettledAlready",
        "SettledFirst",
        "ReversalStays",
        "AlreadyReversed",
    }
    assert expected <= set(machine.refused)
    assert not set(machine.refused) - expected - {"NothingToSettle", "AmountNeeded"}
    assert refusals.BelowBalance.__name__ in machine.refused
