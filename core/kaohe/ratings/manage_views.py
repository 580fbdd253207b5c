"""For administrators: how far everybody is with rating, deadlines moved, who rates whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.calendar.service import calendar_of
from kaohe.db import read_id
from kaohe.errors import Refusal
from kaohe.pages import choose, current
from kaohe.pages.lists import ListState
from kaohe.pages.workbooks import workbook
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.ratings import listing, refusals, service
from kaohe.ratings.models import RatingAssignment, RatingRound
from kaohe.ratings.routes import pages, registry
from kaohe.reports.spreadsheet import Column, Sheet


@pages.get("/progress", allow="ratings.manage")
def progress() -> Any:
    """How far each role of a period is, and who has not finished."""
    return _progress()


def _progress(refusal: Refusal | None = None, of: RatingRound | None = None) -> Any:
    shown = periods.in_view(
        current.session, current.today, of.period_id if of else None, request.args.get("period")
    ).period
    found = listing.rounds_of(current.session, registry(), shown) if shown is not None else []
    return render_template(
        "ratings/progress.html",
        rounds=found,
        here_title=periods.title_of(shown) if shown else None,
        period_here=shown,
        now=current.now,
        refusal=refusal,
        refused=of.id if of else None,
        typed=request.form,
    ), refusal.status if refusal else 200


@pages.get("/progress.xlsx", allow="ratings.manage")
def export() -> Any:
    """Who has given how many values, as a workbook; no values."""
    assert current.tenant is not None
    shown = periods.in_view(current.session, current.today, None, request.args.get("period")).period
    found = listing.rounds_of(current.session, registry(), shown) if shown is not None else []
    columns = [
        Column(_("评分角色")), Column(_("截止"), "instant"), Column(_("评分人")), Column(_("工号")), Column(_("部门")),
        Column(_("应评项"), "whole"), Column(_("已评项"), "whole"),
    ]  # fmt: skip
    rows = (
        [
            one.here.title.say(current.language),
            one.here.round.due_at,
            who.name,
            who.number,
            who.unit,
            wanted,
            given,
        ]
        for one in found
        for who, wanted, given in one.raters
    )
    name = f"{_('评分进度')} {current.today.isoformat()}"
    return workbook(name, Sheet(_("评分进度"), columns, rows))


@pages.post("/<id:rating_round>/extend", allow="ratings.manage")
def extend(rating_round: RatingRound) -> Any:
    """Move the deadline, with a reason."""
    try:
        service.extend(
            current.session,
            rating_round,
            until=_day(request.form.get("due", "")),
            reason=request.form.get("reason", ""),
            actor=current.actor,
            now=current.now,
        )
    except Refusal as refusal:
        current.session.rollback()
        return _progress(refusal, rating_round)
    day = calendar_of(current.session).day_of(rating_round.due_at)
    flash(_("已延期到 %(day)s", day=day.isoformat()), "plus")
    return redirect(url_for("ratings.progress", period=rating_round.period_id), 303)


@pages.get("/<id:rating_round>/assignments", allow="ratings.manage")
def assignments(rating_round: RatingRound) -> Any:
    """Who rates whom in a round."""
    return _assignments(rating_round)


def _assignments(rating_round: RatingRound, refusal: Refusal | None = None) -> Any:
    here = listing.here_of(current.session, registry(), rating_round)
    state = ListState.read(
        request.args,
        url_for("ratings.assignments", rating_round=rating_round.id),
        filters={"unit": None, "lacking": ("1",)},
        per=50,
    )
    unit = _unit(state.filters.get("unit", ""))
    rows = listing.assignments(
        current.session,
        here,
        search=state.q,
        unit_path=unit.path if unit else "",
        lacking=state.filters.get("lacking") == "1",
    )
    page = state.paged(len(rows))
    units = people.units(current.session, open_on=current.today)
    return render_template(
        "ratings/assignments.html",
        here=here,
        title=periods.title_of(here.period),
        list=state,
        page=page,
        rows=rows[page.offset : page.offset + page.per],
        units=[(one.id, one.name) for one in units],
        refusal=refusal,
        typed=request.form,
        wanted=len(here.clauses),
    ), refusal.status if refusal else 200


def _unit(ident: str) -> Unit | None:
    return None if (known := read_id(ident)) is None else current.session.get(Unit, known)


@pages.post("/<id:rating_round>/assign", allow="ratings.manage")
def assign(rating_round: RatingRound) -> Any:
    """Let somebody rate those that are ticked."""
    try:
        subjects = [
            choose(current.session, current.actor, "people.read", "person", one).id
            for one in request.form.getlist("subjects")[:2000]
        ]
        rater = _rater(request.form)
        new = service.assign(
            current.session,
            rating_round,
            rater_id=rater,
            subject_ids=subjects,
            actor=current.actor,
            now=current.now,
        )
    except Refusal as refusal:
        current.session.rollback()
        return _assignments(rating_round, refusal)
    flash(_("已安排 %(n)s 人", n=new), "plus")
    return redirect(url_for("ratings.assignments", rating_round=rating_round.id), 303)


def _rater(form: Mapping[str, str]) -> int:
    if form.get("rater"):
        return int(choose(current.session, current.actor, "people.read", "person", form["rater"]).id)
    text = form.get("rater_text", "")
    if not text.strip():
        raise refusals.NobodyChosen
    found = people.one_by_text(
        current.session, current.actor, text, today=current.today, action="people.read"
    )
    return int(found.person.id)


@pages.post("/<id:rating_round>/end", allow="ratings.manage")
def end(rating_round: RatingRound) -> Any:
    """End one assignment of the round, or those that are ticked."""
    wanted = [
        ident for one in request.form.getlist("assignments")[:2000] if (ident := read_id(one)) is not None
    ]
    found = current.session.scalars(
        select(RatingAssignment).where(
            RatingAssignment.round_id == rating_round.id, RatingAssignment.id.in_(wanted)
        )
    ).all()
    try:
        ended = service.end(current.session, found, actor=current.actor, now=current.now)
    except Refusal as refusal:
        current.session.rollback()
        return _assignments(rating_round, refusal)
    flash(_("已取消 %(n)s 项安排；给过的分不再计入", n=ended), "plus")
    return redirect(url_for("ratings.assignments", rating_round=rating_round.id), 303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
