"""Carrying a decision out, and taking back what one did.

Decides what each effect does: an effect with a fact sets it (never below its lowest); the end of an engagement is a
last day; a deposit moves whole; a post changes where a new one is named. Everything else is only recorded. Each thing
done is told, with what stood before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.consequences.kinds import DEPOSITS, ENDS, MOVES_POST
from kaohe.consequences.models import Decision, DecisionAct, Proposal
from kaohe.consequences.proposing import Because, end, fine_posted, title_of
from kaohe.db import TenantSession
from kaohe.ledger import service as ledger
from kaohe.ledger.models import Movement
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.scheme import DEPOSIT_FORFEITED, FINE, Effect, Fact, Scheme, Text


@dataclass(frozen=True)
class Did:
    """One thing that was done: what kind, to which row, what stood before and after."""

    kind: str
    ref_id: int | None = None
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class Carrying:
    """A decision on its way into force."""

    session: TenantSession
    proposal: Proposal
    decision: Decision
    effect: Effect
    actor: Actor
    today: date
    now: datetime
    position: str = ""

    @property
    def person(self) -> Person | None:
        """Who it is about; None for a unit."""
        return self.session.get(Person, self.proposal.subject_id)

    @property
    def words(self) -> str:
        """The reason, with what called for it."""
        return f"{title_of(self.proposal.doc).zh}：{self.decision.reason}"

    def act(self, what: str) -> ledger.Act:
        """A movement of money that belongs to this decision."""
        return ledger.Act(
            f"decision:{self.decision.id}:{what}",
            self.actor.person_id,
            self.now,
            self.today,
            self.today,
            self.words,
            "decision",
            self.decision.id,
            self.actor.also,
        )


def lowered(scheme: Scheme, effect: Effect, held: Any) -> Any:
    """The fact's value after the effect, not below its lowest; None where the effect changes none, or none is known."""
    fact = next((fact for fact in scheme.facts if fact.code == effect.fact), None)
    if fact is None or not effect.by or not isinstance(held, int):
        return None
    return max(held - effect.by, _lowest(fact))


def _lowest(fact: Fact) -> int:
    return fact.low if fact.low is not None else 0


def scheme_of(session: TenantSession, proposal: Proposal) -> Scheme:
    """The scheme under which it was proposed."""
    return adoption.scheme_of(session, session.need(Period, proposal.period_id).revision_id)


def carry_out(carrying: Carrying) -> list[Did]:
    """Do what the decision says; what was done."""
    effect = carrying.effect
    if effect.fact:
        return _set_fact(carrying, carrying.decision.after)
    if effect.kind in ENDS:
        return _end(carrying)
    if effect.kind in DEPOSITS:
        return _move_deposit(carrying)
    if effect.kind in MOVES_POST and carrying.position.strip():
        return _move_post(carrying, carrying.position.strip())
    return []


def _set_fact(carrying: Carrying, value: Any) -> list[Did]:
    decision, person = carrying.decision, carrying.person
    if person is None or value is None or value == decision.before:
        return []
    row = people.set_fact(
        carrying.session,
        person,
        carrying.effect.fact,
        value,
        starts_on=decision.acts_on,
        origin="decided",
        reason=carrying.words,
        actor=carrying.actor,
        now=carrying.now,
    )
    return [Did("fact", row.id, decision.before, value)] if row is not None else []


def _end(carrying: Carrying) -> list[Did]:
    person = carrying.person
    if person is None or person.left_on is not None:
        return []
    people.leave(carrying.session, person, on=carrying.today)
    return [Did("left", person.id, None, carrying.today.isoformat())]


def _move_deposit(carrying: Carrying) -> list[Did]:
    book = ledger.book_of(carrying.session)
    move = ledger.forfeit if carrying.effect.kind == DEPOSIT_FORFEITED else ledger.refund
    done = []
    for kind in book.of_use("deposit"):
        movement = move(
            carrying.session,
            book,
            carrying.proposal.subject_id,
            kind=kind.code,
            act=carrying.act(kind.code),
        )
        if movement is not None:
            done.append(Did("money", movement.id))
    return done


def _move_post(carrying: Carrying, position: str) -> list[Did]:
    person = carrying.person
    if person is None:
        return []
    held = people.membership_on(carrying.session, person.id, carrying.today)
    before = held.position if held is not None else ""
    unit = carrying.session.need(Unit, held.unit_id) if held is not None else None
    if unit is None or before == position:
        return []
    people.move_person(carrying.session, person, unit=unit, position=position[:100], on=carrying.today)
    return [Did("position", person.id, before, position)]


def take_back(carrying: Carrying) -> list[Did]:
    """Take back what the proposal that is undone did: the last thing first."""
    session, undoes = carrying.session, carrying.proposal.undoes
    origin = session.need(Proposal, undoes)
    if origin.at_once:
        return _take_fine_back(carrying, origin)
    query = (
        select(DecisionAct)
        .where(DecisionAct.decision_id == origin.replaced_by)
        .order_by(DecisionAct.id.desc())
    )
    done: list[Did] = []
    for act in session.scalars(query).all():
        done += _undone(carrying, act)
    return done


def _undone(carrying: Carrying, act: DecisionAct) -> list[Did]:
    session, person = carrying.session, carrying.person
    if act.kind == "money":
        return [_reverse(carrying, session.need(Movement, act.ref_id))]
    if person is None:
        return []
    if act.kind == "left":
        if person.left_on is None:
            return []
        people.stay(session, person)
        return [Did("left", person.id, act.after, None)]
    if act.kind == "position":
        return _move_post(carrying, act.before or "")
    row = people.set_fact(
        session,
        person,
        carrying.effect.fact,
        act.before,
        starts_on=max(carrying.today, carrying.decision.acts_on),
        origin="decided",
        reason=carrying.words,
        actor=carrying.actor,
        now=carrying.now,
    )
    return [Did("fact", row.id, act.after, act.before)] if row is not None else []


def _reverse(carrying: Carrying, movement: Movement) -> Did:
    book = ledger.book_of(carrying.session)
    back = ledger.reverse(carrying.session, book, movement, act=carrying.act(f"back:{movement.id}"))
    return Did("money", back.id)


def _take_fine_back(carrying: Carrying, origin: Proposal) -> list[Did]:
    """A fine whose money has passed: the collecting goes back, then the fine; then it is withdrawn."""
    session = carrying.session
    fine = fine_posted(session, origin.id) if origin.effect == FINE else None
    done = []
    if fine is not None and ledger.reversal_of(session, fine) is None:
        collected = ledger.settlement_of(session, fine)
        done = [_reverse(carrying, one) for one in (collected, fine) if one is not None]
    why = Because(
        Text(f"经决定撤销：{carrying.decision.reason}", f"Undone by decision: {carrying.decision.reason}"),
        carrying.actor.person_id,
        carrying.now,
    )
    end(session, [origin], why)
    return done
