"""What the pages of money show: everybody's balances, what is due back and since when, the month's list for payroll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import BigInteger, Select, case, cast, func, or_, select, union_all

from kaohe.db import TenantSession, read_id
from kaohe.ledger import service as ledger
from kaohe.ledger.models import MoneyAccount, Posting
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Membership, Person, Unit
from kaohe.people.search import contains
from kaohe.periods.rules import day_in
from kaohe.reports.spreadsheet import Column, Sheet

SHOWN_USES = ("deposit", "prepayment", "due", "wages")
STATES = ("back", "owes", "waits")
SORTS = ("number", "deposit", "due", "left")


@dataclass(frozen=True)
class Line:
    """One person with the sums of the accounts of each use."""

    person: Person
    unit: str
    deposit: int
    prepayment: int
    due: int
    wages: int
    expected: int | None
    days_due: int | None  # since the engagement ended, while a deposit is still held

    @property
    def short(self) -> int:
        """How much of the deposit is still to be paid in."""
        return max((self.expected or 0) - self.deposit, 0) if self.person.left_on is None else 0


def _moved() -> Any:
    """What each posting adds to an account (debit) or takes from it (credit), in fen."""
    debits = select(Posting.debit_id.label("account"), Posting.amount_fen.label("fen"))
    credits = select(Posting.credit_id.label("account"), (-Posting.amount_fen).label("fen"))
    return union_all(debits, credits).subquery()


def _sums(book: ledger.Book) -> Select[*tuple[Any, ...]]:
    """The sum of each use by person, on the accounts' own sides."""
    both = _moved()
    columns = []
    for use in SHOWN_USES:
        codes = [one.code for one in book.of_use(use)]
        sign = 1 if use in ("due", "wages") else -1
        mine = case((MoneyAccount.kind.in_(codes), both.c.fen * sign), else_=0)
        columns.append(cast(func.coalesce(func.sum(mine), 0), BigInteger).label(use))
    return (
        select(MoneyAccount.subject_id.label("subject"), *columns)
        .join(both, both.c.account == MoneyAccount.id)
        .where(MoneyAccount.subject_id.is_not(None))
        .group_by(MoneyAccount.subject_id)
    )


@dataclass(frozen=True)
class Wanted:
    """What the list asks for."""

    today: date
    q: str = ""
    state: str = ""
    unit_path: str = ""
    sort: str = "number"
    falling: bool = False


def read() -> ListState:
    """The list that the address asks for."""
    return ListState.read(
        request.args,
        request.path,
        sorts=SORTS,
        sort="number",
        falling=("deposit", "due", "left"),
        filters={"state": STATES, "unit": None},
    )


def wanted(state: ListState) -> Wanted:
    """What it asks of the accounts."""
    unit = current.session.get(Unit, read_id(state.filters.get("unit")) or 0)
    return Wanted(
        current.today,
        state.q,
        state.filters.get("state", ""),
        unit.path if unit else "",
        state.sort,
        state.falling,
    )


def _query(book: ledger.Book, asked: Wanted) -> Select[*tuple[Any, ...]]:
    sums = _sums(book).subquery()
    here = (Membership.starts_on <= asked.today) & (
        Membership.ends_on.is_(None) | (Membership.ends_on >= asked.today)
    )
    query = (
        select(Person, Unit.name, sums.c.deposit, sums.c.prepayment, sums.c.due, sums.c.wages)
        .join(sums, sums.c.subject == Person.id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & here)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
    )
    if asked.q:
        query = query.where(or_(contains(asked.q), Unit.name.contains(asked.q, autoescape=True)))
    if asked.unit_path:
        query = query.where(Unit.path.startswith(asked.unit_path, autoescape=True))
    states = {
        "back": (sums.c.deposit > 0) & (Person.left_on <= asked.today),
        "owes": sums.c.due > 0,
        "waits": sums.c.prepayment > 0,
    }
    if asked.state in states:
        query = query.where(states[asked.state])
    orders: dict[str, tuple[Any, ...]] = {
        "number": (Person.number,),
        "deposit": (sums.c.deposit, Person.number),
        "due": (sums.c.due, Person.number),
        "left": (func.coalesce(Person.left_on, date(9999, 1, 1)), Person.number),
    }
    order = orders[asked.sort]
    return query.order_by(*(one.desc() if asked.falling else one.asc() for one in order), Person.id)


def count(session: TenantSession, book: ledger.Book, asked: Wanted) -> int:
    """How many people fit."""
    inner = _query(book, asked).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def lines(session: TenantSession, book: ledger.Book, asked: Wanted, *, limit: int, offset: int) -> list[Line]:
    """One page of people with their sums."""
    rows = session.execute(_query(book, asked).limit(limit).offset(offset)).all()
    deposits, ids = book.of_use("deposit"), [row[0].id for row in rows]
    expected = ledger.expected_fen(session, deposits[0], ids, asked.today) if deposits else {}
    return [_line(asked.today, tuple(row), expected) for row in rows]


def _line(today: date, row: tuple[Any, ...], expected: Mapping[int, int | None]) -> Line:
    person, unit, *sums = row
    deposit, prepayment, due, wages = (int(one) for one in sums)
    gone = person.left_on is not None and person.left_on <= today
    days = (today - person.left_on).days if gone and deposit > 0 else None
    return Line(person, unit or "", deposit, prepayment, due, wages, expected.get(person.id), days)


def index_page() -> dict[str, Any]:
    """The variables of the list."""
    book = ledger.book_of(current.session)
    state = read()
    asked = wanted(state)
    page = state.paged(count(current.session, book, asked))
    units = people.units(current.session)
    return {
        "list": state,
        "page": page,
        "rows": lines(current.session, book, asked, limit=page.per, offset=page.offset),
        "units": [(one.id, one.name) for one in units if one.parent_id is not None],
        "uses": {use: bool(book.of_use(use)) for use in SHOWN_USES},
        "totals": totals(current.session, book),
        "back": count(current.session, book, Wanted(current.today, state="back")),
        "owes": count(current.session, book, Wanted(current.today, state="owes")),
        "waits": count(current.session, book, Wanted(current.today, state="waits")),
        "declared": bool(book),
        "page_title": _("保证金与罚款"),
    }


def totals(session: TenantSession, book: ledger.Book) -> list[tuple[Any, int]]:
    """What stands on each kind of account altogether, in the order of declaration."""
    moved = _moved()
    own = case((MoneyAccount.side == "debit", moved.c.fen), else_=-moved.c.fen)
    query = (
        select(MoneyAccount.kind, cast(func.coalesce(func.sum(own), 0), BigInteger))
        .outerjoin(moved, moved.c.account == MoneyAccount.id)
        .group_by(MoneyAccount.kind)
    )
    found = {kind: int(total) for kind, total in session.execute(query)}
    return [(kind.title, found[kind.code]) for kind in book.kinds if kind.code in found]


def sheet() -> Sheet:
    """Everybody that the list finds, as a spreadsheet."""
    book, asked = ledger.book_of(current.session), wanted(read())
    columns = [
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("离职日"), "date"),
        Column(_("保证金"), "money", total=True),
        Column(_("应退已过天数"), "whole"),
        Column(_("预收待结算"), "money", total=True),
        Column(_("应收未收"), "money", total=True),
        Column(_("工资代扣"), "money", total=True),
    ]
    return Sheet(_("保证金与罚款"), columns, _cells(book, asked), notes=[current.today.isoformat()])


def _cells(book: ledger.Book, asked: Wanted, at_once: int = 500) -> Iterator[list[Any]]:
    query = _query(book, asked).execution_options(yield_per=at_once)
    for row in current.session.execute(query):
        one = _line(asked.today, tuple(row), {})
        yield [
            one.person.number,
            one.person.name,
            one.unit,
            one.person.left_on,
            one.deposit,
            one.days_due,
            one.prepayment,
            one.due,
            one.wages,
        ]


def payroll_page() -> dict[str, Any]:
    """The variables of a month's list for payroll: the month asked for, else this one."""
    first, last = month_asked()
    book = ledger.book_of(current.session)
    rows = ledger.payroll(current.session, book, first, last)
    return {
        "month": f"{first:%Y-%m}",
        "rows": rows,
        "total": sum(row.amount_fen for row in rows),
        "declared": bool(book.of_use("wages")),
        "page_title": _("工资代扣表"),
    }


def month_asked() -> tuple[date, date]:
    """The first and last day of the month in the address, else of today's."""
    today = current.today
    text = (request.args.get("month") or "")[:7]
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    return first, day_in(first.year, first.month, 31)


def payroll_sheet() -> Sheet:
    """The month's list as a spreadsheet."""
    found = payroll_page()
    columns = [
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("笔数"), "whole"),
        Column(_("代扣金额"), "money", total=True),
    ]
    rows = [[row.number, row.name, row.unit, row.times, row.amount_fen] for row in found["rows"]]
    return Sheet(_("工资代扣表"), columns, rows, titles=[_("工资代扣表"), found["month"]])
