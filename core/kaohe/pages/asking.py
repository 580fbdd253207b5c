"""Forms that a sector declares as a marshmallow schema: asked for, read, and shown again.

`asked` gives the fields of a form for the template `_asking.html`, `read` takes what was sent, `shown` gives what was
kept for reading. What was typed is kept whatever is wrong with it; each error stands at its field in both languages;
a field that the schema does not have is refused. Lines (`fields.List(fields.Nested(…))`) are sent as rows of
numbered fields: an empty row is no line, so lines are added and taken away without script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from marshmallow import Schema

from kaohe.pages import typed
from kaohe.pages.taken import (
    UNKNOWN,
    WHOLE_FORM,
    Field,
    Reader,
    columns_of,
    numbers_of,
    put_refusals,
    title_of,
)
from kaohe.scheme import Text

__all__ = ["PREFIX", "WHOLE_FORM", "Asked", "Shown", "asked", "check", "read", "shown", "wants_more"]

PREFIX = "f-"
SPARE = 2
FIRST_LINES = 3


@dataclass(frozen=True)
class Asked:
    """One field of a form: its name in the form, what stands beside it, what is in it, what is wrong with it."""

    name: str
    key: str
    kind: str
    title: Text
    hint: Text | None = None
    unit: Text | None = None
    rows: int = 4
    required: bool = False
    most: int = typed.LONGEST
    typed: str = ""
    error: Text | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    columns: tuple[Asked, ...] = ()
    lines: tuple[tuple[Asked, ...], ...] = ()

    @property
    def wrong(self) -> list[Asked]:
        """The fields with an error: this one, and those of its lines."""
        return [one for one in (self, *(cell for line in self.lines for cell in line)) if one.error]


@dataclass(frozen=True)
class Shown:
    """One field as kept, for reading: its text, or its lines below their heads, with sums where asked.

    `heads` are the titles of the columns and "num" for figures; `totals` are empty where nothing is added up.
    """

    key: str
    title: Text
    text: str = ""
    long: bool = False
    heads: tuple[tuple[Text, str], ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    totals: tuple[str, ...] = ()


def asked(
    schema: Schema,
    data: Mapping[str, Any] | None = None,
    *,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, Text] | None = None,
    zone: str = "Asia/Shanghai",
    prefix: str = PREFIX,
    more: int = 0,
) -> list[Asked]:
    """The fields of the form: with what was typed (`form`), else with what is kept (`data`).

    `more`: how many empty lines to offer beyond the usual ones.
    """
    page = _Page(form, errors or {}, zone, prefix, more)
    kept = data or {}
    return [
        page.lines(one, name, kept.get(name) or ())
        if typed.kind_of(one) == "lines"
        else page.one(one, prefix + name, name, kept.get(name))
        for name, one in schema.fields.items()
    ]


def read(
    schema: Schema, form: Mapping[str, str], *, zone: str = "Asia/Shanghai", prefix: str = PREFIX
) -> tuple[dict[str, Any], dict[str, Text]]:
    """What was sent as plain JSON values, and what is wrong with it by the field's name in the form.

    Keep the data only where there are no errors (a draft may keep what could be read). Errors of no one field
    stand under `WHOLE_FORM`.
    """
    reader = Reader(form, zone, prefix)
    for name, one in schema.fields.items():
        if typed.kind_of(one) == "lines":
            reader.lines(one, name)
        else:
            reader.one(one, prefix + name, name, reader.data)
    if any(sent.startswith(prefix) and sent not in reader.known for sent in form):
        reader.errors[WHOLE_FORM] = UNKNOWN
    put_refusals(schema, reader.data, reader.errors, prefix)
    return reader.data, reader.errors


def check(schema: Schema, data: Mapping[str, Any]) -> dict[str, Text]:
    """What is wrong with plain data that came by another way than a form, by field name; empty for nothing."""
    errors: dict[str, Text] = {}
    put_refusals(schema, data, errors, "")
    return errors


def wants_more(form: Mapping[str, str]) -> bool:
    """Whether the form was sent only to get more empty lines (its button "more lines", without script)."""
    return "more-lines" in form


def shown(
    schema: Schema, data: Mapping[str, Any], language: str = "zh", *, zone: str = "Asia/Shanghai"
) -> list[Shown]:
    """What was kept, for reading; fields that say nothing are left out."""
    found = []
    for name, one in schema.fields.items():
        value = data.get(name)
        if value in (None, "", []):
            continue
        if typed.kind_of(one) == "lines":
            found.append(_shown_lines(one, name, value, language, zone))
        else:
            text = typed.said_value(one, value, language, zone)
            found.append(Shown(name, title_of(one, name), text, long=typed.kind_of(one) == "long"))
    return found


@dataclass
class _Page:
    """Makes the fields of a page."""

    form: Mapping[str, str] | None
    errors: Mapping[str, Text]
    zone: str
    prefix: str
    more: int

    def one(self, one: Field, sent: str, key: str, value: Any) -> Asked:
        meta = one.metadata
        text = typed.typed_value(one, value, self.zone) if self.form is None else self.form.get(sent, "")
        return Asked(
            name=sent,
            key=key,
            kind=typed.kind_of(one),
            title=title_of(one, key),
            hint=meta.get("hint"),
            unit=meta.get("unit"),
            rows=meta.get("rows", 4),
            required=one.required,
            most=typed.longest(one),
            typed=text,
            error=self.errors.get(sent),
            choices=tuple(typed.titles_of(one).items()),
        )

    def lines(self, one: Field, name: str, kept: Any) -> Asked:
        columns = columns_of(one)
        kept = [] if self.form is not None else list(kept)
        numbers = list(range(len(kept)))
        if self.form is not None:
            numbers = numbers_of(self.form, self.prefix + name, columns)
        last = max(numbers, default=-1) + 1
        spare = max(SPARE, FIRST_LINES - len(numbers)) + self.more
        lines = []
        for number in [*numbers, *range(last, min(last + spare, 10_000))]:
            line = kept[number] if number < len(kept) else {}
            sent = f"{self.prefix}{name}-{number}-"
            lines.append(tuple(self.one(column, sent + key, key, line.get(key)) for key, column in columns))
        heads = tuple(replace(self.one(column, key, key, None), typed="") for key, column in columns)
        return Asked(
            name=self.prefix + name,
            key=name,
            kind="lines",
            title=title_of(one, name),
            hint=one.metadata.get("hint"),
            required=one.required,
            error=self.errors.get(self.prefix + name),
            columns=heads,
            lines=tuple(lines),
        )


def _shown_lines(one: Field, name: str, kept: Any, language: str, zone: str) -> Shown:
    columns = columns_of(one)
    heads = tuple(
        (title_of(column, key), "num" if typed.kind_of(column) in typed.FIGURES else "")
        for key, column in columns
    )
    lines = tuple(
        tuple(typed.said_value(column, line.get(key), language, zone) for key, column in columns)
        for line in kept
    )
    totals: tuple[str, ...] = ()
    if any(column.metadata.get("sum") for _, column in columns):
        totals = tuple(
            typed.said_value(column, _sum(column, [line.get(key) for line in kept]), language, zone)
            if column.metadata.get("sum")
            else ""
            for key, column in columns
        )
    return Shown(name, title_of(one, name), heads=heads, lines=lines, totals=totals)


def _sum(column: Field, values: list[Any]) -> Any:
    if typed.kind_of(column) == "figure":
        return f"{sum((Decimal(value) for value in values if value is not None), Decimal(0)):f}"
    return sum(int(value) for value in values if value is not None)
