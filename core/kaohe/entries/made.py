"""Entries that the system makes from something else: a clock that ran out, a filing missed, a survey's total, a rating.

Decides the period in which such an entry counts: the one of its date while that takes entries, else the earliest
later one that does, marked as found late. Refuses with a `Later` where no period takes entries (`NoPeriodTakes`), also
where its closing was quicker: the maker keeps its fact and tries again. Any other refusal is of what the entry would be,
and stays. Nobody is the recorder; `origin` and `origin_id` say what the entry was made from.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.db import TenantSession, new_id
from kaohe.entries import refusals
from kaohe.entries.checks import clean_words, standing_of
from kaohe.entries.inputs import RATER
from kaohe.entries.listening import say_kept
from kaohe.entries.models import Entry, EntryReason, Sheet, Withdrawal
from kaohe.entries.prior import prior_counts
from kaohe.entries.service import take_back
from kaohe.entries.subjects import Standing
from kaohe.entries.writing import flush
from kaohe.people.merged import gone_into
from kaohe.periods.models import Period
from kaohe.scheme import Scheme, validate_entry
from kaohe.scheme.figures import from_points, from_quantity


def counting_period(session: TenantSession, scheme_code: str, day: date) -> Period:
    """The period in which a fact of that day counts now: its own while it is open, else the next one that is.

    `NoPeriodTakes` when the scheme has no open period from that day on.
    """
    period = session.scalar(
        select(Period)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(Adoption.scheme_code == scheme_code, Period.ends_on >= day, Period.state == "open")
        .order_by(Period.starts_on)
        .limit(1)
    )
    if period is None or (period.starts_on > day and _own_may_still_open(session, scheme_code, day)):
        raise refusals.NoPeriodTakes(day=day.isoformat())
    return period


def _own_may_still_open(session: TenantSession, scheme_code: str, day: date) -> bool:
    """Whether the day's own period is planned still: its facts wait for it."""
    own = (
        select(Period.id)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(
            Adoption.scheme_code == scheme_code,
            Period.starts_on <= day,
            Period.ends_on >= day,
            Period.state == "planned",
        )
    )
    return session.scalar(own.limit(1)) is not None


def make(
    session: TenantSession,
    *,
    scheme_code: str,
    origin: str,
    origin_id: int,
    subject_id: int,
    clause_id: int,
    happened_on: date,
    reason: str,
    now: datetime,
    quantity: Decimal | int | None = None,
    points: Decimal | int | None = None,
    amount_fen: int | None = None,
    token: str | None = None,
    period: Period | None = None,
    rater: str | None = None,
) -> Entry:
    """Make one entry from something of another feature; the same `token` again gives the entry made the first time.

    `token` defaults to origin and origin_id: one entry for each thing. `period`: the one it must count in, where the
    maker knows it. `rater`: the code of the role of raters whose value this is, for a clause that is rated. Refused for now
    (`Later`): no period takes it, another round makes it in this moment. For good: a figure outside the clause, a subject that is nobody.
    """
    token = token or f"{origin}-{origin_id}"
    made = session.scalar(select(Entry).where(Entry.form_token == token))
    if made is not None:
        return made
    period = period or counting_period(session, scheme_code, happened_on)
    scheme = adoption.scheme_of(session, period.revision_id)
    standing = _standing(session, scheme, clause_id, subject_id, happened_on)
    if standing.unit_id is None:
        raise refusals.NotHere(name=standing.name, day=happened_on.isoformat())
    figures = validate_entry(
        scheme,
        clause_id,
        quantity=quantity,
        points=points,
        amount_fen=amount_fen,
        reason=reason,
        prior=prior_counts(session, period, scheme, clause_id, standing.subject_id, day=happened_on),
    )
    entry = Entry(
        id=new_id(),
        period_id=period.id,
        subject_id=standing.subject_id,
        clause_id=clause_id,
        unit_id=standing.unit_id,
        sheet_id=None
        if rater is None
        else _held_together(session, period, standing, rater, happened_on, now),
        quantity=Decimal(1) if figures.quantity is None else from_quantity(figures.quantity),
        points=None if figures.points is None else from_points(figures.points),
        amount_fen=figures.amount_fen,
        happened_on=happened_on,
        found_late=happened_on < period.starts_on,
        origin=origin,
        origin_id=origin_id,
        recorded_by=None,
        recorded_at=now,
        form_token=token,
        replaced_by=None,
    )
    session.add(entry)
    _flush(session, period, happened_on)
    words = clean_words(reason)
    if words:
        session.add(EntryReason(id=entry.id, words=words))
        session.flush()
    say_kept(session, period, scheme, [entry], now)
    return entry


def _standing(session: TenantSession, scheme: Scheme, clause_id: int, subject_id: int, day: date) -> Standing:
    """Where the subject stood on the day; of a day before two records became one, where the other record stood."""
    own = standing_of(session, scheme, clause_id, subject_id, day)
    if own.unit_id is not None or own.person_id is None:
        return own
    for gone in sorted(gone_into(session, [subject_id])):
        other = standing_of(session, scheme, clause_id, gone, day)
        if other.unit_id is not None:
            return own._replace(
                unit_id=other.unit_id,
                unit_path=other.unit_path,
                unit_name=other.unit_name,
                position=other.position,
            )
    return own


def _held_together(
    session: TenantSession, period: Period, standing: Standing, rater: str, day: date, now: datetime
) -> int:
    """The sheet that holds the values of a role of raters about a subject together; made where there is none."""
    form = RATER + rater
    held = session.scalar(
        select(Sheet.id).where(
            Sheet.period_id == period.id,
            Sheet.subject_id == standing.subject_id,
            Sheet.form == form,
            Sheet.recorded_by.is_(None),
        )
    )
    if held is not None:
        return held
    sheet = Sheet(
        id=new_id(),
        period_id=period.id,
        subject_id=standing.subject_id,
        unit_id=standing.unit_id,
        form=form,
        happened_on=day,
        recorded_by=None,
        recorded_at=now,
        done_at=now,
    )
    session.add(sheet)
    _flush(session, period, day)
    return sheet.id


def _flush(session: TenantSession, period: Period, day: date) -> None:
    """Write; a closing that was quicker, and another round at the same, are no fault of what is made: it waits."""
    try:
        flush(session, period)
    except refusals.PeriodNotOpen as closing:
        raise refusals.NoPeriodTakes(day=day.isoformat()) from closing
    except refusals.TokenTaken as twice:
        raise refusals.MadeMeanwhile from twice


def made_from(session: TenantSession, origin: str, origin_id: int) -> list[Entry]:
    """What was made from a thing and stands, by day."""
    query = (
        select(Entry)
        .where(Entry.origin == origin, Entry.origin_id == origin_id, Entry.replaced_by.is_(None))
        .order_by(Entry.happened_on, Entry.id)
    )
    return list(session.scalars(query))


def unmake(session: TenantSession, entry: Entry, *, reason: str, now: datetime) -> Withdrawal:
    """Take a made entry back because a later fact took its ground away; refused when its period takes no entries."""
    return take_back(session, entry, by=None, reason=reason, now=now)
