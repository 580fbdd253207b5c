"""The coach company and the mine of other tests in the browser, and what several tests of consequences do there."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from playwright.sync_api import expect

from kaohe.db import Databases, TenantSession
from kaohe.entries import service as entries
from kaohe.periods import service as periods
from kaohe.tenants.models import Tenant
from kaohe_coach_transport.scheme import TICKETLESS


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


coach = _load("coach_company", "ledger/coach_company.py")
mine = _load("mine", "consequences/mine.py")


def coach_company(
    databases: Databases, tenant: Tenant, session: TenantSession, *, offended: bool = True
) -> Any:
    """The company with March of last year and this month open; in that March the driver offended for the first time."""
    now = datetime.now(UTC)
    today = now.astimezone(session.zone).date()
    company = coach.make_company(databases, tenant, session, None, (today.year - 1, today.year))
    march = company.months[f"{today.year - 1}-03"]
    for period in (march, company.months[f"{today:%Y-%m}"]):
        periods.step(session, period, after="open", by=None, now=now)
    if offended:
        entries.record(
            session, actor=company.actors["head"], period=march, subject_id=company.people["driver"].id, today=today,
            clause_id=TICKETLESS, reason="路检查实一名旅客无票", happened_on=date(today.year - 1, 3, 10), now=now,
        )  # fmt: skip
    session.commit()
    return company


def decide_wages(second: Any, who: str, percent: str) -> None:
    """All wage adjustments of a period are decided together, and stand on the list for payroll."""
    second.go("/consequences/?state=open&effect=wage")
    second.page.get_by_label("全选本页").check()
    second.page.locator("form[data-k-many]").get_by_label("执行", exact=True).check()
    second.page.locator("form[data-k-many] textarea[name=reason]").fill("按办法执行")
    second.press(second.page.get_by_role("button", name="一并决定"))
    expect(second.page.get_by_text(re.compile("已决定 \\d+ 项"))).to_be_visible()
    second.go("/consequences/wages")
    expect(second.page.locator("tr", has_text=who).get_by_text(percent)).to_be_visible()
