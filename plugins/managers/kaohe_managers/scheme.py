"""Middle managers as schemes: a month of seven weighted indicators, and a year of its months with quotas.

The weights are taken as printed although they add up to 109; the admin normalises or enters others. A staff
opinion, the leader's rating and the settled rating each count by a weight of ours.
"""

from __future__ import annotations

from kaohe.scheme import (
    DEMOTED,
    NOTICE,
    WAGE,
    AnyOf,
    Chosen,
    Citation,
    Clause,
    Consequence,
    Contained,
    Cycle,
    D,
    Distribution,
    Doubt,
    Effect,
    Form,
    Grade,
    GradeIs,
    LastInRank,
    Mark,
    Measure,
    Option,
    Part,
    Ranking,
    Rater,
    Rating,
    Replace,
    Scheme,
    ScoreIn,
    Setting,
    Share,
    Source,
    Sum,
    Take,
    Text,
    Times,
    WeightedMean,
)

SOURCE = Source(
    "中层干部办法", Text("公司中层干部考核实施办法", "Assessment of the company's middle managers")
)
RESPONSIBILITY, MANAGEMENT, EXECUTION, EFFICIENCY, INNOVATION, TARGETS, ATTENDANCE = (
    11,
    12,
    13,
    14,
    15,
    16,
    17,
)
REPRISAL = 21


def cite(article: str, words: str = "") -> Citation:
    """A citation of the source."""
    return Citation("中层干部办法", article, words)


RATERS = (
    Rater("staff", Text("职工评议", "Staff opinion"), D(20)),
    Rater("leader", Text("主管领导", "Leader in charge"), D(40)),
    Rater("settled", Text("企管科与矿领导综合评议", "Office and leaders together"), D(40)),
)
RATERS_NOTE = Text(
    "三方权重 20、40、40 是系统默认值", "the weights 20, 40 and 40 of the three are our defaults"
)


def _rated(id: int, code: str, zh: str, en: str, weight: int) -> Part:
    clause = Clause(
        id,
        code,
        Text(zh, en),
        Rating(RATERS),
        cite=cite("三、3"),
        reason=False,
        forms=("ratings",),
        note=RATERS_NOTE,
    )
    return Part(code, Text(zh, en), clauses=(clause,), empty="missing", weight=D(weight), cite=cite("三、3"))


def _marked(id: int, code: str, zh: str, en: str, weight: int, take: Take, form: str, article: str) -> Part:
    clause = Clause(
        id,
        code,
        Text(zh, en),
        Mark(take=take),
        cite=cite(article),
        reason=False,
        forms=(form,),
    )
    return Part(code, Text(zh, en), clauses=(clause,), empty="missing", weight=D(weight), cite=cite(article))


TARGETS_PART = _marked(
    TARGETS, "targets", "各项指标完成情况", "Fulfilment of indicators", 30, "mean", "targets", "三、2"
)
INDICATORS = Part(
    "indicators",
    Text("绩效考核", "Seven indicators"),
    combine=WeightedMean(),
    empty="missing",
    cite=cite("三、3"),
    parts=(
        _rated(RESPONSIBILITY, "responsibility", "责任心", "Responsibility", 15),
        _rated(MANAGEMENT, "management", "管理能力", "Management ability", 12),
        _rated(EXECUTION, "execution", "执行力", "Execution", 15),
        _rated(EFFICIENCY, "efficiency", "工作效率", "Efficiency", 15),
        _rated(INNOVATION, "innovation", "创新能力", "Innovation", 12),
        TARGETS_PART,
        _marked(
            ATTENDANCE,
            "attendance",
            "出勤奖惩管理",
            "Attendance and discipline",
            10,
            "last",
            "office",
            "二、9",
        ),
    ),
)

DISCIPLINE = Part(
    "discipline",
    Text("考核纪律", "Discipline of the assessment"),
    points=D(0),
    cite=cite("二、5"),
    clauses=(
        Clause(
            REPRISAL,
            "reprisal",
            Text(
                "对职工评议打击报复、违反考核纪律",
                "Reprisal for staff opinion, or breach of assessment discipline",
            ),
            Chosen(D(-10), D(-2)),
            cite=cite("二、5"),
            forms=("record",),
        ),
    ),
)


def _month(*parts: Part) -> Part:
    return Part(
        "total",
        Text("月度考核", "Month"),
        combine=Sum(),
        parts=(*parts, DISCIPLINE),
        empty="missing",
        floor=D(0),
        cite=cite("二、1"),
    )


BY_INDICATORS = _month(INDICATORS)
BY_TARGETS = _month(
    Part(
        "indicators",
        Text("月度目标任务", "Month's targets"),
        clauses=TARGETS_PART.clauses,
        empty="missing",
        cite=cite("三、2"),
    )
)
YEAR_OF_MONTHS = Part(
    "total",
    Text("年度考核", "Year"),
    combine=Contained("mean", "periods"),
    empty="missing",
    ours=True,
    cite=cite("三、3"),
)
YEAR_BY_INDICATORS = Part(
    "total", Text("年度考核", "Year"), parts=(INDICATORS,), empty="missing", cite=cite("三、3")
)

WEIGHTS = tuple(f"part/{part.code}/weight" for part in INDICATORS.parts)
DOUBT_WEIGHTS = Doubt(
    "weights",
    Text("七项权重合计 109%", "The seven weights add up to 109 %"),
    Text("占总分的比例合计应为 100%。", "Shares of the total should add up to 100 %."),
    (Option("normalise", Text("按比例折算（除以 109）", "Normalise: divide by 109"), usual=True),),
    kind="print",
    printed="15%、12%、15%、15%、12%、30%和10%",
    cite=cite("三、3"),
    clauses=(RESPONSIBILITY, MANAGEMENT, EXECUTION, EFFICIENCY, INNOVATION, TARGETS, ATTENDANCE),
    figures=WEIGHTS,
    own=(Replace("part/indicators/combine", WeightedMean(total=D(100))),),
)


def _level(month: bool) -> Doubt:
    root = BY_TARGETS if month else YEAR_BY_INDICATORS
    return Doubt(
        "level",
        Text("七项是月度的还是年度的", "Do the seven indicators make the month or the year"),
        Text("“绩效考核”前疑脱“年度”二字。", "The word for “year's” seems to have dropped out."),
        (
            Option(
                "month",
                Text("月度按七项，年度取各月平均", "The month by the seven, the year by its months"),
                usual=True,
            ),
            Option(
                "year",
                Text("月度取目标任务平均，年度按七项", "The month by its targets, the year by the seven"),
                (Replace("scheme/root", root),),
            ),
        ),
        printed="绩效考核内容",
        cite=cite("三、3"),
    )


BOUNDS = Doubt(
    "bounds",
    Text("85（90、80、70）分属上一档还是下一档", "Is 85 (90, 80, 70) in the upper or the lower band"),
    Text("相邻两档都印着同一个分数。", "Both neighbouring bands are printed with the same figure."),
    (
        Option("upper", Text("属上一档", "In the upper band"), usual=True),
        Option(
            "lower",
            Text("属下一档", "In the lower band"),
            (
                Replace("grade/full/lower", D("90.01")),
                Replace("grade/done/lower", D("85.01")),
                Replace("grade/barely/lower", D("80.01")),
                Replace("consequence/plus_five/when/low", D("90.01")),
                Replace("consequence/normal/when", ScoreIn(D("85.01"), D("90.01"))),
                Replace("consequence/minus_five/when", ScoreIn(D("80.01"), D("85.01"))),
                Replace("consequence/minus_ten/when", ScoreIn(D("70.01"), D("80.01"))),
                Replace("consequence/demotion/when/high", D("70.01")),
                Replace("consequence/three_low/when/condition/high", D("80.01")),
            ),
        ),
    ),
    printed="90-100、85-90、80-85",
    cite=cite("三、4"),
)
BELOW_SEVENTY = Doubt(
    "below_seventy",
    Text("70 分以下降职时是否也降 10% 工资", "Does below 70 cost 10 % of wage as well"),
    Text("原文只写“原则上降职”。", "The source only says: demotion in principle."),
    (
        Option("demotion_only", Text("只提议降职", "Demotion only"), usual=True),
        Option(
            "wage_too", Text("同时降 10%", "10 % as well"), (Replace("consequence/minus_ten/when/low", None),)
        ),
    ),
    kind="choice",
    printed="70分以下原则上降职",
    cite=cite("三、4"),
)
WITHIN_YEAR = Doubt(
    "within_year",
    Text("“一年以内”是日历年还是连续十二个月", "Is “within a year” the calendar year or twelve months"),
    Text("原文没有说明。", "The source does not say."),
    (
        Option("calendar", Text("日历年", "The calendar year"), usual=True),
        Option(
            "rolling",
            Text("最近十二个月", "The last twelve months"),
            (Replace("consequence/last_place/when/conditions/1/calendar_year", False),),
        ),
    ),
    printed="一年以内",
    cite=cite("三、4"),
)

MONTH_GRADES = (
    Grade("full", Text("圆满完成", "Fully done"), D(90), cite("三、2")),
    Grade("done", Text("达标完成", "Done"), D(85), cite("三、2")),
    Grade("barely", Text("勉强完成", "Barely done"), D(80), cite("三、2")),
    Grade("not_done", Text("尚未完成", "Not done"), None, cite("三、2")),
)


def _wage(code: str, zh: str, en: str, low: str | None, high: str | None, percent: int) -> Consequence:
    return Consequence(
        code,
        Text(zh, en),
        ScoreIn(D(low) if low else None, D(high) if high else None),
        (Effect(WAGE, Text("工资", "wage"), percent=D(percent)),),
        cite=cite("三、4"),
    )


LAST = LastInRank()
MONTH_CONSEQUENCES = (
    _wage("plus_five", "奖励 5% 工资", "+5 % of wage", "90", None, 5),
    _wage("normal", "工资不变", "Wage as normal", "85", "90", 0),
    _wage("minus_five", "降 5% 工资", "−5 % of wage", "80", "85", -5),
    _wage("minus_ten", "降 10% 工资", "−10 % of wage", "70", "80", -10),
    Consequence(
        "demotion",
        Text("原则上降职", "Demotion in principle"),
        ScoreIn(None, D(70)),
        (Effect(DEMOTED, Text("降职", "demotion")),),
        cite=cite("三、4"),
    ),
    Consequence(
        "three_low",
        Text("连续三个月 80 分以下，降职", "Below 80 three months running: demotion"),
        Times(ScoreIn(None, D(80)), 3),
        (Effect(DEMOTED, Text("降职", "demotion")),),
        cite=cite("三、4"),
    ),
    Consequence(
        "last_place",
        Text("末位降职", "Last-place demotion"),
        AnyOf((Times(LAST, 3), Times(LAST, 3, "window", 12, calendar_year=True))),
        (Effect(DEMOTED, Text("末位降职", "last-place demotion")),),
        cite=cite("三、4"),
    ),
)

MONTH = Scheme(
    code="managers.month",
    title=Text("中层干部月度考核", "Middle managers, month"),
    subject="person",
    cycle=Cycle("month"),
    root=BY_INDICATORS,
    grades=MONTH_GRADES,
    ranking=Ranking(within=""),
    consequences=MONTH_CONSEQUENCES,
    sources=(SOURCE,),
    doubts=(DOUBT_WEIGHTS, _level(True), BOUNDS, BELOW_SEVENTY, WITHIN_YEAR),
    measures=(
        Measure(
            31,
            "opinions",
            Text("职工评议份数", "Staff opinions given"),
            on="person",
            unit=Text("份", "answers"),
            take="last",
            ours=True,
        ),
    ),
    forms=(
        Form("ratings", Text("月度考核表", "Rating sheet"), "ratings"),
        Form("targets", Text("月度目标任务评定", "Month's targets"), "marks"),
        Form("office", Text("出勤奖惩与经济指标", "Attendance, rewards, economic figures"), "marks"),
        Form("record", Text("考核纪律记录", "Discipline record"), "single"),
    ),
    settings=(
        Setting(
            "targets_due",
            Text("目标任务上报日", "Targets are due"),
            "25_before",
            (
                ("25_before", Text("上月 25 日前", "by the 25th of the month before")),
                ("25_same", Text("当月 25 日前", "by the 25th of the month itself")),
            ),
            cite=cite("二、3"),
        ),
        Setting(
            "wage",
            Text("“工资”指什么", "What “wage” is"),
            "whole",
            (
                ("whole", Text("当月全部工资", "the month's whole wage")),
                ("base", Text("基本工资", "basic wage")),
            ),
            cite=cite("三、4"),
        ),
        Setting(
            "opinions_shown",
            Text("几份以上才显示职工评议", "Staff opinion is shown from"),
            "3",
            (
                ("3", Text("3 份", "3 answers")),
                ("5", Text("5 份", "5 answers")),
                ("10", Text("10 份", "10 answers")),
            ),
        ),
    ),
    notes=(
        Text(
            "次月 3 日前职工评议，再由主管领导填表，最后由企管科协同矿领导综合评议。",
            "By the 3rd of the next month staff opinion, then the leader in charge, then the office with the mine's leaders.",
        ),
        Text(
            "被考核人在考核表上签字；企管科随时抽查。", "The manager signs the form; the office spot-checks."
        ),
    ),
)

YEAR = Scheme(
    code="managers.year",
    title=Text("中层干部年度考核", "Middle managers, year"),
    subject="person",
    cycle=Cycle("year"),
    root=YEAR_OF_MONTHS,
    contains="managers.month",
    grades=(
        Grade("excellent", Text("优秀", "Excellent"), D(90), cite("四、1"), ours=True),
        Grade("competent", Text("称职", "Competent"), D(80), cite("四、1"), ours=True),
        Grade("basic", Text("基本称职", "Basically competent"), D(70), cite("四、1"), ours=True),
        Grade("incompetent", Text("不称职", "Incompetent"), None, cite("四、1"), ours=True),
    ),
    ranking=Ranking(within=""),
    distribution=Distribution(
        (
            Share("excellent", Text("优秀", "Excellent"), D(20)),
            Share("competent", Text("称职", "Competent"), D(70)),
            Share("lower", Text("基本称职、不称职", "Basically competent or incompetent"), D(10)),
        ),
        cite=cite("四、1"),
    ),
    consequences=(
        Consequence(
            "commended",
            Text("表彰或奖励", "Commendation or reward"),
            GradeIs(("excellent",)),
            (Effect(NOTICE, Text("表彰或奖励", "commendation or reward")),),
            cite=cite("四、2"),
        ),
        Consequence(
            "affirmed",
            Text("肯定和表扬", "Affirmed"),
            GradeIs(("competent",)),
            (Effect(NOTICE, Text("肯定和表扬", "affirmed")),),
            cite=cite("四、2"),
        ),
        Consequence(
            "admonished",
            Text("诫勉，限期改进", "Admonished, to improve within a time"),
            GradeIs(("basic",)),
            (Effect(NOTICE, Text("诫勉，限期改进", "admonished, to improve within a time")),),
            cite=cite("四、2"),
        ),
        Consequence(
            "two_years_basic",
            Text(
                "连续两年基本称职，原则上降级或免职",
                "Basically competent two years running: lowered or removed in principle",
            ),
            Times(GradeIs(("basic",)), 2),
            (Effect(DEMOTED, Text("降级或免职", "lowered or removed")),),
            cite=cite("四、2"),
        ),
        Consequence(
            "removed",
            Text("免职", "Removed"),
            GradeIs(("incompetent",)),
            (Effect(DEMOTED, Text("免职", "removed")),),
            cite=cite("四、2"),
        ),
    ),
    sources=(SOURCE,),
    doubts=(_level(False),),
    forms=MONTH.forms,
    notes=(
        Text(
            "“基本称职、不称职”合计一成，其中谁属哪一等由企管科定并写明理由。",
            "Which of the lowest tenth is incompetent is decided by the office, with the reason.",
        ),
    ),
)

SCHEMES = (MONTH, YEAR)
