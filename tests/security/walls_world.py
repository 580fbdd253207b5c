"""What the world itself has for the walls: its last rows, and a probe for each rule of periods, entries and results."""

from __future__ import annotations

from datetime import timedelta

from kaohe.accounts.models import Attempt
from kaohe.adoption.models import Adoption
from kaohe.audit import service as audit
from kaohe.db import new_id
from kaohe.periods.models import Period
from kaohe.results.models import Run
from kaohe.testing.probing import Probe, copied, inserted, row_of
from kaohe.testing.world import World


def fill(world: World) -> None:
    """A run of the open period, a planned one, another adoption, a sealed audit row, and a failed try to sign in."""
    with world.session() as session:
        session.add(
            Run(
                period_id=world.period.id,
                revision_id=world.revision.id,
                number=1,
                standing=False,
                engine_version=1,
                subjects=0,
                at=world.now,
            )
        )
        other = Adoption(sector=world.sector, scheme_code="walls", created_at=world.now)
        planned = _planned(world)
        session.add_all((other, planned))
        session.add(Attempt(key=f"walls{world.marker}", since=world.now, count=1))
        audit.record(
            session,
            now=world.now,
            person_id=None,
            action="test.act",
            object_kind=None,
            object_id=None,
            outcome="done",
            status=200,
            request_id="r",
            address="",
            detail={},
        )
        session.commit()
        audit.seal(session, world.now)
        session.commit()
        world.keep("adoption", "other", other.id)
        world.keep("period", "planned", planned.id)


def _planned(world: World) -> Period:
    day = world.period.ends_on + timedelta(days=400)
    return Period(
        adoption_id=world.adoption.id,
        revision_id=world.revision.id,
        code="walls",
        title_zh=f"计划{world.marker}",
        title_en="planned",
        starts_on=day,
        ends_on=day,
        entries_until=day,
        published_until=day,
        final_on=day,
    )


def _of_period(statement: str, period: str) -> Probe:
    return lambda session, world: (statement, {"period": getattr(world, period).id})


def _sheet_to(period: str, sheet: str, whose: str) -> Probe:
    return lambda session, world: (
        "UPDATE sheets SET period_id = :to WHERE id = :id",
        {"to": getattr(world, period).id, "id": world.things[sheet][whose]},
    )


def _sealed(table: str, **changed: object) -> Probe:
    """A row like one of the final period's, added to it."""
    return lambda session, world: copied(session, table, f"period_id = {world.before.id}", **changed)


def _into_sealed(table: str) -> Probe:
    """A row like one of the open period's, added to the final one."""
    return lambda session, world: copied(
        session, table, f"period_id = {world.period.id}", period_id=world.before.id
    )


def _withdrawal(session, world):
    standing = row_of(session, "entries", f"period_id = {world.before.id} AND replaced_by IS NULL")
    return copied(session, "withdrawals", period_id=world.before.id, entry_id=standing["id"])


def _withdrawal_elsewhere(session, world):
    sealed = row_of(session, "entries", f"period_id = {world.before.id} AND replaced_by IS NULL")
    return copied(session, "withdrawals", period_id=world.period.id, entry_id=sealed["id"])


def _on_anothers_sheet(session, world):
    where = f"period_id = {world.period.id} AND sheet_id IS NOT NULL"
    return copied(session, "entries", where, subject_id=world.people["admin"].id)


def _result_elsewhere(session, world):
    where = f"period_id = {world.things['period']['published']}"
    return copied(session, "results", where, period_id=world.period.id, subject_id=world.people["admin"].id)


def _run_of_another_revision(session, world):
    draft = world.things["revision"]["colleague"]
    return copied(
        session, "runs", f"period_id = {world.period.id}", number=98, standing=False, revision_id=draft
    )


def _period_of_another_adoption(session, world):
    where = f"id = {world.things['period']['planned']}"
    return copied(session, "periods", where, adoption_id=world.things["adoption"]["other"])


def _subject_of_another(session, world):
    row = row_of(session, "subjects", "person_id IS NOT NULL")
    return inserted("subjects", {**row, "id": new_id()})


def _evidence(session, world):
    entry = row_of(session, "entries", f"period_id = {world.before.id}")
    return copied(session, "evidence", entry_id=entry["id"])


def _result(session, world):
    return _sealed("results", subject_id=world.people["admin"].id)(session, world)


PROBES: dict[str, Probe] = {
    "periods_0_final": _of_period("UPDATE periods SET title_zh = 'x' WHERE id = :period", "before"),
    "periods_1_period": _of_period("UPDATE periods SET revision_id = NULL WHERE id = :period", "period"),
    "periods_2_period": _of_period("DELETE FROM periods WHERE id = :period", "period"),
    "periods_3_foreign": _period_of_another_adoption,
    "periods_4_foreign": lambda session, world: (
        "UPDATE periods SET adoption_id = :other WHERE id = :period",
        {"other": world.things["adoption"]["other"], "period": world.things["period"]["planned"]},
    ),
    "subjects_0_foreign": _subject_of_another,
    "subjects_1_foreign": lambda session, world: (
        "UPDATE subjects SET unit_id = :unit WHERE id = :id",
        {"unit": world.units["office"].id, "id": world.people["admin"].id},
    ),
    "revisions_0_revision": lambda session, world: (
        "UPDATE revisions SET base = 'mutated' WHERE id = :id",
        {"id": world.revision.id},
    ),
    "revisions_1_revision": lambda session, world: (
        "DELETE FROM revisions WHERE id = :id",
        {"id": world.revision.id},
    ),
    "runs_1_final": _sealed("runs", number=99, standing=False),
    "runs_2_final": _of_period("UPDATE runs SET standing = NOT standing WHERE period_id = :period", "before"),
    "runs_3_run": _of_period("UPDATE runs SET digest = 'x' WHERE period_id = :period", "period"),
    "runs_4_foreign": _run_of_another_revision,
    "results_2_final": _result,
    "results_3_foreign": _result_elsewhere,
    "entries_2_period": _into_sealed("entries"),
    "entries_3_period": _of_period(
        "UPDATE entries SET replaced_by = id WHERE period_id = :period AND replaced_by IS NULL", "before"
    ),
    "entries_4_foreign": _on_anothers_sheet,
    "withdrawals_2_period": _withdrawal,
    "withdrawals_3_foreign": _withdrawal_elsewhere,
    "evidence_2_final": _evidence,
    "evidence_1_kept": lambda session, world: (
        "UPDATE evidence SET added_by = :by",
        {"by": world.people["outsider"].id},
    ),
    "sheets_1_period": _into_sealed("sheets"),
    "sheets_2_period": _sheet_to("period", "old_sheet", "everybody"),
}
