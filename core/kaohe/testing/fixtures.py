"""Fixtures for tests of the core and of sectors: both databases, fresh tenants, a browser without a browser.

The databases live as long as the test run; each test gets a tenant of its own, which the walls keep apart from
all others. `databases` runs a test once on SQLite and once on PostgreSQL.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from kaohe.accounts.models import Account
from kaohe.config import Config
from kaohe.db import Databases, DatabaseSettings, TenantSession
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import upgrade_platform, upgrade_tenants
from kaohe.tenants.models import Tenant
from kaohe.testing.postgres import Server, server

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 15)
_NUMBERS = itertools.count(1)
_TEMPLATE = 1_000_000


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL for this test process."""
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """SQLite: a platform file, and a template that new tenants' files are copied from."""
    load_models()
    databases = Databases(DatabaseSettings(tmp_path_factory.mktemp("sqlite")))
    upgrade_platform(databases)
    upgrade_tenants(databases, [_TEMPLATE])
    databases.tenant_engine(_TEMPLATE).dispose()
    Lease(databases).keep()
    yield databases
    databases.dispose()


@pytest.fixture(scope="session")
def postgresql_databases(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """PostgreSQL with the three roles, forced row security and triggers."""
    load_models()
    app_url, migrate_url = postgres.create_database(f"kaohe{next(_NUMBERS)}")
    databases = Databases(
        DatabaseSettings(tmp_path_factory.mktemp("postgresql"), app_url, migrate_url, pool_size=10)
    )
    upgrade_platform(databases)
    Lease(databases).keep()
    yield databases
    databases.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """The databases, once of each kind."""
    return request.getfixturevalue(f"{request.param}_databases")


def new_tenant(databases: Databases, name: str = "示范医院") -> Tenant:
    """A fresh, migrated and empty tenant; its number is above those that tests of the services have founded."""
    with databases.platform() as session:
        ident = max(next(_NUMBERS), (session.scalar(select(func.max(Tenant.id))) or 0) + 1)
    if databases.settings.is_sqlite:
        template = databases.tenant_file(_TEMPLATE)
        shutil.copyfile(template, databases.tenant_file(ident))
    tenant = Tenant(
        id=ident, code=f"t{ident}", name=name, zone="Asia/Shanghai", state="active", created_at=NOW
    )
    with databases.platform() as session:
        session.add(tenant)
        session.commit()
    return tenant


def suspend(databases: Databases, tenant: Tenant) -> None:
    """No worker of a later test looks after this tenant."""
    with databases.platform() as session:
        session.execute(update(Tenant).where(Tenant.id == tenant.id).values(state="suspended"))
        session.commit()


@pytest.fixture
def tenant(databases: Databases) -> Iterator[Tenant]:
    """A fresh tenant of this test."""
    found = new_tenant(databases)
    yield found
    suspend(databases, found)


@pytest.fixture
def other_tenant(databases: Databases) -> Iterator[Tenant]:
    """Another tenant, whose things must never be seen from `tenant`."""
    found = new_tenant(databases, "别家医院")
    yield found
    suspend(databases, found)


@pytest.fixture
def session(databases: Databases, tenant: Tenant) -> Iterator[TenantSession]:
    """A writing session of the test's tenant."""
    with databases.tenant(tenant.id) as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: 10 o'clock in Shanghai on 15 September 2026."""
    return NOW


@pytest.fixture
def today() -> date:
    """The day at which tests happen."""
    return TODAY


@cache
def application(databases: Databases) -> Flask:
    """The application over these databases, made once: its templates are compiled once, as on a server."""
    from kaohe.app import create_app

    config = Config(databases.settings, secret="a secret of the tests", testing=True)  # noqa: S106
    return create_app(config, databases=databases)


@pytest.fixture
def app(databases: Databases) -> Flask:
    """The application over the test's databases; tests change nothing in it."""
    return application(databases)


class Browser:
    """A signed-in client that follows the forms' rules (token of the form, cookie of the session)."""

    _META = re.compile(r'name="csrf-token"\s+content="([^"]+)"')

    def __init__(self, app: Flask, tenant: Tenant) -> None:
        self.client: FlaskClient = app.test_client()
        self.app, self.tenant = app, tenant

    def sign_in(self, account: Account, now: datetime | None = None) -> Browser:
        """Be this account from now on."""
        from kaohe.accounts.service import start_sign_in

        databases = self.app.extensions["kaohe"].databases
        with databases.tenant(self.tenant.id) as session:
            token = start_sign_in(session, account=account, now=now or datetime.now(UTC))
            session.commit()
        self.client.set_cookie("kaohe", token, path=f"/t/{self.tenant.code}/")
        return self

    def url(self, path: str) -> str:
        """A path inside the tenant as the full path."""
        return path if path.startswith("/t/") else f"/t/{self.tenant.code}{path}"

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(self.url(path), **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        """Post a form with a valid token."""
        return self.client.post(self.url(path), data={**(data or {}), "csrf_token": self.token()}, **options)

    def token(self) -> str:
        """A token that the next form may carry."""
        found = self._META.search(self.client.get(self.url("/sign-in")).text) or self._META.search(
            self.get("/me").text
        )
        assert found is not None
        return found[1]


@pytest.fixture
def browser(app: Flask, tenant: Tenant) -> Browser:
    """A browser of the test's tenant, not signed in."""
    return Browser(app, tenant)


@pytest.fixture
def data_folder(databases: Databases) -> Path:
    """Where uploaded files lie."""
    return databases.settings.folder
