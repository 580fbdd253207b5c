"""The five reports of nursing over the demonstration: what they add up to, and what they leave out."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kaohe.accounts.policy import Actor
from kaohe.entries.models import Entry
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.reports.reading import Reading
from kaohe.testing.fixtures import NOW, TODAY
from kaohe_nursing.plugin import SECTOR
from kaohe_nursing.reports.bonus import bonus_shares
from kaohe_nursing.reports.league import league
from kaohe_nursing.reports.missed import missed_items
from kaohe_nursing.reports.own import own_sheet
from kaohe_nursing.reports.praise import praise_register
from kaohe_nursing.scheme import BONUS_POOL, NURSING

pytestmark = pytest.mark.xdist_group("hospital")


@pytest.fixture
def read(hospital):
    """Makes a reading of a month for the admin, or for an assessor of one ward."""
    databases, tenant = hospital
    with databases.tenant(tenant.id, write=False) as session:

        def reading(code="2026-10", ward=None, person=None):
            period = session.scalar(select(Period).where(Period.code == code))
            units = {unit.name: unit for unit in people.units(session)}
            admin = session.scalar(select(Person).where(Person.number == "H0001"))
            actor = (
                Actor(admin.id, 1, is_admin=True)
                if ward is None
                else Actor(1, 1, assesses=(units[ward].path,))
            )
            return Reading(
                session, actor, TODAY, NOW, SECTOR, NURSING.code, period=period, chosen_person=person
            )

        yield reading


def test_the_league_ranks_with_ties_and_links_every_score(read):
    found = league(read())
    ranked = [row for row in found.rows if row["rank"] is not None]
    scores = [row["score"] for row in ranked]
    assert scores == sorted(scores, reverse=True)
    for before, after in zip(ranked, ranked[1:], strict=False):
        assert (before["rank"] == after["rank"]) == (before["score"] == after["score"])
    assert all(row["why"]["endpoint"] == "results.show" for row in found.rows)
    assert found.chart[0] == "bars"
    assert len(found.chart[1]["x"]) == 8


def test_an_assessor_reads_her_own_ward_only(read):
    found = league(read(ward="心内科"))
    assert {row["unit"] for row in found.rows} == {"心内科"}


def test_the_own_sheet_adds_up_to_the_score(read):
    reading = read()
    lowest = min((row for row in reading.results() if row.score is not None), key=lambda row: row.score)
    person = reading.session.get(Person, lowest.subject_id)
    found = own_sheet(read(person=person))
    dimensions = [row["score"] for row in found.rows if "score" in row]
    assert sum(dimensions) == found.totals["score"] == lowest.score
    moved = [row for row in found.rows if row.get("points")]
    assert moved
    assert all(row["recorder"] for row in moved)


def test_items_most_often_missed_count_every_standing_tick(read):
    reading = read()
    found = missed_items(reading)
    totals = [row["total"] for row in found.rows]
    assert totals == sorted(totals, reverse=True)
    for row in found.rows:
        assert row["total"] == sum(v for k, v in row.items() if k.startswith("u")) == sum(row["course"])
    items = [item.id for clause in NURSING.clauses() for item in clause.items]
    months = [period.id for period in reading.periods(year=2026)]
    ticks = reading.session.scalar(
        select(func.count())
        .select_from(Entry)
        .where(Entry.clause_id.in_(items), Entry.replaced_by.is_(None), Entry.period_id.in_(months))
    )
    assert sum(totals) == ticks > 300


def test_the_praise_register_has_a_rising_line(read):
    found = praise_register(read())
    values = [row["satisfaction"] for row in found.rows if row["satisfaction"] is not None]
    assert len(values) == 10  # January to October; November is not reported yet
    assert values[-1] > values[0] > Decimal(92)
    assert found.rows[-1]["satisfaction"] is None
    assert found.totals["letters"] == sum(row["letters"] for row in found.rows) > 20


def test_the_bonus_shares_add_up_to_the_pool_to_the_cent(read):
    reading = read()
    found = bonus_shares(reading)
    pool = reading.value(BONUS_POOL)
    assert found.totals["share"] == sum(row["share"] for row in found.rows) == int(pool * 100)
    by_score = sorted(found.rows, key=lambda row: row["score"])
    assert by_score[0]["share"] < by_score[-1]["share"]
    assert all(isinstance(row["share"], int) for row in found.rows)


def test_a_month_without_a_pool_says_so_and_shares_nothing(read):
    found = bonus_shares(read("2026-11"))
    assert found.rows == []
    assert "奖金总额" in found.notes[0].zh


def test_an_assessor_does_not_see_the_hospitals_pool(read):
    assert bonus_shares(read(ward="心内科")).rows == []
