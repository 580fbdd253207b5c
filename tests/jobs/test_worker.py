"""Jobs: done once, told in words when they fail, taken up again when their worker dies."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from kaohe.errors import Refusal
from kaohe.jobs import service
from kaohe.jobs.models import Job
from kaohe.jobs.refusals import JobLost
from kaohe.jobs.worker import Worker, run_one, run_waiting
from kaohe.people import service as people
from kaohe.scheme import Text
from kaohe.testing.fixtures import NOW

DONE: list[int] = []
SEEN: list[Job] = []


class Full(Refusal):
    zh, en = "仓库满了。", "The store is full."


@service.handler("test.count", title=Text("数数", "Count"))
def count(kit):
    kit.progress(0, 2, Text("开始", "starting"))
    time.sleep(0.02)
    kit.progress(2, 2, Text("完了", "ending"))
    DONE.append(kit.job_id)
    return {"counted": kit.args["upto"]}


@service.handler("test.look", title=Text("看", "Look"))
def look(kit):
    kit.progress(3, 9, Text("第三", "the third"))
    with kit.session() as session:
        SEEN.append(session.get(Job, kit.job_id))


@service.handler("test.refuse", title=Text("拒绝", "Refuse"))
def refuse(kit):
    raise Full


@service.handler("test.break", title=Text("出错", "Break"))
def break_(kit):
    raise ZeroDivisionError("a secret of the program")


def put(session, kind, created_by=None, now=NOW, **args):
    job = service.enqueue(session, kind=kind, args=args, created_by=created_by, now=now)
    session.commit()
    return job.id


def read(databases, tenant, job_id):
    with databases.tenant(tenant.id, write=False) as session:
        return session.get(Job, job_id)


def test_a_job_is_done_and_its_result_kept(databases, tenant, session):
    job_id = put(session, "test.count", upto=7)
    assert run_waiting(databases, tenant.id) == 1
    job = read(databases, tenant, job_id)
    assert (job.state, job.done, job.total, job.result) == ("done", 2, 2, {"counted": 7})
    assert job.note == ["完了", "ending"]
    assert run_waiting(databases, tenant.id) == 0


def test_a_rolled_back_request_leaves_no_job(databases, tenant, session):
    service.enqueue(session, kind="test.count", args={}, created_by=None, now=NOW)
    session.rollback()
    assert run_waiting(databases, tenant.id) == 0


def test_several_workers_do_each_job_once(databases, tenant, session):
    ids = [put(session, "test.count", upto=n) for n in range(8)]
    DONE.clear()
    threads = [threading.Thread(target=run_waiting, args=(databases, tenant.id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(DONE) == sorted(ids)


def test_a_refusal_is_told_in_both_languages(databases, tenant, session):
    job_id = put(session, "test.refuse")
    run_waiting(databases, tenant.id)
    job = read(databases, tenant, job_id)
    assert (job.state, job.error) == ("failed", ["仓库满了。", "The store is full."])


def test_a_fault_of_the_program_is_told_without_its_inside(databases, tenant, session, caplog):
    job_id = put(session, "test.break")
    run_waiting(databases, tenant.id)
    job = read(databases, tenant, job_id)
    assert job.state == "failed"
    assert str(job_id) in job.error[0]
    assert "secret" not in "".join(job.error)
    assert "a secret of the program" in caplog.text


def test_an_unknown_kind_fails_with_words(databases, tenant, session):
    job_id = put(session, "test.unheard")
    run_waiting(databases, tenant.id)
    assert "test.unheard" in read(databases, tenant, job_id).error[1]


def test_a_job_whose_worker_died_is_taken_up_again_and_the_dead_one_can_say_nothing(
    databases, tenant, session
):
    job_id = put(session, "test.count", upto=1)
    job = service.take(session, job_id, NOW)
    session.commit()
    kit = service.Kit(databases, tenant.id, job_id, job.claim, job.args, None, lambda: NOW)
    soon = NOW + timedelta(seconds=30)
    assert not run_one(databases, tenant.id, job_id, clock=lambda: soon)
    late = NOW + timedelta(seconds=90)
    assert run_one(databases, tenant.id, job_id, clock=lambda: late)
    with pytest.raises(JobLost):
        kit.progress(1, 2)
    again = read(databases, tenant, job_id)
    assert (again.state, again.tries) == ("done", 2)


def test_a_job_that_always_kills_its_worker_is_given_up(databases, tenant, session):
    job_id = put(session, "test.count", upto=1)
    now = NOW
    for _ in range(service.MOST_TRIES):
        assert service.take(session, job_id, now) is not None
        session.commit()
        now += timedelta(minutes=2)
    assert run_one(databases, tenant.id, job_id, clock=lambda: now)
    job = read(databases, tenant, job_id)
    assert job.state == "failed"
    assert "3" in job.error[0]


def test_a_worker_thread_hears_the_bell_and_finds_what_it_did_not_hear(databases, tenant, session):
    worker = Worker(databases, sweep=0.2).start()
    try:
        heard = put(session, "test.count", upto=1, now=datetime.now(UTC))
        worker.ring(tenant.id)
        unheard = put(session, "test.count", upto=2, now=datetime.now(UTC))
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if all(read(databases, tenant, one).state == "done" for one in (heard, unheard)):
                break
            time.sleep(0.05)
        assert read(databases, tenant, heard).state == "done"
        assert read(databases, tenant, unheard).state == "done"
    finally:
        worker.stop()


def test_progress_is_seen_by_others_while_the_work_goes_on(databases, tenant, session):
    SEEN.clear()
    put(session, "test.look")
    run_waiting(databases, tenant.id)
    assert (SEEN[0].state, SEEN[0].done, SEEN[0].total, SEEN[0].note) == (
        "running",
        3,
        9,
        ["第三", "the third"],
    )


def test_two_handlers_of_one_kind_are_an_error():
    with pytest.raises(ValueError, match="two handlers"):
        service.handler("test.count", title=Text("又", "again"))(lambda kit: None)


class TestPages:
    @pytest.fixture
    def staff(self, session):
        from kaohe.accounts.models import Account, Grant

        root = people.create_unit(session, name="示范医院", parent=None)
        accounts = {}
        for number, role in (("A1", "admin"), ("B1", "assessor"), ("B2", "assessor"), ("C1", "")):
            person = people.create_person(
                session,
                number=number,
                name=f"甲{number}",
                unit=root,
                position="",
                joined_on=NOW.date(),
                now=NOW,
            )
            account = Account(person_id=person.id, password_hash=None, state="active", created_at=NOW)
            session.add(account)
            session.flush()
            if role:
                unit = None if role == "admin" else root.id
                grant = Grant(
                    account_id=account.id, role=role, unit_id=unit, starts_on=NOW.date(), given_at=NOW
                )
                session.add(grant)
            accounts[number] = account
        session.commit()
        return accounts

    def test_one_sees_ones_own_jobs_and_the_admin_all(self, app, tenant, databases, session, staff, browser):
        mine = put(session, "test.count", created_by=staff["B1"].person_id, upto=1)
        put(session, "test.refuse", created_by=staff["B2"].person_id)
        run_waiting(databases, tenant.id)
        own = browser.sign_in(staff["B1"])
        page = own.get("/jobs/").text
        assert "数数" in page
        assert "拒绝" not in page
        assert own.get(f"/jobs/{mine}").status_code == 200
        browser.sign_in(staff["B2"])
        assert browser.get(f"/jobs/{mine}").status_code == 403
        assert "仓库满了" in browser.get("/jobs/").text
        browser.sign_in(staff["A1"])
        page = browser.get("/jobs/").text
        assert "数数" in page
        assert "拒绝" in page
        browser.sign_in(staff["C1"])
        assert browser.get("/jobs/").status_code == 403

    def test_asked_by_the_page_a_job_answers_with_its_progress_only(
        self, tenant, databases, session, staff, browser
    ):
        job_id = put(session, "test.count", created_by=staff["B1"].person_id, upto=1)
        browser.sign_in(staff["B1"])
        headers = {"HX-Request": "true"}
        answer = browser.get(f"/jobs/{job_id}", headers=headers)
        assert "<html" not in answer.text
        assert "every 1s" in answer.text
        assert "HX-Refresh" not in answer.headers
        run_waiting(databases, tenant.id)
        answer = browser.get(f"/jobs/{job_id}", headers=headers)
        assert "every 1s" not in answer.text
        assert answer.headers["HX-Refresh"] == "true"
