"""The forms of the survey pages with their choices, filled with what is usual or what stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from kaohe.accounts.policy import Place, allowed
from kaohe.adoption.models import Adoption
from kaohe.pages import current
from kaohe.people import service as people
from kaohe.periods.models import Period
from kaohe.plugins import Survey
from kaohe.scheme import Text
from kaohe.surveys import service
from kaohe.surveys.declarations import declared, sectors
from kaohe.surveys.forms import DetailsForm, LinksForm, StartForm
from kaohe.surveys.models import HeldSurvey

USUAL_DAYS = timedelta(days=14)
BALLOT_DAYS = timedelta(days=3)
MOST_PERIODS = 24


def links_form(survey: HeldSurvey) -> LinksForm:
    """The form for links, with the survey's groups."""
    form = (
        LinksForm() if request.endpoint == "surveys.links" else LinksForm(formdata=None, data={"count": 20})
    )
    form.group.choices = [
        SelectChoice(one.code, one.title.say(current.language)) for one in service.groups_of(survey)
    ] or [SelectChoice("", _("不分组"))]
    return form


def start_form(*, bare: bool = False) -> StartForm:
    """The form that starts a declared survey; the address may name one and a first day."""
    asked = request.args.get("declared", "")
    choices = [
        SelectChoice(f"{sector.code}.{one.code}", one.title.say(current.language))
        for sector in sectors()
        for one in sector.surveys
    ]
    chosen = next((one.value for one in choices if one.value == asked), choices[0].value if choices else "")
    usual: dict[str, Any] = {"declared": chosen, "opens_on": current.today}
    if chosen:
        survey = declared(chosen)[1]
        ballot = survey.kind == "ballot"
        usual["closes_on"] = current.today + (BALLOT_DAYS if ballot else USUAL_DAYS)
        usual["period"] = _usual_period(survey)
    form = StartForm(formdata=None, data=usual) if bare else StartForm(data=usual)
    form.declared.choices = choices
    form.period.choices = [SelectChoice("", _("不限周期")), *_period_choices()]
    return form


def _periods() -> list[Period]:
    own = [scheme.code for sector in sectors() for scheme in sector.schemes]
    query = (
        select(Period)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(Adoption.scheme_code.in_(own), Period.starts_on <= current.today)
        .order_by(Period.starts_on.desc(), Period.id)
        .limit(MOST_PERIODS)
    )
    return list(current.session.scalars(query))


def period_ids(scheme_code: str) -> set[int]:
    """The periods of a scheme."""
    query = select(Period.id).join(Adoption, Adoption.id == Period.adoption_id)
    return set(current.session.scalars(query.where(Adoption.scheme_code == scheme_code)))


def _period_choices() -> list[SelectChoice]:
    titles = {scheme.code: scheme.title for sector in sectors() for scheme in sector.schemes}
    adoptions = {one.id: one.scheme_code for one in current.session.scalars(select(Adoption))}
    found = []
    for period in _periods():
        title = Text(period.title_zh, period.title_en).say(current.language)
        scheme = titles[adoptions[period.adoption_id]].say(current.language)
        found.append(SelectChoice(str(period.id), f"{title} · {scheme}"))
    return found


def _usual_period(survey: Survey) -> str:
    """The period that a survey is usually about: the last one that ended (a ballot, an opinion), else the running one."""
    ids = period_ids(survey.scheme)
    there = [one for one in _periods() if one.id in ids]
    ended = next((one for one in there if one.ends_on < current.today), None)
    usual = (ended if survey.kind != "questionnaire" else None) or (there[0] if there else None)
    return str(usual.id) if usual else ""


def details_form(survey: HeldSurvey) -> DetailsForm:
    """The form of a draft's words and days, filled with what stands."""
    kept = {
        "units": [str(one) for one in service.unit_ids(current.session, survey)],
        "version": str(survey.version),
    }
    form = DetailsForm(obj=survey, data=kept)
    if not form.is_submitted():
        form.version.data = str(survey.version)
    if survey.kind == "ballot":
        form.answered_by.choices = [one for one in form.answered_by.choices if one.value != "tokens"]
    if survey.about == "organisation":
        form.answered_by.choices = [one for one in form.answered_by.choices if one.value != "own_unit"]
    there = people.units(current.session, open_on=current.today)
    form.units.choices = [
        SelectChoice(str(unit.id), "　" * people.depth(unit) + unit.name)
        for unit in there
        if allowed(current.actor, "surveys.manage", Place(unit_path=unit.path))
    ]
    return form
