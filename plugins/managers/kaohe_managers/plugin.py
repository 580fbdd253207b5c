"""The middle managers sector: what it gives to the core, and nothing else."""

from __future__ import annotations

from kaohe.plugins import Sector, hookimpl
from kaohe.scheme import Text
from kaohe_managers.filings import FILINGS
from kaohe_managers.raters import RATERS
from kaohe_managers.scheme import SCHEMES
from kaohe_managers.surveys import SURVEYS

SECTOR = Sector(
    code="managers",
    title=Text("中层干部", "Middle managers"),
    schemes=SCHEMES,
    surveys=SURVEYS,
    filings=FILINGS,
    raters=RATERS,
    words={
        "unit": Text("部门", "Department"),
        "units": Text("部门", "Departments"),
        "person": Text("干部", "Manager"),
        "people": Text("干部", "Managers"),
        "sheet": Text("检查表", "Inspection sheet"),
        "all": Text("全公司", "Whole company"),
    },
)


@hookimpl
def kaohe_sector() -> Sector:
    """The sector of this distribution."""
    return SECTOR
