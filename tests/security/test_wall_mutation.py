"""Each wall in the database taken away in turn is noticed: at the start, and by what can then be seen or written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError, StatementError

from kaohe.audit import service as audit
from kaohe.db import (
    Databases,
    DatabaseSettings,
    TenantModel,
    TenantSession,
    WallRefusal,
    new_id,
    sessions,
    walls,
)
from kaohe.db.leases import Lease
from kaohe.db.upgrade import upgrade_platform, verify
from kaohe.entries.models import Entry
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.models import Decision, Run
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("wall-mutation")


@pytest.fixture(scope="module")
def own(postgres, tmp_path_factory):
    """A PostgreSQL database that may be broken, with two whole organisations."""
    app_url, migrate_url = postgres.create_database("mutated")
    databases = Databases(DatabaseSettings(tmp_path_factory.mktemp("mutated"), app_url, migrate_url))
    upgrade_platform(databases)
    Lease(databases).keep()
    worlds = [_world(databases) for _ in range(2)]
    yield databases, worlds
    databases.dispose()


def _world(databases):
    return build_world(
        databases, new_tenant(databases), NURSING, sector="nursing", marker="印", now=datetime.now(UTC)
    )


def _run(databases, *statements, tenant_id=None):
    engine = databases.migrating_engine(tenant_id)
    with engine.begin() as connection:
        if databases.dialect == "postgresql":
            connection.exec_driver_sql('SET LOCAL ROLE "mutated_owner"')
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _strangers(databases, world, table: str) -> int:
    """Rows of others that a session of this organisation sees in a table by raw SQL."""
    with databases.tenant(world.tenant.id, write=False) as session:
        seen = text(f"SELECT count(*) FROM {table} WHERE tenant_id <> :mine")
        return session.execute(seen, {"mine": world.tenant.id}).scalar_one()


def test_row_security_taken_away_is_noticed(own):
    """By the rows that are then seen, table by table, and by the start that is refused."""
    databases, (mine, _other) = own
    tables, seen = list(TenantModel.metadata.tables), 0
    for table in tables:
        assert _strangers(databases, mine, table) == 0
        _run(databases, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        with pytest.raises(walls.WallsDiffer, match=table):
            verify(databases)
        seen += _strangers(databases, mine, table) > 0
        _run(
            databases,
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER POLICY tenant_wall ON {table} USING (true)",
        )
        with pytest.raises(walls.WallsDiffer, match=f"policy of {table}"):
            verify(databases)
        _run(databases, f"DROP POLICY tenant_wall ON {table}")
        with pytest.raises(walls.WallsDiffer, match=f"policy of {table}"):
            verify(databases)
        _run(
            databases,
            f"CREATE POLICY tenant_wall ON {table} USING {walls._POLICY} WITH CHECK {walls._POLICY}",
        )
        verify(databases)
    print(
        f"mutation: row security of {len(tables)} tables taken away 3 ways, all noticed; {seen} showed rows of others"
    )
    assert seen > len(tables) * 0.7


def test_an_unset_tenant_is_an_error_and_not_an_empty_answer(own):
    databases, _ = own
    with databases.platform() as session, pytest.raises(DatabaseError, match=r"app.tenant|bigint"):
        session.execute(text("SELECT count(*) FROM persons")).all()
    # and after a transaction that set it, the connection has forgotten it
    with databases.tenant(own[1][0].tenant.id) as session:
        session.execute(text("SELECT count(*) FROM persons")).all()
        session.commit()
    with databases.platform() as session, pytest.raises(DatabaseError, match=r"app.tenant|bigint"):
        session.execute(text("SELECT count(*) FROM persons")).all()


def test_the_criteria_of_the_session_taken_away_are_noticed(databases, tenant, other_tenant):
    """The session's own condition is for the planner; without it the plan shows no tenant."""

    def condition() -> str:
        with databases.tenant(tenant.id, write=False) as session:
            said: list[str] = []

            def listen(conn, cursor, statement, *rest):
                said.append(statement)

            event.listen(databases.tenant_engine(tenant.id), "before_cursor_execute", listen)
            try:
                session.scalars(select(Entry)).all()
            finally:
                event.remove(databases.tenant_engine(tenant.id), "before_cursor_execute", listen)
            return said[-1].partition("WHERE")[2]

    assert "tenant_id" in condition()
    event.remove(TenantSession, "do_orm_execute", sessions._only_this_tenant)
    try:
        assert "tenant_id" not in condition()
    finally:
        event.listen(TenantSession, "do_orm_execute", sessions._only_this_tenant)
    assert "tenant_id" in condition()


# -- triggers: for each one a write that it alone refuses


def _row(session, table, where="1 = 1"):
    found = session.execute(text(f"SELECT * FROM {table} WHERE {where} LIMIT 1")).mappings().first()
    assert found is not None, (table, where)
    return dict(found)


def _insert(table, row):
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})", row


def _probes(session, world, trigger):
    """A write that this trigger must refuse: statement and values."""
    table, rule = trigger.table, trigger.rule
    sealed = f"period_id = {world.before.id}"
    if rule.code == "kept" and rule.when == "DELETE":
        return f"DELETE FROM {table} WHERE id = :id", {"id": _row(session, table)["id"]}
    if rule.code in ("kept", "revision") and rule.when == "UPDATE":
        where = (
            "state = 'adopted'"
            if rule.code == "revision"
            else (f"period_id = {world.period.id}" if table == "entries" else "1 = 1")
        )
        row = _row(session, table, where)
        column = next(
            n
            for n, v in row.items()
            if n not in ("tenant_id", "id", "replaced_by", "state") and isinstance(v, str)
        )
        return f"UPDATE {table} SET {column} = 'mutated' WHERE id = :id", {"id": row["id"]}
    if rule.code == "revision":
        return "DELETE FROM revisions WHERE state = 'adopted'", {}
    if table == "periods":
        if rule.when == "DELETE":
            return "DELETE FROM periods WHERE id = :id", {"id": world.period.id}
        if rule.code == "final":
            return "UPDATE periods SET title_zh = 'x' WHERE id = :id", {"id": world.before.id}
        return "UPDATE periods SET revision_id = NULL WHERE id = :id", {"id": world.period.id}
    if table == "decisions":
        return _decision(session, world, rule)
    if rule.when == "INSERT":
        here = _row(session, table, sealed if table in ("results", "runs") else "1 = 1")
        if table == "evidence":
            entry = _row(session, "entries", sealed)["id"]
            return _insert(table, {**here, "id": new_id(), "entry_id": entry})
        changed = {"id": new_id(), "period_id": world.before.id}
        changed |= {"form_token": None} if "form_token" in here else {}
        changed |= {"number": 99, "standing": False} if table == "runs" else {}
        changed |= {"subject_id": world.people["admin"].id} if table == "results" else {}
        changed |= (
            {"entry_id": _row(session, "entries", "replaced_by IS NULL")["id"]}
            if table == "withdrawals"
            else {}
        )
        return _insert(table, {**here, **changed})
    if "OLD" in rule.refuse_if.replace("OLD.tenant_id IS NOT NULL", "") and table == "sheets":
        return "UPDATE sheets SET period_id = :to WHERE id = :id", {
            "to": world.period.id,
            "id": world.things["old_sheet"]["everybody"],
        }
    if rule.code == "run":
        return "UPDATE runs SET digest = 'x' WHERE period_id = :id", {"id": world.period.id}
    if table == "runs":
        return f"UPDATE runs SET standing = NOT standing WHERE {sealed}", {}
    if table == "entries":
        return f"UPDATE entries SET replaced_by = id WHERE {sealed}", {}
    if table == "sheets":
        return "UPDATE sheets SET period_id = :to WHERE id = :id", {
            "to": world.before.id,
            "id": world.things["sheet"]["member"],
        }
    return f"UPDATE {table} SET digest = 'x' WHERE {sealed}", {}


def _decision(session, world, rule):
    made = _row(session, "decisions")
    fresh = {**made, "id": new_id(), "occurrence": 77}
    if rule.code == "self":
        fresh |= {
            "subject_id": world.people["admin"].id,
            "decided_by": world.people["admin"].id,
            "proposed_by": None,
        }
    elif rule.code == "proposer":
        fresh |= {"proposed_by": made["decided_by"]}
    else:
        fresh |= {"decided_by": world.people["assessor"].id, "proposed_by": None}
    return _insert("decisions", fresh)


def _sealed_world(databases):
    """A whole organisation with a decision about an entry of the month before."""
    world = _world(databases)
    with world.session() as session:
        entry = session.scalars(
            select(Entry).where(
                Entry.period_id == world.before.id, Entry.recorded_by == world.people["assessor"].id
            )
        ).first()
        session.add(
            Decision(
                period_id=world.before.id,
                run_id=world.things["run"]["everybody"],
                subject_id=entry.subject_id,
                clause_id=entry.clause_id,
                occurrence=1,
                effect="notice",
                accepted=False,
                before=None,
                after=None,
                acts_on=world.today,
                proposed_by=None,
                decided_by=world.people["other_assessor"].id,
                at=world.now,
                reason="决定",
            )
        )
        session.add(
            Run(
                period_id=world.period.id,
                revision_id=world.revision.id,
                number=1,
                standing=False,
                engine_version=1,
                subjects=0,
                by=None,
                at=world.now,
            )
        )
        act = {"action": "test.act", "object_kind": None, "object_id": None, "outcome": "done", "status": 200}
        audit.record(session, now=world.now, person_id=None, request_id="r", address="", detail={}, **act)
        session.commit()
        audit.seal(session, world.now)
        session.commit()
    return world


def _answer(world, statement, values):
    """The code of the rule that refused, "denied" where there is no right at all, "" where the write went through."""
    with world.session() as session:
        try:
            session.execute(text(statement), values)
            session.flush()
        except WallRefusal as refusal:
            return refusal.code
        except (DatabaseError, StatementError) as error:
            return "denied" if "permission denied" in str(error) else f"other: {type(error).__name__}"
        finally:
            session.rollback()
    return ""


def test_each_trigger_taken_away_is_noticed(sqlite_databases):
    databases = sqlite_databases
    world = _sealed_world(databases)
    tenant_id = world.tenant.id
    with world.session() as session:  # before its period is sealed: a sheet that can be probed
        old = session.execute(text("SELECT id FROM sheets LIMIT 1")).scalar_one()
        world.things["old_sheet"] = {"everybody": old}
        session.rollback()
    _run(
        databases,
        *(f"DROP TRIGGER {t.name}" for t in walls.triggers() if t.table == "sheets"),
        tenant_id=tenant_id,
    )
    _run(databases, f"UPDATE sheets SET period_id = {world.before.id} WHERE id = {old}", tenant_id=tenant_id)
    for trigger in walls.triggers():
        if trigger.table == "sheets":
            _run(databases, walls._portable(trigger.sqlite()), tenant_id=tenant_id)
    with world.session() as session:
        results.finalise(session, session.need(Period, world.before.id), by=None, now=world.now)
        session.commit()
    verify(databases, tenant_id)
    blind = []
    for trigger in walls.triggers():
        with world.session() as session:
            statement, values = _probes(session, world, trigger)
            session.rollback()
        before = _answer(world, statement, values)
        _run(databases, f"DROP TRIGGER {trigger.name}", tenant_id=tenant_id)
        with pytest.raises(walls.WallsDiffer, match=trigger.name):
            verify(databases, tenant_id)
        after = _answer(world, statement, values)
        if before != trigger.rule.code or after == before:
            blind.append(f"{trigger.name}: {before!r} then {after!r} for {statement[:90]}")
        _run(databases, walls._portable(trigger.sqlite()), tenant_id=tenant_id)
    verify(databases, tenant_id)
    print(f"mutation: {len(walls.triggers())} triggers taken away in turn, {len(blind)} not noticed")
    assert not blind, "\n".join(blind)
