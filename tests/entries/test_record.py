"""Recording one fact: what is taken, what is refused with which words, and what is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kaohe.entries import refusals, service, typed_refusals
from kaohe.entries.models import Entry, EntryReason, Evidence, Withdrawal
from kaohe.entries.score import score_now
from kaohe.errors import Forbidden, NotFound
from kaohe.people import service as people
from kaohe.periods.models import Period
from kaohe.scheme.refusals import (
    PointsFixed,
    PointsOutside,
    QuantityNeeded,
    QuantityUnexpected,
    SchemeRefusal,
    TooManyDecimals,
    UnknownClause,
    ValueOutside,
)
from kaohe.testing.fixtures import NOW, TODAY

PRAISE, COMPLAINT, QUARREL, STUDY, LATE_FORM, EXAM, CONCEAL = 301, 302, 303, 304, 305, 306, 308
D = Decimal


def count(world, model=Entry) -> int:
    return world.session.scalar(select(func.count(model.id)))


def test_one_fact_is_kept_with_unit_reason_and_score(world):
    entry = world.record()
    world.session.commit()
    assert (entry.unit_id, entry.quantity, entry.points, entry.found_late) == (world.heart.id, 1, None, False)
    assert world.session.get(EntryReason, entry.id).words == "查房时发现"
    assert score_now(world.session, world.period, entry.subject_id).points == D(95)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"clause": 4711}, UnknownClause),
        ({"clause": 100}, UnknownClause),  # the checklist itself: an item is needed
        ({"reason": None}, refusals.ReasonNeeded),
        ({"reason": " \n\x00 "}, refusals.ReasonNeeded),
        ({"reason": "长" * 1001}, typed_refusals.WordsTooLong),
        ({"happened_on": date(2026, 9, 16)}, refusals.DateInFuture),
        ({"happened_on": date(2026, 10, 1), "today": date(2026, 10, 9)}, refusals.DateOutside),
        ({"happened_on": date(2026, 8, 31)}, refusals.LateNotMarked),
        ({"quantity": D(2)}, QuantityUnexpected),
        ({"points": D(-3)}, PointsFixed),
        ({"clause": LATE_FORM}, QuantityNeeded),
        ({"clause": LATE_FORM, "quantity": D(-1)}, ValueOutside),
        ({"clause": LATE_FORM, "quantity": D("1e30")}, typed_refusals.FigureTooLarge),
        ({"clause": LATE_FORM, "quantity": D("NaN")}, typed_refusals.FigureTooLarge),
        ({"clause": LATE_FORM, "quantity": D("0.1234567")}, TooManyDecimals),
        ({"clause": EXAM, "quantity": D(855)}, ValueOutside),
        ({"clause": EXAM, "quantity": D(-1)}, ValueOutside),
        ({"clause": EXAM}, QuantityNeeded),
        ({"clause": CONCEAL, "points": D(-9)}, PointsOutside),
        ({"clause": CONCEAL, "points": D(0)}, PointsOutside),
    ],
)
def test_bad_input_is_named_and_nothing_kept(world, more, refusal):
    with pytest.raises(refusal) as caught:
        world.record(**more)
    for language in ("zh", "en"):
        assert caught.value.say(language).strip()
        assert "{" not in caught.value.say(language)
    world.session.rollback()
    assert count(world) == 0


def test_the_range_is_named_when_chosen_points_lie_outside(world):
    with pytest.raises(PointsOutside) as caught:
        world.record(clause=CONCEAL, points=D(-9))
    assert "−0.5" in caught.value.say("zh")
    assert "−8" in caught.value.say("zh")
    assert caught.value.field == "points"
    entry = world.record(clause=CONCEAL, points=D("-2.5"))
    assert entry.points == D("-2.5")


def test_found_late_is_taken_when_marked_and_says_so(world):
    entry = world.record(happened_on=date(2026, 8, 30), found_late=True)
    assert entry.found_late
    assert entry.period_id == world.period.id
    inside = world.record(happened_on=date(2026, 9, 2), found_late=True)
    assert not inside.found_late


def test_a_mark_and_an_item_need_no_reason(world):
    assert world.record(clause=EXAM, quantity=D(84), reason=None).quantity == 84
    assert world.record(clause=101, reason=None).clause_id == 101
    assert score_now(world.session, world.period, world.people["许佳宁"].id).points == D("98.5")


def test_nobody_records_on_themselves(world):
    with pytest.raises(refusals.OwnEntry):
        world.record("周敏")
    with pytest.raises(refusals.OwnEntry):
        world.record("管理员", actor=world.actors["admin"])
    assert issubclass(refusals.OwnEntry, Forbidden)


def test_a_foreign_unit_is_refused_with_its_name(world):
    with pytest.raises(refusals.ForeignUnit) as caught:
        world.record("张志")
    assert "骨科" in caught.value.say("zh")
    assert caught.value.status == 403
    with pytest.raises(refusals.ForeignUnit):
        world.record(actor=world.actors["member"], who="贺子涵")
    world.record("张志", actor=world.actors["admin"])


def test_the_unit_is_that_of_the_date(world):
    people.move_person(
        world.session, world.people["许佳宁"], unit=world.bone, position="护师", on=date(2026, 9, 8)
    )
    world.session.commit()
    before = world.record(happened_on=date(2026, 9, 7))
    assert before.unit_id == world.heart.id
    with pytest.raises(refusals.ForeignUnit):
        world.record(happened_on=date(2026, 9, 8))
    after = world.record(happened_on=date(2026, 9, 8), actor=world.actors["bone"])
    assert after.unit_id == world.bone.id
    with pytest.raises(refusals.ForeignUnit):
        world.record(happened_on=date(2026, 9, 7), actor=world.actors["bone"])


def test_a_person_who_left_is_refused_with_the_day(world):
    people.leave(world.session, world.people["许佳宁"], on=date(2026, 9, 5))
    world.session.commit()
    with pytest.raises(refusals.HasLeft) as caught:
        world.record()
    assert "2026-09-05" in caught.value.say("en")
    world.record(happened_on=date(2026, 9, 4))


def test_somebody_who_is_not_here_is_not_found(world, databases, other_tenant):
    with pytest.raises(NotFound):
        world.record(subject_id=123456)
    with databases.tenant(other_tenant.id) as elsewhere:
        root = people.create_unit(elsewhere, name="别家", parent=None)
        stranger = people.create_person(
            elsewhere, number="X1", name="外人", unit=root, position="", joined_on=date(2020, 1, 1), now=NOW
        )
        elsewhere.commit()
    with pytest.raises(NotFound):
        world.record(subject_id=stranger.id)


@pytest.mark.parametrize("state", ["closed", "published"])
def test_a_closed_period_takes_nothing(world, state):
    entry = world.record()
    world.period.state = state
    world.session.commit()
    with pytest.raises(refusals.PeriodNotOpen) as caught:
        world.record()
    assert caught.value.status == 409
    with pytest.raises(refusals.PeriodNotOpen):
        service.withdraw(world.session, entry, actor=world.actors["head"], reason="错", now=NOW)
    with pytest.raises(refusals.PeriodNotOpen):
        service.correct(world.session, entry, actor=world.actors["head"], reason="错", now=NOW, today=TODAY)
    world.session.rollback()
    assert count(world) == 1


def test_closing_meanwhile_is_refused_by_the_wall_in_words(world, databases, tenant):
    stale = world.session.get(Period, world.period.id)
    assert stale.state == "open"
    world.session.commit()
    with databases.tenant(tenant.id) as other:
        other.get(Period, stale.id).state = "closed"
        other.commit()
    assert stale.state == "open"
    with pytest.raises(refusals.PeriodNotOpen):
        world.record()


def test_a_form_sent_twice_is_kept_once(world):
    first = world.record(form_token="one")
    again = world.record(form_token="one")
    assert again.id == first.id
    assert count(world) == 1
    with pytest.raises(refusals.TokenTaken):
        world.record(form_token="one", actor=world.actors["admin"])


def test_the_race_of_one_form_is_decided_by_its_key(world, databases, tenant, monkeypatch):
    world.record(form_token="race")
    world.session.commit()
    monkeypatch.setattr(service, "kept_before", lambda *args: None)
    with pytest.raises(refusals.TokenTaken):
        world.record(form_token="race")


def test_many_or_nobody(world):
    ids = [world.people[name].id for name in ("许佳宁", "贺子涵", "林晓芸")]
    values = {
        "actor": world.actors["head"], "period": world.period, "clause_id": STUDY, "reason": "9 月 8 日学习",
        "happened_on": date(2026, 9, 8), "now": NOW, "today": TODAY, "form_token": "many",
    }  # fmt: skip
    bad = [*ids, world.people["张志"].id, world.people["周敏"].id]
    with pytest.raises(refusals.ManyRefused) as caught:
        service.record_many(world.session, subject_ids=bad, **values)
    assert [name for name, _ in caught.value.problems] == ["张志", "周敏"]
    world.session.rollback()
    assert count(world) == 0
    entries = service.record_many(world.session, subject_ids=ids, **values)
    again = service.record_many(world.session, subject_ids=ids, **values)
    assert {one.id for one in entries} == {one.id for one in again}
    assert count(world) == 3
    assert count(world, EntryReason) == 3
    assert {one.origin for one in entries} == {"batch"}
    with pytest.raises(typed_refusals.NoOneTicked):
        service.record_many(world.session, subject_ids=[], **values)


def test_a_correction_leaves_both_visible(world):
    old = world.record()
    new = service.correct(
        world.session, old, actor=world.actors["head"], clause_id=COMPLAINT, reason="是投诉，不是争吵",
        happened_on=date(2026, 9, 9), now=NOW, today=TODAY,
    )  # fmt: skip
    world.session.commit()
    assert old.replaced_by == new.id
    assert count(world) == 2
    assert score_now(world.session, world.period, old.subject_id).points == D("99.5")


def test_a_withdrawal_says_why_and_keeps_the_entry(world):
    entry = world.record()
    with pytest.raises(refusals.ReasonNeeded):
        service.withdraw(world.session, entry, actor=world.actors["head"], reason=" ", now=NOW)
    withdrawal = service.withdraw(world.session, entry, actor=world.actors["head"], reason="记错人", now=NOW)
    world.session.commit()
    assert entry.replaced_by == withdrawal.id
    assert count(world, Withdrawal) == 1
    assert score_now(world.session, world.period, entry.subject_id).points == D(100)
    with pytest.raises(refusals.AlreadyReplaced):
        service.withdraw(world.session, entry, actor=world.actors["head"], reason="再撤", now=NOW)


def test_who_may_take_back(world):
    entry = world.record(actor=world.actors["admin"])
    with pytest.raises(refusals.OwnEntry):
        service.withdraw(world.session, entry, actor=world.actors["member"], reason="不服", now=NOW)
    with pytest.raises(refusals.MayNotTakeBack):
        service.withdraw(world.session, entry, actor=world.actors["bone"], reason="不归我", now=NOW)
    service.withdraw(world.session, entry, actor=world.actors["head"], reason="本部门考核人", now=NOW)


def test_two_corrections_of_one_entry(world, databases, tenant):
    entry = world.record()
    world.session.commit()
    with databases.tenant(tenant.id) as other:
        theirs = other.get(Entry, entry.id)
        service.withdraw(other, theirs, actor=world.actors["admin"], reason="先到", now=NOW)
        other.commit()
    with pytest.raises(refusals.AlreadyReplaced) as caught:
        service.correct(world.session, entry, actor=world.actors["head"], reason="后到", now=NOW, today=TODAY)
    assert caught.value.status == 409
    world.session.rollback()
    assert count(world) == 1
    assert count(world, Withdrawal) == 1


def test_a_wrong_scheme_figure_is_a_scheme_refusal(world):
    with pytest.raises(SchemeRefusal):
        world.record(clause=EXAM, quantity=D("100.0000001"))


def test_evidence_needs_an_entry_that_stands(world):
    entry = world.record()
    service.withdraw(world.session, entry, actor=world.actors["head"], reason="撤", now=NOW)
    with pytest.raises(refusals.AlreadyReplaced):
        service.attach(world.session, entry, actor=world.actors["head"], files=[], now=NOW)
    assert count(world, Evidence) == 0


def test_of_two_corrections_at_once_one_is_kept(world, databases, tenant):
    import threading

    entry = world.record()
    world.session.commit()
    ident, actors = entry.id, (world.actors["head"], world.actors["admin"])
    world.session.close()
    gate, outcomes = threading.Barrier(2), []

    def correct(actor):
        with databases.tenant(tenant.id) as own:
            gate.wait()
            try:
                service.correct(
                    own, own.need(Entry, ident), actor=actor, reason="同时更正", now=NOW, today=TODAY
                )
                own.commit()
                outcomes.append("kept")
            except refusals.AlreadyReplaced:
                own.rollback()
                outcomes.append("conflict")

    threads = [threading.Thread(target=correct, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "kept"]
    assert count(world) == 2
