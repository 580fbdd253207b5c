"""Who has a result in a stretch of days, in which unit, and why somebody has none.

Decides that a person who changed units is one participant, in the unit of the last day; that somebody who left
before the last day, was on leave throughout, or was there fewer days than asked has no result. Days of absence
do not count. Three queries at most, whatever the number of people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from kaohe.db import TenantSession
from kaohe.people.models import Leave, Membership

FEW = 500


@dataclass(frozen=True)
class Participant:
    """One person of a stretch: `unit_id` on the last day (or the last one before leaving), `days` present.

    `word` says why there is no result: "" (there is one), "left", "leave" (away too long), "days" (too few).
    """

    person_id: int
    unit_id: int
    days: int
    word: str

    @property
    def takes_part(self) -> bool:
        return self.word == ""


Span = tuple[date, date]


def participants(
    session: TenantSession,
    *,
    starts_on: date,
    ends_on: date,
    minimum_days: int = 0,
    unit_ids: Collection[int] | None = None,
) -> list[Participant]:
    """Everybody who was in a unit within the stretch, by person; with `unit_ids` those whose last unit is one.

    At least one day of presence is needed for a result, whatever `minimum_days` says.
    """
    query = (
        select(Membership.person_id, Membership.unit_id, Membership.starts_on, Membership.ends_on)
        .where(
            Membership.starts_on <= ends_on,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= starts_on),
        )
        .order_by(Membership.person_id, Membership.starts_on)
    )
    if unit_ids is not None and len(unit_ids) <= FEW:
        inside = select(Membership.person_id).where(
            Membership.unit_id.in_(unit_ids),
            Membership.starts_on <= ends_on,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= starts_on),
        )
        query = query.where(Membership.person_id.in_(inside))
    held: dict[int, list[tuple[int, Span]]] = {}
    for person_id, unit_id, first, last in session.execute(query):
        held.setdefault(person_id, []).append(
            (unit_id, (max(first, starts_on), min(last or ends_on, ends_on)))
        )
    absent = _absences(session, starts_on, ends_on) if held else {}
    found = [
        _judge(person, spans, absent.get(person, ()), ends_on, minimum_days) for person, spans in held.items()
    ]
    return [one for one in found if unit_ids is None or one.unit_id in unit_ids]


def _absences(session: TenantSession, starts_on: date, ends_on: date) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    rows = session.execute(
        select(Leave.person_id, Leave.starts_on, Leave.ends_on).where(
            Leave.starts_on <= ends_on, or_(Leave.ends_on.is_(None), Leave.ends_on >= starts_on)
        )
    )
    for person_id, first, last in rows:
        found.setdefault(person_id, []).append((max(first, starts_on), min(last or ends_on, ends_on)))
    return found


def _judge(
    person_id: int, held: list[tuple[int, Span]], absent: Iterable[Span], last_day: date, minimum_days: int
) -> Participant:
    unit_id, last = held[-1]
    there = count_days([span for _, span in held])
    days = there - count_days([cut for span in (span for _, span in held) for cut in _common(span, absent)])
    needed = max(minimum_days, 1)
    word = ""
    if last[1] < last_day:
        word = "left"
    elif days < needed:
        word = "leave" if there >= needed else "days"
    return Participant(person_id, unit_id, days, word)


def _common(span: Span, others: Iterable[Span]) -> list[Span]:
    cuts = [(max(span[0], first), min(span[1], last)) for first, last in others]
    return [(first, last) for first, last in cuts if first <= last]


def count_days(spans: list[Span]) -> int:
    """How many days the spans cover, days covered twice counted once."""
    total, covered = 0, date.min
    for first, last in sorted(spans):
        first = max(first, covered + timedelta(days=1)) if covered > date.min else first
        if last >= first:
            total += (last - first).days + 1
        covered = max(covered, last)
    return total
