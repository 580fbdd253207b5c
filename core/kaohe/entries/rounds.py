"""One page of a round put together: the people, the dimensions with their items, what was missed, the score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import request

from kaohe.adoption import service as adoption
from kaohe.entries import refusals, scene, score, sheets, typed
from kaohe.errors import NotFound, Refusal
from kaohe.pages.current import current
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.scheme import Form, Inputs, Scheme, Text, asked, assess

KINDS = ("round", "sheet")


@dataclass(frozen=True)
class Line:
    """One item of the round: what it costs, whether it was missed here or before."""

    id: int
    title: Text
    points: Decimal
    mark: sheets.Mark | None

    @property
    def hit(self) -> bool:
        return self.mark is not None and self.mark.here

    @property
    def before(self) -> bool:
        return self.mark is not None and not self.mark.here


@dataclass(frozen=True)
class Heading:
    """Items under one heading."""

    title: Text
    lines: tuple[Line, ...]

    @property
    def each(self) -> Decimal | None:
        """What every item costs, where it is the same."""
        costs = {line.points for line in self.lines}
        return costs.pop() if len(costs) == 1 else None


@dataclass(frozen=True)
class Tab:
    """A dimension of the round."""

    code: str
    title: Text
    headings: tuple[Heading, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for heading in self.headings for line in heading.lines]

    @property
    def moved(self) -> Decimal:
        return sum((line.points for line in self.lines if line.mark is not None), Decimal(0))


@dataclass(frozen=True)
class Round:
    """Everything that one page of the round shows."""

    scene: scene.Scene
    form: Form
    person: Person
    unit: Unit
    day: date
    members: list[sheets.Member]
    tabs: list[Tab]
    now: Decimal | None
    full: Decimal | None

    @property
    def at(self) -> int:
        return next((n for n, one in enumerate(self.members) if one.id == self.person.id), 0)

    @property
    def hits(self) -> list[Line]:
        return [line for tab in self.tabs for line in tab.lines if line.hit]

    @property
    def photos(self) -> int:
        return sum(line.mark.photos for line in self.hits if line.mark)

    def neighbour(self, step: int) -> sheets.Member | None:
        place = self.at + step
        return self.members[place] if 0 <= place < len(self.members) else None


def round_of(shown: scene.Scene, form: Form, person: Person) -> Round:
    """What one page of the round shows of a person on its day."""
    day = day_of(shown)
    unit = people.unit_on(current.session, person.id, day)
    if unit is None:
        raise refusals.NotHere(name=person.name, day=day.isoformat())
    members = sheets.members(
        current.session, actor=current.actor, period=shown.period, unit=unit, form=form.code, day=day
    )
    sheet = sheets.sheet_on(
        current.session,
        actor=current.actor,
        period=shown.period,
        subject_id=person.id,
        form=form.code,
        day=day,
    )
    marks = sheets.marks(current.session, shown.period, person.id, sheet, item_ids(shown.scheme, form))
    now = score.score_now(current.session, shown.period, person.id).points
    compiled = adoption.compiled_of(current.session, shown.period.revision_id)
    full = assess(compiled, {0: Inputs()})[0].points
    return Round(shown, form, person, unit, day, members, _tabs(shown.scheme, form, marks), now, full)


def _tabs(scheme: Scheme, form: Form, marks: dict[int, sheets.Mark]) -> list[Tab]:
    tabs = []
    for part, clauses in scheme.form_clauses(form.code):
        headings: dict[Text, list[Line]] = {}
        for clause in clauses:
            for item in clause.items or (None,):
                ident = clause.id if item is None else item.id
                if _asks(scheme, ident):
                    continue
                title = clause.title if item is None else item.title
                group = (None if item is None else item.group) or clause.group or clause.title
                points = (
                    getattr(clause.rule, "points", Decimal(0))
                    if item is None or item.points is None
                    else item.points
                )
                headings.setdefault(group, []).append(Line(ident, title, points, marks.get(ident)))
        tabs.append(
            Tab(
                part.code,
                part.title,
                tuple(Heading(title, tuple(lines)) for title, lines in headings.items()),
            )
        )
    return tabs


def _asks(scheme: Scheme, ident: int) -> bool:
    """Whether an entry needs a figure, so that a tap cannot record it."""
    wants = asked(scheme, ident)
    return wants.points is not None or wants.quantity is not None


def item_ids(scheme: Scheme, form: Form) -> list[int]:
    """The ids that a round can tick: items, and clauses without items."""
    return [
        clause.id if item is None else item.id
        for _part, clauses in scheme.form_clauses(form.code)
        for clause in clauses
        for item in clause.items or (None,)
    ]


def form_of(scheme: Scheme, code: str) -> Form:
    """The form of that code, if it is one for rounds; `NotFound` for anything else."""
    form = scheme.form(code)
    if form is None or form.kind not in KINDS:
        raise NotFound
    return form


def day_of(shown: scene.Scene) -> date:
    """The day of the round: today, the period's last day when it is over, or another one asked for."""
    usual = sheets.day_of(shown.period, current.today)
    asked_for = request.values.get("day")
    if not asked_for:
        return usual
    try:
        day = typed.day(asked_for, usual)
    except Refusal:
        return usual
    return day if shown.period.starts_on <= day <= usual else usual
