"""Managing a round of ratings: its deadline moved with a reason, who rates whom assigned and ended by hand.

Refuses a new deadline that is none, one while the period takes no entries, assigning somebody to oneself or who cannot sign
in, and any change that entries of a closed period would have to follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.periods.service import title_of
from kaohe.ratings import refusals
from kaohe.ratings.counting import count
from kaohe.ratings.models import RatingAssignment, RatingMove, RatingRound

MOST_REASON = 200
LONGEST_EXTENSION = timedelta(days=60)


def extend(
    session: TenantSession,
    round_: RatingRound,
    *,
    until: date | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> RatingMove:
    """Move the deadline to the end of a later day, with a reason; refused while the period takes no entries."""
    session.refresh(round_, with_for_update=True)
    calendar = calendar_of(session)
    words = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    if not words:
        raise refusals.ReasonNeeded
    if len(words) > MOST_REASON:
        raise refusals.ReasonTooLong(most=MOST_REASON)
    if until is None:
        raise refusals.DateNeeded
    last = calendar.day_of(max(round_.due_at, now) + LONGEST_EXTENSION)
    if until > last:
        raise refusals.DateTooFar(last=last.isoformat())
    after = calendar.end_of(until)
    if after <= round_.due_at or after < now:
        raise refusals.DateTooEarly(due=calendar.day_of(round_.due_at).isoformat())
    period = session.need(Period, round_.period_id)
    if period.state != "open":
        raise refusals.PeriodClosed(title=title_of(period))
    move = RatingMove(
        round_id=round_.id, before=round_.due_at, after=after, moved_by=actor.person_id, at=now, reason=words
    )
    session.add(move)
    round_.due_at, round_.closed_at = after, None
    session.flush()
    return move


def assign(
    session: TenantSession,
    round_: RatingRound,
    *,
    rater_id: int,
    subject_ids: Sequence[int],
    actor: Actor,
    now: datetime,
) -> int:
    """Let a person rate others in a round; who is assigned already stays so. How many are new."""
    if not subject_ids:
        raise refusals.NobodyChosen
    rater = session.need(Person, rater_id)
    if rater_id in subject_ids:
        raise refusals.NotOneself
    account = session.scalar(select(Account).where(Account.person_id == rater_id, Account.state != "locked"))
    if account is None:
        raise refusals.RaterCannotSignIn(name=rater.name)
    held = {
        one.subject_id: one
        for one in session.scalars(
            select(RatingAssignment).where(
                RatingAssignment.round_id == round_.id, RatingAssignment.rater_id == rater_id
            )
        )
    }
    new = 0
    for subject in dict.fromkeys(subject_ids):
        there = held.get(subject)
        if there is None:
            session.add(
                RatingAssignment(
                    round_id=round_.id, rater_id=rater_id, subject_id=subject, assigned_by=actor.person_id, at=now,
                    ended_at=None,
                )
            )  # fmt: skip
            new += 1
        elif there.ended_at is not None:
            there.ended_at, there.assigned_by, there.at = None, actor.person_id, now
            new += 1
    session.flush()
    _recount(session, round_, now)
    return new


def end(
    session: TenantSession, assignments: Sequence[RatingAssignment], *, actor: Actor, now: datetime
) -> int:
    """End assignments: what was given stays and counts no more. How many ended."""
    ended = [one for one in assignments if one.ended_at is None]
    for one in ended:
        one.ended_at, one.assigned_by = now, actor.person_id
    session.flush()
    for round_id in dict.fromkeys(one.round_id for one in ended):
        _recount(session, session.need(RatingRound, round_id), now)
    return len(ended)


def _recount(session: TenantSession, round_: RatingRound, now: datetime) -> None:
    """Let the entries follow, where there are any; a period that takes none refuses the change."""
    if round_.counted_at is not None and not count(session, round_, now=now):
        raise refusals.PeriodClosed(title=title_of(session.need(Period, round_.period_id)))
