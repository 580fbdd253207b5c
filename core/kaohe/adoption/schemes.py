"""The scheme of a revision, parsed and compiled once per process.

Decides that only what is adopted is remembered: it can never change again. A draft, and a revision that this
very session has touched, is always read afresh, so that nothing uncommitted is ever remembered. Another
tenant's revision is not found, remembered or not.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlalchemy import event

from kaohe.adoption.models import Revision
from kaohe.db import TenantSession
from kaohe.scheme import Compiled, Scheme, compile_scheme, from_json

MOST = 200
_TOUCHED = "kaohe_revisions_touched"


class _Memory:
    """Schemes by tenant and revision, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[int, int], tuple[Scheme, Compiled | None]] = OrderedDict()

    def get(self, key: tuple[int, int]) -> tuple[Scheme, Compiled | None] | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: tuple[int, int], scheme: Scheme, compiled: Compiled | None) -> None:
        with self._lock:
            self._held[key] = (scheme, compiled)
            self._held.move_to_end(key)
            while len(self._held) > MOST:
                self._held.popitem(last=False)


_memory = _Memory()


def touch(session: TenantSession, revision: Revision) -> None:
    """Note that this session changes the revision: it is read afresh until the transaction ends."""
    session.info.setdefault(_TOUCHED, set()).add(revision.id)


@event.listens_for(TenantSession, "after_commit")
@event.listens_for(TenantSession, "after_rollback")
def _settled_down(session: TenantSession) -> None:
    """What the session changed is kept, or was never there: the shared memory serves it again."""
    session.info.pop(_TOUCHED, None)


def scheme_of(session: TenantSession, revision_id: int | None) -> Scheme:
    """The scheme of a revision with doubts settled and figures changed; `NotFound` when there is none here."""
    return _found(session, revision_id)[0]


def compiled_of(session: TenantSession, revision_id: int | None) -> Compiled:
    """The compiled scheme of a revision, ready for the engine; `NotFound` when there is none here."""
    scheme, compiled = _found(session, revision_id)
    if compiled is None:
        compiled = compile_scheme(scheme)
        key = (session.tenant_id, revision_id or 0)
        if _memory.get(key) is not None and revision_id not in session.info.get(_TOUCHED, ()):
            _memory.put(key, scheme, compiled)
    return compiled


def base_of(session: TenantSession, revision_id: int | None) -> Scheme:
    """The sector's scheme as the revision took it, nothing settled or changed."""
    return from_json(session.need(Revision, revision_id).base)


def _found(session: TenantSession, revision_id: int | None) -> tuple[Scheme, Compiled | None]:
    fresh = revision_id in session.info.get(_TOUCHED, ())
    key = (session.tenant_id, revision_id or 0)
    held = None if fresh else _memory.get(key)
    if held is not None:
        return held
    revision = session.need(Revision, revision_id)
    scheme = from_json(revision.scheme)
    if revision.state == "adopted" and not fresh:
        _memory.put(key, scheme, None)
    return scheme, None
