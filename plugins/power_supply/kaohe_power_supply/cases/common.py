"""What several kinds of the hotline share: the scheme, fields, the call back, another call."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kaohe.plugins import CaseStep, CaseVerdict, Choice
from kaohe.scheme import Text

SCHEME = "power.hotline"
HOLDER = ("holder", "desk")
VERDICT = CaseVerdict("call_back", "satisfied", good=("very", "yes", "fair"), left_out=("unreached",))


def text(zh: str, en: str, *, most: int = 100, rows: int = 0, required: bool = False) -> fields.String:
    """A text field."""
    meta = {"title": Text(zh, en)} | ({"rows": rows} if rows else {})
    return fields.String(required=required, validate=validate.Length(max=most), metadata=meta)


def moment(zh: str, en: str) -> fields.DateTime:
    """A moment that has to be said."""
    return fields.DateTime(required=True, metadata={"title": Text(zh, en)})


class Result(Schema):
    """How a case was dealt with."""

    result = text("处理结果", "Result", most=1000, rows=3, required=True)


class CalledBack(Schema):
    """What the customer said afterwards."""

    satisfied = Choice(
        {
            "very": Text("非常满意", "Very satisfied"),
            "yes": Text("满意", "Satisfied"),
            "fair": Text("基本满意", "Fairly satisfied"),
            "no": Text("不满意", "Not satisfied"),
            "unreached": Text("未联系上", "Not reached"),
        },
        required=True,
        metadata={"title": Text("回访结果", "Called back")},
    )
    said = text("客户意见", "What was said", most=500, rows=2)


class Call(Schema):
    """Somebody else called about the same matter."""

    customer = text("来电人", "Caller", most=40)
    phone = text("联系电话", "Telephone", most=40)
    said = text("所述", "What was said", most=300)


def call(*after: str) -> CaseStep:
    """The remark that somebody else called, in these states."""
    return CaseStep("call", Text("又有来电", "Another call"), after, asks=Call, icon="phone-call")
