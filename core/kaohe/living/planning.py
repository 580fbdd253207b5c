"""What merging two records of one person would move, what it would not, and what speaks against it; nothing is written.

Decides the first day from which things move: the day after the last final period in which either record has a result.
Refuses while a result of either is neither sealed nor reopened, since it would change; while something about the record
that goes has to be finished first (`living.obstacles`); one's own record; one that is merged or erased already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import or_, select

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.living import hanging, rating, refusals
from kaohe.living.models import Erasure
from kaohe.living.obstacles import require_free
from kaohe.people.models import Attribute, EarlierResult, Leave, Membership, Merge, Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.ratings.models import RatingAssignment
from kaohe.results.models import Result, Run
from kaohe.scheme import Text

ONE_DAY = timedelta(days=1)
EVER = date(1900, 1, 1)
Span = tuple[date, date | None]


@dataclass(frozen=True)
class Conflict:
    """What both records have, and what becomes of it."""

    what: Text
    outcome: Text


@dataclass
class Plan:
    """What a merging would do."""

    kept: Person
    gone: Person
    from_day: date
    memberships: list[tuple[Membership, str, list[Span]]] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    running: list[Leave] = field(default_factory=list)  # absences that began before and go on
    facts: list[Attribute] = field(default_factory=list)
    earlier: list[EarlierResult] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    sealed: list[Period] = field(default_factory=list)
    account: str = ""  # "" (the gone one has none) | "moves" | "locked"
    grants: list[Grant] = field(default_factory=list)
    hanging: hanging.Hanging = field(default_factory=hanging.Hanging)
    assignments: list[RatingAssignment] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def plan(session: TenantSession, kept: Person, gone: Person, *, actor: Actor) -> Plan:
    """What would move and what would not; raises what speaks against it."""
    _require(session, kept, gone, actor)
    found = Plan(kept, gone, _first_day(session, kept, gone))
    found.sealed = _sealed(session, gone)
    _plan_memberships(session, found)
    _plan_dated(session, found)
    found.hanging = hanging.find(session, kept, gone)
    _plan_entries(session, found)
    counted = [one for one in found.hanging.counted if one.subject_id == gone.id]
    require_free(session, gone, [*found.entries, *counted])
    _plan_account(session, found)
    _plan_hanging(session, found)
    both = _both_sealed(session, kept, gone)
    if both:
        titles = [periods.title_of(one) for one in both]
        found.conflicts.append(
            Conflict(
                Text(
                    "两份档案都有定稿结果：" + "、".join(one.zh for one in titles),
                    "Both records have final results: " + ", ".join(one.en for one in titles),
                ),
                Text("都保留，封存不动", "both stay as they are, sealed"),
            )
        )
    return found


def _require(session: TenantSession, kept: Person, gone: Person, actor: Actor) -> None:
    if kept.id == gone.id:
        raise refusals.SamePerson
    if actor.person_id in (kept.id, gone.id):
        raise refusals.OwnRecord
    for one in (kept, gone):
        if session.scalar(select(Merge.id).where(Merge.gone_id == one.id)) is not None:
            raise refusals.AlreadyMerged(name=one.name, number=one.number)
        if session.scalar(select(Erasure.id).where(Erasure.person_id == one.id)) is not None:
            raise refusals.AlreadyErased
    for one in (gone, kept):
        waiting = _periods_of(session, [one.id], ("closed", "published"))
        if waiting:
            titles = [periods.title_of(each) for each in waiting]
            named = Text("、".join(each.zh for each in titles), ", ".join(each.en for each in titles))
            raise refusals.NotSettled(name=one.name, periods=named)


def _periods_of(session: TenantSession, ids: Sequence[int], states: Sequence[str]) -> list[Period]:
    """The periods of some states in which these records have a standing result, the oldest first."""
    having = (
        select(Result.period_id)
        .join(Run, Run.id == Result.run_id)
        .where(Run.standing.is_(True), Result.subject_id.in_(ids))
    )
    query = select(Period).where(Period.state.in_(states), Period.id.in_(having))
    return list(session.scalars(query.order_by(Period.starts_on)))


def _sealed(session: TenantSession, gone: Person) -> list[Period]:
    return _periods_of(session, [gone.id], ("final",))


def _both_sealed(session: TenantSession, kept: Person, gone: Person) -> list[Period]:
    mine = {one.id for one in _periods_of(session, [kept.id], ("final",))}
    return [one for one in _sealed(session, gone) if one.id in mine]


def _first_day(session: TenantSession, kept: Person, gone: Person) -> date:
    sealed = _periods_of(session, [kept.id, gone.id], ("final",))
    return max((one.ends_on for one in sealed), default=EVER) + ONE_DAY


def _plan_memberships(session: TenantSession, found: Plan) -> None:
    names = {unit.id: unit.name for unit in session.scalars(select(Unit))}
    taken: list[Span] = [
        (one.starts_on, one.ends_on)
        for one in session.scalars(select(Membership).where(Membership.person_id == found.kept.id))
    ]
    query = select(Membership).where(
        Membership.person_id == found.gone.id,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= found.from_day),
    )
    for one in session.scalars(query.order_by(Membership.starts_on)):
        open_span: Span = (max(one.starts_on, found.from_day), one.ends_on)
        pieces = without(open_span, taken)
        found.memberships.append((one, names[one.unit_id], pieces))
        if pieces != [open_span]:
            found.conflicts.append(
                Conflict(
                    Text(
                        f"任职重叠：{found.gone.number} 在{names[one.unit_id]}自 {open_span[0]} 起",
                        f"Memberships overlap: {found.gone.number} in {names[one.unit_id]} from {open_span[0]} on",
                    ),
                    Text(
                        f"重叠的日子以 {found.kept.number} 为准", f"on those days {found.kept.number} holds"
                    ),
                )
            )


def without(span: Span, taken: Sequence[Span]) -> list[Span]:
    """The parts of a span that none of the others covers, in order; an open end is None."""
    pieces = [span]
    for first, last in taken:
        cut: list[Span] = []
        for start, end in pieces:
            if (last is not None and last < start) or (end is not None and first > end):
                cut.append((start, end))
                continue
            if first > start:
                cut.append((start, first - ONE_DAY))
            if last is not None and (end is None or last < end):
                cut.append((last + ONE_DAY, end))
        pieces = cut
    return sorted(pieces, key=lambda piece: piece[0])


def _plan_dated(session: TenantSession, found: Plan) -> None:
    day = found.from_day
    away = [
        (one.starts_on, one.ends_on)
        for one in session.scalars(select(Leave).where(Leave.person_id == found.kept.id))
    ]
    query = select(Leave).where(
        Leave.person_id == found.gone.id, or_(Leave.ends_on.is_(None), Leave.ends_on >= day)
    )
    for one in session.scalars(query.order_by(Leave.starts_on)):
        span: Span = (max(one.starts_on, day), one.ends_on)
        if without(span, away) == [span]:
            (found.leaves if one.starts_on >= day else found.running).append(one)
        else:
            found.conflicts.append(
                Conflict(
                    Text(
                        f"请假重叠：{one.kind} {one.starts_on} 起",
                        f"Absences overlap: {one.kind} from {one.starts_on}",
                    ),
                    Text(f"以 {found.kept.number} 的为准", f"that of {found.kept.number} holds"),
                )
            )
    held = {
        (one.name, one.starts_on)
        for one in session.scalars(select(Attribute).where(Attribute.person_id == found.kept.id))
    }
    facts = select(Attribute).where(Attribute.person_id == found.gone.id, Attribute.starts_on >= day)
    for fact in session.scalars(facts.order_by(Attribute.name, Attribute.starts_on)):
        if (fact.name, fact.starts_on) not in held:
            found.facts.append(fact)
    known = {
        (one.scheme_code, one.starts_on)
        for one in session.scalars(select(EarlierResult).where(EarlierResult.person_id == found.kept.id))
    }
    earlier = select(EarlierResult).where(EarlierResult.person_id == found.gone.id)
    found.earlier = [one for one in session.scalars(earlier) if (one.scheme_code, one.starts_on) not in known]


def _plan_entries(session: TenantSession, found: Plan) -> None:
    query = (
        select(Entry)
        .join(Period, Period.id == Entry.period_id)
        .where(Entry.subject_id == found.gone.id, Entry.replaced_by.is_(None), Period.state == "open")
        .where(Entry.id.not_in([one.id for one in found.hanging.counted]))
        .order_by(Entry.recorded_at, Entry.id)
    )
    for one in session.scalars(query):
        if one.recorded_by == found.kept.id:
            found.conflicts.append(
                Conflict(
                    Text(
                        f"{one.happened_on} 的一条记录是本人以另一份档案录入的",
                        f"An entry of {one.happened_on} was recorded by the same person under the other record",
                    ),
                    Text("不转，留在原档案", "is not carried over"),
                )
            )
        else:
            found.entries.append(one)
    own = (
        select(Entry.happened_on)
        .join(Period, Period.id == Entry.period_id)
        .where(
            Entry.subject_id == found.kept.id,
            Entry.recorded_by == found.gone.id,
            Entry.replaced_by.is_(None),
            Period.state == "open",
        )
    )
    for day in session.scalars(own.order_by(Entry.happened_on)):
        found.conflicts.append(
            Conflict(
                Text(
                    f"{day} 的一条记录是本人以另一份档案录入的",
                    f"An entry of {day} was recorded by the same person under the other record",
                ),
                Text("保留；不该算的请撤回", "it stays; withdraw it where it should not count"),
            )
        )


def _plan_hanging(session: TenantSession, found: Plan) -> None:
    found.assignments = rating.open_assignments(session, found.gone)
    counted = {one.origin_id for one in found.hanging.counted}
    for due, other in found.hanging.both:
        holds = found.gone if due.subject_id == found.gone.id else found.kept
        back = other.id in counted
        found.conflicts.append(
            Conflict(
                Text(
                    f"两份档案都要报送同一份材料（{due.starts_on} 起）",
                    f"Both records owe the same filing (from {due.starts_on} on)",
                ),
                Text(
                    f"以 {holds.number} 的为准，另一份不再催报" + ("，已计的逾期撤回" if back else ""),
                    f"that of {holds.number} holds, the other is settled"
                    + (" and the miss that was counted is taken back" if back else ""),
                ),
            )
        )


def _plan_account(session: TenantSession, found: Plan) -> None:
    mine, theirs = (
        session.scalar(select(Account).where(Account.person_id == one.id)) for one in (found.kept, found.gone)
    )
    if theirs is None:
        return
    found.account = "locked" if mine is not None else "moves"
    if mine is None:
        return
    lent = or_(Grant.account_id == theirs.id, Grant.deputy_of == theirs.id)
    found.grants = list(session.scalars(select(Grant).where(lent).order_by(Grant.id)))
    found.conflicts.append(
        Conflict(
            Text("两份档案各有一个账户", "Each record has an account"),
            Text(
                f"保留 {found.kept.number} 的，另一个锁定"
                + (f"，其 {len(found.grants)} 个角色结束" if found.grants else ""),
                f"that of {found.kept.number} stays, the other is locked"
                + (f" and its {len(found.grants)} roles end" if found.grants else ""),
            ),
        )
    )
