"""The express coach company of the tests of money."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kaohe.db import Databases, TenantSession
from kaohe.tenants.models import Tenant

sys.path.insert(0, str(Path(__file__).parent))

from coach_company import Company, make_company


@pytest.fixture
def company(databases: Databases, tenant: Tenant, session: TenantSession) -> Company:
    """The company, committed."""
    return make_company(databases, tenant, session)
