"""Uploaded files: taken in through the one door, kept once by hash, given out to those who may see what they show.

The bytes lie beside the database, `<data>/files/<tenant>/<first two of the hash>/<hash>`; they are written whole
before the row is committed, so a row never lacks its file. A file without a row (a request that failed later) is
harmless, and cleared away when it is a day old (`kaohe.files.orphans`). Each upload has a row of its own, so that a file's place is that of the one thing it shows. Whose a file
is, is asked of the features above, which register how they find it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from kaohe.accounts.policy import Actor, Place
from kaohe.db import TenantSession
from kaohe.errors import NotFound
from kaohe.files import quota
from kaohe.files.content import Checked, check_evidence
from kaohe.files.models import StoredFile

Finder = Callable[[TenantSession, StoredFile], Place | None]
_FINDERS: list[Finder] = []
THUMBNAIL = ".thumbnail"


def place_finder(find: Finder) -> Finder:
    """Register how a feature finds the place of a file that shows something of its own (None: not mine)."""
    if find not in _FINDERS:
        _FINDERS.append(find)
    return find


def place_of(session: TenantSession, file: StoredFile) -> Place:
    """Whose the file is: the place of what it shows, and its uploader."""
    for find in _FINDERS:
        place = find(session, file)
        if place is not None:
            return Place(person_id=place.person_id, unit_path=place.unit_path, made_by=file.uploaded_by)
    return Place(made_by=file.uploaded_by)


def take_in(
    session: TenantSession, *, folder: Path, content: bytes, name: str, actor: Actor, now: datetime
) -> StoredFile:
    """Check an uploaded picture or PDF and keep it; the refusals of `kaohe.files.refusals` say what is wrong."""
    quota.check_room(session, folder=folder, person_id=actor.person_id, now=now, adding=1)
    return keep(session, folder=folder, checked=check_evidence(content, name), actor=actor, now=now)


def keep(
    session: TenantSession, *, folder: Path, checked: Checked, actor: Actor, now: datetime
) -> StoredFile:
    """Keep a file that was checked before (checking takes long; it need not hold a transaction)."""
    return keep_all(session, folder=folder, found=[checked], actor=actor, now=now)[0]


def keep_all(
    session: TenantSession, *, folder: Path, found: Sequence[Checked], actor: Actor, now: datetime
) -> list[StoredFile]:
    """Keep several checked files, if there is room for all of them (`kaohe.files.quota`)."""
    if not found:
        return []
    adding = sum(len(one.data) for one in found)
    quota.check_room(session, folder=folder, person_id=actor.person_id, now=now, adding=adding)
    return [_kept(session, folder, one, actor, now) for one in found]


def _kept(session: TenantSession, folder: Path, checked: Checked, actor: Actor, now: datetime) -> StoredFile:
    path = path_of(folder, session.tenant_id, checked.sha256)
    write_once(path, checked.data)
    if checked.thumbnail:
        write_once(path.with_name(path.name + THUMBNAIL), checked.thumbnail)
    stored = StoredFile(
        sha256=checked.sha256,
        media_type=checked.media_type,
        size=len(checked.data),
        name=checked.name,
        uploaded_by=actor.person_id,
        uploaded_at=now,
    )
    session.add(stored)
    session.flush()
    return stored


def path_of(folder: Path, tenant: int, sha256: str) -> Path:
    """Where the bytes with this hash lie for a tenant."""
    return folder / "files" / str(tenant) / sha256[:2] / sha256


def bytes_of(folder: Path, tenant: int, file: StoredFile) -> bytes:
    """The file's bytes; `NotFound` when they are not there."""
    return found_path(folder, tenant, file).read_bytes()


def found_path(folder: Path, tenant: int, file: StoredFile, *, thumbnail: bool = False) -> Path:
    """The path of the file, or of its small picture where there is one; `NotFound` when it is not there."""
    path = path_of(folder, tenant, file.sha256)
    small = path.with_name(path.name + THUMBNAIL)
    chosen = small if thumbnail and small.exists() else path
    if not chosen.is_file():
        raise NotFound
    return chosen


def write_once(path: Path, data: bytes) -> None:
    """Write the bytes whole and durably, or leave those that lie there already, with their time renewed.

    The time tells the sweep of orphans that somebody has come for them.
    """
    try:
        os.utime(path)
        return
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
