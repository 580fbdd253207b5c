"""The amount of a fine: asked when the step that applies leaves a range, held against it, shown wherever the entry is."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from kaohe.entries import prior, refusals, service, typed, typed_refusals
from kaohe.entries.models import Entry
from kaohe.periods.models import Period
from kaohe.scheme import refusals as scheme_refusals
from kaohe.testing.fixtures import Browser
from kaohe.testing.world import World, build_world
from kaohe_coach_transport.scheme import ABSENT, GRAVE, PERSON, PROMISE, TICKETLESS


@pytest.fixture
def house(databases, tenant) -> World:
    return build_world(databases, tenant, PERSON, sector="coach_transport", whole=False)


def record(session, house, clause=ABSENT, *, period=None, who="member", **more):
    at = session.need(Period, (period or house.period).id)
    values = {
        "happened_on": min(house.today, at.ends_on), "reason": "查实", "now": house.now, "today": house.today, **more,
    }  # fmt: skip
    return service.record(
        session, actor=house.actor("assessor"), period=at, subject_id=house.people[who].id, clause_id=clause,
        **values,
    )  # fmt: skip


def count(house) -> int:
    with house.session(write=False) as session:
        return session.scalar(select(func.count(Entry.id)))


@pytest.mark.parametrize("fen", [20_000, 20_001, 35_050, 50_000])
def test_within_the_range_it_is_kept_to_the_fen(house, fen):
    with house.session() as session:
        entry = record(session, house, amount_fen=fen)
        session.commit()
        assert entry.amount_fen == fen


@pytest.mark.parametrize("fen", [70_000, 50_001, 19_999, 0, -20_000])
def test_outside_the_range_it_is_refused_with_the_range_named(house, fen):
    """Worked example 4: 700 for one day's absence is refused, 200 to 500 named, nothing stored."""
    with house.session() as session, pytest.raises(scheme_refusals.AmountOutside) as refused:
        record(session, house, amount_fen=fen)
    assert "¥200.00 到 ¥500.00" in refused.value.say("zh")
    assert refused.value.field == "amount"
    assert count(house) == 0


def test_missing_it_is_asked_for(house):
    with house.session() as session, pytest.raises(scheme_refusals.AmountNeeded) as refused:
        record(session, house)
    assert "¥200.00" in refused.value.say("zh")
    assert count(house) == 0


def test_a_fixed_fine_is_kept_by_itself_and_takes_no_other(house):
    with house.session() as session:
        assert record(session, house, TICKETLESS).amount_fen == 201_900
        with pytest.raises(scheme_refusals.AmountOutside):
            record(session, house, PROMISE, amount_fen=10_001)


def test_the_step_over_the_engagement_decides_what_is_asked(house):
    """First time: 0 to 1000; the second time, months later, there is no fine but dismissal."""
    with house.session() as session:
        period = session.need(Period, house.period.id)
        person = house.people["member"].id
        asked, number = prior.asked_now(session, period, PERSON, GRAVE, person)
        assert (asked.amount_fen, number) == ((0, 100_000), 1)
        record(session, house, GRAVE, period=house.before, amount_fen=80_000)
        session.commit()
        asked, number = prior.asked_now(session, period, PERSON, GRAVE, person)
        assert (asked.amount_fen, number) == (None, 2)
        with pytest.raises(scheme_refusals.AmountUnexpected):
            record(session, house, GRAVE, amount_fen=80_000)
        entry = record(session, house, GRAVE)
        assert entry.amount_fen is None
        other, number = prior.asked_now(session, period, PERSON, GRAVE, house.people["colleague"].id)
        assert (other.amount_fen, number) == ((0, 100_000), 1)


def test_a_correction_stands_on_the_step_of_the_entry_it_replaces(house):
    with house.session() as session:
        entry = record(session, house, GRAVE, amount_fen=80_000)
        session.commit()
        new = service.correct(
            session, entry, actor=house.actor("assessor"), amount_fen=60_000, reason="金额有误", now=house.now,
            today=house.today,
        )  # fmt: skip
        assert new.amount_fen == 60_000
        with pytest.raises(scheme_refusals.AmountOutside):
            service.correct(
                session, new, actor=house.actor("assessor"), amount_fen=100_001, reason="再改", now=house.now,
                today=house.today,
            )  # fmt: skip
        assert new.replaced_by is None


def test_found_earlier_it_is_the_earlier_step(house):
    """An entry dated before the one that stands comes before it on the ladder."""
    with house.session() as session:
        record(session, house, GRAVE, amount_fen=80_000)
        day = house.today - timedelta(days=3)
        entry = record(session, house, GRAVE, amount_fen=10_000, happened_on=day)
        assert entry.amount_fen == 10_000


def test_many_at_once(house):
    ids = [house.people[who].id for who in ("member", "colleague")]
    with house.session() as session:
        values = {
            "actor": house.actor("assessor"), "period": session.need(Period, house.period.id), "subject_ids": ids,
            "happened_on": house.today, "reason": "查实", "now": house.now, "today": house.today,
        }  # fmt: skip
        with pytest.raises(scheme_refusals.AmountOutside):
            service.record_many(session, clause_id=ABSENT, amount_fen=70_000, **values)
        session.rollback()
    with house.session() as session:
        values["period"] = session.need(Period, house.period.id)
        record(session, house, GRAVE, period=house.before, amount_fen=1)
        session.commit()
        with pytest.raises(refusals.ManyRefused) as refused:
            service.record_many(session, clause_id=GRAVE, amount_fen=500, **values)
        assert [name for name, _ in refused.value.problems] == [house.people["member"].name]
        session.rollback()
    with house.session() as session:
        values["period"] = session.need(Period, house.period.id)
        made = service.record_many(session, clause_id=ABSENT, amount_fen=30_000, **values)
        session.commit()
        assert {one.amount_fen for one in made} == {30_000}
    assert count(house) == 3


@given(st.integers(min_value=0, max_value=10**13))
def test_yuan_typed_is_the_fen_meant(fen):
    yuan, rest = divmod(fen, 100)
    assert typed.yuan(f"{yuan}.{rest:02d}") == fen
    assert typed.yuan(f" ¥{yuan:,}.{rest:02d} 元 ") == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("300", 30_000), ("300.5", 30_050), ("３００．５０", 30_050), ("0.01", 1), ("", None), ("  ", None)],
)
def test_ways_to_write_an_amount(text, fen):
    assert typed.yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["300.005", "-300", "三百", "3e2", "1.2.3", ".", "NaN", "1" * 13, "300,5.x", "٣٠٠", "300.٥"]
)
def test_what_is_no_amount_is_named(text):
    with pytest.raises(typed_refusals.NotAnAmount) as refused:
        typed.yuan(text)
    assert refused.value.field == "amount"


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


def form_of(house, html, **values):
    token = re.search(r'name="token" value="([^"]+)"', html)
    usual = {
        "period": str(house.period.id), "token": token[1], "happened_on": house.today.isoformat(),
        "reason": "无故旷工一天", "clause_id": str(ABSENT), "person": str(house.people["member"].id),
    }  # fmt: skip
    return {**usual, **values}


def test_the_form_asks_refuses_and_shows(house, visit):
    head = visit("assessor")
    html = head.get("/entries/new").text
    assert "金额（元）" in html
    wrong = head.post("/entries/new", form_of(house, html, amount="700"))
    assert wrong.status_code == 422
    assert "¥200.00 到 ¥500.00" in wrong.text
    assert 'value="700"' in wrong.text, "what was typed stays"
    odd = head.post("/entries/new", form_of(house, html, amount="三百"))
    assert "“三百”不是金额" in odd.text
    assert count(house) == 0
    saved = head.post("/entries/new", form_of(house, html, amount="350.50"))
    assert saved.status_code == 303
    with house.session(write=False) as session:
        entry = session.scalars(select(Entry)).one()
    assert entry.amount_fen == 35_050
    assert "¥350.50" in head.get(f"/entries/{entry.id}").text
    assert 'value="350.50"' in head.get(f"/entries/{entry.id}").text
    assert "¥350.50" in head.get("/entries/").text
    assert "¥350.50" in head.get(f"/results/{house.period.id}/{house.people['member'].id}").text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(head.get("/entries/export.xlsx").data))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert any(350.5 in row for row in rows)
    corrected = head.post(
        f"/entries/{entry.id}/correct", form_of(house, html, amount="400", token="another", reason="更正金额")
    )
    assert corrected.status_code == 303
    assert "¥400.00" in head.get(corrected.headers["Location"]).text


def test_the_step_is_shown_before_saving(house, visit):
    head = visit("assessor")
    asked = f"/entries/effect?period={house.period.id}&person={house.people['member'].id}&clause_id={GRAVE}"
    first = head.get(asked).text
    assert "第一次" in first
    assert 'data-step-amount="¥0.00 至 ¥1,000.00"' in first
    with house.session() as session:
        record(session, house, GRAVE, period=house.before, amount_fen=100)
        session.commit()
    second = head.get(asked).text
    assert "第二次" in second
    assert "解聘" in second
    assert 'data-step-amount=""' in second


def test_an_amount_left_in_the_form_is_dropped_where_the_step_asks_for_none(house, visit):
    head = visit("assessor")
    with house.session() as session:
        record(session, house, GRAVE, period=house.before, amount_fen=100)
        session.commit()
    html = head.get("/entries/new").text
    answer = head.post("/entries/new", form_of(house, html, clause_id=str(GRAVE), amount="500"))
    assert answer.status_code == 303
    assert count(house) == 2
