"""Pages of filings: what I owe, one filing with its form, its versions and its paper."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.calendar.service import calendar_of
from kaohe.entries import made
from kaohe.errors import Refusal
from kaohe.filings import listing, printed, refusals, service, tracker_views
from kaohe.filings.models import Due
from kaohe.filings.routes import UNNAMED, pages, registry, zone
from kaohe.pages import asking, current
from kaohe.pages.lists import ListState, clean
from kaohe.papers.views import answer
from kaohe.plugins import Filing
from kaohe.scheme import Text

PAGES = [pages]
PARTS = (tracker_views,)
MORE = 5


@pages.get("/", allow="filings.mine")
def index() -> Any:
    """What one owes, owes and cannot file any more, or has filed."""
    state = ListState.read(request.args, request.path, filters={"show": ("locked", "filed")}, per=20)
    which: listing.Which = state.filters.get("show") or "open"  # type: ignore[assignment]
    whose = listing.Mine(current.actor, registry(), current.now)
    kinds: tuple[listing.Which, ...] = ("open", "locked", "filed")
    counts = {one: listing.how_many(current.session, whose, one) for one in kinds}
    page = state.paged(counts[which])
    rows = [
        _line(due, name)
        for due, name in listing.mine(current.session, whose, which, limit=page.per, offset=page.offset)
    ]
    return render_template("filings/index.html", rows=rows, list=state, page=page, which=which, counts=counts)


def _line(due: Due, name: str) -> dict[str, Any]:
    filing = registry().filing(due.filing)
    return {
        "due": due,
        "name": name,
        "title": filing.title if filing else UNNAMED,
        "says": filing.says if filing else None,
        "state": service.state_of(due, current.now),
        "locked": service.is_locked(due, filing, current.now),
    }


@pages.get("/<id:due>", allow="filings.read")
def show(due: Due) -> Any:
    """One filing: how it stands, what was filed, every version, each unlocking."""
    return _show(due)


def _show(due: Due, refusal: Refusal | None = None) -> Any:
    status = refusal.status if refusal is not None else 200
    return render_template("filings/show.html", refusal=refusal, typed=request.form, **_about(due)), status


def _about(due: Due) -> dict[str, Any]:
    filing = registry().filing(due.filing)
    place = service.place_of(current.session, due)
    own = current.actor.is_self(place)
    schema = filing.schema() if filing is not None else None
    versions = [
        (one, name, asking.shown(schema, one.content, current.language, zone=zone()) if schema else [])
        for one, name in service.versions(current.session, due)
    ]
    return {
        "due": due,
        "filing": filing,
        "title": filing.title if filing else UNNAMED,
        "name": service.name_of(current.session, due),
        "state": service.state_of(due, current.now),
        "locked": service.is_locked(due, filing, current.now),
        "own": own,
        "may_unlock": current.actor.is_admin and not own and current.now > due.due_at and filing is not None,
        "draft": service.draft_of(current.session, due) if own else None,
        "versions": versions,
        "moves": service.moves_of(current.session, due),
        "entries": made.made_from(current.session, service.ORIGIN, due.id),
        "today": current.today,
    }


@pages.get("/<id:due>/print", allow="filings.read")
def paper(due: Due) -> Any:
    """The version that stands, to be printed and signed."""
    return render_template(
        "filings/print.html",
        back_url=url_for("filings.show", due=due.id),
        paper_url=url_for("filings.pdf", due=due.id),
        **_about(due),
    )


@pages.get("/<id:due>/print.pdf", allow="filings.read")
def pdf(due: Due) -> Any:
    """The same as PDF."""
    return answer(printed.form_paper(_about(due)))


@pages.form("/<id:due>/file", allow="filings.file")
def file(due: Due) -> Any:
    """The form: a draft is kept however it is, what is filed must be right."""
    filing = registry().filing(due.filing)
    if filing is None:
        raise refusals.Unknown
    if request.method == "GET":
        return _form(due, filing)
    typed = _typed()
    if asking.wants_more(request.form):
        return _form(due, filing, typed=typed, more=MORE)
    if request.form.get("do") == "draft":
        return _keep_draft(due, filing, typed)
    content, errors = asking.read(filing.schema(), typed, zone=zone())
    if errors:
        return _form(due, filing, typed=typed, errors=errors, status=422)
    try:
        service.file(
            current.session,
            due,
            filing=filing,
            content=content,
            actor=current.actor,
            now=current.now,
            after=_number(request.form.get("after")),
            token=clean(request.form.get("token"))[:64] or None,
        )
    except Refusal as refusal:
        current.session.rollback()
        return _form(due, filing, typed=typed, refusal=refusal, status=refusal.status)
    flash(_("已报送"), "plus")
    return redirect(url_for("filings.show", due=due.id), 303)


def _keep_draft(due: Due, filing: Filing, typed: dict[str, str]) -> Any:
    try:
        service.save_draft(
            current.session, due, filing=filing, typed=typed, actor=current.actor, now=current.now
        )
    except Refusal as refusal:
        current.session.rollback()
        return _form(due, filing, typed=typed, refusal=refusal, status=refusal.status)
    flash(_("草稿已保存，还没有报送"), "plus")
    return redirect(url_for("filings.file", due=due.id), 303)


def _typed() -> dict[str, str]:
    return {name: text for name, text in request.form.items() if name.startswith(asking.PREFIX)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0


def _form(
    due: Due,
    filing: Filing,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, Text] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
    more: int = 0,
) -> Any:
    newest = service.newest(current.session, due)
    draft = service.draft_of(current.session, due) if typed is None else None
    data = newest.content if newest is not None else {}
    before = service.before(current.session, due) if newest is None and draft is None else None
    if typed is None and request.args.get("from") == "before" and before is not None:
        data, draft = before.content, None
    shown = typed if typed is not None else dict(draft.typed) if draft is not None else None
    schema = filing.schema()
    return (
        render_template(
            "filings/file.html",
            due=due,
            filing=filing,
            name=service.name_of(current.session, due),
            state=service.state_of(due, current.now),
            locked=service.is_locked(due, filing, current.now),
            fields=asking.asked(schema, data, form=shown, errors=errors, zone=zone(), more=more),
            other=(errors or {}).get(asking.WHOLE_FORM),
            refusal=refusal,
            draft=draft,
            before=before,
            after=newest.number if newest is not None else 0,
            token=request.form.get("token") or secrets.token_urlsafe(18),
            today=current.today,
        ),
        status,
    )


@pages.post("/<id:due>/unlock", allow="filings.unlock")
def unlock(due: Due) -> Any:
    """A new due date with a reason; what the miss had counted is taken back."""
    try:
        service.unlock(
            current.session,
            due,
            filing=registry().filing(due.filing),
            actor=current.actor,
            until=_day(request.form.get("due", "")),
            reason=request.form.get("reason", ""),
            now=current.now,
        )
    except Refusal as refusal:
        current.session.rollback()
        return _show(due, refusal)
    until = calendar_of(current.session).day_of(due.due_at)
    flash(_("已解锁，新的截止日 %(day)s", day=until.isoformat()), "plus")
    return redirect(url_for("filings.show", due=due.id), 303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
