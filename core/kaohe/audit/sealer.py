"""The sealer: every minute links what was written since, for every organisation; once an hour tidies the doors."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from kaohe.accounts import service as accounts
from kaohe.audit import service as audit
from kaohe.db import Databases
from kaohe.tenants import service as tenants

EVERY_SECONDS = 60.0
TIDY_EVERY = 60
_log = logging.getLogger(__name__)


class Sealer:
    """A thread beside the server or the worker; several at once take turns."""

    def __init__(
        self,
        databases: Databases,
        *,
        every: float = EVERY_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._databases, self._every, self._clock = databases, every, clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kaohe-sealer", daemon=True)

    def start(self) -> Sealer:
        """Seal from now on."""
        self._thread.start()
        return self

    def stop(self, seconds: float = 10.0) -> None:
        """Stop after the organisation at hand."""
        self._stopping.set()
        self._thread.join(seconds)

    def round(self, *, tidy: bool = False) -> int:
        """Seal every organisation once; how many rows were linked."""
        sealed = 0
        for tenant in tenants.all_tenants(self._databases):
            if self._stopping.is_set() or tenant.state != "active":
                continue
            try:
                sealed += self._one(tenant.id, tidy)
            except Exception:  # one organisation's trouble (a file that is behind, say) is not the others'
                _log.exception("the log of organisation %s could not be sealed", tenant.code)
        return sealed

    def _one(self, tenant_id: int, tidy: bool) -> int:
        with self._databases.tenant(tenant_id) as session:
            if tidy:
                accounts.tidy(session, self._clock())
                session.commit()
            return audit.seal_all(session, self._clock())

    def _run(self) -> None:
        rounds = 0
        while not self._stopping.wait(self._every):
            try:
                self.round(tidy=rounds % TIDY_EVERY == 0)
            except Exception:  # the platform out of reach for a moment must not end the sealing
                _log.exception("the sealer could not look")
            rounds += 1
