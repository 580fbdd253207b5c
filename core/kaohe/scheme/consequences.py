"""What a subject's history leads to: each consequence that the current period earns, with its reasons.

Nothing is decided here. A proposal names the periods it rests on, so that a human can see and decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaohe.scheme.assessment import Assessment, Effected
from kaohe.scheme.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Consequence,
    FirstInRank,
    GradeIs,
    LastInRank,
    Occurred,
    ScoreIn,
    ShareIs,
    Times,
)
from kaohe.scheme.effects import Effect
from kaohe.scheme.figures import from_points, plain, to_points
from kaohe.scheme.inputs import Past
from kaohe.scheme.model import Scheme
from kaohe.scheme.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """A period that a proposal rests on, and what it says, in words."""

    start: str
    end: str
    text: Text


@dataclass(frozen=True, slots=True)
class Proposal:
    """A consequence that the current period has earned, with its reasons period by period.

    `times`: how often its effects hold (more than once only where each entry counts).
    """

    consequence: Consequence
    reasons: tuple[Reason, ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Watch:
    """How near a subject is to a consequence over several periods: matches so far, of how many."""

    consequence: Consequence
    matched: int
    needed: int


def consequences(scheme: Scheme, history: Sequence[Past]) -> list[Proposal]:
    """The consequences that the last period of `history` leads to; the history is in order, current one last."""
    if not history:
        return []
    found = []
    for consequence in scheme.consequences:
        held = matched(scheme, consequence.when, history)
        if held:
            reasons = tuple(
                Reason(history[number].start, history[number].end, _said(scheme, history[number], conditions))
                for number, conditions in sorted(held.items())
            )
            found.append(Proposal(consequence, reasons, _cases(consequence, history[-1])))
    return found


def _cases(consequence: Consequence, past: Past) -> int:
    if not consequence.each or not isinstance(consequence.when, Occurred):
        return 1
    counts = dict(past.counts)
    return sum(counts.get(id, 0) for id in consequence.when.clauses)


def entry_effects(scheme: Scheme, assessment: Assessment) -> list[tuple[Effected, Effect]]:
    """The effects that entries call for, each with the clause, the occurrence and the step it comes from."""
    found = []
    for line in assessment.effect_lines():
        held = scheme.find(line.clause_id)
        rule: Any = held.clause.rule if held and held.clause else None
        effects = rule.effects if line.step < 0 else rule.steps[line.step].effects
        found.append((line, effects[line.effect]))
    return found


Matches = dict[int, list[Condition]]


def matched(scheme: Scheme, condition: Condition, history: Sequence[Past]) -> Matches:
    """The periods on which the condition rests, by number; empty when it does not hold now."""
    if isinstance(condition, Times):
        return _times(scheme, condition, history)
    if isinstance(condition, AllOf):
        together: Matches = {}
        for each in condition.conditions:
            held = matched(scheme, each, history)
            if not held:
                return {}
            _join(together, held)
        return together
    if isinstance(condition, AnyOf):
        either: Matches = {}
        for each in condition.conditions:
            _join(either, matched(scheme, each, history))
        return either
    last = len(history) - 1
    return {last: [condition]} if last >= 0 and _now(condition, history[last]) else {}


def _join(matches: Matches, more: Matches) -> None:
    for number, conditions in more.items():
        held = matches.setdefault(number, [])
        held.extend(each for each in conditions if each not in held)


def _now(condition: Condition, past: Past) -> bool:
    """Whether a condition on one period holds; a missing result meets none but recorded facts."""
    if isinstance(condition, Occurred):
        counts = dict(past.counts)
        return sum(counts.get(id, 0) for id in condition.clauses) >= condition.at_least
    if past.missing:
        return False
    if isinstance(condition, GradeIs):
        return past.grade in condition.grades
    if isinstance(condition, ScoreIn):
        if past.score is None:
            return False
        above = condition.low is None or past.score >= to_points(condition.low)
        return above and (condition.high is None or past.score < to_points(condition.high))
    if isinstance(condition, LastInRank):
        return past.last
    if isinstance(condition, FirstInRank):
        return past.first
    if isinstance(condition, ShareIs):
        return past.share in condition.classes
    raise TypeError(f"{type(condition).__name__} is not a condition on one period")


def _times(scheme: Scheme, condition: Times, history: Sequence[Past]) -> Matches:
    matches: Matches = {}
    for number in range(len(history) - 1, -1, -1):
        past = history[number]
        if condition.how == "window" and not _in_window(condition, history, number):
            break
        held = matched(scheme, condition.condition, history[: number + 1])
        if number in held:
            matches[number] = held[number]
            if condition.how == "running" and len(matches) == condition.at_least:
                break
        elif number == len(history) - 1:
            return {}
        elif condition.how == "running" and not (past.missing and condition.skip_missing):
            break
    return matches if len(matches) >= condition.at_least else {}


def _in_window(condition: Times, history: Sequence[Past], number: int) -> bool:
    if condition.calendar_year:
        return history[number].start[:4] == history[-1].start[:4]
    return number > len(history) - 1 - condition.window


def watches(scheme: Scheme, history: Sequence[Past]) -> list[Watch]:
    """Who is how near to a consequence over several periods: those with a match now, but not enough yet."""
    found = []
    for consequence in scheme.consequences:
        for condition in _several(consequence.when):
            for number in range(condition.at_least - 1, 0, -1):
                fewer = Times(
                    condition.condition,
                    number,
                    condition.how,
                    condition.window,
                    condition.calendar_year,
                    condition.skip_missing,
                )
                if not matched(scheme, condition, history) and matched(scheme, fewer, history):
                    found.append(Watch(consequence, number, condition.at_least))
                    break
    return found


def _several(condition: Condition) -> list[Times]:
    if isinstance(condition, Times):
        return [condition]
    if isinstance(condition, AllOf | AnyOf):
        return [found for each in condition.conditions for found in _several(each)]
    return []


def _said(scheme: Scheme, past: Past, conditions: Sequence[Condition]) -> Text:
    """What a period says for a proposal."""
    said = [_say(scheme, past, condition) for condition in conditions]
    return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said))


def _say(scheme: Scheme, past: Past, condition: Condition) -> Text:
    if isinstance(condition, Occurred):
        counts = dict(past.counts)
        zh, en = [], []
        for id in condition.clauses:
            found = scheme.find(id)
            if counts.get(id) and found is not None:
                zh.append(f"{found.title.zh} {counts[id]} 次")
                en.append(f"{found.title.en}: {counts[id]}")
        return Text("、".join(zh), ", ".join(en))
    if isinstance(condition, LastInRank):
        return Text("排名末位", "last in rank")
    if isinstance(condition, FirstInRank):
        return Text("排名第一", "first in rank")
    if isinstance(condition, ShareIs) and scheme.distribution is not None:
        title = next(share.title for share in scheme.distribution.shares if share.code == past.share)
        return Text(f"评为{title.zh}", f"rated {title.en}")
    if isinstance(condition, ScoreIn) and past.score is not None:
        shown = plain(from_points(past.score))
        return Text(f"得 {shown} 分", f"{shown} points")
    grade = scheme.grade(past.grade or "")
    title = grade.title if grade else Text("无结果", "no result")
    return Text(f"等次：{title.zh}", f"grade: {title.en}")
