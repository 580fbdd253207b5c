"""Which effects hold at once, which are proposed when an entry is recorded, and which when a period closes.

Decides that a fine, a cancelled award and an observation hold as soon as they are recorded; that what ends an
engagement or moves a deposit is proposed at once, and everything else when the period's results are there.
"""

from __future__ import annotations

from kaohe.scheme import (
    AWARD_CANCELLED,
    DEPOSIT_FORFEITED,
    DEPOSIT_REFUNDED,
    DISMISSED,
    ELIMINATED,
    FINE,
    OBSERVED,
    Effect,
    Text,
)
from kaohe.scheme.effects import ALLOWANCE, DEMOTED, LEVEL_LOWERED, NOTICE, REPLACED, SUSPENDED, WAGE

AT_ONCE = frozenset({FINE, AWARD_CANCELLED, OBSERVED})
ENDS = frozenset({DISMISSED, ELIMINATED})
DEPOSITS = frozenset({DEPOSIT_FORFEITED, DEPOSIT_REFUNDED})
ON_RECORD = AT_ONCE | ENDS | DEPOSITS | {REPLACED}
MOVES_POST = frozenset({DEMOTED, REPLACED})

KIND_WORDS: dict[str, Text] = {
    FINE: Text("罚款", "Fine"),
    AWARD_CANCELLED: Text("取消奖项", "Award cancelled"),
    OBSERVED: Text("留岗观察", "Under observation"),
    DISMISSED: Text("解聘", "Dismissal"),
    ELIMINATED: Text("淘汰", "Elimination"),
    DEPOSIT_FORFEITED: Text("没收保证金", "Deposit forfeited"),
    DEPOSIT_REFUNDED: Text("退还保证金", "Deposit refunded"),
    DEMOTED: Text("降职", "Demotion"),
    REPLACED: Text("更换", "Replacement"),
    LEVEL_LOWERED: Text("降级", "Level lowered"),
    SUSPENDED: Text("待岗", "Suspension"),
    WAGE: Text("工资调整", "Wage adjustment"),
    ALLOWANCE: Text("津贴", "Allowance"),
    NOTICE: Text("通报、表彰或诫勉", "Notice, commendation or admonition"),
}


def kind_said(kind: str) -> Text:
    """A kind of effect in words."""
    return KIND_WORDS.get(kind, Text("其他", "Other"))


def changes_nothing(effect: Effect) -> bool:
    """Whether there is nothing to decide: the wage stays as it is."""
    return effect.percent is not None and effect.percent == 0
