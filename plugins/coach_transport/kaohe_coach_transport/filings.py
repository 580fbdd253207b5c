"""What branches file each month: the six returns of article 8, and the remittance of article 16.

The day of the returns is not in the source: the 5th of the next month is ours. The remittance is due by the 3rd of the next
month, that day included.
"""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from kaohe.plugins import DueBy, Filing, Money
from kaohe.scheme import Citation, Text

RETURNS = (
    ("finance", "财务", "Finance"),
    ("statistics", "统计", "Statistics"),
    ("transport", "运务", "Transport"),
    ("safety", "安全", "Safety"),
    ("vehicles", "机务", "Vehicles"),
    ("labour", "劳资", "Labour"),
)
"""The six kinds of monthly returns."""


class Figure(Schema):
    """One line of a return."""

    item = fields.String(
        required=True, validate=validate.Length(max=60), metadata={"title": Text("指标", "Item")}
    )
    value = fields.Decimal(required=True, places=2, metadata={"title": Text("数值", "Figure")})
    unit = fields.String(validate=validate.Length(max=20), metadata={"title": Text("单位", "Unit")})


class Return(Schema):
    """A monthly return: its figures and what explains them."""

    prepared_by = fields.String(
        required=True, validate=validate.Length(max=40), metadata={"title": Text("填表人", "Prepared by")}
    )
    figures = fields.List(
        fields.Nested(Figure), required=True, metadata={"title": Text("本月指标", "Figures of the month")}
    )
    words = fields.String(
        validate=validate.Length(max=2000), metadata={"title": Text("说明", "Explanation"), "rows": 4}
    )


class Remittance(Schema):
    """The month's revenue and what was remitted of it."""

    revenue = Money(required=True, metadata={"title": Text("本月营收", "Revenue of the month")})
    remitted = Money(
        required=True,
        metadata={
            "title": Text("已上缴", "Remitted"),
            "hint": Text("全额上缴后再报", "File it once all of it is remitted"),
        },
    )
    day = fields.Date(required=True, metadata={"title": Text("上缴日期", "Remitted on")})
    words = fields.String(
        validate=validate.Length(max=500), metadata={"title": Text("说明", "Explanation"), "rows": 3}
    )

    @validates_schema
    def _in_full(self, data: dict[str, int], **_: object) -> None:
        if data["remitted"] < data["revenue"]:
            raise ValidationError(
                [Text("还没有全额上缴，不能报。", "It is not remitted in full yet; this cannot be filed.")],
                "remitted",
            )


def _return(code: str, zh: str, en: str) -> Filing:
    return Filing(
        code=f"coach_return_{code}",
        title=Text(f"{zh}月报表", f"{en} return of the month"),
        says=Text("每月一份，次月 5 日前（含当天）报送", "Once a month, by the 5th of the next month"),
        scheme="coach.unit",
        schema=Return,
        due=DueBy(5, months=1),
        owed_by="unit",
        missed="monthly_return",
        cite=Citation("范文3", "第25条"),
    )


REMITTANCE = Filing(
    code="coach_remittance",
    title=Text("营收上缴", "Remittance of revenue"),
    says=Text(
        "营收全额上缴后填报，次月 3 日前（含当天）；逾期按天计",
        "Filed once the revenue is remitted in full, by the 3rd of the next month; late days count",
    ),
    scheme="coach.unit",
    schema=Remittance,
    due=DueBy(3, months=1),
    owed_by="unit",
    missed="revenue",
    cite=Citation("范文3", "第16条"),
)
FILINGS = (*(_return(*one) for one in RETURNS), REMITTANCE)
