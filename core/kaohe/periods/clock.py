"""Where a period stands in time: what is over, what comes next, in words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from kaohe.pages.current import current
from kaohe.periods.models import Period, PeriodStep

ORDER = ("open", "closed", "published", "final")


def elapsed(period: Period) -> Fraction:
    """How much of the days for entries has gone, 0 to 1."""
    days = (period.entries_until - period.starts_on).days + 1
    gone = (current.today - period.starts_on).days + 1
    return Fraction(min(max(gone, 0), days), days)


def clock_words(period: Period) -> str:
    """已过 28 天，还剩 10 天; or how long ago the days for entries ended, or begin in."""
    if current.today < period.starts_on:
        return _("%(n)s 天后开始", n=(period.starts_on - current.today).days)
    if period.state == "planned":
        return _("还没有开放")
    if current.today > period.entries_until:
        return _("录入截止已过 %(n)s 天", n=(current.today - period.entries_until).days)
    gone = (current.today - period.starts_on).days + 1
    return _(
        "已过 %(gone)s 天，还剩 %(left)s 天", gone=gone, left=(period.entries_until - current.today).days
    )


def clock(period: Period, steps: list[PeriodStep]) -> list[dict[str, Any]]:
    """The four steps of a period's life as the clock shows them: with the day each was taken, before that the planned one."""
    place = ORDER.index(period.state) if period.state in ORDER else -1
    at = _taken(period, steps)
    closed = at.get("closed", "")
    lines = [
        [
            f"{period.starts_on} — {_until(period.entries_until, closed)}",
            _("%(day)s 关闭", day=closed) if closed else clock_words(period),
        ],
        [
            closed or str(period.entries_until),
            _("结果已算出") if closed else _("再查一次完整度，然后计算结果"),
        ],
        [_publicity(period, at), _("本人核对，有异议的提出")],
        [at.get("final", str(period.final_on)), _("封存，不能再改")],
    ]
    titles = (_("开放录入"), _("关闭"), _("公示"), _("定稿"))
    words = {"open": _("进行中"), "closed": _("已关闭"), "published": _("公示中")}
    found = []
    for number, title in enumerate(titles):
        state = "done" if number < place or period.state == "final" else "now" if number == place else "next"
        share = elapsed(period) if state == "now" and number == 0 else Fraction(1 if state == "done" else 0)
        found.append(
            {
                "title": title,
                "state": state,
                "share": share,
                "lines": lines[number],
                "word": words.get(period.state),
            }
        )
    return found


def _taken(period: Period, steps: list[PeriodStep]) -> dict[str, str]:
    """The day of each step that stands: what a reopening undid is yet to come again."""
    place = ORDER.index(period.state) if period.state in ORDER else -1
    reached = ORDER[: place + 1]
    return {step.after: current_day(step) for step in steps if step.before != step.after in reached}


def _until(planned: date, ended: str) -> str:
    """The last day of a stretch: the planned one, or the day on which it was ended before that."""
    return min(planned.isoformat(), ended or planned.isoformat())


def _publicity(period: Period, at: dict[str, str]) -> str:
    if "published" not in at:
        return _("至 %(day)s", day=period.published_until)
    first, last = at["published"], _until(period.published_until, at.get("final", ""))
    return f"{first} — {last}" if first <= last else first


def current_day(step: PeriodStep) -> str:
    """The tenant's day of a step."""
    assert current.tenant is not None
    return step.at.astimezone(ZoneInfo(current.tenant.zone)).date().isoformat()
