"""The command line: what an operator types, and what comes back."""

from __future__ import annotations

import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select, text

from kaohe.accounts import entrance
from kaohe.accounts.models import Account
from kaohe.app import create_app
from kaohe.audit import service as audit
from kaohe.audit.models import AuditRow
from kaohe.cli import main
from kaohe.config import Config
from kaohe.db import Databases, DatabaseSettings
from kaohe.db.leases import WorkerLease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import verify
from kaohe.people import service as people
from kaohe.tenants import service as tenants

_NUMBERS = itertools.count(1)


class Terminal:
    """Commands typed into one installation."""

    def __init__(self, env):
        self.env = {"KAOHE_SECRET": "x", "LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8", **env}

    def type(self, *words, code=0):
        done = CliRunner().invoke(main, [str(word) for word in words], env=self.env)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.output

    def databases(self):
        load_models()
        return Databases(Config.from_environment({**os.environ, **self.env}).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request, tmp_path):
    """A terminal before an installation that nothing was done with yet."""
    env = {"KAOHE_DATA": str(tmp_path / "data"), "KAOHE_DATABASE": "sqlite", "KAOHE_MIGRATE": ""}
    if request.param == "postgresql":
        name = f"cli{next(_NUMBERS)}"
        app, migrate = request.getfixturevalue("postgres").create_database(name)
        env |= {"KAOHE_DATABASE": app, "KAOHE_MIGRATE": migrate}
    found = Terminal(env)
    found.type("db", "upgrade")
    return found


@pytest.fixture
def hospital(terminal):
    """The terminal with one organisation and its administrator's slip."""
    terminal.type("tenant", "create", "h1", "第一医院")
    return terminal


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def code_in(output):
    return re.search(r"activation code: (\S{4} \S{4} \S{4})", output)[1]


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name), command
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


def test_every_command_explains_itself():
    found = dict(commands(main))
    for path in ("serve", "worker", "demo", "tenant create", "tenant list", "account create", "db prepare", "db upgrade",
                 "period close", "result replay", "result recount", "audit verify"):  # fmt: skip
        assert tuple(path.split()) in found
    for path, command in found.items():
        shown = CliRunner().invoke(main, [*path, "--help"])
        assert shown.exit_code == 0
        assert len(command.help or "") > 15, path
    assert "KAOHE_DATABASE" in CliRunner().invoke(main, ["--help"]).output


def test_an_organisation_and_its_first_administrator(terminal):
    said = terminal.type("tenant", "create", "h1", "第一医院", "--sector", "nursing")
    assert "/t/h1/" in said
    assert "第一医院" in terminal.type("tenant", "list")
    said = terminal.type("account", "create", "h1", "g001", "--name", "管理员甲", "--admin")
    code = code_in(said)
    databases = terminal.databases()
    tenant = tenants.find_tenant(databases, "h1")
    now = datetime.now(UTC)
    slip = entrance.check_slip(
        databases,
        tenant.id,
        number="G001",
        code=code,
        password="Regen im April",
        address="",
        now=now,
        today=now.date(),
    )
    with databases.tenant(tenant.id) as session:
        entrance.activate(session, slip, "Regen im April", now=now)
        session.commit()
        assert [unit.name for unit in people.units(session)] == ["第一医院"]
        assert tenants.sectors_on(session) == ["nursing"]
        assert session.scalars(select(AuditRow.action)).all() == ["cli.account.create"]
    account = entrance.by_password(
        databases, tenant.id, number="g001", password="Regen im April", address="", now=now, today=now.date()
    )
    assert account.state == "active"
    databases.dispose()


def test_a_second_slip_for_the_same_person_makes_nothing_twice(hospital):
    first = hospital.type("account", "create", "h1", "G001", "--name", "管理员甲", "--admin")
    again = hospital.type("account", "create", "h1", "G001", "--admin")
    assert "created" in first
    assert "there already" in again
    assert code_in(first) != code_in(again)
    databases = hospital.databases()
    with databases.tenant(tenants.find_tenant(databases, "h1").id) as session:
        assert len(session.scalars(select(Account)).all()) == 1
    databases.dispose()


def test_the_room_for_files_is_shown_and_set(hospital):
    assert "0 files, 0 B of 20 GB" in hospital.type("tenant", "files", "h1")
    shown = hospital.type("tenant", "files", "h1", "--total", 50, "--day", 200)
    assert "0 B of 50 GB" in shown
    assert "within 24 hours: 200 MB" in shown
    assert "50 GB" in hospital.type("tenant", "files", "h1")
    hospital.type("tenant", "files", "h1", "--total", -1, code=2)


def test_mistakes_are_said_in_words(hospital):
    for words, expected in (
        (("tenant", "create", "h1", "又一家"), "is taken"),
        (("tenant", "create", "H 1", "又一家"), "does not fit"),
        (("tenant", "create", "h2", "又一家", "--zone", "Mars"), "no time zone"),
        (("account", "create", "h9", "G001", "--name", "某"), 'no organisation with the code "h9"'),
        (("period", "close", "h1", "2026-09"), "there is no period 2026-09"),
        (("result", "replay", "h1", "1"), "there is no period 1"),
        (("result", "recount", "nix", "1"), "no organisation"),
        (("audit", "verify", "nix"), "no organisation"),
    ):
        said = hospital.type(*words, code=1)
        assert said.startswith("Error: ")
        assert expected in said, words
    for words in (
        ("tenant", "create", "h2", "又一家", "--sector", "nonsense"),
        ("account", "create", "h1", "G001"),
        ("audit", "verify", "h1", "--expect", "nonsense"),
        ("audit", "verify", "--expect", f"1:{'0' * 64}"),
        ("serve", "--port", "99999"),
        ("nonsense",),
    ):
        assert "Traceback" not in hospital.type(*words, code=2)
    hospital.env |= {"LC_ALL": "zh_CN.UTF-8"}
    assert "已有单位在用" in hospital.type("tenant", "create", "h1", "又一家", code=1)


def test_an_unreachable_database_is_said_in_words(tmp_path):
    terminal = Terminal(
        {
            "KAOHE_DATA": str(tmp_path),
            "KAOHE_DATABASE": "postgresql://kaohe_app@127.0.0.1:9/kaohe",
            "KAOHE_MIGRATE": "",
        }
    )
    assert "cannot be reached" in terminal.type("tenant", "list", code=1)


def test_a_database_that_is_behind_is_refused_and_upgraded(tmp_path, request):
    name = f"cli{next(_NUMBERS)}"
    app, migrate = request.getfixturevalue("postgres").create_database(name)
    terminal = Terminal({"KAOHE_DATA": str(tmp_path), "KAOHE_DATABASE": app, "KAOHE_MIGRATE": migrate})
    assert "kaohe db upgrade" in terminal.type("tenant", "list", code=1)
    assert "at this version" in terminal.type("db", "upgrade")
    assert "no organisation yet" in terminal.type("tenant", "list")


def test_a_new_folder_needs_no_preparation(tmp_path):
    terminal = Terminal(
        {"KAOHE_DATA": str(tmp_path / "new"), "KAOHE_DATABASE": "sqlite", "KAOHE_MIGRATE": ""}
    )
    assert "no organisation yet" in terminal.type("tenant", "list")
    assert "needs no roles" in terminal.type("db", "prepare", "--admin", "postgresql://x@y/z", code=1)


def test_one_organisation_that_is_behind_closes_only_itself(tmp_path):
    terminal = Terminal({"KAOHE_DATA": str(tmp_path), "KAOHE_DATABASE": "sqlite", "KAOHE_MIGRATE": ""})
    for code in ("h1", "h2"):
        terminal.type("tenant", "create", code, "医院")
    databases = terminal.databases()
    engine = databases.migrating_engine(2)
    with engine.begin() as connection:
        newest = connection.execute(text("SELECT version_num FROM tenant_version")).scalar_one()
        connection.execute(text("UPDATE tenant_version SET version_num = 'older'"))
    engine.dispose()
    client = create_app(
        Config(databases.settings, secret="x", testing=True), databases=databases
    ).test_client()
    assert client.get("/t/h1/sign-in").status_code == 200
    closed = client.get("/t/h2/sign-in")
    assert closed.status_code == 503
    assert "正在升级" in closed.text
    assert "behind: kaohe db upgrade" in terminal.type("tenant", "list")
    engine = databases.migrating_engine(2)
    with engine.begin() as connection:
        connection.execute(text("UPDATE tenant_version SET version_num = :newest"), {"newest": newest})
    engine.dispose()
    terminal.type("db", "upgrade")
    verify(databases, 2)
    databases.dispose()


def test_commands_give_their_worker_number_back(hospital):
    for _ in range(3):
        hospital.type("tenant", "list")
    databases = hospital.databases()
    with databases.platform() as session:
        left = session.scalars(select(WorkerLease.until)).all()
    now = datetime.now(UTC)
    assert all((until - now).total_seconds() < 61 for until in left)
    databases.dispose()


def test_the_log_is_verified_and_tampering_named(hospital, request):
    hospital.type("account", "create", "h1", "G001", "--name", "管理员甲", "--admin")
    said = hospital.type("audit", "verify", "h1")
    assert "0 rows whole, 1 sealed now" in said
    hospital.type("account", "create", "h1", "G002", "--name", "管理员乙")
    said = hospital.type("audit", "verify")
    head = re.search(r"head (\d+:[0-9a-f]{64})", said)[1]
    assert "1 rows whole, 1 sealed now" in said
    assert "2 rows whole" in hospital.type("audit", "verify", "h1", "--expect", head)
    assert "tampered" in hospital.type("audit", "verify", "h1", "--expect", f"2:{'0' * 64}", code=1)
    databases = hospital.databases()
    if databases.settings.is_sqlite:
        engine = create_engine(f"sqlite:///{databases.tenant_file(1)}")
        drop = "DROP TRIGGER audit_rows_1_kept"
    else:
        base = request.getfixturevalue("postgres").url("postgres", databases.settings.url.rpartition("/")[2])
        engine, drop = create_engine(base), "SET session_replication_role = replica"
    with engine.begin() as connection:
        triggers = (
            connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = 'audit_rows_1_kept'")
            ).scalar()
            if databases.settings.is_sqlite
            else None
        )
        connection.execute(text(drop))
        connection.execute(text("UPDATE audit_rows SET person_id = NULL, address = 'elsewhere'"))
        if triggers:
            connection.execute(text(triggers))
    engine.dispose()
    databases.dispose()
    said = hospital.type("audit", "verify", code=1)
    assert "NOT WHOLE" in said
    assert "link 1" in said


def test_postgresql_is_prepared_with_roles_that_cannot_bypass(tmp_path, postgres):
    name = f"prep{next(_NUMBERS)}"
    address = f"postgresql://{{}}:{{}}@127.0.0.1:{postgres.port}/{name}"
    terminal = Terminal(
        {
            "KAOHE_DATA": str(tmp_path),
            "KAOHE_DATABASE": address.format(f"{name}_app", "s3cret"),
            "KAOHE_MIGRATE": address.format(f"{name}_migrate", "0ther"),
        }
    )
    admin = postgres.admin_url.replace("+psycopg", "")
    for _ in range(2):
        assert "kaohe db upgrade" in terminal.type("db", "prepare", "--admin", admin)
    terminal.type("db", "upgrade")
    terminal.type("tenant", "create", "h1", "第一医院")
    terminal.type("account", "create", "h1", "G001", "--name", "甲", "--admin")
    with psycopg.connect(admin) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname LIKE %s ORDER BY 1",
            (f"{name}%",),
        ).fetchall()
        assert roles == [
            (f"{name}_app", False, False, True),
            (f"{name}_backup", False, True, True),
            (f"{name}_migrate", False, True, True),
            (f"{name}_owner", False, False, False),
        ]
        kept = connection.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = %s", (f"{name}_app",)
        ).fetchone()
        assert kept[0].startswith("SCRAM-SHA-256$")


def test_the_same_role_for_everything_is_refused(tmp_path):
    address = "postgresql://kaohe:x@127.0.0.1/kaohe"
    terminal = Terminal({"KAOHE_DATA": str(tmp_path), "KAOHE_DATABASE": address, "KAOHE_MIGRATE": address})
    assert "two different roles" in terminal.type(
        "db", "prepare", "--admin", "postgresql://postgres@127.0.0.1", code=1
    )


def test_it_serves_seals_and_stops(tmp_path):
    port = free_port()
    env = {**os.environ, "KAOHE_DATA": str(tmp_path), "KAOHE_DATABASE": "sqlite", "KAOHE_MIGRATE": ""}
    terminal = Terminal({"KAOHE_DATA": str(tmp_path), "KAOHE_DATABASE": "sqlite", "KAOHE_MIGRATE": ""})
    terminal.type("tenant", "create", "h1", "第一医院")
    process = subprocess.Popen(
        [sys.executable, "-m", "kaohe.cli", "serve", "--port", str(port)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        answer = _wait_for(f"http://127.0.0.1:{port}/t/h1/sign-in", process)
        assert "第一医院" in answer
    finally:
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=30)[0]
    assert f"http://127.0.0.1:{port}/" in output
    assert "Traceback" not in output
    assert process.returncode == 0


def _wait_for(url, process):
    for _ in range(150):
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")


def test_a_taken_port_is_said_in_words(tmp_path):
    terminal = Terminal({"KAOHE_DATA": str(tmp_path), "KAOHE_DATABASE": "sqlite", "KAOHE_MIGRATE": ""})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = terminal.type("serve", "--port", taken.getsockname()[1], code=1)
    assert "cannot be used" in said


def test_a_demonstration_is_refused_beside_real_organisations(hospital):
    assert "other organisations are kept here" in hospital.type("demo", "--port", free_port(), code=1)


def test_the_sealer_seals_every_organisation(tmp_path, now):
    from kaohe.audit.sealer import Sealer

    terminal = Terminal({"KAOHE_DATA": str(tmp_path), "KAOHE_DATABASE": "sqlite", "KAOHE_MIGRATE": ""})
    for code in ("h1", "h2"):
        terminal.type("tenant", "create", code, "医院")
        terminal.type("account", "create", code, "G1", "--name", "甲")
    databases = Databases(DatabaseSettings(tmp_path))
    sealer = Sealer(databases, clock=lambda: now)
    assert sealer.round(tidy=True) == 2
    assert sealer.round() == 0
    with databases.tenant(2, write=False) as session:
        assert audit.verify(session).whole
    databases.dispose()
