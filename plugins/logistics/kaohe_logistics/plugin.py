"""The campus logistics sector: what it gives to the core, and nothing else."""

from __future__ import annotations

from kaohe.plugins import Sector, hookimpl
from kaohe.scheme import Text
from kaohe_logistics.scheme import SCHEMES
from kaohe_logistics.surveys import SURVEYS

SECTOR = Sector(
    code="logistics",
    title=Text("后勤服务", "Campus logistics"),
    schemes=SCHEMES,
    surveys=SURVEYS,
    words={
        "unit": Text("服务单位", "Provider"),
        "units": Text("服务单位", "Providers"),
        "person": Text("人员", "Staff member"),
        "people": Text("人员", "Staff"),
        "sheet": Text("集中检查表", "Inspection sheet"),
        "all": Text("全校", "Whole college"),
    },
)


@hookimpl
def kaohe_sector() -> Sector:
    """The sector of this distribution."""
    return SECTOR
