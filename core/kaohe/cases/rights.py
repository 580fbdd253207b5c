"""Who may do what with a case: the desk that logged it, the unit that holds it, those who assess.

Decides that the desk is whoever assesses the logging unit, or an administrator; the holder whoever belongs to the unit
that holds the case, or to one below it, or assesses it. Reading is for both, for whoever logged the case, and for a
unit that held it. Times are corrected by the desk alone, so that no unit mends its own overtime.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select, true

from kaohe.accounts.policy import Actor
from kaohe.cases.models import Case, CaseStepRow
from kaohe.db import TenantSession
from kaohe.errors import Forbidden
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.plugins import CaseKind, CaseStep


@dataclass(frozen=True)
class Sight:
    """Whose cases an actor sees: units that are assessed, and the chain of units that the actor belongs to."""

    actor: Actor
    home: str | None

    def desk(self, unit_path: str) -> bool:
        """Whether the actor is the desk for a case that the unit logged."""
        return self.actor.is_admin or self.actor.covers(unit_path)

    def holds(self, unit_path: str) -> bool:
        """Whether the actor is of the unit that holds a case."""
        return self.actor.covers(unit_path) or (self.home is not None and self.home.startswith(unit_path))

    def hands(self, desk_path: str, holder_path: str) -> frozenset[str]:
        """What the actor is to a case: "desk", "holder", "assessor"."""
        found = {"desk"} if self.desk(desk_path) else set()
        found |= {"holder"} if self.holds(holder_path) else set()
        found |= {"assessor"} if self.actor.is_assessor or self.actor.is_admin else set()
        return frozenset(found)


def sight_of(session: TenantSession, actor: Actor, today: date) -> Sight:
    """What the actor sees today."""
    home = people.unit_on(session, actor.person_id, today)
    return Sight(actor, home.path if home is not None else None)


def visible(sight: Sight, units: Iterable[Unit]) -> ColumnElement[bool]:
    """The condition that a case shows in the actor's lists."""
    if sight.actor.is_admin:
        return true()
    found = list(units)
    assessed = [unit.id for unit in found if sight.actor.covers(unit.path)]
    if len(assessed) == len(found):
        return true()
    held = [unit.id for unit in found if sight.holds(unit.path)]
    return or_(Case.unit_id.in_(assessed), Case.holder_id.in_(held), Case.logged_by == sight.actor.person_id)


def hands_on(session: TenantSession, sight: Sight, case: Case) -> frozenset[str]:
    """What the actor is to this case; `Forbidden` for whoever has no part in it at all."""
    wanted = select(Unit.id, Unit.path).where(Unit.id.in_((case.unit_id, case.holder_id)))
    paths = dict(session.execute(wanted).all())
    hands = sight.hands(paths[case.unit_id], paths[case.holder_id])
    if not hands & {"desk", "holder"} and not _had_part(session, sight, case):
        raise Forbidden
    return hands


def _had_part(session: TenantSession, sight: Sight, case: Case) -> bool:
    if case.logged_by == sight.actor.person_id:
        return True
    held = select(Unit.path).where(
        Unit.id.in_(select(CaseStepRow.unit_id).where(CaseStepRow.case_id == case.id))
    )
    return any(sight.holds(path) for path in session.scalars(held))


def is_own(sight: Sight, holder_path: str, person_id: int | None) -> bool:
    """Whether the actor speaks for who holds a case: has it, heads the unit, or is of it and no administrator."""
    actor = sight.actor
    of_it = sight.home == holder_path and not actor.is_admin
    return actor.is_me(person_id) or holder_path in actor.assesses or of_it


def is_own_word(session: TenantSession, sight: Sight, case: Case) -> bool:
    """Whether what the actor records of the case is the holder's own word, that nobody else has confirmed."""
    desk, holder = session.need(Unit, case.unit_id).path, session.need(Unit, case.holder_id).path
    return not sight.desk(desk) or is_own(sight, holder, case.person_id)


def possible(kind: CaseKind, state: str, hands: frozenset[str]) -> list[CaseStep]:
    """The steps that can be taken now by these hands, in the order of their declaration."""
    return [step for step in kind.steps if state in step.after and hands.intersection(step.by)]
