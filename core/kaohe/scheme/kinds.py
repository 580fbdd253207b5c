"""Which leaf works for a rule, and which node for a way of combining: the table of kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe.scheme import combine, leaves, means, nodes, rules, values
from kaohe.scheme.leaves import Leaf
from kaohe.scheme.nodes import Node
from kaohe.scheme.tree import Clause, Part

LEAVES: dict[type, type[Leaf]] = {
    rules.PerOccurrence: leaves.Counted,
    rules.ClockBreach: leaves.Counted,
    rules.FilingMissed: leaves.Counted,
    rules.Escalating: leaves.Ladder,
    rules.Chosen: leaves.ChosenPoints,
    rules.Examination: leaves.ExaminationMark,
    rules.Mark: values.EnteredMark,
    rules.Rating: values.RatingMean,
    rules.Indicator: values.IndicatorValue,
    rules.Evidence: leaves.EvidenceItem,
    rules.Veto: leaves.VetoEntry,
    rules.Registered: leaves.RegisteredKind,
}


def leaf_of(part: Part, clause: Clause) -> Leaf:
    """The leaf that works for the clause's rule."""
    return LEAVES[type(clause.rule)](part, clause)


NODES: dict[type, type[Node]] = {
    combine.Sum: nodes.SumNode,
    combine.WeightedMean: means.WeightedNode,
    combine.MeanOverSheets: means.SheetNode,
    combine.Contained: means.ContainedNode,
    combine.CountAccepted: nodes.CountNode,
    combine.BestOf: means.BestNode,
    combine.Product: means.ProductNode,
}


def node_of(part: Part, index: Mapping[str, int], found: Mapping[str, Sequence[Leaf]]) -> Node:
    """The node that works for the part, with those below it."""
    children = [node_of(child, index, found) for child in part.parts]
    return NODES[type(part.combine)](part, index[part.code], found[part.code], children)
