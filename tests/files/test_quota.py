"""Room for files: the organisation's, one person's within a day, the disk's; refused with the figures, shown in settings."""

from __future__ import annotations

import io
import shutil
from collections import namedtuple
from datetime import date, timedelta

import pytest
from PIL import Image

from kaohe.accounts.policy import Actor
from kaohe.files import limits, quota, service
from kaohe.files.content import check_evidence
from kaohe.files.refusals import DayFull, DiskFull, TenantFull
from kaohe.people import service as people
from kaohe.testing.fixtures import NOW


def picture(number: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (number, 7 * number % 256, 90)).save(data, "JPEG")
    return data.getvalue()


@pytest.fixture
def two(session):
    """Two people of one organisation."""
    root = people.create_unit(session, name="单位", parent=None)
    made = [
        people.create_person(
            session, number=f"A{n}", name=name, unit=root, position="", joined_on=date(2020, 1, 1), now=NOW
        )
        for n, name in enumerate("甲乙")
    ]
    return [Actor(person.id, place) for place, person in enumerate(made, 1)]


@pytest.fixture
def send(session, data_folder):
    def sent(actor, number, now=NOW):
        checked = check_evidence(picture(number), "a.jpg")
        return service.keep(session, folder=data_folder, checked=checked, actor=actor, now=now)

    return sent


def test_the_houses_limits_hold_where_nothing_is_set(session):
    assert quota.limits_of(session) == (20 * 1024**3, 500 * 1024**2)
    assert quota.usage(session) == quota.Usage(0, 0, limits.TENANT_TOTAL, limits.PERSON_DAY)


def test_bytes_that_lie_there_once_count_once_for_the_organisation(session, two, send):
    first = send(two[0], 1)
    send(two[1], 1)
    second = send(two[1], 2)
    used = quota.usage(session)
    assert (used.files, used.kept) == (3, first.size + second.size)
    assert used.left == used.total - used.kept


def test_an_organisation_may_fill_its_room_to_the_last_byte_and_not_beyond(session, two, send):
    first = send(two[0], 1)
    size = len(check_evidence(picture(2), "a.jpg").data)
    quota.set_limits(session, total=first.size + size)
    send(two[1], 2)
    assert quota.usage(session).left == 0
    with pytest.raises(TenantFull) as refusal:
        send(two[1], 3)
    for words in (refusal.value.say("zh"), refusal.value.say("en")):
        assert "KB" in words or " B" in words
        assert "{" not in words
    assert refusal.value.status == 413


def test_a_person_has_a_limit_within_24_hours_and_the_others_theirs(session, two, send):
    size = send(two[0], 1).size
    quota.set_limits(session, day=size + 1)
    with pytest.raises(DayFull) as refusal:
        send(two[0], 2, NOW + timedelta(hours=23, minutes=59))
    assert "24" in refusal.value.say("zh")
    send(two[1], 2)
    send(two[0], 3, NOW + timedelta(hours=24))
    assert quota.sent_lately(session, two[0].person_id, NOW + timedelta(hours=24)) < 2 * size


def test_what_is_refused_leaves_neither_row_nor_bytes(session, tenant, two, send, data_folder):
    quota.set_limits(session, total=0)
    with pytest.raises(TenantFull):
        send(two[0], 1)
    assert quota.usage(session).files == 0
    assert not (data_folder / "files" / str(tenant.id)).exists()


def test_several_files_come_in_together_or_not_at_all(session, two, data_folder):
    found = [check_evidence(picture(n), "a.jpg") for n in range(5, 8)]
    quota.set_limits(session, day=sum(len(one.data) for one in found) - 1)
    with pytest.raises(DayFull):
        service.keep_all(session, folder=data_folder, found=found, actor=two[0], now=NOW)
    assert quota.usage(session).files == 0
    assert len(service.keep_all(session, folder=data_folder, found=found[:2], actor=two[0], now=NOW)) == 2


def test_a_disk_that_is_nearly_full_takes_nothing_more(session, two, send, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 10**12, limits.DISK_RESERVE))
    with pytest.raises(DiskFull) as refusal:
        send(two[0], 1)
    assert refusal.value.status == 507


def test_a_limit_is_not_negative(session):
    with pytest.raises(ValueError, match="negative"):
        quota.set_limits(session, total=-1)
