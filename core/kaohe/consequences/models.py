"""Proposals, what was decided about them, what was then done, and why some were withdrawn.

A proposal is made once for what calls for it (`key`), again only in another `round` after it ended. It ends by a
decision or by a withdrawal: `replaced_by` names that row and is written once, so that of two who decide at once one is
refused. Who decides is neither the person, nor recorded the facts, nor proposed; the database holds that too.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, Kept, Keyed, Rule, TenantModel, tied

MADE = ("recorded", "closed", "undo")
"""By an entry, by a closing, or because what an accepted one rested on no longer holds."""


class Proposal(TenantModel):
    """One effect that entries or results call for, about one subject; `at_once`: it holds without a decision."""

    __tablename__ = "proposals"
    __refs__ = {
        "period_id": "periods",
        "subject_id": "subjects",
        "unit_id": "units",
        "entry_id": "entries",
        "run_id": "runs",
        "undoes": "proposals",
        "proposed_by": "persons",
    }
    __unique__ = (
        ("key", "round"),
        Keyed(("key",), where="replaced_by IS NULL", name="uq_proposals_standing"),
    )
    __indexes__ = (
        Keyed(("proposed_at", "id"), where="replaced_by IS NULL", name="ix_proposals_open"),
        ("period_id", "subject_id"),
        ("subject_id", "proposed_at"),
        Keyed(("entry_id",), where="entry_id IS NOT NULL"),
        Keyed(("undoes",), where="undoes IS NOT NULL"),
    )
    __erasable__ = ("reasons",)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        tied("entry_id", "entries", "period_id", "subject_id"),
        tied("run_id", "runs", "period_id"),
        tied("undoes", "proposals", "period_id", "subject_id", "clause_id", "effect"),
    )

    key: Mapped[str]
    round: Mapped[int] = mapped_column(default=0)
    made: Mapped[str]
    period_id: Mapped[int]
    subject_id: Mapped[int]
    unit_id: Mapped[int]
    clause_id: Mapped[int]  # 0 where no single clause is behind it
    occurrence: Mapped[int]
    source: Mapped[str] = mapped_column(default="")  # the scheme's consequence; "": the clause itself
    effect: Mapped[str]
    doc: Mapped[Any] = mapped_column(Json)  # the effect as declared, and the title of what calls for it
    reasons: Mapped[Any] = mapped_column(Json)  # period by period: [first day, last day, zh, en]
    amount_fen: Mapped[int | None]
    at_once: Mapped[bool] = mapped_column(default=False)
    entry_id: Mapped[int | None]
    run_id: Mapped[int | None]
    undoes: Mapped[int | None]
    proposed_by: Mapped[int | None]
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    replaced_by: Mapped[int | None]


class ProposalWithdrawal(TenantModel):
    """A proposal whose ground is gone: when, by whose act, and why in words."""

    __tablename__ = "proposal_withdrawals"
    __refs__ = {"proposal_id": "proposals", "by": "persons"}
    __unique__ = (("proposal_id",),)
    __erasable__ = ("zh", "en")
    __kept__ = Kept.APPEND_ONLY

    proposal_id: Mapped[int]
    by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    zh: Mapped[str]
    en: Mapped[str]


_RECORDER = (
    "EXISTS (SELECT 1 FROM entries e WHERE e.tenant_id = NEW.tenant_id AND e.period_id = NEW.period_id "
    "AND e.subject_id = NEW.subject_id AND e.clause_id = NEW.clause_id AND e.recorded_by = NEW.decided_by)"
)
_THE_PROPOSAL = "proposals WHERE tenant_id = NEW.tenant_id AND id = NEW.proposal_id"
_NOT_PROPOSED = (
    f"NOT EXISTS (SELECT 1 FROM {_THE_PROPOSAL} AND subject_id = NEW.subject_id "  # noqa: S608
    "AND period_id = NEW.period_id AND clause_id = NEW.clause_id AND effect = NEW.effect AND NOT at_once "
    "AND occurrence = NEW.occurrence AND source = NEW.source AND NOT (run_id IS DISTINCT FROM NEW.run_id) "
    "AND NOT (proposed_by IS DISTINCT FROM NEW.proposed_by) AND replaced_by IS NULL)"
)


class Decision(TenantModel):
    """What was decided about one proposal; what it changed stands in `decision_acts`."""

    __tablename__ = "decisions"
    __refs__ = {
        "proposal_id": "proposals",
        "period_id": "periods",
        "run_id": "runs",
        "subject_id": "subjects",
        "proposed_by": "persons",
        "decided_by": "persons",
    }
    __unique__ = (Keyed(("proposal_id",), where="proposal_id IS NOT NULL", name="uq_decisions_proposal"),)
    __indexes__ = (("period_id", "subject_id"), ("subject_id", "at"))
    __erasable__ = ("reason",)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("self", "INSERT", "NEW.decided_by = NEW.subject_id"),
        Rule("proposer", "INSERT", "NEW.decided_by = NEW.proposed_by"),
        Rule("recorder", "INSERT", _RECORDER),
        Rule("proposal", "INSERT", _NOT_PROPOSED, lock=_THE_PROPOSAL),
    )

    proposal_id: Mapped[int | None]  # None: decided before proposals were rows of their own
    period_id: Mapped[int]
    run_id: Mapped[int | None]
    subject_id: Mapped[int]
    clause_id: Mapped[int]  # 0 where no single clause is behind it
    occurrence: Mapped[int]
    effect: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    accepted: Mapped[bool]
    before: Mapped[Any | None] = mapped_column(Json)  # the fact's value that it changes, and what it became
    after: Mapped[Any | None] = mapped_column(Json)
    acts_on: Mapped[date]
    proposed_by: Mapped[int | None]
    decided_by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str]


class DecisionAct(TenantModel):
    """One thing that a decision did: a fact set, an engagement ended, money moved; what stood before, and after."""

    __tablename__ = "decision_acts"
    __refs__ = {"decision_id": "decisions"}
    __indexes__ = (("decision_id",),)
    __kept__ = Kept.APPEND_ONLY

    decision_id: Mapped[int]
    kind: Mapped[str]  # fact | left | position | money
    ref_id: Mapped[int | None]
    before: Mapped[Any | None] = mapped_column(Json)
    after: Mapped[Any | None] = mapped_column(Json)
