"""One subject's result as data for reading: sections, clauses, entries, the line of months, and what follows from them.

Decides only how figures already computed are put into words and sums; where they do not add up to the score (a
weighted mean, say), it says so instead of showing a sum that is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from kaohe.entries.shown import EntryView
from kaohe.periods.models import Period
from kaohe.results.lines import Point
from kaohe.results.models import Result, Run
from kaohe.results.sections import Section, Standing
from kaohe.scheme import (
    Assessment,
    Grade,
    Mark,
    Part,
    PartLine,
    Rating,
    Scheme,
    StepLine,
    Text,
    Told,
    WeightedMean,
    plain,
    say_left_out,
    say_step,
    tell,
)

WORDS = {
    "": Text("", ""),
    "left": Text("期末前已离开，本期不评", "left before the last day; no result"),
    "leave": Text("本期休假，不评", "on leave; no result"),
    "days": Text("在岗天数不足，本期不评", "there for too few days; no result"),
    "missing": Text("缺必需的成绩，没有得分", "a required figure is missing; no score"),
    "exempt": Text("不参加排名", "exempt from ranking"),
    "absent": Text("不在本期考核范围内", "takes no part in this period"),
}
"""Why somebody has no score or no rank."""

ONCE = Text("每期只计一次，这一条不再扣分", "counts once a period; this one moves nothing more")
RETEST = Text("补考，首次成绩为准", "a retest; the first mark counts")


@dataclass
class OneResult:
    """Everything that the page of one result shows."""

    period: Period
    who: Standing
    scheme: Scheme
    revision: int
    run: Run | None
    result: Result | None
    word: str
    assessment: Assessment | None
    sections: list[Section]
    others: list[EntryView]
    line: list[Point]

    @property
    def subject_id(self) -> int:
        return self.who.subject_id

    @property
    def live(self) -> bool:
        """Whether this is what would come out now, not a stored result."""
        return self.run is None

    @property
    def score(self) -> Decimal | None:
        return self.assessment.points if self.assessment and not self._out else None

    @property
    def _out(self) -> bool:
        return self.word not in ("", "missing", "exempt")

    @property
    def why(self) -> Text:
        """Why there is no score."""
        return WORDS.get(self.word, WORDS["absent"])

    @property
    def grade(self) -> Grade | None:
        return (
            self.scheme.grade(self.assessment.grade or "")
            if self.assessment and self.score is not None
            else None
        )

    @property
    def band(self) -> Text | None:
        """The grade's band in words: from where it starts, and where the next one does."""
        return band_of(self.scheme, self.grade) if self.grade else None

    @property
    def before(self) -> Point | None:
        """The last earlier period with a score."""
        return next((point for point in reversed(self.line[:-1]) if point.score is not None), None)

    @property
    def change(self) -> Decimal | None:
        before = self.before
        return (
            None
            if before is None or before.score is None or self.score is None
            else self.score - before.score
        )

    @cached_property
    def told(self) -> list[Told]:
        return tell(self.scheme, self.assessment) if self.assessment else []

    @cached_property
    def base(self) -> Fraction:
        """Where the sum starts: what the leaves start with, or the whole where its points are its own."""
        leaves = sum((line.base for line in self._leaves()), Fraction(0))
        root = self.root
        own = root is not None and root.points == root.base + sum(self.moves, Fraction(0))
        return root.base if root is not None and own else leaves

    @cached_property
    def moves(self) -> list[Fraction]:
        """What moved the whole: clauses one by one, or part by part where that would be many."""
        single = [move for section in self.sections for move in section.moves]
        root = self.root
        outer = [each for each in (root.raised, root.cut) if each] if root and self.scheme.root.parts else []
        if len(single) <= 8:
            return single + outer
        return [sum(section.moves, Fraction(0)) for section in self.sections if section.moves] + outer

    @cached_property
    def root(self) -> PartLine | None:
        if not self.assessment or not self.assessment.parts:
            return None
        return next(iter(self._lines.values()))

    @property
    def adds_up(self) -> bool:
        """Whether the moves make the exact score."""
        root = self.root
        return (
            root is not None
            and root.points is not None
            and self.base + sum(self.moves, Fraction(0)) == root.points
        )

    @cached_property
    def _lines(self) -> dict[str, PartLine]:
        return {line.code: line for line in self.assessment.part_lines()} if self.assessment else {}

    def _leaves(self) -> Iterator[PartLine]:
        leaves = {part.code for part in self.scheme.root.walk() if not part.parts}
        return (line for line in self._lines.values() if line.code in leaves)

    @cached_property
    def dimensions(self) -> list[dict[str, Any]]:
        """The parts below the root with score, points and change, for bars."""
        rows = []
        for part in self._dimension_parts():
            line = self._lines.get(part.code)
            if line is None or (part.points is None and not line.points):
                continue
            of = part.points or part.ceiling or _highest(part)
            if not of and not line.points:
                continue
            rows.append(
                {
                    "code": part.code,
                    "title": part.title,
                    "score": line.points,
                    "of": of if of is not None else abs(line.points or 0),
                    "delta": line.points - line.base
                    if line.points is not None and line.points != line.base and not _highest(part)
                    else None,
                    "outside": not of,
                }
            )
        return rows

    def _dimension_parts(self) -> list[Part]:
        """The parts below the root; of a weighted mean the values that it is the mean of."""
        found: list[Part] = []
        for part in self.scheme.root.parts or (self.scheme.root,):
            mean = part.points is None and isinstance(part.combine, WeightedMean)
            found += part.parts if mean and part.parts else (part,)
        return found

    @property
    def untouched(self) -> list[Text]:
        """The parts in which nothing was recorded and that are whole."""
        moved = {section.part.code for section in self.sections if section.moves}
        return [
            part.title
            for part in self.scheme.root.parts
            if part.points and part.code not in moved and not part.parts
        ]

    def steps(self) -> list[tuple[StepLine, Text]]:
        """Every step of the computing with its sentence, in the order of the document."""
        if self.assessment is None:
            return []
        order = {part.code: number for number, part in enumerate(self.scheme.root.walk())}
        lines = sorted(
            self.assessment.step_lines(), key=lambda line: (line.kind == "round", order.get(line.part, 0))
        )
        return [(line, say_line(self.scheme, line)) for line in lines]

    @property
    def left_out(self) -> list[Text]:
        """What was left out for want of a value: items, and roles of raters."""
        return [] if self.assessment is None else say_left_out(self.scheme, self.assessment.left_out)

    @property
    def missing(self) -> list[Text]:
        """What is missing, by name."""
        if self.assessment is None:
            return []
        found = []
        for code in self.assessment.missing:
            part = self.scheme.part(code) if isinstance(code, str) else None
            held = self.scheme.find(code) if isinstance(code, int) else None
            title = part.title if part else held.title if held else None
            if title and title not in found and title != self.scheme.root.title:
                found.append(title)
        return found


def _highest(part: Part) -> Decimal | None:
    """The highest value of a part that holds one rated or entered value; None for any other."""
    rule = part.clauses[0].rule if len(part.clauses) == 1 and not part.points else None
    return rule.high if isinstance(rule, Rating | Mark) else None


def band_of(scheme: Scheme, grade: Grade) -> Text:
    """A grade's band: 95 分起，98 分起为优秀."""
    codes = [one.code for one in scheme.grades]
    place = codes.index(grade.code)
    above = scheme.grades[place - 1] if place else None
    if grade.lower is None:
        lowest = above.lower if above and above.lower is not None else None
        return (
            Text(f"低于 {plain(lowest)} 分", f"below {plain(lowest)}") if lowest is not None else Text("", "")
        )
    zh, en = f"{plain(grade.lower)} 分起", f"from {plain(grade.lower)}"
    if above is not None and above.lower is not None:
        zh, en = (
            f"{zh}，{plain(above.lower)} 分起为{above.title.zh}",
            f"{en}; {above.title.en} from {plain(above.lower)}",
        )
    return Text(zh, en)


def say_line(scheme: Scheme, line: StepLine) -> Text:
    """A step in a sentence, in both languages."""
    return Text(say_step(scheme, line, "zh"), say_step(scheme, line, "en"))
