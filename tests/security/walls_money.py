"""What money and consequences add for the walls: a reversal, a settlement, a decision, and a probe for each rule."""

from __future__ import annotations

from sqlalchemy import select

from kaohe.consequences.models import Decision, DecisionAct, Proposal, ProposalWithdrawal
from kaohe.consequences.proposing import Called, propose
from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.ledger import service as ledger
from kaohe.ledger.models import Movement
from kaohe.scheme import Effect, Text
from kaohe.testing.probing import Probe, copied, inserted, row_of
from kaohe.testing.world import World

WAITING = ("decided", "plain", "admin", "proposed", "ended")


def fill(world: World) -> None:
    """A movement taken back, one that settles another and lacks its postings, and a decision with what it did."""
    with world.session() as session:
        _move(session, world)
        entry = session.scalars(
            select(Entry).where(
                Entry.period_id == world.before.id, Entry.recorded_by == world.people["assessor"].id
            )
        ).first()
        assert entry is not None
        _decide(session, world, entry)
        session.commit()


def _move(session: TenantSession, world: World) -> None:
    paid = session.need(Movement, world.things["movement"]["member"])
    act = ledger.Act("walls-back", None, world.now, world.today, world.today, f"退回{world.marker}")
    back = ledger.reverse(session, ledger.book_of(session), paid, act=act)
    waiting = session.need(Movement, world.things["movement"]["colleague"])
    settling = Movement(
        purpose=waiting.purpose,
        happened_on=waiting.happened_on,
        subject_id=waiting.subject_id,
        unit_id=waiting.unit_id,
        key="walls-settles",
        digest="",
        lines=2,
        settles=waiting.id,
        posted_at=world.now,
    )
    session.add(settling)
    session.flush()
    world.keep("movement", "back", back.id)
    world.keep("movement", "settling", settling.id)


def _decide(session: TenantSession, world: World, entry: Entry) -> None:
    """Proposals about the entry that wait, each for one rule; the first is decided, the last withdrawn."""
    decider, admin = world.people["other_assessor"].id, world.people["admin"].id
    ids = propose(
        session,
        [
            Called(
                key=f"walls:{name}",
                made="closed",
                period_id=world.before.id,
                subject_id=admin if name == "admin" else entry.subject_id,
                unit_id=entry.unit_id,
                clause_id=entry.clause_id,
                occurrence=1,
                effect=Effect("notice", Text(f"诫勉{world.marker}", "admonished")),
                title=Text(f"依据{world.marker}", "grounds"),
                proposed_by=decider if name == "proposed" else None,
            )
            for name in WAITING
        ],
        world.now,
    )
    world.things["waiting"] = dict(zip(WAITING, ids, strict=True))
    decision = Decision(
        proposal_id=ids[0],
        period_id=world.before.id,
        subject_id=entry.subject_id,
        clause_id=entry.clause_id,
        occurrence=1,
        effect="notice",
        accepted=False,
        acts_on=world.today,
        decided_by=decider,
        at=world.now,
        reason=f"决定{world.marker}",
    )
    ended = ProposalWithdrawal(
        proposal_id=ids[-1], at=world.now, zh=f"不再成立{world.marker}", en="no longer holds"
    )
    session.add_all((decision, ended))
    session.flush()
    session.need(Proposal, ids[-1]).replaced_by = ended.id
    session.add(DecisionAct(decision_id=decision.id, kind="fact"))


def _decision(waiting: str | None, **people: str) -> Probe:
    """A decision like the one that was taken, about another proposal, by or about others."""

    def probe(session, world):
        changed = {name: world.people[who].id for name, who in people.items()}
        made = row_of(session, "decisions")
        if waiting == "proposed":
            changed["proposed_by"] = made["decided_by"]
        ident = world.things["waiting"][waiting] if waiting else None
        return copied(session, "decisions", proposal_id=ident, **changed)

    return probe


def _movement(**changed: object) -> Probe:
    """A movement of a key of its own; `reverses` and `settles` are named by whose they are, `subject` by the role."""

    def probe(session, world):
        named = {"reverses": None, "settles": None, "key": "walls-probe"} | changed
        about = named.pop("subject", None)
        for name in ("reverses", "settles"):
            if named[name]:
                named[name] = world.things["movement"][named[name]]
                whose = row_of(session, "movements", f"id = {named[name]}")
                named |= {"subject_id": whose["subject_id"], "unit_id": whose["unit_id"]}
        if about:
            named["subject_id"] = world.people[about].id
        return copied(session, "movements", **named)

    return probe


def _proposal(*, subject: str = "", entry: bool = False, run: bool = False, undoes: bool = False) -> Probe:
    """A proposal about somebody, made of an entry, a run or a proposal that is another's or of another period."""

    def probe(session, world):
        named = {"key": "walls-probe", "entry_id": None, "run_id": None, "undoes": None}
        named |= {"subject_id": world.people[subject].id} if subject else {}
        if entry:
            where = f"period_id = {world.before.id} AND subject_id <> {world.people['admin'].id}"
            named["entry_id"] = row_of(session, "entries", where)["id"]
        if run:
            named["run_id"] = row_of(session, "runs", f"period_id <> {world.before.id}")["id"]
        if undoes:
            named["undoes"] = world.things["waiting"]["plain"]
        return copied(session, "proposals", f"id = {world.things['waiting']['plain']}", **named)

    return probe


def _posting(**changed: int) -> Probe:
    """A posting of the movement that still lacks both of its own."""

    def probe(session, world):
        ident = world.things["movement"]["settling"]
        row = row_of(session, "postings")
        day = row_of(session, "movements", f"id = {ident}")["happened_on"]
        named = {"movement_id": ident, "number": 1, "happened_on": day} | changed
        if named.get("credit_id") == 0:
            named["credit_id"] = row["debit_id"]
        return copied(session, "postings", **named)

    return probe


def _opened_with_money(session, world):
    bare = row_of(session, "money_accounts", "id NOT IN (SELECT id FROM money_balances)")["id"]
    return inserted("money_balances", {**row_of(session, "money_balances"), "id": bare, "balance_fen": 5})


PROBES: dict[str, Probe] = {
    "decisions_2_self": _decision("admin", subject_id="admin", decided_by="admin"),
    "decisions_3_proposer": _decision("proposed"),
    "decisions_4_recorder": _decision("plain", decided_by="assessor"),
    "decisions_5_proposal": _decision(None),
    "money_balances_1_balance": _opened_with_money,
    "money_balances_2_balance": lambda session, world: (
        "UPDATE money_balances SET balance_fen = lowest_fen - 1 WHERE id = :id",
        {"id": row_of(session, "money_balances")["id"]},
    ),
    "movements_2_lines": _movement(lines=0),
    "movements_3_reversal": _movement(reverses="back"),
    "movements_4_settled": _movement(settles="colleague", round=1),
    "movements_5_foreign": _movement(reverses="colleague", subject="admin"),
    "movements_6_foreign": _movement(settles="member", subject="admin"),
    "proposals_2_foreign": _proposal(subject="admin", entry=True),
    "proposals_3_foreign": _proposal(run=True),
    "proposals_4_foreign": _proposal(subject="admin", undoes=True),
    "postings_2_amount": _posting(amount_fen=0),
    "postings_3_sides": _posting(credit_id=0),
    "postings_4_lines": _posting(number=9),
}
