"""A small organisation for tests, made through the services: two assessed units, six people, two months.

The month before is closed and published, the running one is open. Every text carries `marker`, so that a test can
see whether anything of this organisation shows up elsewhere. `things` holds, for every name that an address may
carry, the id of somebody's object: `things["entry"]["member"]`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kaohe.accounts import roles, slips
from kaohe.accounts import service as accounts
from kaohe.accounts.models import Account, SignIn
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.db import Databases, TenantSession
from kaohe.entries import service as entries
from kaohe.entries import sheets
from kaohe.entries.models import Entry
from kaohe.files import service as files
from kaohe.files.content import Checked
from kaohe.files.models import StoredFile
from kaohe.jobs import service as jobs
from kaohe.people import service as people
from kaohe.people.intake import drafts
from kaohe.people.models import EarlierResult, Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.models import Run
from kaohe.scheme import Occurred, Scheme, asked, usual_answers
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
ROLES = ("admin", "assessor", "member", "colleague", "other_assessor", "outsider")
HOMES = ("office", "first", "first", "first", "second", "second")
FAMILY = "方林许陈周吴"
EVERYBODY = "everybody"


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


def plain_clauses(scheme: Scheme) -> list[int]:
    """Ids of clauses and items under which an entry needs no figure but a reason at most, in the scheme's order."""
    ids = [item.id for clause in scheme.clauses() for item in (clause.items or (clause,))]
    return [
        ident
        for ident in ids
        if not any((wanted := asked(scheme, ident)).quantity or wanted.points or wanted.amount_fen or ())
    ]


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
        _remember(session, world)
        _record(session, world)
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


def _remember(session: TenantSession, world: World) -> None:
    for role, home in zip(ROLES, HOMES, strict=True):
        person, account = world.people[role], world.accounts[role]
        world.keep("person", role, person.id)
        world.keep("account", role, account.id)
        world.keep("unit", role, world.units[home].id)
        world.tokens[role] = accounts.start_sign_in(
            session, account=account, now=world.now, device=f"浏览器{world.marker}"
        )
        away = people.record_leave(
            session,
            person,
            kind=f"事假{world.marker}",
            starts_on=world.since,
            ends_on=world.since + timedelta(days=3),
            note=f"备注{world.marker}",
        )
        world.keep("absence", role, away.id)
        world.keep("file", role, _file(session, world, role).id)
        job = jobs.enqueue(
            session,
            kind="test.nothing",
            args={"about": [f"事务{world.marker}", f"Matter {world.marker}"]},
            created_by=person.id,
            now=world.now,
        )
        job.state, job.ended_at = "done", world.now
        world.keep("job", role, job.id)
        world.keep("draft", role, _draft(session, world, role).id)
        session.add(
            EarlierResult(
                person_id=person.id,
                scheme_code=world.scheme.code,
                starts_on=world.since,
                ends_on=world.since + timedelta(days=30),
                score=90,
                grade=None,
            )
        )
    session.flush()
    for role, account in world.accounts.items():
        kept = session.scalars(select(SignIn.id).where(SignIn.account_id == account.id)).first()
        assert kept is not None
        world.keep("sign_in", role, kept)
    slips.issue_slips(session, accounts=[world.accounts["outsider"]], issued_by=None, now=world.now)
    _grants(session, world)
    world.keep("period", EVERYBODY, world.period.id)
    world.keep("period", "colleague", world.before.id)
    world.keep("revision", EVERYBODY, world.revision.id)
    world.keep("adoption", EVERYBODY, world.adoption.id)


def _grants(session: TenantSession, world: World) -> None:
    """A stand-in named by each assessor, and roles given by the administrator."""
    until = world.today + timedelta(days=20)
    for role, home, deputy in (("assessor", "first", "colleague"), ("other_assessor", "second", "outsider")):
        grant = roles.name_deputy(
            session,
            actor=world.actor(role),
            unit=world.units[home],
            deputy=world.accounts[deputy],
            starts_on=world.today + timedelta(days=10),
            ends_on=until,
            now=world.now,
            today=world.today,
        )
        world.keep("grant", role, grant.id)
    for role in ("member", "colleague"):
        grant = roles.give_role(
            session,
            account=world.accounts[role],
            role="assessor",
            unit=world.units["office"],
            starts_on=until,
            given_by=None,
            now=world.now,
        )
        world.keep("grant", role, grant.id)


def _file(session: TenantSession, world: World, role: str) -> StoredFile:
    words = f"%PDF-1.4\n% {world.marker} {role}\n%%EOF\n".encode()
    checked = Checked(
        "pdf", "application/pdf", f"证据{world.marker}.pdf", words, hashlib.sha256(words).hexdigest()
    )
    folder = world.databases.settings.folder
    return files.keep(session, folder=folder, checked=checked, actor=world.actor(role), now=world.now)


def _draft(session: TenantSession, world: World, role: str) -> Any:
    rows = [
        "部门\t工号\t姓名\t职务",
        f"一部{world.marker}\tN9{role}\t新人{world.marker}\t职员",
        f"三部{world.marker}\tN8{role}\t另人{world.marker}\t职员",
    ]
    return drafts.start_draft(
        session,
        kind=drafts.ROSTER,
        data=b"",
        name=f"名单{world.marker}",
        pasted="\n".join(rows),
        day=world.period.starts_on,
        by=world.people[role].id,
        now=world.now,
    )


def _record(session: TenantSession, world: World) -> None:
    """Entries of both months, a corrected and a withdrawn one, evidence, sheets, and what has consequences."""
    usual = [ident for ident in plain_clauses(world.scheme) if ident not in _grave(world.scheme)]
    for place, (who, by) in enumerate(
        (
            ("member", "assessor"),
            ("colleague", "assessor"),
            ("assessor", "admin"),
            ("outsider", "other_assessor"),
        )
    ):
        world.record(session, usual[place], who=who, by=by, period=world.before)
        entry = world.record(session, usual[place + 1], who=who, by=by)
        shown = session.need(StoredFile, world.things["file"][who])
        entries.attach(session, entry, actor=world.actor(by), files=[shown], now=world.now)
        world.keep("entry", who, entry.id)
        gone = world.record(session, usual[place + 2], who=who, by=by)
        entries.withdraw(session, gone, actor=world.actor(by), reason=f"撤回{world.marker}", now=world.now)
        wrong = world.record(session, usual[place + 3], who=who, by=by)
        entries.correct(
            session,
            wrong,
            actor=world.actor(by),
            clause_id=usual[place + 4],
            reason=f"更正{world.marker}",
            now=world.now,
            today=world.today,
        )
        _sheet(session, world, who, by)
    world.keep("entry", "admin", world.record(session, usual[6], who="colleague", by="admin").id)
    for ident in _grave(world.scheme):
        world.record(session, ident, who="colleague", period=world.before)


def _grave(scheme: Scheme) -> list[int]:
    """Clauses that call for a decision once they occur."""
    named = {i for one in scheme.consequences if isinstance(when := one.when, Occurred) for i in when.clauses}
    return sorted(named & set(plain_clauses(scheme)))


def _sheet(session: TenantSession, world: World, who: str, by: str) -> None:
    form = next((one for one in world.scheme.forms if one.kind in ("round", "sheet")), None)
    if form is None:
        return
    items = [item.id for _, some in world.scheme.form_clauses(form.code) for c in some for item in c.items]
    same: dict[str, Any] = {"actor": world.actor(by), "period": world.period, "now": world.now}
    sheet = sheets.open_sheet(
        session, subject_id=world.people[who].id, form=form.code, day=world.today, today=world.today, **same
    )
    sheets.tick(session, sheet, clause_id=items[-1], today=world.today, **same)
    world.keep("sheet", who, sheet.id)
    if who == "assessor":
        world.keep("sheet", "admin", sheet.id)


__all__ = ["EVERYBODY", "NOW", "ROLES", "World", "build_world", "plain_clauses"]
