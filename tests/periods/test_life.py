"""The life of a period on both databases: its steps, its seal, and two people stepping at once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import delete, text, update

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.adoption.reasons import ReasonTooLong
from kaohe.db import WallRefusal
from kaohe.errors import Conflict, Refusal
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.periods.refusals import (
    AlreadyRunning,
    DatesOutOfOrder,
    FinalIsFinal,
    NoRevision,
    NotAFirstDay,
    NotPlanned,
    OpeningToConfirm,
    Overlapping,
    ReasonNeeded,
    StepNotPossible,
)

MONTHS = periods.PeriodRule("month")


@pytest.fixture
def held(session, now, sample):
    """An adopted scheme and its twelve months of 2026."""
    found, _ = sample.adopted(session, now, date(2026, 1, 1))
    made = periods.create(session, found, periods.plan(session, found, MONTHS, 2026), now=now)
    session.commit()
    return found, made


def walk(session, period, now, *states):
    for state in states:
        periods.step(session, period, after=state, by=None, now=now)


def test_a_year_is_made_in_one_step_and_twice_changes_nothing(session, held, now):
    found, made = held
    assert len(made) == 12
    assert {one.revision_id for one in made} == {adoption.revisions(session, found)[0].id}
    september = made[8]
    assert (september.entries_until, september.published_until, september.final_on) == (
        date(2026, 10, 5),
        date(2026, 10, 12),
        date(2026, 10, 15),
    )
    again = periods.plan(session, found, MONTHS, 2026)
    assert {one.standing for one in again} == {"existing"}
    assert periods.create(session, found, again, now=now) == []


def test_what_ends_before_the_scheme_is_in_force_is_left_out(session, now, sample):
    found, _ = sample.adopted(session, now, date(2026, 11, 1))
    planned = periods.plan(session, found, MONTHS, 2026)
    assert [one.standing for one in planned] == ["before"] * 10 + ["new"] * 2
    november, december = periods.create(session, found, planned, now=now)
    assert (november.starts_on, december.starts_on) == (date(2026, 11, 1), date(2026, 12, 1))
    assert november.revision_id is not None
    assert [one.standing for one in periods.plan(session, found, MONTHS, 2026)][10:] == ["existing"] * 2


def test_earlier_periods_that_can_never_open_ask_for_no_reason(session, now, sample):
    draft = sample.draft(session, now)
    found = session.need(Adoption, draft.adoption_id)
    made = periods.create(session, found, periods.plan(session, found, MONTHS, 2026), now=now)
    sample.settle_all(session, draft, now)
    adoption.adopt(session, draft, starts_on=date(2026, 11, 1), actor=None, now=now)
    november, december = made[10:]
    assert periods.opening_concerns(session, november, date(2026, 11, 1)) == []
    [concern] = periods.opening_concerns(session, december, date(2026, 12, 1))
    assert concern.zh == "“2026 年 11 月”还没有开放"


def test_overlapping_periods_are_refused_with_both_named(session, held, now):
    found, _ = held
    shifted = periods.plan(session, found, periods.PeriodRule("month", start_day=26), 2026)
    assert shifted[8].standing == "overlap"
    with pytest.raises(Overlapping) as refused:
        periods.create(session, found, shifted[8:], now=now)
    assert "2026 年 8 月" in refused.value.say("zh")
    assert "26 August – 25 September 2026" in refused.value.say("en")
    session.rollback()
    assert len(periods.periods_of(session, found.id)) == 12


def test_custom_periods_that_overlap_each_other(session, now, sample):
    found, _ = sample.adopted(session, now, date(2026, 1, 1))
    spans = periods.read_spans("2026-09-01 2026-09-30 甲\n2026-09-30 2026-10-31 乙")
    planned = periods.plan(session, found, periods.PeriodRule("custom", spans=spans), 2026)
    with pytest.raises(Overlapping) as refused:
        periods.create(session, found, planned, now=now)
    assert "甲" in refused.value.say("zh")
    assert "乙" in refused.value.say("zh")


def test_the_whole_life_leaves_its_steps(session, held, now):
    period = held[1][0]
    walk(session, period, now, "open", "closed", "published")
    with pytest.raises(ReasonNeeded):
        periods.step(session, period, after="open", by=None, now=now, reason="  ")
    periods.step(session, period, after="open", by=None, now=now, reason="漏记两条")
    walk(session, period, now, "closed", "published", "final")
    steps = [(one.before, one.after, one.reason) for one in periods.history(session, period)]
    assert steps[3] == ("published", "open", "漏记两条")
    assert [after for _, after, _ in steps][-1] == "final"
    assert len(steps) == 7


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ((), "closed"),
        ((), "final"),
        (("open",), "published"),
        (("open",), "planned"),
        (("open", "closed"), "final"),
    ],
)
def test_steps_that_do_not_follow(session, held, now, path, after):
    period = held[1][0]
    walk(session, period, now, *path)
    with pytest.raises(StepNotPossible) as refused:
        periods.step(session, period, after=after, by=None, now=now)
    assert "2026 年 1 月" in refused.value.say("zh")


def test_nothing_moves_a_final_period(session, databases, tenant, held, now):
    period = held[1][0]
    ident = period.id
    walk(session, period, now, "open", "closed", "published", "final")
    session.commit()
    with pytest.raises(FinalIsFinal):
        periods.step(session, period, after="open", by=None, now=now, reason="再改")
    with pytest.raises(FinalIsFinal):
        periods.edit_dates(
            session,
            period,
            entries_until=date(2026, 3, 1),
            published_until=date(2026, 3, 2),
            final_on=date(2026, 3, 3),
            by=None,
            now=now,
            reason="延期",
        )
    with pytest.raises(NotPlanned):
        periods.remove(session, period)
    session.rollback()
    period.title_zh = "改名"
    with pytest.raises(WallRefusal) as refused:
        session.flush()
    assert refused.value.code == "final"
    session.rollback()
    for statement in (
        update(Period).where(Period.id == ident).values(state="open"),
        delete(Period).where(Period.id == ident),
    ):
        with pytest.raises(WallRefusal):
            session.execute(statement)
        session.rollback()
    with databases.tenant(tenant.id) as other, pytest.raises(WallRefusal):
        other.execute(text("UPDATE periods SET state = 'open' WHERE id = :id"), {"id": ident})


def test_days_and_revision_of_a_started_period_are_fixed_in_the_database(session, held, now):
    period = held[1][0]
    walk(session, period, now, "open")
    session.commit()
    period.ends_on = date(2026, 2, 10)
    with pytest.raises(WallRefusal) as refused:
        session.flush()
    assert refused.value.code == "period"


def test_a_planned_period_can_be_removed_and_its_dates_moved(session, held, now):
    period = held[1][11]
    periods.edit_dates(
        session,
        period,
        entries_until=date(2027, 1, 8),
        published_until=date(2027, 1, 20),
        final_on=date(2027, 1, 25),
        by=None,
        now=now,
    )
    assert periods.history(session, period) == []
    with pytest.raises(DatesOutOfOrder):
        periods.edit_dates(
            session,
            period,
            entries_until=date(2026, 12, 30),
            published_until=date(2027, 1, 20),
            final_on=date(2027, 1, 25),
            by=None,
            now=now,
        )
    periods.remove(session, period)
    assert len(periods.periods_of(session, held[0].id)) == 11


def test_moving_the_dates_of_a_running_period_needs_a_reason_that_stays(session, held, now):
    period = held[1][0]
    walk(session, period, now, "open")
    dates = {
        "entries_until": date(2026, 2, 9),
        "published_until": date(2026, 2, 12),
        "final_on": date(2026, 2, 15),
    }
    with pytest.raises(ReasonNeeded):
        periods.edit_dates(session, period, **dates, by=None, now=now)
    periods.edit_dates(session, period, **dates, by=None, now=now, reason="春节放假")
    last = periods.history(session, period)[-1]
    assert (last.before, last.after, last.reason) == ("open", "open", "春节放假")


def test_no_opening_without_an_adopted_revision(session, now, sample):
    draft = sample.draft(session, now)
    found = session.need(Adoption, draft.adoption_id)
    (first, *_) = periods.create(session, found, periods.plan(session, found, MONTHS, 2026), now=now)
    assert first.revision_id is None
    with pytest.raises(NoRevision):
        periods.step(session, first, after="open", by=None, now=now)
    sample.settle_all(session, draft, now)
    adoption.adopt(session, draft, starts_on=date(2026, 1, 1), actor=None, now=now)
    assert first.revision_id == draft.id
    periods.step(session, first, after="open", by=None, now=now)


def test_running_periods_keep_their_revision(session, held, now, sample):
    found, made = held
    first = adoption.revisions(session, found)[0]
    walk(session, made[0], now, "open", "closed")
    walk(session, made[1], now, "open")
    draft = adoption.draft_next(session, found, actor=None, now=now)
    with pytest.raises(AlreadyRunning) as refused:
        adoption.adopt(session, draft, starts_on=date(2026, 2, 1), actor=None, now=now)
    assert "2026 年 2 月" in refused.value.say("zh")
    session.rollback()
    kept = [one.revision_id for one in periods.periods_of(session, found.id)]
    assert kept == [first.id] * 12


def test_a_revision_starts_with_a_period(session, held, now):
    found, made = held
    first = adoption.revisions(session, found)[0]
    walk(session, made[0], now, "open")
    session.commit()
    draft = adoption.draft_next(session, found, actor=None, now=now)
    session.commit()
    with pytest.raises(NotAFirstDay) as refused:
        adoption.adopt(session, draft, starts_on=date(2026, 3, 5), actor=None, now=now)
    assert "2026-03-01" in refused.value.say("zh")
    session.rollback()
    adoption.adopt(session, draft, starts_on=date(2026, 3, 1), actor=None, now=now)
    session.commit()
    assert [one.revision_id for one in periods.periods_of(session, found.id)[:4]] == [
        first.id,
        first.id,
        draft.id,
        draft.id,
    ]


def test_what_speaks_against_opening_asks_for_a_reason(session, held, now, today, sample):
    _, made = held
    sample.staff(session, now)
    walk(session, made[7], now, "open")
    with pytest.raises(OpeningToConfirm) as refused:
        periods.open_period(session, made[9], by=None, now=now, today=today)
    said = refused.value.say("zh")
    assert "“2026 年 8 月”还在录入" in said
    assert "等 8 个周期还没有开放" in said
    assert "2026-10-01 才开始" in said
    assert "没有确认" not in said
    periods.open_period(session, made[9], by=None, now=now, today=today, reason="补考")
    assert made[9].state == "open"
    assert periods.history(session, made[9])[0].reason == "补考"


def test_the_first_period_waits_for_everybody_to_have_read_the_scheme(session, now, today, sample):
    found, revision = sample.adopted(session, now, date(2026, 9, 1))
    _, people = sample.staff(session, now)
    rule = periods.PeriodRule(
        "custom", spans=periods.read_spans("2026-09-01 2026-09-30 九月\n2026-10-01 2026-10-31 十月")
    )
    september, october = periods.create(session, found, periods.plan(session, found, rule, 2026), now=now)
    adoption.acknowledge(session, revision, person_id=people[0].id, now=now)
    with pytest.raises(OpeningToConfirm) as refused:
        periods.open_period(session, september, by=None, now=now, today=today)
    assert "还有 2 人没有确认" in refused.value.say("zh")
    assert "2 people have not acknowledged" in refused.value.say("en")
    for person in people:
        adoption.acknowledge(session, revision, person_id=person.id, now=now)
    periods.open_period(session, september, by=None, now=now, today=today)
    walk(session, september, now, "closed")
    assert periods.opening_concerns(session, october, date(2026, 10, 1)) == []


def test_in_view_current_and_previous(session, held, now, today):
    _, made = held
    assert periods.current(session, today) is made[0]
    walk(session, made[0], now, "open", "closed")
    walk(session, made[1], now, "open")
    assert periods.current(session, today) is made[1]
    walk(session, made[8], now, "open")
    assert periods.current(session, today) is made[8]
    assert periods.current(session, today, "counter") is made[8]
    assert periods.current(session, today, "other") is None
    assert periods.previous(session, made[8]) is made[7]
    assert periods.previous(session, made[0]) is None
    shown = periods.in_view(session, today, None, str(made[0].id))
    assert shown.period is made[0]
    assert shown.others[0] is made[8]
    assert periods.in_view(session, today, None, "nonsense").period is made[8]
    assert periods.in_view(session, today, made[11], None).period is made[11]
    assert made[11] in periods.in_view(session, today, made[11].id).others


def test_of_two_who_step_at_once_one_wins(session, databases, tenant, held, now):
    period = held[1][0]
    ident = period.id
    walk(session, period, now, "open")
    session.commit()
    barrier, outcomes = threading.Barrier(6), []

    def close() -> None:
        with databases.tenant(tenant.id) as mine:
            barrier.wait()
            try:
                found = mine.need(Period, ident)
                periods.step(mine, found, after="closed", by=None, now=now)
                mine.commit()
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=close) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["StepNotPossible"] * 5 + ["done"]
    session.expire_all()
    assert len(periods.history(session, period)) == 2


def test_an_older_version_of_the_form_is_refused(session, held, now):
    period = held[1][0]
    seen = period.version
    walk(session, period, now, "open")
    with pytest.raises(Conflict):
        periods.step(session, period, after="closed", by=None, now=now, version=seen)


def test_a_reason_is_kept_without_control_characters_and_never_cut(session, held, now):
    period = held[1][0]
    walk(session, period, now, "open", "closed")
    with pytest.raises(ReasonTooLong):
        periods.step(session, period, after="open", by=None, now=now, reason="长" * 501)
    periods.step(session, period, after="open", by=None, now=now, reason="漏记\x00\u202e两条")
    assert periods.history(session, period)[-1].reason == "漏记 \u202e两条"
