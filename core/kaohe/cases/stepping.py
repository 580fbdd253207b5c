"""What has to hold of a step before it is taken: the right hands, the right state, after the step before, a holder."""

from __future__ import annotations

from datetime import datetime

from kaohe.accounts.policy import Actor
from kaohe.cases import refusals, rights
from kaohe.cases.models import Case, CaseStepRow
from kaohe.cases.receiving import require_fitting
from kaohe.cases.wording import said_moment
from kaohe.db import TenantSession
from kaohe.people.models import Unit
from kaohe.people.units import must_be_open
from kaohe.plugins import CaseKind, CaseStep
from kaohe.scheme import Text

HANDS = {
    "desk": Text("登记单位", "the desk"),
    "holder": Text("承办单位", "the unit that holds the case"),
    "assessor": Text("考核人", "an assessor"),
}


def require_hands(
    session: TenantSession, case: Case, kind: CaseKind, spec: CaseStep, actor: Actor, now: datetime
) -> bool:
    """The right hands, in the right state; whether what they record is the holder's own word."""
    sight = rights.sight_of(session, actor, now.astimezone(session.zone).date())
    hands = rights.hands_on(session, sight, case)
    if not hands.intersection(spec.by):
        names = [HANDS[hand] for hand in spec.by]
        raise refusals.NotYourStep(
            step=spec.title,
            hands=Text("、".join(one.zh for one in names), " or ".join(one.en for one in names)),
        )
    if case.state not in spec.after:
        state = kind.state(case.state)
        open_now = rights.possible(kind, case.state, hands)
        raise refusals.StepOutOfOrder(
            step=spec.title,
            state=state.title if state is not None else Text(case.state, case.state),
            possible=Text(
                "、".join(one.title.zh for one in open_now) or "没有您能办的步骤",
                ", ".join(one.title.en for one in open_now) or "nothing for you",
            ),
        )
    return rights.is_own_word(session, sight, case)


def not_before(
    session: TenantSession, kind: CaseKind, spec: CaseStep, steps: list[CaseStepRow], moment: datetime
) -> None:
    """Not before the last step that moved the case; a remark not before the case."""
    before = steps[0] if spec.is_note else [step for step in steps if not step.is_note][-1]
    if moment < before.happened_at:
        raise refusals.BeforeTheStepBefore(
            at=said_moment(session, moment),
            before=kind.step_title(before.step),
            then=said_moment(session, before.happened_at),
        )


def holder_after(
    session: TenantSession,
    case: Case,
    kind: CaseKind,
    spec: CaseStep,
    steps: list[CaseStepRow],
    unit: Unit | None,
    now: datetime,
) -> int:
    """Who holds the case after the step."""
    if spec.moves == "return":
        earlier = [unit_id for unit_id in _passed_through(kind, steps) if unit_id != case.holder_id]
        return earlier[-1] if earlier else case.unit_id
    if spec.moves != "pass":
        return case.holder_id
    if unit is None:
        raise refusals.UnitNeeded
    if unit.id == case.holder_id:
        raise refusals.SameUnit(unit=unit.name)
    today = now.astimezone(session.zone).date()
    must_be_open(unit, today)
    require_fitting(session, kind, unit, today)
    return unit.id


def _passed_through(kind: CaseKind, steps: list[CaseStepRow]) -> list[int]:
    """The units by which the case came to where it is, the desk first: what was given back is left out."""
    way: list[int] = []
    for row in steps:
        spec = kind.step(row.step)
        if spec is not None and spec.moves == "return" and row.unit_id in way:
            del way[len(way) - way[::-1].index(row.unit_id) :]
        elif row.unit_id not in way[-1:]:
            way.append(row.unit_id)
    return way
