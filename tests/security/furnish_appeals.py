"""Signatures, appeals, exemptions and merged records in the worlds of the matrix."""

from __future__ import annotations

from datetime import timedelta

from kaohe.accounts import service as accounts
from kaohe.appeals import service as appeals
from kaohe.db import TenantSession
from kaohe.exemptions import service as exemptions
from kaohe.living import merging
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.testing.world import World

HARD = {
    "appeals.take_up": "who filed an appeal for somebody does not handle it",
    "appeals.decide": "who filed an appeal, or recorded what is appealed, does not decide it",
    "appeals.settle": "who filed an appeal for somebody does not handle it",
    "appeals.about_entry": "a file chosen of another thing is not found",
    "exemptions.add": "nobody exempts oneself",
    "living.merge": "nobody merges the own record",
    "living.archive": "a job that made no archive has none",
}
BODIES: dict[str, dict[str, str]] = {
    "appeals.sign": {"remark": "核对"},
    "appeals.about_entry": {"reason": "核对", "late": "核对"},
    "appeals.about_result": {"reason": "核对", "late": "核对"},
    "appeals.take_up": {},
    "appeals.decide": {"outcome": "rejected", "reason": "核对"},
    "appeals.withdraw": {"reason": "核对"},
    "appeals.settle": {"reason": "核对"},
    "appeals.carry_out": {"until": "2099-01-01"},
    "appeals.remind": {},
    "exemptions.add": {"person": "", "reason": "核对"},
    "exemptions.lift": {"reason": "核对"},
    "living.merge": {"kept": "", "gone": "", "number": "kept", "reason": "核对"},
    "living.export": {},
    "living.erase": {"basis": "request", "confirm": "P001"},
}
QUERIES = {"living.merge": ("kept", "gone")}


def furnish(world: World) -> None:
    """Everybody with a result appeals against it; two have signed, one is not ranked, one stands on the list twice."""
    with world.session() as session:
        period = session.need(Period, world.before.id)
        period.published_until = period.final_on = world.today + timedelta(days=5)
        session.commit()
        for role in ("assessor", "member", "colleague", "other_assessor", "outsider"):
            appeal = appeals.file(
                session,
                period=period,
                subject_id=world.people[role].id,
                reason=f"申诉理由{world.marker}",
                actor=world.actor(role),
                now=world.now,
                today=world.today,
            )
            world.keep("appeal", role, appeal.id)
            if role in ("member", "outsider"):
                appeals.sign(
                    session,
                    period,
                    world.people[role].id,
                    actor=world.actor(role),
                    now=world.now,
                    remark=f"签字意见{world.marker}",
                )
        world.keep("appeal", "admin", world.things["appeal"]["colleague"])
        exemptions.exempt(
            session,
            session.need(Period, world.period.id),
            world.people["colleague"].id,
            reason=f"不排名{world.marker}",
            actor=world.actor("admin"),
            now=world.now,
        )
        session.commit()
        _twin(session, world)
        session.commit()


def _twin(session: TenantSession, world: World) -> None:
    names = []
    for number in ("T1", "T2"):
        names.append(
            people.create_person(
                session,
                number=f"{number}{world.marker}",
                name=f"双份{world.marker}",
                unit=session.need(Unit, world.units["second"].id),
                position=f"职员{world.marker}",
                joined_on=world.today,
                now=world.now,
            )
        )
    for account in accounts.create_accounts(session, person_ids=[one.id for one in names], now=world.now):
        account.state = "active"  # no slip is printed for it, so answers about ids stay comparable
    merging.merge(
        session,
        session.need(Person, names[0].id),
        session.need(Person, names[1].id),
        number="kept",
        reason=f"合并{world.marker}",
        actor=world.actor("admin"),
        now=world.now,
        today=world.today,
    )
