"""The closed and published September of the results' tests, with appellants, recorders and those who decide."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.appeals import service as appeals
from kaohe.db import Databases, TenantSession
from kaohe.jobs.worker import run_waiting
from kaohe.results import service as results
from kaohe.tenants.models import Tenant
from kaohe.testing.fixtures import NOW, TODAY


def _load(folder: str, name: str) -> ModuleType:
    path = Path(__file__).parent.parent / folder / "conftest.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SAMPLE = _load("entries", "kaohe_appeals_sample")


@dataclass
class House:
    """A tenant with the sample organisation; opens sessions as it is asked."""

    databases: Databases
    tenant: Tenant
    world: Any

    @property
    def session(self) -> TenantSession:
        return self.world.session

    @property
    def period(self) -> Any:
        return self.world.period

    def id_of(self, who: str) -> int:
        return int(self.world.people[who].id)

    def actor(self, who: str, **more: Any) -> Actor:
        """Somebody by name, without roles unless they are named."""
        return Actor(self.id_of(who), 0, **more)

    @property
    def admin(self) -> Actor:
        return self.world.actors["admin"]

    @property
    def head(self) -> Actor:
        return self.world.actors["head"]

    def record(self, who: str, clause: int, **more: Any) -> Any:
        entry = self.world.record(who, clause, **more)
        self.session.commit()
        return entry

    def publish(self, until: date = TODAY + timedelta(days=3)) -> Any:
        """Close and publish September; appeals are taken until that day."""
        self.period.published_until = self.period.final_on = max(until, self.period.ends_on)
        self.session.commit()
        results.close(
            self.databases, self.tenant.id, self.period.id, by=self.admin.person_id, clock=lambda: NOW
        )
        self.fresh()
        results.publish(self.session, self.period, by=self.admin.person_id, now=NOW)
        self.session.commit()
        run = results.standing_run(self.session, self.period)
        assert run is not None
        self.session.commit()
        return run

    @property
    def last_day(self) -> date:
        return self.period.published_until

    def fresh(self) -> None:
        """Read everything anew, and hold no lock."""
        self.session.rollback()
        for one in list(self.session):
            self.session.refresh(one)
        self.session.commit()

    def file(self, who: str = "许佳宁", entry: Any = None, **more: Any) -> Any:
        values = {
            "reason": "当天我不在班上",
            "actor": self.actor(who),
            "now": NOW,
            "today": TODAY,
            **more,
        }
        appeal = appeals.file(
            self.session, period=self.period, subject_id=self.id_of(who), entry=entry, **values
        )
        self.session.commit()
        return appeal

    def decide(self, appeal: Any, *, upheld: bool = True, kind: str = "withdraw", **more: Any) -> Any:
        figures = {name: more.pop(name) for name in ("clause_id", "quantity", "points") if name in more}
        values = {"reason": "排班表证明属实", "actor": self.admin, "now": NOW, "today": TODAY, **more}
        remedy = appeals.Remedy(kind, **figures) if upheld else None
        step = appeals.decide(self.session, appeal, upheld=upheld, remedy=remedy, **values)
        self.session.commit()
        return step

    def carry_out(self, job_id: int = 7, at: datetime = NOW, **more: Any) -> Any:
        self.session.commit()
        run = appeals.carry_out(
            self.databases,
            self.tenant.id,
            self.period.id,
            job_id=job_id,
            by=self.admin.person_id,
            until=self.last_day,
            clock=lambda: at,
            **more,
        )
        self.fresh()
        return run

    def work(self) -> int:
        """Do the jobs that wait."""
        self.session.commit()
        done = run_waiting(self.databases, self.tenant.id)
        self.fresh()
        return done

    def results(self) -> dict[str, Any]:
        """The league by name."""
        return {line.name: line for line in results.league(self.session, self.period).lines}

    def account(self, who: str) -> Account:
        """An account for somebody without one."""
        found = Account(person_id=self.id_of(who), password_hash=None, state="active", created_at=NOW)
        self.session.add(found)
        self.session.commit()
        return found


@pytest.fixture
def house(databases: Databases, tenant: Tenant, session: TenantSession, request: Any) -> House:
    """The sample organisation with an open September; a parameter of the test changes fields of its scheme."""
    world = SAMPLE.make_world(session, **getattr(request, "param", {}))
    world.databases = databases
    return House(databases, tenant, world)


@pytest.fixture
def sample() -> ModuleType:
    """The module with the sample scheme and its clause ids."""
    return SAMPLE
