"""What the period pages show, read for the request at hand; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from kaohe.adoption import service as adoption_service
from kaohe.adoption.models import Adoption, Revision
from kaohe.pages.current import current
from kaohe.pages.lists import whole
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.periods.clock import clock, clock_words, elapsed
from kaohe.periods.forms import PlanForm
from kaohe.periods.models import Period, PeriodStep
from kaohe.reports.spreadsheet import Column, Sheet
from kaohe.scheme import Scheme, Text


def version(text: str | None) -> int | None:
    """The version that a form showed; None for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def link(endpoint: str, **values: Any) -> str:
    """The address of another feature's page; nothing where that page does not exist."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def schemes() -> list[tuple[Adoption, Scheme]]:
    """The adoptions that have a revision, each with its newest scheme."""
    held = adoption_service.adoptions(current.session)
    newest = adoption_service.revisions_of_all(current.session, held)
    return [
        (one, adoption_service.scheme_of(current.session, newest[one.id][0].id))
        for one in held
        if newest[one.id]
    ]


def first_adoption() -> Adoption | None:
    """The scheme whose periods are planned unless another one is asked for."""
    found = schemes()
    return found[0][0] if found else None


def index() -> dict[str, Any]:
    """The periods of a scheme in a year; the year of the current one unless asked."""
    found = schemes()
    asked = request.args.get("adoption")
    held = next((one for one, _scheme in found if str(one.id) == asked), found[0][0] if found else None)
    there = periods.periods_of(current.session, held.id) if held else []
    years = sorted({one.starts_on.year for one in there}, reverse=True)
    shown = next((one for one in there if one.state == "open"), there[-1] if there else None)
    usual = shown.starts_on.year if shown else current.today.year
    year = whole(request.args.get("year"), usual, 1990, 2100)
    following = _to_open(there)
    rows = [_row(one, one is following) for one in there if one.starts_on.year == year]
    return {
        "held": held,
        "tabs": [
            (scheme.title, url_for("periods.index", adoption=one.id), one is held) for one, scheme in found
        ],
        "years": sorted({*years, year}, reverse=True),
        "year": year,
        "rows": rows,
        "revisions": _revision_numbers(there),
        "any": bool(there),
        "plan_url": url_for("periods.plan", adoption=held.id, year=year) if held else "",
    }


def sheet() -> Sheet:
    """All periods of the scheme that the page shows, every year, as a sheet of a workbook."""
    found = index()
    held = found["held"]
    there = periods.periods_of(current.session, held.id) if held else []
    numbers = found["revisions"]
    title = next((one for one, _url, here in found["tabs"] if here), Text("", "")).say(current.language)
    columns = [
        Column(_("周期")),
        Column(_("编号")),
        Column(_("开始"), "date"),
        Column(_("结束"), "date"),
        Column(_("状态")),
        Column(_("录入截止"), "date"),
        Column(_("公示截止"), "date"),
        Column(_("定稿"), "date"),
        Column(_("方案版本"), "whole"),
    ]
    rows = (
        [
            periods.title_of(one).say(current.language),
            one.code,
            one.starts_on,
            one.ends_on,
            periods.STATE_WORDS[one.state].say(current.language),
            one.entries_until,
            one.published_until,
            one.final_on,
            numbers.get(one.revision_id or 0),
        ]
        for one in there
    )
    return Sheet(_("考核周期"), columns, rows, titles=(f"{_('考核周期')} · {title}",))


def _to_open(there: list[Period]) -> Period | None:
    """The first planned period that can be opened: one that an adopted revision covers."""
    first = periods.in_force_from(current.session, there[0].adoption_id) if there else None
    if first is None:
        return None
    return next((one for one in there if one.state == "planned" and one.starts_on >= first), None)


def _row(period: Period, following: bool) -> dict[str, Any]:
    return {
        "period": period,
        "title": periods.title_of(period),
        "share": elapsed(period),
        "say": clock_words(period),
        "next": following,
        "results": link("results.manage", period=period.id) if current.actor.is_admin else "",
        "league": link("results.league", period=period.id),
    }


def _revision_numbers(there: list[Period]) -> dict[int, int]:
    ids = {one.revision_id for one in there if one.revision_id}
    rows = current.session.execute(select(Revision.id, Revision.number).where(Revision.id.in_(ids)))
    return {row.id: row.number for row in rows}


def heading(period: Period) -> dict[str, Any]:
    """What stands on top of a period's pages."""
    title = periods.title_of(period)
    return {
        "one": period,
        "title": title,
        "crumbs": [
            (
                Text("周期", "Periods"),
                url_for("periods.index", adoption=period.adoption_id, year=period.starts_on.year),
            ),
            (title, url_for("periods.show", period=period.id)),
        ],
    }


def period_page(period: Period) -> dict[str, Any]:
    """Everything on a period's page."""
    session = current.session
    steps = periods.history(session, period)
    revision_id = period.revision_id
    if revision_id is None:
        found = adoption_service.revision_on(session, period.adoption_id, period.starts_on)
        revision_id = found.id if found else None
    revision = session.get(Revision, revision_id) if revision_id else None
    planned = period.state == "planned" and current.actor.is_admin
    return {
        **heading(period),
        "steps": clock(period, steps),
        "events": [_event(step, names_of(steps)) for step in steps],
        "reopened": any(step.after == "open" and step.before in ("closed", "published") for step in steps)
        and period.state == "open",
        "revision": revision,
        "scheme": adoption_service.scheme_of(session, revision.id) if revision else None,
        "concerns": periods.opening_concerns(session, period, current.today) if planned and revision else [],
        "before": periods.previous(session, period),
        "after": _next(period),
        "days": (period.ends_on - period.starts_on).days + 1,
        "manage_url": link("results.manage", period=period.id),
        "reopen_url": link("results.manage", period=period.id, _anchor="reopening"),
        "league_url": link("results.league", period=period.id),
        "entries_url": link("entries.index", period=period.id),
        "record_url": link("entries.new", period=period.id),
    }


def _next(period: Period) -> Period | None:
    return current.session.scalar(
        select(Period)
        .where(Period.adoption_id == period.adoption_id, Period.starts_on > period.starts_on)
        .order_by(Period.starts_on)
        .limit(1)
    )


def names_of(steps: list[PeriodStep]) -> dict[int, str]:
    """The names of those who took the steps."""
    ids = {step.by for step in steps if step.by}
    rows = current.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _event(step: PeriodStep, names: dict[int, str]) -> dict[str, Any]:
    words = {
        "open": _("开放录入"),
        "closed": _("关闭并计算"),
        "published": _("公示"),
        "final": _("定稿封存"),
    }
    again = step.after == "open" and step.before in ("closed", "published")
    title = _("重新开放") if again else _("改日期") if step.before == step.after else words[step.after]
    who = names.get(step.by or 0, "")
    said = [who] if who else []
    if step.reason:
        said.append(_("理由：%(reason)s", reason=step.reason))
    return {"time": step.at, "title": title, "text": " · ".join(said), "kind": "minus" if again else "done"}


# ---------- planning ----------


def plan_form(held: Adoption, asked: Mapping[str, str]) -> PlanForm:
    """The form of a rule: what was filled in, else what the scheme's cycle suggests."""
    usual = periods.Offsets()
    cycle = next((scheme.cycle for one, scheme in schemes() if one.id == held.id), None)
    preset = {
        "adoption": str(held.id),
        "kind": cycle.kind if cycle else "month",
        "year": str(whole(asked.get("year"), current.today.year, 1990, 2100)),
        "start_month": str(cycle.start_month if cycle else 1),
        "start_day": str(cycle.start_day if cycle else 1),
        "spans": "",
        "entries_after": str(usual.entries),
        "publicity_after": str(usual.publicity),
        "final_after": str(usual.final),
    }
    typed = MultiDict(asked.items() if "kind" in asked else preset.items())
    form = (
        PlanForm(formdata=typed)
        if request.method == "POST"
        else PlanForm(formdata=typed, meta={"csrf": False})
    )
    form.adoption.choices = [
        SelectChoice(str(one.id), scheme.title.say(current.language)) for one, scheme in schemes()
    ]
    return form


def plan_page(held: Adoption, form: PlanForm, planned: list[periods.PlannedPeriod]) -> dict[str, Any]:
    """The page of a rule with the preview of what it makes."""
    return {
        "form": form,
        "held": held,
        "planned": planned,
        "new": sum(one.standing == "new" for one in planned),
        "left_out": [one for one in planned if one.standing == "before"],
        "in_force": periods.in_force_from(current.session, held.id),
        "overlapping": [one for one in planned if one.standing == "overlap"],
        "others": {one.other.id: periods.title_of(one.other) for one in planned if one.other is not None},
        "adoptions": form.adoption.choices,
    }
