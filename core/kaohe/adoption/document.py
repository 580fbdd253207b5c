"""A revision's scheme as a document to read: sections with lines, marks, citations, and the doubts on top.

Decides what is marked 改 (the tenant's figure), 默 (our default) and 疑 (doubted), which number a doubt carries,
and that a figure still in doubt is shown as printed. Words of a source appear only where they are disputed.
Pure: knows no database and no web.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from kaohe.scheme import (
    Adjustable,
    Clause,
    Doubt,
    Item,
    Part,
    Scheme,
    Sum,
    Text,
    adjustables,
    money,
    plain,
    say_rule,
    signed,
)

OWN = "own"


@dataclass(frozen=True)
class Answered:
    """A doubt with its number in the document, its answer (None: open), and the figures it lets one enter."""

    number: int
    doubt: Doubt
    answer: Mapping[str, Any] | None
    figures: tuple[Adjustable, ...] = ()

    @property
    def open(self) -> bool:
        return self.answer is None

    @property
    def chosen(self) -> str:
        return self.answer["option"] if self.answer else ""

    def said(self) -> Text:
        """The answer in words: the option's title, or the figures entered."""
        if self.answer is None:
            return Text("待裁定", "open")
        for option in self.doubt.options:
            if option.code == self.chosen:
                return option.title
        values = [say_number(path, value) for path, value in (self.answer.get("values") or {}).items()]
        return Text(f"另定 {'、'.join(values)}", f"own figure: {', '.join(values)}")


@dataclass(frozen=True)
class Line:
    """One rule as the document shows it; `old` is what it was before the tenant's change or answer."""

    id: int
    title: Text
    effect: str
    old: str = ""
    printed: str = ""
    cite: str = ""
    changed: bool = False
    ours: bool = False
    doubts: tuple[Answered, ...] = ()
    note: Text | None = None
    groups: tuple[tuple[Text | None, tuple[Item, ...]], ...] = ()
    count: int = 0
    own_items: bool = False
    adjustable: bool = False

    @property
    def doubtful(self) -> bool:
        return any(one.open for one in self.doubts)


@dataclass(frozen=True)
class Section:
    """A part of the scheme that has clauses, with the titles of the parts around it."""

    part: Part
    above: tuple[Text, ...]
    lines: tuple[Line, ...]
    points: str
    old_points: str = ""
    changed: bool = False
    adjustable: bool = False

    @property
    def quiet(self) -> bool:
        """Nothing here was changed, doubted or set by us."""
        loud = any(line.changed or line.doubts or line.ours for line in self.lines)
        return not (loud or self.changed)


@dataclass(frozen=True)
class Document:
    """The whole: sections in order, doubts by number, and how many marks there are."""

    scheme: Scheme
    sections: tuple[Section, ...]
    doubts: tuple[Answered, ...]
    changed: int = 0
    ours: int = 0

    @property
    def base_points(self) -> Decimal | None:
        """What the whole starts from: its own points, or those of its parts where they are added up."""
        root = self.scheme.root
        if root.points is not None or not isinstance(root.combine, Sum):
            return root.points
        return sum((part.points or Decimal(0) for part in root.parts), Decimal(0))

    @property
    def open(self) -> list[Answered]:
        return [one for one in self.doubts if one.open]

    @property
    def answered(self) -> list[Answered]:
        return [one for one in self.doubts if not one.open]


def document(scheme: Scheme, base: Scheme, settled: Mapping[str, Any], language: str) -> Document:
    """The document of `scheme`, which came from `base` by the answers `settled`."""
    figures = adjustables(scheme)
    by_path = {one.path: one for one in figures}
    settleds = {settlement.doubt for settlement in scheme.settled}
    doubts = tuple(
        Answered(
            number,
            doubt,
            settled.get(doubt.code) if doubt.code in settleds else None,
            tuple(by_path[path] for path in doubt.figures if path in by_path),
        )
        for number, doubt in enumerate(scheme.doubts, 1)
    )
    writer = _Writer(scheme, base, doubts, language, figures)
    sections = tuple(writer.sections())
    lines = [line for section in sections for line in section.lines]
    return Document(
        scheme,
        sections,
        doubts,
        changed=len(scheme.changed),
        ours=sum(line.ours for line in lines),
    )


@dataclass
class _Writer:
    scheme: Scheme
    base: Scheme
    doubts: tuple[Answered, ...]
    language: str
    figures: list[Adjustable]
    changed_clauses: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.changed_clauses = {"/".join(path.split("/")[:2]) for path in self.scheme.changed}
        self.adjustable_clauses = {one.clause_id for one in self.figures if one.clause_id}
        self.adjustable_parts = {one.part for one in self.figures if one.clause_id is None}

    def sections(self) -> Iterable[Section]:
        yield from self._below(self.scheme.root, ())

    def _below(self, part: Part, above: tuple[Text, ...]) -> Iterable[Section]:
        if part.clauses:
            yield self._section(part, above)
        for child in part.parts:
            yield from self._below(child, above if part is self.scheme.root else (*above, part.title))

    def _section(self, part: Part, above: tuple[Text, ...]) -> Section:
        before = self.base.part(part.code)
        points = say_points(part, self.language)
        old = say_points(before, self.language) if before is not None else ""
        return Section(
            part,
            above,
            tuple(self._line(part, clause) for clause in part.clauses),
            points,
            old_points=old if old != points else "",
            changed=f"part/{part.code}" in self.changed_clauses,
            adjustable=part.code in self.adjustable_parts,
        )

    def _line(self, part: Part, clause: Clause) -> Line:
        effect = say_rule(clause, self.language)
        before = self.base.find(clause.id)
        old = (
            say_rule(before.clause, self.language) if before is not None and before.clause is not None else ""
        )
        doubts = tuple(one for one in self.doubts if clause.id in one.doubt.clauses)
        printed = next((one.doubt.printed for one in doubts if one.open and one.doubt.kind == "print"), "")
        cite = clause.cite or part.cite
        groups = tuple(
            (title, tuple(items)) for title, items in groupby(clause.items, key=lambda item: item.group)
        )
        return Line(
            clause.id,
            clause.title,
            effect,
            old=old if old != effect else "",
            printed=printed if len(printed) <= 12 else "",
            cite=cite.say(self.language) if cite else "",
            changed=f"clause/{clause.id}" in self.changed_clauses
            or any(f"item/{item.id}" in self.changed_clauses for item in clause.items),
            ours=clause.ours or part.ours,
            doubts=doubts,
            note=clause.note,
            groups=groups,
            count=len(clause.items),
            own_items=bool(clause.items) and all(item.ours for item in clause.items),
            adjustable=clause.id in self.adjustable_clauses,
        )


def say_points(part: Part, language: str) -> str:
    """A part's points and weight in words: 21 分, 权重 30, or that it comes on top."""
    zh = language == "zh"
    said = []
    if part.points:
        said.append(f"{plain(part.points)} {'分' if zh else 'points'}")
    if part.weight is not None:
        said.append(f"{'权重' if zh else 'weight'} {plain(part.weight)}")
    if not said:
        said.append("另计" if zh else "on top")
    if part.ceiling is None and part.points and part.clauses:
        said.append("不封顶" if zh else "no ceiling")
    elif part.ceiling is not None and part.points is not None and part.ceiling > part.points:
        said.append(f"{'封顶' if zh else 'ceiling'} {plain(part.ceiling)}")
    return " · ".join(said)


def is_money(path: str) -> bool:
    """Whether the figure is an amount in fen, shown and entered in yuan."""
    return path.endswith("_fen")


def say_number(path: str, value: Any) -> str:
    """A figure as it is shown: −0.5, ¥200.00, 85; None is no limit."""
    if value is None:
        return "—"
    exact = Decimal(value)
    if is_money(path):
        return money(int(exact))
    return signed(exact) if exact < 0 else plain(exact)
