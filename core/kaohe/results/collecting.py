"""Large computations without the collector of cycles, which walks all that they hold, again and again, for nothing.

What a computation of results makes is tuples and rows that refer to nothing in a circle; a third of its time was the
collector's. Several may run at once in threads: the last one out switches it on again.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave the collector of cycles off for as long as this lasts."""
    global _inside
    with _lock:
        _inside += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                gc.enable()
