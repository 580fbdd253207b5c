"""Who may record which measure: what the scheme leaves to the admin is refused to everybody else."""

from decimal import Decimal

import pytest

from kaohe.entries import refusals
from kaohe.entries import service as entries
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import BONUS_POOL, NURSING, PENNANTS


@pytest.fixture
def world(databases, tenant):
    return build_world(databases, tenant, NURSING, sector="nursing", whole=False)


def _measure(world, session, by, measure):
    return entries.record(
        session,
        actor=world.actor(by),
        period=world.period,
        subject_id=world.units["first"].id,
        clause_id=measure,
        quantity=Decimal(100),
        happened_on=world.today,
        now=world.now,
        today=world.today,
    )


def test_the_pool_is_the_admins(world):
    with world.session() as session:
        with pytest.raises(refusals.MeasureForAdmin):
            _measure(world, session, "assessor", BONUS_POOL)
        assert _measure(world, session, "admin", BONUS_POOL).quantity == 100


def test_an_assessor_records_the_units_other_measures(world):
    with world.session() as session:
        assert _measure(world, session, "assessor", PENNANTS).quantity == 100
