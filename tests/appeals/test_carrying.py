"""What happened between the decision and its carrying out: entries corrected or withdrawn, heads of units changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kaohe.accounts.models import Grant
from kaohe.appeals import refusals, service
from kaohe.appeals.models import Appeal, AppealStep
from kaohe.db import WallRefusal, new_id
from kaohe.entries import service as entries
from kaohe.entries.models import Entry
from kaohe.messages.models import Message
from kaohe.results import service as results
from kaohe.results.models import Result
from kaohe.testing.fixtures import NOW, TODAY

LATER = NOW + timedelta(hours=2)
MEANWHILE = NOW + timedelta(hours=1)


@pytest.fixture
def quarrel(house, sample):
    """A published September in which 许佳宁 has lost five points, recorded by 周敏."""
    entry = house.record("许佳宁", sample.QUARREL)
    house.publish()
    return entry


def reopened(house, act):
    """Reopen, do something, close and publish again, as an administrator might before the carrying out."""
    results.reopen(house.session, house.period, by=None, now=MEANWHILE, reason="查错")
    act()
    house.session.commit()
    house.publish()


def corrected(house, entry, **more):
    values = {"actor": house.head, "reason": "数错了", "now": MEANWHILE, "today": TODAY, **more}
    return entries.correct(house.session, entry, **values)


def steps(house, appeal):
    return [one.step.step for one in service.steps_of(house.session, appeal)]


def test_an_entry_corrected_meanwhile_is_withdrawn_as_it_stands_now(house, sample):
    entry = house.record("许佳宁", sample.LATE_FORM, quantity=4)
    house.publish()
    appeal = house.file(entry=entry)
    house.decide(appeal)
    reopened(house, lambda: corrected(house, entry, quantity=Decimal(3)))
    house.carry_out(at=LATER)
    assert service.view_of(house.session, appeal).state == "done"
    standing = select(Entry).where(Entry.subject_id == house.id_of("许佳宁"), Entry.replaced_by.is_(None))
    assert house.session.scalars(standing).all() == []
    assert house.results()["许佳宁"].points == Decimal(100)


def test_an_entry_corrected_meanwhile_is_corrected_as_it_stands_now(house, sample):
    entry = house.record("许佳宁", sample.LATE_FORM, quantity=4)
    house.publish()
    appeal = house.file(entry=entry)
    house.decide(appeal, kind="correct", quantity=Decimal(1))
    reopened(house, lambda: corrected(house, entry, quantity=Decimal(3)))
    house.carry_out(at=LATER)
    view = service.view_of(house.session, appeal)
    assert house.session.get(Entry, view.done.entry_id).quantity == Decimal(1)
    assert house.results()["许佳宁"].points == Decimal("99.5")


def test_what_is_withdrawn_meanwhile_needs_no_withdrawing(house, quarrel):
    appeal = house.file(entry=quarrel)
    house.decide(appeal)
    reopened(
        house,
        lambda: entries.withdraw(house.session, quarrel, actor=house.head, reason="记错人", now=MEANWHILE),
    )
    house.carry_out(at=LATER)
    assert steps(house, appeal) == ["upheld", "carried_out"]


def test_what_cannot_be_carried_out_stays_open_and_says_why(house, sample):
    """One of two can be: that one is done, the other waits, its period is not sealed, and it is settled by words."""
    quarrel = house.record("许佳宁", sample.QUARREL)
    entry = house.record("林晓芸", sample.LATE_FORM, quantity=4)
    house.publish()
    hindered, done = house.file("林晓芸", entry), house.file(entry=quarrel)
    house.decide(hindered, kind="correct", quantity=Decimal(1))
    house.decide(done)
    reopened(
        house,
        lambda: entries.withdraw(house.session, entry, actor=house.head, reason="记错人", now=MEANWHILE),
    )
    assert house.carry_out(at=LATER).standing
    assert service.view_of(house.session, done).state == "done"
    assert service.view_of(house.session, hindered).state == "upheld"
    said = service.steps_of(house.session, hindered)[-1]
    assert (said.step.step, said.words) == ("hindered", refusals.GoneMeanwhile.zh)
    told = house.session.scalars(select(Message).where(Message.text_zh.contains(refusals.GoneMeanwhile.zh)))
    assert {one.person_id for one in told} == {house.admin.person_id}
    with pytest.raises(refusals.AppealsOpen):
        results.finalise(house.session, house.period, by=None, now=LATER)
    house.fresh()
    with pytest.raises(refusals.ReasonMissing):
        service.settle(house.session, hindered, reason=" ", actor=house.admin, now=LATER)
    with pytest.raises(refusals.NotHindered):
        service.settle(house.session, done, reason="x", actor=house.admin, now=LATER)
    service.settle(house.session, hindered, reason="另补记了一条", actor=house.admin, now=LATER)
    house.session.commit()
    assert service.view_of(house.session, hindered).state == "done"


def test_where_nothing_can_be_carried_out_nothing_is_reopened(house, sample):
    entry = house.record("许佳宁", sample.LATE_FORM, quantity=4)
    house.publish()
    appeal = house.file(entry=entry)
    house.decide(appeal, kind="correct", quantity=Decimal(1))
    reopened(house, lambda: corrected(house, entry, clause_id=sample.QUARREL))
    before = results.standing_run(house.session, house.period).id
    for job_id in (7, 8):
        with pytest.raises(refusals.AllHindered) as refusal:
            house.carry_out(at=LATER, job_id=job_id)
        assert "与人争吵" in refusal.value.say("zh")
        assert "quarrel" in refusal.value.say("en")
        house.fresh()
    assert steps(house, appeal) == ["upheld", "hindered"]
    assert house.period.state == "published"
    assert results.standing_run(house.session, house.period).id == before


def test_the_new_head_of_a_unit_withdraws_what_the_one_before_filed(house, quarrel):
    """By the service and past the database's rule; somebody to whom the unit was never given does not."""
    ward, first, second = (
        house.world.heart,
        house.head,
        house.actor("贺子涵", assesses=(house.world.heart.path,)),
    )
    run = results.standing_run(house.session, house.period)
    row = house.session.scalars(select(Result).where(Result.run_id == run.id)).first()
    values = {
        column.name: getattr(row, column.name)
        for column in Result.__table__.columns
        if column.name not in ("tenant_id", "id", "subject_id", "unit_id")
    }
    house.session.add(Result(id=new_id(), subject_id=ward.id, unit_id=ward.id, **values))
    house.session.flush()
    appeal = service.file(
        house.session,
        period=house.period,
        subject_id=ward.id,
        reason="分数不对",
        actor=first,
        now=NOW,
        today=TODAY,
    )
    house.session.commit()
    stranger = AppealStep(
        appeal_id=appeal.id,
        period_id=house.period.id,
        step="withdrawn",
        done_by=house.id_of("郝清强"),
        done_at=LATER,
    )
    house.session.add(stranger)
    with pytest.raises(WallRefusal) as wall:
        house.session.flush()
    assert wall.value.code == "appellant"
    house.session.rollback()
    account = house.account("贺子涵")
    house.session.add(
        Grant(account_id=account.id, role="assessor", unit_id=ward.id, starts_on=TODAY, given_at=NOW)
    )
    house.session.commit()
    service.withdraw(house.session, house.session.need(Appeal, appeal.id), actor=second, now=LATER)
    assert steps(house, appeal) == ["withdrawn"]
