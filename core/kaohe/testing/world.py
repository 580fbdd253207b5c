"""A small organisation for tests, made through the services: two assessed units, six people, two months.

The month before is closed and published, the running one is open. Every text carries `marker`, so that a test can
see whether anything of this organisation shows up elsewhere. `things` holds, for every name that an address may
carry, the id of somebody's object: `things["entry"]["member"]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kaohe.accounts import roles
from kaohe.accounts import service as accounts
from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.db import Databases, TenantSession
from kaohe.entries import service as entries
from kaohe.entries.models import Entry
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.models import Run
from kaohe.scheme import Scheme, usual_answers
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant
from kaohe.testing.belongings import furnish_people
from kaohe.testing.recorded import record_facts
from kaohe.testing.roles import EVERYBODY, HOMES, ROLES

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
FAMILY = "方林许陈周吴"


@dataclass
class World:
    """The people by role, the units, the scheme and its periods; the rows stay readable after the session closed."""

    databases: Databases
    tenant: Tenant
    scheme: Scheme
    sector: str = ""
    marker: str = ""
    now: datetime = NOW
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    things: dict[str, dict[str, int]] = field(default_factory=dict)
    others: dict[str, dict[str, str]] = field(default_factory=dict)  # parts of addresses that no page shows
    adoption: Adoption = field(init=False)
    revision: Revision = field(init=False)
    before: Period = field(init=False)  # the month before: closed and published
    period: Period = field(init=False)  # the running month, open

    @property
    def today(self) -> date:
        """The organisation's day at `now`."""
        return self.now.astimezone(ZoneInfo(self.tenant.zone)).date()

    @property
    def since(self) -> date:
        """The day on which everybody joined."""
        return date(self.today.year - 1, 1, 1)

    def session(self, *, write: bool = True) -> TenantSession:
        """A session of this tenant."""
        return self.databases.tenant(self.tenant.id, write=write)

    def actor(self, role: str, day: date | None = None) -> Actor:
        """What the person of that role may do on a day."""
        with self.session(write=False) as session:
            return accounts.actor_of(session, self.accounts[role], day or self.today)

    def thing(self, name: str, role: str) -> int | None:
        """The id of that role's object of a kind, or of the one that everybody shares."""
        kept = self.things[name]
        return kept.get(role, kept.get(EVERYBODY))

    def keep(self, name: str, role: str, ident: int) -> None:
        """Note an object as `role`'s."""
        self.things.setdefault(name, {})[role] = ident

    def record(
        self,
        session: TenantSession,
        clause_id: int,
        *,
        who: str = "member",
        by: str = "assessor",
        period: Period | None = None,
        **more: Any,
    ) -> Entry:
        """An entry with a reason, on today's date or the last day of an earlier period."""
        at = period or self.period
        values = {
            "happened_on": min(self.today, at.ends_on),
            "reason": f"事由{self.marker}",
            "now": self.now,
            "today": self.today,
            **more,
        }
        subject = self.people[who].id
        return entries.record(
            session, actor=self.actor(by), period=at, subject_id=subject, clause_id=clause_id, **values
        )


def build_world(
    databases: Databases,
    tenant: Tenant,
    scheme: Scheme,
    *,
    sector: str,
    marker: str = "",
    now: datetime = NOW,
    whole: bool = True,
) -> World:
    """Fill an empty tenant. `whole`: with entries, sheets, files, jobs, a closed month and all else; or people and periods only.

    The scheme is adopted as usually read; the office is not assessed.
    """
    world = World(databases, tenant, scheme, sector, marker, now)
    with world.session() as session:
        tenants.switch_on(session, sector, now=now)
        _hire(session, world)
        session.commit()
        _adopt(session, world)
        session.commit()
    if whole:
        _live(world)
    return world


def _hire(session: TenantSession, world: World) -> None:
    root = people.create_unit(session, name=f"总部{world.marker}", parent=None)
    world.units = {"root": root}
    for key, name in (("office", "办公室"), ("first", "一部"), ("second", "二部")):
        world.units[key] = people.create_unit(session, name=f"{name}{world.marker}", parent=root)
    for place, (role, home) in enumerate(zip(ROLES, HOMES, strict=True), start=1):
        world.people[role] = people.create_person(
            session,
            number=f"P{place:03d}{world.marker}",
            name=f"{FAMILY[place - 1]}小{'一二三四五六'[place - 1]}{world.marker}",
            unit=world.units[home],
            position=f"职员{world.marker}",
            joined_on=world.since,
            note=f"备注{world.marker}",
            now=world.now,
            facts=_facts(world.scheme),
        )
    ids = [person.id for person in world.people.values()]
    made = accounts.create_accounts(session, person_ids=ids, now=world.now)
    for role, account in zip(world.people, made, strict=True):
        account.state = "active"
        world.accounts[role] = account
    session.flush()
    given = {
        "admin": ("admin", None),
        "assessor": ("assessor", "first"),
        "other_assessor": ("assessor", "second"),
    }
    for role, (power, covered) in given.items():
        unit = world.units[covered] if covered else None
        account = world.accounts[role]
        grant = roles.give_role(
            session,
            account=account,
            role=power,
            unit=unit,
            starts_on=world.since,
            given_by=None,
            now=world.now,
        )
        world.keep("grant", role, grant.id)
    session.flush()


def _facts(scheme: Scheme) -> dict[str, Any]:
    found = {}
    for fact in scheme.facts:
        values = people.choices(fact)
        if values:
            found[fact.code] = people.checked(fact, values[len(values) // 2][0])
    return found


def _adopt(session: TenantSession, world: World) -> None:
    now = world.now
    world.adoption = adoption.adopt_start(
        session, sector=world.sector, scheme=world.scheme, actor=None, now=now
    )
    world.revision = adoption.revisions(session, world.adoption)[0]
    usual = usual_answers(world.scheme)
    for doubt in world.scheme.doubts:
        option = usual.get(doubt.code) or doubt.options[0].code
        adoption.settle_doubt(session, world.revision, doubt.code, option=option, actor=None, now=now)
    assessed = [world.units["first"].id, world.units["second"].id]
    adoption.set_scope(session, world.revision, unit_ids=assessed, minimum_days=0, actor=None, now=now)
    running = world.today.replace(day=1)
    earlier = (running - timedelta(days=1)).replace(day=1)
    adoption.adopt(session, world.revision, starts_on=earlier, actor=None, now=now)
    rule = periods.PeriodRule("month")
    planned = [
        one
        for year in sorted({earlier.year, running.year})
        for one in periods.plan(session, world.adoption, rule, year)
        if one.starts_on in (earlier, running)
    ]
    world.before, world.period = periods.create(session, world.adoption, planned, now=now)
    for period in (world.before, world.period):
        periods.step(session, period, after="open", by=None, now=now)
    world.scheme = adoption.scheme_of(session, world.revision.id)


def _live(world: World) -> None:
    with world.session() as session:
        furnish_people(session, world)
        record_facts(session, world)
        session.commit()
    by = world.people["admin"].id
    results.close(world.databases, world.tenant.id, world.before.id, by=by, clock=lambda: world.now)
    with world.session() as session:
        world.before = session.need(Period, world.before.id)
        results.publish(session, world.before, by=by, now=world.now)
        later = adoption.draft_next(
            session, session.need(Adoption, world.adoption.id), actor=None, now=world.now
        )
        world.keep("revision", "colleague", later.id)
        world.keep("run", EVERYBODY, session.scalars(select(Run.id)).one())
        adoption.acknowledge(session, world.revision, person_id=world.people["colleague"].id, now=world.now)
        session.commit()
        session.expunge_all()


__all__ = ["NOW", "World", "build_world"]
