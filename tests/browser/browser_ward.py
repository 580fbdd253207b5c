"""A ward in an organisation of its own: a head nurse, her nurses, an administrator, and the running month open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from browser_house import House
from sqlalchemy import select

from kaohe.accounts.founding import found_tenant
from kaohe.db import TenantSession
from kaohe.demo import DemoKit
from kaohe.entries.models import Entry, Sheet, Withdrawal
from kaohe.entries.score import score_now
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe_nursing.scheme import NURSING

CODE = "ward"
NURSES = (
    "许佳宁", "林晓芸", "沈佳怡", "陆一帆", "顾思齐", "江晚晴",
    "何静怡", "宋清扬", "魏安然", "程予心", "苗春燕", "罗可欣",
)  # fmt: skip
PRAISED, COMPLAINT, QUARREL, NOT_ON_DEMAND = 31, 32, 33, 34


@dataclass
class Ward:
    """Who is there, by name; and what is stored about them."""

    house: House
    admin: str = "A001"
    head: str = "B001"
    people: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    unit: int = 0
    period: int = 0

    def session(self, *, write: bool = False) -> TenantSession:
        return self.house.session(CODE, write=write)

    def entries(self, name: str) -> list[Entry]:
        """All entries about somebody that are not withdrawn or replaced, oldest first."""
        with self.session() as session:
            found = (
                select(Entry)
                .outerjoin(Withdrawal, Withdrawal.entry_id == Entry.id)
                .where(
                    Entry.subject_id == self.people[name],
                    Entry.replaced_by.is_(None),
                    Withdrawal.id.is_(None),
                )
                .order_by(Entry.recorded_at, Entry.id)
            )
            kept = list(session.scalars(found))
            session.expunge_all()
            return kept

    def sheets(self, name: str) -> list[Sheet]:
        with self.session() as session:
            kept = list(session.scalars(select(Sheet).where(Sheet.subject_id == self.people[name])))
            session.expunge_all()
            return kept

    def score(self, name: str) -> str:
        """The score as it stands, from the records."""
        with self.session() as session:
            points = score_now(session, session.need(Period, self.period), self.people[name]).points
            assert points is not None
            return f"{points.normalize():f}"


def found_ward(house: House) -> Ward:
    """Found the organisation through the services, as its administrator would."""
    ward = Ward(house)
    tenant = found_tenant(house.databases, code=CODE, name="城南医院", now=house.now, sectors=["nursing"])
    today = house.today(CODE)
    first = today.replace(day=1)
    long_ago = first - timedelta(days=400)
    kit = DemoKit(
        house.databases, tenant, house.registry.sectors["nursing"], lambda _what, _done, _total: None, today
    )
    now = kit.at(long_ago)
    office, heart = kit.unit("护理部"), kit.unit("心内科")

    def hire(number: str, name: str, unit: Unit, position: str) -> Person:
        facts = {"star": 3} if unit is heart else {}
        return kit.person(
            number=number, name=name, unit=unit, position=position, joined_on=long_ago, facts=facts, now=now
        )

    admin, head = hire("A001", "方文静", office, "主任"), hire("B001", "周敏", heart, "护士长")
    kit.account(admin, role="admin", since=long_ago, now=now)
    kit.account(head, role="assessor", unit=heart, since=long_ago, now=now)
    for place, name in enumerate(NURSES, start=1):
        nurse = hire(f"B{place + 1:03d}", name, heart, "护师")
        kit.account(nurse, since=long_ago, now=now)
        ward.people[name], ward.numbers[name] = nurse.id, nurse.number
    ward.people["周敏"] = head.id
    revision = kit.adopt(
        NURSING,
        starts_on=first,
        unit_ids=[heart.id],
        minimum_days=0,
        admin=admin,
        answers={"left_out": "as_printed"},
    )
    ids = [*ward.people.values()]
    kit.acknowledge(
        revision, [kit.session.need(Person, ident) for ident in ids], kit.at(first - timedelta(days=1))
    )
    periods = kit.months(revision, [first.year], kit.at(first - timedelta(days=1)))
    period = next(one for one in periods if one.starts_on == first)
    kit.open(period, admin)
    kit.commit()
    ward.unit, ward.period = heart.id, period.id
    kit.session.close()
    return ward
