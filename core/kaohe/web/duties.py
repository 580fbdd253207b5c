"""What somebody has to do, as the start page lists it: the scheme to read, what is missing, each period's next step.

Decides that every period that has begun and is not final is listed, whichever is in view: one may wait for its closing
while the next already takes entries.
"""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Revision
from kaohe.consequences import service as consequences
from kaohe.jobs.models import Job
from kaohe.pages import current
from kaohe.periods import service as periods
from kaohe.periods.models import Period

MOST_UNFINISHED = 6


def to_read(period: Period, takes_part: bool) -> list[dict[str, Any]]:
    """The revisions that this person has not acknowledged yet: of the period in view, and of the next one planned."""
    if not takes_part:
        return []
    following = current.session.scalar(
        select(Period)
        .where(
            Period.adoption_id == period.adoption_id,
            Period.state == "planned",
            Period.starts_on > period.starts_on,
        )
        .order_by(Period.starts_on)
        .limit(1)
    )
    ids = [one.revision_id for one in (period, following) if one is not None and one.state != "final"]
    revisions = [current.session.need(Revision, ident) for ident in dict.fromkeys(ids) if ident is not None]
    return [_reading_of(one) for one in revisions if not _has_read(one)]


def _has_read(revision: Revision) -> bool:
    return adoption.acknowledgement_of(current.session, revision, current.actor.person_id) is not None


def _reading_of(revision: Revision) -> dict[str, Any]:
    scheme = adoption.scheme_of(current.session, revision.id)
    return {
        "icon": "file-text",
        "title": _("学习并确认考核方案"),
        "text": _("%(scheme)s 第 %(n)s 版", scheme=scheme.title.say(current.language), n=revision.number),
        "url": url_for("adoption.show", revision=revision.id),
        "action": _("去看"),
        "due": ("warn", _("未确认")),
    }


def missing(period: Period, filled: dict[str, Any]) -> list[dict[str, Any]]:
    """How many people lack something in an open period, by how complete their units are."""
    items = []
    none = sum(row["none"] for row in filled["rows"])
    if none and period.state == "open":
        worst = sorted((row for row in filled["rows"] if row["none"]), key=lambda row: -row["none"])[:3]
        items.append(
            {
                "icon": "users-minus",
                "title": _("%(n)s 人资料未开始", n=none),
                "text": _("、").join(f"{row['name']} {row['none']}" for row in worst),
                "url": url_for("entries.rounds", period=period.id),
                "action": _("去检查"),
            }
        )
    part = sum(row["part"] for row in filled["rows"])
    if part and period.state == "open":
        mark = filled["most"] is not None and filled["most"].kind == "mark"
        items.append(
            {
                "icon": "user-edit",
                "title": _("%(n)s 人资料待补", n=part),
                "text": _("最缺：%(what)s", what=_("、").join(filled["lacks"])),
                "url": url_for("entries.marks", exam=filled["most"].code, period=period.id)
                if mark
                else url_for("entries.rounds", period=period.id),
                "action": _("去办") if mark else _("去检查"),
            }
        )
    return items


def of_admin() -> list[dict[str, Any]]:
    """What an administrator has to do next: periods, drafts, decisions, jobs that failed."""
    unfinished = _unfinished()
    several = len({one.adoption_id for one in unfinished}) > 1
    items = [_next_step(one, several) for one in unfinished]
    for revision in _drafts():
        scheme = adoption.scheme_of(current.session, revision.id)
        doubts = len(scheme.open_doubts())
        items.append(
            {
                "icon": "alert-triangle",
                "title": _("裁定疑义 %(n)s 处", n=doubts) if doubts else _("采用方案"),
                "text": _(
                    "%(scheme)s 第 %(n)s 版（草案）",
                    scheme=scheme.title.say(current.language),
                    n=revision.number,
                ),
                "url": url_for("adoption.show", revision=revision.id),
                "action": _("裁定") if doubts else _("去采用"),
            }
        )
    items += _waiting()
    failed = current.session.scalar(select(func.count()).select_from(Job).where(Job.state == "failed"))
    if failed:
        items.append(
            {
                "icon": "alert-circle",
                "title": _("后台任务未完成 %(n)s 件", n=failed),
                "text": "",
                "url": url_for("jobs.index"),
                "action": _("查看"),
            }
        )
    return items


def _unfinished() -> list[Period]:
    """The periods that have begun and are not final, the oldest first: one may close while the next takes entries."""
    wanted = select(Period).where(Period.state.in_(("open", "closed", "published")))
    return list(current.session.scalars(wanted.order_by(Period.starts_on).limit(MOST_UNFINISHED)))


def _next_step(period: Period, several: bool) -> dict[str, Any]:
    """What a period waits for; late from the day after entries and publicity end, and on the day it is to be final.

    Where `several` schemes have periods, the scheme is named too.
    """
    word, ends, late_by = {
        "open": (_("关闭周期"), period.entries_until, 1),
        "closed": (_("公示结果"), period.published_until, 1),
        "published": (_("定稿"), period.final_on, 0),
    }[period.state]
    late = (current.today - ends).days >= late_by
    day = (
        _("至 %(end)s", end=ends.isoformat())
        if period.state == "closed"
        else _("计划日期 %(day)s", day=ends.isoformat())
    )
    return {
        "icon": "calendar-check",
        "title": word,
        "text": f"{_named(period, several)} · {day}",
        "url": url_for("results.manage", period=period.id),
        "action": _("办理") if late or period.state == "closed" else _("查看"),
        "due": ("minus", _("已到期")) if late else None,
    }


def _named(period: Period, several: bool) -> str:
    title = periods.title_of(period).say(current.language)
    if several and period.revision_id is not None:
        scheme = adoption.scheme_of(current.session, period.revision_id)
        return f"{title} · {scheme.title.say(current.language)}"
    return title


def _waiting() -> list[dict[str, Any]]:
    """The consequences that nobody has decided yet, by period."""
    return [
        {
            "icon": "scale",
            "title": _("结果运用待决定 %(n)s 件", n=one.count),
            "text": f"{periods.title_of(one.period).say(current.language)} · {_('、').join(one.names)}",
            "url": url_for("consequences.index", state="open", period=one.period.id),
            "action": _("决定"),
        }
        for one in consequences.waiting(current.session)
    ]


def _drafts() -> list[Revision]:
    """The drafts that wait for their doubts to be settled or for adoption."""
    wanted = select(Revision).where(Revision.state == "draft").order_by(Revision.created_at)
    return list(current.session.scalars(wanted))
