"""What appeals, signatures, exemptions, merges and erasures add for the walls: their last rows, and a probe a rule."""

from __future__ import annotations

from kaohe.appeals.models import AppealFile, AppealStep, AppealStepReason
from kaohe.living.models import Erasure
from kaohe.testing.probing import Probe, copied, row_of
from kaohe.testing.world import World


def fill(world: World) -> None:
    """An appeal with a file that was taken up in words, and somebody's erasure."""
    admin, member = world.people["admin"].id, world.people["member"].id
    appeal = world.things["appeal"]["member"]
    with world.session() as session:
        session.add(
            AppealFile(
                appeal_id=appeal,
                file_id=world.things["file"]["member"],
                added_by=member,
                added_at=world.now,
            )
        )
        step = AppealStep(
            appeal_id=appeal, period_id=world.before.id, step="taken_up", done_by=admin, done_at=world.now
        )
        session.add(step)
        session.flush()
        session.add(AppealStepReason(id=step.id, words=f"受理{world.marker}"))
        session.add(
            Erasure(
                person_id=world.people["outsider"].id,
                number=1,
                done_by=admin,
                done_at=world.now,
                basis="request",
                counts={},
            )
        )
        session.commit()


def _step(step: str, of: str, by: str, *, appeal: str = "published_appeal", period: str = "") -> Probe:
    """A step of somebody's appeal against the published result, or of one in the period that is final."""

    def probe(session, world):
        periods = {"final": world.before.id, "open": world.period.id}
        return copied(
            session,
            "appeal_steps",
            appeal_id=world.things[appeal][of],
            period_id=periods.get(period) or world.things["period"]["published"],
            step=step,
            done_by=world.people[by].id,
        )

    return probe


def _made_for_another(session, world):
    where = f"subject_id <> {world.people['member'].id}"
    return copied(
        session,
        "appeal_steps",
        appeal_id=world.things["published_appeal"]["member"],
        period_id=world.things["period"]["published"],
        step="carried_out",
        done_by=world.people["admin"].id,
        entry_id=row_of(session, "entries", where)["id"],
    )


def _about(table: str, who: str, *, period: str, run: str, **more: str) -> Probe:
    """A signature or an appeal of somebody in the final or the published period, by the run of the one or the other."""

    def probe(session, world):
        periods = {"final": world.before.id, "published": world.things["period"]["published"]}
        changed = {
            "subject_id": world.people[who].id,
            "period_id": periods[period],
            "run_id": row_of(session, "runs", f"period_id = {periods[run]} AND standing")["id"],
        }
        changed |= {"attempt": 9, "thing_id": changed["run_id"]} if table == "appeals" else {}
        changed |= {name: world.people[role].id for name, role in more.items() if name != "entry_of"}
        if "entry_of" in more:
            subject = world.people[more["entry_of"]].id
            entry = row_of(session, "entries", f"period_id = {world.before.id} AND subject_id = {subject}")
            changed["entry_id"] = changed["thing_id"] = entry["id"]
        return copied(session, table, **changed)

    return probe


def _exemption(period: str, who: str, by: str) -> Probe:
    return lambda session, world: copied(
        session,
        "exemptions",
        period_id=getattr(world, period).id,
        subject_id=world.people[who].id,
        set_by=world.people[by].id,
    )


def _lifted_late(session, world):
    where = f"period_id = {world.things['period']['published']} AND replaced_by IS NULL"
    return f"UPDATE exemptions SET replaced_by = id WHERE {where}", {}


def _merged(session, world, **changed):
    people = {name: person.id for name, person in world.people.items()}
    values = {"kept_id": people["member"], "gone_id": people["colleague"], "done_by": people["admin"]}
    return copied(session, "merges", **values | changed)


PROBES: dict[str, Probe] = {
    "appeal_steps_2_final": _step("taken_up", "colleague", "admin", appeal="appeal", period="final"),
    "appeal_steps_3_self": _step("taken_up", "colleague", "colleague"),
    "appeal_steps_4_recorder": _step("rejected", "member", "assessor"),
    "appeal_steps_5_appellant": _step("withdrawn", "colleague", "admin"),
    "appeal_steps_6_foreign": _step("taken_up", "member", "admin", period="open"),
    "appeal_steps_7_foreign": _made_for_another,
    "appeals_2_period": _about("appeals", "member", period="final", run="final"),
    "appeals_3_result": _about("appeals", "member", period="published", run="final"),
    "appeals_4_foreign": _about("appeals", "member", period="published", run="published", entry_of="member"),
    "appeals_5_thing": lambda session, world: copied(
        session,
        "appeals",
        f"period_id = {world.things['period']['published']}",
        thing_id=world.people["member"].id,
    ),
    "signatures_2_period": _about(
        "signatures", "colleague", period="final", run="final", signed_by="colleague"
    ),
    "signatures_3_result": _about(
        "signatures", "colleague", period="published", run="final", signed_by="colleague"
    ),
    "signatures_4_self": _about(
        "signatures", "colleague", period="published", run="published", signed_by="admin"
    ),
    "exemptions_2_period": _exemption("before", "member", "admin"),
    "exemptions_3_period": _lifted_late,
    "exemptions_4_self": _exemption("period", "member", "member"),
    "merges_2_self": lambda session, world: _merged(session, world, done_by=world.people["member"].id),
    "merges_3_gone": lambda session, world: _merged(
        session, world, kept_id=row_of(session, "merges")["gone_id"]
    ),
    "erasures_2_self": lambda session, world: copied(
        session,
        "erasures",
        person_id=world.people["colleague"].id,
        done_by=world.people["colleague"].id,
        number=99,
    ),
}
