"""The ten dimensions of a nurse's hundred points, and the bonus items outside them (section 1.2).

A dimension's deductions and praise are netted; then its floor of 0 and its points as ceiling hold.
"""

from __future__ import annotations

from kaohe.scheme import (
    Checklist,
    Chosen,
    Citation,
    Clause,
    D,
    Escalating,
    Examination,
    Limit,
    Part,
    PerOccurrence,
    Step,
    Text,
)
from kaohe_nursing.scheme.items import BASIC_NURSING, HEALTH_EDUCATION, QUALITY_SERVICE

SOURCE = "范文1"
ROUND, SINGLE, MARKS = "round", "single", "marks"

CASE = Text("每例", "a case")
PLACE = Text("每处", "a place")


def cite(words: str = "", article: str = "§1.2") -> Citation:
    """A citation of the source's section on clauses."""
    return Citation(SOURCE, article, words)


def _dimension(code: str, zh: str, en: str, points: str, *clauses: Clause) -> Part:
    return Part(
        code,
        Text(zh, en),
        points=D(points),
        floor=D(0),
        ceiling=D(points),
        clauses=clauses,
        cite=cite(article="§1.1"),
    )


def _clause(
    id: int,
    code: str,
    zh: str,
    en: str,
    points: str,
    *,
    times: int | None = None,
    per: Text | None = None,
    words: str = "",
    ours: bool = False,
    note: Text | None = None,
) -> Clause:
    rule = PerOccurrence(D(points), times=times, per=per or Text("每次", "each time"))
    return Clause(
        id, code, Text(zh, en), rule, cite=cite(words), ours=ours, note=note, forms=(SINGLE,), reason=True
    )


HEALTH = _dimension(
    "health_education",
    "健康教育",
    "Health education",
    "14",
    Clause(
        10,
        "health_item",
        Text("健康教育一项未掌握", "A health education item not mastered"),
        Checklist(D("-0.5")),
        cite=cite(),
        reason=False,
        forms=(ROUND,),
        items=HEALTH_EDUCATION,
    ),
)

BASIC = _dimension(
    "basic_nursing",
    "基础护理",
    "Basic nursing",
    "28",
    Clause(
        20,
        "basic_item",
        Text("基础护理一项未掌握", "A basic nursing item not mastered"),
        Checklist(D("-1")),
        cite=cite(),
        reason=False,
        forms=(ROUND,),
        items=BASIC_NURSING,
    ),
)

QUALITY = _dimension(
    "quality_service",
    "优质服务",
    "Quality service",
    "21",
    _clause(31, "praised", "病人提名表扬", "Named in praise by a patient", "0.5"),
    _clause(
        32,
        "complaint",
        "病人提名不满意或有意见，经核实",
        "Named as unsatisfactory or complained of, and verified",
        "-0.5",
    ),
    _clause(33, "quarrel", "与病人争吵", "Quarrelled with a patient", "-5"),
    _clause(34, "not_as_required", "未按要求落实", "Not carried out as required", "-1"),
    _clause(
        35,
        "question",
        "病人提出的问题未认真或未及时解答处理",
        "A patient's question not seriously or not promptly dealt with",
        "-1",
    ),
    _clause(36, "own_accord", "未主动为病人服务", "Did not serve the patient of own accord", "-2"),
    Clause(
        37,
        "service_item",
        Text("服务七项，一项未完成", "One of the seven service items not done"),
        Checklist(D("-2")),
        cite=cite("細化7項"),
        reason=False,
        forms=(ROUND,),
        items=QUALITY_SERVICE,
    ),
)

TEAM = _dimension(
    "team_spirit",
    "团队精神",
    "Team spirit",
    "5",
    _clause(41, "disunity", "同事间不团结", "Disunity among colleagues", "-2", times=1),
    _clause(
        42, "no_team_help", "工作不协调，无团队协助精神", "Uncoordinated work, no team help", "-3", times=1
    ),
)

ABSENCE_WORDS = "第二次仍有此現象的出現者,實施疊加扣分2分/次、4分/次"
HOSPITAL_BY_KIND = Escalating((Step(D("-2")), Step(D("-4"))))
WARD_BY_KIND = Escalating((Step(D("-1")), Step(D("-2"))))
HOSPITAL_EITHER = Escalating((Step(D("-2")), Step(D("-2")), Step(D("-4"))), counted_with=(53,))
WARD_EITHER = Escalating((Step(D("-1")), Step(D("-2")), Step(D("-4"))), counted_with=(52,))

THEORY = _dimension(
    "theory",
    "理论知识",
    "Theory",
    "5",
    Clause(
        51,
        "theory_exam",
        Text("理论考核", "Theory examination"),
        Examination(D(85), D(-1)),
        cite=cite(),
        reason=False,
        forms=(MARKS,),
    ),
    Clause(
        52,
        "hospital_study",
        Text("无故不参加医院业务学习", "Absent without reason from the hospital's study"),
        HOSPITAL_BY_KIND,
        cite=cite(ABSENCE_WORDS),
        forms=(SINGLE,),
    ),
    Clause(
        53,
        "ward_study",
        Text("无故不参加科室业务学习", "Absent without reason from the ward's study"),
        WARD_BY_KIND,
        cite=cite(ABSENCE_WORDS),
        forms=(SINGLE,),
    ),
)

PROCEDURE_WORDS = "每月未完成護理工作中違反操作規程"

SKILLS = _dimension(
    "skills",
    "操作技能",
    "Skills",
    "5",
    Clause(
        61,
        "department_test",
        Text("护理部操作考核", "Nursing department's skills test"),
        Examination(D(90), D(-2)),
        cite=cite(),
        reason=False,
        forms=(MARKS,),
    ),
    Clause(
        62,
        "ward_test",
        Text("科室操作考核", "Ward's skills test"),
        Examination(D(90), D(-1)),
        cite=cite(),
        reason=False,
        forms=(MARKS,),
    ),
    _clause(63, "procedure", "违反操作规程", "Operating procedure violated", "-1", words=PROCEDURE_WORDS),
)

RECORDS = _dimension(
    "records",
    "护理文书",
    "Records",
    "4",
    _clause(71, "form_late", "表册书写不及时", "Form not written in time", "-0.5", per=PLACE),
    _clause(72, "left_out", "漏项", "Item left out", "-0.01", per=PLACE, words="漏項一處扣.01分"),
    _clause(73, "illegible", "字迹潦草不清、涂改", "Illegible or altered", "-0.1", per=PLACE),
)

ERRORS = _dimension(
    "errors",
    "差错事故",
    "Errors and accidents",
    "8",
    _clause(81, "ordinary_error", "一般差错", "Ordinary error", "-4", per=CASE),
    _clause(
        82,
        "serious_error",
        "严重差错",
        "Serious error",
        "0",
        per=CASE,
        note=Text("降一级星级（每例，期末提议）", "star level lowered by one a case (proposed at the close)"),
    ),
    _clause(
        83,
        "accident",
        "事故",
        "Accident",
        "0",
        per=CASE,
        note=Text("待岗（期末提议）", "suspended from post (proposed at the close)"),
    ),
    Clause(
        84,
        "concealed",
        Text("发生差错事故隐瞒不报", "Error or accident concealed"),
        Chosen(D("-8"), D("-0.5")),
        cite=cite(),
        ours=True,
        forms=(SINGLE,),
        limits=(Limit("low", D("-100"), D(0)), Limit("high", D("-100"), D(0))),
        note=Text(
            "幅度是系统默认值，原文由小组视情节定",
            "the range is our default; the source leaves it to the group",
        ),
    ),
)

RESPONSIBILITY = _dimension(
    "responsibility",
    "工作责任心",
    "Responsibility",
    "6",
    _clause(91, "careless", "工作欠细致认真", "Not careful and conscientious", "-0.5"),
)

EFFICIENCY = _dimension(
    "efficiency",
    "工作效率",
    "Efficiency",
    "4",
    _clause(101, "duty", "工作职责落实不好", "Duty badly carried out", "-2", times=1),
    _clause(102, "slow", "工作效率低", "Low efficiency", "-2", times=1),
    _clause(
        103,
        "complacent",
        "质量标准不高，安于现状，无创新进取精神",
        "Low standard, complacency, no initiative",
        "-2",
        times=1,
    ),
)

BONUS_WORDS = "護理(統計源)"

BONUS = Part(
    "bonus",
    Text("加分项目", "Bonus items"),
    points=D(0),
    floor=D(0),
    cite=cite(),
    note=Text("在一百分之外", "outside the hundred points"),
    clauses=(
        _clause(
            111,
            "paper",
            "统计源期刊发表论文",
            "Paper in a statistical-source journal",
            "2",
            words=BONUS_WORDS,
            ours=True,
            per=Text("每篇", "a paper"),
        ),
        _clause(
            112,
            "contest",
            "参加院内外护理操作比武",
            "Skills contest in or outside the hospital",
            "1",
            ours=True,
        ),
        _clause(113, "overtime", "额外加班", "Extra overtime", "0.5", ours=True),
    ),
)

ROOT = Part(
    "total",
    Text("总分", "Total"),
    cite=cite(article="§1.1"),
    parts=(
        HEALTH,
        BASIC,
        QUALITY,
        TEAM,
        THEORY,
        SKILLS,
        RECORDS,
        ERRORS,
        RESPONSIBILITY,
        EFFICIENCY,
        BONUS,
    ),
)
