"""The power supply sector: what it gives to the core, and nothing else."""

from __future__ import annotations

from kaohe.plugins import Sector, hookimpl
from kaohe.scheme import Text
from kaohe_power_supply.cases import CASES
from kaohe_power_supply.scheme import SCHEMES

SECTOR = Sector(
    code="power_supply",
    title=Text("供电服务", "Power supply service"),
    schemes=SCHEMES,
    cases=CASES,
    words={
        "unit": Text("单位", "Unit"),
        "units": Text("单位", "Units"),
        "person": Text("员工", "Employee"),
        "people": Text("员工", "Employees"),
        "sheet": Text("检查表", "Inspection sheet"),
        "all": Text("全公司", "Whole company"),
    },
)


@hookimpl
def kaohe_sector() -> Sector:
    """The sector of this distribution."""
    return SECTOR
