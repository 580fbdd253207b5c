"""What a form says about a draft: another reading of the columns, answers to rows' questions, units decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe.people.intake.asking import day_in
from kaohe.people.intake.drafts import choose
from kaohe.people.intake.preview import SKIP, Line, Preview, answer_of
from kaohe.people.models import ImportDraft
from kaohe.scheme.text import Text


def columns(preview: Preview) -> list[tuple[str, Text]]:
    """The fields that the file has, in the order of its columns, for the table of the preview."""
    found = preview.understood
    if found is None:
        return []
    titles = {field.code: Text(field.title.zh, field.title.en) for field in found.fields}
    return [(code, titles[code]) for code, _ in sorted(found.mapping.items(), key=lambda one: one[1])]


def reading(draft: ImportDraft, preview: Preview, form: Mapping[str, str]) -> None:
    """Take over sheet, day, scheme, year and columns; raises `BadMapping` when the draft is compared next."""
    changes: dict[str, Any] = {}
    sheets = {str(at): at for at, _, _ in preview.sheets}
    if form.get("sheet") in sheets and sheets[form["sheet"]] != preview.sheet:
        choose(draft, sheet=sheets[form["sheet"]], mapping=None)
        return
    if (day := day_in(form.get("day"))) is not None:
        changes["day"] = day.isoformat()
    for name in ("scheme", "year"):
        if form.get(name):
            changes[name] = form[name][:40]
    if preview.understood is not None and any(name.startswith("column-") for name in form):
        changes["mapping"] = {
            field.code: _column(form.get(f"column-{field.code}", "")) for field in preview.understood.fields
        }
    choose(draft, **changes)


def _column(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def settle(draft: ImportDraft, preview: Preview, form: Mapping[str, str]) -> None:
    """Take the answers of a sent form over; what it does not answer stays a question."""
    rows: dict[str, dict[str, str]] = {
        key: dict(found) for key, found in draft.choices.get("rows", {}).items()
    }
    by_line = {str(line.no): line for line in preview.lines}
    for line in preview.lines:
        given = _answers(line, form)
        if given:
            rows.setdefault(line.key, {}).update(given)
    if (skipped := by_line.get(form.get("skip", ""))) is not None:
        rows.setdefault(skipped.key, {})[SKIP] = "1"
    if (again := by_line.get(form.get("again", ""))) is not None:
        rows.pop(again.key, None)
    if form.get("skip") == "all":
        for line in preview.shown("doubtful"):
            rows.setdefault(line.key, {})[SKIP] = "1"
    choose(draft, rows=rows, units=_units(draft, preview, form))


def _answers(line: Line, form: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for ask in line.asks:
        name = f"{line.no}-{ask.code}"
        option, typed = form.get(f"a-{name}", ""), form.get(f"t-{name}", "")
        if ask.entry == "dates" and typed:
            typed = f"{typed}/{form.get(f'u-{name}', '')}"
        answer = answer_of(ask, option, typed)
        if answer is not None:
            given[
                "number"
                if option == "other" or (ask.enters == "other" and answer.startswith("="))
                else ask.code
            ] = answer
    return given


def _units(draft: ImportDraft, preview: Preview, form: Mapping[str, str]) -> dict[str, str]:
    units = dict(draft.choices.get("units", {}))
    for at, name in enumerate(preview.unit_names):
        choice = form.get(f"unit-{at}", "")
        if form.get("units") == "new" and not name.choice:
            choice = "new"
        if choice in ("new", "skip") or (choice.isascii() and choice.isdigit()):
            units[name.key] = choice
    return units
