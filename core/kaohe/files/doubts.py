"""What is said about a cell beside its value: doubts, which block it, and hints, which only inform.

A doubt carries whole sentences in both languages and, where the meaning is plain to a human, a suggestion. Nothing
takes a suggestion by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kaohe.files.refusals import Words


@dataclass(frozen=True)
class Doubt:
    """Why a cell, a row or a table was not simply understood; `suggestion` may be offered, never taken silently."""

    code: str
    field: str
    raw: str
    zh: str
    en: str
    suggestion: Any = None


@dataclass(frozen=True)
class Hint:
    """Something said beside the data, as "2026.6月离职" in a remark; the date as far as it is given."""

    code: str
    field: str
    raw: str
    zh: str
    en: str
    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Choice:
    """One permitted value and the ways in which it is written."""

    value: Any
    names: tuple[str, ...]


@dataclass(frozen=True)
class HintRule:
    """Words whose appearance in a text is worth a hint, and what the hint says."""

    code: str
    title: Words
    words: tuple[str, ...]


class Doubtful(Exception):
    """A cell that is not understood: the doubt's code, its words and what may be offered."""

    def __init__(self, code: str, zh: str, en: str, suggestion: Any = None) -> None:
        super().__init__(code)
        self.code, self.zh, self.en, self.suggestion = code, zh, en, suggestion

    def at(self, field: str, title: Words, raw: str) -> Doubt:
        """The doubt, as one about that field."""
        return Doubt(
            self.code, field, raw, f"{title.zh}：{self.zh}", f"{title.en}: {self.en}", self.suggestion
        )
