"""A coal company whose middle managers are assessed each month.

Read as "year", the month is the mean of its targets, so that one mark is a score; read as "month", the sector's default,
the month is the seven indicators, and a score is a month in which each of the seven has it.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.db import Databases, TenantSession
from kaohe.entries import made
from kaohe.entries import service as entries
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.scheme import usual_answers
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant
from kaohe_managers.scheme import (
    ATTENDANCE,
    EFFICIENCY,
    EXECUTION,
    INNOVATION,
    MANAGEMENT,
    MONTH,
    RESPONSIBILITY,
    TARGETS,
)

NAMES = ("韩立新", "崔志远", "邱明", "史文")
JOINED = date(2020, 1, 1)
RATED = (RESPONSIBILITY, MANAGEMENT, EXECUTION, EFFICIENCY, INNOVATION)


@dataclass
class Mine:
    """The company of a test: two who administer, four who are assessed, the months of a year."""

    databases: Databases
    tenant: Tenant
    session: TenantSession
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    months: dict[str, Period] = field(default_factory=dict)
    year: int = 2026
    level: str = "year"

    def month(self, number: int) -> Period:
        return self.months[f"{self.year}-{number:02}"]

    def last_day(self, number: int) -> date:
        return date(self.year, number, monthrange(self.year, number)[1])

    def moment(self, number: int) -> datetime:
        return datetime(self.year, number, self.last_day(number).day, 10, 0, tzinfo=UTC)

    def mark(self, number: int, name: str, value: str) -> Any:
        """Give somebody a score in a month; what the office recorded of the targets."""
        if self.level == "month":
            self.record(number, name, ATTENDANCE, value)
            for clause in RATED:
                self._rate(number, name, clause, value)
        return self.record(number, name, TARGETS, value)

    def record(self, number: int, name: str, clause: int, value: str) -> Any:
        """A figure that the office enters."""
        return entries.record(
            self.session, actor=self.actors["office"], period=self.month(number), subject_id=self.people[name].id,
            clause_id=clause, quantity=Decimal(value), happened_on=self.last_day(number), now=self.moment(number),
            today=self.last_day(number),
        )  # fmt: skip

    def _rate(self, number: int, name: str, clause: int, value: str) -> None:
        subject = self.people[name].id
        made.make(
            self.session, scheme_code=MONTH.code, origin="rating", origin_id=number, subject_id=subject,
            clause_id=clause, happened_on=self.last_day(number), reason="", now=self.moment(number),
            quantity=Decimal(value), token=f"rated-{number}-{subject}-{clause}", period=self.month(number),
            rater="settled",
        )  # fmt: skip

    def open(self, number: int) -> None:
        periods.step(self.session, self.month(number), after="open", by=None, now=self.moment(number))

    def close(self, number: int, by: str = "admin") -> Any:
        self.session.commit()
        moment, who = self.moment(number), self.people[by].id
        run = results.close(
            self.databases, self.tenant.id, self.month(number).id, by=who, clock=lambda: moment
        )
        self.session.rollback()
        self.session.refresh(self.month(number))
        self.session.commit()
        return run

    def reopen(self, number: int, reason: str = "有一项目标漏记") -> None:
        results.reopen(
            self.session,
            self.month(number),
            by=self.people["admin"].id,
            now=self.moment(number),
            reason=reason,
        )
        self.session.commit()

    def live(self, **scores: tuple[str | None, ...]) -> None:
        """Months from January on: each person's score, None for a month without a result."""
        for number in range(1, max(len(row) for row in scores.values()) + 1):
            self.open(number)
            for name, row in scores.items():
                value = row[number - 1] if number <= len(row) else None
                if value is not None:
                    self.mark(number, name, value)
            self.close(number)


def make_mine(databases: Databases, tenant: Tenant, session: TenantSession, level: str = "year") -> Mine:
    """The company, with its months planned; `level`: what the seven indicators make."""
    mine = Mine(databases, tenant, session, level=level)
    now = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
    tenants.switch_on(session, "managers", now=now)
    root = people.create_unit(session, name="煤业公司", parent=None)
    office = people.create_unit(session, name="企管科", parent=root)
    pit = people.create_unit(session, name="生产一线", parent=root)
    rows = [
        ("admin", "M0001", "贺承", office),
        ("second", "M0002", "尤雪", office),
        ("office", "M0003", "路遥", office),
    ]
    rows += [(name, f"M10{place}", name, pit) for place, name in enumerate(NAMES, start=1)]
    for key, number, name, unit in rows:
        mine.people[key] = people.create_person(
            session, number=number, name=name, unit=unit, position="科长", joined_on=JOINED, now=now
        )
        _account(mine, session, key, pit, now)
    held = adoption.adopt_start(session, sector="managers", scheme=MONTH, actor=None, now=now)
    [revision] = adoption.revisions(session, held)
    for code, option in {**usual_answers(MONTH), "level": level}.items():
        adoption.settle_doubt(session, revision, code, option=option, actor=None, now=now)
    adoption.set_scope(session, revision, unit_ids=[pit.id], minimum_days=0, actor=None, now=now)
    adoption.adopt(session, revision, starts_on=date(2026, 1, 1), actor=None, now=now)
    planned = periods.plan(session, held, periods.PeriodRule("month"), 2026)
    mine.months = {one.code: one for one in periods.create(session, held, planned, now=now)}
    session.commit()
    return mine


def _account(mine: Mine, session: TenantSession, key: str, pit: Unit, now: datetime) -> None:
    person = mine.people[key]
    account = Account(person_id=person.id, password_hash=None, state="active", created_at=now)
    session.add(account)
    session.flush()
    role, unit = {"admin": ("admin", None), "second": ("admin", None), "office": ("assessor", pit)}.get(
        key, ("", None)
    )
    if role:
        session.add(
            Grant(
                account_id=account.id,
                role=role,
                unit_id=unit.id if unit else None,
                starts_on=JOINED,
                given_at=now,
            )
        )
    mine.accounts[key] = account
    mine.actors[key] = Actor(
        person.id, account.id, is_admin=role == "admin", assesses=(unit.path,) if unit else ()
    )
