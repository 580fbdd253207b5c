"""What the pages of ratings list: one's own sheets, one sheet with its values, how far each role is, who rates whom.

A rater sees the own values only; an administrator sees who has not finished and the means, never what one rater gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.db import TenantSession
from kaohe.entries.subjects import member_on
from kaohe.people.models import Membership, Person, Unit
from kaohe.periods.models import Period
from kaohe.plugins import RatedBy, Registry
from kaohe.ratings.models import Rating, RatingAssignment, RatingMove, RatingRound
from kaohe.ratings.planning import opens_at, rated_clauses, subjects_of
from kaohe.ratings.reminding import given_in, progress
from kaohe.scheme import Clause, Scheme, Text
from kaohe.scheme import Rating as RatingRule


@dataclass(frozen=True)
class Here:
    """A round with everything that its pages need."""

    round: RatingRound
    period: Period
    scheme: Scheme
    rated: RatedBy | None
    clauses: list[Clause]

    @property
    def title(self) -> Text:
        """The name of the role."""
        for clause in self.clauses:
            assert isinstance(clause.rule, RatingRule)
            for rater in clause.rule.raters:
                if rater.code == self.round.role:
                    return rater.title
        return Text("评分", "Ratings")

    def state(self, now: datetime) -> str:
        """soon, open, over."""
        if now > self.round.due_at:
            return "over"
        return "soon" if self.rated is not None and now < opens_at(self.rated, self.round) else "open"


@dataclass
class Somebody:
    """Somebody on a page: name, number, unit."""

    id: int
    name: str
    number: str
    unit: str = ""
    unit_path: str = ""
    position: str = ""


@dataclass
class Standing:
    """How far a round is: each rater with what is wanted and given."""

    here: Here
    raters: list[tuple[Somebody, int, int]] = field(default_factory=list)
    moves: list[tuple[RatingMove, str]] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        return sum(wanted for _, wanted, _given in self.raters)

    @property
    def given(self) -> int:
        return sum(given for _, _wanted, given in self.raters)

    @property
    def missing(self) -> list[tuple[Somebody, int, int]]:
        """The raters who have not finished."""
        return [one for one in self.raters if one[2] < one[1]]


def here_of(session: TenantSession, registry: Registry, round_: RatingRound) -> Here:
    """A round with its period, scheme, rule and clauses."""
    period = session.need(Period, round_.period_id)
    scheme = adoption.scheme_of(session, period.revision_id)
    code = session.need(Adoption, period.adoption_id).scheme_code
    rated = next((one for one in registry.raters_of(code) if one.role == round_.role), None)
    return Here(round_, period, scheme, rated, rated_clauses(scheme, round_.role))


def my_rounds(
    session: TenantSession, registry: Registry, rater_id: int, limit: int = 24
) -> list[tuple[Here, int, int]]:
    """The rounds in which somebody rates, the latest first, with how many values are wanted and given."""
    rows = session.execute(
        select(RatingAssignment.round_id, func.count())
        .where(RatingAssignment.rater_id == rater_id, RatingAssignment.ended_at.is_(None))
        .group_by(RatingAssignment.round_id)
    ).all()
    wanted: dict[int, int] = {row[0]: row[1] for row in rows}
    if not wanted:
        return []
    query = (
        select(RatingRound).where(RatingRound.id.in_(wanted)).order_by(RatingRound.due_at.desc()).limit(limit)
    )
    rounds = session.scalars(query).all()
    given = given_in(session, [one.id for one in rounds], rater_id)
    found = [here_of(session, registry, one) for one in rounds]
    return [(here, wanted[here.round.id] * len(here.clauses), given.get(here.round.id, 0)) for here in found]


def rated_by(session: TenantSession, here: Here, rater_id: int) -> list[Somebody]:
    """Whom somebody rates in a round, by unit and number."""
    ids = session.scalars(
        select(RatingAssignment.subject_id).where(
            RatingAssignment.round_id == here.round.id,
            RatingAssignment.rater_id == rater_id,
            RatingAssignment.ended_at.is_(None),
        )
    ).all()
    return people_of(session, here.period, ids)


def people_of(session: TenantSession, period: Period, ids: Sequence[int]) -> list[Somebody]:
    """Persons with their unit at the end of the period, by unit and number."""
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(ids), 500):
        query = (
            select(Person.id, Person.name, Person.number, Unit.name, Unit.path, Membership.position)
            .outerjoin(Membership, and_(Membership.person_id == Person.id, member_on(period.ends_on)))
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(Person.id.in_(ids[start : start + 500]))
        )
        found += session.execute(query).all()
    found.sort(key=lambda row: (row[4] or "", row[2]))
    return [Somebody(row[0], row[1], row[2], row[3] or "", row[4] or "", row[5] or "") for row in found]


def rounds_of(session: TenantSession, registry: Registry, period: Period) -> list[Standing]:
    """Every role of a period with how far each rater is."""
    found = []
    query = (
        select(RatingRound)
        .where(RatingRound.period_id == period.id)
        .order_by(RatingRound.due_at, RatingRound.id)
    )
    for round_ in session.scalars(query).all():
        here = here_of(session, registry, round_)
        told = progress(session, round_, len(here.clauses))
        persons = {one.id: one for one in people_of(session, period, [rater for rater, _, _ in told])}
        moves = session.execute(
            select(RatingMove, Person.name)
            .join(Person, Person.id == RatingMove.moved_by)
            .where(RatingMove.round_id == round_.id)
            .order_by(RatingMove.at.desc())
        ).all()
        raters = [(persons[rater], wanted, given) for rater, wanted, given in told if rater in persons]
        raters.sort(key=lambda one: (one[2] >= one[1], one[0].number))
        found.append(Standing(here, raters, [(move, name) for move, name in moves]))
    return found


@dataclass
class Assigned:
    """Somebody who is rated, with the raters: assignment, person, how many values were given."""

    person: Somebody
    raters: list[tuple[RatingAssignment, str, int]] = field(default_factory=list)


def assignments(
    session: TenantSession, here: Here, *, search: str = "", unit_path: str = "", lacking: bool = False
) -> list[Assigned]:
    """Everybody who takes part, or was assigned, with the raters of the round."""
    rows = session.execute(
        select(RatingAssignment, Person.name)
        .join(Person, Person.id == RatingAssignment.rater_id)
        .where(RatingAssignment.round_id == here.round.id, RatingAssignment.ended_at.is_(None))
        .order_by(Person.number)
    ).all()
    given = _given(session, here.round)
    raters: dict[int, list[tuple[RatingAssignment, str, int]]] = defaultdict(list)
    for assignment, name in rows:
        number = given.get((assignment.rater_id, assignment.subject_id), 0)
        raters[assignment.subject_id].append((assignment, name, number))
    ids = sorted({*raters, *subjects_of(session, here.period)})
    return [
        Assigned(person, raters.get(person.id, []))
        for person in people_of(session, here.period, ids)
        if person.unit_path.startswith(unit_path)
        and (not search or search in person.name or search in person.number or search in person.unit)
        and not (lacking and raters.get(person.id))
    ]


def _given(session: TenantSession, round_: RatingRound) -> Mapping[tuple[int, int], int]:
    rows = session.execute(
        select(Rating.rater_id, Rating.subject_id, func.count())
        .where(Rating.round_id == round_.id, Rating.replaced_by.is_(None))
        .group_by(Rating.rater_id, Rating.subject_id)
    )
    return {(rater, subject): number for rater, subject, number in rows}
