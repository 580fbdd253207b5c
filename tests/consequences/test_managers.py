"""Managers' examples 3 and 4 from recorded marks to the decision; wages; who is near; reopening and what it takes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from mine import NAMES
from sqlalchemy import event, select

from kaohe.consequences import service
from kaohe.consequences.models import ProposalWithdrawal
from kaohe.consequences.proposing import Because, end
from kaohe.consequences.refusals import Closer, NotProposed
from kaohe.entries import service as entries
from kaohe.entries.values import standing
from kaohe.people import service as people
from kaohe.people.models import EarlierResult
from kaohe.results.closing import stored
from kaohe.scheme import Text
from kaohe_managers.scheme import ATTENDANCE, TARGETS

WHO, SECOND, THIRD, FOURTH = NAMES
GOOD = ("90",) * 12
under_both_readings = pytest.mark.parametrize("mine", ["month", "year"], indirect=True)


def about(mine, name=WHO, month=None, **more):
    wanted = service.Wanted(
        subject_id=mine.people[name].id, period_id=mine.month(month).id if month else None, sort="when", falling=False, **more
    )  # fmt: skip
    return service.page(mine.session, wanted, limit=200, offset=0)


def demotions(mine, name=WHO, state="open"):
    return [
        (one.proposal.source, one.period.starts_on.month)
        for one in about(mine, name)
        if one.effect.kind == "demoted" and one.state == state
    ]


def decide(mine, one, *, accepted=True, by="second", month=9, reason="企管科会同矿领导决定", **more):
    return service.decide(
        mine.session, one.proposal, accepted=accepted, reason=reason, actor=mine.actors[by],
        today=mine.last_day(month), now=mine.moment(month), **more,
    )  # fmt: skip


@pytest.mark.parametrize("mine", ["month"], indirect=True)
def test_under_the_default_a_month_is_made_of_all_seven_indicators(mine):
    mine.open(1)
    mine.mark(1, WHO, "90")
    mine.record(1, WHO, ATTENDANCE, "80")
    run = mine.close(1)
    assert stored(mine.session, run, mine.people[WHO].id).score == Decimal("89.08")  # 9710 / 109


@under_both_readings
def test_example_3_three_months_below_eighty_running(mine):
    mine.live(**{WHO: ("79.9", "78"), SECOND: GOOD[:2], THIRD: GOOD[:2]})
    assert demotions(mine) == []
    mine.open(3)
    for name, score in ((WHO, "79"), (SECOND, "90"), (THIRD, "90")):
        mine.mark(3, name, score)
    mine.close(3)
    assert ("three_low", 3) in demotions(mine)
    one = next(each for each in about(mine) if each.proposal.source == "three_low")
    assert [(start, text.zh) for start, _end, text in one.reasons] == [
        ("2026-01-01", "得 79.9 分"),
        ("2026-02-01", "得 78 分"),
        ("2026-03-01", "得 79 分"),
    ]
    cuts = [(each.effect.percent, each.state) for each in about(mine) if each.effect.kind == "wage"]
    assert cuts == [(-10, "open")] * 3


@under_both_readings
@pytest.mark.parametrize(
    "scores",
    [
        ("79", "85", "79", "79"),
        ("79", None, "79", "79"),
        ("80", "79", "79", "80"),
        ("79", "80", "79.99", "79"),
    ],
)
def test_example_3_what_is_not_three_running(mine, scores):
    mine.live(**{WHO: scores, SECOND: GOOD[:4], THIRD: ("60",) * 4})
    assert "three_low" not in [source for source, _month in demotions(mine)]


def test_a_leave_interrupts_and_three_after_it_count(mine):
    mine.live(**{WHO: ("79", None, "79", "79", "79"), SECOND: GOOD[:5]})
    assert [one for one in demotions(mine) if one[0] == "three_low"] == [("three_low", 5)]


@under_both_readings
def test_example_4_last_in_january_may_and_september(mine):
    low = {1, 5, 9}
    rows = {WHO: tuple("85" if n in low else "95" for n in range(1, 10))}
    rows[SECOND] = ("90",) * 9
    rows[THIRD] = tuple("91" if n in low else "86" for n in range(1, 10))
    mine.live(**rows)
    assert demotions(mine) == [("last_place", 9)]
    one = next(each for each in about(mine) if each.proposal.source == "last_place")
    assert [start[5:7] for start, _end, _text in one.reasons] == ["01", "05", "09"]
    assert {text.zh for _start, _end, text in one.reasons} == {"排名末位"}
    decide(mine, one, position="副科长")
    held = people.memberships_of(mine.session, mine.people[WHO].id)
    assert [(each.position, each.starts_on) for each in held[1:]] == [("副科长", date(2026, 9, 30))]


def test_results_from_before_count_too(mine):
    for month in (11, 12):
        mine.session.add(
            EarlierResult(
                person_id=mine.people[WHO].id, scheme_code="managers.month", starts_on=date(2025, month, 1),
                ends_on=date(2025, month, 28), score=75, grade=None,
            )
        )  # fmt: skip
    mine.session.commit()
    mine.live(**{WHO: ("79",), SECOND: ("90",)})
    assert ("three_low", 1) in demotions(mine)


def test_who_is_one_period_away(mine):
    mine.live(**{WHO: ("79", "79"), SECOND: ("90", "79"), THIRD: ("90", "90")})
    [period] = service.last_periods(mine.session)
    found = {(one.name, one.consequence.zh, one.left) for one in service.watch(mine.session, period)}
    assert (WHO, "连续三个月 80 分以下，降职", 1) in found
    assert (SECOND, "连续三个月 80 分以下，降职", 2) in found
    assert not any(name == THIRD for name, _what, _left in found)
    nearest = service.watch(mine.session, period)[0]
    assert nearest.left == 1


@under_both_readings
def test_wages_are_on_the_list_once_decided_and_unchanged_ones_are_not_proposed(mine):
    mine.live(**{WHO: ("84.99",), SECOND: ("85",), THIRD: ("90",)})
    january = mine.month(1)
    assert service.wages(mine.session, january) == []
    assert [one for one in about(mine, SECOND) if one.effect.kind == "wage"] == []
    waiting = [one.proposal for one in service.proposed(mine.session, january) if one.effect.kind == "wage"]
    done, refused = service.decide_many(
        mine.session, waiting, accepted=True, reason="按办法", actor=mine.actors["second"],
        today=mine.last_day(1), now=mine.moment(1),
    )  # fmt: skip
    assert (done, refused) == (2, [])
    assert [(row.one.name, row.percent, row.score) for row in service.wages(mine.session, january)] == [
        (WHO, Decimal(-5), Decimal("84.99")),
        (THIRD, Decimal(5), Decimal(90)),
    ]
    done, refused = service.decide_many(
        mine.session, waiting, accepted=True, reason="按办法", actor=mine.actors["second"],
        today=mine.last_day(1), now=mine.moment(1),
    )  # fmt: skip
    assert done == 0
    assert len(refused) == 2
    _done, refused = service.decide_many(
        mine.session, waiting, accepted=True, reason="按办法", actor=mine.actors["admin"],
        today=mine.last_day(1), now=mine.moment(1),
    )  # fmt: skip
    assert len(refused) == 2


def test_who_closed_does_not_decide(mine):
    mine.live(**{WHO: ("65",), SECOND: ("90",)})
    one = next(each for each in about(mine) if each.effect.kind == "demoted")
    with pytest.raises(Closer):
        decide(mine, one, by="admin", month=1)


def test_reopening_withdraws_what_waits_here_and_later_and_closing_proposes_it_anew(mine):
    mine.live(**{WHO: ("79", "79", "79"), SECOND: GOOD[:3]})
    assert ("three_low", 3) in demotions(mine)
    mine.reopen(2)
    assert ("three_low", 3) in demotions(mine, state="withdrawn")
    one = next(each for each in about(mine, month=3) if each.proposal.source == "three_low")
    assert one.withdrawal.zh == "“2026 年 2 月”重新开放"
    with pytest.raises(NotProposed):
        decide(mine, one)
    assert not [each for each in about(mine, month=2) if each.state == "open"]
    mine.close(2)
    assert ("three_low", 3) in demotions(mine)
    again = [each.proposal.round for each in about(mine, month=3) if each.proposal.source == "three_low"]
    assert sorted(again) == [0, 1]


def test_a_decision_stays_in_force_until_a_closing_shows_that_its_ground_is_gone(mine):
    mine.live(**{WHO: ("79", "79", "79"), SECOND: GOOD[:3]})
    one = next(each for each in about(mine) if each.proposal.source == "three_low")
    decide(mine, one, position="副科长", month=3)
    mine.session.commit()
    mine.reopen(2)
    assert demotions(mine, state="accepted") == [("three_low", 3)]
    assert not [each for each in about(mine) if each.proposal.undoes]
    mine.close(2)  # nothing changed: the decision stands, and nothing is proposed a second time
    assert demotions(mine, state="accepted") == [("three_low", 3)]
    assert ("three_low", 3) not in demotions(mine)
    mine.reopen(2)
    held = standing(mine.session, mine.month(2), [TARGETS], [mine.people[WHO].id])
    entries.correct(
        mine.session, held[TARGETS, mine.people[WHO].id][0], actor=mine.actors["office"], quantity=85,
        now=mine.moment(2), today=mine.last_day(2),
    )  # fmt: skip
    mine.close(2)
    [undo] = [each for each in about(mine) if each.proposal.undoes]
    assert (undo.state, undo.says.zh) == ("open", "撤销“降职”")
    assert people.membership_on(mine.session, mine.people[WHO].id, mine.last_day(3)).position == "副科长"
    decide(mine, undo, month=4, reason="二月补记后为 85 分")
    assert people.membership_on(mine.session, mine.people[WHO].id, mine.last_day(4)).position == "科长"
    assert undo.proposal.proposed_by == mine.people["admin"].id


def test_reopening_withdraws_all_that_waits_by_a_few_statements(mine):
    mine.live(**dict.fromkeys(NAMES, ("79", "79", "79")))
    waiting = [one for one in service.proposed(mine.session, mine.month(3)) if one.state == "open"]
    assert len(waiting) >= 8
    declined, *others = waiting
    decide(mine, declined, accepted=False, month=3)
    mine.session.commit()
    seen = []

    def count(_connection, _cursor, statement, *_more):
        if statement.startswith(("UPDATE proposals", "INSERT INTO proposal_withdrawals")):
            seen.append(statement.split()[0])

    engine = mine.session.get_bind()
    event.listen(engine, "before_cursor_execute", count)
    try:
        mine.reopen(3)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert sorted(seen) == ["INSERT", "UPDATE"]
    withdrawn = mine.session.scalars(select(ProposalWithdrawal)).all()
    ended = {one.proposal_id: one.id for one in withdrawn}
    assert ended == {one.proposal.id: one.proposal.replaced_by for one in others}


def test_what_was_decided_meanwhile_is_not_withdrawn(mine):
    mine.live(**{WHO: ("79", "79", "79"), SECOND: GOOD[:3]})
    one, other, *_more = service.proposed(mine.session, mine.month(3))
    stale = [one.proposal, other.proposal]
    decide(mine, one, accepted=False, month=3)
    why = Because(Text("依据不再成立", "its ground is gone"), None, mine.moment(4))
    end(mine.session, stale, why)
    mine.session.commit()
    held = {each.key: each.state for each in service.listed(mine.session, stale)}
    assert held == {one.key: "declined", other.key: "withdrawn"}


def test_who_had_no_post_before_has_none_when_the_new_one_is_taken_back(mine):
    people.membership_on(mine.session, mine.people[WHO].id, mine.last_day(1)).position = ""
    mine.live(**{WHO: ("79", "79", "79"), SECOND: GOOD[:3]})
    one = next(each for each in about(mine) if each.proposal.source == "three_low")
    decide(mine, one, position="副科长", month=3)
    mine.session.commit()
    mine.reopen(2)
    held = standing(mine.session, mine.month(2), [TARGETS], [mine.people[WHO].id])
    entries.correct(
        mine.session, held[TARGETS, mine.people[WHO].id][0], actor=mine.actors["office"], quantity=85,
        now=mine.moment(2), today=mine.last_day(2),
    )  # fmt: skip
    mine.close(2)
    [undo] = [each for each in about(mine) if each.proposal.undoes]
    decide(mine, undo, month=4, reason="二月补记后为 85 分")
    held_posts = [each.position for each in people.memberships_of(mine.session, mine.people[WHO].id)]
    assert held_posts == ["", "副科长", ""]


def test_the_watch_is_empty_where_nothing_is_closed(mine):
    assert service.last_periods(mine.session) == []
    assert service.waiting(mine.session) == []
