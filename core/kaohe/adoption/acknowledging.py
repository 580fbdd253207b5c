"""Who has read a revision of a scheme: everybody studies it before the first scoring."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from kaohe.adoption.drafts import scope_of
from kaohe.adoption.models import Acknowledgement, Revision
from kaohe.adoption.refusals import NotAdopted
from kaohe.db import TenantSession, once
from kaohe.people.participation import participants
from kaohe.people.units import units
from kaohe.scheme import from_json


def acknowledge(
    session: TenantSession, revision: Revision, *, person_id: int, now: datetime
) -> Acknowledgement:
    """Note that a person has read an adopted revision; a second time changes nothing."""
    if revision.state != "adopted":
        raise NotAdopted(title=from_json(revision.scheme).title, day=now.date())

    def note() -> Acknowledgement:
        noted = Acknowledgement(revision_id=revision.id, person_id=person_id, at=now)
        session.add(noted)
        session.flush()
        return noted

    def noted() -> Acknowledgement | None:
        return acknowledgement_of(session, revision, person_id)

    return noted() or once(session, note, noted)


def acknowledgement_of(session: TenantSession, revision: Revision, person_id: int) -> Acknowledgement | None:
    """The person's own acknowledgement of a revision."""
    return session.scalar(
        select(Acknowledgement).where(
            Acknowledgement.revision_id == revision.id, Acknowledgement.person_id == person_id
        )
    )


def acknowledged(session: TenantSession, revision: Revision) -> set[int]:
    """The ids of the persons who have acknowledged a revision."""
    query = select(Acknowledgement.person_id).where(Acknowledgement.revision_id == revision.id)
    return set(session.scalars(query))


def readers(session: TenantSession, revision: Revision, *, starts_on: date, ends_on: date) -> dict[int, int]:
    """Who has to read a revision: the persons who take part between two days, each with the unit.

    As in the computing, a unit of the scope stands for all units below it too.
    """
    named = scope_of(session, revision.id).unit_ids
    inside = None
    if named is not None:
        tops = {f"/{ident}/" for ident in named}
        inside = frozenset(unit.id for unit in units(session) if any(top in unit.path for top in tops))
    found = participants(session, starts_on=starts_on, ends_on=ends_on, unit_ids=inside)
    return {one.person_id: one.unit_id for one in found if one.word != "left"}


def unread(session: TenantSession, revision: Revision, *, starts_on: date, ends_on: date) -> set[int]:
    """Those who take part between two days and have not acknowledged the revision."""
    return set(readers(session, revision, starts_on=starts_on, ends_on=ends_on)) - acknowledged(
        session, revision
    )
