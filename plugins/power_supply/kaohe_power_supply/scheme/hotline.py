"""B. The hotline's clocks: a breach makes an overtime entry on the unit that held the case.

The clocks and limits are the source's; the points of an overtime are not in it and are our defaults.
"""

from __future__ import annotations

from kaohe.scheme import (
    Clause,
    ClockBreach,
    Cycle,
    D,
    Doubt,
    Form,
    Option,
    Part,
    PerOccurrence,
    Ranking,
    Replace,
    Scheme,
    Setting,
    Text,
    TimeLimit,
)
from kaohe_power_supply.scheme.sources import HOTLINE, STANDARDS, cite
from kaohe_power_supply.scheme.standards import GRADES

PASSED_ON, RETURNED, ARRIVAL, REPORTED_DESK, REPORTED_CITY = 11, 12, 13, 14, 15
ORDER_SENT, ORDER_RETURNED, COMPLAINT, MISCONDUCT = 21, 22, 23, 24
CONNECT_HOUSEHOLD, CONNECT_OTHER, SUPPLY_PLAN, RECONNECTED = 31, 32, 33, 34
NOTICE_PLANNED, NOTICE_TEMPORARY = 41, 42
NOT_FOLLOWED_UP, BOUNCED = 51, 52


def _limit(amount: int, unit: str, where: str = "", zh: str = "", en: str = "") -> TimeLimit:
    return TimeLimit(amount, unit, where, Text(zh, en) if zh else None)  # type: ignore[arg-type]


def _clock(
    id: int,
    clock: str,
    zh: str,
    en: str,
    runs_from: str,
    *limits: TimeLimit,
    points: str = "-0.5",
    form: str = "fault",
) -> Clause:
    rule = ClockBreach(clock, limits, D(points), runs_from, per=Text("每件", "a case"))
    return Clause(
        id,
        clock,
        Text(zh, en),
        rule,
        cite=cite(HOTLINE, "时限"),
        ours=True,
        reason=False,
        forms=(form,),
        note=Text("时限出自原文，分值是系统默认值", "the limit is the source's, the points are our default"),
    )


FAULTS = Part(
    "faults",
    Text("故障报修", "Fault repair"),
    points=D(0),
    cite=cite(HOTLINE, "故障报修"),
    clauses=(
        _clock(
            PASSED_ON,
            "fault_passed_on",
            "传递抢修单位超时",
            "Passed on to the repair unit late",
            "logged",
            _limit(5, "minutes"),
        ),
        _clock(
            RETURNED,
            "fault_returned",
            "退回误传工单超时",
            "Wrongly passed on, returned late",
            "received",
            _limit(5, "minutes"),
        ),
        _clock(
            ARRIVAL,
            "fault_arrival",
            "抢修人员到场超时",
            "Crew on site late",
            "passed_on",
            _limit(45, "minutes", "city", "城区", "city"),
            _limit(90, "minutes", "country", "农村", "countryside"),
            _limit(120, "minutes", "remote", "特殊边远", "remote"),
            points="-1",
        ),
        _clock(
            REPORTED_DESK,
            "arrival_reported_desk",
            "到场后报公司值班台超时",
            "Arrival reported to the desk late",
            "arrived",
            _limit(20, "minutes"),
        ),
        _clock(
            REPORTED_CITY,
            "arrival_reported_city",
            "到场后报市中心超时",
            "Arrival reported to the city's centre late",
            "arrived",
            _limit(30, "minutes"),
        ),
    ),
)

ORDERS = Part(
    "orders",
    Text("投诉、举报、建议、表扬", "Complaint, report, suggestion, praise"),
    points=D(0),
    cite=cite(HOTLINE, "投诉举报"),
    clauses=(
        _clock(
            ORDER_SENT,
            "order_sent",
            "工单送达部门超时",
            "Work order sent to the department late",
            "logged",
            _limit(30, "minutes"),
            form="order",
        ),
        _clock(
            ORDER_RETURNED,
            "order_returned",
            "非本部门工单退回超时",
            "Not ours: returned late",
            "received",
            _limit(1, "working_days"),
            form="order",
        ),
        _clock(
            COMPLAINT,
            "complaint_answered",
            "投诉处理超时",
            "Complaint dealt with late",
            "logged",
            _limit(5, "working_days"),
            points="-2",
            form="order",
        ),
        _clock(
            MISCONDUCT,
            "misconduct_answered",
            "举报处理超时",
            "Report of misconduct dealt with late",
            "logged",
            _limit(10, "working_days"),
            points="-2",
            form="order",
        ),
    ),
)

CONNECTIONS = Part(
    "connections",
    Text("报装接电", "Connection"),
    points=D(0),
    cite=cite(HOTLINE, "业扩报装"),
    clauses=(
        _clock(
            CONNECT_HOUSEHOLD,
            "connect_household",
            "居民接电超时",
            "Household connected late",
            "papers_done",
            _limit(3, "working_days"),
            points="-1",
            form="connection",
        ),
        _clock(
            CONNECT_OTHER,
            "connect_other",
            "非居民接电超时",
            "Other customer connected late",
            "papers_done",
            _limit(5, "working_days"),
            points="-1",
            form="connection",
        ),
        _clock(
            SUPPLY_PLAN,
            "supply_plan",
            "答复供电方案超时",
            "Supply plan answered late",
            "applied",
            _limit(3, "working_days", "household", "居民", "household"),
            _limit(7, "working_days", "low_voltage", "低压", "low voltage"),
            _limit(15, "working_days", "high_single", "高压单电源", "high voltage, one source"),
            _limit(30, "working_days", "high_double", "高压双电源", "high voltage, two sources"),
            points="-1",
            form="connection",
        ),
        Clause(
            RECONNECTED,
            "reconnected",
            Text("缴清后复电超时", "Reconnected late after payment"),
            ClockBreach("reconnection", (_limit(24, "hours"),), D(-1), "paid", per=Text("每件", "a case")),
            cite=cite(STANDARDS, "第9.3条"),
            ours=True,
            reason=False,
            forms=("connection",),
        ),
    ),
)

OUTAGES = Part(
    "outages",
    Text("停电公告", "Outage notices"),
    points=D(0),
    cite=cite(HOTLINE, "停电信息"),
    clauses=(
        _clock(
            NOTICE_PLANNED,
            "notice_planned",
            "计划停电未提前 7 天公告",
            "Planned outage not published 7 days before",
            "before_start",
            _limit(7, "days"),
            points="-1",
            form="outage",
        ),
        _clock(
            NOTICE_TEMPORARY,
            "notice_temporary",
            "临时停电未提前 24 小时公告",
            "Temporary outage not published 24 hours before",
            "before_start",
            _limit(24, "hours"),
            points="-1",
            form="outage",
        ),
    ),
)


def _breach(id: int, code: str, zh: str, en: str) -> Clause:
    return Clause(
        id,
        code,
        Text(zh, en),
        PerOccurrence(D("-0.5"), per=Text("每件", "a case")),
        cite=cite(HOTLINE, "考核"),
        ours=True,
        forms=("record",),
    )


CARE = Part(
    "care",
    Text("闭环管理", "Closed loop"),
    points=D(0),
    ours=True,
    cite=cite(HOTLINE, "考核"),
    clauses=(
        _breach(
            NOT_FOLLOWED_UP, "no_callback", "办结后未回访客户", "Customer not called back after the case"
        ),
        _breach(
            BOUNCED, "result_sent_back", "处理结果审核不合格被退回", "Result sent back as not good enough"
        ),
    ),
)

DOUBTS = (
    Doubt(
        "answer_or_acceptance",
        Text("投诉 5 天、举报 10 天是受理还是答复", "Are 5 and 10 days for acceptance or for the answer"),
        Text(
            "第五章称“受理时限”，流程中却是处理答复。",
            "Chapter 5 says acceptance, the flow means the answer.",
        ),
        (
            Option("answer", Text("处理答复的时限", "The answer"), usual=True),
            Option(
                "acceptance",
                Text("受理的时限", "Acceptance"),
                (
                    Replace(f"clause/{COMPLAINT}/rule/clock", "complaint_accepted"),
                    Replace(f"clause/{MISCONDUCT}/rule/clock", "misconduct_accepted"),
                ),
            ),
        ),
        printed="受理时限",
        cite=cite(HOTLINE, "第五章", "受理时限"),
        clauses=(COMPLAINT, MISCONDUCT),
    ),
    Doubt(
        "arrival_from",
        Text("到场时限从何时起算", "From when the arrival clock runs"),
        Text("可从传递抢修单位起，也可从客户来电起。", "From passing on, or from the customer's call."),
        (
            Option("passed_on", Text("传递抢修单位之时", "From passing on"), usual=True),
            Option(
                "called",
                Text("客户来电之时", "From the call"),
                (Replace(f"clause/{ARRIVAL}/rule/runs_from", "called"),),
            ),
        ),
        cite=cite(HOTLINE, "故障报修"),
        clauses=(ARRIVAL,),
    ),
    Doubt(
        "urging",
        Text("到时限未回复，算不算超时", "Does no reply at the limit count as overtime"),
        Text(
            "到场可在其后 20 分钟内报告，回复却须在时限内。",
            "Arrival may be reported up to 20 minutes after it, yet a reply is due at the limit.",
        ),
        (
            Option(
                "provisional",
                Text(
                    "先催办并暂记，按时到场则撤销",
                    "Urged and held provisionally, withdrawn if the crew was in time",
                ),
                usual=True,
            ),
            Option(
                "reply",
                Text("时限内未回复即超时", "No reply at the limit is overtime"),
                (Replace("setting/urging/value", "reply"),),
            ),
        ),
        cite=cite(HOTLINE, "故障报修"),
        clauses=(ARRIVAL,),
    ),
)

HOTLINE_SCHEME = Scheme(
    code="power.hotline",
    title=Text("95598 时限考核", "The hotline's clocks"),
    subject="unit",
    cycle=Cycle("month"),
    root=Part(
        "total",
        Text("时限得分", "Clocks"),
        points=D(100),
        floor=D(0),
        ceiling=D(100),
        ours=True,
        parts=(FAULTS, ORDERS, CONNECTIONS, OUTAGES, CARE),
        cite=cite(HOTLINE, "考核"),
    ),
    grades=GRADES,
    ranking=Ranking(within=""),
    sources=(HOTLINE, STANDARDS),
    doubts=DOUBTS,
    forms=(
        Form("fault", Text("故障报修工单", "Fault case"), "case"),
        Form("order", Text("投诉、举报、建议、表扬工单", "Complaint, report, suggestion, praise"), "case"),
        Form("connection", Text("报装接电工单", "Connection case"), "case"),
        Form("outage", Text("停电公告", "Outage notice"), "case"),
        Form("record", Text("闭环管理记录", "Closed loop record"), "single"),
    ),
    settings=(
        Setting(
            "urging",
            Text("时限内未回复", "No reply at the limit"),
            "provisional",
            (
                ("provisional", Text("催办，暂记超时", "urged, overtime provisionally")),
                ("reply", Text("即记超时", "overtime at once")),
            ),
            cite=cite(HOTLINE, "故障报修"),
        ),
    ),
)
