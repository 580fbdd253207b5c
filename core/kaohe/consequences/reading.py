"""Proposals as they are shown: with the person, what they would change, what was decided, or why they were withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from kaohe.accounts.policy import Actor, Place
from kaohe.consequences.carrying import lowered, scheme_of
from kaohe.consequences.history import clauses_of
from kaohe.consequences.models import Decision, Proposal, ProposalWithdrawal
from kaohe.consequences.proposing import effect_of, title_of
from kaohe.consequences.refusals import Closer, OwnCase, Proposer, Recorder
from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.scheme import Effect, Scheme, Text, say_effect

MANY = 400


@dataclass(frozen=True)
class Proposed:
    """One proposal with everything that a page says of it."""

    proposal: Proposal
    period: Period
    number: str
    name: str
    unit: str
    place: Place
    before: Any
    after: Any
    recorders: frozenset[int]
    decision: Decision | None
    withdrawal: ProposalWithdrawal | None
    decided_by: str = ""
    withdrawn_by: str = ""
    code: str = ""

    @cached_property
    def effect(self) -> Effect:
        """The effect as it was declared."""
        return effect_of(self.proposal.doc)

    @cached_property
    def clause(self) -> Text:
        """What calls for it."""
        return title_of(self.proposal.doc)

    @property
    def key(self) -> str:
        """What a form sends to name it."""
        return str(self.proposal.id)

    @property
    def subject_id(self) -> int:
        return self.proposal.subject_id

    @property
    def clause_id(self) -> int:
        return self.proposal.clause_id

    @property
    def occurrence(self) -> int:
        return self.proposal.occurrence

    @property
    def source(self) -> str:
        return self.proposal.source

    @property
    def proposed_by(self) -> int | None:
        return self.proposal.proposed_by

    @property
    def state(self) -> str:
        """open, accepted, declined, at_once (in force without a decision) or withdrawn."""
        if self.decision is not None:
            return "accepted" if self.decision.accepted else "declined"
        if self.withdrawal is not None:
            return "withdrawn"
        return "at_once" if self.proposal.at_once else "open"

    @property
    def says(self) -> Text:
        """The effect in words; the undoing of one says so."""
        amount = self.proposal.amount_fen
        zh, en = (say_effect(self.effect, language, amount) for language in ("zh", "en"))
        return Text(f"撤销“{zh}”", f"undo “{en}”") if self.proposal.undoes else Text(zh, en)

    @property
    def reasons(self) -> list[tuple[str, str, Text]]:
        """Period by period: first day, last day, what it says."""
        return [(start, end, Text(zh, en)) for start, end, zh, en in self.proposal.reasons]

    def why_not(self, actor: Actor) -> Refusal | None:
        """Why the actor may not decide this; None where that is allowed."""
        if actor.is_self(self.place):
            return OwnCase()
        if actor.records & self.recorders:
            return Recorder()
        if actor.is_me(self.proposed_by):
            return Closer() if self.proposal.made == "closed" else Proposer()
        return None


def place_of(proposal: Proposal, unit_path: str) -> Place:
    """A proposal lies with its subject, in the unit of its period: the person, or that unit itself."""
    if proposal.subject_id == proposal.unit_id:
        return Place(unit_path=unit_path, of_unit=unit_path)
    return Place(person_id=proposal.subject_id, unit_path=unit_path)


def proposed(
    session: TenantSession, period: Period, subject_ids: Collection[int] | None = None
) -> list[Proposed]:
    """What a period's entries and results call for and somebody decides, or has decided; the undecided first."""
    query = select(Proposal).where(Proposal.period_id == period.id, Proposal.at_once.is_(False))
    if subject_ids is not None:
        query = query.where(Proposal.subject_id.in_(list(subject_ids)))
    found = [one for one in listed(session, list(session.scalars(query))) if one.withdrawal is None]
    return sorted(
        found,
        key=lambda one: (
            one.decision is not None,
            one.number,
            one.clause_id,
            one.occurrence,
            one.proposal.id,
        ),
    )


def _in_pieces(ids: Iterable[int]) -> Iterable[list[int]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), MANY):
        yield wanted[start : start + MANY]


def listed(session: TenantSession, proposals: Sequence[Proposal]) -> list[Proposed]:
    """The proposals with all that is said of them, in the same order; a handful of queries."""
    if not proposals:
        return []
    decisions, withdrawals = _ends(session, proposals)
    subjects = {one.subject_id for one in proposals}
    periods = {
        one.id: one
        for some in _in_pieces(one.period_id for one in proposals)
        for one in session.scalars(select(Period).where(Period.id.in_(some)))
    }
    who = _who(session, subjects)
    units = _units(session, {one.unit_id for one in proposals} | subjects)
    deciders = {row.decided_by for row in decisions.values()} | {
        row.by for row in withdrawals.values() if row.by
    }
    names = {ident: name for ident, (_number, name) in _who(session, deciders).items()}
    recorders = _recorders(session, proposals)
    facts = _facts(session, proposals)
    schemes: dict[int, Scheme] = {}
    found = []
    for one in proposals:
        decision, withdrawal = decisions.get(one.id), withdrawals.get(one.id)
        effect = effect_of(one.doc)
        held = facts.get(one.subject_id, {}).get(effect.fact) if effect.fact else None
        after = None
        if effect.fact and decision is None and one.undoes is None:
            scheme = schemes.setdefault(one.period_id, scheme_of(session, one))
            after = lowered(scheme, effect, held)
        number, name = who.get(one.subject_id, ("", units.get(one.subject_id, ("", ""))[0]))
        unit, path = units[one.unit_id]
        found.append(
            Proposed(
                proposal=one,
                period=periods[one.period_id],
                number=number,
                name=name,
                unit=unit,
                place=place_of(one, path),
                before=decision.before if decision else held,
                after=decision.after if decision else after,
                recorders=recorders.get((one.period_id, one.subject_id), {}).get(one.id, frozenset()),
                decision=decision,
                withdrawal=withdrawal,
                decided_by=names.get(decision.decided_by, "") if decision else "",
                withdrawn_by=names.get(withdrawal.by or 0, "") if withdrawal else "",
            )
        )
    return found


def _ends(
    session: TenantSession, proposals: Sequence[Proposal]
) -> tuple[dict[int, Decision], dict[int, ProposalWithdrawal]]:
    """What ended each proposal, by the proposal's id."""
    ended = {one.replaced_by: one.id for one in proposals if one.replaced_by is not None}
    decisions: dict[int, Decision] = {}
    withdrawals: dict[int, ProposalWithdrawal] = {}
    for some in _in_pieces(ended):
        for decision in session.scalars(select(Decision).where(Decision.id.in_(some))):
            decisions[ended[decision.id]] = decision
        query = select(ProposalWithdrawal).where(ProposalWithdrawal.id.in_(some))
        withdrawals.update({row.proposal_id: row for row in session.scalars(query)})
    return decisions, withdrawals


def _who(session: TenantSession, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    return {
        row[0]: (row[1], row[2])
        for some in _in_pieces(ids)
        for row in session.execute(select(Person.id, Person.number, Person.name).where(Person.id.in_(some)))
    }


def _units(session: TenantSession, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name and path."""
    return {
        row[0]: (row[1], row[2])
        for some in _in_pieces(ids)
        for row in session.execute(select(Unit.id, Unit.name, Unit.path).where(Unit.id.in_(some)))
    }


def _facts(session: TenantSession, proposals: Sequence[Proposal]) -> dict[int, dict[str, Any]]:
    subjects = sorted({one.subject_id for one in proposals if one.doc["effect"]["fact"]})
    return people.facts_on(session, date.max, subjects) if subjects else {}


def _recorders(
    session: TenantSession, proposals: Sequence[Proposal]
) -> dict[tuple[int, int], dict[int, frozenset[int]]]:
    """Who recorded the entries behind each proposal, by (period, subject), then by proposal."""
    clauses = {one.id: _clauses_behind(session, one) for one in proposals}
    wanted = [one for one in proposals if clauses[one.id]]
    by_entry: dict[tuple[int, int, int], set[int]] = {}
    for period_id in {one.period_id for one in wanted}:
        here = [one for one in wanted if one.period_id == period_id]
        every = sorted({clause for one in here for clause in clauses[one.id]})
        for some in _in_pieces(one.subject_id for one in here):
            query = select(Entry.subject_id, Entry.clause_id, Entry.recorded_by).where(
                Entry.period_id == period_id, Entry.subject_id.in_(some), Entry.clause_id.in_(every)
            )
            for subject, clause, recorder in session.execute(query):
                if recorder is not None:
                    by_entry.setdefault((period_id, subject, clause), set()).add(recorder)
    found: dict[tuple[int, int], dict[int, frozenset[int]]] = {}
    for one in wanted:
        who = {
            recorder
            for clause in clauses[one.id]
            for recorder in by_entry.get((one.period_id, one.subject_id, clause), ())
        }
        found.setdefault((one.period_id, one.subject_id), {})[one.id] = frozenset(who)
    return found


def _clauses_behind(session: TenantSession, one: Proposal) -> tuple[int, ...]:
    """The clauses whose entries a proposal rests on; none for one that rests on results alone."""
    if not one.source:
        return (one.clause_id,) if one.clause_id else ()
    scheme = scheme_of(session, one)
    consequence = next((each for each in scheme.consequences if each.code == one.source), None)
    return clauses_of(consequence) if consequence is not None else ()
