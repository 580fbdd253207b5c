"""The benchmark says by itself which targets of docs/performance.md its figures meet."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench():
    """The module with the targets, found as `python -m tests.bench` finds it."""
    before = list(sys.path)
    sys.path.insert(0, str(ROOT))
    try:
        yield importlib.import_module("tests.bench.targets")
    finally:
        sys.path[:] = before


def target(bench, code):
    return next(one for one in bench.TARGETS if one.code == code)


@pytest.mark.parametrize(
    ("code", "value", "met"),
    [
        ("closing", 2.5, True), ("closing", 2.51, False), ("memory", 399.9, True), ("memory", 400, False),
        ("writer", 19.9, True), ("writer", 20, False), ("entry", 30, True), ("entry", 29.9, False),
        ("pages", 30.0, True), ("pages", 4, False), ("overtime", 3, True), ("overtime", 3.01, False),
        ("consequences", 2, True), ("consequences", 2.01, False), ("postings", 0, True), ("postings", 1, False),
        ("due", 60, True), ("due", 60.1, False), ("paper", 4.99, True), ("paper", 5, False), ("five", 5.5, True),
        ("five", 5.6, False),
    ],
)  # fmt: skip
def test_a_figure_at_its_limit(bench, code, value, met):
    assert bench.meets(target(bench, code), value) is met


def test_one_figure_beyond_the_target_misses_it(bench):
    found = [bench.Noted("closing", "sqlite", 2.2), bench.Noted("closing", "postgresql", 4.98)]
    assert bench.verdict(target(bench, "closing"), found) == "MISSED: 2.2 × sqlite, 5.0 × postgresql"
    assert bench.verdict(target(bench, "closing"), found[:1]) == "met: 2.2 × sqlite"


def test_several_figures_of_one_database_are_a_span(bench):
    found = [bench.Noted("pages", "sqlite", value) for value in (31.0, 4.25, 29.0)]
    assert bench.verdict(target(bench, "pages"), found) == "MISSED: 4.2 to 31.0 % sqlite"
    assert bench.verdict(target(bench, "due"), [bench.Noted("due", "", 0.72)] * 2) == "met: 0.7 s"


def test_what_was_not_measured_is_neither_met_nor_missed(bench, capsys):
    table = bench.targets_table(" of a test", [bench.Noted("postings", "sqlite", 0)])
    assert {row[2] for row in table.rows} == {"not measured", "met: 0 lost sqlite"}
    assert "## Targets of a test" in capsys.readouterr().out


def test_a_figure_for_no_target_is_a_mistake(bench):
    with pytest.raises(AssertionError):
        bench.note("elsewhere", "sqlite", 1)


def test_the_targets_are_those_of_the_page(bench):
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    table = page.split("## Targets, and where we stand")[1].split("##")[0]
    lines = [line.strip("| ").split(" | ")[:2] for line in table.splitlines() if line.startswith("| ")]
    assert lines[2:] == [[one.job, one.says] for one in bench.TARGETS]


def test_every_target_is_measured_by_some_benchmark(bench):
    source = "\n".join(
        path.read_text() for path in (ROOT / "tests" / "bench").glob("*.py") if path.name != "targets.py"
    )
    assert [one.code for one in bench.TARGETS if f'note("{one.code}"' not in source] == []
