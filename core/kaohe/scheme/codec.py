"""Scheme to JSON and back, unchanged and deterministic: every period keeps such a snapshot.

A dataclass becomes an object with its class under "@" and the fields that differ from their defaults; a decimal
becomes {"D": "0.5"}; a tuple becomes a list. Unknown classes or fields are refused.
"""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from typing import Any

from kaohe.scheme import combine, conditions, doubts, effects, model, rules, text, tree
from kaohe.scheme.refusals import SchemeUnreadable


def _classes() -> dict[str, type]:
    found: dict[str, type] = {}
    for module in (text, effects, rules, combine, tree, conditions, doubts, model):
        for name, value in vars(module).items():
            if isinstance(value, type) and dataclasses.is_dataclass(value):
                found[name] = value
    return found


CLASSES = _classes()
_FIELDS = {name: [each for each in dataclasses.fields(cls) if each.init] for name, cls in CLASSES.items()}


def decimal_text(value: Decimal) -> str:
    """A decimal in its shortest plain form."""
    shown = format(value, "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def to_data(value: Any) -> Any:
    """`value` (a scheme or any piece of one) as plain JSON data."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, Decimal):
        return {"D": decimal_text(value)}
    if isinstance(value, tuple | list):
        return [to_data(each) for each in value]
    name = type(value).__name__
    if CLASSES.get(name) is not type(value):
        raise TypeError(f"{type(value)!r} has no place in a scheme")
    document: dict[str, Any] = {"@": name}
    for each in _FIELDS[name]:
        held = getattr(value, each.name)
        if each.default is dataclasses.MISSING or held != each.default:
            document[each.name] = to_data(held)
    return document


def from_data(data: Any) -> Any:
    """The scheme, or piece of one, that `to_data` gave."""
    if isinstance(data, list):
        return tuple(from_data(each) for each in data)
    if not isinstance(data, dict):
        if isinstance(data, float):
            raise SchemeUnreadable(what=repr(data))
        return data
    if "D" in data:
        return Decimal(data["D"])
    cls = CLASSES.get(data.get("@", ""))
    if cls is None:
        raise SchemeUnreadable(what=str(data.get("@")))
    try:
        return cls(**{name: from_data(held) for name, held in data.items() if name != "@"})
    except TypeError as error:
        raise SchemeUnreadable(what=str(error)) from error


def to_json(scheme: model.Scheme) -> str:
    """The scheme as JSON text; equal schemes give equal bytes."""
    return json.dumps(to_data(scheme), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def from_json(document: str) -> model.Scheme:
    """The scheme that `to_json` wrote; anything else raises `SchemeUnreadable`."""
    try:
        scheme = from_data(json.loads(document))
    except json.JSONDecodeError as error:
        raise SchemeUnreadable(what=str(error)) from error
    if not isinstance(scheme, model.Scheme):
        raise SchemeUnreadable(what=type(scheme).__name__)
    return scheme
