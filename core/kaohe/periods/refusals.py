"""What the planning and the life of periods refuse, in both languages."""

from __future__ import annotations

from kaohe.errors import Refusal


class YearOutside(Refusal):
    """A year is written with four digits."""

    zh, en = "年份要在 1990 到 2100 之间。", "The year is from 1990 to 2100."
    field = "year"


class DayOutside(Refusal):
    """A first day that no month has."""

    zh, en = "起始日要是存在的日子。", "The first day must be one that exists."
    field = "start_day"


class SpanUnreadable(Refusal):
    """A line of one's own periods is not two dates."""

    zh = "第 {line} 行“{text}”看不懂；请写成 2026-09-01 2026-09-30，后面可以加名称。"
    en = "Line {line}, “{text}”, is not understood; write 2026-09-01 2026-09-30, then a name if you like."
    field = "spans"


class SpansNeeded(Refusal):
    """No period at all was named."""

    zh, en = "请至少写一个周期。", "Enter at least one period."
    field = "spans"


class EndBeforeStart(Refusal):
    """A period ends before it starts."""

    zh, en = "“{title}”的结束日早于开始日。", "“{title}” ends before it starts."
    field = "spans"


class Overlapping(Refusal):
    """Two periods of one scheme share days."""

    zh = "“{first}”（{first_span}）和“{second}”（{second_span}）日期重叠，没有生成。"
    en = "“{first}” ({first_span}) and “{second}” ({second_span}) overlap; nothing was made."
    status = 409


class DatesOutOfOrder(Refusal):
    """Entries end, then publicity, then final, none before the period's own end."""

    zh = "录入截止、公示截止、定稿日要依次不早于周期结束日 {end}。"
    en = "Entries until, published until and final on must follow each other, none before the period's end {end}."
    field = "entries_until"


class OffsetOutside(Refusal):
    """Offsets are days after the period's end, in rising order."""

    zh, en = "天数要在 0 到 366 之间，并且依次不减。", "Days are from 0 to 366 and do not fall."
    field = "entries_after"


class StepNotPossible(Refusal):
    """A period does not go from this state to that one."""

    zh = "“{title}”现在是“{before}”，不能直接变成“{after}”。"
    en = "“{title}” is {before} now and cannot become {after} from there."
    status = 409


class FinalIsFinal(Refusal):
    """A final period is sealed."""

    zh = "“{title}”已经定稿封存，任何人都不能再改。"
    en = "“{title}” is final and sealed; nobody can change it any more."
    status = 409


class ReasonNeeded(Refusal):
    """Reopening, and moving the dates of a period that has started, need a reason."""

    zh, en = "请写明理由。", "A reason is needed."
    field = "reason"


class OpeningToConfirm(Refusal):
    """Something speaks against opening now; with a reason it opens all the same."""

    zh = "{concerns}如仍要开放，请写明理由。"
    en = "{concerns} To open it all the same, give a reason."
    field = "reason"


class NoRevision(Refusal):
    """A period opens only under an adopted revision."""

    zh = "考核方案还没有采用，“{title}”不能开放。"
    en = "The scheme is not adopted yet; “{title}” cannot open."
    status = 409


class AlreadyRunning(Refusal):
    """A revision cannot start at or before a period that has begun."""

    zh = "“{title}”已经开始，仍按原来的版本；新版请从以后的周期起施行。"
    en = "“{title}” has begun and keeps its revision; let the new one start with a later period."
    field = "starts_on"


class NotAFirstDay(Refusal):
    """A revision starts with a period, not in the middle of one."""

    zh = "{day} 在“{title}”中间；请从它的第一天 {first} 或以后周期的第一天起施行。"
    en = "{day} lies inside “{title}”; let it start on its first day, {first}, or on a later period's."
    field = "starts_on"


class NotPlanned(Refusal):
    """Only a planned period can be taken away."""

    zh = "“{title}”已经开始，不能删除。"
    en = "“{title}” has begun and cannot be removed."
    status = 409


class InUse(Refusal):
    """Something is owed, or was kept, for the planned period already."""

    zh = "“{title}”已有要报或已记的内容，不能删除。"
    en = "Something is owed or kept for “{title}” already; it cannot be removed."
    status = 409
