"""What makes the rule of a clause sound."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kaohe.scheme import rules
from kaohe.scheme.effects import Effect
from kaohe.scheme.figures import to_points, to_quantity
from kaohe.scheme.model import Scheme
from kaohe.scheme.text import Text
from kaohe.scheme.tree import Clause


def rule_problems(scheme: Scheme) -> Iterator[Text]:
    """What is wrong with the rules of clauses."""
    for part in scheme.root.walk():
        for clause in part.clauses:
            for problem in _rule(scheme, clause):
                yield Text(f"{clause.title.zh}：{problem.zh}", f"{clause.title.en}: {problem.en}")


def _rule(scheme: Scheme, clause: Clause) -> Iterator[Text]:
    rule: Any = clause.rule
    for points in _points_of(rule):
        if not fits(points, 2):
            yield Text("分值多于两位小数", "points have more than two decimals")
    if isinstance(rule, rules.Checklist) != bool(clause.items):
        yield Text("清单要有项目，且只有清单有项目", "a checklist has items, and nothing else has")
    if isinstance(rule, rules.Chosen) and rule.low > rule.high:
        yield Text("下限高于上限", "the lowest is above the highest")
    if isinstance(rule, rules.Escalating):
        if not rule.steps:
            yield Text("没有台阶", "the ladder has no steps")
        for other in rule.counted_with:
            held = scheme.find(other)
            mate = held.clause.rule if held and held.clause else None
            if (
                not isinstance(mate, rules.Escalating)
                or clause.id not in mate.counted_with
                or mate.over != rule.over
            ):
                yield Text("共同计次要互相写明", "clauses that share a count must name each other")
    if isinstance(rule, rules.Examination) and not fits(rule.threshold, 6):
        yield Text("达标线小数过多", "the threshold has too many decimals")
    if isinstance(rule, rules.Rating) and not sum(rater.weight for rater in rule.raters):
        yield Text("没有评分人或权重", "no raters or no weights")
    if isinstance(rule, rules.Mark | rules.Rating) and rule.low >= rule.high:
        yield Text("分值范围不对", "the scale is empty")
    if isinstance(rule, rules.Veto) and scheme.grade(rule.grade) is None:
        yield Text(f"没有等次 {rule.grade}", f"no grade {rule.grade}")
    if isinstance(rule, rules.FilingMissed) and rule.grade and scheme.grade(rule.grade) is None:
        yield Text(f"没有等次 {rule.grade}", f"no grade {rule.grade}")
    if isinstance(rule, rules.Evidence) and rule.void_by is not None and scheme.find(rule.void_by) is None:
        yield Text("作废所依据的细则不存在", "the voiding clause does not exist")
    if isinstance(rule, rules.Indicator):
        yield from _indicator(scheme, rule)
    for effect in _effects_of(rule):
        yield from effect_problems(scheme, effect)


def effect_problems(scheme: Scheme, effect: Effect) -> Iterator[Text]:
    """What is wrong with an effect, of a clause or of a consequence."""
    if effect.low_fen is not None and effect.high_fen is not None and effect.low_fen > effect.high_fen:
        yield Text("金额下限高于上限", "the lowest amount is above the highest")
    if effect.fact and scheme.fact(effect.fact) is None:
        yield Text(f"没有属性 {effect.fact}", f"no fact {effect.fact}")


def _indicator(scheme: Scheme, rule: rules.Indicator) -> Iterator[Text]:
    value = rule.value
    wanted = (
        (*value.over, *value.under)
        if isinstance(value, rules.Ratio)
        else ()
        if value.id is None
        else (value.id,)
    )
    for id in wanted:
        if scheme.find(id) is None:
            yield Text(f"没有指标 {id}", f"no measure {id}")
    if isinstance(rule.scoring, rules.Curve):
        values = [knot[0] for knot in rule.scoring.knots]
        if not values or values != sorted(set(values)):
            yield Text("曲线的点要由小到大", "the knots of the curve must ascend")
    elif not rule.scoring.bands:
        yield Text("没有段位", "no bands")
    if rule.parent is not None and scheme.find(rule.parent) is None:
        yield Text(f"没有上级指标 {rule.parent}", f"no parent indicator {rule.parent}")


def _points_of(rule: Any) -> list[Decimal]:
    if isinstance(rule, rules.Escalating):
        return [step.points for step in rule.steps]
    return [
        getattr(rule, name)
        for name in ("points", "low", "high")
        if isinstance(getattr(rule, name, None), Decimal)
    ]


def _effects_of(rule: Any) -> list[Any]:
    effects = list(getattr(rule, "effects", ()))
    for step in getattr(rule, "steps", ()):
        effects.extend(step.effects)
    return effects


def fits(value: Decimal, decimals: int) -> bool:
    """Whether the figure has no more decimals than are kept (2 for points, else 6)."""
    try:
        to_points(value) if decimals == 2 else to_quantity(value)
    except ValueError:
        return False
    return True
