"""A result in sentences: every step, and what capping, flooring, escalation and rounding did, or did not do."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kaohe.scheme import rules
from kaohe.scheme.assessment import Assessment, PartLine, StepLine, fraction
from kaohe.scheme.figures import plain, signed
from kaohe.scheme.model import Scheme
from kaohe.scheme.step_words import SAYERS, say_ladder, say_remainder
from kaohe.scheme.text import Text


@dataclass(frozen=True, slots=True)
class Told:
    """One of 封顶, 保底, 叠加, 取整: its name, what it did in words, and whether it did anything."""

    code: str
    title: Text
    text: Text
    did: bool


def say_steps(scheme: Scheme, assessment: Assessment, language: str) -> list[tuple[StepLine, str]]:
    """Every step with its sentence, in the order of the document."""
    order = {part.code: number for number, part in enumerate(scheme.root.walk())}
    lines = sorted(assessment.step_lines(), key=lambda line: (line.kind == "round", order.get(line.part, 0)))
    return [(line, say_step(scheme, line, language)) for line in lines]


def say_step(scheme: Scheme, line: StepLine, language: str) -> str:
    """One step in a sentence."""
    sayer = SAYERS.get(line.kind)
    text = sayer(scheme, line) if sayer else Text(line.kind, line.kind)
    return text.say(language)


def say_sum(line: PartLine, moves: list[Fraction]) -> str:
    """A part in one line: 21 +1 −0.5 −5 = 16.5; what floor and ceiling did stands among the changes."""
    changes = [each for each in (*moves, line.raised, line.cut) if each]
    shown = "" if line.points is None else plain(line.points)
    return " ".join([plain(line.base), *(signed(each) for each in changes), "=", shown])


def tell(scheme: Scheme, assessment: Assessment) -> list[Told]:
    """Ceiling, floor, escalation and rounding: one sentence each, also when they did nothing."""
    lines = assessment.part_lines()
    titles = {part.code: part.title for part in scheme.root.walk()}
    return [
        _ceiling(lines, titles),
        _floor(lines, titles),
        _escalation(scheme, assessment),
        _rounding(scheme, assessment),
    ]


def _joined(texts: list[Text]) -> Text:
    return Text("；".join(text.zh for text in texts) + "。", "; ".join(text.en for text in texts) + ".")


def _ceiling(lines: list[PartLine], titles: dict[str, Text]) -> Told:
    title = Text("封顶", "Ceiling")
    did = [
        Text(
            f"{titles[line.code].zh}最高 {plain(line.points or 0)} 分，超出的 {plain(-line.cut)} 分不计",
            f"{titles[line.code].en} ends at {plain(line.points or 0)}; {plain(-line.cut)} above it do not count",
        )
        for line in lines
        if line.cut
    ]
    if did:
        return Told("ceiling", title, _joined(did), True)
    return Told(
        "ceiling",
        title,
        Text("未触发，各项都没有超出满分。", "Not needed: no part went above its points."),
        False,
    )


def _floor(lines: list[PartLine], titles: dict[str, Text]) -> Told:
    title = Text("保底", "Floor")
    did = [
        Text(
            f"{titles[line.code].zh}扣到 {plain(line.points or 0)} 分为止，多出的 {plain(line.raised)} 分不再扣",
            f"{titles[line.code].en} stops at {plain(line.points or 0)}; a further {plain(line.raised)} are not deducted",
        )
        for line in lines
        if line.raised
    ]
    if did:
        return Told("floor", title, _joined(did), True)
    return Told(
        "floor",
        title,
        Text("未触发，各项扣分都没有超出本项分值。", "Not needed: no part lost more than it has."),
        False,
    )


def _escalation(scheme: Scheme, assessment: Assessment) -> Told:
    title = Text("叠加", "Escalation")
    ladders = [clause for clause in scheme.clauses() if isinstance(clause.rule, rules.Escalating)]
    if not ladders:
        return Told(
            "escalation", title, Text("本方案没有叠加扣分。", "This scheme has no escalating clauses."), False
        )
    lines = [line for line in assessment.step_lines() if line.kind == "ladder"]
    if lines:
        did = any(number > 1 for line in lines for number, _ in line.data[1])
        return Told("escalation", title, _joined([say_ladder(scheme, line) for line in lines]), did)
    return Told(
        "escalation",
        title,
        Text("本期没有叠加扣分的记录。", "Nothing on an escalating clause this period."),
        False,
    )


def _rounding(scheme: Scheme, assessment: Assessment) -> Told:
    title = Text("取整", "Rounding")
    score = assessment.points
    if score is None:
        return Told("rounding", title, Text("没有得分，不取整。", "No score, nothing to round."), False)
    if assessment.exact:
        shown = plain(score)
        return Told(
            "rounding", title, Text(f"无余数，{shown} 为准确值。", f"No remainder; {shown} is exact."), False
        )
    remainder = fraction(assessment.remainder) or Fraction(0)
    exact = plain(Fraction(score) + remainder)
    return Told(
        "rounding",
        title,
        Text(
            f"准确值 {exact}，四舍五入保留 {scheme.rounding.decimals} 位小数，记 {plain(score)}（余 {say_remainder(remainder)}）。",
            f"{exact} exactly, rounded half up to {scheme.rounding.decimals} decimals: {plain(score)} (remainder {say_remainder(remainder)}).",
        ),
        True,
    )
