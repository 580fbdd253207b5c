"""The list of entries with its filters and export, and one entry with its history, correction and withdrawal."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import allowed
from kaohe.adoption import service as adoption
from kaohe.entries import (
    choosing,
    moved,
    origin_links,
    reading,
    scene,
    score,
    service,
    typed,
    typed_refusals,
    uploads,
    wanted,
)
from kaohe.entries.filled import amount_asked
from kaohe.entries.list_cells import cells, columns
from kaohe.entries.models import Entry
from kaohe.entries.routes import pages
from kaohe.entries.saved_words import name_of
from kaohe.entries.shown import EntryView
from kaohe.errors import Refusal
from kaohe.pages.current import current
from kaohe.pages.lists import ListState
from kaohe.pages.workbooks import workbook
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.reports.spreadsheet import Sheet

STATES = (*reading.STATES, "late", "made")
MOST_EXPORTED = 100_000
KEPT = ("clause_id", "quantity", "points", "amount", "reason", "happened_on", "found_late", "token")


@pages.get("/", allow="entries.list")
def index() -> Any:
    """The entries that fit the filters in the address."""
    try:
        shown = scene.scene()
    except typed_refusals.NoPeriod:
        return render_template("entries/no_period.html")
    state = _state(request.path)
    wanted = _wanted(shown, state)
    page = state.paged(reading.how_many(current.session, current.actor, wanted))
    views = reading.listing(
        current.session, current.actor, wanted, sort=state.sort, falling=state.falling, limit=page.per,
        offset=page.offset,
    )  # fmt: skip
    rows = moved.with_effects(current.session, shown.period, shown.scheme, views)
    return render_template("entries/index.html", list=state, page=page, rows=rows, **_filters(shown, state))


@pages.get("/export.xlsx", allow="entries.list")
def export() -> Any:
    """What the list shows, all pages, as a workbook."""
    shown = scene.scene()
    state = _state(url_for("entries.index"))
    views = reading.listing(
        current.session, current.actor, _wanted(shown, state), sort=state.sort, falling=state.falling,
        limit=MOST_EXPORTED,
    )  # fmt: skip
    rows = moved.with_effects(current.session, shown.period, shown.scheme, views)
    name = f"{shown.title.say(current.language)}-{_('考核记录')}"
    assert current.tenant is not None
    sheet = Sheet(
        _("考核记录"), columns(shown), cells(shown, rows), titles=(f"{current.tenant.name} {name}",)
    )
    return workbook(name, sheet)


@pages.get("/<id:entry>", allow="entries.read")
def show(entry: Entry) -> Any:
    """One entry: what it says, what it moved, its evidence, what took its place, and the ways to change it."""
    return _page(entry)


@pages.post("/<id:entry>/correct", allow="entries.withdraw")
def correct(entry: Entry) -> Any:
    """A new entry in the place of this one; both stay visible."""
    values = {name: request.form.get(name, "") for name in KEPT}
    try:
        new = _corrected(entry, values)
    except Refusal as refusal:
        current.session.rollback()
        return _page(entry, values, scene.problems(refusal), refusal.status)
    flash(_said(new, _("已更正")), "plus")
    return redirect(url_for("entries.show", entry=new.id), 303)


@pages.post("/<id:entry>/withdraw", allow="entries.withdraw")
def withdraw(entry: Entry) -> Any:
    """Take the entry back, saying why."""
    words = request.form.get("why", "")
    try:
        service.withdraw(current.session, entry, actor=current.actor, reason=words, now=current.now)
    except Refusal as refusal:
        current.session.rollback()
        field = "why" if refusal.field == "reason" else refusal.field or ""
        return _page(entry, {"why": words}, {field: refusal.say(current.language)}, refusal.status)
    flash(_said(entry, _("已撤回")), "plus")
    return redirect(url_for("entries.show", entry=entry.id), 303)


def _said(entry: Entry, what: str) -> str:
    """What was done, and the score now."""
    period = current.session.need(Period, entry.period_id)
    found = adoption.scheme_of(current.session, period.revision_id).find(entry.clause_id)
    if found is not None and found.measure is not None:
        return what
    now = score.score_now(current.session, period, entry.subject_id).points
    if now is None:
        return what
    return _(
        "%(what)s，%(name)s现为 %(score)s 分", what=what, name=name_of(entry), score=f"{now.normalize():f}"
    )


def _corrected(entry: Entry, values: dict[str, str]) -> Entry:
    period = current.session.need(Period, entry.period_id)
    scheme = adoption.scheme_of(current.session, period.revision_id)
    clause = typed.ident(values["clause_id"]) or entry.clause_id
    pick = scene.pick_of(scheme, clause)
    asks = pick.asks if pick else "quantity"
    quantity, points = typed.figure(values["quantity"]), typed.figure(values["points"], "points")
    day = typed.day(values["happened_on"], entry.happened_on)
    shown = scene.Scene(period, scheme)
    amount = amount_asked(shown, clause, [entry.subject_id], values["amount"], day, without=entry.id)
    found = uploads.checked()
    return service.correct(
        current.session,
        entry,
        actor=current.actor,
        clause_id=clause,
        quantity=quantity if asks == "quantity" else None,
        points=points if asks == "points" else None,
        amount_fen=amount,
        reason=values["reason"],
        happened_on=day,
        found_late=values["found_late"] == "1",
        now=current.now,
        today=current.today,
        form_token=typed.token(values["token"]),
        files=uploads.keep(found),
    )


def _page(
    entry: Entry,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Any:
    period = current.session.need(Period, entry.period_id)
    shown = scene.Scene(period, adoption.scheme_of(current.session, period.revision_id))
    history = moved.with_effects(current.session, period, shown.scheme, reading.chain(current.session, entry))
    view = next(one for one in history if one.entry.id == entry.id)
    place = service.place_of(current.session, entry)
    may = allowed(current.actor, "entries.withdraw", place) and entry.replaced_by is None
    may = may and (current.actor.is_admin or not entry.is_made)
    found = shown.scheme.find(entry.clause_id)
    measured = found is not None and found.measure is not None
    body = render_template(
        "entries/show.html",
        scene=shown,
        view=view,
        history=history,
        found=found,
        pick=scene.pick_of(shown.scheme, entry.clause_id),
        choices=scene.groups(shown.scheme) if may and not entry.is_made else [],
        may_change=may and shown.is_open,
        may_correct=may and shown.is_open and not entry.is_made,
        origin=origin_links.origin_of(entry),
        may_but_closed=may and not shown.is_open,
        values=_values(view) | (values or {}),
        errors=scene.Errors(errors or {}),
        now=None if measured else score.score_now(current.session, period, entry.subject_id).points,
    )
    return body, status


def _values(view: EntryView) -> dict[str, str]:
    entry = view.entry
    return {
        "clause_id": str(entry.clause_id),
        "quantity": f"{entry.quantity.normalize():f}",
        "points": "" if entry.points is None else f"{entry.points.normalize():f}",
        "amount": ""
        if entry.amount_fen is None
        else f"{entry.amount_fen // 100}.{entry.amount_fen % 100:02d}",
        "reason": view.reason or "",
        "happened_on": entry.happened_on.isoformat(),
        "found_late": "1" if entry.found_late else "",
        "token": scene.new_token(),
        "why": "",
    }


def _state(base: str) -> ListState:
    return ListState.read(
        request.args,
        base,
        sorts=tuple(reading.SORTS),
        sort="recorded",
        direction="desc",
        falling=("recorded", "day"),
        filters=dict.fromkeys(("part", "clause", "unit", "person", "recorder", "from", "to"))
        | {"state": STATES},
        keep=("period",),
        per=50,
    )


def _wanted(shown: scene.Scene, state: ListState) -> wanted.Wanted:
    asked = state.filters
    unit = (
        current.session.get(Unit, typed.ident(asked.get("unit"))) if typed.ident(asked.get("unit")) else None
    )
    return wanted.Wanted(
        period_id=shown.period.id,
        words=state.q,
        clause_ids=_clauses(shown, asked.get("part"), asked.get("clause")),
        unit_path=unit.path if unit is not None else None,
        person_id=typed.ident(asked.get("person")),
        recorder_id=typed.ident(asked.get("recorder")),
        since=_day(asked.get("from")),
        until=_day(asked.get("to")),
        state=asked.get("state", "") if asked.get("state") in reading.STATES else "",
        late=asked.get("state") == "late",
        made=asked.get("state") == "made",
    )


def _day(text: str | None) -> Any:
    try:
        return typed.day(text, current.today) if text else None
    except Refusal:
        return None


def _clauses(shown: scene.Scene, part: str | None, clause: str | None) -> list[int] | None:
    """The ids that a dimension, or a clause with its items, stands for."""
    ident = typed.ident(clause)
    if ident is not None:
        found = shown.scheme.find(ident)
        items = found.clause.items if found and found.clause and found.item is None else ()
        return [ident, *(item.id for item in items)]
    named = shown.scheme.part(part) if part else None
    if named is None:
        return None
    clauses = [each for one in named.walk() for each in one.clauses]
    return [ident for each in clauses for ident in (each.id, *(item.id for item in each.items))]


def _filters(shown: scene.Scene, state: ListState) -> dict[str, Any]:
    person = typed.ident(state.filters.get("person"))
    subject = current.session.get(Person, person) or current.session.get(Unit, person) if person else None
    return {
        "scene": shown,
        "most": reading.MOST_COUNTED,
        "parts": [(part.code, part.title) for part in shown.scheme.parts() if part.clauses],
        "clauses": scene.clause_choices(shown.scheme, current.language),
        "units": choosing.Chosen(choosing.units(), None, None).choices,
        "recorders": reading.recorders(current.session, current.actor),
        "one_person": subject,
    }
