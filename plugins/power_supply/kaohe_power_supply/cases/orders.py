"""Complaints, reports of misconduct, suggestions and praise: sent to the department, answered, called back."""

from __future__ import annotations

from marshmallow import Schema

from kaohe.plugins import CaseClock, CaseKind, CaseState, CaseStep
from kaohe.scheme import Text
from kaohe_power_supply.cases.common import HOLDER, SCHEME, VERDICT, CalledBack, Result, call, text


class Order(Schema):
    """A complaint, report, suggestion or praise."""

    about = text("事项", "About", required=True)
    demand = text("诉求", "Demand", most=1000, rows=4, required=True)
    object = text("涉及单位或人员", "Concerns", most=60)
    customer = text("客户", "Customer", most=40)
    phone = text("回访方式", "How to call back", most=60)


def _order(
    code: str, zh: str, en: str, icon: str, *clocks: CaseClock, received_by: tuple[str, ...] = ()
) -> CaseKind:
    return CaseKind(
        code=code,
        received_by=received_by,
        title=Text(zh, en),
        scheme=SCHEME,
        verdict=VERDICT,
        fields=Order,
        headline=("about", "object"),
        icon=icon,
        states=(
            CaseState("logged", Text("待送达", "To be sent")),
            CaseState("sent", Text("已送达", "Sent")),
            CaseState("accepted", Text("处理中", "Being dealt with")),
            CaseState("answered", Text("待回访", "To be called back")),
            CaseState("closed", Text("已办结", "Closed"), closed=True),
        ),
        steps=(
            CaseStep(
                "send",
                Text("送达部门", "Send to the department"),
                ("logged", "sent"),
                "sent",
                moves="pass",
                icon="send",
            ),
            CaseStep(
                "accept",
                Text("受理", "Accept"),
                ("sent",),
                "accepted",
                by=("holder",),
                takes=True,
                icon="hand-stop",
            ),
            CaseStep(
                "answer",
                Text("答复", "Answer"),
                ("sent", "accepted"),
                "answered",
                by=HOLDER,
                asks=Result,
                icon="file-text",
            ),
            CaseStep(
                "return",
                Text("非本部门，退回", "Not ours: return"),
                ("sent",),
                "logged",
                by=HOLDER,
                moves="return",
                reason=True,
                icon="arrow-back",
            ),
            CaseStep(
                "send_back",
                Text("退回重办", "Send back"),
                ("answered",),
                "accepted",
                reason=True,
                icon="arrow-back-up",
            ),
            CaseStep(
                "call_back",
                Text("回访", "Call back"),
                ("answered",),
                "closed",
                asks=CalledBack,
                icon="phone-outgoing",
            ),
            call("logged", "sent", "accepted", "answered"),
        ),
        clocks=(
            CaseClock("order_sent", Text("送达部门", "Sent"), starts={"logged": ("log",)}, stops=("send",)),
            CaseClock(
                "order_returned",
                Text("退回", "Returned"),
                starts={"received": ("send",)},
                restarts={"received": ("send",)},
                voids={"received": ("accept", "answer")},
                stops=("return",),
                quiet=True,
            ),
            *clocks,
        ),
    )


def _answer(name: str) -> tuple[CaseClock, CaseClock]:
    """The clock of the answer, and that of acceptance for the other reading of chapter 5."""
    return (
        CaseClock(
            f"{name}_answered", Text("处理答复", "Dealt with"), starts={"logged": ("log",)}, stops=("answer",)
        ),
        CaseClock(
            f"{name}_accepted",
            Text("受理", "Accepted"),
            starts={"logged": ("log",)},
            stops=("accept", "answer"),
        ),
    )


COMPLAINT = _order("complaint", "投诉", "Complaint", "message-report", *_answer("complaint"))
MISCONDUCT = _order(
    "misconduct",
    "举报",
    "Report of misconduct",
    "flag",
    *_answer("misconduct"),
    received_by=("思想政治工作",),
)
SUGGESTION = _order("suggestion", "建议", "Suggestion", "bulb")
PRAISE = _order("praise", "表扬", "Praise", "thumb-up")
