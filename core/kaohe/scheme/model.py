"""The scheme: one assessment as data, with everything that forms, results and reports are derived from."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from kaohe.scheme.conditions import Consequence
from kaohe.scheme.doubts import Doubt, Settlement
from kaohe.scheme.rules import Take
from kaohe.scheme.text import NO_TEXT, POINTS, Citation, Source, Text
from kaohe.scheme.tree import Clause, Item, Part


@dataclass(frozen=True, slots=True)
class Cycle:
    """The rhythm of periods: a kind, and the day its first period of a year starts on."""

    kind: Literal["month", "quarter", "half", "year", "custom"]
    start_month: int = 1
    start_day: int = 1
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """A named band of the score: `lower` is included; None takes everything below the others."""

    code: str
    title: Text
    lower: Decimal | None = None
    cite: Citation | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class WorstPart:
    """A part below `share` (0 to 1) of its points caps the grade at `grade`."""

    share: Decimal
    grade: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """Whether subjects are ranked, by what beyond the score (codes of parts), and among which others.

    `within`: "unit", the code of a fact each of whose values is ranked apart, or "" (only all together). `setting`: a
    setting of the scheme whose value says it instead, with "all" for "".
    """

    ranked: bool = True
    higher_is_better: bool = True
    tie_breaks: tuple[str, ...] = ()
    within: str = "unit"
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A class of a forced distribution and its percentage."""

    code: str
    title: Text
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Distribution:
    """Forced distribution by rank; head-counts by largest remainder, equal remainders left to a human."""

    shares: tuple[Share, ...]
    cite: Citation | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounding of the score, once, at the end: half up to `decimals` (2 at most)."""

    decimals: int = 2


@dataclass(frozen=True, slots=True)
class FactValue:
    """A value of a fact: its code, name, and the amount that hangs on it, if any."""

    code: str
    title: Text
    amount_fen: int | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated attribute of a subject that the scheme reads or an effect changes.

    `level`: whole numbers `low` to `high`. `choice`: one of `values`; where a subject holds several, the one
    with the highest amount counts. `money`: an amount in fen.
    """

    code: str
    title: Text
    kind: Literal["level", "choice", "money", "text", "number"] = "text"
    values: tuple[FactValue, ...] = ()
    low: int | None = None
    high: int | None = None
    several: bool = False
    ours: bool = False
    cite: Citation | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured figure without points, on a person, a unit or the tenant, kept in the same storage.

    `unit`: its unit of measure. `take`: how several values of a period become one. `by_admin`: only the
    tenant's admin records it.
    """

    id: int
    code: str
    title: Text
    on: Literal["person", "unit", "tenant"]
    unit: Text = NO_TEXT
    take: Take = "sum"
    low: Decimal | None = Decimal(0)
    high: Decimal | None = None
    decimals: int = 0
    by_admin: bool = False
    cite: Citation | None = None
    ours: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form generated from the scheme: clauses name the forms that show them.

    `round`: one subject, items to tick. `sheet`: one dated inspection; makes a group. `single`: one entry.
    `marks`: one value for each subject on a page. `ratings`: raters by role. `filing`, `evidence`, `case`.
    `fact`, `values`: the form is offered for subjects whose fact has one of the values.
    """

    code: str
    title: Text
    kind: Literal["round", "sheet", "single", "marks", "ratings", "filing", "evidence", "case"]
    labels: tuple[tuple[str, Text], ...] = ()
    fact: str = ""
    values: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A choice that reports or forms read, not the score: its value is one of `values` (code, name)."""

    code: str
    title: Text
    value: str
    values: tuple[tuple[str, Text], ...]
    ours: bool = True
    cite: Citation | None = None
    note: Text | None = None


class Found(NamedTuple):
    """What an id stands for: a clause or item with its part, or a measure."""

    id: int
    title: Text
    part: Part | None
    clause: Clause | None
    item: Item | None
    measure: Measure | None
    cite: Citation | None
    ours: bool


@dataclass(frozen=True, slots=True)
class Scheme:
    """The whole of one assessment; survives a JSON round trip unchanged."""

    code: str
    title: Text
    subject: Literal["person", "unit", "item"]
    cycle: Cycle
    root: Part
    grades: tuple[Grade, ...] = ()
    caps: tuple[WorstPart, ...] = ()
    ranking: Ranking = Ranking()
    distribution: Distribution | None = None
    consequences: tuple[Consequence, ...] = ()
    rounding: Rounding = Rounding()
    sources: tuple[Source, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    settled: tuple[Settlement, ...] = ()
    changed: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    measures: tuple[Measure, ...] = ()
    forms: tuple[Form, ...] = ()
    settings: tuple[Setting, ...] = ()
    contains: str = ""
    score_unit: Text = POINTS
    notes: tuple[Text, ...] = ()
    _index: dict[int, Found] | None = field(default=None, init=False, repr=False, compare=False, hash=False)

    def index(self) -> dict[int, Found]:
        """Every id of the scheme with what it stands for; built once."""
        if self._index is None:
            object.__setattr__(self, "_index", _index_of(self))
        assert self._index is not None
        return self._index

    def find(self, id: int) -> Found | None:
        """What the clause, item or measure id stands for; None when the scheme has no such id."""
        return self.index().get(id)

    def parts(self) -> list[Part]:
        """All parts in the order of the document, the root first."""
        return list(self.root.walk())

    def clauses(self) -> list[Clause]:
        """All clauses in the order of the document."""
        return [clause for part in self.root.walk() for clause in part.clauses]

    def part(self, code: str) -> Part | None:
        """The part of that code."""
        return next((part for part in self.root.walk() if part.code == code), None)

    def form(self, code: str) -> Form | None:
        """The form of that code."""
        return next((form for form in self.forms if form.code == code), None)

    def form_clauses(self, code: str) -> list[tuple[Part, tuple[Clause, ...]]]:
        """What the form shows: parts in order, each with its clauses that name the form."""
        found = []
        for part in self.root.walk():
            shown = tuple(clause for clause in part.clauses if code in clause.forms)
            if shown:
                found.append((part, shown))
        return found

    def open_doubts(self) -> list[Doubt]:
        """The doubts that nobody has settled yet."""
        done = {settlement.doubt for settlement in self.settled}
        return [doubt for doubt in self.doubts if doubt.code not in done]

    def setting(self, code: str) -> str | None:
        """The value of a setting; None when the scheme has no such setting."""
        return next((setting.value for setting in self.settings if setting.code == code), None)

    def fact(self, code: str) -> Fact | None:
        """The fact of that code."""
        return next((fact for fact in self.facts if fact.code == code), None)

    @property
    def ranked_within(self) -> str:
        """Among which others a rank counts: "unit", the code of a fact, or "" for all together."""
        chosen = self.setting(self.ranking.setting) if self.ranking.setting else None
        within = self.ranking.within if chosen is None else chosen
        return "" if within == "all" else within

    def grade(self, code: str) -> Grade | None:
        """The grade of that code."""
        return next((grade for grade in self.grades if grade.code == code), None)

    def __getstate__(self) -> Any:
        return [getattr(self, name) for name in self.__slots__ if name != "_index"]

    def __setstate__(self, state: Any) -> None:
        names = [name for name in self.__slots__ if name != "_index"]
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_index", None)


def _index_of(scheme: Scheme) -> dict[int, Found]:
    index: dict[int, Found] = {}
    for part in scheme.root.walk():
        for clause in part.clauses:
            index[clause.id] = Found(
                clause.id, clause.title, part, clause, None, None, clause.cite or part.cite, clause.ours
            )
            for item in clause.items:
                cite = item.cite or clause.cite or part.cite
                index[item.id] = Found(item.id, item.title, part, clause, item, None, cite, item.ours)
    for measure in scheme.measures:
        index[measure.id] = Found(
            measure.id, measure.title, None, None, None, measure, measure.cite, measure.ours
        )
    return index
