"""Accounts of money as a sector declares them: which there are, who owns and who holds each, how far each may fall.

What the core does with an account follows from its `use`; a sector's words stand only in titles. Uses:

- `cash`: what was paid in and out at a holder;
- `deposit`: a person's deposit, refunded in full or forfeited;
- `prepayment`: paid ahead by a person for a cost that is settled later;
- `recovered`: what persons bore of such costs;
- `due`: what a person or unit still has to pay;
- `wages`: what is withheld from a person's wages;
- `fines`, `forfeited`: what the holder has earned from fines and from forfeited deposits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kaohe.scheme import Text

Use = Literal["cash", "deposit", "prepayment", "recovered", "due", "wages", "fines", "forfeited"]
USES: tuple[str, ...] = (
    "cash", "deposit", "prepayment", "recovered", "due", "wages", "fines", "forfeited",
)  # fmt: skip
DEBIT_USES = frozenset({"cash", "due", "wages"})
OWNED_USES = frozenset({"deposit", "prepayment", "due", "wages"})
BOUNDED_USES = frozenset({"deposit", "prepayment"})
SETTLED_USES = frozenset({"prepayment"})


@dataclass(frozen=True)
class Bears:
    """What a person bears of a cost: a percentage of it, or a fixed amount in fen (not above the cost)."""

    percent: Decimal | None = None
    fixed_fen: int | None = None

    def of(self, cost_fen: int) -> int:
        """The share of a cost, rounded half up to the fen."""
        if self.fixed_fen is not None:
            return min(self.fixed_fen, cost_fen)
        assert self.percent is not None
        numerator, denominator = (self.percent / 100).as_integer_ratio()
        return (2 * cost_fen * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True)
class Settling:
    """How a prepayment is settled: the setting of a scheme that says what the person bears, value by value."""

    scheme: str
    setting: str
    bears: Mapping[str, Bears]


@dataclass(frozen=True)
class AccountKind:
    """A kind of account.

    `holder`: "organisation" (the root unit holds it) or "unit" (the unit below the root to which the owner belongs).
    `answers`: the words in `Effect.account` for which this kind stands. `expected`: the fact whose values carry the
    amount to be paid in. `usual_fen`: the amount usually paid in. `settling`: only for a prepayment.
    """

    code: str
    title: Text
    use: Use
    holder: Literal["organisation", "unit"] = "organisation"
    answers: tuple[str, ...] = ()
    expected: str = ""
    usual_fen: int | None = None
    settling: Settling | None = None
    note: Text | None = field(default=None)

    @property
    def side(self) -> str:
        """The side on which it grows: "debit" or "credit"."""
        return "debit" if self.use in DEBIT_USES else "credit"

    @property
    def owned(self) -> bool:
        """Whether each person (or unit) has one of its own."""
        return self.use in OWNED_USES

    @property
    def bounded(self) -> bool:
        """Whether its balance never falls below zero."""
        return self.use in BOUNDED_USES


def why_wrong(kinds: object) -> str:
    """What is wrong with a sector's declaration of accounts; "" where nothing is."""
    if not isinstance(kinds, tuple) or not all(isinstance(one, AccountKind) for one in kinds):
        return "accounts: a tuple of AccountKind"
    if len({one.code for one in kinds}) != len(kinds):
        return "accounts: two kinds of one code"
    for one in kinds:
        if one.use not in USES or not isinstance(one.title, Text):
            return f"account {one.code}: use or title"
        if (one.use in SETTLED_USES) != (one.settling is not None):
            return f"account {one.code}: a prepayment, and only that, is settled"
    uses = {one.use for one in kinds}
    if kinds and "cash" not in uses:
        return "accounts: no cash"
    for needs, needed in (("deposit", "forfeited"), ("prepayment", "recovered"), ("fines", "due")):
        if needs in uses and needed not in uses:
            return f"accounts: {needs} without {needed}"
    return ""
