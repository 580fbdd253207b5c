"""What other features may ask of consequences.

A front door only: each name is decided in the module that it comes from.
"""

from kaohe.consequences.deciding import decide, decide_many
from kaohe.consequences.finding import Waiting, Wanted, count, everything, page, waiting
from kaohe.consequences.history import earned, effects_of
from kaohe.consequences.reading import Proposed, listed, proposed
from kaohe.consequences.wages import Adjustment, wages
from kaohe.consequences.watching import Watched, last_periods, watch

__all__ = [
    "Adjustment",
    "Proposed",
    "Waiting",
    "Wanted",
    "Watched",
    "count",
    "decide",
    "decide_many",
    "earned",
    "effects_of",
    "everything",
    "last_periods",
    "listed",
    "page",
    "proposed",
    "wages",
    "waiting",
    "watch",
]
