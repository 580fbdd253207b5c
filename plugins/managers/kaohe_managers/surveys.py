"""Staff opinion of the department's managers before the month's rating: anonymous, shown from three answers on.

That opinions are anonymous, counted and shown from three on are our defaults; the levels are those of the targets.
"""

from __future__ import annotations

from kaohe.plugins import Question, Survey, SurveyTotal
from kaohe.scheme import Text

OPINIONS = 31
_LEVELS = (
    Text("不满意", "Dissatisfied"),
    Text("基本满意", "Mostly satisfied"),
    Text("满意", "Satisfied"),
    Text("很满意", "Very satisfied"),
)


def _scale(code: str, zh: str, en: str) -> Question:
    return Question(code, Text(zh, en), low=1, high=4, words=_LEVELS, good=3)


STAFF_OPINION = Survey(
    code="staff_opinion",
    title=Text("职工评议", "Staff opinion"),
    says=Text(
        "请评议本部门的干部。答卷不记名，满三份才显示。打击报复评议人的，按考核纪律扣分。",
        "Please give your opinion of your department's managers. It is anonymous and shown from three answers on. "
        "Reprisals cost points under the rules of the assessment.",
    ),
    scheme="managers.month",
    kind="opinion",
    questions=(
        _scale("duty", "履职尽责", "Fulfils the duties of the post"),
        _scale("ability", "管理能力", "Managing ability"),
        _scale("conduct", "作风与纪律", "Conduct and discipline"),
        Question("words", Text("意见和建议", "Remarks"), kind="text", required=False),
    ),
    about="people",
    answered_by=("own_unit",),
    minimum=3,
    totals=(SurveyTotal("managers.month", OPINIONS, "answers", decimals=0),),
)

SURVEYS = (STAFF_OPINION,)
