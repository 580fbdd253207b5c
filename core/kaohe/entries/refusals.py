"""What recording refuses, with the reason in both languages and the field at fault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kaohe.errors import Conflict, Forbidden, Refusal
from kaohe.scheme import Text

STATES = {
    "planned": Text("还没有开放录入", "is not open for entries yet"),
    "closed": Text("已经关闭", "is closed"),
    "published": Text("已经公示", "is published"),
    "final": Text("已经定稿", "is final"),
    "open": Text("刚刚变动过", "has just changed"),
}


class EntryRefusal(Refusal):
    """Base of the refusals of recording."""


class MeasureForAdmin(EntryRefusal):
    """A measure of the whole organisation, or one that the scheme leaves to the admin."""

    zh, en, status = "这项指标值由管理员录入。", "This measure is entered by the admin.", 403


class Later(EntryRefusal):
    """What the system makes is refused for how things stand now, not for what it is: the maker tries again."""

    status = 409


class NoPeriodTakes(Later):
    """What the system found waits until a period takes it."""

    zh, en = (
        "{day} 的事暂无可计入的考核周期：当期未开放或已关闭。",
        "No open period takes a fact of {day}: its own is not open, and no later one is.",
    )
    field = "period"


class MadeMeanwhile(Later):
    """Another round makes the same in this very moment; the next one finds it made."""

    zh, en = "系统刚刚在生成同一条记录。", "The system is making this very entry just now."


class PeriodNotOpen(EntryRefusal):
    """Entries are taken only while their period is open."""

    zh, en, status = (
        "{period}{state}，不能录入或更改记录。",
        "{period} {state}; records cannot be added or changed.",
        409,
    )
    field = "period"

    def __init__(self, period: Any) -> None:
        title = Text(period.title_zh, period.title_en)
        super().__init__(period=title, state=STATES.get(period.state, STATES["closed"]))


class DateOutside(EntryRefusal):
    """The date lies after the period."""

    zh, en = (
        "日期要在 {first} 到 {last} 之间，{day} 不行。",
        "The date must be from {first} to {last}, not {day}.",
    )
    field = "happened_on"


class DateInFuture(EntryRefusal):
    """Nothing is recorded before it happens."""

    zh, en = "{day} 还没有到，不能提前录入。", "{day} is still to come; it cannot be recorded yet."
    field = "happened_on"


class LateNotMarked(EntryRefusal):
    """A date before the period is taken only when it is marked as found late."""

    zh = "{day} 早于本期（{first} 起）。如确是事后才发现，请勾选“事后发现，补记到本期”。"
    en = "{day} is before this period (from {first}). If it was only found now, tick “found late, counts in this period”."
    field = "happened_on"


class NotHere(EntryRefusal):
    """The person belonged to no unit on that day."""

    zh, en = "{name}在 {day} 不属于任何部门，不能录入。", "{name} belonged to no unit on {day}."
    field = "person"


class HasLeft(EntryRefusal):
    """The person had left by that day."""

    zh, en = (
        "{name}已于 {left} 离职，{day} 的事不能录入。",
        "{name} left on {left}; nothing of {day} can be recorded.",
    )
    field = "person"


class NotJoined(EntryRefusal):
    """The person joined later."""

    zh, en = (
        "{name}于 {joined} 入职，{day} 的事不能录入。",
        "{name} joined on {joined}; nothing of {day} can be recorded.",
    )
    field = "person"


class NotAssessed(EntryRefusal):
    """The unit does not take part in this scheme."""

    zh, en = "{unit}不参加本方案的考核。", "{unit} does not take part in this scheme."
    field = "person"


class OwnEntry(Forbidden):
    """Nobody records on themselves."""

    zh, en = (
        "不能给自己录入、更正或撤回考核记录。",
        "Nobody records, corrects or withdraws records about themselves.",
    )
    field = "person"


class ForeignUnit(Forbidden):
    """The subject was in a unit that the actor does not assess."""

    zh = "{name}在 {day} 属于{unit}，不归您考核。"
    en = "On {day} {name} was in {unit}, which you do not assess."
    field = "person"


class OwnUnit(Forbidden):
    """Nobody records on the unit that they head."""

    zh, en = (
        "{name}由上级考核：不能给自己负责的单位录入、更正或撤回考核记录。",
        "{name} is assessed from above: nobody records, corrects or withdraws records about the unit they head.",
    )
    field = "person"


class NotAssessor(Forbidden):
    """A unit is assessed from above; the actor assesses no unit above it."""

    zh, en = (
        "{name}由上级单位的考核人考核，不归您考核。",
        "{name} is assessed by assessors of a unit above it, not by you.",
    )
    field = "person"


class UnitClosed(EntryRefusal):
    """The unit was closed before that day."""

    zh, en = (
        "{name}已于 {closed} 撤销，{day} 的事不能录入。",
        "{name} was closed on {closed}; nothing of {day} can be recorded.",
    )
    field = "person"


class MadeBySystem(EntryRefusal):
    """What the system made follows from something else, and is set right there."""

    zh, en, status = (
        "这条记录由系统根据{what}生成，不能手工更正。请到原处更正；管理员可以写明理由后撤回。",
        "The system made this entry from: {what}. It cannot be corrected by hand; correct it there. An administrator may withdraw it with a reason.",
        409,
    )


class MadeForAdmin(Forbidden):
    """Only an admin takes back what the system made."""

    zh, en = (
        "这条记录由系统生成，只有管理员可以写明理由后撤回。",
        "The system made this entry; only an administrator may withdraw it, with a reason.",
    )


class MayNotTakeBack(Forbidden):
    """Only the recorder, the unit's assessor or the admin corrects or withdraws."""

    zh = "只有录入人、{unit}的考核人或管理员可以更正或撤回这条记录。"
    en = "Only its recorder, an assessor of {unit} or an administrator may correct or withdraw this entry."


class ReasonNeeded(EntryRefusal):
    """A withdrawal, and a correction, say why."""

    zh, en = "请写明理由。", "Please say why."
    field = "reason"


class AlreadyReplaced(Conflict):
    """Somebody else corrected or withdrew the entry first."""

    zh = "这条记录已经被更正或撤回，您的修改没有保存。请查看最新的记录。"
    en = "This entry was corrected or withdrawn meanwhile; yours was not saved. Look at the latest one."


class TokenTaken(Conflict):
    """The form's token was used for something else, or by a request that is just being written."""

    zh, en = "这张表单已经提交过。", "This form has been sent already."


class ManyRefused(EntryRefusal):
    """A batch is all or nothing: `problems` are (name, refusal), each named."""

    zh, en = (
        "没有保存：{count} 人不能录入（{first}）。",
        "Nothing was saved: {count} cannot be recorded ({first}).",
    )
    field = "person"

    def __init__(self, problems: Sequence[tuple[str, Refusal]]) -> None:
        self.problems = list(problems)
        name, first = self.problems[0]
        said = Text(f"{name}：{first.say('zh')}", f"{name}: {first.say('en')}")
        super().__init__(count=len(self.problems), first=said)


def iso(day: date) -> str:
    """A day as people read it here."""
    return day.isoformat()
