"""Clauses and effects in words: what a clause costs or earns, as shown beside its title.

Chinese and English; U+2212 for minus, no trailing zeros. Sentences about a result are in `sentences`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaohe.scheme import rules
from kaohe.scheme.effects import Effect
from kaohe.scheme.figures import MINUS, money, plain, signed
from kaohe.scheme.text import Text
from kaohe.scheme.tree import Clause, Item

ORDINALS = Text("第{n}次", "occurrence {n}")
_CHINESE = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_ENGLISH = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_UNITS = {
    "minutes": Text("分钟", "minutes"),
    "hours": Text("小时", "hours"),
    "days": Text("天", "days"),
    "working_days": Text("个工作日", "working days"),
    "working_minutes": Text("分钟（办公时间内）", "minutes of desk hours"),
}


def figure(value: Decimal | Fraction | int | None, language: str = "zh") -> str:
    """A figure in running text; missing is 缺 / missing."""
    if value is None:
        return "缺" if language == "zh" else "missing"
    return plain(value)


def ordinal(number: int, language: str) -> str:
    """第二次 / second."""
    if language == "zh":
        return f"第{_CHINESE[number]}次" if number <= 10 else f"第 {number} 次"
    if number <= 10:
        return _ENGLISH[number]
    teen = 11 <= number % 100 <= 13
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def in_points(points: Decimal | Fraction, language: str) -> str:
    """2 分 / 2 points, 1 point."""
    size = points if points >= 0 else -points
    if language == "zh":
        return f"{plain(size)} 分"
    return f"{plain(size)} point" if size == 1 else f"{plain(size)} points"


def say_rule(clause: Clause, language: str, item: Item | None = None) -> str:
    """What the clause (or one of its items) costs or earns: −0.5 一项, +0.5 每次, −2；第二次起 −4."""
    rule: Any = clause.rule
    if item is not None and item.points is not None:
        return f"{signed(item.points)} {rule.per.say(language)}"
    sayer = _SAYERS.get(type(rule))
    words = sayer(rule, language) if sayer else ""
    effects = "；" if language == "zh" else "; "
    named = effects.join(say_effect(effect, language) for effect in getattr(rule, "effects", ()))
    said = effects.join(each for each in (words, named) if each)
    return said or (clause.note.say(language) if clause.note else "")


def say_limit(limit: rules.TimeLimit, language: str) -> str:
    """A clock's limit: 城区 45 分钟 / city: 45 minutes."""
    unit = _UNITS[limit.unit].say(language)
    if language == "en" and limit.amount == 1:
        unit = unit.removesuffix("s")
    title = limit.title.say(language) if limit.title else ""
    joined = f"{limit.amount} {unit}"
    return f"{title} {joined}".strip() if language == "zh" else f"{title}: {joined}" if title else joined


def say_effect(effect: Effect, language: str, amount_fen: int | None = None) -> str:
    """An effect with its amount, or its range while none is chosen: 罚款 ¥200.00 至 ¥500.00."""
    words = effect.title.say(language)
    if amount_fen is not None:
        return f"{words} {money(amount_fen)}"
    if effect.low_fen is not None and effect.is_range:
        to = " 至 " if language == "zh" else " to "
        return f"{words} {money(effect.low_fen)}{to}{money(effect.high_fen or 0)}"
    if effect.low_fen is not None:
        return f"{words} {money(effect.low_fen)}"
    if effect.percent is not None:
        return f"{words} {signed(effect.percent)}%"
    return words


def _occurrence(rule: Any, language: str) -> str:
    if not rule.points:
        return ""
    per = rule.per.say(language)
    if getattr(rule, "times", None) == 1 and isinstance(rule, rules.PerOccurrence):
        return f"{signed(rule.points)} {'每期一次' if language == 'zh' else 'once a period'}"
    return f"{signed(rule.points)} {per}"


def _escalating(rule: rules.Escalating, language: str) -> str:
    said = []
    for number, step in enumerate(rule.steps, start=1):
        last = number == len(rule.steps)
        pieces = [signed(step.points)] if step.points else []
        pieces += [say_effect(effect, language) for effect in step.effects]
        words = ("、" if language == "zh" else ", ").join(pieces)
        if len(rule.steps) == 1:
            said.append(words)
        elif language == "zh":
            said.append(f"{ordinal(number, language)}{'起' if last else ''} {words}")
        else:
            said.append(f"{ordinal(number, language)}{' and later' if last else ''}: {words}")
    return ("；" if language == "zh" else "; ").join(said)


def _chosen(rule: rules.Chosen, language: str) -> str:
    nearer, farther = sorted((rule.low, rule.high), key=abs)
    return f"{signed(nearer)} {'至' if language == 'zh' else 'to'} {signed(farther)}"


def _examination(rule: rules.Examination, language: str) -> str:
    threshold = plain(rule.threshold)
    if language == "zh":
        return f"低于 {threshold} 分 {signed(rule.points)}"
    return f"below {threshold}: {signed(rule.points)}"


def _veto(rule: rules.Veto, language: str) -> str:
    if rule.cap:
        return "等次封顶" if language == "zh" else "caps the grade"
    return "一票否决" if language == "zh" else "decides the grade"


def _scale(rule: rules.Mark | rules.Rating, language: str) -> str:
    return f"{plain(rule.low)}–{plain(rule.high)} {'分' if language == 'zh' else 'points'}"


def _indicator(rule: rules.Indicator, language: str) -> str:
    if isinstance(rule.scoring, rules.Bands):
        count = len(rule.scoring.bands)
        return f"按名次分 {count} 段" if language == "zh" else f"{count} bands by rank"
    return "按曲线折算" if language == "zh" else "by a curve"


def _evidence(rule: rules.Evidence, language: str) -> str:
    if rule.veto:
        return "未达到则一票否决" if language == "zh" else "not met: fails"
    return "达到计一项" if language == "zh" else "counts as one when met"


def _breach(rule: rules.ClockBreach, language: str) -> str:
    limits = ("、" if language == "zh" else ", ").join(say_limit(limit, language) for limit in rule.limits)
    return (
        f"{limits}；{_occurrence(rule, language)}"
        if language == "zh"
        else f"{limits}; {_occurrence(rule, language)}"
    )


_SAYERS: dict[type, Any] = {
    rules.PerOccurrence: _occurrence,
    rules.Checklist: _occurrence,
    rules.FilingMissed: _occurrence,
    rules.ClockBreach: _breach,
    rules.Escalating: _escalating,
    rules.Chosen: _chosen,
    rules.Examination: _examination,
    rules.Veto: _veto,
    rules.Mark: _scale,
    rules.Rating: _scale,
    rules.Indicator: _indicator,
    rules.Evidence: _evidence,
}

__all__ = [
    "MINUS",
    "Text",
    "figure",
    "in_points",
    "money",
    "ordinal",
    "plain",
    "say_effect",
    "say_limit",
    "say_rule",
    "signed",
]
