"""A leaver: everything kept of them in an archive; names and words erased, figures, seals and log intact."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from PIL import Image
from python_calamine import CalamineWorkbook
from sqlalchemy import Text, cast, select

from kaohe.accounts.models import Account, SignIn
from kaohe.accounts.service import start_sign_in
from kaohe.appeals import service as appeals
from kaohe.appeals.models import Appeal
from kaohe.audit import service as audit
from kaohe.audit.models import AuditDetail
from kaohe.db import WallRefusal
from kaohe.db.base import TenantModel
from kaohe.entries import service as entries
from kaohe.files import service as files
from kaohe.files.models import StoredFile
from kaohe.jobs import service as jobs
from kaohe.living import erasing, exporting, refusals, remains
from kaohe.living.jobs import ERASE, EXPORT, archive_path, drop_if_erased
from kaohe.living.models import Erasure
from kaohe.papers import service as papers
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.results import service as results
from kaohe.testing.fixtures import NOW

AFTER = NOW + timedelta(days=30)
LATER = date(2026, 10, 15)
SECRET = "查房时发现许佳宁与家属争吵"


def picture(shade=90):
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 20, 20)).save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def leaver(house, sample, data_folder):
    """许佳宁, with everything that a person can have, who left on 30 September; all is final."""
    person = house.world.people["许佳宁"]
    person.phone, person.note = "13800001111", "住在城南"
    people.record_leave(
        house.session, person, kind="病假", starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 3), note="骨折"
    )
    people.set_fact(
        house.session,
        person,
        "level",
        3,
        starts_on=date(2026, 9, 1),
        reason="家里有事，请求降级",
        actor=house.admin,
        now=NOW,
    )
    entry = house.record("许佳宁", sample.QUARREL, reason=SECRET)
    shown = files.take_in(
        house.session, folder=data_folder, content=picture(), name="家属.png", actor=house.head, now=NOW
    )
    entries.attach(house.session, entry, actor=house.head, files=[shown], now=NOW)
    start_sign_in(house.session, account=house.world.accounts["member"], now=NOW)
    house.session.commit()
    house.publish()
    appeals.sign(
        house.session, house.period, person.id, actor=house.actor("许佳宁"), now=NOW, remark="我不服气"
    )
    house.decide(house.file(entry=entry, reason="家属先动手"), upheld=False, reason="录像证明她先动手")
    audit.record(
        house.session,
        now=NOW,
        person_id=house.admin.person_id,
        action="people.edit",
        object_kind="person",
        object_id=person.id,
        outcome="done",
        status=303,
        request_id="r1",
        address="127.0.0.1",
        detail={"phone": "13800001111"},
    )
    house.session.commit()
    results.finalise(house.session, house.period, by=None, now=NOW)
    people.leave(house.session, person, on=date(2026, 9, 30))
    august = house.session.scalars(
        select(type(house.period)).where(type(house.period).code == "2026-08")
    ).one()
    house.session.delete(august) if august.state == "planned" else None
    house.session.commit()
    return person


def settle_august(house):
    """The sample's August has no results; it is taken through to final as it stands."""
    from kaohe.periods import service as periods

    august = house.session.scalars(
        select(type(house.period)).where(type(house.period).code == "2026-08")
    ).one()
    for after in ("published", "final"):
        periods.step(house.session, august, after=after, by=None, now=NOW)
    house.session.commit()


def erase(house, person, **more):
    values = {"basis": "request", "actor": house.admin, "now": AFTER, "today": LATER}
    values |= {"folder": house.databases.settings.folder, **more}
    done = erasing.erase(house.session, person, **values)
    house.session.commit()
    return done


def everything_kept(house):
    """Every text of every table of this organisation."""
    found = []
    for mapper in TenantModel.registry.mappers:
        table = mapper.local_table
        columns = [cast(column, Text) for column in table.columns]
        for row in house.session.execute(
            select(*columns).where(table.c.tenant_id == house.session.tenant_id)
        ):
            found.append((table.name, " ".join(str(one) for one in row if one is not None)))
    house.session.commit()
    return found


def test_nothing_that_names_or_tells_of_a_leaver_is_left(house, leaver):
    settle_august(house)
    words = ("许佳宁", "H2207", "13800001111", "城南", "骨折", "请求降级", "争吵", "不服气", "动手", "家属")
    scheme = {"revisions"}
    before = everything_kept(house)
    assert all(any(word in text for _table, text in before) for word in words)
    erase(house, leaver)
    left = [
        (table, word)
        for table, text in everything_kept(house)
        for word in words
        if word in text and table not in scheme
    ]
    assert left == []
    assert (leaver.name, leaver.number) == ("已删除人员1", "DEL00001")


def test_seals_replay_and_log_are_intact(house, leaver):
    settle_august(house)
    run = results.standing_run(house.session, house.period)
    digest = run.digest
    scores = {line.subject_id: (line.score, line.rank_all) for line in house.results().values()}
    audit.seal_all(house.session, NOW)
    erased_before = audit.verify(house.session).erased
    erase(house, leaver)
    assert results.replay(house.session, house.period).same
    assert results.recount(house.session, house.period).same
    assert results.standing_run(house.session, house.period).digest == digest
    assert {line.subject_id: (line.score, line.rank_all) for line in house.results().values()} == scores
    report = audit.verify(house.session)
    assert (report.whole, report.erased - erased_before) == (True, 1)
    assert (
        house.session.scalar(select(AuditDetail.id).where(cast(AuditDetail.detail, Text).contains("1380")))
        is None
    )
    (signed,) = appeals.signatures_of(house.session, house.period, leaver.id)
    assert signed.remark is None
    assert appeals.holds(house.session, run, signed.signature)


def test_it_waits_for_the_last_day_and_for_the_periods_and_names_them(house, leaver):
    with pytest.raises(refusals.NotFinal) as refusal:
        erase(house, leaver)
    assert "2026 年 8 月" in refusal.value.say("zh")
    house.session.rollback()
    settle_august(house)
    with pytest.raises(refusals.NotGone):
        erase(house, leaver, today=date(2026, 9, 30))
    house.session.rollback()
    with pytest.raises(refusals.NotGone):
        erase(house, house.world.people["贺子涵"])
    house.session.rollback()
    with pytest.raises(refusals.OwnData):
        erase(house, leaver, actor=house.actor("许佳宁", is_admin=True))
    house.session.rollback()
    erase(house, leaver)
    with pytest.raises(refusals.AlreadyErased):
        erase(house, leaver)


def test_the_database_refuses_erasing_oneself(house):
    me = house.admin.person_id
    house.session.add(Erasure(person_id=me, number=9, done_by=me, done_at=NOW, basis="request", counts={}))
    with pytest.raises(WallRefusal):
        house.session.flush()


def test_sign_ins_end_and_the_account_is_shut(house, leaver):
    settle_august(house)
    erase(house, leaver)
    account = house.session.scalar(select(Account).where(Account.person_id == leaver.id))
    assert (account.state, account.password_hash) == ("locked", None)
    assert house.session.scalar(select(SignIn.id).where(SignIn.account_id == account.id)) is None


def test_bytes_go_unless_another_upload_has_the_same(house, leaver, data_folder):
    settle_august(house)
    other = files.take_in(
        house.session, folder=data_folder, content=picture(), name="别处.png", actor=house.head, now=NOW
    )
    sha = other.sha256
    erasure = erase(house, leaver)
    assert remains.remove_bytes(house.session, data_folder, erasure) == 0
    assert files.path_of(data_folder, house.tenant.id, sha).is_file()
    mine = house.session.scalars(select(StoredFile).where(StoredFile.sha256 == "erased")).one()
    assert (mine.name, mine.size) == ("已删除人员", 0)


def test_the_job_removes_the_bytes_and_can_be_taken_up_again(house, leaver, data_folder):
    settle_august(house)
    sha = house.session.scalars(select(StoredFile.sha256)).first()
    path = files.path_of(data_folder, house.tenant.id, sha)
    assert path.is_file()
    args = {"person": str(leaver.id), "basis": "period_over"}
    for _twice in range(2):
        jobs.enqueue(house.session, kind=ERASE, args=args, created_by=house.admin.person_id, now=NOW)
        assert house.work() == 1
        assert not path.exists()
    assert house.session.scalars(select(Erasure)).one().basis == "period_over"


def test_the_archive_holds_all_that_is_kept_and_nobody_else(house, leaver, data_folder):
    job = jobs.enqueue(
        house.session,
        kind=EXPORT,
        args={"person": str(leaver.id), "tenant": "示范医院"},
        created_by=house.admin.person_id,
        now=NOW,
    )
    house.session.commit()
    house.work()
    path = archive_path(data_folder, house.tenant.id, job.id)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        data = json.loads(archive.read("data.json"))
        names = archive.namelist()
        assert {"data.json", "summary.xlsx", "README.txt"} <= set(names)
        assert any(name.startswith("files/") and name.endswith("家属.png") for name in names)
        whole = archive.read("data.json").decode() + archive.read("README.txt").decode()
        assert re.search(r"导出于 \d{4}-\d\d-\d\d \d\d:\d\d。", archive.read("README.txt").decode())
        book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read("summary.xlsx")))
        told = {name: book.get_sheet_by_name(name).to_python() for name in ("属性", "考核结果")}
    assert data["entry_reasons"][0]["words"] == SECRET
    assert data["signature_remarks"][0]["words"] == "我不服气"
    assert {
        "memberships",
        "attributes",
        "leaves",
        "results",
        "appeals",
        "evidence",
        "sign_ins",
    } <= data.keys()
    for other in house.session.scalars(select(Person).where(Person.id != leaver.id, Person.name != "许佳宁")):
        assert other.number not in whole
        assert str(other.id) not in whole
    assert told["属性"][1][:2] == ["等级", "3"]
    assert told["考核结果"][1][4] == "良"
    for secret in ("password_hash", "token_hash", "tenant_id"):
        assert secret not in whole


def test_old_archives_go(house, leaver, data_folder):
    from kaohe.living.sweeps import clear

    path = archive_path(data_folder, house.tenant.id, 5)
    path.parent.mkdir(parents=True, exist_ok=True)
    exporting.write_archive(house.session, leaver, path, folder=data_folder, tenant="示范医院", now=NOW)
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    clear(house.databases, house.tenant.id, now)
    assert path.is_file()
    clear(house.databases, house.tenant.id, now + timedelta(days=8))
    assert not path.exists()


def test_archives_and_papers_go_after_the_commit(house, leaver, data_folder):
    settle_august(house)
    args = {"person": str(leaver.id), "tenant": "示范医院"}
    job = jobs.enqueue(house.session, kind=EXPORT, args=args, created_by=house.admin.person_id, now=NOW)
    house.session.commit()
    house.work()
    archive = archive_path(data_folder, house.tenant.id, job.id)
    admin = house.admin.person_id
    asked = papers.put_down(data_folder, house.tenant.id, leaver.id, {"title": "成绩单"}, "a.pdf")
    naming = papers.put_down(data_folder, house.tenant.id, admin, {"rows": ["许佳宁", "98"]}, "b.pdf")
    other = papers.put_down(data_folder, house.tenant.id, admin, {"rows": ["贺子涵", "97"]}, "c.pdf")
    place = data_folder / "papers" / str(house.tenant.id)
    (place / f"{naming}.pdf").write_bytes(b"%PDF")

    def lying():
        return archive.is_file(), *(sorted(place.glob(f"{key}.*")) != [] for key in (asked, naming, other))

    assert lying() == (True, True, True, True)
    values = {"basis": "request", "actor": house.admin, "now": AFTER, "today": LATER, "folder": data_folder}
    erasing.erase(house.session, leaver, **values)
    house.session.rollback()
    assert lying() == (True, True, True, True)
    erasure = erase(house, leaver)
    assert lying() == (True, True, True, True)
    for _twice in range(2):
        remains.remove_bytes(house.session, data_folder, erasure)
        assert lying() == (False, False, False, True)
    assert list(place.glob(f"{naming}.*")) == []
    house.session.refresh(job)
    assert job.result is None


def test_an_archive_read_before_the_erasing_is_not_kept(house, leaver, data_folder):
    settle_august(house)
    target = archive_path(data_folder, house.tenant.id, 5)
    exporting.write_archive(house.session, leaver, target, folder=data_folder, tenant="示范医院", now=NOW)
    drop_if_erased(house.session, leaver.id, target, erased_before=False)
    assert target.is_file()
    remains.remove_bytes(house.session, data_folder, erase(house, leaver))
    drop_if_erased(house.session, leaver.id, target, erased_before=True)
    assert target.is_file()
    with pytest.raises(refusals.AlreadyErased):
        drop_if_erased(house.session, leaver.id, target, erased_before=False)
    assert not target.exists()


def test_a_name_that_another_bears_too_stays_in_texts_about_others(house, leaver, sample):
    settle_august(house)
    people.create_person(
        house.session,
        number="H9009",
        name="许佳宁",
        unit=house.world.heart,
        position="护士",
        joined_on=date(2026, 10, 1),
        now=NOW,
    )
    other = house.world.people["贺子涵"]
    other.note = "与许佳宁同住"
    house.session.commit()
    erase(house, leaver)
    house.session.refresh(other)
    assert other.note == "与许佳宁同住"


def test_a_number_is_taken_out_only_as_a_word(house, leaver):
    settle_august(house)
    other, third = house.world.people["贺子涵"], house.world.people["林晓芸"]
    other.note, third.note = "接替许佳宁（H2207）", "参见 H22071 号文"
    house.session.commit()
    erase(house, leaver)
    house.session.refresh(other)
    house.session.refresh(third)
    assert (other.note, third.note) == ("接替已删除人员（已删除人员）", "参见 H22071 号文")


def test_a_record_that_went_into_another_goes_with_it(house, leaver):
    from kaohe.living import merging

    settle_august(house)
    twice = people.create_person(
        house.session,
        number="H9001",
        name="许家宁",
        unit=house.world.heart,
        position="护师",
        joined_on=date(2026, 8, 1),
        now=NOW,
    )
    people.leave(house.session, twice, on=date(2026, 9, 30))
    house.session.commit()
    values = {"number": "kept", "reason": "同一个人", "actor": house.admin, "now": AFTER, "today": LATER}
    merging.merge(house.session, leaver, twice, **values)
    house.session.commit()
    with pytest.raises(refusals.MergedAway) as refusal:
        erase(house, twice)
    assert "H2207" in refusal.value.say("zh")
    house.session.rollback()
    erasure = erase(house, leaver)
    house.session.refresh(twice)
    assert (twice.number, erasing.erasure_of(house.session, twice.id)) == ("DEL00002", erasure)


def test_the_log_of_what_hangs_on_the_person_goes_too(house, leaver):
    settle_august(house)
    appeal = house.session.scalars(select(Appeal)).first()
    for number, about in enumerate((appeal.id, 77)):
        audit.record(
            house.session,
            now=NOW,
            person_id=house.admin.person_id,
            action="appeals.decide",
            object_kind="appeal",
            object_id=about,
            outcome="done",
            status=303,
            request_id=f"r{number}",
            address="",
            detail={"words": "她那天在家"},
        )
    house.session.commit()
    audit.seal_all(house.session, NOW)
    erase(house, leaver)
    told = cast(AuditDetail.detail, Text).contains("她那天在家")
    assert len(house.session.scalars(select(AuditDetail.id).where(told)).all()) == 1
    assert audit.verify(house.session).whole
