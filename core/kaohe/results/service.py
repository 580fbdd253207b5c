"""What other features may ask of results.

A front door only: each name is decided in the module that it comes from.
"""

from kaohe.results.checking import Difference, Recounted, Replayed, recount, replay
from kaohe.results.closing import close, finalise, is_closing, publish, reopen, runs, standing_run
from kaohe.results.completing import Completeness, Lack, UnitState, completeness
from kaohe.results.explained import OneResult
from kaohe.results.explaining import explain, one
from kaohe.results.league import details, forget, is_public, league, opened_by, seen_by
from kaohe.results.league_lines import League, Line
from kaohe.results.lines import Point, line_of, lines_of
from kaohe.results.statistics import Statistics, statistics

__all__ = [
    "Completeness",
    "Difference",
    "Lack",
    "League",
    "Line",
    "OneResult",
    "Point",
    "Recounted",
    "Replayed",
    "Statistics",
    "UnitState",
    "close",
    "completeness",
    "details",
    "explain",
    "finalise",
    "forget",
    "is_closing",
    "is_public",
    "league",
    "line_of",
    "lines_of",
    "one",
    "opened_by",
    "publish",
    "recount",
    "reopen",
    "replay",
    "runs",
    "seen_by",
    "standing_run",
    "statistics",
]
