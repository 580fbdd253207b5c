"""Appeals: filed in time about one's own, decided by somebody else, carried out by new rows that re-rank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kaohe.accounts.models import Grant
from kaohe.appeals import carrying, refusals, service
from kaohe.appeals.models import Appeal, AppealStep, AppealStepReason
from kaohe.appeals.reading import before_and_after, moved
from kaohe.db import WallRefusal
from kaohe.entries import service as entries
from kaohe.entries.models import Entry, Withdrawal
from kaohe.errors import NotFound
from kaohe.messages.models import Message
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.results import service as results
from kaohe.scheme.refusals import SchemeRefusal
from kaohe.testing.fixtures import NOW, TODAY

LATER = NOW + timedelta(hours=1)
REFUSED = (WallRefusal, ProgrammingError)
"""A trigger, or on PostgreSQL already the grants."""


@pytest.fixture
def quarrel(house, sample):
    """A published September in which 许佳宁 has lost five points, recorded by 周敏."""
    entry = house.record("许佳宁", sample.QUARREL)
    house.publish()
    return entry


def told(house, who):
    query = select(Message.kind, Message.text_zh).where(Message.person_id == house.id_of(who))
    return [tuple(row) for row in house.session.execute(query.order_by(Message.id))]


def test_an_appeal_is_told_to_administrators_who_are_there(house, quarrel):
    """Not to one who is locked out, nor to one who has left with the account still open."""
    for who in ("郝清强", "林晓芸", "张志"):
        account = house.world.accounts["bone"] if who == "郝清强" else house.account(who)
        house.session.add(
            Grant(account_id=account.id, role="admin", unit_id=None, starts_on=date(2020, 1, 1), given_at=NOW)
        )
    house.session.need(Person, house.id_of("林晓芸")).left_on = TODAY - timedelta(days=1)
    house.world.accounts["bone"].state = "locked"
    house.session.commit()
    house.file(entry=quarrel)
    kinds = {who: "appeal" in dict(told(house, who)) for who in ("管理员", "郝清强", "林晓芸", "张志")}
    assert kinds == {"管理员": True, "郝清强": False, "林晓芸": False, "张志": True}


def test_an_upheld_appeal_changes_the_league(house, quarrel):
    before = house.results()
    old = results.standing_run(house.session, house.period)
    assert before["许佳宁"].rank_all == 9
    appeal = house.file(entry=quarrel)
    house.decide(appeal)
    run = house.carry_out(at=LATER)
    after = house.results()
    assert (before["许佳宁"].points, after["许佳宁"].points) == (Decimal(95), Decimal(100))
    assert (after["许佳宁"].rank_all, after["许佳宁"].tied_all) == (1, 9)
    assert house.period.state == "published"
    assert (run.number, old.number, run.standing) == (2, 1, True)
    view = service.view_of(house.session, appeal)
    assert view.state == "done"
    first, second = before_and_after(house.session, appeal, view.done.done_at)
    assert (first.rank_all, second.rank_all, first.number, second.number) == (9, 1, 1, 2)
    assert moved(house.session, first.run_id, second.run_id) == 1
    withdrawal = house.session.scalar(select(Withdrawal).where(Withdrawal.entry_id == quarrel.id))
    assert withdrawal.by == house.admin.person_id
    steps = periods.history(house.session, house.period)
    assert "申诉成立：心内科 · 与人争吵" in [one.reason for one in steps]
    assert results.replay(house.session, house.period).same
    assert results.replay(house.session, house.period, run=old).same


def test_a_corrected_entry_stands_beside_the_old_one(house, sample):
    entry = house.record("许佳宁", sample.LATE_FORM, quantity=4)
    house.publish()
    appeal = house.file(entry=entry)
    house.decide(appeal, kind="correct", quantity=Decimal(1))
    house.carry_out(at=LATER)
    view = service.view_of(house.session, appeal)
    new = house.session.get(Entry, view.done.entry_id) if view.done.entry_id else None
    house.session.expire_all()
    assert house.session.get(Entry, entry.id).replaced_by == new.id
    assert (new.quantity, new.recorded_by) == (Decimal(1), house.admin.person_id)
    assert house.results()["许佳宁"].points == Decimal("99.5")


def test_an_appeal_against_the_result_adds_what_was_missing(house, sample):
    house.record("许佳宁", sample.QUARREL)
    house.publish()
    appeal = house.file()
    house.decide(appeal, kind="add", clause_id=sample.PRAISE)
    house.carry_out(at=LATER)
    assert house.results()["许佳宁"].points == Decimal("95.5")


def test_several_are_carried_out_together(house, sample):
    one = house.record("许佳宁", sample.QUARREL)
    two = house.record("贺子涵", sample.COMPLAINT)
    three = house.record("林晓芸", sample.COMPLAINT)
    house.publish()
    for who, entry in (("许佳宁", one), ("贺子涵", two)):
        house.decide(house.file(who, entry))
    house.decide(house.file("林晓芸", three), upheld=False)
    run = house.carry_out(at=LATER)
    assert run.number == 2
    points = {name: line.points for name, line in house.results().items()}
    assert (points["许佳宁"], points["贺子涵"], points["林晓芸"]) == (
        Decimal(100),
        Decimal(100),
        Decimal("99.5"),
    )
    with pytest.raises(refusals.NothingToCarryOut):
        house.carry_out(job_id=8, at=LATER)


def test_a_job_that_died_goes_on_where_it_stopped(house, quarrel, monkeypatch):
    house.decide(house.file(entry=quarrel))

    def dies(*_args, **_more):
        raise RuntimeError("the process died")

    with monkeypatch.context() as patched:
        patched.setattr(carrying.results, "close", dies)
        with pytest.raises(RuntimeError):
            house.carry_out(at=LATER)
    house.fresh()
    assert house.period.state == "open"
    assert house.carry_out(at=LATER).number == 2
    assert house.period.state == "published"
    assert house.carry_out(at=LATER).number == 2


def test_publicity_runs_anew(house, quarrel):
    house.decide(house.file(entry=quarrel))
    until = house.last_day + timedelta(days=9)
    service.carry_out(
        house.databases,
        house.tenant.id,
        house.period.id,
        job_id=1,
        by=house.admin.person_id,
        until=until,
        clock=lambda: LATER,
    )
    house.fresh()
    assert (house.period.published_until, house.period.final_on) == (until, until)


def test_the_last_day_is_in_time_and_the_next_is_too_late(house, quarrel):
    with pytest.raises(refusals.TooLate) as refusal:
        house.file(entry=quarrel, today=house.last_day + timedelta(days=1))
    assert house.last_day.isoformat() in refusal.value.say("zh")
    house.session.rollback()
    assert house.file(entry=quarrel, today=house.last_day).late is False


def test_an_admin_files_a_late_one_with_a_reason_and_does_not_decide_it(house, quarrel):
    after = house.last_day + timedelta(days=1)
    with pytest.raises(refusals.LateReasonMissing):
        house.file(entry=quarrel, actor=house.admin, today=after)
    house.session.rollback()
    appeal = house.file(entry=quarrel, actor=house.admin, today=after, late="住院期间没有手机")
    view = service.view_of(house.session, appeal)
    assert (appeal.late, view.late) == (True, "住院期间没有手机")
    with pytest.raises(refusals.OwnFiling):
        house.decide(appeal)
    house.session.rollback()
    house.decide(appeal, actor=house.actor("张志", is_admin=True))


def test_a_second_appeal_on_the_same_thing_is_refused_until_the_first_is_withdrawn(house, quarrel):
    appeal = house.file(entry=quarrel)
    with pytest.raises(refusals.AlreadyAppealed):
        house.file(entry=quarrel)
    house.session.rollback()
    service.withdraw(house.session, appeal, actor=house.actor("许佳宁"), now=NOW)
    house.session.commit()
    again = house.file(entry=quarrel)
    assert again.attempt == 1
    house.decide(again, upheld=False)
    with pytest.raises(refusals.AlreadyAppealed):
        house.file(entry=quarrel)


def test_two_filed_at_once_are_one(house, quarrel):
    first = house.file(entry=quarrel)
    values = {
        name: getattr(first, name)
        for name in (
            "period_id",
            "run_id",
            "subject_id",
            "unit_id",
            "entry_id",
            "thing_id",
            "filed_by",
            "filed_at",
        )
    }
    house.session.add(Appeal(attempt=0, late=False, **values))
    with pytest.raises(IntegrityError):
        house.session.flush()


def test_nobody_appeals_for_somebody_else(house, quarrel):
    for actor in (house.actor("贺子涵"), house.head):
        with pytest.raises(refusals.NotOwn):
            house.file(entry=quarrel, actor=actor)
        house.session.rollback()
    with pytest.raises(NotFound):
        house.file("贺子涵", entry=quarrel)


def test_a_reason_is_asked(house, quarrel):
    for words in (None, "", " \n\x07"):
        with pytest.raises(refusals.WhyMissing):
            house.file(entry=quarrel, reason=words)
        house.session.rollback()


def test_only_published_results_are_appealed(house, sample):
    entry = house.record("许佳宁", sample.QUARREL)
    with pytest.raises(refusals.NotPublic):
        house.file(entry=entry)
    house.session.rollback()
    house.publish()
    results.finalise(house.session, house.period, by=None, now=NOW)
    house.session.commit()
    with pytest.raises(refusals.NotPublic):
        house.file(entry=entry)


@pytest.mark.parametrize(
    ("who", "more", "refusal"),
    [
        ("许佳宁", {"is_admin": True}, refusals.OwnAppeal),
        ("周敏", {"is_admin": True}, refusals.OwnEntry),
    ],
)
def test_who_may_not_decide(house, quarrel, who, more, refusal):
    appeal = house.file(entry=quarrel)
    with pytest.raises(refusal):
        house.decide(appeal, actor=house.actor(who, **more))


def test_nor_who_is_or_filed_or_recorded_under_an_earlier_record(house, quarrel):
    appeal = house.file(entry=quarrel)
    after = house.last_day + timedelta(days=1)
    late = house.file(actor=house.admin, today=after, late="住院期间没有手机")
    for one, earlier, refusal in (
        (appeal, "许佳宁", refusals.OwnAppeal),
        (late, "管理员", refusals.OwnFiling),
        (appeal, "周敏", refusals.OwnEntry),
    ):
        actor = house.actor("郝清强", is_admin=True, also=frozenset({house.id_of(earlier)}))
        with pytest.raises(refusal):
            house.decide(one, actor=actor)
        house.session.rollback()


def test_who_recorded_anything_that_counts_does_not_decide_about_the_result(house, quarrel):
    appeal = house.file()
    with pytest.raises(refusals.OwnEntry):
        house.decide(appeal, actor=replace(house.head, is_admin=True), kind="recompute")


@pytest.mark.parametrize(
    ("who", "step", "code"),
    [
        ("许佳宁", "upheld", "self"),
        ("许佳宁", "taken_up", "self"),
        ("周敏", "rejected", "recorder"),
        ("贺子涵", "withdrawn", "appellant"),
    ],
)
def test_the_database_refuses_the_same(house, quarrel, who, step, code):
    appeal = house.file(entry=quarrel)
    house.session.add(
        AppealStep(
            appeal_id=appeal.id,
            period_id=house.period.id,
            step=step,
            done_by=house.id_of(who),
            done_at=NOW,
        )
    )
    with pytest.raises(WallRefusal) as wall:
        house.session.flush()
    assert wall.value.code == code


def test_a_second_decision_is_refused_by_the_service_and_by_the_database(house, quarrel):
    appeal = house.file(entry=quarrel)
    house.decide(appeal, upheld=False)
    with pytest.raises(refusals.AlreadyEnded):
        house.decide(appeal)
    house.session.rollback()
    house.session.add(
        AppealStep(
            appeal_id=appeal.id,
            period_id=house.period.id,
            step="upheld",
            done_by=house.admin.person_id,
            done_at=NOW,
        )
    )
    with pytest.raises(IntegrityError):
        house.session.flush()


def test_a_decision_says_why_and_what(house, quarrel, sample):
    appeal = house.file(entry=quarrel)
    for more, refusal in (
        ({"reason": " "}, refusals.ReasonMissing),
        ({"kind": "add"}, refusals.RemedyMissing),
        ({"kind": "correct"}, refusals.RemedyMissing),
    ):
        with pytest.raises(refusal):
            house.decide(appeal, **more)
        house.session.rollback()
    about_result = house.file()
    with pytest.raises(refusals.ClauseMissing):
        house.decide(about_result, kind="add")
    house.session.rollback()
    with pytest.raises(SchemeRefusal):
        house.decide(about_result, kind="add", clause_id=sample.CONCEAL, points=Decimal(-9))


def test_a_period_with_open_appeals_is_not_sealed_and_they_are_named(house, quarrel):
    appeal = house.file(entry=quarrel)
    for _once in range(2):
        with pytest.raises(refusals.AppealsOpen) as refusal:
            results.finalise(house.session, house.period, by=None, now=NOW)
        assert "许佳宁（与人争吵）" in refusal.value.say("zh")
        assert "许佳宁 (quarrel)" in refusal.value.say("en")
        house.fresh()
        if service.view_of(house.session, appeal).open:
            house.decide(appeal)
    house.carry_out(at=LATER)
    results.finalise(house.session, house.period, by=None, now=LATER)
    house.session.commit()
    assert house.period.state == "final"


def test_an_entry_that_is_gone_is_not_appealed_and_needs_no_remedy(house, quarrel):
    appeal = house.file(entry=quarrel)
    results.reopen(house.session, house.period, by=None, now=NOW, reason="查错")
    entries.withdraw(house.session, quarrel, actor=house.head, reason="记错人", now=NOW)
    house.session.commit()
    assert service.remedies_for(house.session, appeal) == ("none",)
    house.decide(appeal, kind="none")
    assert service.view_of(house.session, appeal).state == "done"
    house.publish()
    with pytest.raises(refusals.EntryGone):
        house.file(entry=quarrel)


def test_decisions_are_not_carried_out_while_entries_are_taken(house, quarrel):
    house.decide(house.file(entry=quarrel))
    results.reopen(house.session, house.period, by=None, now=NOW, reason="查错")
    house.session.commit()
    with pytest.raises(refusals.PeriodOpen):
        house.carry_out()


def test_appellant_recorder_and_admin_are_told_once_each(house, quarrel):
    appeal = house.file(entry=quarrel)
    house.decide(appeal)
    house.carry_out(at=LATER)
    assert [kind for kind, _text in told(house, "周敏") if kind in ("appeal", "decided")] == [
        "appeal",
        "decided",
    ]
    assert [kind for kind, _text in told(house, "许佳宁") if kind in ("decided", "to_sign")][-2:] == [
        "decided",
        "to_sign",
    ]
    assert "排班表证明属实" in dict(told(house, "许佳宁"))["decided"]
    assert [text for kind, text in told(house, "管理员") if kind == "appeal"] == [
        "许佳宁 · 2026 年 9 月：与人争吵"
    ]


def test_words_can_be_erased_but_nothing_is_rewritten_or_deleted(house, quarrel):
    step = house.decide(house.file(entry=quarrel), upheld=False)
    said = house.session.get(AppealStepReason, step.id)
    said.words = "改口"
    with pytest.raises(REFUSED):
        house.session.flush()
    house.session.rollback()
    house.session.delete(house.session.get(AppealStep, step.id))
    with pytest.raises(REFUSED):
        house.session.flush()
    house.session.rollback()
    house.session.delete(house.session.get(AppealStepReason, step.id))
    house.session.commit()
    (shown,) = service.steps_of(house.session, house.session.get(Appeal, step.appeal_id))
    assert (shown.step.step, shown.words) == ("rejected", None)


def test_lists_are_limited_to_what_one_may_see(house, sample):
    one = house.record("许佳宁", sample.QUARREL)
    two = house.record("张志", sample.QUARREL, actor=house.world.actors["bone"])
    house.publish()
    house.file("许佳宁", one)
    late = house.last_day + timedelta(days=1)
    house.file("张志", two, actor=house.admin, today=late, late="出差")

    def seen(actor, **wanted):
        found = service.listing(house.session, actor, service.Wanted(**wanted))
        assert service.how_many(house.session, actor, service.Wanted(**wanted)) == len(found)
        return [view.name for view in found]

    assert seen(house.admin) == ["张志", "许佳宁"]
    assert seen(house.head) == ["许佳宁"]
    assert seen(house.actor("张志")) == ["张志"]
    assert seen(house.actor("贺子涵")) == []
    assert seen(house.admin, late=True) == ["张志"]
    assert seen(house.admin, words="H2207") == ["许佳宁"]
    assert seen(house.admin, words="%") == []
    assert seen(house.admin, state="filed", about="entry") == ["张志", "许佳宁"]
    assert seen(house.admin, about="result") == []
    assert seen(house.admin, unit_path=house.world.bone.path) == ["张志"]
    assert late > TODAY
