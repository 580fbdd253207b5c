"""One entry: find the person or unit, pick the clause, say why; saved with the new score and an undo."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.entries import filled, refusals, scene, service, subjects, typed, typed_refusals, uploads
from kaohe.entries.models import Entry
from kaohe.entries.routes import pages
from kaohe.entries.saved_words import said_of
from kaohe.entries.writing import kept_before
from kaohe.errors import Refusal
from kaohe.pages.current import current
from kaohe.pages.picked import is_unseen

KEPT = (
    "person", "person_text", "clause_id", "quantity", "points", "amount", "reason", "happened_on", "found_late",
    "token",
)  # fmt: skip


@pages.get("/new", allow="entries.start")
def new() -> Any:
    """The form of one entry; after saving, with what was saved."""
    try:
        shown = scene.scene()
    except typed_refusals.NoPeriod:
        return render_template("entries/no_period.html")
    values = dict.fromkeys(KEPT, "") | {
        "token": scene.new_token(),
        "happened_on": shown.usual_day.isoformat(),
    }
    values |= _asked_for(shown)
    return _page(shown, values, {}, saved=_saved(shown, typed.ident(request.args.get("saved"))))


@pages.post("/new", allow="entries.start", endpoint="create")
def create() -> Any:
    """Keep one entry. Sent by script, the answer is what was saved; else the form again, saying it."""
    shown = scene.scene_of_form()
    values = {name: request.form.get(name, "") for name in KEPT}
    try:
        kept = _keep(shown, values)
    except refusals.TokenTaken:
        kept = service.Kept(_kept_meanwhile(values["token"]), None)
    except Refusal as refusal:
        return _refused(shown, values, refusal)
    current.audited = ("entry", kept.entry.id)
    if request.headers.get("HX-Request"):
        return _fragment(shown, kept)
    return redirect(url_for("entries.new", saved=kept.entry.id, period=shown.period.id), 303)


@pages.post("/<id:entry>/undo", allow="entries.withdraw")
def undo(entry: Entry) -> Any:
    """Take back what was just saved."""
    service.withdraw(current.session, entry, actor=current.actor, reason=_("录入后立即撤销"), now=current.now)
    flash(_("已撤销这条记录；撤销前后都看得到"), "plus")
    return redirect(url_for("entries.new", period=entry.period_id), 303)


def day_or_today(text: str | None) -> Any:
    """The day that was typed; today for what is none."""
    try:
        return typed.day(text, current.today)
    except Refusal:
        return current.today


def _asked_for(shown: scene.Scene) -> dict[str, str]:
    """What the address presets: a person, a clause."""
    found: dict[str, str] = {}
    ident = typed.ident(request.args.get("person"))
    standing = filled.standing_of(shown, ident, shown.usual_day) if ident else None
    if standing is not None and subjects.why_not(current.actor, standing, shown.usual_day) is None:
        said = (standing.name, standing.number, "" if standing.of_unit else standing.unit_name)
        found = {"person": str(standing.subject_id), "person_text": " · ".join(one for one in said if one)}
    clause = typed.ident(request.args.get("clause"))
    if clause and scene.pick_of(shown.scheme, clause):
        found["clause_id"] = str(clause)
    return found


def _keep(shown: scene.Scene, values: dict[str, str]) -> service.Kept:
    """What the form says; sent again, what it kept the first time, even where it would be refused now."""
    token = typed.token(values["token"])
    try:
        standing, fact = filled.read_one(shown, values, request.form)
    except Refusal:
        kept = kept_before(current.session, token, current.actor)
        if kept is None:
            raise
        return service.Kept(kept, None)
    found = uploads.checked()
    return service.keep(
        current.session,
        actor=current.actor,
        period=shown.period,
        subject_id=standing.subject_id,
        clause_id=fact.clause_id,
        quantity=fact.quantity,
        points=fact.points,
        amount_fen=fact.amount_fen,
        reason=fact.reason,
        happened_on=fact.happened_on,
        found_late=fact.found_late,
        now=current.now,
        today=current.today,
        form_token=token,
        files=uploads.keep(found),
        standing=standing,
    )


def _kept_meanwhile(token: str) -> Entry:
    """The same form was being written by another request: show what that one kept."""
    current.session.rollback()
    kept = current.session.query(Entry).filter(Entry.form_token == typed.token(token)).first()
    if kept is None or kept.recorded_by != current.actor.person_id:
        raise refusals.TokenTaken
    return kept


def _refused(shown: scene.Scene, values: dict[str, str], refusal: Refusal) -> Any:
    current.session.rollback()
    errors = scene.problems(refusal)
    if request.headers.get("HX-Request"):
        body = render_template("entries/_refused.html", **_context(shown, values, errors))
        return body, refusal.status, {"HX-Retarget": "#entry-form", "HX-Reswap": "outerHTML"}
    return _page(shown, values, errors, status=refusal.status)


def _page(
    shown: scene.Scene, values: dict[str, str], errors: dict[str, str], saved: Any = None, status: int = 200
) -> Any:
    return render_template("entries/new.html", saved=saved, **_context(shown, values, errors)), status


def _context(shown: scene.Scene, values: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    if is_unseen(values, "person"):
        values = values | {"person": ""}
    chosen = typed.ident(values["clause_id"])
    return {
        "scene": shown,
        "values": values,
        "errors": scene.Errors(errors),
        "chosen": chosen,
        "pick": scene.pick_of(shown.scheme, chosen) if chosen else None,
        "groups": scene.groups(shown.scheme),
        "common": scene.common(shown.scheme, shown.period),
    }


def _saved(shown: scene.Scene, ident: int | None) -> Any:
    """What was saved, for the page after the redirect: only the actor's own."""
    entry = current.session.get(Entry, ident) if ident else None
    if entry is None or entry.recorded_by != current.actor.person_id or entry.period_id != shown.period.id:
        return None
    return said_of(shown, service.Kept(entry, None))


def _fragment(shown: scene.Scene, kept: service.Kept) -> Any:
    """What was saved, and the token of the next entry; the page's script empties the form but for the day."""
    body = scene.fragment("_saved.html", saved=said_of(shown, kept))
    return (
        body,
        200,
        {"HX-Trigger-After-Settle": json.dumps({"kaohe:entry-saved": {"token": scene.new_token()}})},
    )
