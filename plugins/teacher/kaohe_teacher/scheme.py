"""Famous teachers' archives as a scheme: thirteen items, two of them vetoes, a year from 24 August.

No points: the score is the number of items met; pass needs six for county-level backbone teachers, eight for
everybody else. The title with the highest allowance decides both allowance and threshold.
"""

from __future__ import annotations

from kaohe.scheme import (
    ALLOWANCE,
    NOTICE,
    AnyOf,
    Citation,
    Clause,
    Consequence,
    CountAccepted,
    Cycle,
    D,
    Doubt,
    Effect,
    Evidence,
    Fact,
    FactValue,
    FilingMissed,
    Form,
    Grade,
    GradeIs,
    Limit,
    Option,
    Part,
    PerOccurrence,
    Ranking,
    Replace,
    Scheme,
    Setting,
    Source,
    Text,
    Times,
)

SOURCE = Source(
    "名师办法",
    Text("晋江市名教师考核管理实施办法（试行）", "Assessment of famous teachers, Jinjiang (trial)"),
)
ETHICS, TEACHING, MENTORING, NOTES, BLOG = 1, 2, 9, 10, 11
PLAGIARISED, FILED_LATE = 14, 15
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬"


def cite(article: str, words: str = "") -> Citation:
    """A citation of the source."""
    return Citation("名师办法", article, words)


def _item(
    id: int,
    code: str,
    zh: str,
    en: str,
    pieces_zh: str,
    pieces_en: str,
    *,
    veto: bool = False,
    void_by: int | None = None,
    months: int | None = None,
    address: bool = False,
) -> Clause:
    rule = Evidence(veto, void_by, months, address=address, pieces=Text(pieces_zh, pieces_en))
    return Clause(
        id,
        code,
        Text(f"{CIRCLED[id]} {zh}", f"{CIRCLED[id]} {en}"),
        rule,
        cite=cite(f"二（二）5{CIRCLED[id]}"),
        reason=False,
        forms=("archive",),
        limits=(Limit("minimum_months", D(1), D(60)),) if months else (),
    )


ASPECTS = (
    Part(
        "ethics",
        Text("师德和育人", "Ethics and education"),
        cite=cite("二（二）5（1）"),
        clauses=(
            _item(
                ETHICS,
                "ethics_form",
                "师德考核",
                "Ethics assessment",
                "学校师德考核表、本人考核表，盖公章",
                "school's ethics form and own form, stamped",
                veto=True,
            ),
        ),
    ),
    Part(
        "teaching",
        Text("教学工作", "Teaching"),
        cite=cite("二（二）5（2）"),
        clauses=(
            _item(
                TEACHING,
                "own_post",
                "本职表率：专任教师任教一个班以上、每周四节以上；非专任教师每周教研活动半个工作日以上",
                "Example in the own post: full-time, at least one class and four lessons a week; others half a working day a week",
                "专任教师考核表；非专任教师下校证明、听课记录、研讨记录",
                "assessment form; or visit certificates, lesson-listening and discussion records",
                veto=True,
            ),
            _item(
                3,
                "timetable",
                "课程安排与研究性学习",
                "Timetable and students' research",
                "学期课程安排表及学校证明、学生课题材料",
                "term timetable with certificate, students' project material",
            ),
        ),
    ),
    Part(
        "research",
        Text("教育科研", "Research"),
        cite=cite("二（二）5（3）"),
        clauses=(
            _item(
                4,
                "project",
                "科研课题（须在教师进修学校报备）",
                "Research project (registered with the teacher training school)",
                "开题报告、立项或批复、结题报告或证书、进展材料",
                "proposal, approval, report or certificate, progress evidence",
            ),
            _item(
                5,
                "paper",
                "论文、研究报告或校本课程",
                "Paper, report or school-based course",
                "封面、目录、正文复印件盖章，原件由单位审核",
                "cover, contents, text: stamped copies, originals checked",
            ),
        ),
    ),
    Part(
        "influence",
        Text("发挥辐射作用", "Radiating influence"),
        cite=cite("二（二）5（4）"),
        clauses=(
            _item(
                6,
                "open_lesson",
                "公开课、示范课、研究课",
                "Public, demonstration or research lesson",
                "教案及通知、证书、评价表",
                "plan and certificate",
            ),
            _item(7, "lecture", "讲座", "Lecture", "通知、证明、讲稿", "notice, certificate, script"),
            _item(
                8,
                "activity",
                "教研活动",
                "Teaching-research activity",
                "安排表、活动记录、讲稿",
                "schedule, records, script",
            ),
            _item(
                MENTORING,
                "mentoring",
                "师徒结对（至少一年）",
                "Mentoring (at least one year)",
                "协议、计划、总结，被指导教师成效与证书",
                "agreement, plan, summary, the young teacher's results",
                months=12,
            ),
        ),
    ),
    Part(
        "other",
        Text("其他", "Other"),
        cite=cite("二（二）5（5）"),
        clauses=(
            _item(
                NOTES,
                "notes",
                "读书笔记或教学反思",
                "Reading notes or teaching reflections",
                "笔记、反思材料",
                "notes or reflections",
                void_by=PLAGIARISED,
            ),
            _item(BLOG, "blog", "博客网址", "Address of the blog", "网址", "a web address", address=True),
            _item(12, "certificates", "相关证明材料", "Other certificates", "证明材料", "certificates"),
            _item(
                13,
                "notices",
                "文件通知、备案协议、对口扶持学校证明",
                "Notices, filed agreements, certificate of the school supported",
                "备案材料及证明",
                "filed papers and certificate",
            ),
            Clause(
                PLAGIARISED,
                "plagiarised",
                Text("⑩ 经查出抄袭", "⑩ found to be plagiarised"),
                PerOccurrence(D(0)),
                cite=cite("二（二）5⑩"),
                forms=("record",),
                note=Text("该项无效", "the item is void"),
            ),
        ),
    ),
    Part(
        "filing",
        Text("材料上交", "Filing"),
        points=D(0),
        cite=cite("二（二）2"),
        clauses=(
            Clause(
                FILED_LATE,
                "filed_late",
                Text("逾期不上交有关材料", "Forms filed late"),
                FilingMissed("teacher_forms", D(0), grade="fail"),
                cite=cite("二（二）2"),
                forms=("record",),
                note=Text("视作当年考核不合格", "the year counts as failed"),
            ),
        ),
    ),
)

TITLES = Fact(
    "title",
    Text("称号与级别", "Titles and levels"),
    kind="choice",
    several=True,
    cite=cite("二（二）5、考核结果(5)"),
    values=(
        FactValue("province_special", Text("特级教师", "Special-grade teacher"), 1_200_000, ours=True),
        FactValue("province_leader", Text("省级学科带头人", "Provincial subject leader"), 800_000, ours=True),
        FactValue("city_leader", Text("市级学科带头人", "City-level subject leader"), 500_000, ours=True),
        FactValue(
            "prefecture_backbone",
            Text("泉州市级骨干教师", "Prefecture-level backbone teacher"),
            500_000,
            ours=True,
        ),
        FactValue(
            "county_backbone", Text("县级骨干教师", "County-level backbone teacher"), 300_000, ours=True
        ),
        FactValue("city_rising", Text("市级教坛新秀", "City-level rising teacher"), 300_000, ours=True),
    ),
    note=Text(
        "津贴标准由教育局定，这里是系统默认值", "allowances are set by the authority; these are our defaults"
    ),
)

FAIL = GradeIs(("fail",))

TEACHER = Scheme(
    code="teacher.year",
    title=Text("名教师年度考核", "Famous teacher, year"),
    subject="person",
    cycle=Cycle("year", start_month=8, start_day=24),
    root=Part(
        "total",
        Text("考核结果", "Result"),
        combine=CountAccepted(otherwise=8, fact="title", minimum=(("county_backbone", 6),)),
        parts=ASPECTS,
        cite=cite("二（二）5、考核结果"),
    ),
    grades=(
        Grade("pass", Text("合格", "Pass"), None, cite("二（二）5、考核结果(2)")),
        Grade("fail", Text("不合格", "Fail"), None, cite("二（二）5、考核结果(1)")),
    ),
    ranking=Ranking(ranked=False),
    consequences=(
        Consequence(
            "allowance",
            Text("兑现津贴", "Allowance paid"),
            GradeIs(("pass",)),
            (Effect(ALLOWANCE, Text("津贴（取最高一项）", "allowance (the highest only)"), fact="title"),),
            cite=cite("二（二）5、考核结果(3)(5)"),
        ),
        Consequence(
            "no_allowance",
            Text("当年不发津贴", "No allowance this year"),
            FAIL,
            cite=cite("二（二）5、考核结果(4)"),
        ),
        Consequence(
            "removed",
            Text("不再纳入名教师管理", "No longer managed as a famous teacher"),
            AnyOf((Times(FAIL, 2), Times(FAIL, 3, "ever"))),
            (Effect(NOTICE, Text("呈报上级行政主管部门", "reported to the authority")),),
            cite=cite("二（二）5、考核结果(4)"),
        ),
    ),
    sources=(SOURCE,),
    doubts=(
        Doubt(
            "vetoes_count",
            Text("①②是否计入 6 项、8 项", "Do ① and ② count among the 6 or 8"),
            Text("原文说“以上项目”，没有单列。", "The source says “the above items”."),
            (
                Option("yes", Text("计入", "They count"), usual=True),
                Option(
                    "no",
                    Text("不计入", "They do not"),
                    (Replace("clause/1/rule/counts", False), Replace("clause/2/rule/counts", False)),
                ),
            ),
            printed="以上项目6项",
            cite=cite("二（二）5、考核结果(2)"),
            clauses=(ETHICS, TEACHING),
        ),
    ),
    facts=(TITLES,),
    forms=(
        Form("archive", Text("名教师档案", "Archive"), "evidence"),
        Form("record", Text("审核记录", "Review record"), "single"),
    ),
    settings=(
        Setting(
            "keeper",
            Text("小学、幼儿园的档案由谁管", "Who keeps the archives of primary schools and kindergartens"),
            "office",
            (
                ("office", Text("教委（教育办）", "the education office")),
                ("school", Text("本校", "the school")),
            ),
            ours=False,
            cite=cite("一"),
        ),
    ),
    score_unit=Text("项", "items"),
    notes=(
        Text(
            "考核除查看材料外，还到校审核、召开座谈会、师生测评。",
            "Besides reading the archive the team visits, holds a forum, and has teachers and students appraise.",
        ),
        Text(
            "培养对象同样建档。考核记录作为培训、职称、评优推荐的依据。",
            "Candidates keep archives as well; the record is the basis of recommendations.",
        ),
    ),
)

SCHEMES = (TEACHER,)
