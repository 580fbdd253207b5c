"""Planning: a year's periods previewed and then made in one step, their dates moved, a planned one removed.

Decides that making the same periods twice changes nothing, and that periods that end before the scheme is in force are
left out: they could never open. Refuses periods of one scheme that share a day, and
dates that do not follow each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kaohe.adoption import service as adoption_service
from kaohe.adoption.models import Adoption, Revision
from kaohe.adoption.reasons import kept_reason
from kaohe.db import TenantSession
from kaohe.periods.models import Period, PeriodStep
from kaohe.periods.refusals import DatesOutOfOrder, FinalIsFinal, InUse, NotPlanned, Overlapping, ReasonNeeded
from kaohe.periods.rules import Offsets, PeriodRule, Span, spans_of
from kaohe.scheme import Text


@dataclass(frozen=True)
class PlannedPeriod:
    """A period as it would be made; `standing` says whether it is new, there already, in another's way, or over before
    the scheme is in force."""

    span: Span
    entries_until: date
    published_until: date
    final_on: date
    standing: Literal["new", "existing", "overlap", "before"] = "new"
    other: Period | None = None

    @property
    def title(self) -> Text:
        return self.span.title

    @property
    def starts_on(self) -> date:
        return self.span.starts_on

    @property
    def ends_on(self) -> date:
        return self.span.ends_on


def plan(session: TenantSession, adoption: Adoption, rule: PeriodRule, year: int) -> list[PlannedPeriod]:
    """What a rule makes of a year, each period beside what is there already; nothing is written."""
    there = periods_of(session, adoption.id)
    first = in_force_from(session, adoption.id)
    planned = [_beside(planned_from(span, rule.offsets), there) for span in spans_of(rule, year)]
    return [_in_force(one, first) for one in planned]


def in_force_from(session: TenantSession, adoption_id: int) -> date | None:
    """The first day of the first adopted revision: no period that starts before it can open."""
    query = select(func.min(Revision.starts_on)).where(
        Revision.adoption_id == adoption_id, Revision.state == "adopted"
    )
    return session.scalar(query)


def _in_force(planned: PlannedPeriod, first: date | None) -> PlannedPeriod:
    if first is None or planned.ends_on >= first or planned.standing == "existing":
        return planned
    return replace(planned, standing="before", other=None)


def planned_from(span: Span, offsets: Offsets) -> PlannedPeriod:
    """A span with its dates, by offsets in days after its end."""
    entries, publicity, final = (
        span.ends_on + timedelta(days=n) for n in (offsets.entries, offsets.publicity, offsets.final)
    )
    return PlannedPeriod(span, entries, publicity, final)


def _beside(planned: PlannedPeriod, there: Sequence[Period]) -> PlannedPeriod:
    for period in there:
        if period.starts_on == planned.starts_on and period.ends_on == planned.ends_on:
            return replace(planned, standing="existing", other=period)
        if period.starts_on <= planned.ends_on and planned.starts_on <= period.ends_on:
            return replace(planned, standing="overlap", other=period)
    return planned


def create(
    session: TenantSession, adoption: Adoption, planned: Sequence[PlannedPeriod], *, now: datetime
) -> list[Period]:
    """Make the planned periods that are not there yet and not left out; all or none. Gives those that were made.

    Refused: two that share a day, both named. Each takes the adopted revision that applies on its first day;
    one planned before the adoption takes it when the scheme is adopted.
    """
    session.refresh(adoption, with_for_update=True)
    there = periods_of(session, adoption.id)
    made: list[Period] = []
    wanted = [one for one in planned if one.standing != "before"]
    for one in sorted(wanted, key=lambda each: each.starts_on):
        one = _beside(replace(one, standing="new", other=None), [*there, *made])
        if one.standing == "overlap":
            assert one.other is not None
            raise Overlapping(
                first=title_of(one.other),
                first_span=_days(one.other.starts_on, one.other.ends_on),
                second=one.title,
                second_span=_days(one.starts_on, one.ends_on),
            )
        if one.standing == "new":
            made.append(_period(session, adoption, one))
    session.add_all(made)
    session.flush()
    return made


def _period(session: TenantSession, adoption: Adoption, planned: PlannedPeriod) -> Period:
    check_dates(planned.ends_on, planned.entries_until, planned.published_until, planned.final_on)
    revision = adoption_service.revision_on(session, adoption.id, planned.starts_on)
    return Period(
        adoption_id=adoption.id,
        revision_id=revision.id if revision else None,
        code=planned.span.code,
        title_zh=planned.title.zh,
        title_en=planned.title.en,
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        entries_until=planned.entries_until,
        published_until=planned.published_until,
        final_on=planned.final_on,
        state="planned",
    )


def check_dates(ends_on: date, entries_until: date, published_until: date, final_on: date) -> None:
    """Refuse dates that do not follow each other."""
    if not ends_on <= entries_until <= published_until <= final_on:
        raise DatesOutOfOrder(end=ends_on)


def edit_dates(
    session: TenantSession,
    period: Period,
    *,
    entries_until: date,
    published_until: date,
    final_on: date,
    by: int | None,
    now: datetime,
    reason: str | None = None,
    version: int | None = None,
) -> Period:
    """Move the dates for entries, publicity and final; once the period has started only with a reason, kept."""
    session.refresh(period, with_for_update=True)
    period.expect(version)
    if period.state == "final":
        raise FinalIsFinal(title=title_of(period))
    check_dates(period.ends_on, entries_until, published_until, final_on)
    reason = kept_reason(reason)
    if (entries_until, published_until, final_on) == (
        period.entries_until,
        period.published_until,
        period.final_on,
    ):
        return period
    if period.state != "planned":
        if not reason:
            raise ReasonNeeded
        session.add(
            PeriodStep(
                period_id=period.id, before=period.state, after=period.state, by=by, at=now, reason=reason
            )
        )
    period.entries_until, period.published_until, period.final_on = entries_until, published_until, final_on
    session.flush()
    return period


def remove(session: TenantSession, period: Period, *, version: int | None = None) -> None:
    """Take a planned period away; one that has started stays for good."""
    session.refresh(period, with_for_update=True)
    period.expect(version)
    if period.state != "planned":
        raise NotPlanned(title=title_of(period))
    title = title_of(period)
    session.delete(period)
    try:
        session.flush()
    except IntegrityError as error:
        raise InUse(title=title) from error


def periods_of(session: TenantSession, adoption_id: int) -> list[Period]:
    """All periods of an adoption in order of their first day."""
    return list(
        session.scalars(select(Period).where(Period.adoption_id == adoption_id).order_by(Period.starts_on))
    )


def title_of(period: Period) -> Text:
    """The period's name in both languages."""
    return Text(period.title_zh, period.title_en)


def _days(first: date, last: date) -> str:
    return f"{first.isoformat()} — {last.isoformat()}"
