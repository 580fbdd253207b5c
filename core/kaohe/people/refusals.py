"""What the people's services refuse, in words that a clerk can act on."""

from __future__ import annotations

from kaohe.errors import Conflict, NotFound, Refusal


class NumberTaken(Refusal):
    """Another person has this number."""

    zh = "工号 {number} 已由 {name} 使用。"
    en = "Number {number} already belongs to {name}."
    field = "number"


class NameMissing(Refusal):
    """A name is required."""

    zh, en, field = "请填写名称。", "Please give a name.", "name"


class NumberMissing(Refusal):
    """A staff number is required."""

    zh, en, field = "请填写工号。", "Please give a number.", "number"


class UnitNameTaken(Refusal):
    """A sister unit has this name."""

    zh = "“{parent}”下面已经有“{name}”。"
    en = "There is already a “{name}” below “{parent}”."
    field = "name"


class UnitBelowItself(Refusal):
    """A unit cannot be moved below itself."""

    zh = "不能把部门移到它自己或它的下级里。"
    en = "A unit cannot be moved into itself or a unit below it."
    field = "parent"


class RootUnit(Refusal):
    """The root of the tree stays where it is."""

    zh = "最上级部门代表整个单位，不能移动，也不能停用。"
    en = "The top unit stands for the whole organisation: it cannot be moved or closed."


class UnitInUse(Refusal):
    """A unit that still has people or units cannot be closed."""

    zh = "“{name}”在 {day} 之后还有 {people} 人、{units} 个下级部门，请先调走或停用。"
    en = (
        "“{name}” still has {people} people and {units} units below it after {day}; move or close them first."
    )


class UnitClosed(Refusal):
    """Nobody can be put into a unit that is closed on that day."""

    zh = "“{name}”已于 {day} 停用，不能再安排人员。"
    en = "“{name}” was closed on {day}; nobody can be placed there."
    field = "unit"


class NotMember(Refusal):
    """On that day the person is in no unit."""

    zh = "{name} 在 {day} 不在岗，不能调动；如已离职，请办理重新入职。"
    en = "{name} is in no unit on {day} and cannot be moved; if the person has left, use rejoin."
    field = "on"


class LaterMove(Refusal):
    """A later move is already recorded."""

    zh = "{name} 在 {day} 已有更晚的调动记录，请选择那天或之后的日期，或先撤销那次调动。"
    en = "{name} already has a later move on {day}; choose that day or later, or undo that move first."
    field = "on"


class HasLeft(Refusal):
    """The person has left already."""

    zh = "{name} 已于 {day} 离职。"
    en = "{name} left on {day}."
    field = "on"


class NotLeft(Refusal):
    """The person has not left."""

    zh = "{name} 没有离职记录。"
    en = "{name} has not left."


class DatesCrossed(Refusal):
    """The end lies before the start."""

    zh = "结束日期 {ends_on} 早于开始日期 {starts_on}。"
    en = "The end {ends_on} lies before the start {starts_on}."
    field = "ends_on"


class LeavesOverlap(Refusal):
    """Two recorded absences share a day."""

    zh = "与已登记的请假重叠（{kind}，{starts_on} 起）。"
    en = "This overlaps an absence already recorded ({kind}, from {starts_on})."
    field = "starts_on"


class NothingToUndo(Refusal):
    """There is no earlier membership to go back to."""

    zh = "这是最早的一段任职，不能撤销。"
    en = "This is the first membership and cannot be undone."


class FactUnknown(Refusal):
    """No sector of the organisation declares such a fact."""

    zh, en, field = "没有这一项属性。", "There is no such attribute.", "name"


class FactValueWrong(Refusal):
    """The value is not one that the fact may have."""

    zh = "{title}不能是“{value}”，可填：{allowed}。"
    en = "{title} cannot be “{value}”; allowed: {allowed}."
    field = "value"


class PersonNotFound(NotFound):
    """Nobody that the actor may choose matches the text."""

    zh = "没有找到“{text}”，请从列表里选一人，或填写工号。"
    en = "Nobody matches “{text}”. Choose from the list, or give the number."
    status = 422
    field = "person"


class SeveralFound(Refusal):
    """The text fits several people."""

    zh = "“{text}”符合 {n} 人，请填写工号。"
    en = "“{text}” matches {n} people; give the number."
    field = "person"


class MergedAway(Conflict):
    """A record that went into another is that one's past: nobody works here under it any more."""

    zh = "{name}（{number}）已并入另一份档案，请在那份档案上办理。"
    en = "{name} ({number}) went into another record; do it there."


class ChangedMeanwhile(Conflict):
    """What the preview showed is no longer what would be written."""

    zh = "预览之后数据有变化，没有写入。下面是重新核对的结果，请再确认一次。"
    en = "The data changed after this preview; nothing was written. Below is the new comparison: please confirm again."


class DoubtsOpen(Refusal):
    """Rows are still to be settled."""

    zh = "还有 {n} 行要处理，没有写入。"
    en = "{n} rows are still to be settled; nothing was written."


class AlreadyWritten(Refusal):
    """A draft is written once."""

    zh = "这份文件已经写入，不会重复写入。"
    en = "This file was already written; it is not written twice."
    status = 409


class NothingRead(Refusal):
    """Neither a file nor pasted text was given."""

    zh = "请选择一个文件，或粘贴表格内容。"
    en = "Choose a file, or paste a table."
    field = "file"
