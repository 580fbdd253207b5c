"""A desk, two units that hold cases, and people of each, under an adopted scheme with open months."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kaohe.accounts import roles
from kaohe.accounts import service as accounts
from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.cases import service
from kaohe.cases.models import Case, CaseClockRow, CaseStepRow
from kaohe.cases.sweeps import settle_overtime
from kaohe.db import Databases, TenantSession
from kaohe.entries.models import Entry
from kaohe.jobs.schedule import load_sweeps
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.plugins import CaseKind, Registry, build_registry
from kaohe.scheme import usual_answers
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIELDS = {
    "fault": {"address": "人民路 86 号", "symptom": "整栋停电"},
    "complaint": {"about": "司机态度", "account": "途中争吵"},
}


def at(text: str) -> datetime:
    """A moment in Shanghai: "2026-02-09 08:00" or with seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@dataclass
class Desk:
    """Who is there, by name: units desk, first, second; people clerk (assesses the desk), crew, other, admin."""

    databases: Databases
    tenant: Tenant
    sector: str
    registry: Registry = field(default_factory=build_registry)
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    periods: list[Period] = field(default_factory=list)
    session: TenantSession = None  # type: ignore[assignment]
    day: date = date(2026, 1, 1)

    def kind(self, code: str) -> CaseKind:
        return next(one for one in self.registry.sectors[self.sector].cases if one.code == code)

    def actor(self, who: str) -> Actor:
        return accounts.actor_of(self.session, self.accounts[who], self.day)

    def log(
        self, when: str, kind: str = "fault", *, where: str = "", who: str = "clerk", **more: Any
    ) -> Case:
        found = self.kind(kind)
        where = where or (found.circumstances[0].code if found.circumstances else "")
        options: dict[str, Any] = {
            "fields": FIELDS.get(kind, {}),
            "unit": self.units["desk"],
            "now": at(when),
            **more,
        }
        case = service.log(
            self.session,
            key=f"{self.sector}.{kind}",
            kind=found,
            circumstance=where,
            actor=self.actor(who),
            **options,
        )
        self.session.commit()
        return case

    def take(self, case: Case, step: str, when: str, *, who: str = "clerk", **more: Any) -> CaseStepRow:
        """Take a step, as reported at `when`; `happened` says when it happened, `to` names the unit."""
        happened = more.pop("happened", None)
        to = more.pop("to", None)
        row = service.take(
            self.session,
            case,
            kind=self.kind(case.kind.partition(".")[2]),
            step=step,
            actor=self.actor(who),
            now=at(when),
            happened_at=at(happened) if happened else None,
            unit=self.units[to] if to else None,
            **more,
        )
        self.session.commit()
        return row

    def correct(
        self, case: Case, row: CaseStepRow, happened: str, *, when: str, who: str = "clerk"
    ) -> CaseStepRow:
        fixed = service.correct(
            self.session,
            case,
            row,
            kind=self.kind(case.kind.partition(".")[2]),
            happened_at=at(happened),
            reason="记错时间",
            actor=self.actor(who),
            now=at(when),
        )
        self.session.commit()
        return fixed

    def round(self, when: str) -> None:
        """Go the round over clocks, as the worker does; what other rounds find is not the cases' business."""
        self.session.commit()
        load_sweeps()
        settle_overtime(self.databases, self.tenant.id, at(when))
        self.fresh()

    def fresh(self) -> None:
        """Read cases, clocks, entries and periods anew when they are asked next; people and units stay as they are."""
        for thing in list(self.session):
            if isinstance(thing, Case | CaseClockRow | Entry | Period):
                self.session.expire(thing)

    def clocks(self, case: Case, code: str) -> list[CaseClockRow]:
        self.fresh()
        return [row for row in service.clock_rows(self.session, case) if row.clock == code]

    def states(self, case: Case, code: str) -> list[str]:
        return [row.state for row in self.clocks(case, code)]

    def entries(self, unit: str, *, standing: bool = True) -> list[Entry]:
        """The entries that clocks made about a unit, by time."""
        query = select(Entry).where(Entry.subject_id == self.units[unit].id, Entry.origin == "case_clock")
        if standing:
            query = query.where(Entry.replaced_by.is_(None))
        return list(self.session.scalars(query.order_by(Entry.recorded_at, Entry.id)))


def found_desk(
    databases: Databases,
    tenant: Tenant,
    session: TenantSession,
    sector: str,
    scheme: str,
    *,
    year: int = 2026,
    answers: dict[str, str] | None = None,
    opened: bool = True,
) -> Desk:
    """Found the organisation and open the year's months."""
    desk = Desk(databases, tenant, sector, session=session)
    first = date(year, 1, 1)
    desk.day = first
    now = datetime(year - 1, 12, 20, 2, 0, tzinfo=UTC)
    tenants.switch_on(session, sector, now=now)
    root = people.root(session) or people.create_unit(session, name="总公司", parent=None)
    desk.units["root"] = root
    for key, name in (("desk", "工单台"), ("first", "城关供电所"), ("second", "南溪供电所")):
        desk.units[key] = people.create_unit(session, name=name, parent=root)
    for number, (who, name, unit, role) in enumerate(
        (
            ("admin", "方文静", "desk", "admin"),
            ("clerk", "周雅琴", "desk", "assessor"),
            ("crew", "邓海波", "first", None),
            ("head", "陆国强", "first", "assessor"),
            ("other", "沈立", "second", None),
        ),
        start=1,
    ):
        person = people.create_person(
            session, number=f"E{number:03d}", name=name, unit=desk.units[unit], position="职员",
            joined_on=date(year - 3, 1, 1), now=now,
        )  # fmt: skip
        account = accounts.create_accounts(session, person_ids=[person.id], now=now)[0]
        account.state = "active"
        if role:
            roles.give_role(
                session, account=account, role=role, unit=None if role == "admin" else desk.units[unit],
                starts_on=date(year - 1, 1, 1), given_by=None, now=now,
            )  # fmt: skip
        desk.people[who], desk.accounts[who] = person, account
    _adopt(desk, scheme, first, now, answers or {}, opened)
    session.commit()
    return desk


def _adopt(desk: Desk, code: str, first: date, now: datetime, answers: dict[str, str], opened: bool) -> None:
    session, scheme = desk.session, desk.registry.sectors[desk.sector].scheme(code)
    held: Adoption = adoption.adopt_start(session, sector=desk.sector, scheme=scheme, actor=None, now=now)
    revision = adoption.revisions(session, held)[0]
    usual = usual_answers(scheme)
    for doubt in scheme.doubts:
        option = answers.get(doubt.code) or usual.get(doubt.code) or doubt.options[0].code
        adoption.settle_doubt(session, revision, doubt.code, option=option, actor=None, now=now)
    adoption.adopt(session, revision, starts_on=first, actor=None, now=now)
    planned = periods.plan(session, held, periods.PeriodRule("month"), first.year)
    desk.periods = periods.create(session, held, planned, now=now)
    for period in desk.periods if opened else ():
        periods.step(session, period, after="open", by=None, now=now)
