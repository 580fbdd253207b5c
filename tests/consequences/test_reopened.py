"""A period reopened after money has moved: nothing moves by it; what goes back goes back by a decision."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from mine import NAMES

from kaohe.consequences import service
from kaohe.consequences.refusals import NotProposed
from kaohe.entries import service as entries
from kaohe.entries.values import standing
from kaohe.ledger import service as ledger
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.results import service as results
from kaohe.testing.fixtures import Browser
from kaohe_coach_transport.scheme import ABSENT, TICKETLESS
from kaohe_managers.scheme import TARGETS

TODAY = date(2026, 11, 13)
LATE = datetime(2026, 11, 13, 2, 0, tzinfo=UTC)
SAYS = "已作的决定和已收付的款项不会因重新开放而改变"


def record(company, clause, day, who="driver", **more):
    period = company.months[f"{day:%Y-%m}"]
    if period.state == "planned":
        periods.step(company.session, period, after="open", by=None, now=LATE)
    return entries.record(
        company.session, actor=company.actors["head"], period=period, subject_id=company.people[who].id,
        clause_id=clause, reason="路检查实", happened_on=day, now=LATE, today=TODAY, **more,
    )  # fmt: skip


def close(company):
    company.session.commit()
    november, by = company.months["2026-11"].id, company.people["admin"].id
    results.close(company.databases, company.tenant.id, november, by=by, clock=lambda: LATE)
    company.session.rollback()
    company.session.refresh(company.months["2026-11"])


def reopen(company):
    results.reopen(
        company.session, company.months["2026-11"], by=company.people["admin"].id, now=LATE, reason="查错"
    )
    company.session.commit()


def states(company, who="driver"):
    wanted = service.Wanted(subject_id=company.people[who].id, sort="when", falling=False)
    return service.page(company.session, wanted, limit=100, offset=0)


def waiting(company, who="driver"):
    return [one for one in states(company, who) if one.state == "open"]


def decide(company, one, reason="办公会讨论通过"):
    return service.decide(
        company.session, one.proposal, accepted=True, reason=reason, actor=company.actors["second"],
        today=TODAY, now=LATE,
    )  # fmt: skip


def balances(company):
    """Everything that stands anywhere: by person what is held and owed, and the common accounts."""
    own = {
        who: (company.holds(who, "deposit"), company.holds(who, "fines_due")) for who in ("driver", "mate")
    }
    return own | {kind: company.common(kind) for kind in ("cash", "forfeited", "fines")}


@pytest.fixture
def moved(company):
    """November closed: the driver dismissed and the deposit forfeited; the mate's fine posted and collected."""
    company.pay("driver", "deposit", 500_000)
    record(company, TICKETLESS, date(2025, 3, 10))
    company.second = record(company, TICKETLESS, date(2026, 11, 12))
    company.absence = record(company, ABSENT, date(2026, 11, 11), who="mate", amount_fen=30_000)
    [fine] = [one for one in states(company, "mate") if one.effect.kind == "fine"]
    [movement] = ledger.made_from(company.session, "proposal", [fine.proposal.id])
    act = replace(company.act(), today=TODAY, happened_on=TODAY)
    ledger.collect(company.session, company.book, movement, act=act)
    close(company)
    decide(company, next(one for one in waiting(company) if one.effect.kind == "dismissed"))
    company.session.commit()
    return company


def test_reopening_moves_no_money(moved):
    before = balances(moved)
    assert before["driver"][0] == 0
    assert (before["cash"], before["forfeited"]) == (530_000, 500_000)
    said = [(one.key, one.state) for one in states(moved)]
    reopen(moved)
    assert balances(moved) == before
    assert [(one.key, one.state) for one in states(moved)] == said
    assert ledger.recount(moved.session) == []
    close(moved)  # with the same entries: everything stands, and nothing is to be undone
    assert balances(moved) == before
    assert waiting(moved) == []
    assert waiting(moved, "mate") == []
    assert ledger.recount(moved.session) == []


def test_what_falls_after_a_reopening_goes_back_only_by_a_decision(moved):
    before = balances(moved)
    reopen(moved)
    entries.withdraw(moved.session, moved.second, actor=moved.actors["head"], reason="认错了人", now=LATE)
    assert before["driver"] == (0, 201_900)  # the first offence's fine stands; the second had none
    assert balances(moved) == before
    close(moved)
    assert balances(moved) == before
    assert moved.session.need(Person, moved.people["driver"].id).left_on == TODAY
    dismissal, deposit = waiting(moved)
    assert [dismissal.says.zh, deposit.says.zh] == ["撤销“解聘”", "撤销“没收信誉风险保证金”"]
    decide(moved, dismissal, "原记录有误")
    assert moved.session.need(Person, moved.people["driver"].id).left_on is None
    assert balances(moved) == before | {"driver": (500_000, 201_900), "forfeited": 0}
    assert waiting(moved) == []
    assert ledger.recount(moved.session) == []
    assert ledger.sum_of_all(moved.session) == 0


def test_a_collected_fine_corrected_after_a_reopening_stays_until_its_undoing_is_decided(moved):
    before = balances(moved)
    reopen(moved)
    entries.correct(
        moved.session, moved.absence, actor=moved.actors["head"], amount_fen=20_000, reason="只缺半天", now=LATE,
        today=TODAY,
    )  # fmt: skip
    close(moved)
    assert balances(moved)["cash"] == before["cash"]
    assert balances(moved)["mate"] == (0, 20_000)  # the new fine is owed; the old one was paid
    [undo] = waiting(moved, "mate")
    assert undo.says.zh == "撤销“罚款 ¥300.00”"
    decide(moved, undo, "改为 200 元")
    assert balances(moved)["cash"] == before["cash"] - 30_000
    assert balances(moved)["fines"] == before["fines"] - 10_000
    assert ledger.recount(moved.session) == []


def correct_february(mine, value):
    """Reopen February and give the first of the managers another score; it is not closed yet."""
    mine.reopen(2)
    subject = mine.people[NAMES[0]].id
    held = standing(mine.session, mine.month(2), [TARGETS], [subject])[TARGETS, subject]
    entries.correct(
        mine.session, held[0], actor=mine.actors["office"], quantity=value, now=mine.moment(2), today=mine.last_day(2)
    )  # fmt: skip


def undoings(mine):
    wanted = service.Wanted(subject_id=mine.people[NAMES[0]].id, sort="when", falling=False)
    return [one for one in service.page(mine.session, wanted, limit=200, offset=0) if one.proposal.undoes]


def test_an_undoing_that_waits_is_withdrawn_by_a_reopening_and_proposed_anew_by_the_next_closing(mine):
    mine.live(**{NAMES[0]: ("79", "79", "79"), NAMES[1]: ("90", "90", "90")})
    one = next(one for one in service.proposed(mine.session, mine.month(3)) if one.source == "three_low")
    values = {
        "accepted": True,
        "actor": mine.actors["second"],
        "today": mine.last_day(3),
        "now": mine.moment(3),
    }
    service.decide(mine.session, one.proposal, reason="会议决定", **values)
    correct_february(mine, 85)
    mine.close(2)
    assert [each.state for each in undoings(mine)] == ["open"]
    mine.reopen(2)
    [undo] = undoings(mine)
    assert (undo.state, undo.withdrawal.zh) == ("withdrawn", "“2026 年 2 月”重新开放")
    with pytest.raises(NotProposed):
        service.decide(mine.session, undo.proposal, reason="撤销", **values)
    mine.close(2)
    assert [each.state for each in undoings(mine)] == ["withdrawn", "open"]
    correct_february(mine, 79)
    mine.close(2)
    assert [each.state for each in undoings(mine)] == ["withdrawn", "withdrawn"]
    [stands] = [each for each in service.proposed(mine.session, mine.month(3)) if each.source == "three_low"]
    assert (stands.key, stands.state) == (one.key, "accepted")


def test_the_form_of_reopening_says_that_money_stays_where_it_is(app, tenant, moved):
    november, admin = moved.months["2026-11"].id, Browser(app, tenant).sign_in(moved.accounts["admin"])
    page = admin.get(f"/results/{november}/manage").text
    form = re.search(r'id="reopening".*?</section>', page, re.S)[0]
    assert SAYS in form
    assert form.index(SAYS) < form.index("重新开放录入")
    assert f"/results/{november}/manage#reopening" in admin.get(f"/periods/{november}").text


def test_where_nothing_rests_on_the_period_the_form_says_nothing_of_money(app, tenant, mine):
    mine.live(韩立新=("79", "79", "79"), 崔志远=("90", "90", "90"))
    page = f"/results/{mine.month(2).id}/manage"
    admin = Browser(app, tenant).sign_in(mine.accounts["admin"])
    assert 'id="reopening"' in admin.get(page).text
    assert SAYS not in admin.get(page).text
    one = next(one for one in service.proposed(mine.session, mine.month(3)) if one.source == "three_low")
    service.decide(
        mine.session, one.proposal, accepted=True, reason="通过", actor=mine.actors["second"],
        today=mine.last_day(3), now=mine.moment(3),
    )  # fmt: skip
    mine.session.commit()
    assert SAYS in admin.get(page).text  # decided in March, and it rests on February
