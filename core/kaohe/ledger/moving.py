"""The movements that the core knows: paid in, refunded, forfeited, fined, collected, settled, reversed.

Each is posted once for its key, on a day that has come. Nobody moves money on one's own account. A fine is owed until
it is collected, or withheld from wages where the scheme says so; a prepayment waits until its cost is settled. What was
settled is reversed after its settlement; a reversal is not reversed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.ledger import purposes
from kaohe.ledger.books import Book, holder_of, open_account, share_of
from kaohe.ledger.models import MoneyAccount, MoneyBalance, Movement, Posting
from kaohe.ledger.posting import About, Line, kept_key, post
from kaohe.ledger.refusals import (
    AlreadyReversed,
    AmountNeeded,
    BeforeItself,
    DayOutside,
    NothingToSettle,
    OwnMoney,
    ReasonNeeded,
    ReversalStays,
    SettledAlready,
    SettledFirst,
)
from kaohe.ledger.standing import hold, next_round, reversal_of, settlement_of
from kaohe.people.models import Unit
from kaohe.plugins.accounts import AccountKind
from kaohe.scheme import Text

FIRST_DAY = date(1990, 1, 1)


@dataclass(frozen=True)
class Act:
    """Who moves money when: `by` None is the system; `key` makes it once; `today` bounds the day.

    `also`: other records of who moves it.
    """

    key: str
    by: int | None
    now: datetime
    today: date
    happened_on: date
    reason: str | None = None
    origin: str | None = None
    origin_id: int | None = None
    also: frozenset[int] = frozenset()

    def check(self, subject_id: int | None) -> None:
        """Refuse a day to come and one's own account."""
        if not FIRST_DAY <= self.happened_on <= self.today:
            raise DayOutside(day=self.happened_on.isoformat())
        if subject_id is not None and subject_id in {self.by, *self.also}:
            raise OwnMoney

    def check_after(self, movement: Movement) -> None:
        """Refuse to settle, collect or take back a movement on a day before its own."""
        if self.happened_on < movement.happened_on:
            raise BeforeItself(day=self.happened_on.isoformat(), first=movement.happened_on.isoformat())

    def about(self, purpose: str, subject_id: int | None, unit_id: int, **more: int | None) -> About:
        """The head of a movement."""
        return About(
            purpose,
            self.happened_on,
            self.key,
            subject_id,
            unit_id,
            self.by,
            self.now,
            (self.reason or "").strip() or None,
            self.origin,
            self.origin_id,
            **more,  # type: ignore[arg-type]
        )


def titles(book: Book) -> dict[str, Text]:
    """The names of the kinds in use."""
    return {one.code: one.title for one in book.kinds}


def _pair(
    session: TenantSession, book: Book, subject_id: int, kind: AccountKind, other: str, act: Act
) -> tuple[Unit, MoneyAccount, MoneyAccount]:
    """The holder of a person's account, that account, and the account of a use at the same holder."""
    holder = holder_of(session, kind, subject_id, act.happened_on)
    own = open_account(session, kind, holder, subject_id, act.now)
    return holder, own, open_account(session, book.need(other), holder, subject_id, act.now)


def pay_in(
    session: TenantSession,
    book: Book,
    subject_id: int,
    *,
    kind: str,
    amount_fen: int,
    act: Act,
    opening: bool = False,
) -> Movement:
    """A deposit or a prepayment is paid in; `opening`: it was, before the organisation used Kaohe."""
    act.check(subject_id)
    if amount_fen <= 0:
        raise AmountNeeded
    holder, own, cash = _pair(session, book, subject_id, book.kind(kind), "cash", act)
    purpose = purposes.OPENING if opening else purposes.PAY_IN
    return post(
        session, act.about(purpose, subject_id, holder.id), [Line(cash, own, amount_fen)], titles(book)
    )


def refund(
    session: TenantSession,
    book: Book,
    subject_id: int,
    *,
    kind: str,
    amount_fen: int | None = None,
    act: Act,
) -> Movement | None:
    """A deposit or a prepayment goes back in cash: so much of it, or all (None); None when there is nothing."""
    act.check(subject_id)
    return _out(session, book, subject_id, kind, amount_fen, act, purposes.REFUND, "cash")


def forfeit(
    session: TenantSession,
    book: Book,
    subject_id: int,
    *,
    kind: str,
    amount_fen: int | None = None,
    act: Act,
) -> Movement | None:
    """A deposit is kept by its holder: so much of it, or all (None); None when there is nothing."""
    act.check(subject_id)
    return _out(session, book, subject_id, kind, amount_fen, act, purposes.FORFEIT, "forfeited")


def _out(
    session: TenantSession,
    book: Book,
    subject_id: int,
    code: str,
    amount_fen: int | None,
    act: Act,
    purpose: str,
    other: str,
) -> Movement | None:
    before = session.scalar(
        select(Movement).where(
            Movement.key == kept_key(act.key), Movement.purpose == purpose, Movement.subject_id == subject_id
        )
    )
    if before is not None and amount_fen is None:
        return before
    kind = book.kind(code)
    lines = []
    for own, held in _held(session, kind, subject_id):
        taken = held if amount_fen is None else amount_fen
        if taken > 0:
            holder = session.need(Unit, own.holder_id)
            against = open_account(session, book.need(other), holder, subject_id, act.now)
            lines.append(Line(own, against, taken))
        if amount_fen is not None:
            break
    if not lines and amount_fen is None:
        return None
    if not lines:
        holder, own, against = _pair(session, book, subject_id, kind, other, act)
        lines = [Line(own, against, amount_fen or 0)]
    return post(session, act.about(purpose, subject_id, lines[0].debit.holder_id), lines, titles(book))


def _held(session: TenantSession, kind: AccountKind, subject_id: int) -> list[tuple[MoneyAccount, int]]:
    """What a person's accounts of a kind hold, the fullest first; usually one, more after a move between holders.

    All are locked before any is chosen, in the order of their ids as `posting` does: of two who move the same money
    at once, one waits, and neither for the other.
    """
    query = (
        select(MoneyAccount, MoneyBalance.balance_fen)
        .join(MoneyBalance, MoneyBalance.id == MoneyAccount.id)
        .where(MoneyAccount.kind == kind.code, MoneyAccount.subject_id == subject_id)
        .order_by(MoneyAccount.id)
        .with_for_update(of=MoneyBalance)
    )
    found = [(account, balance) for account, balance in session.execute(query)]
    return sorted(found, key=lambda one: (-one[1], one[0].id))


def fine(
    session: TenantSession, book: Book, subject_id: int, *, account: str, amount_fen: int, act: Act
) -> Movement:
    """A fine is booked: owed until collected, or withheld from wages where `account` means them."""
    fines = book.answering(account, "fines") or book.need("fines")
    owed = book.answering(account, "wages") or book.need("due")
    holder = holder_of(session, fines, subject_id, act.happened_on)
    against = holder_of(session, owed, subject_id, act.happened_on)
    line = Line(
        open_account(session, owed, against, subject_id, act.now),
        open_account(session, fines, holder, subject_id, act.now),
        amount_fen,
    )
    return post(session, act.about(purposes.FINE, subject_id, holder.id), [line], titles(book))


def collect(session: TenantSession, book: Book, fined: Movement, *, act: Act) -> Movement:
    """A fine that is owed is paid in cash, whole."""
    act.check(fined.subject_id)
    act.check_after(fined)
    [line] = pending_lines(session, book, fined, "due")
    due = session.need(MoneyAccount, line.debit_id)
    holder = session.need(Unit, due.holder_id)
    cash = open_account(session, book.need("cash"), holder, None, act.now)
    about = act.about(
        purposes.COLLECT, fined.subject_id, holder.id, settles=fined.id, round=next_round(session, fined)
    )
    return post(session, about, [Line(cash, due, line.amount_fen)], titles(book))


def settle(session: TenantSession, book: Book, paid: Movement, *, cost_fen: int, act: Act) -> Movement:
    """A prepayment's cost is known: the person bears a share; the rest is refunded, or what is short collected.

    The share is the one that the adopted scheme says on the day of the settlement.
    """
    act.check(paid.subject_id)
    act.check_after(paid)
    if cost_fen <= 0:
        raise AmountNeeded(field="cost")
    [line] = pending_lines(session, book, paid, "prepayment")
    own = session.need(MoneyAccount, line.credit_id)
    kind, holder = book.kind(own.kind), session.need(Unit, own.holder_id)
    borne = share_of(session, kind, act.happened_on).of(cost_fen)
    cash = open_account(session, book.need("cash"), holder, None, act.now)
    recovered = open_account(session, book.need("recovered"), holder, None, act.now)
    held = line.amount_fen
    lines = [
        Line(own, recovered, min(held, borne)),
        Line(own, cash, held - borne),
        Line(cash, recovered, borne - held),
    ]
    about = act.about(
        purposes.SETTLE,
        paid.subject_id,
        holder.id,
        settles=paid.id,
        round=next_round(session, paid),
        cost_fen=cost_fen,
    )
    return post(session, about, [one for one in lines if one.amount_fen > 0], titles(book))


def pending_lines(session: TenantSession, book: Book, movement: Movement, use: str) -> list[Posting]:
    """The posting of a movement that waits to be settled; `NothingToSettle`, `SettledAlready`."""
    hold(session, movement)
    if movement.purpose not in purposes.PENDING or reversal_of(session, movement) is not None:
        raise NothingToSettle
    codes = {one.code for one in book.of_use(use)}
    if settlement_of(session, movement) is not None:
        raise SettledAlready
    rows = session.execute(
        select(Posting, MoneyAccount.kind)
        .join(MoneyAccount, MoneyAccount.id == (Posting.debit_id if use == "due" else Posting.credit_id))
        .where(Posting.movement_id == movement.id)
    )
    found = [posting for posting, kind in rows if kind in codes]
    if len(found) != 1:
        raise NothingToSettle
    return found


def reverse(session: TenantSession, book: Book, movement: Movement, *, act: Act) -> Movement:
    """Take a movement back by one of its own, with a reason: every amount goes the other way."""
    if act.by is not None:
        act.check(movement.subject_id)
    if not (act.reason or "").strip():
        raise ReasonNeeded
    if movement.reverses is not None:
        raise ReversalStays
    act.check_after(movement)
    hold(session, movement)
    before = reversal_of(session, movement)
    if before is not None:
        if before.key == kept_key(act.key):
            return before
        raise AlreadyReversed
    if settlement_of(session, movement) is not None:
        raise SettledFirst
    accounts: dict[int, MoneyAccount] = {}
    lines = []
    query = select(Posting).where(Posting.movement_id == movement.id).order_by(Posting.number)
    for posting in session.scalars(query).all():
        for ident in (posting.debit_id, posting.credit_id):
            accounts.setdefault(ident, session.need(MoneyAccount, ident))
        lines.append(Line(accounts[posting.credit_id], accounts[posting.debit_id], posting.amount_fen))
    about = act.about(purposes.REVERSE, movement.subject_id, movement.unit_id, reverses=movement.id)
    return post(session, about, lines, titles(book))
