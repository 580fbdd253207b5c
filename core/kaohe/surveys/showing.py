"""What the survey pages show: the year's debt, the list, one survey with its life, links, results.

Decides what somebody who is no administrator sees: surveys that are over only where the outcome is announced (a
ballot) or about them (their own part of an opinion, the part of a unit that they assess).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from kaohe.accounts.policy import allowed
from kaohe.errors import NotFound
from kaohe.pages import current
from kaohe.pages.lists import ListState, Page, whole
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.plugins import Survey
from kaohe.scheme import Text
from kaohe.surveys import paper, results_shown, service
from kaohe.surveys.declarations import sectors
from kaohe.surveys.models import HeldSurvey, SurveyStep

# ---------- the list ----------


def index(state: ListState) -> dict[str, Any]:
    """Everything on the page of surveys."""
    session, actor = current.session, current.actor
    found: dict[str, Any] = {
        "state": state,
        "to_answer": service.open_for(session, actor.person_id, current.today),
        "announced": [],
        "turns": [],
        "rows": [],
        "page": state.paged(0),
        "year": current.today.year,
        "declares": service.sector_declares(sectors()),
        "title_of": service.title_of,
    }
    if not actor.is_admin:
        return {**found, "announced": _announced()}
    year = whole(request.args.get("year"), current.today.year, 1990, 2100)
    turns = service.owed(session, sectors(), year=year, today=current.today)
    asked = _query(state).order_by(None).with_only_columns(func.count(HeldSurvey.id))
    total = session.scalar(asked) or 0
    page = state.paged(total)
    return {**found, "year": year, "turns": _by_survey(turns), "page": page, "rows": rows(state, page)}


def _by_survey(turns: list[service.Turn]) -> list[tuple[Survey, list[service.Turn]]]:
    found: dict[tuple[str, str], list[service.Turn]] = {}
    for turn in turns:
        found.setdefault((turn.sector, turn.declared.code), []).append(turn)
    return [(group[0].declared, group) for group in found.values()]


def _query(state: ListState) -> Any:
    query = select(HeldSurvey)
    if state.q:
        query = query.where(
            or_(
                HeldSurvey.title_zh.contains(state.q, autoescape=True),
                HeldSurvey.title_en.contains(state.q, autoescape=True),
            )
        )
    for name in ("state", "kind"):
        if name in state.filters:
            query = query.where(getattr(HeldSurvey, name) == state.filters[name])
    column = {"title": HeldSurvey.title_zh, "closes_on": HeldSurvey.closes_on}.get(
        state.sort, HeldSurvey.opens_on
    )
    return query.order_by(column.desc() if state.falling else column, HeldSurvey.id.desc())


@dataclass(frozen=True)
class Row:
    """A survey of the list with how many have answered."""

    survey: HeldSurvey
    title: Text
    sheets: int


def rows(state: ListState, page: Page | None = None) -> list[Row]:
    """The surveys of the list, of one page or all, with their counts in one query each."""
    query = _query(state)
    if page is not None:
        query = query.limit(page.per).offset(page.offset)
    found = list(current.session.scalars(query))
    counts = service.sheets_of(current.session, [one.id for one in found])
    return [Row(one, service.title_of(one), counts.get(one.id, 0)) for one in found]


def _announced() -> list[HeldSurvey]:
    """The surveys that are over and of which this person sees something, the last one first."""
    query = select(HeldSurvey).where(HeldSurvey.state == "closed").order_by(HeldSurvey.closes_on.desc())
    return [one for one in current.session.scalars(query.limit(60)) if one.kind == "ballot" or _mine(one)]


def _mine(survey: HeldSurvey) -> set[int]:
    """The subjects of a survey whose part this person sees: oneself, and units that one assesses."""
    ids = service.subject_ids(current.session, survey)
    if survey.about == "people":
        return {one for one in ids if one == current.actor.person_id}
    units: list[Unit] = list(current.session.scalars(select(Unit).where(Unit.id.in_(ids))))
    return {
        unit.id
        for unit in units
        if allowed(current.actor, "entries.list") and current.actor.covers(unit.path)
    }


# ---------- one survey ----------


def heading(survey: HeldSurvey) -> dict[str, Any]:
    """What stands on top of a survey's pages."""
    title = service.title_of(survey)
    return {
        "survey": survey,
        "title": title,
        "crumbs": [
            (Text("问卷与投票", "Surveys and ballots"), url_for("surveys.index")),
            (title, url_for("surveys.show", survey=survey.id)),
        ],
    }


def page(survey: HeldSurvey) -> dict[str, Any]:
    """Everything on a survey's page, as far as this person may see it."""
    session, actor = current.session, current.actor
    mine = None if actor.is_admin else _mine(survey)
    asked = survey in service.open_for(session, actor.person_id, current.today)
    if not actor.is_admin and survey.state == "draft":
        raise NotFound
    names = service.subject_names(session, survey)
    steps = service.steps_of(session, survey) if actor.is_admin else []
    return {
        **heading(survey),
        "says": Text(survey.says_zh, survey.says_en),
        "manage": actor.is_admin,
        "can_answer": asked,
        "answered": service.has_answered(session, survey, actor.person_id),
        "questions": service.questions_of(survey),
        "subjects": names,
        "unit_names": _unit_names(survey),
        "of_period": _period_title(survey),
        "groups": {one.code: one.title for one in service.groups_of(survey)},
        "issued": service.issued(session, survey) if actor.is_admin else [],
        "sheets": service.sheets(session, survey),
        "events": _events(survey, steps),
        "blocks": results_shown.blocks(survey, names, mine),
        "summary": results_shown.summary(survey, names) if actor.is_admin else None,
        "election": service.election(session, survey),
        "deciders": _deciders(survey),
        "public": url_for("surveys.index", _external=True),
        "public_code": paper.code(url_for("surveys.answer", survey=survey.id, _external=True))
        if actor.is_admin and survey.state == "open" and set(survey.answered_by) - {"tokens"}
        else "",
        "today": current.today,
        "total_words": [_total_words(survey, one) for one in service.totals_of(survey)],
    }


def _period_title(survey: HeldSurvey) -> Text | None:
    period = current.session.get(Period, survey.period_id) if survey.period_id else None
    return Text(period.title_zh, period.title_en) if period is not None else None


def _total_words(survey: HeldSurvey, total: Any) -> Text:
    """What a total is called in its scheme."""
    for sector in sectors():
        scheme = next((one for one in sector.schemes if one.code == total.scheme), None)
        found = scheme.find(total.clause_id) if scheme else None
        if found is not None:
            measure_or_clause = found.measure or found.clause
            if measure_or_clause is not None:
                return Text(
                    f"{scheme.title.zh}：{measure_or_clause.title.zh}" if scheme else "",
                    f"{scheme.title.en}: {measure_or_clause.title.en}" if scheme else "",
                )
    return service.title_of(survey)


def _unit_names(survey: HeldSurvey) -> list[str]:
    ids = service.unit_ids(current.session, survey)
    return list(current.session.scalars(select(Unit.name).where(Unit.id.in_(ids)).order_by(Unit.path)))


def _deciders(survey: HeldSurvey) -> dict[int, str]:
    """Who decided a tie, by id."""
    result = service.election(current.session, survey)
    ids = [one.decided_by for one in result.decisions] if result else []
    rows_ = current.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows_}


def _events(survey: HeldSurvey, steps: list[SurveyStep]) -> list[dict[str, Any]]:
    ids = {survey.started_by, *(one.by for one in steps if one.by)}
    found = current.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {row.id: row.name for row in found}
    groups = {one.code: one.title.say(current.language) for one in service.groups_of(survey)}
    words = {
        "opened": _("开放作答"),
        "issued": _("发放链接"),
        "withdrawn": _("收回链接"),
        "moved": _("改截止日"),
        "closed": _("结束并统计"),
        "left_out": _("有一项合计没有记入考核"),
    }
    events = [
        {
            "time": survey.started_at,
            "title": _("草稿建好"),
            "text": names.get(survey.started_by, ""),
            "kind": "done",
        }
    ]
    for one in steps:
        said = [names.get(one.by, "") if one.by else _("到期自动办理")]
        if one.count:
            said.append(_("%(n)s 个链接", n=one.count))
        if one.words:
            said.append(groups.get(one.words, one.words))
        kind = "minus" if one.what == "left_out" else "done"
        events.append(
            {"time": one.at, "title": words[one.what], "text": " · ".join(filter(None, said)), "kind": kind}
        )
    return events


def link_sheet(survey: HeldSurvey, group: str | None, made: list[str]) -> dict[str, Any]:
    """A sheet of links to print and cut: each with its address and its code."""
    addresses = [url_for("surveys.by_link", token=secret, _external=True) for secret in made]
    titles = {one.code: one.title for one in service.groups_of(survey)}
    return {
        **heading(survey),
        "group": titles.get(group or ""),
        "cards": [(address, paper.code(address)) for address in addresses],
        "back_url": url_for("surveys.show", survey=survey.id),
    }


def poster(survey: HeldSurvey) -> dict[str, Any]:
    """A sheet to hang up with the address for who is signed in."""
    address = url_for("surveys.answer", survey=survey.id, _external=True)
    return {
        **heading(survey),
        "says": Text(survey.says_zh, survey.says_en),
        "address": url_for("surveys.index", _external=True),
        "code": paper.code(address),
        "back_url": url_for("surveys.show", survey=survey.id),
    }
