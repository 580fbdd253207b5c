"""The registry of sectors: found by entry point, sorted by name, each code once; a broken one is named, not fatal.

A sector that raises while it is loaded, or brings a filing of a code that another has, is kept in `faults` with its
reason; the host and the other sectors go on. Two sectors with one code are an error of the installation and stop the start.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points

import pluggy

from kaohe.plugins import accounts
from kaohe.plugins.cases import faults_of
from kaohe.plugins.filings import Filing
from kaohe.plugins.filings import problem as filing_problem
from kaohe.plugins.hookspecs import KaoheHooks
from kaohe.plugins.raters import RatedBy
from kaohe.plugins.raters import problem as rater_problem
from kaohe.plugins.sector import Report, Sector
from kaohe.plugins.surveys import problem as survey_problem
from kaohe.scheme import Scheme, Text, require_valid

GROUP = "kaohe.sectors"
_log = logging.getLogger(__name__)


class DuplicateSector(Exception):
    """Two plugins bring a sector of the same code."""


@dataclass
class Registry:
    """The sectors of this installation by code, and the plugins that failed by name."""

    sectors: dict[str, Sector] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def sector_of(self, scheme_code: str) -> Sector:
        """The sector that owns a scheme; `KeyError` when its plugin is not installed."""
        for sector in self.sectors.values():
            if any(scheme.code == scheme_code for scheme in sector.schemes):
                return sector
        raise KeyError(scheme_code)

    def filing(self, code: str) -> Filing | None:
        """The declared filing of that code; None when no sector of the installation declares it."""
        found = (one for sector in self.sectors.values() for one in sector.filings if one.code == code)
        return next(found, None)

    def filings_of(self, scheme_code: str) -> list[Filing]:
        """What subjects of a scheme file, in the order of their declaration."""
        return [
            one for sector in self.sectors.values() for one in sector.filings if one.scheme == scheme_code
        ]

    def raters_of(self, scheme_code: str) -> list[RatedBy]:
        """Who rates under a scheme, in the order of their declaration."""
        return [one for sector in self.sectors.values() for one in sector.raters if one.scheme == scheme_code]

    def schemes(self) -> list[Scheme]:
        """Every scheme of every sector, by sector code."""
        return [scheme for code in sorted(self.sectors) for scheme in self.sectors[code].schemes]


def build_registry(found: Iterable[EntryPoint] | None = None) -> Registry:
    """Load the sectors from their entry points (or from `found`)."""
    registry = Registry()
    for point in sorted(entry_points(group=GROUP) if found is None else found, key=lambda p: p.name):
        try:
            sector = _load(point)
            _require_new(sector, registry)
        except DuplicateSector:
            raise
        except (
            Exception
        ) as error:  # a plugin's own fault, whatever it is, is named and does not stop the others
            _log.exception("sector plugin %s could not be loaded", point.name)
            registry.faults[point.name] = f"{type(error).__name__}: {error}"
            continue
        registry.sectors[sector.code] = sector
    return registry


@cache
def installed() -> Registry:
    """The sectors of this installation, for work without pages; loaded once a process."""
    return build_registry()


def _load(point: EntryPoint) -> Sector:
    manager = pluggy.PluginManager("kaohe")
    manager.add_hookspecs(KaoheHooks)
    manager.register(point.load(), name=point.name)
    manager.check_pending()
    answers = manager.hook.kaohe_sector()
    if len(answers) != 1 or not isinstance(answers[0], Sector):
        raise TypeError("kaohe_sector must give one Sector")
    sector = answers[0]
    _require_well_formed(sector)
    for scheme in sector.schemes:
        require_valid(scheme)
    return sector


def _require_new(sector: Sector, registry: Registry) -> None:
    """Raise for a code that stands in the database for something of another sector: its own, or a filing's."""
    if sector.code in registry.sectors:
        raise DuplicateSector(f"two plugins bring the sector {sector.code!r}")
    for filing in sector.filings:
        if registry.filing(filing.code) is not None:
            raise TypeError(f"filing {filing.code!r}: another sector has one of this code")


_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ASKS = {"period", "year", "unit", "person"}


def _require_well_formed(sector: Sector) -> None:
    """Raise `TypeError` naming the first field that does not hold what it should."""
    reports = sector.reports if isinstance(sector.reports, tuple) else (None,)
    held = {
        "code": isinstance(sector.code, str) and _CODE.fullmatch(sector.code),
        "title": isinstance(sector.title, Text),
        "schemes": isinstance(sector.schemes, tuple)
        and sector.schemes
        and all(isinstance(scheme, Scheme) for scheme in sector.schemes),
        "words": isinstance(sector.words, Mapping)
        and all(isinstance(word, Text) for word in sector.words.values()),
        "import_words": isinstance(sector.import_words, Mapping),
        "reports": all(_is_report(report) for report in reports)
        and len({report.code for report in reports if report}) == len(reports),
        "demo": sector.demo is None or callable(sector.demo),
    }
    _require_all(held)
    # what names the schemes is looked at once these are known to be schemes
    _require_all(
        {
            "filings": _are_filings(sector),
            "raters": _are_raters(sector),
            "surveys": _are_surveys(sector),
            "cases": _are_cases(sector),
            "accounts": _are_accounts(sector),
        }
    )


def _require_all(held: Mapping[str, object]) -> None:
    for name, fine in held.items():
        if not fine:
            raise TypeError(f"Sector.{name} does not hold what it should")


def _are_accounts(sector: Sector) -> bool:
    """Whether what is declared of accounts can be kept; a fault is named."""
    wrong = accounts.why_wrong(sector.accounts)
    if wrong:
        raise TypeError(f"Sector.{wrong}")
    return True


def _is_report(report: object) -> bool:
    return (
        isinstance(report, Report)
        and isinstance(report.code, str)
        and isinstance(report.title, Text)
        and isinstance(report.says, Text)
        and callable(report.build)
        and set(report.asks) <= _ASKS
    )


def _are_filings(sector: Sector) -> bool:
    """Whether what is declared of filings can be asked for; a fault is named."""
    if not isinstance(sector.filings, tuple):
        return False
    schemes = frozenset(scheme.code for scheme in sector.schemes)
    for filing in sector.filings:
        if fault := filing_problem(filing, schemes):
            raise TypeError(f"filing {getattr(filing, 'code', filing)!r}: {fault} is not as it should be")
    return len({filing.code for filing in sector.filings}) == len(sector.filings)


def _are_raters(sector: Sector) -> bool:
    """Whether what is declared of raters fits the schemes; a fault is named."""
    if not isinstance(sector.raters, tuple):
        return False
    schemes = {scheme.code: scheme for scheme in sector.schemes}
    for rated in sector.raters:
        if fault := rater_problem(rated, schemes):
            raise TypeError(f"raters {getattr(rated, 'role', rated)!r}: {fault} is not as it should be")
    return len({(rated.scheme, rated.role) for rated in sector.raters}) == len(sector.raters)


def _are_surveys(sector: Sector) -> bool:
    """Whether what is declared of surveys can be started; a fault is named."""
    if not isinstance(sector.surveys, tuple):
        return False
    schemes = frozenset(scheme.code for scheme in sector.schemes)
    for survey in sector.surveys:
        if fault := survey_problem(survey, schemes):
            raise TypeError(f"survey {getattr(survey, 'code', survey)!r}: {fault} is not as it should be")
    return len({survey.code for survey in sector.surveys}) == len(sector.surveys)


def _are_cases(sector: Sector) -> bool:
    """Whether the kinds of cases fit together and their schemes; the first fault is named."""
    if not isinstance(sector.cases, tuple):
        return False
    for fault in faults_of(sector.cases, sector.schemes):
        raise TypeError(f"Sector.cases: {fault}")
    return True
