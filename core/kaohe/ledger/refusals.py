"""What moving money refuses, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal


class NoSuchAccount(Refusal):
    """The sectors in use declare no account of this kind or use."""

    zh, en = (
        "本单位的行业没有这种账户，没有入账。",
        "The sectors in use have no such account; nothing was posted.",
    )
    status = 409


class AmountNeeded(Refusal):
    """An amount of money is more than nothing."""

    zh, en = "金额要大于 0。", "The amount must be more than 0."
    field = "amount"


class AmountTooLarge(Refusal):
    """More than any organisation moves."""

    zh, en = "金额不能超过 1 万亿元。", "The amount is at most a trillion yuan."
    field = "amount"


class BelowBalance(Refusal):
    """An account that never falls below zero holds less than is to be taken from it."""

    zh = "“{title}”现在只有 {balance}，不能支出 {amount}，没有入账。"
    en = "“{title}” holds only {balance}; {amount} cannot be taken from it. Nothing was posted."
    status = 409
    field = "amount"


class KeyTaken(Conflict):
    """The same form was sent with other content."""

    zh = "这张表已经用来入过另一笔账，没有重复入账。请刷新页面重新填写。"
    en = "This form was used for another posting already; nothing was posted. Reload and fill it in anew."


class AlreadyReversed(Conflict):
    """A movement is reversed once."""

    zh = "这一笔已经冲正过了，不能再冲正一次。"
    en = "This was reversed already and is not reversed a second time."


class ReversalStays(Refusal):
    """A reversal is not reversed; the right thing is posted anew."""

    zh = "冲正本身不能再冲正；请按实际情况重新入账。"
    en = "A reversal is not reversed; post what really happened anew."
    status = 409


class SettledAlready(Conflict):
    """A prepayment or a fine is settled once."""

    zh = "这一笔已经结清，不能再结一次。"
    en = "This is settled already and is not settled a second time."


class SettledFirst(Refusal):
    """What was settled is reversed only after its settlement."""

    zh = "这一笔已经结清；请先冲正它的结算，再冲正它。"
    en = "This was settled; reverse its settlement first."
    status = 409


class NothingToSettle(Refusal):
    """Only a prepayment or a fine that stands is settled."""

    zh = "这一笔没有要结算的款项。"
    en = "There is nothing to settle here."
    status = 409


class ReasonNeeded(Refusal):
    """What takes money back says why."""

    zh, en = "请写明理由。", "Give a reason."
    field = "reason"


class DayOutside(Refusal):
    """Money moves on a day that has come."""

    zh, en = "日期 {day} 还没有到，或在 1990 年以前。", "The day {day} has not come yet, or lies before 1990."
    field = "happened_on"


class BeforeItself(Refusal):
    """What is settled, collected or taken back happened before."""

    zh = "日期 {day} 早于这一笔本身的日期 {first}，没有入账。"
    en = "The day {day} lies before the day of the movement itself, {first}; nothing was posted."
    field = "happened_on"


class OwnMoney(Forbidden):
    """Nobody moves money on one's own account."""

    zh, en = "不能在自己的账户上收支。", "Nobody moves money on one's own account."


class ShareUnknown(Refusal):
    """The scheme that says what a person bears is not adopted, or its setting has no such value."""

    zh = "方案里没有定个人负担多少，不能结算。请先在方案中裁定这一处疑义。"
    en = "The scheme does not say what the person bears; settle that doubt in the scheme first."
    status = 409
