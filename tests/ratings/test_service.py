"""Ratings: the managers' worked examples, who rates whom, boundaries of deadline and range, what is kept and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from kaohe.adoption import service as adoption
from kaohe.db import TenantSession, WallRefusal
from kaohe.entries import listening
from kaohe.entries import service as entries
from kaohe.entries.models import Entry
from kaohe.entries.score import score_now
from kaohe.errors import Conflict
from kaohe.messages.models import Message
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.plugins import installed
from kaohe.ratings import counting, listing, refusals, service
from kaohe.ratings.counting import mean_of
from kaohe.ratings.models import Rating, RatingAssignment, RatingRemark, RatingRound
from kaohe.ratings.reminding import unfinished
from kaohe.ratings.service import Line, Saved
from kaohe.ratings.sweeps import go_round
from kaohe.testing.company import Company
from kaohe_managers.scheme import ATTENDANCE, MANAGEMENT, TARGETS

RATED = (11, 12, 13, 14, 15)
SECOND = dict(zip(RATED, (90, 80, 90, 85, 70), strict=True))


def round_of(session: TenantSession, mine: Company, role: str) -> RatingRound:
    found = session.scalar(
        select(RatingRound).where(
            RatingRound.role == role, RatingRound.period_id == mine.periods["2026-09"].id
        )
    )
    assert found is not None
    return found


def rate(
    mine: Company,
    role: str,
    who: str,
    values: Mapping[str, Mapping[int, Any]],
    at: str = "2026-10-01",
    seen: Mapping[tuple[str, int], int] | None = None,
    remark: str | None = None,
    also: str = "",
) -> Saved:
    now = mine.at(at)
    with mine.session() as session:
        round_ = round_of(session, mine, role)
        scheme = adoption.scheme_of(session, mine.revision.id)
        actor = mine.actor(session, who, now.date())
        if also:
            actor = replace(actor, also=frozenset({mine.people[also].id}))
        stands = {
            (one.subject_id, one.clause_id): one.id
            for one in service.given_by(session, round_, actor.person_id)
        }
        lines = [
            Line(
                mine.people[name].id,
                {clause: str(value) for clause, value in cells.items()},
                {
                    clause: (seen or {}).get((name, clause), stands.get((mine.people[name].id, clause), 0))
                    for clause in cells
                },
                remark,
            )
            for name, cells in values.items()
        ]
        rated = next(one for one in installed().raters_of("managers.month") if one.role == role)
        saved = service.save(
            session,
            round_,
            rated=rated,
            clauses=service.rated_clauses(scheme, role),
            lines=lines,
            actor=actor,
            now=now,
        )
        session.commit()
        return saved


def mark(mine: Company, name: str, targets: int, attendance: int) -> None:
    with mine.session() as session:
        period = session.need(Period, mine.periods["2026-09"].id)
        actor = mine.actor(session, "钱科长", date(2026, 9, 30))
        for clause, value in ((TARGETS, targets), (ATTENDANCE, attendance)):
            entries.record(
                session,
                actor=actor,
                period=period,
                subject_id=mine.people[name].id,
                clause_id=clause,
                quantity=Decimal(value),
                happened_on=date(2026, 9, 30),
                now=mine.at("2026-09-30"),
                today=date(2026, 9, 30),
            )
        session.commit()


def score(mine: Company, name: str) -> Any:
    with mine.session(write=False) as session:
        period = session.need(Period, mine.periods["2026-09"].id)
        return score_now(session, period, mine.people[name].id)


def all_rate(mine: Company, name: str, values: Mapping[int, Any]) -> None:
    for role, who in (("leader", "周分管"), ("settled", "吴矿长"), ("settled", "钱科长")):
        assert not rate(mine, role, who, {name: values}).problems


def close_rating(mine: Company, at: str = "2026-10-04 00:10") -> datetime:
    now = mine.at(at)
    go_round(mine.databases, mine.tenant.id, now)
    return now


def test_the_rules_assign_the_leader_above_and_the_office_and_nobody_to_oneself(mine: Company) -> None:
    with mine.session(write=False) as session:
        names = {person.id: name for name, person in mine.people.items()}
        rows = session.execute(
            select(RatingRound.role, RatingAssignment.rater_id, RatingAssignment.subject_id).join(
                RatingRound, RatingRound.id == RatingAssignment.round_id
            )
        ).all()
        pairs = {(role, names[rater], names[subject]) for role, rater, subject in rows}
        assert ("leader", "周分管", "赵队长") in pairs
        assert ("leader", "郑分管", "冯科长") in pairs
        assert ("settled", "吴矿长", "陈副科") in pairs
        assert not any(rater == subject for _, rater, subject in pairs)
        assert len(pairs) == len(rows) == 6 + 12
        assert round_of(session, mine, "leader").due_at == mine.at("2026-10-03 23:59:59.999999")
    go_round(mine.databases, mine.tenant.id, mine.at("2026-09-21"))
    with mine.session(write=False) as session:
        assert len(session.scalars(select(RatingAssignment)).all()) == 18


def test_example_1_all_seven_at_90(mine: Company) -> None:
    all_rate(mine, "赵队长", dict.fromkeys(RATED, 90))
    mark(mine, "赵队长", 90, 90)
    close_rating(mine)
    assert score(mine, "赵队长").points == 90


def test_example_2_normalised_and_the_missing_rater_is_flagged(mine: Company) -> None:
    all_rate(mine, "赵队长", SECOND)
    mark(mine, "赵队长", 95, 100)
    close_rating(mine)
    found = score(mine, "赵队长")
    assert found.points == Decimal("88.30")
    assert f"{MANAGEMENT}:staff" in found.left_out


def test_example_2_with_management_not_rated(mine: Company) -> None:
    all_rate(mine, "赵队长", {clause: value for clause, value in SECOND.items() if clause != MANAGEMENT})
    mark(mine, "赵队长", 95, 100)
    close_rating(mine)
    found = score(mine, "赵队长")
    assert found.points == Decimal("89.33")
    assert "management" in found.left_out


@pytest.mark.parametrize(("value", "points", "grade"), [("85", "85", "done"), ("84.99", "84.99", "barely")])
def test_example_6_the_boundary_of_85(mine: Company, value: str, points: str, grade: str) -> None:
    all_rate(mine, "赵队长", dict.fromkeys(RATED, value))
    with mine.session() as session:
        period = session.need(Period, mine.periods["2026-09"].id)
        actor = mine.actor(session, "钱科长", date(2026, 9, 30))
        for clause in (TARGETS, ATTENDANCE):
            entries.record(
                session, actor=actor, period=period, subject_id=mine.people["赵队长"].id, clause_id=clause,
                quantity=Decimal(value), happened_on=date(2026, 9, 30), now=mine.at("2026-09-30"), today=date(2026, 9, 30),
            )  # fmt: skip
        session.commit()
    close_rating(mine)
    found = score(mine, "赵队长")
    assert (found.points, found.grade) == (Decimal(points), grade)


def test_several_raters_of_a_role_become_one_entry_with_their_mean(mine: Company) -> None:
    rate(mine, "settled", "吴矿长", {"赵队长": {11: 80}})
    rate(mine, "settled", "钱科长", {"赵队长": {11: 85}})
    close_rating(mine)
    with mine.session(write=False) as session:
        (entry,) = session.scalars(select(Entry).where(Entry.origin == "rating"))
        assert (entry.quantity, entry.recorded_by, entry.happened_on) == (
            Decimal("82.5"),
            None,
            date(2026, 9, 30),
        )


@pytest.mark.parametrize(("at", "taken"), [("2026-10-03 23:59:59", True), ("2026-10-04 00:00:00", False)])
def test_the_deadline_is_inclusive_and_afterwards_refused_in_words(
    mine: Company, at: str, taken: bool
) -> None:
    if taken:
        assert rate(mine, "leader", "周分管", {"赵队长": {11: 90}}, at).changed == 1
        return
    with pytest.raises(refusals.OverDue) as refused:
        rate(mine, "leader", "周分管", {"赵队长": {11: 90}}, at)
    assert "2026-10-03" in refused.value.say("zh")


def test_before_it_opens_nothing_is_taken(mine: Company) -> None:
    with pytest.raises(refusals.NotYet):
        rate(mine, "leader", "周分管", {"赵队长": {11: 90}}, "2026-09-13")


def test_the_database_itself_refuses_what_is_late_and_oneself(mine: Company) -> None:
    with mine.session() as session:
        round_ = round_of(session, mine, "leader")
        boss, head = mine.people["周分管"].id, mine.people["赵队长"].id
        ids = {"round_id": round_.id, "clause_id": 11, "value": Decimal(90)}
        for rater, subject, at, code in (
            (head, head, "2026-10-01", "self"),
            (boss, head, "2026-10-04 00:00", "late"),
        ):
            session.add(Rating(rater_id=rater, subject_id=subject, at=mine.at(at), **ids))
            with pytest.raises(WallRefusal) as refused:
                session.flush()
            assert refused.value.code == code
            session.rollback()
        session.add(
            RatingAssignment(round_id=round_.id, rater_id=head, subject_id=head, at=mine.at("2026-10-01"))
        )
        with pytest.raises(WallRefusal):
            session.flush()


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("100.01", refusals.OutsideRange),
        ("-0.01", refusals.OutsideRange),
        ("90.005", refusals.TooFine),
        ("优", refusals.NotAFigure),
        ("NaN", refusals.NotAFigure),
        ("1e1", None),
    ],
)
def test_each_wrong_value_is_told_and_the_right_ones_are_kept(
    mine: Company, typed: str, refusal: Any
) -> None:
    saved = rate(mine, "leader", "周分管", {"赵队长": {11: typed, 12: "100"}, "孙副队": {11: "0"}})
    kinds = {clause: type(one) for (_, clause), one in saved.problems.items()}
    assert kinds == ({11: refusal} if refusal else {})
    assert saved.changed == (2 if refusal else 3)


def test_who_is_not_assigned_and_oneself_are_refused(mine: Company) -> None:
    with pytest.raises(refusals.NotAssigned):
        rate(mine, "leader", "郑分管", {"赵队长": {11: 90}})
    with pytest.raises(refusals.NotOneself):
        rate(mine, "leader", "赵队长", {"赵队长": {11: 90}})
    with pytest.raises(refusals.NotOneself):
        rate(mine, "leader", "周分管", {"赵队长": {11: 90}}, also="赵队长")


def test_a_change_is_a_new_row_and_an_old_page_does_not_overwrite(mine: Company) -> None:
    rate(mine, "leader", "周分管", {"赵队长": {11: 90}})
    rate(mine, "leader", "周分管", {"赵队长": {11: 92}}, "2026-10-02")
    saved = rate(mine, "leader", "周分管", {"赵队长": {11: 70}}, "2026-10-02", seen={("赵队长", 11): 0})
    (problem,) = saved.problems.values()
    assert isinstance(problem, refusals.ChangedMeanwhile)
    assert problem.status == 409
    assert "92" in problem.say("zh")
    with mine.session(write=False) as session:
        rows = session.scalars(select(Rating).order_by(Rating.id)).all()
        assert [(row.value, row.replaced_by is None) for row in rows] == [(90, False), (92, True)]
    cleared = rate(mine, "leader", "周分管", {"赵队长": {11: ""}})
    assert [type(one) for one in cleared.problems.values()] == [refusals.CannotClear]


def test_all_have_rated_and_the_entries_follow_every_change_before_the_deadline(mine: Company) -> None:
    people = ("赵队长", "孙副队", "李科长", "王副科")
    rate(mine, "leader", "周分管", {name: dict.fromkeys(RATED, 90) for name in people})
    with mine.session(write=False) as session:
        assert session.scalar(select(Entry.id).limit(1)) is None
    rate(mine, "leader", "郑分管", {name: dict.fromkeys(RATED, 80) for name in ("冯科长", "陈副科")})
    rate(mine, "leader", "周分管", {"赵队长": {11: 60}})
    close_rating(mine)
    with mine.session(write=False) as session:
        standing = session.scalars(select(Entry).where(Entry.replaced_by.is_(None))).all()
        assert len(standing) == 6 * 5
        changed = [
            one for one in standing if one.subject_id == mine.people["赵队长"].id and one.clause_id == 11
        ]
        assert [one.quantity for one in changed] == [60]


def test_extended_with_a_reason_the_rating_counts_anew(mine: Company) -> None:
    rate(mine, "settled", "吴矿长", {"赵队长": {11: 80}})
    now = close_rating(mine)
    with mine.session() as session:
        round_ = round_of(session, mine, "settled")
        admin = mine.actor(session, "吴矿长", now.date())
        for until, reason, refusal in (
            (date(2026, 10, 8), "", refusals.ReasonNeeded),
            (None, "病假", refusals.DateNeeded),
            (date(2026, 10, 3), "病假", refusals.DateTooEarly),
            (date(2027, 10, 3), "病假", refusals.DateTooFar),
            (date.max, "病假", refusals.DateTooFar),
        ):
            with pytest.raises(refusal):
                service.extend(session, round_, until=until, reason=reason, actor=admin, now=now)
        service.extend(session, round_, until=date(2026, 10, 8), reason="病假", actor=admin, now=now)
        session.commit()
    rate(mine, "settled", "钱科长", {"赵队长": {11: 90}}, "2026-10-08 23:00")
    for at in ("2026-10-09", "2026-10-10"):
        close_rating(mine, at)
    with mine.session(write=False) as session:
        rows = session.scalars(select(Entry).where(Entry.origin == "rating").order_by(Entry.id)).all()
        assert [(row.quantity, row.replaced_by is None) for row in rows] == [(80, False), (85, True)]


def test_ones_own_sheets_are_counted_in_one_query(mine: Company) -> None:
    rate(mine, "leader", "周分管", {"赵队长": {11: 90, 12: 80}, "孙副队": {11: 70}})
    rate(mine, "settled", "吴矿长", {"赵队长": {11: 80}})
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    with mine.session(write=False) as session:
        found = listing.my_rounds(session, mine.registry, mine.people["周分管"].id)
        assert [(here.round.role, wanted, given) for here, wanted, given in found] == [("leader", 20, 3)]
        engine = session.get_bind().engine  # type: ignore[union-attr]
        event.listen(engine, "before_cursor_execute", note)
        try:
            (own,) = listing.my_rounds(session, mine.registry, mine.people["吴矿长"].id)
        finally:
            event.remove(engine, "before_cursor_execute", note)
    assert own[2] == 1
    assert sum("FROM ratings" in one for one in said) == 1


def test_a_closed_period_takes_no_ratings_and_no_extension_until_it_is_reopened(
    mine: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate(mine, "leader", "周分管", {"赵队长": {11: 90}})
    with mine.session() as session:
        period = session.need(Period, mine.periods["2026-09"].id)
        periods.step(session, period, after="closed", by=mine.people["吴矿长"].id, now=mine.at("2026-10-03"))
        session.commit()
    with monkeypatch.context() as patched:
        patched.setattr(counting, "count", None)  # a closed period's rounds are not even looked at
        now = close_rating(mine)
    with mine.session() as session:
        assert session.scalar(select(Entry.id).limit(1)) is None
        round_ = round_of(session, mine, "leader")
        admin = mine.actor(session, "吴矿长", now.date())
        with pytest.raises(refusals.PeriodClosed):
            service.extend(session, round_, until=date(2026, 10, 8), reason="病假", actor=admin, now=now)
        period = session.need(Period, mine.periods["2026-09"].id)
        periods.step(session, period, after="open", by=mine.people["吴矿长"].id, now=now, reason="补评分")
        session.commit()
    close_rating(mine, "2026-10-04 01:00")
    with mine.session(write=False) as session:
        assert len(session.scalars(select(Entry)).all()) == 1


def test_assigned_and_ended_by_hand_and_the_entries_follow(mine: Company) -> None:
    rate(mine, "settled", "吴矿长", {"赵队长": {11: 80}})
    rate(mine, "settled", "钱科长", {"赵队长": {11: 90}})
    now = close_rating(mine)
    with mine.session() as session:
        round_ = round_of(session, mine, "settled")
        admin = mine.actor(session, "吴矿长", now.date())
        head, boss = mine.people["赵队长"].id, mine.people["周分管"].id
        assert service.assign(session, round_, rater_id=boss, subject_ids=[head], actor=admin, now=now) == 1
        assert service.assign(session, round_, rater_id=boss, subject_ids=[head], actor=admin, now=now) == 0
        with pytest.raises(refusals.NotOneself):
            service.assign(session, round_, rater_id=head, subject_ids=[head], actor=admin, now=now)
        own = session.scalars(
            select(RatingAssignment).where(
                RatingAssignment.round_id == round_.id, RatingAssignment.rater_id == mine.people["钱科长"].id
            )
        ).all()
        assert service.end(session, own, actor=admin, now=now) == 6
        session.commit()
        (entry,) = session.scalars(select(Entry).where(Entry.replaced_by.is_(None)))
        assert entry.quantity == 80
    go_round(mine.databases, mine.tenant.id, mine.at("2026-10-05"))
    with mine.session(write=False) as session:
        ended = session.scalars(select(RatingAssignment).where(RatingAssignment.ended_at.is_not(None))).all()
        assert len(ended) == 6


def test_remarks_are_kept_beside_and_a_new_one_replaces_the_old(mine: Company) -> None:
    rate(mine, "leader", "周分管", {"赵队长": {11: 90}}, remark="踏实")
    rate(mine, "leader", "周分管", {"赵队长": {11: 90}}, remark="踏实\x00肯干")
    with mine.session(write=False) as session:
        rows = session.scalars(select(RatingRemark).order_by(RatingRemark.id)).all()
        assert [(row.words, row.replaced_by is None) for row in rows] == [("踏实", False), ("踏实肯干", True)]
    long = rate(mine, "leader", "周分管", {"赵队长": {}}, remark="长" * 501)
    assert [type(one) for one in long.problems.values()] == [refusals.RemarkTooLong]


def test_reminders_go_to_who_has_not_finished_and_once_each(mine: Company) -> None:
    rate(
        mine,
        "leader",
        "郑分管",
        {name: dict.fromkeys(RATED, 80) for name in ("冯科长", "陈副科")},
        "2026-09-30 09:00",
    )
    for at in ("2026-09-30 10:00", "2026-09-30 11:00", "2026-10-02", "2026-10-03", "2026-10-03 12:00"):
        go_round(mine.databases, mine.tenant.id, mine.at(at))
    with mine.session(write=False) as session:
        about = session.execute(
            select(Message.person_id, Message.about).where(Message.kind == "to_rate")
        ).all()
        late = [one.split(":")[-1] for person, one in about if person == mine.people["周分管"].id]
        done = [one.split(":")[-1] for person, one in about if person == mine.people["郑分管"].id]
        assert sorted(late) == ["before1", "before3", "day", "open"]
        assert done == ["open"]
        round_ = round_of(session, mine, "leader")
        assert unfinished(session, round_, 5) == [mine.people["周分管"].id]


def test_a_round_that_is_refused_keeps_no_other_from_being_counted(
    mine: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_rate(mine, "赵队长", dict.fromkeys(RATED, 90))
    with mine.session() as session:
        refused, counted = (round_of(session, mine, role).id for role in ("leader", "settled"))

    def refuse(told: listening.Told) -> None:
        if told.entries[0].origin_id == refused:
            raise Conflict

    listening.load_reactions()
    with monkeypatch.context() as patched:
        patched.setattr(listening, "_KEPT", [*listening._KEPT, refuse])
        close_rating(mine)
    with mine.session() as session:
        assert session.need(RatingRound, refused).closed_at is None
        assert session.need(RatingRound, counted).closed_at is not None
        query = select(Entry.origin_id).where(Entry.origin == "rating").distinct()
        assert list(session.scalars(query)) == [counted]
    close_rating(mine, "2026-10-04 01:00")
    with mine.session() as session:
        assert session.need(RatingRound, refused).closed_at is not None


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=7))
def test_a_mean_lies_within_its_values_and_differs_by_less_than_a_millionth(values: list[int]) -> None:
    """The law of what becomes an entry."""
    exact = [Decimal(value) / 100 for value in values]
    found = mean_of(exact)
    assert min(exact) <= found <= max(exact)
    assert abs(found * len(exact) - sum(exact)) <= Decimal("0.0000005") * len(exact)
