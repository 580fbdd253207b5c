"""One clause for many people of a unit: ticked, all or nothing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.entries import choosing, filled, refusals, scene, service, typed, typed_refusals, wording
from kaohe.entries.routes import pages
from kaohe.errors import NotFound, Refusal
from kaohe.pages.current import current

KEPT = ("clause_id", "quantity", "points", "amount", "reason", "happened_on", "found_late", "token")


@pages.form("/batch", allow="entries.start")
def batch() -> Any:
    """The form of one clause for many people, and taking it."""
    if request.method == "POST":
        return _take()
    try:
        shown = scene.scene()
    except typed_refusals.NoPeriod:
        return render_template("entries/no_period.html")
    values = dict.fromkeys(KEPT, "") | {
        "token": scene.new_token(),
        "happened_on": shown.usual_day.isoformat(),
    }
    return _page(shown, values, set(), {})


def _take() -> Any:
    shown = scene.scene_of_form()
    values = {name: request.form.get(name, "") for name in KEPT}
    ticked = {typed.ident(one) for one in request.form.getlist("person")}
    try:
        entries = _keep(shown, values, ticked)
    except refusals.ManyRefused as many:
        current.session.rollback()
        return _page(
            shown, values, ticked, {"person": many.say(current.language)}, many.problems, many.status
        )
    except Refusal as refusal:
        current.session.rollback()
        return _page(shown, values, ticked, scene.problems(refusal), (), refusal.status)
    found = shown.scheme.find(entries[0].clause_id)
    title = found.title.say(current.language) if found else ""
    saved = wording.counted(len(entries), shown.scheme, shown.period)
    flash(_("已保存：%(title)s，%(many)s", title=title, many=saved), "plus")
    return redirect(
        url_for("entries.index", period=shown.period.id, clause=entries[0].clause_id, state="valid"), 303
    )


def _keep(shown: scene.Scene, values: dict[str, str], ticked: set[int | None]) -> list[Any]:
    form = filled.read(shown, values, lambda _day: _ids(ticked))
    fact = form.fact
    return service.record_many(
        current.session,
        actor=current.actor,
        period=shown.period,
        subject_ids=form.subject_ids,
        clause_id=fact.clause_id,
        quantity=fact.quantity,
        points=fact.points,
        amount_fen=fact.amount_fen,
        reason=fact.reason,
        happened_on=fact.happened_on,
        found_late=fact.found_late,
        now=current.now,
        today=current.today,
        form_token=typed.token(values["token"]),
    )


def _ids(ticked: set[int | None]) -> list[int]:
    ids = [one for one in ticked if one is not None]
    if len(ids) < len(ticked):
        raise NotFound(field="person")
    if not ids:
        raise typed_refusals.NoOneTicked
    return sorted(ids)


def _page(
    shown: scene.Scene,
    values: dict[str, str],
    ticked: set[int | None],
    errors: dict[str, str],
    problems: Any = (),
    status: int = 200,
) -> Any:
    chosen = typed.ident(values["clause_id"])
    body = render_template(
        "entries/batch.html",
        scene=shown,
        values=values,
        ticked=ticked,
        errors=scene.Errors(errors),
        problems=[(name, refusal.say(current.language)) for name, refusal in problems],
        chosen=chosen,
        pick=scene.pick_of(shown.scheme, chosen) if chosen else None,
        groups=scene.groups(shown.scheme),
        common=scene.common(shown.scheme, shown.period),
        people=_people(shown),
    )
    return body, status


def _people(shown: scene.Scene) -> choosing.Chosen:
    """The people of the unit chosen, or the units below it."""
    asked = request.values.get("unit")
    if shown.of_units:
        return choosing.choose_units(shown, asked, shown.usual_day)
    return choosing.choose_unit(asked, shown.usual_day, shown.period.revision_id)
