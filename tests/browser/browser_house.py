"""The application as it runs in a house: waitress in a thread, a worker beside it, SQLite files in a folder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from browser_server import Served

from kaohe import demo
from kaohe.app import create_app
from kaohe.config import Config
from kaohe.db import Databases, DatabaseSettings, TenantSession
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import upgrade_platform
from kaohe.jobs.worker import Worker
from kaohe.plugins import build_registry
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant


def fill_demonstration(folder: Path) -> None:
    """A folder with the demonstration hospital, filled up to today."""
    load_models()
    folder.mkdir(parents=True)
    databases = Databases(DatabaseSettings(folder))
    upgrade_platform(databases)
    Lease(databases).keep()
    demo.fill(databases, build_registry(), lambda _what, _done, _total: None)
    databases.dispose()


class House:
    """A running installation."""

    def __init__(self, folder: Path) -> None:
        load_models()
        self.databases = Databases(DatabaseSettings(folder))
        self.registry = build_registry()
        Lease(self.databases).keep()
        config = Config(self.databases.settings, secret="a secret of the browser's tests", demo=True)
        self.app = create_app(config, registry=self.registry, databases=self.databases)
        self._server = Served(self.app, threads=6)
        self._worker = Worker(self.databases)
        self.url = self._server.url

    def start(self) -> None:
        self._worker.start()
        self._server.start()

    def stop(self) -> None:
        self._worker.stop()
        self._server.stop()
        self.databases.dispose()

    def tenant(self, code: str) -> Tenant:
        found = tenants.find_tenant(self.databases, code)
        assert found is not None
        return found

    def session(self, code: str, *, write: bool = False) -> TenantSession:
        """A session beside the running application's own."""
        return self.databases.tenant(self.tenant(code).id, write=write)

    def today(self, code: str) -> date:
        """The organisation's day."""
        return self.now.astimezone(ZoneInfo(self.tenant(code).zone)).date()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)
