"""What ratings refuse, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal


class OverDue(Refusal):
    """The deadline is past."""

    zh = "评分已于 {due} 截止，不能再填或修改。请管理员写明理由延期。"
    en = "Rating ended on {due}; nothing can be entered or changed. An administrator can extend it with a reason."
    status = 409


class NotYet(Refusal):
    """The sheet is not open yet."""

    zh, en, status = (
        "评分从 {day} 开始，现在还不能填。",
        "Rating starts on {day}; nothing can be entered yet.",
        409,
    )


class NotAssigned(Forbidden):
    """Only who was assigned rates."""

    zh, en = "您没有被安排给 {name} 评分。", "You are not assigned to rate {name}."


class NotOneself(Forbidden):
    """Nobody rates oneself."""

    zh, en = "不能给自己评分。", "You cannot rate yourself."


class NotAFigure(Refusal):
    """A rating is a figure."""

    zh, en = "请填数字，例如 92.5。", "Enter a figure, 92.5 for instance."


class OutsideRange(Refusal):
    """A rating lies within the clause's range."""

    zh, en = "要在 {low} 到 {high} 之间。", "From {low} to {high}."


class TooFine(Refusal):
    """A rating has two decimals at most."""

    zh, en = "最多两位小数。", "Two decimals at most."


class ChangedMeanwhile(Conflict):
    """Another window of the same rater gave another value first."""

    zh = "打开本页以后，这一项已在另一处改成 {now}，没有覆盖。请核对后再填。"
    en = "After this page was opened this was set to {now} elsewhere; it was not overwritten. Check it and enter it again."


class CannotClear(Refusal):
    """A value that was given can be changed, not taken away."""

    zh, en = "给过的分可以改，不能清空。", "A value that was given can be changed, not cleared."


class RemarkTooLong(Refusal):
    """A remark is short."""

    zh, en = "评语最多 {most} 个字。", "A remark has {most} characters at most."


class UnknownClause(Refusal):
    """The form named a clause that is not rated here."""

    zh, en = (
        "表单里有这里不评的项目，没有保存。",
        "The form names an item that is not rated here; nothing was saved.",
    )


class ReasonNeeded(Refusal):
    """Moving a deadline needs a reason."""

    zh, en, field = "请写明延期的理由。", "Give the reason for the extension.", "reason"


class ReasonTooLong(Refusal):
    """A reason is short."""

    zh, en, field = "理由最多 {most} 个字。", "A reason has {most} characters at most.", "reason"


class DateNeeded(Refusal):
    """An extension needs a date."""

    zh, en, field = "请填新的截止日。", "Give the new deadline.", "due"


class DateTooEarly(Refusal):
    """The new deadline must lie after the old one, and not in the past."""

    zh = "新的截止日要晚于 {due}，并且不早于今天。"
    en = "The new deadline must lie after {due} and not before today."
    field = "due"


class DateTooFar(Refusal):
    """An extension is for days."""

    zh, en, field = "新的截止日最晚到 {last}。", "The new deadline is {last} at the latest.", "due"


class PeriodClosed(Refusal):
    """The period takes no entries, so ratings would count nowhere."""

    zh = "“{title}”现在不录入，评分不能计入。请先重新开放周期，再延期。"
    en = "“{title}” takes no entries now, so ratings could not count. Reopen the period first, then extend."
    status = 409


class NobodyChosen(Refusal):
    """Assigning needs a rater and somebody to rate."""

    zh, en = "请选择评分人和至少一位被评人。", "Choose a rater and at least one person to be rated."


class RaterCannotSignIn(Refusal):
    """A rater needs an account."""

    zh = "{name} 没有可以登录的账户，不能评分。请先建账户。"
    en = "{name} has no account to sign in with and cannot rate. Create one first."
    field = "rater"
