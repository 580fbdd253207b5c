"""Planned and temporary outages: announced in time before they start."""

from __future__ import annotations

from marshmallow import Schema

from kaohe.plugins import CaseClock, CaseKind, CaseState, CaseStep
from kaohe.scheme import Text
from kaohe_power_supply.cases.common import HOLDER, SCHEME, moment, text


class Outage(Schema):
    """A notice of an outage."""

    line = text("线路", "Line", required=True)
    area = text("停电范围", "Area", most=300, required=True)
    starts_at = moment("停电开始", "Starts")
    ends_at = moment("预计恢复", "Expected back")
    cause = text("原因", "Reason", most=200)
    key_customers = text("重要用户", "Key customers", most=300)
    remark = text("备注", "Remark", most=300)


def _outage(code: str, zh: str, en: str, clock: str) -> CaseKind:
    return CaseKind(
        code=code,
        title=Text(zh, en),
        scheme=SCHEME,
        fields=Outage,
        headline=("line", "area"),
        icon="speakerphone",
        logged=Text("提出停电", "Outage asked for"),
        states=(
            CaseState("asked", Text("待公告", "To be published")),
            CaseState("published", Text("已公告", "Published")),
            CaseState("closed", Text("已恢复", "Restored"), closed=True),
        ),
        steps=(
            CaseStep("publish", Text("公告", "Publish"), ("asked",), "published", icon="speakerphone"),
            CaseStep(
                "restore", Text("恢复供电", "Restored"), ("published",), "closed", by=HOLDER, icon="bolt"
            ),
        ),
        clocks=(
            CaseClock(
                clock,
                Text("公告", "Published"),
                starts={"before_start": ("log",)},
                stops=("publish",),
                before="starts_at",
            ),
        ),
    )


PLANNED = _outage("outage_planned", "计划停电公告", "Planned outage", "notice_planned")
TEMPORARY = _outage("outage_temporary", "临时停电公告", "Temporary outage", "notice_temporary")
