"""What a preview is made of: lines with their outcome, and the questions that a doubtful line asks.

A question has options and perhaps an entry; its answer is kept as text: the option's value, or "=" and what was
entered. Answers belong to a row's key (what stands in the file for number and name), not to its line, so that
the same file, or next month's, finds them again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kaohe.files.columns import Understood
from kaohe.scheme.text import Text

NEW, UPDATED, SAME, DOUBTFUL, SKIPPED = "new", "updated", "same", "doubtful", "skipped"
ORDER = {DOUBTFUL: 0, NEW: 1, UPDATED: 1, SAME: 1, SKIPPED: 1}
SKIP = "skip"


@dataclass(frozen=True)
class Ask:
    """One question about a row: `options` are (value, words); `enters` is the option that uses the entry.

    `entry` is "", "text", "date" or "dates" (two, parted by a stroke); `offer` stands in it already.
    """

    code: str
    says: Text
    options: tuple[tuple[str, Text], ...] = ()
    entry: str = ""
    enters: str = ""
    offer: str = ""
    word: Text | None = None


@dataclass(frozen=True)
class Change:
    """A field that an update alters; None is empty."""

    title: Text
    old: Any
    new: Any


@dataclass
class Line:
    """A row of the file with what becomes of it; `work` is what will be written."""

    no: int
    key: str
    raw: Mapping[str, str]
    kind: str = SAME
    asks: list[Ask] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    note: Text | None = None
    work: Any = None
    answered: Mapping[str, str] = field(default_factory=dict)

    def ask(self, question: Ask) -> None:
        """Make this line doubtful until the question is answered."""
        self.asks.append(question)
        self.kind = DOUBTFUL


@dataclass
class UnitName:
    """A unit's name in the file that no unit has: what becomes of it ("new", an id, "skip", "" not decided)."""

    key: str
    name: str
    people: int
    choice: str
    usual: bool = False


@dataclass
class Preview:
    """Everything that the page shows and that the writing does."""

    understood: Understood | None
    sheets: list[tuple[int, str, int]]
    sheet: int
    lines: list[Line]
    unit_names: list[UnitName] = field(default_factory=list)
    notices: list[Text] = field(default_factory=list)
    absent: int = 0
    repeated: bool = False

    def counts(self) -> dict[str, int]:
        """How many lines have each outcome."""
        return dict(Counter(line.kind for line in self.lines))

    @property
    def open(self) -> int:
        """How many lines still ask something."""
        return sum(line.kind == DOUBTFUL for line in self.lines)

    @property
    def writes(self) -> int:
        """How many lines would write something."""
        return sum(line.kind in (NEW, UPDATED) for line in self.lines)

    def shown(self, kind: str = "") -> list[Line]:
        """The lines to list: of one outcome, or all with the doubtful ones first."""
        if kind:
            return [line for line in self.lines if line.kind == kind]
        return sorted(self.lines, key=lambda line: (ORDER[line.kind], line.no))

    def seal(self) -> str:
        """A digest of what would be written; it changes when the organisation's data changed meanwhile."""
        told = [
            (
                line.no,
                line.kind,
                [(change.title.zh, str(change.old), str(change.new)) for change in line.changes],
            )
            for line in self.lines
        ]
        names = [(name.key, name.choice) for name in self.unit_names]
        return hashlib.sha256(json.dumps([told, names], ensure_ascii=False).encode()).hexdigest()[:32]


def row_key(number: str, name: str, seen: Counter[str]) -> str:
    """The key of a row from the cells as they stood; the second of the same number and name gets "#2"."""
    key = f"{''.join(number.split()).upper()}|{''.join(name.split())}"
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}#{seen[key]}"


def entered(answer: str | None) -> str | None:
    """What was entered, when the answer is an entry."""
    return answer[1:].strip() if answer and answer.startswith("=") else None


def answer_of(ask: Ask, option: str, typed: str) -> str | None:
    """The answer that a form gives to a question, None when it gives none.

    Something typed that differs from what stood there counts as the entry even without an option chosen.
    """
    typed = "".join(c for c in typed[:200] if c.isprintable()).strip()
    if ask.entry and typed and (option == ask.enters or (not option and typed != ask.offer)):
        return f"={typed}"
    allowed = {value for value, _ in ask.options} - {ask.enters}
    return option if option in allowed else None
