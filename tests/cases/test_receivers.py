"""A kind that only some units deal with is passed on to those, where the organisation has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kaohe.cases import receiving, refusals
from kaohe.people import service as people

ORDER = {"about": "收费", "demand": "查处"}


@pytest.fixture
def political(hotline: Any) -> Any:
    """The department that alone deals with reports of misconduct, and an office below it."""
    session = hotline.session
    department = people.create_unit(session, name="思想政治工作部", parent=hotline.units["root"])
    hotline.units["political"] = department
    hotline.units["office"] = people.create_unit(session, name="信访室", parent=department)
    session.commit()
    return hotline


def _report(desk: Any) -> Any:
    return desk.log("2026-02-09 10:00", "misconduct", fields=ORDER)


def test_misconduct_goes_to_the_department_that_deals_with_it(political: Any) -> None:
    case = _report(political)
    with pytest.raises(refusals.NotForUnit) as refused:
        political.take(case, "send", "2026-02-09 10:10", to="first")
    political.session.rollback()
    assert refused.value.say("zh") == "“举报”只能交给思想政治工作部，不能交给“城关供电所”。"
    for unit in ("political", "office"):
        political.take(case, "send", "2026-02-09 10:10", to=unit)
        assert case.holder_id == political.units[unit].id
    political.take(case, "return", "2026-02-09 10:20", who="admin", reason="补充材料")
    assert case.holder_id == political.units["political"].id


def test_other_kinds_go_to_every_unit(political: Any) -> None:
    case = political.log("2026-02-09 10:00", "complaint", fields=ORDER)
    political.take(case, "send", "2026-02-09 10:10", to="first")
    assert case.holder_id == political.units["first"].id


def test_an_organisation_without_that_department_chooses_freely(hotline: Any) -> None:
    case = _report(hotline)
    hotline.take(case, "send", "2026-02-09 10:10", to="first")
    assert case.holder_id == hotline.units["first"].id


def test_only_those_units_are_offered(political: Any) -> None:
    units = people.units(political.session, open_on=date(2026, 2, 9))
    offered = receiving.fitting_units(political.kind("misconduct"), units)
    assert {unit.name for unit in offered} == {"思想政治工作部", "信访室"}
    assert receiving.fitting_units(political.kind("fault"), units) == units


def test_given_back_twice_it_goes_back_the_whole_way(political: Any) -> None:
    """By a kind that lets it be given back where it was given back to."""
    usual = political.kind("misconduct")
    steps = tuple(
        replace(one, after=(*one.after, "logged")) if one.moves == "return" else one for one in usual.steps
    )
    political.kind = lambda _code: replace(usual, steps=steps)
    case = _report(political)

    def give(step: str, minute: int, to: str | None = None) -> str:
        more = {"reason": "不属本部门"} if step == "return" else {}
        political.take(case, step, f"2026-02-09 10:{minute}", who="admin", to=to, **more)
        return next(key for key, unit in political.units.items() if unit.id == case.holder_id)

    assert [give("send", 10, "political"), give("send", 11, "office")] == ["political", "office"]
    assert [give("return", 12), give("return", 13)] == ["political", "desk"]
    assert [give("send", 14, "office"), give("send", 15, "political")] == ["office", "political"]
    assert [give("return", 16), give("return", 17)] == ["office", "desk"]
