"""Doubts: places where the print is damaged or can be read in several ways, and what the admin can choose.

Nothing is repaired silently. An option is a list of replacements in the scheme; the scheme as written computes
by the printed value, or by our reading where the print gives none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kaohe.scheme.text import Citation, Text


@dataclass(frozen=True, slots=True)
class Replace:
    """Puts `value` at `path` of the scheme: clause/35/rule/points, part/records/ceiling, scheme/root."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a doubt; `usual` marks the one that we take by default."""

    code: str
    title: Text
    replace: tuple[Replace, ...] = ()
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question the admin answers before adopting the scheme.

    `printed`: the words as printed. `why`: why they are doubted. `figures`: the paths of figures for which the
    admin may enter other values than those of the options. `kind`: the print is damaged; it can be read in
    several ways; or the source leaves the choice open. `own`: replacements that go before figures of one's own.
    """

    code: str
    title: Text
    why: Text
    options: tuple[Option, ...]
    kind: Literal["print", "reading", "choice"] = "reading"
    printed: str = ""
    cite: Citation | None = None
    clauses: tuple[int, ...] = ()
    figures: tuple[str, ...] = ()
    own: tuple[Replace, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a doubt was settled: the option's code, or `own` with the figures entered."""

    doubt: str
    option: str
    figures: tuple[Replace, ...] = ()
