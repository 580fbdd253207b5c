"""What consequences do when something is recorded, taken back, computed, closed or reopened."""

from __future__ import annotations

from kaohe.consequences import closed, recorded
from kaohe.consequences.history import effects_of
from kaohe.consequences.reading import proposed
from kaohe.entries.listening import Told, when_kept, when_withdrawn
from kaohe.results.listening import Turned, tells_called, when_computed, when_turned
from kaohe.scheme import Text

when_computed(effects_of)
tells_called(proposed)


@when_kept
def kept(told: Told) -> None:
    """Entries may call for something, or change the steps of a ladder after them."""
    recorded.follow(
        told,
        Text(
            "补录或更正了更早的记录，次数变了",
            "an earlier entry was recorded or corrected, which changed the count",
        ),
    )


@when_withdrawn
def withdrawn(told: Told) -> None:
    """What an entry called for goes with it."""
    recorded.follow(told, Text("考核记录已撤回或更正", "its entry was withdrawn or corrected"))


@when_turned
def turned(told: Turned) -> None:
    """Results are there, or are being made anew."""
    if told.step == "closed":
        closed.closed(told)
    elif told.step == "reopened":
        closed.reopened(told)
