"""D. Post performance of staff: work results, service quality, customer satisfaction; the last stands by.

Weights 50, 30, 20, curves and points are our defaults.
"""

from __future__ import annotations

from kaohe.scheme import (
    DISMISSED,
    SUSPENDED,
    Clause,
    ClockBreach,
    Consequence,
    Curve,
    Cycle,
    D,
    Effect,
    Form,
    Indicator,
    LastInRank,
    Measure,
    Part,
    PerOccurrence,
    Ranking,
    Ratio,
    Scheme,
    Text,
    TimeLimit,
    Veto,
    WeightedMean,
)
from kaohe_power_supply.scheme.sources import POSTS, STATION, cite
from kaohe_power_supply.scheme.standards import GRADES

READ, TO_READ, COLLECTED, BILLED, LOST, SUPPLIED, SATISFIED, ANSWERED = range(71, 79)
STRUCK_OFF = 39


def _rate(id: int, code: str, zh: str, en: str, weight: int, value: Ratio, *knots: tuple[str, str]) -> Part:
    clause = Clause(
        id,
        code,
        Text(zh, en),
        Indicator(value, Curve(tuple((D(a), D(b)) for a, b in knots))),
        cite=cite(STATION, "承包责任"),
        ours=True,
        reason=False,
    )
    return Part(code, Text(zh, en), clauses=(clause,), empty="missing", weight=D(weight), ours=True)


def _breach(id: int, code: str, zh: str, en: str, points: str) -> Clause:
    return Clause(
        id,
        code,
        Text(zh, en),
        PerOccurrence(D(points)),
        cite=cite(POSTS, "岗位绩效"),
        ours=True,
        forms=("record",),
    )


AREAS = Part(
    "areas",
    Text("承包台区指标", "Contracted areas"),
    combine=WeightedMean(),
    empty="missing",
    ours=True,
    cite=cite(STATION, "承包责任"),
    parts=(
        _rate(
            11, "reading", "抄表率", "Meters read", 30, Ratio((READ,), (TO_READ,)), ("0.9", "0"), ("1", "100")
        ),
        _rate(
            12,
            "collection",
            "电费回收率",
            "Bills collected",
            40,
            Ratio((COLLECTED,), (BILLED,)),
            ("0.9", "0"),
            ("1", "100"),
        ),
        _rate(
            13, "loss", "线损率", "Line loss", 30, Ratio((LOST,), (SUPPLIED,)), ("0.05", "100"), ("0.15", "0")
        ),
    ),
)
LATE_ORDERS = Part(
    "late_orders",
    Text("工单超时", "Late work orders"),
    points=D(0),
    ours=True,
    cite=cite(POSTS, "岗位绩效"),
    clauses=(
        Clause(
            21,
            "order_late",
            Text("营销系统工单超时", "Work order late in the marketing system"),
            ClockBreach("marketing_order", (TimeLimit(5, "working_days"),), D(-2)),
            cite=cite(POSTS, "岗位绩效"),
            ours=True,
            reason=False,
            forms=("order",),
        ),
        Clause(
            22,
            "card_late",
            Text("督办卡未按期办结", "Supervision card not closed in time"),
            ClockBreach("supervision_card", (TimeLimit(10, "working_days"),), D(-5)),
            cite=cite(POSTS, "督办"),
            ours=True,
            reason=False,
            forms=("order",),
        ),
    ),
)
WORK = Part(
    "work",
    Text("工作业绩", "Work results"),
    parts=(AREAS, LATE_ORDERS),
    floor=D(0),
    empty="missing",
    weight=D(50),
    ours=True,
    cite=cite(POSTS, "岗位绩效"),
)
QUALITY = Part(
    "quality",
    Text("服务质量", "Service quality"),
    points=D(100),
    floor=D(0),
    ceiling=D(100),
    weight=D(30),
    ours=True,
    cite=cite(POSTS, "岗位绩效"),
    clauses=(
        _breach(31, "complained", "被投诉，经查实", "Complained of, verified", "-10"),
        _breach(32, "covert", "暗访发现问题", "Covert finding", "-5"),
        _breach(33, "step_late", "报装环节未限时办结", "Step of a connection over its limit", "-5"),
        _breach(34, "safety", "安全小指标未达标", "Safety indicator missed", "-5"),
        _breach(35, "no_callback", "四访不到位", "Calls back not made", "-2"),
        _breach(36, "praised", "客户书面表扬", "Praised in writing by a customer", "2"),
        Clause(
            STRUCK_OFF,
            "struck_off",
            Text("最严重投诉", "The gravest complaint"),
            Veto("unqualified", effects=(Effect(DISMISSED, Text("除名", "struck off")),)),
            cite=cite(POSTS, "投诉"),
            forms=("record",),
        ),
    ),
)
SATISFACTION = _rate(
    41,
    "satisfaction",
    "客户满意",
    "Customer satisfaction",
    20,
    Ratio((SATISFIED,), (ANSWERED,)),
    ("0", "0"),
    ("1", "100"),
)


def _measure(id: int, code: str, zh: str, en: str, unit_zh: str, unit_en: str, decimals: int = 0) -> Measure:
    return Measure(
        id,
        code,
        Text(zh, en),
        on="person",
        unit=Text(unit_zh, unit_en),
        decimals=decimals,
        cite=cite(STATION, "承包责任"),
    )


POST = Scheme(
    code="power.post",
    title=Text("员工岗位绩效", "Post performance of staff"),
    subject="person",
    cycle=Cycle("month", ours=True),
    root=Part(
        "total",
        Text("岗位绩效", "Post performance"),
        combine=WeightedMean(),
        parts=(WORK, QUALITY, SATISFACTION),
        empty="missing",
        cite=cite(POSTS, "岗位绩效"),
    ),
    grades=GRADES,
    ranking=Ranking(within="unit"),
    consequences=(
        Consequence(
            "stand_by",
            Text("尾数待岗", "The last stands by"),
            LastInRank(),
            (Effect(SUSPENDED, Text("待岗", "stands by")),),
            cite=cite(POSTS, "岗位绩效"),
        ),
    ),
    sources=(POSTS, STATION),
    measures=(
        _measure(READ, "read", "已抄户数", "Meters read", "户", "meters"),
        _measure(TO_READ, "to_read", "应抄户数", "Meters to read", "户", "meters"),
        _measure(COLLECTED, "collected", "实收电费", "Collected", "元", "yuan", 2),
        _measure(BILLED, "billed", "应收电费", "Billed", "元", "yuan", 2),
        _measure(LOST, "lost", "损失电量", "Energy lost", "千瓦时", "kWh"),
        _measure(SUPPLIED, "supplied", "供电量", "Energy supplied", "千瓦时", "kWh"),
        _measure(SATISFIED, "satisfied", "满意数", "Satisfied answers", "份", "answers"),
        _measure(ANSWERED, "answered", "回答数", "Answers", "份", "answers"),
    ),
    forms=(
        Form("record", Text("服务质量记录", "Service quality record"), "single"),
        Form("order", Text("工单与督办卡", "Work orders and supervision cards"), "case"),
    ),
    notes=(
        Text(
            "按线按台区承包；奖惩对等；师徒合同、安全目标责任书另存档。",
            "Contract by line and transformer area; reward and penalty in balance; mentoring contracts and safety letters are filed.",
        ),
    ),
)
