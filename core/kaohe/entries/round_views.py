"""The round on a phone: one person at a time, tap what was missed, each tap kept at once; clean means next.

Works with plain forms; with script each tap is sent by itself, shown as kept or as waiting, and sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import Place, allowed
from kaohe.entries import scene, service, sheets, typed, typed_refusals, uploads
from kaohe.entries.models import Entry, Sheet
from kaohe.entries.rounds import KINDS, Round, day_of, form_of, item_ids, round_of
from kaohe.entries.routes import pages
from kaohe.errors import NotFound, Refusal
from kaohe.pages.current import current
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.scheme import Form


@pages.get("/rounds", allow="entries.start")
def rounds() -> Any:
    """The rounds there are: each unit that the actor covers, how far it is, and where to go on."""
    try:
        shown = scene.scene()
    except typed_refusals.NoPeriod:
        return render_template("entries/no_period.html")
    if shown.of_units:
        return render_template("entries/rounds.html", scene=shown, rows=[])
    forms = [form for form in shown.scheme.forms if form.kind in KINDS]
    units = _units()
    rows = [_progress(shown, form, units) for form in forms]
    return render_template("entries/rounds.html", scene=shown, rows=list(zip(forms, rows, strict=True)))


@pages.get("/rounds/<form>/<id:unit>", allow="entries.record")
def round_unit(form: str, unit: Unit) -> Any:
    """The people of a unit in a round, and who was seen today."""
    shown = scene.scene()
    found = form_of(shown.scheme, form)
    day = day_of(shown)
    members = sheets.members(
        current.session, actor=current.actor, period=shown.period, unit=unit, form=found.code, day=day
    )
    return render_template(
        "entries/round_unit.html",
        scene=shown,
        form=found,
        unit=unit,
        day=day,
        members=members,
        next=_next(members),
    )


@pages.get("/rounds/<form>/at/<id:person>", allow="entries.record", endpoint="round")
def show_round(form: str, person: Person) -> Any:
    """One person's page of the round."""
    shown = scene.scene()
    return _page(round_of(shown, form_of(shown.scheme, form), person))


@pages.post("/rounds/<form>/at/<id:person>/tick", allow="entries.record")
def tick(form: str, person: Person) -> Any:
    """An item was missed, or was ticked by mistake: `item` is "<id>:missed" or "<id>:clean"."""
    shown = scene.scene_of_form()
    found = form_of(shown.scheme, form)
    item, _colon, state = request.form.get("item", "").partition(":")
    clause = typed.ident(item)
    if clause is None or clause not in item_ids(shown.scheme, found) or state not in ("missed", "clean"):
        raise NotFound
    try:
        _put(shown, found, person, clause, state == "missed")
    except Refusal as refusal:
        return _refused(shown, found, person, refusal)
    if request.headers.get("X-Round"):
        return scene.fragment(
            "_round_bits.html",
            round=round_of(shown, found, person),
            changed=(clause,),
            moment_now=current.now,
        )
    return redirect(_url(shown, found, person) + f"#item-{clause}", 303)


@pages.post("/rounds/<form>/at/<id:person>/done", allow="entries.record")
def done(form: str, person: Person) -> Any:
    """The person is seen: what was not ticked was well. On to the next who is not seen yet."""
    shown = scene.scene_of_form()
    found = form_of(shown.scheme, form)
    try:
        sheet = _sheet(shown, found, person)
        sheets.finish(current.session, sheet, actor=current.actor, period=shown.period, now=current.now)
    except Refusal as refusal:
        return _refused(shown, found, person, refusal)
    current.audited = ("sheet", sheet.id)
    where = _after(shown, found, person, sheet)
    return {"next": where} if request.headers.get("X-Round") else redirect(where, 303)


@pages.post("/<id:entry>/evidence", allow="entries.withdraw")
def photo(entry: Entry) -> Any:
    """Photographs or documents that show an entry."""
    back = _own_path(request.form.get("back")) or url_for("entries.show", entry=entry.id)
    try:
        found = uploads.checked()
        if found:
            service.attach(
                current.session, entry, actor=current.actor, files=uploads.keep(found), now=current.now
            )
    except Refusal as refusal:
        if request.headers.get("X-Round"):
            return {"error": refusal.say(current.language)}, refusal.status
        current.session.rollback()
        flash(refusal.say(current.language), "minus")
        return redirect(back, 303)
    if request.headers.get("X-Round"):
        return _photo_bits(entry)
    return redirect(back, 303)


def _photo_bits(entry: Entry) -> Any:
    shown = scene.scene_of_form()
    sheet = current.session.need(Sheet, entry.sheet_id)
    person = current.session.need(Person, entry.subject_id)
    found = form_of(shown.scheme, sheet.form)
    return scene.fragment(
        "_round_bits.html",
        round=round_of(shown, found, person),
        changed=(entry.clause_id,),
        moment_now=current.now,
    )


def _own_path(path: str | None) -> str:
    """A path inside this organisation, or nothing."""
    assert current.tenant is not None
    path = path or ""
    inside = path.startswith(f"/t/{current.tenant.code}/") and path.isprintable() and "\\" not in path
    return path if inside and "//" not in path else ""


def _put(shown: scene.Scene, form: Form, person: Person, clause: int, missed: bool) -> None:
    sheet = _sheet(shown, form, person)
    current.audited = ("sheet", sheet.id)
    if missed:
        sheets.tick(
            current.session, sheet, actor=current.actor, period=shown.period, clause_id=clause,
            now=current.now, today=current.today,
        )  # fmt: skip
    else:
        sheets.untick(
            current.session,
            sheet,
            actor=current.actor,
            clause_id=clause,
            reason=_("检查时点错，撤回"),
            now=current.now,
        )


def _sheet(shown: scene.Scene, form: Form, person: Person) -> Sheet:
    return sheets.open_sheet(
        current.session,
        actor=current.actor,
        period=shown.period,
        subject_id=person.id,
        form=form.code,
        day=day_of(shown),
        now=current.now,
        today=current.today,
    )


def _refused(shown: scene.Scene, form: Form, person: Person, refusal: Refusal) -> Any:
    current.session.rollback()
    words = refusal.say(current.language)
    if request.headers.get("X-Round"):
        return {"error": words}, refusal.status
    return _page(round_of(shown, form, person), words), refusal.status


def _page(found: Round, error: str = "") -> Any:
    return render_template("entries/round.html", round=found, error=error, changed=None)


def _units() -> list[Unit]:
    """The units with people whom the actor may assess."""
    counts = people.people_counts(current.session, current.today)
    return [
        unit
        for unit in people.units(current.session)
        if counts.get(unit.id) and allowed(current.actor, "entries.record", Place(unit_path=unit.path))
    ]


def _progress(shown: scene.Scene, form: Form, units: Sequence[Unit]) -> list[dict[str, Any]]:
    counts = sheets.done_counts(current.session, shown.period, form.code, [unit.id for unit in units])
    day = day_of(shown)
    people_of = people.people_counts(current.session, day)
    own = people.unit_on(current.session, current.actor.person_id, day)
    rows = []
    for unit in units:
        seen, total = counts.get(unit.id, (0, 0))
        of = people_of.get(unit.id, 0) - (1 if own is not None and own.id == unit.id else 0)
        rows.append({"unit": unit, "seen": min(seen, of), "sheets": total, "of": of})
    return rows


def _next(members: Sequence[sheets.Member]) -> sheets.Member | None:
    return next((one for one in members if one.done_at is None), None)


def _after(shown: scene.Scene, form: Form, person: Person, sheet: Sheet) -> str:
    """Where the round goes on: the next who is not seen, from here to the end, then from the start; else the list."""
    unit = current.session.need(Unit, sheet.unit_id)
    members = sheets.members(
        current.session,
        actor=current.actor,
        period=shown.period,
        unit=unit,
        form=form.code,
        day=sheet.happened_on,
    )
    at = next((n for n, one in enumerate(members) if one.id == person.id), 0)
    following = _next(members[at + 1 :]) or _next(members[:at])
    day = (
        None
        if sheet.happened_on == sheets.day_of(shown.period, current.today)
        else sheet.happened_on.isoformat()
    )
    if following is not None:
        return url_for("entries.round", form=form.code, person=following.id, period=shown.period.id, day=day)
    flash(_("%(unit)s %(n)s 人都查完了", unit=unit.name, n=len(members)), "plus")
    return url_for("entries.round_unit", form=form.code, unit=unit.id, period=shown.period.id, day=day)


def _url(shown: scene.Scene, form: Form, person: Person) -> str:
    return url_for(
        "entries.round",
        form=form.code,
        person=person.id,
        period=shown.period.id,
        day=request.values.get("day") or None,
    )
