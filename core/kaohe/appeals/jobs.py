"""The long work of appeals: carrying out decisions, with the closing and publishing that follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from kaohe.appeals.carrying import carry_out, pending
from kaohe.jobs.service import Kit, handler
from kaohe.periods.models import Period
from kaohe.scheme import Text

CARRY_OUT = "appeals.carry_out"


@handler(CARRY_OUT, title=Text("执行申诉决定", "Carry out decisions on appeals"))
def work(kit: Kit) -> dict[str, Any]:
    """Reopen, put right, close and publish the period of the job."""
    period_id = int(kit.args["period"])
    run = carry_out(
        kit.databases,
        kit.tenant_id,
        period_id,
        job_id=kit.job_id,
        by=kit.by,
        until=date.fromisoformat(kit.args["until"]),
        clock=kit.clock,
        tell=kit.progress,
    )
    with kit.databases.tenant(kit.tenant_id, write=False) as session:
        left = len(pending(session, session.need(Period, period_id)))
    zh, en = (f"，{left} 件未能执行", f", {left} could not be carried out") if left else ("", "")
    return {
        "endpoint": "appeals.index",
        "values": {"period": period_id},
        "name": ["查看申诉", "Open the appeals"],
        "note": [
            f"第 {run.number} 次计算，{run.subjects} 人，已重新公示{zh}",
            f"computation {run.number}, {run.subjects} people, published again{en}",
        ],
    }
