"""Money and what was decided, when two records of a person become one: settled first, or carried along."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.consequences import service as consequences
from kaohe.consequences.models import Proposal
from kaohe.entries import service as entries
from kaohe.ledger import service as ledger
from kaohe.ledger.models import Movement
from kaohe.living import merging, refusals
from kaohe.people import service as people
from kaohe.periods import service as periods
from kaohe.results import service as results
from kaohe_coach_transport.scheme import NOT_REPORTED, TICKETLESS

DAY = date(2026, 11, 12)
LATE = datetime(2026, 11, 13, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 13)


@pytest.fixture
def twice(company):
    """马建国 stands on the list a second time; November is open."""
    other = people.create_person(
        company.session,
        number="D1109",
        name="马建国",
        unit=company.east,
        position="",
        joined_on=date(2026, 11, 1),
        now=LATE,
        facts={"position": "driver"},
    )
    company.people["again"] = other
    periods.step(company.session, company.months["2026-11"], after="open", by=None, now=LATE)
    company.session.commit()
    return other


def merge(company, **more):
    row = merging.merge(
        company.session,
        company.people["driver"],
        company.people["again"],
        number="kept",
        reason="同一个人",
        actor=company.actors["admin"],
        now=LATE,
        today=TODAY,
        **more,
    )
    company.session.commit()
    return row


def fined(company, who="again", account="fines", fen=5_000):
    act = ledger.Act(f"f{who}{account}", company.people["admin"].id, LATE, TODAY, DAY)
    movement = ledger.fine(
        company.session, company.book, company.people[who].id, account=account, amount_fen=fen, act=act
    )
    company.session.commit()
    return movement


def record(company, clause, who="again", **more):
    entry = entries.record(
        company.session,
        actor=company.actors["head"],
        period=company.months["2026-11"],
        subject_id=company.people[who].id,
        clause_id=clause,
        reason="路检查实",
        happened_on=DAY,
        now=LATE,
        today=TODAY,
        **more,
    )
    company.session.commit()
    return entry


def make_final(company, month):
    period = company.months[month]
    period.published_until = period.final_on = max(TODAY, period.ends_on)
    company.session.commit()
    results.close(company.databases, company.tenant.id, period.id, by=None, clock=lambda: LATE)
    company.session.rollback()
    company.session.refresh(period)
    results.publish(company.session, period, by=None, now=LATE)
    results.finalise(company.session, period, by=None, now=LATE)
    company.session.commit()


def act(company, key):
    return ledger.Act(key, company.people["second"].id, LATE, TODAY, TODAY)


def test_a_fine_that_is_owed_is_collected_first(company, twice):
    movement = fined(company)
    with pytest.raises(refusals.MoneyLeft):
        merge(company)
    company.session.rollback()
    ledger.collect(company.session, company.book, movement, act=act(company, "c1"))
    merge(company)


def test_what_is_withheld_from_wages_is_withheld_from_the_kept_record(company, twice):
    wages = company.book.of_use("wages")[0].answers[0]
    fined(company, account=wages)
    fined(company, who="driver", account=wages, fen=3_000)
    merge(company)
    lines = ledger.payroll(company.session, company.book, date(2026, 11, 1), date(2026, 11, 30))
    assert [(line.number, line.amount_fen, line.times) for line in lines] == [("D1101", 8_000, 2)]


def test_the_fine_of_an_open_entry_goes_along_with_it(company, twice):
    record(company, NOT_REPORTED, amount_fen=20_000)
    merge(company)
    standing = select(Proposal).where(Proposal.replaced_by.is_(None), Proposal.effect == "fine")
    assert [one.subject_id for one in company.session.scalars(standing)] == [company.people["driver"].id]
    assert ledger.sum_of_all(company.session) == 0
    for one in ledger.accounts_of(company.session, twice.id):
        assert ledger.balances(company.session, [one])[one.id] == 0


def test_a_collected_fine_of_an_open_entry_is_waited_for(company, twice):
    record(company, NOT_REPORTED, amount_fen=20_000)
    movement = company.session.scalars(
        select(Movement).where(Movement.purpose == "fine", Movement.subject_id == twice.id)
    ).one()
    ledger.collect(company.session, company.book, movement, act=act(company, "c2"))
    company.session.commit()
    with pytest.raises(refusals.DecisionsRest):
        merge(company)


def test_a_decision_that_rests_on_an_open_entry_is_waited_for(company, twice):
    record(company, TICKETLESS)
    record(company, TICKETLESS)
    [one] = [
        each
        for each in company.session.scalars(select(Proposal).where(Proposal.subject_id == twice.id))
        if not each.at_once
    ][:1]
    consequences.decide(
        company.session,
        one,
        accepted=True,
        reason="办公会通过",
        actor=Actor(company.people["second"].id, 0, is_admin=True),
        today=TODAY,
        now=LATE,
    )
    company.session.commit()
    with pytest.raises(refusals.DecisionsRest):
        merge(company)


def test_a_ladder_over_the_engagement_goes_on_over_the_merging(company, twice):
    record(company, TICKETLESS)
    for fine in company.session.scalars(select(Movement).where(Movement.purpose == "fine")).all():
        ledger.collect(company.session, company.book, fine, act=act(company, "c3"))
    company.session.commit()
    make_final(company, "2026-11")
    merge(company)
    december = company.months["2026-12"]
    periods.step(company.session, december, after="open", by=None, now=LATE)
    company.session.commit()
    entries.record(
        company.session,
        actor=company.actors["head"],
        period=december,
        subject_id=company.people["driver"].id,
        clause_id=TICKETLESS,
        reason="再次查实",
        happened_on=date(2026, 12, 2),
        now=LATE,
        today=date(2026, 12, 3),
    )
    company.session.commit()
    query = select(Proposal).where(
        Proposal.subject_id == company.people["driver"].id, Proposal.replaced_by.is_(None)
    )
    waiting = {one.effect: one.occurrence for one in company.session.scalars(query) if not one.at_once}
    assert waiting == {"dismissed": 2, "deposit_forfeited": 2}
    mine = select(Proposal).where(Proposal.subject_id == twice.id, Proposal.effect == "fine")
    assert [one.replaced_by for one in company.session.scalars(mine)] == [None]
