"""What the forms of entries refuse of what was typed or chosen, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from kaohe.entries.refusals import EntryRefusal
from kaohe.errors import Refusal


class SeveralRefused(EntryRefusal):
    """Several fields of one form are missing or cannot be read; `refusals` says it of each."""

    zh, en = "有 {count} 处要改。", "{count} fields need attention."

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__(count=len(self.refusals))
        self.status = next((one.status for one in self.refusals if one.status != 422), 422)  # type: ignore[misc]


class UnitNeeded(EntryRefusal):
    """No unit was chosen."""

    zh, en = "请选择{word}。", "Choose: {word}."
    field = "person"


class UnitUnknown(EntryRefusal):
    """The typed words name no unit that the actor assesses."""

    zh = "在您考核的范围里没有找到“{typed}”。请填编号或完整名称。"
    en = "None of those you assess is “{typed}”. Give the code or the whole name."
    field = "person"


class UnitAmbiguous(EntryRefusal):
    """The typed words name several units."""

    zh, en = (
        "“{typed}”有 {count} 个：{names}。请填编号或完整名称。",
        "“{typed}” fits {count}: {names}. Give the code or the whole name.",
    )
    field = "person"


class NotAnAmount(EntryRefusal):
    """What was typed is no amount of money."""

    zh, en = (
        "“{typed}”不是金额，请按 300 或 300.50 这样填写，单位为元。",
        "“{typed}” is not an amount; write it like 300 or 300.50, in yuan.",
    )
    field = "amount"


class WordsTooLong(EntryRefusal):
    """More words than are kept."""

    zh, en = "理由最多 {most} 个字，现在有 {count} 个。", "At most {most} characters; this has {count}."
    field = "reason"


class FigureTooLarge(EntryRefusal):
    """A figure beyond all sense."""

    zh, en = "这个数太大了。", "This figure is too large."
    field = "quantity"


class NotAFigure(EntryRefusal):
    """What was typed is not a number."""

    zh, en = "“{typed}”不是数字。", "“{typed}” is not a number."
    field = "quantity"


class NotADate(EntryRefusal):
    """What was typed is not a date."""

    zh, en = (
        "“{typed}”不是日期，请按 2026-09-15 这样填写。",
        "“{typed}” is not a date; write it like 2026-09-15.",
    )
    field = "happened_on"


class PersonNeeded(EntryRefusal):
    """No person was chosen."""

    zh, en = "请选择人员。", "Choose a person."
    field = "person"


class PersonUnknown(EntryRefusal):
    """The typed words name nobody whom the actor assesses."""

    zh = "在您考核的部门里没有找到“{typed}”。请填工号或完整姓名。"
    en = "Nobody in the units you assess is “{typed}”. Give the staff number or the whole name."
    field = "person"


class PersonAmbiguous(EntryRefusal):
    """The typed words name several persons."""

    zh, en = (
        "“{typed}”有 {count} 人：{names}。请填工号。",
        "“{typed}” is {count} people: {names}. Give the staff number.",
    )
    field = "person"


class ClauseNeeded(EntryRefusal):
    """No clause was chosen."""

    zh, en = "请选择考核细则。", "Choose a clause."
    field = "clause_id"


class NoOneTicked(EntryRefusal):
    """A batch without people."""

    zh, en = "还没有勾选人员。", "Nobody is ticked yet."
    field = "person"


class NoPeriod(EntryRefusal):
    """There is no period to record in."""

    zh, en, status = "还没有可以录入的考核周期。", "There is no period to record in yet.", 409
    field = "period"
