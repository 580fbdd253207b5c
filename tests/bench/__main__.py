"""`make bench`: prints the tables of docs/performance.md. `KAOHE_BENCH=small` is a trial run, `full` adds five million."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from pathlib import Path

from tests.bench.calendar import bench_calendar
from tests.bench.cases import bench_cases
from tests.bench.closing import bench_closing
from tests.bench.consequences import bench_consequences, consequences_table
from tests.bench.ledger import bench_ledger, ledger_table
from tests.bench.papers import bench_papers
from tests.bench.report import Table
from tests.bench.serving import bench_serving
from tests.bench.targets import note, targets_table

from kaohe.db import Databases, DatabaseSettings
from kaohe.testing.postgres import server

SIZES = {"small": (1_000, 100), "usual": (10_000, 100), "full": (10_000, 100)}


def main() -> None:
    """Run every benchmark on both databases."""
    mode = os.environ.get("KAOHE_BENCH", "usual")
    people, each = SIZES[mode]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {people:,} people"
    )
    folder = Path(tempfile.mkdtemp(prefix="kaohe-bench-"))
    try:
        with server(durable=True, options="-c shared_buffers=1GB -c max_wal_size=4GB") as postgres:
            _closing(folder, postgres, people, [each] if mode != "full" else [each, 5 * each])
            bench_serving(folder, postgres, people, each)
            _money(folder, postgres, people)
            bench_cases(folder, postgres, 10_000 if mode == "small" else 100_000)
        bench_papers()
        bench_calendar(100_000 if mode == "small" else 1_000_000)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        targets_table(" (a trial run: its figures do not count)" if mode == "small" else "")


def _closing(folder: Path, postgres, people: int, sizes: list[int]) -> None:  # type: ignore[no-untyped-def]
    table = Table(
        "Closing a period",
        ("database", "entries", "groups", "floor: query + fetch", "floor: write", "ours", "ratio", "peak memory",
         "other writer p50 / p99 (writes)", "alone p99"),
    )  # fmt: skip
    first: dict[str, float] = {}
    for each in sizes:
        sqlite = Databases(DatabaseSettings(folder / f"sqlite{each}"))
        _grown(first, "sqlite", bench_closing(sqlite, None, people=people, each=each, table=table))
        sqlite.dispose()
        name = f"bench{each}"
        app_url, migrate_url = postgres.create_database(name)
        postgresql = Databases(DatabaseSettings(folder / name, app_url, migrate_url))
        admin_url = postgres.url("postgres", name)
        _grown(
            first, "postgresql", bench_closing(postgresql, admin_url, people=people, each=each, table=table)
        )
        postgresql.dispose()


def _grown(first: dict[str, float], database: str, seconds: float) -> None:
    """Beside the smaller closing of the same database, how much longer this one took."""
    if database in first:
        note("five", database, seconds / first[database])
    first.setdefault(database, seconds)


def _money(folder: Path, postgres, people: int) -> None:  # type: ignore[no-untyped-def]
    """Parallel postings, then what a closing leads to; on both databases."""
    app_url, migrate_url = postgres.create_database("money")
    both = (
        (Databases(DatabaseSettings(folder / "money")), None),
        (
            Databases(DatabaseSettings(folder / "moneypg", app_url, migrate_url, pool_size=10)),
            postgres.url("postgres", "money"),
        ),
    )
    posted = ledger_table()
    for databases, _admin_url in both:
        bench_ledger(databases, posted)
    found = consequences_table()
    for databases, admin_url in both:
        bench_consequences(databases, admin_url, found, size=people)
        databases.dispose()


if __name__ == "__main__":
    main()
