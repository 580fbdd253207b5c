"""Two records of one person: what is open moves by new rows, what is sealed stays, what both have is named."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kaohe.accounts.models import Account, SignIn
from kaohe.db import WallRefusal, new_id
from kaohe.entries.models import Entry
from kaohe.entries.prior import before
from kaohe.ledger.models import MoneyAccount, MoneyBalance
from kaohe.living import merging, refusals
from kaohe.people import service as people
from kaohe.people.models import Membership, Merge
from kaohe.results import service as results
from kaohe.testing.fixtures import NOW, TODAY

ONE_DAY = timedelta(days=1)


@pytest.fixture
def twice(house):
    """许佳宁 stands on the list a second time, under another number, since 1 September."""
    other = people.create_person(
        house.session,
        number="H9001",
        name="许佳宁",
        unit=house.world.heart,
        position="护师",
        joined_on=date(2026, 9, 1),
        now=NOW,
        facts={"level": 3},
    )
    house.world.people["重复"] = other
    house.session.commit()
    return other


def merge(house, gone, kept=None, **more):
    values = {
        "number": "kept",
        "reason": "同一个人，导入时工号录错",
        "actor": house.admin,
        "now": NOW,
        "today": TODAY,
    }
    kept = kept or house.world.people["许佳宁"]
    row = merging.merge(house.session, kept, gone, **{**values, **more})
    house.session.commit()
    return row


def standing(house, person):
    query = select(Entry).where(Entry.subject_id == person.id, Entry.replaced_by.is_(None))
    return list(house.session.scalars(query))


def test_open_entries_come_over_by_new_rows_with_reason_and_figures(house, twice, sample):
    old = house.record("重复", sample.LATE_FORM, quantity=3)
    merge(house, twice)
    (new,) = standing(house, house.world.people["许佳宁"])
    house.session.refresh(old)
    assert (old.replaced_by, new.quantity, new.recorded_by) == (new.id, Decimal(3), house.head.person_id)
    assert standing(house, twice) == []
    line = house.results()["许佳宁"]
    assert line.points == Decimal("98.5")
    assert (
        len([one for one in results.league(house.session, house.period).lines if one.name == "许佳宁"]) == 1
    )


def test_what_is_sealed_keeps_its_id_and_its_seal(house, twice, sample):
    house.record("重复", sample.QUARREL)
    run = house.publish()
    with pytest.raises(refusals.NotSettled) as refusal:
        merge(house, twice)
    assert "2026 年 9 月" in refusal.value.say("zh")
    house.session.rollback()
    results.finalise(house.session, house.period, by=None, now=NOW)
    house.session.commit()
    found = merging.plan(house.session, house.world.people["许佳宁"], twice, actor=house.admin)
    assert found.from_day == date(2026, 10, 1)
    assert [one.id for one in found.sealed] == [house.period.id]
    assert any("两份档案都有定稿结果" in one.what.zh for one in found.conflicts)
    merge(house, twice)
    assert results.replay(house.session, house.period).same
    assert results.recount(house.session, house.period).same
    assert results.standing_run(house.session, house.period).digest == run.digest
    last = house.session.scalars(select(Membership).where(Membership.person_id == twice.id)).one()
    assert last.ends_on == date(2026, 9, 30)
    found = before(house.session, _later(house), [sample.QUARREL], [house.id_of("许佳宁")])
    assert found == {house.id_of("许佳宁"): {sample.QUARREL: 1}}


def _later(house):
    class Later:
        adoption_id, starts_on = house.period.adoption_id, date(2026, 10, 1)
        ends_on = date(2026, 10, 31)

    return Later


def test_somebody_who_came_back_under_a_new_number(house, sample):
    kept = house.world.people["贺子涵"]
    people.leave(house.session, kept, on=date(2026, 9, 5))
    back = people.create_person(
        house.session,
        number="H9002",
        name="贺子涵",
        unit=house.world.bone,
        position="护士",
        joined_on=date(2026, 9, 8),
        now=NOW,
        facts={"level": 2},
    )
    house.session.commit()
    merge(house, back, kept, number="gone")
    spans = [
        (one.unit_id, one.starts_on, one.ends_on) for one in people.memberships_of(house.session, kept.id)
    ]
    assert spans == [
        (house.world.heart.id, date(2020, 1, 1), date(2026, 9, 5)),
        (house.world.bone.id, date(2026, 9, 8), None),
    ]
    assert (kept.number, kept.left_on, back.number) == ("H9002", None, "H2208")
    assert people.facts_on(house.session, TODAY, [kept.id])[kept.id] == {"level": 2}


def test_conflicts_are_named_with_what_becomes_of_them(house, twice):
    mine = people.record_leave(
        house.session, house.world.people["许佳宁"], kind="年假", starts_on=TODAY, ends_on=TODAY
    )
    people.record_leave(house.session, twice, kind="病假", starts_on=TODAY, ends_on=TODAY + ONE_DAY)
    house.account("重复")
    found = merging.plan(house.session, house.world.people["许佳宁"], twice, actor=house.admin)
    said = [one.what.zh for one in found.conflicts]
    assert any(one.startswith("任职重叠：H9001") for one in said)
    assert any(one.startswith("请假重叠：病假") for one in said)
    assert "两份档案各有一个账户" in said
    merge(house, twice)
    assert [one.id for one in people.leaves_of(house.session, house.id_of("许佳宁"))] == [mine.id]
    account = house.session.scalar(select(Account).where(Account.person_id == twice.id))
    assert account.state == "locked"


def test_an_only_account_moves_and_its_sign_ins_end(house, twice):
    account = house.account("重复")
    kept = house.world.people["贺子涵"]
    merge(house, twice, kept)
    house.session.refresh(account)
    assert (account.person_id, account.epoch) == (kept.id, 2)
    assert house.session.scalar(select(SignIn.id).where(SignIn.epoch == 2)) is None


def test_what_is_refused(house, twice):
    kept = house.world.people["许佳宁"]
    for arguments, refusal in (
        ((twice, twice), refusals.SamePerson),
        ((twice, house.world.people["管理员"]), refusals.OwnRecord),
    ):
        with pytest.raises(refusal):
            merge(house, *arguments)
        house.session.rollback()
    with pytest.raises(refusals.ReasonMissing):
        merge(house, twice, reason=" ")
    house.session.rollback()
    merge(house, twice)
    for gone, into in ((twice, house.world.people["贺子涵"]), (house.world.people["贺子涵"], twice)):
        with pytest.raises(refusals.AlreadyMerged):
            merge(house, gone, into)
        house.session.rollback()
    house.session.add(
        Merge(
            kept_id=kept.id,
            gone_id=house.id_of("贺子涵"),
            from_day=TODAY,
            done_by=kept.id,
            done_at=NOW,
            moved={},
        )
    )
    with pytest.raises(WallRefusal):
        house.session.flush()


def test_money_is_settled_first(house, twice):
    account = MoneyAccount(
        id=new_id(),
        kind="deposit",
        side="credit",
        bounded=True,
        subject_id=twice.id,
        holder_id=house.world.heart.id,
        opened_at=NOW,
    )
    house.session.add(account)
    house.session.flush()
    house.session.add(MoneyBalance(id=account.id, balance_fen=0, lowest_fen=0))
    house.session.flush()
    balance = house.session.get(MoneyBalance, account.id)
    merging.plan(house.session, house.world.people["许佳宁"], twice, actor=house.admin)
    balance.balance_fen = 50_000
    house.session.flush()
    with pytest.raises(refusals.MoneyLeft):
        merging.plan(house.session, house.world.people["许佳宁"], twice, actor=house.admin)


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))
SPANS = st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair)))


@given(SPANS, st.lists(SPANS, max_size=4))
def test_what_is_left_of_a_span_is_what_nobody_else_covers(span, taken):
    def days(one):
        return {one[0] + ONE_DAY * n for n in range((one[1] - one[0]).days + 1)}

    covered = set().union(*map(days, taken)) if taken else set()
    left = [days(piece) for piece in merging.without(span, taken)]
    assert set().union(*left) == days(span) - covered
    assert sum(map(len, left)) == len(set().union(*left))
