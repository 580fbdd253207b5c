"""The start page by role: what the period needs, what this person has to do, what has changed.

An admin sees the whole organisation, an assessor the own units, a member the own result.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import func, select

from kaohe.accounts import service as accounts
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Revision
from kaohe.entries import reading
from kaohe.jobs.models import Job
from kaohe.pages import current
from kaohe.people import service as people
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.trend import mean_scores
from kaohe.scheme import Scheme, Text

MOST_NEWS = 6
MOST_UNFINISHED = 6


def page(asked: str | None) -> dict[str, Any]:
    """The variables of `home.html`."""
    period = periods.in_view(current.session, current.today, None, asked).period
    actor = current.actor
    found: dict[str, Any] = {
        "page_title": _("首页"),
        "here": period,
        "clock": clock(period) if period is not None else [],
        "todo": [],
        "filled": None,
        "trend": None,
        "mine": None,
        "news": [],
        "today": current.today,
        "empty": None,
    }
    if period is None:
        found["empty"] = _first_steps()
        return found
    if actor.is_admin or actor.is_assessor:
        found["filled"] = _completeness(period)
        found["trend"] = _trend(period) if actor.is_admin else None
    mine = results.one(current.session, period, actor.person_id)
    if mine is not None and (mine.score is not None or mine.word == "missing"):
        found["mine"], found["news"] = mine, _news(period, mine.scheme)
    to_do = _to_do(period, found["filled"]) if found["filled"] else []
    found["todo"] = [*_to_read(period, found["mine"] is not None), *to_do]
    return found


def _news(period: Period, scheme: Scheme) -> list[dict[str, Any]]:
    """The newest entries about this person, those since the sign-in before this one marked as new."""
    before = accounts.signed_in_before(current.session, current.sign_in)
    entries = reading.of_subject(current.session, period, current.actor.person_id, scheme)
    newest = sorted(entries, key=lambda view: view.entry.recorded_at, reverse=True)[:MOST_NEWS]
    return [
        {
            "view": view,
            "title": found.title if (found := scheme.find(view.entry.clause_id)) else Text("", ""),
            "new": before is not None and view.entry.recorded_at > before,
        }
        for view in newest
    ]


def clock(period: Period) -> list[dict[str, Any]]:
    """The four steps of a period's life for the component."""
    place = ("planned", "open", "closed", "published", "final").index(period.state)
    days = (period.entries_until - period.starts_on).days + 1
    gone = min(max((current.today - period.starts_on).days + 1, 0), days)
    left = (period.entries_until - current.today).days
    span = _("%(start)s — %(end)s", start=period.starts_on.isoformat(), end=period.entries_until.isoformat())
    public = _("至 %(end)s", end=period.published_until.isoformat())
    steps = [
        (
            _("开放录入"),
            [span, _left(period, gone, left)],
            Decimal(gone) / days if period.state == "open" else None,
        ),
        (_("关闭"), [_("录入截止后由管理员关闭并计算")], None),
        (_("公示"), [public], None),
        (_("定稿"), [period.final_on.isoformat(), _("封存，不能再改")], None),
    ]
    states = ["done" if n + 1 < place else "now" if n + 1 == place else "next" for n in range(4)]
    if period.state == "final":
        states[3] = "done"
    return [
        {"title": title, "lines": lines, "share": share, "state": state}
        for (title, lines, share), state in zip(steps, states, strict=True)
    ]


def _left(period: Period, gone: int, left: int) -> str:
    if period.state == "planned":
        return _("还没有开放")
    if period.state != "open":
        return _("录入已经结束")
    if left < 0:
        return _("已过截止日 %(n)s 天，还没有关闭", n=-left)
    return _("已过 %(gone)s 天，还剩 %(left)s 天", gone=gone, left=left)


def _completeness(period: Period) -> dict[str, Any]:
    whole = results.completeness(current.session, period)
    covered = {unit.id for unit in people.units(current.session) if current.actor.covers(unit.path)}
    shown = [unit for unit in whole.units if current.actor.is_admin or unit.unit_id in covered]
    rows = [
        {
            "name": unit.name,
            "url": url_for("results.league", period=period.id, unit=unit.unit_id),
            "done": unit.done,
            "part": unit.part,
            "none": unit.none,
        }
        for unit in sorted(shown, key=lambda unit: (_share(unit), unit.name))
    ]
    done = sum(unit.done for unit in shown)
    everybody = sum(unit.done + unit.part + unit.none for unit in shown)
    lacks = [
        _("%(what)s %(n)s 人", what=lack.title.say(current.language), n=lack.count)
        for lack in whole.lacks[:3]
    ]
    return {"rows": rows, "done": done, "all": everybody, "lacks": lacks if current.actor.is_admin else []}


def _share(unit: Any) -> Decimal:
    everybody = unit.done + unit.part + unit.none
    return Decimal(unit.done) / everybody if everybody else Decimal(1)


def _trend(period: Period) -> dict[str, Any] | None:
    means = mean_scores(current.session, period.adoption_id)
    if len(means) < 2:
        return None
    scores = [score for _period, score in means]
    low, high = min(scores), max(scores)
    floor, top = (low // 1) - 1, min((high // 1) + 1, Decimal(1000))
    names = [format_date(one.starts_on, "MMM") for one, _score in means]
    return {
        "data": {
            "x": names,
            "y": scores,
            "min": floor,
            "max": top,
            "step": max((top - floor) // 4, 1),
            "marks": [
                {"x": names[0], "y": scores[0], "say": str(scores[0]), "align": "left"},
                {"x": names[-1], "y": scores[-1], "say": str(scores[-1]), "align": "right"},
            ],
        },
        "rows": [(f"{one.starts_on:%Y-%m}", score) for one, score in means],
    }


def _to_read(period: Period, takes_part: bool) -> list[dict[str, Any]]:
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


def _to_do(period: Period, filled: dict[str, Any]) -> list[dict[str, Any]]:
    items = []
    none = sum(row["none"] for row in filled["rows"])
    if none and period.state == "open":
        worst = sorted((row for row in filled["rows"] if row["none"]), key=lambda row: -row["none"])[:3]
        items.append(
            {
                "icon": "users-minus",
                "title": _("%(n)s 人资料未开始", n=none),
                "text": _("、").join(f"{row['name']} {row['none']}" for row in worst),
                "url": url_for("entries.rounds"),
                "action": _("去检查"),
            }
        )
    part = sum(row["part"] for row in filled["rows"])
    if part and period.state == "open":
        items.append(
            {
                "icon": "user-edit",
                "title": _("%(n)s 人资料待补", n=part),
                "text": _("检查表或考试成绩还没有齐"),
                "url": url_for("entries.rounds"),
                "action": _("去检查"),
            }
        )
    if current.actor.is_admin:
        items += _admin_to_do(period)
    return items


def _admin_to_do(period: Period) -> list[dict[str, Any]]:
    unfinished = _unfinished()
    items = [_next_step(one) for one in unfinished]
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
    items += _waiting(unfinished, period)
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


def _next_step(period: Period) -> dict[str, Any]:
    """What a period waits for; late from the day after entries and publicity end, and on the day it is to be final."""
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
        "text": f"{periods.title_of(period).say(current.language)} · {day}",
        "url": url_for("results.manage", period=period.id),
        "action": _("办理") if late or period.state == "closed" else _("查看"),
        "due": ("minus", _("已到期")) if late else None,
    }


def _waiting(unfinished: list[Period], period: Period) -> list[dict[str, Any]]:
    """The consequences that nobody has decided yet, of the period in view, the one before and the unfinished ones."""
    found = {one.id: one for one in (*unfinished, period, periods.previous(current.session, period)) if one}
    items = []
    for one in sorted(found.values(), key=lambda each: each.starts_on):
        waiting = (
            []
            if one.state in ("planned", "open")
            else [each for each in results.proposed(current.session, one) if each.decision is None]
        )
        if waiting:
            names = _("、").join(dict.fromkeys(each.name for each in waiting[:3]))
            items.append(
                {
                    "icon": "scale",
                    "title": _("结果运用待决定 %(n)s 件", n=len(waiting)),
                    "text": f"{periods.title_of(one).say(current.language)} · {names}",
                    "url": url_for("results.manage", period=one.id),
                    "action": _("决定"),
                }
            )
    return items


def _drafts() -> list[Revision]:
    """The drafts that wait for their doubts to be settled or for adoption."""
    wanted = select(Revision).where(Revision.state == "draft").order_by(Revision.created_at)
    return list(current.session.scalars(wanted))


def _first_steps() -> list[dict[str, Any]]:
    """What a new organisation does first, in order."""
    if not current.actor.is_admin:
        return []
    steps = [
        ("users-plus", _("导入人员名单"), _("Excel 表即可，导入前可以预览和修改"), "people.import_start"),
        ("settings", _("启用行业方案"), _("选择本单位使用的行业"), "web.settings"),
        ("file-check", _("采用考核方案"), _("裁定疑义，核对分值"), "adoption.index"),
        ("calendar-plus", _("建立考核周期"), _("按规则一次建立全年的周期"), "periods.plan"),
    ]
    return [
        {"icon": icon, "title": title, "text": says, "url": url_for(endpoint), "action": _("去办")}
        for icon, title, says, endpoint in steps
    ]
