"""Pages of results: one's own, anybody's one may see, the league, and a period's life for the admin."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.entries import wording
from kaohe.errors import NotFound
from kaohe.jobs.views import start
from kaohe.pages import Pages, choose, current, loader
from kaohe.pages.workbooks import workbook
from kaohe.papers.views import answer
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import league_sheet, listing, managing, printed, showing, subjects
from kaohe.results import service as results
from kaohe.results.forms import ReopenForm, StepForm
from kaohe.results.jobs import CLOSE, RECOUNT, REPLAY
from kaohe.results.lines import PUBLIC
from kaohe.results.models import Run
from kaohe.results.refusals import NotOpen, NotPublished

pages = Pages("results", __name__, "/results")
PAGES = [pages]


@loader("run")
def load_run(session: TenantSession, ident: int) -> tuple[Run, None]:
    """A computation belongs to the whole organisation."""
    return session.need(Run, ident), None


@pages.get("/mine", allow="self")
def mine() -> Any:
    """One's own result: of the period asked for, else the current one."""
    period = periods.in_view(current.session, current.today, None, request.args.get("period")).period
    if period is None:
        return render_template("results/none.html", page_title=_("我的结果"))
    subject = current.actor.person_id
    if not showing.by_person(period):
        headed = subjects.headed(current.session, current.actor)
        if not headed:
            return _only_units(period)
        subject = headed[0].id
    return redirect(url_for("results.show", period=period.id, subject=subject))


def _only_units(period: Period) -> Any:
    """This scheme assesses units, and the viewer heads none: where to look instead."""
    return render_template(
        "results/only_units.html",
        page_title=_("我的结果"),
        here=period,
        title=periods.title_of(period),
        words=wording.word("units", period),
        personal=_last_personal(),
        me=current.actor.person_id,
        public=results.is_public(period) or current.actor.is_admin or current.actor.is_assessor,
    )


def _last_personal() -> Period | None:
    """The current period of a scheme that assesses people."""
    found = (
        periods.current(current.session, current.today, one.scheme_code)
        for one in adoption.adoptions(current.session)
    )
    return next((one for one in found if one is not None and showing.by_person(one)), None)


@pages.get("/<id:period>/<id:subject>", allow="results.read")
def show(period: Period, subject: Any) -> Any:
    """Why somebody has this score."""
    found = showing.one_page(period, subject, _asked_run(period))
    return render_template("results/show.html", page_title=subject.name, **found)


@pages.get("/<id:period>/<id:subject>/steps", allow="results.read")
def steps(period: Period, subject: Any) -> Any:
    """Every step of the computing, in sentences."""
    found = showing.one_page(period, subject, _asked_run(period))
    return render_template("results/steps.html", page_title=_("全部步骤"), **found)


@pages.get("/<id:period>/<id:subject>/sheet", allow="results.read")
def sheet(period: Period, subject: Any) -> Any:
    """The result as a sheet of paper to be signed."""
    found = showing.one_page(period, subject)
    back = url_for("results.show", period=period.id, subject=subject.id)
    paper = url_for("results.sheet_pdf", period=period.id, subject=subject.id)
    return render_template(
        "results/sheet.html", page_title=_("考核结果单"), back_url=back, paper_url=paper, **found
    )


@pages.get("/<id:period>/<id:subject>/sheet.pdf", allow="results.read")
def sheet_pdf(period: Period, subject: Any) -> Any:
    """The same sheet as PDF."""
    paper = printed.sheet_paper(showing.one_page(period, subject))
    return answer(paper, f"{periods.title_of(period).say(current.language)} {subject.name} {_('考核结果单')}")


def _asked_run(period: Period) -> Run | None:
    """An earlier computation that an admin asks for."""
    if "run" not in request.args:
        return None
    run: Run = choose(current.session, current.actor, "results.manage", "run", request.args["run"])
    if run.period_id != period.id:
        raise NotFound
    return run


@pages.get("/league", allow="results.league")
@pages.get("/<id:period>/league", allow="results.league")
def league(period: Period | None = None) -> Any:
    """The list of everybody with score and rank."""
    period = (
        period or periods.in_view(current.session, current.today, None, request.args.get("period")).period
    )
    if period is None:
        return render_template("results/none.html", page_title=_("考核榜单"))
    try:
        found = listing.league_page(listing.shown(period))
    except NotPublished as refusal:
        return _not_yet(period, refusal)
    return render_template("results/league.html", **found)


def _not_yet(period: Period, refusal: NotPublished) -> Any:
    """Nothing is published of this period; the last one that is, is offered."""
    last = current.session.scalar(
        select(Period).where(Period.state.in_(PUBLIC)).order_by(Period.starts_on.desc()).limit(1)
    )
    words = refusal.say(current.language)
    return render_template(
        "results/not_yet.html",
        here=period,
        last=last,
        words=words,
        page_title=_("考核榜单"),
        title_of=periods.title_of,
        me=current.actor.person_id,
    )


@pages.get("/<id:period>/export", allow="results.league")
def export(period: Period) -> Any:
    """The league as a spreadsheet: the same lines as the page, all of them."""
    return workbook(
        f"{_('考核榜单')} {periods.title_of(period).say(current.language)}",
        league_sheet.sheet(listing.shown(period)),
    )


@pages.get("/<id:period>/league.pdf", allow="results.league")
def league_pdf(period: Period) -> Any:
    """The league as PDF: the same lines as the page, all of them."""
    return answer(printed.league_paper(listing.shown(period)))


@pages.get("/<id:period>/manage", allow="results.manage")
def manage(period: Period) -> Any:
    """A period's life: complete it, close it, publish it, seal it."""
    return render_template("results/manage.html", **managing.manage_page(period))


@pages.post("/<id:period>/close", allow="results.manage")
def close(period: Period) -> Any:
    """Close the period, as a job."""
    if period.state != "open" and not results.is_closing(current.session, period):
        raise NotOpen(title=periods.title_of(period), state=periods.STATE_WORDS[period.state])
    return _started(period, CLOSE)


@pages.post("/<id:period>/replay", allow="results.manage")
def replay(period: Period) -> Any:
    """Run the engine on the stored inputs, as a job."""
    return _started(period, REPLAY)


@pages.post("/<id:period>/recount", allow="results.manage")
def recount(period: Period) -> Any:
    """Compute from today's entries and compare, as a job."""
    return _started(period, RECOUNT)


def _started(period: Period, kind: str) -> Any:
    """Start a job about the period unless one of its kind is under way."""
    if managing.living_job(period, kind) is None:
        start(kind, {"period": str(period.id)}, about=periods.title_of(period))
    else:
        flash(_("同一项任务已在进行"), "info")
    return redirect(url_for("results.manage", period=period.id), 303)


@pages.post("/<id:period>/publish", allow="results.manage")
def publish(period: Period) -> Any:
    """Show the results to everybody."""
    form = StepForm()
    results.publish(
        current.session, period, by=current.actor.person_id, now=current.now, version=form.version.data
    )
    flash(_("结果已公示"), "plus")
    return redirect(url_for("results.manage", period=period.id), 303)


@pages.post("/<id:period>/finalise", allow="results.manage")
def finalise(period: Period) -> Any:
    """Seal the period."""
    form = StepForm()
    results.finalise(
        current.session, period, by=current.actor.person_id, now=current.now, version=form.version.data
    )
    flash(_("周期已定稿封存"), "plus")
    return redirect(url_for("results.manage", period=period.id), 303)


@pages.post("/<id:period>/reopen", allow="results.manage")
def reopen(period: Period) -> Any:
    """Take entries again, with a reason."""
    form = ReopenForm()
    if form.validate_on_submit():
        by, reason = current.actor.person_id, form.reason.data or ""
        results.reopen(
            current.session, period, by=by, now=current.now, reason=reason, version=form.version.data
        )
        current.notes["reason"] = reason
        flash(_("已重新开放录入；原来的结果保留"), "plus")
        return redirect(url_for("results.manage", period=period.id), 303)
    return render_template("results/manage.html", **managing.manage_page(period, reopen=form)), 422
