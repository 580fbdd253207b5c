"""The walls stand again after migrating a filled database; a database whose walls differ is not started on."""

from __future__ import annotations

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Text, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from kaohe.app import create_app
from kaohe.config import Config
from kaohe.db import Databases, DatabaseSettings, WallRefusal, walls
from kaohe.db.leases import Lease
from kaohe.db.upgrade import NotMigrated, upgrade_platform, upgrade_tenants, verify
from kaohe.db.walls import WallsDiffer
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.world import NOW, build_world
from kaohe_nursing.scheme import NURSING


@pytest.fixture
def own(postgres, tmp_path):
    """A PostgreSQL database of this test alone."""
    app_url, migrate_url = postgres.create_database("walls")
    databases = Databases(DatabaseSettings(tmp_path, app_url, migrate_url))
    upgrade_platform(databases)
    Lease(databases).keep()
    yield databases
    databases.dispose()
    postgres.drop_database("walls")


def _run(databases, *statements, tenant_id=None):
    engine = databases.migrating_engine(tenant_id)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _sealed(world):
    with world.session() as session:
        with pytest.raises(WallRefusal):
            session.execute(text("UPDATE runs SET digest = 'x'"))
        session.rollback()
        assert results.replay(session, session.need(Period, world.before.id)).same


def _final(databases):
    world = build_world(databases, new_tenant(databases), NURSING, sector="nursing", now=NOW)
    with world.session() as session:
        results.finalise(session, session.need(Period, world.before.id), by=None, now=world.now)
        session.commit()
    return world


def test_upgrading_twice_leaves_everything_as_declared(databases):
    world = _final(databases)
    for _ in range(2):
        upgrade_platform(databases)
        upgrade_tenants(databases, [world.tenant.id])
        verify(databases, world.tenant.id)
    _sealed(world)


def _rebuild(engine, table, change):
    """What a migration does to change a table of SQLite: it makes the table anew."""
    with (
        engine.begin() as connection,
        Operations(MigrationContext.configure(connection)).batch_alter_table(
            table, recreate="always"
        ) as batch,
    ):
        change(batch)


def _count_triggers(engine, table):
    count = text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    with engine.begin() as connection:
        return connection.execute(count, {"table": table}).scalar_one()


@pytest.mark.parametrize("table", ["runs", "withdrawals"])
def test_a_batch_operation_drops_triggers_and_the_upgrade_brings_them_back(sqlite_databases, table):
    """Of a table that other tables' triggers read, too: the upgrade takes all of them down first."""
    world = _final(sqlite_databases)
    sqlite_databases.tenant_engine(world.tenant.id).dispose()
    engine = sqlite_databases.migrating_engine(world.tenant.id)
    assert _count_triggers(engine, table) > 0
    if table == "runs":
        with pytest.raises(OperationalError, match=r"error in trigger \w+: no such table: main.runs"):
            _rebuild(engine, table, lambda batch: batch.add_column(Column("more", Text)))
        assert _count_triggers(engine, table) > 0
        with engine.begin() as connection:
            walls.remove(connection)
    _rebuild(engine, table, lambda batch: batch.add_column(Column("more", Text)))
    assert _count_triggers(engine, table) == 0
    with pytest.raises(WallsDiffer, match=table):
        verify(sqlite_databases, world.tenant.id)
    _rebuild(engine, table, lambda batch: batch.drop_column("more"))
    engine.dispose()
    upgrade_tenants(sqlite_databases, [world.tenant.id])
    verify(sqlite_databases, world.tenant.id)
    _sealed(world)
    with world.session() as session, pytest.raises(WallRefusal):
        session.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("ALTER TABLE entries DISABLE ROW LEVEL SECURITY", "row security of entries"),
        ("ALTER TABLE entries NO FORCE ROW LEVEL SECURITY", "row security of entries"),
        ("DROP POLICY tenant_wall ON persons", "policy of persons"),
        ("CREATE POLICY more ON persons USING (true)", "policy of persons"),
        ("ALTER POLICY tenant_wall ON persons USING (true)", "policy of persons"),
        ("ALTER TABLE entries DISABLE TRIGGER USER", "trigger entries"),
        ("GRANT DELETE ON entries TO walls_app", "grants on entries"),
        ("GRANT UPDATE ON audit_rows TO walls_app", "grants on audit_rows"),
        ("GRANT UPDATE (points) ON entries TO walls_app", "grants on entries"),
        ("GRANT TRUNCATE ON persons TO PUBLIC", "grants on persons"),
        ("REVOKE INSERT ON persons FROM walls_app", "grants on persons"),
    ],
)
def test_a_difference_refuses_the_start(own, statement, named):
    verify(own)
    _run(own, 'SET ROLE "walls_owner"', statement)
    with pytest.raises(WallsDiffer, match=named):
        create_app(Config(own.settings, secret="x" * 20, testing=True), databases=own)


def test_roles_that_could_get_past_refuse_the_start(own, postgres):
    name = "walls"
    migrate = make_url(own.settings.url).set(username=f"{name}_migrate")
    root = make_url(own.settings.url).set(username="postgres")
    for url, named in ((migrate, "bypass"), (root, "bypass")):
        other = Databases(DatabaseSettings(own.settings.folder, url.render_as_string(hide_password=False)))
        with pytest.raises(WallsDiffer, match=named):
            verify(other)
        other.dispose()
    for grant, named, back in (
        (f'GRANT "{name}_owner" TO "{name}_app"', "owns", f'REVOKE "{name}_owner" FROM "{name}_app"'),
        (
            f'GRANT "{name}_migrate" TO "{name}_app"',
            "can act as",
            f'REVOKE "{name}_migrate" FROM "{name}_app"',
        ),
        (f'ALTER ROLE "{name}_app" BYPASSRLS', "bypass", f'ALTER ROLE "{name}_app" NOBYPASSRLS'),
        (f'ALTER ROLE "{name}_app" CREATEROLE', "make roles", f'ALTER ROLE "{name}_app" NOCREATEROLE'),
    ):
        postgres._as_admin(grant)
        with pytest.raises(WallsDiffer, match=named):
            verify(own)
        postgres._as_admin(back)
        verify(own)


def test_a_database_that_is_behind_is_not_started_on(databases, tenant):
    engine = databases.migrating_engine(tenant.id)
    with engine.begin() as connection:
        stood = connection.exec_driver_sql("SELECT version_num FROM tenant_version").scalar_one()
        connection.exec_driver_sql("UPDATE tenant_version SET version_num = '0000'")
    try:
        with pytest.raises(NotMigrated):
            verify(databases, tenant.id)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE tenant_version SET version_num = '{stood}'")
        engine.dispose()
    verify(databases, tenant.id)
