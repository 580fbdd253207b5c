"""The express coach sector: what it gives to the core, and nothing else."""

from __future__ import annotations

from kaohe.plugins import Sector, hookimpl
from kaohe.scheme import Text
from kaohe_coach_transport.accounts import ACCOUNTS
from kaohe_coach_transport.cases import CASES
from kaohe_coach_transport.filings import FILINGS
from kaohe_coach_transport.scheme import SCHEMES

SECTOR = Sector(
    code="coach_transport",
    title=Text("直达快客", "Express coaches"),
    schemes=SCHEMES,
    filings=FILINGS,
    cases=CASES,
    accounts=ACCOUNTS,
    words={
        "unit": Text("分公司", "Branch"),
        "units": Text("分公司", "Branches"),
        "person": Text("人员", "Staff member"),
        "people": Text("人员", "Staff"),
        "sheet": Text("检查表", "Inspection sheet"),
        "all": Text("全公司", "Whole company"),
    },
)


@hookimpl
def kaohe_sector() -> Sector:
    """The sector of this distribution."""
    return SECTOR
