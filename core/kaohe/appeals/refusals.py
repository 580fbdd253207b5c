"""What signing and appealing refuse, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal
from kaohe.scheme import Text


class NotPublic(Conflict):
    """Only a published result is signed and appealed."""

    zh = "“{title}”不在公示期，不能签字或申诉。"
    en = "“{title}” is not in its days of publicity; nothing can be signed or appealed."


class NoResult(Conflict):
    """There is nothing to sign or to appeal."""

    zh = "“{title}”里没有这份结果。"
    en = "“{title}” holds no such result."


class AlreadySigned(Conflict):
    """A result is signed once."""

    zh = "这次计算的结果已经签过字。"
    en = "This computation of the result is signed already."


class NewerResult(Conflict):
    """What was shown is not what stands now."""

    zh = "结果刚刚重新计算过，请看过新的结果再签字。"
    en = "The result was computed anew; look at it before signing."


class NotOwn(Forbidden):
    """A signature and an appeal are the subject's own."""

    zh = "只能对自己的结果签字、申诉。"
    en = "Only one's own result can be signed or appealed."


class TooLate(Conflict):
    """The days of publicity are over."""

    zh = "申诉期已于 {day} 结束。确有理由的，请管理员说明理由后代为提出。"
    en = "Appeals ended on {day}. With good reason an administrator can file one for you, saying why it is late."


class LateReasonMissing(Refusal):
    """An appeal after the deadline says why it is taken."""

    zh, en = (
        "申诉期已于 {day} 结束，请写明逾期受理的理由。",
        "Appeals ended on {day}; say why a late one is taken.",
    )
    field = "late"


class WhyMissing(Refusal):
    """An appeal says why."""

    zh, en = "请写明申诉理由。", "Say why you appeal."
    field = "reason"


class ReasonMissing(Refusal):
    """A decision says why."""

    zh, en = "请写明决定的理由。", "Give the reason of the decision."
    field = "reason"


class AlreadyAppealed(Conflict):
    """One thing is appealed once, unless the appeal was withdrawn."""

    zh = "对这一项已经提出过申诉，不能重复提出。"
    en = "This was appealed already; it cannot be appealed again."


class EntryGone(Conflict):
    """An entry that was withdrawn or corrected is not appealed."""

    zh = "这条记录已经撤回或更正，不用再申诉。"
    en = "This entry was withdrawn or corrected; there is nothing left to appeal."


class AlreadyEnded(Conflict):
    """A decision is not changed."""

    zh = "这件申诉已经办结，不能再改。"
    en = "This appeal is closed and cannot be changed."


class AlreadyTaken(Conflict):
    """An appeal is taken up once."""

    zh = "这件申诉已经受理。"
    en = "This appeal was taken up already."


class OwnAppeal(Forbidden):
    """Nobody decides about oneself."""

    zh = "不能办理与自己有关的申诉。"
    en = "Nobody handles an appeal about oneself."


class OwnFiling(Forbidden):
    """Who filed an appeal for somebody does not decide it."""

    zh = "这件申诉是您代为提出的，要由别人办理。"
    en = "You filed this appeal for somebody; somebody else handles it."


class OwnEntry(Forbidden):
    """Who recorded does not decide about the record."""

    zh = "相关记录是您录入的，要由别人决定。"
    en = "You recorded what is appealed; somebody else decides."


class RemedyMissing(Refusal):
    """Upholding says what follows."""

    zh, en = "请选择怎样改正。", "Choose what is put right."
    field = "remedy"


class ClauseMissing(Refusal):
    """An entry to add needs its clause."""

    zh, en = "请选择要补记的细则。", "Choose the clause of the entry to add."
    field = "clause_id"


class NothingToCarryOut(Conflict):
    """All upheld appeals were carried out."""

    zh = "没有待执行的申诉决定。"
    en = "No decision waits to be carried out."


class GoneMeanwhile(Conflict):
    """What was withdrawn meanwhile cannot be corrected."""

    zh = "这条记录在决定之后已被撤回，没有可以更正的记录。"
    en = "The entry was withdrawn after the decision; there is nothing to correct."


class ClauseChanged(Conflict):
    """A figure decided for one clause does not fit another."""

    zh = "这条记录在决定之后已改到细则“{clause}”，决定的数值不再适用。"
    en = "The entry was put under the clause “{clause}” after the decision; the figure decided does not fit."


class AllHindered(Conflict):
    """None of the decisions could be carried out, so nothing was reopened."""

    zh = "{count} 件决定都未能执行，结果没有改动。{why}"
    en = "None of the {count} decisions could be carried out; the results are as they were. {why}"

    def __init__(self, count: int, why: Refusal) -> None:
        super().__init__(count=count, why=Text(why.say("zh"), why.say("en")))


class NotHindered(Conflict):
    """Only what could not be carried out is settled by words."""

    zh = "只有未能执行的申诉决定才能这样办结。"
    en = "Only a decision that could not be carried out is closed this way."


class PeriodOpen(Conflict):
    """Decisions are carried out from closed or published results."""

    zh = "“{title}”正在录入中。请先关闭周期，或在录入中直接更正后再关闭。"
    en = "“{title}” takes entries at the moment; close it first."


class DateTooEarly(Refusal):
    """Publicity again needs days to come."""

    zh, en = "重新公示至少到今天（{day}）。", "The new publicity lasts at least until today ({day})."
    field = "until"


class AppealsOpen(Conflict):
    """A period with open appeals is not sealed."""

    zh = "还有 {count} 件申诉没有办结，不能定稿：{names}。"
    en = "{count} appeals are not closed, so the period cannot be final: {names}."

    def __init__(self, named: list[Text]) -> None:
        shown = named[:8]
        more = len(named) - len(shown)
        names = Text(
            "、".join(one.zh for one in shown) + (f"等 {len(named)} 件" if more else ""),
            ", ".join(one.en for one in shown) + (f" and {more} more" if more else ""),
        )
        super().__init__(count=len(named), names=names)
