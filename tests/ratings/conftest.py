"""A mine whose managers are rated, with an open September of 2026."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.db import Databases
from kaohe.ratings.sweeps import go_round
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company


@pytest.fixture
def mine(databases: Databases, tenant: Tenant) -> Company:
    """Its rounds of September are made and assigned."""
    company = Company(
        databases, tenant, sector="managers", scheme="managers.month", starts_on=date(2026, 9, 1), months=3
    )
    company.open("2026-09")
    go_round(databases, tenant.id, company.at("2026-09-20"))
    return company
