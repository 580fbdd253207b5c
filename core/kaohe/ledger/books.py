"""The accounts that a tenant's sectors declare, and how one is opened and found.

Decides that the organisation's accounts are held by the root unit, and a unit's by the unit below the root to which
the owner belongs on the day. An account is opened when it is first needed; two requests open it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.db import TenantSession, is_duplicate, new_id
from kaohe.ledger.models import MoneyAccount, MoneyBalance
from kaohe.ledger.refusals import NoSuchAccount, ShareUnknown
from kaohe.people import service as people
from kaohe.people.memberships import nearest_unit
from kaohe.people.models import Unit
from kaohe.plugins.accounts import AccountKind, Bears
from kaohe.plugins.registry import installed
from kaohe.scheme import Fact
from kaohe.tenants import service as tenants


@dataclass(frozen=True)
class Book:
    """The kinds of accounts in use here, in the order of their declaration."""

    kinds: tuple[AccountKind, ...]

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def of_use(self, use: str) -> list[AccountKind]:
        """The kinds of a use."""
        return [one for one in self.kinds if one.use == use]

    def need(self, use: str) -> AccountKind:
        """The first kind of a use; `NoSuchAccount` where none is declared."""
        found = self.of_use(use)
        if not found:
            raise NoSuchAccount
        return found[0]

    def kind(self, code: str) -> AccountKind:
        """The kind of that code; `NoSuchAccount` where none is declared."""
        found = next((one for one in self.kinds if one.code == code), None)
        if found is None:
            raise NoSuchAccount
        return found

    def answering(self, account: str, *uses: str) -> AccountKind | None:
        """The kind of one of these uses that stands for the word of an effect."""
        return next((one for one in self.kinds if one.use in uses and account in one.answers), None)


def book_of(session: TenantSession) -> Book:
    """The accounts of the sectors that are switched on; empty where none declares any."""
    sectors = installed().sectors
    found: dict[str, AccountKind] = {}
    for code in tenants.sectors_on(session):
        for kind in sectors[code].accounts if code in sectors else ():
            found.setdefault(kind.code, kind)
    return Book(tuple(found.values()))


def declares(session: TenantSession) -> bool:
    """Whether money is moved here at all."""
    return bool(book_of(session))


def holder_of(session: TenantSession, kind: AccountKind, subject_id: int | None, day: date) -> Unit:
    """The unit that holds an account of this kind for somebody on a day."""
    root = people.root(session)
    assert root is not None
    if kind.holder == "organisation" or subject_id is None:
        return root
    unit = session.get(Unit, subject_id) or nearest_unit(session, subject_id, day)
    if unit is None:
        return root
    steps = [int(part) for part in unit.path.split("/") if part]
    return session.need(Unit, steps[1]) if len(steps) > 1 else root


def open_account(
    session: TenantSession, kind: AccountKind, holder: Unit, subject_id: int | None, now: datetime
) -> MoneyAccount:
    """The account of this kind, opened when it is not there yet."""
    owner = subject_id if kind.owned else None
    found = _find(session, kind, holder, owner)
    if found is not None:
        return found
    made = MoneyAccount(
        id=new_id(),
        kind=kind.code,
        side=kind.side,
        bounded=kind.bounded,
        subject_id=owner,
        holder_id=holder.id,
        opened_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
            if kind.bounded:
                session.add(MoneyBalance(id=made.id, balance_fen=0, lowest_fen=0))
                session.flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        other = _find(session, kind, holder, owner)
        assert other is not None
        return other
    return made


def _find(session: TenantSession, kind: AccountKind, holder: Unit, owner: int | None) -> MoneyAccount | None:
    mine = MoneyAccount.subject_id.is_(None) if owner is None else MoneyAccount.subject_id == owner
    query = select(MoneyAccount).where(
        MoneyAccount.kind == kind.code, MoneyAccount.holder_id == holder.id, mine
    )
    return session.scalar(query)


def share_of(session: TenantSession, kind: AccountKind, day: date) -> Bears:
    """What a person bears of a cost on a day, as the adopted scheme says; `ShareUnknown` where it does not."""
    settling = kind.settling
    if settling is None:
        raise ShareUnknown
    held = session.scalar(select(Adoption).where(Adoption.scheme_code == settling.scheme))
    revision = adoption.revision_on(session, held.id, day) if held is not None else None
    if revision is None:
        raise ShareUnknown
    scheme = adoption.scheme_of(session, revision.id)
    value = next((one.value for one in scheme.settings if one.code == settling.setting), None)
    bears = settling.bears.get(value or "")
    if bears is None:
        raise ShareUnknown
    return bears


def expected_fen(
    session: TenantSession, kind: AccountKind, person_ids: Sequence[int], day: date
) -> dict[int, int | None]:
    """What each is to pay in: by the fact that sets it, else the usual amount; None where neither says."""
    fact = _fact(session, kind.expected, day) if kind.expected else None
    if fact is None:
        return dict.fromkeys(person_ids, kind.usual_fen)
    amounts = {one.code: one.amount_fen for one in fact.values}
    held = people.facts_on(session, day, person_ids)
    return {ident: amounts.get(held.get(ident, {}).get(fact.code, "")) for ident in person_ids}


def _fact(session: TenantSession, code: str, day: date) -> Fact | None:
    """The fact as the first scheme in force declares it."""
    for held in adoption.adoptions(session):
        revision = adoption.revision_on(session, held.id, day)
        fact = adoption.scheme_of(session, revision.id).fact(code) if revision is not None else None
        if fact is not None:
            return fact
    return None
