"""The long work of results: closing a period, replaying and recounting it."""

from __future__ import annotations

from typing import Any

from kaohe.jobs.service import Kit, handler
from kaohe.periods.models import Period
from kaohe.results import checking, closing
from kaohe.scheme import Text

CLOSE, REPLAY, RECOUNT = "results.close", "results.replay", "results.recount"
SHOWN = 200


@handler(CLOSE, title=Text("关闭周期", "Close a period"))
def close(kit: Kit) -> dict[str, Any]:
    """Close the period of the job."""
    period_id = int(kit.args["period"])
    run = closing.close(
        kit.databases, kit.tenant_id, period_id, by=kit.by, clock=kit.clock, tell=kit.progress
    )
    return _link(period_id, Text("查看结果", "Open the results")) | {
        "run": str(run.id),
        "note": [
            f"第 {run.number} 次计算，{run.subjects} 人",
            f"computation {run.number}, {run.subjects} people",
        ],
    }


@handler(REPLAY, title=Text("重放结果", "Replay the results"))
def replay(kit: Kit) -> dict[str, Any]:
    """Run the engine on the stored inputs of the job's period."""
    period_id = int(kit.args["period"])
    with kit.session() as session:
        found = checking.replay(session, session.need(Period, period_id), kit.progress)
    note = Text(
        f"{found.subjects} 人，逐字节一致" if found.same else f"{len(found.differing)} 人不一致",
        f"{found.subjects} people, identical byte for byte"
        if found.same
        else f"{len(found.differing)} people differ",
    )
    return _link(period_id, Text("查看周期", "Open the period")) | {
        "note": [note.zh, note.en],
        "subjects": found.subjects,
        "same": found.same,
        "digest_holds": found.digest_holds,
        "differing": [str(ident) for ident in found.differing[:SHOWN]],
        "count": len(found.differing),
    }


@handler(RECOUNT, title=Text("复算结果", "Recount the results"))
def recount(kit: Kit) -> dict[str, Any]:
    """Compute the job's period from today's entries and list the differences."""
    period_id = int(kit.args["period"])
    with kit.session() as session:
        found = checking.recount(session, session.need(Period, period_id), kit.progress)
    count = len(found.differences)
    note = Text(
        f"{found.subjects} 人，与现有记录一致" if found.same else f"{count} 人与现有记录不一致",
        f"{found.subjects} people agree with today's records"
        if found.same
        else f"{count} people differ from today's records",
    )
    return _link(period_id, Text("查看周期", "Open the period")) | {
        "note": [note.zh, note.en],
        "subjects": found.subjects,
        "same": found.same,
        "count": count,
        "differences": [
            {
                "subject": str(one.subject_id),
                "number": one.number,
                "name": one.name,
                "stored": None if one.stored is None else str(one.stored),
                "now": None if one.now is None else str(one.now),
                "texts": [[text.zh, text.en] for text in one.texts],
            }
            for one in found.differences[:SHOWN]
        ],
    }


def _link(period_id: int, name: Text) -> dict[str, Any]:
    return {"endpoint": "results.manage", "values": {"period": period_id}, "name": [name.zh, name.en]}
