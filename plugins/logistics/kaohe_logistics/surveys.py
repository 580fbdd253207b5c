"""The two surveys of campus logistics, each owed twice a year: assets in use, and satisfaction with each provider.

The source names the surveys, how often, and to whom they go; the questions are ours. Two of each a year is our reading.
"""

from __future__ import annotations

from kaohe.plugins import Answer, Question, Survey, SurveyTotal
from kaohe.scheme import Text
from kaohe_logistics.scheme import SURVEY_ASSETS, SURVEY_SERVICE, SURVEYS_HELD

_LEVELS = (
    Text("很不满意", "Very dissatisfied"),
    Text("不满意", "Dissatisfied"),
    Text("一般", "Neither"),
    Text("满意", "Satisfied"),
    Text("很满意", "Very satisfied"),
)
_ASKED = (
    Answer("departments", Text("部门", "Departments")),
    Answer("staff", Text("教职工", "Staff")),
    Answer("students", Text("学生代表", "Student representatives")),
)


def _scale(code: str, zh: str, en: str) -> Question:
    return Question(code, Text(zh, en), words=_LEVELS)


_SUGGESTION = Question("suggestion", Text("改进建议", "Suggestions"), kind="text", required=False)

SERVICE = Survey(
    code="service",
    title=Text("后勤服务满意度调查", "Satisfaction with logistics"),
    says=Text(
        "请为您用过的服务打分，没用过的可以整项不填。答卷不记名。",
        "Please rate the services you have used and leave out the others. Answers are anonymous.",
    ),
    scheme="logistics.item",
    questions=(
        _scale("attitude", "服务态度", "Courtesy"),
        _scale("quality", "服务质量", "Quality of the service"),
        _scale("promptness", "响应是否及时", "How promptly they respond"),
        _SUGGESTION,
    ),
    about="units",
    answered_by=("tokens",),
    groups=_ASKED,
    totals=(
        SurveyTotal("logistics.item", SURVEY_SERVICE, "satisfied"),
        SurveyTotal("logistics.item", SURVEYS_HELD, "held", decimals=0),
    ),
    times_a_year=2,
)

ASSETS = Survey(
    code="assets",
    title=Text("资产使用情况调查", "Assets in use"),
    says=Text(
        "请评价您所用的设施设备，没用过的可以整项不填。答卷不记名。",
        "Please judge the equipment you use and leave out the rest. Answers are anonymous.",
    ),
    scheme="logistics.item",
    questions=(
        _scale("condition", "设施设备是否完好", "Condition of the equipment"),
        _scale("upkeep", "维护是否到位", "Upkeep"),
        Question(
            "use",
            Text("这里的设施您多久用一次", "How often do you use it"),
            kind="choice",
            choices=(
                Answer("daily", Text("几乎每天", "Nearly every day")),
                Answer("weekly", Text("每周", "Every week")),
                Answer("rarely", Text("很少", "Rarely")),
            ),
            required=False,
        ),
        _SUGGESTION,
    ),
    about="units",
    answered_by=("tokens",),
    groups=_ASKED,
    totals=(
        SurveyTotal("logistics.item", SURVEY_ASSETS, "satisfied"),
        SurveyTotal("logistics.item", SURVEYS_HELD, "held", decimals=0),
    ),
    times_a_year=2,
)

SURVEYS = (SERVICE, ASSETS)
