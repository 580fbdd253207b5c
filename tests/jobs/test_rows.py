"""Work on many rows in one transaction: what is refused, or breaks in the database, takes nothing else with it."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from kaohe.db import TenantSession
from kaohe.errors import Conflict
from kaohe.jobs.rows import one_by_one
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

    rows = ["first", "refused", "wrong", "broken", "last"]
    with caplog.at_level(logging.WARNING):
        assert one_by_one(session, rows, work, log=_log, what="the row") == 2
    session.commit()
    assert [setting(session, f"row-{row}") for row in rows] == ["first", None, None, None, "last"]
    told = [record.getMessage() for record in caplog.records if record.name == _log.name]
    assert told == [
        "the row refused: Somebody changed this meanwhile; yours was not saved.",
        "the row wrong failed",
        "the row broken failed",
    ]
