"""What every command stands on: the settings, the open databases, and mistakes said in words.

Decides that a new SQLite installation is set up at its first use, while a PostgreSQL one waits for `kaohe db`;
that a command which writes holds a worker number as a server does; and that an operator never sees a traceback
for something an operator can mend.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from kaohe.config import Config
from kaohe.db import Databases, TenantSession
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import NotMigrated, has_tables, upgrade_platform, verify
from kaohe.db.walls import WallsDiffer
from kaohe.errors import Refusal
from kaohe.periods.models import Period
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant


def language() -> str:
    """The language in which refusals are said here: the terminal's."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if named.lower().startswith("zh") else "en"


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what an operator can mend into one line and exit code 1."""
    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(refusal.say(language())) from refusal
    except (NotMigrated, WallsDiffer) as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        raise click.ClickException(f"the database cannot be reached: {error.orig}") from error
    except PermissionError as error:
        raise click.ClickException(f"no permission for {error.filename}") from error


def settings() -> Config:
    """The settings of this installation."""
    try:
        return Config.from_environment()
    except ValueError as error:
        raise click.ClickException(f"a KAOHE_… setting cannot be read: {error}") from error


def connect(config: Config) -> Databases:
    """The databases as they are, not verified yet."""
    load_models()
    return Databases(config.database)


@contextmanager
def opened(config: Config | None = None) -> Iterator[Databases]:
    """The verified databases with a worker number of our own, given back at the end."""
    databases = connect(config or settings())
    lease = Lease(databases)
    try:
        _set_up_when_new(databases)
        verify(databases)
        lease.keep()
        yield databases
    finally:
        lease.release()
        databases.dispose()


def _set_up_when_new(databases: Databases) -> None:
    if not databases.settings.is_sqlite:
        return
    engine = databases.migrating_engine()
    try:
        with engine.connect().execution_options(kaohe_write=False) as connection:
            new = not has_tables(connection)
    finally:
        engine.dispose()
    if new:
        upgrade_platform(databases)


def ready_tenant(databases: Databases, code: str) -> Tenant:
    """The organisation with that code, its tables verified."""
    tenant = tenants.find_tenant(databases, code)
    verify(databases, tenant.id)
    return tenant


def now() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)


def today(tenant: Tenant) -> Any:
    """Today where the organisation is."""
    return now().astimezone(ZoneInfo(tenant.zone)).date()


def find_period(session: TenantSession, asked: str) -> Period:
    """The period with that code or id; a code that several schemes use asks for the id."""
    found = list(session.scalars(select(Period).where(Period.code == asked)))
    if not found and asked.isascii() and asked.isdigit() and len(asked) < 19:
        found = list(session.scalars(select(Period).where(Period.id == int(asked))))
    if len(found) == 1:
        return found[0]
    if found:
        lines = "\n".join(f"  {p.id}  {p.title_en}  ({p.starts_on} to {p.ends_on})" for p in found)
        raise click.ClickException(
            f"several schemes have a period {asked}; give the number instead:\n{lines}"
        )
    known = session.scalars(select(Period).order_by(Period.starts_on.desc()).limit(6)).all()
    hint = "; the latest are " + ", ".join(p.code for p in known) if known else "; there are none yet"
    raise click.ClickException(f"there is no period {asked}{hint}")


class Bars:
    """Progress bars for work that tells (what, done, total): one bar for each stretch of it."""

    def __init__(self) -> None:
        self._what: str | None = None
        self._bar: Any = None
        self._done = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` of `what` is done."""
        if what != self._what:
            self.close()
            self._what, self._done = what, 0
            self._bar = click.progressbar(length=max(total, 1), label=what)
            self._bar.__enter__()
        self._bar.update(max(0, min(done, self._bar.length) - self._done))
        self._done = max(self._done, done)

    def close(self) -> None:
        """End the bar at hand."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
        self._what = self._bar = None
