"""Pages of ratings: my sheets, and one sheet saved line by line."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.db import read_id
from kaohe.errors import NotFound, Refusal
from kaohe.pages import current
from kaohe.periods import service as periods
from kaohe.ratings import listing, manage_views, refusals, service
from kaohe.ratings.models import RatingRound
from kaohe.ratings.routes import pages, registry

PAGES = [pages]
PARTS = (manage_views,)
_VALUE = re.compile(r"v-([1-9]\d{0,18})-([1-9]\d{0,8})")


@pages.get("/", allow="ratings.mine")
def index() -> Any:
    """The sheets that wait for me, and those that are done."""
    rows = listing.my_rounds(current.session, registry(), current.actor.person_id)
    return render_template("ratings/index.html", rows=rows, now=current.now, title_of=periods.title_of)


@pages.form("/<id:rating_round>/sheet", allow="ratings.mine")
def sheet(rating_round: RatingRound) -> Any:
    """My sheet: everybody I rate, every item; saved line by line, or as a whole."""
    here = listing.here_of(current.session, registry(), rating_round)
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
