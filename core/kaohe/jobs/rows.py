"""What a round does to many rows in one transaction: each row by itself, so that a bad one keeps none of the others waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from kaohe.db import TenantSession
from kaohe.errors import Refusal

R = TypeVar("R")


def one_by_one(
    session: TenantSession, rows: Iterable[R], work: Callable[[R], object], *, log: logging.Logger, what: str
) -> int:
    """Do the work on each row behind a savepoint; what is refused or fails is logged and undone, and the round goes on.

    How many succeeded. A connection that broke ends the round: nothing would succeed on it.
    """
    done = 0
    for row in list(rows):
        first = row[0] if isinstance(row, tuple) else row
        ident = getattr(first, "id", first)
        try:
            with session.begin_nested():
                work(row)
        except Refusal as refusal:
            log.warning("%s %s: %s", what, ident, refusal.say("en"))
        except Exception as error:  # one row's trouble is not the others'
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            log.exception("%s %s failed", what, ident)
        else:
            done += 1
    return done
