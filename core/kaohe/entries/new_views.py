"""One entry: find the person or unit, pick the clause, say why; saved with the new score and an undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.entries import (
    checks,
    picking,
    prior,
    refusals,
    scene,
    service,
    subjects,
    typed,
    typed_refusals,
    uploads,
)
from kaohe.entries.models import Entry
from kaohe.entries.routes import pages
from kaohe.entries.saved_words import said_of
from kaohe.errors import NotFound, Refusal
from kaohe.pages.current import current
from kaohe.pages.picked import is_unseen
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.people.refusals import PersonNotFound, SeveralFound
from kaohe.scheme import Escalating

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
        return _fragment(shown, kept, values)
    return redirect(url_for("entries.new", saved=kept.entry.id, period=shown.period.id), 303)


@pages.post("/<id:entry>/undo", allow="entries.withdraw")
def undo(entry: Entry) -> Any:
    """Take back what was just saved."""
    service.withdraw(current.session, entry, actor=current.actor, reason=_("录入后立即撤销"), now=current.now)
    flash(_("已撤销这条记录；撤销前后都看得到"), "plus")
    return redirect(url_for("entries.new", period=entry.period_id), 303)


def units_of(shown: scene.Scene, day: Any) -> list[Unit]:
    """The units on which the actor may record."""
    return picking.assessable(current.session, current.actor, shown.period, shown.scheme, day)


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
    standing = standing_of(shown, ident, shown.usual_day) if ident else None
    if standing is not None and subjects.why_not(current.actor, standing, shown.usual_day) is None:
        said = (standing.name, standing.number, "" if standing.of_unit else standing.unit_name)
        found = {"person": str(standing.subject_id), "person_text": " · ".join(one for one in said if one)}
    clause = typed.ident(request.args.get("clause"))
    if clause and scene.pick_of(shown.scheme, clause):
        found["clause_id"] = str(clause)
    return found


def standing_of(shown: scene.Scene, subject_id: int, day: Any) -> subjects.Standing | None:
    """Where the subject stood on the day; None for an id that is nobody's."""
    try:
        return checks.subject_standing(current.session, shown.scheme, subject_id, day)
    except NotFound:
        return None


def _keep(shown: scene.Scene, values: dict[str, str]) -> service.Kept:
    day = typed.day(values["happened_on"], shown.usual_day)
    subject_id = subject_of(shown, values["person"], values["person_text"], day)
    if is_unseen(request.form, "person"):
        _require_recordable(shown, subject_id, day)
        raise nobody(shown)
    clause = typed.ident(values["clause_id"])
    if clause is None:
        raise typed_refusals.ClauseNeeded
    quantity, points = typed.figure(values["quantity"]), typed.figure(values["points"], "points")
    if shown.scheme.find(clause) is not None:
        quantity, points = only_asked(shown, clause, quantity, points)
    service.require_open(shown.period)
    amount = amount_asked(shown, clause, [subject_id], values["amount"], day)
    found = uploads.checked()
    return service.keep(
        current.session,
        actor=current.actor,
        period=shown.period,
        subject_id=subject_id,
        clause_id=clause,
        quantity=quantity,
        points=points,
        amount_fen=amount,
        reason=values["reason"],
        happened_on=day,
        found_late=values["found_late"] == "1",
        now=current.now,
        today=current.today,
        form_token=typed.token(values["token"]),
        files=uploads.keep(found),
    )


def only_asked(
    shown: scene.Scene, clause: int, quantity: Decimal | None, points: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """The figures that the clause asks for: a field that the form hides for it says nothing."""
    pick = scene.pick_of(shown.scheme, clause)
    asks = pick.asks if pick else ""
    return (quantity if asks == "quantity" else None), (points if asks == "points" else None)


def amount_asked(
    shown: scene.Scene,
    clause: int,
    subject_ids: Sequence[int],
    text: str,
    day: Any,
    without: int | None = None,
) -> int | None:
    """The amount that was typed, where the step that applies to one of them asks for it; the form hides it otherwise."""
    pick = scene.pick_of(shown.scheme, clause)
    if pick is None or pick.amount is None:
        return None
    found = shown.scheme.find(clause)
    ladder = found is not None and found.clause is not None and isinstance(found.clause.rule, Escalating)
    if ladder and len(subject_ids) == 1:
        now, _number = prior.asked_now(
            current.session, shown.period, shown.scheme, clause, subject_ids[0], day=day, without=without
        )
        if now.amount_fen is None:
            return None
    return typed.yuan(text)


def _require_recordable(shown: scene.Scene, subject_id: int, day: date) -> None:
    standing = checks.subject_standing(current.session, shown.scheme, subject_id, day)
    checks.require_standing(current.session, shown.period, day, standing, current.actor)


def nobody(shown: scene.Scene) -> Refusal:
    """What is said where nobody was chosen."""
    return typed_refusals.UnitNeeded(word=shown.who) if shown.of_units else typed_refusals.PersonNeeded()


def subject_of(shown: scene.Scene, value: str, text: str, day: Any) -> int:
    """The subject that a picker sent: its id, or, without script, the words that name exactly one."""
    if not shown.of_units:
        return person_of(value, text, day)
    if value:
        chosen = typed.ident(value)
        if chosen is None:
            raise NotFound(field="person")
        return chosen
    words = typed.plain(text)
    if not words:
        raise nobody(shown)
    return picking.one_by_text(units_of(shown, day), words).id


def person_of(value: str, text: str, day: Any) -> int:
    """The person that a picker sent: its id, or, without script, the words that name exactly one."""
    if value:
        chosen = typed.ident(value)
        if chosen is None:
            raise NotFound(field="person")
        return chosen
    words = typed.plain(text)
    if not words:
        raise typed_refusals.PersonNeeded
    try:
        return people.one_by_text(
            current.session, current.actor, words, today=day, action="entries.record"
        ).person.id
    except SeveralFound as several:
        raise typed_refusals.PersonAmbiguous(
            typed=words[:40], count=several.values["n"], names=_namesakes(words, day)
        ) from None
    except PersonNotFound:
        raise typed_refusals.PersonUnknown(typed=words[:40]) from None


def _namesakes(words: str, day: Any) -> str:
    found = people.search(current.session, current.actor, words, today=day, action="entries.record", limit=6)
    return _("、").join(f"{one.person.name} {one.person.number}" for one in found)


def _kept_meanwhile(token: str) -> Entry:
    """The same form was being written by another request: show what that one kept."""
    current.session.rollback()
    kept = current.session.query(Entry).filter(Entry.form_token == typed.token(token)).first()
    if kept is None or kept.recorded_by != current.actor.person_id:
        raise refusals.TokenTaken
    return kept


def _refused(shown: scene.Scene, values: dict[str, str], refusal: Refusal) -> Any:
    current.session.rollback()
    errors = dict([scene.problem(refusal)])
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


def _fragment(shown: scene.Scene, kept: service.Kept, values: dict[str, str]) -> Any:
    """What was saved, and a fresh form: nothing of the last entry stays in it but the day."""
    fresh = dict.fromkeys(KEPT, "") | {name: values[name] for name in ("happened_on", "found_late")}
    context = _context(shown, fresh | {"token": scene.new_token()}, {})
    body = render_template("entries/_kept.html", saved=said_of(shown, kept), **context)
    return body, 200, {"HX-Trigger-After-Settle": "kaohe:entry-saved"}
