"""The demonstration: a tenant filled through the services, as if its people had worked there for a year.

A sector brings the story (`Sector.demo`), told through `DemoKit`; nothing here writes into tables, so that a recount
of a demonstration finds no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from kaohe.accounts import roles
from kaohe.accounts import service as accounts
from kaohe.accounts.founding import found_tenant
from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.consequences import service as consequences
from kaohe.db import Databases, TenantSession
from kaohe.entries import service as entries
from kaohe.entries import sheets
from kaohe.entries.models import Entry
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.plugins import Registry, Sector
from kaohe.results import service as results
from kaohe.scheme import Scheme, usual_answers
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant

CODE = "demo"
PASSWORD = "kaohe-demo-2026"  # noqa: S105 - the demonstration's own, printed at its start
"""The password of everybody who can sign in to the demonstration."""


@dataclass
class DemoKit:
    """What a sector's demonstration may do: found, hire, adopt, record, close; always at a moment of its choice."""

    databases: Databases
    tenant: Tenant
    sector: Sector
    tell: Callable[[str, int, int], None]
    today: date
    until: datetime | None = None  # nothing happens later than that
    _accounts: dict[int, Account] = field(default_factory=dict)
    session: TenantSession = field(init=False)

    def __post_init__(self) -> None:
        self.session = self.databases.tenant(self.tenant.id)

    def at(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """A moment of that day in the tenant's zone, as far as it has come."""
        wanted = datetime.combine(day, time(hour, minute), ZoneInfo(self.tenant.zone)).astimezone(UTC)
        return wanted if self.until is None else min(wanted, self.until)

    def commit(self) -> None:
        """Keep what was done so far."""
        self.session.commit()

    def root(self) -> Unit:
        """The unit of the whole organisation."""
        return people.units(self.session)[0]

    def unit(self, name: str, parent: Unit | None = None, *, since: datetime | None = None) -> Unit:
        """A new unit below `parent` (default: the root); what fell due before `since` (default: now) it does not owe."""
        return people.create_unit(self.session, name=name, parent=parent or self.root(), since=since)

    def person(
        self,
        *,
        number: str,
        name: str,
        unit: Unit,
        position: str,
        joined_on: date,
        facts: Mapping[str, Any],
        now: datetime,
    ) -> Person:
        """A new person in a unit."""
        return people.create_person(
            self.session,
            number=number,
            name=name,
            unit=unit,
            position=position,
            joined_on=joined_on,
            facts=facts,
            now=now,
        )

    def account(
        self, person: Person, *, role: str | None = None, unit: Unit | None = None, since: date, now: datetime
    ) -> Account:
        """An account with the demonstration's password, and a role where one is given."""
        account = (
            self._accounts.get(person.id)
            or accounts.create_accounts(self.session, person_ids=[person.id], now=now)[0]
        )
        if person.id not in self._accounts:
            accounts.set_password(self.session, account, PASSWORD, now=now)
            self._accounts[person.id] = account
        if role:
            roles.give_role(
                self.session, account=account, role=role, unit=unit, starts_on=since, given_by=None, now=now
            )
        return account

    def actor(self, person: Person, day: date) -> Actor:
        """What a person with an account may do on a day."""
        self.session.flush()
        return accounts.actor_of(self.session, self._accounts[person.id], day)

    def show_in_sign_in(self, shown: Sequence[Mapping[str, Any]]) -> None:
        """Who is offered by a click on the sign-in page: [{"number", "label": {"zh", "en"}}]."""
        tenants.put_setting(self.session, "demo_people", list(shown))

    def leave_work(self, person: Person, on: date) -> None:
        """The person's last day."""
        people.leave(self.session, person, on=on)

    def move(self, person: Person, unit: Unit, position: str, on: date) -> None:
        """The person works in another unit from `on`."""
        people.move_person(self.session, person, unit=unit, position=position, on=on)

    def absence(self, person: Person, kind: str, starts_on: date, ends_on: date | None) -> None:
        """A dated leave."""
        people.record_leave(self.session, person, kind=kind, starts_on=starts_on, ends_on=ends_on)

    def adopt(
        self,
        scheme: Scheme,
        *,
        starts_on: date,
        unit_ids: Sequence[int],
        minimum_days: int,
        admin: Person,
        answers: Mapping[str, str],
    ) -> Revision:
        """Settle the doubts by `answers`, the others as they are usually read, and adopt."""
        now, actor = self.at(starts_on - timedelta(days=3)), self.actor(admin, starts_on)
        taken = adoption.adopt_start(
            self.session, sector=self.sector.code, scheme=scheme, actor=actor, now=now
        )
        revision = adoption.revisions(self.session, taken)[0]
        for doubt, option in {**usual_answers(scheme), **answers}.items():
            adoption.settle_doubt(self.session, revision, doubt, option=option, actor=actor, now=now)
        adoption.set_scope(
            self.session, revision, unit_ids=list(unit_ids), minimum_days=minimum_days, actor=actor, now=now
        )
        adoption.adopt(self.session, revision, starts_on=starts_on, actor=actor, now=now)
        return revision

    def acknowledge(self, revision: Revision, persons: Iterable[Person], now: datetime) -> None:
        """They have read the scheme."""
        for person in persons:
            adoption.acknowledge(self.session, revision, person_id=person.id, now=now)

    def months(self, revision: Revision, years: Iterable[int], now: datetime) -> list[Period]:
        """The monthly periods of those years from the revision's start on, planned."""
        taken = self.session.need(Adoption, revision.adoption_id)
        made: list[Period] = []
        for year in years:
            planned = periods.plan(self.session, taken, periods.PeriodRule("month"), year)
            wanted = [
                one for one in planned if revision.starts_on is None or one.starts_on >= revision.starts_on
            ]
            made += periods.create(self.session, taken, wanted, now=now)
        return made

    def open(self, period: Period, by: Person) -> None:
        """Open a period on its first day."""
        periods.step(self.session, period, after="open", by=by.id, now=self.at(period.starts_on, 8))

    def finish(self, period: Period, by: Person, *, until: str) -> None:
        """Close a period, and go on to "published" or "final" as far as `until` says."""
        self.commit()
        moment = self.at(period.entries_until, 18)
        results.close(self.databases, self.tenant.id, period.id, by=by.id, clock=lambda: moment)
        self.session.expire_all()
        if until in ("published", "final"):
            results.publish(self.session, period, by=by.id, now=moment + timedelta(days=1))
        if until == "final":
            results.finalise(self.session, period, by=by.id, now=self.at(period.final_on, 17))
        self.commit()

    def decide(self, period: Period, *, by: Person, on: date, reason: str) -> None:
        """Carry out whatever the period's results call for, as somebody decides on a day."""
        actor = self.actor(by, on)
        for one in consequences.proposed(self.session, period):
            consequences.decide(
                self.session,
                one.proposal,
                accepted=True,
                reason=reason,
                actor=actor,
                today=on,
                now=self.at(on, 11),
            )
        self.commit()

    def record(
        self,
        period: Period,
        subject_id: int,
        clause_id: int,
        *,
        by: Person,
        on: date,
        reason: str | None = None,
        quantity: Decimal | int | None = None,
        points: Decimal | None = None,
        hour: int = 10,
        origin: str = "form",
    ) -> Entry:
        """One entry, recorded on its own day."""
        return entries.record(
            self.session,
            actor=self.actor(by, on),
            period=period,
            subject_id=subject_id,
            clause_id=clause_id,
            quantity=None if quantity is None else Decimal(quantity),
            points=points,
            reason=reason,
            happened_on=on,
            now=self.at(on, hour, 5),
            today=on,
            origin=origin,
        )

    def correct(self, entry: Entry, *, by: Person, on: date, clause_id: int, reason: str) -> Entry:
        """Put another entry in an entry's place."""
        return entries.correct(
            self.session,
            entry,
            actor=self.actor(by, on),
            clause_id=clause_id,
            reason=reason,
            now=self.at(on, 15),
            today=on,
        )

    def withdraw(self, entry: Entry, *, by: Person, on: date, reason: str) -> None:
        """Take an entry back."""
        entries.withdraw(self.session, entry, actor=self.actor(by, on), reason=reason, now=self.at(on, 16))

    def round(
        self,
        period: Period,
        form: str,
        subject_id: int,
        missed: Iterable[int],
        *,
        by: Person,
        on: date,
        hour: int = 8,
    ) -> None:
        """A round sheet of one person: the items missed, or none."""
        actor, now = self.actor(by, on), self.at(on, hour)
        sheet = sheets.open_sheet(
            self.session,
            actor=actor,
            period=period,
            subject_id=subject_id,
            form=form,
            day=on,
            now=now,
            today=on,
        )
        for clause_id in missed:
            sheets.tick(
                self.session, sheet, actor=actor, period=period, clause_id=clause_id, now=now, today=on
            )
        sheets.finish(self.session, sheet, actor=actor, period=period, now=now)


def fill(
    databases: Databases, registry: Registry, tell: Callable[[str, int, int], None], today: date | None = None
) -> Tenant:
    """Found the demonstration and let each sector that has a story tell it; `tell(what, done, total)` is progress.

    A demonstration that was interrupted half-way is refused by its code being taken: remove its data folder.
    """
    sectors = [sector for sector in registry.sectors.values() if sector.demo is not None]
    title = "示范医院"
    tenant = found_tenant(
        databases, code=CODE, name=title, now=datetime.now(UTC), sectors=[s.code for s in sectors]
    )
    now = datetime.now(UTC)
    day = today or now.astimezone(ZoneInfo(tenant.zone)).date()
    for sector in sectors:
        kit = DemoKit(databases, tenant, sector, tell, day, None if today else now)
        assert sector.demo is not None
        sector.demo(kit)
        kit.commit()
        kit.session.close()
    with databases.tenant(tenant.id) as session:
        tenants.put_setting(session, "demo_ready", True)
        session.commit()
    return tenant


def exists(databases: Databases) -> bool:
    """Whether the demonstration is in place, filled to its end."""
    tenant = tenants.find_tenant(databases, CODE)
    if tenant is None:
        return False
    with databases.tenant(tenant.id, write=False) as session:
        return bool(tenants.setting(session, "demo_ready", False))
