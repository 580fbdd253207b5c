"""A company whose branches file returns, and one whose departments file targets."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.db import Databases
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company


@pytest.fixture
def coach(databases: Databases, tenant: Tenant) -> Company:
    """An express coach company with an open September and October of 2026."""
    company = Company(
        databases, tenant, sector="coach_transport", scheme="coach.unit", starts_on=date(2026, 9, 1), months=4
    )
    company.open("2026-09")
    return company


@pytest.fixture
def mine(databases: Databases, tenant: Tenant) -> Company:
    """A mine whose managers are assessed from September 2026 on."""
    company = Company(
        databases, tenant, sector="managers", scheme="managers.month", starts_on=date(2026, 8, 1), months=5
    )
    company.open("2026-08")
    return company
