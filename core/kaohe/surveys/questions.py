"""The questions of a survey: kept as plain data, read back, and edited while the survey is a draft.

Decides that a question's code never changes and is never given twice, so that an answer always finds its question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaohe.plugins import Answer, Question
from kaohe.plugins.surveys import MOST_QUESTIONS, question_problem
from kaohe.scheme import Text
from kaohe.surveys import refusals

LONGEST_TITLE = 200


def plain(question: Question) -> dict[str, Any]:
    """A question as JSON can hold it."""
    return {
        "code": question.code,
        "title": [question.title.zh, question.title.en],
        "kind": question.kind,
        "low": question.low,
        "high": question.high,
        "words": [[word.zh, word.en] for word in question.words],
        "good": question.good,
        "choices": [[one.code, one.title.zh, one.title.en] for one in question.choices],
        "most": question.most,
        "required": question.required,
    }


def read(kept: dict[str, Any]) -> Question:
    """A question as it was kept."""
    return Question(
        code=kept["code"],
        title=Text(*kept["title"]),
        kind=kept["kind"],
        low=kept["low"],
        high=kept["high"],
        words=tuple(Text(*word) for word in kept["words"]),
        good=kept["good"],
        choices=tuple(Answer(code, Text(zh, en)) for code, zh, en in kept["choices"]),
        most=kept["most"],
        required=kept["required"],
    )


def read_all(kept: Sequence[dict[str, Any]]) -> tuple[Question, ...]:
    """The questions in their order."""
    return tuple(read(one) for one in kept)


def level_word(question: Question, level: int) -> Text | None:
    """What a level of a scale is called; None where it has no name."""
    words = question.words
    if len(words) == question.high - question.low + 1:
        return words[level - question.low]
    if len(words) == 2 and level in (question.low, question.high):
        return words[0 if level == question.low else 1]
    return None


def checked(question: Question) -> Question:
    """The question, or a refusal that names what does not fit."""
    if not question.title.zh or max(len(question.title.zh), len(question.title.en)) > LONGEST_TITLE:
        raise refusals.TitleNeeded(most=LONGEST_TITLE)
    fault = question_problem(question)
    if fault in ("low and high", "good"):
        raise refusals.ScaleWrong
    if fault == "words":
        raise refusals.WordsWrong
    if fault:
        raise refusals.ChoicesWrong
    titles = [one.title.zh for one in question.choices]
    if len(titles) != len(set(titles)) or any(len(title) > LONGEST_TITLE for title in titles):
        raise refusals.ChoicesWrong
    return question


def free_code(kept: Sequence[dict[str, Any]]) -> str:
    """A code that no question has."""
    taken = {one["code"] for one in kept}
    return next(code for n in range(1, len(kept) + 2) if (code := f"q{n}") not in taken)


def put(kept: Sequence[dict[str, Any]], question: Question) -> list[dict[str, Any]]:
    """The questions with this one: in the place of that with its code, else at the end."""
    question = checked(question)
    changed = [plain(question) if one["code"] == question.code else one for one in kept]
    if all(one["code"] != question.code for one in kept):
        if len(kept) >= MOST_QUESTIONS:
            raise refusals.TooManyQuestions(most=MOST_QUESTIONS)
        changed.append(plain(question))
    return changed


def moved(kept: Sequence[dict[str, Any]], code: str, *, earlier: bool) -> list[dict[str, Any]]:
    """The questions with one moved by a place; at the end nothing changes."""
    changed = list(kept)
    place = next((n for n, one in enumerate(changed) if one["code"] == code), None)
    other = None if place is None else place + (-1 if earlier else 1)
    if place is not None and other is not None and 0 <= other < len(changed):
        changed[place], changed[other] = changed[other], changed[place]
    return changed


def without(kept: Sequence[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    """The questions without one."""
    return [one for one in kept if one["code"] != code]
