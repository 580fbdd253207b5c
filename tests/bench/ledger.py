"""Postings to one account by many at once: all there, and how long each took; and the same one after the other."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from typing import Any

from tests.bench.report import Table, percentile, timed
from tests.bench.targets import note

from kaohe.accounts.founding import found_tenant
from kaohe.db import Databases
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import upgrade_platform
from kaohe.ledger import service as ledger
from kaohe.people import service as people

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 15)
WORKERS = 8
POSTINGS = 200
HEADS = ("database", "postings", "workers", "seconds", "a second", "p50 / p99", "lost", "recount")


def ledger_table() -> Table:
    """The table that the lines of both databases go into."""
    return Table("200 parallel postings to one account", HEADS)


def bench_ledger(databases: Databases, table: Table) -> None:
    """Found an organisation with a deposit account, post to it in parallel, and count."""
    load_models()
    upgrade_platform(databases)
    Lease(databases).keep()
    tenant = found_tenant(databases, code="money", name="基准公司", now=NOW, sectors=["coach_transport"])
    with databases.tenant(tenant.id) as session:
        root = people.units(session)[0]
        person = people.create_person(
            session, number="L1", name="基准", unit=root, position="", joined_on=TODAY, now=NOW
        ).id
        session.commit()
    for workers in (1, WORKERS):
        times, seconds = _together(databases, tenant.id, person, workers)
        with databases.tenant(tenant.id, write=False) as session:
            held, wrong = ledger.balance_on(session, person, "deposit"), ledger.recount(session)
        expected = POSTINGS * (1 if workers == 1 else 2)
        table.add(
            databases.dialect, POSTINGS, workers, f"{seconds:.2f} s", f"{POSTINGS / seconds:.0f}",
            f"{percentile(times, 0.5):.1f} / {percentile(times, 0.99):.1f} ms", expected - held, wrong or "equal",
        )  # fmt: skip
        note("postings", databases.dialect, abs(expected - held) + len(wrong))
        assert held == expected, "postings were lost"
        assert not wrong, "a balance differs from its postings"


def _together(databases: Databases, tenant_id: int, person: int, workers: int) -> tuple[list[float], float]:
    gate, found = threading.Barrier(workers + 1), []

    def work(worker: int) -> None:
        gate.wait()
        for number in range(POSTINGS // workers):
            start = time.perf_counter()
            with databases.tenant(tenant_id) as session:
                act = ledger.Act(f"{workers}-{worker}-{number}", None, NOW, TODAY, TODAY)
                ledger.pay_in(session, ledger.book_of(session), person, kind="deposit", amount_fen=1, act=act)
                session.commit()
            found.append((time.perf_counter() - start) * 1000)

    threads: list[Any] = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    with timed() as clock:
        gate.wait()
        for thread in threads:
            thread.join()
    return found, clock.seconds
