"""The one place that writes money: a movement with its postings, once for each key, balances under their locks.

Refuses the same key with other content, an amount of nothing, and a balance below its lowest; whoever asks. Locks are
taken in the order of account ids, so that two movements never wait for each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kaohe.db import TenantSession, is_duplicate, new_id
from kaohe.entries.checks import clean_words
from kaohe.ledger.capitals import MOST_FEN
from kaohe.ledger.models import MoneyAccount, MoneyBalance, Movement, MovementReason, Posting
from kaohe.ledger.refusals import (
    AlreadyReversed,
    AmountNeeded,
    AmountTooLarge,
    BelowBalance,
    KeyTaken,
    SettledAlready,
)
from kaohe.scheme import Text
from kaohe.scheme.figures import money

LONGEST_KEY = 200


@dataclass(frozen=True)
class Line:
    """One amount: `debit` receives it, `credit` gives it."""

    debit: MoneyAccount
    credit: MoneyAccount
    amount_fen: int


@dataclass(frozen=True)
class About:
    """What a movement is about: its purpose, day and key, whose it is, who holds it, and where it came from."""

    purpose: str
    happened_on: date
    key: str
    subject_id: int | None
    unit_id: int
    by: int | None
    now: datetime
    reason: str | None = None
    origin: str | None = None
    origin_id: int | None = None
    reverses: int | None = None
    settles: int | None = None
    round: int = 0
    cost_fen: int | None = None


def post(session: TenantSession, about: About, lines: Sequence[Line], titles: dict[str, Text]) -> Movement:
    """Write a movement; the same key with the same content gives the one that was written first.

    `titles`: names of kinds of accounts, for what is said when a balance does not suffice.
    """
    digest = _digest(about, lines)
    before = posted(session, about.key, digest)
    if before is not None:
        return before
    for line in lines:
        if line.amount_fen <= 0:
            raise AmountNeeded
        if line.amount_fen > MOST_FEN:
            raise AmountTooLarge
    _require_balances(session, lines, titles)
    movement = _write(session, about, lines, digest)
    if movement is None:
        found = posted(session, about.key, digest)
        if found is None:
            raise AlreadyReversed if about.reverses else SettledAlready
        return found
    words = clean_words(about.reason)
    if words:
        session.add(MovementReason(id=movement.id, words=words))
    for account_id, change in sorted(_changes(lines).items()):
        session.execute(
            update(MoneyBalance)
            .where(MoneyBalance.id == account_id)
            .values(balance_fen=MoneyBalance.balance_fen + change)
            .execution_options(synchronize_session=False)
        )
    session.flush()
    return movement


def kept_key(key: str) -> str:
    """A key as it is kept: a long one by its beginning and its hash, so that two that differ late stay two."""
    if len(key) <= LONGEST_KEY:
        return key
    told = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST_KEY - len(told)]}{told}"


def posted(session: TenantSession, key: str, digest: str) -> Movement | None:
    """What was posted under a key; `KeyTaken` when it was something else."""
    found = session.scalar(select(Movement).where(Movement.key == kept_key(key)))
    if found is not None and found.digest != digest:
        raise KeyTaken
    return found


def _write(session: TenantSession, about: About, lines: Sequence[Line], digest: str) -> Movement | None:
    """The movement and its postings; None when its key, its reversal or its settlement was taken meanwhile."""
    movement = Movement(
        id=new_id(),
        purpose=about.purpose,
        happened_on=about.happened_on,
        subject_id=about.subject_id,
        unit_id=about.unit_id,
        key=kept_key(about.key),
        digest=digest,
        lines=len(lines),
        cost_fen=about.cost_fen,
        origin=about.origin,
        origin_id=about.origin_id,
        reverses=about.reverses,
        settles=about.settles,
        round=about.round,
        posted_by=about.by,
        posted_at=about.now,
    )
    try:
        with session.begin_nested():
            session.add(movement)
            session.flush()
            session.add_all(
                Posting(
                    movement_id=movement.id,
                    number=number,
                    debit_id=line.debit.id,
                    credit_id=line.credit.id,
                    amount_fen=line.amount_fen,
                    happened_on=about.happened_on,
                )
                for number, line in enumerate(lines, start=1)
            )
            session.flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return None
    return movement


def _changes(lines: Sequence[Line]) -> dict[int, int]:
    """By how much each bounded account changes, on its own side."""
    found: dict[int, int] = {}
    for line in lines:
        for account, way in ((line.debit, 1), (line.credit, -1)):
            if account.bounded:
                sign = way if account.side == "debit" else -way
                found[account.id] = found.get(account.id, 0) + sign * line.amount_fen
    return found


def _require_balances(session: TenantSession, lines: Sequence[Line], titles: dict[str, Text]) -> None:
    """Lock the bounded accounts that change, and refuse where one would fall below its lowest."""
    changes = _changes(lines)
    if not changes:
        return
    kinds = {one.id: one.kind for line in lines for one in (line.debit, line.credit)}
    query = (
        select(MoneyBalance.id, MoneyBalance.balance_fen, MoneyBalance.lowest_fen)
        .where(MoneyBalance.id.in_(sorted(changes)))
        .order_by(MoneyBalance.id)
        .with_for_update()
    )
    for ident, balance, lowest in session.execute(query).all():
        if balance + changes[ident] < lowest:
            title = titles.get(kinds[ident], Text(kinds[ident], kinds[ident]))
            raise BelowBalance(title=title, balance=money(balance), amount=money(-changes[ident]))


def _digest(about: About, lines: Sequence[Line]) -> str:
    content = [
        about.purpose, about.happened_on.isoformat(), about.subject_id, about.unit_id, about.reverses, about.settles,
        about.cost_fen, about.origin, about.origin_id,
        [(line.debit.id, line.credit.id, line.amount_fen) for line in lines],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
