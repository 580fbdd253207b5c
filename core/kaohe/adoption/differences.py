"""What differs between two schemes, in words: answers to doubts, rules, figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.adoption.document import say_number
from kaohe.scheme import (
    Change,
    Clause,
    Doubt,
    Scheme,
    Setting,
    Text,
    compare,
    say_rule,
)


@dataclass(frozen=True)
class Difference:
    """One row of a comparison; kind is changed, added, removed, doubt or scope."""

    kind: str
    title: Text
    old: str | None
    new: str | None


FIGURE_NAMES = {
    "points": Text("分值", "points"),
    "ceiling": Text("封顶", "ceiling"),
    "floor": Text("保底", "floor"),
    "weight": Text("权重", "weight"),
    "lower": Text("起点分", "lower bound"),
    "low": Text("下限", "lowest"),
    "high": Text("上限", "highest"),
    "title": Text("名称", "title"),
    "value": Text("取值", "value"),
    "percent": Text("比例", "percentage"),
    "amount_fen": Text("金额", "amount"),
    "empty": Text("没有记录时", "without entries"),
    "combine": Text("合成方式", "how it adds up"),
    "note": Text("说明", "note"),
    "cite": Text("出处", "source"),
    "start_day": Text("起始日", "first day"),
    "kind": Text("种类", "kind"),
    "decimals": Text("小数位", "decimals"),
}


def differences(old: Scheme, new: Scheme, language: str) -> list[Difference]:
    """What differs between two schemes: doubts settled differently first, then rules and figures in order."""
    found = list(_answers(old, new, language))
    said: set[int] = set()
    for change in compare(old, new):
        clause_id = _clause_id(new, change) or _clause_id(old, change)
        if change.kind == "changed" and clause_id is not None and not change.path.startswith("item/"):
            rule = _rule(old, new, clause_id, language)
            if rule is not None:
                if clause_id not in said:
                    found.append(rule)
                said.add(clause_id)
                continue
        left, right = (_choice(scheme, change.path) for scheme in (old, new))
        found.append(
            Difference(
                change.kind,
                change.title if right is not None else _named(change),
                left.say(language) if left is not None else _said(change.path, change.old, language),
                right.say(language) if right is not None else _said(change.path, change.new, language),
            )
        )
    return found


def _clause_id(scheme: Scheme, change: Change) -> int | None:
    if change.clause_id is None:
        return None
    found = scheme.find(change.clause_id)
    return found.clause.id if found is not None and found.clause is not None else None


def _rule(old: Scheme, new: Scheme, clause_id: int, language: str) -> Difference | None:
    """The rule of a clause in words before and after; None when the words are the same."""
    before, after = old.find(clause_id), new.find(clause_id)
    if before is None or after is None or before.clause is None or after.clause is None:
        return None
    left, right = say_rule(before.clause, language), say_rule(after.clause, language)
    return None if left == right else Difference("changed", after.title, left, right)


def _choice(scheme: Scheme, path: str) -> Text | None:
    """What a setting is set to, in words; None where the path is no setting's value."""
    head, _, rest = path.partition("/")
    if head != "setting" or not rest.endswith("/value"):
        return None
    return next((say_setting(one) for one in scheme.settings if rest == f"{one.code}/value"), None)


def say_setting(setting: Setting) -> Text:
    """What a setting is set to, in words."""
    return dict(setting.values).get(setting.value, Text(setting.value, setting.value))


def _answers(old: Scheme, new: Scheme, language: str) -> Iterable[Difference]:
    left = {one.doubt: one for one in old.settled}
    right = {one.doubt: one for one in new.settled}
    titles = {doubt.code: doubt for doubt in (*old.doubts, *new.doubts)}
    for code, doubt in titles.items():
        if left.get(code) != right.get(code):
            yield Difference(
                "doubt",
                doubt.title,
                _answer(doubt, left.get(code), language),
                _answer(doubt, right.get(code), language),
            )


def _answer(doubt: Doubt, settlement: Any, language: str) -> str | None:
    if settlement is None:
        return None
    for option in doubt.options:
        if option.code == settlement.option:
            return option.title.say(language)
    return ", ".join(say_number(one.path, one.value) for one in settlement.figures)


def _named(change: Change) -> Text:
    name = next(
        (FIGURE_NAMES[key] for key in reversed(change.path.split("/")[2:]) if key in FIGURE_NAMES), None
    )
    if change.kind != "changed" or name is None:
        return change.title
    return Text(f"{change.title.zh}：{name.zh}", f"{change.title.en}: {name.en}")


def _said(path: str, value: Any, language: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        words = ("是", "否") if language == "zh" else ("yes", "no")
        return words[0] if value else words[1]
    if isinstance(value, Decimal | int):
        return say_number(path, value)
    if isinstance(value, Text):
        return value.say(language)
    if isinstance(value, Clause):
        return say_rule(value, language) or value.title.say(language)
    title = getattr(value, "title", None)
    return title.say(language) if isinstance(title, Text) else str(value)
