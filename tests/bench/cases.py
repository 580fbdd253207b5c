"""The overtime round among a hundred thousand open clocks, beside the one query that finds what has run out."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import func, insert, select, update
from tests.bench.report import Table, percentile, timed
from tests.bench.targets import note

from kaohe.cases.models import Case, CaseClockRow
from kaohe.cases.sweeps import due, settle_overtime
from kaohe.db import Databases, DatabaseSettings, new_id
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import upgrade_platform
from kaohe.entries.models import Entry
from kaohe.tenants import service as tenants

NOW = datetime(2026, 2, 9, 2, 0, tzinfo=UTC)
ROUNDS, PER_CALL, RUN_OUT = 200, 10_000, 200


def bench_cases(folder: Path, postgres: Any, clocks: int) -> None:
    """Both databases."""
    load_models()
    table = Table(
        f"Overtime round among {clocks:,} open clocks",
        ("database", "the one query", "a round with nothing to do", "ratio", f"a round over {RUN_OUT} that ran out",
         "each, entry made"),
    )  # fmt: skip
    sqlite = Databases(DatabaseSettings(folder / "cases"))
    _measure(sqlite, clocks, table)
    sqlite.dispose()
    app_url, migrate_url = postgres.create_database("benchcases")
    postgresql = Databases(DatabaseSettings(folder / "cases-postgresql", app_url, migrate_url))
    _measure(postgresql, clocks, table)
    postgresql.dispose()


def _measure(databases: Databases, clocks: int, table: Table) -> None:
    upgrade_platform(databases)
    Lease(databases).keep()
    tenant = tenants.create_tenant(databases, code="bench", name="基准公司", now=NOW)
    with databases.tenant(tenant.id) as session:
        desk = _desk().found_desk(databases, tenant, session, "power_supply", "power.hotline")
        case = desk.log("2026-02-09 09:58")
        desk.take(case, "pass", "2026-02-09 09:59", to="first")
        _lay(session, desk, case, clocks)
    query = _median(lambda: due(databases, tenant.id, NOW))
    idle = _median(lambda: settle_overtime(databases, tenant.id, NOW))
    with databases.tenant(tenant.id) as session:
        some = session.scalars(
            select(CaseClockRow.id)
            .where(CaseClockRow.state == "running", CaseClockRow.quiet.is_(False))
            .limit(RUN_OUT)
        ).all()
        session.execute(
            update(CaseClockRow)
            .where(CaseClockRow.id.in_(some))
            .values(due_at=NOW - timedelta(seconds=2), look_at=NOW - timedelta(seconds=1))
        )
        session.commit()
    with timed() as busy:
        settle_overtime(databases, tenant.id, NOW)
    with databases.tenant(tenant.id, write=False) as session:
        made = session.scalar(select(func.count()).select_from(Entry).where(Entry.origin == "case_clock"))
    assert made == RUN_OUT, made
    table.add(
        databases.dialect, f"{query * 1000:.2f} ms", f"{idle * 1000:.2f} ms", f"{idle / query:.1f} ×",
        f"{busy.seconds:.2f} s", f"{busy.seconds / RUN_OUT * 1000:.1f} ms",
    )  # fmt: skip
    note("overtime", databases.dialect, idle / query)


def _lay(session: Any, desk: Any, case: Case, clocks: int) -> None:
    """Copies of a passed-on case, each with its arrival clock running."""
    (clock,) = desk.clocks(case, "fault_arrival")
    columns = {one.key for one in Case.__mapper__.column_attrs} - {"tenant_id"}
    like = {name: getattr(case, name) for name in columns}
    shape = {one.key for one in CaseClockRow.__mapper__.column_attrs} - {"tenant_id"}
    run = {name: getattr(clock, name) for name in shape}
    for start in range(0, clocks - 1, PER_CALL):
        numbers = range(start, min(start + PER_CALL, clocks - 1))
        ids = [new_id() for _ in numbers]
        session.execute(
            insert(Case),
            [
                like | {"id": i, "number": f"B{n:07d}", "form_token": None}
                for i, n in zip(ids, numbers, strict=True)
            ],
        )
        later = [NOW + timedelta(minutes=5 + n % 4000) for n in numbers]
        session.execute(
            insert(CaseClockRow),
            [
                run | {"id": new_id(), "case_id": i, "due_at": at, "look_at": at + timedelta(seconds=1)}
                for i, at in zip(ids, later, strict=True)
            ],
        )
    session.commit()


def _median(act: Callable[[], Any]) -> float:
    for _ in range(10):
        act()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return percentile(taken, 0.5)


def _desk() -> ModuleType:
    name = "kaohe_cases_desk"
    path = Path(__file__).parent.parent / "cases" / "desk.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
