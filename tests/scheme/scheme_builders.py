"""Small schemes and inputs for the tests of the language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kaohe.scheme import (
    Assessment,
    Clause,
    Cycle,
    Form,
    Grade,
    Inputs,
    Part,
    Scheme,
    Source,
    Text,
    assess,
)

D = Decimal


def text(words: str) -> Text:
    return Text(words, words)


def clause(id: int, rule: Any, **more: Any) -> Clause:
    return Clause(id, f"c{id}", text(f"clause {id}"), rule, **more)


def part(code: str, *inside: Any, **more: Any) -> Part:
    clauses = tuple(each for each in inside if isinstance(each, Clause))
    parts = tuple(each for each in inside if isinstance(each, Part))
    return Part(code, text(code), clauses=clauses, parts=parts, **more)


def hundred(*clauses: Clause, **more: Any) -> Scheme:
    """A scheme of one part with 100 points, floor 0."""
    settings: dict[str, Any] = {"points": D(100), "floor": D(0)}
    return scheme(part("total", *clauses, **{**settings, **more}))


def scheme(root: Part, **more: Any) -> Scheme:
    given: dict[str, Any] = {
        "grades": (
            Grade("good", text("good"), D(90)),
            Grade("fair", text("fair"), D(60)),
            Grade("poor", text("poor")),
        ),
        "sources": (Source("S", text("source")),),
        "forms": (Form("single", text("single"), "single"),),
    }
    return Scheme("test", text("test"), "person", Cycle("month"), root, **{**given, **more})


def tally(
    id: int,
    count: int = 1,
    *,
    group: int | None = None,
    quantity: Any = 0,
    points: Any = 0,
    value: Any = None,
) -> tuple[int, int | None, int, int, int, int | None]:
    held = None if value is None else int(D(str(value)) * 1_000_000)
    return (id, group, count, int(D(str(quantity)) * 1_000_000), int(D(str(points)) * 100), held)


def one(scheme: Any, *tallies: Any, **more: Any) -> Assessment:
    """The assessment of one subject with these tallies."""
    (found,) = assess(scheme, {"s": Inputs(tallies=tallies, **more)})
    return found
