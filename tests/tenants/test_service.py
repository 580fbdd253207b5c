"""Organisations: numbers, codes, settings, sectors; each test has an installation of its own."""

from __future__ import annotations

import itertools

import pytest

from kaohe.accounts.founding import found_tenant
from kaohe.db import Databases, DatabaseSettings
from kaohe.db.schema import load_models
from kaohe.db.upgrade import NotMigrated, upgrade_platform, verify
from kaohe.people import service as people
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant

_NUMBERS = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """An installation without any organisation."""
    load_models()
    if request.param == "sqlite":
        settings = DatabaseSettings(tmp_path)
    else:
        name = f"tenants{next(_NUMBERS)}"
        settings = DatabaseSettings(tmp_path, *request.getfixturevalue("postgres").create_database(name))
    databases = Databases(settings)
    upgrade_platform(databases)
    yield databases
    databases.dispose()


def test_a_new_organisation_has_its_tables_and_the_next_number(empty, now):
    first = tenants.create_tenant(empty, code="h1", name="  第一  医院 ", now=now)
    second = tenants.create_tenant(empty, code="h2", name="第二医院", zone="Asia/Urumqi", now=now)
    assert (first.id, second.id) == (1, 2)
    assert first.name == "第一 医院"
    for tenant in (first, second):
        verify(empty, tenant.id)
    assert [one.code for one in tenants.all_tenants(empty)] == ["h1", "h2"]
    assert tenants.find_tenant(empty, "h2").zone == "Asia/Urumqi"


def test_what_cannot_be_an_organisation_is_refused(empty, now):
    tenants.create_tenant(empty, code="h1", name="第一医院", now=now)
    with pytest.raises(tenants.CodeTaken):
        tenants.create_tenant(empty, code="h1", name="又一家", now=now)
    for code in ("", "H1", "1h", "a", "a b", "a/b", "x" * 33, "医院"):
        with pytest.raises(tenants.BadCode):
            tenants.create_tenant(empty, code=code, name="医院", now=now)
    with pytest.raises(tenants.BadName):
        tenants.create_tenant(empty, code="h3", name="   ", now=now)
    with pytest.raises(tenants.UnknownZone):
        tenants.create_tenant(empty, code="h3", name="医院", zone="Mars/Olympus", now=now)
    with pytest.raises(tenants.NoSuchTenant):
        tenants.find_tenant(empty, "h3")
    assert len(tenants.all_tenants(empty)) == 1


def test_an_interrupted_making_is_named(tmp_path, now):
    load_models()
    databases = Databases(DatabaseSettings(tmp_path))
    upgrade_platform(databases)
    with databases.platform() as session:
        session.add(Tenant(id=1, code="h1", name="医院", created_at=now))
        session.commit()
    with pytest.raises(NotMigrated):
        verify(databases, 1)
    databases.dispose()


def test_an_organisation_is_founded_with_a_root_and_sectors(empty, now):
    tenant = found_tenant(empty, code="h1", name="第一医院", now=now, sectors=["nursing"])
    with empty.tenant(tenant.id) as session:
        assert [unit.name for unit in people.units(session)] == ["第一医院"]
        assert tenants.sectors_on(session) == ["nursing"]


def test_settings_are_kept_and_replaced(session):
    assert tenants.setting(session, "colour", "none") == "none"
    tenants.put_setting(session, "colour", {"zh": "蓝"})
    tenants.put_setting(session, "colour", ["绿", 2])
    session.commit()
    assert tenants.setting(session, "colour") == ["绿", 2]


def test_a_sector_is_switched_on_once(session, now):
    for code in ("nursing", "teacher", "nursing"):
        tenants.switch_on(session, code, now=now)
    assert tenants.sectors_on(session) == ["nursing", "teacher"]
