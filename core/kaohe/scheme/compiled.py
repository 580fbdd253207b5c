"""A scheme made ready for the engine: figures as scaled integers, clauses by id, and what it needs to be told.

`Needs` says how the one grouped query has to be made: which ids need a first, last, highest or lowest quantity,
which need their groups apart, which need ordered occurrences, which need counts from before the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kaohe.scheme import rules
from kaohe.scheme.combine import CountAccepted, MeanOverSheets
from kaohe.scheme.figures import to_points
from kaohe.scheme.kinds import leaf_of, node_of
from kaohe.scheme.leaves import Leaf
from kaohe.scheme.means import SheetNode
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import Node
from kaohe.scheme.tree import Clause, Part

PLAIN, CAPPED, QUANTITY, SPECIAL, SHEET = range(5)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the engine has to be told beyond counts and sums.

    `values`: id → "first", "last", "max" or "min" quantity. `grouped`: ids whose tallies are kept apart by group.
    `ordered`: ids whose occurrences are read in order. `prior`: ids counted from before the period.
    `expected`: ids of clauses that should have a figure for every subject (completeness). `measures`: ids of
    measures that are read. `cohort`: a subject's result depends on the others.
    """

    values: dict[int, str]
    grouped: frozenset[int]
    ordered: frozenset[int]
    prior: frozenset[int]
    expected: frozenset[int]
    measures: frozenset[int]
    cohort: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """The scheme ready to be run; made once for a run by `compile_scheme`.

    `table`: id → (kind, number of its part, the part's code, hundredths each, times, by quantity, steps by count).
    Steps of equal counts are made once and shared by all subjects.
    """

    scheme: Scheme
    needs: Needs
    table: dict[int, tuple[Any, ...]]
    root: Node
    nodes: int
    bands: tuple[Leaf, ...]
    grades: tuple[tuple[str, int | None], ...]
    caps: tuple[tuple[int, int, str], ...]
    accepted: CountAccepted | None
    rounding: int
    tie_breaks: tuple[int, ...]


def compile_scheme(scheme: Scheme) -> Compiled:
    """Compile the scheme; a kind of clause that nobody registered is refused (`UnknownKind`)."""
    parts = list(scheme.root.walk())
    index = {part.code: number for number, part in enumerate(parts)}
    table: dict[int, tuple[Any, ...]] = {}
    leaves: dict[str, list[Leaf]] = {part.code: [] for part in parts}
    voiding = {getattr(clause.rule, "void_by", None) for clause in scheme.clauses()}
    for part in parts:
        for clause in part.clauses:
            leaf = _enter(table, part, index[part.code], clause, clause.id in voiding)
            if leaf is not None:
                leaves[part.code].append(leaf)
    root = node_of(scheme.root, index, leaves)
    for node in root.walk():
        if isinstance(node, SheetNode):
            node.table = table
    everything = [leaf for part in parts for leaf in leaves[part.code]]
    combine = scheme.root.combine
    return Compiled(
        scheme=scheme,
        needs=_needs(scheme),
        table=table,
        root=root,
        nodes=len(parts),
        bands=tuple(leaf for leaf in everything if leaf.by_rank),
        grades=tuple(
            (grade.code, None if grade.lower is None else to_points(grade.lower)) for grade in scheme.grades
        ),
        caps=tuple(
            (number, int(cap.share * part.points * 100), cap.grade)
            for cap in scheme.caps
            for number, part in enumerate(parts)
            if part.points
        ),
        accepted=combine if isinstance(combine, CountAccepted) else None,
        rounding=scheme.rounding.decimals,
        tie_breaks=tuple(index[code] for code in scheme.ranking.tie_breaks if code in index),
    )


def _enter(
    table: dict[int, tuple[Any, ...]], part: Part, number: int, clause: Clause, voids: bool
) -> Leaf | None:
    """Put the clause's ids into the table; the leaf is returned where the clause needs more than a product.

    `voids`: the clause voids evidence, which therefore has to see its tallies.
    """
    in_sheet = isinstance(part.combine, MeanOverSheets)
    rule = clause.rule
    if isinstance(rule, rules.Checklist):
        for item in clause.items:
            each = to_points(rule.points if item.points is None else item.points)
            kind = SHEET if in_sheet else PLAIN if rule.times is None else CAPPED
            table[item.id] = (kind, number, part.code, each, rule.times, False, {})
        return None
    if isinstance(rule, rules.PerOccurrence | rules.ClockBreach | rules.FilingMissed):
        by_quantity = bool(getattr(rule, "by_quantity", False))
        times = rule.times if isinstance(rule, rules.PerOccurrence) else None
        plain = not voids and not getattr(rule, "effects", ()) and not getattr(rule, "grade", "")
        if in_sheet or plain:
            kind = SHEET if in_sheet else QUANTITY if by_quantity else PLAIN if times is None else CAPPED
            table[clause.id] = (kind, number, part.code, to_points(rule.points), times, by_quantity, {})
            return None
    if in_sheet and isinstance(rule, rules.Chosen):
        table[clause.id] = (SHEET, number, part.code, None, None, False, {})
        return None
    table[clause.id] = (SPECIAL, number, part.code, 0, None, False, {})
    return leaf_of(part, clause)


def _needs(scheme: Scheme) -> Needs:
    values: dict[int, str] = {}
    grouped: set[int] = set()
    ordered: set[int] = set()
    prior: set[int] = set()
    expected: set[int] = set()
    measures: set[int] = set()
    cohort = False
    for part in scheme.root.walk():
        for clause in part.clauses:
            rule = clause.rule
            if isinstance(part.combine, MeanOverSheets):
                grouped.update(item.id for item in clause.items)
                grouped.add(clause.id)
            if isinstance(rule, rules.Examination):
                values[clause.id] = "first"
            elif isinstance(rule, rules.Mark) and rule.take not in ("sum", "mean"):
                values[clause.id] = rule.take
            elif isinstance(rule, rules.Rating):
                grouped.add(clause.id)
            elif isinstance(rule, rules.Indicator):
                cohort = cohort or isinstance(rule.scoring, rules.Bands)
                value = rule.value
                if isinstance(value, rules.Ratio):
                    measures.update((*value.over, *value.under))
                else:
                    target = clause.id if value.id is None else value.id
                    if value.take not in ("sum", "mean"):
                        values[target] = value.take
                    if value.id is not None:
                        measures.add(value.id)
            elif isinstance(rule, rules.Escalating):
                if rule.over == "engagement":
                    prior.add(clause.id)
                if rule.counted_with:
                    ordered.update((clause.id, *rule.counted_with))
            if isinstance(rule, rules.Examination | rules.Mark | rules.Rating) or (
                isinstance(rule, rules.Indicator)
                and isinstance(rule.value, rules.Measured)
                and rule.value.id is None
            ):
                expected.add(clause.id)
    return Needs(
        values,
        frozenset(grouped),
        frozenset(ordered),
        frozenset(prior),
        frozenset(expected),
        frozenset(measures),
        cohort,
    )
