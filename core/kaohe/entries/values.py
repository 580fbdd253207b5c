"""Values that stand under a clause or measure, one for each subject, and putting new ones in their place.

Decides what a change of a value is: a first value is recorded, another value corrects the one that stands, a cleared
one withdraws it. A second value beside the first (a retest) stays the second: where the first is corrected, the second
is written anew after it. Refuses a change that was made from a value which no longer stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.entries import refusals, service
from kaohe.entries.models import Entry, EntryReason
from kaohe.errors import Refusal
from kaohe.periods.models import Period

Key = tuple[int, int]


class ChangedMeanwhile(refusals.EntryRefusal):
    """Somebody else put another value there after this page was opened."""

    zh = "打开本页以后，别人已把它改成 {now}。请核对后再填。"
    en = "Somebody set it to {now} after this page was opened. Check and enter it again."
    status = 409


class NothingBefore(refusals.EntryRefusal):
    """A retest without a first mark."""

    zh, en = "有补考没有首考：请先填首考成绩。", "There is a retest but no first mark: enter the first mark."


@dataclass(frozen=True)
class Change:
    """A value to put: for whom, which place (0 the first, 1 the one beside it), what stood, what is to stand."""

    subject_id: int
    name: str
    place: int
    before: Decimal | None
    after: Decimal | None

    @property
    def kind(self) -> str:
        if self.before == self.after:
            return "same"
        return "new" if self.before is None else "updated"


def standing(
    session: TenantSession,
    period: Period,
    clause_ids: Iterable[int],
    subject_ids: Sequence[int] | None = None,
) -> dict[Key, list[Entry]]:
    """The entries that stand, by clause and subject, by day, then by entry. One query."""
    query = select(Entry).where(
        Entry.period_id == period.id, Entry.clause_id.in_(sorted(clause_ids)), Entry.replaced_by.is_(None)
    )
    if subject_ids is not None and len(subject_ids) <= 500:
        query = query.where(Entry.subject_id.in_(subject_ids))
    found: dict[Key, list[Entry]] = defaultdict(list)
    for entry in session.scalars(query.order_by(Entry.happened_on, Entry.id)):
        found[entry.clause_id, entry.subject_id].append(entry)
    return found


def value_at(
    held: Mapping[Key, Sequence[Entry]], clause_id: int, subject_id: int, place: int
) -> Decimal | None:
    """The value that stands in a place; None when there is none."""
    entries = held.get((clause_id, subject_id), ())
    return entries[place].quantity if len(entries) > place else None


@dataclass
class Writer:
    """Puts values of one clause: all of them, or `ManyRefused` with each that cannot be put."""

    session: TenantSession
    actor: Actor
    period: Period
    clause_id: int
    now: datetime
    today: date
    origin: str
    cleared: str
    reason: str | None = None

    def put_all(self, changes: Sequence[Change], days: Sequence[date]) -> list[Change]:
        """Put the changes; `days` are the dates of the first and of the second value. Gives what changed."""
        held = standing(
            self.session, self.period, [self.clause_id], list({change.subject_id for change in changes})
        )
        problems: list[tuple[str, Refusal]] = []
        done = []
        for change in sorted(changes, key=lambda one: (one.subject_id, one.place)):
            entries = held[self.clause_id, change.subject_id]
            try:
                if self._put(entries, change, days[min(change.place, len(days) - 1)]):
                    done.append(change)
            except Refusal as refusal:
                problems.append((change.name, refusal))
        if problems:
            raise refusals.ManyRefused(problems)
        return done

    def _put(self, entries: list[Entry], change: Change, day: date) -> bool:
        stands = entries[change.place].quantity if len(entries) > change.place else None
        if stands == change.after:
            return False
        if stands != change.before:
            raise ChangedMeanwhile(now=_said(stands))
        if stands is None:
            if change.place > len(entries):
                raise NothingBefore
            assert change.after is not None
            entries.append(self._record(change.subject_id, change.after, day))
        elif change.after is None:
            if change.place == 0 and len(entries) > 1:
                raise NothingBefore
            gone = entries.pop(change.place)
            service.withdraw(self.session, gone, actor=self.actor, reason=self.cleared, now=self.now)
        else:
            entries[change.place] = self._correct(entries[change.place], change.after)
            for later in range(change.place + 1, len(entries)):
                entries[later] = self._correct(entries[later], entries[later].quantity)
        return True

    def _record(self, subject_id: int, value: Decimal, day: date) -> Entry:
        return service.record(
            self.session,
            actor=self.actor,
            period=self.period,
            subject_id=subject_id,
            clause_id=self.clause_id,
            quantity=value,
            reason=self.reason,
            happened_on=day,
            now=self.now,
            today=self.today,
            origin=self.origin,
        )

    def _correct(self, entry: Entry, value: Decimal) -> Entry:
        said = self.session.get(EntryReason, entry.id)
        return service.correct(
            self.session,
            entry,
            actor=self.actor,
            quantity=value,
            reason=self.reason or (said.words if said else None),
            now=self.now,
            today=self.today,
        )


def _said(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():f}"
