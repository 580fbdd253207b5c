"""Accounts of money and what moves between them.

A posting names the account it debits, the account it credits and one positive amount, so that no row can be out of
balance, whoever writes it. A movement says how many postings it has; none can be added to it later. Only accounts that
may never fall below zero have a balance row: it is changed in the same transaction, under its lock, and the database
refuses a balance below the lowest. Everything else is counted from the postings.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import ERASED_NEVER_REWRITTEN, Instant, Kept, Keyed, Rule, TenantModel, tied

_OF_TENANT = "m.tenant_id = NEW.tenant_id"


class MoneyAccount(TenantModel):
    """One account: of a person or unit (`subject_id`) or of nobody, held by a unit. `side` is where it grows."""

    __tablename__ = "money_accounts"
    __refs__ = {"subject_id": "subjects", "holder_id": "units"}
    __unique__ = (
        Keyed(
            ("kind", "holder_id", "subject_id"), where="subject_id IS NOT NULL", name="uq_money_accounts_own"
        ),
        Keyed(("kind", "holder_id"), where="subject_id IS NULL", name="uq_money_accounts_common"),
    )
    __indexes__ = (("subject_id",),)
    __kept__ = Kept.APPEND_ONLY

    kind: Mapped[str]
    side: Mapped[str]  # debit | credit
    bounded: Mapped[bool]
    subject_id: Mapped[int | None]
    holder_id: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)


_BELOW = "NEW.balance_fen < NEW.lowest_fen"


class MoneyBalance(TenantModel):
    """What stands on an account that may not fall below `lowest_fen`; it has the account's id."""

    __tablename__ = "money_balances"
    __refs__ = {"id": "money_accounts"}
    __kept__ = Kept.LASTING
    __rules__ = (
        Rule("balance", "INSERT", f"{_BELOW} OR NEW.balance_fen <> 0"),
        Rule("balance", "UPDATE", f"{_BELOW} OR NEW.lowest_fen <> OLD.lowest_fen OR NEW.id <> OLD.id"),
    )

    balance_fen: Mapped[int] = mapped_column(default=0)
    lowest_fen: Mapped[int] = mapped_column(default=0)


_A_REVERSAL = (
    "NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM movements m "  # noqa: S608
    f"WHERE {_OF_TENANT} AND m.id = NEW.reverses AND m.reverses IS NOT NULL)"
)
_SETTLED = (
    "NEW.settles IS NOT NULL AND EXISTS (SELECT 1 FROM movements m "  # noqa: S608
    f"WHERE {_OF_TENANT} AND m.settles = NEW.settles AND NOT EXISTS (SELECT 1 FROM movements r "
    "WHERE r.tenant_id = m.tenant_id AND r.reverses = m.id))"
)


class Movement(TenantModel):
    """One movement of money: what for, when, by whom, and how many postings it has.

    `key` makes a form sent twice, or a reaction that comes twice, one movement; `digest` tells the same content from
    another. `reverses` is the movement that this one takes back; `settles` the one (a prepayment, a fine) that it
    settles: once, or again (`round`) after the settlement was reversed.
    """

    __tablename__ = "movements"
    __refs__ = {
        "subject_id": "subjects",
        "unit_id": "units",
        "reverses": "movements",
        "settles": "movements",
        "posted_by": "persons",
    }
    __unique__ = (
        ("key",),
        Keyed(("reverses",), where="reverses IS NOT NULL", name="uq_movements_reverses"),
        Keyed(("settles", "round"), where="settles IS NOT NULL", name="uq_movements_settles"),
    )
    __indexes__ = (
        ("subject_id", "happened_on", "id"),
        ("happened_on", "id"),
        Keyed(("origin_id",), where="origin_id IS NOT NULL"),
    )
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("lines", "INSERT", "NEW.lines < 1"),
        Rule("reversal", "INSERT", _A_REVERSAL),
        Rule("settled", "INSERT", _SETTLED),
        tied("reverses", "movements", "subject_id", "unit_id"),
        tied("settles", "movements", "subject_id"),
    )

    purpose: Mapped[str]  # see ledger.purposes
    happened_on: Mapped[date]
    subject_id: Mapped[int | None]
    unit_id: Mapped[int]  # the holder
    key: Mapped[str]
    digest: Mapped[str]
    lines: Mapped[int]
    cost_fen: Mapped[int | None]  # of a settlement: what the thing cost
    origin: Mapped[str | None]
    origin_id: Mapped[int | None]
    reverses: Mapped[int | None]
    settles: Mapped[int | None]
    round: Mapped[int] = mapped_column(default=0)
    posted_by: Mapped[int | None]
    posted_at: Mapped[datetime] = mapped_column(Instant)


class MovementReason(TenantModel):
    """Why, in words; beside its movement, whose id it has; may be erased."""

    __tablename__ = "movement_reasons"
    __refs__ = {"id": "movements"}
    __erasable__ = ("words",)
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]


_OWN = "FROM movements m WHERE m.tenant_id = NEW.tenant_id AND m.id = NEW.movement_id"


class Posting(TenantModel):
    """One amount from one account to another: `debit_id` receives it, `credit_id` gives it."""

    __tablename__ = "postings"
    __refs__ = {"movement_id": "movements", "debit_id": "money_accounts", "credit_id": "money_accounts"}
    __unique__ = (("movement_id", "number"),)
    __indexes__ = (
        ("debit_id", "happened_on", "amount_fen"),
        ("credit_id", "happened_on", "amount_fen"),
    )
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("amount", "INSERT", "NEW.amount_fen <= 0"),
        Rule("sides", "INSERT", "NEW.debit_id = NEW.credit_id"),
        Rule(
            "lines",
            "INSERT",
            f"NEW.number < 1 OR NEW.number > COALESCE((SELECT m.lines {_OWN}), 0) "
            f"OR NEW.happened_on <> (SELECT m.happened_on {_OWN})",
        ),
    )

    movement_id: Mapped[int]
    number: Mapped[int]
    debit_id: Mapped[int]
    credit_id: Mapped[int]
    amount_fen: Mapped[int]
    happened_on: Mapped[date]
