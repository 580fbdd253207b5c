"""Counter staff and halls as schemes: a clerk's composite of six figures with the daily record, a hall by its
inspections, and the account managers' targets.

The source gives no weights and no curves: all are our defaults, marked, and the admin sees and sets them.
"""

from __future__ import annotations

from kaohe.scheme import (
    NOTICE,
    REPLACED,
    Citation,
    Clause,
    ClockBreach,
    Consequence,
    Curve,
    Cycle,
    D,
    Effect,
    Fact,
    FirstInRank,
    Form,
    Grade,
    Indicator,
    LastInRank,
    Mark,
    MeanOverSheets,
    Measure,
    Part,
    PerOccurrence,
    Ranking,
    Ratio,
    Scheme,
    Setting,
    Source,
    Take,
    Text,
    TimeLimit,
    Times,
    WeightedMean,
)

SOURCE = Source("营业厅材料", Text("营业厅服务管理材料", "Papers on the service of business halls"))

ATTENDED, DUE, HARDSHIP, TRANSACTIONS, WRONG, COMPLAINTS, ANSWERED, SATISFIED = range(71, 79)
DAILY_QUESTION, SPOT_CHECK, TARGET, FULFILLED = 79, 80, 81, 82
ATTENDANCE_RATE, ERROR_RATE, COMPLAINT_RATE, SATISFACTION_RATE, ETIQUETTE, EXAMINATION = range(11, 17)


def cite(article: str) -> Citation:
    """A citation of the source's paper."""
    return Citation("营业厅材料", article)


BRANCH, POWER_HALL, TAISHAN, COUNTY = "电信分公司", "供电营业厅", "泰山路厅", "县电信厅"


def _rate(id: int, code: str, zh: str, en: str, weight: int, value: Ratio, *knots: tuple[str, str]) -> Part:
    curve = Curve(tuple((D(value), D(points)) for value, points in knots))
    clause = Clause(
        id,
        code,
        Text(zh, en),
        Indicator(value, curve),
        cite=cite(BRANCH),
        ours=True,
        reason=False,
        note=Text("曲线是系统默认值", "the curve is our default"),
    )
    return Part(
        code, Text(zh, en), clauses=(clause,), empty="missing", weight=D(weight), ours=True, cite=cite(BRANCH)
    )


def _mark(id: int, code: str, zh: str, en: str, weight: int, take: Take) -> Part:
    clause = Clause(
        id,
        code,
        Text(zh, en),
        Mark(take=take),
        cite=cite(BRANCH),
        reason=False,
        forms=("marks",),
    )
    return Part(
        code, Text(zh, en), clauses=(clause,), empty="missing", weight=D(weight), ours=True, cite=cite(BRANCH)
    )


COMPOSITE = Part(
    "composite",
    Text("综合考核", "Composite"),
    combine=WeightedMean(),
    empty="missing",
    cite=cite(BRANCH),
    parts=(
        _rate(
            ATTENDANCE_RATE,
            "attendance",
            "出勤率",
            "Attendance rate",
            15,
            Ratio((ATTENDED, HARDSHIP), (DUE,)),
            ("0", "0"),
            ("1", "100"),
        ),
        _rate(
            ERROR_RATE,
            "errors",
            "差错率",
            "Error rate",
            20,
            Ratio((WRONG,), (TRANSACTIONS,)),
            ("0", "100"),
            ("0.01", "0"),
        ),
        _rate(
            COMPLAINT_RATE,
            "complaints",
            "投诉率",
            "Complaint rate",
            20,
            Ratio((COMPLAINTS,), (TRANSACTIONS,)),
            ("0", "100"),
            ("0.01", "0"),
        ),
        _rate(
            SATISFACTION_RATE,
            "satisfaction",
            "满意率",
            "Satisfaction rate",
            20,
            Ratio((SATISFIED,), (ANSWERED,)),
            ("0", "0"),
            ("1", "100"),
        ),
        _mark(ETIQUETTE, "etiquette", "服务礼仪", "Service etiquette", 10, "mean"),
        _mark(EXAMINATION, "examination", "月度考试", "Monthly examination", 15, "first"),
    ),
)


def _daily(id: int, code: str, zh: str, en: str, points: str, where: str = TAISHAN) -> Clause:
    return Clause(
        id, code, Text(zh, en), PerOccurrence(D(points)), cite=cite(where), ours=True, forms=("daily",)
    )


DAILY = Part(
    "daily",
    Text("每日记录", "Daily record"),
    points=D(0),
    ours=True,
    cite=cite(TAISHAN),
    note=Text(
        "加扣分在综合考核之上净计，分值是系统默认值",
        "netted on top of the composite; the points are our defaults",
    ),
    clauses=(
        _daily(31, "conduct", "言行举止、仪表着装不合规范", "Conduct or dress below the standard", "-0.5"),
        _daily(
            32,
            "late",
            "未提前 30 分钟到岗、迟到早退",
            "Not at the post 30 minutes early, late or left early",
            "-0.5",
        ),
        _daily(33, "meeting", "无故缺席晨会", "Absent from the morning meeting without reason", "-0.5"),
        _daily(
            34,
            "discipline",
            "违反劳动纪律（离岗、聊天、玩手机）",
            "Discipline broken (left post, chatting, phone)",
            "-1",
        ),
        _daily(35, "work_undone", "当日工作未完成", "Day's work not finished", "-1"),
        _daily(36, "attitude", "服务态度不好", "Bad attitude", "-1"),
        _daily(
            37, "first_asked", "首问未负责到底，中途搁置", "First-asked request dropped halfway", "-2", BRANCH
        ),
        _daily(
            38,
            "training",
            "无故缺席月度培训",
            "Absent from the monthly training without reason",
            "-1",
            BRANCH,
        ),
        _daily(41, "suggestion", "合理化建议", "Suggestion", "0.5"),
        _daily(42, "innovation", "小革新", "Small innovation", "1"),
        _daily(43, "invention", "小发明", "Small invention", "2"),
        Clause(
            44,
            "hardship",
            Text("因家庭困难经批准请假，工作已安排好", "Approved leave for family hardship, work arranged"),
            PerOccurrence(D(0)),
            cite=cite(TAISHAN),
            forms=("daily",),
            note=Text("不扣分，天数计入出勤", "costs nothing; its days count as attended"),
        ),
        Clause(
            45,
            "request_overtime",
            Text("首问事项超时未办结", "First-asked request not finished in time"),
            ClockBreach("request", (TimeLimit(3, "working_days"),), D("-0.5")),
            cite=cite(BRANCH),
            ours=True,
            reason=False,
            forms=("request",),
        ),
    ),
)


def _measure(id: int, code: str, zh: str, en: str, unit_zh: str, unit_en: str, decimals: int = 0) -> Measure:
    return Measure(
        id, code, Text(zh, en), on="person", unit=Text(unit_zh, unit_en), decimals=decimals, cite=cite(BRANCH)
    )


MEASURES = (
    _measure(ATTENDED, "attended", "出勤天数", "Days attended", "天", "days", 1),
    _measure(DUE, "due", "应出勤天数", "Days due", "天", "days", 1),
    _measure(HARDSHIP, "hardship_days", "家庭困难请假天数", "Days of hardship leave", "天", "days", 1),
    _measure(TRANSACTIONS, "transactions", "业务笔数", "Transactions", "笔", "transactions"),
    _measure(WRONG, "wrong", "差错笔数", "Wrong transactions", "笔", "transactions"),
    _measure(COMPLAINTS, "complaints_count", "投诉件数", "Complaints", "件", "complaints"),
    _measure(ANSWERED, "answered", "满意度回答数", "Satisfaction answers", "份", "answers"),
    _measure(SATISFIED, "satisfied", "满意数", "Satisfied answers", "份", "answers"),
    _measure(DAILY_QUESTION, "daily_question", "每日一题得分", "Daily question", "分", "points", 2),
    _measure(
        SPOT_CHECK, "spot_check", "“多说一句话”抽查得分", "“One more sentence” spot check", "分", "points", 2
    ),
    _measure(TARGET, "target", "大客户经理目标", "Account manager's target", "元", "yuan", 2),
    _measure(FULFILLED, "fulfilled", "大客户经理完成额", "Account manager's fulfilment", "元", "yuan", 2),
)

CLERK = Scheme(
    code="hall.clerk",
    title=Text("营业员月考核", "Counter staff, month"),
    subject="person",
    cycle=Cycle("month"),
    root=Part(
        "total", Text("综合得分", "Total"), parts=(COMPOSITE, DAILY), empty="missing", cite=cite(BRANCH)
    ),
    grades=(
        Grade("excellent", Text("优秀", "Excellent"), D(95), ours=True),
        Grade("good", Text("良好", "Good"), D(85), ours=True),
        Grade("qualified", Text("合格", "Qualified"), D(70), ours=True),
        Grade("unqualified", Text("不合格", "Unqualified"), None, ours=True),
    ),
    ranking=Ranking(within="unit"),
    consequences=(
        Consequence(
            "service_star",
            Text("当月服务之星", "The month's service star"),
            FirstInRank(),
            (Effect(NOTICE, Text("服务之星", "service star")),),
            cite=cite(TAISHAN),
        ),
        Consequence(
            "replaced",
            Text("末位淘汰，提议更换", "Last place: replacement proposed"),
            Times(LastInRank(), 3),
            (Effect(REPLACED, Text("更换岗位人员", "replacement")),),
            cite=cite(BRANCH),
            ours=True,
            note=Text("连续三个月是系统默认值", "three months running is our default"),
        ),
    ),
    sources=(SOURCE,),
    facts=(
        Fact(
            "star",
            Text("星级", "Star level"),
            kind="level",
            low=1,
            high=5,
            ours=True,
            cite=cite(BRANCH),
            note=Text("级数是系统默认值", "the number of levels is our default"),
        ),
    ),
    measures=MEASURES,
    forms=(
        Form("marks", Text("礼仪与考试评分", "Etiquette and examination marks"), "marks"),
        Form("daily", Text("每日记录", "Daily record"), "single"),
        Form("request", Text("首问事项", "First-asked request"), "case"),
    ),
    settings=(
        Setting(
            "ballot",
            Text("服务之星选举", "Election of the service star"),
            "secret",
            (("secret", Text("无记名", "secret")), ("open", Text("记名", "open"))),
            cite=cite(TAISHAN),
        ),
    ),
    notes=(
        Text(
            "每月初全体员工投票选上月服务之星，一人一票；得票相同一并列出，由管理员定并写明理由。",
            "At the start of a month the staff elect last month's star, one ballot each; ties are listed for the admin to decide with a reason.",
        ),
        Text("考核奖按得分发放。", "The assessment bonus is paid by the score."),
    ),
)

_SHEET = (
    (
        "etiquette",
        "礼仪",
        "Etiquette",
        (
            (101, "未着工装、未佩工号牌", "Uniform or badge missing", "-1"),
            (102, "未使用文明用语、有服务忌语", "Civil language not used, forbidden words", "-2"),
            (103, "未起身迎送、未双手接递", "Customers not received or seen off properly", "-1"),
            (104, "未主动引导、未“多说一句话”", "No guidance, no “one more sentence”", "-1"),
            (
                105,
                "对投诉、拆机客户未耐心挽留",
                "Complaining or leaving customers not treated patiently",
                "-2",
            ),
        ),
    ),
    (
        "environment",
        "环境",
        "Environment",
        (
            (111, "门头、标识、公示不全或破损", "Signs or displays missing or damaged", "-1"),
            (112, "地面、台席不洁", "Floor or desks not clean", "-1"),
            (113, "便民设施缺失", "Facilities for customers missing", "-1"),
            (114, "体验终端不能使用", "Demonstration devices out of order", "-2"),
            (115, "宣传资料过期", "Leaflets out of date", "-1"),
        ),
    ),
    (
        "discipline",
        "纪律",
        "Discipline",
        (
            (121, "台席空岗，排队时未开满台席", "Desks left, or not all open while people queue", "-2"),
            (122, "聊天、吃零食、玩手机", "Chatting, eating, phone", "-1"),
            (123, "未按时开门、提前关门", "Opened late or closed early", "-2"),
            (124, "晨会、培训无记录", "No record of morning meeting or training", "-1"),
            (125, "社会监督员意见未答复", "Social supervisors' remarks not answered", "-1"),
        ),
    ),
)

HALL = Scheme(
    code="hall.unit",
    title=Text("营业厅月检查", "Hall, month"),
    subject="unit",
    cycle=Cycle("month"),
    root=Part(
        "total",
        Text("检查得分", "Inspections"),
        points=D(100),
        floor=D(0),
        empty="missing",
        ours=True,
        cite=cite(BRANCH),
        combine=MeanOverSheets((("open", D(1)), ("mystery", D(1)))),
        clauses=tuple(
            Clause(
                id,
                f"{code}_{id}",
                Text(zh, en),
                PerOccurrence(D(points)),
                cite=cite(BRANCH),
                ours=True,
                reason=False,
                group=Text(title_zh, title_en),
                forms=("inspection",),
            )
            for code, title_zh, title_en, rows in _SHEET
            for id, zh, en, points in rows
        ),
    ),
    grades=CLERK.grades,
    ranking=Ranking(within=""),
    sources=(SOURCE,),
    forms=(
        Form(
            "inspection",
            Text("明查暗访检查表", "Open or mystery inspection"),
            "sheet",
            labels=(
                ("open", Text("明查", "Open inspection")),
                ("mystery", Text("暗访", "Mystery inspection")),
            ),
        ),
    ),
    notes=(
        Text(
            "市场部每月明查暗访，通报问题并限期整改。",
            "The marketing department inspects monthly; findings are circulated with a time limit.",
        ),
        Text(
            "社会监督员用自己的账号提意见，只看得到自己的。",
            "Social supervisors file remarks through their own account and see only theirs.",
        ),
    ),
)

ACCOUNT_MANAGER = Scheme(
    code="hall.account_manager",
    title=Text("大客户经理目标考核", "Account managers, targets"),
    subject="person",
    cycle=Cycle("month"),
    root=Part(
        "total",
        Text("目标完成", "Fulfilment"),
        empty="missing",
        ours=True,
        cite=cite(BRANCH),
        clauses=(
            Clause(
                21,
                "fulfilment",
                Text("目标完成率", "Rate of fulfilment"),
                Indicator(
                    Ratio((FULFILLED,), (TARGET,)), Curve(((D(0), D(0)), (D(1), D(100)), (D("1.2"), D(120))))
                ),
                cite=cite(BRANCH),
                ours=True,
                reason=False,
                note=Text(
                    "奖金按完成率，封顶 120（系统默认值）",
                    "the bonus follows fulfilment, up to 120 (our default)",
                ),
            ),
        ),
    ),
    sources=(SOURCE,),
    measures=MEASURES[-2:],
)

SCHEMES = (CLERK, HALL, ACCOUNT_MANAGER)
