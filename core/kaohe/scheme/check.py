"""What makes a scheme sound: checked when a sector declares it, after every change, and before adoption."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kaohe.scheme import rules
from kaohe.scheme.combine import BestOf, CountAccepted, MeanOverSheets, Product, WeightedMean
from kaohe.scheme.conditions import AllOf, AnyOf, GradeIs, Occurred, ShareIs, Times
from kaohe.scheme.model import Scheme
from kaohe.scheme.paths import get
from kaohe.scheme.refusals import SchemeInvalid, UnknownPath
from kaohe.scheme.rule_check import effect_problems, fits, rule_problems
from kaohe.scheme.text import Citation, Text
from kaohe.scheme.tree import Clause, Part

LARGEST_ID = 2**31 - 1


def check(scheme: Scheme) -> list[Text]:
    """All that is wrong with the scheme, in words; an empty list when it is sound."""
    found: list[Text] = []
    for examine in (_names, _texts, _tree, rule_problems, _grades, _references, _doubts):
        found.extend(examine(scheme))
    return found


def require_valid(scheme: Scheme) -> None:
    """Refuse a scheme that is not sound (`SchemeInvalid`, with `problems`)."""
    problems = check(scheme)
    if problems:
        refusal = SchemeInvalid(count=len(problems), first=problems[0])
        refusal.values["problems"] = problems
        raise refusal


def _names(scheme: Scheme) -> Iterator[Text]:
    ids = [clause.id for clause in scheme.clauses()]
    ids += [item.id for clause in scheme.clauses() for item in clause.items]
    ids += [measure.id for measure in scheme.measures]
    for id, count in Counter(ids).items():
        if count > 1:
            yield Text(f"编号 {id} 用了 {count} 次", f"id {id} is used {count} times")
        if not 0 < id <= LARGEST_ID:
            yield Text(f"编号 {id} 超出范围", f"id {id} is out of range")
    kinds: dict[str, tuple[Any, ...]] = {
        "part": tuple(scheme.parts()),
        "clause": tuple(scheme.clauses()),
        "grade": scheme.grades,
        "fact": scheme.facts,
        "measure": scheme.measures,
        "form": scheme.forms,
        "doubt": scheme.doubts,
        "consequence": scheme.consequences,
    }
    for kind, things in kinds.items():
        for code, count in Counter(thing.code for thing in things).items():
            if count > 1 or not code or "/" in code:
                yield Text(
                    f"{kind} 的代码 {code} 重复或不合规", f"{kind} code {code} is repeated or malformed"
                )


def _texts(scheme: Scheme) -> Iterator[Text]:
    for text in walk(scheme, Text):
        if bool(text.zh.strip()) != bool(text.en.strip()):
            yield Text(
                f"文字缺一种语言：{text.zh or text.en}", f"a text lacks one language: {text.zh or text.en}"
            )
    sources = {source.code for source in scheme.sources}
    for cite in walk(scheme, Citation):
        if cite.source not in sources:
            yield Text(
                f"引用了没有列出的来源：{cite.source}", f"a citation names an unknown source: {cite.source}"
            )


def _tree(scheme: Scheme) -> Iterator[Text]:
    for part in scheme.root.walk():
        title = part.title
        if part.floor is not None and part.ceiling is not None and part.floor > part.ceiling:
            yield Text(f"{title.zh}：保底高于封顶", f"{title.en}: the floor is above the ceiling")
        for value in (part.points, part.floor, part.ceiling):
            if value is not None and not fits(value, 2):
                yield Text(f"{title.zh}：分值多于两位小数", f"{title.en}: more than two decimals")
        if isinstance(part.combine, WeightedMean):
            yield from _weights(part)
        if isinstance(part.combine, WeightedMean | BestOf | Product) and part.clauses:
            yield Text(
                f"{title.zh}：细则要放在下级项目里", f"{title.en}: its clauses belong into smaller parts"
            )
        if isinstance(part.combine, MeanOverSheets):
            yield from _sheets(part)
        if isinstance(part.combine, CountAccepted) and part is not scheme.root:
            yield Text(f"{title.zh}：达标项数只能用在总项", f"{title.en}: items are counted at the root only")
        if (
            part.empty == "full"
            and part.points is None
            and any(_gives_value(clause) for clause in part.clauses)
        ):
            yield Text(
                f"{title.zh}：取值的项目不能默认满分",
                f"{title.en}: a part of values cannot be full by default",
            )


def _gives_value(clause: Clause) -> bool:
    return isinstance(clause.rule, rules.VALUE_RULES)


def _weights(part: Part) -> Iterator[Text]:
    weights = [child.weight for child in part.parts]
    if (
        not weights
        or any(weight is None or weight < 0 for weight in weights)
        or not sum(w or 0 for w in weights)
    ):
        yield Text(f"{part.title.zh}：下级项目缺权重", f"{part.title.en}: smaller parts lack weights")
        return
    assert isinstance(part.combine, WeightedMean)
    total = sum((weight or Decimal(0) for weight in weights), Decimal(0))
    if part.combine.total is not None and total != part.combine.total:
        yield Text(
            f"{part.title.zh}：权重合计 {total}，应为 {part.combine.total}",
            f"{part.title.en}: the weights add up to {total}, not {part.combine.total}",
        )


def _sheets(part: Part) -> Iterator[Text]:
    allowed = (
        rules.PerOccurrence
        | rules.Checklist
        | rules.Chosen
        | rules.ClockBreach
        | rules.FilingMissed
        | rules.Veto
    )
    if part.points is None or part.parts:
        yield Text(
            f"{part.title.zh}：检查表要有底分且不分下级",
            f"{part.title.en}: sheets need points and no smaller parts",
        )
    for clause in part.clauses:
        effects = getattr(clause.rule, "effects", ()) and not isinstance(clause.rule, rules.Veto)
        if not isinstance(clause.rule, allowed) or effects:
            yield Text(f"{clause.title.zh}：不能放在检查表里", f"{clause.title.en}: cannot stand on a sheet")


def _grades(scheme: Scheme) -> Iterator[Text]:
    lower = [grade.lower for grade in scheme.grades if grade.lower is not None]
    if lower != sorted(set(lower), reverse=True):
        yield Text("等次的起点分要由高到低", "the lower bounds of grades must descend")
    codes = {grade.code for grade in scheme.grades}
    for cap in scheme.caps:
        if cap.grade not in codes:
            yield Text(f"没有等次 {cap.grade}", f"no grade {cap.grade}")
    if isinstance(scheme.root.combine, CountAccepted):
        for code in (scheme.root.combine.passed, scheme.root.combine.failed):
            if code not in codes:
                yield Text(f"没有等次 {code}", f"no grade {code}")
    if scheme.distribution is not None and sum(each.percent for each in scheme.distribution.shares) > 100:
        yield Text("强制分布合计超过 100%", "the forced distribution exceeds 100 %")
    if not 0 <= scheme.rounding.decimals <= 2:
        yield Text("取整最多两位小数", "rounding keeps two decimals at most")


def _references(scheme: Scheme) -> Iterator[Text]:
    forms = {form.code for form in scheme.forms}
    for clause in scheme.clauses():
        for form in clause.forms:
            if form not in forms:
                yield Text(f"没有表单 {form}", f"no form {form}")
    parts = {part.code for part in scheme.parts()}
    for code in scheme.ranking.tie_breaks:
        if code not in parts:
            yield Text(f"没有项目 {code}", f"no part {code}")
    yield from _ranking(scheme)
    for consequence in scheme.consequences:
        for problem in (one for effect in consequence.effects for one in effect_problems(scheme, effect)):
            yield Text(f"{consequence.title.zh}：{problem.zh}", f"{consequence.title.en}: {problem.en}")
        for condition in conditions_in(consequence.when):
            if isinstance(condition, Times) and any(
                isinstance(one, ShareIs) for one in conditions_in(condition.condition)
            ):
                yield Text(
                    f"{consequence.title.zh}：强制分布的等级只能按本期看，不能跨期累计",
                    f"{consequence.title.en}: classes of the forced distribution are not counted over periods",
                )
            if isinstance(condition, GradeIs):
                missing = [code for code in condition.grades if scheme.grade(code) is None]
            elif isinstance(condition, Occurred):
                missing = [str(id) for id in condition.clauses if scheme.find(id) is None]
            elif isinstance(condition, ShareIs):
                shares = scheme.distribution.shares if scheme.distribution else ()
                missing = [code for code in condition.classes if code not in {share.code for share in shares}]
            else:
                continue
            for code in missing:
                yield Text(f"{consequence.title.zh}：没有 {code}", f"{consequence.title.en}: no {code}")


def _ranking(scheme: Scheme) -> Iterator[Text]:
    """Whether what ranks are within is there, by default and by every value of the setting that says it."""
    ranking = scheme.ranking
    wanted = [ranking.within]
    if ranking.setting:
        setting = next((one for one in scheme.settings if one.code == ranking.setting), None)
        if setting is None:
            yield Text(f"没有设置项 {ranking.setting}", f"no setting {ranking.setting}")
        else:
            wanted += [code for code, _title in setting.values if code != "all"]
    for code in wanted:
        if code not in ("", "unit") and scheme.fact(code) is None:
            yield Text(f"没有属性 {code}", f"no fact {code}")


def conditions_in(condition: Any) -> Iterator[Any]:
    """A condition and all conditions inside it."""
    yield condition
    if isinstance(condition, Times):
        yield from conditions_in(condition.condition)
    elif isinstance(condition, AllOf | AnyOf):
        for each in condition.conditions:
            yield from conditions_in(each)


def _doubts(scheme: Scheme) -> Iterator[Text]:
    for doubt in scheme.doubts:
        if len(doubt.options) < 2 and not doubt.figures:
            yield Text(f"{doubt.title.zh}：没有可选的答案", f"{doubt.title.en}: nothing to choose")
        if scheme.settled:
            continue  # one answer may take away what another doubt is about
        for path in (*doubt.figures, *(each.path for option in doubt.options for each in option.replace)):
            try:
                if not path.endswith("/+"):
                    get(scheme, path)
            except UnknownPath:
                yield Text(f"{doubt.title.zh}：没有 {path}", f"{doubt.title.en}: nothing at {path}")


def walk(thing: Any, wanted: type) -> Iterator[Any]:
    """Every instance of `wanted` within a scheme or a piece of one."""
    if isinstance(thing, wanted):
        yield thing
    if isinstance(thing, tuple):
        for each in thing:
            yield from walk(each, wanted)
    elif dataclasses.is_dataclass(thing):
        for each in dataclasses.fields(thing):
            if each.init:
                yield from walk(getattr(thing, each.name), wanted)
