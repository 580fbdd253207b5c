"""The figures of a scheme that an admin may change, each with its limits.

A clause states limits of its own where the source or common sense sets them; otherwise points keep their sign
and stay within 100, weights within 1000, marks within the scale of the clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.scheme import rules
from kaohe.scheme.combine import Contained, CountAccepted, MeanOverSheets
from kaohe.scheme.model import Scheme
from kaohe.scheme.text import Text
from kaohe.scheme.tree import Clause, Part

ZERO, HUNDRED, THOUSAND, MILLION = Decimal(0), Decimal(100), Decimal(1000), Decimal(1_000_000)

NAMES = {
    "points": Text("分值", "points"),
    "threshold": Text("达标线", "threshold"),
    "least": Text("至少", "at least"),
    "low": Text("下限", "lowest"),
    "high": Text("上限", "highest"),
    "weight": Text("权重", "weight"),
    "share": Text("得分比例", "share"),
    "amount": Text("时限", "limit"),
    "low_fen": Text("金额下限（分）", "lowest amount (fen)"),
    "high_fen": Text("金额上限（分）", "highest amount (fen)"),
    "amount_fen": Text("金额（分）", "amount (fen)"),
    "ceiling": Text("封顶", "ceiling"),
    "floor": Text("保底", "floor"),
    "lower": Text("起点分", "lower bound"),
    "percent": Text("比例（%）", "percentage"),
    "otherwise": Text("其他人应达项数", "items for all others"),
    "minimum": Text("应达项数", "items needed"),
    "minimum_months": Text("协议月数", "months of the agreement"),
    "value": Text("数值", "value"),
}


@dataclass(frozen=True, slots=True)
class Adjustable:
    """A figure that can be changed: where it stands, what it is, and between which values.

    `whole`: only whole numbers. `optional`: None is allowed (no ceiling). `clause_id`: the clause it belongs to.
    """

    path: str
    title: Text
    name: Text
    value: Any
    low: Decimal
    high: Decimal
    whole: bool = False
    optional: bool = False
    clause_id: int | None = None
    part: str | None = None
    ours: bool = False


def adjustables(scheme: Scheme) -> list[Adjustable]:
    """All figures that can be changed, in the order of the document."""
    found: list[Adjustable] = []
    for part in scheme.root.walk():
        found.extend(_part(part))
        for clause in part.clauses:
            if not clause.fixed:
                found.extend(_clause(part, clause))
    if isinstance(scheme.root.combine, CountAccepted):
        root = f"part/{scheme.root.code}/combine"
        rule = scheme.root.combine
        title = scheme.root.title
        found.append(
            Adjustable(f"{root}/otherwise", title, NAMES["otherwise"], rule.otherwise, ZERO, HUNDRED, True)
        )
        for code, number in rule.minimum:
            found.append(
                Adjustable(f"{root}/minimum/{code}", title, NAMES["minimum"], number, ZERO, HUNDRED, True)
            )
    found.extend(_around(scheme))
    return found


def _combined(part: Part) -> Iterator[Adjustable]:
    """Weights by label, of sheets or contained results."""
    if isinstance(part.combine, MeanOverSheets | Contained):
        for label, weight in part.combine.weights:
            path = f"part/{part.code}/combine/weights/{label}"
            name = Text(f"{label} 的权重", f"weight of {label}")
            yield Adjustable(path, part.title, name, weight, ZERO, THOUSAND, part=part.code, ours=part.ours)


def _around(scheme: Scheme) -> Iterator[Adjustable]:
    for grade in scheme.grades:
        if grade.lower is not None:
            yield Adjustable(
                f"grade/{grade.code}/lower",
                grade.title,
                NAMES["lower"],
                grade.lower,
                ZERO,
                THOUSAND,
                ours=grade.ours,
            )
    if scheme.distribution is not None:
        for share in scheme.distribution.shares:
            path = f"scheme/distribution/shares/{share.code}/percent"
            yield Adjustable(
                path,
                share.title,
                NAMES["percent"],
                share.percent,
                ZERO,
                HUNDRED,
                ours=scheme.distribution.ours,
            )
    for fact in scheme.facts:
        for value in fact.values:
            if value.amount_fen is not None:
                path = f"fact/{fact.code}/values/{value.code}/amount_fen"
                yield Adjustable(
                    path,
                    value.title,
                    NAMES["amount_fen"],
                    value.amount_fen,
                    ZERO,
                    MILLION * 100,
                    True,
                    ours=value.ours,
                )


def _part(part: Part) -> Iterator[Adjustable]:
    path = f"part/{part.code}"
    if part.points is not None:
        yield Adjustable(
            f"{path}/points",
            part.title,
            NAMES["points"],
            part.points,
            ZERO,
            THOUSAND,
            part=part.code,
            ours=part.ours,
        )
    if part.clauses and part.points is not None:
        yield Adjustable(
            f"{path}/ceiling",
            part.title,
            NAMES["ceiling"],
            part.ceiling,
            ZERO,
            THOUSAND,
            optional=True,
            part=part.code,
            ours=part.ours,
        )
    yield from _combined(part)
    if part.weight is not None:
        yield Adjustable(
            f"{path}/weight",
            part.title,
            NAMES["weight"],
            part.weight,
            ZERO,
            THOUSAND,
            part=part.code,
            ours=part.ours,
        )


def _clause(part: Part, clause: Clause) -> Iterator[Adjustable]:
    stated = {limit.figure: limit for limit in clause.limits}
    for figure, name, value, low, high in _figures(clause.rule):
        limit = stated.get(figure)
        if limit is not None:
            low = low if limit.low is None else limit.low
            high = high if limit.high is None else limit.high
        yield Adjustable(
            f"clause/{clause.id}/rule/{figure.replace('.', '/')}",
            clause.title,
            NAMES[name],
            value,
            low,
            high,
            isinstance(value, int),
            False,
            clause.id,
            part.code,
            clause.ours,
        )
    for item in clause.items:
        if item.points is not None:
            low, high = _sign(item.points)
            yield Adjustable(
                f"item/{item.id}/points",
                item.title,
                NAMES["points"],
                item.points,
                low,
                high,
                clause_id=item.id,
                part=part.code,
                ours=item.ours,
            )


def _sign(points: Decimal) -> tuple[Decimal, Decimal]:
    """Points keep their sign; points of zero may become a deduction."""
    return (ZERO, HUNDRED) if points > 0 else (-HUNDRED, ZERO)


_Figure = tuple[str, str, Any, Decimal, Decimal]


def _figures(rule: Any) -> Iterator[_Figure]:
    """Figure path with dots, name, value, lowest, highest, of a rule."""
    if isinstance(
        rule,
        rules.PerOccurrence | rules.Checklist | rules.ClockBreach | rules.FilingMissed | rules.Examination,
    ):
        yield ("points", "points", rule.points, *_sign(rule.points))
    if isinstance(rule, rules.PerOccurrence) and rule.least is not None:
        yield ("least", "least", rule.least, ZERO, THOUSAND)
    if isinstance(rule, rules.Examination):
        yield ("threshold", "threshold", rule.threshold, ZERO, rule.highest)
    if isinstance(rule, rules.Chosen):
        low, high = _sign(rule.low if rule.low else rule.high)
        yield ("low", "low", rule.low, low, high)
        yield ("high", "high", rule.high, low, high)
    if isinstance(rule, rules.Rating):
        for rater in rule.raters:
            yield (f"raters.{rater.code}.weight", "weight", rater.weight, ZERO, THOUSAND)
    if isinstance(rule, rules.ClockBreach):
        for number, limit in enumerate(rule.limits):
            yield (f"limits.{number}.amount", "amount", limit.amount, Decimal(1), MILLION)
    if isinstance(rule, rules.Indicator) and isinstance(rule.scoring, rules.Bands):
        for band in rule.scoring.bands:
            yield (f"scoring.bands.{band.code}.share", "share", band.share, ZERO, Decimal(1))
    if isinstance(rule, rules.Indicator) and isinstance(rule.scoring, rules.Curve):
        for number, (value, points) in enumerate(rule.scoring.knots):
            yield (f"scoring.knots.{number}.0", "value", value, -MILLION, MILLION)
            yield (f"scoring.knots.{number}.1", "points", points, ZERO, HUNDRED)
    if isinstance(rule, rules.Evidence) and rule.minimum_months is not None:
        yield ("minimum_months", "minimum_months", rule.minimum_months, Decimal(1), HUNDRED)
    if isinstance(rule, rules.Registered):
        for name, value in rule.parameters:
            yield (f"parameters.{name}", "value", value, -MILLION, MILLION)
    if isinstance(rule, rules.Escalating):
        for number, step in enumerate(rule.steps):
            yield (f"steps.{number}.points", "points", step.points, *_sign(step.points))
            yield from _amounts(f"steps.{number}.effects", step.effects)
    yield from _amounts("effects", getattr(rule, "effects", ()))


def _amounts(path: str, effects: tuple[Any, ...]) -> Iterator[_Figure]:
    for number, effect in enumerate(effects):
        if effect.low_fen is not None:
            yield (f"{path}.{number}.low_fen", "low_fen", effect.low_fen, ZERO, MILLION * 100)
        if effect.high_fen is not None:
            yield (f"{path}.{number}.high_fen", "high_fen", effect.high_fen, ZERO, MILLION * 100)
