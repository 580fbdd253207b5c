"""What merging, exporting and erasing refuse, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal


class SamePerson(Refusal):
    """Two records are needed."""

    zh, en = "请选择两份不同的档案。", "Choose two different records."
    field = "gone"


class RecordNeeded(Refusal):
    """Both records have to be chosen."""

    zh, en = "请选择{which}。", "Choose {which}."


class AlreadyMerged(Conflict):
    """A record goes into another once."""

    zh = "{name}（{number}）已经并入别的档案，不能再合并。"
    en = "{name} ({number}) went into another record already."
    field = "gone"


class OwnRecord(Forbidden):
    """Nobody merges the own record."""

    zh = "不能合并自己的档案，请另一位管理员办理。"
    en = "Nobody merges the own record; another administrator does."


class NotSettled(Conflict):
    """Results that stand but are not sealed would change."""

    zh = "{name}在这些周期的结果还没有定稿：{periods}。请先定稿，或重新开放后再合并。"
    en = "Results of {name} are not final yet in {periods}. Make them final, or reopen, then merge."


class MoneyLeft(Conflict):
    """Accounts of money are settled first: they keep their owner."""

    zh = "{name}（{number}）还有 {count} 个资金账户没有结清，请先退还、转出或收缴。"
    en = "{name} ({number}) has {count} accounts of money that are not settled; refund, move or collect the money first."


class ReasonMissing(Refusal):
    """A merging says why."""

    zh, en = "请写明合并的理由。", "Say why the records are one person's."
    field = "reason"


class NotGone(Conflict):
    """Only a leaver's data is erased."""

    zh = "{name}还在职。登记离职、过了最后一天才能清除。"
    en = "{name} still works here; data can be erased after the last day."


class NotFinal(Conflict):
    """Erasing waits for the results to be sealed."""

    zh = "{name}参加的这些周期还没有定稿：{periods}。定稿后才能清除。"
    en = "These periods of {name} are not final yet: {periods}. Data can be erased once they are."


class OwnData(Forbidden):
    """Nobody erases oneself."""

    zh = "不能清除自己的信息，请另一位管理员办理。"
    en = "Nobody erases the own data; another administrator does."


class MergedAway(Conflict):
    """Of two records that became one, the kept one is erased; the other goes with it."""

    zh = "这份档案已并入{name}（{number}），请在那份档案上办理。"
    en = "This record went into {name} ({number}); erase that one."


class AlreadyErased(Conflict):
    """Erased once, for good."""

    zh = "这个人的信息已经清除。"
    en = "This person's data is erased already."


class NumberDiffers(Refusal):
    """The number typed again must be the person's."""

    zh, en = (
        "工号不对。请原样输入 {number}，确认要清除的是这个人。",
        "Type {number} to confirm who is erased.",
    )
    field = "confirm"


class SurveyAsks(Conflict):
    """What is asked about somebody is closed and counted first."""

    zh = "这些问卷或投票正涉及{name}：{surveys}。请先结束并完成计票，再合并。"
    en = "These surveys ask about {name}: {surveys}. Close and count them first, then merge."


class AppealOpen(Conflict):
    """An appeal keeps its appellant until it is finished."""

    zh = "{name}还有申诉没有办结。请先决定并执行，再合并。"
    en = "An appeal of {name} is not finished. Decide it and carry it out first, then merge."


class ProposalsWait(Conflict):
    """What is proposed about somebody is decided first."""

    zh = "{name}还有 {count} 项建议等待决定。请先决定，再合并。"
    en = "{count} proposals about {name} wait for a decision. Decide them first, then merge."


class DecisionsRest(Conflict):
    """What was decided rests on entries that would be carried over."""

    zh = "{name}有 {count} 项已执行的决定或已收的罚款依据尚未定稿的记录。请先把该周期定稿，再合并。"
    en = (
        "{count} decisions in force or collected fines of {name} rest on entries of a period that is not final. "
        "Make that period final first, then merge."
    )
