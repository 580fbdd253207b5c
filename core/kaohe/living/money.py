"""Whether accounts of money still hold something for a person, or a fine is owed: settled before the person goes.

What is withheld from wages is never settled on its account: payroll counts it month by month, for the record that is
kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.ledger import service as ledger
from kaohe.ledger.models import MoneyAccount, MoneyBalance, Movement
from kaohe.living.refusals import MoneyLeft
from kaohe.people.models import Person


def require_settled(session: TenantSession, person: Person, going_along: Sequence[Movement] = ()) -> None:
    """Refuse while an account of the person has a balance; `going_along`: fines that are booked anew elsewhere."""
    withheld = {kind.code for kind in ledger.book_of(session).of_use("wages")}
    accounts = [one for one in ledger.accounts_of(session, person.id) if one.kind not in withheld]
    held = ledger.balances(session, accounts)
    signs = {one.id: 1 if one.side == "debit" else -1 for one in accounts}
    for movement in going_along:
        for line, debit, credit in ledger.lines_of(session, movement):
            for account, way in ((debit, 1), (credit, -1)):
                if account.id in held:
                    held[account.id] -= way * signs[account.id] * line.amount_fen
    open_ones = {ident for ident, fen in held.items() if fen} | set(_kept(session, accounts))
    if open_ones:
        raise MoneyLeft(name=person.name, number=person.number, count=len(open_ones))


def _kept(session: TenantSession, accounts: Sequence[MoneyAccount]) -> Sequence[int]:
    """The accounts whose kept balance is not nothing, whatever the postings say."""
    ids = [one.id for one in accounts]
    query = select(MoneyBalance.id).where(MoneyBalance.id.in_(ids), MoneyBalance.balance_fen != 0)
    return session.scalars(query).all()
