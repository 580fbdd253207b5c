"""The preview of a list of marks: each line judged, decisions taken, then all of it written, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.entries import mark_lists, marks, scene, typed, values
from kaohe.errors import Refusal
from kaohe.pages.current import current
from kaohe.scheme import Clause


@dataclass(frozen=True)
class Preview:
    """One sheet of a list that was read: which examination it is taken for, and each line judged."""

    number: int
    sheet: mark_lists.RawSheet
    clause: Clause | None
    rows: list[marks.Judged]
    changes: dict[int, list[values.Change]]

    @property
    def doubtful(self) -> int:
        return sum(row.doubtful for row in self.rows)

    def kind(self, row: marks.Judged) -> str:
        """What would happen to a line: new, updated, same, skipped, or doubtful."""
        if row.out:
            return "skipped"
        if row.doubtful:
            return "doubtful"
        kinds = {change.kind for change in self.changes.get(row.raw.line, ())}
        return "updated" if "updated" in kinds else "new" if "new" in kinds else "same"

    def counts(self) -> dict[str, int]:
        """How many lines there are of each kind."""
        found: dict[str, int] = {}
        for row in self.rows:
            found[self.kind(row)] = found.get(self.kind(row), 0) + 1
        return found


def highest(clause: Clause | None) -> Decimal:
    """The highest mark that an examination gives."""
    rule: Any = clause.rule if clause else None
    return getattr(rule, "highest", None) or getattr(rule, "high", None) or Decimal(100)


def exam_days(shown: scene.Scene) -> tuple[date, date]:
    """The dates of the examination and of its retest, as they stand in the form."""
    first = typed.day(request.values.get("happened_on"), shown.usual_day)
    return first, max(first, typed.day(request.values.get("retest_on"), first, "retest_on"))


def writer(shown: scene.Scene, clause: Clause, origin: str) -> values.Writer:
    """What puts the marks of an examination."""
    return values.Writer(
        current.session,
        current.actor,
        shown.period,
        clause.id,
        current.now,
        current.today,
        origin=origin,
        cleared=_("在成绩页清空"),
    )


def preview(shown: scene.Scene, clauses: list[Clause], sheets: list[mark_lists.RawSheet]) -> Any:
    """The preview of a list that was just read."""
    return _show_preview(shown, clauses, sheets, _judged(shown, clauses, sheets, []), "", 200)


def settle(shown: scene.Scene, clauses: list[Clause], *, write: bool) -> Any:
    """The preview again with the decisions made, or writing it when nothing is doubtful."""
    sheets = mark_lists.from_text(request.form.get("rows", ""))
    decisions = _decisions(len(sheets))
    shown_sheets = _judged(shown, clauses, sheets, decisions)
    if write and request.form.get("rest") == "offers":
        decisions = _with_offers(shown_sheets, decisions)
        shown_sheets = _judged(shown, clauses, sheets, decisions)
    count = sum(one.doubtful for one in shown_sheets if one.clause is not None)
    if not write or count:
        error = marks.Unsettled(count=count).say(current.language) if write else ""
        return _show_preview(shown, clauses, sheets, shown_sheets, error, 422 if write else 200)
    return _write(shown, clauses, sheets, shown_sheets)


def _write(
    shown: scene.Scene, clauses: list[Clause], sheets: list[mark_lists.RawSheet], previews: list[Preview]
) -> Any:
    days = exam_days(shown)
    done = 0
    try:
        for preview in previews:
            if preview.clause is None:
                continue
            changes = [change for lines in preview.changes.values() for change in lines]
            done += len(writer(shown, preview.clause, "import").put_all(changes, days))
    except Refusal as refusal:
        current.session.rollback()
        return _show_preview(shown, clauses, sheets, previews, refusal.say(current.language), refusal.status)
    flash(_("已写入 %(n)s 处成绩", n=done) if done else _("与已有成绩相同，没有改动"), "plus")
    first = next((one.clause.id for one in previews if one.clause), None)
    return redirect(url_for("entries.marks", exam=first, period=shown.period.id), 303)


def _decisions(count: int) -> list[dict[int, marks.Decision]]:
    """The decisions that stand in the form, by sheet and line."""
    found: list[dict[int, marks.Decision]] = [{} for _n in range(count)]
    for name in request.form:
        if not name.startswith("do-"):
            continue
        sheet, _dash, line = name[3:].partition("-")
        if not (
            f"{sheet}{line}".isascii()
            and sheet.isdigit()
            and line.isdigit()
            and max(len(sheet), len(line)) < 7
        ):
            continue
        if int(sheet) >= count:
            continue
        key = f"{sheet}-{line}"
        found[int(sheet)][int(line)] = marks.Decision(
            typed.ident(request.form.get(f"who-{key}")),
            request.form.get(name, "")[:10],
            request.form.get(f"to-{key}", "").strip()[:20],
        )
    return found


def _with_offers(
    previews: list[Preview], decisions: list[dict[int, marks.Decision]]
) -> list[dict[int, marks.Decision]]:
    """The rest as offered: an absence is one, a figure with a unit is the figure, everything else is skipped."""
    for preview in previews:
        for row in preview.rows:
            if row.doubtful:
                held = decisions[preview.number].get(row.raw.line, marks.Decision())
                decisions[preview.number][row.raw.line] = marks.Decision(held.who, offered(row), held.typed)
    return decisions


def offered(row: marks.Judged) -> str:
    """The decision that a doubtful line offers."""
    if row.person is None or len(row.problems) > 1:
        return mark_lists.SKIP
    if row.offer is not None:
        return mark_lists.USE
    return mark_lists.BLANK if row.raw.mark.strip() in mark_lists.ABSENT else mark_lists.SKIP


def _judged(
    shown: scene.Scene,
    clauses: list[Clause],
    sheets: list[mark_lists.RawSheet],
    decisions: list[dict[int, marks.Decision]],
) -> list[Preview]:
    day = exam_days(shown)[0]
    found = []
    for number, sheet in enumerate(sheets):
        clause = _taken_for(sheet, number, clauses)
        rows = marks.judge(
            current.session,
            current.actor,
            sheet,
            day=day,
            highest=highest(clause),
            decisions=decisions[number] if number < len(decisions) else {},
        )
        found.append(Preview(number, sheet, clause, rows, _changes_of(shown, clause, rows)))
    return found


def _taken_for(sheet: mark_lists.RawSheet, number: int, clauses: list[Clause]) -> Clause | None:
    """The examination that was chosen for a sheet, else the one its name points at, else the page's own."""
    chosen = request.form.get(f"exam-{number}")
    wanted = typed.ident(chosen) if chosen is not None else marks.guess(sheet, clauses)
    if wanted is None and chosen is None and number == 0 and not sheet.name.strip():
        wanted = typed.ident(request.form.get("exam"))
    return next((one for one in clauses if one.id == wanted), None)


def _changes_of(
    shown: scene.Scene, clause: Clause | None, rows: list[marks.Judged]
) -> dict[int, list[values.Change]]:
    """By line, what writing it would change."""
    if clause is None:
        return {}
    ids = [row.person.subject_id for row in rows if row.person is not None]
    held = values.standing(current.session, shown.period, [clause.id], ids)
    found: dict[int, list[values.Change]] = {}
    for row in rows:
        if row.person is None or row.doubtful or row.out:
            continue
        who, changes = row.person, []
        for place, after in enumerate((row.mark, row.retest)):
            before = values.value_at(held, clause.id, who.subject_id, place)
            if after is not None and after != before:
                changes.append(
                    values.Change(who.subject_id, f"{who.name} {who.number}", place, before, after)
                )
        found[row.raw.line] = changes
    return found


def _show_preview(
    shown: scene.Scene,
    clauses: list[Clause],
    sheets: list[mark_lists.RawSheet],
    previews: list[Preview],
    error: str,
    status: int,
) -> Any:
    days = exam_days(shown)
    body = render_template(
        "entries/marks_preview.html",
        scene=shown,
        clauses=clauses,
        previews=previews,
        carried=mark_lists.to_text(sheets),
        doubtful=sum(one.doubtful for one in previews if one.clause is not None),
        error=error,
        day=days[0].isoformat(),
        retest_day=days[1].isoformat(),
        offered=offered,
    )
    return body, status
