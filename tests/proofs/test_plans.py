"""Each hot query on 100,000 analysed rows, planner untouched: no scan of a large table, on either database."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, insert, select

from kaohe.accounts import service as accounts
from kaohe.accounts.entrance import by_password
from kaohe.accounts.models import Account, SignIn
from kaohe.audit import reading as log
from kaohe.audit import service as audit
from kaohe.audit.models import AuditRow
from kaohe.db import Databases, DatabaseSettings, new_id
from kaohe.db.leases import Lease
from kaohe.db.upgrade import upgrade_platform
from kaohe.entries import reading, score
from kaohe.entries.inputs import cohort
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.pages.current import Current
from kaohe.people import service as people
from kaohe.people.models import Membership, Person, Subject
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.models import Result, Run
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.recorded import plain_clauses
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("plans")
PEOPLE, MANY = 3_000, 100_000
LARGE = {
    "entries",
    "persons",
    "memberships",
    "subjects",
    "results",
    "audit_rows",
    "sign_ins",
    "accounts",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request, tmp_path_factory):
    """An organisation of 3,000 with 100,000 entries and acts, and a second one beside it; both analysed."""
    if request.param == "sqlite":
        databases = request.getfixturevalue("sqlite_databases")
    else:
        app_url, migrate_url = request.getfixturevalue("postgres").create_database("plans")
        databases = Databases(DatabaseSettings(tmp_path_factory.mktemp("plans"), app_url, migrate_url))
        upgrade_platform(databases)
        Lease(databases).keep()
    world = build_world(
        databases, new_tenant(databases), NURSING, sector="nursing", now=datetime.now(UTC), whole=True
    )
    with world.session() as session:
        _fill(session, world)
        session.commit()
    if request.param == "postgresql":
        _analyse(world)
    yield world
    if request.param == "postgresql":
        databases.dispose()


def _analyse(world):
    engine = world.databases.migrating_engine(world.tenant.id)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    world.databases.tenant_engine(world.tenant.id).dispose()


def _fill(session, world):
    now, clauses = world.now, plain_clauses(world.scheme)
    ids = [new_id() for _ in range(PEOPLE)]
    units = [world.units["first"].id, world.units["second"].id]

    def put(model, rows):
        rows = list(rows)
        for at in range(0, len(rows), 5000):
            session.execute(insert(model), rows[at : at + 5000])

    put(
        Person,
        (
            {
                "id": i,
                "number": f"N{n:06d}",
                "name": f"张{n:04d}",
                "initials": f"z{n:04d}",
                "joined_on": world.since,
                "version": 1,
            }
            for n, i in enumerate(ids)
        ),
    )
    put(Subject, ({"id": i, "person_id": i} for i in ids))
    put(
        Membership,
        (
            {
                "id": new_id(),
                "person_id": i,
                "unit_id": units[n % 2],
                "position": "",
                "starts_on": world.since,
            }
            for n, i in enumerate(ids)
        ),
    )
    put(
        Account,
        (
            {
                "id": i,
                "person_id": i,
                "state": "active",
                "epoch": 1,
                "language": "zh",
                "density": "standard",
                "created_at": now,
            }
            for i in ids
        ),
    )
    put(
        SignIn,
        (
            {
                "id": new_id(),
                "account_id": ids[n % PEOPLE],
                "token_hash": f"h{n}",
                "epoch": 1,
                "created_at": now,
                "seen_at": now,
                "expires_at": now,
                "device": "",
                "address": "",
            }
            for n in range(30_000)
        ),
    )
    put(
        Entry,
        (
            _entry(world, ids[n % PEOPLE], units[n % PEOPLE % 2], clauses[n % len(clauses)], n)
            for n in range(MANY)
        ),
    )
    acts = [new_id() for _ in range(MANY)]
    put(
        AuditRow,
        (
            {
                "id": i,
                "at": now - timedelta(seconds=n),
                "person_id": ids[n % PEOPLE],
                "action": "entries.create",
                "outcome": "done",
                "status": 303,
                "request_id": f"r{n}",
                "address": "",
                "digest": "d",
                "object_id": n,
            }
            for n, i in enumerate(acts)
        ),
    )
    session.flush()
    run = results.standing_run(session, session.need(Period, world.before.id))
    older = [new_id() for _ in range(12)]
    values = {"period_id": world.before.id, "revision_id": run.revision_id, "engine_version": 1, "at": now}
    put(Run, ({"id": i, "number": n + 10, "standing": False, **values} for n, i in enumerate(older)))
    for one in [run.id, *older]:
        put(Result, (_result(world, one, i, units[n % 2], n) for n, i in enumerate(ids)))
    world.things["subject"] = {"everybody": ids[17]}
    world.things["run"] = {"everybody": run.id}


def _result(world, run_id, subject, unit, n):
    return {
        "id": new_id(),
        "run_id": run_id,
        "period_id": world.before.id,
        "subject_id": subject,
        "unit_id": unit,
        "score": Decimal(90),
        "standing_word": "",
        "rank_unit": n,
        "tied_unit": 1,
        "rank_all": n,
        "tied_all": 1,
        "inputs": "{}",
        "detail": "{}",
    }


def _entry(world, subject, unit, clause, n):
    return {
        "id": new_id(),
        "period_id": world.period.id,
        "subject_id": subject,
        "clause_id": clause,
        "unit_id": unit,
        "quantity": Decimal(1),
        "happened_on": world.period.starts_on,
        "found_late": False,
        "origin": "form",
        "recorded_by": world.people["admin"].id,
        "recorded_at": world.now,
        "form_token": f"t{n}",
    }


@contextmanager
def _statements(world):
    """Every SELECT that is sent meanwhile, with its parameters."""
    engine, said = world.databases.tenant_engine(world.tenant.id), []

    def listen(conn, cursor, statement, parameters, context, executemany):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def _scans(world, said):
    """Large tables that a plan reads whole."""
    found = []
    with world.session(write=False) as session:
        connection = session.connection()
        sqlite = world.databases.dialect == "sqlite"
        for statement, parameters in said:
            rows = connection.exec_driver_sql(
                f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", parameters
            ).all()
            for row in rows:
                line = str(row[-1] if sqlite else row[0]).strip()
                if sqlite:
                    table = line.split()[1] if line.startswith("SCAN ") and " INDEX " not in line else ""
                    table = _aliased(statement, table)
                else:
                    table = line.partition("Seq Scan on ")[2].split(" ")[0]
                if table in LARGE:
                    found.append(f"{line} in {statement[:160]}")
    return found


def _aliased(statement, name):
    if name in LARGE or not name:
        return name
    return next((table for table in LARGE if f"{table} AS {name}" in statement), name)


def _queries(world):
    """The hot queries by name: what pages ask on every request, and what closing asks once."""
    admin, subject = world.actor("admin"), world.things["subject"]["everybody"]
    assessor, asked = world.actor("assessor"), log.Asked(zone=world.tenant.zone)

    def door(session):
        here = Current(world.databases, "r", world.now, tenant=world.tenant, session=session)
        accounts.recognise(here, "no such token")

    def sign_in(session):
        with pytest.raises(Refusal):
            by_password(
                world.databases,
                world.tenant.id,
                number="N000017",
                password="x",
                address="",
                now=world.now,
                today=world.today,
            )

    period = world.period
    return {
        "score of one, from its entries": lambda s: score.score_now(s, s.need(Period, period.id), subject),
        "entries of one": lambda s: reading.of_subject(s, s.need(Period, period.id), subject),
        "who is at the door": door,
        "sign-in": sign_in,
        "search by number": lambda s: people.search(s, admin, "N000017", today=world.today),
        "person by number": lambda s: people.person_by_number(s, "N000017"),
        "log, first page": lambda s: log.page(s, asked, limit=50, offset=0),
        "sealing": lambda s: audit.seal(s, world.now, limit=10),
        "last results of one": lambda s: results.line_of(s, s.need(Period, world.before.id), subject, None),
        "one published result": lambda s: results.one(
            s, s.need(Period, world.before.id), world.people["member"].id
        ),
        "roles": lambda s: accounts.actor_of(s, s.need(Account, assessor.account_id), world.today),
    }


def test_hot_queries_do_not_scan_large_tables(filled):
    _ask_all(filled)
    if filled.databases.dialect == "sqlite":  # with the figures it was made with; and once it is analysed
        _analyse(filled)
        _ask_all(filled)


def _ask_all(filled):
    complaints, plans = [], 0
    for name, ask in _queries(filled).items():
        with filled.session(write=name == "sealing") as session, _statements(filled) as said:
            ask(session)
            session.rollback()
        plans += len(said)
        complaints += [f"{name}: {line}" for line in _scans(filled, said)]
    print(
        f"plans on {filled.databases.dialect}: {len(_queries(filled))} hot queries, {plans} statements, {len(complaints)} scans"
    )
    assert not complaints, "\n".join(complaints)


def test_the_whole_cohort_is_read_from_the_covering_index(filled):
    """Closing reads all entries of a period: once, in the order of its index, and nothing of another tenant."""
    with filled.session(write=False) as session, _statements(filled) as said:
        cohort(session, session.need(Period, filled.period.id), filled.scheme)
        session.rollback()
    about = [(statement, parameters) for statement, parameters in said if "FROM entries" in statement]
    assert about
    with filled.session(write=False) as session:
        sqlite = filled.databases.dialect == "sqlite"
        for statement, parameters in about:
            rows = (
                session.connection()
                .exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", parameters)
                .all()
            )
            plan = " ".join(str(row[-1] if sqlite else row[0]) for row in rows)
            if sqlite:
                assert "SEARCH entries USING" in plan, plan
                assert "SCAN entries" not in plan, plan
            else:
                # the only tenant of this database: reading it whole may be the cheapest; never more than once
                assert plan.count("entries") <= 3, plan


def test_a_league_page_reads_one_page(filled):
    """A page of a published league asks for its rows through the index of ranks."""

    with filled.session(write=False) as session, _statements(filled) as said:
        run = session.need(Run, filled.things["run"]["everybody"])
        rows = select(Result.id).where(Result.period_id == run.period_id, Result.run_id == run.id)
        session.scalars(rows.order_by(Result.rank_all).limit(50)).all()
    assert _scans(filled, said) == []
