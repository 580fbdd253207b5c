"""Where the nursing source is damaged or can be read in several ways, with the answers to choose from."""

from __future__ import annotations

from kaohe.scheme import D, Doubt, Option, Replace, Text
from kaohe_nursing.scheme.dimensions import (
    ABSENCE_WORDS,
    BONUS_WORDS,
    HOSPITAL_BY_KIND,
    HOSPITAL_EITHER,
    PROCEDURE_WORDS,
    WARD_BY_KIND,
    WARD_EITHER,
    cite,
)

LEFT_OUT = Doubt(
    "left_out",
    Text("漏项扣分：印作 .01，可能为 0.1", "Item left out: printed .01, likely 0.1"),
    Text(
        "小数点前没有“0”，同句涂改每处扣 0.1 分，漏项只扣百分之一分不相称。",
        "There is no 0 before the point, and an alteration in the same sentence costs 0.1.",
    ),
    (
        Option("as_printed", Text("取印作值，每处扣 0.01", "As printed: 0.01 a place")),
        Option("tenth", Text("取 0.1", "Take 0.1"), (Replace("clause/72/rule/points", D("-0.1")),)),
    ),
    kind="print",
    printed=".01",
    cite=cite("漏項一處扣.01分"),
    clauses=(72,),
    figures=("clause/72/rule/points",),
)

ESCALATION = Doubt(
    "escalation",
    Text("叠加扣分：印作 2分/次、4分/次", "Escalation: printed 2 and 4 points"),
    Text(
        "两个数可指两种学习，也可指第二次、第三次。",
        "The two figures may stand for the two kinds of study, or for the second and the third time.",
    ),
    (
        Option(
            "by_kind",
            Text(
                "同一种第二次起加倍：科室 2、医院 4",
                "Doubled from the second of a kind on: ward 2, hospital 4",
            ),
            (
                Replace("clause/52/rule", HOSPITAL_BY_KIND),
                Replace("clause/53/rule", WARD_BY_KIND),
            ),
            usual=True,
        ),
        Option(
            "either_kind",
            Text("不分种类：第二次扣 2，第三次起扣 4", "Whichever the kind: the second 2, each later one 4"),
            (
                Replace("clause/52/rule", HOSPITAL_EITHER),
                Replace("clause/53/rule", WARD_EITHER),
            ),
        ),
    ),
    printed="2分/次、4分/次",
    cite=cite(ABSENCE_WORDS),
    clauses=(52, 53),
    figures=("clause/52/rule/steps/1/points", "clause/53/rule/steps/1/points"),
)

PROCEDURE = Doubt(
    "procedure",
    Text(
        "印作“每月未完成护理工作中违反操作规程”",
        "Printed: work not completed in the month, procedure violated",
    ),
    Text("“未完成”疑为衍字，句意不全。", "“Not completed” seems to be a slip; the sentence is incomplete."),
    (
        Option(
            "each_time",
            Text("当月每违反操作规程一次，扣 1 分", "Each violation in the month costs 1"),
            usual=True,
        ),
        Option(
            "unfinished_only",
            Text("仅在护理工作未完成时违反才扣", "Only a violation while care is unfinished"),
            (
                Replace(
                    "clause/63/title",
                    Text(
                        "护理工作未完成时违反操作规程",
                        "Operating procedure violated while care is unfinished",
                    ),
                ),
            ),
        ),
    ),
    printed=PROCEDURE_WORDS,
    cite=cite(PROCEDURE_WORDS),
    clauses=(63,),
)

JOURNAL = Doubt(
    "journal",
    Text("印作“护理（统计源）”", "Printed: nursing (statistical source)"),
    Text("缺了中心词。", "The main word is missing."),
    (
        Option("paper", Text("取作统计源期刊论文", "A paper in a statistical-source journal"), usual=True),
        Option(
            "any_paper",
            Text("取作护理论文，不限刊物", "Any nursing paper"),
            (Replace("clause/111/title", Text("发表护理论文", "Nursing paper published")),),
        ),
    ),
    printed=BONUS_WORDS,
    cite=cite(BONUS_WORDS),
    clauses=(111,),
)

SEVEN_ITEMS = Doubt(
    "seven_items",
    Text("七项每项扣 2 分，合计 14 分，本项 21 分", "Seven items at 2 make 14; the dimension has 21"),
    Text("分值与项数不相合。", "Points and number of items do not agree."),
    (
        Option(
            "all_clauses",
            Text("21 分含本项全部细则", "The 21 points hold for all clauses of the dimension"),
            usual=True,
        ),
        Option(
            "three_each",
            Text("七项每项扣 3 分", "Each item costs 3"),
            (Replace("clause/37/rule/points", D("-3")),),
        ),
    ),
    printed="21分……細化7項……一項未完成扣2 分",
    cite=cite("一項未完成扣2 分"),
    clauses=(37,),
    figures=("clause/37/rule/points",),
)

PRAISE = Doubt(
    "praise",
    Text("表扬能否使优质服务超过 21 分", "May praise lift quality service above 21"),
    Text("原文没有说。", "The source does not say."),
    (
        Option("offset", Text("只抵扣分，不超过本项满分", "It offsets deductions only"), usual=True),
        Option(
            "above", Text("可以超过", "It may go above"), (Replace("part/quality_service/ceiling", None),)
        ),
    ),
    kind="choice",
    cite=cite(),
    clauses=(31,),
    figures=("part/quality_service/ceiling",),
)

DOUBTS = (LEFT_OUT, ESCALATION, PROCEDURE, JOURNAL, SEVEN_ITEMS, PRAISE)
