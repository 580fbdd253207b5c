"""Entries that the system makes: in which period, once, on people and units, taken back; and how they are shown."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from kaohe.accounts import roles
from kaohe.adoption.models import Adoption
from kaohe.entries import made, origins, reading, refusals, service
from kaohe.entries.listening import when_kept, when_withdrawn
from kaohe.entries.models import Entry, Withdrawal, WithdrawalReason
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.scheme import Text
from kaohe.testing.fixtures import Browser
from kaohe.testing.racing import while_closing
from kaohe.testing.world import World, build_world
from kaohe_coach_transport.scheme import COMPLAINT_LATE, GRAVE, PERSON, UNIT

ORIGIN = "probe"


@pytest.fixture
def house(databases, tenant) -> World:
    world = build_world(databases, tenant, UNIT, sector="coach_transport", whole=False)
    with world.session() as session:
        roles.give_role(
            session, account=world.accounts["colleague"], role="assessor", unit=world.units["root"],
            starts_on=world.since, given_by=None, now=world.now,
        )  # fmt: skip
        session.commit()
    return world


def make(session, house, **more) -> Entry:
    values = {
        "scheme_code": "coach.unit", "origin": ORIGIN, "origin_id": 77, "subject_id": house.units["first"].id,
        "clause_id": COMPLAINT_LATE, "happened_on": house.today, "reason": "投诉 T-77 逾期未报", "now": house.now,
        **more,
    }  # fmt: skip
    return made.make(session, **values)


def turn(session, period: Period, *states: str, now) -> None:
    for state in states:
        periods.step(session, session.need(Period, period.id), after=state, by=None, now=now)


def test_a_fact_counts_in_the_open_period_of_its_day(house):
    with house.session() as session:
        assert made.counting_period(session, "coach.unit", house.today).id == house.period.id
        last = house.before.ends_on
        assert made.counting_period(session, "coach.unit", last).id == house.before.id
        first = house.period.starts_on
        assert made.counting_period(session, "coach.unit", first).id == house.period.id


def test_with_its_own_closed_it_counts_in_the_next_open_one_and_is_marked(house):
    with house.session() as session:
        turn(session, house.before, "closed", now=house.now)
        entry = make(session, house, happened_on=house.before.ends_on)
        assert entry.period_id == house.period.id
        assert entry.found_late


def test_while_its_own_is_planned_it_waits(house):
    """August is closed, the fact is of October, which is planned, and November is open by mistake."""
    with house.session() as session:
        plan = periods.plan(session, house.adoption, periods.PeriodRule("month"), house.today.year)
        later = [one for one in plan if one.starts_on > house.today][:2]
        october, november = periods.create(
            session, session.need(Adoption, house.adoption.id), later, now=house.now
        )
        turn(session, november, "open", now=house.now)
        with pytest.raises(refusals.NoPeriodTakes):
            made.counting_period(session, "coach.unit", october.starts_on)
        assert made.counting_period(session, "coach.unit", november.starts_on).id == november.id


def test_where_no_period_takes_it_the_maker_hears_of_it(house):
    with house.session() as session:
        with pytest.raises(refusals.NoPeriodTakes) as refused:
            made.counting_period(session, "coach.unit", house.period.ends_on + timedelta(days=1))
        assert "2026-10-01" in refused.value.say("zh")
        with pytest.raises(refusals.NoPeriodTakes):
            made.counting_period(session, "nothing.of_that_code", house.today)
        turn(session, house.before, "closed", now=house.now)
        turn(session, house.period, "closed", now=house.now)
        with pytest.raises(refusals.NoPeriodTakes):
            make(session, house)
        assert session.scalar(select(func.count(Entry.id))) == 0


def test_where_a_closing_was_quicker_it_waits_too(house):
    """It looked for a period while September was open, and wrote when September was closed."""

    def late():
        with house.session() as session:
            period = session.need(Period, house.period.id)
            with pytest.raises(refusals.Later) as refused:
                make(session, house, period=period)
            return refused.value

    refused = while_closing(house.databases, house.tenant.id, house.period.id, late, now=house.now)
    assert isinstance(refused, refusals.NoPeriodTakes)
    assert refused.status == 409
    with house.session() as session:
        assert session.scalar(select(func.count(Entry.id))) == 0


def test_two_rounds_that_make_the_same_at_once_make_it_once(house):
    gate, outcomes = threading.Barrier(2), []

    def one() -> None:
        with house.session() as session:
            gate.wait()
            try:
                outcomes.append(make(session, house).id)
                session.commit()
            except refusals.Later:
                outcomes.append("later")

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.session() as session:
        ident = session.scalars(select(Entry.id)).one()
        assert set(outcomes) <= {ident, "later"}
        assert make(session, house).id == ident


def test_the_same_thing_makes_one_entry(house):
    with house.session() as session:
        one = make(session, house)
        assert make(session, house).id == one.id
        assert make(session, house, token="probe-77-second").id != one.id
        assert make(session, house, origin_id=78).id not in (one.id,)
        session.commit()
        assert session.scalar(select(func.count(Entry.id))) == 3
        assert [entry.id for entry in made.made_from(session, ORIGIN, 78)] != [one.id]


def test_it_is_on_the_unit_and_nobody_recorded_it(house):
    with house.session() as session:
        entry = make(session, house)
        assert (entry.subject_id, entry.unit_id) == (house.units["first"].id, house.units["first"].id)
        assert (entry.recorded_by, entry.origin, entry.origin_id) == (None, ORIGIN, 77)
        assert entry.is_made
        view = reading.one(session, entry, UNIT)
        assert view.recorder == ""
        assert view.moved == Decimal("-0.5")
        assert view.name == house.units["first"].name


def test_it_is_taken_back_when_its_ground_goes(house):
    heard = []
    when_kept(lambda told: heard.append(("kept", [one.id for one in told.entries])))
    when_withdrawn(lambda told: heard.append(("gone", [one.id for one in told.entries])))
    with house.session() as session:
        entry = make(session, house)
        made.unmake(session, entry, reason="分公司在限内已报", now=house.now)
        session.commit()
        assert made.made_from(session, ORIGIN, 77) == []
        gone = session.scalars(select(Withdrawal)).one()
        assert gone.by is None
        assert session.need(WithdrawalReason, gone.id).words == "分公司在限内已报"
        assert heard == [("kept", [entry.id]), ("gone", [entry.id])]
        with pytest.raises(refusals.AlreadyReplaced):
            made.unmake(session, entry, reason="再一次", now=house.now)


def test_nothing_is_taken_back_from_a_closed_period(house):
    with house.session() as session:
        entry = make(session, house)
        turn(session, house.period, "closed", now=house.now)
        session.commit()
        with pytest.raises(refusals.PeriodNotOpen):
            made.unmake(session, entry, reason="迟到的事实", now=house.now)


def test_by_hand_it_is_not_corrected_and_withdrawn_by_an_admin_only(house):
    with house.session() as session:
        entry = make(session, house)
        session.commit()
        values = {"now": house.now}
        with pytest.raises(refusals.MadeBySystem):
            service.correct(
                session, entry, actor=house.actor("admin"), reason="改一改", today=house.today, **values
            )
        with pytest.raises(refusals.MadeForAdmin):
            service.withdraw(session, entry, actor=house.actor("colleague"), reason="不算", **values)
        with pytest.raises(refusals.ReasonNeeded):
            service.withdraw(session, entry, actor=house.actor("admin"), reason=" ", **values)
        service.withdraw(session, entry, actor=house.actor("admin"), reason="系统时钟有误", **values)
        session.commit()
        assert reading.one(session, entry).withdrawn_because == "系统时钟有误"


def test_on_a_ladder_it_takes_its_own_step(databases, tenant):
    """The second grave offence of an engagement is dismissal, whoever finds it; the first leaves an amount open."""
    world = build_world(databases, tenant, PERSON, sector="coach_transport", whole=False)
    values = {
        "scheme_code": "coach.person", "origin": ORIGIN, "subject_id": world.people["member"].id,
        "clause_id": GRAVE, "happened_on": world.today, "reason": "媒体曝光", "now": world.now,
    }  # fmt: skip
    from kaohe.scheme.refusals import AmountNeeded

    with world.session() as session:
        with pytest.raises(AmountNeeded):
            made.make(session, origin_id=1, **values)
        first = made.make(session, origin_id=1, amount_fen=50_000, **values)
        second = made.make(session, origin_id=2, **values)
        assert (first.amount_fen, second.amount_fen) == (50_000, None)


def test_an_unknown_origin_is_no_crash(house):
    with house.session() as session:
        assert origins.title_of("nobody-registered-this") is None
        assert origins.where_of(session, "nobody-registered-this", 5) is None


@pytest.fixture
def visit(app, house, monkeypatch):
    from datetime import datetime as real

    from kaohe.pages import lifecycle

    class Clock(real):
        @classmethod
        def now(cls, tz=None):
            return house.now

    monkeypatch.setattr(lifecycle, "datetime", Clock)
    return lambda role: Browser(app, house.tenant).sign_in(house.accounts[role])


def test_every_page_shows_the_system_and_leads_back(house, visit):
    period = house.period.id
    name = f"probe-{house.tenant.code}"
    origins.register(
        name, Text("试验工单", "Probe ticket"),
        lambda session, ident: origins.Where("periods.show", {"period": period}, Text(f"第 {ident} 号", f"No. {ident}")),
    )  # fmt: skip
    with house.session() as session:
        entry = make(session, house, origin=name)
        session.commit()
    for role in ("admin", "colleague"):
        page = visit(role).get(f"/entries/{entry.id}").text
        assert "系统" in page
        assert "试验工单" in page
        assert f'href="/t/{house.tenant.code}/periods/{period}">第 77 号' in page
        assert "保存更正" not in page
        assert ("撤回这条" in page) is (role == "admin")
    boss = visit("colleague")
    for path in ("/entries/", "/entries/?state=made", "/entries/?sort=recorder", "/entries/?q=T-77"):
        assert f"/entries/{entry.id}" in boss.get(path).text, path
    assert "试验工单" in boss.get("/entries/?state=made").text
    assert f"/entries/{entry.id}" not in boss.get(f"/entries/?recorder={house.people['colleague'].id}").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(boss.get("/entries/export.xlsx").data))
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert "系统" in cells
    assert "试验工单" in cells
    result = boss.get(f"/results/{period}/{house.units['first'].id}").text
    assert "试验工单" in result
    assert boss.get(f"/results/{period}/{house.units['first'].id}/sheet").status_code == 200
    admin = visit("admin")
    assert admin.post(f"/entries/{entry.id}/correct", {"reason": "改", "token": "x"}).status_code == 409
    assert boss.post(f"/entries/{entry.id}/withdraw", {"why": "不算"}).status_code == 403
    assert admin.post(f"/entries/{entry.id}/withdraw", {"why": "时钟有误"}).status_code == 303
    assert "时钟有误" in admin.get(f"/entries/{entry.id}").text


def test_the_link_back_is_for_those_who_may_follow_it(house, visit):
    name = f"probe2-{house.tenant.code}"
    origins.register(
        name, Text("试验", "Probe"),
        lambda session, ident: origins.Where("results.manage", {"period": house.period.id}),
    )  # fmt: skip
    with house.session() as session:
        entry = make(session, house, origin=name)
        session.commit()
    assert "/manage" in visit("admin").get(f"/entries/{entry.id}").text
    page = visit("assessor").get(f"/entries/{entry.id}").text
    assert "试验" in page
    assert "/manage" not in page


def test_days_are_the_tenants(house):
    assert house.today == date(2026, 9, 15)
