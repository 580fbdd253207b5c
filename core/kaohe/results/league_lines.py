"""Who stands where in a league: lines made of computed rows and names, in the order of ranks."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, select, type_coerce

from kaohe.db import TenantSession, from_scaled
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.people.pinyin import initials as initials_of
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.computing import Row
from kaohe.results.models import Result, Run
from kaohe.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Line:
    """One subject in a league; scores in hundredths; `word` says why there is no rank.

    `unit_id` and `unit_path`: where it lies, of a unit itself; `unit`: the name of a person's unit, of a unit that of the
    one above; `group`: the group within which it is ranked: the id of a unit, or the value of a fact.
    """

    subject_id: int
    unit_id: int
    number: str
    name: str
    initials: str
    unit: str
    unit_path: str
    unit_place: int
    word: str
    score: int | None
    grade: str | None
    rank_all: int | None
    tied_all: int | None
    rank_unit: int | None
    tied_unit: int | None
    previous: int | None
    group: str = ""

    @property
    def points(self) -> Decimal | None:
        return None if self.score is None else from_scaled(self.score, 2)

    @property
    def delta(self) -> int | None:
        """Against the period before, in hundredths."""
        return None if self.score is None or self.previous is None else self.score - self.previous

    @property
    def change(self) -> Decimal | None:
        return None if self.delta is None else from_scaled(self.delta, 2)


@dataclass(slots=True)
class League:
    """Everybody of a period in the order of ranks, those without one behind; `before` is the period compared with."""

    period_id: int
    scheme: Scheme
    live: bool
    run_id: int | None
    lines: list[Line]
    before: Period | None
    by_subject: dict[int, Line] = field(default_factory=dict)
    group_sizes: dict[str, int] = field(default_factory=dict)
    ranked: int = 0
    memory: OrderedDict[Any, Any] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.by_subject = {line.subject_id: line for line in self.lines}
        for line in self.lines:
            if line.rank_unit is not None:
                self.group_sizes[line.group] = self.group_sizes.get(line.group, 0) + 1
        self.ranked = sum(line.rank_all is not None for line in self.lines)

    def remembered(self, key: Any, make: Any) -> Any:
        """What `make` gives, kept with this league under `key`; the last few are kept."""
        if key not in self.memory:
            self.memory[key] = make()
            while len(self.memory) > 32:
                self.memory.popitem(last=False)
        return self.memory[key]


def made(
    session: TenantSession, period: Period, scheme: Scheme, rows: dict[int, Row], run: Run | None
) -> League:
    """The league of computed rows: with names, units, and the scores of the period before."""
    units = {unit.id: (place, unit) for place, unit in enumerate(people.units(session))}
    named: dict[int, tuple[str, str, str]] = {}
    if scheme.subject == "person":
        columns = (Person.id, Person.number, Person.name, Person.initials)
        named = {row[0]: (row[1], row[2], row[3]) for row in session.execute(select(*columns))}
    else:
        named = {
            ident: (unit.code or "", unit.name, initials_of(unit.name)) for ident, (_, unit) in units.items()
        }
    before = periods.previous(session, period)
    previous = _scores(session, before) if before is not None else {}
    lines = []
    for row in rows.values():
        place, unit = units[row.unit_id]
        above = units[unit.parent_id][1] if row.subject_id == unit.id and unit.parent_id else unit
        group = str(above.id) if row.among is None else row.among
        number, name, initials = named.get(row.subject_id, ("", "", ""))
        ranks = (row.rank_all, row.tied_all, row.rank_unit, row.tied_unit)
        lines.append(
            Line(
                row.subject_id,
                row.unit_id,
                number,
                name,
                initials,
                above.name,
                unit.path,
                place,
                row.word,
                row.score,
                row.grade,
                *ranks,
                previous.get(row.subject_id),
                group,
            )
        )
    lines.sort(key=by_rank)
    return League(
        period.id, scheme, run is None, run.id if run else None, lines, before if previous else None
    )


def by_rank(line: Line) -> tuple[Any, ...]:
    """The order of ranks; those without one behind, then by unit and number."""
    return (line.rank_all is None, line.rank_all or 0, line.unit_place, line.number)


def _scores(session: TenantSession, period: Period) -> dict[int, int | None]:
    if period.state in ("planned", "open"):
        return {}
    score: Any = type_coerce(Result.score, BigInteger)
    query = (
        select(Result.subject_id, score)
        .join(Run, Run.id == Result.run_id)
        .where(Run.period_id == period.id, Run.standing.is_(True))
    )
    return dict(session.execute(query).all())
