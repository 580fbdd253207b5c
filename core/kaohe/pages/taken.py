"""Taking what was sent for a sector's schema: its values, what is wrong with them, what the schema refuses.

Refused: a field the schema does not have, more lines than anybody types, and whatever the schema's validators
refuse. A sector's own validator speaks to people by raising `ValidationError([Text(zh, en)])`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from kaohe.pages import typed
from kaohe.scheme import Text

MOST_LINES = 200
WHOLE_FORM = ""
"""The key of an error that belongs to no one field."""

UNKNOWN = Text(
    "表单里有不认识的栏目，没有保存。请刷新后再填。",
    "The form holds a field that is not known here; nothing was saved. Reload it.",
)
TOO_MANY = Text(f"最多 {MOST_LINES} 行。", f"At most {MOST_LINES} lines.")
ONE_LINE = Text("请至少填一行。", "Fill in at least one line.")
Field = fields.Field[Any]


def title_of(one: Field, name: str) -> Text:
    """What stands beside a field."""
    title = one.metadata.get("title")
    return title if isinstance(title, Text) else Text(name, name)


class Reader:
    """Reads what was sent: the values, what is wrong with them, and the names that belong to the schema."""

    def __init__(self, form: Mapping[str, str], zone: str, prefix: str) -> None:
        self.form, self.zone, self.prefix = form, zone, prefix
        self.data: dict[str, Any] = {}
        self.errors: dict[str, Text] = {}
        self.known: set[str] = set()

    def one(self, one: Field, sent: str, key: str, data: dict[str, Any]) -> None:
        self.known.add(sent)
        if typed.kind_of(one) == "tick":
            data[key] = self.form.get(sent, "") not in ("", "0")
            return
        text = _clean(self.form.get(sent, ""))
        if not text:
            if one.required:
                self.errors[sent] = typed.TO_CHOOSE if typed.kind_of(one) == "choice" else typed.NEEDED
            return
        try:
            data[key] = typed.plain_value(one, text, self.zone)
        except typed.Unreadable as unreadable:
            self.errors[sent] = unreadable.why
            return
        why = typed.why_refused(one, data[key])
        if why is not None:
            self.errors[sent] = why

    def lines(self, one: Field, name: str) -> None:
        columns = columns_of(one)
        sent = self.prefix + name
        numbers = numbers_of(self.form, sent, columns)
        if len(numbers) > MOST_LINES:
            self.errors[sent] = TOO_MANY
        lines: list[dict[str, Any]] = []
        for number in numbers[:MOST_LINES]:
            line: dict[str, Any] = {}
            for key, column in columns:
                self.one(column, f"{sent}-{number}-{key}", key, line)
            lines.append(line)
        keys = {key for key, _ in columns}
        pattern = re.compile(re.escape(sent) + r"-\d{1,4}-(.+)")
        self.known.update(one for one in self.form if (found := pattern.fullmatch(one)) and found[1] in keys)
        if lines:
            self.data[name] = lines
        elif one.required:
            self.errors[sent] = ONE_LINE


def columns_of(one: Field) -> list[tuple[str, Field]]:
    """The columns of a list of lines."""
    inner = getattr(one, "inner", None)
    if not isinstance(inner, fields.Nested):
        raise TypeError("a list in a form holds nested lines")
    return list(inner.schema.fields.items())


def numbers_of(form: Mapping[str, str], name: str, columns: list[tuple[str, Field]]) -> list[int]:
    """The numbers of the lines in which something was typed."""
    pattern = re.compile(re.escape(name) + r"-(\d{1,4})-(.+)")
    keys = {key for key, column in columns if typed.kind_of(column) not in ("tick", "choice")}
    keys = keys or {key for key, _ in columns}
    found = {
        int(match[1])
        for sent, text in form.items()
        if (match := pattern.fullmatch(sent)) and match[2] in keys and _clean(text)
    }
    return sorted(found)


def _clean(text: str) -> str:
    """What was typed, without control characters and outer spaces; lines end in one way."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c.isprintable() or c == "\n").strip()


def put_refusals(schema: Schema, data: Mapping[str, Any], errors: dict[str, Text], prefix: str) -> None:
    """Say in both languages what the schema itself refuses, where nothing is said yet."""
    try:
        schema.load(dict(data))
    except ValidationError as invalid:
        messages = invalid.messages if isinstance(invalid.messages, dict) else {"_schema": invalid.messages}
    else:
        return
    for name, said in messages.items():
        one = schema.fields.get(name)
        key = prefix + str(name)
        if one is None:
            other = typed.NOT_RIGHT if name == "_schema" else UNKNOWN
            if not errors or name != "_schema":
                errors.setdefault(WHOLE_FORM, _found_text(said) or other)
        elif not any(known == key or known.startswith(f"{key}-") for known in errors):
            why = typed.NEEDED if data.get(name) is None else _found_text(said) or _limit(one, data[name])
            errors[key] = why or typed.NOT_RIGHT


def _limit(one: Field, value: Any) -> Text | None:
    if typed.kind_of(one) != "lines":
        return typed.why_refused(one, value)
    for length in typed.checks(one, validate.Length):
        if length.min and len(value) < length.min:
            return Text(f"请至少填 {length.min} 行。", f"Fill in at least {length.min} lines.")
        if length.max and len(value) > length.max:
            return Text(f"最多 {length.max} 行。", f"At most {length.max} lines.")
    return None


def _found_text(said: Any) -> Text | None:
    """The first bilingual text in what a sector's own validator raised."""
    if isinstance(said, Text):
        return said
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list | tuple) else ()
    return next((found for one in inner if (found := _found_text(one)) is not None), None)
