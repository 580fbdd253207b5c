"""The five reports of nursing over the demonstration: what they add up to, and what they leave out."""

import itertools
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kaohe.accounts.policy import Actor
from kaohe.entries.models import Entry
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.reports.reading import Reading
from kaohe.reports.tables import selected
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

        def reading(code="2026-10", ward=None, person=None, chosen=None):
            period = session.scalar(select(Period).where(Period.code == code))
            units = {unit.name: unit for unit in people.units(session)}
            admin = session.scalar(select(Person).where(Person.number == "H0001"))
            actor = (
                Actor(admin.id, 1, is_admin=True)
                if ward is None
                else Actor(1, 1, assesses=(units[ward].path,))
            )
            return Reading(
                session,
                actor,
                TODAY,
                NOW,
                SECTOR,
                NURSING.code,
                period=period,
                chosen_person=person,
                chosen_unit=units[chosen] if chosen else None,
            )

        yield reading


def test_the_league_ranks_with_ties_and_links_every_score(read):
    found = league(read())
    ranked = [row for row in found.rows if row["rank"] is not None]
    scores = [row["score"] for row in ranked]
    assert scores == sorted(scores, reverse=True)
    for before, after in itertools.pairwise(ranked):
        assert (before["rank"] == after["rank"]) == (before["score"] == after["score"])
    assert all(row["why"]["endpoint"] == "results.show" for row in found.rows)
    assert found.chart[0] == "bars"
    assert len(found.chart[1]["x"]) == 8


def test_ranks_are_the_wards_only_where_one_ward_is_chosen(read):
    whole = league(read(chosen="示范医院")).rows
    assert [row["rank"] for row in whole] == [row["rank"] for row in league(read()).rows]
    ward = [row["rank"] for row in league(read(chosen="ICU")).rows if row["rank"] is not None]
    assert ward[0] == 1
    assert ward == sorted(ward)
    assert max(ward) <= len(ward)


def test_an_assessor_reads_her_own_ward_only(read):
    found = league(read(ward="心内科"))
    assert {row["unit"] for row in found.rows} == {"心内科"}


def test_the_own_sheet_adds_up_to_the_score(read):
    reading = read()
    lowest = min((row for row in reading.results() if row.score is not None), key=lambda row: row.score)
    person = reading.session.get(Person, lowest.subject_id)
    found = own_sheet(read(person=person))
    scores = {row["dimension"]: row["score"] for row in found.rows}
    assert sum(scores.values()) == sum(found.chart[1]["y"]) == found.totals["score"] == lowest.score
    moved = [row for row in found.rows if row["points"]]
    assert all(row["recorder"] and row["day"] for row in moved)


def test_every_own_sheet_shows_what_each_entry_moved(read):
    """Without a floor or ceiling in play, the points of a dimension's lines lead from its full points to its score."""
    reading = read()
    full = {part.title: part.points for part in reading.scheme.parts()}
    checklist = 0
    for row in reading.results():
        if row.score is None:
            continue
        found = own_sheet(read(person=reading.session.get(Person, row.subject_id)))
        moved = {}
        for line in found.rows:
            moved[line["dimension"]] = moved.get(line["dimension"], 0) + line["points"]
            checklist += line["dimension"].zh in ("健康教育", "基础护理") and line["points"] < 0
        for line in found.rows:
            low, high = Decimal(0), full[line["dimension"]] or Decimal(99)
            assert line["score"] == min(max(full[line["dimension"]] + moved[line["dimension"]], low), high)
    assert checklist > 50


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


def test_one_wards_missed_items_are_shown_month_by_month(read):
    found = missed_items(read(ward="心内科"))
    months = [column.code for column in found.columns if column.code.startswith("m")]
    assert len(months) == 11  # January to November
    assert not [column for column in found.columns if column.code.startswith("u")]
    for row in found.rows:
        assert row["total"] == sum(row[month] for month in months) > 0


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
    assert sum(found.chart[1]["y"]) == pool


def test_missing_attendance_days_are_missing_and_can_be_sorted(read):
    found = bonus_shares(
        read("2026-04")
    )  # the month in which somebody came back from leave has no days for her
    assert None in [row["days"] for row in found.rows]
    for code in ("days", "share", "name"):
        state = ListState("/", sort=code)
        assert len(selected(found, state, "zh")) == len(found.rows)


def test_a_month_without_a_pool_says_so_and_shares_nothing(read):
    found = bonus_shares(read("2026-11"))
    assert found.rows == []
    assert "奖金总额" in found.notes[0].zh


def test_an_assessor_does_not_see_the_hospitals_pool(read):
    assert bonus_shares(read(ward="心内科")).rows == []
