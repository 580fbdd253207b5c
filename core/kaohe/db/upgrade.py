"""Bringing databases to the code's version, and refusing to work on one that is not there yet.

The platform and the tenants have a line of migrations each (`migrations/platform`, `migrations/tenant`). On
PostgreSQL both run once on the one database; on SQLite each tenant's file is migrated by itself, resumably.
After the last step the walls are installed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from kaohe.db import statistics, walls
from kaohe.db.engines import Databases

_HERE = Path(__file__).parent / "migrations"
LINES = ("platform", "tenant")


class NotMigrated(Exception):
    """The database is not at the version of the code; `kaohe db upgrade` brings it there."""


class BrokenReferences(Exception):
    """A migration would have left rows that refer to nothing; it was rolled back."""


def alembic_config(line: str, connection: Connection) -> Config:
    """The configuration of one line of migrations over an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / line))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = f"{line}_version"
    config.attributes["line"] = line
    return config


def upgrade_platform(databases: Databases) -> None:
    """Bring the platform's tables (on PostgreSQL: the tenants' too) to the newest version."""
    engine = databases.migrating_engine()
    try:
        with engine.begin() as connection:
            _become_owner(connection)
            command.upgrade(alembic_config("platform", connection), "head")
            if connection.dialect.name == "postgresql":
                command.upgrade(alembic_config("tenant", connection), "head")
                walls.install(connection, app_role=make_url(databases.settings.url).username)
    finally:
        engine.dispose()


def upgrade_tenants(
    databases: Databases, tenant_ids: Iterable[int], tell: Callable[[int], None] = lambda _: None
) -> None:
    """Bring each tenant's SQLite file to the newest version, one transaction a file."""
    for tenant_id in tenant_ids:
        if databases.settings.is_sqlite:
            engine = databases.migrating_engine(tenant_id)
            try:
                with engine.begin() as connection:
                    walls.remove(connection)
                    command.upgrade(alembic_config("tenant", connection), "head")
                    walls.install(connection)
                    statistics.install(connection)
                    _check_references(connection)
            finally:
                engine.dispose()
        tell(tenant_id)


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise BrokenReferences(
            f"{len(broken)} rows refer to rows that are not there, the first in {broken[0][0]}"
        )


def is_current(connection: Connection, line: str) -> bool:
    """Whether this database stands at the newest step of a line."""
    head = ScriptDirectory(str(_HERE / line)).get_current_head()
    context = MigrationContext.configure(connection, opts={"version_table": f"{line}_version"})
    return context.get_current_revision() == head


def verify(databases: Databases, tenant_id: int | None = None) -> None:
    """Refuse a database that is behind (`NotMigrated`) or whose walls differ (`walls.WallsDiffer`)."""
    sqlite = databases.settings.is_sqlite
    engine = (
        databases.tenant_engine(tenant_id)
        if tenant_id is not None
        else databases.platform().get_bind().engine
    )
    lines = ("tenant",) if sqlite and tenant_id is not None else ("platform",) if sqlite else LINES
    with engine.connect().execution_options(kaohe_write=False) as connection:
        for line in lines:
            if not is_current(connection, line):
                raise NotMigrated(
                    f"the {line} tables are not at the version of this code: run kaohe db upgrade"
                )
        if "tenant" in lines:
            walls.verify(connection)


def _become_owner(connection: Connection) -> None:
    """On PostgreSQL, create as the owning role where the installation has one."""
    if connection.dialect.name != "postgresql":
        return
    database = connection.execute(text("SELECT current_database()")).scalar_one()
    owner = f"{database}_owner"
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": owner}).first():
        connection.exec_driver_sql(f'SET LOCAL ROLE "{owner}"')


def has_tables(connection: Connection) -> bool:
    """Whether anything of ours is in this database."""
    return inspect(connection).has_table("platform_version")
