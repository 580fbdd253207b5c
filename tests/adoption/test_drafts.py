"""A revision from draft to seal: doubts, figures, scope, two editors, the next draft, the sector's newer text."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.adoption.refusals import (
    AlreadyAdopted,
    BeforeEarlier,
    ChoiceNeeded,
    DayNeeded,
    DaysOutside,
    DoubtsOpen,
    DraftExists,
    NotAdopted,
    NotDraft,
    NoUnits,
    OwnReasonNeeded,
    RevisionChanged,
    UnknownUnit,
)
from kaohe.db import WallRefusal
from kaohe.errors import Conflict, NotFound, Refusal
from kaohe.scheme import compare, from_json
from kaohe.scheme.refusals import NoOwnFigures, OutsideLimits, UnknownDoubt, UnknownOption, UnknownPath

FIGURE = "clause/31/rule/points"
QUARREL = "clause/11/rule/points"
START = date(2026, 9, 1)


def figure(revision, clause_id=31):
    return from_json(revision.scheme).find(clause_id).clause.rule.points


@pytest.fixture
def draft(session, now, sample):
    return sample.draft(session, now)


def test_a_doubt_is_settled_and_settled_again(session, draft, now, sample):
    assert figure(draft) == sample.D("-0.01")
    adoption.settle_doubt(session, draft, "omission", option="likely", actor=None, now=now)
    assert figure(draft) == sample.D("-0.1")
    assert draft.settled["omission"]["option"] == "likely"
    adoption.settle_doubt(session, draft, "omission", option="printed", actor=None, now=now)
    assert figure(draft) == sample.D("-0.01")
    assert [one.code for one in from_json(draft.scheme).open_doubts()] == ["ceiling"]


def test_a_doubt_is_settled_by_a_figure_of_ones_own_with_a_reason(session, draft, now, sample):
    own = {"option": "own", "figures": {FIGURE: sample.D("-0.05")}, "actor": None, "now": now}
    with pytest.raises(OwnReasonNeeded):
        adoption.settle_doubt(session, draft, "omission", **own)
    adoption.settle_doubt(session, draft, "omission", **own, reason="护理部 9 月例会")
    assert figure(draft) == sample.D("-0.05")
    assert draft.settled["omission"]["reason"] == "护理部 9 月例会"
    with pytest.raises(OutsideLimits) as refused:
        adoption.settle_doubt(
            session,
            draft,
            "omission",
            option="own",
            figures={FIGURE: sample.D("-2")},
            reason="x",
            actor=None,
            now=now,
        )
    assert "-1" in refused.value.say("zh") or "−1" in refused.value.say("zh")
    with pytest.raises(NoOwnFigures):
        adoption.settle_doubt(
            session,
            draft,
            "ceiling",
            option="own",
            figures={FIGURE: sample.D("-1")},
            reason="x",
            actor=None,
            now=now,
        )


def test_what_a_doubt_does_not_offer(session, draft, now):
    with pytest.raises(UnknownDoubt):
        adoption.settle_doubt(session, draft, "nothing", option="x", actor=None, now=now)
    with pytest.raises(UnknownOption):
        adoption.settle_doubt(session, draft, "omission", option="x", actor=None, now=now)
    with pytest.raises(ChoiceNeeded):
        adoption.settle_doubt(session, draft, "omission", option=None, actor=None, now=now)
    with pytest.raises(ChoiceNeeded):
        adoption.settle_doubt(session, draft, "omission", option="own", reason="x", actor=None, now=now)


def test_a_figure_is_changed_within_its_limits_and_changed_back(session, draft, now, sample):
    change = {"actor": None, "now": now, "reason": "从严"}
    adoption.change_figure(session, draft, QUARREL, value=sample.D("-8"), **change)
    assert figure(draft, 11) == sample.D("-8")
    assert from_json(draft.scheme).changed == (QUARREL,)
    assert draft.changes["figures"][QUARREL]["reason"] == "从严"
    with pytest.raises(OutsideLimits) as refused:
        adoption.change_figure(session, draft, QUARREL, value=sample.D("-11"), **change)
    assert "−10" in refused.value.say("zh")
    with pytest.raises(UnknownPath):
        adoption.change_figure(session, draft, "clause/999/rule/points", value=sample.D("-1"), **change)
    adoption.change_figure(session, draft, QUARREL, value=sample.D("-5"), **change)
    assert draft.changes["figures"] == {}
    assert from_json(draft.scheme).changed == ()


def test_a_ceiling_may_be_taken_away(session, draft, now):
    adoption.change_figure(session, draft, "part/records/ceiling", value=None, actor=None, now=now)
    assert from_json(draft.scheme).part("records").ceiling is None


def test_scope_names_existing_units_and_possible_days(session, draft, now, sample):
    unit, _ = sample.staff(session, now)
    adoption.set_scope(session, draft, unit_ids=[unit.id], minimum_days=10, actor=None, now=now)
    assert adoption.scope_of(session, draft.id) == adoption.Scope((unit.id,), 10)
    adoption.set_scope(session, draft, unit_ids=None, minimum_days=0, actor=None, now=now)
    assert adoption.scope_of(session, draft.id) == adoption.Scope()
    with pytest.raises(UnknownUnit):
        adoption.set_scope(session, draft, unit_ids=[12345], minimum_days=0, actor=None, now=now)
    with pytest.raises(NoUnits):
        adoption.set_scope(session, draft, unit_ids=[], minimum_days=0, actor=None, now=now)
    with pytest.raises(DaysOutside):
        adoption.set_scope(session, draft, unit_ids=None, minimum_days=400, actor=None, now=now)


def test_adoption_waits_for_the_last_doubt_and_a_day(session, draft, now, sample):
    with pytest.raises(DoubtsOpen) as refused:
        adoption.adopt(session, draft, starts_on=START, actor=None, now=now)
    assert "2 处" in refused.value.say("zh")
    assert "漏项扣分" in refused.value.say("zh")
    sample.settle_all(session, draft, now)
    with pytest.raises(DayNeeded):
        adoption.adopt(session, draft, starts_on=None, actor=None, now=now)
    adoption.adopt(session, draft, starts_on=START, actor=None, now=now)
    assert (draft.state, draft.number, draft.starts_on) == ("adopted", 1, START)


def test_an_adopted_revision_is_sealed_by_service_orm_and_sql(session, databases, tenant, now, sample):
    _, revision = sample.adopted(session, now, START)
    ident = revision.id
    session.commit()
    for attempt in (
        lambda: adoption.settle_doubt(session, revision, "omission", option="likely", actor=None, now=now),
        lambda: adoption.change_figure(session, revision, QUARREL, value=sample.D("-6"), actor=None, now=now),
        lambda: adoption.set_scope(session, revision, unit_ids=None, minimum_days=3, actor=None, now=now),
        lambda: adoption.discard(session, revision),
        lambda: adoption.adopt(session, revision, starts_on=START, actor=None, now=now),
    ):
        with pytest.raises(NotDraft):
            attempt()
        session.rollback()
    revision.scheme = "{}"
    with pytest.raises(WallRefusal):
        session.flush()
    session.rollback()
    for statement in (
        update(Revision).where(Revision.id == ident).values(state="draft"),
        delete(Revision).where(Revision.id == ident),
    ):
        with pytest.raises(WallRefusal):
            session.execute(statement)
        session.rollback()
    with databases.tenant(tenant.id) as other, pytest.raises(WallRefusal):
        other.execute(text("UPDATE revisions SET starts_on = NULL WHERE id = :id"), {"id": ident})


def test_the_next_draft_starts_from_the_newest_adopted_one(session, now, sample):
    found, first = sample.adopted(session, now, START)
    second = adoption.draft_next(session, found, actor=None, now=now)
    assert (second.number, second.state, second.scheme) == (2, "draft", first.scheme)
    with pytest.raises(DraftExists):
        adoption.draft_next(session, found, actor=None, now=now)
    adoption.change_figure(session, second, QUARREL, value=sample.D("-7"), actor=None, now=now)
    adoption.settle_doubt(session, second, "omission", option="likely", actor=None, now=now)
    changes = compare(from_json(first.scheme), from_json(second.scheme))
    assert {(one.clause_id, one.old, one.new) for one in changes} == {
        (11, sample.D("-5"), sample.D("-7")),
        (31, sample.D("-0.01"), sample.D("-0.1")),
    }
    with pytest.raises(BeforeEarlier):
        adoption.adopt(session, second, starts_on=START - timedelta(days=1), actor=None, now=now)
    session.rollback()


def test_a_discarded_draft_frees_its_number(session, now, sample):
    found, _ = sample.adopted(session, now, START)
    session.commit()
    adoption.discard(session, adoption.draft_next(session, found, actor=None, now=now))
    assert adoption.draft_next(session, found, actor=None, now=now).number == 2


def test_a_first_draft_can_be_discarded_and_started_again(session, draft, now, sample):
    found = session.need(Adoption, draft.adoption_id)
    adoption.discard(session, draft)
    assert adoption.restart(session, found, sample.scheme(), actor=None, now=now).number == 1
    with pytest.raises(AlreadyAdopted):
        adoption.restart(session, found, sample.scheme(), actor=None, now=now)


def test_a_scheme_is_started_once(session, draft, now, sample):
    with pytest.raises(AlreadyAdopted):
        adoption.adopt_start(session, sector="counter", scheme=sample.scheme(), actor=None, now=now)


def test_a_newer_text_keeps_what_still_fits(session, draft, now, sample):
    sample.settle_all(session, draft, now)
    adoption.change_figure(session, draft, QUARREL, value=sample.D("-8"), actor=None, now=now)
    newer = sample.scheme(praise="0.8")
    lost = adoption.renew(session, draft, newer, actor=None, now=now)
    assert lost == ()
    assert figure(draft, 10) == sample.D("0.8")
    assert figure(draft, 11) == sample.D("-8")
    assert from_json(draft.scheme).open_doubts() == []


def test_the_second_editor_is_told_what_the_first_changed(session, draft, now, sample):
    _, (chen, *_) = sample.staff(session, now)
    seen = draft.version
    actor = Actor(person_id=chen.id, account_id=1, is_admin=True)
    adoption.settle_doubt(session, draft, "omission", option="likely", actor=actor, now=now)
    adoption.change_figure(session, draft, QUARREL, value=sample.D("-8"), actor=actor, now=now)
    with pytest.raises(RevisionChanged) as refused:
        adoption.settle_doubt(session, draft, "ceiling", option="no", actor=None, now=now, version=seen)
    assert isinstance(refused.value, Conflict)
    assert "陈晓刚刚改过：疑义“漏项扣分”的裁定、“与人争吵”的分值" in refused.value.say("zh")
    assert "the points of “quarrelled”" in refused.value.say("en")
    adoption.settle_doubt(session, draft, "ceiling", option="no", actor=None, now=now, version=draft.version)


def test_no_edit_is_lost_between_editors_who_write_at_once(session, databases, tenant, draft, now, sample):
    session.commit()
    ident, seen = draft.id, draft.version
    session.rollback()
    barrier, outcomes = threading.Barrier(4), []

    def edit(value: str) -> None:
        with databases.tenant(tenant.id) as mine:
            barrier.wait()
            try:
                adoption.change_figure(
                    mine,
                    mine.need(Revision, ident),
                    QUARREL,
                    value=sample.D(value),
                    actor=None,
                    now=now,
                    version=seen,
                )
                mine.commit()
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=edit, args=(value,)) for value in ("-6", "-7", "-8", "-9")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["RevisionChanged"] * 3 + ["done"]


def test_schemes_are_remembered_only_once_they_are_adopted(
    session, databases, tenant, other_tenant, now, sample
):
    draft = sample.draft(session, now)
    sample.settle_all(session, draft, now)
    adoption.adopt(session, draft, starts_on=START, actor=None, now=now)
    assert adoption.scheme_of(session, draft.id) == from_json(draft.scheme)
    ident = draft.id
    session.rollback()
    with pytest.raises(NotFound):
        adoption.scheme_of(session, ident)
    session.rollback()
    with databases.tenant(tenant.id) as fresh:
        _, revision = sample.adopted(fresh, now, START)
        ident = revision.id
        fresh.commit()
    with databases.tenant(tenant.id, write=False) as fresh:
        first = adoption.scheme_of(fresh, ident)
        assert adoption.compiled_of(fresh, ident) is adoption.compiled_of(fresh, ident)
    with databases.tenant(tenant.id, write=False) as fresh:
        assert adoption.scheme_of(fresh, ident) is first
    with databases.tenant(other_tenant.id, write=False) as foreign, pytest.raises(NotFound):
        adoption.scheme_of(foreign, ident)


def test_a_unit_of_the_scope_stands_for_those_below_it(session, now, sample):
    draft = sample.draft(session, now)
    unit, people = sample.staff(session, now)
    sample.settle_all(session, draft, now)
    adoption.set_scope(session, draft, unit_ids=[unit.parent_id], minimum_days=0, actor=None, now=now)
    adoption.adopt(session, draft, starts_on=START, actor=None, now=now)
    due = adoption.readers(session, draft, starts_on=START, ends_on=START)
    assert due == {one.id: unit.id for one in people}
    adoption.acknowledge(session, draft, person_id=people[0].id, now=now)
    assert adoption.unread(session, draft, starts_on=START, ends_on=START) == {people[1].id, people[2].id}


def test_acknowledging_counts_once_and_only_what_is_adopted(session, now, sample):
    draft = sample.draft(session, now)
    unit, people = sample.staff(session, now)
    with pytest.raises(NotAdopted):
        adoption.acknowledge(session, draft, person_id=people[0].id, now=now)
    sample.settle_all(session, draft, now)
    adoption.set_scope(session, draft, unit_ids=[unit.id], minimum_days=0, actor=None, now=now)
    adoption.adopt(session, draft, starts_on=START, actor=None, now=now)
    first = adoption.acknowledge(session, draft, person_id=people[0].id, now=now)
    assert adoption.acknowledge(session, draft, person_id=people[0].id, now=now) is first
    assert adoption.acknowledged(session, draft) == {people[0].id}
    assert adoption.unread(session, draft, starts_on=START, ends_on=START) == {people[1].id, people[2].id}
    session.commit()
    first.person_id = people[1].id
    with pytest.raises((WallRefusal, DatabaseError)):  # PostgreSQL's grants stop it before the trigger
        session.flush()
