"""Express coaches as schemes: persons by month and year, units by month and year.

A person's offences stand on ladders that count over the whole engagement; their fines, deposits and awards are
effects, the points are our defaults (annex 8 is not in the source). Art. n cites the article.
"""

from __future__ import annotations

from kaohe.scheme import (
    AWARD_CANCELLED,
    DEPOSIT_FORFEITED,
    DEPOSIT_REFUNDED,
    DISMISSED,
    ELIMINATED,
    FINE,
    OBSERVED,
    Citation,
    Clause,
    ClockBreach,
    Consequence,
    Contained,
    Cycle,
    D,
    Doubt,
    Effect,
    Escalating,
    Fact,
    FactValue,
    FilingMissed,
    Form,
    Grade,
    LastInRank,
    Limit,
    Measure,
    Option,
    Part,
    PerOccurrence,
    Ranking,
    Replace,
    Rounding,
    Scheme,
    Setting,
    Source,
    Step,
    Text,
    TimeLimit,
    Veto,
)

SOURCE = Source(
    "范文3", Text("直达快客客运管理与奖惩", "Express coach service: management, reward and penalty")
)

PROMISE, GRAVE, TICKETLESS, NOT_REPORTED, FAMILY_RIDE, ABSENT, LONG_ABSENCE, SAFETY = 1, 2, 3, 4, 5, 6, 7, 8
COMPLAINT_LATE, RETURN_LATE, REVENUE_LATE = 51, 52, 53
TICKET_SALES, LUGGAGE, COACH_KM, SHARED_REVENUE, OWN_REVENUE, EMPTY_RUNS = 71, 72, 73, 74, 75, 76


def cite(article: int | str, words: str = "") -> Citation:
    """A citation of the source's article."""
    return Citation("范文3", f"第{article}条", words)


def _fine(low: int, high: int | None = None, account: str = "branch") -> Effect:
    """A fine in yuan, fixed or a range."""
    top = low if high is None else high
    return Effect(FINE, Text("罚款", "fine"), low_fen=low * 100, high_fen=top * 100, account=account)


AWARD = Effect(AWARD_CANCELLED, Text("取消当月优质服务奖", "the month's quality-service award is cancelled"))
KEPT = Effect(OBSERVED, Text("留岗使用，观其表现", "kept on the post under observation"))
OUT = Effect(DISMISSED, Text("解聘", "dismissed"))
FORFEITED = Effect(DEPOSIT_FORFEITED, Text("没收信誉风险保证金", "deposit forfeited"), account="city_company")
REFUNDED = Effect(DEPOSIT_REFUNDED, Text("结退信誉风险保证金", "deposit refunded"), account="city_company")
PERSON_ITEM = Text("每人项次", "a person and item")
PER_DAY = Text("每次每天", "a time and day")


def _offence(
    id: int, code: str, zh: str, en: str, rule: Escalating | PerOccurrence | Veto, article: int
) -> Clause:
    return Clause(id, code, Text(zh, en), rule, cite=cite(article), ours=True, forms=("offence",))


OFFENCES = (
    _offence(
        PROMISE,
        "promise",
        "违反服务承诺被投诉，经查实，给企业带来影响",
        "Breach of the service promise, complained of, verified, with an effect on the company",
        Escalating((Step(D(-5), (_fine(100),)),), "engagement", per=PERSON_ITEM, effects=(AWARD,)),
        20,
    ),
    _offence(
        GRAVE,
        "grave",
        "违反服务承诺情节严重，被新闻媒体公开批评",
        "The same, grave: criticised in the news media",
        Escalating(
            (Step(D(-20), (_fine(0, 1000), KEPT)), Step(D(-20), (OUT, FORFEITED))),
            "engagement",
            per=PERSON_ITEM,
            effects=(AWARD,),
        ),
        20,
    ),
    _offence(
        TICKETLESS,
        "ticketless",
        "允许客、货无票（含无效客票）乘车",
        "Let a passenger or goods travel without a valid ticket",
        Escalating(
            (Step(D(-30), (_fine(2019), KEPT)), Step(D(-30), (OUT, FORFEITED))),
            "engagement",
            effects=(AWARD,),
        ),
        21,
    ),
    _offence(
        NOT_REPORTED,
        "not_reported",
        "对无票乘车知情不报、不制止",
        "Knew of a ticketless ride and neither reported nor stopped it",
        PerOccurrence(D(-5), effects=(_fine(100, 500), AWARD)),
        21,
    ),
    _offence(
        FAMILY_RIDE,
        "family_ride",
        "职工、家属不听劝阻强行无票乘车",
        "Staff member or family forced a ride without a ticket",
        PerOccurrence(D(-5), per=Text("每人次", "a person and ride"), effects=(_fine(300, 600, "wages"),)),
        21,
    ),
    _offence(
        ABSENT,
        "absent",
        "无故旷工或不服从安排",
        "Absent without reason, or refused an assignment",
        PerOccurrence(D(-10), per=PER_DAY, effects=(_fine(200, 500),)),
        22,
    ),
    _offence(
        LONG_ABSENCE,
        "long_absence",
        "连续无故旷工三天以上",
        "Absent without reason for three days or more running",
        PerOccurrence(D(0), least=D(3), effects=(OUT, REFUNDED)),
        22,
    ),
)

SAFETY_CLAUSE = Clause(
    SAFETY,
    "safety",
    Text("负有责任的安全事故", "A safety accident for which the person answers"),
    Veto("failed"),
    cite=cite(15),
    ours=True,
    forms=("offence",),
    note=Text("触发条件是系统默认值", "what triggers the veto is our default"),
)

PERSON_ROOT = Part(
    "total",
    Text("考核分", "Points"),
    points=D(100),
    floor=D(0),
    ceiling=D(100),
    ours=True,
    cite=cite(13),
    note=Text(
        "基础分与各项分值是系统默认值（附件 8 不在原文内）",
        "base and points are our defaults (annex 8 is not in the source)",
    ),
    clauses=(*OFFENCES, SAFETY_CLAUSE),
    parts=(
        Part(
            "rules",
            Text("运行、站务、安全、机务规定", "Running, station, safety and upkeep rules"),
            points=D(0),
            cite=cite(23),
            note=Text("按各专项办法，由本单位增设细则", "set by other regulations; the office adds clauses"),
        ),
    ),
)

GRADES = (
    Grade("passed", Text("合格", "Passed"), D(0), ours=True),
    Grade("failed", Text("一票否决", "Failed by veto"), None, cite(15)),
)


def _fix(
    code: str, zh: str, en: str, printed: str, likely: str, article: int, path: str, old: object, new: object
) -> Doubt:
    return Doubt(
        code,
        Text(zh, en),
        Text("印刷有脱漏或错字。", "The print has lost or changed a sign."),
        (
            Option(
                "as_printed", Text(f"取印作值 {printed}", f"As printed: {printed}"), (Replace(path, old),)
            ),
            Option("likely", Text(f"取 {likely}", f"Take {likely}"), (Replace(path, new),)),
        ),
        kind="print",
        printed=printed,
        cite=cite(article, printed),
    )


TICKET_FINE = f"clause/{TICKETLESS}/rule/steps/0/effects/0"
LEAST = f"clause/{LONG_ABSENCE}/rule/least"
NAME = f"clause/{LONG_ABSENCE}/title"
DAYS = {
    ("running", 3): Text("连续无故旷工三天以上", "Absent without reason for three days or more running"),
    ("running", 4): Text("连续无故旷工超过三天", "Absent without reason for more than three days running"),
    ("all", 3): Text("累计无故旷工三天以上", "Absent without reason for three days or more in all"),
    ("all", 4): Text("累计无故旷工超过三天", "Absent without reason for more than three days in all"),
}

PERSON_DOUBTS = (
    Doubt(
        "ticket_fine",
        Text("无票乘车第一次罚款印作 2019 元", "First ticketless ride: fine printed 2019 yuan"),
        Text(
            "应为金额处印了一个年份，可能为 2000。",
            "A year seems to stand where an amount should; likely 2000.",
        ),
        (
            Option("as_printed", Text("取印作值 2019 元", "As printed: 2019 yuan")),
            Option("likely", Text("取 2000 元", "Take 2000 yuan"), (Replace(TICKET_FINE, _fine(2000)),)),
        ),
        kind="print",
        printed="2019元",
        cite=cite(21, "2019元"),
        clauses=(TICKETLESS,),
    ),
    Doubt(
        "long_absence",
        Text("旷工“三天以上”怎样算", "What “three days and above” of absence means"),
        Text(
            "是否含三天、连续还是累计，原文没有说明。",
            "Whether three days count, running or in all, is not said.",
        ),
        tuple(
            Option(
                f"{how}_{least}",
                title,
                (Replace(LEAST, D(least)), Replace(NAME, title)),
                usual=(how, least) == ("running", 3),
            )
            for (how, least), title in DAYS.items()
        ),
        printed="三天以上",
        cite=cite(22, "三天以上"),
        clauses=(LONG_ABSENCE,),
    ),
    _fix(
        "uniform_share",
        "服装费个人负担印作 70",
        "Uniform: the person bears, as printed, 70",
        "70",
        "70%",
        13,
        "setting/uniform_share/value",
        "70_yuan",
        "70_percent",
    ),
)

POSITION = Fact(
    "position",
    Text("岗位", "Position"),
    kind="choice",
    cite=cite(13),
    values=(
        FactValue("driver", Text("驾驶员", "Driver"), 500_000, ours=True),
        FactValue("attendant", Text("乘务员", "Attendant"), 300_000, ours=True),
        FactValue("station", Text("站务人员", "Station staff"), ours=True),
        FactValue("manager", Text("管理人员", "Managing staff"), ours=True),
    ),
    note=Text("保证金标准另定，按岗位设", "the deposit is set elsewhere, by position"),
)
PERSON_FORMS = (Form("offence", Text("违章处理", "Offence"), "single"),)
PERSON_SETTINGS = (
    Setting(
        "uniform_share",
        Text("服装实际费用个人负担", "The person's share of the uniform"),
        "70_percent",
        (("70_percent", Text("70%", "70 %")), ("70_yuan", Text("70 元", "70 yuan"))),
        ours=False,
        cite=cite(13),
    ),
    Setting(
        "last_within",
        Text("末位在什么范围内算", "Within which group somebody is last"),
        "position",
        (
            ("position", Text("同岗位", "the same position")),
            ("unit", Text("同分公司", "the same branch")),
            ("all", Text("全体", "everybody")),
        ),
        cite=cite(13),
    ),
    Setting(
        "joiners",
        Text("年中入职怎样排名", "How joiners in mid-year count"),
        "six_months",
        (
            ("six_months", Text("不满六个月另列", "fewer than six months are shown apart")),
            ("all", Text("一并排名", "ranked with the others")),
        ),
        cite=cite(13),
    ),
)

PERSON = Scheme(
    code="coach.person",
    title=Text("快客人员月考核", "Express coach staff, month"),
    subject="person",
    cycle=Cycle("month"),
    root=PERSON_ROOT,
    grades=GRADES,
    ranking=Ranking(within="position", setting="last_within"),
    sources=(SOURCE,),
    doubts=PERSON_DOUBTS,
    facts=(POSITION,),
    forms=PERSON_FORMS,
    settings=PERSON_SETTINGS,
    notes=(
        Text(
            "培训考核合格后方能上岗。罚款由分公司收取并列入快客利润考核，监察处监督落实。",
            "Nobody takes up the post before the training is passed. Fines are booked by the branch; the supervision office checks them.",
        ),
    ),
)

PERSON_YEAR = Scheme(
    code="coach.person_year",
    title=Text("快客人员年度汇总", "Express coach staff, year"),
    subject="person",
    cycle=Cycle("year"),
    root=Part(
        "total",
        Text("全年得分", "Year's points"),
        combine=Contained("sum", "periods"),
        empty="missing",
        cite=cite(13),
    ),
    contains="coach.person",
    ranking=Ranking(within="position", setting="last_within"),
    consequences=(
        Consequence(
            "eliminated",
            Text("末位淘汰", "Last-place elimination"),
            LastInRank(),
            (Effect(ELIMINATED, Text("淘汰解聘", "engagement ends")), REFUNDED),
            cite=cite(13),
        ),
    ),
    sources=(SOURCE,),
    facts=(POSITION,),
    settings=PERSON_SETTINGS[1:],
)

UNIT_RULES = (
    (
        61,
        "promise",
        "服务承诺未落实（安全正点、一票直达、车容整洁）",
        "Service promise not kept (on time, direct, clean)",
        2,
    ),
    (62, "five_unities", "同一班线未做到五统一", "The five unities of a line not kept", 9),
    (63, "dispatch", "不服从一级调度", "First-level dispatch not followed", 10),
    (
        64,
        "facilities",
        "专门设施和服务不齐（窗口、候车室、通道、车库、电话、发车）",
        "Dedicated facilities and services incomplete",
        11,
    ),
    (65, "upkeep", "未按强制维护制度或未在指定厂维修", "Upkeep or designated workshop not observed", 12),
    (66, "separate_accounts", "未单列管理、单独核算", "Accounts not kept apart", 8),
    (67, "training", "安排未经培训合格的人员上岗", "Somebody on the post before the training was passed", 13),
)

UNIT_ROOT = Part(
    "total",
    Text("经营班子目标分", "Leadership's target score"),
    points=D(100),
    floor=D(0),
    ceiling=D(100),
    ours=True,
    cite=cite(24),
    parts=(
        Part(
            "duties",
            Text("时限与报表", "Limits and returns"),
            points=D(0),
            cite=cite("24、25、16"),
            clauses=(
                Clause(
                    COMPLAINT_LATE,
                    "complaint_late",
                    Text(
                        "投诉 10 天内未查证上报处理意见",
                        "Complaint not investigated and reported within 10 days",
                    ),
                    ClockBreach(
                        "complaint_opinion",
                        (TimeLimit(10, "days"),),
                        D("-0.5"),
                        "unit_received",
                        per=Text("每项", "a complaint"),
                    ),
                    cite=cite(24),
                    reason=False,
                    forms=("case",),
                ),
                Clause(
                    RETURN_LATE,
                    "return_late",
                    Text("月报表未按时上报", "Monthly return not filed in time"),
                    FilingMissed("monthly_return", D("-0.5"), per=Text("每项", "a return")),
                    cite=cite(25),
                    reason=False,
                    forms=("filing",),
                ),
                Clause(
                    REVENUE_LATE,
                    "revenue_late",
                    Text(
                        "营收未在次月 3 日前全额上缴",
                        "Revenue not remitted in full by the 3rd of the next month",
                    ),
                    FilingMissed(
                        "revenue", D("-0.5"), by_quantity=True, per=Text("每天", "a day late"), due="3"
                    ),
                    cite=cite(16),
                    ours=True,
                    reason=False,
                    forms=("filing",),
                ),
            ),
        ),
        Part(
            "line_rules",
            Text("班线管理", "Management of the line"),
            points=D(0),
            ours=True,
            cite=cite("2、8–13"),
            clauses=tuple(
                Clause(
                    id,
                    code,
                    Text(zh, en),
                    PerOccurrence(D(-1)),
                    cite=cite(article),
                    ours=True,
                    forms=("unit_breach",),
                    limits=(Limit("points", D(-20), D(0)),),
                )
                for id, code, zh, en, article in UNIT_RULES
            ),
        ),
    ),
)

CLOCK = f"clause/{COMPLAINT_LATE}/rule/runs_from"
UNIT_DOUBTS = (
    Doubt(
        "clock_start",
        Text("投诉 10 天从何时起算", "From when the ten days of a complaint run"),
        Text(
            "投诉由公司收到后转给单位，原文没有说从哪天算。",
            "The company passes complaints on; the source does not say which day counts.",
        ),
        (
            Option("unit", Text("单位收到之日", "From the unit's receipt"), usual=True),
            Option(
                "company",
                Text("公司收到之日", "From the company's receipt"),
                (Replace(CLOCK, "company_received"),),
            ),
        ),
        printed="在10天内",
        cite=cite(24, "在10天内"),
        clauses=(COMPLAINT_LATE,),
    ),
    _fix(
        "station_fee",
        "站务费印作按售票金额 10 提取",
        "Station fee printed as 10 of ticket sales",
        "10",
        "10%",
        17,
        "setting/station_fee/value",
        "10_yuan",
        "10_percent",
    ),
    _fix(
        "handling_fee",
        "行包劳务费印作按 15 提取",
        "Luggage handling fee printed as 15",
        "15",
        "15%",
        17,
        "setting/handling_fee/value",
        "15_yuan",
        "15_percent",
    ),
)


def _money(id: int, code: str, zh: str, en: str, article: int) -> Measure:
    return Measure(id, code, Text(zh, en), on="unit", unit=Text("元", "yuan"), decimals=2, cite=cite(article))


UNIT = Scheme(
    code="coach.unit",
    title=Text("分（子）公司月考核", "Branch, month"),
    subject="unit",
    cycle=Cycle("month"),
    root=UNIT_ROOT,
    ranking=Ranking(within=""),
    sources=(SOURCE,),
    doubts=UNIT_DOUBTS,
    measures=(
        _money(TICKET_SALES, "ticket_sales", "售票金额", "Ticket sales", 17),
        _money(LUGGAGE, "luggage", "行包收入", "Luggage revenue", 17),
        Measure(
            COACH_KM,
            "coach_km",
            Text("车公里", "Coach-kilometres"),
            on="unit",
            unit=Text("公里", "km"),
            decimals=1,
            ours=True,
            cite=cite(16),
        ),
        _money(SHARED_REVENUE, "shared_revenue", "捆绑正班营收", "Pooled regular revenue", 16),
        _money(OWN_REVENUE, "own_revenue", "包车、接驳营收", "Charter and relief revenue", 16),
        Measure(
            EMPTY_RUNS,
            "empty_runs",
            Text("放空公里", "Empty-run kilometres"),
            on="unit",
            unit=Text("公里", "km"),
            decimals=1,
            cite=cite(16),
        ),
    ),
    forms=(
        Form("case", Text("投诉工单", "Complaint case"), "case"),
        Form("filing", Text("报表与营收上缴", "Returns and revenue"), "filing"),
        Form("unit_breach", Text("单位检查记录", "Unit inspection"), "single"),
    ),
    settings=(
        Setting(
            "station_fee",
            Text("站务费", "Station fee"),
            "10_percent",
            (("10_percent", Text("10%", "10 %")), ("10_yuan", Text("10 元", "10 yuan"))),
            ours=False,
            cite=cite(17),
        ),
        Setting(
            "handling_fee",
            Text("行包劳务费", "Luggage handling fee"),
            "15_percent",
            (("15_percent", Text("15%", "15 %")), ("15_yuan", Text("15 元", "15 yuan"))),
            ours=False,
            cite=cite(17),
        ),
        Setting(
            "pool_by",
            Text("捆绑营收按什么分", "How pooled revenue is shared"),
            "coach_km",
            (("coach_km", Text("车公里", "coach-kilometres")), ("runs", Text("班次", "runs"))),
            cite=cite(16),
        ),
    ),
)

UNIT_YEAR = Scheme(
    code="coach.unit_year",
    title=Text("分（子）公司年度汇总", "Branch, year"),
    subject="unit",
    cycle=Cycle("year"),
    root=Part(
        "total",
        Text("全年目标分", "Year's target score"),
        combine=Contained("mean", "periods"),
        empty="missing",
        ours=True,
        cite=cite(24),
    ),
    contains="coach.unit",
    ranking=Ranking(within=""),
    rounding=Rounding(2),
    sources=(SOURCE,),
)

SCHEMES = (PERSON, PERSON_YEAR, UNIT, UNIT_YEAR)
