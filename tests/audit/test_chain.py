"""Sealing skips nothing; every tampering with rows, links, details, order or the end is found."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, select, text

from kaohe.audit import chain, service
from kaohe.audit.models import AuditDetail, AuditLink, AuditRow
from kaohe.db import new_id
from kaohe.testing.fixtures import new_tenant

ROWS = 24
TABLES = ("audit_rows", "audit_details", "audit_links", "settings")


def write(session, now, n=1, **changes):
    for i in range(n):
        about = {
            "person_id": None,
            "action": f"people.act{i}",
            "object_kind": "person",
            "object_id": 7 + i,
            "outcome": "done",
            "status": 303,
            "request_id": f"r{i}",
            "address": "10.0.0.1",
            "detail": {"说明": f"第 {i} 次", "n": i},
        }
        service.record(session, now=now + timedelta(seconds=i), **{**about, **changes})


def test_rows_are_sealed_once_in_their_order(session, now):
    write(session, now, 5)
    assert service.seal(session, now) == 5
    assert service.seal(session, now) == 0
    write(session, now, 2)
    assert service.seal(session, now) == 2
    links = session.scalars(select(AuditLink).order_by(AuditLink.place)).all()
    assert [link.place for link in links] == [1, 2, 3, 4, 5, 6, 7]
    assert [link.row_id for link in links] == sorted(link.row_id for link in links)
    report = service.verify(session)
    assert report.whole
    assert (report.links, report.waiting, report.erased) == (7, 0, 0)


def test_an_empty_log_is_whole(session):
    report = service.verify(session)
    assert report.whole
    assert report.links == 0


def test_what_is_not_sealed_yet_waits_and_is_no_fault(session, now):
    write(session, now, 3)
    service.seal(session, now)
    write(session, now, 2)
    report = service.verify(session)
    assert report.whole
    assert report.waiting == 2


def test_it_seals_in_batches(databases, tenant, session, now, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 4)
    monkeypatch.setattr(chain.seal, "__kwdefaults__", {"limit": 4})
    write(session, now, 10)
    session.commit()
    told = []
    assert service.seal_all(session, now, told.append) == 10
    assert told == [4, 4, 2]
    assert service.verify(session).whole


def test_a_row_that_commits_late_is_not_skipped(postgresql_databases, now):
    databases = (
        postgresql_databases  # SQLite has one writer at a time: nothing can be under way while it is sealed
    )
    tenant = new_tenant(databases)
    with (
        databases.tenant(tenant.id) as slow,
        databases.tenant(tenant.id) as quick,
        databases.tenant(tenant.id) as sealer,
    ):
        write(slow, now)
        write(quick, now, 3)
        quick.commit()
        assert service.seal(sealer, now) == 3
        sealer.commit()
        slow.commit()
        assert service.seal(sealer, now) == 1
        sealer.commit()
        links = sealer.scalars(select(AuditLink).order_by(AuditLink.place)).all()
        assert links[3].row_id < links[0].row_id
        assert service.verify(sealer).whole


def test_sealers_of_several_processes_take_turns(databases, tenant, session, now):
    write(session, now, 40)
    session.commit()
    sealed = []

    def run():
        with databases.tenant(tenant.id) as own:
            sealed.append(service.seal_all(own, now))

    threads = [threading.Thread(target=run) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sum(sealed) == 40
    report = service.verify(session)
    assert report.whole
    assert report.links == 40


def test_an_erased_detail_is_no_fault(session, now):
    write(session, now, 4)
    service.seal(session, now)
    ident = session.scalars(select(AuditRow.id).order_by(AuditRow.id)).first()
    service.erase_detail(session, ident)
    report = service.verify(session)
    assert report.whole
    assert report.erased == 1


def test_a_detail_holds_what_json_cannot(session, now, today):
    write(session, now, detail={"tag": today, "menge": {1, 2}.__class__.__name__})
    service.seal(session, now)
    assert session.scalars(select(AuditDetail.detail)).one()["tag"] == "2026-09-15"
    assert service.verify(session).whole


def test_a_noted_head_proves_that_nothing_was_rewritten(session, now):
    write(session, now, 4)
    service.seal(session, now)
    noted = service.verify(session)
    head = (noted.place, noted.hash)
    write(session, now, 4)
    service.seal(session, now)
    assert service.verify(session, expect=head).whole
    assert [f.kind for f in service.verify(session, expect=(4, "f" * 64)).findings] == ["expected"]
    assert [f.kind for f in service.verify(session, expect=(9, head[1])).findings] == ["expected"]


class Intruder:
    """Somebody with the database's own key: no triggers, no references, no row security."""

    def __init__(self, databases, tenant, request):
        self.tenant_id = tenant.id
        if databases.dialect == "sqlite":
            self.engine = create_engine(f"sqlite:///{databases.tenant_file(tenant.id)}")
            with self.engine.begin() as connection:
                for (name,) in connection.execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                ).all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            server = request.getfixturevalue("postgres")
            self.engine = create_engine(server.url("postgres", databases.settings.url.rpartition("/")[2]))
            event.listen(self.engine, "connect", _be_replica)
        self.kept = {table: self.rows(table) for table in TABLES}

    def rows(self, table):
        with self.engine.connect() as connection:
            found = connection.execute(
                text(f"SELECT * FROM {table} WHERE tenant_id = :t"), {"t": self.tenant_id}
            )
            return [dict(row) for row in found.mappings()]

    def run(self, sql, **values):
        with self.engine.begin() as connection:
            done = connection.execute(text(sql + " AND tenant_id = :t"), {**values, "t": self.tenant_id})
            assert done.rowcount > 0, sql

    def insert(self, table, row):
        names = list(row)
        with self.engine.begin() as connection:
            connection.execute(
                text(
                    f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + n for n in names)})"
                ),
                row,
            )

    def undo(self):
        with self.engine.begin() as connection:
            for table in reversed(TABLES):
                connection.execute(text(f"DELETE FROM {table} WHERE tenant_id = :t"), {"t": self.tenant_id})
        for table in TABLES:
            for row in self.kept[table]:
                self.insert(table, row)


def _be_replica(connection, record):
    connection.autocommit = True
    connection.execute("SET session_replication_role = replica")
    connection.autocommit = False


@pytest.fixture
def intruder(databases, tenant, session, now, request):
    for batch in range(3):
        write(session, now + timedelta(minutes=batch), ROWS // 3)
        service.seal(session, now + timedelta(minutes=batch))
    session.commit()
    found = Intruder(databases, tenant, request)
    yield found
    found.engine.dispose()


TEXTS = ("action", "object_kind", "outcome", "request_id", "address", "digest")


@st.composite
def tamperings(draw):
    """An act of the intruder: its kind and what it needs."""
    kind = draw(
        st.sampled_from(
            ["text", "figure", "time", "row", "row and detail", "link", "link and row", "insert", "swap rows",
             "swap places", "detail", "salt", "hash", "sealed", "cut", "cut and rows", "head", "no head"]
        )
    )  # fmt: skip
    one, other = draw(st.lists(st.integers(0, ROWS - 1), min_size=2, max_size=2, unique=True))
    return (
        kind,
        one,
        other,
        draw(st.sampled_from(TEXTS)),
        draw(st.sampled_from(("object_id", "status", "person_id"))),
    )


def act(intruder, kind, one, other, column, figure):
    links = sorted(intruder.kept["audit_links"], key=lambda row: row["place"])
    ident, second = links[one]["row_id"], links[other]["row_id"]
    cut = links[min(one, other) :]
    if kind == "text":
        intruder.run(f"UPDATE audit_rows SET {column} = {column} || 'x' WHERE id = :i", i=ident)
    elif kind == "figure":
        intruder.run(f"UPDATE audit_rows SET {figure} = COALESCE({figure}, 0) + 1 WHERE id = :i", i=ident)
    elif kind == "time":
        intruder.run(
            "UPDATE audit_rows SET at = (SELECT max(at) FROM audit_rows b WHERE b.id <> :i AND b.tenant_id = :t) WHERE id = :i",
            i=ident,
        )
    elif kind in ("row", "row and detail"):
        intruder.run("DELETE FROM audit_rows WHERE id = :i", i=ident)
        if kind != "row":
            intruder.run("DELETE FROM audit_details WHERE id = :i", i=ident)
    elif kind in ("link", "link and row"):
        intruder.run("DELETE FROM audit_links WHERE row_id = :i", i=ident)
        if kind != "link":
            intruder.run("DELETE FROM audit_rows WHERE id = :i", i=ident)
            intruder.run("DELETE FROM audit_details WHERE id = :i", i=ident)
    elif kind == "insert":
        row = next(row for row in intruder.kept["audit_rows"] if row["id"] == ident)
        intruder.insert("audit_rows", {**row, "id": ident - (3 * 3600 * 1000 << 21)})
    elif kind == "swap rows":
        intruder.run("UPDATE audit_links SET row_id = -1 WHERE row_id = :i", i=ident)
        intruder.run("UPDATE audit_links SET row_id = :i WHERE row_id = :j", i=ident, j=second)
        intruder.run("UPDATE audit_links SET row_id = :j WHERE row_id = -1", j=second)
    elif kind == "swap places":
        first, last = links[one]["place"], links[other]["place"]
        intruder.run("UPDATE audit_links SET place = -1 WHERE place = :i", i=first)
        intruder.run("UPDATE audit_links SET place = :i WHERE place = :j", i=first, j=last)
        intruder.run("UPDATE audit_links SET place = :j WHERE place = -1", j=last)
    elif kind == "detail":
        intruder.run("UPDATE audit_details SET detail = :d WHERE id = :i", i=ident, d='{"n":99}')
    elif kind == "salt":
        intruder.run("UPDATE audit_details SET salt = 'none' WHERE id = :i", i=ident)
    elif kind == "hash":
        intruder.run("UPDATE audit_links SET hash = :h WHERE row_id = :i", i=ident, h="0" * 64)
    elif kind == "sealed":
        intruder.run(
            "UPDATE audit_links SET sealed_at = (SELECT min(at) FROM audit_rows b WHERE b.tenant_id = :t) WHERE row_id = :i",
            i=second if one < 1 else ident,
        )
    elif kind in ("cut", "cut and rows"):
        for link in cut:
            intruder.run("DELETE FROM audit_links WHERE row_id = :i", i=link["row_id"])
            if kind != "cut":
                intruder.run("DELETE FROM audit_rows WHERE id = :i", i=link["row_id"])
                intruder.run("DELETE FROM audit_details WHERE id = :i", i=link["row_id"])
    elif kind == "head":
        intruder.run("UPDATE settings SET value = :v WHERE key = 'audit.head'", v='{"hash":"00","place":1}')
    elif kind == "no head":
        intruder.run("DELETE FROM settings WHERE key = 'audit.head'")


def changed(intruder):
    """Whether anything differs from what was sealed: an act may hit what it would have written."""
    key = repr
    return any(sorted(map(key, intruder.rows(t))) != sorted(map(key, intruder.kept[t])) for t in TABLES)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tampering=tamperings())
def test_every_tampering_is_found(databases, tenant, intruder, tampering):
    try:
        act(intruder, *tampering)
        different = changed(intruder)
        with databases.tenant(tenant.id, write=False) as reading:
            report = service.verify(reading)
        assert report.whole is not different, tampering
        assert all(finding.zh and finding.en for finding in report.findings)
    finally:
        intruder.undo()
    with databases.tenant(tenant.id, write=False) as reading:
        assert service.verify(reading).whole


def test_sealing_on_does_not_cover_a_tampering(databases, tenant, intruder, now):
    act(intruder, "link", 5, 6, "action", "status")
    act(intruder, "insert", 9, 10, "action", "status")
    with databases.tenant(tenant.id) as session:
        write(session, now + timedelta(hours=5), 3)
        service.seal_all(session, now + timedelta(hours=5))
        kinds = {finding.kind for finding in service.verify(session).findings}
    assert {"link_removed", "unsealed"} <= kinds


def test_ids_of_the_look_back_are_those_of_its_milliseconds():
    first = new_id()
    assert (first >> chain._ID_BITS) - ((first - (1000 << chain._ID_BITS)) >> chain._ID_BITS) == 1000
