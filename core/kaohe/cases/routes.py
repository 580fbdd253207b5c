"""The blueprint that the pages of cases share, and how ids in their addresses become objects."""

from __future__ import annotations

from flask import current_app

from kaohe.accounts.policy import Place
from kaohe.cases.models import Case, CaseStepRow
from kaohe.cases.rights import Sight, sight_of
from kaohe.db import TenantSession
from kaohe.pages.blueprint import Pages
from kaohe.pages.current import current
from kaohe.pages.objects import choose, loader
from kaohe.people.models import Unit
from kaohe.plugins import Registry

pages = Pages("cases", __name__, "/cases")


@loader("case")
def load_case(session: TenantSession, ident: int) -> tuple[Case, Place]:
    """A case and the unit whose desk logged it; who sees it besides is asked by `rights`."""
    case = session.need(Case, ident)
    return case, Place(unit_path=session.need(Unit, case.unit_id).path)


@loader("case_step")
def load_step(session: TenantSession, ident: int) -> tuple[CaseStepRow, Place]:
    """A step of a case, in the place of its case."""
    step = session.need(CaseStepRow, ident)
    case = session.need(Case, step.case_id)
    return step, Place(unit_path=session.need(Unit, case.unit_id).path)


def receiver(ident: str | None) -> Unit | None:
    """The unit that a form names to pass a case on to: any of the organisation; None where it names none."""
    if not ident:
        return None
    chosen: Unit = choose(current.session, current.actor, "cases.work", "unit", ident)
    return chosen


def registry() -> Registry:
    """The sectors of this installation."""
    found: Registry = current_app.extensions["kaohe"].registry
    return found


def sight() -> Sight:
    """What whoever asks sees."""
    return sight_of(current.session, current.actor, current.today)
