"""Hook specifications and the registry of sectors: what a sector's plugin imports."""

from kaohe.plugins.accounts import AccountKind, Bears, Settling
from kaohe.plugins.asked import Choice, Money
from kaohe.plugins.cases import CaseClock, CaseKind, CaseState, CaseStep, CaseVerdict, Circumstance
from kaohe.plugins.filings import DueBy, Filing
from kaohe.plugins.hookspecs import hookimpl
from kaohe.plugins.raters import RatedBy
from kaohe.plugins.registry import DuplicateSector, Registry, build_registry, installed
from kaohe.plugins.sector import Column, Report, ReportData, Sector
from kaohe.plugins.surveys import Answer, Question, Survey, SurveyTotal

__all__ = [
    "AccountKind",
    "Answer",
    "Bears",
    "CaseClock",
    "CaseKind",
    "CaseState",
    "CaseStep",
    "CaseVerdict",
    "Choice",
    "Circumstance",
    "Column",
    "DueBy",
    "DuplicateSector",
    "Filing",
    "Money",
    "Question",
    "RatedBy",
    "Registry",
    "Report",
    "ReportData",
    "Sector",
    "Settling",
    "Survey",
    "SurveyTotal",
    "build_registry",
    "hookimpl",
    "installed",
]
