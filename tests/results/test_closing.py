"""The life of results: close, publish, seal, reopen; and what must not happen on the way."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError

from kaohe.db import WallRefusal
from kaohe.entries.models import Entry
from kaohe.entries.refusals import EntryRefusal
from kaohe.jobs import service as jobs
from kaohe.jobs.worker import run_one
from kaohe.people import service as people
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import closing, service
from kaohe.results.jobs import CLOSE
from kaohe.results.models import Result, Run
from kaohe.results.refusals import NotComputed, NotOpen, ResultsDiffer
from kaohe.testing.fixtures import NOW

D = Decimal
ADMIN = "管理员"


def test_a_closed_period_has_results_with_ranks_and_ties(house):
    s = house.sample
    house.record("许佳宁", s.QUARREL)
    house.record("贺子涵", s.COMPLAINT)
    house.record("林晓芸", s.COMPLAINT)
    house.record("林晓芸", s.PRAISE)
    house.record("林晓芸", s.COMPLAINT)
    run = house.close()
    assert (house.period.state, run.number, run.subjects) == ("closed", 1, 9)
    found = house.results()
    assert found["许佳宁"].points == D(95)
    assert found["许佳宁"].rank_all == 9
    assert found["贺子涵"].points == found["林晓芸"].points == D("99.5")
    assert (found["贺子涵"].rank_all, found["贺子涵"].tied_all) == (7, 2)
    assert (found["贺子涵"].rank_unit, found["贺子涵"].tied_unit) == (3, 2)
    assert (found["张志"].rank_all, found["张志"].tied_all) == (1, 6)
    assert found["许佳宁"].grade == "good"


def test_who_does_not_take_part_is_listed_with_the_reason(house):
    s = house.session
    people.leave(s, house.world.people["张志"], on=house.period.starts_on.replace(day=20))
    people.record_leave(
        s,
        house.world.people["贺子涵"],
        kind="产假",
        starts_on=house.period.starts_on,
        ends_on=house.period.ends_on,
    )
    house.close()
    found = house.results()
    assert (found["张志"].word, found["张志"].score, found["张志"].rank_all) == ("left", None, None)
    assert (found["贺子涵"].word, found["贺子涵"].rank_unit) == ("leave", None)
    assert found["许佳宁"].tied_all == 7


def test_somebody_who_moved_is_ranked_in_the_unit_of_the_last_day(house):
    people.move_person(
        house.session,
        house.world.people["许佳宁"],
        unit=house.world.bone,
        position="护师",
        on=house.period.starts_on.replace(day=20),
    )
    house.record("许佳宁", house.sample.QUARREL)
    house.close()
    line = house.results()["许佳宁"]
    assert line.unit == "骨科"
    assert (line.rank_unit, line.rank_all) == (4, 9)


def test_nothing_is_recorded_in_a_closed_period(house):
    house.close()
    with pytest.raises(EntryRefusal):
        house.world.record("许佳宁")
    house.session.rollback()


def test_closing_twice_is_refused_and_leaves_one_run(house):
    house.close()
    with pytest.raises(NotOpen):
        house.close()
    assert house.session.scalar(select(func.count()).select_from(Run)) == 1


def test_a_failing_computation_opens_the_period_again_with_the_reason(house, monkeypatch):
    def broken(*args, **more):
        raise ZeroDivisionError

    monkeypatch.setattr(closing, "compute", broken)
    with pytest.raises(ZeroDivisionError):
        house.close()
    house.session.rollback()
    house.session.refresh(house.period)
    assert house.period.state == "open"
    last = periods.history(house.session, house.period)[-1]
    assert last.after == "open"
    assert "ZeroDivisionError" in last.reason
    assert house.session.scalar(select(func.count()).select_from(Result)) == 0
    monkeypatch.undo()
    assert house.close().number == 1


def test_an_interrupted_closing_goes_on_where_it_stopped(house):
    house.record("许佳宁", house.sample.QUARREL)
    periods.step(house.session, house.period, after="closed", by=house.id_of(ADMIN), now=NOW)
    house.session.commit()
    assert service.is_closing(house.session, house.period)
    assert house.close().subjects == 9
    assert house.results()["许佳宁"].points == D(95)


def test_published_then_final_then_sealed_for_service_orm_and_sql(house):
    house.record("许佳宁", house.sample.QUARREL)
    house.close()
    by = house.id_of(ADMIN)
    service.publish(house.session, house.period, by=by, now=NOW)
    service.finalise(house.session, house.period, by=by, now=NOW)
    house.session.commit()
    s, run = house.session, service.standing_run(house.session, house.period)
    with pytest.raises(periods_refusal()):
        service.reopen(s, house.period, by=by, now=NOW, reason="试")
    s.rollback()
    with pytest.raises((WallRefusal, ProgrammingError)):
        s.execute(update(Run).where(Run.id == run.id).values(digest="x"))
    s.rollback()
    house.period.title_zh = "改"
    with pytest.raises(WallRefusal):
        s.flush()
    s.rollback()
    for statement in (
        "UPDATE results SET score = 10000",
        "DELETE FROM results",
        "UPDATE periods SET state = 'open' WHERE state = 'final'",
        "DELETE FROM periods WHERE state = 'final'",
        "UPDATE runs SET standing = false",
        "DELETE FROM runs",
    ):
        with pytest.raises((WallRefusal, ProgrammingError)):
            s.execute(text(statement))
        s.rollback()
    s.add(
        Run(
            period_id=house.period.id,
            revision_id=run.revision_id,
            number=9,
            standing=False,
            engine_version=1,
            at=NOW,
        )
    )
    with pytest.raises(WallRefusal):
        s.flush()
    s.rollback()


def test_a_run_once_written_only_stands_or_stands_no_more(house):
    run = house.close()
    for column, value in (("period_id", 1), ("digest", "x"), ("number", 7)):
        with pytest.raises(WallRefusal):
            house.session.execute(update(Run).where(Run.id == run.id).values({column: value}))
        house.session.rollback()


def periods_refusal():
    from kaohe.periods.refusals import FinalIsFinal

    return FinalIsFinal


def test_publishing_and_sealing_need_results(house):
    with pytest.raises(NotComputed):
        service.publish(house.session, house.period, by=None, now=NOW)
    periods.step(house.session, house.period, after="closed", by=None, now=NOW)
    with pytest.raises(NotComputed):
        service.publish(house.session, house.period, by=None, now=NOW)


def test_results_that_are_not_those_computed_are_not_sealed(house, monkeypatch):
    house.close()
    service.publish(house.session, house.period, by=None, now=NOW)
    monkeypatch.setattr(closing, "stored_digest", lambda session, run: "0" * 64)
    with pytest.raises(ResultsDiffer):
        service.finalise(house.session, house.period, by=None, now=NOW)


def test_reopening_keeps_the_old_results_beside_the_new(house):
    house.record("许佳宁", house.sample.QUARREL)
    first = house.close()
    service.reopen(house.session, house.period, by=house.id_of(ADMIN), now=NOW, reason="补记一条")
    house.session.commit()
    house.record("许佳宁", house.sample.QUARREL)
    second = house.close()
    runs = service.runs(house.session, house.period)
    assert [(run.number, run.standing) for run in runs] == [(2, True), (1, False)]
    person = house.id_of("许佳宁")
    scores = {
        row.run_id: row.score
        for row in house.session.scalars(select(Result).where(Result.subject_id == person))
    }
    assert scores == {first.id: D(95), second.id: D(90)}


def test_entries_that_race_with_closing_are_counted_or_refused(house):
    """Writers go on until they are refused; every entry that was committed is in the results."""
    kept: list[int] = []
    stop = threading.Event()

    def write() -> None:
        clause, person = house.sample.QUARREL, house.id_of("许佳宁")
        unit, head = house.world.heart.id, house.id_of("周敏")
        while not stop.is_set():
            with house.databases.tenant(house.tenant.id) as session:
                entry = Entry(
                    period_id=house.period.id,
                    subject_id=person,
                    clause_id=clause,
                    unit_id=unit,
                    sheet_id=None,
                    quantity=D(1),
                    happened_on=house.period.starts_on,
                    recorded_by=head,
                    recorded_at=NOW,
                )
                session.add(entry)
                try:
                    session.commit()
                except WallRefusal:
                    return
                kept.append(entry.id)

    house.session.commit()
    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    time.sleep(0.3)
    run = service.close(house.databases, house.tenant.id, house.period.id, by=None, clock=lambda: NOW)
    time.sleep(0.1)
    stop.set()
    for writer in writers:
        writer.join()
    with house.databases.tenant(house.tenant.id, write=False) as session:
        there = session.scalar(
            select(func.count()).select_from(Entry).where(Entry.period_id == house.period.id)
        )
        row = session.scalar(
            select(Result).where(Result.run_id == run.id, Result.subject_id == house.id_of("许佳宁"))
        )
        found = service.recount(session, session.get(Period, house.period.id))
    assert len(kept) == there > 0
    assert f"[{house.sample.QUARREL},null,{there}," in row.inputs
    assert found.same


def test_a_race_of_two_closings_writes_one_run(house):
    house.session.commit()
    made, refused = [], []

    def go() -> None:
        try:
            made.append(
                service.close(house.databases, house.tenant.id, house.period.id, by=None, clock=lambda: NOW)
            )
        except Exception as error:
            refused.append(type(error).__name__)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert set(refused) <= {"NotOpen", "AlreadyClosing"}
    assert house.session.scalar(select(func.count()).select_from(Run)) == 1
    house.session.refresh(house.period)
    assert house.period.state == "closed"


def test_a_closing_whose_worker_died_is_finished_by_the_next_one(house):
    """The worker stopped the entries and died while it computed: a minute later another one goes on."""
    house.record("许佳宁", house.sample.QUARREL)
    by = house.id_of(ADMIN)
    job = jobs.enqueue(
        house.session, kind=CLOSE, args={"period": str(house.period.id)}, created_by=by, now=NOW
    )
    house.session.commit()
    assert jobs.take(house.session, job.id, NOW) is not None
    house.session.commit()
    periods.step(house.session, house.period, after="closed", by=by, now=NOW)
    house.session.commit()
    late = NOW + timedelta(minutes=2)
    assert run_one(house.databases, house.tenant.id, job.id, clock=lambda: late)
    house.fresh()
    house.session.refresh(job)
    assert (job.state, job.tries) == ("done", 2)
    assert house.results()["许佳宁"].points == D(95)


def test_a_failed_closing_says_why_and_the_period_is_open_again(house):
    """Nobody takes part: the job tells it in both languages, nothing is stored."""
    for name in house.world.people:
        people.leave(
            house.session, house.world.people[name], on=house.period.starts_on.replace(day=1, month=6)
        )
    by = house.id_of(ADMIN)
    job = jobs.enqueue(
        house.session, kind=CLOSE, args={"period": str(house.period.id)}, created_by=by, now=NOW
    )
    house.work()
    house.session.refresh(job)
    assert job.state == "failed"
    assert "没有一个人参加考核" in job.error[0]
    assert "Nobody takes part" in job.error[1]
    assert house.period.state == "open"
    assert "没有一个人参加考核" in periods.history(house.session, house.period)[-1].reason
