"""What has to be finished before two records become one, since carrying it over would change what was decided.

Refuses while a survey that asks about the record is open or its totals wait; while an appeal is not decided and carried
out; while a proposal waits for a decision; and while something that was decided, or a fine that was collected, rests on
an entry of an open period, which would be carried over (or taken back, as a filing owed twice) and its ground with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Exists, and_, exists, or_, select

from kaohe.appeals.models import Appeal, AppealStep
from kaohe.consequences.models import Decision, Proposal
from kaohe.consequences.proposing import FROM_FINE
from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.ledger import service as ledger
from kaohe.ledger.models import Movement
from kaohe.living import refusals
from kaohe.living.money import require_settled
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.scheme import FINE, Text
from kaohe.surveys.models import HeldSurvey, SurveySubject

PIECE = 400


def require_free(session: TenantSession, gone: Person, carried: Sequence[Entry]) -> None:
    """Refuse while something about the record that goes is open; `carried`: its entries that would be carried over or taken back."""
    _require_surveys(session, gone)
    _require_appeals(session, gone)
    resting = _resting(session, [one.id for one in carried])
    fines = _fines(session, [one for one in resting if one.effect == FINE and one.replaced_by is None])
    _require_decided(session, gone, resting, fines)
    require_settled(session, gone, going_along=fines)


def _require_surveys(session: TenantSession, gone: Person) -> None:
    waiting = or_(
        HeldSurvey.state == "open", and_(HeldSurvey.state == "closed", HeldSurvey.totals == "waiting")
    )
    query = (
        select(HeldSurvey)
        .join(SurveySubject, SurveySubject.survey_id == HeldSurvey.id)
        .where(SurveySubject.subject_id == gone.id, waiting)
        .order_by(HeldSurvey.started_at)
    )
    found = list(session.scalars(query))
    if found:
        named = Text("、".join(one.title_zh for one in found), ", ".join(one.title_en for one in found))
        raise refusals.SurveyAsks(name=gone.name, surveys=named)


def _require_appeals(session: TenantSession, gone: Person) -> None:
    def step(*names: str) -> Exists:
        return exists().where(AppealStep.appeal_id == Appeal.id, AppealStep.step.in_(names))

    owed = exists().where(
        AppealStep.appeal_id == Appeal.id, AppealStep.step == "upheld", AppealStep.remedy != "none"
    )
    open_ones = or_(~step("upheld", "rejected", "withdrawn"), and_(owed, ~step("carried_out")))
    query = (
        select(Appeal.id)
        .join(Period, Period.id == Appeal.period_id)
        .where(Appeal.subject_id == gone.id, Period.state != "final", open_ones)
    )
    if session.scalar(query.limit(1)) is not None:
        raise refusals.AppealOpen(name=gone.name)


def _resting(session: TenantSession, entry_ids: Sequence[int]) -> list[Proposal]:
    """The proposals that rest on these entries."""
    found: list[Proposal] = []
    for start in range(0, len(entry_ids), PIECE):
        query = select(Proposal).where(
            Proposal.entry_id.in_(entry_ids[start : start + PIECE]), Proposal.made == "recorded"
        )
        found += session.scalars(query)
    return found


def _fines(session: TenantSession, proposals: Sequence[Proposal]) -> list[Movement]:
    """The movements of fines that would be reversed and booked anew together with their entries."""
    made = ledger.made_from(session, FROM_FINE, [one.id for one in proposals]) if proposals else []
    return [one for one in made if one.purpose == "fine" and ledger.reversal_of(session, one) is None]


def _require_decided(
    session: TenantSession, gone: Person, resting: Sequence[Proposal], fines: Sequence[Movement]
) -> None:
    along = {one.id for one in resting}
    waiting = select(Proposal.id).where(
        Proposal.subject_id == gone.id, Proposal.replaced_by.is_(None), Proposal.at_once.is_(False)
    )
    count = sum(1 for ident in session.scalars(waiting) if ident not in along)
    if count:
        raise refusals.ProposalsWait(name=gone.name, count=count)
    ended = [one.replaced_by for one in resting if one.replaced_by is not None]
    in_force = select(Decision.id).where(Decision.id.in_(ended), Decision.accepted.is_(True))
    held = len(session.scalars(in_force).all()) if ended else 0
    held += sum(1 for one in fines if ledger.settlement_of(session, one) is not None)
    if held:
        raise refusals.DecisionsRest(name=gone.name, count=held)
