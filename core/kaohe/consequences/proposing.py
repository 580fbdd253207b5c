"""How proposals come to be and are withdrawn: once for what calls for them, with their reasons; never silently.

A proposal whose ground is gone is withdrawn with the reason in words. Where it had been decided and carried out, its
undoing is proposed: what was done is taken back only by a decision. A fine that holds at once is posted, and reversed
when its ground goes while nothing was collected; once money has passed, its taking back is proposed too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, insert, select, update

from kaohe.consequences.kinds import AT_ONCE
from kaohe.consequences.models import Decision, Proposal, ProposalWithdrawal
from kaohe.db import TenantSession, new_id
from kaohe.ledger import service as ledger
from kaohe.ledger.models import Movement
from kaohe.scheme import FINE, Effect, Text

PIECE = 400
FROM_FINE = "proposal"
"""Origin of movements that a proposal has made."""


@dataclass(frozen=True)
class Called:
    """What is called for: by what (`key`), about whom, which effect, why."""

    key: str
    made: str
    period_id: int
    subject_id: int
    unit_id: int
    clause_id: int
    occurrence: int
    effect: Effect
    title: Text
    reasons: Sequence[Sequence[str]] = ()
    source: str = ""
    amount_fen: int | None = None
    entry_id: int | None = None
    run_id: int | None = None
    undoes: int | None = None
    proposed_by: int | None = None


@dataclass(frozen=True)
class Because:
    """Why proposals are withdrawn: by whose act, when, in words."""

    text: Text
    by: int | None
    now: datetime


def document(effect: Effect, title: Text) -> dict[str, Any]:
    """An effect as it is kept with its proposal."""
    held = asdict(effect)
    held["percent"] = None if effect.percent is None else str(effect.percent)
    held["title"] = [effect.title.zh, effect.title.en]
    return {"effect": held, "title": [title.zh, title.en]}


def effect_of(doc: Mapping[str, Any]) -> Effect:
    """The effect that was kept."""
    held = dict(doc["effect"])
    held["title"] = Text(*held["title"])
    held["percent"] = None if held["percent"] is None else Decimal(held["percent"])
    return Effect(**held)


def title_of(doc: Mapping[str, Any]) -> Text:
    """The name of the clause or consequence that called for it."""
    return Text(*doc["title"])


def propose(session: TenantSession, called: Sequence[Called], now: datetime) -> list[int]:
    """Write proposals in bulk; each takes the round after the ones of its key that ended. Gives their ids."""
    if not called:
        return []
    rounds = _rounds(session, [one.key for one in called])
    ids = [new_id() for _ in called]
    session.execute(
        insert(Proposal).execution_options(render_nulls=True),
        [_row(one, ident, rounds.get(one.key, 0), now) for one, ident in zip(called, ids, strict=True)],
    )
    fines = [(ident, one) for one, ident in zip(called, ids, strict=True) if one.effect.kind == FINE]
    if fines:
        _post(session, fines, now)
    return ids


def _row(one: Called, ident: int, turn: int, now: datetime) -> dict[str, Any]:
    return {
        "id": ident,
        "key": one.key,
        "round": turn,
        "made": one.made,
        "period_id": one.period_id,
        "subject_id": one.subject_id,
        "unit_id": one.unit_id,
        "clause_id": one.clause_id,
        "occurrence": one.occurrence,
        "source": one.source,
        "effect": one.effect.kind,
        "doc": document(one.effect, one.title),
        "reasons": [list(reason) for reason in one.reasons],
        "amount_fen": one.amount_fen,
        "at_once": one.made == "recorded" and one.effect.kind in AT_ONCE,
        "entry_id": one.entry_id,
        "run_id": one.run_id,
        "undoes": one.undoes,
        "proposed_by": one.proposed_by,
        "proposed_at": now,
        "replaced_by": None,
    }


def _rounds(session: TenantSession, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), PIECE):
        some = keys[start : start + PIECE]
        query = (
            select(Proposal.key, func.max(Proposal.round))
            .where(Proposal.key.in_(some))
            .group_by(Proposal.key)
        )
        found.update({key: last + 1 for key, last in session.execute(query)})
    return found


def _post(session: TenantSession, fines: Iterable[tuple[int, Called]], now: datetime) -> None:
    book = ledger.book_of(session)
    if not book.of_use("fines"):
        return
    today = now.astimezone(session.zone).date()
    for ident, one in fines:
        if one.amount_fen and one.made == "recorded":
            act = ledger.Act(
                f"fine:{ident}", one.proposed_by, now, today, today, origin=FROM_FINE, origin_id=ident
            )
            ledger.fine(
                session, book, one.subject_id, account=one.effect.account, amount_fen=one.amount_fen, act=act
            )


def withdraw(session: TenantSession, proposals: Sequence[Proposal], why: Because) -> None:
    """End proposals that nobody has decided; a fine goes back unless its money has passed, then that is proposed."""
    going = [
        one for one in proposals if not (one.at_once and one.effect == FINE) or _unposted(session, one, why)
    ]
    end(session, going, why)


def end(session: TenantSession, proposals: Sequence[Proposal], why: Because) -> None:
    """Write the withdrawals of proposals, many by one statement; those that had ended meanwhile are passed over."""
    for start in range(0, len(proposals), PIECE):
        some = proposals[start : start + PIECE]
        rows = {one.id: new_id() for one in some}
        stand = update(Proposal).where(Proposal.id.in_(rows), Proposal.replaced_by.is_(None))
        named = stand.values(replaced_by=case(rows, value=Proposal.id)).returning(Proposal.id)
        went = session.scalars(named.execution_options(synchronize_session=False)).all()
        said = {"by": why.by, "at": why.now, "zh": why.text.zh, "en": why.text.en}
        if went:
            session.execute(
                insert(ProposalWithdrawal).execution_options(render_nulls=True),
                [{"id": rows[ident], "proposal_id": ident, **said} for ident in went],
            )
        for one in some:
            session.expire(one)


def end_with(session: TenantSession, one: Proposal, by: int) -> bool:
    """Name the row that ends a proposal; whoever comes second gets False."""
    stands = (
        update(Proposal).where(Proposal.id == one.id, Proposal.replaced_by.is_(None)).values(replaced_by=by)
    )
    done = bool(session.execute(stands.execution_options(synchronize_session=False)).rowcount == 1)
    session.expire(one)
    return done


def fine_posted(session: TenantSession, proposal_id: int) -> Movement | None:
    """The movement that a fine's proposal has made."""
    return next(iter(ledger.made_from(session, FROM_FINE, [proposal_id])), None)


def _unposted(session: TenantSession, one: Proposal, why: Because) -> bool:
    """Take a fine's posting back; False where its money has passed, so that its taking back is proposed."""
    movement = fine_posted(session, one.id)
    if movement is None or ledger.reversal_of(session, movement) is not None:
        return True
    if ledger.settlement_of(session, movement) is not None:
        undo(session, [one], why)
        return False
    today = why.now.astimezone(session.zone).date()
    act = ledger.Act(f"unfine:{one.id}", None, why.now, today, today, why.text.zh)
    ledger.reverse(session, ledger.book_of(session), movement, act=act)
    return True


def undo(session: TenantSession, proposals: Sequence[Proposal], why: Because) -> None:
    """Propose that what was carried out be taken back; once for each."""
    waiting = standing_undos(session, [one.id for one in proposals])
    called = [
        Called(
            key=f"u{one.id}",
            made="undo",
            period_id=one.period_id,
            subject_id=one.subject_id,
            unit_id=one.unit_id,
            clause_id=one.clause_id,
            occurrence=one.occurrence,
            effect=effect_of(one.doc),
            title=title_of(one.doc),
            reasons=[["", "", why.text.zh, why.text.en]],
            source=one.source,
            amount_fen=one.amount_fen,
            entry_id=one.entry_id,
            run_id=one.run_id,
            undoes=one.id,
            proposed_by=why.by,
        )
        for one in proposals
        if one.id not in waiting
    ]
    propose(session, called, why.now)


def standing_undos(session: TenantSession, ids: Sequence[int]) -> dict[int, Proposal]:
    """The undoings that wait, by the proposal that they undo."""
    found: dict[int, Proposal] = {}
    for start in range(0, len(ids), PIECE):
        query = select(Proposal).where(
            Proposal.undoes.in_(ids[start : start + PIECE]), Proposal.replaced_by.is_(None)
        )
        found.update({one.undoes: one for one in session.scalars(query) if one.undoes is not None})
    return found


def settle_differences(
    session: TenantSession,
    called: Sequence[Called],
    existing: Sequence[Proposal],
    why: Because,
    *,
    undoing: bool = True,
) -> None:
    """Make what is called for and not there; withdraw what waits and is not called for; propose to undo what was
    carried out and is not called for any more. Where `undoing` is put off, the undoings that wait are withdrawn too."""
    wanted = {one.key: one for one in called}
    held = {one.key: one for one in existing if one.replaced_by is None}
    carried = _carried(session, [one for one in existing if one.replaced_by is not None])
    declined = {one.key for one, accepted in carried if not accepted}
    accepted = {one.key: one for one, yes in carried if yes}
    propose(
        session,
        [
            one
            for key, one in wanted.items()
            if key not in held and key not in accepted and key not in declined
        ],
        why.now,
    )
    withdraw(session, [one for key, one in held.items() if key not in wanted], why)
    gone = [one for key, one in accepted.items() if key not in wanted]
    if undoing:
        undo(session, gone, why)
    else:
        end(session, list(standing_undos(session, [one.id for one in gone]).values()), why)
    again = Because(Text("依据重新成立", "its ground holds again"), why.by, why.now)
    back = [one.id for key, one in accepted.items() if key in wanted]
    back += [one.id for key, one in held.items() if key in wanted and one.at_once]
    end(session, list(standing_undos(session, back).values()), again)


def _carried(session: TenantSession, ended_ones: Sequence[Proposal]) -> list[tuple[Proposal, bool]]:
    """Of proposals that ended, those that were decided, and whether they are in force: accepted and not undone."""
    by_id = {one.id: one for one in ended_ones}
    ended_by = {one.replaced_by: one.id for one in ended_ones if one.replaced_by is not None}
    decided: dict[int, bool] = {}
    undone: set[int] = set()
    for some in _pieces(list(ended_by)):
        query = select(Decision.id, Decision.accepted).where(Decision.id.in_(some))
        decided.update({ended_by[row[0]]: row[1] for row in session.execute(query)})
    for some in _pieces(list(by_id)):
        back = (
            select(Proposal.undoes)
            .join(Decision, Decision.id == Proposal.replaced_by)
            .where(Proposal.undoes.in_(some), Decision.accepted.is_(True))
        )
        undone.update(one for one in session.scalars(back) if one is not None)
    return [(by_id[ident], accepted) for ident, accepted in decided.items() if ident not in undone]


def _pieces(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), PIECE):
        yield ids[start : start + PIECE]
