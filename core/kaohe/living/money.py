"""Whether accounts of money still hold something for a person: they are settled before the person goes."""

from __future__ import annotations

from sqlalchemy import func, select

from kaohe.db import TenantSession
from kaohe.ledger.models import MoneyAccount, MoneyBalance
from kaohe.living.refusals import MoneyLeft
from kaohe.people.models import Person


def require_settled(session: TenantSession, person: Person) -> None:
    """Refuse while an account of the person has a balance."""
    query = (
        select(func.count(MoneyAccount.id))
        .join(MoneyBalance, MoneyBalance.id == MoneyAccount.id)
        .where(MoneyAccount.subject_id == person.id, MoneyBalance.balance_fen != 0)
    )
    count = session.scalar(query) or 0
    if count:
        raise MoneyLeft(name=person.name, number=person.number, count=count)
