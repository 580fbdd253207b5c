"""What a report may read: limited to the reader's units and the page's filters, in grouped queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from kaohe.reports.reading import Reading
from kaohe.results import service
from kaohe.testing.fixtures import NOW, TODAY

D = Decimal


@pytest.fixture
def reading(house, sector):
    """Makes a reading for an actor of the house, with filters."""

    def make(actor="admin", **filters):
        house.session.commit()
        return Reading(
            session=house.session,
            actor=house.world.actors[actor],
            today=TODAY,
            now=NOW,
            sector=sector,
            scheme_code="sample",
            period=house.period,
            **filters,
        )

    return make


def test_results_live_and_stored_agree(house, reading):
    house.record("许佳宁", house.sample.QUARREL)
    live = {row.name: (row.score, row.rank_all) for row in reading().results()}
    assert live["许佳宁"] == (D(95), 9)
    assert all(row.live for row in reading().results())
    house.close()
    stored = {row.name: (row.score, row.rank_all) for row in reading().results()}
    assert stored == live
    row = next(row for row in reading().results(parts=True) if row.name == "许佳宁")
    assert row.parts["service"] == D(16)
    assert row.grade_title.zh == "良"


def test_an_assessor_reads_the_own_unit_only(house, reading):
    house.record("许佳宁", house.sample.QUARREL)
    house.record("张志", house.sample.QUARREL, actor=house.world.actors["bone"])
    bone = reading("bone")
    assert {row.name for row in bone.results()} == {"郝清强", "张志", "陈雨桐"}
    assert [unit.name for unit in bone.units()] == ["骨科"]
    assert [(row.unit_id, row.count) for row in bone.counts([house.sample.QUARREL])] == [
        (house.world.bone.id, 1)
    ]
    assert {row.name for row in bone.entries()} == {"张志"}
    assert bone.steps(house.id_of("许佳宁")) is None
    assert bone.steps(house.id_of("张志")).points == D(95)
    assert bone.counts([house.sample.QUARREL], periods=[]) == []
    member = reading("member")
    assert (member.results(), member.units(), member.entries()) == ([], [], [])


def test_counts_measures_and_values(house, reading):
    s, world = house.sample, house.world
    house.record("许佳宁", s.LATE_FORM, quantity=3)
    house.record("许佳宁", s.LATE_FORM, quantity=2)
    gone = house.record("贺子涵", s.LATE_FORM, quantity=9)
    from kaohe.entries import service as entries

    entries.withdraw(house.session, gone, actor=world.actors["head"], reason="记错", now=NOW)
    admin = world.actors["admin"]
    for value in ("1000", "1234.56"):
        house.record("许佳宁", s.POOL, actor=admin, subject_id=world.root.id, quantity=D(value), reason=None)
    house.record(
        "许佳宁", s.SATISFIED, actor=admin, subject_id=world.heart.id, quantity=D("97.57"), reason=None
    )
    read = reading()
    (count,) = read.counts([s.LATE_FORM])
    assert (count.count, count.quantity, count.points) == (2, D(5), D(0))
    (person,) = read.counts_of([s.LATE_FORM])
    assert (person.subject_id, person.quantity) == (house.id_of("许佳宁"), D(5))
    assert read.value(s.POOL) == D("1234.56")
    assert read.value(s.SATISFIED, subject_id=world.heart.id) == D("97.57")
    (held,) = read.measures([s.SATISFIED])
    assert (held.last, held.count) == (D("97.57"), 1)
    assert reading("head").value(s.POOL) is None
    assert reading("head").measures([s.POOL]) == []
    assert reading("bone").value(s.SATISFIED, subject_id=world.heart.id) is None


def test_entries_carry_reason_and_recorder(house, reading):
    house.record("许佳宁", house.sample.PRAISE, reason="家属来信", happened_on=date(2026, 9, 5))
    house.record("许佳宁", house.sample.PRAISE, reason="锦旗一面", happened_on=date(2026, 9, 9))
    rows = reading().entries([house.sample.PRAISE])
    assert [(row.reason, row.recorder, row.evidence) for row in rows] == [
        ("锦旗一面", "周敏", 0),
        ("家属来信", "周敏", 0),
    ]


def test_filters_narrow_everything(house, reading):
    house.record("许佳宁", house.sample.QUARREL)
    house.record("贺子涵", house.sample.QUARREL)
    one = reading(chosen_person=house.world.people["贺子涵"])
    assert [row.name for row in one.results()] == ["贺子涵"]
    assert [row.name for row in one.entries()] == ["贺子涵"]
    assert (one.person.name, one.person.unit) == ("贺子涵", "心内科")
    bone = reading(chosen_unit=house.world.bone)
    assert bone.counts([house.sample.QUARREL]) == []
    assert {row.name for row in bone.results()} == {"郝清强", "张志", "陈雨桐"}


def test_periods_and_lines(house, reading):
    house.record("许佳宁", house.sample.QUARREL)
    house.close()
    read = reading()
    assert [one.code for one in read.periods()] == ["2026-08", "2026-09"]
    assert [one.code for one in read.periods(year=2026)] == ["2026-08", "2026-09"]
    assert read.periods(year=2020) == []
    assert [score for _title, score in read.line(house.id_of("许佳宁"))] == [None, D(95)]
    scores = {row.subject_id: row.score for row in read.results_over(read.periods())}
    assert scores[house.id_of("许佳宁")] == D(95)


def test_the_number_of_queries_does_not_grow_with_the_rows(house, reading):
    """Each reading takes as many statements for many entries as for one."""
    s = house.sample

    def statements():
        count = 0

        def heard(*_):
            nonlocal count
            count += 1

        engine = house.databases.tenant_engine(house.tenant.id)
        service.forget(house.tenant.id)
        read = reading()
        event.listen(engine, "before_cursor_execute", heard)
        try:
            read.results(parts=True)
            read.counts_of([s.QUARREL, s.PRAISE])
            read.entries([s.QUARREL, s.PRAISE])
            read.measures([s.DAYS])
        finally:
            event.remove(engine, "before_cursor_execute", heard)
        return count

    house.record("许佳宁", s.QUARREL)
    few = statements()
    for who in ("许佳宁", "贺子涵", "林晓芸", "H2211"):
        if who in house.world.people and who != "H2211":
            for _ in range(4):
                house.record(who, s.PRAISE)
    assert statements() == few
