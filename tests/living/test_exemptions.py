"""Exemption from rank: a score and a grade, no place, nothing else moved; replay and recount agree with it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kaohe.adoption import service as adoption
from kaohe.consequences.history import now_of
from kaohe.db import WallRefusal
from kaohe.exemptions import refusals, service
from kaohe.exemptions.models import Exemption
from kaohe.results import service as results
from kaohe.results.computing import compute
from kaohe.results.models import Run
from kaohe.testing.fixtures import NOW

REASON = "外出进修两周，不占名次"


def exempt(house, who="许佳宁", **more):
    values = {"reason": REASON, "actor": house.admin, "now": NOW, **more}
    row = service.exempt(house.session, house.period, house.id_of(who), **values)
    house.session.commit()
    return row


def test_somebody_exempt_has_a_score_and_no_rank_and_the_others_move_up(house, sample):
    for who, clause in (("贺子涵", sample.COMPLAINT), ("林晓芸", sample.QUARREL)):
        house.record(who, clause)
    live = house.results()
    assert (live["许佳宁"].rank_all, live["贺子涵"].rank_all, live["林晓芸"].rank_all) == (1, 8, 9)
    exempt(house, "贺子涵")
    live = house.results()
    assert (live["贺子涵"].rank_all, live["贺子涵"].word, live["林晓芸"].rank_all) == (None, "exempt", 8)
    house.publish()
    stored = house.results()
    assert {name: (line.rank_all, line.word, line.points) for name, line in stored.items()} == {
        name: (line.rank_all, line.word, line.points) for name, line in live.items()
    }
    one = results.explain(house.session, house.period, house.id_of("贺子涵"))
    assert (one.score, one.grade.code, one.word) == (Decimal("99.5"), "good", "exempt")


def test_replay_and_recount_agree(house, sample):
    house.record("林晓芸", sample.QUARREL)
    exempt(house, "林晓芸")
    house.publish()
    assert results.replay(house.session, house.period).same
    assert results.recount(house.session, house.period).same


def test_it_takes_effect_on_the_next_closing_and_the_old_results_stay(house, sample):
    house.record("林晓芸", sample.QUARREL)
    house.publish()
    with pytest.raises(refusals.PeriodClosed):
        exempt(house, "林晓芸")
    house.session.rollback()
    results.reopen(house.session, house.period, by=None, now=NOW, reason="补设不参加排名")
    house.session.commit()
    exempt(house, "林晓芸")
    house.publish()
    new, old = results.runs(house.session, house.period)
    assert isinstance(old, Run)
    assert house.results()["林晓芸"].rank_all is None
    for run in (new, old):
        assert results.replay(house.session, house.period, run=run).same
    assert [
        text.zh
        for one in results.recount(house.session, house.period, run=old).differences
        for text in one.texts
    ] == ["参加考核的情况变了"]


def test_the_last_in_rank_is_the_last_of_those_who_are_ranked(house, sample):
    house.record("林晓芸", sample.QUARREL)
    house.record("贺子涵", sample.COMPLAINT)
    exempt(house, "林晓芸")
    scheme = adoption.scheme_of(house.session, house.period.revision_id)
    rows = compute(house.session, house.period).rows
    history = zip(rows, now_of(house.period, scheme, rows, {}), strict=True)
    assert [row.subject_id for row, past in history if past.last and row.unit_id == house.world.heart.id] == [
        house.id_of("贺子涵")
    ]


def test_lifting_leaves_both_rows(house):
    exempt(house)
    with pytest.raises(refusals.AlreadyExempt):
        exempt(house)
    house.session.rollback()
    service.lift(
        house.session, house.period, house.id_of("许佳宁"), reason="提前返岗", actor=house.admin, now=NOW
    )
    house.session.commit()
    assert service.exempted(house.session, house.period) == frozenset()
    assert [(one.row.exempt, one.reason) for one in service.history(house.session, house.period)] == [
        (False, "提前返岗"),
        (True, REASON),
    ]
    with pytest.raises(refusals.NotExempt):
        service.lift(
            house.session, house.period, house.id_of("许佳宁"), reason="再来", actor=house.admin, now=NOW
        )
    house.session.rollback()
    exempt(house)
    assert service.exempted(house.session, house.period) == {house.id_of("许佳宁")}


def test_nobody_exempts_oneself_and_a_reason_is_asked(house):
    with pytest.raises(refusals.OwnRank):
        exempt(house, "管理员")
    house.session.rollback()
    for words in (None, " ", "\x07"):
        with pytest.raises(refusals.ReasonMissing):
            exempt(house, reason=words)
        house.session.rollback()


def test_nobody_exempts_the_earlier_record_of_oneself(house):
    with pytest.raises(refusals.OwnRank):
        exempt(house, actor=replace(house.admin, also=frozenset({house.id_of("许佳宁")})))


def test_the_database_refuses_oneself_and_a_closed_period(house):
    def row(who):
        return Exemption(
            period_id=house.period.id,
            subject_id=house.id_of(who),
            exempt=True,
            set_by=house.admin.person_id,
            set_at=NOW,
            replaced_by=None,
        )

    house.session.add(row("管理员"))
    with pytest.raises(WallRefusal) as wall:
        house.session.flush()
    assert wall.value.code == "self"
    house.session.rollback()
    house.publish()
    house.session.add(row("许佳宁"))
    with pytest.raises(WallRefusal) as wall:
        house.session.flush()
    assert wall.value.code == "period"


def test_somebody_with_a_figure_missing_stays_missing(house, sample):
    exempt(house)
    house.record("许佳宁", sample.PRAISE)
    line = house.results()["许佳宁"]
    assert (line.word, line.rank_all, line.points) == ("exempt", None, Decimal("100"))
