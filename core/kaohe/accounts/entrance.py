"""The two doors: staff number with password, and staff number with the code of an activation slip.

Each looks at the secret outside any writing transaction (hashing is slow on purpose, and on SQLite a writer
would make everybody wait), after the try was counted. An unknown number, a wrong password, an account without a
password and a person who has left get the same answer after the same work.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from kaohe.accounts import passwords, slips
from kaohe.accounts.limits import count_try, give_back, keys_of
from kaohe.accounts.models import Account
from kaohe.accounts.service import set_password
from kaohe.db import Databases, TenantSession
from kaohe.errors import Refusal
from kaohe.people import service as people

LONGEST_NUMBER = 60


class WrongPassword(Refusal):
    """The number and the password do not belong together."""

    zh = "工号或密码不对。还没有设过密码的，请用激活单激活；忘记密码请管理员或本部门考核人打印新的激活单。"
    en = (
        "The staff number or the password is wrong. If you never set a password, use your activation slip; "
        "if you forgot it, ask the administrator or your unit's assessor for a new slip."
    )

    def __init__(self, person_id: int | None = None) -> None:
        super().__init__()
        self.person_id = person_id  # whose door it was, for the audit; never shown


class Locked(Refusal):
    """Said only to somebody who knows the password."""

    zh = "这个账户已被锁定，请联系管理员。"
    en = "This account is locked; please ask the administrator."
    status = 403


def by_password(
    databases: Databases,
    tenant_id: int,
    *,
    number: str,
    password: str,
    address: str,
    now: datetime,
    today: date,
) -> Account:
    """The account that the number and password open; else `WrongPassword`, `Locked` or `TooManyTries`.

    What comes back is detached: a sign-in made of it carries the epoch that was checked.
    """
    number = number.strip()[:LONGEST_NUMBER]
    keys = keys_of("sign-in", number, address)
    count_try(databases, tenant_id, keys, now)
    with databases.tenant(tenant_id, write=False) as session:
        person = people.person_by_number(session, number)
        account = session.scalar(select(Account).where(Account.person_id == (person.id if person else 0)))
    right = passwords.matches(account.password_hash if account else None, password)
    if (
        account is None
        or person is None
        or not right
        or (person.left_on is not None and person.left_on < today)
    ):
        raise WrongPassword(person.id if person else None)
    give_back(databases, tenant_id, keys, all_of=keys[0])
    if account.state != "active":
        raise Locked
    return account


def renew_hash(session: TenantSession, account: Account, password: str) -> None:
    """Keep the right password under today's parameters when its hash was made with weaker ones."""
    kept = session.need(Account, account.id)
    if kept.password_hash == account.password_hash and passwords.is_outdated(account.password_hash or ""):
        kept.password_hash = passwords.hash_of(password)


def check_slip(
    databases: Databases,
    tenant_id: int,
    *,
    number: str,
    code: str,
    password: str,
    address: str,
    now: datetime,
    today: date,
) -> int:
    """The id of the slip that number and code open, with a password that is good enough for its person.

    Raises `slips.WrongCode`, `TooManyTries`, or what is wrong with the password; nothing is used up yet.
    """
    number = number.strip()[:LONGEST_NUMBER]
    keys = keys_of("slip", number, address)
    count_try(databases, tenant_id, keys, now)
    with databases.tenant(tenant_id, write=False) as session:
        account, person, slip = slips.find_slip(session, number=number, code=code, now=now)
        if person.left_on is not None and person.left_on < today:
            raise slips.WrongCode
        with_role = slips.has_role(session, account.id, today)
    give_back(databases, tenant_id, keys, all_of=keys[0])
    passwords.check_password(password, number=person.number, name=person.name, with_role=with_role)
    return int(slip.id)


def activate(session: TenantSession, slip_id: int, password: str, *, now: datetime) -> Account:
    """Use the slip up and set the password; the account with all its sign-ins ended."""
    slip = session.need(slips.ActivationSlip, slip_id)
    slips.spend(session, slip, now)
    account = session.need(Account, slip.account_id)
    if account.state == "locked":
        raise slips.WrongCode
    set_password(session, account, password, now=now)
    return account


def check_old(
    databases: Databases,
    tenant_id: int,
    *,
    number: str,
    kept: str | None,
    old: str,
    address: str,
    now: datetime,
) -> None:
    """Raise `OldPasswordWrong` unless `old` is the password that holds; tries are counted as at the door."""
    keys = keys_of("password", number, address)
    count_try(databases, tenant_id, keys, now)
    if not passwords.matches(kept, old):
        raise OldPasswordWrong
    give_back(databases, tenant_id, keys, all_of=keys[0])


def change_password(
    session: TenantSession,
    account: Account,
    *,
    number: str,
    name: str,
    with_role: bool,
    old: str,
    new: str,
    now: datetime,
) -> None:
    """Set another password once the old one was checked; ends every sign-in, the caller's too."""
    passwords.check_password(new, number=number, name=name, with_role=with_role)
    if passwords.plain_form(old) == passwords.plain_form(new):
        raise passwords.PasswordUnchanged
    set_password(session, account, new, now=now)


class OldPasswordWrong(Refusal):
    """The password that holds was not given."""

    zh = "原密码不对。"
    en = "The present password is wrong."
    field = "old"
