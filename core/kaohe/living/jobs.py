"""The long work of living on: a person's archive, and erasing a leaver."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from kaohe.accounts.policy import Actor
from kaohe.jobs.service import Kit, handler
from kaohe.living import erasing
from kaohe.living.exporting import write_archive
from kaohe.people.models import Person
from kaohe.scheme import Text

EXPORT, ERASE = "living.export", "living.erase"
KEPT_FOR = timedelta(days=7)


def archive_path(folder: Path, tenant_id: int, job_id: int) -> Path:
    """Where a person's archive lies until it is fetched."""
    return folder / "exports" / str(tenant_id) / f"{job_id}.zip"


@handler(EXPORT, title=Text("导出个人数据", "Export a person's data"))
def export(kit: Kit) -> dict[str, Any]:
    """Write the archive of the job's person."""
    folder = kit.databases.settings.folder
    with kit.session() as session:
        person = session.need(Person, int(kit.args["person"]))
        counts = write_archive(
            session,
            person,
            archive_path(folder, kit.tenant_id, kit.job_id),
            folder=folder,
            tenant=str(kit.args.get("tenant", "")),
            now=kit.now(),
        )
    return {
        "endpoint": "living.archive",
        "values": {"job": kit.job_id},
        "name": ["下载 ZIP", "Download the ZIP"],
        "note": [
            f"{counts['rows']} 行数据、{counts['files']} 个文件；保留 {KEPT_FOR.days} 天",
            f"{counts['rows']} rows, {counts['files']} files; kept for {KEPT_FOR.days} days",
        ],
    }


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
            )
        session.commit()
    with kit.session() as session:
        erasing.remove_bytes(session, kit.databases.settings.folder, erasing.erasure_of(session, person_id))
    return {
        "endpoint": "people.show",
        "values": {"person": person_id},
        "name": ["查看", "Open"],
        "note": ["已清除，结果与封印不变", "erased; results and seals are as they were"],
    }
