"""Cases in the worlds of the matrix: a hotline beside the wards, one case with each desk, with steps and a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.cases import service
from kaohe.cases.models import CaseStepRow
from kaohe.files.models import StoredFile
from kaohe.plugins import build_registry
from kaohe.scheme import usual_answers
from kaohe.tenants import service as tenants
from kaohe.testing.world import World

HARD = {
    "cases.new": "a case is logged at a desk that one assesses",
    "cases.show": "a case is for those who have a part in it",
    "cases.file": "a file of a case is for those who have a part in it, and of that case only",
    "cases.take": "each step belongs to the hands that the kind of the case names",
    "cases.correct": "only the desk corrects times, of the case's own steps",
    "cases.attach": "a case is for those who have a part in it",
}
BODIES: dict[str, dict[str, str]] = {
    "cases.new": {
        "kind": "power_supply.fault",
        "circumstance": "city",
        "f-address": "中心路 1 号",
        "f-symptom": "停电",
    },
    "cases.take": {"step": "pass"},
    "cases.attach": {},
    "cases.correct": {"happened_at": "", "reason": "核对"},
}


def furnish(world: World) -> None:
    """Switch the hotline on, adopt its scheme, and log a case at each assessor's desk."""
    sector = build_registry().sectors["power_supply"]
    scheme = sector.scheme("power.hotline")
    kind = next(one for one in sector.cases if one.code == "fault")
    with world.session() as session:
        tenants.switch_on(session, "power_supply", now=world.now)
        held = adoption.adopt_start(session, sector="power_supply", scheme=scheme, actor=None, now=world.now)
        revision = adoption.revisions(session, held)[0]
        for doubt, option in usual_answers(scheme).items():
            adoption.settle_doubt(session, revision, doubt, option=option, actor=None, now=world.now)
        adoption.adopt(session, revision, starts_on=world.since, actor=None, now=world.now)
        session.commit()
        for desk, unit, holders in (
            ("assessor", "first", ("assessor", "member", "colleague")),
            ("other_assessor", "second", ("other_assessor", "outsider")),
            ("admin", "office", ("admin",)),
        ):
            _case(session, world, kind, desk, unit, holders)
        session.commit()


def _case(session: Any, world: World, kind: Any, desk: str, unit: str, holders: tuple[str, ...]) -> None:
    actor, began = world.actor(desk), world.now - timedelta(hours=3)
    case = service.log(
        session,
        key="power_supply.fault",
        kind=kind,
        unit=world.units[unit],
        circumstance="city",
        fields={"address": f"地址{world.marker}", "symptom": f"现象{world.marker}"},
        actor=actor,
        now=began,
        reason=f"备注{world.marker}",
    )
    service.take(
        session,
        case,
        kind=kind,
        step="call",
        actor=actor,
        now=began,
        fields={"said": f"又来电{world.marker}"},
    )
    shown = session.need(StoredFile, world.things["file"][desk])
    service.attach(session, case, [shown], actor=actor, now=began)
    first = session.scalars(select(CaseStepRow.id).where(CaseStepRow.case_id == case.id)).first()
    for role in holders:
        world.keep("case", role, case.id)
        world.keep("case_step", role, first)
