"""What hangs on a record that goes into another: carried over, left with a reason, or refused in clear words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from kaohe.accounts import service as accounts
from kaohe.accounts.models import Grant
from kaohe.accounts.policy import Place, allowed
from kaohe.cases.models import Case, CaseClockRow
from kaohe.consequences.history import pasts
from kaohe.consequences.models import Decision, Proposal
from kaohe.db import new_id
from kaohe.db.base import TenantModel
from kaohe.db.schema import load_models
from kaohe.entries import made
from kaohe.entries.models import Entry, Sheet, Withdrawal
from kaohe.errors import Conflict
from kaohe.exemptions import service as exemptions
from kaohe.filings.models import Due
from kaohe.living import merging, refusals
from kaohe.living.fates import FATES, Fate
from kaohe.messages.models import Contact, Message
from kaohe.people import service as people
from kaohe.people.models import Attribute, Subject
from kaohe.people.refusals import MergedAway
from kaohe.ratings.models import Rating, RatingAssignment, RatingRemark, RatingRound
from kaohe.results import service as results
from kaohe.surveys.models import HeldSurvey, SurveySubject, SurveyVoter
from kaohe.testing.fixtures import NOW, TODAY

LATER = NOW + timedelta(days=20)


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


@pytest.fixture
def kept(house):
    return house.world.people["许佳宁"]


def merge(house, gone, kept=None, **more):
    values = {"number": "kept", "reason": "同一个人", "actor": house.admin, "now": NOW, "today": TODAY}
    kept = kept or house.world.people["许佳宁"]
    row = merging.merge(house.session, kept, gone, **{**values, **more})
    house.session.commit()
    return row


def add(house, *rows):
    house.session.add_all(rows)
    house.session.commit()
    return rows[0]


def due(house, who, **more):
    values = {
        "filing": "sample.return",
        "period_id": house.period.id,
        "subject_id": house.id_of(who),
        "unit_id": house.world.heart.id,
        "starts_on": house.period.starts_on,
        "ends_on": house.period.ends_on,
        "made_at": NOW,
        "due_at": LATER,
        **more,
    }
    return add(house, Due(id=new_id(), **values))


def case(house, who, *, closed=False, number="G1"):
    row = Case(
        id=new_id(),
        kind="sample.fault",
        number=number,
        headline="停电",
        sought="停电",
        circumstance="",
        fields={},
        unit_id=house.world.heart.id,
        holder_id=house.world.heart.id,
        person_id=house.id_of(who),
        revision_id=house.period.revision_id,
        state="logged",
        closed=closed,
        logged_by=house.head.person_id,
        logged_at=NOW,
    )
    return add(house, row)


def clock(house, row, who, **more):
    values = {
        "clock": "arrive",
        "place": 1,
        "clause_id": 1,
        "holder_id": house.world.heart.id,
        "person_id": house.id_of(who),
        "started_at": NOW,
        "due_at": LATER,
        "due_on": LATER.date(),
        "state": "running",
        "look_at": LATER,
        **more,
    }
    return add(house, CaseClockRow(id=new_id(), case_id=row.id, **values))


def rating_round(house, **more):
    return add(
        house,
        RatingRound(id=new_id(), period_id=house.period.id, role="peer", due_at=LATER, made_at=NOW, **more),
    )


def assigned(house, round_, rater, subject):
    return add(
        house,
        RatingAssignment(
            id=new_id(),
            round_id=round_.id,
            rater_id=house.id_of(rater),
            subject_id=house.id_of(subject),
            at=NOW,
        ),
    )


def rated(house, round_, rater, subject, value=5):
    both = {
        "round_id": round_.id,
        "rater_id": house.id_of(rater),
        "subject_id": house.id_of(subject),
        "at": NOW,
    }
    return add(
        house,
        Rating(id=new_id(), clause_id=1, value=Decimal(value), **both),
        RatingRemark(id=new_id(), words="认真", **both),
    )


def survey(house, state="draft", **more):
    values = {
        "sector": "nursing", "scheme_code": "x", "kind": "ballot", "title_zh": "推选", "title_en": "Ballot",
        "says_zh": "", "says_en": "", "about": "people", "questions": [], "plan": {}, "answered_by": [], "minimum": 1,
        "year": 2026, "turn": 1, "opens_on": TODAY, "closes_on": TODAY, "started_by": house.admin.person_id,
        "started_at": NOW,
    }  # fmt: skip
    found = add(house, HeldSurvey(id=new_id(), **values))
    for who in more.pop("about", ()):
        add(house, SurveySubject(id=new_id(), survey_id=found.id, subject_id=house.id_of(who)))
    for step in ("open", "closed") if state == "closed" else ("open",) if state == "open" else ():
        found.state = step
        house.session.commit()
    for name, value in more.items():
        setattr(found, name, value)
    house.session.commit()
    return found


def test_every_reference_to_a_person_has_its_fate():
    load_models()
    found = {
        f"{mapper.class_.__tablename__}.{column}"
        for mapper in TenantModel.registry.mappers
        for column, target in mapper.class_.__refs__.items()
        if target in ("persons", "subjects")
    }
    assert found == set(FATES)
    assert all(isinstance(fate, Fate) and len(why) > 15 for fate, why in FATES.values())


def test_what_is_owed_goes_along(house, twice, kept):
    one = due(house, "重复")
    late = due(house, "重复", filing="sample.other", settled_at=None)
    merge(house, twice)
    house.session.refresh(one)
    house.session.refresh(late)
    assert {one.subject_id, late.subject_id} == {kept.id}


def test_owed_by_both_is_owed_once_and_what_was_filed_holds(house, twice, kept):
    mine, theirs = due(house, "许佳宁"), due(house, "重复")
    other_mine = due(house, "许佳宁", filing="sample.other")
    other_theirs = due(house, "重复", filing="sample.other", filed_at=NOW)
    found = merging.plan(house.session, kept, twice, actor=house.admin)
    assert any("报送" in one.what.zh for one in found.conflicts)
    merge(house, twice)
    for one in (mine, theirs, other_mine, other_theirs):
        house.session.refresh(one)
    assert (mine.subject_id, mine.settled_at) == (kept.id, None)
    assert (theirs.subject_id, theirs.settled_at) == (twice.id, NOW)
    assert (other_theirs.subject_id, other_theirs.filing, other_theirs.settled_at) == (
        kept.id,
        "sample.other",
        None,
    )
    assert (other_mine.subject_id, other_mine.filing, other_mine.settled_at) == (
        twice.id,
        "sample.other",
        NOW,
    )


IN_TIME, LATE, NEVER = LATER - timedelta(days=1), LATER + timedelta(days=1), None


@pytest.mark.parametrize(
    ("mine", "theirs", "counted", "holds"),
    [
        ((NEVER, True), (IN_TIME, False), [], "theirs"),
        ((IN_TIME, False), (NEVER, True), [], "mine"),
        ((NEVER, True), (NEVER, True), ["mine"], "mine"),
        ((LATE, True), (IN_TIME, False), [], "theirs"),
        ((NEVER, True), (LATE, True), ["theirs"], "theirs"),
        ((LATE, True), (LATE, True), ["mine"], "mine"),
    ],
)
def test_a_filing_that_both_owe_is_counted_once_or_not_at_all(
    house, twice, kept, sample, mine, theirs, counted, holds
):
    dues, counts = {}, {}
    for which, who, (filed_at, missed) in (("mine", "许佳宁", mine), ("theirs", "重复", theirs)):
        said = {"filed_at": filed_at, "missed_at": LATER if missed else None, "settled_at": LATER}
        dues[which] = due(house, who, **said)
        if missed:
            counts[which] = made.make(
                house.session, scheme_code="sample", origin="filing", origin_id=dues[which].id,
                subject_id=house.id_of(who), clause_id=sample.LATE_FORM, happened_on=TODAY, reason="未按时报送",
                now=NOW, quantity=1,
            )  # fmt: skip
    house.session.commit()
    found = merging.plan(house.session, kept, twice, actor=house.admin)
    assert len(found.entries) == ("theirs" in counted)
    house.session.rollback()
    row = merge(house, twice)
    standing = house.session.scalars(select(Entry).where(Entry.replaced_by.is_(None))).all()
    assert [(one.subject_id, one.origin_id) for one in standing] == [
        (kept.id, dues[one].id) for one in counted
    ]
    house.session.refresh(dues[holds])
    assert dues[holds].subject_id == kept.id
    lost = {counts[one].id for one in counts if one not in counted}
    withdrawn = house.session.execute(select(Withdrawal.entry_id, Withdrawal.by)).all()
    assert {tuple(one) for one in withdrawn} == {(one, None) for one in lost}
    assert set(row.moved["taken_back"]) == {str(one) for one in lost}
    assert house.results()["许佳宁"].points == Decimal("99.5" if counted else "100")


def test_what_rests_on_a_miss_that_is_taken_back_is_finished_first(house, twice, sample):
    due(house, "许佳宁", filed_at=IN_TIME)
    missed = due(house, "重复", missed_at=LATER, settled_at=LATER)
    entry = made.make(
        house.session, scheme_code="sample", origin="filing", origin_id=missed.id, subject_id=twice.id,
        clause_id=sample.QUARREL, happened_on=TODAY, reason="未按时报送", now=NOW,
    )  # fmt: skip
    house.session.commit()
    ended = new_id()
    resting = proposal(
        house, "重复", made="recorded", entry_id=entry.id, clause_id=sample.QUARREL, effect="notice"
    )
    add(
        house,
        Decision(
            id=ended, proposal_id=resting.id, period_id=house.period.id, subject_id=twice.id,
            clause_id=sample.QUARREL, occurrence=1, effect="notice", accepted=True, acts_on=TODAY,
            decided_by=house.admin.person_id, at=NOW, reason="x",
        ),
    )  # fmt: skip
    resting.replaced_by = ended
    house.session.commit()
    with pytest.raises(refusals.DecisionsRest):
        merge(house, twice)


def test_open_cases_and_their_clocks_go_along(house, twice, kept, sample):
    running, shut = case(house, "重复"), case(house, "重复", closed=True, number="G2")
    entry = house.record("重复", sample.LATE_FORM, quantity=1)
    ticking = clock(house, running, "重复", entry_id=entry.id)
    waiting = clock(house, shut, "重复", state="overtime")
    done = clock(house, shut, "重复", place=2, state="in_time", look_at=None)
    merge(house, twice)
    for one in (running, shut, ticking, waiting, done):
        house.session.refresh(one)
    assert (running.person_id, shut.person_id) == (kept.id, twice.id)
    assert (ticking.person_id, waiting.person_id, done.person_id) == (kept.id, kept.id, twice.id)
    new = house.session.get(Entry, ticking.entry_id)
    assert (new.subject_id, new.replaced_by) == (kept.id, None)


def test_a_dated_sheet_without_findings_goes_along(house, twice, kept):
    sheet = add(
        house,
        Sheet(
            id=new_id(),
            period_id=house.period.id,
            subject_id=twice.id,
            unit_id=house.world.heart.id,
            form="round",
            happened_on=TODAY,
            recorded_by=house.head.person_id,
            recorded_at=NOW,
            done_at=NOW,
        ),
    )
    merge(house, twice)
    house.session.refresh(sheet)
    assert sheet.subject_id == kept.id


def test_who_rates_and_is_rated_goes_along_with_what_was_given(house, twice, kept):
    round_ = rating_round(house)
    by, about = assigned(house, round_, "重复", "贺子涵"), assigned(house, round_, "林晓芸", "重复")
    own = assigned(house, round_, "许佳宁", "重复")
    again = assigned(house, round_, "贺子涵", "重复")
    assigned(house, round_, "贺子涵", "许佳宁")
    given = rated(house, round_, "林晓芸", "重复")
    merge(house, twice)
    for one in (by, about, own, again, given):
        house.session.refresh(one)
    assert (by.rater_id, by.ended_at) == (kept.id, None)
    assert (about.subject_id, about.ended_at) == (kept.id, None)
    assert own.ended_at is not None
    assert again.ended_at is not None
    new = house.session.get(Rating, given.replaced_by)
    assert (new.subject_id, new.value, new.at) == (kept.id, Decimal(5), NOW)
    standing = select(RatingRemark).where(RatingRemark.replaced_by.is_(None))
    assert [one.subject_id for one in house.session.scalars(standing)] == [kept.id]


def test_a_counted_round_stays_as_it_is(house, twice):
    round_ = rating_round(house, closed_at=NOW)
    about = assigned(house, round_, "林晓芸", "重复")
    merge(house, twice)
    house.session.refresh(about)
    assert about.subject_id == twice.id


def test_who_has_voted_does_not_vote_again(house, twice, kept):
    held = survey(house, "open")
    add(house, SurveyVoter(survey_id=held.id, person_id=twice.id))
    merge(house, twice)
    voters = set(house.session.scalars(select(SurveyVoter.person_id).where(SurveyVoter.survey_id == held.id)))
    assert voters == {twice.id, kept.id}


def test_a_draft_asks_about_the_kept_record_and_an_open_survey_is_waited_for(house, twice, kept):
    draft, both = survey(house, about=["重复"]), survey(house, about=["重复", "许佳宁"])
    held = survey(house, "open", about=["重复"])
    with pytest.raises(refusals.SurveyAsks) as refusal:
        merge(house, twice)
    assert "推选" in refusal.value.say("zh")
    house.session.rollback()
    held.state, held.totals = "closed", "waiting"
    house.session.commit()
    with pytest.raises(refusals.SurveyAsks):
        merge(house, twice)
    house.session.rollback()
    held.totals = "made"
    house.session.commit()
    merge(house, twice)
    for one in (draft, both):
        query = select(SurveySubject.subject_id).where(SurveySubject.survey_id == one.id)
        assert list(house.session.scalars(query)) == [kept.id]


def test_an_exemption_and_unread_messages_and_the_address_go_along(house, twice, kept):
    exemptions.exempt(house.session, house.period, twice.id, reason="进修", actor=house.admin, now=NOW)
    said = {
        "kind": "due",
        "title_zh": "请报送",
        "title_en": "Due",
        "text_zh": "",
        "text_en": "",
        "created_at": NOW,
    }
    unread = add(house, Message(id=new_id(), person_id=twice.id, about="due:1", **said))
    twofold = add(house, Message(id=new_id(), person_id=twice.id, about="due:2", **said))
    add(house, Message(id=new_id(), person_id=kept.id, about="due:2", **said))
    contact = add(house, Contact(person_id=twice.id, email="x@example.cn", changed_at=NOW))
    merge(house, twice)
    for one in (unread, twofold, contact):
        house.session.refresh(one)
    assert exemptions.exempted(house.session, house.period) >= {kept.id}
    assert (unread.person_id, twofold.person_id, contact.person_id) == (kept.id, twice.id, kept.id)


def test_an_undecided_appeal_is_decided_first(house, twice, sample):
    entry = house.record("重复", sample.QUARREL)
    house.publish()
    appeal = house.file("重复", entry=entry)
    results.reopen(house.session, house.period, by=None, now=NOW, reason="更正")
    house.session.commit()
    with pytest.raises(refusals.AppealOpen):
        merge(house, twice)
    house.session.rollback()
    assert appeal.subject_id == twice.id


def proposal(house, who, **more):
    values = {
        "key": f"c{new_id()}", "made": "closed", "period_id": house.period.id, "subject_id": house.id_of(who),
        "unit_id": house.world.heart.id, "clause_id": 0, "occurrence": 1, "effect": "notice", "doc": {}, "reasons": [],
        "proposed_at": NOW, "replaced_by": None,
    }  # fmt: skip
    return add(house, Proposal(id=new_id(), **{**values, **more}))


def test_a_proposal_that_waits_is_decided_first(house, twice):
    waiting = proposal(house, "重复")
    with pytest.raises(refusals.ProposalsWait):
        merge(house, twice)
    house.session.rollback()
    house.session.refresh(waiting)
    assert waiting.replaced_by is None


def test_what_holds_at_once_waits_for_nobody(house, twice):
    proposal(house, "重复", at_once=True, effect="observed")
    merge(house, twice)


def test_an_erased_record_is_merged_no_more(house, twice):
    from kaohe.living.models import Erasure

    add(
        house,
        Erasure(
            person_id=twice.id,
            number=1,
            done_by=house.admin.person_id,
            done_at=NOW,
            basis="request",
            counts={},
        ),
    )
    with pytest.raises(refusals.AlreadyErased):
        merge(house, twice)


def sealed_twice(house, twice, sample):
    """September is final with a result of both; October is open and the records are merged."""
    house.record("重复", sample.QUARREL)
    house.publish()
    results.finalise(house.session, house.period, by=None, now=NOW)
    house.session.commit()
    merge(house, twice)


def test_the_history_looks_through_a_merging(house, twice, kept, sample):
    from kaohe.adoption import service as adoption

    people.leave(house.session, kept, on=date(2026, 8, 31))
    house.session.commit()
    sealed_twice(house, twice, sample)
    scheme = adoption.scheme_of(house.session, house.period.revision_id)

    class October:
        id, adoption_id = new_id(), house.period.adoption_id
        starts_on, ends_on = date(2026, 10, 1), date(2026, 10, 31)

    past = pasts(house.session, October, scheme, [kept.id], [sample.QUARREL])[kept.id][-1]
    stored = next(line for line in house.results().values() if line.subject_id == twice.id)
    assert (past.start, past.grade) == ("2026-09-01", stored.grade)
    assert past.counts == ((sample.QUARREL, 1),)

    class September(October):
        id, starts_on, ends_on = house.period.id, date(2026, 9, 2), date(2026, 9, 30)

    sealed = pasts(house.session, September, scheme, [kept.id], [sample.QUARREL])[kept.id][-1]
    assert sealed.grade is None


def test_sealed_periods_are_recounted_without_the_other_record(house, twice, sample):
    from kaohe.entries.prior import before

    sealed_twice(house, twice, sample)

    class Sealed:
        adoption_id, starts_on, ends_on = house.period.adoption_id, date(2026, 9, 15), date(2026, 9, 30)

    class Open(Sealed):
        starts_on, ends_on = date(2026, 10, 1), date(2026, 10, 31)

    kept = house.id_of("许佳宁")
    assert before(house.session, Open, [sample.QUARREL], [kept]) == {kept: {sample.QUARREL: 1}}
    assert before(house.session, Sealed, [sample.QUARREL], [kept]) == {}


def test_the_subject_row_of_the_record_stays(house, twice):
    merge(house, twice)
    assert house.session.get(Subject, twice.id).person_id == twice.id


def test_who_keeps_the_newer_record_has_been_here_since_the_earlier_day(house, twice):
    old = house.world.people["贺子涵"]
    people.leave(house.session, old, on=date(2026, 8, 31))
    house.session.commit()
    merge(house, old, twice)
    assert twice.joined_on == old.joined_on < date(2026, 9, 1)
    assert old.left_on >= old.joined_on


def test_an_absence_over_the_first_day_is_continued(house, twice, kept, sample):
    away = people.record_leave(
        house.session, twice, kind="病假", starts_on=date(2026, 9, 20), ends_on=date(2026, 10, 9), note="骨折"
    )
    house.session.commit()
    sealed_twice(house, twice, sample)
    house.session.refresh(away)
    assert (away.person_id, away.ends_on) == (twice.id, date(2026, 9, 30))
    (mine,) = people.leaves_of(house.session, kept.id)
    assert (mine.kind, mine.starts_on, mine.ends_on, mine.note) == (
        "病假",
        date(2026, 10, 1),
        date(2026, 10, 9),
        "骨折",
    )


def test_a_fact_holds_on_the_first_day_although_a_later_one_comes(house, twice, kept, sample):
    session = house.session
    session.execute(delete(Attribute).where(Attribute.person_id == kept.id))
    session.execute(delete(Attribute).where(Attribute.person_id == twice.id))
    for value, day in ((3, date(2026, 9, 1)), (4, date(2026, 10, 15))):
        people.set_fact(
            session, twice, "level", value, starts_on=day, reason="评定", actor=house.admin, now=NOW
        )
    session.commit()
    sealed_twice(house, twice, sample)
    for day, value in ((date(2026, 10, 1), 3), (date(2026, 10, 15), 4)):
        assert people.facts_on(session, day, [kept.id])[kept.id] == {"level": value}


def test_an_entry_recorded_under_the_other_record_about_oneself_is_named(house, twice, kept, sample):
    house.record("许佳宁", sample.QUARREL)
    entry = house.session.scalars(select(Entry).where(Entry.subject_id == kept.id)).one()
    row = {column.name: getattr(entry, column.name) for column in Entry.__table__.columns}
    add(house, Entry(**{**row, "id": new_id(), "recorded_by": twice.id, "form_token": None}))
    found = merging.plan(house.session, kept, twice, actor=house.admin)
    assert any("另一份档案" in one.what.zh for one in found.conflicts)


def test_who_stands_in_for_a_locked_account_stands_in_no_longer(house, twice):
    mine, theirs = house.world.accounts["member"], house.account("重复")
    deputy = add(
        house,
        Grant(
            account_id=house.world.accounts["head"].id,
            role="assessor",
            unit_id=house.world.heart.id,
            deputy_of=theirs.id,
            starts_on=date(2026, 9, 1),
            given_at=NOW,
        ),
    )
    assert mine.person_id == house.id_of("许佳宁")
    merge(house, twice)
    house.session.refresh(deputy)
    assert deputy.ends_on == TODAY - timedelta(days=1)


def test_a_record_that_went_into_another_works_here_no_more(house, twice):
    merge(house, twice)
    with pytest.raises(MergedAway):
        people.stay(house.session, twice)
    with pytest.raises(MergedAway):
        people.rejoin(
            house.session, twice, unit=house.world.heart, position="护师", on=TODAY + timedelta(days=30)
        )


def test_an_entry_corrected_meanwhile_is_not_carried_twice(house, twice, kept, sample):
    old = house.record("重复", sample.LATE_FORM, quantity=3)
    found = merging.plan(house.session, kept, twice, actor=house.admin)
    corrected = update(Entry).where(Entry.id == old.id).values(replaced_by=new_id())
    house.session.execute(corrected.execution_options(synchronize_session=False))
    with pytest.raises(Conflict):
        merging.carry_entries(house.session, found, NOW)
    house.session.rollback()


def test_one_sees_what_is_sealed_under_the_other_record_and_acts_on_neither(house, twice, kept):
    account = house.world.accounts["member"]
    assert accounts.actor_of(house.session, account, TODAY).also == frozenset()
    merge(house, twice)
    actor = accounts.actor_of(house.session, account, TODAY)
    assert (actor.person_id, actor.also) == (kept.id, frozenset({twice.id}))
    for ident, own in ((kept.id, True), (twice.id, True), (house.id_of("贺子涵"), False)):
        place = Place(person_id=ident, unit_path=house.world.heart.path)
        assert allowed(actor, "results.read", place) is own
        assert allowed(replace(actor, is_admin=True), "living.erase", place) is not own


def test_who_was_merged_twice_is_one_person_still(house, twice):
    third = people.create_person(
        house.session, number="H9002", name="许佳宁", unit=house.world.heart, position="护师",
        joined_on=date(2026, 9, 1), now=NOW,
    )  # fmt: skip
    house.session.commit()
    merge(house, third, twice)
    merge(house, twice)
    actor = accounts.actor_of(house.session, house.world.accounts["member"], TODAY)
    assert actor.also == {twice.id, third.id}
