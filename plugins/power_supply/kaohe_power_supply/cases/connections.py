"""Connections and reconnections: the plan answered, the papers done, power on."""

from __future__ import annotations

from marshmallow import Schema

from kaohe.plugins import CaseClock, CaseKind, CaseState, CaseStep, Circumstance
from kaohe.scheme import Text
from kaohe_power_supply.cases.common import HOLDER, SCHEME, call, text


class Connection(Schema):
    """An application for a connection."""

    address = text("用电地址", "Address", required=True)
    customer = text("客户", "Customer", most=60, required=True)
    capacity = text("报装容量", "Load", most=40)
    phone = text("联系电话", "Telephone", most=40)


class Paid(Schema):
    """A customer who has paid what was owed."""

    address = text("用电地址", "Address", required=True)
    customer = text("客户", "Customer", most=60, required=True)
    phone = text("联系电话", "Telephone", most=40)


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
            call("applied", "planned", "ready"),
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
        call("paid"),
    ),
    clocks=(
        CaseClock(
            "reconnection", Text("复电", "Reconnected"), starts={"paid": ("log",)}, stops=("reconnect",)
        ),
    ),
)
