"""What the engine reads of one subject: facts, tallies, groups, prior counts, contained results, history.

All figures are integers in their scales. Tallies come straight from one grouped query; the compiled scheme says
what it needs of them (see `compiled.Needs`). The JSON form is compact and deterministic: it is stored beside the
result, and the same bytes come out for the same facts in whatever order they were given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Tally(NamedTuple):
    """Entries of one clause (or item, or measure), of one group if it needs groups.

    `quantity`: sum of quantities in millionths; `points`: sum of chosen points in hundredths; `value`: the first,
    last, highest or lowest quantity in millionths, where `Needs.values` asks for one. A plain tuple of the same
    six figures serves as well.
    """

    clause_id: int
    group_id: int | None
    count: int  # type: ignore[assignment]  # a tuple's own count() is never wanted here
    quantity: int = 0
    points: int = 0
    value: int | None = None


class Group(NamedTuple):
    """A sheet, a rater, a filed thing: held whether or not it has findings.

    `kind`: "sheet", "rater" or "filed". `label`: the sheet's label, or the rater's role.
    """

    id: int
    kind: str
    label: str = ""


class Occurrence(NamedTuple):
    """One entry, for the clauses whose order counts; `day` is ISO."""

    day: str
    entry_id: int
    clause_id: int


class ContainedResult(NamedTuple):
    """The result of a contained period, item or member; `score` in hundredths, None when missing."""

    label: str
    score: int | None


class Past(NamedTuple):
    """One period of a subject's history, the current one last. `start` and `end` are ISO days.

    `score` in hundredths (None: no result); `last`, `first`: of its ranking group, ties included; `share`: the
    class of the forced distribution, where settled; `counts`: (clause id, entries) pairs that conditions read.
    """

    start: str
    end: str
    score: int | None = None
    grade: str | None = None
    last: bool = False
    first: bool = False
    share: str | None = None
    counts: tuple[tuple[int, int], ...] = ()

    @property
    def missing(self) -> bool:
        """Whether the period has no result."""
        return self.score is None and self.grade is None


@dataclass(slots=True)
class Inputs:
    """Everything the engine reads of one subject."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    tallies: Sequence[tuple[int, int | None, int, int, int, int | None]] = ()
    groups: Sequence[tuple[int, str, str]] = ()
    prior: Mapping[int, int] = field(default_factory=dict)
    contained: Sequence[tuple[str, int | None]] = ()
    occurrences: Sequence[tuple[str, int, int]] = ()
    history: Sequence[Past] = ()


def _order(tally: tuple[int, int | None, int, int, int, int | None]) -> tuple[int, int]:
    return tally[0], tally[1] or 0


def by_label(contained: tuple[str, int | None]) -> tuple[str, bool, int]:
    """The order of contained results: by label, what is missing last."""
    return contained[0], contained[1] is None, contained[1] or 0


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def inputs_to_json(inputs: Inputs) -> str:
    """The inputs as compact JSON; empty members are left out, everything is sorted."""
    document: dict[str, Any] = {}
    if inputs.facts:
        document["f"] = dict(sorted(inputs.facts.items()))
    if inputs.tallies:
        document["t"] = sorted(inputs.tallies, key=_order)
    if inputs.groups:
        document["g"] = sorted(inputs.groups)
    if inputs.prior:
        document["p"] = sorted(inputs.prior.items())
    if inputs.contained:
        document["c"] = sorted(inputs.contained, key=by_label)
    if inputs.occurrences:
        document["o"] = sorted(inputs.occurrences)
    if inputs.history:
        document["h"] = list(inputs.history)
    return _encode(document)


def inputs_from_json(text: str) -> Inputs:
    """The inputs that `inputs_to_json` wrote."""
    document = json.loads(text)
    return Inputs(
        facts=document.get("f", {}),
        tallies=[(t[0], t[1], t[2], t[3], t[4], t[5]) for t in document.get("t", ())],
        groups=[Group(*group) for group in document.get("g", ())],
        prior=dict(document.get("p", ())),
        contained=[ContainedResult(*each) for each in document.get("c", ())],
        occurrences=[Occurrence(*each) for each in document.get("o", ())],
        history=[
            Past(start, end, score, grade, last, first, share, tuple((pair[0], pair[1]) for pair in counts))
            for start, end, score, grade, last, first, share, counts in document.get("h", ())
        ],
    )
