"""Replay gives the stored bytes; recount finds what was planted; neither changes anything."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, text

from kaohe.people import service as people
from kaohe.results import checking, service
from kaohe.results.models import Result
from kaohe.testing.fixtures import NOW

D = Decimal


def full_month(house):
    s = house.sample
    house.record("许佳宁", s.QUARREL)
    house.record("许佳宁", s.STUDY)
    house.record("许佳宁", s.STUDY)
    house.record("贺子涵", s.EXAM, quantity=D("79.5"))
    house.record("贺子涵", s.LATE_FORM, quantity=3)
    house.record("贺子涵", s.CONCEAL, points=D("-2.5"))
    house.record("林晓芸", s.TEACH + 1)
    house.record("林晓芸", s.PRAISE)
    house.record("林晓芸", s.LEVEL_CUT)


def test_a_replay_is_identical(house):
    full_month(house)
    people.leave(house.session, house.world.people["张志"], on=house.period.starts_on.replace(day=20))
    house.close()
    told = []
    found = service.replay(house.session, house.period, lambda *each: told.append(each))
    assert found.same
    assert (found.subjects, found.differing) == (9, ())
    assert told[-1][0] == 8


def test_a_replay_names_who_differs(house, monkeypatch):
    full_month(house)
    house.close()
    real = checking._stored

    def tampered(session, run):
        for row in real(session, run):
            yield (*row[:3], 9999, *row[4:]) if row[0] == house.id_of("贺子涵") else row

    monkeypatch.setattr(checking, "_stored", tampered)
    found = service.replay(house.session, house.period)
    assert found.differing == (house.id_of("贺子涵"),)
    assert not found.digest_holds


def test_a_recount_of_a_closed_period_finds_nothing(house):
    full_month(house)
    house.close()
    assert service.recount(house.session, house.period).same


def test_a_recount_finds_a_planted_difference_and_changes_nothing(house):
    full_month(house)
    run = house.close()
    before = [row.detail for row in house.session.scalars(select(Result).order_by(Result.subject_id))]
    plant(house, house.sample.QUARREL, house.id_of("贺子涵"))
    found = service.recount(house.session, house.period)
    assert [one.name for one in found.differences if "与人争吵" in one.texts[0].zh] == ["贺子涵"]
    one = next(one for one in found.differences if one.name == "贺子涵")
    assert (one.stored, one.now) == (one.stored, one.stored - 5)
    assert "结果里 0 条，现在 1 条" in one.texts[0].zh
    after = [row.detail for row in house.session.scalars(select(Result).order_by(Result.subject_id))]
    assert after == before
    assert service.standing_run(house.session, house.period).id == run.id


def plant(house, clause, subject):
    """Put an entry into the closed period as only an owner of the database could: past its trigger."""
    session = house.session
    session.commit()
    engine = house.databases.migrating_engine(house.tenant.id)
    rows = session.execute(text("SELECT tenant_id, unit_id, recorded_by FROM entries")).first()
    session.commit()
    values = {
        "t": rows[0],
        "i": 77,
        "p": house.period.id,
        "s": subject,
        "c": clause,
        "u": rows[1],
        "b": rows[2],
        "d": house.period.starts_on,
        "n": NOW.replace(tzinfo=None) if engine.dialect.name == "sqlite" else NOW,
    }
    insert = text(
        "INSERT INTO entries (tenant_id, id, period_id, subject_id, clause_id, unit_id, quantity, happened_on, found_late,"
        " origin, recorded_by, recorded_at) VALUES (:t, :i, :p, :s, :c, :u, 1000000, :d, false, 'form', :b, :n)"
    )
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            triggers = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'")
            ).all()
            for name, _ in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.execute(
                insert, {**values, "d": values["d"].isoformat(), "n": values["n"].isoformat(sep=" ")}
            )
            for _, sql in triggers:
                connection.exec_driver_sql(sql)
        else:
            owner = connection.execute(
                text("SELECT tableowner FROM pg_tables WHERE tablename = 'entries'")
            ).scalar_one()
            connection.exec_driver_sql(f'SET LOCAL ROLE "{owner}"')
            connection.exec_driver_sql("ALTER TABLE entries DISABLE TRIGGER USER")
            connection.exec_driver_sql(f"SET LOCAL app.tenant = '{rows[0]}'")
            connection.execute(insert, values)
            connection.exec_driver_sql("ALTER TABLE entries ENABLE TRIGGER USER")
    engine.dispose()
    session.expire_all()


def test_a_recount_sees_that_somebody_moved(house):
    house.close()
    people.move_person(
        house.session,
        house.world.people["许佳宁"],
        unit=house.world.bone,
        position="护师",
        on=house.period.starts_on.replace(day=10),
    )
    found = service.recount(house.session, house.period)
    names = {one.name: one.texts[0].zh for one in found.differences}
    assert names["许佳宁"] == "所在部门变了"


def test_checks_need_results(house):
    from kaohe.results.refusals import NotComputed

    with pytest.raises(NotComputed):
        service.replay(house.session, house.period)
