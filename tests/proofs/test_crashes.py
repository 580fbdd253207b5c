"""Power cut, process killed, server restarted: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from kaohe.db import Databases, DatabaseSettings
from kaohe.db.leases import Lease
from kaohe.db.upgrade import upgrade_platform, verify
from kaohe.entries import service as entries
from kaohe.entries.models import Entry, EntryReason
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.postgres import server
from kaohe.testing.recorded import plain_clauses
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

# a connection that the server dropped is closed when it is collected, and says so
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.xdist_group("crashes"),
]
WRITER = Path(__file__).with_name("writer.py")


@pytest.fixture(scope="module")
def durable(tmp_path_factory):
    """A PostgreSQL that writes through to the disk, of its own."""
    with server(durable=True) as running:
        app_url, migrate_url = running.create_database("crash")
        databases = Databases(DatabaseSettings(tmp_path_factory.mktemp("crash"), app_url, migrate_url))
        upgrade_platform(databases)
        Lease(databases).keep()
        yield running, databases
        databases.dispose()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request):
    """An organisation on a database that writes through."""
    if request.param == "sqlite":
        databases = request.getfixturevalue("sqlite_databases")
    else:
        databases = request.getfixturevalue("durable")[1]
    return _built(databases)


def _built(databases):
    return build_world(
        databases, new_tenant(databases), NURSING, sector="nursing", now=datetime.now(UTC), whole=False
    )


def _start(world, name):
    settings = world.databases.settings
    actor = world.actor("assessor")
    told = {
        "folder": str(settings.folder),
        "url": settings.url,
        "tenant": world.tenant.id,
        "actor": actor.person_id,
        "account": actor.account_id,
        "assesses": actor.assesses,
        "period": world.period.id,
        "subject": world.people["member"].id,
        "clauses": plain_clauses(world.scheme),
        "today": world.today.isoformat(),
        "name": name,
    }
    return subprocess.Popen(
        [sys.executable, str(WRITER), json.dumps(told)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _killed(process, after):
    """The numbers that it acknowledged before it was killed, `after` that many."""
    said = []
    for line in process.stdout:
        said.append(int(line))
        if len(said) == after:
            process.kill()
    process.wait()
    errors = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert len(said) >= after, errors
    return said


def _whole(world, acknowledged):
    """Every acknowledged entry is there with its reason; none is there without; the period can be closed and recounted."""
    with world.session(write=False) as session:
        stored = set(session.scalars(select(Entry.id)))
        reasons = set(session.scalars(select(EntryReason.id)))
        tokens = session.scalar(select(func.count(func.distinct(Entry.form_token))))
    assert set(acknowledged) <= stored
    assert stored == reasons
    assert tokens == len(stored)
    return len(stored)


def test_a_killed_writer_loses_nothing_acknowledged(house, full):
    acknowledged, kills = [], 6 if full else 3
    for number in range(kills):
        acknowledged += _killed(_start(house, f"w{number}"), 7 + 11 * number)
    stored = _whole(house, acknowledged)
    if house.databases.dialect == "sqlite":
        with house.session(write=False) as session:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    verify(house.databases, house.tenant.id)
    run = results.close(house.databases, house.tenant.id, house.period.id, by=None, clock=lambda: house.now)
    with house.session(write=False) as session:
        assert results.recount(session, session.need(Period, house.period.id)).same
    assert run.subjects > 0
    print(
        f"kill -9 on {house.databases.dialect}: {kills} kills, {len(acknowledged)} acknowledged, {stored} stored, none lost or by half"
    )


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_restarted_under_load(durable, mode, full):
    """Four writers that send again what was not acknowledged: each fact is there once, none is lost."""
    running, databases = durable
    world = _built(databases)
    pairs = [
        ("member", "assessor"),
        ("colleague", "assessor"),
        ("outsider", "other_assessor"),
        ("assessor", "admin"),
    ]
    clauses, stop = plain_clauses(world.scheme), threading.Event()
    actors = {by: world.actor(by) for _, by in pairs}
    acknowledged: dict[str, int] = {}
    retried, wrong = [], []

    def write(who, by):
        number = 0
        while not stop.is_set() and number < 5000:
            number += 1
            token = f"{who}-{number}"
            while token not in acknowledged:
                try:
                    with databases.tenant(world.tenant.id) as session:
                        entry = entries.record(
                            session,
                            actor=actors[by],
                            period=session.need(Period, world.period.id),
                            subject_id=world.people[who].id,
                            clause_id=clauses[number % 20],
                            reason="重启时",
                            happened_on=world.today,
                            now=world.now,
                            today=world.today,
                            form_token=token,
                        )
                        session.commit()
                        acknowledged[token] = entry.id
                except DBAPIError:
                    retried.append(token)
                    time.sleep(0.05)
                except Exception as error:  # looked at below
                    wrong.append(error)
                    return

    threads = [threading.Thread(target=write, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for _ in range(3 if full else 1):
        time.sleep(0.8)
        running.restart(mode)
    time.sleep(0.8)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    with world.session(write=False) as session:
        stored = dict(session.execute(select(Entry.form_token, Entry.id)).all())
    assert stored == acknowledged
    assert retried
    print(
        f"PostgreSQL restarted ({mode}): {len(acknowledged)} acknowledged, {len(retried)} sent again, each there once"
    )
