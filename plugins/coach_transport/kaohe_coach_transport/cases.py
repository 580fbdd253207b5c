"""Complaints (art. 24): sent to the unit, looked into, an opinion filed within the limit, decided, closed."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kaohe.plugins import CaseClock, CaseKind, CaseState, CaseStep, Choice
from kaohe.scheme import Text


def _text(zh: str, en: str, *, most: int = 100, rows: int = 0, required: bool = True) -> fields.String:
    meta = {"title": Text(zh, en)} | ({"rows": rows} if rows else {})
    return fields.String(required=required, validate=validate.Length(max=most), metadata=meta)


class Complaint(Schema):
    """What a complaint holds when it comes in."""

    about = _text("投诉事项", "About")
    account = _text("情况", "Account", most=1000, rows=4)
    line = _text("班次、车号", "Run and coach", most=60, required=False)
    customer = _text("投诉人", "Customer", most=40, required=False)
    phone = _text("联系电话", "Telephone", most=40, required=False)


class Opinion(Schema):
    """What the unit found and proposes."""

    verified = Choice(
        {
            "yes": Text("属实", "Verified"),
            "part": Text("部分属实", "In part"),
            "no": Text("不属实", "Not verified"),
        },
        required=True,
        metadata={"title": Text("查证", "Finding")},
    )
    opinion = _text("处理意见", "Opinion", most=1000, rows=4)


class Decision(Schema):
    """What the express office decided."""

    decision = _text("裁定", "Decision", most=1000, rows=3)


class Call(Schema):
    """Somebody called again about the same matter."""

    customer = _text("来电人", "Caller", most=40, required=False)
    said = _text("所述", "What was said", most=500, rows=3)


COMPLAINT = CaseKind(
    code="complaint",
    title=Text("旅客投诉", "Complaint"),
    scheme="coach.unit",
    fields=Complaint,
    headline=("about", "line"),
    logged=Text("收到投诉", "Complaint received"),
    icon="message-report",
    states=(
        CaseState("received", Text("待转单位", "To be sent on")),
        CaseState("with_unit", Text("单位查证中", "With the unit")),
        CaseState("opinion", Text("待裁定", "To be decided")),
        CaseState("decided", Text("待办结", "Decided")),
        CaseState("closed", Text("已办结", "Closed"), closed=True),
    ),
    steps=(
        CaseStep(
            "send",
            Text("转交单位", "Send to the unit"),
            ("received", "with_unit"),
            "with_unit",
            moves="pass",
            icon="send",
        ),
        CaseStep(
            "opinion",
            Text("上报处理意见", "File the opinion"),
            ("with_unit",),
            "opinion",
            by=("holder", "desk"),
            asks=Opinion,
            icon="file-text",
        ),
        CaseStep(
            "return",
            Text("不属本单位，退回", "Not ours: return"),
            ("with_unit",),
            "received",
            by=("holder", "desk"),
            moves="return",
            reason=True,
            icon="arrow-back",
        ),
        CaseStep("decide", Text("裁定", "Decide"), ("opinion",), "decided", asks=Decision, icon="scale"),
        CaseStep(
            "send_back",
            Text("退回补充", "Send back"),
            ("opinion",),
            "with_unit",
            reason=True,
            icon="arrow-back-up",
        ),
        CaseStep("close", Text("办结", "Close"), ("decided",), "closed", icon="check"),
        CaseStep(
            "call",
            Text("再次来电", "Called again"),
            ("received", "with_unit", "opinion", "decided"),
            asks=Call,
            icon="phone-call",
        ),
    ),
    clocks=(
        CaseClock(
            "complaint_opinion",
            Text("上报处理意见", "Opinion filed"),
            starts={"unit_received": ("send",), "company_received": ("log",)},
            restarts={"unit_received": ("send",)},
            voids={"unit_received": ("return",)},
            stops=("opinion",),
        ),
    ),
)

CASES = (COMPLAINT,)
