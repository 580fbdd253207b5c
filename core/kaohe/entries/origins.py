"""What an entry made by the system was made from: each feature that makes entries says its name and where to look.

Decides nothing about entries. A feature registers its origin in its module `reactions`; an origin that nobody
registered is shown by no name and leads nowhere, so that an entry stays readable when a sector is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kaohe.db import TenantSession
from kaohe.entries.listening import load_reactions
from kaohe.scheme import Text

BY_HAND: Mapping[str, Text] = {
    "form": Text("逐条录入", "Single entry"),
    "batch": Text("批量录入", "Entered for many"),
    "sheet": Text("检查表", "Inspection sheet"),
    "marks": Text("成绩录入", "Marks"),
    "measures": Text("指标值", "Measures"),
    "import": Text("导入", "Import"),
    "demo": Text("示范数据", "Demonstration"),
}
"""How entries come about that people record."""


@dataclass(frozen=True)
class Where:
    """The page of the thing: an endpoint with its values by loader name; `title` tells the thing from others."""

    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    title: Text | None = None


Finder = Callable[[TenantSession, int], Where | None]
_KNOWN: dict[str, tuple[Text, Finder]] = {}


def register(origin: str, title: Text, where: Finder) -> None:
    """Say what entries of this origin are made from, and where one of them is seen; the first one stays."""
    _KNOWN.setdefault(origin, (title, where))


def title_of(origin: str) -> Text | None:
    """What entries of this origin are made from, or how they were recorded; None for an unknown one."""
    load_reactions()
    known = _KNOWN.get(origin)
    return known[0] if known is not None else BY_HAND.get(origin)


def where_of(session: TenantSession, origin: str, origin_id: int | None) -> Where | None:
    """Where the thing is seen that an entry was made from; None where there is no page for it."""
    load_reactions()
    known = _KNOWN.get(origin)
    if known is None or origin_id is None:
        return None
    return known[1](session, origin_id)
