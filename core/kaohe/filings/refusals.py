"""What filings refuse, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal


class Locked(Refusal):
    """The due date is past, and this filing is only taken in time."""

    zh = "“{title}”{due} 到期后已锁定，不能再报。请管理员写明理由解锁。"
    en = "“{title}” is locked since it fell due on {due}. An administrator can unlock it with a reason."
    status = 409


class AmendedTooLate(Refusal):
    """What was filed can be changed until the due date."""

    zh = "“{title}”已过截止日 {due}，报上的内容不能再改。请管理员写明理由解锁。"
    en = (
        "“{title}” was due on {due}; what was filed cannot be changed any more. "
        "An administrator can unlock it with a reason."
    )
    status = 409


class NotYours(Forbidden):
    """Only whoever owes it files it."""

    zh = "“{title}”由 {name} 自己上报，您不能代报。"
    en = "“{title}” is filed by {name}; you cannot file it for them."


class FiledMeanwhile(Conflict):
    """Somebody filed a newer version after this page was opened."""

    zh = "打开本页以后，{who} 已经报了第 {number} 版。您填写的内容还在，请核对后再报。"
    en = "After this page was opened, {who} filed version {number}. What you typed is still here; check it and file again."


class NotAsAsked(Refusal):
    """The content does not fit what the filing asks for."""

    zh, en = (
        "上报的内容不符合要求，没有保存。",
        "The content does not fit what is asked for; nothing was saved.",
    )


class ReasonNeeded(Refusal):
    """Unlocking needs a reason."""

    zh, en, field = "请写明解锁的理由。", "Give the reason for unlocking.", "reason"


class ReasonTooLong(Refusal):
    """A reason is short."""

    zh, en, field = "理由最多 {most} 个字。", "A reason has {most} characters at most.", "reason"


class DateNeeded(Refusal):
    """Unlocking needs a new due date."""

    zh, en, field = "请填新的截止日。", "Give the new due date.", "due"


class DateTooEarly(Refusal):
    """The new date must lie after the old one, and not in the past."""

    zh = "新的截止日要晚于原截止日 {due}，并且不早于今天。"
    en = "The new due date must lie after {due} and not before today."
    field = "due"


class DateTooFar(Refusal):
    """Unlocking is for days, not for years."""

    zh = "新的截止日最晚到 {last}。"
    en = "The new due date is {last} at the latest."
    field = "due"


class FiledAfter(Refusal):
    """It was filed after the new date, so that the date would change nothing."""

    zh = "它在 {day} 报上；新的截止日不早于这一天，才算按时。"
    en = "It was filed on {day}; only a due date not before that makes it in time."
    field = "due"


class NotDue(Refusal):
    """Only what is past its due date can be unlocked."""

    zh = "“{title}”还没到截止日 {due}，不用解锁。"
    en = "“{title}” is not due before {due}; there is nothing to unlock."
    status = 409


class OwnDue(Forbidden):
    """Nobody unlocks what one owes oneself."""

    zh, en = (
        "不能给自己的上报解锁，请另一位管理员办理。",
        "You cannot unlock your own filing; ask another administrator.",
    )


class Unknown(Refusal):
    """The sector that declared this filing is not installed any more."""

    zh = "这项上报的定义已不在系统里，只能查看。"
    en = "The definition of this filing is no longer installed; it can only be looked at."
    status = 409


class DraftTooLarge(Refusal):
    """A draft holds what a form holds."""

    zh, en = "草稿太大，没有保存。", "The draft is too large; it was not saved."
