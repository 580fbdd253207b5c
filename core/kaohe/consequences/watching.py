"""Who is near what: those whose last results match a condition over several periods, but not often enough yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.consequences.counted import counts_of, stored_rows
from kaohe.consequences.history import clauses_of, histories, looks_back, now_of, reaches
from kaohe.db import TenantSession
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.results.closing import standing_run
from kaohe.results.lines import STORED
from kaohe.scheme import Text, watches
from kaohe.scheme.consequences import Watch

MANY = 400


@dataclass(frozen=True)
class Watched:
    """Somebody and a consequence: how many periods match so far, of how many; what they said."""

    subject_id: int
    number: str
    name: str
    unit: str
    consequence: Text
    matched: int
    needed: int
    reasons: tuple[tuple[str, str, Text], ...]

    @property
    def left(self) -> int:
        """How many periods more."""
        return self.needed - self.matched


def last_periods(session: TenantSession) -> list[Period]:
    """The last period with results of each scheme whose consequences look back."""
    found: dict[int, Period] = {}
    query = select(Period).where(Period.state.in_(STORED)).order_by(Period.starts_on)
    for period in session.scalars(query):
        found[period.adoption_id] = period
    return [
        period
        for period in found.values()
        if looks_back(adoption.scheme_of(session, period.revision_id))
        and standing_run(session, period) is not None
    ]


def watch(session: TenantSession, period: Period) -> list[Watched]:
    """Who was how near to a consequence at a period's end, the nearest first."""
    scheme = adoption.scheme_of(session, period.revision_id)
    rows = stored_rows(session, period)
    counted = sorted({clause for one in scheme.consequences for clause in clauses_of(one)})
    counts = counts_of(session, [period.id], counted).get(period.id, {})
    current = list(now_of(period, scheme, rows, counts))
    far = reaches(scheme, rows, current)
    near = {
        row.subject_id: (row, past) for row, past in zip(rows, current, strict=True) if row.subject_id in far
    }
    before = histories(session, period, scheme, far, counted)
    who = _who(session, list(near), {row.unit_id for row, _past in near.values()})
    found = []
    for subject, (row, past) in near.items():
        history = [*before.get(subject, ()), past]
        for one in _nearest(watches(scheme, history)):
            number, name = who[0].get(subject, ("", who[1].get(subject, "")))
            found.append(
                Watched(
                    subject,
                    number,
                    name,
                    who[1].get(row.unit_id, ""),
                    one.consequence.title,
                    one.matched,
                    one.needed,
                    (),
                )
            )
    return sorted(found, key=lambda one: (one.left, one.number, one.consequence.zh))


def _nearest(found: list[Watch]) -> list[Watch]:
    """Of several ways to one consequence, the nearest."""
    best: dict[str, Watch] = {}
    for one in found:
        held = best.get(one.consequence.code)
        if held is None or one.needed - one.matched < held.needed - held.matched:
            best[one.consequence.code] = one
    return list(best.values())


def _who(
    session: TenantSession, subjects: list[int], units: set[int]
) -> tuple[dict[int, tuple[str, str]], dict[int, str]]:
    people: dict[int, tuple[str, str]] = {}
    names: dict[int, str] = {}
    for start in range(0, len(subjects), MANY):
        some = subjects[start : start + MANY]
        for row in session.execute(select(Person.id, Person.number, Person.name).where(Person.id.in_(some))):
            people[row[0]] = (row[1], row[2])
        for found in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(some))):
            names[found[0]] = found[1]
    names |= {
        row[0]: row[1]
        for row in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(sorted(units))))
    }
    return people, names
