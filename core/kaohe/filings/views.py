"""Pages of filings: what I owe, one filing with its form, its versions and its paper, and the tracker."""

from __future__ import annotations

import io
import secrets
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import Place
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession, read_id
from kaohe.entries import made
from kaohe.errors import Refusal
from kaohe.filings import listing, printed, refusals, service
from kaohe.filings.models import Due
from kaohe.pages import Pages, asking, current, loader
from kaohe.pages.lists import ListState, clean
from kaohe.papers.views import answer
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.plugins import Filing, Registry
from kaohe.reports.spreadsheet import MEDIA_XLSX, Column, Sheet, write_workbook
from kaohe.scheme import Text

pages = Pages("filings", __name__, "/filings")
PAGES = [pages]
MORE = 5
UNNAMED = Text("上报事项", "Filing")
"""What a filing is called whose sector is not installed any more."""


@loader("due")
def load_due(session: TenantSession, ident: int) -> tuple[Due, Place]:
    """A due is its subject's; that of a unit is its head's."""
    due = session.need(Due, ident)
    return due, service.place_of(session, due)


def _registry() -> Registry:
    return current_app.extensions["kaohe"].registry


def _zone() -> str:
    assert current.tenant is not None
    return current.tenant.zone


@pages.get("/", allow="filings.mine")
def index() -> Any:
    """What one owes, or has filed."""
    state = ListState.read(request.args, request.path, filters={"done": ("1",)}, per=20)
    done = state.filters.get("done") == "1"
    counts = {flag: listing.how_many(current.session, current.actor, done=flag) for flag in (False, True)}
    page = state.paged(counts[done])
    rows = [
        _line(due, name)
        for due, name in listing.mine(
            current.session, current.actor, done=done, limit=page.per, offset=page.offset
        )
    ]
    return render_template("filings/index.html", rows=rows, list=state, page=page, done=done, counts=counts)


def _line(due: Due, name: str) -> dict[str, Any]:
    filing = _registry().filing(due.filing)
    return {
        "due": due,
        "name": name,
        "title": filing.title if filing else UNNAMED,
        "says": filing.says if filing else None,
        "state": service.state_of(due, current.now),
        "locked": service.is_locked(due, filing, current.now),
    }


@pages.get("/tracker", allow="filings.track")
def tracker() -> Any:
    """Who has filed, is late, has not: the filings of a period, or the times of one."""
    state, found, shown = _tracked()
    page = state.paged(len(found.rows))
    units = [one for one in people.units(current.session, open_on=current.today) if _sees(one)]
    return render_template(
        "filings/tracker.html",
        list=state,
        found=found,
        rows=found.rows[page.offset : page.offset + page.per],
        page=page,
        title_of=_title,
        declared=_declared_here(),
        units=[(one.id, one.name) for one in units],
        here=shown,
        here_title=periods.title_of(shown) if shown else None,
        one=_registry().filing(state.filters.get("filing", "")),
    )


@pages.get("/tracker.xlsx", allow="filings.track")
def export() -> Any:
    """The tracker as a workbook, all rows."""
    _state, found, _period = _tracked()
    words = _state_words()
    columns = [Column(_("部门")), Column(_("姓名或部门")), Column(_("工号"))]
    columns += [
        Column(f"{_title(code).say(current.language)} {first.isoformat()}") for code, first in found.columns
    ]

    def cells(row: listing.Row) -> list[Any]:
        told = [row.cells.get(key) for key in found.columns]
        return [row.unit, row.name, row.number, *(words[one.state] if one else "" for one in told)]

    target = io.BytesIO()
    sheet = Sheet(_("上报进度"), columns, (cells(row) for row in found.rows))
    write_workbook(target, [sheet], now=current.now, zone=ZoneInfo(_zone()))
    target.seek(0)
    name = f"{_('上报进度')} {current.today.isoformat()}.xlsx"
    return send_file(target, mimetype=MEDIA_XLSX, as_attachment=True, download_name=name)


def _tracked() -> tuple[ListState, listing.Tracker, Any]:
    declared = _declared_here()
    state = ListState.read(
        request.args,
        url_for("filings.tracker"),
        filters={"filing": [one.code for one in declared], "state": service.STATES, "unit": None},
        keep=("period",),
        per=50,
    )
    shown = periods.in_view(current.session, current.today, None, request.args.get("period")).period
    unit = _unit(state.filters.get("unit", ""))
    found = listing.tracker(
        current.session,
        current.actor,
        now=current.now,
        period_id=shown.id if shown else None,
        filing=state.filters.get("filing"),
        search=state.q,
        unit_path=unit.path if unit is not None else "",
        state=state.filters.get("state", ""),
        order=[one.code for one in declared],
    )
    return state, found, shown


def _declared_here() -> list[Filing]:
    """The filings that were ever owed here, in the order of their declaration."""
    used = set(listing.codes_used(current.session))
    return [one for sector in _registry().sectors.values() for one in sector.filings if one.code in used]


def _unit(ident: str) -> Unit | None:
    unit = None if (known := read_id(ident)) is None else current.session.get(Unit, known)
    return unit if unit is not None and _sees(unit) else None


def _sees(unit: Unit) -> bool:
    return current.actor.is_admin or current.actor.covers(unit.path)


def _title(code: str) -> Text:
    filing = _registry().filing(code)
    return filing.title if filing is not None else UNNAMED


def _state_words() -> dict[str, str]:
    return {"open": _("待报"), "filed": _("按时"), "late": _("逾期报"), "missing": _("未报")}


@pages.get("/<id:due>", allow="filings.read")
def show(due: Due) -> Any:
    """One filing: how it stands, what was filed, every version, each unlocking."""
    return _show(due)


def _show(due: Due, refusal: Refusal | None = None) -> Any:
    status = refusal.status if refusal is not None else 200
    return render_template("filings/show.html", refusal=refusal, typed=request.form, **_about(due)), status


def _about(due: Due) -> dict[str, Any]:
    filing = _registry().filing(due.filing)
    place = service.place_of(current.session, due)
    own = current.actor.is_self(place)
    schema = filing.schema() if filing is not None else None
    versions = [
        (one, name, asking.shown(schema, one.content, current.language, zone=_zone()) if schema else [])
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
    filing = _registry().filing(due.filing)
    if filing is None:
        raise refusals.Unknown
    if request.method == "GET":
        return _form(due, filing)
    typed = _typed()
    if asking.wants_more(request.form):
        return _form(due, filing, typed=typed, more=MORE)
    if request.form.get("do") == "draft":
        return _keep_draft(due, filing, typed)
    content, errors = asking.read(filing.schema(), typed, zone=_zone())
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
            fields=asking.asked(schema, data, form=shown, errors=errors, zone=_zone(), more=more),
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
            filing=_registry().filing(due.filing),
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
