"""What departments file: their leaders' targets for a month, with a budget, by the 25th (二、3)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kaohe.plugins import DueBy, Filing, Money
from kaohe.scheme import Citation, Text


class Target(Schema):
    """One target of the month."""

    target = fields.String(
        required=True, validate=validate.Length(max=200), metadata={"title": Text("目标任务", "Target")}
    )
    measure = fields.String(
        required=True, validate=validate.Length(max=200), metadata={"title": Text("完成标准", "Done when")}
    )
    leader = fields.String(
        required=True, validate=validate.Length(max=40), metadata={"title": Text("责任人", "Leader")}
    )
    by = fields.Date(metadata={"title": Text("完成日期", "By")})


class BudgetLine(Schema):
    """One line of the budget."""

    item = fields.String(
        required=True, validate=validate.Length(max=100), metadata={"title": Text("费用项目", "Item")}
    )
    amount = Money(required=True, metadata={"title": Text("金额", "Amount"), "sum": True})
    reason = fields.String(validate=validate.Length(max=100), metadata={"title": Text("用途", "Purpose")})


class Targets(Schema):
    """A department's targets for the month, with what they cost."""

    targets = fields.List(
        fields.Nested(Target),
        required=True,
        validate=validate.Length(1, 30),
        metadata={"title": Text("本月目标任务", "Targets of the month")},
    )
    budget = fields.List(
        fields.Nested(BudgetLine),
        validate=validate.Length(max=50),
        metadata={"title": Text("费用预算", "Budget")},
    )
    words = fields.String(
        validate=validate.Length(max=2000),
        metadata={
            "title": Text("说明", "Explanation"),
            "rows": 4,
            "hint": Text("需要配合的部门、条件", "Departments and conditions that are needed"),
        },
    )


FILINGS = (
    Filing(
        code="managers_targets",
        title=Text("月度目标任务及预算", "Month's targets with budget"),
        says=Text("每月 25 日前（含当天）报送", "By the 25th, that day included"),
        scheme="managers.month",
        schema=Targets,
        due=DueBy(25, months=-1, of="start"),
        owed_by="unit",
        late=False,
        opens=15,
        remind=(5, 2),
        setting="targets_due",
        choices={
            "25_before": DueBy(25, months=-1, of="start"),
            "25_same": DueBy(25, of="start"),
        },
        cite=Citation("中层干部办法", "二、3"),
    ),
)
