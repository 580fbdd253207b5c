"""Widths found before the layout: columns fill the paper exactly, figures are never squeezed before texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.papers import measure
from kaohe.papers.measure import Wish, widths, wish

WISHES = st.lists(
    st.builds(
        lambda most, part, wraps: Wish(most, most * part, wraps),
        st.floats(1, 200),
        st.floats(0.1, 1),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(WISHES, st.floats(300, 900))
def test_columns_fill_the_paper_exactly(wishes, available):
    found = widths(wishes, available)
    assert sum(found) == pytest.approx(available, abs=0.05)
    assert min(found) > 0


def test_a_long_text_wraps_and_a_name_does_not():
    name = wish("姓名", ["欧阳文静"] * 20, True, 1)
    reason = wish("理由", ["迟到一次，未按规定交接班，" * 8] * 20, True, 1)
    score = wish("得分", ["98.5"] * 20, False, 1)
    found = widths([name, score, reason], 500)
    assert measure.lines("欧阳文静", found[0], measure.SMALL) == 1
    assert found[2] > found[0] > found[1]


def test_a_column_of_figures_keeps_its_width_when_texts_are_long():
    money = wish("金额", ["−¥1,234,567.89"], False, 1)
    text = wish("说明", ["长" * 500], True, 1)
    assert widths([money, text], 300)[0] >= measure.wide("−¥1,234,567.89") * measure.SMALL


def test_letters_without_spaces_get_places_to_break():
    text = "x" * 95
    assert measure.breakable(text).replace("\u200b", "") == text
    assert max(map(len, measure.breakable(text).split("\u200b"))) <= 10
    assert measure.breakable("短 text with spaces") == "短 text with spaces"


@pytest.mark.parametrize(("text", "count"), [("", 1), ("甲", 1), ("甲\n乙", 2), ("甲" * 30, 3)])
def test_lines_of_a_cell(text, count):
    assert measure.lines(text, 10 * measure.SMALL + 2 * measure.INSET, measure.SMALL) == count
