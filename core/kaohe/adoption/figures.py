"""The page of figures that can be changed: each with its limits, what it was, who changed it and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request

from kaohe.adoption import service as adoption
from kaohe.adoption.document import is_money, say_number
from kaohe.adoption.headings import heading, names_of
from kaohe.adoption.models import Revision
from kaohe.pages.current import current
from kaohe.pages.lists import ListState
from kaohe.scheme import Adjustable, Scheme, SchemeRefusal, Text, adjustables, get


@dataclass(frozen=True)
class Figure:
    """A row of the page of figures."""

    one: Adjustable
    value: str
    standing: str
    low: str
    high: str
    changed: bool
    change: dict[str, Any]
    part: Text
    cite: str = ""


def figures_page(revision: Revision) -> dict[str, Any]:
    """The figures that can be changed, narrowed by words, a clause, a part, or to those changed."""
    scheme = adoption.scheme_of(current.session, revision.id)
    base = adoption.base_of(current.session, revision.id)
    listed = ListState.read(
        request.args,
        request.path,
        filters={
            "part": [part.code for part in scheme.parts()],
            "only": ("changed", "ours"),
            "clause": [str(clause.id) for clause in scheme.clauses()],
        },
    )
    rows = [_figure(revision, scheme, base, one) for one in adjustables(scheme)]
    found = [row for row in rows if _fits(row, listed)]
    page = listed.paged(len(found))
    return {
        **heading(revision),
        "list": listed,
        "page": page,
        "rows": found[page.offset : page.offset + page.per],
        "settings": [] if listed.narrowed else scheme.settings,
        "parts": [(part.code, part.title) for part in scheme.parts() if part.clauses],
        "counts": {"changed": sum(row.changed for row in rows), "ours": sum(row.one.ours for row in rows)},
        "editable": revision.state == "draft",
        "names": names_of([row.change.get("by") for row in rows]),
    }


def _figure(revision: Revision, scheme: Scheme, base: Scheme, one: Adjustable) -> Figure:
    try:
        standing = get(base, one.path)
    except SchemeRefusal:  # a place that an answer to a doubt has made
        standing = one.value
    clause = scheme.find(one.clause_id) if one.clause_id else None
    part = scheme.part(one.part) if one.part else None
    return Figure(
        one,
        figure_text(one.path, one.value),
        say_number(one.path, standing) if standing != one.value else "",
        say_number(one.path, one.low),
        say_number(one.path, one.high),
        one.path in scheme.changed,
        revision.changes.get("figures", {}).get(one.path, {}),
        part.title if part else Text("其他", "other"),
        clause.cite.say(current.language) if clause and clause.cite else "",
    )


def figure_text(path: str, value: Any) -> str:
    """A figure as it stands in the input: a plain number, yuan for an amount."""
    if value is None:
        return ""
    if is_money(path):
        return format(Decimal(value).scaleb(-2), "f").removesuffix(".00")
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


def _fits(row: Figure, listed: ListState) -> bool:
    chosen = listed.filters
    words = listed.q.lower()
    if words and words not in f"{row.one.title.zh} {row.one.title.en} {row.part.zh} {row.part.en}".lower():
        return False
    if chosen.get("only") == "changed" and not row.changed:
        return False
    if chosen.get("only") == "ours" and not row.one.ours:
        return False
    if chosen.get("part") and row.one.part != chosen["part"]:
        return False
    return not chosen.get("clause") or str(row.one.clause_id) == chosen["clause"]
