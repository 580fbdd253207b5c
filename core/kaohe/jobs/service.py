"""Long work: put down in the request's transaction, taken up once, reported while it runs.

Decides that the database alone knows whose a job is: a worker claims it by one conditional update with a secret
of its own, and every later word about the job must carry that secret. A worker that was thought dead and comes
back has lost its claim and is told so (`JobLost`); a job whose heart stopped is taken up again, three times at
most. Refuses nothing about the work itself: that is the handlers' business.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import and_, or_, select, update

import kaohe
from kaohe.db import Databases, TenantSession
from kaohe.errors import Refusal
from kaohe.jobs.models import Job
from kaohe.jobs.refusals import JobLost
from kaohe.scheme import Text

HEART_STOPS = timedelta(seconds=60)
"""A running job whose last beat is older than this belongs to nobody."""
MOST_TRIES = 3
_REPORT_EVERY = timedelta(milliseconds=300)

Work = Callable[["Kit"], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Handler:
    """How a kind of job is done, and what it is called."""

    kind: str
    title: Text
    work: Work


_HANDLERS: dict[str, Handler] = {}


def handler(kind: str, *, title: Text) -> Callable[[Work], Work]:
    """Register the function that does jobs of `kind`; its result is kept as JSON beside the job.

    A result with `endpoint`, `values` and `name` ([zh, en]) becomes the job's link.
    """

    def register(work: Work) -> Work:
        if kind in _HANDLERS and _HANDLERS[kind].work is not work:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _HANDLERS[kind] = Handler(kind, title, work)
        return work

    return register


def handler_of(kind: str) -> Handler | None:
    """The handler of a kind; None when there is none in this installation."""
    load_handlers()
    return _HANDLERS.get(kind)


@cache
def load_handlers() -> None:
    """Import `jobs` of every feature folder, so that a worker's process knows all kinds without the pages."""
    for folder in iter_modules(kaohe.__path__):
        if folder.ispkg and folder.name != "jobs" and find_spec(f"kaohe.{folder.name}.jobs") is not None:
            import_module(f"kaohe.{folder.name}.jobs")


def title_of(job: Job) -> Text:
    """What a job is called; the thing it is about stands behind, where it was named."""
    known = handler_of(job.kind)
    title = known.title if known else Text(job.kind, job.kind)
    about = (job.args or {}).get("about")
    return Text(f"{title.zh} · {about[0]}", f"{title.en} · {about[1]}") if about else title


def enqueue(
    session: TenantSession,
    *,
    kind: str,
    args: Mapping[str, Any],
    created_by: int | None,
    now: datetime,
    about: Text | None = None,
) -> Job:
    """Put a job down in this transaction; it is taken up after the commit. `about` names what it is about."""
    kept = dict(args) | ({"about": [about.zh, about.en]} if about else {})
    job = Job(kind=kind, args=kept, state="waiting", created_by=created_by, created_at=now)
    session.add(job)
    session.flush()
    return job


def living(session: TenantSession, kind: str) -> list[Job]:
    """The jobs of a kind that wait or run, oldest first."""
    found = (
        select(Job).where(Job.kind == kind, Job.state.in_(("waiting", "running"))).order_by(Job.created_at)
    )
    return list(session.scalars(found))


def due(session: TenantSession, now: datetime) -> list[int]:
    """Ids of the jobs that a worker may take: those that wait, and those whose heart stopped; oldest first."""
    return list(session.scalars(select(Job.id).where(_takeable(now)).order_by(Job.created_at, Job.id)))


def _takeable(now: datetime) -> Any:
    return or_(Job.state == "waiting", and_(Job.state == "running", Job.beat_at < now - HEART_STOPS))


def take(session: TenantSession, job_id: int, now: datetime) -> Job | None:
    """Claim the job for this worker, or None when another was quicker; the caller commits at once."""
    claim = secrets.token_hex(8)
    taken = session.execute(
        update(Job)
        .where(Job.id == job_id, _takeable(now))
        .values(state="running", claim=claim, started_at=now, beat_at=now, tries=Job.tries + 1)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:
        return None
    return session.scalar(select(Job).where(Job.id == job_id, Job.claim == claim))


def say(session: TenantSession, job_id: int, claim: str, **values: Any) -> None:
    """Write something about one's own job; raises `JobLost` when it is no longer one's own."""
    said = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.claim == claim, Job.state == "running")
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not said.rowcount:
        raise JobLost(job_id)


def in_words(refusal: Refusal) -> list[str]:
    """A refusal as it is kept with a job: Chinese and English."""
    return [refusal.say("zh"), refusal.say("en")]


@dataclass
class Kit:
    """What a handler works with. Never hold a writing session open while reporting progress."""

    databases: Databases
    tenant_id: int
    job_id: int
    claim: str
    args: Mapping[str, Any]
    by: int | None
    clock: Callable[[], datetime]
    _said_at: datetime | None = None
    _note: Text | None = None

    def now(self) -> datetime:
        """The time, by the worker's clock."""
        return self.clock()

    def session(self, *, write: bool = False) -> AbstractContextManager[TenantSession]:
        """A session of the job's tenant; reading unless `write`; the handler commits."""
        return self.databases.tenant(self.tenant_id, write=write)

    def progress(self, done: int, total: int, note: Text | None = None) -> None:
        """Say how far the work is, in a short transaction of its own; three times a second at most.

        Raises `JobLost` when another worker has taken the job over.
        """
        now = self.clock()
        fresh = self._said_at is not None and now - self._said_at < _REPORT_EVERY
        if fresh and note == self._note and done < total:
            return
        self._said_at, self._note = now, note
        with self.session(write=True) as session:
            said = [note.zh, note.en] if note else None
            say(session, self.job_id, self.claim, done=done, total=total, note=said, beat_at=now)
            session.commit()

    def beat(self) -> None:
        """Say that this worker lives."""
        with self.session(write=True) as session:
            say(session, self.job_id, self.claim, beat_at=self.clock())
            session.commit()
