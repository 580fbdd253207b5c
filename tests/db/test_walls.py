"""The walls hold below the code: rows of another tenant, rows that are kept, sealed rows."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kaohe.audit.models import AuditRow
from kaohe.db import WallRefusal, walls
from kaohe.db.upgrade import verify
from kaohe.people.models import Membership, Person, Unit
from kaohe.testing.fixtures import NOW, TODAY, new_tenant


def _unit(session, name="心内科"):
    unit = Unit(name=name, path="/")
    session.add(unit)
    session.flush()
    return unit


def test_another_tenants_rows_are_not_there(databases, tenant, other_tenant):
    with databases.tenant(tenant.id) as session:
        mine = _unit(session)
        session.commit()
    with databases.tenant(other_tenant.id) as session:
        assert session.get(Unit, mine.id) is None
        assert session.scalars(select(Unit)).all() == []
        assert session.execute(text("SELECT count(*) FROM units")).scalar() == 0
        assert session.execute(update(Unit).values(name="盗")).rowcount == 0


def test_a_reference_to_another_tenants_row_cannot_be_written(databases, tenant, other_tenant):
    with databases.tenant(tenant.id) as session:
        mine = _unit(session)
        session.commit()
    with databases.tenant(other_tenant.id) as session:
        person = Person(number="A1", name="甲", initials="j")
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, unit_id=mine.id, starts_on=TODAY))
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_row_cannot_be_written_for_another_tenant(postgresql_databases):
    mine, other = new_tenant(postgresql_databases), new_tenant(postgresql_databases)
    with (
        postgresql_databases.tenant(mine.id) as session,
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        session.execute(
            text(
                "INSERT INTO units (tenant_id, id, name, path, place, version) VALUES (:t, 1, 'x', '/', 0, 1)"
            ),
            {"t": other.id},
        )


def test_what_is_written_is_kept(session):
    row = AuditRow(at=NOW, action="x", outcome="done", status=200, request_id="r", address="", digest="d")
    session.add(row)
    session.commit()
    for statement in ("UPDATE audit_rows SET action = 'y'", "DELETE FROM audit_rows"):
        with pytest.raises((WallRefusal, ProgrammingError)):
            session.execute(text(statement))
        session.rollback()


def test_a_reading_session_cannot_write(databases, tenant):
    with databases.tenant(tenant.id, write=False) as session:
        session.add(Unit(name="x", path="/"))
        with pytest.raises(Exception, match=r"readonly|read-only"):
            session.flush()


def test_a_session_needs_a_tenant(databases):
    for nothing in (None, 0, -1, "1", True):
        with pytest.raises(ValueError, match="needs a tenant"):
            databases.tenant(nothing)


def test_differing_walls_refuse_the_start(databases, tenant):
    verify(databases, tenant.id)
    engine = databases.migrating_engine(tenant.id)
    with engine.begin() as connection:
        name = walls.triggers()[0]
        suffix = f" ON {name.table}" if databases.dialect == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {name.name}{suffix}")
    try:
        with pytest.raises(walls.WallsDiffer, match=name.name):
            verify(databases, tenant.id)
    finally:
        with engine.begin() as connection:
            walls.install(connection, app_role=_role(databases))
        engine.dispose()
    verify(databases, tenant.id)


def _role(databases):
    return None if databases.settings.is_sqlite else databases.settings.url.split("//")[1].split("@")[0]
