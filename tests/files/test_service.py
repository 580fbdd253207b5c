"""Files kept once by hash, before the row; given back whole; whose they are is asked of what they show."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image

from kaohe.accounts.policy import Actor
from kaohe.errors import NotFound
from kaohe.files import service
from kaohe.files.models import StoredFile
from kaohe.files.refusals import FileRefusal
from kaohe.people import service as people
from kaohe.testing.fixtures import NOW


def picture(colour: str = "white") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(data, "JPEG")
    return data.getvalue()


@pytest.fixture
def actor(session):
    root = people.create_unit(session, name="单位", parent=None)
    person = people.create_person(
        session, number="A1", name="甲", unit=root, position="", joined_on=date(2020, 1, 1), now=NOW
    )
    return Actor(person.id, 1)


def stored(folder, tenant) -> list[str]:
    return sorted(path.name for path in (folder / "files" / str(tenant.id)).rglob("*") if path.is_file())


def test_the_same_bytes_are_kept_once_and_each_upload_has_a_row(session, tenant, data_folder, actor):
    first = service.take_in(
        session, folder=data_folder, content=picture(), name="一.jpg", actor=actor, now=NOW
    )
    second = service.take_in(
        session, folder=data_folder, content=picture(), name="二.jpg", actor=actor, now=NOW
    )
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert stored(data_folder, tenant) == [first.sha256, first.sha256 + service.THUMBNAIL]
    data = service.bytes_of(data_folder, tenant.id, first)
    assert len(data) == first.size
    assert data[:2] == b"\xff\xd8"


def test_a_rolled_back_request_leaves_only_a_harmless_file(session, tenant, data_folder, actor):
    session.commit()
    kept = service.take_in(
        session, folder=data_folder, content=picture("red"), name="r.jpg", actor=actor, now=NOW
    )
    ident, digest = kept.id, kept.sha256
    session.rollback()
    assert session.get(StoredFile, ident) is None
    assert digest in stored(data_folder, tenant)


def test_a_refused_file_leaves_nothing(session, tenant, data_folder, actor):
    with pytest.raises(FileRefusal):
        service.take_in(session, folder=data_folder, content=b"MZ\x90", name="a.jpg", actor=actor, now=NOW)
    assert not (data_folder / "files" / str(tenant.id)).exists()


def test_bytes_that_are_gone_are_not_found(session, tenant, data_folder, actor):
    kept = service.take_in(
        session, folder=data_folder, content=picture("blue"), name="b.jpg", actor=actor, now=NOW
    )
    service.path_of(data_folder, tenant.id, kept.sha256).unlink()
    with pytest.raises(NotFound):
        service.bytes_of(data_folder, tenant.id, kept)


def test_nothing_half_written_is_left(tmp_path, monkeypatch):
    def fail(source, target):
        raise OSError("disk full")

    monkeypatch.setattr(service.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        service.write_once(tmp_path / "ab" / "abc", b"data")
    assert list((tmp_path / "ab").iterdir()) == []


def test_a_file_that_shows_nothing_is_its_uploaders(session, data_folder, actor):
    kept = service.take_in(
        session, folder=data_folder, content=picture("green"), name="g.jpg", actor=actor, now=NOW
    )
    place = service.place_of(session, kept)
    assert (place.person_id, place.unit_path, place.made_by) == (None, None, actor.person_id)
