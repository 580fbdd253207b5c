"""Examination marks: a page with one place for each person, pasted or read from a spreadsheet after a preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.entries import choosing, mark_lists, marks, refusals, scene, typed, typed_refusals, values
from kaohe.entries import uploads as sent
from kaohe.entries.mark_preview import exam_days, highest, preview, settle, writer
from kaohe.entries.routes import pages
from kaohe.entries.subjects import Standing
from kaohe.errors import Refusal
from kaohe.files.tables import read_pasted, read_tables
from kaohe.pages.current import current
from kaohe.scheme import Clause

PLACES = ("m", "r")


@dataclass(frozen=True)
class Row:
    """One person of the page: the marks that stand and what was typed."""

    who: Standing
    was: tuple[str, str]
    typed: tuple[str, str]


@pages.form("/marks", allow="entries.start", endpoint="marks")
def marks_page() -> Any:
    """The page of marks; what was typed, pasted or read comes back here."""
    try:
        shown = scene.scene_of_form() if request.method == "POST" else scene.scene()
    except typed_refusals.NoPeriod:
        return render_template("entries/no_period.html")
    clauses = marks.examinations(shown.scheme)
    if not clauses or shown.of_units:
        return render_template("entries/no_marks.html", scene=shown)
    step = request.form.get("step", "") if request.method == "POST" else ""
    try:
        if step == "read":
            return preview(shown, clauses, mark_lists.raw_sheets(_tables()))
        if step in ("again", "write"):
            return settle(shown, clauses, write=step == "write")
        if step == "save":
            return _save(shown, _clause(clauses))
    except Refusal as refusal:
        current.session.rollback()
        return _grid(shown, clauses, {}, {"": refusal.say(current.language)}, refusal.status)
    return _grid(shown, clauses, {}, {})


def _clause(clauses: list[Clause]) -> Clause:
    wanted = typed.ident(request.values.get("exam"))
    return next((one for one in clauses if one.id == wanted), clauses[0])


def _tables() -> Any:
    """The sheets of the uploaded file, or the table that was pasted."""
    chosen = sent.sent("table")
    if chosen:
        data, name = chosen[0].read(), chosen[0].filename or ""
        current.session.commit()
        return read_tables(data, name)
    text = request.form.get("pasted", "")
    if not text.strip():
        raise mark_lists.NotMarks
    return [read_pasted(text)]


def _rows(shown: scene.Scene, clause: Clause, people: list[Standing], given: Mapping[str, str]) -> list[Row]:
    held = values.standing(current.session, shown.period, [clause.id], [one.subject_id for one in people])
    rows = []
    for one in people:
        stands = [_plain(values.value_at(held, clause.id, one.subject_id, place)) for place in (0, 1)]
        put = [given.get(f"{code}-{one.subject_id}", stands[place]) for place, code in enumerate(PLACES)]
        rows.append(Row(one, (stands[0], stands[1]), (put[0], put[1])))
    return rows


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _save(shown: scene.Scene, clause: Clause) -> Any:
    """What was typed into the page: all of it, or each place at fault named."""
    given = {name: value for name, value in request.form.items() if name[:2] in ("m-", "r-")}
    people = (
        choosing.choose_unit(request.form.get("unit"), shown.usual_day, shown.period.revision_id).people or []
    )
    errors: dict[str, str] = {}
    changes = []
    for row in _rows(shown, clause, people, given):
        changes += _changes(row, errors)
    if not errors:
        errors = _put(writer(shown, clause, "marks"), changes, exam_days(shown))
    if errors:
        current.session.rollback()
        return _grid(shown, [clause, *marks.examinations(shown.scheme)], given, errors, 422)
    flash(
        _("%(title)s：已保存 %(n)s 处成绩", title=clause.title.say(current.language), n=len(changes)), "plus"
    )
    url = url_for(
        "entries.marks", exam=clause.id, period=shown.period.id, unit=typed.ident(request.form.get("unit"))
    )
    return redirect(url, 303)


def _changes(row: Row, errors: dict[str, str]) -> list[values.Change]:
    changes = []
    for place, code in enumerate(PLACES):
        field = f"{code}-{row.who.subject_id}"
        try:
            after = typed.figure(row.typed[place])
            before = typed.figure(request.form.get(f"was-{field}", row.was[place]))
        except Refusal as refusal:
            errors[field] = refusal.say(current.language)
            continue
        if after != before:
            changes.append(
                values.Change(row.who.subject_id, f"{row.who.name} {row.who.number}", place, before, after)
            )
    return changes


def _put(writer: values.Writer, changes: list[values.Change], days: tuple[date, date]) -> dict[str, str]:
    try:
        writer.put_all(changes, days)
    except refusals.ManyRefused as many:
        by_name = {change.name: change for change in changes}
        errors = {}
        for name, refusal in many.problems:
            change = by_name[name]
            errors[f"{PLACES[change.place]}-{change.subject_id}"] = refusal.say(current.language)
        return errors
    return {}


def _grid(
    shown: scene.Scene,
    clauses: list[Clause],
    given: Mapping[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Any:
    clause = _clause(clauses)
    chosen = choosing.choose_unit(request.values.get("unit"), shown.usual_day, shown.period.revision_id)
    rows = _rows(shown, clause, chosen.people or [], given)
    body = render_template(
        "entries/marks.html",
        scene=shown,
        clause=clause,
        clauses=marks.examinations(shown.scheme),
        people=chosen,
        rows=rows,
        lacking=[row.who for row in rows if not row.was[0]],
        errors=errors,
        highest=highest(clause),
        day=request.values.get("happened_on") or shown.usual_day.isoformat(),
        retest_day=request.values.get("retest_on") or "",
        pasted=request.form.get("pasted", ""),
    )
    return body, status
