"""Two records of one person become one: what is sealed keeps its id, what is still open moves.

From the plan's first day on (`living.planning`), memberships, absences and facts of the record that goes become those of
the one that is kept, as far as the kept one has none of its own on those days; entries of open periods are carried over
by new rows, to which the old ones point; what is owed, held, rated and voted goes along (`living.hanging`,
`living.rating`). Everything before stays where it is and is read through the link
(`people.Merge`): entries of earlier periods count on ladders, and pages lead from one record to the other. There is no
way back by a button (docs/decisions): what was moved is kept with the merging, by id.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.cases.models import CaseClockRow
from kaohe.db import TenantSession, WallRefusal, new_id
from kaohe.entries.checks import clean_words
from kaohe.entries.listening import say_kept, say_withdrawn
from kaohe.entries.models import Entry, EntryReason, Evidence, Sheet
from kaohe.errors import Conflict
from kaohe.living import dated, hanging, rating, refusals
from kaohe.living.planning import EVER, ONE_DAY, Plan, plan, without
from kaohe.people.models import Attribute, EarlierResult, Leave, Membership, Merge, MergeReason, Person
from kaohe.periods.models import Period

__all__ = ["EVER", "Plan", "merge", "merged_from", "merged_into", "plan", "without"]


def merge(
    session: TenantSession,
    kept: Person,
    gone: Person,
    *,
    number: str,
    reason: str | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> Merge:
    """Carry a plan out in this transaction; `number` is "kept" or "gone": whose staff number stays."""
    words = clean_words(reason)
    if words is None:
        raise refusals.ReasonMissing
    _hold(session, kept, gone)
    try:
        return _merge(session, kept, gone, number, words, actor, now, today)
    except WallRefusal as wall:  # a period was closed, a survey ended meanwhile
        raise Conflict from wall


def _hold(session: TenantSession, kept: Person, gone: Person) -> None:
    """Let nobody else merge, erase or move these two before this transaction ends."""
    query = select(Person.id).where(Person.id.in_((kept.id, gone.id))).order_by(Person.id)
    session.execute(query.with_for_update()).all()


def _merge(
    session: TenantSession,
    kept: Person,
    gone: Person,
    number: str,
    words: str,
    actor: Actor,
    now: datetime,
    today: date,
) -> Merge:
    found = plan(session, kept, gone, actor=actor)
    taken_back = hanging.take_back(session, found.hanging, now)
    moved: dict[str, Any] = {
        "memberships": _move_memberships(session, found),
        "leaves": [str(one.id) for one in found.leaves],
        "attributes": [str(one.id) for one in found.facts],
        "earlier_results": [str(one.id) for one in found.earlier],
        "taken_back": taken_back,
        "entries": carry_entries(session, found, now),
        "account": found.account,
        "number": number,
    }
    rows: list[Leave | Attribute | EarlierResult] = [*found.leaves, *found.facts, *found.earlier]
    known = dated.known(session, found)
    for one in rows:
        one.person_id = kept.id
    moved["leaves"] += dated.continue_leaves(session, found)
    moved["values"] = dated.carry_values(session, found, known, actor, now)
    _settle_account(session, found, today)
    moved |= hanging.carry(session, found.hanging, kept, gone, actor=actor, reason=words, now=now)
    moved["assignments"] = rating.carry(session, found.assignments, kept, gone, now)
    if number == "gone":
        _swap_numbers(session, kept, gone)
    row = Merge(
        id=new_id(),
        kept_id=kept.id,
        gone_id=gone.id,
        from_day=found.from_day,
        done_by=actor.person_id,
        done_at=now,
        moved=moved,
    )
    session.add(row)
    session.flush()
    session.add(MergeReason(id=row.id, words=words))
    session.flush()
    return row


def _move_memberships(session: TenantSession, found: Plan) -> list[str]:
    made = []
    for one, _unit, pieces in found.memberships:
        for start, end in pieces:
            new = Membership(
                id=new_id(),
                person_id=found.kept.id,
                unit_id=one.unit_id,
                position=one.position,
                starts_on=start,
                ends_on=end,
            )
            session.add(new)
            made.append(str(new.id))
        if one.starts_on >= found.from_day:
            session.delete(one)
        else:
            one.ends_on = found.from_day - ONE_DAY
    session.flush()
    held = list(session.scalars(select(Membership).where(Membership.person_id == found.gone.id)))
    before = max(found.from_day - ONE_DAY, found.gone.joined_on or EVER)
    found.gone.left_on = max((one.ends_on for one in held if one.ends_on), default=before)
    starts = [start for _one, _unit, pieces in found.memberships for start, _end in pieces]
    if found.kept.joined_on is not None:
        found.kept.joined_on = min([found.kept.joined_on, *starts])
    running = select(Membership.id).where(Membership.person_id == found.kept.id, Membership.ends_on.is_(None))
    if found.kept.left_on is not None and session.scalar(running.limit(1)) is not None:
        found.kept.left_on = None
    session.flush()
    return made


def carry_entries(session: TenantSession, found: Plan, now: datetime) -> list[list[str]]:
    """New rows for the kept record, to which the old ones point; figures, day, recorder and evidence as they were.

    Refuses where one was corrected or withdrawn meanwhile.
    """
    pairs: list[list[str]] = []
    by_period: dict[int, tuple[list[Entry], list[Entry]]] = {}
    for old in found.entries:
        new = Entry(
            id=new_id(),
            period_id=old.period_id,
            subject_id=found.kept.id,
            clause_id=old.clause_id,
            unit_id=old.unit_id,
            sheet_id=_sheet(session, found, old),
            quantity=old.quantity,
            points=old.points,
            amount_fen=old.amount_fen,
            happened_on=old.happened_on,
            found_late=old.found_late,
            origin=old.origin,
            origin_id=old.origin_id,
            recorded_by=old.recorded_by,
            recorded_at=now,
            form_token=None,
            replaced_by=None,
        )
        stands = (
            update(Entry).where(Entry.id == old.id, Entry.replaced_by.is_(None)).values(replaced_by=new.id)
        )
        if session.execute(stands.execution_options(synchronize_session=False)).rowcount != 1:
            raise Conflict
        session.add(new)
        session.flush()
        session.expire(old)
        _copy_sides(session, old, new)
        made_it = update(CaseClockRow).where(CaseClockRow.entry_id == old.id)
        session.execute(made_it.values(entry_id=new.id).execution_options(synchronize_session="fetch"))
        pairs.append([str(old.id), str(new.id)])
        gone, came = by_period.setdefault(old.period_id, ([], []))
        gone.append(old)
        came.append(new)
    for period_id, (gone, came) in by_period.items():
        period = session.need(Period, period_id)
        scheme = adoption.scheme_of(session, period.revision_id)
        say_withdrawn(session, period, scheme, gone, now)
        say_kept(session, period, scheme, came, now)
    return pairs


def _sheet(session: TenantSession, found: Plan, old: Entry) -> int | None:
    """The sheet goes along, unless the kept record has one of the same day and recorder."""
    if old.sheet_id is None:
        return None
    sheet = session.need(Sheet, old.sheet_id)
    if sheet.subject_id == found.kept.id:
        return sheet.id
    other = hanging.same_sheet(session, sheet, found.kept.id)
    if other is not None:
        return other.id
    sheet.subject_id = found.kept.id
    session.flush()
    return sheet.id


def _copy_sides(session: TenantSession, old: Entry, new: Entry) -> None:
    reason = session.get(EntryReason, old.id)
    if reason is not None:
        session.add(EntryReason(id=new.id, words=reason.words))
    for one in session.scalars(select(Evidence).where(Evidence.entry_id == old.id)):
        session.add(
            Evidence(entry_id=new.id, file_id=one.file_id, added_by=one.added_by, added_at=one.added_at)
        )
    session.flush()


def _settle_account(session: TenantSession, found: Plan, today: date) -> None:
    account = session.scalar(select(Account).where(Account.person_id == found.gone.id))
    if account is None:
        return
    account.epoch += 1
    if found.account == "moves":
        account.person_id = found.kept.id
    else:
        account.state = "locked"
        for grant in found.grants:
            if grant.ends_on is None or grant.ends_on >= today:
                grant.ends_on = max(today - ONE_DAY, grant.starts_on)
    session.flush()


def _swap_numbers(session: TenantSession, kept: Person, gone: Person) -> None:
    mine, theirs = kept.number, gone.number
    gone.number = f"{theirs}\u2192{mine}"
    session.flush()
    kept.number = theirs
    session.flush()
    gone.number = mine
    session.flush()


def merged_into(session: TenantSession, person_id: int) -> Person | None:
    """The record into which this one went."""
    ident = session.scalar(select(Merge.kept_id).where(Merge.gone_id == person_id))
    return session.get(Person, ident) if ident else None


def merged_from(session: TenantSession, person_id: int) -> list[tuple[Merge, Person]]:
    """The records that went into this one."""
    query = select(Merge, Person).join(Person, Person.id == Merge.gone_id).where(Merge.kept_id == person_id)
    return [(row, person) for row, person in session.execute(query.order_by(Merge.done_at))]
