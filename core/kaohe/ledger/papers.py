"""One movement as it is shown and printed: its lines in words, the amount that changed hands, who is to sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from kaohe.db import TenantSession
from kaohe.ledger import purposes
from kaohe.ledger import service as ledger
from kaohe.ledger.books import Book
from kaohe.ledger.models import MoneyAccount, Movement
from kaohe.people.models import Person, Unit
from kaohe.scheme import Text


@dataclass(frozen=True)
class PaperLine:
    """One posting: from which account to which, how much."""

    debit: Text
    debit_of: str
    credit: Text
    credit_of: str
    amount_fen: int


@dataclass(frozen=True)
class Paper:
    """A movement with everything that its page and its form say."""

    movement: Movement
    title: Text
    who: str
    number: str
    holder: str
    by: str
    reason: str | None
    lines: tuple[PaperLine, ...]
    cash_fen: int
    total_fen: int
    account: Text | None
    settled: Movement | None
    settles: Movement | None
    reversed_by: Movement | None
    reverses: Movement | None
    pending: str  # "settle", "collect" or ""
    printable: bool
    serial: str

    @property
    def figure_fen(self) -> int:
        """The amount that the form states: what changed hands in cash, else what was moved."""
        return abs(self.cash_fen) or self.total_fen


TITLES = {
    purposes.OPENING: Text("期初余额单", "Opening balance"),
    purposes.PAY_IN: Text("收据", "Receipt"),
    purposes.REFUND: Text("退款单", "Refund form"),
    purposes.FORFEIT: Text("没收单", "Forfeiture form"),
    purposes.COLLECT: Text("罚款收据", "Receipt of a fine"),
    purposes.SETTLE: Text("结算单", "Settlement form"),
}


def paper_of(session: TenantSession, movement: Movement, language: str) -> Paper:
    """A movement with everything that is said of it."""
    book = ledger.book_of(session)
    names = {one.code: one.title for one in book.kinds}
    uses = {one.code: one.use for one in book.kinds}
    lines, cash, own = [], 0, None
    for posting, debit, credit in ledger.lines_of(session, movement):
        lines.append(
            PaperLine(
                names.get(debit.kind, Text(debit.kind, debit.kind)),
                _owner(session, debit),
                names.get(credit.kind, Text(credit.kind, credit.kind)),
                _owner(session, credit),
                posting.amount_fen,
            )
        )
        cash += posting.amount_fen if uses.get(debit.kind) == "cash" else 0
        cash -= posting.amount_fen if uses.get(credit.kind) == "cash" else 0
        own = own or next((one for one in (debit, credit) if one.subject_id is not None), None)
    reversed_by = ledger.reversal_of(session, movement)
    settled = ledger.settlement_of(session, movement)
    person = session.get(Person, movement.subject_id) if movement.subject_id else None
    unit = session.get(Unit, movement.subject_id) if movement.subject_id and person is None else None
    pending = "" if settled or reversed_by else _pending(session, book, movement)
    return Paper(
        movement=movement,
        title=TITLES.get(movement.purpose, purposes.purpose_said(movement.purpose)),
        who=person.name if person else unit.name if unit else "",
        number=person.number if person else "",
        holder=_name(session, Unit, movement.unit_id),
        by=_name(session, Person, movement.posted_by),
        reason=ledger.reason_of(session, movement),
        lines=tuple(lines),
        cash_fen=cash,
        total_fen=sum(line.amount_fen for line in lines),
        account=names.get(own.kind) if own is not None else None,
        settled=settled,
        settles=session.get(Movement, movement.settles) if movement.settles else None,
        reversed_by=reversed_by,
        reverses=session.get(Movement, movement.reverses) if movement.reverses else None,
        pending=pending,
        printable=movement.purpose in purposes.ON_PAPER and reversed_by is None,
        serial=serial_of(session, movement),
    )


def serial_of(session: TenantSession, movement: Movement) -> str:
    """The number on paper: the day, and which movement of that day it was; later ones do not change it."""
    query = select(func.count()).select_from(Movement)
    place = session.scalar(
        query.where(Movement.happened_on == movement.happened_on, Movement.id <= movement.id)
    )
    return f"{movement.happened_on:%Y%m%d}-{place:03d}"


def _pending(session: TenantSession, book: Book, movement: Movement) -> str:
    if movement.purpose not in purposes.PENDING:
        return ""
    waits = {one.code for use in ("prepayment", "due") for one in book.of_use(use)}
    for _posting, debit, credit in ledger.lines_of(session, movement):
        if credit.kind in waits:
            return "settle"
        if debit.kind in waits:
            return "collect"
    return ""


def _owner(session: TenantSession, account: MoneyAccount) -> str:
    if account.subject_id is None:
        return _name(session, Unit, account.holder_id)
    return _name(session, Person, account.subject_id) or _name(session, Unit, account.subject_id)


def _name(session: TenantSession, model: Any, ident: int | None) -> str:
    found = session.get(model, ident) if ident is not None else None
    return found.name if found is not None else ""
