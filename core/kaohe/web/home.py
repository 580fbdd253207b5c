"""The start page by role: what the period needs, what this person has to do, what has changed.

An admin sees the whole organisation, an assessor the own units, a member the own result. What is incomplete is shown
while it can be completed: a closed period is what was computed then, whoever joined since.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from kaohe.accounts import service as accounts
from kaohe.appeals import duties as appeals
from kaohe.calendar import duties as calendar
from kaohe.cases import duties as cases
from kaohe.entries import reading
from kaohe.filings import duties as filings
from kaohe.pages import current
from kaohe.periods import service as periods
from kaohe.periods.clock import clock
from kaohe.periods.models import Period
from kaohe.ratings import duties as ratings
from kaohe.results import service as results
from kaohe.results import showing, subjects
from kaohe.results.trend import mean_scores
from kaohe.scheme import Scheme, Text
from kaohe.surveys import duties as surveys
from kaohe.web import duties

MOST_NEWS = 6
MOST_STANDING = 12


def page(asked: str | None) -> dict[str, Any]:
    """The variables of `home.html`."""
    period = periods.in_view(current.session, current.today, None, asked).period
    found: dict[str, Any] = {
        "page_title": _("首页"),
        "here": period,
        "clock": clock(period, periods.history(current.session, period)) if period is not None else [],
        "todo": [],
        "filled": None,
        "looks_after": current.actor.is_admin or current.actor.is_assessor,
        "trend": None,
        "mine": None,
        "news": [],
        "today": current.today,
        "empty": None,
        "of_units": False,
        "standing": None,
        "units": [],
    }
    if period is None:
        found["empty"] = _first_steps()
    else:
        found |= _of_period(period)
    found["todo"] = _to_do(period, found)
    return found


def _of_period(period: Period) -> dict[str, Any]:
    """What the period in view has come to, as far as this person sees it."""
    actor = current.actor
    found: dict[str, Any] = {}
    if actor.is_admin or actor.is_assessor:
        found["of_units"] = not showing.by_person(period)
        if found["of_units"]:
            found["standing"] = _standing(period)
        elif period.state in ("planned", "open"):
            found["filled"] = _completeness(period)
        found["trend"] = _trend(period) if actor.is_admin else None
    mine = results.one(current.session, period, actor.person_id)
    if mine is not None and (mine.score is not None or mine.word == "missing"):
        found["mine"], found["news"] = mine, _news(period, mine.scheme)
    found["units"] = _units_results(period)
    return found


def _to_do(period: Period | None, found: dict[str, Any]) -> list[dict[str, Any]]:
    """What this person has to do, a period or none: cases and surveys come before the first one too."""
    return [
        *(duties.to_read(period, found["mine"] is not None) if period is not None else ()),
        *filings.items(),
        *ratings.items(),
        *appeals.items(),
        *cases.items(),
        *surveys.items(),
        *calendar.items(),
        *(duties.missing(period, found["filled"]) if period is not None and found["filled"] else ()),
        *(duties.of_admin() if current.actor.is_admin else ()),
    ]


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


def _completeness(period: Period) -> dict[str, Any]:
    """The units that this person looks after, the least complete first, and what they lack most."""
    whole = results.completeness(current.session, period)
    seen = whole if current.actor.is_admin else whole.within(current.actor.assesses)
    rows = [
        {
            "name": unit.name,
            "url": url_for("results.league", period=period.id, unit=unit.unit_id),
            "done": unit.done,
            "part": unit.part,
            "none": unit.none,
        }
        for unit in sorted(seen.units, key=lambda unit: (_share(unit), unit.name))
    ]
    lacks = [
        _("%(what)s %(n)s 人", what=lack.title.say(current.language), n=lack.count) for lack in seen.lacks[:3]
    ]
    most = seen.lacks[0] if seen.lacks else None
    return {"rows": rows, "done": seen.done, "all": seen.people, "lacks": lacks, "most": most}


def _standing(period: Period) -> list[dict[str, Any]]:
    """The units that this person sees with their scores, the first in rank first."""
    if period.revision_id is None or period.state == "planned":
        return []
    league = results.league(current.session, period)
    of = league.scheme.root.points
    seen = [line for line in league.lines if results.seen_by(current.actor, period, line)]
    return [
        {
            "title": line.name,
            "score": line.points,
            "of": of or max((one.points or 0 for one in seen), default=0) or 1,
            "url": url_for("results.show", period=period.id, subject=line.subject_id)
            if results.opened_by(current.actor, line)
            else "",
        }
        for line in seen[:MOST_STANDING]
    ]


def _units_results(period: Period) -> list[Any]:
    """The results of the units that this person heads."""
    pairs = subjects.units_results(current.session, current.actor, period)
    found = [results.one(current.session, one, unit.id) for one, unit in pairs]
    return [one for one in found if one is not None]


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
