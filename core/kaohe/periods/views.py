"""Pages of periods: a year's calendar, planning it in one step, one period's clock and life, its dates.

Opening and the dates are done here; closing, reopening, publishing and finalising belong to the results page, to which
these pages lead: what rests on results hears of them there.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import Place
from kaohe.adoption.models import Adoption
from kaohe.db import TenantSession
from kaohe.errors import Refusal
from kaohe.pages import Pages, choose, current, loader
from kaohe.pages.workbooks import workbook
from kaohe.periods import listing as shown
from kaohe.periods import service as periods
from kaohe.periods.forms import DatesForm
from kaohe.periods.models import Period

pages = Pages("periods", __name__, "/periods")
PAGES = [pages]


@loader("period")
def load_period(session: TenantSession, ident: int) -> tuple[Period, Place | None]:
    """A period belongs to the whole organisation."""
    return session.need(Period, ident), None


@pages.get("/", allow="periods.read")
def index() -> Any:
    """A year's periods of a scheme."""
    return render_template("periods/index.html", **shown.index())


@pages.get("/export.xlsx", allow="periods.read")
def export() -> Any:
    """The periods of a scheme as a workbook."""
    return workbook(f"{_('考核周期')} {current.today}", shown.sheet())


@pages.form("/plan", allow="periods.manage")
def plan() -> Any:
    """Choose a rule, look at what it makes of a year, then make it in one step."""
    asked = request.form if request.method == "POST" else request.args
    held = _adoption(asked.get("adoption"))
    if held is None:
        return render_template("periods/plan.html", form=None, held=None, planned=[], adoptions=[])
    form = shown.plan_form(held, asked)
    planned: list[periods.PlannedPeriod] = []
    if "kind" in asked and form.validate():
        try:
            planned = periods.plan(current.session, held, form.rule(), form.year.data or current.today.year)
            if request.method == "POST":
                return _make(held, planned)
        except Refusal as refusal:
            current.session.rollback()
            _put(form, refusal)
    status = getattr(form, "status", 422) if form.errors and request.method == "POST" else 200
    return render_template("periods/plan.html", **shown.plan_page(held, form, planned)), status


def _adoption(ident: str | None) -> Adoption | None:
    if ident:
        found: Adoption = choose(current.session, current.actor, "periods.manage", "adoption", ident)
        return found
    return shown.first_adoption()


def _make(held: Adoption, planned: list[periods.PlannedPeriod]) -> Any:
    made = periods.create(current.session, held, planned, now=current.now)
    flash(_("已生成 %(n)s 个周期", n=len(made)) if made else _("这些周期都已经有了，没有重复生成"), "plus")
    year = planned[0].starts_on.year if planned else current.today.year
    return redirect(
        url_for("periods.index", adoption=held.id, year=made[0].starts_on.year if made else year), 303
    )


def _put(form: Any, refusal: Refusal) -> None:
    """Put a refusal on the field that it names, or on top of the form."""
    field = getattr(form, refusal.field or "", None)
    said = refusal.say(current.language)
    if field is not None:
        field.errors = [*field.errors, said]
    else:
        form.form_errors.append(said)
    form.status = refusal.status


@pages.get("/<id:period>", allow="periods.read")
def show(period: Period) -> Any:
    """A period's clock, dates, life and what can be done now."""
    return _page(period)


def _page(period: Period, refusal: Refusal | None = None) -> Any:
    page = render_template(
        "periods/show.html", **shown.period_page(period), refusal=refusal, typed=request.form
    )
    return page, refusal.status if refusal else 200


@pages.post("/<id:period>/open", allow="periods.manage")
def open_(period: Period) -> Any:
    """Open a planned period; what speaks against it is confirmed with a reason."""
    try:
        periods.open_period(
            current.session,
            period,
            by=current.actor.person_id,
            now=current.now,
            today=current.today,
            reason=request.form.get("reason"),
            version=shown.version(request.form.get("version")),
        )
    except Refusal as refusal:
        current.session.rollback()
        return _page(period, refusal)
    flash(_("已开放录入"), "plus")
    return _to(period)


def _to(period: Period) -> Any:
    return redirect(url_for("periods.show", period=period.id), 303)


@pages.form("/<id:period>/dates", allow="periods.manage")
def dates(period: Period) -> Any:
    """Move the dates for entries, publicity and final."""
    form = DatesForm(obj=period)
    if form.validate_on_submit():
        try:
            periods.edit_dates(
                current.session,
                period,
                entries_until=form.entries_until.data,
                published_until=form.published_until.data,
                final_on=form.final_on.data,
                by=current.actor.person_id,
                now=current.now,
                reason=form.reason.data,
                version=shown.version(request.form.get("version")),
            )
        except Refusal as refusal:
            current.session.rollback()
            _put(form, refusal)
        else:
            flash(_("日期已保存"), "plus")
            return _to(period)
    status = getattr(form, "status", 422) if form.errors else 200
    return render_template("periods/dates.html", form=form, **shown.heading(period)), status


@pages.post("/<id:period>/remove", allow="periods.manage")
def remove(period: Period) -> Any:
    """Take a planned period away."""
    adoption_id, year = period.adoption_id, period.starts_on.year
    periods.remove(current.session, period, version=shown.version(request.form.get("version")))
    flash(_("周期已删除"), "plus")
    return redirect(url_for("periods.index", adoption=adoption_id, year=year), 303)
