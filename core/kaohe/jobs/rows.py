"""What a round does to many rows: each by itself, so that a bad one keeps none of the others waiting.

`one_by_one` works in one transaction, each row behind a savepoint; `each_apart` leaves each row a transaction of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from kaohe.db import TenantSession
from kaohe.errors import Refusal

R = TypeVar("R")


def one_by_one(
    session: TenantSession,
    rows: Iterable[R],
    work: Callable[[R], object],
    *,
    log: logging.Logger,
    what: str,
    put_off: Callable[[R], object] | None = None,
) -> int:
    """Do the work on each row behind a savepoint; what is refused or fails is logged and undone, and the round goes on.

    How many succeeded. `put_off` says of a row that did not when it is looked at again. A connection that broke ends the
    round: nothing would succeed on it.
    """

    def behind_a_savepoint(row: R) -> None:
        with session.begin_nested():
            work(row)

    return each_apart(rows, behind_a_savepoint, log=log, what=what, put_off=put_off)


def each_apart(
    rows: Iterable[R],
    work: Callable[[R], object],
    *,
    log: logging.Logger,
    what: str,
    put_off: Callable[[R], object] | None = None,
) -> int:
    """The same where the work opens and commits a transaction of its own for each row."""
    done = 0
    for row in list(rows):
        first = row[0] if isinstance(row, tuple) else row
        ident = getattr(first, "id", first)
        try:
            work(row)
        except Exception as error:  # one row's trouble is not the others'
            _tell(error, log, f"{what} {ident}")
            if put_off is not None:
                put_off(row)
        else:
            done += 1
    return done


def _tell(error: Exception, log: logging.Logger, what: str) -> None:
    """Log why a row failed; what failed with its connection is raised."""
    if isinstance(error, Refusal):
        log.warning("%s: %s", what, error.say("en"))
        return
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        raise error
    log.error("%s failed", what, exc_info=error)
