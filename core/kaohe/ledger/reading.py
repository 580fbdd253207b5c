"""What the accounts say: a balance on a day, what is withheld in a month, and the recount.

Everything is counted from the postings; the recount compares that with the balances that are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, cast, func, or_, select
from sqlalchemy.orm import aliased

from kaohe.db import TenantSession
from kaohe.ledger.books import Book
from kaohe.ledger.models import MoneyAccount, MoneyBalance, Movement, MovementReason, Posting
from kaohe.people.merged import survivors
from kaohe.people.models import Person, Unit

MANY = 500


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


def names_of(session: TenantSession, model: type[Person] | type[Unit], ids: Iterable[int]) -> dict[int, str]:
    """The names of some persons or units."""
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
    """What is to be withheld from wages, person by person, by number; those where it comes to nothing are left out.

    What was booked on a record that went into another is withheld from the one that is kept.
    """
    codes = [one.code for one in book.of_use("wages")]
    if not codes:
        return []
    totals: dict[int, list[int]] = {}
    merged = survivors(session)
    for column, way in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        query = (
            select(MoneyAccount.subject_id, cast(func.sum(Posting.amount_fen), BigInteger), func.count())
            .join(MoneyAccount, MoneyAccount.id == column)
            .where(MoneyAccount.kind.in_(codes), Posting.happened_on >= first, Posting.happened_on <= last)
            .group_by(MoneyAccount.subject_id)
        )
        for subject, total, count in session.execute(query):
            held = totals.setdefault(merged.get(subject, subject), [0, 0])
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
    names = names_of(session, Unit, held.values())
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
