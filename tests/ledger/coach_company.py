"""An express coach company: two branches, people with positions, the scheme adopted with its usual answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.db import Databases, TenantSession
from kaohe.ledger import service as ledger
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.scheme import usual_answers
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant
from kaohe.testing.fixtures import NOW, TODAY
from kaohe_coach_transport.scheme import PERSON

JOINED = date(2024, 1, 1)
STARTS = date(2025, 1, 1)
ANSWERS = {"ticket_fine": "as_printed", "uniform_share": "likely"}


@dataclass
class Company:
    """The company of a test."""

    databases: Databases
    tenant: Tenant
    session: TenantSession
    root: Unit
    east: Unit
    west: Unit
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    months: dict[str, Period] = field(default_factory=dict)
    numbers: int = 0

    @property
    def book(self) -> ledger.Book:
        return ledger.book_of(self.session)

    def act(self, key: str = "", *, by: str | None = "admin", on: date = TODAY, **more: Any) -> ledger.Act:
        """Somebody's act; a key of its own unless one is given."""
        self.numbers += 1
        who = self.people[by].id if by else None
        return ledger.Act(key or f"k{self.numbers}", who, NOW, TODAY, on, **more)

    def pay(self, who: str, kind: str, fen: int, **more: Any) -> Any:
        return ledger.pay_in(
            self.session, self.book, self.people[who].id, kind=kind, amount_fen=fen, act=self.act(**more)
        )

    def holds(self, who: str, kind: str, day: date | None = None) -> int:
        return ledger.balance_on(self.session, self.people[who].id, kind, day)

    def common(self, kind: str) -> int:
        """What stands on the accounts of a kind, whoever owns and holds them."""
        from sqlalchemy import select

        from kaohe.ledger.models import MoneyAccount

        found = list(self.session.scalars(select(MoneyAccount).where(MoneyAccount.kind == kind)))
        return sum(ledger.balances(self.session, found).values())


def make_company(
    databases: Databases,
    tenant: Tenant,
    session: TenantSession,
    answers: dict[str, str] | None = None,
    years: tuple[int, ...] = (2025, 2026),
    settings: dict[str, str] | None = None,
) -> Company:
    """The company with the months of some years planned; nothing open yet."""
    tenants.switch_on(session, "coach_transport", now=NOW)
    root = people.create_unit(session, name="市运输公司", parent=None)
    east = people.create_unit(session, name="城东分公司", parent=root)
    west = people.create_unit(session, name="城西分公司", parent=root)
    made = Company(databases, tenant, session, root, east, west)
    rows = (
        ("admin", "D0001", "江文", root, "manager"), ("second", "D0002", "段宏", root, "manager"),
        ("head", "D1001", "孙立", east, "manager"), ("driver", "D1101", "马建国", east, "driver"),
        ("mate", "D1102", "丁小燕", east, "attendant"), ("other", "D2101", "薛峰", west, "driver"),
    )  # fmt: skip
    for name, number, called, unit, position in rows:
        made.people[name] = people.create_person(
            session, number=number, name=called, unit=unit, position="", joined_on=JOINED, now=NOW,
            facts={"position": position},
        )  # fmt: skip
    roles = {"admin": ("admin", None), "second": ("admin", None), "head": ("assessor", east)}
    for name, person in made.people.items():
        account = Account(person_id=person.id, password_hash=None, state="active", created_at=NOW)
        session.add(account)
        session.flush()
        made.accounts[name] = account
        role, unit = roles.get(name, ("", None))
        if role:
            session.add(
                Grant(
                    account_id=account.id,
                    role=role,
                    unit_id=unit.id if unit else None,
                    starts_on=JOINED,
                    given_at=NOW,
                )
            )
        made.actors[name] = Actor(
            person.id, account.id, is_admin=role == "admin", assesses=(unit.path,) if unit else ()
        )
    _adopt(made, answers or ANSWERS, years, settings or {})
    session.commit()
    return made


def _adopt(
    company: Company, answers: dict[str, str], years: tuple[int, ...], settings: dict[str, str]
) -> None:
    session = company.session
    held = adoption.adopt_start(session, sector="coach_transport", scheme=PERSON, actor=None, now=NOW)
    [revision] = adoption.revisions(session, held)
    for code, option in {**usual_answers(PERSON), **answers}.items():
        adoption.settle_doubt(session, revision, code, option=option, actor=None, now=NOW)
    for code, value in settings.items():
        adoption.change_figure(session, revision, f"setting/{code}/value", value=value, actor=None, now=NOW)
    adoption.set_scope(
        session, revision, unit_ids=[company.east.id, company.west.id], minimum_days=0, actor=None, now=NOW
    )
    adoption.adopt(session, revision, starts_on=STARTS, actor=None, now=NOW)
    for year in years:
        planned = periods.plan(session, held, periods.PeriodRule("month"), year)
        for one in periods.create(session, held, planned, now=NOW):
            company.months[one.code] = one
