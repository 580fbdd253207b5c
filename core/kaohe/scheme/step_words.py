"""Each kind of step in a sentence, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from kaohe.scheme.assessment import StepLine, fraction
from kaohe.scheme.figures import from_quantity, plain, signed
from kaohe.scheme.model import Scheme
from kaohe.scheme.rating_words import say_rating
from kaohe.scheme.text import Text
from kaohe.scheme.wording import in_points, ordinal


def say_remainder(value: Fraction) -> str:
    """A remainder as a fraction: −1/3."""
    sign = "−" if value < 0 else ""
    return f"{sign}{abs(value.numerator)}/{value.denominator}"


def _title(scheme: Scheme, ref: Any) -> Text:
    if isinstance(ref, int):
        found = scheme.find(ref)
        return found.title if found else Text(str(ref), str(ref))
    part = scheme.part(ref) if isinstance(ref, str) else None
    return part.title if part else Text(str(ref or ""), str(ref or ""))


def _points(value: Any) -> Fraction:
    return fraction(value) or Fraction(0)


def _count(scheme: Scheme, line: StepLine) -> Text:
    count, each, counted = line.data
    title = _title(scheme, line.ref)
    zh = f"{title.zh}：{count} 次，每次 {signed(_points(each))}，合计 {signed(line.delta or 0)}"
    en = f"{title.en}: {count} × {signed(_points(each))} = {signed(line.delta or 0)}"
    if counted < count:
        zh = f"{title.zh}：{count} 次，每期计 {counted} 次，{signed(line.delta or 0)}"
        en = f"{title.en}: {count} times, of which {counted} count in a period, {signed(line.delta or 0)}"
    return Text(zh, en)


def _quantity(scheme: Scheme, line: StepLine) -> Text:
    _, quantity, each = line.data
    title, amount = _title(scheme, line.ref), plain(from_quantity(quantity))
    return Text(
        f"{title.zh}：{amount} × {signed(_points(each))} = {signed(line.delta or 0)}",
        f"{title.en}: {amount} × {signed(_points(each))} = {signed(line.delta or 0)}",
    )


def say_ladder(scheme: Scheme, line: StepLine) -> Text:
    """The steps of a ladder that were taken."""
    prior, numbers = line.data
    title = _title(scheme, line.ref)
    zh = "，".join(f"{ordinal(n, 'zh')}按 {plain(abs(_points(p)))} 分扣" for n, p in numbers)
    en = ", ".join(f"{ordinal(n, 'en')}: {in_points(_points(p), 'en')}" for n, p in numbers)
    before = Text(f"（此前 {prior} 次）", f" ({prior} before)") if prior else Text("", "")
    return Text(
        f"{title.zh}{before.zh}：{zh}，合计 {signed(line.delta or 0)}",
        f"{title.en}{before.en}: {en}, together {signed(line.delta or 0)}",
    )


def _chosen(scheme: Scheme, line: StepLine) -> Text:
    title = _title(scheme, line.ref)
    return Text(
        f"{title.zh}：{line.data[0]} 次，按情节定分，合计 {signed(line.delta or 0)}",
        f"{title.en}: {line.data[0]} times, points by gravity, together {signed(line.delta or 0)}",
    )


def _exam(scheme: Scheme, line: StepLine) -> Text:
    mark, threshold, count = line.data
    title = _title(scheme, line.ref)
    shown, least = plain(Fraction(mark) / 1_000_000), plain(from_quantity(threshold))
    retest = (
        Text("，补考不改首次成绩", "; a retest does not replace the first mark")
        if count > 1
        else Text("", "")
    )
    if line.delta:
        return Text(
            f"{title.zh}：{shown} 分，未达 {least} 分，{signed(line.delta)}{retest.zh}",
            f"{title.en}: {shown}, below {least}, {signed(line.delta)}{retest.en}",
        )
    return Text(f"{title.zh}：{shown} 分，达标{retest.zh}", f"{title.en}: {shown}, passed{retest.en}")


def _value(scheme: Scheme, line: StepLine) -> Text:
    title = _title(scheme, line.ref)
    return Text(f"{title.zh}：{plain(line.delta or 0)} 分", f"{title.en}: {plain(line.delta or 0)}")


def _curve(scheme: Scheme, line: StepLine) -> Text:
    title, value = _title(scheme, line.ref), plain(Fraction(line.data[0]))
    return Text(
        f"{title.zh}：实际值 {value}，折算 {plain(line.delta or 0)} 分",
        f"{title.en}: value {value}, worth {plain(line.delta or 0)}",
    )


def _band(scheme: Scheme, line: StepLine) -> Text:
    value, rank, of, code = line.data
    title, shown = _title(scheme, line.ref), plain(Fraction(value))
    return Text(
        f"{title.zh}：{shown}，{of} 个单位中第 {rank} 名，{code} 段，{plain(line.delta or 0)} 分",
        f"{title.en}: {shown}, rank {rank} of {of}, band {code}, {plain(line.delta or 0)}",
    )


def _weigh(scheme: Scheme, line: StepLine) -> Text:
    value, weight, total = line.data
    title = _title(scheme, line.ref)
    shown = f"{plain(_points(value))} × {plain(Fraction(weight))} ÷ {plain(Fraction(total))} = {plain(line.delta or 0)}"
    return Text(f"{title.zh}：{shown}", f"{title.en}: {shown}")


def _left_out(scheme: Scheme, line: StepLine) -> Text:
    title, weight = _title(scheme, line.ref), plain(Fraction(line.data[0]))
    return Text(
        f"{title.zh}：缺，权重 {weight} 不计入",
        f"{title.en}: missing, its weight {weight} is left out",
    )


def _sheet(scheme: Scheme, line: StepLine) -> Text:
    value, moved, label, _ = line.data
    kind = next(
        (title for form in scheme.forms for code, title in form.labels if code == label), Text("", "")
    )
    shown, change = plain(_points(value)), signed(_points(moved))
    zh = f"{kind.zh or '检查'}得 {shown} 分" + (f"（{change}）" if _points(moved) else "（无扣分）")
    en = f"{kind.en or 'Inspection'}: {shown}" + (f" ({change})" if _points(moved) else " (nothing found)")
    return Text(zh, en)


def _in_sheet(scheme: Scheme, line: StepLine) -> Text:
    title = _title(scheme, line.ref)
    _, count, points = line.data
    return Text(
        f"{title.zh}：{count} 处，{signed(_points(points))}",
        f"{title.en}: {count} ×, {signed(_points(points))}",
    )


def _contained(scheme: Scheme, line: StepLine) -> Text:
    score, _, how = line.data
    shown = plain(_points(score))
    if how == "mean":
        part = plain(line.delta or 0)
        return Text(f"{line.ref}：{shown} 分，计入 {part}", f"{line.ref}: {shown}, counts {part}")
    return Text(f"{line.ref}：{shown} 分", f"{line.ref}: {shown}")


def _evidence(met: Text) -> Callable[[Scheme, StepLine], Text]:
    def say(scheme: Scheme, line: StepLine) -> Text:
        title = _title(scheme, line.ref)
        return Text(f"{title.zh}：{met.zh}", f"{title.en}: {met.en}")

    return say


def _minimum(scheme: Scheme, line: StepLine) -> Text:
    least, met = line.data
    return Text(f"应达 {least} 项，实达 {met} 项", f"{least} items needed, {met} met")


def _veto(scheme: Scheme, line: StepLine) -> Text:
    _, code, cap = line.data
    title, grade = _title(scheme, line.ref), scheme.grade(code)
    named = grade.title if grade else Text(code, code)
    if cap:
        return Text(f"{title.zh}：等次最高为{named.zh}", f"{title.en}: the grade is at most {named.en}")
    return Text(
        f"{title.zh}：一票否决，定为{named.zh}", f"{title.en}: the grade is {named.en}, whatever the score"
    )


def _round(scheme: Scheme, line: StepLine) -> Text:
    exact = plain(_points(line.data[0]))
    places = scheme.rounding.decimals
    moved = say_remainder(line.delta or Fraction(0))
    return Text(
        f"取整：{exact} 保留 {places} 位小数（{moved}）", f"Rounding: {exact} to {places} decimals ({moved})"
    )


def _simple(zh: str, en: str) -> Callable[[Scheme, StepLine], Text]:
    def say(scheme: Scheme, line: StepLine) -> Text:
        title = _title(scheme, line.ref)
        value = plain(line.delta or 0)
        return Text(zh.format(title=title.zh, value=value), en.format(title=title.en, value=value))

    return say


SAYERS: dict[str, Callable[[Scheme, StepLine], Text]] = {
    "count": _count,
    "quantity": _quantity,
    "ladder": say_ladder,
    "chosen": _chosen,
    "exam": _exam,
    "mark": _value,
    "rating": say_rating,
    "curve": _curve,
    "band": _band,
    "weigh": _weigh,
    "left_out": _left_out,
    "sheet": _sheet,
    "in_sheet": _in_sheet,
    "no_sheet": _simple("{title}：不在任何检查表里，未计入", "{title}: on no sheet, not counted"),
    "contained": _contained,
    "accepted": _evidence(Text("已达到", "met")),
    "not_accepted": _evidence(Text("未达到", "not met")),
    "void": _evidence(Text("作废，不计", "void, not counted")),
    "minimum": _minimum,
    "veto": _veto,
    "worst": _simple("{title}得分过低，等次受限", "{title} is too low; the grade is capped"),
    "best": _simple("取最高：{title} {value} 分", "The best counts: {title}, {value}"),
    "times": _simple("乘以{title}，变动 {value}", "Times {title}: moves {value}"),
    "not_applicable": _simple("{title}：不适用", "{title}: does not apply"),
    "registered": _simple("{title}：{value} 分", "{title}: {value}"),
    "round": _round,
}
