"""What a sector gives to the core: data, and a few functions that the core calls by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kaohe.plugins.accounts import AccountKind
from kaohe.plugins.cases import CaseKind
from kaohe.plugins.filings import Filing
from kaohe.plugins.raters import RatedBy
from kaohe.plugins.surveys import Survey
from kaohe.scheme import Scheme, Text


@dataclass(frozen=True)
class Column:
    """A column of a report's table: `kind` is text, points, score, number, percent, money, date, count, rank or spark."""

    code: str
    title: Text
    kind: str = "text"
    link: str | None = None  # row key that holds {"endpoint": …, "values": …} of an address


@dataclass(frozen=True)
class ReportData:
    """What a report found: rows by column code; a chart (preset and data); lines of note."""

    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    chart: tuple[str, dict[str, Any]] | None = None
    notes: tuple[Text, ...] = ()
    totals: dict[str, Any] | None = None


@dataclass(frozen=True)
class Report:
    """A report that a sector offers; `build(reading)` computes it from what `kaohe.reports` lets it read.

    `asks` names the filters it understands, of "period", "year", "unit", "person".
    """

    code: str
    title: Text
    says: Text
    build: Callable[[Any], ReportData]
    asks: tuple[str, ...] = ("period", "unit")
    icon: str = "chart-bar"


@dataclass(frozen=True)
class Sector:
    """A sector: its code, name, schemes and words.

    `words` replaces the core's neutral words in this sector's pages, by key: "unit", "person", "sheet", "units".
    `demo(kit)` fills a demonstration tenant through the services.
    """

    code: str
    title: Text
    schemes: tuple[Scheme, ...]
    words: Mapping[str, Text] = field(default_factory=dict)
    reports: tuple[Report, ...] = ()
    demo: Callable[[Any], None] | None = None
    templates: str | None = None
    translations: str | None = None
    import_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filings: tuple[Filing, ...] = ()
    cases: tuple[CaseKind, ...] = ()
    surveys: tuple[Survey, ...] = ()
    raters: tuple[RatedBy, ...] = ()
    accounts: tuple[AccountKind, ...] = ()

    def scheme(self, code: str) -> Scheme:
        """The scheme of that code; `KeyError` when there is none."""
        return {scheme.code: scheme for scheme in self.schemes}[code]
