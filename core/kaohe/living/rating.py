"""Ratings of rounds that are not counted, when two records become one: who rates, who is rated, what was given.

Decides that an assignment becomes the kept record's, with its values and remark by new rows of the same moment. It ends
where the kept record has the same one, or where the two records rated each other: nobody rates oneself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from kaohe.db import TenantSession, new_id
from kaohe.people.models import Person
from kaohe.ratings.models import Rating, RatingAssignment, RatingRemark, RatingRound

Pair = tuple[int, int, int]


def open_assignments(session: TenantSession, gone: Person) -> list[RatingAssignment]:
    """The assignments of or about a record that stand in rounds that are not counted."""
    query = (
        select(RatingAssignment)
        .join(RatingRound, RatingRound.id == RatingAssignment.round_id)
        .where(
            RatingRound.closed_at.is_(None),
            RatingAssignment.ended_at.is_(None),
            or_(RatingAssignment.rater_id == gone.id, RatingAssignment.subject_id == gone.id),
        )
        .order_by(RatingAssignment.id)
    )
    return list(session.scalars(query))


def carry(
    session: TenantSession, assignments: list[RatingAssignment], kept: Person, gone: Person, now: datetime
) -> list[str]:
    """Carry assignments over with what was given; the ids of those that moved."""
    there = _pairs_of(session, kept)
    moved = []
    for one in assignments:
        rater, subject = (kept.id if ident == gone.id else ident for ident in (one.rater_id, one.subject_id))
        pair = (one.round_id, rater, subject)
        if rater == subject or pair in there:
            one.ended_at = now
            continue
        _carry_given(session, one, rater, subject)
        one.rater_id, one.subject_id = rater, subject
        session.flush()
        there.add(pair)
        moved.append(str(one.id))
    session.flush()
    return moved


def _pairs_of(session: TenantSession, kept: Person) -> set[Pair]:
    query = select(RatingAssignment.round_id, RatingAssignment.rater_id, RatingAssignment.subject_id).where(
        or_(RatingAssignment.rater_id == kept.id, RatingAssignment.subject_id == kept.id)
    )
    return {(row[0], row[1], row[2]) for row in session.execute(query)}


def _carry_given(session: TenantSession, one: RatingAssignment, rater: int, subject: int) -> None:
    both = {"round_id": one.round_id, "rater_id": rater, "subject_id": subject}
    values = select(Rating).where(*_given(Rating, one))
    for value in session.scalars(values).all():
        new = Rating(id=new_id(), clause_id=value.clause_id, value=value.value, at=value.at, **both)
        _replace(session, Rating, value, new)
    remarks = select(RatingRemark).where(*_given(RatingRemark, one))
    for remark in session.scalars(remarks).all():
        _replace(
            session,
            RatingRemark,
            remark,
            RatingRemark(id=new_id(), words=remark.words, at=remark.at, **both),
        )


def _given(model: type[Rating] | type[RatingRemark], one: RatingAssignment) -> list[ColumnElement[bool]]:
    return [
        model.round_id == one.round_id,
        model.rater_id == one.rater_id,
        model.subject_id == one.subject_id,
        model.replaced_by.is_(None),
    ]


def _replace(
    session: TenantSession,
    model: type[Rating] | type[RatingRemark],
    old: Rating | RatingRemark,
    new: Rating | RatingRemark,
) -> None:
    stands = update(model).where(model.id == old.id, model.replaced_by.is_(None)).values(replaced_by=new.id)
    session.execute(stands.execution_options(synchronize_session=False))
    session.expire(old)
    session.add(new)
    session.flush()
