"""A small scheme with two doubts, limits, a default of ours and a clause that stays as printed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.db import TenantSession
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.scheme import (
    Citation,
    Clause,
    Cycle,
    Doubt,
    Grade,
    Limit,
    Option,
    Part,
    PerOccurrence,
    Replace,
    Scheme,
    Source,
    Text,
)

OMISSION, CONTEST, QUARREL, LATE = 31, 51, 11, 30


def D(text: str) -> Decimal:
    return Decimal(text)


def scheme(*, praise: str = "0.5", title: str = "窗口服务考核") -> Scheme:
    """The sector's text; `praise` lets a test make a newer one."""
    cite = Citation("样1", "§1.2")
    service = Part(
        "service",
        Text("服务", "service"),
        points=D("60"),
        floor=D("0"),
        ceiling=D("60"),
        cite=cite,
        clauses=(
            Clause(10, "praise", Text("受到表扬", "praised"), PerOccurrence(D(praise)), cite=cite),
            Clause(
                QUARREL,
                "quarrel",
                Text("与人争吵", "quarrelled"),
                PerOccurrence(D("-5")),
                cite=cite,
                limits=(Limit("points", D("-10"), D("-1")),),
            ),
        ),
    )
    records = Part(
        "records",
        Text("文书", "records"),
        points=D("40"),
        floor=D("0"),
        ceiling=D("40"),
        cite=cite,
        clauses=(
            Clause(LATE, "late", Text("书写不及时", "written late"), PerOccurrence(D("-0.5")), cite=cite),
            Clause(
                OMISSION,
                "omission",
                Text("漏项", "item left out"),
                PerOccurrence(D("-0.01"), per=Text("每处", "each")),
                cite=cite,
                limits=(Limit("points", D("-1"), D("-0.01")),),
            ),
            Clause(CONTEST, "contest", Text("比武获奖", "won a contest"), PerOccurrence(D("1")), ours=True),
        ),
    )
    doubts = (
        Doubt(
            "omission",
            Text("漏项扣分", "points for an item left out"),
            Text("小数点前缺“0”", "the 0 before the point is missing"),
            (
                Option("printed", Text("取印作值 0.01", "0.01 as printed"), usual=True),
                Option(
                    "likely",
                    Text("取 0.1", "0.1"),
                    (Replace(f"clause/{OMISSION}/rule/points", D("-0.1")),),
                ),
            ),
            kind="print",
            printed=".01",
            cite=cite,
            clauses=(OMISSION,),
            figures=(f"clause/{OMISSION}/rule/points",),
        ),
        Doubt(
            "ceiling",
            Text("表扬能否超出本项分值", "whether praise may exceed the part"),
            Text("原文没有说明", "the source is silent"),
            (
                Option("no", Text("只抵扣，不超出", "only offsets"), usual=True),
                Option("yes", Text("可以超出", "may exceed"), (Replace("part/service/ceiling", None),)),
            ),
            kind="choice",
            cite=cite,
            clauses=(10,),
        ),
    )
    return Scheme(
        code="counter",
        title=Text(title, "Counter service"),
        subject="person",
        cycle=Cycle("month"),
        root=Part("all", Text("总分", "total"), parts=(service, records)),
        grades=(Grade("good", Text("良好", "good"), D("80")), Grade("rest", Text("一般", "fair"))),
        sources=(Source("样1", Text("样本文件", "sample document")),),
        doubts=doubts,
    )


def draft(session: TenantSession, now: datetime, **options: str) -> Revision:
    """A fresh adoption's draft."""
    made = adoption.adopt_start(session, sector="counter", scheme=scheme(**options), actor=None, now=now)
    return adoption.revisions(session, made)[0]


def settle_all(session: TenantSession, revision: Revision, now: datetime) -> None:
    """Every doubt by its usual option."""
    for doubt in ("omission", "ceiling"):
        option = {"omission": "printed", "ceiling": "no"}[doubt]
        adoption.settle_doubt(session, revision, doubt, option=option, actor=None, now=now)


def adopted(session: TenantSession, now: datetime, starts_on: date) -> tuple[Adoption, Revision]:
    """An adoption in force from `starts_on` on."""
    revision = draft(session, now)
    settle_all(session, revision, now)
    adoption.adopt(session, revision, starts_on=starts_on, actor=None, now=now)
    return session.need(Adoption, revision.adoption_id), revision


def staff(session: TenantSession, now: datetime, names: str = "陈晓 李明 王芳") -> tuple[Unit, list[Person]]:
    """A unit with some people who joined long ago."""
    unit = people.create_unit(
        session, name="一号厅", parent=people.create_unit(session, name="本院", parent=None)
    )
    made = [
        people.create_person(
            session, number=f"{n:04d}", name=name, unit=unit, position="", joined_on=date(2020, 1, 1), now=now
        )
        for n, name in enumerate(names.split(), 1)
    ]
    return unit, made
