"""What the accounts say: a statement, a balance on a day, what is withheld in a month, and the recount.

Everything is counted from the postings; the recount compares that with the balances that are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import BigInteger, cast, func, or_, select, union_all
from sqlalchemy.orm import aliased

from kaohe.db import TenantSession
from kaohe.ledger.books import Book
from kaohe.ledger.models import MoneyAccount, MoneyBalance, Movement, MovementReason, Posting
from kaohe.people.models import Person, Unit

MANY = 500


@dataclass(frozen=True)
class StatementLine:
    """One change of one account: by how much on its own side, and what stands after it."""

    movement: Movement
    change_fen: int
    after_fen: int
    reason: str | None
    by: str | None
    reversed_by: int | None
    settled_by: int | None


@dataclass
class AccountStatement:
    """One account over a stretch of days: what stood before, each change, what stands at the end."""

    account: MoneyAccount
    holder: str
    before_fen: int
    lines: list[StatementLine] = field(default_factory=list)

    @property
    def after_fen(self) -> int:
        """What stands at the end."""
        return self.lines[-1].after_fen if self.lines else self.before_fen

    @property
    def in_fen(self) -> int:
        """What came in."""
        return sum(line.change_fen for line in self.lines if line.change_fen > 0)

    @property
    def out_fen(self) -> int:
        """What went out, as a positive amount."""
        return -sum(line.change_fen for line in self.lines if line.change_fen < 0)


def accounts_of(session: TenantSession, subject_id: int) -> list[MoneyAccount]:
    """The accounts of a person or unit, the oldest first."""
    query = select(MoneyAccount).where(MoneyAccount.subject_id == subject_id)
    return list(session.scalars(query.order_by(MoneyAccount.opened_at, MoneyAccount.id)))


def balances(
    session: TenantSession, accounts: Sequence[MoneyAccount], day: date | None = None
) -> dict[int, int]:
    """What stands on each account at the end of a day (None: now), on its own side; two queries per 500 accounts."""
    found = {one.id: 0 for one in accounts}
    signs = {one.id: 1 if one.side == "debit" else -1 for one in accounts}
    ids = sorted(found)
    for start in range(0, len(ids), MANY):
        some = ids[start : start + MANY]
        for column, way in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
            query = select(column, cast(func.sum(Posting.amount_fen), BigInteger)).where(column.in_(some))
            if day is not None:
                query = query.where(Posting.happened_on <= day)
            for ident, total in session.execute(query.group_by(column)):
                found[ident] += way * signs[ident] * int(total)
    return found


def balance_on(session: TenantSession, subject_id: int, kind: str, day: date | None = None) -> int:
    """What somebody's accounts of a kind hold at the end of a day."""
    mine = [one for one in accounts_of(session, subject_id) if one.kind == kind]
    return sum(balances(session, mine, day).values())


def statement(
    session: TenantSession, subject_id: int, first: date | None = None, last: date | None = None
) -> list[AccountStatement]:
    """Every account of somebody over a stretch of days, change by change."""
    accounts = accounts_of(session, subject_id)
    before = balances(session, accounts, _day_before(first)) if first else {one.id: 0 for one in accounts}
    holders = _names(session, Unit, {one.holder_id for one in accounts})
    found = {
        one.id: AccountStatement(one, holders.get(one.holder_id, ""), before[one.id]) for one in accounts
    }
    standing = dict(before)
    for account_id, amount, movement, reason, by, reversed_by, settled_by in _changes(
        session, sorted(found), first, last
    ):
        sign = 1 if found[account_id].account.side == "debit" else -1
        standing[account_id] += sign * amount
        found[account_id].lines.append(
            StatementLine(movement, sign * amount, standing[account_id], reason, by, reversed_by, settled_by)
        )
    return list(found.values())


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _changes(
    session: TenantSession, accounts: Sequence[int], first: date | None, last: date | None
) -> Iterable[tuple[int, int, Movement, str | None, str | None, int | None, int | None]]:
    """The changes of accounts by day, then by movement; debits positive."""
    if not accounts:
        return []
    debits = select(
        Posting.debit_id.label("account"), Posting.amount_fen.label("amount"), Posting.movement_id
    )
    credits = select(
        Posting.credit_id.label("account"), (-Posting.amount_fen).label("amount"), Posting.movement_id
    )
    both = union_all(
        debits.where(Posting.debit_id.in_(accounts)), credits.where(Posting.credit_id.in_(accounts))
    )
    sides = both.subquery()
    taken_back, settling, undone = aliased(Movement), aliased(Movement), aliased(Movement)
    stands = (settling.settles == Movement.id) & ~select(undone.id).where(
        undone.reverses == settling.id
    ).exists()
    query = (
        select(
            sides.c.account,
            cast(func.sum(sides.c.amount), BigInteger),
            Movement,
            MovementReason.words,
            Person.name,
            taken_back.id,
            settling.id,
        )
        .join(Movement, Movement.id == sides.c.movement_id)
        .outerjoin(MovementReason, MovementReason.id == Movement.id)
        .outerjoin(Person, Person.id == Movement.posted_by)
        .outerjoin(taken_back, taken_back.reverses == Movement.id)
        .outerjoin(settling, stands)
        .group_by(
            sides.c.account,
            *Movement.__table__.columns,
            MovementReason.words,
            Person.name,
            taken_back.id,
            settling.id,
        )
        .order_by(Movement.happened_on, Movement.id, sides.c.account)
    )
    if first is not None:
        query = query.where(Movement.happened_on >= first)
    if last is not None:
        query = query.where(Movement.happened_on <= last)
    return [
        (row[0], int(row[1]), row[2], row[3], row[4], row[5], row[6])
        for row in session.execute(query)
        if row[1]
    ]


def _names(session: TenantSession, model: type[Person] | type[Unit], ids: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {
        row[0]: row[1] for row in session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    }


@dataclass(frozen=True)
class Withheld:
    """What is withheld from a person's wages in a stretch of days: fines, less those taken back."""

    subject_id: int
    number: str
    name: str
    unit: str
    amount_fen: int
    times: int


def payroll(session: TenantSession, book: Book, first: date, last: date) -> list[Withheld]:
    """What is to be withheld from wages, person by person, by number; those where it comes to nothing are left out."""
    codes = [one.code for one in book.of_use("wages")]
    if not codes:
        return []
    totals: dict[int, list[int]] = {}
    for column, way in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        query = (
            select(MoneyAccount.subject_id, cast(func.sum(Posting.amount_fen), BigInteger), func.count())
            .join(MoneyAccount, MoneyAccount.id == column)
            .where(MoneyAccount.kind.in_(codes), Posting.happened_on >= first, Posting.happened_on <= last)
            .group_by(MoneyAccount.subject_id)
        )
        for subject, total, count in session.execute(query):
            held = totals.setdefault(subject, [0, 0])
            held[0] += way * int(total)
            held[1] += way * count
    wanted = {subject: both for subject, both in totals.items() if both[0]}
    people = {
        row.id: row
        for start in range(0, len(wanted), MANY)
        for row in session.scalars(select(Person).where(Person.id.in_(sorted(wanted)[start : start + MANY])))
    }
    units = _units_of(session, list(wanted), last)
    rows = [
        Withheld(
            subject, people[subject].number, people[subject].name, units.get(subject, ""), fen, max(times, 1)
        )
        for subject, (fen, times) in wanted.items()
        if subject in people
    ]
    return sorted(rows, key=lambda row: row.number)


def _units_of(session: TenantSession, ids: list[int], day: date) -> dict[int, str]:
    from kaohe.people.memberships import units_on

    held = units_on(session, day, ids)
    names = _names(session, Unit, held.values())
    return {person: names.get(unit, "") for person, unit in held.items()}


def recount(session: TenantSession) -> list[tuple[int, int, int]]:
    """The accounts whose kept balance differs from their postings: (account, kept, counted); none is as it should be."""
    rows = session.execute(
        select(MoneyAccount, MoneyBalance.balance_fen).join(MoneyBalance, MoneyBalance.id == MoneyAccount.id)
    ).all()
    counted = balances(session, [row[0] for row in rows])
    return [(account.id, kept, counted[account.id]) for account, kept in rows if kept != counted[account.id]]


def sum_of_all(session: TenantSession) -> int:
    """The sum over all accounts, debits less credits: 0, by the shape of a posting."""
    accounts = list(session.scalars(select(MoneyAccount)))
    held = balances(session, accounts)
    return sum(held[one.id] if one.side == "debit" else -held[one.id] for one in accounts)


def reason_of(session: TenantSession, movement: Movement) -> str | None:
    """Why a movement was made, where its words still stand."""
    side = session.get(MovementReason, movement.id)
    return side.words if side else None


def lines_of(session: TenantSession, movement: Movement) -> list[tuple[Posting, MoneyAccount, MoneyAccount]]:
    """The postings of a movement with both accounts."""
    debit, credit = aliased(MoneyAccount), aliased(MoneyAccount)
    query = (
        select(Posting, debit, credit)
        .join(debit, debit.id == Posting.debit_id)
        .join(credit, credit.id == Posting.credit_id)
        .where(Posting.movement_id == movement.id)
        .order_by(Posting.number)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def made_from(session: TenantSession, origin: str, origin_ids: Sequence[int]) -> list[Movement]:
    """The movements that were made from something, by id, with those taken back among them."""
    query = select(Movement).where(
        Movement.origin == origin, or_(False, Movement.origin_id.in_(list(origin_ids)))
    )
    return list(session.scalars(query.order_by(Movement.id)))
