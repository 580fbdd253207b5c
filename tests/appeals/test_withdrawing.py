"""An upheld appeal withdraws what no longer holds: an open proposal at once, a decided one by proposing its undoing."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.consequences import service as consequences
from kaohe.people import service as people
from kaohe.results import service as results
from kaohe.testing.fixtures import NOW, TODAY, Browser

WHO = "许佳宁"


@pytest.fixture
def serious(house, sample):
    """A published September in which a serious error of 许佳宁, on the fourth level, leads to a proposal."""
    people.set_fact(
        house.session, house.world.people[WHO], "level", 4, starts_on=date(TODAY.year - 1, 1, 1), now=NOW
    )
    entry = house.record(WHO, sample.LEVEL_CUT)
    house.publish()
    return entry


def about(house):
    wanted = consequences.Wanted(subject_id=house.id_of(WHO), sort="when", falling=False)
    return consequences.page(house.session, wanted, limit=50, offset=0)


def decide(house, one, reason="讨论通过"):
    """By an administrator who neither recorded, nor closed, nor decided the appeal."""
    decision = consequences.decide(
        house.session, one.proposal, accepted=True, reason=reason, actor=house.actor("郝清强", is_admin=True),
        today=TODAY, now=NOW,
    )  # fmt: skip
    house.session.commit()
    return decision


def levels(house):
    """The values of the level as they were set, the newest first."""
    return [one.value for one in people.fact_history(house.session, house.id_of(WHO))["level"]]


def uphold(house, entry):
    appeal = house.file(WHO, entry)
    house.decide(appeal)
    return house.carry_out()


def test_an_upheld_appeal_withdraws_the_open_proposal_and_says_why(house, serious):
    [one] = about(house)
    assert (one.effect.kind, one.state) == ("level_lowered", "open")
    run = uphold(house, serious)
    assert run.number == 2
    [gone] = about(house)
    assert (gone.key, gone.state) == (one.key, "withdrawn")
    assert gone.withdrawal.zh == "“2026 年 9 月”重新开放"
    assert gone.withdrawn_by == house.world.people["管理员"].name
    assert consequences.proposed(house.session, house.period) == []
    assert house.period.state == "published"
    assert levels(house) == [4]


def test_an_upheld_appeal_against_another_entry_lets_the_proposal_stand(house, serious, sample):
    """Reopening withdrew it; the new computation proposes it anew."""
    results.reopen(house.session, house.period, by=None, now=NOW, reason="漏记一条")
    quarrel = house.record(WHO, sample.QUARREL)
    house.publish()
    uphold(house, quarrel)
    held = sorted((one.proposal.round, one.state) for one in about(house))
    assert held == [(0, "withdrawn"), (1, "withdrawn"), (2, "open")]


def test_an_upheld_appeal_proposes_the_undoing_of_what_was_decided(house, serious):
    [one] = about(house)
    decide(house, one)
    assert levels(house) == [3, 4]
    uphold(house, serious)
    decided, undo = about(house)
    assert (decided.key, decided.state) == (one.key, "accepted")
    assert (undo.state, undo.proposal.undoes) == ("open", decided.proposal.id)
    assert undo.says.zh == "撤销“等级降一级”"
    assert [text.zh for _a, _b, text in undo.reasons] == ["“2026 年 9 月”重新计算后不再成立"]
    assert undo.proposal.proposed_by == house.admin.person_id
    assert levels(house) == [3, 4], "nothing is taken back before somebody decides it"
    decide(house, undo, "申诉成立，原记录有误")
    assert levels(house)[0] == 4
    assert not [each for each in about(house) if each.state == "open"]


@pytest.mark.parametrize("decided", [True, False])
def test_before_it_is_carried_out_the_page_says_that_what_was_decided_stays(
    house, serious, app, tenant, decided
):
    if decided:
        decide(house, about(house)[0])
    house.decide(house.file(WHO, serious))
    page = Browser(app, tenant).sign_in(house.world.accounts["admin"]).get(
        f"/appeals/carry-out/{house.period.id}"
    )  # fmt: skip
    assert "开始执行" in page.text
    assert ("已作的决定和已收付的款项不会因重新开放而改变" in page.text) is decided
