"""Accounts, signing in and out, and who somebody is at this moment.

Decides that every request asks again: the sign-in, the account's state and epoch, the person's leaving day and
today's roles are read each time, so that a changed password, role or unit acts on the next request.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, and_, bindparam, delete, exists, func, insert, select, update

from kaohe.accounts import passwords
from kaohe.accounts.limits import forget_old
from kaohe.accounts.models import Account, Grant, SignIn
from kaohe.accounts.policy import Actor
from kaohe.accounts.roles import in_force, require_other_admin, standing_paths
from kaohe.db import TenantSession, new_id
from kaohe.people.merged import gone_into
from kaohe.people.models import Merge, Person, Unit

SIGN_IN_LASTS = timedelta(hours=12)
SEEN_AGAIN_AFTER = timedelta(minutes=5)
KEPT_AFTER_END = timedelta(days=90)


def token_hash(token: str) -> str:
    """What is kept of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_sign_in(
    session: TenantSession, *, account: Account, now: datetime, device: str = "", address: str = ""
) -> str:
    """A new server-side session of an account; the token goes into the cookie and is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            account_id=account.id,
            token_hash=token_hash(token),
            epoch=account.epoch,
            created_at=now,
            seen_at=now,
            expires_at=now + SIGN_IN_LASTS,
            device=device[:100],
            address=address[:60],
        )
    )
    return token


# Asked at every request, so built once.
_SIGNED_IN = (
    select(SignIn, Account, Person)
    .join(Account, Account.id == SignIn.account_id)
    .join(Person, Person.id == Account.person_id)
    .where(SignIn.token_hash == bindparam("hash"))
)
_HELD = (
    select(Grant.role, Grant.deputy_of, Unit.path, exists().where(Merge.kept_id == Account.person_id))
    .select_from(Account)
    .outerjoin(Grant, and_(Grant.account_id == Account.id, *in_force(bindparam("today", type_=Date))))
    .outerjoin(Unit, Unit.id == Grant.unit_id)
    .where(Account.id == bindparam("account"))
)


def recognise(here: Any, token: str | None) -> None:
    """Fill in who acts in `here` (a request's `Current`) when the token is that of a living session."""
    if not token or len(token) > 200:
        return
    row = here.session.execute(_SIGNED_IN, {"hash": token_hash(token)}).first()
    if row is None:
        return
    sign_in, account, person = row
    if sign_in.expires_at <= here.now or sign_in.epoch != account.epoch or account.state != "active":
        return
    if person.left_on is not None and person.left_on < here.today:
        return
    here.account, here.person, here.sign_in = account, person, sign_in
    here.language = account.language
    here.signed_in = actor_of(here.session, account, here.today)
    if here.session.writes and here.now - sign_in.seen_at > SEEN_AGAIN_AFTER:
        sign_in.seen_at = here.now


def signed_in_before(session: TenantSession, sign_in: SignIn) -> datetime | None:
    """When the account signed in the time before this sign-in; None when there was none."""
    earlier = select(func.max(SignIn.created_at)).where(
        SignIn.account_id == sign_in.account_id, SignIn.id < sign_in.id
    )
    return session.scalar(earlier)


def actor_of(session: TenantSession, account: Account, today: date) -> Actor:
    """The account's person with the roles in force on `today`; a stand-in's end with those of whom it stands in for."""
    rows = session.execute(_HELD, {"account": account.id, "today": today}).all()
    grants = [row[:3] for row in rows if row[0] is not None]
    others = gone_into(session, [account.person_id]) if any(row[3] for row in rows) else {}
    paths = {path for role, lent_by, path in grants if role == "assessor" and path and lent_by is None}
    lent = [
        (lent_by, path)
        for role, lent_by, path in grants
        if role == "assessor" and path and lent_by is not None
    ]
    if lent:
        standing = standing_paths(session, [lent_by for lent_by, _ in lent], today)
        for lent_by, path in lent:
            held = standing.get(lent_by, [])
            paths |= {path} if any(path.startswith(one) for one in held) else set()
    return Actor(
        person_id=account.person_id,
        account_id=account.id,
        is_admin=any(role == "admin" and lent_by is None for role, lent_by, _ in grants),
        assesses=tuple(sorted(paths)),
        also=frozenset(others),
    )


def create_accounts(session: TenantSession, *, person_ids: Sequence[int], now: datetime) -> list[Account]:
    """An account waiting for its slip for each person who has none; gives the new ones, in order."""
    have = set(session.scalars(select(Account.person_id).where(Account.person_id.in_(person_ids))))
    wanted = [ident for ident in dict.fromkeys(person_ids) if ident not in have]
    rows = [
        {
            "id": new_id(),
            "person_id": ident,
            "password_hash": None,
            "state": "waiting",
            "epoch": 1,
            "language": "zh",
            "density": "standard",
            "created_at": now,
        }
        for ident in wanted
    ]
    if not rows:
        return []
    session.execute(insert(Account), rows)
    made = {a.person_id: a for a in session.scalars(select(Account).where(Account.person_id.in_(wanted)))}
    return [made[ident] for ident in wanted]


def in_use(session: TenantSession, person_ids: Collection[int]) -> list[int]:
    """Those of these persons whose account is in use, in their order: nobody else reads what is said in the page."""
    active = set(session.scalars(select(Account.person_id).where(Account.state == "active")))
    return [one for one in person_ids if one in active]


def set_password(session: TenantSession, account: Account, password: str, *, now: datetime) -> None:
    """Keep a new password (checked before) and end every sign-in of the account."""
    account.password_hash = passwords.hash_of(password)
    if account.state == "waiting":
        account.state = "active"
    end_sign_ins(session, account, now=now)


def end_sign_ins(session: TenantSession, account: Account, *, now: datetime) -> None:
    """End all sign-ins of the account at once."""
    account.epoch += 1
    session.flush()
    living = (SignIn.account_id == account.id, SignIn.expires_at > now)
    session.execute(update(SignIn).where(*living).values(expires_at=now))


def end_other_sign_ins(session: TenantSession, kept: SignIn, *, now: datetime) -> None:
    """End all sign-ins of the account but this one."""
    others = (SignIn.account_id == kept.account_id, SignIn.id != kept.id, SignIn.expires_at > now)
    session.execute(update(SignIn).where(*others).values(expires_at=now))


def end_sign_in(session: TenantSession, sign_in: SignIn, *, now: datetime) -> None:
    """End one sign-in: its token opens nothing any more."""
    sign_in.expires_at = min(sign_in.expires_at, now)
    session.flush()


def living_sign_ins(session: TenantSession, account: Account, *, now: datetime) -> list[SignIn]:
    """The sign-ins that still open the door, the newest first."""
    living = (SignIn.account_id == account.id, SignIn.epoch == account.epoch, SignIn.expires_at > now)
    return list(
        session.scalars(select(SignIn).where(*living).order_by(SignIn.created_at.desc(), SignIn.id.desc()))
    )


def lock(session: TenantSession, account: Account, *, now: datetime, today: date) -> None:
    """Shut the account and end its sign-ins; `LastAdmin` where nobody else could manage."""
    if account.state == "locked":
        return
    require_other_admin(session, account.id, today)
    account.state = "locked"
    end_sign_ins(session, account, now=now)


def unlock(session: TenantSession, account: Account) -> None:
    """Open the account again; without a password it waits for a slip."""
    if account.state == "locked":
        account.state = "active" if account.password_hash else "waiting"
        session.flush()


def tidy(session: TenantSession, now: datetime) -> None:
    """Delete counts of tries and sign-ins that are long over."""
    forget_old(session, now)
    session.execute(delete(SignIn).where(SignIn.expires_at < now - KEPT_AFTER_END))
