"""Work on many rows in one transaction: what is refused, or breaks in the database, takes nothing else with it."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from kaohe.db import Databases, TenantSession
from kaohe.errors import Conflict
from kaohe.jobs.rows import each_apart, one_by_one
from kaohe.tenants.models import Tenant
from kaohe.tenants.service import put_setting, setting

_log = logging.getLogger("kaohe.tests.rows")


def test_a_bad_row_takes_nothing_else_with_it(
    session: TenantSession, caplog: pytest.LogCaptureFixture
) -> None:
    def work(row: str) -> None:
        put_setting(session, f"row-{row}", row)
        if row == "refused":
            raise Conflict
        if row == "wrong":
            raise ValueError(row)
        if row == "broken":
            session.execute(text("SELECT nothing FROM nowhere"))

    late: list[str] = []
    rows = ["first", "refused", "wrong", "broken", "last"]
    with caplog.at_level(logging.WARNING):
        assert one_by_one(session, rows, work, log=_log, what="the row", put_off=late.append) == 2
    session.commit()
    assert late == ["refused", "wrong", "broken"]
    assert [setting(session, f"row-{row}") for row in rows] == ["first", None, None, None, "last"]
    told = [record.getMessage() for record in caplog.records if record.name == _log.name]
    assert told == [
        "the row refused: Somebody changed this meanwhile; yours was not saved.",
        "the row wrong failed",
        "the row broken failed",
    ]


def test_rows_with_a_transaction_each(
    databases: Databases, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    def work(row: str) -> None:
        with databases.tenant(tenant.id) as session:
            put_setting(session, f"row-{row}", row)
            if row == "wrong":
                session.execute(text("SELECT nothing FROM nowhere"))
            session.commit()

    with caplog.at_level(logging.WARNING):
        assert each_apart(["first", "wrong", "last"], work, log=_log, what="the row") == 2
    with databases.tenant(tenant.id, write=False) as session:
        assert [setting(session, f"row-{row}") for row in ("first", "wrong", "last")] == [
            "first",
            None,
            "last",
        ]
    assert [record.getMessage() for record in caplog.records if record.name == _log.name] == [
        "the row wrong failed"
    ]
