"""Two revisions of a scheme side by side: what is new, gone, or different, by clause and figure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from kaohe.scheme.model import Scheme
from kaohe.scheme.text import Text
from kaohe.scheme.tree import Clause, Item, Part


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, of what, from what to what. For an added or removed thing one side is None."""

    path: str
    title: Text
    kind: Literal["added", "removed", "changed"]
    old: Any
    new: Any
    clause_id: int | None = None
    part: str | None = None


_SKIP = {"parts", "clauses", "items", "root", "settled", "changed", "doubts"}
_KEYED = ("grades", "measures", "facts", "consequences", "forms", "settings")


def compare(old: Scheme, new: Scheme) -> list[Change]:
    """All differences between two schemes, in the order of the new one, what is gone at the end."""
    before = dict(_things(old))
    after = dict(_things(new))
    changes: list[Change] = []
    for path, (thing, title, clause_id, part) in after.items():
        if path not in before:
            changes.append(Change(path, title, "added", None, thing, clause_id, part))
            continue
        left, right = dict(_leaves(before[path][0])), dict(_leaves(thing))
        for key in dict.fromkeys([*left, *right]):
            if left.get(key) != right.get(key):
                where = f"{path}/{key}" if key else path
                changes.append(
                    Change(where, title, "changed", left.get(key), right.get(key), clause_id, part)
                )
    for path, (thing, title, clause_id, part) in before.items():
        if path not in after:
            changes.append(Change(path, title, "removed", thing, None, clause_id, part))
    return changes


_Thing = tuple[str, tuple[Any, Text, int | None, str | None]]


def _things(scheme: Scheme) -> Iterator[_Thing]:
    """Everything that has a name of its own: parts, clauses, items, grades, measures, facts, consequences."""
    yield "scheme", (scheme, scheme.title, None, None)
    for part in scheme.root.walk():
        yield f"part/{part.code}", (part, part.title, None, part.code)
        for clause in part.clauses:
            yield f"clause/{clause.id}", (clause, clause.title, clause.id, part.code)
            for item in clause.items:
                yield f"item/{item.id}", (item, item.title, item.id, part.code)
    for name in _KEYED:
        for each in getattr(scheme, name):
            key = each.id if name == "measures" else each.code
            yield f"{name[:-1]}/{key}", (each, each.title, None, None)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The plain values below a thing, without the things that have a name of their own."""
    if isinstance(value, Text) or value is None or isinstance(value, str | int | bool | Decimal):
        yield path, value
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            key = getattr(each, "code", None) or str(number)
            yield from _leaves(each, f"{path}/{key}" if path else key)
    elif dataclasses.is_dataclass(value):
        skip = _SKIP if isinstance(value, Scheme | Part | Clause | Item) else set()
        if isinstance(value, Scheme):
            skip = skip | set(_KEYED)
        for each in dataclasses.fields(value):
            if each.init and each.name not in skip:
                yield from _leaves(getattr(value, each.name), f"{path}/{each.name}" if path else each.name)
