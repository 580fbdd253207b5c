"""What a serious error calls for is proposed by closing, and decided by somebody who may."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import func, select

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.policy import Actor
from kaohe.consequences import closed, service
from kaohe.consequences.models import Decision, Proposal
from kaohe.consequences.refusals import AlreadyDecided, Closer, OwnCase, Proposer, ReasonMissing, Recorder
from kaohe.consequences.sweeps import take_old_over
from kaohe.db import WallRefusal
from kaohe.people import service as people
from kaohe.results import closing
from kaohe.results import service as results
from kaohe.scheme import Consequence, Effect, GradeIs, Occurred, Times
from kaohe.testing.fixtures import NOW, TODAY, Browser

WHO = "林晓芸"


def closed_with_error(house, times=1, level=4):
    s = house.session
    person = house.world.people[WHO]
    if level:
        people.set_fact(
            s, person, "level", level, starts_on=house.period.starts_on.replace(year=2025), now=NOW
        )
    for _ in range(times):
        house.record(WHO, house.sample.LEVEL_CUT)
    house.close()


def other(house):
    """An admin who neither recorded nor closed."""
    person = house.world.people["郝清强"]
    return Actor(person.id, house.world.accounts["bone"].id, is_admin=True)


def decide(house, key, **more):
    values = {"accepted": True, "reason": "讨论通过", "actor": other(house), "today": TODAY, "now": NOW}
    proposal = house.session.need(Proposal, int(key))
    return service.decide(house.session, proposal, **{**values, **more})


def test_closing_proposes_what_entries_called_for(house):
    closed_with_error(house, times=2)
    found = service.proposed(house.session, house.period)
    assert [(one.name, one.effect.kind, one.occurrence, one.before, one.after) for one in found] == [
        (WHO, "level_lowered", 1, 4, 3),
        (WHO, "level_lowered", 2, 4, 3),
    ]
    assert found[0].says.zh == "等级降一级"


def test_a_decision_lowers_the_level_with_its_history(house):
    closed_with_error(house)
    key = service.proposed(house.session, house.period)[0].key
    decision = decide(house, key)
    assert decision.acts_on > house.period.ends_on
    person = house.id_of(WHO)
    assert people.facts_on(house.session, decision.acts_on, [person])[person]["level"] == 3
    newest = people.fact_history(house.session, person)["level"][0]
    assert (newest.origin, newest.value) == ("decided", 3)
    assert "讨论通过" in newest.reason
    shown = service.proposed(house.session, house.period)[0]
    assert (shown.before, shown.after, shown.decided_by) == (4, 3, "郝清强")
    assert results.recount(house.session, house.period).same
    with pytest.raises(AlreadyDecided):
        decide(house, key)


def test_a_level_is_not_lowered_below_its_lowest(house):
    closed_with_error(house, level=1)
    one = service.proposed(house.session, house.period)[0]
    assert (one.before, one.after) == (1, 1)
    decide(house, one.key)
    assert len(people.fact_history(house.session, house.id_of(WHO))["level"]) == 1


def consequences(sample, *found):
    """The sample scheme with consequences of its own."""
    return dataclasses.replace(sample.sample_scheme(), consequences=found)


def test_a_schemes_consequences_are_proposed_once_or_for_each_case(house, monkeypatch):
    s = house.sample
    lowered = Effect("level_lowered", s.both("降一级", "one level down"), fact="level", by=1)
    paused = Effect("suspended", s.both("待岗", "suspended"))
    scheme = consequences(
        s,
        Consequence("down", s.both("降级"), Occurred((s.QUARREL,)), (lowered,), each=True),
        Consequence("pause", s.both("待岗"), Occurred((s.COMPLAINT, s.CONCEAL)), (paused,)),
        Consequence("poor", s.both("连续两期为差"), Times(GradeIs(("poor",)), 2), (paused,)),
    )
    monkeypatch.setattr(closing.adoption, "scheme_of", lambda session, revision: scheme)
    people.set_fact(
        house.session,
        house.world.people[WHO],
        "level",
        4,
        starts_on=house.period.starts_on.replace(year=2025),
        now=NOW,
    )
    for _ in range(2):
        house.record(WHO, s.QUARREL)
    for _ in range(3):
        house.record("贺子涵", s.COMPLAINT)
    house.close()
    found = {
        (one.name, one.source, one.occurrence): one for one in service.proposed(house.session, house.period)
    }
    assert set(found) == {(WHO, "down", 1), (WHO, "down", 2), ("贺子涵", "pause", 1)}
    recorder = Actor(house.world.actors["head"].person_id, 1, is_admin=True)
    with pytest.raises(Recorder):
        decide(house, found["贺子涵", "pause", 1].key, actor=recorder)
    for number in (1, 2):
        one = {(one.name, one.occurrence): one for one in service.proposed(house.session, house.period)}[
            WHO, number
        ]
        decide(house, one.key)
    person = house.id_of(WHO)
    assert [row.value for row in people.fact_history(house.session, person)["level"]] == [2, 3, 4]
    decide(house, found["贺子涵", "pause", 1].key)
    assert all(one.decision for one in service.proposed(house.session, house.period))


def test_what_a_clause_calls_for_itself_is_not_proposed_again_by_a_consequence(house, monkeypatch):
    s = house.sample
    lowered = Effect("level_lowered", s.both("降一级", "one level down"), fact="level", by=1)
    scheme = consequences(
        s, Consequence("down", s.both("降级"), Occurred((s.LEVEL_CUT,)), (lowered,), each=True)
    )
    monkeypatch.setattr(closing.adoption, "scheme_of", lambda session, revision: scheme)
    closed_with_error(house)
    assert [(one.name, one.source) for one in service.proposed(house.session, house.period)] == [(WHO, "")]


def test_not_carried_out_changes_nothing(house):
    closed_with_error(house)
    decide(house, service.proposed(house.session, house.period)[0].key, accepted=False, reason="情节轻微")
    assert people.fact_history(house.session, house.id_of(WHO))["level"][0].value == 4


def test_who_may_not_decide(house):
    closed_with_error(house)
    key = service.proposed(house.session, house.period)[0].key
    world = house.world
    himself = Actor(house.id_of(WHO), 1, is_admin=True)
    recorder = Actor(world.actors["head"].person_id, 1, is_admin=True)
    for actor, refusal in ((himself, OwnCase), (world.actors["admin"], Proposer), (recorder, Recorder)):
        with pytest.raises(refusal):
            decide(house, key, actor=actor)
    with pytest.raises(ReasonMissing):
        decide(house, key, reason="  ")
    assert house.session.scalar(select(func.count()).select_from(Decision)) == 0


def test_nor_under_another_record_of_ones_own(house):
    closed_with_error(house)
    key = service.proposed(house.session, house.period)[0].key
    new, world = house.id_of("张志"), house.world
    for earlier, refusal in (
        (house.id_of(WHO), OwnCase),
        (world.actors["admin"].person_id, Closer),
        (world.actors["head"].person_id, Recorder),
    ):
        with pytest.raises(refusal):
            decide(house, key, actor=Actor(new, 1, is_admin=True, also=frozenset({earlier})))


def test_the_database_refuses_them_too(house):
    closed_with_error(house)
    one = service.proposed(house.session, house.period)[0]
    run = results.standing_run(house.session, house.period)
    world = house.world
    proposer, recorder = world.actors["admin"].person_id, world.actors["head"].person_id
    for who in (one.subject_id, proposer, recorder):
        house.session.add(
            Decision(
                proposal_id=int(one.key),
                period_id=house.period.id,
                run_id=run.id,
                subject_id=one.subject_id,
                clause_id=one.clause_id,
                occurrence=1,
                effect="level_lowered",
                accepted=True,
                acts_on=TODAY,
                proposed_by=proposer,
                decided_by=who,
                at=NOW,
                reason="x",
            )
        )
        with pytest.raises(WallRefusal):
            house.session.flush()
        house.session.rollback()
        house.session.refresh(run)


def test_the_page_decides_and_says_why_not(app, tenant, house):
    closed_with_error(house)
    s = house.session
    account = Account(person_id=house.id_of("张志"), password_hash=None, state="active", created_at=NOW)
    s.add(account)
    s.flush()
    s.add(
        Grant(
            account_id=account.id, role="admin", unit_id=None, starts_on=house.period.starts_on, given_at=NOW
        )
    )
    s.commit()
    key = service.proposed(s, house.period)[0].key
    s.commit()
    base = f"/results/{house.period.id}"
    closer = Browser(app, tenant).sign_in(house.world.accounts["admin"])
    assert "这一期是您关闭的" in closer.get(f"{base}/manage").text
    answer = closer.post(
        f"/consequences/{key}/decide", {"back": str(house.period.id), "accepted": "yes", "reason": "可以"}
    )
    assert answer.status_code == 403
    assert "这一期是您关闭的" in answer.text
    second = Browser(app, tenant).sign_in(account)
    assert "记录决定" in second.get(f"{base}/manage").text
    answer = second.post(
        f"/consequences/{key}/decide", {"back": str(house.period.id), "accepted": "yes", "reason": ""}
    )
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert (
        second.post(
            f"/consequences/{key}/decide",
            {"back": str(house.period.id), "accepted": "yes", "reason": "经讨论"},
        ).status_code
        == 303
    )
    assert "经讨论" in second.get(f"{base}/manage").text
    member = Browser(app, tenant).sign_in(house.world.accounts["head"])
    page = member.get(f"{base}/{house.id_of(WHO)}").text
    assert "决定执行" in page
    assert "4 → 3" in page


def test_what_an_earlier_version_found_and_decided_is_taken_over_once(house, monkeypatch):
    monkeypatch.setattr(closed, "settle_differences", lambda *_args, **_named: None)
    closed_with_error(house, times=2)
    assert service.proposed(house.session, house.period) == []
    house.session.commit()
    for _ in range(2):
        take_old_over(house.databases, house.tenant.id, NOW)
    found = service.proposed(house.session, house.period)
    assert [(one.occurrence, one.state, one.effect.kind) for one in found] == [
        (1, "open", "level_lowered"),
        (2, "open", "level_lowered"),
    ]
    decide(house, found[0].key)
