"""Writing a confirmed staff list: everything in one transaction, new rows in bulk, or nothing at all.

The comparison is made anew inside the writing transaction; when it differs from the one that was confirmed,
nothing is written (`ChangedMeanwhile`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession, new_id
from kaohe.people.intake.drafts import choose, day_of
from kaohe.people.intake.preview import NEW, UPDATED, Line, Preview
from kaohe.people.intake.roster import NEW_UNIT, Work, preview_roster
from kaohe.people.memberships import ONE_DAY, touch
from kaohe.people.models import Attribute, ImportDraft, Leave, Membership, Person, Subject
from kaohe.people.pinyin import initials
from kaohe.people.refusals import AlreadyWritten, ChangedMeanwhile, DoubtsOpen
from kaohe.people.units import create_unit, root
from kaohe.scheme.model import Fact

CHUNK = 400


def write_roster(
    session: TenantSession,
    draft: ImportDraft,
    *,
    seal: str | None,
    facts: Sequence[Fact],
    words: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> dict[str, int]:
    """Write what the preview with that seal showed; the counts by outcome. `seal` None asks for no comparison.

    Raises `AlreadyWritten`, `DoubtsOpen`, `ChangedMeanwhile`.
    """
    if draft.written_at is not None:
        raise AlreadyWritten
    preview = preview_roster(session, draft, facts=facts, words=words)
    if preview.open:
        raise DoubtsOpen(n=preview.open)
    if seal is not None and seal != preview.seal():
        raise ChangedMeanwhile
    made = _make_units(session, preview)
    writing = _Writing(session, day_of(draft), made, actor, now)
    writing.add([line for line in preview.lines if line.kind == NEW])
    writing.update([line for line in preview.lines if line.kind == UPDATED])
    counts = {**preview.counts(), "units": len(made)}
    draft.written_at, draft.outcome = now, counts
    choose(
        draft,
        rows={line.key: dict(line.answered) for line in preview.lines if line.answered}
        | _kept(draft, preview),
    )
    session.flush()
    return counts


def _kept(draft: ImportDraft, preview: Preview) -> dict[str, Any]:
    """Answers about rows that this file does not hold: a later file may."""
    here = {line.key for line in preview.lines}
    return {key: answer for key, answer in draft.choices.get("rows", {}).items() if key not in here}


def _make_units(session: TenantSession, preview: Preview) -> dict[str, int]:
    wanted = {line.work.unit for line in preview.lines if line.kind in (NEW, UPDATED)}
    top = root(session)
    return {
        name.key: create_unit(session, name=name.name, parent=top).id
        for name in preview.unit_names
        if name.choice == NEW_UNIT and name.key in wanted
    }


class _Writing:
    """Collects the rows of one import and writes them table by table."""

    def __init__(
        self, session: TenantSession, day: date, made: Mapping[str, int], actor: Actor, now: datetime
    ) -> None:
        self.session, self.day, self.made, self.actor, self.now = session, day, made, actor, now
        self.memberships: list[dict[str, Any]] = []
        self.attributes: list[dict[str, Any]] = []
        self.leaves: list[dict[str, Any]] = []

    def add(self, lines: Iterable[Line]) -> None:
        """New people with subject, membership, facts and absence."""
        persons, subjects = [], []
        for line in lines:
            work: Work = line.work
            ident = new_id()
            persons.append(
                {
                    "id": ident,
                    "version": 1,
                    "number": work.number,
                    "name": work.name,
                    "initials": initials(work.name),
                    "phone": work.phone,
                    "joined_on": work.joined_on,
                    "left_on": work.left_on,
                    "note": work.note,
                }
            )
            subjects.append({"id": ident, "person_id": ident, "unit_id": None})
            first = work.joined_on or (min(self.day, work.left_on) if work.left_on else self.day)
            self._member(ident, work, first, work.left_on)
            self._beside(ident, work, "opening")
        self._bulk(Person, persons)
        self._bulk(Subject, subjects)
        self._flush_rows()

    def update(self, lines: Sequence[Line]) -> None:
        """People who are known: only what differs is written; each one's version grows."""
        for start in range(0, len(lines), CHUNK):
            chunk = {line.work.known.id: line.work for line in lines[start : start + CHUNK]}
            held = [work.known.held.id for work in chunk.values() if work.known.held is not None]
            memberships = {
                one.person_id: one
                for one in self.session.scalars(select(Membership).where(Membership.id.in_(held)))
            }
            for person in self.session.scalars(select(Person).where(Person.id.in_(list(chunk)))):
                self._alter(person, chunk[person.id], memberships.get(person.id))
            self.session.flush()
        self._flush_rows()

    def _alter(self, person: Person, work: Work, held: Membership | None) -> None:
        for name, value in work.sets.items():
            setattr(person, name, value)
        if "name" in work.sets:
            person.initials = initials(person.name)
        touch(person)
        if work.rejoin:
            person.left_on = None
        if work.unit is not None:
            self._move(person.id, work, held)
        if work.left_on is not None:
            person.left_on = work.left_on
            self._end(person.id, held, work.left_on)
        self._beside(person.id, work, "imported")

    def _move(self, ident: int, work: Work, held: Membership | None) -> None:
        if held is not None and held.starts_on == self.day:
            held.unit_id, held.position = self._unit(work), work.position or ""
            return
        ends_on = None
        if held is not None:
            ends_on, held.ends_on = held.ends_on, self.day - ONE_DAY
        self._member(ident, work, self.day, ends_on)

    def _end(self, ident: int, held: Membership | None, last: date) -> None:
        """End on the last day whatever membership would run beyond it."""
        for row in self.memberships:
            if row["person_id"] == ident:
                row["ends_on"] = last
        if held is not None and (held.ends_on is None or held.ends_on > last):
            held.ends_on = max(last, held.starts_on)

    def _member(self, ident: int, work: Work, first: date, last: date | None) -> None:
        self.memberships.append(
            {
                "id": new_id(),
                "person_id": ident,
                "unit_id": self._unit(work),
                "position": work.position or "",
                "starts_on": first,
                "ends_on": last,
            }
        )

    def _unit(self, work: Work) -> int:
        assert work.unit is not None
        return work.unit if isinstance(work.unit, int) else self.made[work.unit]

    def _beside(self, ident: int, work: Work, origin: str) -> None:
        for name, value in work.facts.items():
            self.attributes.append(
                {
                    "id": new_id(),
                    "person_id": ident,
                    "name": name,
                    "value": value,
                    "starts_on": self.day,
                    "origin": origin,
                    "reason": None,
                    "recorded_by": self.actor.person_id,
                    "recorded_at": self.now,
                }
            )
        if work.leave is not None:
            kind, first, last = work.leave
            self.leaves.append(
                {
                    "id": new_id(),
                    "person_id": ident,
                    "kind": kind,
                    "starts_on": first,
                    "ends_on": last,
                    "note": work.note,
                }
            )

    def _flush_rows(self) -> None:
        self._bulk(Membership, self.memberships)
        self._bulk(Attribute, self.attributes)
        self._bulk(Leave, self.leaves)
        self.memberships, self.attributes, self.leaves = [], [], []

    def _bulk(self, model: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(insert(model), rows)
