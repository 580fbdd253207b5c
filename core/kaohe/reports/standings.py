"""Results within a report's limits: the league of a period, scores over several, one subject's steps and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kaohe.db import from_scaled
from kaohe.periods.models import Period
from kaohe.reports.rows import (
    PersonRow,
    ResultRow,
    Score,
)
from kaohe.reports.scope import Scope
from kaohe.results import service as results
from kaohe.results.league_lines import League, Line
from kaohe.results.models import Result, Run
from kaohe.scheme import Assessment, Text


@dataclass
class Standings(Scope):
    """What a report reads of results."""

    def people(self, period: Period | None = None) -> dict[int, PersonRow]:
        """Who is in the list of a period (the one in view), by id, in the order of the league."""
        return {
            line.subject_id: PersonRow(line.subject_id, line.number, line.name, line.unit_id, line.unit)
            for line in self._lines(period)
        }

    def results(self, period: Period | None = None, *, parts: bool = False) -> list[ResultRow]:
        """The league of a period within the limits, ranked first; `parts` also reads the points of each part."""
        period = period or self.period
        if period is None:
            return []
        found = results.league(self.session, period)
        lines = self._lines(period)
        held = (
            results.details(self.session, period, found, [line.subject_id for line in lines]) if parts else {}
        )
        return [self._row(found, line, held.get(line.subject_id)) for line in lines]

    def _lines(self, period: Period | None) -> list[Line]:
        period = period or self.period
        if period is None or period.state == "planned":
            return []
        only = self.chosen_person.id if self.chosen_person else None
        return [
            line
            for line in results.league(self.session, period).lines
            if line.unit_id in self._seen and (only is None or line.subject_id == only)
        ]

    def _row(self, found: League, line: Line, assessment: Assessment | None) -> ResultRow:
        grade = found.scheme.grade(line.grade or "")
        parts = {part.code: _decimal(part.points) for part in assessment.part_lines()} if assessment else {}
        previous = None if line.previous is None else from_scaled(line.previous, 2)
        return ResultRow(
            line.subject_id,
            line.number,
            line.name,
            line.unit_id,
            line.unit,
            line.points,
            line.grade,
            grade.title if grade else None,
            line.word,
            line.rank_all,
            line.tied_all,
            line.rank_unit,
            line.tied_unit,
            found.live,
            previous,
            parts,
        )

    def results_over(self, wanted: Sequence[Period]) -> list[Score]:
        """The stored scores of several periods in one query."""
        query = (
            select(Result.subject_id, Result.unit_id, Result.period_id, Result.score, Result.rank_all)
            .join(Run, Run.id == Result.run_id)
            .where(Result.period_id.in_([one.id for one in wanted]), Run.standing.is_(True))
        )
        if not self._everything:
            query = query.where(Result.unit_id.in_(self._seen))
        if self.chosen_person is not None:
            query = query.where(Result.subject_id == self.chosen_person.id)
        return [Score(*row) for row in self.session.execute(query)]

    def steps(self, subject_id: int, period: Period | None = None) -> Assessment | None:
        """The assessment of one subject within the limits, for explaining it."""
        period = period or self.period
        if period is None or all(line.subject_id != subject_id for line in self._lines(period)):
            return None
        found = results.league(self.session, period)
        return results.details(self.session, period, found, [subject_id]).get(subject_id)

    def line(self, subject_id: int, months: int = 12) -> list[tuple[Text, Decimal | None]]:
        """A subject's scores up to the period in view, with those taken over from before."""
        rows = [line for line in self._lines(None) if line.subject_id == subject_id]
        if self.period is None or not rows:
            return []
        states = ("closed", "published", "final")
        points = results.line_of(
            self.session, self.period, subject_id, rows[0].points, most=months, states=states
        )
        return [(point.title, point.score) for point in points]


def _decimal(points: Any) -> Decimal | None:
    """Points of a part to two decimals (exact where they are)."""
    if points is None:
        return None
    return round(Decimal(points.numerator) / Decimal(points.denominator), 2)
