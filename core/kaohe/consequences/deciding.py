"""Deciding one proposal: once, by somebody who is neither the person, nor recorded the facts, nor proposed.

An accepted one is carried out in the same transaction: a fact set, an engagement ended, a deposit forfeited or
refunded, a post changed; what was done is written down, so that undoing takes back exactly that. The deposit is decided
together with the engagement. Refused: no reason, what does not wait, what holds without a decision, one's own case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.policy import Actor
from kaohe.consequences.carrying import Carrying, carry_out, take_back
from kaohe.consequences.kinds import DEPOSITS, ENDS
from kaohe.consequences.models import Decision, DecisionAct, Proposal
from kaohe.consequences.proposing import effect_of, end_with, title_of
from kaohe.consequences.reading import Proposed, listed
from kaohe.consequences.refusals import (
    AlreadyDecided,
    AtOnce,
    NothingChosen,
    NotProposed,
    ReasonMissing,
    WithItsDismissal,
    WordsTooLong,
)
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.errors import Refusal
from kaohe.periods.models import Period

MOST_WORDS = 1000


def decide(
    session: TenantSession,
    proposal: Proposal,
    *,
    accepted: bool,
    reason: str,
    actor: Actor,
    today: date,
    now: datetime,
    position: str = "",
) -> Decision:
    """Decide one proposal, and with it the deposit that follows it; an accepted one is carried out.

    A fact is changed from `today` on, never within the period itself: what a period was computed from does not
    change by what follows from it. `position`: the post somebody is moved to, where the effect moves posts.
    """
    reason = clean(reason)
    [one] = listed(session, [_locked(session, proposal)])
    require(one, actor)
    leading = _leading(session, proposal)
    if leading is not None:
        raise WithItsDismissal(title=title_of(leading.doc))
    decision = _write(session, one, accepted, reason, actor, today, now, position)
    for other in _following(session, proposal):
        [follower] = listed(session, [_locked(session, other)])
        _write(session, follower, accepted, reason, actor, today, now, "")
    return decision


def decide_many(
    session: TenantSession,
    proposals: Sequence[Proposal],
    *,
    accepted: bool,
    reason: str,
    actor: Actor,
    today: date,
    now: datetime,
) -> tuple[int, list[tuple[Proposed, Refusal]]]:
    """Decide many alike with one reason: how many were, and which were not with the reason why not."""
    if not proposals:
        raise NothingChosen
    reason = clean(reason)
    done, refused = 0, []
    for one in sorted(listed(session, proposals), key=lambda each: each.effect.kind not in ENDS):
        if one.effect.kind in DEPOSITS and _just_decided(session, one.proposal, actor, now):
            done += 1  # with the engagement it hangs on
            continue
        try:
            with session.begin_nested():
                decide(
                    session, one.proposal, accepted=accepted, reason=reason, actor=actor, today=today, now=now
                )
            done += 1
        except Refusal as refusal:
            refused.append((one, refusal))
    return done, refused


def _just_decided(session: TenantSession, proposal: Proposal, actor: Actor, now: datetime) -> bool:
    query = select(Decision.id).where(
        Decision.proposal_id == proposal.id, Decision.decided_by == actor.person_id, Decision.at == now
    )
    return session.scalar(query) is not None


def clean(reason: str) -> str:
    """A reason without control characters and outer spaces; refused when there is none, or too much."""
    words = "".join(c for c in reason.replace("\r\n", "\n") if c.isprintable() or c == "\n").strip()
    if not words:
        raise ReasonMissing
    if len(words) > MOST_WORDS:
        raise WordsTooLong(most=MOST_WORDS, count=len(words))
    return words


def require(one: Proposed, actor: Actor) -> None:
    """Refuse what does not wait for a decision, and whoever may not decide it."""
    if one.proposal.at_once:
        raise AtOnce
    if one.decision is not None:
        raise AlreadyDecided
    if one.withdrawal is not None:
        raise NotProposed
    refusal = one.why_not(actor)
    if refusal is not None:
        raise refusal


def _locked(session: TenantSession, proposal: Proposal) -> Proposal:
    """The proposal as it stands now; nobody else decides it before this transaction ends."""
    found = session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotProposed
    return found


def _siblings(session: TenantSession, proposal: Proposal) -> list[Proposal]:
    """What the same entry, or the same consequence of the same result, called for and still waits."""
    query = select(Proposal).where(
        Proposal.period_id == proposal.period_id,
        Proposal.subject_id == proposal.subject_id,
        Proposal.clause_id == proposal.clause_id,
        Proposal.occurrence == proposal.occurrence,
        Proposal.source == proposal.source,
        Proposal.made == proposal.made,
        Proposal.replaced_by.is_(None),
        Proposal.at_once.is_(False),
        Proposal.id != proposal.id,
    )
    same = (
        Proposal.entry_id.is_(None) if proposal.entry_id is None else Proposal.entry_id == proposal.entry_id
    )
    return list(session.scalars(query.where(same).order_by(Proposal.id)))


def _leading(session: TenantSession, proposal: Proposal) -> Proposal | None:
    """The ending of an engagement with which this deposit is decided."""
    if proposal.effect not in DEPOSITS:
        return None
    return next((one for one in _siblings(session, proposal) if one.effect in ENDS), None)


def _following(session: TenantSession, proposal: Proposal) -> list[Proposal]:
    """The deposits that follow the ending of an engagement."""
    if proposal.effect not in ENDS:
        return []
    return [one for one in _siblings(session, proposal) if one.effect in DEPOSITS]


def _write(
    session: TenantSession,
    one: Proposed,
    accepted: bool,
    reason: str,
    actor: Actor,
    today: date,
    now: datetime,
    position: str,
) -> Decision:
    proposal = one.proposal
    period = session.need(Period, proposal.period_id)
    decision = Decision(
        id=new_id(),
        proposal_id=proposal.id,
        period_id=proposal.period_id,
        run_id=proposal.run_id,
        subject_id=proposal.subject_id,
        clause_id=proposal.clause_id,
        occurrence=proposal.occurrence,
        effect=proposal.effect,
        source=proposal.source,
        accepted=accepted,
        before=one.before,
        after=one.after if accepted else None,
        acts_on=max(today, period.ends_on + timedelta(days=1)) if one.effect.fact else today,
        proposed_by=proposal.proposed_by,
        decided_by=actor.person_id,
        at=now,
        reason=reason,
    )
    _put(session, decision)
    if not end_with(session, proposal, decision.id):
        raise AlreadyDecided
    if accepted:
        carrying = Carrying(session, proposal, decision, effect_of(proposal.doc), actor, today, now, position)
        acts = take_back(carrying) if proposal.undoes is not None else carry_out(carrying)
        session.add_all(
            DecisionAct(
                decision_id=decision.id, kind=act.kind, ref_id=act.ref_id, before=act.before, after=act.after
            )
            for act in acts
        )
        session.flush()
    return decision


def _put(session: TenantSession, decision: Decision) -> None:
    try:
        with session.begin_nested():
            session.add(decision)
            session.flush()
    except WallRefusal as wall:
        if wall.code == "proposal":
            raise NotProposed from wall
        raise
    except IntegrityError as error:
        if is_duplicate(error):
            raise AlreadyDecided from error
        raise
