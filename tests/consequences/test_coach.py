"""Coach's second offence and absences: from the entry through the decision to the deposit, and all the way back."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.consequences import service
from kaohe.consequences.models import Decision, Proposal, ProposalWithdrawal
from kaohe.consequences.proposing import Called, propose
from kaohe.consequences.refusals import (
    AlreadyDecided,
    AtOnce,
    NotProposed,
    OwnCase,
    ReasonMissing,
    Recorder,
    WithItsDismissal,
)
from kaohe.consequences.views import load_proposal
from kaohe.db import WallRefusal
from kaohe.entries import service as entries
from kaohe.ledger import service as ledger
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.scheme import Effect, Text
from kaohe.scheme.refusals import AmountOutside, ValueOutside
from kaohe_coach_transport.scheme import ABSENT, FAMILY_RIDE, GRAVE, LONG_ABSENCE, NOT_REPORTED, TICKETLESS

MARCH, NOVEMBER = date(2025, 3, 10), date(2026, 11, 12)
LATE = datetime(2026, 11, 13, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 13)


def month(company, day):
    period = company.months[f"{day:%Y-%m}"]
    if period.state == "planned":
        periods.step(company.session, period, after="open", by=None, now=LATE)
    return period


def record(company, clause, day, who="driver", by="head", **more):
    values = {"reason": "路检查实", "happened_on": day, "now": LATE, "today": TODAY, **more}
    return entries.record(
        company.session,
        actor=company.actors[by],
        period=month(company, day),
        subject_id=company.people[who].id,
        clause_id=clause,
        **values,
    )


def all_of(company, who="driver"):
    wanted = service.Wanted(subject_id=company.people[who].id, sort="when", falling=False)
    return service.page(company.session, wanted, limit=100, offset=0)


def states(company, who="driver"):
    return [(one.effect.kind, one.state) for one in all_of(company, who)]


def the(company, kind, state="open", who="driver"):
    return next(one for one in all_of(company, who) if (one.effect.kind, one.state) == (kind, state))


def decide(company, one, by="second", accepted=True, reason="办公会讨论通过", **more):
    return service.decide(
        company.session,
        one.proposal,
        accepted=accepted,
        reason=reason,
        actor=company.actors[by],
        today=TODAY,
        now=LATE,
        **more,
    )


def twice(company):
    """The deposit paid, ticketless in March, again in November of the next year."""
    company.pay("driver", "deposit", 500_000)
    first = record(company, TICKETLESS, MARCH)
    second = record(company, TICKETLESS, NOVEMBER)
    return first, second


def test_the_first_offence_fines_as_printed_cancels_the_award_and_keeps_on(company):
    company.pay("driver", "deposit", 500_000)
    entry = record(company, TICKETLESS, MARCH)
    assert entry.amount_fen == 201_900
    assert states(company) == [("fine", "at_once"), ("observed", "at_once"), ("award_cancelled", "at_once")]
    assert the(company, "fine", "at_once").says.zh == "罚款 ¥2,019.00"
    assert (company.holds("driver", "fines_due"), company.common("fines")) == (201_900, 201_900)
    assert company.people["driver"].left_on is None
    with pytest.raises(AtOnce):
        decide(company, the(company, "fine", "at_once"))


def test_the_second_offence_proposes_dismissal_and_only_the_decision_moves_the_deposit(company):
    twice(company)
    dismissal, deposit = the(company, "dismissed"), the(company, "deposit_forfeited")
    assert [text.zh for _a, _b, text in dismissal.reasons] == [
        "第 1 次：允许客、货无票（含无效客票）乘车",
        "第 2 次：允许客、货无票（含无效客票）乘车",
    ]
    assert [start for start, _end, _text in dismissal.reasons] == ["2025-03-10", "2026-11-12"]
    assert (company.holds("driver", "deposit"), company.common("forfeited")) == (500_000, 0)
    with pytest.raises(WithItsDismissal):
        decide(company, deposit)
    with pytest.raises(ReasonMissing):
        decide(company, dismissal, reason=" \n ")
    decision = decide(company, dismissal)
    assert (company.holds("driver", "deposit"), company.common("forfeited")) == (0, 500_000)
    assert company.session.need(Person, company.people["driver"].id).left_on == TODAY
    assert [
        one.state for one in all_of(company) if one.effect.kind in ("dismissed", "deposit_forfeited")
    ] == [
        "accepted",
        "accepted",
    ]
    with pytest.raises(AlreadyDecided):
        decide(company, dismissal, by="admin")
    assert decision.decided_by == company.people["second"].id
    assert ledger.sum_of_all(company.session) == 0
    assert ledger.recount(company.session) == []


def test_a_declined_dismissal_moves_nothing(company):
    twice(company)
    decide(company, the(company, "dismissed"), accepted=False, reason="有立功表现")
    assert company.holds("driver", "deposit") == 500_000
    assert company.people["driver"].left_on is None
    assert the(company, "deposit_forfeited", "declined").decision.reason == "有立功表现"


def test_who_may_not_decide(company):
    record(company, TICKETLESS, MARCH, by="admin")
    record(company, TICKETLESS, NOVEMBER, by="admin")
    one = the(company, "dismissed")
    with pytest.raises(Recorder):
        decide(company, one, by="admin")
    himself = company.actors["driver"].__class__(company.people["driver"].id, 1, is_admin=True)
    company.actors["driver"] = himself
    with pytest.raises(OwnCase):
        decide(company, one, by="driver")
    decide(company, one, by="second")


def test_the_database_refuses_deciders_and_proposals_that_do_not_wait(company):
    twice(company)
    one = the(company, "dismissed")
    proposal = one.proposal
    company.session.commit()
    right = {
        "proposal_id": proposal.id, "period_id": proposal.period_id, "run_id": None, "subject_id": proposal.subject_id,
        "clause_id": proposal.clause_id, "occurrence": 2, "effect": "dismissed", "source": "", "accepted": True,
        "before": None, "after": None, "acts_on": TODAY, "proposed_by": proposal.proposed_by,
        "decided_by": company.people["second"].id, "at": LATE, "reason": "x",
    }  # fmt: skip
    fine = the(company, "fine", "at_once").proposal.id
    wrong = (
        {"decided_by": proposal.subject_id},
        {"decided_by": company.people["head"].id},  # who recorded
        {"proposed_by": None},  # hides who proposed
        {"effect": "fine"},
        {"subject_id": company.people["mate"].id},
        {"proposal_id": fine, "effect": "fine"},  # holds at once
        {"proposal_id": None},
    )
    for change in wrong:
        company.session.add(Decision(**{**right, **change}))
        with pytest.raises(WallRefusal):
            company.session.flush()
        company.session.rollback()
    company.session.add(Decision(**right))
    company.session.flush()


def test_two_who_decide_at_once_decide_once(company):
    twice(company)
    ident = the(company, "dismissed").proposal.id
    deciders = [company.actors["second"], company.actors["admin"]] * 2
    company.session.commit()
    gate, found = threading.Barrier(4), [None] * 4

    def work(number):
        gate.wait()
        try:
            with company.databases.tenant(company.tenant.id) as session:
                service.decide(
                    session,
                    session.need(Proposal, ident),
                    accepted=number % 2 == 0,
                    reason="同时",
                    actor=deciders[number],
                    today=TODAY,
                    now=LATE,
                )
                session.commit()
            found[number] = "decided"
        except Exception as error:
            found[number] = type(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    company.session.rollback()
    assert sorted(map(str, found)).count("decided") == 1, found
    assert found.count(AlreadyDecided) == 3, found
    assert len(company.session.scalars(select(Decision).where(Decision.effect == "dismissed")).all()) == 1


def test_a_withdrawn_entry_takes_its_fine_and_its_proposals_with_it(company):
    first, _second = twice(company)
    entries.withdraw(company.session, first, actor=company.actors["head"], reason="认错了人", now=LATE)
    assert ("dismissed", "withdrawn") in states(company)
    assert ("deposit_forfeited", "withdrawn") in states(company)
    held = sorted(one.effect.kind for one in all_of(company) if one.state == "at_once")
    assert held == ["award_cancelled", "fine", "observed"]
    assert company.holds("driver", "fines_due") == 201_900  # the second is the first now
    said = company.session.scalars(select(ProposalWithdrawal.zh)).all()
    assert set(said) == {"考核记录已撤回或更正"}
    with pytest.raises(NotProposed):
        decide(company, the(company, "dismissed", "withdrawn"))
    assert ledger.sum_of_all(company.session) == 0


def test_an_earlier_offence_found_late_makes_the_later_one_the_second(company):
    company.pay("driver", "deposit", 500_000)
    record(company, TICKETLESS, NOVEMBER)
    assert company.holds("driver", "fines_due") == 201_900
    record(company, TICKETLESS, MARCH)
    assert the(company, "dismissed").proposal.period_id == company.months["2026-11"].id
    assert company.holds("driver", "fines_due") == 201_900  # March's, not both


def test_a_dismissal_whose_ground_goes_is_undone_only_by_a_decision(company):
    first, _second = twice(company)
    decide(company, the(company, "dismissed"))
    assert company.holds("driver", "deposit") == 0
    entries.withdraw(company.session, first, actor=company.actors["head"], reason="认错了人", now=LATE)
    assert company.session.need(Person, company.people["driver"].id).left_on == TODAY
    assert company.common("forfeited") == 500_000
    undo = [one for one in all_of(company) if one.proposal.undoes and one.state == "open"]
    assert [one.says.zh for one in undo] == ["撤销“解聘”", "撤销“没收信誉风险保证金”"]
    decide(company, undo[0], reason="原记录有误")
    assert company.session.need(Person, company.people["driver"].id).left_on is None
    assert (company.holds("driver", "deposit"), company.common("forfeited")) == (500_000, 0)
    assert not [one for one in all_of(company) if one.state == "open"]
    assert ledger.sum_of_all(company.session) == 0


def test_a_collected_fine_goes_back_only_by_a_decision(company):
    entry = record(company, ABSENT, NOVEMBER, amount_fen=30_000)
    fine = the(company, "fine", "at_once")
    [movement] = ledger.made_from(company.session, "proposal", [fine.proposal.id])
    ledger.collect(
        company.session, company.book, movement, act=replace(company.act(), today=TODAY, happened_on=TODAY)
    )
    entries.withdraw(company.session, entry, actor=company.actors["head"], reason="有请假条", now=LATE)
    assert company.common("cash") == 30_000
    [undo] = [one for one in all_of(company) if one.state == "open"]
    assert undo.says.zh == "撤销“罚款 ¥300.00”"
    decide(company, undo, by="second", reason="退回罚款")
    assert (company.common("cash"), company.common("fines"), company.holds("driver", "fines_due")) == (
        0,
        0,
        0,
    )
    assert the(company, "fine", "withdrawn").withdrawal.zh.startswith("经决定撤销")


def test_a_corrected_entry_reverses_its_fine_and_posts_the_new_one(company):
    entry = record(company, ABSENT, NOVEMBER, amount_fen=30_000)
    entries.correct(
        company.session,
        entry,
        actor=company.actors["head"],
        amount_fen=45_000,
        reason="两天",
        now=LATE,
        today=TODAY,
    )
    assert company.holds("driver", "fines_due") == 45_000
    assert company.common("fines") == 45_000


def test_example_4_a_fine_outside_its_range_is_refused_and_nothing_stored(company):
    month(company, NOVEMBER)
    company.session.commit()
    for amount in (70_000, 50_001, 19_999):
        with pytest.raises(AmountOutside) as refused:
            record(company, ABSENT, NOVEMBER, amount_fen=amount)
        assert "200" in refused.value.say("zh")
        assert "500" in refused.value.say("zh")
        company.session.rollback()
    assert states(company) == []
    for amount in (20_000, 50_000):
        record(company, ABSENT, NOVEMBER, amount_fen=amount)
    assert company.holds("driver", "fines_due") == 70_000


def test_example_3_absence_of_four_days_refunds_the_deposit(company):
    company.pay("driver", "deposit", 500_000)
    record(company, LONG_ABSENCE, NOVEMBER, quantity=4)
    assert states(company) == [("dismissed", "open"), ("deposit_refunded", "open")]
    decide(company, the(company, "dismissed"))
    assert (company.holds("driver", "deposit"), company.common("forfeited"), company.common("cash")) == (
        0,
        0,
        0,
    )
    assert company.session.need(Person, company.people["driver"].id).left_on == TODAY


def test_example_3_exactly_three_days_under_both_readings(company, databases, session):
    record(company, LONG_ABSENCE, NOVEMBER, quantity=3)
    assert ("dismissed", "open") in states(company)
    with pytest.raises(ValueOutside):
        record(company, LONG_ABSENCE, NOVEMBER, who="mate", quantity=2)


def test_example_3_under_the_other_reading(databases, tenant, session):
    from coach_company import make_company

    company = make_company(
        databases,
        tenant,
        session,
        {"ticket_fine": "likely", "uniform_share": "likely", "long_absence": "running_4"},
    )
    month(company, NOVEMBER)
    session.commit()
    with pytest.raises(ValueOutside):
        record(company, LONG_ABSENCE, NOVEMBER, quantity=3)
    session.rollback()
    record(company, LONG_ABSENCE, NOVEMBER, quantity=4)
    assert ("dismissed", "open") in states(company)
    record(company, TICKETLESS, MARCH)
    assert company.holds("driver", "fines_due") == 200_000  # 2000, the likely figure


def test_a_ride_of_the_family_is_withheld_from_wages_and_a_grave_breach_takes_its_range(company):
    record(company, FAMILY_RIDE, NOVEMBER, amount_fen=30_000)
    record(company, NOT_REPORTED, NOVEMBER, who="mate", amount_fen=10_000)
    record(company, GRAVE, NOVEMBER, who="mate", amount_fen=0)
    assert company.holds("driver", "wages") == 30_000
    [line] = ledger.payroll(company.session, company.book, date(2026, 11, 1), date(2026, 11, 30))
    assert (line.name, line.amount_fen) == ("马建国", 30_000)
    assert company.holds("mate", "fines_due") == 10_000  # a fine of nothing posts nothing


def test_the_closing_does_not_propose_what_recording_did(company):
    from kaohe.results import service as results

    company.pay("driver", "deposit", 500_000)
    twice_before = twice(company)
    before = states(company)
    company.session.commit()
    november = company.months["2026-11"]
    results.close(
        company.databases, company.tenant.id, november.id, by=company.people["admin"].id, clock=lambda: LATE
    )
    company.session.rollback()
    assert states(company) == before
    company.session.refresh(november)
    waiting = service.proposed(company.session, november)
    assert {one.effect.kind for one in waiting} == {"dismissed", "deposit_forfeited"}
    assert twice_before


def test_the_engagement_and_its_deposit_ticked_together_are_both_decided(company):
    twice(company)
    waiting = [the(company, "deposit_forfeited").proposal, the(company, "dismissed").proposal]
    done, refused = service.decide_many(
        company.session,
        waiting,
        accepted=True,
        reason="一并决定",
        actor=company.actors["second"],
        today=TODAY,
        now=LATE,
    )
    assert (done, refused) == (2, [])
    assert company.common("forfeited") == 500_000


def test_who_heads_the_unit_does_not_decide_about_it(company):
    east, second = company.east, company.actors["second"]
    called = Called(
        "own-unit", "closed", month(company, NOVEMBER).id, east.id, east.id, 0, 1,
        Effect("observed", Text("观察", "observed")), Text("单位", "unit"),
    )  # fmt: skip
    [ident] = propose(company.session, [called], LATE)
    one = company.session.need(Proposal, ident)
    assert load_proposal(company.session, ident)[1].of_unit == east.path
    values = {"accepted": True, "reason": "讨论通过", "today": TODAY, "now": LATE}
    head = Actor(second.person_id, second.account_id, is_admin=True, assesses=(east.path,))
    with pytest.raises(OwnCase):
        service.decide(company.session, one, actor=head, **values)
    assert service.decide(company.session, one, actor=second, **values).accepted
