"""What the adoption of schemes refuses, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Refusal


class AlreadyAdopted(Refusal):
    """The scheme is in use or in preparation already."""

    zh, en = "“{title}”已经采用或正在准备采用。", "“{title}” is adopted or being prepared already."


class NotDraft(Refusal):
    """An adopted revision is never changed; the next draft is."""

    zh = "第 {number} 版已经采用，不能再改；请起草下一版。"
    en = "Revision {number} is adopted and never changed; start the next draft instead."
    status = 409


class DraftExists(Refusal):
    """There is one draft at a time."""

    zh = "第 {number} 版还是草案；请先采用或放弃它。"
    en = "Revision {number} is still a draft; adopt or discard it first."
    status = 409


class DoubtsOpen(Refusal):
    """A scheme is adopted only when every doubt has been settled."""

    zh, en = "还有 {count} 处疑义没有裁定：{titles}。", "{count} doubts are not settled yet: {titles}."


class ChoiceNeeded(Refusal):
    """A doubt is settled by choosing an option or entering figures."""

    zh, en = "“{title}”请先选一项。", "“{title}”: choose an option first."


class OwnReasonNeeded(Refusal):
    """Figures of one's own need a reason."""

    zh, en = "另定数值须写明理由。", "Figures of your own need a reason."
    field = "reason"


class NotAFigure(Refusal):
    """What was typed is not a number."""

    zh, en = "“{text}”不是数字。", "“{text}” is not a number."
    field = "value"


class UnknownUnit(Refusal):
    """The scope names a unit that does not exist."""

    zh, en = "参加范围里有不存在的部门。", "The scope names a unit that does not exist."
    field = "units"


class NoUnits(Refusal):
    """A scope without any unit assesses nobody."""

    zh, en = "至少要有一个部门参加。", "At least one unit has to take part."
    field = "units"


class DaysOutside(Refusal):
    """The minimum days are a whole number from 0 to 366."""

    zh, en = "最少天数要在 0 到 366 之间。", "The minimum is from 0 to 366 days."
    field = "minimum_days"


class DayNeeded(Refusal):
    """A revision is adopted from a day on."""

    zh, en = "请填写自哪一天起施行。", "Enter the day from which it applies."
    field = "starts_on"


class BeforeEarlier(Refusal):
    """A revision does not start before the one it follows."""

    zh = "第 {number} 版自 {day} 起施行，新版不能更早。"
    en = "Revision {number} applies from {day}; the new one cannot start earlier."
    field = "starts_on"


class NotAdopted(Refusal):
    """The scheme has no adopted revision that applies on a day."""

    zh, en = (
        "方案“{title}”在 {day} 还没有采用的版本。",
        "The scheme “{title}” has no adopted revision on {day}.",
    )
    status = 409


class RevisionChanged(Conflict):
    """Somebody else changed the draft since it was shown; says what."""

    zh = "{who}刚刚改过：{what}。您这次的修改没有保存，下面已是最新内容。"
    en = "{who} has just changed: {what}. Yours was not saved; what you see now is the latest."
