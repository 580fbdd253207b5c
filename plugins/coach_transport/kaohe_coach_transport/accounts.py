"""The money accounts of express coaches (art. 13, 20–22, 26).

The city company holds the deposits and keeps those forfeited; the branch collects and books the uniform prepayment and
the fines of its people; fines on units go to the city company; a family's ride is taken from wages.
"""

from __future__ import annotations

from kaohe.plugins import AccountKind, Bears, Settling
from kaohe.scheme import D, Text

UNIFORM_USUAL_FEN = 60_000

DEPOSIT = AccountKind(
    "deposit",
    Text("信誉风险保证金", "Credit-risk deposit"),
    "deposit",
    answers=("city_company",),
    expected="position",
    note=Text("不计利息，解聘时结退", "bears no interest; refunded when the engagement ends"),
)
UNIFORM = AccountKind(
    "uniform",
    Text("服装费预收", "Uniform prepayment"),
    "prepayment",
    holder="unit",
    usual_fen=UNIFORM_USUAL_FEN,
    settling=Settling(
        "coach.person",
        "uniform_share",
        {"70_percent": Bears(percent=D(70)), "70_yuan": Bears(fixed_fen=7_000)},
    ),
    note=Text("多退少补", "the difference is refunded, or collected when short"),
)
ACCOUNTS = (
    DEPOSIT,
    UNIFORM,
    AccountKind("cash", Text("现金", "Cash"), "cash", holder="unit"),
    AccountKind(
        "uniform_borne", Text("服装费个人负担", "Uniform: borne by staff"), "recovered", holder="unit"
    ),
    AccountKind("fines_due", Text("应收罚款", "Fines due"), "due", holder="unit"),
    AccountKind(
        "wages",
        Text("应付工资（扣款）", "Wages payable (withheld)"),
        "wages",
        holder="unit",
        answers=("wages",),
    ),
    AccountKind(
        "fines", Text("罚款收入", "Fines income"), "fines", holder="unit", answers=("branch", "wages")
    ),
    AccountKind(
        "fines_city",
        Text("罚款收入（市公司）", "Fines income, city company"),
        "fines",
        answers=("city_company",),
    ),
    AccountKind("forfeited", Text("没收保证金", "Forfeited deposits"), "forfeited"),
)
