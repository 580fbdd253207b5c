"""Pages of appeals: the list, one appeal, filing, deciding, carrying out; and the panels on other pages."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.appeals import carrying, listing, service
from kaohe.appeals.forms import CarryOutForm, FileForm
from kaohe.appeals.jobs import CARRY_OUT
from kaohe.appeals.models import Appeal
from kaohe.appeals.routes import pages
from kaohe.appeals.showing import (
    appeal_page,
    carry_out_page,
    decide_form,
    file_page,
)
from kaohe.entries import uploads
from kaohe.entries.models import Entry
from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.jobs import service as jobs
from kaohe.jobs.views import start
from kaohe.pages import current
from kaohe.pages.workbooks import workbook
from kaohe.periods import service as periods
from kaohe.periods.models import Period


@pages.get("/", allow="appeals.list")
def index() -> Any:
    """The appeals that fit the filters in the address."""
    return render_template("appeals/index.html", **listing.index_page())


@pages.get("/export.xlsx", allow="appeals.list")
def export() -> Any:
    """What the list shows, all pages, as a workbook."""
    return workbook(_("申诉"), listing.sheet())


@pages.get("/<id:appeal>", allow="appeals.read")
def show(appeal: Appeal) -> Any:
    """One appeal: what is appealed and why, what happened, what it changed."""
    return render_template("appeals/show.html", **appeal_page(appeal))


@pages.form("/entry/<id:entry>", allow="appeals.file")
def about_entry(entry: Entry) -> Any:
    """Appeal against an entry."""
    return _filing(current.session.need(Period, entry.period_id), entry.subject_id, entry)


@pages.form("/result/<id:period>/<id:subject>", allow="appeals.file")
def about_result(period: Period, subject: Any) -> Any:
    """Appeal against a result."""
    return _filing(period, subject.id, None)


def _filing(period: Period, subject_id: int, entry: Entry | None) -> Any:
    form, status = FileForm(), 200
    if form.validate_on_submit():
        try:
            found = uploads.checked()
            appeal = service.file(
                current.session,
                period=period,
                subject_id=subject_id,
                entry=entry,
                reason=form.reason.data,
                late=form.late.data,
                actor=current.actor,
                now=current.now,
                today=current.today,
                files=uploads.keep(found),
            )
        except (NotFound, Forbidden):
            raise
        except Refusal as refusal:
            current.session.rollback()
            status = _put(form, refusal)
        else:
            current.notes["appeal"] = str(appeal.id)
            flash(_("申诉已提出，处理结果会通知您"), "plus")
            return redirect(url_for("appeals.show", appeal=appeal.id), 303)
    elif form.is_submitted():
        status = 422
    return render_template("appeals/file.html", form=form, **file_page(period, subject_id, entry)), status


def _put(form: Any, refusal: Refusal) -> int:
    """Put a refusal on the field that it names, or on top of the form."""
    field = getattr(form, refusal.field or "", None)
    said = refusal.say(current.language)
    if field is not None:
        field.errors = [*field.errors, said]
    else:
        form.form_errors.append(said)
    return refusal.status


@pages.post("/<id:appeal>/take-up", allow="appeals.decide")
def take_up(appeal: Appeal) -> Any:
    """Say that one is looking into it."""
    service.take_up(current.session, appeal, actor=current.actor, now=current.now)
    flash(_("已受理"), "plus")
    return _to(appeal)


@pages.post("/<id:appeal>/withdraw", allow="appeals.own")
def withdraw(appeal: Appeal) -> Any:
    """Take the own appeal back."""
    service.withdraw(
        current.session, appeal, actor=current.actor, now=current.now, reason=request.form.get("reason")
    )
    flash(_("申诉已撤回"), "plus")
    return _to(appeal)


@pages.post("/<id:appeal>/settle", allow="appeals.decide")
def settle(appeal: Appeal) -> Any:
    """Say how a decision that could not be carried out was put right."""
    reason = request.form.get("reason")
    service.settle(current.session, appeal, reason=reason, actor=current.actor, now=current.now)
    flash(_("申诉已办结"), "plus")
    return _to(appeal)


@pages.post("/<id:appeal>/decide", allow="appeals.decide")
def decide(appeal: Appeal) -> Any:
    """Decide an appeal with a reason."""
    form, status = decide_form(appeal), 422
    if form.validate_on_submit():
        try:
            service.decide(
                current.session,
                appeal,
                upheld=form.outcome.data == "upheld",
                reason=form.reason.data,
                remedy=listing.remedy_of(form),
                actor=current.actor,
                now=current.now,
                today=current.today,
            )
        except (NotFound, Forbidden):
            raise
        except Refusal as refusal:
            current.session.rollback()
            status = _put(form, refusal)
        else:
            flash(_("已决定，并通知申诉人"), "plus")
            return _to(appeal)
    return render_template("appeals/show.html", **appeal_page(appeal, form=form)), status


def _to(appeal: Appeal) -> Any:
    return redirect(url_for("appeals.show", appeal=appeal.id), 303)


@pages.form("/carry-out/<id:period>", allow="appeals.carry_out")
def carry_out(period: Period) -> Any:
    """Carry out the upheld appeals of a period together, as a job."""
    form, status = CarryOutForm(), 200
    if not form.is_submitted():
        form.until.data = carrying.usual_until(period, current.today)
    elif form.validate():
        try:
            carrying.require_carriable(current.session, period, form.until.data, current.today)
        except Refusal as refusal:
            current.session.rollback()
            status = _put(form, refusal)
        else:
            if not _under_way(period):
                args = {"period": str(period.id), "until": form.until.data.isoformat()}
                start(CARRY_OUT, args, about=periods.title_of(period))
            return redirect(url_for("appeals.carry_out", period=period.id), 303)
    else:
        status = 422
    return render_template("appeals/carry_out.html", form=form, **carry_out_page(period)), status


def _under_way(period: Period) -> bool:
    found = jobs.living(current.session, CARRY_OUT)
    return any(str(job.args.get("period")) == str(period.id) for job in found)
