"""Signing: a subject confirms having seen the own published result, with a remark if wished.

Decides that a signature is of one computation: when a new one stands, it is signed anew, and the old signature stays
beside it. The digest covers the stored row, so that it can be shown later that what was signed is what stands.
Refuses a result that is not published, another's result, a second signature, a computation that no longer stands.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.heads import heads_of
from kaohe.accounts.policy import Actor
from kaohe.appeals import refusals
from kaohe.appeals.models import Signature, SignatureRemark
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.entries.checks import clean_words
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.checking import subject_digest
from kaohe.results.models import Result, Run


@dataclass(frozen=True)
class Signed:
    """A signature with its remark, the number of its computation, and whether that stands."""

    signature: Signature
    remark: str | None
    number: int
    standing: bool


def may_speak(session: TenantSession, actor: Actor, subject_id: int) -> bool:
    """Whether the actor is the subject: the person, or for a unit whoever assesses exactly that unit."""
    if actor.person_id == subject_id:
        return True
    unit = session.get(Unit, subject_id)
    return unit is not None and unit.path in actor.assesses


def speaks_for(session: TenantSession, actor: Actor) -> list[int]:
    """The subjects for whom `may_speak` holds: the person, and the units that the person assesses themselves."""
    units = session.scalars(select(Unit.id).where(Unit.path.in_(actor.assesses))) if actor.assesses else ()
    return [actor.person_id, *units]


def signers_of(session: TenantSession, subject_ids: Collection[int], day: date) -> list[int]:
    """The persons who are to sign for these subjects: persons themselves, and whoever heads a unit on the day."""
    people = set(session.scalars(select(Person.id))).intersection(subject_ids)
    heads = heads_of(session, set(subject_ids) - people, day)
    return list(dict.fromkeys([*people, *chain.from_iterable(heads.values())]))


def require_public(period: Period) -> None:
    """Refuse outside the days between publication and sealing."""
    if period.state != "published":
        raise refusals.NotPublic(title=periods.title_of(period))


def standing_result(session: TenantSession, period: Period, subject_id: int) -> tuple[Run, str]:
    """The computation that stands, and the digest of the subject's row in it; refused where there is none."""
    run = results.standing_run(session, period)
    digest = subject_digest(session, run, subject_id) if run is not None else None
    if run is None or digest is None:
        raise refusals.NoResult(title=periods.title_of(period))
    return run, digest


def sign(
    session: TenantSession,
    period: Period,
    subject_id: int,
    *,
    actor: Actor,
    now: datetime,
    remark: str | None = None,
    run_id: int | None = None,
) -> Signature:
    """Sign the standing result; `run_id` is the computation that was shown, refused when it no longer stands."""
    if not may_speak(session, actor, subject_id):
        raise refusals.NotOwn
    require_public(period)
    run, digest = standing_result(session, period, subject_id)
    if run_id is not None and run_id != run.id:
        raise refusals.NewerResult
    if signed_subjects(session, run, [subject_id]):
        raise refusals.AlreadySigned
    words = clean_words(remark)
    signature = Signature(
        id=new_id(),
        period_id=period.id,
        run_id=run.id,
        subject_id=subject_id,
        signed_by=actor.person_id,
        digest=digest,
        signed_at=now,
    )
    not_public = refusals.NotPublic(title=periods.title_of(period))
    session.add(signature)
    try:
        session.flush()
    except WallRefusal as wall:
        raise (not_public if wall.code == "period" else refusals.NewerResult()) from wall
    except IntegrityError as error:
        if is_duplicate(error):
            raise refusals.AlreadySigned from error
        raise
    if words:
        session.add(SignatureRemark(id=signature.id, words=words))
        session.flush()
    return signature


def signatures_of(session: TenantSession, period: Period, subject_id: int) -> list[Signed]:
    """What the subject signed in a period, the newest first."""
    query = (
        select(Signature, SignatureRemark.words, Run.number, Run.standing)
        .join(Run, Run.id == Signature.run_id)
        .outerjoin(SignatureRemark, SignatureRemark.id == Signature.id)
        .where(Signature.subject_id == subject_id, Signature.period_id == period.id)
        .order_by(Run.number.desc())
    )
    return [Signed(*row) for row in session.execute(query)]


def signed_subjects(
    session: TenantSession, run: Run, subject_ids: Collection[int] | None = None
) -> dict[int, Signature]:
    """Who has signed a computation."""
    query = select(Signature).where(Signature.run_id == run.id)
    if subject_ids is not None:
        query = query.where(Signature.subject_id.in_(subject_ids))
    return {one.subject_id: one for one in session.scalars(query)}


def unsigned(session: TenantSession, run: Run) -> int:
    """How many results of a computation are not signed yet, of those of whom a signature is asked."""
    signed = exists().where(Signature.run_id == run.id, Signature.subject_id == Result.subject_id)
    query = select(func.count()).where(Result.run_id == run.id, Result.inputs != "", ~signed)
    return session.scalar(query) or 0


def remarks_of(session: TenantSession, signature_ids: Collection[int]) -> dict[int, str]:
    """The remarks of some signatures."""
    if not signature_ids:
        return {}
    query = select(SignatureRemark.id, SignatureRemark.words).where(SignatureRemark.id.in_(signature_ids))
    return dict(session.execute(query).all())


def holds(session: TenantSession, run: Run, signature: Signature) -> bool:
    """Whether the stored row is still the one that was signed."""
    return subject_digest(session, run, signature.subject_id) == signature.digest
