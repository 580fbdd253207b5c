"""A period with appeals that are not settled is not sealed."""

from __future__ import annotations

from kaohe.appeals.reading import named, unsettled
from kaohe.appeals.refusals import AppealsOpen
from kaohe.results.listening import Turned, when_turned


@when_turned
def keep_open(turned: Turned) -> None:
    """Refuse to seal, naming the appeals; who files one meanwhile waits for the period's lock."""
    if turned.step == "final":
        waiting = unsettled(turned.session, turned.period)
        if waiting:
            raise AppealsOpen(named(waiting))
