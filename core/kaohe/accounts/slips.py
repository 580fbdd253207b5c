"""Activation slips: the printed one-time codes with which people set their password, first or anew.

Decides the code (twelve characters that cannot be mistaken for each other, in three groups), that it holds for
two weeks and for one use, and that a new slip ends the older ones. Only a slow hash of it is kept. Refuses, in
the same words and the same time, an unknown number, a wrong, used or expired code and a locked account.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from kaohe.accounts.models import Account, ActivationSlip, Grant
from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession, new_id
from kaohe.errors import Forbidden, Refusal
from kaohe.people import service as people
from kaohe.people.models import Person

ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 12
HOLDS_FOR = timedelta(days=14)
_ROUNDS = 5_000


class WrongCode(Refusal):
    """The number and the code do not belong together, or the code holds no more."""

    zh = "工号和激活码对不上，或激活码已用过、已过期。请核对纸上的字；还不行就请管理员或本部门考核人重新打印一张。"
    en = (
        "The staff number and the code do not match, or the code was used or has expired. Check what is printed; "
        "if it still fails, ask the administrator or your unit's assessor for a new slip."
    )
    field = "code"


class SlipForRole(Forbidden):
    """An assessor may not print a slip for somebody who holds a role."""

    zh = "{name} 有管理或考核的角色，激活单只能由管理员打印。"
    en = "{name} holds a role; only an administrator may print this slip."


class AccountLocked(Refusal):
    """A locked account is unlocked first."""

    zh = "{name} 的账户已锁定，先解锁再打印激活单。"
    en = "{name}'s account is locked; unlock it before printing a slip."


def new_code() -> str:
    """A fresh code, without the gaps it is printed with."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def in_groups(code: str) -> str:
    """A code as printed: ABCD EFGH JKMN."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def typed(code: str) -> str:
    """What somebody typed, brought to the printed letters: case, width, gaps and dashes do not matter."""
    return "".join(c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum())[:40]


def code_hash(account_id: int, code: str) -> str:
    """What is kept of a code."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), f"slip {account_id}".encode(), _ROUNDS).hex()


def may_print(session: TenantSession, actor: Actor, account: Account, name: str, today: date) -> None:
    """Refuse a slip that would hand a role to somebody: an assessor prints for members without one only."""
    if account.state == "locked":
        raise AccountLocked(name=name)
    if not actor.is_admin and has_role(session, account.id, today):
        raise SlipForRole(name=name)


def has_role(session: TenantSession, account_id: int, today: date) -> bool:
    """Whether the account holds a role now or from a later day on."""
    standing = (Grant.ends_on.is_(None)) | (Grant.ends_on >= today)
    return (
        session.scalar(select(Grant.id).where(Grant.account_id == account_id, standing).limit(1)) is not None
    )


def issue_slips(
    session: TenantSession, *, accounts: Sequence[Account], issued_by: int | None, now: datetime
) -> list[tuple[Account, str]]:
    """A new code for each account, in order; older unused slips end. The codes are known only to the caller."""
    ids = [account.id for account in accounts]
    open_ones = (
        ActivationSlip.account_id.in_(ids),
        ActivationSlip.used_at.is_(None),
        ActivationSlip.expires_at > now,
    )
    session.execute(update(ActivationSlip).where(*open_ones).values(expires_at=now))
    issued = [(account, new_code()) for account in accounts]
    rows = [
        {
            "id": new_id(),
            "account_id": account.id,
            "code_hash": code_hash(account.id, code),
            "issued_by": issued_by,
            "issued_at": now,
            "expires_at": now + HOLDS_FOR,
            "used_at": None,
        }
        for account, code in issued
    ]
    if rows:
        session.execute(insert(ActivationSlip), rows)
    return issued


def find_slip(
    session: TenantSession, *, number: str, code: str, now: datetime
) -> tuple[Account, Person, ActivationSlip]:
    """The account, person and living slip of a number and a typed code; else `WrongCode`."""
    person = people.person_by_number(session, number)
    account = session.scalar(select(Account).where(Account.person_id == (person.id if person else 0)))
    hashed = code_hash(account.id if account else 0, typed(code))
    slips = _living(session, account.id if account else 0, now)
    found = next((slip for slip in slips if hmac.compare_digest(slip.code_hash, hashed)), None)
    if account is None or person is None or found is None or account.state == "locked":
        raise WrongCode
    return account, person, found


def _living(session: TenantSession, account_id: int, now: datetime) -> list[ActivationSlip]:
    mine = (
        ActivationSlip.account_id == account_id,
        ActivationSlip.used_at.is_(None),
        ActivationSlip.expires_at > now,
    )
    return list(
        session.scalars(select(ActivationSlip).where(*mine).order_by(ActivationSlip.id.desc()).limit(5))
    )


def spend(session: TenantSession, slip: ActivationSlip, now: datetime) -> None:
    """Use the slip up; `WrongCode` when somebody was faster."""
    unused = (ActivationSlip.id == slip.id, ActivationSlip.used_at.is_(None), ActivationSlip.expires_at > now)
    if session.execute(update(ActivationSlip).where(*unused).values(used_at=now)).rowcount != 1:
        raise WrongCode
