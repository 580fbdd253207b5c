"""How often somebody may try: rows in the database, so that a restart or another worker forgets nothing.

A try is counted before the secret is looked at, in a transaction of its own, and given back when it was right:
many tries at once cannot slip past the count. Decides that after some free tries each further one has to wait,
twice as long each time up to a bound, by staff number and by address; a key without failures for half a day
starts anew. Keys are hashed: what was typed into the wrong field is not kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.models import Attempt
from kaohe.db import Databases, TenantSession, is_duplicate
from kaohe.errors import Refusal

FORGOTTEN_AFTER = timedelta(hours=12)
CLOCK_SET_BACK = timedelta(minutes=1)  # a count from the future is a clock's fault and makes nobody wait


@dataclass(frozen=True)
class Limit:
    """`free` failures without a wait, then waits of `first`, twice that, … up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long after the last of so many failures the next try has to wait."""
        if failures < self.free:
            return timedelta(0)
        return min(self.first * 2 ** min(failures - self.free, 30), self.longest)


BY_NUMBER = Limit(5, timedelta(seconds=30), timedelta(minutes=15))
BY_ADDRESS = Limit(30, timedelta(minutes=1), timedelta(minutes=15))


class TooManyTries(Refusal):
    """The next try has to wait; `wait` says how long."""

    zh = "试错的次数太多。为了账户安全，请等 {words_zh} 再试。"
    en = "Too many wrong tries. To keep the account safe, wait {words_en} and try again."
    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        seconds = max(1, -(-int(wait.total_seconds() * 1000) // 1000))
        minutes = -(-seconds // 60)
        super().__init__(
            words_zh=f"{seconds} 秒" if seconds < 60 else f"{minutes} 分钟",
            words_en=f"{seconds} s" if seconds < 60 else f"{minutes} min",
        )


@dataclass(frozen=True)
class Key:
    """One counted thing: the hash of its kind and value, and the limit that holds for it."""

    name: str
    limit: Limit

    @classmethod
    def of(cls, kind: str, value: str, limit: Limit) -> Key:
        return cls(f"{kind}:{hashlib.sha256(value.encode()).hexdigest()[:40]}", limit)


def keys_of(kind: str, number: str, address: str) -> tuple[Key, Key]:
    """The keys of a try at the door `kind` (sign-in, slip) with a staff number from an address."""
    return (
        Key.of(f"{kind}-number", number.strip().casefold(), BY_NUMBER),
        Key.of(f"{kind}-address", _network(address), BY_ADDRESS),
    )


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(int(known) >> 64) if isinstance(known, IPv6Address) else str(known)


def count_try(databases: Databases, tenant_id: int, keys: tuple[Key, ...], now: datetime) -> None:
    """Count a try for each key, or raise `TooManyTries` and count nothing; a transaction of its own."""
    for last in (False, False, True):
        with databases.tenant(tenant_id) as session:
            try:
                _count(session, keys, now)
                session.commit()
            except IntegrityError as error:
                if last or not is_duplicate(error):
                    raise
                continue  # another worker counted the first try of this key in the same moment
            return


def _count(session: TenantSession, keys: tuple[Key, ...], now: datetime) -> None:
    found = _rows(session, keys)
    waits = [_remaining(found[key.name], key.limit, now) for key in keys if key.name in found]
    if any(wait > timedelta(0) for wait in waits):
        raise TooManyTries(max(waits))
    for key in keys:
        row = found.get(key.name)
        if row is None:
            session.add(Attempt(key=key.name, since=now, count=1))
            continue
        row.count = 1 if now - row.since > FORGOTTEN_AFTER else row.count + 1
        row.since = now
    session.flush()


def _remaining(row: Attempt, limit: Limit, now: datetime) -> timedelta:
    wait = limit.wait(row.count)
    if row.since - now > CLOCK_SET_BACK:
        return timedelta(0)
    return min(wait, row.since + wait - now)


def _rows(session: TenantSession, keys: tuple[Key, ...]) -> dict[str, Attempt]:
    names = [key.name for key in keys]
    rows = session.scalars(
        select(Attempt).where(Attempt.key.in_(names)).order_by(Attempt.key).with_for_update()
    )
    return {row.key: row for row in rows}


def give_back(
    databases: Databases, tenant_id: int, keys: tuple[Key, ...], *, all_of: Key | None = None
) -> None:
    """The try was right: take it off each key's count; `all_of` is forgotten altogether."""
    with databases.tenant(tenant_id) as session:
        for row in _rows(session, keys).values():
            row.count -= 1
            if row.count <= 0 or (all_of is not None and row.key == all_of.name):
                session.delete(row)
        session.commit()


def forget_old(session: TenantSession, now: datetime) -> None:
    """Delete the counts that no longer matter."""
    session.execute(delete(Attempt).where(Attempt.since < now - FORGOTTEN_AFTER))
