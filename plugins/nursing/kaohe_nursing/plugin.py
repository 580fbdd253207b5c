"""The nursing sector: what it gives to the core, and nothing else."""

from __future__ import annotations

from kaohe.plugins import Sector, hookimpl
from kaohe.scheme import Text
from kaohe_nursing.demo import tell_the_year
from kaohe_nursing.reports import REPORTS
from kaohe_nursing.scheme import SCHEMES

SECTOR = Sector(
    code="nursing",
    title=Text("护理", "Nursing"),
    schemes=SCHEMES,
    words={
        "unit": Text("病区", "Ward"),
        "units": Text("病区", "Wards"),
        "person": Text("护士", "Nurse"),
        "people": Text("护士", "Nurses"),
        "sheet": Text("查房检查表", "Ward round"),
        "all": Text("全院", "Whole hospital"),
    },
    reports=REPORTS,
    demo=tell_the_year,
    import_words={"star": ("星级", "星", "护士星级", "star", "star level")},
)


@hookimpl
def kaohe_sector() -> Sector:
    """The sector of this distribution."""
    return SECTOR
