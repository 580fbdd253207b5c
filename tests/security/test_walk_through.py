"""Every form sent for good: nothing of the other organisation changes, each request is in the log, and the log can be sealed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from kaohe.app import create_app
from kaohe.audit import service as audit
from kaohe.audit.models import AuditRow
from kaohe.config import Config
from kaohe.jobs.worker import run_waiting
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.hall import Hall
from kaohe.testing.matrix import Matrix
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

LAST = (
    "accounts.sign_out",
    "accounts.change_password",
    "accounts.end_sign_ins",
    "accounts.end_other_sign_ins",
    "accounts.lock",
    "accounts.take_role",
    "people.leave",
)
"""What shuts somebody out is sent at the end."""


@pytest.fixture
def matrix(databases):
    """Two organisations of this test alone: they will not be the same afterwards."""
    now = datetime.now(UTC)
    mine, other = (
        build_world(databases, new_tenant(databases, name), NURSING, sector="nursing", marker=marker, now=now)
        for name, marker in (("一院", "甲号印"), ("另院", "乙号印"))
    )
    config = Config(databases.settings, secret="a secret of the walk", testing=True)
    return Matrix(Hall(create_app(config, databases=databases), mine, other), most_pages=150)


def test_every_form_sent_for_good(matrix):
    hall = matrix.hall
    posts = [route for route in hall.routes if route.method != "GET"]
    posts.sort(key=lambda route: (route.endpoint in LAST, route.endpoint))
    sent, statuses, complaints = 0, {}, []
    for route in posts:
        for name in ("member", "assessor", "admin"):
            visitor = hall.visitors[name]
            kind = "own" if name == "member" else "colleague"
            answer = hall.send(
                visitor,
                route.method,
                matrix.address(route, matrix.values(route, visitor, kind)),
                matrix.body(route, visitor),
            )
            sent += 1
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            if answer.status_code >= 500:
                complaints.append(f"{route.endpoint} {name}: {answer.status_code} {hall.faults[-1:]}")
            complaints += [
                f"{route.endpoint} {name}: leak {leak}" for leak in hall.leaks(visitor, answer, set())
            ]
    run_waiting(hall.mine.databases, hall.mine.tenant.id)
    assert not complaints, "\n".join(complaints)
    assert hall.untouched()
    with hall.mine.session() as session:
        rows = session.scalar(select(func.count()).select_from(AuditRow))
        assert rows >= sent
        audit.seal_all(session, datetime.now(UTC))
        report = audit.verify(session)
        assert report.whole, report.findings[:3]
        assert report.links >= rows
    done = sum(n for status, n in statuses.items() if status < 400)
    print(
        f"walk on {hall.mine.databases.dialect}: {sent} forms sent for good, {done} done, {rows} rows in the log, {report.links} links whole"
    )
    assert done > 40
