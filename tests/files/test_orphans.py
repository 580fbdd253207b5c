"""Bytes without a row go when they are a day old; whatever has a row, or somebody comes for, stays."""

from __future__ import annotations

import io
import os
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from kaohe.accounts.policy import Actor
from kaohe.files import orphans, service, sweeps
from kaohe.people import service as people
from kaohe.testing.fixtures import NOW


def picture(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(data, "JPEG")
    return data.getvalue()


@pytest.fixture
def actor(session):
    root = people.create_unit(session, name="单位", parent=None)
    person = people.create_person(
        session, number="A1", name="甲", unit=root, position="", joined_on=date(2020, 1, 1), now=NOW
    )
    session.commit()
    return Actor(person.id, 1)


@pytest.fixture
def keep(session, data_folder, actor):
    def kept(colour):
        return service.take_in(
            session, folder=data_folder, content=picture(colour), name="a.jpg", actor=actor, now=NOW
        )

    return kept


def age(path, hours):
    then = datetime.now(UTC).timestamp() - hours * 3600
    os.utime(path, (then, then))


def there(folder, tenant):
    return sorted(path.name for path in (folder / "files" / str(tenant.id)).rglob("*") if path.is_file())


def paths(folder, tenant, digest):
    path = service.path_of(folder, tenant.id, digest)
    return [path, path.with_name(path.name + service.THUMBNAIL)]


def test_a_file_of_a_failed_request_goes_after_a_day_and_not_before(
    databases, session, tenant, data_folder, keep
):
    digest = keep("red").sha256
    session.rollback()
    lone = paths(data_folder, tenant, digest)
    for path in lone:
        age(path, 23)
    assert orphans.clear(databases, tenant.id, datetime.now(UTC)) == 0
    for path in lone:
        age(path, 25)
    assert orphans.clear(databases, tenant.id, datetime.now(UTC)) == 2
    assert there(data_folder, tenant) == []
    assert orphans.clear(databases, tenant.id, datetime.now(UTC)) == 0


def test_what_has_a_row_stays_however_old(databases, session, tenant, data_folder, keep):
    digest = keep("blue").sha256
    session.commit()
    for path in paths(data_folder, tenant, digest):
        age(path, 24 * 400)
    sweeps.clear(databases, tenant.id, datetime.now(UTC))
    assert there(data_folder, tenant) == [digest, digest + service.THUMBNAIL]


def test_half_written_files_go_too(databases, tenant, data_folder):
    folder = data_folder / "files" / str(tenant.id) / "ab"
    folder.mkdir(parents=True)
    for name in (".writing-x", ".taken-abc", ".writing-young"):
        (folder / name).write_bytes(b"x")
    age(folder / ".writing-x", 30)
    age(folder / ".taken-abc", 30)
    assert orphans.clear(databases, tenant.id, datetime.now(UTC)) == 2
    assert there(data_folder, tenant) == [".writing-young"]


def test_an_upload_that_finds_its_bytes_there_keeps_them_from_the_sweep(
    databases, session, tenant, data_folder, keep
):
    digest = keep("green").sha256
    session.rollback()
    for path in paths(data_folder, tenant, digest):
        age(path, 48)
    keep("green")
    assert orphans.clear(databases, tenant.id, datetime.now(UTC)) == 0
    session.commit()
    assert service.found_path(data_folder, tenant.id, keep("green")).is_file()


@pytest.mark.parametrize("comes", ["with a row", "with a new time", "with new bytes"])
def test_whoever_comes_between_the_looks_gets_the_file_back(
    databases, session, tenant, data_folder, keep, monkeypatch, comes
):
    """The moment between taking a file out of its place and the second look at the rows."""
    digest = keep("white").sha256
    session.rollback()
    whole = paths(data_folder, tenant, digest)
    for path in whole:
        age(path, 48)
    known, asked = orphans._known, []

    def meanwhile(databases, tenant_id, hashes):
        asked.append(hashes)
        if len(asked) == 2:
            for path in whole:
                moved = path.with_name(orphans.TAKEN + path.name)
                assert moved.exists()
                if comes == "with a new time":
                    os.utime(moved)
            if comes != "with a new time":
                keep("white")
                session.commit()
                if comes == "with a row":
                    for path in whole:
                        path.unlink()
        return known(databases, tenant_id, hashes)

    monkeypatch.setattr(orphans, "_known", meanwhile)
    assert orphans.clear(databases, tenant.id, datetime.now(UTC)) == 0
    assert there(data_folder, tenant) == [digest, digest + service.THUMBNAIL]


def test_one_organisations_sweep_leaves_the_others_alone(databases, tenant, data_folder):
    folder = data_folder / "files" / str(tenant.id + 1_000_000) / "ab"
    folder.mkdir(parents=True)
    (folder / ("ab" * 32)).write_bytes(b"x")
    age(folder / ("ab" * 32), 99)
    orphans.clear(databases, tenant.id, datetime.now(UTC) + timedelta(days=9))
    assert (folder / ("ab" * 32)).exists()
