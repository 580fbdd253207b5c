"""Forms from a sector's schema: what is read, what is refused at which field, what is kept of what was typed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from kaohe.pages import asking
from kaohe.plugins import Choice, Money
from kaohe.scheme import Text


class Line(Schema):
    what = fields.String(
        required=True, validate=validate.Length(max=10), metadata={"title": Text("事项", "Item")}
    )
    amount = Money(required=True, metadata={"title": Text("金额", "Amount"), "sum": True})


class Sample(Schema):
    title = fields.String(
        required=True, validate=validate.Length(2, 20), metadata={"title": Text("目标", "Target")}
    )
    words = fields.String(metadata={"title": Text("说明", "Words"), "rows": 5})
    count = fields.Integer(validate=validate.Range(1, 12), metadata={"title": Text("次数", "Count")})
    share = fields.Decimal(places=2, metadata={"title": Text("比例", "Share"), "unit": Text("%", "%")})
    paid = Money(high_fen=100_000, metadata={"title": Text("金额", "Paid")})
    day = fields.Date(metadata={"title": Text("日期", "Day")})
    at = fields.DateTime(metadata={"title": Text("时间", "At")})
    sure = fields.Boolean(metadata={"title": Text("属实", "True")})
    kind = Choice({"a": Text("甲", "A"), "b": Text("乙", "B")}, metadata={"title": Text("类别", "Kind")})
    budget = fields.List(fields.Nested(Line), metadata={"title": Text("预算", "Budget")})

    @validates_schema
    def _spent(self, data, **_):
        if data.get("paid") == 13:
            raise ValidationError([Text("不能是 13 分。", "Not 13 fen.")], "paid")


GOOD = {
    "f-title": "  完成检修 ",
    "f-count": "１２",
    "f-share": "12.50",
    "f-paid": "￥1,000.00",
    "f-day": "2026-09-30",
    "f-at": "2026-09-30T08:05",
    "f-sure": "1",
    "f-kind": "b",
    "f-budget-0-what": "配件",
    "f-budget-0-amount": "120.5",
    "f-budget-1-what": "",
    "f-budget-1-amount": " ",
    "f-budget-7-what": "工时",
    "f-budget-7-amount": "0",
    "csrf_token": "x",
}


def test_what_was_sent_is_kept_plain() -> None:
    data, errors = asking.read(Sample(), GOOD)
    assert not errors
    assert json.loads(json.dumps(data)) == data
    assert data == {
        "title": "完成检修",
        "count": 12,
        "share": "12.50",
        "paid": 100_000,
        "day": "2026-09-30",
        "at": "2026-09-30T00:05:00+00:00",
        "sure": True,
        "kind": "b",
        "budget": [{"what": "配件", "amount": 12050}, {"what": "工时", "amount": 0}],
    }


def test_what_was_kept_can_be_typed_again_unchanged() -> None:
    data, _ = asking.read(Sample(), GOOD)
    fields_ = asking.asked(Sample(), data)
    again = {
        cell.name: cell.typed
        for one in fields_
        for cell in ([c for line in one.lines for c in line] if one.kind == "lines" else [one])
    }
    assert asking.read(Sample(), again) == (data, {})


@pytest.mark.parametrize(
    ("name", "typed", "zh"),
    [
        ("f-title", "", "请填写这一栏。"),
        ("f-title", "一", "至少 2 个字，现在 1 个。"),
        ("f-title", "一" * 21, "最多 20 个字，现在 21 个。"),
        ("f-count", "0", "要在 1 到 12 之间。"),
        ("f-count", "13", "要在 1 到 12 之间。"),
        ("f-count", "1.0", "请填整数，例如 12。"),
        ("f-share", "1.005", "最多 2 位小数。"),
        ("f-share", "NaN", "请填数字，例如 12.5。"),
        ("f-paid", "1000.01", "要在 0.00 到 1000.00 之间。"),
        ("f-paid", "1.005", "请填金额（元），最多两位小数，例如 1200.50。"),
        ("f-paid", "0.13", "不能是 13 分。"),
        ("f-day", "2026-02-30", "请填日期，例如 2026-09-30。"),
        ("f-day", "0001-01-02", "请填日期，例如 2026-09-30。"),
        ("f-day", "1989-12-31", "请填日期，例如 2026-09-30。"),
        ("f-day", "2101-01-01", "请填日期，例如 2026-09-30。"),
        ("f-at", "2026-09-30 25:00", "请填日期和时间，例如 2026-09-30 14:05。"),
        ("f-at", "0001-01-01 00:00", "请填日期和时间，例如 2026-09-30 14:05。"),
        ("f-at", "9999-12-31T23:59", "请填日期和时间，例如 2026-09-30 14:05。"),
        ("f-kind", "c", "请在列出的选项里选。"),
        ("f-budget-0-amount", "-1", "不能小于 0.00。"),
        ("f-budget-0-what", "", "请填写这一栏。"),
        ("f-budget-0-what", "一二三四五六七八九十零", "最多 10 个字，现在 11 个。"),
    ],
)
def test_each_refusal_stands_at_its_field_and_what_was_typed_is_kept(name: str, typed: str, zh: str) -> None:
    form = {**GOOD, name: typed}
    _, errors = asking.read(Sample(), form)
    assert {key: why.zh for key, why in errors.items()} == {name: zh}
    cells = {
        cell.name: cell
        for one in asking.asked(Sample(), form=form, errors=errors)
        for cell in (one, *(c for line in one.lines for c in line))
    }
    assert cells[name].typed == typed
    assert cells[name].error is not None
    assert cells[name].error.en != cells[name].error.zh


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_the_first_and_the_last_moment_that_are_taken_are_so_in_every_zone(zone: str) -> None:
    for typed in ("1990-01-01 00:00", "2100-12-31 23:59"):
        form = {**GOOD, "f-day": typed[:10], "f-at": typed}
        data, errors = asking.read(Sample(), form, zone=zone)
        assert errors == {}
        assert asking.check(Sample(), data) == {}
        cells = {one.key: one for one in asking.asked(Sample(), data, zone=zone)}
        assert cells["at"].typed == typed.replace(" ", "T")
    for typed in ("0001-01-01 00:00", "9999-12-31 23:59"):
        _, errors = asking.read(Sample(), {**GOOD, "f-at": typed}, zone=zone)
        assert list(errors) == ["f-at"]


@pytest.mark.parametrize("name", ["f-unknown", "f-budget-0-other", "f-budget-x-what", "f-title-0-what"])
def test_a_field_the_schema_does_not_have_is_refused(name: str) -> None:
    _, errors = asking.read(Sample(), {**GOOD, name: "x"})
    assert list(errors) == [asking.WHOLE_FORM]


def test_data_from_elsewhere_is_checked_by_the_same_schema() -> None:
    data, _ = asking.read(Sample(), GOOD)
    assert asking.check(Sample(), data) == {}
    assert list(asking.check(Sample(), {**data, "count": 99})) == ["count"]
    assert list(asking.check(Sample(), {**data, "else": 1})) == [asking.WHOLE_FORM]


def test_lines_are_shown_with_their_sum() -> None:
    data, _ = asking.read(Sample(), GOOD)
    found = {one.key: one for one in asking.shown(Sample(), data, "en")}
    assert found["budget"].lines == (("配件", "¥120.50"), ("工时", "¥0.00"))
    assert found["budget"].totals == ("", "¥120.50")
    assert found["kind"].text == "B"
    assert found["at"].text == "2026-09-30 08:05"


def test_empty_lines_are_offered_and_more_on_demand() -> None:
    budget = asking.asked(Sample())[-1]
    assert len(budget.lines) == 3
    assert len(asking.asked(Sample(), form=GOOD, more=5)[-1].lines) == 2 + 2 + 5


@given(st.dictionaries(st.sampled_from([*GOOD, "f-words", "f-x", "f-budget-3-amount"]), st.text(max_size=30)))
def test_nothing_that_is_typed_raises(form: dict[str, str]) -> None:
    data, errors = asking.read(Sample(), form)
    json.dumps(data)
    asking.asked(Sample(), form=form, errors=errors)
    if not errors:
        assert asking.check(Sample(), data) == {}


@given(st.integers(0, 100_000))
def test_every_amount_survives_typing(fen: int) -> None:
    data, errors = asking.read(Sample(), {**GOOD, "f-paid": f"{fen / 100:.2f}"})
    assert errors or data["paid"] == fen
    assert not errors or fen == 13
