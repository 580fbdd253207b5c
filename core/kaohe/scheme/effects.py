"""What an entry or a result leads to besides points: fines, deposits, levels, suspension, dismissal.

An effect is only ever proposed by the engine; somebody decides it, and somebody else carries it out. Kinds are
names, so that a sector may bring its own; the kinds below are those that the core knows how to carry out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kaohe.scheme.text import Text

FINE = "fine"
DEPOSIT_FORFEITED = "deposit_forfeited"
DEPOSIT_REFUNDED = "deposit_refunded"
AWARD_CANCELLED = "award_cancelled"
LEVEL_LOWERED = "level_lowered"
SUSPENDED = "suspended"
OBSERVED = "observed"
DISMISSED = "dismissed"
DEMOTED = "demoted"
REPLACED = "replaced"
ELIMINATED = "eliminated"
WAGE = "wage"
ALLOWANCE = "allowance"
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect: its kind, its name, and what it needs.

    `fact` and `by`: the attribute that is lowered and by how much. `low_fen`, `high_fen`: the amount, a range
    when they differ. `percent`: a change of wage or bonus. `account`: who bears or keeps the money, in the
    sector's words.
    """

    kind: str
    title: Text
    fact: str = ""
    by: int = 0
    low_fen: int | None = None
    high_fen: int | None = None
    percent: Decimal | None = None
    account: str = ""
    ours: bool = False

    @property
    def is_range(self) -> bool:
        """Whether the assessor chooses the amount within `low_fen` to `high_fen`."""
        return self.low_fen != self.high_fen


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ladder: the points of the n-th occurrence (negative: deducted) and its effects."""

    points: Decimal = Decimal(0)
    effects: tuple[Effect, ...] = ()
    title: Text | None = None
