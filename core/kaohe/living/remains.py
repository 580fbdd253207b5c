"""Files on the disk that hold an erased person's data: uploads, archives that were fetched or wait, papers.

Decides in the erasing's transaction what there is, by hashes, ids and keys that name nobody; they are removed after its
commit, so that an erasing rolled back removes nothing, and may be removed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.files.models import StoredFile
from kaohe.files.service import THUMBNAIL, path_of
from kaohe.jobs.models import Job
from kaohe.living import words
from kaohe.living.models import Erasure
from kaohe.papers import service as papers

EXPORT = "living.export"


def archive_path(folder: Path, tenant_id: int, job_id: int) -> Path:
    """Where a person's archive lies until it is fetched."""
    return folder / "exports" / str(tenant_id) / f"{job_id}.zip"


def left_lying(session: TenantSession, ids: Sequence[int], folder: Path) -> dict[str, list[str]]:
    """The archives of these persons, and the papers that they asked for or that name them. Before they are renamed."""
    wanted = {str(one) for one in ids}
    jobs = session.scalars(select(Job).where(Job.kind == EXPORT).order_by(Job.id))
    archives = [job for job in jobs if str(job.args.get("person")) in wanted]
    for job in archives:
        job.result = job.note = None
    said = words.said_of(session, ids, sure=False)
    named = papers.naming(folder, session.tenant_id, owners=ids, words=said)
    return {"archives": [str(job.id) for job in archives], "papers": named}


def remove_bytes(session: TenantSession, folder: Path, erasure: Erasure) -> int:
    """Remove the bytes of erased files that no other upload has, the archives and the papers; safe to do again."""
    removed = 0
    counts: dict[str, Any] = erasure.counts
    hashes = counts["hashes"]
    needed = set(session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))
    for one in set(hashes) - needed:
        path = path_of(folder, session.tenant_id, one)
        removed += path.is_file()
        path.unlink(missing_ok=True)
        path.with_name(path.name + THUMBNAIL).unlink(missing_ok=True)
    for ident in counts.get("archives", ()):
        path = archive_path(folder, session.tenant_id, int(ident))
        removed += path.is_file()
        path.unlink(missing_ok=True)
        path.with_suffix(".writing").unlink(missing_ok=True)
    for key in counts.get("papers", ()):
        removed += papers.forget(folder, session.tenant_id, key)
    return removed
