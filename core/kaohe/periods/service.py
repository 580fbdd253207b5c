"""Periods of an adopted scheme: planned by a rule, taken through their life, and the one in view.

What other features call stands here by name; rules, planning and the life of a period each have a module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, or_, select

from kaohe.adoption.models import Adoption
from kaohe.db import TenantSession, read_id
from kaohe.periods import answers as _answers  # registers itself
from kaohe.periods.life import (
    STARTED,
    STATE_WORDS,
    TRANSITIONS,
    history,
    open_period,
    opening_concerns,
    step,
)
from kaohe.periods.models import Period
from kaohe.periods.planning import (
    PlannedPeriod,
    create,
    edit_dates,
    in_force_from,
    periods_of,
    plan,
    planned_from,
    remove,
    title_of,
)
from kaohe.periods.rules import KINDS, Offsets, PeriodRule, Span, read_spans, spans_of

ANSWERS = _answers.Answers
__all__ = [
    "ANSWERS",
    "KINDS",
    "STARTED",
    "STATE_WORDS",
    "TRANSITIONS",
    "InView",
    "Offsets",
    "PeriodRule",
    "PlannedPeriod",
    "Span",
    "create",
    "current",
    "edit_dates",
    "history",
    "in_force_from",
    "in_view",
    "open_period",
    "opening_concerns",
    "periods_of",
    "plan",
    "planned_from",
    "previous",
    "read_spans",
    "remove",
    "spans_of",
    "step",
    "title_of",
]

SHOWN = 18
"""How many periods the switch at the top offers."""


@dataclass(frozen=True)
class InView:
    """The period that a page shows, and those one can switch to, the newest first (it is among them)."""

    period: Period | None
    others: list[Period]


def in_view(
    session: TenantSession, today: date, period_or_id: Period | int | None = None, asked: str | None = None
) -> InView:
    """The period a page is about: the address's, else the one asked for by id, else the current one.

    What cannot be read or is not there becomes the current one; it never raises.
    """
    query = (
        select(Period)
        .where(or_(Period.state != "planned", Period.starts_on <= today))
        .order_by(Period.starts_on.desc(), Period.id.desc())
        .limit(SHOWN)
    )
    others = list(session.recall(("periods", today), lambda: session.scalars(query).all()))
    found = period_or_id if isinstance(period_or_id, Period) else None
    wanted = read_id(asked) if period_or_id is None else period_or_id
    if found is None and isinstance(wanted, int):
        found = session.get(Period, wanted)
    if found is None:
        found = current(session, today)
    if found is not None and found not in others:
        others = sorted([*others, found], key=lambda one: (one.starts_on, one.id), reverse=True)
    return InView(found, others)


def current(session: TenantSession, today: date, scheme_code: str | None = None) -> Period | None:
    """The open period (that of today before others, then the latest), else the latest that started, else the next.

    `scheme_code` limits it to one scheme.
    """
    covers = case((Period.starts_on > today, 1), (Period.ends_on < today, 1), else_=0)
    standing = case((Period.state == "open", covers), else_=2)
    query = select(Period)
    if scheme_code is not None:
        query = query.join(Adoption, Adoption.id == Period.adoption_id).where(
            Adoption.scheme_code == scheme_code
        )
    started = query.where(Period.state != "planned").order_by(standing, Period.starts_on.desc()).limit(1)
    return session.recall(
        ("current", today, scheme_code),
        lambda: session.scalar(started) or session.scalar(query.order_by(Period.starts_on).limit(1)),
    )


def previous(session: TenantSession, period: Period) -> Period | None:
    """The period of the same scheme before this one."""
    return session.scalar(
        select(Period)
        .where(Period.adoption_id == period.adoption_id, Period.starts_on < period.starts_on)
        .order_by(Period.starts_on.desc())
        .limit(1)
    )
