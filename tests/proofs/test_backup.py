"""A copy of an organisation's file, laid on an empty machine, gives the same pages, reports and log."""

from __future__ import annotations

import re
import shutil
import sqlite3

import pytest

from kaohe.app import create_app
from kaohe.audit import service as audit
from kaohe.config import Config
from kaohe.db import Databases, DatabaseSettings
from kaohe.db.leases import Lease
from kaohe.db.upgrade import verify
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.hall import Hall
from kaohe.testing.matrix import Matrix
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

_VARYING = re.compile(r'name="(csrf[-_]token|form_token|token)"[^>]*|<dcterms:\w+ [^>]*>[^<]*')


@pytest.fixture
def neighbour(databases, other_tenant, living):
    """Another organisation of the same installation."""
    return build_world(databases, other_tenant, NURSING, sector="nursing", marker="邻", now=living.now)


@pytest.fixture
def restored(living, neighbour, tmp_path):
    """The databases on another folder, made of copies taken while the first is open."""
    with living.session() as session:
        audit.record(
            session,
            now=living.now,
            person_id=None,
            action="test.act",
            object_kind=None,
            object_id=None,
            outcome="done",
            status=200,
            request_id="r",
            address="",
            detail={"n": 1},
        )
        session.commit()
        audit.seal(session, living.now)
        session.commit()
    source, target = living.databases.settings.folder, tmp_path / "restored"
    (target / "tenants").mkdir(parents=True)
    for name in ("platform.db", f"tenants/{living.tenant.id}.db", f"tenants/{neighbour.tenant.id}.db"):
        with sqlite3.connect(source / name) as one, sqlite3.connect(target / name) as other:
            one.backup(other)
        one.close()
        other.close()
    shutil.copytree(source / "files", target / "files")
    databases = Databases(DatabaseSettings(target))
    Lease(databases).keep()
    yield databases
    databases.dispose()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_restored_copy_reports_the_same(living, neighbour, restored):
    verify(restored, living.tenant.id)
    pages, addresses = [], []
    for databases in (living.databases, restored):
        config = Config(databases.settings, secret="the same secret", testing=True)
        hall = Hall(create_app(config, databases=databases), living, neighbour)
        admin, said = hall.visitors["admin"], {}
        addresses = addresses or list(_addresses(Matrix(hall, most_pages=25), admin))
        for address in addresses:
            answer = hall.send(admin, "GET", address)
            shown = hall.shown(answer).partition("\n\n")[2].replace(answer.headers["X-Request-Id"], "")
            said[address] = (answer.status_code, _VARYING.sub("", shown))
        pages.append(said)
    assert len(pages[0]) > 15
    assert pages[0].keys() == pages[1].keys()
    assert [address for address in pages[0] if pages[0][address] != pages[1][address]] == []
    with restored.tenant(living.tenant.id, write=False) as session:
        report = audit.verify(session)
        assert report.whole
        assert report.links > 0
        period = session.need(Period, living.before.id)
        assert results.replay(session, period).same
        assert results.recount(session, period).same
    print(
        f"back-up and restore: {len(pages[0])} pages and reports equal, {report.links} links of the log verified"
    )


def _addresses(matrix, visitor):
    for route in matrix.hall.routes:
        if route.method == "GET" and route.feature in ("reports", "results", "adoption", "periods", "files"):
            yield matrix.address(route, matrix.values(route, visitor, "colleague"))
