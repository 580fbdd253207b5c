"""Signing: once for each computation, by the subject, while published; the digest is of what stands."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from kaohe.appeals import refusals, service
from kaohe.appeals.models import Signature, SignatureRemark
from kaohe.db import WallRefusal
from kaohe.people import service as people
from kaohe.results import service as results
from kaohe.testing.fixtures import NOW


def sign(house, who="许佳宁", **more):
    signature = service.sign(
        house.session,
        house.period,
        house.id_of(who),
        actor=more.pop("actor", house.actor(who)),
        now=NOW,
        **more,
    )
    house.session.commit()
    return signature


def test_a_subject_signs_with_a_remark(house, sample):
    house.record("许佳宁", sample.QUARREL)
    run = house.publish()
    signature = sign(house, remark="  已看过，\x07没有意见 ")
    (signed,) = service.signatures_of(house.session, house.period, house.id_of("许佳宁"))
    assert (signed.signature.id, signed.remark, signed.standing) == (signature.id, "已看过，没有意见", True)
    assert service.holds(house.session, run, signature)


def test_a_second_signature_is_refused(house):
    house.publish()
    sign(house)
    with pytest.raises(refusals.AlreadySigned):
        sign(house)


def test_nobody_signs_for_somebody_else(house):
    house.publish()
    for actor in (house.actor("贺子涵"), house.head, house.admin):
        with pytest.raises(refusals.NotOwn):
            sign(house, actor=actor)


def test_only_what_is_published_is_signed(house):
    with pytest.raises(refusals.NotPublic):
        sign(house)
    house.publish()
    results.finalise(house.session, house.period, by=None, now=NOW)
    house.session.commit()
    with pytest.raises(refusals.NotPublic):
        sign(house)


def test_somebody_without_a_result_has_nothing_to_sign(house):
    late = people.create_person(
        house.session,
        number="H9",
        name="新来",
        unit=house.world.heart,
        position="",
        joined_on=date(2026, 10, 1),
        now=NOW,
    )
    house.world.people["新来"] = late
    house.publish()
    with pytest.raises(refusals.NoResult):
        sign(house, "新来")


def test_a_new_computation_is_signed_anew_and_the_old_signature_stays(house, sample):
    entry = house.record("许佳宁", sample.QUARREL)
    first = house.publish()
    sign(house)
    house.decide(house.file(entry=entry))
    second = house.carry_out()
    with pytest.raises(refusals.NewerResult):
        sign(house, run_id=first.id)
    house.session.rollback()
    sign(house, run_id=second.id)
    numbers = [
        one.number for one in service.signatures_of(house.session, house.period, house.id_of("许佳宁"))
    ]
    assert numbers == [2, 1]


def test_the_database_keeps_signatures_to_their_subject_and_unchanged(house):
    run = house.publish()
    signature = sign(house)
    signature.digest = "0" * 64
    with pytest.raises((WallRefusal, ProgrammingError)):
        house.session.flush()
    house.session.rollback()
    for by, subject, code in (("贺子涵", "陈雨桐", "self"), ("管理员", "管理员", "")):
        house.session.add(
            Signature(
                period_id=house.period.id,
                run_id=run.id,
                subject_id=house.id_of(subject),
                signed_by=house.id_of(by),
                digest="x",
                signed_at=NOW,
            )
        )
        if code:
            with pytest.raises(WallRefusal) as wall:
                house.session.flush()
            assert wall.value.code == code
        house.session.rollback()


def test_a_remark_can_be_erased_but_not_rewritten(house):
    house.publish()
    signature = sign(house, remark="有意见")
    remark = house.session.get(SignatureRemark, signature.id)
    remark.words = "没意见"
    with pytest.raises(WallRefusal):
        house.session.flush()
    house.session.rollback()
    house.session.delete(house.session.get(SignatureRemark, signature.id))
    house.session.commit()
    assert house.session.scalar(select(SignatureRemark.words)) is None
