"""The declarations that the pages of docs/ show run as they stand, and a sector made of them loads without a fault."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest

from kaohe.consequences.kinds import AT_ONCE, ON_RECORD
from kaohe.plugins import Sector, build_registry, hookimpl
from kaohe.plugins.accounts import why_wrong
from kaohe.plugins.cases import breaches
from kaohe.scheme import (
    Clause,
    Cycle,
    D,
    Effect,
    Form,
    Part,
    Past,
    Scheme,
    Text,
    consequences,
    validate_entry,
)
from kaohe.scheme import conditions as language
from kaohe.scheme.refusals import AmountNeeded, AmountOutside

PAGES = Path(__file__).parents[2] / "docs"
FORMS = (Form("ratings", Text("评分表", "Ratings"), "ratings"),)


def said_by(page):
    """What the blocks of a page define, run one after the other as a reader would."""
    blocks = re.findall(r"```python\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks, page
    held = {"__name__": page}
    for block in blocks:
        exec(compile(block, page, "exec", dont_inherit=True), held)
    return held


def scheme(code, *inside):
    """A scheme of that code around what a page declares."""
    clauses = tuple(one for one in inside if isinstance(one, Clause))
    parts = tuple(one for one in inside if isinstance(one, Part))
    root = Part("total", Text("总分", "Total"), points=D(100), clauses=clauses, parts=parts)
    return Scheme(code, Text("例", "Example"), "unit", Cycle("month"), root, forms=FORMS)


def loaded(*schemes, **declared):
    """The sector of these declarations, as the host loads it."""
    sector = Sector("example", Text("例", "Example"), schemes, **declared)

    @hookimpl
    def kaohe_sector():
        return sector

    point = SimpleNamespace(name="example", load=lambda: SimpleNamespace(kaohe_sector=kaohe_sector))
    registry = build_registry([point])
    assert registry.faults == {}
    return registry


def test_consequences_are_declared_as_the_page_says():
    held = said_by("consequences.md")
    month = held["MONTH"]
    loaded(month)
    by_number = [
        {one.kind for one in validate_entry(month, 1, reason="吵", prior=prior, **fine).effects}
        for prior, fine in ((0, {}), (1, {"amount_fen": 30_000}), (2, {}))
    ]
    assert by_number == [{"award_cancelled"}, {"award_cancelled", "fine"}, {"award_cancelled", "dismissed"}]
    assert by_number[1] <= AT_ONCE
    assert "dismissed" in ON_RECORD - AT_ONCE
    with pytest.raises(AmountNeeded):
        validate_entry(month, 1, reason="吵", prior=1)
    with pytest.raises(AmountOutside):
        validate_entry(month, 1, reason="吵", prior=1, amount_fen=50_001)


def test_last_places_lead_to_what_the_page_says():
    month = said_by("consequences.md")["MONTH"]

    def led(*lasts):
        days = [("2026-06-01", "2026-06-30"), ("2026-07-01", "2026-07-31"), ("2026-08-01", "2026-08-31")]
        days += [("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31")]
        history = [Past(*span, score=9000, last=last) for span, last in zip(days, lasts, strict=True)]
        return [one.consequence.code for one in consequences(month, history)]

    assert led(False, False, False, True, True) == ["last"]
    assert led(True, False, True, False, True) == ["last"]
    assert led(False, False, True, False, True) == []
    assert led(True, True, True, True, False) == []


def test_every_condition_and_field_of_an_effect_is_on_the_page():
    page = (PAGES / "consequences.md").read_text(encoding="utf-8")
    for field in dataclasses.fields(Effect):
        assert f"`{field.name}`" in page, field.name
    for condition in get_args(language.Condition):
        assert re.search(rf"`{condition.__name__}[(`]", page), condition
        for field in dataclasses.fields(condition):
            assert re.search(rf"\b{field.name}\b", page), (condition, field.name)


def test_a_miss_counts_under_the_clause_that_the_page_shows():
    held = said_by("filings.md")
    month = scheme("mine.month", held["MISSED"])
    registry = loaded(month, filings=held["FILINGS"])
    assert registry.filing("mine_budget").clause_of(month) == held["MISSED"].id
    assert validate_entry(month, held["MISSED"].id).moves == D("-0.5")


def test_a_clock_has_the_limits_that_the_page_shows():
    held = said_by("cases.md")
    hotline = scheme("power.hotline", held["LATE"])
    registry = loaded(hotline, cases=(held["FAULT"],))
    [kind] = registry.sectors["example"].cases
    [clock] = kind.clocks
    ident, _title, rule = breaches(hotline)[clock.code]
    assert ident == held["LATE"].id
    assert {limit.where for limit in rule.limits} == {one.code for one in kind.circumstances}


def test_the_roles_of_the_page_are_rated():
    held = said_by("ratings.md")
    month = scheme("managers.month", held["DUTY"])
    registry = loaded(month, raters=held["RATERS"])
    declared = {one.role for one in registry.raters_of("managers.month")}
    roles = {one.code for clause in month.clauses() for one in clause.rule.raters}
    assert declared < roles
    assert roles - declared == {"staff"}


def test_the_accounts_of_the_page_can_be_kept():
    assert why_wrong(said_by("ledger.md")["ACCOUNTS"]) == ""


def test_a_fault_on_a_page_would_be_found():
    held = said_by("filings.md")
    with pytest.raises(AssertionError):
        loaded(scheme("another.month", held["MISSED"]), filings=held["FILINGS"])
