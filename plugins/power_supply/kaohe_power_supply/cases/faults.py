"""A fault: passed on, on site within its limit, done, reviewed, called back."""

from __future__ import annotations

from marshmallow import Schema

from kaohe.plugins import CaseClock, CaseKind, CaseState, CaseStep, Circumstance
from kaohe.scheme import Text
from kaohe_power_supply.cases.common import HOLDER, SCHEME, VERDICT, CalledBack, call, text


class Fault(Schema):
    """What the desk asks a caller about a fault."""

    address = text("地址", "Address", required=True)
    symptom = text("故障现象", "Symptom", most=300, required=True)
    landmark = text("附近标志", "Landmark")
    customer = text("来电人", "Caller", most=40)
    phone = text("联系电话", "Telephone", most=40)


FAULT = CaseKind(
    code="fault",
    title=Text("故障报修", "Fault repair"),
    scheme=SCHEME,
    verdict=VERDICT,
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
        call("logged", "passed", "accepted", "on_site", "done"),
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
