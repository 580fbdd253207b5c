"""A process of its own that records entries one by one and says each number once it is committed; it is killed from outside.

Started as `python writer.py SETTINGS`, with the databases, the tenant and whom to record on as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from kaohe.accounts.policy import Actor
from kaohe.db import Databases, DatabaseSettings
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.entries import service as entries
from kaohe.periods.models import Period


def main() -> None:
    """Record until somebody ends this process."""
    told = json.loads(sys.argv[1])
    load_models()
    databases = Databases(DatabaseSettings(Path(told["folder"]), told["url"]))
    Lease(databases).keep()
    actor = Actor(told["actor"], told["account"], assesses=tuple(told["assesses"]))
    today, number = date.fromisoformat(told["today"]), 0
    while True:
        number += 1
        now = datetime.now(UTC)
        with databases.tenant(told["tenant"]) as session:
            entry = entries.record(
                session,
                actor=actor,
                period=session.need(Period, told["period"]),
                subject_id=told["subject"],
                clause_id=told["clauses"][number % len(told["clauses"])],
                reason=f"{told['name']} 第 {number} 条",
                happened_on=today,
                now=now,
                today=today,
                form_token=f"{told['name']}-{number}",
            )
            session.commit()
        print(entry.id, flush=True)


if __name__ == "__main__":
    main()
