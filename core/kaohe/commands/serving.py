"""`kaohe serve`, `kaohe worker`, `kaohe demo`: the processes that run."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from dataclasses import replace
from typing import Any

import click

from kaohe.commands.installation import Bars, connect, opened, settings
from kaohe.config import Config
from kaohe.db import Databases
from kaohe.db.upgrade import NotMigrated, verify
from kaohe.db.walls import WallsDiffer
from kaohe.tenants import service as tenants

_ADDRESS = [
    click.option(
        "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is every one."
    ),
    click.option(
        "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
    ),
    click.option(
        "--threads",
        default=8,
        show_default=True,
        type=click.IntRange(1, 128),
        help="Requests served at once.",
    ),
]


def _address(command: Any) -> Any:
    for option in reversed(_ADDRESS):
        command = option(command)
    return command


@click.command()
@_address
def serve(host: str, port: int, threads: int) -> None:
    """Serve this installation, with its long work and the sealing of the log beside it.

    For one machine. Behind several gunicorn workers (gunicorn kaohe.wsgi:app) run kaohe worker beside.
    """
    _serve(settings(), host, port, threads)


@click.command()
def worker() -> None:
    """Do long work (closing periods, replays, recounts) and seal the log, as a process of its own."""
    from kaohe.audit.sealer import Sealer
    from kaohe.db.leases import Lease
    from kaohe.jobs.worker import Worker

    _log_to_terminal()
    _load_work()
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    databases = _checked(settings())
    lease = Lease(databases)
    lease.keep()
    working, sealing = Worker(databases, lease=lease).start(), Sealer(databases).start()
    click.echo("working; stop with Ctrl-C")
    stop.wait()
    working.stop(60)
    sealing.stop()
    lease.release()
    databases.dispose()


def _checked(config: Config) -> Databases:
    """The databases of a process that stays: what is wrong is said before it starts."""
    with opened(config):
        pass
    databases = connect(config)
    _tell_behind(databases)
    return databases


def _load_work() -> None:
    """Import what registers handlers of jobs."""
    from importlib import import_module
    from importlib.util import find_spec

    from kaohe.app import FEATURES

    for feature in FEATURES:
        if find_spec(f"kaohe.{feature}.jobs") is not None:
            import_module(f"kaohe.{feature}.jobs")


@click.command()
@_address
def demo(host: str, port: int, threads: int) -> None:
    """Fill a demonstration (once) and serve it; the sign-in page offers the roles by a click.

    Never for real people: everybody can be anybody. It is refused where other organisations are kept; give the
    demonstration a folder of its own with KAOHE_DATA.
    """
    from kaohe import demo as demonstration
    from kaohe.plugins import build_registry

    config = replace(settings(), demo=True)
    _need_port(host, port)
    with opened(config) as databases:
        known = {tenant.code for tenant in tenants.all_tenants(databases)}
        if known - {demonstration.CODE}:
            raise click.ClickException(
                "other organisations are kept here; set KAOHE_DATA to a folder for the demonstration"
            )
        if known and not demonstration.exists(databases):
            raise click.ClickException(
                f"the demonstration in {config.folder} was interrupted while it was filled; remove that folder and start again"
            )
        if not known:
            click.echo("Filling the demonstration; this takes a minute, and only the first time.")
            bars = Bars()
            try:
                demonstration.fill(databases, build_registry(), bars)
            finally:
                bars.close()
        _tell_who(databases, demonstration.CODE, demonstration.PASSWORD)
    _serve(config, host, port, threads)


def _tell_who(databases: Databases, code: str, password: str) -> None:
    tenant = tenants.find_tenant(databases, code)
    with databases.tenant(tenant.id, write=False) as session:
        shown = tenants.setting(session, "demo_people", [])
    click.echo(f"\n{tenant.name}: who can sign in, each by a click or with the password {password}")
    for one in shown:
        click.echo(f"  {one['number']:<8} {one['label']['zh']} · {one['label']['en']}")
    click.echo()


def _serve(config: Config, host: str, port: int, threads: int) -> None:
    from waitress import create_server

    from kaohe.app import create_app
    from kaohe.audit.sealer import Sealer
    from kaohe.jobs.worker import Worker

    _log_to_terminal()
    _need_port(host, port)
    databases = _checked(config)
    app = create_app(config, databases=databases)
    house = app.extensions["kaohe"]
    house.lease.keep()
    server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="",
        clear_untrusted_proxy_headers=config.proxies == 0,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1024 * 1024,
    )
    working, sealing = Worker(databases, lease=house.lease).start(), Sealer(databases).start()
    signal.signal(signal.SIGTERM, lambda *_: _stop())
    click.echo(f"Kaohe is at http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/  (stop with Ctrl-C)")  # noqa: S104
    try:
        server.run()
    finally:
        working.stop()
        sealing.stop()
        server.close()
        house.lease.release()
        databases.dispose()


def _need_port(host: str, port: int) -> None:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        words = f"port {port} of {host} cannot be used: {error.strerror or error}"
        raise click.ClickException(words) from error


def _stop() -> None:
    raise SystemExit(0)


def _tell_behind(databases: Databases) -> None:
    for tenant in tenants.all_tenants(databases):
        try:
            verify(databases, tenant.id)
        except (NotMigrated, WallsDiffer) as error:
            click.echo(f"{tenant.code} stays closed: {error}", err=True)


def _log_to_terminal() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
