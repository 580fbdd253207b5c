"""Pages of consequences: what waits and what was decided, one proposal with its reasons, who is near what, wages.

Deciding is asked with its reason; a proposal that somebody else decided meanwhile says so, and what was typed stays.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.accounts.policy import Place, allowed
from kaohe.adoption import service as adoption
from kaohe.consequences import listing, panels
from kaohe.consequences import service as consequences
from kaohe.consequences.finding import Wanted
from kaohe.consequences.forms import DecideForm, DecideManyForm
from kaohe.consequences.kinds import MOVES_POST, kind_said
from kaohe.consequences.models import DecisionAct, Proposal
from kaohe.consequences.reading import Proposed, place_of
from kaohe.db import TenantSession, read_id
from kaohe.errors import Refusal
from kaohe.pages import Pages, choose, current, loader
from kaohe.pages.workbooks import workbook
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.scheme import Text

pages = Pages("consequences", __name__, "/consequences")
PAGES = [pages]
PARTS = (panels,)


@loader("proposal")
def load_proposal(session: TenantSession, ident: int) -> tuple[Proposal, Place]:
    """A proposal lies with its subject, in the unit of its period."""
    found = session.need(Proposal, ident)
    return found, place_of(found, session.need(Unit, found.unit_id).path)


@pages.get("/", allow="consequences.list")
def index() -> Any:
    """Everything that was proposed, what waits first."""
    return render_template(
        "consequences/index.html", many=DecideManyForm(formdata=None), **listing.index_page()
    )


@pages.get("/export", allow="consequences.list")
def export() -> Any:
    """The list as a spreadsheet."""
    return workbook(f"{_('结果运用')} {current.today}", listing.sheet())


@pages.get("/watch", allow="consequences.list")
def watch() -> Any:
    """Who is near what."""
    return render_template("consequences/watch.html", **listing.watch_page())


@pages.get("/watch/export", allow="consequences.list")
def watch_export() -> Any:
    """The watch list as a spreadsheet."""
    return workbook(f"{_('临界名单')} {current.today}", listing.watch_sheet())


@pages.get("/wages", allow="consequences.list")
def wages() -> Any:
    """The wage adjustments of a period."""
    return render_template("consequences/wages.html", **listing.wage_page())


@pages.get("/wages/export", allow="consequences.list")
def wages_export() -> Any:
    """The wage adjustments for payroll."""
    return workbook(f"{_('工资调整表')} {current.today}", listing.wage_sheet())


@pages.get("/<id:proposal>", allow="consequences.read")
def show(proposal: Proposal) -> Any:
    """One proposal with its reasons, and the form to decide it."""
    return render_template("consequences/show.html", **_page(proposal, DecideForm(formdata=None)))


def _page(proposal: Proposal, form: DecideForm) -> dict[str, Any]:
    [one] = consequences.listed(current.session, [proposal])
    place = current.places.get("proposal")
    may = allowed(current.actor, "consequences.decide", place)
    acts = []
    if one.decision is not None:
        query = select(DecisionAct).where(DecisionAct.decision_id == one.decision.id)
        acts = list(current.session.scalars(query.order_by(DecisionAct.id)))
    return {
        "one": one,
        "form": form,
        "may": may,
        "why_not": one.why_not(current.actor),
        "moves_post": proposal.effect in MOVES_POST and proposal.undoes is None,
        "kind": kind_said(proposal.effect),
        "period_title": periods.title_of(one.period),
        "state_word": listing.state_word,
        "related": _related(proposal),
        "acts": acts,
        "fact_title": _fact_title(one),
        "is_person": current.session.get(Person, proposal.subject_id) is not None,
        "page_title": one.name,
    }


def _fact_title(one: Proposed) -> Text:
    """What the scheme calls the attribute that this changes."""
    if one.effect.fact and one.period.revision_id is not None:
        scheme = adoption.scheme_of(current.session, one.period.revision_id)
        for fact in scheme.facts:
            if fact.code == one.effect.fact:
                return fact.title
    return Text("", "")


def _related(proposal: Proposal) -> list[Proposed]:
    """What the same entry called for, and what undoes or is undone by this."""
    ways = [Proposal.undoes == proposal.id]
    if proposal.undoes is not None:
        ways.append(Proposal.id == proposal.undoes)
    if proposal.entry_id is not None:
        ways.append(Proposal.entry_id == proposal.entry_id)
    elif proposal.source:
        ways.append(
            (Proposal.source == proposal.source)
            & (Proposal.period_id == proposal.period_id)
            & (Proposal.subject_id == proposal.subject_id)
        )
    found = {
        one.id: one
        for way in ways
        for one in current.session.scalars(select(Proposal).where(way, Proposal.id != proposal.id))
    }
    return consequences.listed(current.session, [found[ident] for ident in sorted(found)])


@pages.post("/<id:proposal>/decide", allow="consequences.decide")
def decide(proposal: Proposal) -> Any:
    """Decide one proposal."""
    form = DecideForm()
    status = 422
    if form.validate_on_submit():
        try:
            made = consequences.decide(
                current.session,
                proposal,
                accepted=form.accepted.data == "yes",
                reason=form.reason.data or "",
                actor=current.actor,
                today=current.today,
                now=current.now,
                position=form.position.data or "",
            )
        except Refusal as refusal:
            current.session.rollback()
            form.reason.errors = [*form.reason.errors, refusal.say(current.language)]
            status = refusal.status
            proposal = current.session.need(Proposal, proposal.id)
        else:
            current.notes["decision"] = str(made.id)
            flash(_("已决定，并写入记录"), "plus")
            return redirect(_back(form, proposal), 303)
    return render_template("consequences/show.html", **_page(proposal, form)), status


def _back(form: DecideForm, proposal: Proposal) -> str:
    """To the period from which it was decided, else to the proposal itself."""
    if read_id(form.back.data) == proposal.period_id:
        return url_for("results.manage", period=proposal.period_id, _anchor="proposed")
    return url_for("consequences.show", proposal=proposal.id)


@pages.post("/decide", allow="consequences.list")
def decide_many() -> Any:
    """Decide the ticked ones alike, with one reason."""
    form = DecideManyForm()
    chosen = [
        choose(current.session, current.actor, "consequences.decide", "proposal", ident)
        for ident in request.form.getlist("proposal")[:200]
    ]
    if not form.validate_on_submit():
        return _many(form), 422
    try:
        done, refused = consequences.decide_many(
            current.session,
            chosen,
            accepted=form.accepted.data == "yes",
            reason=form.reason.data or "",
            actor=current.actor,
            today=current.today,
            now=current.now,
        )
    except Refusal as refusal:
        form.reason.errors = [*form.reason.errors, refusal.say(current.language)]
        return _many(form), refusal.status
    if done:
        flash(_("已决定 %(n)s 项，并写入记录", n=done), "plus")
    for one, why in refused[:5]:
        flash(_("%(name)s：%(why)s", name=one.name, why=why.say(current.language)), "warn")
    if len(refused) > 5:
        flash(_("另有 %(n)s 项没有决定。", n=len(refused) - 5), "warn")
    return redirect(listing.read().address(url_for("consequences.index")), 303)


def _many(form: DecideManyForm) -> str:
    ticked = set(request.form.getlist("proposal"))
    return render_template("consequences/index.html", many=form, ticked=ticked, **listing.index_page())


@pages.get("/of/<id:subject>", allow="results.read")
def of(subject: Person | Unit) -> Any:
    """What was ever proposed and decided about somebody; oneself sees what holds or was decided."""
    own = current.actor.is_self(current.places.get("subject")) and not current.actor.is_admin
    wanted = Wanted(subject_id=subject.id)
    rows = consequences.page(current.session, wanted, limit=200, offset=0)
    shown = [one for one in rows if not own or one.state in ("accepted", "declined", "at_once")]
    return render_template(
        "consequences/of.html",
        subject=subject,
        rows=shown,
        own=own,
        state_word=listing.state_word,
        title_of=periods.title_of,
        page_title=_("结果运用"),
    )
