"""Drafts of a scheme's revision: doubts settled, figures changed, scope set, then adopted or discarded.

Decides that a draft is always composed anew from the sector's scheme and the answers, so that an answer can be
changed as often as one likes. Refuses what lies outside a clause's limits, a second draft beside one, an edit
based on an older state (saying what the other changed), and adoption while a doubt is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from kaohe.accounts.policy import Actor
from kaohe.adoption.composing import OWN, Figures, Value, compose, joined, plain_text, say_edit, typed
from kaohe.adoption.models import Adoption, Revision
from kaohe.adoption.reasons import kept_reason
from kaohe.adoption.refusals import (
    AlreadyAdopted,
    BeforeEarlier,
    ChoiceNeeded,
    DayNeeded,
    DaysOutside,
    DoubtsOpen,
    DraftExists,
    NotDraft,
    NoUnits,
    OwnReasonNeeded,
    RevisionChanged,
    UnknownUnit,
)
from kaohe.adoption.schemes import touch
from kaohe.db import TenantSession
from kaohe.errors import NotFound
from kaohe.people.models import Person, Unit
from kaohe.scheme import Scheme, Text, adapt, adjustables, from_json, to_json
from kaohe.scheme.refusals import UnknownDoubt, UnknownPath

EDITS_KEPT = 50
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
        created_by=_person(actor),
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


def settle_doubt(
    session: TenantSession,
    revision: Revision,
    doubt: str,
    *,
    option: str | None,
    actor: Actor | None,
    now: datetime,
    figures: Figures | None = None,
    reason: str = "",
    version: int | None = None,
) -> tuple[str, ...]:
    """Answer a doubt of a draft by an option's code, or by `own` with figures and a reason.

    Gives the paths of changed figures that do not fit the answer and were therefore taken back. Refused: no
    choice, own figures without a reason or outside the clause's limits, an option that the doubt does not have.
    """
    _begin(session, revision, version)
    base = from_json(revision.base)
    found = next((one for one in base.doubts if one.code == doubt), None)
    if found is None:
        raise UnknownDoubt(field=doubt, doubt=doubt)
    reason = kept_reason(reason)
    if option == OWN:
        if not figures:
            raise ChoiceNeeded(field=doubt, title=found.title)
        if not reason:
            raise OwnReasonNeeded
    elif not option:
        raise ChoiceNeeded(field=doubt, title=found.title)
    answer: dict[str, Any] = {
        "option": option,
        "reason": reason,
        "by": _text_id(actor),
        "at": now.isoformat(),
    }
    if option == OWN:
        answer["values"] = {path: plain_text(value) for path, value in (figures or {}).items()}
    return _write(
        session,
        revision,
        base,
        settled={**revision.settled, doubt: answer},
        figures=revision.changes.get("figures", {}),
        edit=("settled", doubt),
        actor=actor,
        now=now,
    )


def change_figure(
    session: TenantSession,
    revision: Revision,
    path: str,
    *,
    value: Value,
    actor: Actor | None,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> None:
    """Change a figure of a draft within what its clause allows; the figure as it stood takes the change back.

    A path `setting/<code>/value` changes a choice to another of its values. Refused: a path that cannot be
    changed, a value outside the limits (they are named).
    """
    _begin(session, revision, version)
    base = from_json(revision.base)
    plain = compose(base, revision.settled, {}).scheme
    standing: dict[str, Any] = {one.path: one.value for one in adjustables(plain)}
    standing |= {f"setting/{one.code}/value": one.value for one in plain.settings}
    if path not in standing:
        raise UnknownPath(field=path, path=path)
    figures = {key: held for key, held in revision.changes.get("figures", {}).items() if key != path}
    if value != standing[path]:
        change = {
            "value": value if isinstance(value, str) else plain_text(value),
            "reason": kept_reason(reason),
            "by": _text_id(actor),
            "at": now.isoformat(),
        }
        others = compose(base, revision.settled, figures).scheme
        adapt(others, typed(others, {path: value}))
        figures[path] = change
    _write(
        session,
        revision,
        base,
        settled=revision.settled,
        figures=figures,
        edit=("figure", path),
        actor=actor,
        now=now,
    )


def set_scope(
    session: TenantSession,
    revision: Revision,
    *,
    unit_ids: Sequence[int] | None,
    minimum_days: int,
    actor: Actor | None,
    now: datetime,
    version: int | None = None,
) -> None:
    """Say which units take part (None: all) and the fewest days in a period that make a result (0 to 366)."""
    _begin(session, revision, version)
    if not 0 <= minimum_days <= 366:
        raise DaysOutside
    scope: dict[str, Any] = {"minimum_days": minimum_days}
    if unit_ids is not None:
        wanted = set(unit_ids)
        if not wanted:
            raise NoUnits
        found = set(session.scalars(select(Unit.id).where(Unit.id.in_(wanted))))
        if found != wanted:
            raise UnknownUnit
        scope["units"] = [str(one) for one in sorted(wanted)]
    changes = {**revision.changes, "scope": scope}
    revision.changes = _noted(revision, changes, ("scope", ""), actor, now)
    session.flush()


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
    _begin(session, revision, version)
    old = {doubt.code: doubt for doubt in from_json(revision.base).doubts}
    kept, lost = {}, []
    for code, answer in revision.settled.items():
        new = next((doubt for doubt in scheme.doubts if doubt.code == code), None)
        if new is not None and new == old.get(code):
            kept[code] = answer
        elif new is not None:
            lost.append(code)
    revision.base = to_json(scheme)
    dropped = _write(
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
    _begin(session, revision, version)
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
    _begin(session, revision, version)
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
    revision.adopted_by = _person(actor)
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


def _begin(session: TenantSession, revision: Revision, version: int | None) -> None:
    """Lock the draft, and refuse when it is none or was changed since `version`."""
    try:
        session.refresh(revision, with_for_update=True)
    except InvalidRequestError as error:  # somebody has just discarded it
        raise NotFound from error
    if revision.state != "draft":
        raise NotDraft(number=revision.number)
    if version is not None and version != revision.version:
        raise _changed(session, revision, version)
    touch(session, revision)


def _changed(session: TenantSession, revision: Revision, version: int) -> RevisionChanged:
    later = [edit for edit in revision.changes.get("edits", []) if edit["version"] > version]
    names = [session.get(Person, int(edit["by"])) for edit in later if edit.get("by")]
    who = list(dict.fromkeys(person.name for person in names if person))
    scheme = from_json(revision.scheme)
    what = [say_edit(scheme, edit) for edit in later]
    unknown = Text("这份草案", "this draft")
    somebody = Text("别人", "Somebody")
    return RevisionChanged(
        who=Text("、".join(who), ", ".join(who)) if who else somebody,
        what=joined(list(dict.fromkeys(what))) if what else unknown,
    )


def _write(
    session: TenantSession,
    revision: Revision,
    base: Scheme,
    *,
    settled: Mapping[str, Any],
    figures: Mapping[str, Any],
    edit: tuple[str, str],
    actor: Actor | None,
    now: datetime,
) -> tuple[str, ...]:
    composed = compose(base, settled, figures)
    kept = {path: held for path, held in figures.items() if path not in composed.dropped}
    revision.settled = dict(settled)
    revision.changes = _noted(revision, {**revision.changes, "figures": kept}, edit, actor, now)
    revision.scheme = to_json(composed.scheme)
    session.flush()
    return composed.dropped


def _noted(
    revision: Revision, changes: dict[str, Any], edit: tuple[str, str], actor: Actor | None, now: datetime
) -> dict[str, Any]:
    note = {
        "version": revision.version + 1,
        "kind": edit[0],
        "what": edit[1],
        "by": _text_id(actor),
        "at": now.isoformat(),
    }
    return {**changes, "edits": [*changes.get("edits", []), note][-EDITS_KEPT:]}


def _person(actor: Actor | None) -> int | None:
    return actor.person_id if actor else None


def _text_id(actor: Actor | None) -> str | None:
    return str(actor.person_id) if actor else None
