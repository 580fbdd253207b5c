"""Changing the figures of a scheme within what its clauses allow, and adding clauses of one's own.

What was changed is kept in `Scheme.changed`, so that everybody sees which figures are the tenant's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kaohe.scheme.adjustable import Adjustable, adjustables
from kaohe.scheme.check import require_valid
from kaohe.scheme.model import Scheme
from kaohe.scheme.paths import get, put
from kaohe.scheme.refusals import OutsideLimits, UnknownPath
from kaohe.scheme.text import Text
from kaohe.scheme.tree import Clause, Item, Part

OWN_IDS = 1_000_000
"""Ids of clauses and items that a tenant adds start here."""


def adapt(scheme: Scheme, changes: Mapping[str, Any]) -> Scheme:
    """The scheme with figures changed, texts of one's own items changed, clauses added or taken out.

    Paths: those of `adjustables`; `part/<code>/parts/+` with a `Part` (a new indicator), `part/<code>` with None
    for one that is ours; `part/<code>/clauses/+` and `clause/<id>/items/+` with a `Clause` or `Item`
    (ids from `OWN_IDS`); `clause/<id>` or `item/<id>` with None to take out what is our default or one's own;
    `item/<id>/title` and `clause/<id>/title` of such; `setting/<code>/value` with one of its values.
    Refused: any other path, a value outside its limits, a scheme that would be invalid.
    """
    changed = list(scheme.changed)
    for path, value in changes.items():
        if not _structural(scheme, path, value):
            within_limits(scheme, path, value)
        scheme = put(scheme, path, value)
        if path not in changed:
            changed.append(path)
    scheme = dataclasses.replace(scheme, changed=tuple(sorted(changed)))
    require_valid(scheme)
    return scheme


def within_limits(scheme: Scheme, path: str, value: Any) -> Adjustable:
    """The figure at `path`, if `value` is within its limits; otherwise refused."""
    for figure in adjustables(scheme):
        if figure.path == path:
            break
    else:
        raise UnknownPath(field=path, path=path)
    if value is None and figure.optional:
        return figure
    bad = not isinstance(value, Decimal | int) or isinstance(value, bool)
    if bad or (figure.whole and value != int(value)) or not figure.low <= value <= figure.high:
        raise OutsideLimits(field=path, title=figure.title, low=figure.low, high=figure.high, value=value)
    return figure


def next_own_id(scheme: Scheme) -> int:
    """An id for a clause or item that the tenant adds; never one that the scheme has."""
    return max([OWN_IDS - 1, *scheme.index()]) + 1


def _structural(scheme: Scheme, path: str, value: Any) -> bool:
    """Whether the change adds, takes out, or renames what may be added, taken out or renamed."""
    head, _, rest = path.partition("/")
    if path.endswith("/clauses/+") and head == "part" and isinstance(value, Clause):
        return value.id >= OWN_IDS
    if path.endswith("/items/+") and head == "clause" and isinstance(value, Item):
        return value.id >= OWN_IDS
    if path.endswith("/parts/+") and head == "part" and isinstance(value, Part):
        return all(clause.id >= OWN_IDS for part in value.walk() for clause in part.clauses)
    if head == "part" and "/" not in rest and value is None:
        return bool(get(scheme, path).ours) and rest != scheme.root.code
    if head == "setting" and path.endswith("/value"):
        return value in dict(get(scheme, path.removesuffix("/value")).values)
    if head not in ("clause", "item"):
        return False
    key, _, last = rest.partition("/")
    if last not in ("", "title"):
        return False
    if last == "title" and not isinstance(value, Text):
        return False
    if last == "" and value is not None:
        return False
    return bool(get(scheme, f"{head}/{key}").ours) or int(key) >= OWN_IDS
