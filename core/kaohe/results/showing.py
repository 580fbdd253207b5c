"""What the page of one result adds to the explanation: ranks the viewer may see, publicity, other runs, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.accounts.policy import Place, allowed
from kaohe.adoption import service as adoption
from kaohe.pages import current
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.grouping import group_said, where_said
from kaohe.results.lines import PUBLIC, STORED, mean
from kaohe.results.listening import called_for
from kaohe.results.models import Result, Run
from kaohe.results.service import OneResult


@dataclass(frozen=True)
class Ranks:
    """A subject's ranks and among how many: within its group (None where it is in none), and overall."""

    within: int | None
    within_ties: int
    within_of: int
    where: str
    group: str
    overall: int
    overall_ties: int
    overall_of: int

    def said(self) -> str:
        """Both on one line, as paper prints them."""
        overall = _("全部 %(n)s / %(of)s", n=self.overall, of=self.overall_of)
        if self.within is None:
            return overall
        within = _("%(where)s %(n)s / %(of)s", where=self.where, n=self.within, of=self.within_of)
        return _("%(within)s，%(overall)s", within=within, overall=overall)


def by_person(period: Period) -> bool:
    """Whether the period's scheme assesses people."""
    if period.revision_id is None:
        return True
    return adoption.scheme_of(current.session, period.revision_id).subject == "person"


def one_page(period: Period, person: Person | Unit, run: Run | None = None) -> dict[str, Any]:
    """The variables of the page of one result: of a person, or of a unit."""
    entitled = _entitled(person)
    found = results.explain(
        current.session, period, person.id, run=run, states=STORED if entitled else PUBLIC
    )
    return {
        "one": found,
        "person": person,
        "period_title": periods.title_of(period),
        "own": current.actor.is_self(place_here()) if isinstance(person, Unit) else is_me(person),
        "ranks": _ranks(period, found, entitled) if run is None else None,
        "rank_waits": not (entitled or results.is_public(period)),
        "state": _state(period, found),
        "chart": _chart(found),
        "average": mean(found.line),
        "runs": _runs(period, person) if entitled else [],
        "shown_run": run,
        "bars": bars(found),
        "decisions": _decisions(period, person),
        "before": _before(found),
        "of_unit": isinstance(person, Unit),
    }


def place_here() -> Place | None:
    """The place of the subject in the address."""
    return current.places.get("subject")


def is_me(person: Person | Unit) -> bool:
    """Whether it is the viewer."""
    return current.actor.is_me(person.id)


def _entitled(person: Person | Unit) -> bool:
    """Whether the viewer assesses this subject (or all), or heads the unit."""
    place = place_here()
    actor = current.actor
    return actor.is_admin or (
        place is not None and (actor.covers(place.unit_path) or actor.covers(place.past_path))
    )


def _ranks(period: Period, found: OneResult, entitled: bool) -> Ranks | None:
    if found.score is None or not (entitled or results.is_public(period)):
        return None
    league = results.league(current.session, period)
    line = league.by_subject.get(found.subject_id)
    if line is None or line.rank_all is None:
        return None
    return Ranks(
        line.rank_unit,
        line.tied_unit or 0,
        league.group_sizes.get(line.group, 0),
        where_said(league.scheme),
        group_said(league.scheme, line),
        line.rank_all,
        line.tied_all or 0,
        league.ranked,
    )


def _state(period: Period, found: OneResult) -> dict[str, str]:
    """What stands beside the score: whether it can still change, and until when it is shown."""
    if found.live:
        title = _("暂计") if period.state in ("planned", "open") else _("正在计算")
        return {
            "title": title,
            "text": _("随考核记录变动，关闭后为准；录入至 %(day)s", day=period.entries_until),
        }
    if period.state == "published":
        return {"title": _("公示中"), "text": _("至 %(day)s 24:00 截止", day=period.published_until)}
    if period.state == "final":
        return {"title": _("已定稿"), "text": _("已封存，不再变动")}
    return {"title": _("已关闭"), "text": _("尚未公示；计划 %(day)s 前公示完毕", day=period.published_until)}


def _chart(found: OneResult) -> dict[str, Any] | None:
    known = [point.score for point in found.line if point.score is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    of = found.scheme.root.points or (Decimal(found.base.numerator) / found.base.denominator)
    top = max(min(Decimal(int(high)) + 1, of), high)
    floor = top - max(ceil((top - low) / 4), 1) * 4
    names = [_axis(found, number) for number in range(len(found.line))]
    last = found.line[-1]
    return {
        "data": {
            "x": names,
            "y": [point.score for point in found.line],
            "min": floor,
            "max": top,
            "step": (top - floor) / 4,
            "marks": [{"x": names[-1], "y": last.score, "say": format(last.score.normalize(), "f")}]
            if last.score is not None
            else [],
        },
        "rows": [
            (point.title.say(current.language), "" if point.score is None else point.score)
            for point in found.line
        ],
    }


def _axis(found: OneResult, number: int) -> str:
    """A point's name on the axis, as short as can be told apart: 10月 11 12 1月 2 … 9月."""
    point = found.line[number]
    if any(other.short == point.short for other in found.line[number + 1 :]):
        return f"{point.starts_on:%y-%m}"
    whole = current.language == "en" or number in (0, len(found.line) - 1) or point.starts_on.month == 1
    return point.short.say(current.language) if whole else str(point.starts_on.month)


def _before(found: OneResult) -> dict[str, Any] | None:
    if found.before is None or found.change is None:
        return None
    return {"title": found.before.title, "score": found.before.score, "change": found.change}


def _runs(period: Period, person: Person | Unit) -> list[dict[str, Any]]:
    """The other computations of the period with this person's score in each."""
    rows = current.session.execute(
        select(Run, Result.score)
        .join(Result, (Result.run_id == Run.id) & (Result.subject_id == person.id))
        .where(Run.period_id == period.id)
        .order_by(Run.number.desc())
    ).all()
    if len(rows) < 2:
        return []
    return [
        {
            "run": run,
            "score": score,
            "url": url_for(
                "results.show", period=period.id, subject=person.id, run=None if run.standing else run.id
            ),
        }
        for run, score in rows
    ]


def _decisions(period: Period, person: Person | Unit) -> list[Any]:
    """What was decided about this result; and what waits, for those who read it of others, and administrators."""
    if period.state in ("planned", "open"):
        return []
    found = called_for(current.session, period, [person.id])
    waits = allowed(current.actor, "consequences.read", place_here())
    return [one for one in found if one.decision is not None or waits]


def bars(found: OneResult) -> list[dict[str, Any]]:
    """The parts as bars; what lies outside the points says so."""
    return [{**row, "of": row["of"] or 1, "note": _outside(row)} for row in found.dimensions]


def _outside(row: dict[str, Any]) -> str:
    """The word for a part outside the points: what only adds, or only takes away."""
    if not row["outside"]:
        return ""
    return _("扣分") if row["score"] is not None and row["score"] < 0 else _("加分")
