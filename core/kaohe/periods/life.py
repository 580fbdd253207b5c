"""The life of a period: planned → open → closed → published → final, each step kept with who, when and why.

Decides which step may follow which, and that a period takes its revision for good when it opens. Refuses every
step out of a final period, reopening without a reason, opening without an adopted revision, and an opening that
something speaks against unless a reason is given.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from kaohe.adoption import service as adoption_service
from kaohe.adoption.models import Revision
from kaohe.adoption.reasons import kept_reason
from kaohe.db import TenantSession
from kaohe.periods.models import Period, PeriodStep
from kaohe.periods.planning import in_force_from, title_of
from kaohe.periods.refusals import (
    AlreadyRunning,
    FinalIsFinal,
    NoRevision,
    NotAFirstDay,
    OpeningToConfirm,
    ReasonNeeded,
    StepNotPossible,
)
from kaohe.scheme import Text

TRANSITIONS: dict[str, tuple[str, ...]] = {
    "planned": ("open",),
    "open": ("closed",),
    "closed": ("published", "open"),
    "published": ("final", "open"),
    "final": (),
}
STATE_WORDS = {
    "planned": Text("计划", "planned"),
    "open": Text("录入中", "open"),
    "closed": Text("已关闭", "closed"),
    "published": Text("公示中", "published"),
    "final": Text("已定稿", "final"),
}
STARTED = ("open", "closed", "published", "final")


def step(
    session: TenantSession,
    period: Period,
    *,
    after: str,
    by: int | None,
    now: datetime,
    reason: str | None = None,
    version: int | None = None,
) -> PeriodStep:
    """Take a period to its next state, or reopen it with a reason; the row is locked meanwhile.

    Opening fixes the revision that applies on the first day. Refused: a step that does not follow, anything out
    of a final period, reopening without a reason, opening without an adopted revision.
    """
    session.refresh(period, with_for_update=True)
    period.expect(version)
    before, reason = period.state, kept_reason(reason) or None
    if before == "final":
        raise FinalIsFinal(title=title_of(period))
    if after not in TRANSITIONS[before]:
        words = STATE_WORDS.get(after, Text(after, after))
        raise StepNotPossible(title=title_of(period), before=STATE_WORDS[before], after=words)
    if after == "open" and before != "planned" and reason is None:
        raise ReasonNeeded
    if before == "planned":
        period.revision_id = _revision(session, period).id
    period.state = after
    row = PeriodStep(period_id=period.id, before=before, after=after, by=by, at=now, reason=reason)
    session.add(row)
    session.flush()
    return row


def open_period(
    session: TenantSession,
    period: Period,
    *,
    by: int | None,
    now: datetime,
    today: date,
    reason: str | None = None,
    version: int | None = None,
) -> PeriodStep:
    """Open a planned period as an admin does: what speaks against it needs a reason.

    Refused without one: not its turn, before its first day, participants who have not acknowledged the scheme.
    """
    concerns = opening_concerns(session, period, today) if period.state == "planned" else []
    if concerns and not kept_reason(reason):
        said = Text("".join(f"{one.zh}。" for one in concerns), " ".join(f"{one.en}." for one in concerns))
        raise OpeningToConfirm(concerns=said)
    return step(session, period, after="open", by=by, now=now, reason=reason, version=version)


def opening_concerns(session: TenantSession, period: Period, today: date) -> list[Text]:
    """What speaks against opening a planned period now, in sentences without a full stop."""
    concerns = _turn(session, period)
    if today < period.starts_on:
        concerns.append(
            Text(
                f"{period.starts_on} 才开始，今天是 {today}",
                f"It starts on {period.starts_on}, and today is {today}",
            )
        )
    revision = adoption_service.revision_on(session, period.adoption_id, period.starts_on)
    if revision is not None and _first_of(session, period, revision):
        missing = adoption_service.unread(
            session, revision, starts_on=period.starts_on, ends_on=period.ends_on
        )
        if missing:
            n = len(missing)
            concerns.append(
                Text(
                    f"还有 {n} 人没有确认学习考核方案",
                    f"{n} {'person has' if n == 1 else 'people have'} not acknowledged the scheme yet",
                )
            )
    return concerns


def _turn(session: TenantSession, period: Period) -> list[Text]:
    """Whose turn it would be: earlier periods that are open, or could be."""
    earlier = session.scalars(
        select(Period)
        .where(
            Period.adoption_id == period.adoption_id,
            Period.starts_on < period.starts_on,
            Period.starts_on >= in_force_from(session, period.adoption_id),
            Period.state.in_(("planned", "open")),
        )
        .order_by(Period.starts_on)
    ).all()
    concerns = []
    for state, zh, en in (
        ("open", "还在录入", "is still open"),
        ("planned", "还没有开放", "has not been opened"),
    ):
        titles = [title_of(one) for one in earlier if one.state == state]
        if titles:
            more = len(titles) - 1
            concerns.append(
                Text(
                    f"“{titles[0].zh}”" + (f"等 {len(titles)} 个周期" if more else "") + zh,
                    f"“{titles[0].en}” {f'and {more} more ' if more else ''}{en if not more else en.replace('is ', 'are ').replace('has ', 'have ')}",
                )
            )
    return concerns


def _first_of(session: TenantSession, period: Period, revision: Revision) -> bool:
    """Whether no other period of the revision has started yet."""
    query = select(Period.id).where(
        Period.adoption_id == period.adoption_id,
        Period.revision_id == revision.id,
        Period.id != period.id,
        Period.state.in_(STARTED),
    )
    return session.scalar(query.limit(1)) is None


def _revision(session: TenantSession, period: Period) -> Revision:
    found = adoption_service.revision_on(session, period.adoption_id, period.starts_on)
    if found is None:
        raise NoRevision(title=title_of(period))
    return found


def history(session: TenantSession, period: Period) -> list[PeriodStep]:
    """Every step of a period's life, the first one first."""
    query = select(PeriodStep).where(PeriodStep.period_id == period.id).order_by(PeriodStep.at, PeriodStep.id)
    return list(session.scalars(query))


@adoption_service.when_adopted
def take_revision(session: TenantSession, revision: Revision) -> None:
    """Let the planned periods from the revision's first day on take it; those that have started keep theirs."""
    assert revision.starts_on is not None
    there = session.scalars(
        select(Period)
        .where(Period.adoption_id == revision.adoption_id, Period.ends_on >= revision.starts_on)
        .order_by(Period.starts_on)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for period in there:
        if period.starts_on < revision.starts_on:
            raise NotAFirstDay(day=revision.starts_on, title=title_of(period), first=period.starts_on)
        if period.state != "planned":
            raise AlreadyRunning(title=title_of(period))
    for period in there:
        period.revision_id = revision.id
