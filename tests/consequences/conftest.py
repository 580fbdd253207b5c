"""The organisations of the tests of consequences: the sample house, and the coach company of the ledger's tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kaohe.db import Databases, TenantSession
from kaohe.tenants.models import Tenant


def _load(name: str, path: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent.parent / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_results = _load("kaohe_results_sample", "results/conftest.py")
coach_company = _load("coach_company", "ledger/coach_company.py")
sample, house = _results.sample, _results.house


@pytest.fixture
def company(databases: Databases, tenant: Tenant, session: TenantSession):  # type: ignore[no-untyped-def]
    """The express coach company, committed."""
    return coach_company.make_company(databases, tenant, session)


mine_module = _load("mine", "consequences/mine.py")


@pytest.fixture
def mine(request, databases: Databases, tenant: Tenant, session: TenantSession):  # type: ignore[no-untyped-def]
    """The coal company, committed; parametrise it with what its seven indicators make, "month" or "year"."""
    return mine_module.make_mine(databases, tenant, session, getattr(request, "param", "year"))
