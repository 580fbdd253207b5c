"""What surveys and ballots refuse, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.errors import NotFound, Refusal
from kaohe.scheme import Text


class NoSuchLink(NotFound):
    """A link that was never issued, or was used: the same answer, so that nothing can be guessed."""

    zh = "这个链接不能用：可能已经答过，或者没有抄全。每个链接只能答一次。"
    en = "This link cannot be used: it has been answered already, or was not copied whole. Each link is good for one answer."


class LinkWithdrawn(Refusal):
    """A link that was issued and taken back before it was used."""

    zh = "这个链接已经收回，不能再作答。原因：{reason}"
    en = "This link was withdrawn and takes no answer any more. The reason: {reason}"
    status = 410


class WithdrawalReason(Refusal):
    """Whoever holds a link that was taken back is told why."""

    zh, en = "请写明收回的原因，最多 {most} 个字。", "Say why they are withdrawn, at most {most} characters."
    field = "reason"


class NothingToWithdraw(Refusal):
    """Links that were answered stay answered."""

    zh, en = (
        "没有可以收回的链接：都已答过或收回。",
        "There is no link to withdraw: all were answered or withdrawn.",
    )
    status = 409


class NotOpenYet(Refusal):
    """The survey's first day has not come."""

    zh, en = "还没有开始，{day} 起可以作答。", "This has not begun; answers are taken from {day}."
    status = 409


class NoLongerOpen(Refusal):
    """The survey takes no answers any more."""

    zh = "这次调查已经结束，不再接收答卷。谢谢您。"
    en = "This survey is over and takes no more answers. Thank you."
    status = 409


class AnsweredAlready(Refusal):
    """One answer each."""

    zh, en = "您已经答过了，每人一份。", "You have answered already; one answer each."
    status = 409


class NothingToAnswer(Refusal):
    """The survey is not for this person."""

    zh, en = "这次调查不是发给您的。", "This survey is not addressed to you."
    status = 403


class SheetWrong(Refusal):
    """Something on a sheet of answers cannot be taken; `errors` says what, by the name of the field."""

    zh, en = "没有提交，有 {n} 处要改。", "Not sent: {n} to be corrected."

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__(n=len(errors))
        self.errors = dict(errors)


class TitleNeeded(Refusal):
    """A survey and a question have words."""

    zh, en = "请写题目，最多 {most} 个字。", "Give it a title, at most {most} characters."
    field = "title_zh"


class DatesWrong(Refusal):
    """A survey ends after it begins, and not in the past."""

    zh = "截止日要不早于开始日和今天。"
    en = "The last day may not be before the first day or before today."
    field = "closes_on"


class NobodyAsked(Refusal):
    """Nobody could answer."""

    zh, en = "请选谁来答。", "Choose who answers."
    field = "answered_by"


class UnitsNeeded(Refusal):
    """It was said that the staff of certain units answer, and none was named."""

    zh, en = "请选哪些部门的人来答。", "Choose the units whose staff answer."
    field = "units"


class SubjectsNeeded(Refusal):
    """There is nobody to ask about, or too few to elect from."""

    zh, en = "请先选被评的对象，至少 {least} 个。", "Choose whom or what it is about first, at least {least}."
    field = "subjects"


class QuestionsNeeded(Refusal):
    """A questionnaire has questions."""

    zh, en = "请先出题。", "Add a question first."
    status = 409


class TooManyQuestions(Refusal):
    """A form that nobody would fill in."""

    zh, en = "最多 {most} 道题。", "At most {most} questions."
    status = 409


class ScaleWrong(Refusal):
    """A scale rises, within bounds, and satisfied begins above its lowest level."""

    zh = "分值要从小到大、最多 11 级，“满意”从最低分以上算起。"
    en = "A scale rises, with 11 levels at most, and satisfied begins above the lowest."
    field = "high"


class ChoicesWrong(Refusal):
    """A choice offers at least two different answers, and as many to choose as there are."""

    zh = "请至少写两个不同的选项，一行一个；可选个数不能超过选项数。"
    en = "Write at least two different answers, one on a line; no more can be chosen than are offered."
    field = "choices"


class WordsWrong(Refusal):
    """Names of the levels: none, the two ends, or all."""

    zh, en = "分值名称要么不写，要么写两端，要么每级都写。", "Name no level, both ends, or all of them."
    field = "words"


class OnlyDrafts(Refusal):
    """What was opened stays as it is."""

    zh = "“{title}”已经开放，题目和对象不能再改。"
    en = "“{title}” was opened; its questions and subjects stay as they are."
    status = 409


class NotOpen(Refusal):
    """Links are issued, and a survey is closed, while it is open."""

    zh, en = "“{title}”没有在开放。", "“{title}” is not open."
    status = 409


class MinimumTooLow(Refusal):
    """A declared survey promises those who answer that few of them are never shown."""

    zh = "这项调查至少要有 {least} 份才显示，不能再少。"
    en = "This survey shows nothing below {least} answers; it cannot be fewer."
    field = "minimum"


class LinksOutside(Refusal):
    """A number of links that makes sense."""

    zh, en = "一次发 1 到 {most} 个链接。", "Issue 1 to {most} links at a time."
    field = "count"


class NoLinks(Refusal):
    """The survey is not answered by link."""

    zh, en = "这次调查不用链接作答。", "This survey is not answered by link."
    status = 409


class NotTied(Refusal):
    """There is nothing to decide, or it was decided."""

    zh, en = "没有要决定的并列。", "There is no tie to decide."
    status = 409


class ReasonNeeded(Refusal):
    """A tie is decided with a reason."""

    zh, en = "请写明理由，最多 {most} 个字。", "Give the reason, at most {most} characters."
    field = "reason"


class NotAmongThem(Refusal):
    """The decision names as many of the tied as places are left, and nobody else."""

    zh, en = "请在票数相同的人里选 {n} 人。", "Choose {n} of those with equal votes."
    field = "subject"


class OneOfThem(Refusal):
    """Who is among the tied does not decide."""

    zh, en = "您是候选人之一，要由别人决定。", "You are one of them; somebody else has to decide."
    status = 403
    field = "subject"


class CountDiffers(Refusal):
    """More or fewer sheets lie in the urn than were given: it is not counted before that is cleared up."""

    zh = "答卷数（{sheets}）和已用链接、已答人数之和（{given}）不一致，没有计票，请联系系统管理员。"
    en = "The sheets ({sheets}) differ from the links used and people who answered ({given}); nothing was counted. Ask the operator."
    status = 409


class DateNeeded(Refusal):
    """A last day that can be read."""

    zh, en = "请填写日期。", "Give a date."
    field = "closes_on"


class NothingDeclared(NotFound):
    """No sector in use brings a scheme."""

    zh, en = "先启用一个行业，再建问卷。", "Switch a sector on first."
