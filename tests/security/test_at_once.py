"""Every form of every page, sent several times in the same moment: told in words at the worst, never a broken page."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from kaohe.app import create_app
from kaohe.config import Config
from kaohe.db import TenantSession
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.hall import Hall, Route, Visitor
from kaohe.testing.matrix import Matrix
from kaohe.testing.world import World, build_world
from kaohe_nursing.scheme import NURSING

AT_ONCE = 4
TOGETHER = 0.2
LAST = ("periods", "results", "adoption", "people", "living", "accounts", "door", "web")
"""Features whose forms end what the others work on."""


@pytest.fixture(params=["postgresql", "sqlite"])
def crowded(request: pytest.FixtureRequest, furnished: Callable[[World], World], asked: dict) -> Matrix:
    """The pages over two worlds of their own: here rows do change."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    now = datetime.now(UTC)
    mine, other = (
        furnished(
            build_world(
                databases, new_tenant(databases, name), NURSING, sector="nursing", marker=marker, now=now
            )
        )
        for name, marker in (("一院", "甲号印"), ("另院", "乙号印"))
    )
    config = Config(databases.settings, secret="a secret of the crowd", testing=True)
    return Matrix(Hall(create_app(config, databases=databases), mine, other), **asked)


def test_no_form_breaks_when_it_is_sent_at_once(crowded: Matrix, full: bool) -> None:
    hall = crowded.hall
    routes = [route for route in hall.routes if route.method != "GET"]
    routes.sort(key=lambda route: LAST.index(route.feature) if route.feature in LAST else -1)
    statuses: Counter[int] = Counter()
    broken = []
    for name in ("admin", "assessor", "member") if full else ("admin",):
        for route in routes:
            for status, at_fault in _at_once(crowded, route, hall.visitors[name]):
                statuses[status] += 1
                broken += [f"{route.endpoint} by {name}: {at_fault}"] if status >= 500 else []
    print(f"at once on {hall.mine.databases.dialect}: {len(routes)} forms, answers {dict(statuses)}")
    assert not broken, "\n".join(dict.fromkeys(broken))


def _at_once(matrix: Matrix, route: Route, visitor: Visitor) -> list[tuple[int, str]]:
    """The form as its page shows it, sent at once; nobody commits before all have read."""
    hall = matrix.hall
    address = matrix.address(route, matrix.values(route, visitor))
    data = {**matrix.body(route, visitor), "csrf_token": visitor.token}
    before = len(hall.faults)

    def send(_: int) -> int:
        answer = hall.app.test_client(use_cookies=False).open(
            address, method=route.method, data=dict(data), headers={"Cookie": visitor.cookie}
        )
        answer.close()
        return answer.status_code

    with _together(hall.mine.databases.dialect), ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, range(AT_ONCE)))
    return [(status, str(hall.faults[before:][:1])) for status in answers]


@contextmanager
def _together(dialect: str) -> Iterator[None]:
    """Within this, who commits waits for the others a moment, so that they have read what was there before.

    On SQLite one writes at a time anyway: nobody else has read before.
    """
    if dialect == "sqlite":
        yield
        return
    ready, real = threading.Barrier(AT_ONCE), TenantSession.commit

    def commit(session: TenantSession) -> None:
        with suppress(threading.BrokenBarrierError):  # the others wait for this one's locks
            ready.wait(TOGETHER)
        real(session)

    with patch.object(TenantSession, "commit", commit):
        yield
