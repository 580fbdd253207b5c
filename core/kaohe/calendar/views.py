"""Pages of the working calendar: a year's twelve months, changing days, confirming a year, desk hours."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.calendar import desk, listing, service
from kaohe.calendar.forms import WORKS, DaysForm, HoursForm
from kaohe.errors import Refusal
from kaohe.pages import Pages, current

pages = Pages("calendar", __name__, "/calendar")
PAGES = [pages]


@pages.get("/", allow="calendar.read")
def index() -> Any:
    """A year's days; a tapped one stands in the form of changes."""
    day = listing.day_asked(request.args.get("day"))
    year = day.year if day else listing.year_asked(request.args.get("year"))
    return _page(year, DaysForm(formdata=None, data={"first": day, "works": None}), day=day)


def _page(year: int, form: DaysForm, **more: Any) -> Any:
    found = listing.page(year)
    hours = {f"day{n}": desk.written(found["hours"].of(n)) for n in range(7)}
    more.setdefault("hours_form", HoursForm(formdata=None, data=hours))
    more.setdefault("refused", None)
    status = more.pop("status", 200)
    return render_template("calendar/index.html", **{**found, "form": form, "day": None, **more}), status


@pages.post("/days", allow="calendar.manage")
def change() -> Any:
    """Say what a day or a stretch is, with the reason."""
    form = DaysForm()
    if form.validate():
        assert form.first.data is not None
        try:
            changed = service.set_days(
                current.session,
                first=form.first.data,
                last=form.last.data or form.first.data,
                works=WORKS[form.works.data],
                reason=form.reason.data or "",
                by=current.actor.person_id,
                now=current.now,
            )
        except Refusal as refusal:
            current.session.rollback()
            return _again(form, refusal)
        flash(_("已更改 %(n)s 天", n=changed) if changed else _("这些天本来就是这样，没有更改"), "plus")
        return redirect(url_for("calendar.index", year=form.first.data.year), 303)
    return _page(_year_of(form), form, status=422)


def _year_of(form: DaysForm) -> int:
    day = form.first.data
    return listing.year_asked(str(day.year) if day else request.form.get("year"))


def _again(form: DaysForm, refusal: Refusal) -> Any:
    field = getattr(form, refusal.field or "first", form.first)
    field.errors = [*field.errors, refusal.say(current.language)]
    return _page(_year_of(form), form, status=refusal.status)


@pages.post("/confirm", allow="calendar.manage")
def confirm() -> Any:
    """Count a year's days from now on as they are shown."""
    return _turn(service.confirm_year, _("%(year)s 年已确认，从现在起可以计算工作日"))


@pages.post("/reopen", allow="calendar.manage")
def reopen() -> Any:
    """Take the confirmation of a year back."""
    return _turn(service.reopen_year, _("已撤销 %(year)s 年的确认"))


def _turn(act: Any, said: str) -> Any:
    year = listing.year_asked(request.form.get("year"))
    try:
        act(current.session, year, by=current.actor.person_id, now=current.now)
    except Refusal as refusal:
        current.session.rollback()
        form = DaysForm(formdata=None)
        return _page(year, form, refused=refusal.say(current.language), status=refusal.status)
    current.notes["year"] = year
    flash(said % {"year": year}, "plus")
    return redirect(url_for("calendar.index", year=year), 303)


@pages.post("/hours", allow="calendar.manage")
def hours() -> Any:
    """Set the desk hours of the week."""
    form = HoursForm()
    year = listing.year_asked(request.form.get("year"))
    if form.validate():
        try:
            service.set_hours(current.session, form.lines())
        except Refusal as refusal:
            current.session.rollback()
            form[refusal.field or "day0"].errors = [refusal.say(current.language)]
        else:
            flash(_("办公时间已保存"), "plus")
            return redirect(url_for("calendar.index", year=year, _anchor="hours"), 303)
    return _page(year, DaysForm(formdata=None), hours_form=form, status=422)
