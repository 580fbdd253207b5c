"""A case, a movement of money and an appeal in the demonstration, so that the walk finds their pages."""

from __future__ import annotations

from browser_house import House
from sqlalchemy import select

from kaohe.accounts import service as accounts
from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.appeals import service as appeals
from kaohe.cases import service as cases
from kaohe.consequences.models import Proposal
from kaohe.db import TenantSession
from kaohe.files import service as files
from kaohe.ledger import service as ledger
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.plugins import build_registry
from kaohe.results import service as results
from kaohe.scheme import usual_answers
from kaohe.tenants import service as tenants

Found = dict[str, list[int]]


def work(session: TenantSession, house: House, code: str, admin: Person, picture: bytes) -> Found:
    """A fault with a file at the administrator's desk, a deposit paid in, and what the year's results proposed."""
    sector = build_registry().sectors["power_supply"]
    scheme = sector.scheme("power.hotline")
    for each in ("power_supply", "coach_transport"):
        tenants.switch_on(session, each, now=house.now)
    held = adoption.adopt_start(session, sector=sector.code, scheme=scheme, actor=None, now=house.now)
    revision = adoption.revisions(session, held)[0]
    for doubt, option in usual_answers(scheme).items():
        adoption.settle_doubt(session, revision, doubt, option=option, actor=None, now=house.now)
    first = house.today(code).replace(month=1, day=1)
    adoption.adopt(session, revision, starts_on=first, actor=None, now=house.now)
    actor = _actor(session, house, code, admin)
    kind = next(one for one in sector.cases if one.code == "fault")
    case = cases.log(
        session,
        key="power_supply.fault",
        kind=kind,
        unit=people.units(session)[1],
        circumstance="city",
        fields={"address": admin.name, "symptom": admin.name},  # words of neither language
        actor=actor,
        now=house.now,
    )
    file = files.take_in(
        session,
        folder=house.databases.settings.folder,
        content=picture,
        name="表箱.jpg",
        actor=actor,
        now=house.now,
    )
    cases.attach(session, case, [file], actor=actor, now=house.now)
    act = ledger.Act("walk", None, house.now, house.today(code), house.today(code), "上岗缴存")
    paid = ledger.pay_in(
        session, ledger.book_of(session), admin.id, kind="deposit", amount_fen=500_000, act=act
    )
    proposals = session.scalars(select(Proposal.id).order_by(Proposal.id)).first()
    assert proposals is not None
    return {"case": [case.id], "case_file": [file.id], "movement": [paid.id], "proposal": [proposals]}


def appeal(house: House, code: str, member: Person) -> int:
    """The member's appeal against the running month, which is closed, published and opened again for it."""
    tenant = house.tenant(code)
    with house.session(code) as session:
        found = select(Period).where(Period.state == "open").order_by(Period.starts_on)
        period = session.scalars(found).first()
        assert period is not None
        ident = period.id
    results.close(house.databases, tenant.id, ident, by=None, clock=lambda: house.now)
    with house.session(code, write=True) as session:
        period = session.need(Period, ident)
        results.publish(session, period, by=None, now=house.now)
        made = appeals.file(
            session,
            period=period,
            subject_id=member.id,
            reason="当天已经补做，请核对",
            actor=_actor(session, house, code, member),
            now=house.now,
            today=house.today(code),
        )
        results.reopen(session, period, by=None, now=house.now, reason="核对申诉")
        session.commit()
        return made.id


def _actor(session: TenantSession, house: House, code: str, person: Person) -> Actor:
    account = session.scalars(select(Account).where(Account.person_id == person.id)).one()
    return accounts.actor_of(session, account, house.today(code))
