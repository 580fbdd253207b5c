"""The tree: paths follow a move, sisters have names of their own, nobody is left in a closed unit."""

from datetime import date

import pytest

from kaohe.db import TenantSession
from kaohe.errors import Conflict
from kaohe.people import service as people
from kaohe.people.models import Subject, Unit
from kaohe.people.refusals import RootUnit, UnitBelowItself, UnitClosed, UnitInUse, UnitNameTaken


@pytest.fixture
def tree(session: TenantSession) -> dict[str, Unit]:
    root = people.create_unit(session, name="市中心医院", parent=None)
    inner = people.create_unit(session, name="内科", parent=root)
    heart = people.create_unit(session, name="心内科", parent=inner)
    team = people.create_unit(session, name="一组", parent=heart)
    surgery = people.create_unit(session, name="外科", parent=root)
    return {"root": root, "inner": inner, "heart": heart, "team": team, "surgery": surgery}


def test_tree_order_and_depth(session: TenantSession, tree: dict[str, Unit]) -> None:
    assert [unit.name for unit in people.units(session)] == ["市中心医院", "内科", "心内科", "一组", "外科"]
    assert [people.depth(unit) for unit in people.units(session)] == [0, 1, 2, 3, 1]
    assert session.need(Subject, tree["team"].id).unit_id == tree["team"].id


def test_everything_below_moves_along(session: TenantSession, tree: dict[str, Unit]) -> None:
    people.move_unit(session, tree["heart"], parent=tree["surgery"], version=1)
    session.commit()
    session.expire_all()
    heart, team = session.need(Unit, tree["heart"].id), session.need(Unit, tree["team"].id)
    assert heart.path == f"{tree['surgery'].path}{heart.id}/"
    assert team.path == f"{heart.path}{team.id}/"
    assert [unit.name for unit in people.units(session)] == ["市中心医院", "内科", "外科", "心内科", "一组"]


def test_a_moved_unit_keeps_its_own_path_in_memory(session: TenantSession, tree: dict[str, Unit]) -> None:
    people.move_unit(session, tree["inner"], parent=tree["surgery"])
    for unit in people.units(session):
        above = "/" if unit.parent_id is None else session.need(Unit, unit.parent_id).path
        assert unit.path == f"{above}{unit.id}/"


def test_no_unit_below_itself_and_the_root_stays(session: TenantSession, tree: dict[str, Unit]) -> None:
    with pytest.raises(UnitBelowItself):
        people.move_unit(session, tree["inner"], parent=tree["team"])
    with pytest.raises(RootUnit):
        people.move_unit(session, tree["root"], parent=tree["team"])
    with pytest.raises(RootUnit):
        people.close_unit(session, tree["root"], on=date(2026, 9, 1))


def test_sisters_have_different_names(session: TenantSession, tree: dict[str, Unit]) -> None:
    with pytest.raises(UnitNameTaken):
        people.create_unit(session, name=" 外科 ", parent=tree["root"])
    people.create_unit(session, name="一组", parent=tree["surgery"])
    with pytest.raises(UnitNameTaken):
        people.rename_unit(session, tree["surgery"], name="内科", code=None)


def test_two_editors_of_one_unit(session: TenantSession, tree: dict[str, Unit]) -> None:
    people.rename_unit(session, tree["heart"], name="心血管内科", code="XN", version=1)
    with pytest.raises(Conflict):
        people.rename_unit(session, tree["heart"], name="心脏科", code=None, version=1)
    assert tree["heart"].name == "心血管内科"


def test_closing_needs_an_empty_unit(session: TenantSession, tree: dict[str, Unit], now) -> None:  # type: ignore[no-untyped-def]
    person = people.create_person(
        session,
        number="h1",
        name="林晓芸",
        unit=tree["team"],
        position="",
        joined_on=date(2026, 1, 5),
        now=now,
    )
    with pytest.raises(UnitInUse) as refused:
        people.close_unit(session, tree["team"], on=date(2026, 8, 31))
    assert "1 人" in refused.value.say("zh")
    people.move_person(session, person, unit=tree["surgery"], position="", on=date(2026, 9, 1))
    people.close_unit(session, tree["team"], on=date(2026, 8, 31))
    with pytest.raises(UnitClosed):
        people.move_person(session, person, unit=tree["team"], position="", on=date(2026, 9, 2))
    assert tree["team"] not in people.units(session, open_on=date(2026, 9, 1))
    assert tree["team"] in people.units(session, open_on=date(2026, 8, 31))


def test_places_change_among_sisters(session: TenantSession, tree: dict[str, Unit]) -> None:
    people.order_units(session, tree["surgery"], earlier=True)
    assert [unit.name for unit in people.units(session)] == ["市中心医院", "外科", "内科", "心内科", "一组"]
