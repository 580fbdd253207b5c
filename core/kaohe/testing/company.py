"""A small company for tests of any sector, made through the services: two divisions, three departments, their people.

Each division has a leader who assesses it, each department a head who assesses it and a deputy; an administrator and a
second one sit in the office. The scheme is adopted from a first day on and its months are planned and opened as asked.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.accounts.service import actor_of
from kaohe.adoption.models import Revision
from kaohe.db import Databases, TenantSession
from kaohe.demo import DemoKit
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.plugins import Registry, installed
from kaohe.scheme import usual_answers
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant

DIVISIONS = {"生产口": ("掘进队", "通风科"), "经营口": ("财务科",)}
PEOPLE = {
    "吴矿长": ("office", "admin"),
    "钱科长": ("office", "admin"),
    "周分管": ("生产口", "assessor"),
    "郑分管": ("经营口", "assessor"),
    "赵队长": ("掘进队", "assessor"),
    "孙副队": ("掘进队", ""),
    "李科长": ("通风科", "assessor"),
    "王副科": ("通风科", ""),
    "冯科长": ("财务科", "assessor"),
    "陈副科": ("财务科", ""),
}


class Company:
    """Who is there, by name; the periods by month ("2026-09")."""

    def __init__(
        self,
        databases: Databases,
        tenant: Tenant,
        *,
        sector: str,
        scheme: str,
        starts_on: date,
        months: int = 6,
        people_of_departments: bool = True,
    ) -> None:
        self.databases, self.tenant = databases, tenant
        self.registry: Registry = installed()
        self.starts_on = starts_on
        self.units: dict[str, Unit] = {}
        self.people: dict[str, Person] = {}
        self.periods: dict[str, Period] = {}
        with databases.tenant(tenant.id) as session:
            tenants.put_setting(session, "sectors", [sector])
            session.commit()
        kit = DemoKit(
            databases, tenant, self.registry.sectors[sector], lambda _what, _done, _total: None, starts_on
        )
        self._found(kit)
        self.revision = self._adopt(kit, scheme, months, people_of_departments)
        kit.commit()
        kit.session.close()

    def _found(self, kit: DemoKit) -> None:
        since = self.starts_on - timedelta(days=400)
        now = kit.at(since)
        if kit.session.scalar(select(Unit.id).limit(1)) is None:
            from kaohe.people import service as people

            people.create_unit(kit.session, name=self.tenant.name, parent=None)
        self.units["office"] = kit.unit("办公室", since=now)
        for division, departments in DIVISIONS.items():
            now += timedelta(minutes=1)  # ids follow the order in which the units came about
            self.units[division] = kit.unit(division, since=now)
            for name in departments:
                now += timedelta(minutes=1)
                self.units[name] = kit.unit(name, self.units[division], since=now)
        for number, (name, (unit, role)) in enumerate(PEOPLE.items(), start=1):
            person = kit.person(
                number=f"M{number:03d}",
                name=name,
                unit=self.units[unit],
                position=name[1:],
                joined_on=since,
                facts={},
                now=now,
            )
            where = self.units[unit] if role == "assessor" else None
            kit.account(person, role=role or None, unit=where, since=since, now=now)
            self.people[name] = person
        kit.session.flush()

    def _adopt(self, kit: DemoKit, scheme: str, months: int, departments: bool) -> Revision:
        found = kit.sector.scheme(scheme)
        usual = usual_answers(found)
        names = [name for some in DIVISIONS.values() for name in some] if departments else list(DIVISIONS)
        revision = kit.adopt(
            found,
            starts_on=self.starts_on,
            unit_ids=[self.units[name].id for name in names],
            minimum_days=0,
            admin=self.people["吴矿长"],
            answers={doubt.code: doubt.options[0].code for doubt in found.doubts if doubt.code not in usual},
        )
        years = {(self.starts_on.month - 1 + n) // 12 + self.starts_on.year for n in range(months)}
        made = kit.months(revision, sorted(years), kit.at(self.starts_on - timedelta(days=2)))
        self.periods = {f"{one.starts_on:%Y-%m}": one for one in made}
        return revision

    def session(self, *, write: bool = True) -> TenantSession:
        """A session of this company."""
        return self.databases.tenant(self.tenant.id, write=write)

    def at(self, text: str) -> datetime:
        """A moment in the company's zone, "2026-09-25 23:59:59" or a day (10 o'clock)."""
        day, _, clock = text.partition(" ")
        return datetime.combine(
            date.fromisoformat(day), time.fromisoformat(clock or "10:00"), ZoneInfo(self.tenant.zone)
        ).astimezone(UTC)

    def actor(self, session: TenantSession, name: str, day: date) -> Actor:
        """What somebody may do on a day."""
        return actor_of(session, self.account(session, name), day)

    def account(self, session: TenantSession, name: str) -> Account:
        """Somebody's account."""
        account = session.scalar(select(Account).where(Account.person_id == self.people[name].id))
        assert account is not None
        return account

    def open(self, month: str) -> None:
        """Open a month on its first day."""
        from kaohe.periods import service as periods

        with self.session() as session:
            period = session.need(Period, self.periods[month].id)
            now = self.at(f"{period.starts_on.isoformat()} 08:00")
            periods.step(session, period, after="open", by=self.people["吴矿长"].id, now=now)
            session.commit()
