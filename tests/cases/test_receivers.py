"""A kind that only some units deal with is passed on to those, where the organisation has them."""

from __future__ import annotations

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
