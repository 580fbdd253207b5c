"""Bytes without a row: left by requests that failed after writing, cleared away when they are a day old.

Safe beside uploads: an upload that finds its bytes there renews their time first; the sweep takes a file out of its
place, looks at its time and at the rows once more, and puts it back if anybody has come for it meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from kaohe.db import Databases
from kaohe.files.models import StoredFile

AGE = timedelta(days=1)
TAKEN, WRITING = ".taken-", ".writing-"
_BATCH = 400


def clear(databases: Databases, tenant_id: int, now: datetime) -> int:
    """Remove what is older than a day and belongs to no row; the number of files removed."""
    root = databases.settings.folder / "files" / str(tenant_id)
    before = (now - AGE).timestamp()
    removed = 0
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if not folder.is_dir():
            continue
        old = [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < before]
        removed += sum(_remove(path) for path in old if path.name.startswith((WRITING, TAKEN)))
        named = [path for path in old if not path.name.startswith(".")]
        for part in _parts(named):
            known = _known(databases, tenant_id, {_hash(path) for path in part})
            alone = [path for path in part if _hash(path) not in known]
            removed += _take_away(databases, tenant_id, alone, before)
    return removed


def _take_away(databases: Databases, tenant_id: int, paths: list[Path], before: float) -> int:
    """Move the files aside, ask again, and put back what is wanted after all."""
    aside = []
    for path in paths:
        moved = path.with_name(TAKEN + path.name)
        try:
            os.replace(path, moved)
        except FileNotFoundError:
            continue
        aside.append((path, moved))
    known = _known(databases, tenant_id, {_hash(path) for path, _ in aside}) if aside else set()
    removed = 0
    for path, moved in aside:
        if _hash(path) in known or moved.stat().st_mtime >= before:
            _put_back(path, moved)
        else:
            removed += _remove(moved)
    return removed


def _put_back(path: Path, moved: Path) -> None:
    """Where it was, unless the same bytes were written there anew."""
    if path.exists():
        moved.unlink(missing_ok=True)
    else:
        os.replace(moved, path)


def _remove(path: Path) -> int:
    path.unlink(missing_ok=True)
    return 1


def _hash(path: Path) -> str:
    return path.name.partition(".")[0]


def _parts(paths: list[Path]) -> Iterator[list[Path]]:
    for start in range(0, len(paths), _BATCH):
        yield paths[start : start + _BATCH]


def _known(databases: Databases, tenant_id: int, hashes: Collection[str]) -> set[str]:
    with databases.tenant(tenant_id) as session:
        return set(session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))
