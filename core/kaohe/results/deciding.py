"""What results call for besides points (a level lowered, a suspension): proposed by closing, decided by somebody.

Decides that a proposal is what the standing run found, that each is decided once, and that a decision to lower a
level becomes a dated fact of the person with the reason. Refuses deciders who are the person, who recorded the
fact behind it, or who closed the period and so proposed it; the database refuses them too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.db import TenantSession, is_duplicate
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.results.closing import standing_run
from kaohe.results.history import clauses_of
from kaohe.results.models import Decision, Result, Run
from kaohe.results.refusals import AlreadyDecided, NotProposed, OwnCase, Proposer, ReasonMissing, Recorder
from kaohe.scheme import Effect, Escalating, Fact, Scheme, Text, say_effect


@dataclass(frozen=True)
class Proposed:
    """One effect that entries called for, with what it would change, and its decision once there is one."""

    subject_id: int
    number: str
    name: str
    unit: str
    clause_id: int
    clause: Text
    occurrence: int
    effect: Effect
    before: Any
    after: Any
    recorders: frozenset[int]
    proposed_by: int | None
    decision: Decision | None
    decided_by: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """What a form sends to name this proposal."""
        return f"{self.subject_id}-{self.clause_id}-{self.occurrence}-{self.effect.kind}-{self.source}"

    @property
    def says(self) -> Text:
        """The effect in words."""
        return Text(say_effect(self.effect, "zh"), say_effect(self.effect, "en"))

    def why_not(self, actor: Actor) -> Refusal | None:
        """Why the actor may not decide this; None where that is allowed."""
        if self.subject_id == actor.person_id:
            return OwnCase()
        if self.proposed_by == actor.person_id:
            return Proposer()
        return Recorder() if actor.person_id in self.recorders else None


def proposed(
    session: TenantSession, period: Period, subject_ids: Collection[int] | None = None
) -> list[Proposed]:
    """What the standing results call for, the undecided first; a handful of queries."""
    run = standing_run(session, period)
    if run is None:
        return []
    earned = [tuple(one) for one in run.effects if subject_ids is None or one[0] in subject_ids]
    if not earned:
        return []
    scheme = adoption.scheme_of(session, run.revision_id)
    called = [one for one in (_called(scheme, *each) for each in earned) if one is not None]
    subjects = {one.subject_id for one in called}
    decisions = {
        (row.subject_id, row.clause_id, row.occurrence, row.effect, row.source): row
        for row in session.scalars(select(Decision).where(Decision.period_id == period.id))
    }
    deciders = _names(session, {row.decided_by for row in decisions.values()})
    recorders = _recorders(session, period, subjects, {clause for one in called for clause in one.clauses})
    facts = people.facts_on(session, date.max, list(subjects))
    where = _where(session, run, subjects)
    found = []
    for one in called:
        decision = decisions.get((one.subject_id, one.clause_id, one.occurrence, one.effect.kind, one.source))
        held = facts.get(one.subject_id, {}).get(one.effect.fact)
        number, name, unit = where.get(one.subject_id, ("", "", ""))
        found.append(
            Proposed(
                subject_id=one.subject_id,
                number=number,
                name=name,
                unit=unit,
                clause_id=one.clause_id,
                clause=one.title,
                occurrence=one.occurrence,
                effect=one.effect,
                before=decision.before if decision else held,
                after=decision.after if decision else lowered(scheme, one.effect, held),
                recorders=frozenset(
                    who for clause in one.clauses for who in recorders.get((one.subject_id, clause), ())
                ),
                proposed_by=run.by,
                decision=decision,
                decided_by=deciders.get(decision.decided_by, "") if decision else "",
                source=one.source,
            )
        )
    return sorted(
        found, key=lambda one: (one.decision is not None, one.number, one.clause_id, one.occurrence)
    )


@dataclass(frozen=True)
class Called:
    """One effect that a run found: by which clause or consequence (`source`), and the clauses behind it."""

    subject_id: int
    clause_id: int
    occurrence: int
    title: Text
    effect: Effect
    clauses: tuple[int, ...]
    source: str = ""


def _called(
    scheme: Scheme, subject: int, clause_id: int, occurrence: int, step: int | str, index: int
) -> Called | None:
    """A row of a run's effects read with its scheme: `step` is a step of the clause's own (−1: the rule), or the
    code of the scheme's consequence."""
    found = scheme.find(clause_id)
    if isinstance(step, str):
        consequence = next((one for one in scheme.consequences if one.code == step), None)
        if consequence is None or not 0 <= index < len(consequence.effects):
            return None
        title = found.title if found else consequence.title
        clauses = clauses_of(consequence)
        return Called(subject, clause_id, occurrence, title, consequence.effects[index], clauses, step)
    rule: Any = found.clause.rule if found and found.clause else None
    if isinstance(rule, Escalating) and 0 <= step < len(rule.steps):
        effects = rule.steps[step].effects
    else:
        effects = getattr(rule, "effects", ())
    if found is None or not 0 <= index < len(effects):
        return None
    return Called(subject, clause_id, occurrence, found.title, effects[index], (clause_id,))


def lowered(scheme: Scheme, effect: Effect, held: Any) -> Any:
    """The fact's value after the effect, not below its lowest; None where the effect changes none, or none is known."""
    fact = next((fact for fact in scheme.facts if fact.code == effect.fact), None)
    if fact is None or not effect.by or not isinstance(held, int):
        return None
    return max(held - effect.by, _lowest(fact))


def _lowest(fact: Fact) -> int:
    return fact.low if fact.low is not None else 0


def _recorders(
    session: TenantSession, period: Period, subjects: Collection[int], clauses: Collection[int]
) -> dict[tuple[int, int], set[int]]:
    found: dict[tuple[int, int], set[int]] = {}
    query = select(Entry.subject_id, Entry.clause_id, Entry.recorded_by).where(
        Entry.period_id == period.id, Entry.subject_id.in_(subjects), Entry.clause_id.in_(clauses)
    )
    for subject, clause, recorder in session.execute(query):
        found.setdefault((subject, clause), set()).add(recorder)
    return found


def _names(session: TenantSession, ids: Collection[int]) -> dict[int, str]:
    return (
        dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all()) if ids else {}
    )


def _where(session: TenantSession, run: Run, subjects: Collection[int]) -> dict[int, tuple[str, str, str]]:
    query = (
        select(Result.subject_id, Person.number, Person.name, Unit.name)
        .join(Person, Person.id == Result.subject_id)
        .join(Unit, Unit.id == Result.unit_id)
        .where(Result.run_id == run.id, Result.subject_id.in_(subjects))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def decide(
    session: TenantSession,
    period: Period,
    key: str,
    *,
    accepted: bool,
    reason: str,
    actor: Actor,
    today: date,
    now: datetime,
) -> Decision:
    """Decide one proposal; an accepted one that changes a fact sets it from `today` on, with origin "decided".

    Never within the period itself: what a period was computed from does not change by what follows from it.

    Refused: no reason, a proposal that is not there or was decided, the person concerned, its recorder, its proposer.
    """
    if not reason.strip():
        raise ReasonMissing
    one = next((one for one in proposed(session, period) if one.key == key), None)
    if one is None:
        raise NotProposed
    if one.decision is not None:
        raise AlreadyDecided
    refusal = one.why_not(actor)
    if refusal is not None:
        raise refusal
    run = standing_run(session, period)
    assert run is not None
    acts_on = max(today, period.ends_on + timedelta(days=1))
    decision = Decision(
        period_id=period.id,
        run_id=run.id,
        subject_id=one.subject_id,
        clause_id=one.clause_id,
        occurrence=one.occurrence,
        effect=one.effect.kind,
        source=one.source,
        accepted=accepted,
        before=one.before,
        after=one.after if accepted else None,
        acts_on=acts_on,
        proposed_by=one.proposed_by,
        decided_by=actor.person_id,
        at=now,
        reason=reason.strip(),
    )
    session.add(decision)
    try:
        session.flush()
    except IntegrityError as error:
        if is_duplicate(error):
            raise AlreadyDecided from error
        raise
    if accepted and one.after is not None and one.after != one.before:
        person = session.need(Person, one.subject_id)
        words = f"{one.clause.zh}：{reason.strip()}"
        people.set_fact(
            session,
            person,
            one.effect.fact,
            one.after,
            starts_on=acts_on,
            origin="decided",
            reason=words,
            actor=actor,
            now=now,
        )
    return decision
