"""The demonstration is written through the services: its results replay, recount, and look like life."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from kaohe import demo
from kaohe.consequences import service as consequences
from kaohe.entries.models import Entry, Withdrawal
from kaohe.people import service as people
from kaohe.people.models import Attribute, Leave, Membership, Person
from kaohe.periods.models import Period
from kaohe.plugins import build_registry
from kaohe.results import service as results
from kaohe.results.models import Result

pytestmark = pytest.mark.xdist_group("hospital")


def _closed(session):
    wanted = (
        select(Period).where(Period.state.in_(("closed", "published", "final"))).order_by(Period.starts_on)
    )
    return list(session.scalars(wanted))


def test_eight_wards_eighty_six_nurses_twelve_closed_months_and_one_running(hospital):
    databases, tenant = hospital
    assert demo.exists(databases)
    with databases.tenant(tenant.id, write=False) as session:
        wards = [unit for unit in people.units(session) if unit.parent_id and unit.name != "护理部"]
        assert len(wards) == 8
        nurses = session.scalar(
            select(func.count(func.distinct(Membership.person_id))).where(
                Membership.unit_id.in_([w.id for w in wards])
            )
        )
        assert nurses == 86
        assert len(_closed(session)) == 12
        assert [p.code for p in session.scalars(select(Period).where(Period.state == "open"))] == ["2026-11"]


def test_every_result_replays_and_recounts_without_a_difference(hospital):
    databases, tenant = hospital
    with databases.tenant(tenant.id, write=False) as session:
        for period in _closed(session):
            replayed, recounted = results.replay(session, period), results.recount(session, period)
            assert replayed.same, (period.code, replayed)
            assert recounted.same, (period.code, recounted.differences[:3])
            assert replayed.subjects > 80


def test_it_looks_like_life(hospital):
    databases, tenant = hospital
    with databases.tenant(tenant.id, write=False) as session:
        scores = list(session.scalars(select(Result.score).where(Result.score.is_not(None))))
        mean = sum(scores) / len(scores)
        assert 94 < mean < 98.5
        assert min(scores) < 90
        assert max(scores) == 100
        words = Counter(session.scalars(select(Result.standing_word)))
        assert words["leave"] >= 2  # the nurse on maternity leave
        assert session.scalar(select(func.count()).select_from(Withdrawal)) >= 1
        assert (
            session.scalar(select(func.count()).select_from(Entry).where(Entry.replaced_by.is_not(None))) >= 2
        )
        assert session.scalar(select(func.count()).select_from(Leave)) == 1
        assert (
            session.scalar(select(func.count()).select_from(Person).where(Person.left_on.is_not(None))) == 2
        )
        assert (
            session.scalar(select(func.count()).select_from(Attribute).where(Attribute.name == "star")) >= 86
        )


def test_a_nurse_who_moved_in_mid_month_has_one_result_in_the_ward_of_the_last_day(hospital):
    databases, tenant = hospital
    with databases.tenant(tenant.id, write=False) as session:
        moved = (
            select(Membership)
            .where(Membership.ends_on.is_not(None))
            .join(Person, Person.id == Membership.person_id)
        )
        [before] = session.scalars(moved.where(Person.left_on.is_(None))).all()
        month = session.scalar(
            select(Period).where(Period.starts_on <= before.ends_on, Period.ends_on >= before.ends_on)
        )
        found = session.scalars(
            select(Result).where(Result.period_id == month.id, Result.subject_id == before.person_id)
        ).all()
        assert [one.unit_id for one in found] == [people.unit_on(session, before.person_id, month.ends_on).id]
        assert found[0].unit_id != before.unit_id


def test_the_serious_error_lowered_a_star_level_by_somebody_elses_decision(hospital):
    databases, tenant = hospital
    with databases.tenant(tenant.id, write=False) as session:
        months = [(month, consequences.proposed(session, month)) for month in _closed(session)]
        [(month, [one])] = [(month, found) for month, found in months if found]
        assert (one.effect.fact, one.after) == ("star", one.before - 1)
        assert one.decision is not None
        assert one.decision.decided_by not in (one.proposed_by, one.subject_id, *one.recorders)
        newest, before = people.fact_history(session, one.subject_id)["star"]
        assert (newest.value, newest.origin, newest.starts_on) == (one.after, "decided", one.decision.acts_on)
        assert (before.value, month.ends_on < newest.starts_on) == (one.before, True)


def test_nothing_happens_before_its_time(databases, tenant):
    """Filled early in the morning, the demonstration holds no entries of the coming afternoon."""
    morning = datetime(2026, 11, 21, 21, 7, tzinfo=UTC)  # 05:07 in Shanghai
    kit = demo.DemoKit(
        databases, tenant, build_registry().sectors["nursing"], print, date(2026, 11, 22), morning
    )
    assert kit.at(date(2026, 11, 22), 18, 5) == morning
    assert kit.at(date(2026, 11, 21), 18, 5) == datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
    kit.session.close()
