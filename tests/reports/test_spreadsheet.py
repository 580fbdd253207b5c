"""Exports: exact, harmless, streamed, and the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kaohe.files.tables import Table, read_tables
from kaohe.reports.spreadsheet import Column, Sheet, safe_sheet_name, write_csv, write_workbook

NOW = datetime(2026, 9, 30, 16, tzinfo=UTC)
COLUMNS = (
    Column("工号"),
    Column("姓名", width=12),
    Column("得分", "number", total=True),
    Column("奖金（元）", "money", total=True),
    Column("次数", "whole"),
    Column("日期", "date"),
    Column("录入时间", "instant"),
)
ROWS: tuple[tuple[Any, ...], ...] = (
    (
        "H8265",
        "尹辉霞",
        Decimal("95.50"),
        12_345,
        3,
        date(2026, 9, 1),
        datetime(2026, 9, 1, 16, 30, tzinfo=UTC),
    ),
    ("007", "于平", Decimal("100"), -5, 0, None, None),
    (None, "=1+1", Decimal("0.10"), None, None, date(2026, 2, 28), datetime(2026, 9, 2, tzinfo=UTC)),
)
DANGEROUS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org")', "http://example.org", "{=1}",
)  # fmt: skip


def written(*sheets: Sheet, **how: Any) -> bytes:
    target = io.BytesIO()
    write_workbook(target, sheets, now=NOW, **how)
    return target.getvalue()


def read(data: bytes) -> list[Table]:
    return read_tables(data, "a.xlsx")


def comma(sheet: Sheet, **how: Any) -> str:
    target = io.BytesIO()
    write_csv(target, sheet, **how)
    return target.getvalue().decode("utf-8-sig")


def test_a_workbook_says_what_was_given() -> None:
    sheet = Sheet("九月", COLUMNS, ROWS, ("护理单元九月考核", "2026-09-30 制"), ("注：“缺”表示没有成绩",))
    (table,) = read(written(sheet))
    assert table.name == "九月"
    assert table.rows[0][0] == "护理单元九月考核"
    assert table.rows[1][0] == "2026-09-30 制"
    assert table.rows[2] == ("工号", "姓名", "得分", "奖金（元）", "次数", "日期", "录入时间")
    assert table.rows[3] == (
        "H8265", "尹辉霞", Decimal("95.5"), Decimal("123.45"), Decimal(3), date(2026, 9, 1), datetime(2026, 9, 2, 0, 30),
    )  # fmt: skip
    assert table.rows[4] == ("007", "于平", Decimal(100), Decimal("-0.05"), Decimal(0), None, None)
    assert table.rows[5][0] is None
    assert table.rows[6][:4] == ("合计", None, Decimal("195.6"), Decimal("123.4"))
    assert table.rows[7][0] == "注：“缺”表示没有成绩"


def test_the_header_is_frozen_filtered_and_wide_enough() -> None:
    data = written(Sheet("A", COLUMNS, ROWS, ("标题",)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert 'ySplit="2"' in page
    assert 'state="frozen"' in page
    assert '<autoFilter ref="A2:G5"/>' in page
    assert 'formatCode="#,##0.00"' in styles or 'numFmtId="4"' in styles
    assert "yyyy-mm-dd" in styles
    widths = [float(part.split('"')[0]) for part in page.split(' width="')[1:]]
    assert len(widths) == 7
    assert widths[1] == pytest.approx(12.7, abs=0.1)
    assert widths[3] >= 13  # ten Latin widths of Chinese and room for the filter


@pytest.mark.parametrize("text", DANGEROUS)
def test_dangerous_text_stays_text(text: str) -> None:
    sheet = Sheet("A", (Column("x"), Column(text)), ((text, "y"),), (text,), (text,))
    data = written(sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert not any("sheet1.xml.rels" in name for name in names)
    kept = text.replace("\t", " ").replace("\r", "")
    assert read(data)[0].rows[2][0] == kept


@pytest.mark.parametrize("text", DANGEROUS[:-2])
def test_dangerous_text_in_a_csv_is_quoted(text: str) -> None:
    told = list(csv.reader(io.StringIO(comma(Sheet("A", (Column("x"),), ((text,),))), newline="")))
    assert told[1] == ["'" + text]


def test_a_csv_says_what_was_given() -> None:
    text = comma(Sheet("A", COLUMNS, ROWS, ("标题",), ("注",)))
    assert text.splitlines() == [
        "工号,姓名,得分,奖金（元）,次数,日期,录入时间",
        "H8265,尹辉霞,95.50,123.45,3,2026-09-01,2026-09-02 00:30",
        "007,于平,100.00,-0.05,0,,",
        ",'=1+1,0.10,,,2026-02-28,2026-09-02 08:00",
    ]


def test_a_csv_begins_with_its_mark_and_comes_back() -> None:
    target = io.BytesIO()
    assert write_csv(target, Sheet("A", COLUMNS, ROWS)) == 3
    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    assert not target.closed
    (table,) = read_tables(target.getvalue(), "a.csv")
    assert table.rows[1][0] == "H8265"


def test_files_on_disk(tmp_path: Path) -> None:
    assert write_workbook(tmp_path / "a.xlsx", [Sheet("A", COLUMNS, ROWS)], now=NOW) == 3
    assert write_csv(tmp_path / "a.csv", Sheet("A", COLUMNS, ROWS)) == 3
    assert (tmp_path / "a.xlsx").read_bytes() == written(Sheet("A", COLUMNS, ROWS))


def test_the_zone_is_the_callers() -> None:
    sheet = Sheet("A", (Column("t", "instant"),), ((datetime(2026, 9, 1, 16, 30, tzinfo=UTC),),))
    assert "2026-09-01 16:30" in comma(sheet, zone=UTC)
    assert "2026-09-01 12:30" in comma(sheet, zone=ZoneInfo("America/New_York"))


def test_the_same_bytes_again() -> None:
    assert written(Sheet("A", COLUMNS, ROWS)) == written(Sheet("A", COLUMNS, ROWS))


def test_figures_are_exact() -> None:
    columns = (Column("a", "number", decimals=6, total=True), Column("b", "number", decimals=0))
    rows = [(Decimal("0.1"), Decimal(123456789012345))] * 10 + [(Decimal("0.000001"), Decimal(10) ** 18)]
    table = read(written(Sheet("A", columns, rows)))[0]
    assert table.rows[1] == (Decimal("0.1"), Decimal(123456789012345))
    assert table.rows[11] == (Decimal("0.000001"), "1000000000000000000")
    assert table.rows[12][0] == Decimal("1.000001")
    more = Sheet("A", (Column("a", "number"),), ((Decimal("1.2345"),),))
    assert comma(more).splitlines()[1] == "1.2345"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", 1.5),
        ("number", True),
        ("number", Decimal("NaN")),
        ("money", 1.0),
        ("whole", "1"),
        ("instant", datetime(2026, 1, 1)),
        ("instant", date(2026, 1, 1)),
        ("nonsense", 1),
    ],
)
def test_what_has_no_place_in_a_column_is_a_mistake(kind: str, value: object) -> None:
    for write in (written, comma):
        with pytest.raises(ValueError):
            write(Sheet("A", (Column("a", kind),), ((value,),)))


def test_a_row_of_the_wrong_length_is_a_mistake() -> None:
    for write in (written, comma):
        with pytest.raises(ValueError, match="3 columns"):
            write(Sheet("A", (Column("a"), Column("b"), Column("c")), (("x", "y"),)))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\0b\x07c", "abc"),
        ("行一\n行二", "行一\n行二"),
        ("\ud800x", "x"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 40_000, "x" * 32_765 + "……"),
        ("𠀀" * 20_000, "𠀀" * 16_382 + "……"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("_x0041_", "_x0041_"),
    ],
)
def test_odd_text(text: str, kept: str) -> None:
    assert read(written(Sheet("A", (Column("a"),), ((text,),))))[0].rows[1][0] == kept
    assert comma(Sheet("A", (Column("a"),), ((text,),))).startswith("a\r\n")


def test_no_rows_at_all() -> None:
    (table,) = read(written(Sheet("A", COLUMNS, ())))
    assert table.rows[0][0] == "工号"
    assert comma(Sheet("A", COLUMNS, ())).count("\n") == 1


def test_several_sheets_of_one_name() -> None:
    tables = read(written(*(Sheet("理论/操作: 九月", COLUMNS, ROWS) for _ in range(3))))
    assert [table.name for table in tables] == [
        "理论 操作  九月",
        "理论 操作  九月 (2)",
        "理论 操作  九月 (3)",
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "Sheet"), ("'", "Sheet"), ("History", "History_"), ("a[b]c", "a b c"), ("'x'", "x"),
        ("心" * 40, "心" * 31), ("𠀀" * 40, "𠀀" * 15),
    ],
)  # fmt: skip
def test_sheet_names(name: str, safe: str) -> None:
    assert safe_sheet_name(name) == safe
    assert len(safe_sheet_name(name, [safe]).encode("utf-16-le")) <= 62
    assert safe_sheet_name(name, [safe.upper()]) != safe


def many(count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(count):
        yield (f"H{number}", "张三", Decimal("90.30"), number, number, date(2026, 9, 1), NOW)


def test_progress_is_told_while_the_rows_stream() -> None:
    told: list[int] = []
    sheet = Sheet("A", COLUMNS, many(1_250))
    assert write_workbook(io.BytesIO(), [sheet], now=NOW, progress=told.append, every=500) == 1_250
    assert told == [500, 1_000, 1_250]
    told.clear()
    assert write_csv(io.BytesIO(), Sheet("A", COLUMNS, many(1_000)), progress=told.append) == 1_000
    assert told == [500, 1_000]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 12_000):
        tracemalloc.start()
        write_workbook(tmp_path / "a.xlsx", [Sheet("A", COLUMNS, many(count))], now=NOW)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000
