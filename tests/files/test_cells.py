"""What one cell says, in all the ways in which offices write it."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.files import cells
from kaohe.files.cells import Choice, Doubtful, HintRule, numbered_choices
from kaohe.files.refusals import Words

STARS = numbered_choices(range(1, 6), ("{}星", "{}星级", "{}"))


def doubt(call: object, *cell: object, **how: object) -> Doubtful:
    with pytest.raises(Doubtful) as caught:
        call(*cell, **how)  # type: ignore[operator]
    assert caught.value.zh
    assert caught.value.en
    return caught.value


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("于\u3000平", "于平"),
        (" 于 平 ", "于平"),
        ("于平\u200b", "于平"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("Anna  Maria Li ", "Anna Maria Li"),
        ("李 Anna", "李 Anna"),
        ("   ", None),
        (None, None),
    ],
)
def test_names(cell: str | None, name: str | None) -> None:
    assert cells.as_name(cell) == name


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("h7635", "H7635"),
        ("H1622 ", "H1622"),
        ("Ｈ１６２２", "H1622"),
        ("H 16 22", "H1622"),
        (Decimal(1001), "1001"),
        (Decimal(17300007552), "17300007552"),
        ("000123", "000123"),
        (None, None),
    ],
)
def test_codes(cell: str | Decimal | None, code: str | None) -> None:
    assert cells.as_code(cell) == code


def test_a_number_that_lost_its_last_digits_is_doubted() -> None:
    assert doubt(cells.as_code, Decimal("110101199003071200")).code == "digits_lost"


def test_units_of_either_width_are_one() -> None:
    assert (
        cells.as_unit("骨科(二) ")
        == cells.as_unit("骨科（二）")
        == cells.as_unit(" 骨 科（二)")
        == "骨科（二）"
    )
    assert cells.as_unit("ICU ") == "ICU"
    assert cells.as_unit("Ward  12") == "Ward 12"
    assert cells.fold("骨科(二) ") == cells.fold("骨科【二】") == cells.fold("骨科（二）")
    assert cells.fold("ＩＣＵ") == cells.fold("icu ")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (Decimal("90.3"), "90.3"),
        ("90.7", "90.7"),
        (" ９０.７ ", "90.7"),
        ("3,000.00", "3000.00"),
        ("1,234,567", "1234567"),
        ("-2", "-2"),
        ("−2", "-2"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5000元", "5000"),
        ("￥5000", "5000"),
    ],
)
def test_numbers(cell: str | Decimal, number: str) -> None:
    assert cells.as_number(cell, units=("元", "￥", "¥")) == Decimal(number)


@pytest.mark.parametrize(
    ("cell", "code", "offer"),
    [
        ("86分", "number_with_unit", Decimal(86)),
        ("87.0分", "number_with_unit", Decimal("87.0")),
        ("100%", "number_with_unit", Decimal(100)),
        ("10节", "number_with_unit", Decimal(10)),
        ("缺考", "absent", None),
        (" 缺　考", "absent", None),
        ("未评", "not_a_number", None),
        ("8000/12000", "number_with_unit", Decimal(8000)),
        ("3,00", "number_with_unit", Decimal(3)),
        ("1e5", "number_with_unit", Decimal(1)),
        ("NaN", "not_a_number", None),
        ("Infinity", "not_a_number", None),
        ("9" * 40, "not_a_number", None),
        (Decimal(855), "out_of_range", None),
        (Decimal(-1), "out_of_range", None),
        (Decimal("90.345"), "too_many_decimals", None),
        ("#REF!", "cell_error", None),
        ("#DIV/0!", "cell_error", None),
        (date(2026, 1, 1), "not_a_number", None),
    ],
)
def test_doubtful_numbers(cell: object, code: str, offer: Decimal | None) -> None:
    found = doubt(cells.as_number, cell, low=0, high=100, decimals=2, absent=("缺考",))
    assert (found.code, found.suggestion) == (code, offer)


@pytest.mark.parametrize(
    "cell",
    [
        "2009.2.14", "2009年2月14日", "2009 年 2 月 14 日", "20090214", "2009/02/14", "2009-2-14", "2009．2．14",
        "２００９.2.14", "2009.2.14 ", "2009/2/14 08:30", "2009-02-14 08:30:12", "2009-02-14T08:30:12.5",
        "二〇〇九年二月十四日", date(2009, 2, 14), datetime(2009, 2, 14, 8), Decimal(20090214), Decimal(39858),
    ],
)  # fmt: skip
def test_dates(cell: object) -> None:
    assert cells.as_date(cell) == date(2009, 2, 14)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("入职时间待查", "not_a_date"),
        ("2009.2.30", "not_a_date"),
        ("20091301", "not_a_date"),
        ("1009.2.3", "not_a_date"),
        ("2024.9", "date_incomplete"),
        ("2022年", "date_incomplete"),
        ("202209", "date_incomplete"),
        (Decimal(2019), "date_incomplete"),
        (Decimal("2024.9"), "date_incomplete"),
        ("10.2", "date_incomplete"),
        ("10月2日", "date_incomplete"),
        ("05/06/2017", "date_ambiguous"),
        ("9.2.14", "date_ambiguous"),
        ("2026.6月离职", "not_a_date"),
        ("x" * 5000, "not_a_date"),
    ],
)
def test_doubtful_dates(cell: object, code: str) -> None:
    found = doubt(cells.as_date, cell)
    assert found.code == code
    assert len(found.zh) < 120


def test_a_day_without_its_year_when_the_year_is_known() -> None:
    for cell in ("10.2", "10月2日", "10/2", "2026-10-02"):
        assert cells.as_date(cell, year=2026) == date(2026, 10, 2)
    assert doubt(cells.as_date, Decimal("10.2"), year=2026).code == "date_incomplete"


def test_dates_within_bounds() -> None:
    bounds = {"earliest": date(2000, 1, 1), "latest": date(2026, 8, 31)}
    assert cells.as_date("2026.8.31", **bounds) == date(2026, 8, 31)
    assert doubt(cells.as_date, "2026.9.1", **bounds).code == "out_of_range"
    assert doubt(cells.as_date, "1999/12/31", **bounds).code == "out_of_range"


def test_moments() -> None:
    assert cells.as_datetime("2026/2/9 11:31") == datetime(2026, 2, 9, 11, 31)
    assert cells.as_datetime("2026-02-09 08:43:26") == datetime(2026, 2, 9, 8, 43, 26)
    assert cells.as_datetime("2026年2月9日 8时05分") == datetime(2026, 2, 9, 8, 5)
    assert doubt(cells.as_datetime, "2026-02-09 25:00").code == "not_a_date"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("一百零三", 103), ("两千零五", 2005),
        ("三万五千", 35_000), ("二〇二六", 2026), ("肆", 4), ("拾贰", 12), ("零", 0), ("四星", None), ("", None), ("4", None),
    ],
)  # fmt: skip
def test_chinese_numerals(text: str, number: int | None) -> None:
    assert cells.chinese_number(text) == number


@pytest.mark.parametrize("cell", ["四星", "4", "４星", "四星级", "4 星", Decimal(4), Decimal("4"), "四"])
def test_a_rank_however_it_is_written(cell: object) -> None:
    assert cells.as_choice(cell, STARS) == 4  # type: ignore[arg-type]


def test_choices() -> None:
    assert doubt(cells.as_choice, "六星", STARS).code == "unknown_choice"
    assert doubt(cells.as_choice, Decimal("4.5"), STARS).code == "unknown_choice"
    assert cells.as_choice(None, STARS) is None
    yes = (Choice("m", ("男", "male", "M")), Choice("f", ("女", "female", "F")))
    assert [cells.as_choice(cell, yes) for cell in ("男", "Female ", "m")] == ["m", "f", "m"]


RULES = (
    HintRule("left", Words("可能已离职", "May have left"), ("离职", "解聘")),
    HintRule("leave", Words("可能在休假", "May be on leave"), ("产假",)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026.6月离职", [("left", 2026, 6, None)]),
        ("2026年6月30日离职", [("left", 2026, 6, 30)]),
        ("2025年11月解聘，已退保证金", [("left", 2025, 11, None)]),
        ("产假至2027年1月", [("leave", 2027, 1, None)]),
        ("离职", [("left", None, None, None)]),
        ("2026.66离职", [("left", None, None, None)]),
        ("2026.6产假，后离职", [("left", 2026, 6, None), ("leave", 2026, 6, None)]),
        ("外出学习", []),
        (None, []),
    ],
)
def test_hints(text: str | None, expected: list[tuple[object, ...]]) -> None:
    found = cells.hints_in(text, "remark", RULES)
    assert [(hint.code, hint.year, hint.month, hint.day) for hint in found] == expected
    assert all(hint.zh and hint.en for hint in found)


@given(
    st.one_of(
        st.text(max_size=60), st.decimals(allow_nan=False, allow_infinity=False), st.datetimes(), st.dates()
    )
)
def test_no_cell_breaks_a_parser(cell: object) -> None:
    """Whatever stands in a cell is understood or doubted, never an error."""
    parsers = (
        cells.as_text, cells.as_name, cells.as_code, cells.as_unit, cells.as_date, cells.as_datetime, cells.shown,
        lambda value: cells.as_number(value, low=0, high=100, decimals=2, units=("元",), absent=("缺考",)),
        lambda value: cells.as_choice(value, STARS),
        lambda value: cells.hints_in(value, "x", RULES),
    )  # fmt: skip
    for parse in parsers:
        with contextlib.suppress(Doubtful):
            parse(cell)  # type: ignore[operator]


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_in_every_writing(day: date) -> None:
    for text in (
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        day.isoformat(),
    ):
        assert cells.as_date(text) == day
