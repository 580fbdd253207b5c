"""The reports of nursing: league, a nurse's own sheet, items most missed, praise register, bonus shares."""

from __future__ import annotations

from kaohe.plugins import Report
from kaohe.scheme import Text
from kaohe_nursing.reports.bonus import bonus_shares
from kaohe_nursing.reports.league import league
from kaohe_nursing.reports.missed import missed_items
from kaohe_nursing.reports.own import own_sheet
from kaohe_nursing.reports.praise import praise_register

REPORTS = (
    Report(
        "league",
        Text("病区与全院榜单", "Ward and hospital league"),
        Text(
            "名次、得分、等次和近 12 个月的走势，按病区或全院。",
            "Ranks, scores, grades and twelve months' course, by ward or for all.",
        ),
        league,
        ("period", "unit"),
        "trophy",
    ),
    Report(
        "own",
        Text("个人考核表", "A nurse's own sheet"),
        Text(
            "一位护士本月每一分的来由，可打印签字。",
            "Where each point of a nurse's month comes from, ready to be printed and signed.",
        ),
        own_sheet,
        ("period", "person"),
        "clipboard-data",
    ),
    Report(
        "missed",
        Text("常见未掌握项目", "Items most often missed"),
        Text(
            "63 个检查项目里哪些漏得最多，按病区和月份。",
            "Which of the 63 items are missed most, by ward and month.",
        ),
        missed_items,
        ("year", "unit"),
        "list-check",
    ),
    Report(
        "praise",
        Text("表扬登记", "Praise register"),
        Text(
            "锦旗、表扬信、提名表扬和住院患者满意度，逐月。",
            "Pennants, letters, praise by name and inpatients' satisfaction, month by month.",
        ),
        praise_register,
        ("year", "unit"),
        "award",
    ),
    Report(
        "bonus",
        Text("奖金分配", "Bonus shares"),
        Text(
            "把本月奖金总额按得分分到分，合计与总额一致。",
            "The month's pool shared by score to the cent; the shares add up to the pool.",
        ),
        bonus_shares,
        ("period",),
        "coin-yuan",
    ),
)
