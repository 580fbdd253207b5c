"""Completeness before closing: marks and sheets, by unit, least complete first."""

from __future__ import annotations

from kaohe.entries import sheets
from kaohe.results import service
from kaohe.testing.fixtures import NOW, TODAY


def by_name(house):
    return {
        unit.name: (unit.done, unit.part, unit.none)
        for unit in service.completeness(house.session, house.period).units
    }


def test_nobody_has_begun(house):
    found = service.completeness(house.session, house.period)
    assert (found.done, found.part, found.none) == (0, 0, 9)
    assert {lack.title.zh: lack.count for lack in found.lacks} == {
        "检查表": 9,
        "理论考试不及格": 9,
        "操作考试不及格": 9,
    }


def test_marks_and_sheets_make_complete(house):
    s, world = house.sample, house.world
    house.record("许佳宁", s.EXAM, quantity=90)
    assert by_name(house)["心内科"] == (0, 1, 4)
    house.record("许佳宁", s.WARD_EXAM, quantity=95)
    head = world.actors["head"]
    sheet = sheets.open_sheet(
        house.session,
        actor=head,
        period=house.period,
        subject_id=house.id_of("许佳宁"),
        form="round",
        day=TODAY,
        today=TODAY,
        now=NOW,
    )
    sheets.finish(house.session, sheet, actor=head, period=house.period, now=NOW)
    house.session.commit()
    found = service.completeness(house.session, house.period)
    assert by_name(house)["心内科"] == (1, 0, 4)
    assert found.units[-1].name == "心内科"
    assert found.lacks[0].count == 8
    rows = found.rows(lambda unit: f"/{unit.unit_id}")
    assert rows[-1] == {"name": "心内科", "done": 1, "part": 0, "none": 4, "url": f"/{world.heart.id}"}
    below = found.within([world.bone.path])
    assert (below.people, below.lacks[0].count) == (3, 3)


def test_a_planned_period_has_none(house):
    house.period.state = "planned"
    assert service.completeness(house.session, house.period).people == 0


def test_a_closed_period_has_none_whoever_joins_later(house):
    house.close()
    assert service.completeness(house.session, house.period).people == 0
