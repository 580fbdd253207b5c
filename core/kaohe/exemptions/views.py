"""Pages of exemptions: who is not ranked in a period, setting and lifting it; and a panel on the result."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.exemptions import service
from kaohe.exemptions.forms import ExemptForm, LiftForm
from kaohe.pages import Pages, choose, current
from kaohe.pages.panels import Panel, panel
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.people.refusals import PersonNotFound
from kaohe.periods import service as periods
from kaohe.periods.models import Period

pages = Pages("exemptions", __name__, "/exemptions")
PAGES = [pages]


@pages.get("/<id:period>", allow="exemptions.read")
def index(period: Period) -> Any:
    """Who is not ranked in a period."""
    return _page(period)


def _page(period: Period, form: Any = None, status: int = 200, lifting: Any = None) -> Any:
    rows = service.history(current.session, period)
    seen = _seen({one.row.subject_id for one in rows})
    rows = [one for one in rows if one.row.subject_id in seen]
    standing = [one for one in rows if one.row.exempt and one.row.replaced_by is None]
    page = render_template(
        "exemptions/index.html",
        here=period,
        period_title=periods.title_of(period),
        standing=standing,
        history=[one for one in rows if one not in standing],
        seen=seen,
        may_set=current.actor.is_admin and period.state in ("planned", "open"),
        form=form or ExemptForm(formdata=None),
        lifting=lifting or LiftForm(formdata=None),
        me=current.actor.records,
        page_title=_("不参加排名"),
    )
    return page, status


def _seen(subject_ids: set[int]) -> dict[int, tuple[str, str, str]]:
    """Name, number and unit of those subjects whom the viewer may see."""
    homes = people.units_on(current.session, current.today, list(subject_ids))
    units = {unit.id: unit for unit in people.units(current.session)}
    found = {}
    query = select(Person.id, Person.name, Person.number).where(Person.id.in_(subject_ids))
    for ident, name, number in current.session.execute(query):
        unit = units.get(homes.get(ident, 0))
        if current.actor.is_admin or (unit is not None and current.actor.covers(unit.path)):
            found[ident] = (name, number, unit.name if unit else "")
    for ident in subject_ids & units.keys():
        if current.actor.is_admin or current.actor.covers(units[ident].path):
            found[ident] = (units[ident].name, units[ident].code or "", "")
    return found


@pages.post("/<id:period>/add", allow="periods.manage")
def add(period: Period) -> Any:
    """Let somebody out of ranking in this period."""
    form, status = ExemptForm(), 422
    if form.validate_on_submit():
        try:
            subject = _chosen(form)
            service.exempt(
                current.session,
                period,
                subject.id,
                reason=form.reason.data,
                actor=current.actor,
                now=current.now,
            )
        except Refusal as refusal:
            if isinstance(refusal, NotFound | Forbidden) and not isinstance(refusal, PersonNotFound):
                raise
            current.session.rollback()
            status = _put(form, refusal)
        else:
            flash(_("%(name)s本期不参加排名", name=subject.name), "plus")
            return redirect(url_for("exemptions.index", period=period.id), 303)
    return _page(period, form, status)


def _chosen(form: ExemptForm) -> Any:
    if form.person.data:
        return choose(current.session, current.actor, "exemptions.set", "subject", form.person.data)
    found = people.one_by_text(
        current.session,
        current.actor,
        form.person_text.data or "",
        today=current.today,
        action="exemptions.set",
    )
    return found.person


def _put(form: Any, refusal: Refusal) -> int:
    said = refusal.say(current.language)
    field = {"person": form.person_text, "reason": form.reason}.get(refusal.field or "")
    if field is not None:
        field.errors = [*field.errors, said]
    else:
        form.form_errors.append(said)
    return refusal.status


@pages.post("/<id:period>/<id:subject>/lift", allow="exemptions.set")
def lift(period: Period, subject: Any) -> Any:
    """Let somebody be ranked again in this period."""
    form = LiftForm()
    if not form.validate_on_submit():
        return _page(period, status=422, lifting=form)
    service.lift(
        current.session,
        period,
        subject.id,
        reason=request.form.get("reason"),
        actor=current.actor,
        now=current.now,
    )
    flash(_("%(name)s恢复参加排名", name=subject.name), "plus")
    return redirect(url_for("exemptions.index", period=period.id), 303)


@panel("results.show", place=5)
def on_result(*, period: Period, subject: Any, **_more: Any) -> Panel | None:
    """That the subject is not ranked in this period, and why."""
    found = service.history(current.session, period, [subject.id], standing=True)
    return Panel("exemptions/on_result.html", {"one": found[0]}) if found else None
