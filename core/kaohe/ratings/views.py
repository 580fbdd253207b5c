"""Pages of ratings: my sheets, one sheet saved line by line; for administrators how far everybody is and who rates whom."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession, read_id
from kaohe.errors import NotFound, Refusal
from kaohe.pages import Pages, choose, current, loader
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.plugins import Registry
from kaohe.ratings import listing, refusals, service
from kaohe.ratings.models import RatingAssignment, RatingRound
from kaohe.reports.spreadsheet import MEDIA_XLSX, Column, Sheet, write_workbook

pages = Pages("ratings", __name__, "/ratings")
PAGES = [pages]
_VALUE = re.compile(r"v-([1-9]\d{0,18})-([1-9]\d{0,8})")


@loader("rating_round")
def load_round(session: TenantSession, ident: int) -> tuple[RatingRound, None]:
    """A round is the organisation's; its sheet is for who is assigned."""
    return session.need(RatingRound, ident), None


def _registry() -> Registry:
    return current_app.extensions["kaohe"].registry


@pages.get("/", allow="ratings.mine")
def index() -> Any:
    """The sheets that wait for me, and those that are done."""
    rows = listing.my_rounds(current.session, _registry(), current.actor.person_id)
    return render_template("ratings/index.html", rows=rows, now=current.now, title_of=periods.title_of)


@pages.form("/<id:rating_round>/sheet", allow="ratings.mine")
def sheet(rating_round: RatingRound) -> Any:
    """My sheet: everybody I rate, every item; saved line by line, or as a whole."""
    here = listing.here_of(current.session, _registry(), rating_round)
    rated = listing.rated_by(current.session, here, current.actor.person_id)
    if not rated:
        raise refusals.NotAssigned(name=periods.title_of(here.period))
    if request.method == "GET":
        return _sheet(here, rated)
    saved, refusal = _save(here)
    if refusal is not None:
        current.session.rollback()
        return _sheet(here, rated, refusal=refusal, status=refusal.status)
    status = max((one.status for one in saved.problems.values()), default=200)
    if saved.problems and not saved.changed:
        current.session.rollback()
    if request.headers.get("HX-Request"):
        # what is right of the line is kept and said so; 200 lets it commit
        return _sheet(here, rated, saved=saved, status=status if not saved.changed else 200, only=True)
    if saved.problems:
        return _sheet(here, rated, saved=saved, status=status if not saved.changed else 200)
    flash(_("已保存 %(n)s 项", n=saved.changed) if saved.changed else _("没有改动"), "plus")
    return redirect(url_for("ratings.sheet", rating_round=rating_round.id), 303)


def _save(here: listing.Here) -> tuple[service.Saved, Refusal | None]:
    if here.rated is None:
        raise NotFound
    try:
        saved = service.save(
            current.session,
            here.round,
            rated=here.rated,
            clauses=here.clauses,
            lines=_lines(),
            actor=current.actor,
            now=current.now,
        )
    except Refusal as refusal:
        return service.Saved(), refusal
    return saved, None


def _lines() -> list[service.Line]:
    typed: dict[int, dict[int, str]] = {}
    for name, text in request.form.items():
        found = _VALUE.fullmatch(name)
        subject = read_id(found[1]) if found else None
        if found and subject is not None:
            typed.setdefault(subject, {})[int(found[2])] = text[:40]
    return [
        service.Line(
            subject,
            cells,
            {clause: read_id(request.form.get(f"s-{subject}-{clause}")) or 0 for clause in cells},
            request.form.get(f"r-{subject}"),
        )
        for subject, cells in typed.items()
    ]


def _sheet(
    here: listing.Here,
    rated: list[listing.Somebody],
    *,
    saved: service.Saved | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
    only: bool = False,
) -> Any:
    session, me = current.session, current.actor.person_id
    held = {(one.subject_id, one.clause_id): one for one in service.given_by(session, here.round, me)}
    given = sum((one.id, clause.id) in held for one in rated for clause in here.clauses)
    problems = saved.problems if saved is not None else {}
    if only:
        wanted = {line.subject_id for line in _lines()}
        rated_shown = [one for one in rated if one.id in wanted]
    else:
        rated_shown = rated
    return (
        render_template(
            "ratings/_line.html" if only else "ratings/sheet.html",
            here=here,
            title=periods.title_of(here.period),
            state=here.state(current.now),
            rated=rated_shown,
            held=held,
            remarks=service.remarks_by(session, here.round, me),
            typed=request.form if saved is not None or refusal is not None else {},
            problems=problems,
            conflicts={key for key, one in problems.items() if isinstance(one, refusals.ChangedMeanwhile)},
            saved=saved,
            refusal=refusal,
            given=given,
            wanted=len(rated) * len(here.clauses),
        ),
        status,
    )


@pages.get("/progress", allow="ratings.manage")
def progress() -> Any:
    """How far each role of a period is, and who has not finished."""
    return _progress()


def _progress(refusal: Refusal | None = None, of: RatingRound | None = None) -> Any:
    shown = periods.in_view(
        current.session, current.today, of.period_id if of else None, request.args.get("period")
    ).period
    found = listing.rounds_of(current.session, _registry(), shown) if shown is not None else []
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
    found = listing.rounds_of(current.session, _registry(), shown) if shown is not None else []
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
    target = io.BytesIO()
    write_workbook(
        target, [Sheet(_("评分进度"), columns, rows)], now=current.now, zone=ZoneInfo(current.tenant.zone)
    )
    target.seek(0)
    name = f"{_('评分进度')} {current.today.isoformat()}.xlsx"
    return send_file(target, mimetype=MEDIA_XLSX, as_attachment=True, download_name=name)


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
    here = listing.here_of(current.session, _registry(), rating_round)
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
