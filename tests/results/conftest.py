"""The small organisation of the entries' tests, with what closing, checking and showing need around it."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kaohe.db import Databases, TenantSession
from kaohe.jobs.worker import run_waiting
from kaohe.results import service
from kaohe.tenants.models import Tenant
from kaohe.testing.fixtures import NOW


def _load() -> ModuleType:
    path = Path(__file__).parent.parent / "entries" / "conftest.py"
    spec = importlib.util.spec_from_file_location("kaohe_entries_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The module with the sample scheme and its clause ids."""
    return _load()


@dataclass
class House:
    """A tenant with the sample organisation; opens sessions as it is asked."""

    databases: Databases
    tenant: Tenant
    world: Any
    sample: ModuleType

    @property
    def session(self) -> TenantSession:
        return self.world.session

    @property
    def period(self) -> Any:
        return self.world.period

    def id_of(self, who: str) -> int:
        return int(self.world.people[who].id)

    def record(self, who: str, clause: int, **more: Any) -> Any:
        """Record and commit."""
        entry = self.world.record(who, clause, **more)
        self.session.commit()
        return entry

    def close(self, by: str = "admin", **more: Any) -> Any:
        """Close the period, as its job does."""
        self.session.commit()
        who = self.world.actors[by].person_id
        run = service.close(self.databases, self.tenant.id, self.period.id, by=who, clock=lambda: NOW, **more)
        self.fresh()
        return run

    def work(self) -> int:
        """Do the jobs that wait."""
        self.session.commit()
        done = run_waiting(self.databases, self.tenant.id)
        self.fresh()
        return done

    def fresh(self) -> None:
        """Read the period anew, and hold no lock."""
        self.session.rollback()
        self.session.refresh(self.period)
        self.session.commit()

    def results(self) -> dict[str, Any]:
        """The league by name."""
        return {line.name: line for line in service.league(self.session, self.period).lines}


@pytest.fixture
def house(databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType) -> House:
    """The sample organisation with an open September."""
    return House(databases, tenant, sample.make_world(session), sample)
