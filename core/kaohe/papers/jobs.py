"""A long paper made in the background; it is fetched for some days from the job's page."""

from __future__ import annotations

from typing import Any

from kaohe.jobs.service import Kit, handler
from kaohe.papers import service
from kaohe.scheme import Text

MAKE = "papers.make"


@handler(MAKE, title=Text("生成 PDF", "Make a PDF"))
def make(kit: Kit) -> dict[str, Any]:
    """Lay the kept paper out."""
    pages = int(kit.args["pages"])
    kit.progress(0, 1, Text(f"正在排版，约 {pages} 页", f"laying out about {pages} pages"))
    service.print_kept(kit.databases.settings.folder, kit.tenant_id, str(kit.args["paper"]))
    days = service.KEPT.days
    return {
        "endpoint": "papers.fetch",
        "values": {"job": kit.job_id},
        "name": ["下载 PDF", "Download the PDF"],
        "note": [f"保存 {days} 天", f"kept for {days} days"],
    }
