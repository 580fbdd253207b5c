"""Pages of surveys: what a year owes and what was held, one survey's life, links, results, the decision of a tie."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.db import read_id
from kaohe.errors import Refusal
from kaohe.pages import current
from kaohe.pages.lists import ListState, clean
from kaohe.pages.workbooks import workbook
from kaohe.surveys import answer_views, edit_views, form_shown, paper, service, showing
from kaohe.surveys.forms import EndForm, put
from kaohe.surveys.models import HeldSurvey
from kaohe.surveys.refusals import DateNeeded
from kaohe.surveys.routes import pages

PAGES = [pages]
PARTS = (answer_views, edit_views)


@pages.get("/surveys", allow="surveys.read")
def index() -> Any:
    """What one can answer, what the year owes, and every survey (administrators)."""
    return render_template("surveys/index.html", **showing.index(_state()))


def _state() -> ListState:
    return ListState.read(
        request.args,
        url_for("surveys.index"),
        sorts=("title", "opens_on", "closes_on"),
        sort="opens_on",
        direction="desc",
        falling=("opens_on", "closes_on"),
        filters={"state": ("draft", "open", "closed"), "kind": ("questionnaire", "ballot", "opinion")},
        keep=("year",),
    )


@pages.get("/surveys/export", allow="surveys.manage")
def export_list() -> Any:
    """The list of surveys as a spreadsheet."""
    return workbook(f"{_('问卷与投票')} {current.today}", paper.list_sheet(showing.rows(_state())))


@pages.get("/surveys/<id:survey>", allow="surveys.read")
def show(survey: HeldSurvey) -> Any:
    """One survey: for an administrator everything, for others what is announced or about them."""
    return _page(survey)


def _page(survey: HeldSurvey, refusal: Refusal | None = None, doing: str = "", links: Any = None) -> Any:
    page = render_template(
        "surveys/show.html",
        **showing.page(survey),
        refusal=refusal,
        doing=doing,
        typed=request.form,
        links=links or form_shown.links_form(survey),
        end=EndForm(closes_on=survey.closes_on, formdata=None),
    )
    return page, refusal.status if refusal else 200


@pages.post("/surveys/<id:survey>/open", allow="surveys.manage")
def open_(survey: HeldSurvey) -> Any:
    """Open a draft."""
    try:
        survey.expect(read_id(request.form.get("version")))
        service.open_survey(
            current.session, survey, actor=current.actor, now=current.now, today=current.today
        )
    except Refusal as refusal:
        current.session.rollback()
        return _page(survey, refusal, "open")
    flash(_("已开放作答"), "plus")
    return _to(survey)


@pages.post("/surveys/<id:survey>/end", allow="surveys.manage")
def move_end(survey: HeldSurvey) -> Any:
    """Move the last day of an open survey."""
    form = EndForm()
    try:
        if not form.validate():
            raise DateNeeded
        service.move_end(
            current.session,
            survey,
            closes_on=form.closes_on.data,
            actor=current.actor,
            now=current.now,
            today=current.today,
        )
    except Refusal as refusal:
        current.session.rollback()
        return _page(survey, refusal, "end")
    flash(_("截止日已改"), "plus")
    return _to(survey)


@pages.post("/surveys/<id:survey>/close", allow="surveys.manage")
def close(survey: HeldSurvey) -> Any:
    """End a survey before its last day is over, and count it."""
    try:
        service.close(current.session, survey, actor=current.actor, now=current.now, today=current.today)
    except Refusal as refusal:
        current.session.rollback()
        return _page(survey, refusal, "close")
    flash(_("已结束并统计"), "plus")
    return _to(survey)


@pages.post("/surveys/<id:survey>/remove", allow="surveys.manage")
def remove(survey: HeldSurvey) -> Any:
    """Throw a draft away."""
    try:
        survey.expect(read_id(request.form.get("version")))
        service.remove(current.session, survey)
    except Refusal as refusal:
        current.session.rollback()
        return _page(survey, refusal, "remove")
    flash(_("草稿已删除"), "plus")
    return redirect(url_for("surveys.index"), 303)


@pages.post("/surveys/<id:survey>/links", allow="surveys.manage")
def links(survey: HeldSurvey) -> Any:
    """Issue links and show them on a sheet to print: this once, since only their hashes are kept."""
    form = form_shown.links_form(survey)
    refusal: Refusal | None = None
    if form.validate():
        try:
            made = service.issue(
                current.session,
                survey,
                group=form.group.data or "",
                count=form.count.data or 0,
                actor=current.actor,
                now=current.now,
            )
        except Refusal as found:
            current.session.rollback()
            refusal = found
            put(form, found, current.language)
        else:
            return render_template("surveys/links.html", **showing.link_sheet(survey, form.group.data, made))
    page, _status = _page(survey, None, "links", form)
    return page, refusal.status if refusal else 422


@pages.post("/surveys/<id:survey>/links/withdraw", allow="surveys.manage")
def withdraw_links(survey: HeldSurvey) -> Any:
    """Take back the links of a group that nobody has used yet."""
    try:
        number = service.withdraw(
            current.session,
            survey,
            group=clean(request.form.get("group")),
            reason=request.form.get("reason"),
            actor=current.actor,
            now=current.now,
        )
    except Refusal as refusal:
        current.session.rollback()
        return _page(survey, refusal, "withdraw")
    flash(_("已收回 %(n)s 个链接", n=number), "plus")
    return _to(survey)


@pages.get("/surveys/<id:survey>/poster", allow="surveys.manage")
def poster(survey: HeldSurvey) -> Any:
    """One sheet to hang up: the address for who is signed in, as a code."""
    return render_template("surveys/poster.html", **showing.poster(survey))


@pages.get("/surveys/<id:survey>/print", allow="surveys.manage")
def paper_(survey: HeldSurvey) -> Any:
    """The results to print."""
    return render_template("surveys/print.html", **showing.page(survey))


@pages.get("/surveys/<id:survey>/export", allow="surveys.manage")
def export(survey: HeldSurvey) -> Any:
    """The results as a spreadsheet, with what may be shown and no more."""
    return workbook(
        f"{service.title_of(survey).say(current.language)} {survey.closes_on}", *paper.result_sheets(survey)
    )


@pages.post("/surveys/<id:survey>/decide", allow="surveys.manage")
def decide(survey: HeldSurvey) -> Any:
    """Decide a tie with a reason."""
    chosen = [ident for one in request.form.getlist("subject") if (ident := read_id(one)) is not None]
    try:
        service.decide(
            current.session,
            survey,
            chosen=chosen,
            reason=request.form.get("reason"),
            actor=current.actor,
            now=current.now,
        )
    except Refusal as refusal:
        current.session.rollback()
        return _page(survey, refusal, "decide")
    flash(_("决定已记下，结果已公布"), "plus")
    return _to(survey)


def _to(survey: HeldSurvey) -> Any:
    return redirect(url_for("surveys.show", survey=survey.id), 303)
