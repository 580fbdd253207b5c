"""Results as the page, the print and the spreadsheet show them: the same figures, held back alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from kaohe.pages import current
from kaohe.plugins import Question
from kaohe.scheme import Text
from kaohe.surveys import counting, service
from kaohe.surveys.closing import rounded
from kaohe.surveys.models import HeldSurvey
from kaohe.surveys.questions import level_word


@dataclass(frozen=True)
class Share:
    """One answer that was offered, with how many gave it."""

    title: Text
    count: int
    of: int


@dataclass
class ShownItem:
    """A question with its answers; `held_back` when too few have answered it."""

    question: Question
    n: int
    held_back: bool = False
    shares: list[Share] = field(default_factory=list)
    mean: Fraction | None = None
    satisfied: Fraction | None = None
    groups: list[tuple[Text, Fraction | None, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass
class ShownBlock:
    """The results about one subject."""

    subject_id: int | None
    name: str
    n: int
    shown: bool
    satisfaction: Fraction | None
    items: list[ShownItem]


def blocks(survey: HeldSurvey, names: dict[int, str], only: set[int] | None = None) -> list[ShownBlock]:
    """The results by subject; `only`: of these subjects, None for all."""
    titles = {one.code: one.title for one in service.groups_of(survey)}
    return [
        ShownBlock(
            block.subject_id,
            names.get(block.subject_id, "") if block.subject_id is not None else "",
            block.n,
            block.shown,
            block.satisfaction,
            [_item(item, titles) for item in block.items],
        )
        for block in service.results(current.session, survey)
        if only is None or block.subject_id in only
    ]


def _item(item: counting.Item, titles: dict[str, Text]) -> ShownItem:
    question, tally = item.question, item.tally
    shown = ShownItem(question, item.n, item.held_back, texts=item.texts)
    if tally is None:
        return shown
    if question.kind == "scale":
        shown.mean, shown.satisfied = tally.mean, Fraction(tally.satisfied, tally.n)
        shown.shares = [
            Share(_level_title(question, level), count, tally.n) for level, count in reversed(tally.levels())
        ]
        shown.groups = [
            (titles[code], item.groups[code].mean if code in item.groups else None, _n(item, code))
            for code in titles
        ]
    else:
        words = {one.code: one.title for one in question.choices}
        shown.shares = [Share(words[code], count, tally.n) for code, count in tally.choices()]
    return shown


def _n(item: counting.Item, code: str) -> int:
    return item.groups[code].n if code in item.groups else 0


def _level_title(question: Question, level: int) -> Text:
    word = level_word(question, level)
    return Text(f"{level} {word.zh}", f"{level} {word.en}") if word else Text(str(level), str(level))


def summary(survey: HeldSurvey, names: dict[int, str]) -> dict[str, Any] | None:
    """The satisfaction of all subjects side by side, for a chart; None where there is nothing to compare."""
    found = [
        (block.name, block.satisfaction) for block in blocks(survey, names) if block.satisfaction is not None
    ]
    if len(found) < 2:
        return None
    found.sort(key=lambda one: -one[1])
    percents = [rounded(share * 100, 1) for _name, share in found]
    named = [name for name, _share in found]
    return {
        "data": {"x": named, "y": percents, "lying": True, "unit": "%", "whole": False, "min": 0, "max": 100},
        "told": [(name, f"{one}%") for name, one in zip(named, percents, strict=True)],
        "height": 48 + 34 * len(found),
    }
