"""A small organisation with a scheme of its own: two wards, some people, an open September."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.adoption.models import Adoption, Revision
from kaohe.db import Databases, TenantSession
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.scheme import (
    Checklist,
    Chosen,
    Citation,
    Clause,
    Cycle,
    Effect,
    Escalating,
    Examination,
    Fact,
    Form,
    Grade,
    Item,
    Measure,
    Part,
    PerOccurrence,
    Scheme,
    Source,
    Step,
    Sum,
    Text,
    to_json,
)
from kaohe.testing.fixtures import NOW, TODAY

D = Decimal
JOINED = date(2020, 1, 1)


def both(zh: str, en: str = "") -> Text:
    return Text(zh, en or zh)


CITE = Citation("样本", "§1")
TEACH, BASIC = 100, 200
PRAISE, COMPLAINT, QUARREL, STUDY, LATE_FORM, EXAM, WARD_EXAM, CONCEAL = (
    301,
    302,
    303,
    304,
    305,
    306,
    307,
    308,
)
POOL, DAYS, SATISFIED, LEVEL_CUT = 901, 902, 903, 309


def _part(code: str, zh: str, points: int, clauses: tuple[Clause, ...]) -> Part:
    value = D(points)
    return Part(code, both(zh, code), points=value, floor=D(0), ceiling=value, clauses=clauses, cite=CITE)


def sample_scheme() -> Scheme:
    """Six dimensions with every kind of clause that a form can record."""
    teach = Clause(
        TEACH,
        "teach",
        both("健康教育未掌握", "item not mastered"),
        Checklist(D("-0.5")),
        cite=CITE,
        forms=("round",),
        items=tuple(
            Item(TEACH + n, both(f"宣教 {n}", f"teaching {n}"), both("入院前", "before admission"))
            for n in range(1, 6)
        ),
    )
    basic = Clause(
        BASIC,
        "basic",
        both("基础护理未做到", "care not given"),
        Checklist(D(-1)),
        cite=CITE,
        forms=("round",),
        items=tuple(
            Item(BASIC + n, both(f"床单位 {n}", f"bed {n}"), both("床单位", "bed unit")) for n in range(1, 7)
        ),
    )
    each = both("每次", "each time")
    service = (
        Clause(
            PRAISE,
            "praise",
            both("被点名表扬", "praised by name"),
            PerOccurrence(D("0.5"), per=each),
            cite=CITE,
            forms=("one",),
        ),
        Clause(
            COMPLAINT,
            "complaint",
            both("投诉经查实", "verified complaint"),
            PerOccurrence(D("-0.5"), per=each),
            cite=CITE,
            forms=("one",),
        ),
        Clause(
            QUARREL,
            "quarrel",
            both("与人争吵", "quarrel"),
            PerOccurrence(D(-5), per=each),
            cite=CITE,
            forms=("one",),
        ),
    )
    theory = (
        Clause(
            EXAM,
            "exam",
            both("理论考试不及格", "theory below 85"),
            Examination(D(85), D(-1)),
            cite=CITE,
            forms=("marks",),
        ),
        Clause(
            WARD_EXAM,
            "skill",
            both("操作考试不及格", "skills below 90"),
            Examination(D(90), D(-1)),
            cite=CITE,
            forms=("marks",),
        ),
        Clause(
            STUDY,
            "study",
            both("学习缺席", "absent from study"),
            Escalating((Step(D(-2)), Step(D(-4)))),
            cite=CITE,
            forms=("one",),
        ),
    )
    records = (
        Clause(
            LATE_FORM,
            "late",
            both("未及时书写", "not in time"),
            PerOccurrence(D("-0.5"), by_quantity=True, per=both("每处", "a place")),
            cite=CITE,
            forms=("one",),
        ),
        Clause(
            CONCEAL,
            "conceal",
            both("隐瞒差错", "concealed"),
            Chosen(D(-8), D("-0.5")),
            cite=CITE,
            forms=("one",),
        ),
        Clause(
            LEVEL_CUT,
            "serious",
            both("严重差错", "serious error"),
            PerOccurrence(
                D(0),
                per=both("每例", "a case"),
                effects=(Effect("level_lowered", both("等级降一级", "level lowered"), fact="level", by=1),),
            ),
            cite=CITE,
            forms=("one",),
        ),
    )
    root = Part(
        "all",
        both("总分", "total"),
        points=None,
        floor=D(0),
        combine=Sum(),
        parts=(
            _part("teach", "健康教育", 14, (teach,)),
            _part("basic", "基础护理", 28, (basic,)),
            _part("service", "优质服务", 21, service),
            _part("theory", "理论知识", 17, theory),
            _part("records", "文书", 20, records),
        ),
    )
    return Scheme(
        "sample", both("样本方案", "Sample scheme"), "person", Cycle("month"), root,
        grades=(Grade("good", both("良", "good"), D(80)), Grade("poor", both("差", "poor"))),
        sources=(Source("样本", both("样本", "sample")),),
        facts=(Fact("level", both("等级", "level"), "level", low=1, high=5),),
        measures=(
            Measure(POOL, "pool", both("奖金总额", "pool"), "tenant", both("元", "yuan"), "last", decimals=2),
            Measure(DAYS, "days", both("出勤天数", "days"), "person", both("天", "days"), "last", high=D(31)),
            Measure(SATISFIED, "satisfied", both("满意度", "satisfaction"), "unit", both("%", "%"), "last", high=D(100), decimals=2),
        ),
        forms=(
            Form("round", both("检查表", "Round sheet"), "round"),
            Form("one", both("单条录入", "Single entry"), "single"),
            Form("marks", both("考试成绩", "Marks"), "marks"),
        ),
    )  # fmt: skip


@dataclass
class World:
    """The organisation of a test, with the actors that act in it."""

    session: TenantSession
    root: Unit
    heart: Unit
    bone: Unit
    period: Period
    people: dict[str, Person]
    actors: dict[str, Actor] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    databases: Databases | None = None

    def look(self) -> TenantSession:
        """A reading session of its own, which holds nothing up."""
        assert self.databases is not None
        return self.databases.tenant(self.session.tenant_id, write=False)

    def record(self, who: str = "许佳宁", clause: int = QUARREL, **more):
        """Record with usual values; everything can be given."""
        from kaohe.entries import service

        values = {
            "actor": self.actors["head"], "period": self.period, "subject_id": self.people[who].id, "clause_id": clause,
            "reason": "查房时发现", "happened_on": date(2026, 9, 10), "now": NOW, "today": TODAY,
        }  # fmt: skip
        return service.record(self.session, **{**values, **more})


def make_world(session: TenantSession, **changed: Any) -> World:
    """Root, two wards, five people of 心内科 and two of 骨科, the scheme adopted, September open, August closed.

    `changed`: fields of the scheme that are other than the sample's.
    """
    root = people.create_unit(session, name="示范医院", parent=None)
    heart = people.create_unit(session, name="心内科", parent=root)
    bone = people.create_unit(session, name="骨科", parent=root)
    found: dict[str, Person] = {}
    rows = [
        ("H1001", "周敏", heart, "护士长"), ("H2207", "许佳宁", heart, "护师"), ("H2208", "贺子涵", heart, "护士"),
        ("H2209", "陈雨桐", heart, "护士"), ("H2210", "林晓芸", heart, "护士"), ("H3001", "郝清强", bone, "护士长"),
        ("H3002", "张志", bone, "护士"), ("H0001", "管理员", root, "科员"), ("H2211", "陈雨桐", bone, "护士"),
    ]  # fmt: skip
    for number, name, unit, position in rows:
        person = people.create_person(
            session, number=number, name=name, unit=unit, position=position, joined_on=JOINED, now=NOW
        )
        found[name if name not in found else number] = person
    adoption = Adoption(sector="sample", scheme_code="sample", created_at=NOW)
    session.add(adoption)
    session.flush()
    text = to_json(replace(sample_scheme(), **changed))
    revision = Revision(
        adoption_id=adoption.id, number=1, state="adopted", base=text, scheme=text, settled={}, changes={},
        starts_on=date(2026, 1, 1), created_by=None, created_at=NOW, adopted_by=None, adopted_at=NOW,
    )  # fmt: skip
    session.add(revision)
    session.flush()
    periods = {}
    for month, state in ((8, "closed"), (9, "open")):
        first = date(2026, month, 1)
        last = date(2026, month + 1, 1) - timedelta(days=1)
        periods[month] = Period(
            adoption_id=adoption.id, revision_id=revision.id, code=f"2026-{month:02}", title_zh=f"2026 年 {month} 月",
            title_en=f"2026-{month:02}", starts_on=first, ends_on=last, entries_until=last, published_until=last,
            final_on=last, state=state,
        )  # fmt: skip
        session.add(periods[month])
    session.flush()
    world = World(session, root, heart, bone, periods[9], found)
    for name, who, unit, role in (
        ("head", "周敏", heart, "assessor"), ("bone", "郝清强", bone, "assessor"),
        ("admin", "管理员", None, "admin"), ("member", "许佳宁", None, ""),
    ):  # fmt: skip
        account = Account(person_id=found[who].id, password_hash=None, state="active", created_at=NOW)
        session.add(account)
        session.flush()
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
        paths = (unit.path,) if unit else ()
        world.accounts[name] = account
        world.actors[name] = Actor(found[who].id, account.id, is_admin=role == "admin", assesses=paths)
    session.commit()
    return world


@pytest.fixture
def world(session: TenantSession, databases: Databases) -> World:
    """The organisation in the session of the test, committed."""
    made = make_world(session)
    made.databases = databases
    return made


def closed(world: World) -> None:
    """Close the period, as somebody else would."""
    world.period.state = "closed"
    world.session.commit()


LATER = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
