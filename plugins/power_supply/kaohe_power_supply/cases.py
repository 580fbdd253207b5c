"""The hotline's cases: faults, orders, connections, reconnections, notices of outages, with their clocks.

Limits and points stand in the scheme "power.hotline"; here stands which steps start and stop a clock.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kaohe.plugins import CaseClock, CaseKind, CaseState, CaseStep, Choice, Circumstance
from kaohe.scheme import Text

SCHEME = "power.hotline"


def _text(zh: str, en: str, *, most: int = 100, rows: int = 0, required: bool = False) -> fields.String:
    meta = {"title": Text(zh, en)} | ({"rows": rows} if rows else {})
    return fields.String(required=required, validate=validate.Length(max=most), metadata=meta)


def _moment(zh: str, en: str) -> fields.DateTime:
    return fields.DateTime(required=True, metadata={"title": Text(zh, en)})


class Fault(Schema):
    """What the desk asks a caller about a fault."""

    address = _text("地址", "Address", required=True)
    symptom = _text("故障现象", "Symptom", most=300, required=True)
    landmark = _text("附近标志", "Landmark")
    customer = _text("来电人", "Caller", most=40)
    phone = _text("联系电话", "Telephone", most=40)


class Order(Schema):
    """A complaint, report, suggestion or praise."""

    about = _text("事项", "About", required=True)
    demand = _text("诉求", "Demand", most=1000, rows=4, required=True)
    object = _text("涉及单位或人员", "Concerns", most=60)
    customer = _text("客户", "Customer", most=40)
    phone = _text("回访方式", "How to call back", most=60)


class Connection(Schema):
    """An application for a connection."""

    address = _text("用电地址", "Address", required=True)
    customer = _text("客户", "Customer", most=60, required=True)
    capacity = _text("报装容量", "Load", most=40)
    phone = _text("联系电话", "Telephone", most=40)


class Paid(Schema):
    """A customer who has paid what was owed."""

    address = _text("用电地址", "Address", required=True)
    customer = _text("客户", "Customer", most=60, required=True)
    phone = _text("联系电话", "Telephone", most=40)


class Outage(Schema):
    """A notice of an outage."""

    line = _text("线路", "Line", required=True)
    area = _text("停电范围", "Area", most=300, required=True)
    starts_at = _moment("停电开始", "Starts")
    ends_at = _moment("预计恢复", "Expected back")
    cause = _text("原因", "Reason", most=200)
    key_customers = _text("重要用户", "Key customers", most=300)
    remark = _text("备注", "Remark", most=300)


class Result(Schema):
    """How a case was dealt with."""

    result = _text("处理结果", "Result", most=1000, rows=3, required=True)


class CalledBack(Schema):
    """What the customer said afterwards."""

    satisfied = Choice(
        {
            "very": Text("非常满意", "Very satisfied"),
            "yes": Text("满意", "Satisfied"),
            "fair": Text("基本满意", "Fairly satisfied"),
            "no": Text("不满意", "Not satisfied"),
            "unreached": Text("未联系上", "Not reached"),
        },
        required=True,
        metadata={"title": Text("回访结果", "Called back")},
    )
    said = _text("客户意见", "What was said", most=500, rows=2)


class Call(Schema):
    """Somebody else called about the same matter."""

    customer = _text("来电人", "Caller", most=40)
    phone = _text("联系电话", "Telephone", most=40)
    said = _text("所述", "What was said", most=300)


HOLDER = ("holder", "desk")


def _call(*after: str) -> CaseStep:
    return CaseStep("call", Text("又有来电", "Another call"), after, asks=Call, icon="phone-call")


FAULT = CaseKind(
    code="fault",
    title=Text("故障报修", "Fault repair"),
    scheme=SCHEME,
    fields=Fault,
    headline=("address", "symptom"),
    icon="bolt",
    asks_circumstance=Text("地区", "Area"),
    circumstances=(
        Circumstance("city", Text("城区", "City")),
        Circumstance("country", Text("农村", "Countryside")),
        Circumstance("remote", Text("特殊边远", "Remote")),
    ),
    states=(
        CaseState("logged", Text("待传递", "To be passed on")),
        CaseState("passed", Text("已传递", "Passed on")),
        CaseState("accepted", Text("已接单", "Accepted")),
        CaseState("on_site", Text("已到场", "On site")),
        CaseState("done", Text("待审核", "To be reviewed")),
        CaseState("archived", Text("待回访", "To be called back")),
        CaseState("closed", Text("已办结", "Closed"), closed=True),
    ),
    steps=(
        CaseStep(
            "pass",
            Text("传递", "Pass on"),
            ("logged", "passed", "accepted"),
            "passed",
            moves="pass",
            icon="send",
        ),
        CaseStep(
            "accept",
            Text("接单", "Accept"),
            ("passed",),
            "accepted",
            by=("holder",),
            takes=True,
            icon="hand-stop",
        ),
        CaseStep(
            "arrive",
            Text("到达现场", "On site"),
            ("passed", "accepted"),
            "on_site",
            by=HOLDER,
            icon="map-pin-check",
        ),
        CaseStep("done", Text("处理完毕", "Done"), ("on_site",), "done", by=HOLDER, icon="check"),
        CaseStep(
            "return",
            Text("误传退回", "Return: not ours"),
            ("passed",),
            "logged",
            by=HOLDER,
            moves="return",
            reason=True,
            icon="arrow-back",
        ),
        CaseStep(
            "reply",
            Text("回复进展", "Reply"),
            ("passed", "accepted", "on_site"),
            by=HOLDER,
            reason=True,
            icon="message",
        ),
        CaseStep(
            "report_city",
            Text("报市中心", "Report to the city"),
            ("on_site", "done"),
            icon="building-broadcast-tower",
        ),
        CaseStep("review", Text("审核归档", "Review and file"), ("done",), "archived", icon="archive"),
        CaseStep(
            "send_back",
            Text("审核退回", "Send back"),
            ("done",),
            "accepted",
            reason=True,
            icon="arrow-back-up",
        ),
        CaseStep(
            "call_back",
            Text("回访", "Call back"),
            ("archived",),
            "closed",
            asks=CalledBack,
            icon="phone-outgoing",
        ),
        _call("logged", "passed", "accepted", "on_site", "done"),
    ),
    clocks=(
        CaseClock(
            "fault_passed_on",
            Text("传递抢修单位", "Passed on"),
            starts={"logged": ("log",)},
            stops=("pass",),
        ),
        CaseClock(
            "fault_returned",
            Text("退回误传", "Returned"),
            starts={"received": ("pass",)},
            restarts={"received": ("pass",)},
            voids={"received": ("accept", "arrive")},
            stops=("return",),
            quiet=True,
        ),
        CaseClock(
            "fault_arrival",
            Text("到达现场", "On site"),
            starts={"passed_on": ("pass",), "called": ("log",)},
            restarts={"passed_on": ("pass",)},
            voids={"passed_on": ("return",)},
            stops=("arrive",),
            urges=True,
            by_report=("urging", "reply"),
        ),
        CaseClock(
            "arrival_reported_desk",
            Text("到场后报值班台", "Arrival reported to the desk"),
            starts={"arrived": ("arrive",)},
            reported=("arrive",),
        ),
        CaseClock(
            "arrival_reported_city",
            Text("到场后报市中心", "Arrival reported to the city"),
            starts={"arrived": ("arrive",)},
            stops=("report_city",),
        ),
    ),
)


def _order(
    code: str, zh: str, en: str, icon: str, *clocks: CaseClock, received_by: tuple[str, ...] = ()
) -> CaseKind:
    return CaseKind(
        code=code,
        received_by=received_by,
        title=Text(zh, en),
        scheme=SCHEME,
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
            _call("logged", "sent", "accepted", "answered"),
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


def _connection(code: str, zh: str, en: str, clock: str, *circumstances: Circumstance) -> CaseKind:
    return CaseKind(
        code=code,
        title=Text(zh, en),
        scheme=SCHEME,
        fields=Connection,
        headline=("address", "customer"),
        icon="plug",
        asks_circumstance=Text("用户类别", "Customer"),
        circumstances=circumstances,
        logged=Text("受理申请", "Application taken"),
        states=(
            CaseState("applied", Text("待答复供电方案", "Plan to be answered")),
            CaseState("planned", Text("待验收", "To be inspected")),
            CaseState("ready", Text("待接电", "To be connected")),
            CaseState("closed", Text("已接电", "Connected"), closed=True),
        ),
        steps=(
            CaseStep(
                "pass", Text("转交", "Pass on"), ("applied", "planned", "ready"), moves="pass", icon="send"
            ),
            CaseStep(
                "plan",
                Text("答复供电方案", "Answer the plan"),
                ("applied",),
                "planned",
                by=HOLDER,
                icon="file-text",
            ),
            CaseStep(
                "papers",
                Text("验收合格、手续办齐", "Inspected, papers done"),
                ("planned",),
                "ready",
                by=HOLDER,
                icon="clipboard-check",
            ),
            CaseStep(
                "connect", Text("接电", "Power on"), ("ready",), "closed", by=HOLDER, icon="plug-connected"
            ),
            _call("applied", "planned", "ready"),
        ),
        clocks=(
            CaseClock(
                "supply_plan",
                Text("答复供电方案", "Plan answered"),
                starts={"applied": ("log",)},
                stops=("plan",),
            ),
            CaseClock(
                clock, Text("接电", "Power on"), starts={"papers_done": ("papers",)}, stops=("connect",)
            ),
        ),
    )


HOUSEHOLD = _connection(
    "connect_household",
    "居民报装",
    "Household connection",
    "connect_household",
    Circumstance("household", Text("居民", "Household")),
)
OTHER = _connection(
    "connect_other",
    "非居民报装",
    "Other connection",
    "connect_other",
    Circumstance("low_voltage", Text("低压", "Low voltage")),
    Circumstance("high_single", Text("高压单电源", "High voltage, one source")),
    Circumstance("high_double", Text("高压双电源", "High voltage, two sources")),
)
RECONNECTION = CaseKind(
    code="reconnection",
    title=Text("缴费复电", "Reconnection"),
    scheme=SCHEME,
    fields=Paid,
    headline=("address", "customer"),
    icon="plug",
    logged=Text("缴清欠费", "Paid"),
    states=(
        CaseState("paid", Text("待复电", "To be reconnected")),
        CaseState("closed", Text("已复电", "Reconnected"), closed=True),
    ),
    steps=(
        CaseStep("pass", Text("转交", "Pass on"), ("paid",), moves="pass", icon="send"),
        CaseStep(
            "reconnect", Text("复电", "Reconnected"), ("paid",), "closed", by=HOLDER, icon="plug-connected"
        ),
        _call("paid"),
    ),
    clocks=(
        CaseClock(
            "reconnection", Text("复电", "Reconnected"), starts={"paid": ("log",)}, stops=("reconnect",)
        ),
    ),
)


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

CASES = (
    FAULT, COMPLAINT, MISCONDUCT, SUGGESTION, PRAISE, HOUSEHOLD, OTHER, RECONNECTION, PLANNED, TEMPORARY,
)  # fmt: skip
