"""What the calendar refuses, in both languages."""

from __future__ import annotations

from kaohe.errors import Refusal


class YearNotAnnounced(Refusal):
    """Working days of a year that is neither announced nor confirmed are never guessed."""

    zh = "{year} 年的放假和调休安排还没有确认，工作日算不出来。请管理员在“设置”的“工作日历”里确认 {year} 年。"
    en = (
        "The days off and make-up days of {year} are not confirmed yet, so working days cannot be counted. "
        "An administrator confirms {year} under Settings, Working calendar."
    )
    status = 409


class YearBeforeCalendar(Refusal):
    """The calendar begins with a year."""

    zh = "工作日历从 {first} 年开始，没有 {year} 年。"
    en = "The working calendar begins with {first}; it does not hold {year}."
    status = 409


class YearsInOrder(Refusal):
    """A year is confirmed after the one before it, so that no gap is counted across."""

    zh = "请先确认 {before} 年，再确认 {year} 年。"
    en = "Confirm {before} before {year}."
    field = "year"
    status = 409


class LaterYearStands(Refusal):
    """A confirmation is taken back from the last year on."""

    zh = "{later} 年已经确认，请先撤销 {later} 年，再撤销 {year} 年。"
    en = "{later} is confirmed; take {later} back before {year}."
    field = "year"
    status = 409


class YearIsOfficial(Refusal):
    """What is officially announced needs no confirming, and cannot be taken back."""

    zh = "{year} 年的安排已经正式公布，不用确认，也不能撤销；个别日子可以单独更改。"
    en = "{year} is officially announced: it is neither confirmed nor taken back; single days can be changed."
    field = "year"
    status = 409


class YearNotConfirmed(Refusal):
    """Only a confirmed year is taken back."""

    zh = "{year} 年没有确认过。"
    en = "{year} is not confirmed."
    field = "year"
    status = 409


class ReasonNeeded(Refusal):
    """A changed day says why."""

    zh, en = "请写明理由，最多 200 个字。", "Give a reason, at most 200 characters."
    field = "reason"


class DaysOutOfOrder(Refusal):
    """The last day of a stretch is not before its first, and a stretch is a holiday, not a year."""

    zh = "最后一天不能早于第一天，一次最多 {most} 天。"
    en = "The last day is not before the first, and at most {most} days are changed at once."
    field = "last"


class HoursOutOfOrder(Refusal):
    """Desk hours follow each other within a day."""

    zh = "{weekday}的办公时间要依次往后，不能重叠，例如 08:00-12:00 14:00-18:00。"
    en = (
        "The desk hours of {weekday} must follow each other without overlap, such as 08:00-12:00 14:00-18:00."
    )


class HoursUnreadable(Refusal):
    """Desk hours are written as from-to."""

    zh = "{weekday}的“{text}”看不懂，请写成 08:00-12:00 14:00-18:00；不办公就留空。"
    en = "“{text}” on {weekday} is not understood: write 08:00-12:00 14:00-18:00, or nothing where the desk is shut."


class NoDeskHours(Refusal):
    """A limit in desk hours needs some."""

    zh = "还没有设置办公时间，按办公时间计算的时限算不出来。请管理员在“工作日历”里设置。"
    en = "No desk hours are set, so a limit counted in desk hours cannot be worked out. An administrator sets them in the working calendar."
    status = 409
