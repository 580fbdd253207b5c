"""Hook specifications and the registry of sectors: what a sector's plugin imports."""

from kaohe.plugins.hookspecs import hookimpl
from kaohe.plugins.registry import DuplicateSector, Registry, build_registry
from kaohe.plugins.sector import Column, Report, ReportData, Sector

__all__ = [
    "Column",
    "DuplicateSector",
    "Registry",
    "Report",
    "ReportData",
    "Sector",
    "build_registry",
    "hookimpl",
]
