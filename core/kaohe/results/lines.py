"""Scores over time: a person's line of months, and many people's sparklines, each in few queries.

Decides that only what stands counts, that results taken over from before Kaohe belong to the line, and that what
is not published yet is left out unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kaohe.adoption.models import Adoption
from kaohe.db import TenantSession
from kaohe.people.models import EarlierResult
from kaohe.periods.models import Period
from kaohe.results.models import Result, Run
from kaohe.scheme import Text

PUBLIC = ("published", "final")
STORED = ("closed", *PUBLIC)
MONTHS = 12


@dataclass(frozen=True)
class Point:
    """One period of a line: its title, first day, and score (None: no result)."""

    title: Text
    short: Text
    starts_on: date
    score: Decimal | None
    period_id: int | None


def periods_before(
    session: TenantSession, period: Period, *, most: int = MONTHS, states: Collection[str] = PUBLIC
) -> list[Period]:
    """The periods of the same scheme before this one that are in one of the states, oldest first."""
    found = session.scalars(
        select(Period)
        .where(
            Period.adoption_id == period.adoption_id,
            Period.starts_on < period.starts_on,
            Period.state.in_(states),
        )
        .order_by(Period.starts_on.desc())
        .limit(most)
    )
    return list(found)[::-1]


def stored_scores(
    session: TenantSession, period_ids: Collection[int], subject_ids: Collection[int]
) -> dict[int, dict[int, Decimal | None]]:
    """The standing scores by subject and period."""
    found: dict[int, dict[int, Decimal | None]] = {}
    if not period_ids or not subject_ids:
        return found
    standing = select(Run.id).where(Run.period_id.in_(period_ids), Run.standing.is_(True))
    rows = session.execute(
        select(Result.subject_id, Result.period_id, Result.score).where(
            Result.run_id.in_(session.scalars(standing).all()), Result.subject_id.in_(subject_ids)
        )
    )
    for subject, period, score in rows:
        found.setdefault(subject, {})[period] = score
    return found


def earlier_results(
    session: TenantSession, period: Period, subject_ids: Collection[int], *, since: date | None = None
) -> dict[int, list[EarlierResult]]:
    """What was taken over from before, of these subjects, by subject, oldest first."""
    code = session.scalar(select(Adoption.scheme_code).where(Adoption.id == period.adoption_id))
    query = (
        select(EarlierResult)
        .where(
            EarlierResult.person_id.in_(subject_ids),
            EarlierResult.scheme_code == code,
            EarlierResult.ends_on < period.starts_on,
        )
        .order_by(EarlierResult.starts_on)
    )
    found: dict[int, list[EarlierResult]] = {}
    for row in session.scalars(query if since is None else query.where(EarlierResult.starts_on >= since)):
        found.setdefault(row.person_id, []).append(row)
    return found


def short_title(starts_on: date) -> Text:
    """A month on an axis: 9月, Sep."""
    return Text(f"{starts_on.month}月", starts_on.strftime("%b"))


def line_of(
    session: TenantSession,
    period: Period,
    subject_id: int,
    now: Decimal | None,
    *,
    most: int = MONTHS,
    states: Collection[str] = PUBLIC,
) -> list[Point]:
    """A subject's last periods up to this one, whose score is `now`; what was taken over comes first."""
    return lines_of(session, period, {subject_id: now}, most=most, states=states)[subject_id]


def lines_of(
    session: TenantSession,
    period: Period,
    now: dict[int, Decimal | None],
    *,
    most: int = MONTHS,
    states: Collection[str] = PUBLIC,
) -> dict[int, list[Point]]:
    """The lines of several subjects in three queries, whatever their number."""
    before = periods_before(session, period, most=most - 1, states=states)
    scores = stored_scores(session, [one.id for one in before], list(now))
    earlier = earlier_results(session, period, list(now)) if len(before) < most - 1 else {}
    first = before[0].starts_on if before else period.starts_on
    lines = {}
    for subject, score in now.items():
        taken = [
            Point(
                Text(f"{row.starts_on:%Y-%m}", f"{row.starts_on:%Y-%m}"),
                short_title(row.starts_on),
                row.starts_on,
                row.score,
                None,
            )
            for row in earlier.get(subject, ())
            if row.ends_on < first
        ]
        held = scores.get(subject, {})
        stored = [_point(one, held.get(one.id)) for one in before]
        lines[subject] = [*taken, *stored, _point(period, score)][-most:]
    return lines


def _point(period: Period, score: Decimal | None) -> Point:
    title = Text(period.title_zh, period.title_en)
    return Point(title, short_title(period.starts_on), period.starts_on, score, period.id)


def mean(points: Sequence[Point]) -> Decimal | None:
    """The mean of a line's scores to two decimals, without the missing ones; None when there is none."""
    known = [point.score for point in points if point.score is not None]
    return round(sum(known, Decimal(0)) / len(known), 2) if known else None
