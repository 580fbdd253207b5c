"""Each trigger taken away in turn is noticed: at the start, and by a write that it alone refuses.

Append-only and lasting rows are probed alike; every other rule has its write in `PROBES` of a `walls_*.py`. On
PostgreSQL the writes are tried as the owner of the tables: the application's role has no right to most of them.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kaohe.adoption.models import Adoption
from kaohe.appeals import service as appeals
from kaohe.db import Databases, DatabaseSettings, walls
from kaohe.db.leases import Lease
from kaohe.db.upgrade import upgrade_platform, verify
from kaohe.exemptions import service as exemptions
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.probing import copied, row_of
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("wall-mutation")

SEALED_TOO = ("entries", "exemptions")
"""Append-only tables whose rows another rule guards as well once their period is sealed."""
DANGLING = {"sqlite": (), "postgresql": ("ForeignKeyViolation",)}
"""What else stops a row from being deleted: SQLite is told to look at the end of the transaction only."""


@pytest.fixture(scope="module")
def own_databases(postgres, tmp_path_factory):
    """A PostgreSQL database that may be broken."""
    app_url, migrate_url = postgres.create_database("triggers")
    databases = Databases(DatabaseSettings(tmp_path_factory.mktemp("triggers"), app_url, migrate_url))
    upgrade_platform(databases)
    Lease(databases).keep()
    yield databases
    databases.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def breakable(request):
    """Databases whose triggers may be taken away."""
    return request.getfixturevalue("sqlite_databases" if request.param == "sqlite" else "own_databases")


@contextmanager
def _owner(databases, tenant_id):
    """A transaction of who owns the tables, within one organisation."""
    engine = databases.migrating_engine(tenant_id)
    with engine.begin() as connection:
        if databases.dialect == "postgresql":
            connection.exec_driver_sql('SET LOCAL ROLE "triggers_owner"')
            connection.exec_driver_sql(f"SET LOCAL app.tenant = '{tenant_id}'")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield connection
    engine.dispose()


def _take_away(connection, trigger):
    there = f" ON {trigger.table}" if connection.dialect.name == "postgresql" else ""
    connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{there}")


def _put_back(connection, trigger):
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(walls._portable(trigger.sqlite()))
        return
    connection.exec_driver_sql(
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.rule.when} ON {trigger.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger.name}()"
    )


def _answer(connection, statement, values):
    """The code of the rule that refused, "" where the write went through, or what else went wrong; nothing stays."""
    tried = connection.begin_nested()
    try:
        done = connection.execute(text(statement), values)
        return "" if done.rowcount else "nothing to write"
    except DatabaseError as error:
        refused = re.search(r"kaohe:(\w+)", str(error.orig))
        return refused[1] if refused else type(error.orig).__name__
    finally:
        tried.rollback()


def _generic(trigger):
    """What no append-only row lets be done, and no lasting one: it is deleted, or words in it are changed."""
    table, rule = trigger.table, trigger.rule
    assert rule.code == "kept", f"{trigger.name} has no probe: add one to PROBES in a walls_*.py"

    def probe(session, world):
        row = row_of(session, table, f"period_id = {world.period.id}" if table in SEALED_TOO else "1 = 1")
        if rule.when == "DELETE":
            return f"DELETE FROM {table} WHERE id = :id", {"id": row["id"]}
        texts = [name for name, value in row.items() if isinstance(value, str)]
        days = [name for name, value in row.items() if isinstance(value, date)]
        assert texts or days, f"{trigger.name} needs a probe of its own: neither text nor date in {table}"
        column = (texts or days)[0]
        changed = "mutated" if texts else row[column] + timedelta(days=1)
        return f'UPDATE {table} SET "{column}" = :to WHERE id = :id', {"to": changed, "id": row["id"]}

    return probe


def _sealed_world(databases, filled):
    """A filled organisation whose month before is final, with an old sheet in it; a later period is published."""
    world = filled(
        build_world(
            databases, new_tenant(databases), NURSING, sector="nursing", marker="印", now=datetime.now(UTC)
        )
    )
    with world.session() as session:
        held = session.need(Adoption, world.adoption.id)
        third = periods.plan(session, held, periods.PeriodRule("month"), world.today.year + 1)[0]
        later = periods.create(session, held, [third], now=world.now)[0]
        periods.step(session, later, after="open", by=None, now=world.now)
        exemptions.exempt(
            session,
            later,
            world.people["member"].id,
            reason="不排名",
            actor=world.actor("admin"),
            now=world.now,
        )
        session.execute(*_recorded_by_the_assessor(session, world, later.id))
        session.commit()
    results.close(databases, world.tenant.id, later.id, by=None, clock=lambda: world.now)
    _put_an_old_sheet(databases, world)
    with world.session() as session:
        results.publish(session, session.need(Period, later.id), by=None, now=world.now)
        # not by `results.finalise`, which waits for the appeals: what they are for the walls is tried below
        periods.step(session, session.need(Period, world.before.id), after="final", by=None, now=world.now)
        session.commit()
    world.keep("period", "published", later.id)
    with world.session() as session:
        for role in ("member", "colleague"):
            appeal = appeals.file(
                session,
                period=session.need(Period, later.id),
                subject_id=world.people[role].id,
                reason="公示中的申诉",
                actor=world.actor(role),
                now=world.now,
                today=world.today,
            )
            world.keep("published_appeal", role, appeal.id)
        session.commit()
    return world


def _recorded_by_the_assessor(session, world, period_id):
    """The insert of an entry about the member into a period, so that its recorder can try to decide about it."""
    by, about = world.people["assessor"].id, world.people["member"].id
    where = f"subject_id = {about} AND recorded_by = {by} AND sheet_id IS NULL AND replaced_by IS NULL"
    statement, values = copied(session, "entries", where, period_id=period_id)
    return text(statement), values


def _put_an_old_sheet(databases, world):
    """Move a sheet into the closed month, past the walls, so that moving it out can be tried."""
    own = [trigger for trigger in walls.triggers() if trigger.table == "sheets"]
    with world.session(write=False) as session:
        old = row_of(session, "sheets", f"id <> {world.things['sheet']['member']}")["id"]
    with _owner(databases, world.tenant.id) as connection:
        for trigger in own:
            _take_away(connection, trigger)
        connection.execute(
            text("UPDATE sheets SET period_id = :to WHERE id = :id"), {"to": world.before.id, "id": old}
        )
        for trigger in own:
            _put_back(connection, trigger)
    world.things["old_sheet"] = {"everybody": old}


def test_each_trigger_taken_away_is_noticed(breakable, filled, probes):
    """At the start, and by a write that is refused with it and goes through without it."""
    world = _sealed_world(breakable, filled)
    tenant_id = world.tenant.id
    verify(breakable, tenant_id)
    declared, blind = walls.triggers(), []
    assert probes.keys() <= {trigger.name for trigger in declared}
    for trigger in declared:
        with world.session(write=False) as session:
            statement, values = (probes.get(trigger.name) or _generic(trigger))(session, world)
        with _owner(breakable, tenant_id) as connection:
            before = _answer(connection, statement, values)
            _take_away(connection, trigger)
            after = _answer(connection, statement, values)
        with pytest.raises(walls.WallsDiffer, match=trigger.name):
            verify(breakable, tenant_id)
        with _owner(breakable, tenant_id) as connection:
            _put_back(connection, trigger)
        passes = after == "" or (trigger.rule.when == "DELETE" and after in DANGLING[breakable.dialect])
        if before != trigger.rule.code or not passes:
            blind.append(f"{trigger.name}: {before!r} then {after!r} for {statement[:90]}")
    verify(breakable, tenant_id)
    print(
        f"mutation on {breakable.dialect}: {len(declared)} triggers taken away in turn, {len(blind)} not noticed"
    )
    assert not blind, "\n".join(blind)
