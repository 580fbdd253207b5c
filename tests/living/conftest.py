"""The organisation of the appeals' tests, for people who leave, turn out to be one, or are not ranked."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from kaohe.db import Databases, TenantSession
from kaohe.tenants.models import Tenant

_PATH = Path(__file__).parent.parent / "appeals" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("kaohe_appeals_house", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
_HOUSE = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = _HOUSE
_SPEC.loader.exec_module(_HOUSE)

house = _HOUSE.house
sample = _HOUSE.sample

_COMPANY = Path(__file__).parent.parent / "ledger" / "coach_company.py"


@pytest.fixture
def company(databases: Databases, tenant: Tenant, session: TenantSession):  # type: ignore[no-untyped-def]
    """The express coach company of the ledger's tests, committed."""
    spec = importlib.util.spec_from_file_location("kaohe_living_company", _COMPANY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.make_company(databases, tenant, session)
