"""The ward nurse's quantified assessment as a scheme: ten dimensions, a month, a hundred points."""

from __future__ import annotations

from kaohe.scheme import (
    LEVEL_LOWERED,
    SUSPENDED,
    Consequence,
    Cycle,
    D,
    Effect,
    Fact,
    Form,
    Grade,
    Measure,
    Occurred,
    Ranking,
    Scheme,
    Setting,
    Source,
    Text,
)
from kaohe_nursing.scheme.dimensions import MARKS, ROOT, ROUND, SINGLE, SOURCE, cite
from kaohe_nursing.scheme.doubts import DOUBTS

BONUS_POOL, ATTENDANCE_DAYS, SATISFACTION, PENNANTS, LETTERS = 201, 202, 203, 204, 205
SERIOUS_ERROR, ACCIDENT = 82, 83

MEASURES = (
    Measure(
        BONUS_POOL,
        "bonus_pool",
        Text("奖金总额", "Bonus pool"),
        on="unit",
        by_admin=True,
        unit=Text("元", "yuan"),
        take="last",
        decimals=2,
        cite=cite(article="§1.3.2"),
        note=Text("记在本单位", "kept on the unit that pays it"),
    ),
    Measure(
        ATTENDANCE_DAYS,
        "attendance_days",
        Text("出勤天数", "Attendance days"),
        on="person",
        unit=Text("天", "days"),
        take="last",
        high=D(31),
        decimals=1,
        ours=True,
    ),
    Measure(
        SATISFACTION,
        "satisfaction",
        Text("住院患者满意度", "Inpatients' satisfaction"),
        on="unit",
        unit=Text("%", "%"),
        take="last",
        high=D(100),
        decimals=2,
        cite=cite(article="§2"),
    ),
    Measure(
        PENNANTS,
        "pennants",
        Text("锦旗", "Pennants"),
        on="unit",
        unit=Text("面", "pennants"),
        cite=cite(article="§2"),
    ),
    Measure(
        LETTERS,
        "letters",
        Text("表扬信", "Letters of praise"),
        on="unit",
        unit=Text("封", "letters"),
        cite=cite(article="§2"),
    ),
)

FORMS = (
    Form(ROUND, Text("查房检查表", "Ward round"), "round"),
    Form(SINGLE, Text("考核记录", "Entry"), "single"),
    Form(MARKS, Text("考试成绩", "Examination marks"), "marks"),
)

STAR = Fact(
    "star",
    Text("星级", "Star level"),
    kind="level",
    low=1,
    high=5,
    ours=True,
    cite=cite(),
    note=Text("级数是系统默认值", "the number of levels is our default"),
)

GRADES = (
    Grade("excellent", Text("优秀", "Excellent"), D(98), ours=True),
    Grade("good", Text("良好", "Good"), D(95), ours=True),
    Grade("qualified", Text("合格", "Qualified"), D(85), ours=True),
    Grade("to_improve", Text("待改进", "To improve"), None, ours=True),
)

CONSEQUENCES = (
    Consequence(
        "lower_star",
        Text("降一级星级", "Star level lowered by one"),
        Occurred((SERIOUS_ERROR,)),
        (Effect(LEVEL_LOWERED, Text("降一级星级", "star level lowered by one"), fact="star", by=1),),
        each=True,
        cite=cite(),
    ),
    Consequence(
        "suspended",
        Text("待岗", "Suspended from post"),
        Occurred((ACCIDENT,)),
        (Effect(SUSPENDED, Text("待岗", "suspended from post")),),
        cite=cite(),
    ),
)

NURSING = Scheme(
    code="nursing",
    title=Text("护理人员绩效量化考核", "Quantified assessment of ward nurses"),
    subject="person",
    cycle=Cycle("month", ours=True),
    root=ROOT,
    grades=GRADES,
    ranking=Ranking(within="unit"),
    consequences=CONSEQUENCES,
    sources=(Source(SOURCE, Text("优质服务考核细则范文1", "Rules for assessing quality service, text 1")),),
    doubts=DOUBTS,
    facts=(STAR,),
    measures=MEASURES,
    forms=FORMS,
    settings=(
        Setting(
            "bonus_by",
            Text("奖金按什么分", "How the bonus is shared"),
            "score",
            (
                ("score", Text("按得分", "by score")),
                ("score_attendance", Text("按得分 × 出勤天数", "by score × attendance days")),
            ),
            cite=cite(article="§1.3.2"),
        ),
    ),
    notes=(
        Text(
            "首次评分前，全体护士学习本方案并逐人确认。",
            "Before the first scoring every nurse studies the scheme and acknowledges it.",
        ),
        Text(
            "护士长为组长，责任组长、骨干护士为组员，逐人逐项评分；加分、扣分都注明理由。",
            "The head nurse chairs a group of group leaders and senior nurses; every deduction or bonus carries its reason.",
        ),
        Text("考核结果作为晋级、奖励、处罚的依据。", "Results support promotion, reward and penalty."),
    ),
)

SCHEMES = (NURSING,)
