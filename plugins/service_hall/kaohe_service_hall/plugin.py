"""The service hall sector: what it gives to the core, and nothing else."""

from __future__ import annotations

from kaohe.plugins import Sector, hookimpl
from kaohe.scheme import Text
from kaohe_service_hall.scheme import SCHEMES
from kaohe_service_hall.surveys import SURVEYS

SECTOR = Sector(
    code="service_hall",
    title=Text("营业厅", "Service halls"),
    schemes=SCHEMES,
    surveys=SURVEYS,
    words={
        "unit": Text("营业厅", "Hall"),
        "units": Text("营业厅", "Halls"),
        "person": Text("营业员", "Clerk"),
        "people": Text("营业员", "Clerks"),
        "sheet": Text("检查表", "Inspection sheet"),
        "all": Text("全公司", "Whole company"),
    },
)


@hookimpl
def kaohe_sector() -> Sector:
    """The sector of this distribution."""
    return SECTOR
