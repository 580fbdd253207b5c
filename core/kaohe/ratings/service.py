"""Ratings: a rater's sheet, saved line by line until the deadline.

Decides that a value belongs to one rater, subject and clause, and that a change is a new row beside the old one. Refuses
values after the deadline, on oneself, by who is not assigned, outside the clause's range, and over a value that the
form had not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from kaohe.accounts.policy import Actor
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.errors import Refusal
from kaohe.periods.models import Period
from kaohe.periods.service import title_of
from kaohe.plugins import RatedBy
from kaohe.ratings import refusals
from kaohe.ratings.counting import count, count_finished
from kaohe.ratings.managing import assign, end, extend
from kaohe.ratings.models import Rating, RatingAssignment, RatingRemark, RatingRound
from kaohe.ratings.planning import make_rounds, opens_at, rated_clauses
from kaohe.scheme import Clause
from kaohe.scheme import Rating as RatingRule

__all__ = [
    "assign",
    "count",
    "count_finished",
    "end",
    "extend",
    "make_rounds",
    "rated_clauses",
    "read_value",
    "save",
]
MOST_REMARK = 500
Cell = tuple[int, int]


@dataclass(frozen=True)
class Line:
    """What a form says of one subject: typed values by clause with the rating that each showed, and the remark."""

    subject_id: int
    typed: Mapping[int, str]
    seen: Mapping[int, int]
    remark: str | None = None


@dataclass
class Saved:
    """What became of a sheet: how many values and remarks are new, and what is wrong by (subject, clause); clause 0: the
    remark."""

    values: int = 0
    remarks: int = 0
    problems: dict[Cell, Refusal] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """How many things are new."""
        return self.values + self.remarks


def read_value(clause: Clause, typed: str) -> Decimal:
    """The value that was typed; refused outside the clause's range and with more than two decimals."""
    assert isinstance(clause.rule, RatingRule)
    text = typed.strip().replace("．", ".").translate(_WIDE)
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise refusals.NotAFigure from error
    if not value.is_finite() or len(text) > 12:
        raise refusals.NotAFigure
    if not clause.rule.low <= value <= clause.rule.high:
        raise refusals.OutsideRange(low=clause.rule.low, high=clause.rule.high)
    if value != value.quantize(Decimal("0.01")):
        raise refusals.TooFine
    return value


_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def save(
    session: TenantSession,
    round_: RatingRound,
    *,
    rated: RatedBy,
    clauses: Sequence[Clause],
    lines: Iterable[Line],
    actor: Actor,
    now: datetime,
) -> Saved:
    """Keep what is right of a rater's sheet line by line; what is wrong is told and keeps nothing.

    A conflict, a deadline, somebody not assigned refuse the whole.
    """
    session.refresh(round_, with_for_update=True)
    _require_time(session, round_, rated, now)
    mine = set(
        session.scalars(
            select(RatingAssignment.subject_id).where(
                RatingAssignment.round_id == round_.id,
                RatingAssignment.rater_id == actor.person_id,
                RatingAssignment.ended_at.is_(None),
            )
        )
    )
    standing = {(one.subject_id, one.clause_id): one for one in given_by(session, round_, actor.person_id)}
    by_id = {clause.id: clause for clause in clauses}
    remarks = {one.subject_id: one for one in _remarks(session, round_, actor.person_id)}
    saved = Saved()
    for line in lines:
        if actor.is_me(line.subject_id):
            raise refusals.NotOneself
        if line.subject_id not in mine:
            raise refusals.NotAssigned(name=title_of(session.need(Period, round_.period_id)))
        for clause_id, typed in line.typed.items():
            if clause_id not in by_id:
                raise refusals.UnknownClause
            key = (line.subject_id, clause_id)
            try:
                done = _put(session, round_, by_id[clause_id], key, typed, line.seen, standing, actor, now)
            except Refusal as refusal:
                saved.problems[key] = refusal
            else:
                saved.values += done
        try:
            saved.remarks += _put_remark(session, round_, line, remarks.get(line.subject_id), actor, now)
        except refusals.RemarkTooLong as refusal:
            saved.problems[line.subject_id, 0] = refusal
    if saved.values and (round_.counted_at is not None or finished(session, round_, clauses)):
        count(session, round_, now=now)
    return saved


def given_by(session: TenantSession, round_: RatingRound, rater_id: int) -> list[Rating]:
    """What a rater gave and stands."""
    query = select(Rating).where(
        Rating.round_id == round_.id, Rating.rater_id == rater_id, Rating.replaced_by.is_(None)
    )
    return list(session.scalars(query))


def remarks_by(session: TenantSession, round_: RatingRound, rater_id: int) -> dict[int, str]:
    """What a rater remarked and stands, by subject."""
    return {one.subject_id: one.words for one in _remarks(session, round_, rater_id)}


def _remarks(session: TenantSession, round_: RatingRound, rater_id: int) -> list[RatingRemark]:
    query = select(RatingRemark).where(
        RatingRemark.round_id == round_.id,
        RatingRemark.rater_id == rater_id,
        RatingRemark.replaced_by.is_(None),
    )
    return list(session.scalars(query))


def finished(session: TenantSession, round_: RatingRound, clauses: Sequence[Clause]) -> bool:
    """Whether everybody assigned has given every value."""
    assigned = session.scalar(
        select(func.count()).where(
            RatingAssignment.round_id == round_.id, RatingAssignment.ended_at.is_(None)
        )
    )
    given = session.scalar(
        select(func.count())
        .select_from(Rating)
        .join(
            RatingAssignment,
            (RatingAssignment.round_id == Rating.round_id)
            & (RatingAssignment.rater_id == Rating.rater_id)
            & (RatingAssignment.subject_id == Rating.subject_id),
        )
        .where(
            Rating.round_id == round_.id, Rating.replaced_by.is_(None), RatingAssignment.ended_at.is_(None)
        )
    )
    return bool(assigned) and (given or 0) >= (assigned or 0) * len(clauses)


def _require_time(session: TenantSession, round_: RatingRound, rated: RatedBy, now: datetime) -> None:
    calendar = calendar_of(session)
    if now > round_.due_at:
        raise refusals.OverDue(due=calendar.day_of(round_.due_at).isoformat())
    opens = opens_at(rated, round_)
    if now < opens:
        raise refusals.NotYet(day=calendar.day_of(opens).isoformat())


def _put(
    session: TenantSession,
    round_: RatingRound,
    clause: Clause,
    key: Cell,
    typed: str,
    seen: Mapping[int, int],
    standing: dict[Cell, Rating],
    actor: Actor,
    now: datetime,
) -> int:
    """Keep one value where it is new; 0 where nothing changed."""
    stands = standing.get(key)
    if not typed.strip():
        if stands is not None and seen.get(clause.id, 0) == stands.id:
            raise refusals.CannotClear
        return 0
    value = read_value(clause, typed)
    if stands is not None and stands.value == value:
        return 0
    if seen.get(clause.id, 0) != (stands.id if stands is not None else 0):
        raise refusals.ChangedMeanwhile(now=f"{stands.value.normalize():f}" if stands is not None else "—")
    rating = Rating(
        id=new_id(),
        round_id=round_.id,
        rater_id=actor.person_id,
        subject_id=key[0],
        clause_id=key[1],
        value=value,
        at=now,
        replaced_by=None,
    )
    if stands is not None:
        _replace(session, stands, rating.id)
    session.add(rating)
    _flush(session, round_)
    standing[key] = rating
    return 1


def _replace(session: TenantSession, stands: Rating, by: int) -> None:
    done = session.execute(
        update(Rating)
        .where(Rating.id == stands.id, Rating.replaced_by.is_(None))
        .values(replaced_by=by)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise refusals.ChangedMeanwhile(now="—")
    set_committed_value(stands, "replaced_by", by)


def _flush(session: TenantSession, round_: RatingRound) -> None:
    """Write; say in words what a wall or the key refused."""
    due = round_.due_at.isoformat()
    try:
        session.flush()
    except WallRefusal as wall:
        if wall.code == "late":
            raise refusals.OverDue(due=due) from wall
        if wall.code == "self":
            raise refusals.NotOneself from wall
        raise
    except IntegrityError as error:
        if is_duplicate(error):
            raise refusals.ChangedMeanwhile(now="—") from error
        raise


def _put_remark(
    session: TenantSession,
    round_: RatingRound,
    line: Line,
    stands: RatingRemark | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep a remark where it is new; 0 where nothing changed."""
    if line.remark is None:
        return 0
    words = "".join(c for c in line.remark.replace("\r\n", "\n") if c.isprintable() or c == "\n").strip()
    if len(words) > MOST_REMARK:
        raise refusals.RemarkTooLong(most=MOST_REMARK)
    if (stands.words if stands is not None else "") == words:
        return 0
    remark = RatingRemark(
        id=new_id(),
        round_id=round_.id,
        rater_id=actor.person_id,
        subject_id=line.subject_id,
        words=words,
        at=now,
        replaced_by=None,
    )
    if stands is not None:
        stands.replaced_by = remark.id
        session.flush()
    session.add(remark)
    _flush(session, round_)
    return 1
