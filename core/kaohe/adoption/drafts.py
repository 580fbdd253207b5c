"""The life of a scheme's revision: a draft begun, renewed, adopted or discarded; `editing` says what is done to it.

Refuses a second draft beside one, and adoption while a doubt is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.adoption.composing import compose, joined
from kaohe.adoption.editing import begin, person_of, write
from kaohe.adoption.models import Adoption, Revision
from kaohe.adoption.refusals import (
    AlreadyAdopted,
    BeforeEarlier,
    DayNeeded,
    DoubtsOpen,
    DraftExists,
)
from kaohe.adoption.schemes import touch
from kaohe.db import TenantSession
from kaohe.scheme import Scheme, from_json, to_json

Follower = Callable[[TenantSession, Revision], None]
_FOLLOWERS: list[Follower] = []


@dataclass(frozen=True)
class Scope:
    """Who takes part: units by id (None: all), and the fewest days that make a result."""

    unit_ids: tuple[int, ...] | None = None
    minimum_days: int = 0


def when_adopted(follow: Follower) -> Follower:
    """Register what must follow an adoption (planned periods take the revision); it may refuse."""
    if follow not in _FOLLOWERS:
        _FOLLOWERS.append(follow)
    return follow


def adopt_start(
    session: TenantSession, *, sector: str, scheme: Scheme, actor: Actor | None, now: datetime
) -> Adoption:
    """Begin to adopt a sector's scheme: an adoption with draft revision 1; refused when there is one already."""
    if session.scalar(select(Adoption).where(Adoption.scheme_code == scheme.code)) is not None:
        raise AlreadyAdopted(title=scheme.title)
    adoption = Adoption(sector=sector, scheme_code=scheme.code, created_at=now)
    session.add(adoption)
    session.flush()
    _new_draft(session, adoption, 1, scheme, {}, {}, actor, now)
    return adoption


def draft_next(session: TenantSession, adoption: Adoption, *, actor: Actor | None, now: datetime) -> Revision:
    """The next draft, made from the newest adopted revision with its answers; one draft at a time."""
    session.refresh(adoption, with_for_update=True)
    newest = revisions(session, adoption)
    last = newest[0]
    if last.state == "draft":
        raise DraftExists(number=last.number)
    changes = {name: value for name, value in last.changes.items() if name != "edits"}
    return _new_draft(
        session, adoption, last.number + 1, from_json(last.base), dict(last.settled), changes, actor, now
    )


def _new_draft(
    session: TenantSession,
    adoption: Adoption,
    number: int,
    base: Scheme,
    settled: dict[str, Any],
    changes: dict[str, Any],
    actor: Actor | None,
    now: datetime,
) -> Revision:
    composed = compose(base, settled, changes.get("figures", {}))
    revision = Revision(
        adoption_id=adoption.id,
        number=number,
        state="draft",
        base=to_json(base),
        scheme=to_json(composed.scheme),
        settled=settled,
        changes=changes,
        created_by=person_of(actor),
        created_at=now,
    )
    session.add(revision)
    session.flush()
    touch(session, revision)
    return revision


def revisions(session: TenantSession, adoption: Adoption) -> list[Revision]:
    """All revisions of an adoption, the newest first."""
    query = select(Revision).where(Revision.adoption_id == adoption.id).order_by(Revision.number.desc())
    return list(session.scalars(query))


def renew(
    session: TenantSession,
    revision: Revision,
    scheme: Scheme,
    *,
    actor: Actor | None,
    now: datetime,
    version: int | None = None,
) -> tuple[str, ...]:
    """Take a newer scheme of the sector into a draft; answers and figures that still fit are kept.

    Gives the codes of doubts to settle again and the paths of figures taken back.
    """
    begin(session, revision, version)
    old = {doubt.code: doubt for doubt in from_json(revision.base).doubts}
    kept, lost = {}, []
    for code, answer in revision.settled.items():
        new = next((doubt for doubt in scheme.doubts if doubt.code == code), None)
        if new is not None and new == old.get(code):
            kept[code] = answer
        elif new is not None:
            lost.append(code)
    revision.base = to_json(scheme)
    dropped = write(
        session,
        revision,
        scheme,
        settled=kept,
        figures=revision.changes.get("figures", {}),
        edit=("renewed", ""),
        actor=actor,
        now=now,
    )
    return (*lost, *dropped)


def discard(session: TenantSession, revision: Revision, *, version: int | None = None) -> None:
    """Throw a draft away; with the only revision the adoption stays and offers a new start."""
    begin(session, revision, version)
    session.delete(revision)
    session.flush()


def restart(
    session: TenantSession, adoption: Adoption, scheme: Scheme, *, actor: Actor | None, now: datetime
) -> Revision:
    """Draft revision 1 again, where the first draft was discarded."""
    if revisions(session, adoption):
        raise AlreadyAdopted(title=scheme.title)
    return _new_draft(session, adoption, 1, scheme, {}, {}, actor, now)


def adopt(
    session: TenantSession,
    revision: Revision,
    *,
    starts_on: date | None,
    actor: Actor | None,
    now: datetime,
    version: int | None = None,
) -> Revision:
    """Adopt a draft from a period's first day on; from now on it cannot be changed.

    Refused: an open doubt, no day, a day before the earlier revision's, a day inside a period or in one that
    already runs (running periods keep their revision).
    """
    begin(session, revision, version)
    scheme = from_json(revision.scheme)
    open_doubts = scheme.open_doubts()
    if open_doubts:
        raise DoubtsOpen(count=len(open_doubts), titles=joined([doubt.title for doubt in open_doubts]))
    if starts_on is None:
        raise DayNeeded
    earlier = [
        one for one in revisions(session, session.need(Adoption, revision.adoption_id)) if one.starts_on
    ]
    if earlier and earlier[0].starts_on is not None and starts_on < earlier[0].starts_on:
        raise BeforeEarlier(number=earlier[0].number, day=earlier[0].starts_on)
    revision.state = "adopted"
    revision.starts_on = starts_on
    revision.adopted_by = person_of(actor)
    revision.adopted_at = now
    with session.no_autoflush:
        for follow in _FOLLOWERS:
            follow(session, revision)
    session.flush()
    return revision


def revision_on(session: TenantSession, adoption_id: int, day: date) -> Revision | None:
    """The adopted revision that applies to a period starting on `day`: the newest that had started."""
    return session.scalar(
        select(Revision)
        .where(Revision.adoption_id == adoption_id, Revision.state == "adopted", Revision.starts_on <= day)
        .order_by(Revision.number.desc())
        .limit(1)
    )


def scope_of(session: TenantSession, revision_id: int | None) -> Scope:
    """Who takes part under a revision."""
    held = session.need(Revision, revision_id).changes.get("scope", {})
    units = held.get("units")
    return Scope(
        None if units is None else tuple(int(one) for one in units), int(held.get("minimum_days", 0))
    )
