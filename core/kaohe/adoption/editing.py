"""Editing a draft: doubts settled, figures changed, the scope set; each edit is noted with who made it.

A draft is composed anew from the sector's scheme and the answers each time. Refuses what lies outside a clause's limits
and an edit based on an older state, saying what the other changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from kaohe.accounts.policy import Actor
from kaohe.adoption.composing import OWN, Figures, Value, compose, joined, plain_text, say_edit, typed
from kaohe.adoption.models import Revision
from kaohe.adoption.reasons import kept_reason
from kaohe.adoption.refusals import (
    ChoiceNeeded,
    DaysOutside,
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
    begin(session, revision, version)
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
    return write(
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
    begin(session, revision, version)
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
    write(
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
    begin(session, revision, version)
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


def begin(session: TenantSession, revision: Revision, version: int | None) -> None:
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


def write(
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
    """Compose the draft anew and note the edit; gives the paths of figures that no longer have a place."""
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


def person_of(actor: Actor | None) -> int | None:
    """Who acts; None where the system does."""
    return actor.person_id if actor else None


def _text_id(actor: Actor | None) -> str | None:
    return str(actor.person_id) if actor else None
