"""Ratings in sentences: what each role of raters gave on the mean, and which roles and items were left out."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.scheme.assessment import StepLine, fraction
from kaohe.scheme.figures import plain
from kaohe.scheme.rules import Rating
from kaohe.scheme.text import Text

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme


def say_rating(scheme: Scheme, line: StepLine) -> Text:
    """The value of a rated clause with each role's mean, and the roles that were left out."""
    found = scheme.find(line.ref) if isinstance(line.ref, int) else None
    title = found.title if found is not None else Text("", "")
    shown, absent = line.data
    means = [
        (_role(scheme, line.ref, code), plain(fraction(value) or Fraction(0))) for code, value, _n in shown
    ]
    value = plain(line.delta or 0)
    zh = "，".join(f"{role.zh} {mean}" for role, mean in means)
    en = ", ".join(f"{role.en} {mean}" for role, mean in means)
    missing = [_role(scheme, line.ref, code) for code in absent]
    if missing:
        zh += f"；{'、'.join(role.zh for role in missing)}没有评，不计入"
        en += f"; {', '.join(role.en for role in missing)} did not rate and are left out"
    return Text(f"{title.zh}：{value} 分（{zh}）", f"{title.en}: {value} ({en})")


def say_left_out(scheme: Scheme, left_out: Iterable[Any]) -> list[Text]:
    """What an assessment left out, in words: items without a value, then roles of raters with the items they lack."""
    parts: list[Text] = []
    roles: dict[str, tuple[Text, list[Text]]] = {}
    for one in left_out:
        ref, _, role = str(one).partition(":")
        found = scheme.find(int(ref)) if ref.isdigit() else None
        if role and found is not None:
            roles.setdefault(role, (_role(scheme, int(ref), role), []))[1].append(found.title)
        elif (part := scheme.part(ref)) is not None:
            parts.append(part.title)
        elif found is not None:
            parts.append(found.title)
    named = [
        Text(
            f"{title.zh}（{'、'.join(item.zh for item in items)}）",
            f"{title.en} ({', '.join(item.en for item in items)})",
        )
        for title, items in roles.values()
    ]
    return [*parts, *named]


def _role(scheme: Scheme, clause_id: Any, code: str) -> Text:
    found = scheme.find(clause_id) if isinstance(clause_id, int) else None
    rule = found.clause.rule if found is not None and found.clause is not None else None
    if isinstance(rule, Rating):
        for rater in rule.raters:
            if rater.code == code:
                return rater.title
    return Text(code, code)
