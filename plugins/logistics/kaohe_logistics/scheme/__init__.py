"""Campus logistics as schemes: a service item by its inspections, a provider and a year by their means.

`ITEM` is what is inspected (a provider with one of its service items, each month); `PROVIDER` the mean of a
provider's items; `ITEM_YEAR` and `PROVIDER_YEAR` the means of the months; `MANAGERS` the year of the company's
managers. All sources: 附件3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kaohe.scheme import (
    NOTICE,
    Checklist,
    Chosen,
    Citation,
    Clause,
    Consequence,
    Contained,
    Cycle,
    D,
    Doubt,
    Effect,
    Fact,
    FactValue,
    Form,
    Grade,
    GradeIs,
    MeanOverSheets,
    Measure,
    Option,
    Part,
    Ranking,
    Replace,
    Scheme,
    Setting,
    Source,
    Text,
    Veto,
)
from kaohe_logistics.scheme.items import SERVICES

SOURCE = Source("附件3", Text("后勤服务项目监督考核办法", "Supervision and assessment of logistics services"))
OTHER, ACCIDENT = 90, 91
SURVEY_ASSETS, SURVEY_SERVICE, SURVEYS_HELD = 951, 952, 953


def cite(article: str, words: str = "") -> Citation:
    """A citation of the source."""
    return Citation("附件3", article, words)


GRADES = (
    Grade("excellent", Text("优秀", "Excellent"), D(90), cite("四、1")),
    Grade("qualified", Text("合格", "Qualified"), D(70), cite("四、1", "70~89分为合格")),
    Grade("unqualified", Text("不合格", "Unqualified"), None, cite("四、1")),
)

CONSEQUENCES = (
    Consequence(
        "penalty",
        Text("处罚服务单位，追究管理人员责任", "Penalty on the provider; its managers held to account"),
        GradeIs(("unqualified",)),
        (
            Effect(NOTICE, Text("处罚服务单位", "penalty on the provider")),
            Effect(NOTICE, Text("追究管理人员责任", "managers held to account")),
        ),
        cite=cite("四、2(1)"),
        note=Text(
            "问题严重的，相关责任人年终直接定为不合格",
            "in grave cases the person answering is unqualified for the year",
        ),
    ),
    Consequence(
        "reappointed",
        Text("具有续聘资格", "May be re-appointed"),
        GradeIs(("excellent",)),
        cite=cite("四、2(2)"),
    ),
)

_FORMS = tuple(
    Form(
        f"inspection_{code}",
        Text(f"{title.zh}检查表", f"Inspection: {title.en}"),
        "sheet",
        labels=(
            ("weekly", Text("周检", "Weekly inspection")),
            ("monthly", Text("月检", "Monthly inspection")),
        ),
        fact="service",
        values=(code,),
    )
    for code, title, _ in SERVICES
)

_INSPECTIONS = Part(
    "inspections",
    Text("集中检查", "Concentrated inspections"),
    points=D(100),
    floor=D(0),
    combine=MeanOverSheets((("weekly", D(1)), ("monthly", D(1)))),
    empty="missing",
    cite=cite("三、4"),
    note=Text(
        "各次检查权重相同、单次不低于 0 分，都是系统默认值",
        "equal weights and an inspection's floor of 0 are our defaults",
    ),
    clauses=(
        *(
            Clause(
                number,
                code,
                title,
                Checklist(D(-1), times=1),
                cite=cite(f"实施细则 {number}"),
                ours=True,
                reason=False,
                forms=(f"inspection_{code}",),
                items=items,
            )
            for number, (code, title, items) in enumerate(SERVICES, start=1)
        ),
        Clause(
            OTHER,
            "other",
            Text("其他未达标内容", "Another shortcoming"),
            Chosen(D(-50), D("-0.5")),
            cite=cite("三、4"),
            ours=True,
            forms=tuple(form.code for form in _FORMS),
        ),
    ),
)

_ACCOUNTABILITY = Part(
    "accountability",
    Text("责任事故", "Accountability"),
    points=D(0),
    cite=cite("三、5"),
    clauses=(
        Clause(
            ACCIDENT,
            "accident",
            Text("重大责任事故，经有关部门认定", "Major accident, found by the department concerned"),
            Veto("unqualified", cap=True, effects=(Effect(NOTICE, Text("立追责案", "accountability case")),)),
            cite=cite("三、5"),
            ours=True,
            forms=("record",),
            note=Text(
                "当月等次最高不合格（系统默认），由决定写明理由",
                "the month is unqualified (our default), by a reasoned decision",
            ),
        ),
    ),
)

MEASURES = (
    Measure(
        SURVEY_ASSETS,
        "assets_survey",
        Text("资产使用满意度", "Satisfaction with assets in use"),
        on="unit",
        unit=Text("%", "%"),
        take="mean",
        high=D(100),
        decimals=2,
        cite=cite("三、3"),
    ),
    Measure(
        SURVEY_SERVICE,
        "service_survey",
        Text("后勤服务满意度", "Satisfaction with logistics"),
        on="unit",
        unit=Text("%", "%"),
        take="mean",
        high=D(100),
        decimals=2,
        cite=cite("三、3"),
    ),
    Measure(
        SURVEYS_HELD,
        "surveys_held",
        Text("已组织的调查次数", "Surveys held"),
        on="unit",
        unit=Text("次", "surveys"),
        cite=cite("三、3"),
    ),
)

DOUBT_GAP = Doubt(
    "grade_gap",
    Text("合格印作 70~89 分", "Qualified is printed as 70 to 89"),
    Text("89 分以上、90 分以下没有着落。", "Scores above 89 and below 90 belong nowhere."),
    (
        Option("no_gap", Text("90 分以下都算合格", "Everything below 90 is qualified"), usual=True),
        Option(
            "above_89",
            Text("超过 89 分即优秀", "Above 89 is excellent"),
            (Replace("grade/excellent/lower", D("89.01")),),
        ),
    ),
    kind="print",
    printed="70~89分",
    cite=cite("四、1"),
    figures=("grade/excellent/lower",),
)

DOUBT_SURVEYS = Doubt(
    "surveys",
    Text("每年组织 2 次调查，是合计还是各两次", "Two surveys a year: together, or two of each"),
    Text("原文把两种调查写在一起。", "The source names both surveys in one sentence."),
    (
        Option("each", Text("两种调查各两次", "Two of each"), usual=True),
        Option(
            "together", Text("两种调查合计两次", "Two together"), (Replace("setting/surveys/value", "2"),)
        ),
    ),
    printed="每年组织2次",
    cite=cite("三、3"),
)

ITEM = Scheme(
    code="logistics.item",
    title=Text("后勤服务项目月考核", "Logistics service item, month"),
    subject="item",
    cycle=Cycle("month"),
    root=Part(
        "total",
        Text("月考核", "Month"),
        parts=(_INSPECTIONS, _ACCOUNTABILITY),
        empty="missing",
        cite=cite("三、4"),
    ),
    grades=GRADES,
    ranking=Ranking(within="service"),
    consequences=CONSEQUENCES[:1],
    sources=(SOURCE,),
    doubts=(DOUBT_GAP, DOUBT_SURVEYS),
    facts=(
        Fact(
            "service",
            Text("服务项目", "Service item"),
            kind="choice",
            values=tuple(FactValue(code, title) for code, title, _ in SERVICES),
            cite=cite("附件"),
        ),
    ),
    measures=MEASURES,
    forms=(*_FORMS, Form("record", Text("责任事故记录", "Accident record"), "single")),
    settings=(
        Setting(
            "surveys",
            Text("每年调查次数", "Surveys a year"),
            "4",
            (
                ("4", Text("各两次，共四次", "two of each, four in all")),
                ("2", Text("合计两次", "two in all")),
            ),
        ),
        Setting(
            "phases",
            Text("检查阶段", "Phase of supervision"),
            "during",
            (
                ("before", Text("事前", "before")),
                ("during", Text("事中", "during")),
                ("after", Text("事后", "after")),
            ),
            ours=False,
            cite=cite("三、2"),
        ),
    ),
    notes=(
        Text(
            "各项目每周集中检查一次，后勤与国有资产管理处每月集中检查一次；没有检查就没有结果。",
            "Each item is inspected weekly, and monthly by the office; without an inspection there is no result.",
        ),
        Text(
            "引进投资的公寓、餐厅还要对照经营管理协议。",
            "Invested flats and canteens are judged by their operating agreement too.",
        ),
    ),
)

MONTHS = tuple((f"{number:02d}", D(1)) for number in range(1, 13))


def _mean(
    base: Scheme,
    code: str,
    title: Text,
    cycle: Literal["month", "year"],
    contains: str,
    how: Contained,
    subject: Literal["person", "unit", "item"],
) -> Scheme:
    root = Part("total", title, combine=how, empty="missing", ours=True, cite=cite("三、4"))
    return replace(
        base,
        code=code,
        title=title,
        subject=subject,
        cycle=Cycle(cycle),
        root=root,
        contains=contains,
        consequences=CONSEQUENCES,
        doubts=(DOUBT_GAP,),
        facts=(),
        measures=(),
        forms=(),
        settings=(),
        notes=(),
        ranking=Ranking(within=""),
    )


PROVIDER = _mean(
    ITEM,
    "logistics.provider",
    Text("服务单位月考核", "Service provider, month"),
    "month",
    "logistics.item",
    Contained("mean", "items"),
    "unit",
)
ITEM_YEAR = _mean(
    ITEM,
    "logistics.item_year",
    Text("后勤服务项目年考核", "Logistics service item, year"),
    "year",
    "logistics.item",
    Contained("mean", "periods", MONTHS),
    "item",
)
PROVIDER_YEAR = _mean(
    ITEM,
    "logistics.provider_year",
    Text("服务单位年考核", "Service provider, year"),
    "year",
    "logistics.provider",
    Contained("mean", "periods", MONTHS),
    "unit",
)

_DUTY = _mean(
    ITEM,
    "logistics.managers",
    Text("后勤公司经理层履职评价", "Managers of the logistics company"),
    "year",
    "logistics.item_year",
    Contained("mean", "items"),
    "person",
)
MANAGERS = replace(
    _DUTY,
    consequences=(
        Consequence(
            "may_stand",
            Text("具有参加下一届聘任资格", "May stand for the next term"),
            GradeIs(("excellent", "qualified")),
            cite=cite("四、2(2)"),
        ),
        CONSEQUENCES[1],
    ),
    doubts=(
        DOUBT_GAP,
        Doubt(
            "duty_method",
            Text("履职情况怎样评价", "How performance of duty is judged"),
            Text("原文没有给出方法。", "The source gives no method."),
            (
                Option(
                    "items_mean",
                    Text("取公司各服务项目年考核的平均", "The mean of the company's items"),
                    usual=True,
                ),
                Option(
                    "items_all",
                    Text("同上，缺一项即不出结果", "The same, but without any item there is no result"),
                    (Replace("part/total/combine/strict", True),),
                ),
            ),
            kind="choice",
            cite=cite("四、2(2)"),
        ),
    ),
)

SCHEMES = (ITEM, PROVIDER, ITEM_YEAR, PROVIDER_YEAR, MANAGERS)
