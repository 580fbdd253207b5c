"""Closing a period: ours in a process of its own (memory), with another writer beside it, against the floor."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select
from tests.bench.floor import Floor
from tests.bench.hospital import Hospital, describe
from tests.bench.report import Table, percentile, timed
from tests.bench.targets import note

from kaohe.accounts.policy import Actor
from kaohe.db import Databases, DatabaseSettings
from kaohe.entries import service as entries
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.models import Result


def bench_closing(
    databases: Databases, admin_url: str | None, *, people: int, each: int, table: Table
) -> float:
    """One database: lay, measure the floor, close; the seconds of our closing."""
    with timed() as laying:
        hospital = Hospital(databases, people, admin_url)
        entries_laid = hospital.lay_entries(each)
    print(
        f"<!-- {databases.dialect}: {entries_laid:,} entries laid in {laying.seconds:.0f} s -->", flush=True
    )
    floor = Floor(_raw(hospital, admin_url), databases.dialect, hospital.tenant.id, hospital.period.id)
    floor.lay()
    grouped, groups = floor.grouped()
    ours = _close_apart(hospital)
    texts = _texts(hospital)
    written = floor.write(texts)
    floor.drop()
    ratio = ours["seconds"] / (grouped + written)
    size = sum(len(a.encode()) + len(b.encode()) for _, a, b in texts) / 1e6
    table.add(
        databases.dialect, f"{entries_laid:,}", f"{groups:,}", f"{grouped:.2f} s", f"{written:.2f} s ({size:.0f} MB)",
        f"{ours['seconds']:.2f} s", f"{ratio:.1f} ×", f"{ours['memory_mb']} MB",
        f"{ours['p50_ms']:.1f} / {ours['p99_ms']:.1f} ms ({ours['writes']})", f"{ours['idle_p99_ms']:.1f} ms",
    )  # fmt: skip
    note("closing", databases.dialect, ratio)
    note("memory", databases.dialect, ours["memory_mb"])
    note("writer", databases.dialect, ours["p99_ms"])
    return float(ours["seconds"])


def _raw(hospital: Hospital, admin_url: str | None) -> Any:
    if admin_url is None:
        connection = sqlite3.connect(hospital.databases.tenant_file(hospital.tenant.id), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    return psycopg.connect(admin_url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def _close_apart(hospital: Hospital) -> dict[str, Any]:
    """Close in a fresh process while another writer records into another period; what the process tells."""
    with tempfile.TemporaryDirectory() as folder:
        known, settings = Path(folder) / "known.json", hospital.databases.settings
        describe(hospital, known)
        command = [
            sys.executable,
            "-m",
            "tests.bench.closing",
            str(known),
            str(settings.folder),
            settings.url,
        ]
        writer = subprocess.Popen(
            [*command, "write"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        closed = subprocess.run([*command, "close"], capture_output=True, text=True, check=True)
        answer, _ = writer.communicate("stop\n", timeout=120)
        told = json.loads(closed.stdout)
        busy = [ms for at, ms in json.loads(answer) if told["start"] <= at <= told["end"]]
        idle = [ms for at, ms in json.loads(answer) if at > told["end"]]
    return told | {
        "p50_ms": percentile(busy, 0.5), "p99_ms": percentile(busy, 0.99), "writes": len(busy),
        "idle_p99_ms": percentile(idle, 0.99),
    }  # fmt: skip


def _texts(hospital: Hospital) -> list[tuple[int, str, str]]:
    with hospital.databases.tenant(hospital.tenant.id, write=False) as session:
        rows = session.execute(select(Result.id, Result.inputs, Result.detail)).all()
    return [(row[0], row[1], row[2]) for row in rows]


def _close(databases: Databases, known: dict[str, Any]) -> None:
    start = time.time()
    with timed() as clock:
        results.close(
            databases, known["tenant"], known["period"], by=known["admin"], clock=lambda: datetime.now(UTC)
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": clock.seconds, "memory_mb": memory, "start": start, "end": time.time()}))


def _write(databases: Databases, known: dict[str, Any]) -> None:
    """Record entries of another period, ten a second, until told to stop; then two seconds alone."""
    actor = Actor(known["admin"], known["account"], is_admin=True)
    stop, found = threading.Event(), []
    threading.Thread(target=lambda: (sys.stdin.readline(), time.sleep(2), stop.set()), daemon=True).start()
    print("ready", flush=True)
    number = 0
    while not stop.is_set():
        at = time.time()
        with databases.tenant(known["tenant"]) as session:
            entries.record(
                session, actor=actor, period=session.need(Period, known["other"]),
                subject_id=known["subjects"][number % len(known["subjects"])], clause_id=91, reason="基准",
                happened_on=date(2026, 9, 10), now=datetime.now(UTC), today=date(2026, 9, 15),
            )  # fmt: skip
            session.commit()
        if number > 20:
            found.append((at, (time.time() - at) * 1000))
        number += 1
        time.sleep(0.01)
    print(json.dumps(found))


def main() -> None:
    """The child process: close, or write beside the closing."""
    known = json.loads(Path(sys.argv[1]).read_text())
    databases = Databases(DatabaseSettings(Path(sys.argv[2]), sys.argv[3]))
    {"close": _close, "write": _write}[sys.argv[4]](databases, known)
    databases.dispose()


if __name__ == "__main__":
    main()
