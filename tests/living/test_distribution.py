"""The forced distribution of a period: by the ranks of all who are ranked, nobody exempt among them, doubts left open."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kaohe.adoption import service as adoption
from kaohe.consequences.history import effects_of
from kaohe.exemptions import service as exemptions
from kaohe.results import service as results
from kaohe.results.computing import compute
from kaohe.results.sharing import shared_out
from kaohe.scheme import (
    Consequence,
    Distribution,
    Effect,
    Scheme,
    Share,
    ShareIs,
    Text,
    Times,
    check,
    places,
)
from kaohe.scheme.effects import NOTICE
from kaohe.testing.fixtures import NOW, Browser
from kaohe_managers.scheme import YEAR


def both(words):
    return Text(words, words)


THIRDS = Distribution(
    (Share("top", both("优"), Decimal(20)), Share("mid", both("良"), Decimal(70)), Share("low", both("差"), Decimal(10)))
)  # fmt: skip
LOWEST = Consequence("lowest", both("谈话"), ShareIs(("low",)), (Effect(NOTICE, both("谈话")),))
shared = pytest.mark.parametrize(
    "house", [{"distribution": THIRDS, "consequences": (LOWEST,)}], indirect=True
)


@dataclass(frozen=True)
class Line:
    subject_id: int
    rank_all: int | None
    tied_all: int | None = 1


def lines(scores):
    ranks = places(dict(enumerate(scores)))
    return [Line(one, ranks[one].rank, ranks[one].ties) for one in range(len(scores))]


def counted(found):
    codes = list(found.classes.values())
    return {code: codes.count(code) for code in found.seats.counts}


def test_twenty_three_managers_are_five_sixteen_and_two():
    found = shared_out(YEAR.distribution, lines(range(23)))
    assert counted(found) == {"excellent": 5, "competent": 16, "lower": 2}
    assert found.undecided == ()


def test_whoever_has_no_rank_takes_no_seat():
    without = Line(99, None, None)
    assert shared_out(YEAR.distribution, [*lines(range(23)), without]) == shared_out(
        YEAR.distribution, lines(range(23))
    )


def test_equal_remainders_leave_one_seat_to_the_office():
    found = shared_out(YEAR.distribution, lines(range(25)))
    assert (found.seats.counts, found.seats.open, found.seats.left) == (
        {"excellent": 5, "competent": 17, "lower": 2},
        ("competent", "lower"),
        1,
    )
    assert counted(found) == {"excellent": 5, "competent": 17, "lower": 2}
    assert found.undecided == (2,), "the third from below: competent or lower"


@pytest.mark.parametrize(
    ("scores", "undecided"),
    [
        ([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], ()),
        ([9, 8, 8, 6, 5, 4, 3, 2, 1, 0], (1, 2)),
        ([9, 8, 8, 8, 5, 4, 3, 2, 1, 1], (1, 2, 3, 8, 9)),
        ([9, 8, 7, 7, 5, 4, 3, 2, 1, 0], ()),
    ],
)
def test_a_tie_on_a_border_is_left_open_and_one_beside_it_is_not(scores, undecided):
    assert shared_out(THIRDS, lines(scores)).undecided == undecided


def test_shares_below_a_hundred_leave_the_rest_without_a_class():
    found = shared_out(Distribution((Share("top", both("优"), Decimal(20)),)), lines(range(10)))
    assert (found.classes, found.undecided) == ({9: "top", 8: "top"}, ())


@given(st.lists(st.integers(0, 12), max_size=60), st.integers())
def test_the_order_of_the_rows_does_not_matter_and_nobody_is_lost(scores, seed):
    rows = lines(scores)
    found = shared_out(THIRDS, rows)
    mixed = list(rows)
    Random(seed).shuffle(mixed)
    assert shared_out(THIRDS, mixed) == found
    assert sorted([*found.classes, *found.undecided]) == [row.subject_id for row in rows]
    held = counted(found)
    assert all(
        held[code] <= count + (found.seats.left if code in found.seats.open else 0)
        for code, count in found.seats.counts.items()
    )


def test_classes_are_not_counted_over_periods(house):
    scheme = adoption.scheme_of(house.session, house.period.revision_id)
    wrong = replace(scheme, distribution=THIRDS, consequences=(replace(LOWEST, when=Times(LOWEST.when, 2)),))
    assert isinstance(wrong, Scheme)
    assert any("不能跨期累计" in one.zh for one in check(wrong))
    right = replace(scheme, distribution=THIRDS, consequences=(LOWEST,))
    assert not any("跨期" in one.zh for one in check(right))


def lowest(house):
    """Who is proposed for what the lowest class leads to."""
    scheme = adoption.scheme_of(house.session, house.period.revision_id)
    found = effects_of(house.session, house.period, scheme, compute(house.session, house.period))
    names = {person.id: name for name, person in house.world.people.items()}
    return [(names[row[0]], row[5][0][2]) for row in found]


@shared
def test_the_lowest_class_is_of_those_who_are_ranked(house, sample):
    """Nine people: 1.8, 6.3 and 0.9 seats, so two, six and one."""
    house.record("林晓芸", sample.QUARREL)
    house.record("贺子涵", sample.COMPLAINT)
    assert lowest(house) == [("林晓芸", "评为差")]
    exemptions.exempt(
        house.session, house.period, house.id_of("林晓芸"), reason="外出进修", actor=house.admin, now=NOW
    )
    house.session.commit()
    assert lowest(house) == [("贺子涵", "评为差")]


@shared
def test_the_league_shows_the_classes_and_who_is_undecided(app, tenant, house, sample):
    house.record("林晓芸", sample.QUARREL)
    house.publish()
    admin = Browser(app, tenant).sign_in(house.world.accounts["admin"])
    page = admin.get(f"/results/{house.period.id}/league").text
    assert "强制分布" in page
    assert "还有 8 个要由考核办公室决定归入哪一等" in page, "all but one are equal, over a border"
    rows = rows_of(admin.get(f"/results/{house.period.id}/export"))
    heads = next(row for row in rows if "强制分布" in row)
    at = heads.index("强制分布")
    found = {row[heads.index("姓名")]: row[at] for row in rows[rows.index(heads) + 1 :]}
    assert found["林晓芸"] == "差"
    assert found["许佳宁"] == "待定"
    member = Browser(app, tenant).sign_in(house.world.accounts["member"])
    assert "强制分布" not in member.get(f"/results/{house.period.id}/league").text
    assert results.replay(house.session, house.period).same


def test_a_scheme_without_a_distribution_shows_none(app, tenant, house):
    house.publish()
    admin = Browser(app, tenant).sign_in(house.world.accounts["admin"])
    assert "强制分布" not in admin.get(f"/results/{house.period.id}/league").text


def rows_of(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
