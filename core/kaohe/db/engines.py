"""Engines: where the platform and each tenant are kept, and how a transaction begins.

SQLite: `<folder>/platform.db` and `<folder>/tenants/<id>.db`; WAL, synchronous FULL, foreign keys on. A
transaction that will write begins IMMEDIATE; a reading one runs with `query_only`. At most fifty tenant
engines stay open. PostgreSQL: one database; every tenant transaction begins with `SET LOCAL app.tenant`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from kaohe.db.sessions import USUAL_ZONE, PlatformSession, TenantSession
from kaohe.db.walls import TENANT_SETTING

OPEN_TENANT_ENGINES = 50
BUSY_MS = 10_000


@dataclass(frozen=True)
class DatabaseSettings:
    """Where the data is: `url` "sqlite" keeps files in `folder`; `migrate_url` is the migrating role's."""

    folder: Path
    url: str = "sqlite"
    migrate_url: str | None = None
    pool_size: int = 5

    @property
    def is_sqlite(self) -> bool:
        return self.url == "sqlite"


class Databases:
    """The open engines of one process; hands out sessions that are bound to one tenant or to the platform."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._tenants: OrderedDict[int, Engine] = OrderedDict()
        self._zones: dict[int, ZoneInfo] = {}
        self._shared = None if settings.is_sqlite else self._postgresql(settings.url)
        self._platform = self._shared or self._sqlite(settings.folder / "platform.db")

    @property
    def dialect(self) -> str:
        return self._platform.dialect.name

    def platform(self, *, write: bool = True) -> PlatformSession:
        """A session over the installation's own tables."""
        return PlatformSession(self._platform.execution_options(kaohe_write=write))

    def tenant(self, tenant_id: int, *, write: bool = True) -> TenantSession:
        """A session that can see and write this tenant's rows and no others."""
        return TenantSession(
            self.tenant_engine(tenant_id), tenant_id=tenant_id, write=write, zone=self.zone_of
        )

    def zone_of(self, tenant_id: int) -> ZoneInfo:
        """The tenant's time zone; it is set when the organisation is made and never changes, so it is read once."""
        found = self._zones.get(tenant_id)
        if found is None:
            with self._platform.execution_options(kaohe_write=False).connect() as connection:
                name = connection.execute(
                    text("SELECT zone FROM tenants WHERE id = :id"), {"id": tenant_id}
                ).scalar()
            found = ZoneInfo(name) if name else USUAL_ZONE
            if name:
                self._zones[tenant_id] = found
        return found

    def tenant_engine(self, tenant_id: int) -> Engine:
        """The engine that holds a tenant's tables (shared on PostgreSQL)."""
        if self._shared is not None:
            return self._shared
        with self._lock:
            engine = self._tenants.pop(tenant_id, None) or self._sqlite(self.tenant_file(tenant_id))
            self._tenants[tenant_id] = engine
            while len(self._tenants) > OPEN_TENANT_ENGINES:
                self._tenants.popitem(last=False)[1].dispose()
        return engine

    def tenant_file(self, tenant_id: int) -> Path:
        """The SQLite file of a tenant."""
        return self.settings.folder / "tenants" / f"{tenant_id}.db"

    def migrating_engine(self, tenant_id: int | None = None) -> Engine:
        """A fresh engine that may change tables; the caller disposes it.

        On SQLite it does not enforce foreign keys: rebuilding a table drops the old one, which others refer to.
        `kaohe.db.upgrade` checks them all before it commits.
        """
        if not self.settings.is_sqlite:
            return create_engine(self.settings.migrate_url or self.settings.url)
        path = self.settings.folder / "platform.db" if tenant_id is None else self.tenant_file(tenant_id)
        engine = self._sqlite(path)
        event.listen(engine, "connect", _connect_migrating)
        return engine

    def dispose(self) -> None:
        """Close every connection."""
        with self._lock:
            for engine in [self._platform, *self._tenants.values()]:
                engine.dispose()
            self._tenants.clear()

    def _postgresql(self, url: str) -> Engine:
        engine = create_engine(url, pool_pre_ping=True, pool_size=self.settings.pool_size, max_overflow=5)
        event.listen(engine, "begin", _begin_postgresql)
        return engine

    def _sqlite(self, path: Path) -> Engine:
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            make_url("sqlite://").set(database=str(path)),
            connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000},
            pool_size=self.settings.pool_size,
            max_overflow=20,
        )
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


def _connect_sqlite(connection: Any, record: Any) -> None:
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # or REPLACE would delete a row past the trigger that guards it
    ):
        connection.execute(f"PRAGMA {pragma}")


def _connect_migrating(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("kaohe_write", True)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    tenant_id = options.get("tenant_id")
    statements = []
    if tenant_id is not None:
        statements.append(f"SET LOCAL {TENANT_SETTING} = '{int(tenant_id)}'")
    if not options.get("kaohe_write", True):
        statements.append("SET TRANSACTION READ ONLY")
    if statements:
        connection.exec_driver_sql("; ".join(statements))
