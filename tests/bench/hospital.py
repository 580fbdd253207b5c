"""A large organisation for benchmarks: people and entries laid in bulk, as many as asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, insert

from kaohe.accounts import roles
from kaohe.accounts import service as accounts
from kaohe.accounts.founding import found_tenant
from kaohe.adoption import service as adoption
from kaohe.db import Databases, TenantSession, new_id
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import upgrade_platform
from kaohe.people import service as people
from kaohe.people.models import Membership, Person, Subject, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.scheme import usual_answers
from kaohe.tenants.models import Tenant
from kaohe_nursing.scheme import NURSING

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
SINCE = date(2026, 1, 1)
WARDS = 100
PASSWORD_NUMBER = "B00000"
PER_CALL = 20_000


class Hospital:
    """A tenant with `size` people in a hundred units and two open periods; entries only in the first."""

    def __init__(self, databases: Databases, size: int, admin_url: str | None = None) -> None:
        load_models()
        upgrade_platform(databases)
        Lease(databases).keep()
        self.databases, self.size, self.admin_url = databases, size, admin_url
        self.tenant: Tenant = found_tenant(
            databases, code="bench", name="基准医院", now=NOW, sectors=["nursing"]
        )
        with databases.tenant(self.tenant.id) as session:
            self._people(session)
            session.commit()
            self._adopt(session)
            session.commit()

    def _people(self, session: TenantSession) -> None:
        root = people.units(session)[0]
        self.units: list[Unit] = [
            people.create_unit(session, name=f"第 {n} 病区", parent=root) for n in range(WARDS)
        ]
        self.admin: Person = people.create_person(
            session, number=PASSWORD_NUMBER, name="基准", unit=root, position="", joined_on=SINCE, now=NOW
        )
        [self.account] = accounts.create_accounts(session, person_ids=[self.admin.id], now=NOW)
        self.account.state = "active"
        session.flush()
        roles.give_role(session, account=self.account, role="admin", starts_on=SINCE, now=NOW)
        self.ids = [new_id() for _ in range(self.size)]
        rows = list(enumerate(self.ids, start=1))
        session.execute(
            insert(Person),
            [
                {
                    "id": i,
                    "number": f"N{n:06d}",
                    "name": f"护士{n}",
                    "initials": f"hs{n}",
                    "joined_on": SINCE,
                    "version": 1,
                }
                for n, i in rows
            ],
        )
        session.execute(insert(Subject), [{"id": i, "person_id": i} for i in self.ids])
        session.execute(
            insert(Membership),
            [
                {"person_id": i, "unit_id": self.unit_of(n).id, "position": "护士", "starts_on": SINCE}
                for n, i in rows
            ],
        )

    def unit_of(self, number: int) -> Unit:
        """The unit of the n-th person."""
        return self.units[number % WARDS]

    def _adopt(self, session: TenantSession) -> None:
        taken = adoption.adopt_start(session, sector="nursing", scheme=NURSING, actor=None, now=NOW)
        revision = adoption.revisions(session, taken)[0]
        for doubt, option in {"left_out": "as_printed", **usual_answers(NURSING)}.items():
            adoption.settle_doubt(session, revision, doubt, option=option, actor=None, now=NOW)
        adoption.set_scope(
            session, revision, unit_ids=[unit.id for unit in self.units], minimum_days=0, actor=None, now=NOW
        )
        adoption.adopt(session, revision, starts_on=date(2026, 8, 1), actor=None, now=NOW)
        planned = periods.plan(session, taken, periods.PeriodRule("month"), 2026)
        made = periods.create(session, taken, [p for p in planned if p.starts_on.month in (8, 9)], now=NOW)
        for period in made:
            periods.step(session, period, after="open", by=None, now=NOW)
        self.period: Period = made[0]
        self.other: Period = made[1]

    def lay_entries(self, each: int) -> int:
        """`each` entries a person over forty clauses, in bulk; how many there are."""
        dice = Random(7)
        clauses = [c.id for c in NURSING.clauses() if not c.items and "single" in c.forms][:12]
        clauses += [item.id for c in NURSING.clauses() for item in c.items][:28]
        rows = self._rows(dice, clauses, each)
        if self.admin_url is None:
            self._lay_sqlite(rows)
        else:
            self._lay_postgresql(rows, self.admin_url)
        return each * self.size

    def _rows(self, dice: Random, clauses: list[int], each: int) -> Iterator[tuple[Any, ...]]:
        for number, subject in enumerate(self.ids, start=1):
            unit = self.unit_of(number).id
            for _ in range(each):
                day, second = date(2026, 8, dice.randint(1, 31)).isoformat(), dice.randint(0, 28_799)
                at = f"{day} {2 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000000"
                yield (
                    self.tenant.id, new_id(), self.period.id, subject, dice.choice(clauses), unit, 1_000_000, day,
                    self.admin.id, at,
                )  # fmt: skip

    def _lay_sqlite(self, rows: Iterator[tuple[Any, ...]]) -> None:
        columns = _COLUMNS
        sql = (
            f"INSERT INTO entries ({', '.join(columns)}, found_late, origin) "
            f"VALUES ({', '.join('?' * len(columns))}, 0, 'import')"
        )
        connection = self.databases.tenant_engine(self.tenant.id).raw_connection()
        try:
            connection.execute("PRAGMA query_only=OFF")  # type: ignore[attr-defined]
            connection.execute("BEGIN IMMEDIATE")  # type: ignore[attr-defined]
            connection.executemany(sql, rows)  # type: ignore[attr-defined]
            connection.execute("COMMIT")  # type: ignore[attr-defined]
        finally:
            connection.close()

    def _lay_postgresql(self, rows: Iterator[tuple[Any, ...]], admin_url: str) -> None:
        engine = create_engine(admin_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as outer:
            connection = outer.connection.dbapi_connection
            connection.execute(
                "SET session_replication_role = replica"
            )  # triggers off: a loading by the superuser
            columns = ", ".join(_COLUMNS)
            with connection.cursor().copy(f"COPY entries ({columns}, found_late, origin) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row[:-1], f"{row[-1]}+00", False, "import"))
            connection.execute("VACUUM ANALYZE entries")
            connection.execute("ANALYZE")
        engine.dispose()


_COLUMNS = (
    "tenant_id", "id", "period_id", "subject_id", "clause_id", "unit_id", "quantity", "happened_on", "recorded_by",
    "recorded_at",
)  # fmt: skip


def describe(hospital: Hospital, path: Path) -> None:
    """Write down what another process needs to work with this organisation."""
    path.write_text(
        json.dumps(
            {
                "tenant": hospital.tenant.id,
                "code": hospital.tenant.code,
                "period": hospital.period.id,
                "other": hospital.other.id,
                "subjects": hospital.ids[:2000],
                "admin": hospital.admin.id,
                "account": hospital.account.id,
                "unit": hospital.units[0].id,
            }
        )
    )
