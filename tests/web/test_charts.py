"""Pictures of figures: their geometry, their words, their safety."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.web import charts
from kaohe.web.charts import Segment


def widths(picture: str) -> list[Decimal]:
    return [
        Decimal(rect.attrib["width"].rstrip("%")) for rect in ElementTree.fromstring(picture).iter("rect")
    ]


def test_a_bar_shows_what_was_lost():
    picture = charts.bar(Decimal("16.5"), 21, label="优质服务", rest="lost")
    assert widths(picture) == [Decimal("78.6"), Decimal("21.4")]
    assert 'class="is-lost"' in picture
    assert 'role="img" aria-label="优质服务"' in picture


def test_a_bar_without_a_figure_is_empty_and_one_over_the_top_is_full():
    assert widths(charts.bar(None, 21, rest="lost")) == []
    assert widths(charts.bar(30, 21)) == [Decimal(100)]
    assert widths(charts.bar(0, 0)) == []


def test_a_negative_part_is_refused():
    with pytest.raises(ValueError, match="negative"):
        charts.bar(-1, 5)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6))
def test_stacked_segments_follow_one_another_within_the_bar(values):
    rects = list(
        ElementTree.fromstring(charts.stacked([Segment(v) for v in values], sum(values))).iter("rect")
    )
    at = Decimal(0)
    for rect in rects:
        assert abs(Decimal(rect.attrib["x"].rstrip("%")) - at) <= Decimal("0.3")
        at += Decimal(rect.attrib["width"].rstrip("%"))
    assert not rects or abs(at - 100) <= Decimal("0.3")


def test_a_decoration_is_hidden_from_readers():
    assert 'aria-hidden="true"' in charts.bar(1, 2)


def test_a_spark_is_interrupted_by_what_is_missing():
    picture = charts.spark([99, None, Decimal("98.5"), 100])
    assert ElementTree.fromstring(picture).find("path").attrib["d"].count("M") == 2
    assert 'aria-label="99、缺、98.5、100"' in picture


def test_a_spark_of_equal_or_no_figures_stands():
    for values in ([5, 5, 5], [], [None]):
        ElementTree.fromstring(charts.spark(values))


def test_a_histogram_says_its_counts():
    picture = charts.histogram([("优", 31), ("良", 42), ("差", 0)])
    tree = ElementTree.fromstring(picture)
    assert [text.text for text in tree.iter("text")] == ["31", "优", "42", "良", "差"]
    heights = [Decimal(rect.attrib["height"]) for rect in tree.iter("rect")]
    assert heights[1] == max(heights)
    assert heights[2] == 0
    assert tree.attrib["aria-label"] == "优 31、良 42、差 0"


def test_a_line_has_a_scale_and_stays_inside():
    picture = charts.line(
        [("4月", 96), ("5月", "95.8"), ("6月", None), ("7月", Fraction(193, 2))], low=95, high=97
    )
    tree = ElementTree.fromstring(picture)
    scale = [text.text for text in tree.iter("text") if text.attrib.get("class") == "is-scale"]
    assert scale == ["95", "96", "97"]
    assert len(list(tree.iter("circle"))) == 3
    for circle in tree.iter("circle"):
        assert 0 <= Decimal(circle.attrib["cx"]) <= 320
        assert 0 <= Decimal(circle.attrib["cy"]) <= 150


def test_words_in_pictures_are_escaped_and_nothing_is_styled():
    for picture in (
        charts.bar(1, 2, label='"><script>'),
        charts.histogram([("<b>", 1)]),
        charts.line([("<b>", 1)], label="<i>"),
        charts.spark([1, 2], label="&"),
    ):
        ElementTree.fromstring(picture)
        assert "<script" not in picture
        assert "style=" not in picture


def test_a_browser_chart_carries_its_data_as_a_block_that_cannot_end_early():
    data = {"x": ["</script><script>alert(1)</script>", "&"], "y": [Decimal("1.5"), Fraction(1, 4), None]}
    block = charts.chart("line", data, id="trend", label="趋势 <1>")
    assert block.count("</script>") == 1
    inside = re.search(r'<script type="application/json" id="trend-data">(.*)</script>', block).group(1)
    assert json.loads(inside) == {"x": data["x"], "y": [1.5, 0.25, None]}
    assert 'data-from="trend-data"' in block
    assert 'aria-label="趋势 &lt;1&gt;"' in block


@pytest.mark.parametrize(
    ("data", "every"),
    [
        ({"x": [f"2026-{n:02}" for n in range(1, 12)]}, "auto"),
        ({"x": [f"第{n}期的名称" for n in range(6)]}, "auto"),
        ({"x": ["一季度", "二季度"]}, None),
        ({"x": [str(n) for n in range(90, 101)]}, None),
        ({"x": [f"2026-{n:02}" for n in range(1, 12)], "lying": True}, None),
        ({"x": [f"2026-{n:02}" for n in range(1, 12)], "every": 2}, 2),
    ],
)
def test_many_names_along_the_bottom_make_room_for_each_other(data, every):
    block = charts.chart("line", {**data, "y": [1]}, id="trend", label="趋势")
    inside = re.search(r'<script type="application/json" id="trend-data">(.*)</script>', block).group(1)
    assert json.loads(inside).get("every") == every


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="preset"):
        charts.chart("pie", {}, id="x", label="x")
