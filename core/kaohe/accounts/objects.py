"""From ids in addresses to accounts, roles and sign-ins with their places."""

from __future__ import annotations

from kaohe.accounts.models import Account, Grant, SignIn
from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.pages import current, loader
from kaohe.people import service as people
from kaohe.people.models import Person


@loader("account")
def account(session: TenantSession, ident: int) -> tuple[Account, Place]:
    """An account; it lies where its person is today."""
    found = session.need(Account, ident)
    return found, people.place_of(session, session.need(Person, found.person_id), current.today)


@loader("grant")
def grant(session: TenantSession, ident: int) -> tuple[Grant, Place]:
    """A role; a stand-in's is its delegator's."""
    found = session.need(Grant, ident)
    lender = session.need(Account, found.deputy_of) if found.deputy_of is not None else None
    return found, Place(made_by=lender.person_id if lender else None)


@loader("sign_in")
def sign_in(session: TenantSession, ident: int) -> tuple[SignIn, Place]:
    """A sign-in; it is its person's own."""
    found = session.need(SignIn, ident)
    return found, Place(person_id=session.need(Account, found.account_id).person_id)
