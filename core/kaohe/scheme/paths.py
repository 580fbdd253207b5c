"""Places in a scheme by path: reading and replacing what stands there.

`clause/35/rule/points`, `item/1003/points`, `part/records/ceiling`, `part/records/clauses/+` (append),
`scheme/cycle/start_day`, `grade/excellent/lower`, `measure/61/high`, `fact/level/low`,
`consequence/lower_level/when`. In a tuple the key is a code, an id, the first of a pair, or a number from 0.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from kaohe.scheme.model import Scheme
from kaohe.scheme.refusals import UnknownPath
from kaohe.scheme.tree import Part

_SHORT = {
    name: f"{name}s" for name in ("grade", "measure", "fact", "consequence", "form", "setting", "doubt")
}


def get(scheme: Scheme, path: str) -> Any:
    """What stands at `path`; nothing there is refused (`UnknownPath`)."""
    value: Any = scheme
    for key in full_path(scheme, path):
        value = _child(value, key, path)
    return value


def put(scheme: Scheme, path: str, value: Any) -> Scheme:
    """The scheme with `value` at `path`; None at a clause, item or other element of a list takes it out."""
    keys = full_path(scheme, path)
    return _put(scheme, keys, value, path)


def full_path(scheme: Scheme, path: str) -> list[str]:
    """The path from the scheme down, with clauses, items and parts found in the tree."""
    head, *rest = path.split("/")
    if head == "scheme":
        return rest
    if head in _SHORT:
        return [_SHORT[head], *rest]
    if not rest or head not in ("part", "clause", "item"):
        raise UnknownPath(path=path)
    found = _seek(scheme.root, head, rest[0])
    if found is None:
        raise UnknownPath(path=path)
    return ["root", *found, *rest[1:]]


def _seek(part: Part, head: str, key: str) -> list[str] | None:
    if head == "part" and part.code == key:
        return []
    for clause in part.clauses:
        if head == "clause" and str(clause.id) == key:
            return ["clauses", key]
        if head == "item" and any(str(item.id) == key for item in clause.items):
            return ["clauses", str(clause.id), "items", key]
    for child in part.parts:
        found = _seek(child, head, key)
        if found is not None:
            return ["parts", child.code, *found]
    return None


def _place(row: tuple[Any, ...], key: str) -> int | None:
    for number, each in enumerate(row):
        if str(getattr(each, "id", "")) == key or getattr(each, "code", None) == key:
            return number
        if isinstance(each, tuple) and each and each[0] == key:
            return number
    if key.isdigit() and int(key) < len(row) and not hasattr(row[int(key)], "id"):
        return int(key)
    return None


def _child(value: Any, key: str, path: str) -> Any:
    if isinstance(value, tuple):
        place = _place(value, key)
        if place is None:
            raise UnknownPath(path=path)
        held = value[place]
        return held[1] if _is_pair(held, key) else held
    if dataclasses.is_dataclass(value) and key in {
        each.name for each in dataclasses.fields(value) if each.init
    }:
        return getattr(value, key)
    raise UnknownPath(path=path)


def _is_pair(held: Any, key: str) -> bool:
    return isinstance(held, tuple) and len(held) == 2 and held[0] == key


def _put(node: Any, keys: list[str], value: Any, path: str) -> Any:
    if not keys:
        return value
    key, *rest = keys
    if isinstance(node, tuple):
        if key == "+" and not rest:
            return (*node, value)
        place = _place(node, key)
        if place is None:
            raise UnknownPath(path=path)
        held = node[place]
        if not rest and value is None:
            return node[:place] + node[place + 1 :]
        new = (
            (held[0], _put(held[1], rest, value, path))
            if _is_pair(held, key)
            else _put(held, rest, value, path)
        )
        return (*node[:place], new, *node[place + 1 :])
    child = _child(node, key, path)
    return dataclasses.replace(node, **{key: _put(child, rest, value, path)})
