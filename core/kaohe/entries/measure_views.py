"""Measures: facts that reports need but no clause scores, on the organisation, its units or its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.entries import checks, choosing, refusals, scene, typed, typed_refusals, values
from kaohe.entries.routes import pages
from kaohe.errors import Refusal
from kaohe.pages.current import current
from kaohe.people import service as people
from kaohe.scheme import Measure, Scheme

ADDED = ("sum", "mean", "max", "min")
"""Ways to take several values: a page of such a measure adds values, one of the others replaces them."""


@dataclass(frozen=True)
class Row:
    """One subject with the values that stand, and what was typed."""

    subject_id: int
    name: str
    number: str
    held: tuple[Decimal, ...]
    typed: str
    was: str

    @property
    def label(self) -> str:
        return f"{self.name} {self.number}".strip()

    @property
    def total(self) -> Decimal | None:
        return sum(self.held, Decimal(0)) if self.held else None


@pages.form("/measures", allow="measures.record")
def measures() -> Any:
    """The values of one measure in the period, and putting new ones."""
    if request.method == "POST":
        return _take()
    try:
        shown = scene.scene()
    except typed_refusals.NoPeriod:
        return render_template("entries/no_period.html")
    return _page(shown, _measure(shown.scheme), {}, {})


def _offered(scheme: Scheme) -> list[Measure]:
    """The measures that the actor may enter: those of the whole organisation only for the admin."""
    return [one for one in scheme.measures if checks.may_measure(scheme, one.id, current.actor)]


def _measure(scheme: Scheme) -> Measure | None:
    offered = _offered(scheme)
    wanted = typed.ident(request.values.get("measure"))
    return next((one for one in offered if one.id == wanted), offered[0] if offered else None)


def _take() -> Any:
    shown = scene.scene_of_form()
    measure = scene.find_measure(shown.scheme, typed.ident(request.form.get("measure")))
    if measure not in _offered(shown.scheme):
        raise refusals.Forbidden
    day = shown.usual_day
    rows = _rows(shown, measure, {})
    given = {row.subject_id: request.form.get(f"v-{row.subject_id}", "").strip() for row in rows}
    errors: dict[int, str] = {}
    changes = _changes(rows, given, measure, errors)
    try:
        day = typed.day(request.form.get("happened_on"), shown.usual_day)
        if not errors:
            done = _put(shown, measure, changes, day)
    except refusals.ManyRefused as many:
        errors = _by_row(rows, many)
    except Refusal as refusal:
        errors = {0: refusal.say(current.language)}
    if errors:
        current.session.rollback()
        return _page(shown, measure, given, errors, 422)
    flash(_("%(title)s：已保存 %(n)s 处", title=measure.title.say(current.language), n=len(done)), "plus")
    return redirect(_url(shown, measure), 303)


def _by_row(rows: list[Row], many: refusals.ManyRefused) -> dict[int, str]:
    names = {row.label: row.subject_id for row in rows}
    return {names.get(name, 0): refusal.say(current.language) for name, refusal in many.problems}


def _put(
    shown: scene.Scene, measure: Measure, changes: list[values.Change], day: date
) -> list[values.Change]:
    return values.Writer(
        current.session,
        current.actor,
        shown.period,
        measure.id,
        current.now,
        current.today,
        origin="form",
        cleared=_("在指标页清空"),
        reason=(request.form.get("reason") or "").strip() or None,
    ).put_all(changes, [day])


def _changes(
    rows: list[Row], given: dict[int, str], measure: Measure, errors: dict[int, str]
) -> list[values.Change]:
    """What was typed as changes; what cannot be read is put into `errors`."""
    changes = []
    for row in rows:
        adds = measure.take in ADDED
        try:
            after = typed.figure(given[row.subject_id])
            before = None if adds else typed.figure(request.form.get(f"was-{row.subject_id}"))
        except Refusal as refusal:
            errors[row.subject_id] = refusal.say(current.language)
            continue
        if after != before:
            changes.append(
                values.Change(row.subject_id, row.label, len(row.held) if adds else 0, before, after)
            )
    return changes


def _rows(shown: scene.Scene, measure: Measure, given: dict[int, str]) -> list[Row]:
    subjects = _subjects(shown, measure)
    held = values.standing(current.session, shown.period, [measure.id], [ident for ident, _n, _c in subjects])
    rows = []
    for ident, name, number in subjects:
        stand = tuple(entry.quantity for entry in held.get((measure.id, ident), ()))
        was = f"{stand[0].normalize():f}" if stand and measure.take not in ADDED else ""
        rows.append(Row(ident, name, number, stand, given.get(ident, was), was))
    return rows


def _subjects(shown: scene.Scene, measure: Measure) -> list[tuple[int, str, str]]:
    if measure.on == "tenant":
        root = people.root(current.session)
        return [(root.id, root.name, "")] if root else []
    chosen = choosing.choose_unit(request.values.get("unit"), shown.usual_day, shown.period.revision_id)
    if measure.on == "unit":
        return [(unit.id, unit.name, unit.code or "") for unit in choosing.units()]
    return [(one.subject_id, one.name, one.number) for one in chosen.people or []]


def _url(shown: scene.Scene, measure: Measure) -> str:
    unit = typed.ident(request.values.get("unit"))
    return url_for("entries.measures", measure=measure.id, period=shown.period.id, unit=unit)


def _page(
    shown: scene.Scene,
    measure: Measure | None,
    given: dict[int, str],
    errors: dict[int, str],
    status: int = 200,
) -> Any:
    body = render_template(
        "entries/measures.html",
        scene=shown,
        measure=measure,
        offered=_offered(shown.scheme),
        rows=_rows(shown, measure, given) if measure else [],
        adds=measure is not None and measure.take in ADDED,
        errors=errors,
        day=request.form.get("happened_on") or shown.usual_day.isoformat(),
        reason=request.form.get("reason", ""),
        people=choosing.choose_unit(request.values.get("unit"), shown.usual_day, shown.period.revision_id)
        if measure and measure.on == "person"
        else None,
    )
    return body, status
