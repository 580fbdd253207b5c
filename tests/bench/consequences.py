"""What a closing leads to for many people with years behind them, against reading those rows as plain tuples.

The floor reads every stored result of the months before, with the columns that a condition looks at, into tuples and
does nothing with them. Ours reads what it needs, finds every consequence with its reasons, and is then asked to write
the proposals, which is timed apart: the floor writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from sqlalchemy import create_engine, insert, select
from tests.bench.report import Table, timed
from tests.bench.targets import note

from kaohe.accounts.founding import found_tenant
from kaohe.adoption import service as adoption
from kaohe.consequences import closed
from kaohe.consequences.counted import stored_rows
from kaohe.consequences.history import LONGEST, earned
from kaohe.consequences.proposing import Because
from kaohe.db import Databases, TenantSession, new_id
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import upgrade_platform
from kaohe.people import service as people
from kaohe.people.models import Person, Subject
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.models import Result, Run
from kaohe.scheme import Text, usual_answers
from kaohe_managers.scheme import MONTH

NOW = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
HEADS = (
    "database", "people", "months before", "rows", "floor: rows as tuples", "ours: found", "ratio", "found", "then written",
    "both",
)  # fmt: skip


def consequences_table() -> Table:
    """The table that the lines of both databases go into."""
    return Table("Consequences of a closing", HEADS)


def bench_consequences(databases: Databases, admin_url: str | None, table: Table, *, size: int) -> float:
    """Lay months of results, find what the last one leads to, and write it; gives the ratio to the floor."""
    load_models()
    upgrade_platform(databases)
    Lease(databases).keep()
    tenant = found_tenant(databases, code="mine", name="基准矿", now=NOW, sectors=["managers"])
    with databases.tenant(tenant.id) as session:
        made = _found(session, size)
        session.commit()
        rows = _rows(tenant.id, made, size)
    _lay(databases, tenant.id, admin_url, rows)
    floor = min(_floor(databases, tenant.id, made) for _ in range(3))
    best, found = float("inf"), []
    for _ in range(3):
        with databases.tenant(tenant.id, write=False) as session, timed() as ours:
            period = session.need(Period, made[-1][0])
            scheme = adoption.scheme_of(session, period.revision_id)
            current = stored_rows(session, period)
            found = earned(session, period, scheme, current)
        best = min(best, ours.seconds)
    with databases.tenant(tenant.id) as session, timed() as writing:
        period, run = session.need(Period, made[-1][0]), session.need(Run, made[-1][1])
        scheme = adoption.scheme_of(session, period.revision_id)
        called = closed.called_by(session, scheme, period, run, found)
        closed.settle_differences(session, called, [], Because(Text("", ""), None, NOW))
        session.commit()
    ratio, whole = best / floor, (best + writing.seconds) / floor
    table.add(
        databases.dialect, f"{size:,}", LONGEST, f"{size * (LONGEST + 1):,}", f"{floor:.2f} s", f"{best:.2f} s",
        f"{ratio:.2f} ×", f"{len(found):,}", f"{len(called):,} in {writing.seconds:.2f} s",
        f"{whole:.2f} ×",
    )  # fmt: skip
    note("consequences", databases.dialect, ratio)
    return ratio


def _found(session: TenantSession, size: int) -> list[tuple[int, int]]:
    """The organisation, its closed months and a run for each: (period, run), the oldest first."""
    root = people.units(session)[0]
    held = adoption.adopt_start(session, sector="managers", scheme=MONTH, actor=None, now=NOW)
    [revision] = adoption.revisions(session, held)
    for doubt, option in usual_answers(MONTH).items():
        adoption.settle_doubt(session, revision, doubt, option=option, actor=None, now=NOW)
    adoption.set_scope(session, revision, unit_ids=[root.id], minimum_days=0, actor=None, now=NOW)
    adoption.adopt(session, revision, starts_on=date(2023, 12, 1), actor=None, now=NOW)
    planned = [
        one
        for year in (2023, 2024, 2025, 2026)
        for one in periods.plan(session, held, periods.PeriodRule("month"), year)
        if one.starts_on >= date(2023, 12, 1)
    ]
    made = periods.create(session, held, planned, now=NOW)
    for period in made:
        periods.step(session, period, after="open", by=None, now=NOW)
        periods.step(session, period, after="closed", by=None, now=NOW)
    ids = [new_id() for _ in range(size)]
    numbered = list(enumerate(ids))
    session.execute(
        insert(Person),
        [
            {"id": i, "number": f"K{n:06d}", "name": f"干部{n}", "initials": "gb", "version": 1}
            for n, i in numbered
        ],
    )
    session.execute(insert(Subject), [{"id": i, "person_id": i} for i in ids])
    found = []
    for period in made:
        run = Run(
            period_id=period.id, revision_id=revision.id, number=1, engine_version=1, subjects=size, digest="",
            effects=[], by=None, at=NOW,
        )  # fmt: skip
        session.add(run)
        session.flush()
        found.append((period.id, run.id))
    return found


COLUMNS = (
    "tenant_id", "id", "run_id", "period_id", "subject_id", "unit_id", "score", "grade", "standing_word", "rank_all",
    "tied_all", "inputs", "detail",
)  # fmt: skip


def _rows(tenant_id: int, made: list[tuple[int, int]], size: int) -> Iterator[tuple[Any, ...]]:
    dice = Random(11)
    scores = [dice.randint(6_800, 9_900) for _ in range(size)]
    for period_id, run_id in made:
        month = [score + dice.randint(-400, 400) for score in scores]
        order = sorted(range(size), key=lambda place: -month[place])
        ranks = {place: rank for rank, place in enumerate(order, start=1)}
        for place, ident in enumerate(_ids(tenant_id, size)):
            yield (
                tenant_id, new_id(), run_id, period_id, ident, _UNIT[tenant_id], month[place], "done", "",
                ranks[place], 1, "{}", "{}",
            )  # fmt: skip


_IDS: dict[int, list[int]] = {}
_UNIT: dict[int, int] = {}


def _ids(tenant_id: int, size: int) -> list[int]:
    return _IDS[tenant_id][:size]


def _lay(
    databases: Databases, tenant_id: int, admin_url: str | None, rows: Iterator[tuple[Any, ...]]
) -> None:
    with databases.tenant(tenant_id, write=False) as session:
        query = select(Person.id).where(Person.number.like("K%")).order_by(Person.number)
        _IDS[tenant_id] = list(session.scalars(query))
        _UNIT[tenant_id] = people.units(session)[0].id
    if admin_url is None:
        places = ", ".join("?" * len(COLUMNS))
        connection = databases.tenant_engine(tenant_id).raw_connection()
        try:
            connection.execute("PRAGMA query_only=OFF")  # type: ignore[attr-defined]
            connection.execute("BEGIN IMMEDIATE")  # type: ignore[attr-defined]
            sql = f"INSERT INTO results ({', '.join(COLUMNS)}) VALUES ({places})"
            connection.executemany(sql, rows)  # type: ignore[attr-defined]
            connection.execute("COMMIT")  # type: ignore[attr-defined]
        finally:
            connection.close()
        return
    engine = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as outer:
        connection = outer.connection.dbapi_connection
        connection.execute(
            "SET session_replication_role = replica"
        )  # triggers off: a loading by the superuser
        with connection.cursor().copy(f"COPY results ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute("ANALYZE")
    engine.dispose()


def _floor(databases: Databases, tenant_id: int, made: list[tuple[int, int]]) -> float:
    """Seconds of reading the rows of all months as tuples, and nothing else."""
    columns = (
        Result.subject_id, Result.run_id, Result.score, Result.grade, Result.rank_all, Result.tied_all, Result.unit_id,
    )  # fmt: skip
    runs = [run for _period, run in made]
    with databases.tenant(tenant_id, write=False) as session, timed() as clock:
        table = Result.__table__
        query = select(*(table.c[column.key] for column in columns)).where(
            table.c.tenant_id == tenant_id, table.c.run_id.in_(runs)
        )
        held = [tuple(row) for row in session.execute(query)]
    assert len(held) == len(runs) * len(_IDS[tenant_id])
    return clock.seconds
