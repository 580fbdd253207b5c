"""Filings: owed once, filed by whoever owes it, late or missed at the boundary, counted once, taken back when unlocked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from kaohe.db import TenantSession
from kaohe.entries import made
from kaohe.entries.models import Entry
from kaohe.entries.score import score_now
from kaohe.errors import Refusal
from kaohe.filings import refusals, service
from kaohe.filings.models import Due, DueMove, Filed, FilingDraft
from kaohe.filings.sweeps import go_round
from kaohe.messages.models import Message
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.periods.refusals import InUse
from kaohe.plugins import installed
from kaohe.testing.company import Company
from kaohe.testing.racing import while_closing

RETURN = {"prepared_by": "刘会计", "figures": [{"item": "营业收入", "value": "1200.50", "unit": "万元"}]}
PAID = {"revenue": 100_000, "remitted": 100_000, "day": "2026-10-03"}
TARGETS = {
    "targets": [{"target": "进尺 120 米", "measure": "验收合格", "leader": "赵队长"}],
    "budget": [{"item": "锚杆", "amount": 1_234_500}, {"item": "工时", "amount": 65_500}],
}


def due_of(session: TenantSession, company: Company, unit: str, filing: str, month: str = "2026-09") -> Due:
    found = session.scalar(
        select(Due).where(
            Due.subject_id == company.units[unit].id,
            Due.filing == filing,
            Due.period_id == company.periods[month].id,
        )
    )
    assert found is not None
    return found


def entries(session: TenantSession, due: Due) -> list[Entry]:
    query = select(Entry).where(
        Entry.origin == "filing", Entry.origin_id == due.id, Entry.replaced_by.is_(None)
    )
    return list(session.scalars(query.order_by(Entry.happened_on)))


def file_it(
    company: Company, unit: str, filing: str, content: Any, at: str, *, who: str = "", **more: Any
) -> Filed:
    heads = {"掘进队": "赵队长", "通风科": "李科长", "财务科": "冯科长"}
    with company.session() as session:
        now = company.at(at)
        due = due_of(session, company, unit, filing, more.pop("month", "2026-09"))
        declared = installed().filing(filing)
        assert declared is not None
        filed = service.file(
            session,
            due,
            filing=declared,
            content=content,
            actor=company.actor(session, who or heads[unit], now.date()),
            now=now,
            **more,
        )
        session.commit()
        session.expunge(filed)
        return filed


def round_at(company: Company, at: str) -> datetime:
    now = company.at(at)
    go_round(company.databases, company.tenant.id, now)
    return now


def test_every_branch_owes_each_return_once_however_often_the_round_goes(coach: Company) -> None:
    for _ in range(3):
        round_at(coach, "2026-09-20")
    with coach.session() as session:
        counted = session.execute(select(Due.filing, func.count()).group_by(Due.filing)).all()
        assert sorted(counted) == [
            ("coach_remittance", 3),
            *(
                (f"coach_return_{code}", 3)
                for code in ("finance", "labour", "safety", "statistics", "transport", "vehicles")
            ),
        ]
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert due.due_at == coach.at("2026-10-05 23:59:59.999999")
        assert due.period_id == coach.periods["2026-09"].id


def test_nothing_is_asked_for_before_its_days(coach: Company) -> None:
    round_at(coach, "2026-09-12")
    with coach.session() as session:
        assert session.scalar(select(func.count()).select_from(Due)) == 0


@pytest.mark.parametrize(("at", "state"), [("2026-10-05 23:59:59", "filed"), ("2026-10-06 00:00:01", "late")])
def test_a_return_on_the_last_day_is_in_time_and_after_midnight_costs_half_a_point(
    coach: Company, at: str, state: str
) -> None:
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    file_it(coach, "掘进队", "coach_return_finance", RETURN, at)
    now = round_at(coach, "2026-10-06 09:00")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert service.state_of(due, now) == state
        assert len(entries(session, due)) == (1 if state == "late" else 0)
        if state == "late":
            (entry,) = entries(session, due)
            assert (entry.happened_on, entry.recorded_by) == (date(2026, 10, 5), None)


def test_a_miss_found_after_downtime_is_one_entry_and_shows_in_the_result(coach: Company) -> None:
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    for unit in ("掘进队", "通风科"):
        for code in ("finance", "statistics", "transport", "safety", "vehicles"):
            file_it(coach, unit, f"coach_return_{code}", RETURN, "2026-10-04")
        file_it(coach, unit, "coach_remittance", PAID, "2026-10-03")
    file_it(coach, "通风科", "coach_return_labour", RETURN, "2026-10-04")
    for _ in range(3):
        now = round_at(coach, "2026-10-19")
    with coach.session() as session:
        october = session.need(Period, coach.periods["2026-10"].id)
        late, fine = (
            score_now(session, october, coach.units[unit].id).points for unit in ("掘进队", "通风科")
        )
        assert fine is not None
        assert late == fine - Decimal("0.5")
        due = due_of(session, coach, "掘进队", "coach_return_labour")
        assert service.state_of(due, now) == "missing"
        assert len(entries(session, due)) == 1


def test_a_miss_waits_while_no_period_takes_it(coach: Company) -> None:
    round_at(coach, "2026-09-20")
    round_at(coach, "2026-10-07")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert due.missed_at is not None
        assert not entries(session, due)
    coach.open("2026-10")
    round_at(coach, "2026-10-08")
    with coach.session() as session:
        assert len(entries(session, due_of(session, coach, "掘进队", "coach_return_finance"))) == 1


def test_a_miss_that_meets_a_closing_is_not_lost(coach: Company) -> None:
    """Whoever counted October as open and then waits for its closing tries again in November."""
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    while_closing(
        coach.databases,
        coach.tenant.id,
        coach.periods["2026-10"].id,
        lambda: round_at(coach, "2026-10-07"),
        now=coach.at("2026-10-07"),
    )
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert (due.missed_at is not None, due.settled_at, entries(session, due)) == (True, None, [])
    coach.open("2026-11")
    round_at(coach, "2026-11-02")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        (entry,) = entries(session, due)
        assert (entry.period_id, entry.found_late) == (coach.periods["2026-11"].id, True)
        assert due.settled_at is not None


def test_days_late_count_when_filed_and_at_the_end_of_each_month(coach: Company) -> None:
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    file_it(coach, "掘进队", "coach_remittance", PAID, "2026-10-06")
    round_at(coach, "2026-10-20")
    with coach.session() as session:
        (three,) = entries(session, due_of(session, coach, "掘进队", "coach_remittance"))
        assert three.quantity == 3
        assert not entries(session, due_of(session, coach, "通风科", "coach_remittance"))
    coach.open("2026-11")
    round_at(coach, "2026-11-02")
    file_it(coach, "通风科", "coach_remittance", PAID, "2026-11-02 12:00")
    round_at(coach, "2026-11-03")
    with coach.session() as session:
        october, november = entries(session, due_of(session, coach, "通风科", "coach_remittance"))
        assert (october.quantity, october.happened_on) == (28, date(2026, 10, 31))
        assert (november.quantity, november.happened_on) == (2, date(2026, 11, 2))
        assert due_of(session, coach, "通风科", "coach_remittance").settled_at is not None


def test_unlocked_with_a_reason_and_filed_in_time_after_it_counts_as_in_time(coach: Company) -> None:
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    now = round_at(coach, "2026-10-07")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert len(entries(session, due)) == 1
        filing = installed().filing(due.filing)
        admin = coach.actor(session, "吴矿长", now.date())
        with pytest.raises(refusals.ReasonNeeded):
            service.unlock(
                session, due, filing=filing, actor=admin, until=date(2026, 10, 9), reason=" ", now=now
            )
        with pytest.raises(refusals.DateTooEarly):
            service.unlock(
                session, due, filing=filing, actor=admin, until=date(2026, 10, 6), reason="停电", now=now
            )
        service.unlock(
            session, due, filing=filing, actor=admin, until=date(2026, 10, 9), reason="停电", now=now
        )
        session.commit()
        assert not entries(session, due)
    file_it(coach, "掘进队", "coach_return_finance", RETURN, "2026-10-09 23:00")
    now = round_at(coach, "2026-10-12")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert service.state_of(due, now) == "filed"
        assert not entries(session, due)
        (move,) = session.scalars(select(DueMove))
        assert move.reason == "停电"


def test_unlocked_and_missed_again_counts_again_once(coach: Company) -> None:
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    now = round_at(coach, "2026-10-07")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        admin = coach.actor(session, "吴矿长", now.date())
        service.unlock(
            session,
            due,
            filing=installed().filing(due.filing),
            actor=admin,
            until=date(2026, 10, 9),
            reason="停电",
            now=now,
        )
        session.commit()
    for _ in range(2):
        round_at(coach, "2026-10-10")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert [entry.happened_on for entry in entries(session, due)] == [date(2026, 10, 9)]


def test_targets_are_due_by_the_25th_of_the_month_before_and_locked_afterwards(mine: Company) -> None:
    round_at(mine, "2026-08-20")
    filed = file_it(mine, "掘进队", "managers_targets", TARGETS, "2026-08-25 23:59")
    assert filed.content["budget"][0]["amount"] == 1_234_500
    with pytest.raises(refusals.Locked) as refused:
        file_it(mine, "通风科", "managers_targets", TARGETS, "2026-08-26 00:00:01")
    assert "2026-08-25" in refused.value.say("zh")
    with pytest.raises(refusals.AmendedTooLate):
        file_it(mine, "掘进队", "managers_targets", TARGETS, "2026-08-26", after=1)
    now = round_at(mine, "2026-08-27")
    with mine.session() as session:
        assert service.state_of(due_of(session, mine, "通风科", "managers_targets"), now) == "missing"
        assert session.scalar(select(func.count()).select_from(Entry)) == 0


@pytest.mark.parametrize(
    ("made_at", "owes"),
    [("2026-09-25 23:59:59", ["2026-10", "2026-11"]), ("2026-09-26 00:00:00", ["2026-11"])],
)
def test_a_new_department_owes_nothing_that_fell_due_before_it_was_there(
    mine: Company, made_at: str, owes: list[str]
) -> None:
    """Targets of October are due by 25 September; the department is made that day, or after it."""
    mine.open("2026-09")
    mine.open("2026-10")
    round_at(mine, "2026-09-20")
    with mine.session() as session:
        parent = session.need(Unit, mine.units["通风科"].id)
        new = people.create_unit(session, name="机电班", parent=parent, since=mine.at(made_at))
        session.commit()
    for day in ("2026-09-26 08:00", "2026-10-10", "2026-10-20"):
        round_at(mine, day)
    with mine.session() as session:
        query = select(Period.code).join(Due, Due.period_id == Period.id).where(Due.subject_id == new.id)
        assert sorted(session.scalars(query.where(Due.filing == "managers_targets"))) == owes


def test_nobody_files_for_somebody_else(mine: Company) -> None:
    round_at(mine, "2026-08-20")
    for who in ("李科长", "孙副队", "周分管", "吴矿长"):
        with pytest.raises(refusals.NotYours):
            file_it(mine, "掘进队", "managers_targets", TARGETS, "2026-08-21", who=who)


def test_every_version_stays_and_an_old_page_is_told_of_the_newer(mine: Company) -> None:
    round_at(mine, "2026-08-20")
    first = file_it(mine, "掘进队", "managers_targets", TARGETS, "2026-08-21", token="a" * 20)
    again = file_it(mine, "掘进队", "managers_targets", TARGETS, "2026-08-21 10:05", token="a" * 20)
    assert again.id == first.id
    file_it(mine, "掘进队", "managers_targets", {"targets": TARGETS["targets"]}, "2026-08-22", after=1)
    with pytest.raises(refusals.FiledMeanwhile) as refused:
        file_it(mine, "掘进队", "managers_targets", TARGETS, "2026-08-22 11:00", after=1)
    assert refused.value.status == 409
    with mine.session() as session:
        due = due_of(session, mine, "掘进队", "managers_targets")
        assert [one.number for one, _ in service.versions(session, due)] == [2, 1]
        old = session.get(Filed, first.id)
        assert old is not None
        old.content = {"targets": []}
        with pytest.raises((Refusal, DBAPIError)):
            session.flush()


def test_what_does_not_fit_the_schema_is_refused(mine: Company) -> None:
    round_at(mine, "2026-08-20")
    for content in ({}, {**TARGETS, "else": 1}, {"targets": [{"target": "x"}]}):
        with pytest.raises(refusals.NotAsAsked):
            file_it(mine, "掘进队", "managers_targets", content, "2026-08-21")


def test_a_draft_keeps_what_was_typed_and_goes_when_filed(mine: Company) -> None:
    now = round_at(mine, "2026-08-20")
    with mine.session() as session:
        due = due_of(session, mine, "掘进队", "managers_targets")
        filing = installed().filing(due.filing)
        assert filing is not None
        actor = mine.actor(session, "赵队长", now.date())
        for typed in ({"f-words": "x"}, {"f-words": "错", "f-budget-0-amount": "一百"}):
            service.save_draft(session, due, filing=filing, typed=typed, actor=actor, now=now)
        draft = service.draft_of(session, due)
        assert draft is not None
        assert draft.typed["f-budget-0-amount"] == "一百"
        session.commit()
    file_it(mine, "掘进队", "managers_targets", TARGETS, "2026-08-21")
    with mine.session() as session:
        assert session.scalar(select(func.count()).select_from(FilingDraft)) == 0


def test_reminders_reach_the_head_once_each(mine: Company) -> None:
    for at in ("2026-08-20", "2026-08-20 11:00", "2026-08-23", "2026-08-25", "2026-08-26", "2026-08-28"):
        round_at(mine, at)
    with mine.session() as session:
        head = mine.people["赵队长"].id
        told = session.scalars(
            select(Message.kind).where(Message.person_id == head).order_by(Message.id)
        ).all()
        assert told == ["due", "due", "due", "overdue"]
        deputy = mine.people["孙副队"].id
        assert session.scalar(select(func.count()).where(Message.person_id == deputy)) == 0


def test_the_head_of_a_unit_cannot_unlock_it_even_as_administrator(mine: Company) -> None:
    round_at(mine, "2026-08-20")
    now = round_at(mine, "2026-08-27")
    with mine.session() as session:
        due = due_of(session, mine, "掘进队", "managers_targets")
        head = mine.actor(session, "赵队长", now.date())
        with pytest.raises(refusals.OwnDue):
            service.unlock(
                session,
                due,
                filing=installed().filing(due.filing),
                actor=head,
                until=date(2026, 8, 30),
                reason="x",
                now=now,
            )


def test_a_planned_period_for_which_something_is_owed_is_not_removed(mine: Company) -> None:
    round_at(mine, "2026-08-20")
    with mine.session() as session:
        period = session.need(Period, mine.periods["2026-09"].id)
        with pytest.raises(InUse):
            periods.remove(session, period)


def test_sent_in_the_last_second_while_the_round_found_it_missing_counts_as_in_time(coach: Company) -> None:
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    round_at(coach, "2026-10-06 00:00:00")  # commits before the request that began a second earlier
    file_it(coach, "掘进队", "coach_return_finance", RETURN, "2026-10-05 23:59:59")
    now = round_at(coach, "2026-10-06 09:00")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert (service.state_of(due, now), due.missed_at, entries(session, due)) == ("filed", None, [])


def test_a_miss_that_is_refused_keeps_no_other_from_being_counted(coach: Company) -> None:
    """What the round counted too early lies in a month that is closed: it waits, and the others are counted."""
    coach.open("2026-10")
    round_at(coach, "2026-09-20")
    round_at(coach, "2026-10-06 00:00:00")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        due.filed_at, due.settled_at = coach.at("2026-10-05 23:59:59"), None
        other = due_of(session, coach, "通风科", "coach_return_finance")
        assert len(entries(session, due)) == len(entries(session, other)) == 1
        for entry in entries(session, other):
            made.unmake(session, entry, reason="试", now=coach.at("2026-10-06 01:00"))
        other.missed_at = other.settled_at = None
        other.due_at += timedelta(days=30)
        october = session.need(Period, coach.periods["2026-10"].id)
        periods.step(session, october, after="closed", by=None, now=coach.at("2026-10-07"))
        session.commit()
    coach.open("2026-11")
    round_at(coach, "2026-11-08")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert due.settled_at is None
        assert len(entries(session, due)) == 1
        assert len(entries(session, due_of(session, coach, "通风科", "coach_return_finance"))) == 1
        october = session.need(Period, coach.periods["2026-10"].id)
        periods.step(session, october, after="open", by=None, now=coach.at("2026-11-09"), reason="更正")
        session.commit()
    round_at(coach, "2026-11-09 10:00")
    with coach.session() as session:
        due = due_of(session, coach, "掘进队", "coach_return_finance")
        assert due.settled_at is not None
        assert entries(session, due) == []
