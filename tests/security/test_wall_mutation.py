"""Each row-security rule taken away in turn is noticed: at the start, and by what can then be seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError

from kaohe.db import (
    Databases,
    DatabaseSettings,
    TenantModel,
    TenantSession,
    sessions,
    walls,
)
from kaohe.db.leases import Lease
from kaohe.db.upgrade import upgrade_platform, verify
from kaohe.entries.models import Entry
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("wall-mutation")


@pytest.fixture(scope="module")
def own(postgres, tmp_path_factory, filled):
    """A PostgreSQL database that may be broken, with two whole organisations that have a row in every table."""
    app_url, migrate_url = postgres.create_database("mutated")
    databases = Databases(DatabaseSettings(tmp_path_factory.mktemp("mutated"), app_url, migrate_url))
    upgrade_platform(databases)
    Lease(databases).keep()
    worlds = [filled(_world(databases)) for _ in range(2)]
    yield databases, worlds
    databases.dispose()


def _world(databases):
    return build_world(
        databases, new_tenant(databases), NURSING, sector="nursing", marker="印", now=datetime.now(UTC)
    )


def _run(databases, *statements):
    engine = databases.migrating_engine()
    with engine.begin() as connection:
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
    tables, unseen = list(TenantModel.metadata.tables), []
    for table in tables:
        assert _strangers(databases, mine, table) == 0
        _run(databases, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        with pytest.raises(walls.WallsDiffer, match=table):
            verify(databases)
        if _strangers(databases, mine, table) == 0:
            unseen.append(table)
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
    seen = len(tables) - len(unseen)
    print(
        f"mutation: row security of {len(tables)} tables taken away 3 ways, all noticed; {seen} showed rows of others"
    )
    assert not unseen, f"no rows of others to be seen in {unseen}: fill them in a walls_*.py"


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
