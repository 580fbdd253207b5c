"""Workers: a thread beside the web server on one machine, a process of its own on a server; the same loop.

A worker looks when the bell rings (a request of this process put a job down) and every few seconds anyway, so
that a lost ring, another process's job or a job whose worker died is found. The database decides who does a
job; the bell never does.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from weakref import WeakSet

from sqlalchemy.exc import SQLAlchemyError

from kaohe.db import Databases
from kaohe.db.leases import Lease
from kaohe.errors import Refusal
from kaohe.jobs import service
from kaohe.jobs.models import Job
from kaohe.jobs.refusals import JobBroken, JobGivenUp, JobLost, NoHandler
from kaohe.jobs.schedule import Rounds
from kaohe.jobs.service import Kit
from kaohe.tenants import service as tenants

BEAT_SECONDS = 10.0
SWEEP_SECONDS = 2.0
_log = logging.getLogger(__name__)
_bells: WeakSet[Worker] = WeakSet()

Clock = Callable[[], datetime]


def clock() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)


def ring(tenant_id: int) -> None:
    """Wake the workers of this process for a tenant; where there are none, another process's sweep finds the job."""
    for worker in list(_bells):
        worker.ring(tenant_id)


def run_one(databases: Databases, tenant_id: int, job_id: int, *, clock: Clock = clock) -> bool:
    """Do one job if it is to be had; False when somebody else has it. Its failure is kept with it, not raised."""
    with databases.tenant(tenant_id) as session:
        job = service.take(session, job_id, clock())
        session.commit()
    if job is None:
        return False
    assert job.claim is not None
    kit = Kit(databases, tenant_id, job.id, job.claim, job.args, job.created_by, clock)
    try:
        with _Heart(kit):
            _work(kit, job)
    except JobLost:
        _log.warning("job %s was taken over by another worker", job.id)
    return True


def _work(kit: Kit, job: Job) -> None:
    handler = service.handler_of(job.kind)
    try:
        if job.tries > service.MOST_TRIES:
            raise JobGivenUp(tries=service.MOST_TRIES)
        if handler is None:
            raise NoHandler(kind=job.kind)
        result = handler.work(kit)
    except JobLost:
        raise
    except Refusal as refusal:
        _end(kit, state="failed", error=service.in_words(refusal))
    except Exception:  # whatever it is, the job must not stay running and the person must be told
        _log.exception("job %s (%s) failed", job.id, job.kind)
        _end(kit, state="failed", error=service.in_words(JobBroken(number=job.id)))
    else:
        _end(kit, state="done", result=dict(result) if result else None)


def _end(kit: Kit, **values: object) -> None:
    with kit.session(write=True) as session:
        service.say(session, kit.job_id, kit.claim, ended_at=kit.clock(), **values)
        session.commit()


class _Heart:
    """Beats for a job from a thread of its own while the work is in one long query or computation."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heart-{kit.job_id}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._kit.beat()
            except JobLost:
                return
            except SQLAlchemyError:
                _log.warning("job %s could not say that it lives", self._kit.job_id, exc_info=True)


def run_waiting(databases: Databases, tenant_id: int, *, clock: Clock = clock) -> int:
    """Do everything that waits for a tenant, in this thread; how many jobs were done here."""
    done = 0
    while True:
        with databases.tenant(tenant_id, write=False) as session:
            waiting = service.due(session, clock())
        taken = sum(run_one(databases, tenant_id, job_id, clock=clock) for job_id in waiting)
        if not taken:
            return done
        done += taken


class Worker:
    """Takes up jobs of all tenants until it is stopped."""

    def __init__(
        self,
        databases: Databases,
        *,
        clock: Clock = clock,
        sweep: float = SWEEP_SECONDS,
        lease: Lease | None = None,
    ) -> None:
        self._databases, self._clock, self._sweep, self._lease = databases, clock, sweep, lease
        self._bell, self._stopping = threading.Event(), threading.Event()
        self._rung: set[int] = set()
        self._rounds = Rounds()
        self._swept, self._took = -math.inf, 0.0  # when everybody was looked after last, and how long it took
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> Worker:
        """Work in a thread of this process."""
        self._thread = threading.Thread(target=self.run, name="kaohe-worker", daemon=True)
        self._thread.start()
        return self

    def stop(self, seconds: float = 10.0) -> None:
        """Stop after the job at hand."""
        self._stopping.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def ring(self, tenant_id: int) -> None:
        """There is something to do for this tenant."""
        with self._lock:
            self._rung.add(tenant_id)
        self._bell.set()

    def run(self) -> None:
        """The loop: rung tenants at once, all tenants every few seconds."""
        _bells.add(self)
        while not self._stopping.is_set():
            try:
                if self._lease is not None:
                    self._lease.keep(self._clock())
                if self._look_round():
                    self._go_round()
            except Exception:  # a worker that ends leaves everybody's work undone
                _log.exception("the worker could not look for work")
            self._bell.wait(self._sweep)
            self._bell.clear()

    def _next(self, everyone: bool) -> list[int]:
        with self._lock:
            rung, self._rung = self._rung, set()
        if not everyone:
            return sorted(rung)
        return sorted(rung) + [tenant_id for tenant_id in self._active() if tenant_id not in rung]

    def _active(self) -> list[int]:
        return [tenant.id for tenant in tenants.all_tenants(self._databases) if tenant.state == "active"]

    def _look_round(self) -> bool:
        """Look after those who rang, or after everybody when it is time; whether it was everybody."""
        begun = time.monotonic()
        everyone = begun - self._swept >= max(self._sweep, self._took)
        self._look_at(self._next(everyone))
        if everyone:
            self._swept = time.monotonic()
            self._took = self._swept - begun
        return everyone

    def _go_round(self) -> None:
        """The rounds of every tenant; nobody's job waits for the end of them."""
        for tenant_id in self._active():
            if self._stopping.is_set():
                return
            self._rounds.go(self._databases, tenant_id, self._clock())
            self._look_round()

    def _look_at(self, tenant_ids: list[int]) -> None:
        for tenant_id in tenant_ids:
            if not self._stopping.is_set():
                self._look(tenant_id)

    def _look(self, tenant_id: int) -> None:
        try:
            run_waiting(self._databases, tenant_id, clock=self._clock)
        except Exception:  # one tenant's trouble (a file that is being moved, say) is not the others'
            _log.exception("the worker could not look for work of tenant %s", tenant_id)
