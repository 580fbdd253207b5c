"""A statement: somebody's accounts over a stretch of days, change by change, whole or page by page.

Page 1 holds the newest changes, in the order in which they happened; what stood before them is carried forward, so
that every page adds up by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select, union_all
from sqlalchemy.orm import aliased

from kaohe.db import TenantSession
from kaohe.ledger.models import MoneyAccount, Movement, MovementReason, Posting
from kaohe.ledger.reading import accounts_of, balances, names_of
from kaohe.people.models import Person, Unit


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


@dataclass(frozen=True)
class Stretch:
    """From which day to which (None: without end); of its changes at most `most` after the first `skipped`."""

    first: date | None = None
    last: date | None = None
    skipped: int = 0
    most: int | None = None


def statement(
    session: TenantSession, subject_id: int, stretch: Stretch = Stretch()
) -> list[AccountStatement]:
    """Every account of somebody over a stretch of days, change by change."""
    accounts = accounts_of(session, subject_id)
    day = stretch.first and date.fromordinal(stretch.first.toordinal() - 1)
    standing = balances(session, accounts, day) if day else {one.id: 0 for one in accounts}
    sides = {one.id: 1 if one.side == "debit" else -1 for one in accounts}
    for account_id, amount in _carried(session, sorted(sides), stretch):
        standing[account_id] += sides[account_id] * amount
    holders = names_of(session, Unit, {one.holder_id for one in accounts})
    found = {
        one.id: AccountStatement(one, holders.get(one.holder_id, ""), standing[one.id]) for one in accounts
    }
    for account_id, amount, *about in _changes(session, sorted(sides), stretch):
        change = sides[account_id] * amount
        standing[account_id] += change
        movement, reason, by, reversed_by, settled_by = about
        found[account_id].lines.append(
            StatementLine(movement, change, standing[account_id], reason, by, reversed_by, settled_by)
        )
    return list(found.values())


def how_many_changes(session: TenantSession, subject_id: int, stretch: Stretch) -> int:
    """How many lines the whole statement has."""
    ids = [one.id for one in accounts_of(session, subject_id)]
    return session.scalar(select(func.count()).select_from(_changed(ids, stretch).subquery())) or 0


def _changed(accounts: Sequence[int], stretch: Stretch) -> Select[Any]:
    """By how much each movement changed each account, debits positive; by day, then by movement."""
    debits = select(
        Posting.debit_id.label("account"), Posting.amount_fen.label("amount"), Posting.movement_id
    )
    credits = select(
        Posting.credit_id.label("account"), (-Posting.amount_fen).label("amount"), Posting.movement_id
    )
    sides = union_all(
        debits.where(Posting.debit_id.in_(accounts)), credits.where(Posting.credit_id.in_(accounts))
    ).subquery()
    total = cast(func.sum(sides.c.amount), BigInteger)
    query = (
        select(sides.c.account, total.label("fen"), Movement.id.label("movement"), Movement.happened_on)
        .join(Movement, Movement.id == sides.c.movement_id)
        .group_by(sides.c.account, Movement.id, Movement.happened_on)
        .having(total != 0)
        .order_by(Movement.happened_on, Movement.id, sides.c.account)
    )
    if stretch.first is not None:
        query = query.where(Movement.happened_on >= stretch.first)
    if stretch.last is not None:
        query = query.where(Movement.happened_on <= stretch.last)
    return query


def _carried(session: TenantSession, accounts: Sequence[int], stretch: Stretch) -> Iterable[tuple[int, int]]:
    """What the changes that are skipped come to."""
    if not stretch.skipped:
        return []
    before = _changed(accounts, stretch).limit(stretch.skipped).subquery()
    total = cast(func.sum(before.c.fen), BigInteger)
    rows = session.execute(select(before.c.account, total).group_by(before.c.account))
    return [(account, int(fen)) for account, fen in rows]


def _changes(session: TenantSession, accounts: Sequence[int], stretch: Stretch) -> Iterable[Any]:
    """The changes of the stretch with what is said of each."""
    shown = _changed(accounts, stretch).offset(stretch.skipped or None).limit(stretch.most).subquery()
    taken_back, settling, undone = aliased(Movement), aliased(Movement), aliased(Movement)
    stands = (settling.settles == Movement.id) & ~select(undone.id).where(
        undone.reverses == settling.id
    ).exists()
    query = (
        select(
            shown.c.account,
            shown.c.fen,
            Movement,
            MovementReason.words,
            Person.name,
            taken_back.id,
            settling.id,
        )
        .join(Movement, Movement.id == shown.c.movement)
        .outerjoin(MovementReason, MovementReason.id == Movement.id)
        .outerjoin(Person, Person.id == Movement.posted_by)
        .outerjoin(taken_back, taken_back.reverses == Movement.id)
        .outerjoin(settling, stands)
        .order_by(shown.c.happened_on, shown.c.movement, shown.c.account)
    )
    return session.execute(query).all()
