"""A. Service standards of departments and stations: each breach found is an entry on the unit.

The amounts of the source are cut off (art. 17): all points are our defaults.
"""

from __future__ import annotations

from kaohe.scheme import (
    NOTICE,
    Clause,
    Contained,
    Cycle,
    D,
    Effect,
    Form,
    Grade,
    Limit,
    Part,
    PerOccurrence,
    Ranking,
    Scheme,
    Setting,
    Text,
)
from kaohe_power_supply.scheme.sources import STANDARDS, cite

_ARTICLES: tuple[tuple[int, str, str, str], ...] = (
    (
        5,
        "协作配合",
        "Cooperation",
        """5.1 1 职责履行不到位|Duties not performed
5.2 1 部门之间推诿，影响整体工作|Departments shift blame on to each other
5.3 1 部门内部协作不力|No cooperation inside the department
5.4 1 对二级单位服务、指导、监督不到位|Subordinate units not served, guided or supervised""",
    ),
    (
        6,
        "自身建设",
        "Own house",
        """6.1 1 年初无计划，季度、半年、年终无总结，年中无检查督办|No year's plan, summary or mid-year check
6.2 1 学习培训不经常或无详细记录|No regular training, or no records
6.3 1 回避矛盾、上交问题|Conflicts passed up instead of dealt with""",
    ),
    (
        7,
        "营业场所",
        "Premises",
        """7.1 0.5 标识、名称牌不全或不一致|Signs missing or inconsistent
7.2 0.5 环境不整洁、物品摆放无序|Not clean or orderly
7.3 1 周休日不营业，或便民设施、意见簿缺失|Closed at the weekend, or facilities or opinion book missing
7.4 1 服务时间、范围、程序、收费标准、承诺未公示|Hours, scope, procedure, prices or promises not displayed""",
    ),
    (
        8,
        "柜台服务",
        "Counter",
        """8.1 0.5 未提前 5 分钟上岗并做好准备|Not at the counter 5 minutes early
8.2 0.5 未统一着装、未佩带编号服务证|Uniform or numbered badge missing
8.3 1 用语不文明、使用服务忌语|Uncivil language or forbidden words
8.4 2 具备供电条件的客户未在 5 个工作日内接电|Connection not within 5 working days of readiness
8.5 1 居民缴费未在 5 分钟内办完，或拒收小额纸币零钞|Household payment over 5 minutes, or small money refused
8.6 1 咨询无记录、无回复，推诿搪塞|Questions not recorded or not answered""",
    ),
    (
        9,
        "现场服务",
        "On site",
        """9.1 2 错抄、漏抄、估抄|Meter read wrongly, left out or guessed
9.2 2 装表接电设卡刁难|Obstruction at connection
9.3 2 停电不按程序，或缴清后 24 小时内未恢复送电|Cut off against procedure, or not reconnected within 24 hours of payment
9.4 2 用电检查不按规定、与客户争吵|Inspection against the rules, or a quarrel""",
    ),
    (10, "查询服务", "Enquiries", "10 1 服务电话未在响铃 5 声内摘机|Telephone not answered within 5 rings"),
    (
        11,
        "供电服务",
        "Supply",
        """11.1 2 计划停电未提前公告原因、线路、区域、时间|Planned outage not announced with reason, line, area, time
11.2 2 大客户、特殊客户未单独通知|Large or special customers not told one by one
11.3 2 抢修人员未在承诺时间内到场|Repair crew not there within the promised time""",
    ),
    (
        12,
        "特别服务",
        "Special service",
        """12.1 1 对伤残、孤寡老人未提供上门服务|No service at home for the disabled and elderly
12.2 1 未定期组织便民服务和安全用电宣传|No regular service and safety campaigns""",
    ),
    (
        13,
        "服务监督",
        "Supervision",
        """13.1 2 满意度评议每年少于两次|Fewer than two satisfaction surveys a year
13.2 1 未走访客户、未召开客户和义务监督员会议|No visits, customer meetings or voluntary supervisors""",
    ),
    (
        14,
        "纪律",
        "Discipline",
        """14.1 2 违反供电服务承诺有关纪律|Discipline of the service promises broken
14.2 10 因服务质量被省、市以上媒体或代表委员批评曝光|Criticism in the media or by deputies caused by service""",
    ),
)


def _clause(article: int, row: str) -> Clause:
    number, points, texts = row.split(" ", 2)
    zh, en = texts.split("|")
    place = int(number.partition(".")[2] or 1)
    return Clause(
        article * 10 + place,
        f"s{number.replace('.', '_')}",
        Text(f"{number} {zh}", f"{number} {en}"),
        PerOccurrence(-D(points)),
        cite=cite(STANDARDS, f"第{article}条"),
        ours=True,
        forms=("breach",),
        limits=(Limit("points", D(-100), D(0)),),
    )


PARTS = tuple(
    Part(
        f"article_{article}",
        Text(zh, en),
        points=D(0),
        cite=cite(STANDARDS, f"第{article}条"),
        clauses=tuple(_clause(article, row) for row in rows.splitlines()),
    )
    for article, zh, en, rows in _ARTICLES
)

ACCIDENT = 151
ACCOUNTABILITY = Part(
    "article_15",
    Text("责任追究", "Accountability"),
    points=D(0),
    cite=cite(STANDARDS, "第15条"),
    clauses=(
        Clause(
            ACCIDENT,
            "accident",
            Text("责任事故", "Responsibility accident"),
            PerOccurrence(
                D(-10),
                effects=(
                    Effect(
                        NOTICE,
                        Text(
                            "责任事故追究（三不放过）",
                            "accountability: cause found, person dealt with, measure in place",
                        ),
                    ),
                ),
            ),
            cite=cite(STANDARDS, "第15条"),
            ours=True,
            forms=("breach",),
        ),
    ),
)

GRADES = (
    Grade("excellent", Text("优秀", "Excellent"), D(95), ours=True),
    Grade("good", Text("良好", "Good"), D(85), ours=True),
    Grade("qualified", Text("合格", "Qualified"), D(70), ours=True),
    Grade("unqualified", Text("不合格", "Unqualified"), None, ours=True),
)

SERVICE = Scheme(
    code="power.service",
    title=Text("供电优质服务考核", "Service standards of departments and stations"),
    subject="unit",
    cycle=Cycle("month", ours=True),
    root=Part(
        "total",
        Text("优质服务", "Service"),
        points=D(100),
        floor=D(0),
        ceiling=D(100),
        ours=True,
        parts=(*PARTS, ACCOUNTABILITY),
        cite=cite(STANDARDS, "第17条"),
        note=Text(
            "原文金额残缺，分值都是系统默认值",
            "the source's amounts are cut off; all points are our defaults",
        ),
    ),
    grades=GRADES,
    ranking=Ranking(within=""),
    sources=(STANDARDS,),
    forms=(Form("breach", Text("违反标准记录", "Breach of a standard"), "single"),),
    settings=(
        Setting(
            "channel",
            Text("发现渠道", "Channel"),
            "open",
            (
                ("hotline", Text("95598 电话", "hotline 95598")),
                ("media", Text("新闻媒体", "news media")),
                ("letter", Text("来信来访", "letter or visit")),
                ("open", Text("明察", "open inspection")),
                ("covert", Text("暗访", "covert inspection")),
            ),
            ours=False,
            cite=cite(STANDARDS, "第16条"),
        ),
        Setting(
            "assessed_by",
            Text("由谁考核单位", "Who assesses a unit"),
            "next",
            (
                ("next", Text("直接上级（下管一级）", "the level next above")),
                ("above", Text("任何上级", "any level above")),
            ),
            ours=False,
            cite=cite(STANDARDS, "第15条"),
        ),
    ),
    notes=(
        Text(
            "分级考核，下管一级：考核人须属于上一级单位。",
            "Graded: each level assesses the one below; the assessor belongs to the parent unit.",
        ),
        Text(
            "单位主要负责人是第一责任人，单位结果同时列在其本人页面。",
            "The head of a unit is the first person responsible; the unit's result shows on the head's own page.",
        ),
    ),
)

SERVICE_YEAR = Scheme(
    code="power.service_year",
    title=Text("供电优质服务年度考核", "Service standards, year"),
    subject="unit",
    cycle=Cycle("year", ours=True),
    root=Part(
        "total", Text("全年", "Year"), combine=Contained("mean", "periods"), empty="missing", ours=True
    ),
    contains="power.service",
    grades=GRADES,
    ranking=Ranking(within=""),
    sources=(STANDARDS,),
)
