"""A hotline desk and a complaints desk, on each database."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kaohe.db import Databases, TenantSession
from kaohe.tenants.models import Tenant


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kaohe_cases_desk", Path(__file__).parent / "desk.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The module that founds desks."""
    return _load()


@pytest.fixture
def hotline(databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType) -> Any:
    """The hotline under its usual reading, 2026 open."""
    return sample.found_desk(databases, tenant, session, "power_supply", "power.hotline")


@pytest.fixture
def complaints(databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType) -> Any:
    """The coach company's complaints, 2026 open."""
    return sample.found_desk(databases, tenant, session, "coach_transport", "coach.unit")
