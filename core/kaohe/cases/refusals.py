"""What the desk of cases refuses, in both languages; each says what is possible instead."""

from __future__ import annotations

from kaohe.errors import Refusal


class KindGone(Refusal):
    """The sector that declared the kind is not installed, or declares it no more; switched off, its cases are worked on."""

    zh = "声明这类工单的行业插件没有安装，或不再有这类工单；现在只能查看，不能办理。"
    en = "The sector of this kind of case is not installed, or has it no more; it can be read but not worked on."
    status = 409


class CircumstanceNeeded(Refusal):
    """The limits depend on it."""

    zh, en = "请选择：{asks}。", "Choose: {asks}."
    field = "circumstance"


class UnitNeeded(Refusal):
    """A case is passed on to somebody."""

    zh, en = "请选择要传给的单位。", "Choose the unit to pass it on to."
    field = "unit"


class SameUnit(Refusal):
    """It is there already."""

    zh, en = "工单现在就在“{unit}”，不用再传。", "“{unit}” holds the case already."
    field = "unit"


class NotForUnit(Refusal):
    """The kind is dealt with by some units only."""

    zh = "“{kind}”只能交给{names}，不能交给“{unit}”。"
    en = "“{kind}” goes to {names} only, not to “{unit}”."
    field = "unit"


class NotYourDesk(Refusal):
    """A case is logged for a unit that one assesses."""

    zh, en, status = (
        "只能以自己负责的单位名义登记工单。",
        "A case is logged for a unit that you assess.",
        403,
    )
    field = "desk"


class NotYourStep(Refusal):
    """The step belongs to other hands."""

    zh, en, status = (
        "“{step}”由{hands}办理，您不能代办。",
        "“{step}” is taken by {hands}, not by you.",
        403,
    )


class StepOutOfOrder(Refusal):
    """The state does not allow the step."""

    zh, en, status = (
        "工单现在是“{state}”，不能“{step}”。现在可以：{possible}。",
        "The case is at “{state}”: “{step}” is not possible. Possible now: {possible}.",
        409,
    )


class TimeUnreadable(Refusal):
    """Not a time."""

    zh = "“{typed}”不是时间，请写成 2026-09-15 08:40。"
    en = "“{typed}” is no time; write 2026-09-15 08:40."
    field = "happened_at"


class TimeInFuture(Refusal):
    """What has not happened cannot be recorded."""

    zh, en = "时间 {at} 还没有到。", "{at} has not come yet."
    field = "happened_at"


class BeforeTheStepBefore(Refusal):
    """Steps follow each other."""

    zh = "时间 {at} 早于上一步“{before}”的 {then}。"
    en = "{at} lies before “{before}”, which was at {then}."
    field = "happened_at"


class AfterTheStepAfter(Refusal):
    """A correction stays between its neighbours."""

    zh = "时间 {at} 晚于下一步“{after}”的 {then}，要先更正那一步。"
    en = "{at} lies after “{after}”, which was at {then}; correct that one first."
    field = "happened_at"


class ReasonNeeded(Refusal):
    """The step, or the correction, has to say why."""

    zh, en = "请写明原因。", "Say why."
    field = "reason"


class ReasonTooLong(Refusal):
    """More than anybody reads."""

    zh, en = "最多 {most} 个字。", "At most {most} characters."
    field = "reason"


class FieldsWrong(Refusal):
    """Fields that came by another way than the form do not fit the kind."""

    zh, en = "填写的栏目有误：{names}。", "Some fields do not fit: {names}."


class OwnOvertime(Refusal):
    """Nobody mends the overtime of oneself or of the own unit."""

    zh = "自己或本单位已超时的工单，时间要由别人更正。"
    en = "The case is overtime on you or your own unit; somebody else corrects its times."
    status = 403


class OwnLimit(Refusal):
    """Nobody puts off the limit of oneself or of the own unit."""

    zh = "这样更正会推迟自己或本单位的时限，要由别人更正。"
    en = "This would put off a limit of your own or of your own unit; somebody else corrects it."
    status = 403


class AlreadyCorrected(Refusal):
    """Somebody corrected the step in the meantime."""

    zh, en, status = (
        "这一步刚刚已经更正过，请看最新的经过。",
        "This step was corrected meanwhile; look at the latest timeline.",
        409,
    )


class NothingChanged(Refusal):
    """A correction that corrects nothing."""

    zh, en = "时间和原来一样，没有什么要更正。", "The time is the same; there is nothing to correct."
    field = "happened_at"


class SchemeNotAdopted(Refusal):
    """Without an adopted revision there are no limits."""

    zh, en, status = (
        "“{kind}”所依的考核方案在 {day} 还没有采用的版本，没有时限可依。请先采用方案。",
        "The scheme for “{kind}” has no adopted revision on {day}, so there are no limits. Adopt it first.",
        409,
    )
