"""Serving under two gunicorn workers: one entry through the form, and pages of ten thousand people, against the floor.

The client is a bare socket with ready-made bytes; it runs on the same two cores, beside the floor as beside ours.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.bench import floortable
from tests.bench.hospital import Hospital
from tests.bench.report import Table, percentile
from tests.bench.targets import note

from kaohe.accounts.service import start_sign_in
from kaohe.db import Databases, DatabaseSettings
from kaohe.results import service as results

THREADS = 4
WARM, COUNTED = 100, 1500
PAGES_COUNTED = 400
SHARES = ("share of the floor", "floor p50 / p99", "ours p50 / p99")


def bench_serving(folder: Path, postgres: Any, people: int, each: int) -> None:
    """Both databases, each beside its floor; the tables when both are measured."""
    found = []
    for kind in ("sqlite", "postgresql"):
        with _hospital(kind, folder, postgres, people) as (hospital, environment, floor_url):
            hospital.lay_entries(each)
            results.close(hospital.databases, hospital.tenant.id, hospital.period.id, by=None, clock=_evening)
            found.append((kind, _floor(floor_url), _ours(hospital, environment)))
    entry = Table(
        "One entry through the form (signed in, CSRF, authorised, audited; answered with the new score)",
        ("database", "floor", "ours", *SHARES),
    )
    for kind, (floor_entry, _page), (ours_entry, _pages) in found:
        note("entry", kind, _compare(entry, (kind,), floor_entry, ours_entry))
    table = Table(
        f"Pages, {people:,} people and {people * each:,} entries",
        ("database", "page", "floor: fifty ORM rows", "ours", *SHARES),
    )
    for kind, (_entry, floor_page), (_mine, pages) in found:
        for name, ours_page in pages.items():
            note("pages", kind, _compare(table, (kind, name), floor_page, ours_page))


def _evening() -> datetime:
    return datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def _compare(table: Table, names: tuple[str, ...], floor: list[float], ours: list[float]) -> float:
    """Add the line; our share of the floor in per cent."""
    rate, floor_rate = _rate(ours), _rate(floor)
    table.add(
        *names,
        f"{floor_rate:.0f} /s",
        f"{rate:.0f} /s",
        f"{100 * rate / floor_rate:.0f} %",
        _spread(floor),
        _spread(ours),
    )
    return 100 * rate / floor_rate


def _rate(found: list[float]) -> float:
    return (len(found) - 1) / found[0]


def _spread(found: list[float]) -> str:
    return f"{percentile(found[1:], 0.5) * 1000:.1f} / {percentile(found[1:], 0.99) * 1000:.1f} ms"


@contextmanager
def _hospital(
    kind: str, folder: Path, postgres: Any, people: int
) -> Iterator[tuple[Hospital, dict[str, str], str]]:
    data = folder / f"serving-{kind}"
    environment = {"KAOHE_DATA": str(data), "KAOHE_SECRET": "a secret of the benchmark"}
    if kind == "sqlite":
        settings, admin, floor = DatabaseSettings(data), None, f"sqlite:///{folder}/floor.db"
        floortable.prepare(floor)
    else:
        app_url, migrate_url = postgres.create_database("serving")
        settings = DatabaseSettings(data, app_url, migrate_url)
        environment["KAOHE_DATABASE"] = app_url
        admin, floor = postgres.url("postgres", "serving"), app_url
        floortable.prepare(admin, app_role="serving_app")
    databases = Databases(settings)
    yield Hospital(databases, people, admin), environment, floor
    databases.dispose()


def _floor(url: str) -> tuple[list[float], list[float]]:
    body = urlencode({"subject": 7, "reason": "基准"})
    with _gunicorn("tests.bench.floorapp:app", {"FLOOR_DATABASE": url}) as port:
        return _load(port, lambda: _post("/rows", body, "")), _load(port, lambda: _get("/rows", ""))


def _ours(hospital: Hospital, environment: dict[str, str]) -> tuple[list[float], dict[str, list[float]]]:
    with hospital.databases.tenant(hospital.tenant.id) as session:
        token = start_sign_in(session, account=hospital.account, now=datetime.now(UTC))
        session.commit()
    base = f"/t/{hospital.tenant.code}"
    with _gunicorn("kaohe.wsgi:app", environment) as port:
        cookies, csrf = _form_token(port, f"{base}/entries/new", token)
        subjects = iter(hospital.ids * 10)
        fields = {"clause_id": 91, "reason": "基准", "happened_on": "2026-09-10", "found_late": "",
                  "period": hospital.other.id, "csrf_token": csrf}  # fmt: skip

        def one_entry() -> bytes:
            body = urlencode({**fields, "person": next(subjects), "token": uuid.uuid4().hex})
            return _post(f"{base}/entries/new", body, cookies, "HX-Request: true\r\n")

        entry = _load(port, one_entry, holds="现为".encode())
        addresses = {
            "league, first page": f"{base}/results/league?period={hospital.period.id}",
            "league, page 150": f"{base}/results/league?period={hospital.period.id}&page=150",
            "league of the open period": f"{base}/results/league?period={hospital.other.id}",
            "entries, first page": f"{base}/entries/?period={hospital.period.id}",
            "people, first page": f"{base}/people/",
            "one result": f"{base}/results/{hospital.period.id}/{hospital.ids[5]}",
        }
        pages = {
            name: _load(port, lambda a=url: _get(a, cookies), count=PAGES_COUNTED)
            for name, url in addresses.items()
        }
    return entry, pages


def _form_token(port: int, path: str, token: str) -> tuple[str, str]:
    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"kaohe={token}"})
    with urlopen(request) as answer:
        page, jar = answer.read().decode(), SimpleCookie()
        for header in answer.headers.get_all("Set-Cookie") or []:
            jar.load(header)
    found = re.search(r'name="csrf-token"\s+content="([^"]+)"', page)
    assert found is not None
    cookies = "; ".join([f"kaohe={token}", *(f"{name}={morsel.value}" for name, morsel in jar.items())])
    return cookies, found[1]


def _get(path: str, cookies: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n".encode()


def _post(path: str, body: str, cookies: str, more: str = "") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nConnection: close\r\n{more}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _load(port: int, make: Callable[[], bytes], *, holds: bytes = b"", count: int = COUNTED) -> list[float]:
    """Send `count` requests by four threads; the whole time first, then each request's. Each answer is good and `holds` that."""
    for _ in range(WARM):
        _send(port, make(), holds)
    lock, times = threading.Lock(), []
    left = [make() for _ in range(count)]

    def work() -> None:
        while True:
            with lock:
                if not left:
                    return
                request = left.pop()
            start = time.perf_counter()
            _send(port, request, holds)
            times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [time.perf_counter() - start, *times]


def _send(port: int, request: bytes, holds: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    if answer[9:12] not in (b"200", b"201") or holds not in answer:
        raise RuntimeError(f"answered {answer[:300]!r}")


@contextmanager
def _gunicorn(application: str, environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
        application,
    ]
    running = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        running.terminate()
        running.wait(20)
