"""Charts as SVG: well formed, within their frame, with the data's own scale, and harmless whatever the names are."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.papers import drawing

SPACE = "{http://www.w3.org/2000/svg}"
FIGURES = (
    st.none() | st.integers(-10_000, 10_000) | st.decimals(-1000, 1000, places=2) | st.fractions(-50, 50)
)


def drawn(preset, data, **more):
    return ElementTree.fromstring(drawing.chart(preset, data, **more))


def words(svg):
    return [text.text for text in svg.iter(SPACE + "text")]


def rects(svg):
    return [
        {key: float(value) for key, value in r.attrib.items() if key != "fill"}
        for r in svg.iter(SPACE + "rect")
    ]


def test_the_longest_bar_belongs_to_the_largest_figure_and_nothing_has_none():
    svg = drawn("bars", {"x": ["甲", "乙", "丙", "丁"], "y": [Decimal("10"), Decimal("20"), None, 0]})
    tall = [rect["height"] for rect in rects(svg)]
    assert len(tall) == 2
    assert tall[1] == pytest.approx(2 * tall[0], abs=0.3)
    assert {"10", "20", "甲", "丁"} <= set(words(svg))


def test_pieces_of_a_stack_stand_on_each_other():
    series = [{"name": "加", "y": [1, 2], "kind": "plus"}, {"name": "减", "y": [3, None], "kind": "minus"}]
    svg = drawn("stacked", {"x": ["甲", "乙"], "series": series})
    legend, bars = rects(svg)[:2], rects(svg)[2:]
    assert [rect["width"] for rect in legend] == [9, 9]
    lower, upper, alone = bars
    assert upper["y"] + upper["height"] == pytest.approx(lower["y"], abs=0.2)
    assert alone["height"] == pytest.approx(2 * lower["height"], abs=0.3)


def test_the_data_sets_the_scale_and_names_thin_out_when_there_are_many():
    data = {
        "x": [f"2026-{n:02d}" for n in range(1, 49)],
        "y": [90 + n % 5 for n in range(48)],
        "min": 88,
        "max": 96,
        "step": 2,
    }
    found = words(drawn("line", data, width=400))
    assert [word for word in found if re.fullmatch(r"\d\d", word or "")] == ["88", "90", "92", "94", "96"]
    names = [word for word in found if word and word.startswith("2026-")]
    assert "2026-48" in names
    assert 4 <= len(names) <= 14


def test_a_gap_in_a_line_stays_a_gap():
    svg = drawing.chart("line", {"x": list("一二三四"), "y": [1, None, 2, 3]})
    curve = next(path for path in re.findall(r'd="([^"]+)"[^>]*stroke-width="1.4"', svg))
    assert curve.count("M") == 2
    assert curve.count("L") == 1


def test_names_are_text_and_nothing_else():
    name = '</text><script>alert(1)</script><image href="file:///etc/passwd"/>&x;\x00\u202e'
    svg = drawn("bars", {"x": [name, name], "y": [1, 2], "lying": True, "unit": "<b>"})
    assert {child.tag.removeprefix(SPACE) for child in svg.iter()} <= {
        "svg",
        "text",
        "rect",
        "path",
        "circle",
    }


@given(
    st.sampled_from(drawing.PRESETS),
    st.lists(st.tuples(st.text(max_size=12), FIGURES), max_size=30),
    st.booleans(),
    st.booleans(),
)
def test_everything_stays_within_the_frame(preset, pairs, lying, bars):
    names, values = [name for name, _ in pairs], [value for _, value in pairs]
    if preset == "stacked":
        values = [None if value is None else abs(value) for value in values]
    data = {"x": names, "y": values, "series": [{"name": "甲", "y": values}], "lying": lying, "bars": bars}
    svg = drawn(preset, data, width=500, height=170)
    height = float(svg.attrib["height"])
    for rect in rects(svg):
        assert rect["x"] >= -0.2
        assert rect["x"] + rect["width"] <= 500.3
        assert rect["y"] >= -0.2
        assert rect["y"] + rect["height"] <= height + 0.3
    for circle in svg.iter(SPACE + "circle"):
        assert 0 <= float(circle.attrib["cx"]) <= 500
        assert 0 <= float(circle.attrib["cy"]) <= height


def test_a_small_line_holds_fractions_and_ends_in_a_dot():
    svg = drawing.spark([Fraction(1, 3), None, Decimal("2.5"), 4])
    assert svg.count("<circle") == 1
    assert drawing.spark([None, None]).count("<circle") == 0
