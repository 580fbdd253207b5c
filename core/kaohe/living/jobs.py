"""The long work of living on: a person's archive, and erasing a leaver."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.jobs.service import Kit, handler
from kaohe.living import erasing, refusals
from kaohe.living.exporting import write_archive
from kaohe.living.remains import EXPORT, archive_path, remove_bytes
from kaohe.people.models import Person
from kaohe.scheme import Text

ERASE = "living.erase"
KEPT_FOR = timedelta(days=7)


@handler(EXPORT, title=Text("导出个人数据", "Export a person's data"))
def export(kit: Kit) -> dict[str, Any]:
    """Write the archive of the job's person."""
    folder, person_id = kit.databases.settings.folder, int(kit.args["person"])
    target = archive_path(folder, kit.tenant_id, kit.job_id)
    with kit.session() as session:
        erased = erasing.erasure_of(session, person_id) is not None
        counts = write_archive(
            session,
            session.need(Person, person_id),
            target,
            folder=folder,
            tenant=str(kit.args.get("tenant", "")),
            now=kit.now(),
        )
    with kit.session() as session:
        drop_if_erased(session, person_id, target, erased_before=erased)
    return {
        "endpoint": "living.archive",
        "values": {"job": kit.job_id},
        "name": ["下载 ZIP", "Download the ZIP"],
        "note": [
            f"{counts['rows']} 行数据、{counts['files']} 个文件；保留 {KEPT_FOR.days} 天",
            f"{counts['rows']} rows, {counts['files']} files; kept for {KEPT_FOR.days} days",
        ],
    }


def drop_if_erased(session: TenantSession, person_id: int, target: Path, *, erased_before: bool) -> None:
    """Remove an archive that was read before an erasing and written after it, which cannot have seen the file."""
    if not erased_before and erasing.erasure_of(session, person_id) is not None:
        target.unlink(missing_ok=True)
        raise refusals.AlreadyErased


@handler(ERASE, title=Text("清除离职人员信息", "Erase a leaver's data"))
def erase(kit: Kit) -> dict[str, Any]:
    """Erase the job's person; the bytes of the files go after the commit, again if need be."""
    person_id = int(kit.args["person"])
    assert kit.by is not None
    with kit.session(write=True) as session:
        erasure = erasing.erasure_of(session, person_id)
        if erasure is None:
            erasure = erasing.erase(
                session,
                session.need(Person, person_id),
                basis=str(kit.args["basis"]),
                actor=Actor(kit.by, 0, is_admin=True),
                now=kit.now(),
                today=kit.now().astimezone(session.zone).date(),
                folder=kit.databases.settings.folder,
            )
        session.commit()
    with kit.session() as session:
        remove_bytes(session, kit.databases.settings.folder, erasing.erasure_of(session, person_id))
    return {
        "endpoint": "people.show",
        "values": {"person": person_id},
        "name": ["查看", "Open"],
        "note": ["已清除，结果与封印不变", "erased; results and seals are as they were"],
    }
