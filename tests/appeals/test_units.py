"""Units that are assessed: who heads one is asked to sign for it, told, reminded, and stands on the roll."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from kaohe.accounts import roles
from kaohe.accounts.models import Account
from kaohe.appeals.models import Signature
from kaohe.messages.models import Message
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.fixtures import Browser
from kaohe.testing.world import World, build_world
from kaohe_coach_transport.scheme import UNIT


@pytest.fixture
def company(databases, tenant) -> World:
    """A company whose two branches have heads; the month before is closed and waits to be published."""
    world = build_world(databases, tenant, UNIT, sector="coach_transport", whole=False)
    by = world.people["admin"].id
    results.close(databases, tenant.id, world.before.id, by=by, clock=lambda: world.now)
    return world


def publish(world: World) -> None:
    with world.session() as session:
        period = session.need(Period, world.before.id)
        period.published_until = period.final_on = world.today + timedelta(days=3)
        results.publish(session, period, by=world.people["admin"].id, now=world.now)
        session.commit()


def told(world: World, who: str, kind: str) -> int:
    with world.session(write=False) as session:
        mine = Message.person_id == world.people[who].id, Message.kind == kind
        return session.scalar(select(func.count(Message.id)).where(*mine)) or 0


def enter(app, world: World, who: str) -> Browser:
    return Browser(app, world.tenant).sign_in(world.accounts[who])


def test_the_head_of_a_unit_signs_for_it(app, company):
    publish(company)
    path = f"/results/{company.before.id}/{company.units['first'].id}"
    head = enter(app, company, "assessor")
    page = head.get("/").text
    assert (page.count("签字确认考核结果"), path in page, "一部 · " in page) == (1, True, True)
    assert "签字确认考核结果" not in enter(app, company, "member").get("/").text
    answer = head.post(f"/appeals/sign/{company.before.id}/{company.units['first'].id}")
    assert answer.status_code == 303
    assert "签字确认考核结果" not in head.get("/").text
    with company.session(write=False) as session:
        (kept,) = session.scalars(select(Signature))
        assert (kept.subject_id, kept.signed_by) == (company.units["first"].id, company.people["assessor"].id)


def test_the_heads_of_units_that_have_not_signed_are_reminded(app, company):
    publish(company)
    admin, path = enter(app, company, "admin"), f"/appeals/signatures/{company.before.id}"
    enter(app, company, "assessor").post(f"/appeals/sign/{company.before.id}/{company.units['first'].id}")
    assert admin.post(f"{path}/remind").status_code == 303
    assert (told(company, "assessor", "to_sign"), told(company, "other_assessor", "to_sign")) == (0, 1)
    assert told(company, "colleague", "to_sign") == 0
    admin.post(f"{path}/remind")
    assert told(company, "other_assessor", "to_sign") == 1


def test_the_roll_speaks_of_units(app, company):
    publish(company)
    admin, path = enter(app, company, "admin"), f"/appeals/signatures/{company.before.id}"
    page = admin.get(path).text
    assert "一部" in page
    assert "上级单位" in page
    assert "/ 2 人" not in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(admin.get(f"{path}/export.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert any("上级单位" in row for row in rows)
    assert not any("工号" in row for row in rows)


def test_where_nobody_heads_the_units_it_is_said(app, company):
    with company.session() as session:
        for who in ("assessor", "other_assessor"):
            session.need(Account, company.accounts[who].id).state = "locked"
        session.commit()
    publish(company)
    admin = enter(app, company, "admin")
    admin.post(f"/appeals/signatures/{company.before.id}/remind")
    assert "没有可以提醒的人" in admin.get("/").text


def test_publication_is_told_to_heads_who_are_there(company):
    """One is locked out, one has left, a deputy stands in: only the deputy hears of it."""
    with company.session() as session:
        session.need(Account, company.accounts["assessor"].id).state = "locked"
        session.need(Person, company.people["other_assessor"].id).left_on = company.today - timedelta(days=1)
        roles.give_role(
            session, account=session.need(Account, company.accounts["colleague"].id), role="assessor",
            unit=company.units["second"], starts_on=company.since, given_by=None, now=company.now,
        )  # fmt: skip
        session.commit()
    publish(company)
    assert [told(company, who, "published") for who in ("assessor", "other_assessor", "colleague")] == [
        0,
        0,
        1,
    ]
