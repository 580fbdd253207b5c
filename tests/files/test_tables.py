"""Tables as offices send them: every sample, every encoding, every kind of cell."""

from __future__ import annotations

import io
import struct
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from kaohe.files.refusals import FileRefusal, NoTable, NotText
from kaohe.files.tables import Table, exact, read_pasted, read_tables

SAMPLES = Path(__file__).parent.parent / "samples"


def sample(name: str) -> list[Table]:
    path = SAMPLES / name
    return read_tables(path.read_bytes(), path.name)


@pytest.mark.parametrize(
    ("name", "sheets"),
    [
        ("nursing/2026年护理人员花名册.xlsx", [("花名册", 95, 9), ("Sheet2", 0, 0)]),
        ("nursing/9月考核成绩汇总.xlsx", [("理论考试", 83, 5), ("护理部操作", 83, 5), ("科室操作", 83, 5)]),
        ("coach_transport/快客司乘人员保证金台账.xlsx", [("台账", 67, 10)]),
        ("logistics/10月集中检查扣分记录.xlsx", [("扣分", 57, 9)]),
        ("managers/9月中层干部评分表.xlsx", [("评分", 25, 11)]),
        ("teacher/名师名册.xlsx", [("名册", 58, 8)]),
        ("power_supply/对标指标2026年.xlsx", [("供电所指标", 13, 14)]),
        ("power_supply/95598工单导出.csv", [("", 421, 10)]),
    ],
)
def test_the_samples_are_read_whole(name: str, sheets: list[tuple[str, int, int]]) -> None:
    assert [(table.name, len(table.rows), table.width) for table in sample(name)] == sheets


def test_cells_are_exact() -> None:
    roster = sample("nursing/2026年护理人员花名册.xlsx")[0]
    assert roster.rows[4] == (
        Decimal(1), "H8265", "尹辉霞", "神经内科", "主管护师", Decimal(2), "2009.2.14", Decimal(17300007552), None,
    )  # fmt: skip
    assert roster.rows[7][6] == date(1999, 4, 19)
    assert roster.rows[5][2] == "于\u3000平"
    assert roster.merged[0] == (0, 0, 0, 8)
    assert (2, 7, 2, 8) in roster.merged


def test_a_gb18030_export_keeps_its_long_numbers_and_quotes() -> None:
    orders = sample("power_supply/95598工单导出.csv")[0]
    assert orders.source == "csv"
    assert orders.rows[0][0] == "工单编号"
    assert orders.rows[1][0] == "9559820260000001"
    assert orders.rows[5][9] == '变压器"跳闸",全村停电'
    assert orders.rows[1][6] is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (9.0, "9"),
        (90.3, "90.3"),
        (0.1 + 0.2, "0.3"),
        (17300007552.0, "17300007552"),
        (-2.5, "-2.5"),
        (99.99999999999999, "100.000000000000"),
        (0.0, "0"),
    ],
)
def test_numbers_have_no_float_noise(value: float, expected: str) -> None:
    assert exact(value) == Decimal(expected)
    if value.is_integer():
        assert str(exact(value)) == expected


def test_every_kind_of_cell() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet("一")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    clock = book.add_format({"num_format": "hh:mm"})
    page.write_string(1, 2, "  文字 ")
    page.write_string(1, 3, "   ")
    page.write_number(1, 4, 90.3)
    page.write_datetime(1, 5, datetime(2024, 2, 29), day)
    page.write_datetime(1, 6, datetime(2024, 2, 29, 8, 30), moment)
    page.write_number(1, 7, 0.5, clock)
    page.write_boolean(1, 8, True)
    page.write_formula(1, 9, "=1+1", None, 2)
    page.write_blank(4, 40, None, day)
    hidden = book.add_worksheet("藏")
    hidden.hide()
    hidden.write(0, 0, "x")
    book.close()
    first, second = read_tables(target.getvalue(), "a.xlsx")
    assert first.rows == (
        (None,) * 10,
        (None, None, "  文字 ", None, Decimal("90.3"), date(2024, 2, 29), datetime(2024, 2, 29, 8, 30), "12:00", "TRUE",
         Decimal(2)),
    )  # fmt: skip
    assert (first.hidden, second.hidden) == (False, True)


TEXT = "姓名,成绩\n张三,90\n李四,缺考\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    (table,) = read_tables((TEXT * 40).encode(encoding), "a.csv")
    assert table.rows[:3] == (("姓名", "成绩"), ("张三", "90"), ("李四", "缺考"))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, newline: str) -> None:
    data = TEXT.replace(",", delimiter).replace("\n", newline).encode()
    (table,) = read_tables(data, "a.txt")
    assert table.rows == (("姓名", "成绩"), ("张三", "90"), ("李四", "缺考"))


def test_a_comma_in_the_text_does_not_win_over_the_tabs() -> None:
    table = read_pasted("姓名\t备注\n张三\t来了,走了,又来了\n李四\t1,000\n")
    assert table.rows == (("姓名", "备注"), ("张三", "来了,走了,又来了"), ("李四", "1,000"))


def test_pasted_cells_with_line_breaks_and_quotes() -> None:
    table = read_pasted('姓名\t备注\r\n张三\t"第一行\n第二行"\r\n李四\t"他说""好"""\r\n\r\n')
    assert table.rows == (("姓名", "备注"), ("张三", "第一行\n第二行"), ("李四", '他说"好"'))
    assert table.source == "pasted"


def test_one_column_pasted() -> None:
    assert read_pasted("H1\nH2\n\nH3").rows == (("H1",), ("H2",), (), ("H3",))


def test_pasted_nothing_and_too_much() -> None:
    with pytest.raises(NoTable):
        read_pasted(" \n\t\n")
    with pytest.raises(NotText):
        read_pasted("x" * 1_100_000)
    with pytest.raises(FileRefusal):
        read_pasted("a\0b")


# An old workbook, made by hand: one stream in a compound file


def record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def old_workbook() -> bytes:
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    name = "名册"
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 1) + name.encode("utf-16-le")
    globals_ = start + record(0x0042, struct.pack("<H", 1200)) + record(0x0085, bound) + record(0x000A, b"")
    place = len(globals_)
    globals_ = globals_.replace(record(0x0085, bound), record(0x0085, struct.pack("<I", place) + bound[4:]))

    def label(row: int, column: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))

    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    sheet += record(0x0200, struct.pack("<IIHHH", 0, 2, 0, 2, 0))
    sheet += label(0, 0, "姓名") + label(0, 1, "成绩") + label(1, 0, "张三")
    sheet += record(0x0203, struct.pack("<HHHd", 1, 1, 0, 90.3)) + record(0x000A, b"")
    stream = (globals_ + sheet).ljust(4096, b"\0")
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [fat, end, *range(3, 10), end]
    table = b"".join(struct.pack("<I", entry) for entry in chain).ljust(512, b"\xff")

    def entry(title: str, kind: int, child: int, first: int, size: int) -> bytes:
        wide = title.encode("utf-16-le") + b"\0\0"
        return (
            wide.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(wide), kind, 1, free, free, child)
            + b"\0" * 36
            + struct.pack("<IQ", first, size)
        )

    nothing = b"\0" * 66 + struct.pack("<BBIII", 0, 0, free, free, free) + b"\0" * 48
    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + nothing * 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    return header.ljust(512, b"\xff") + table + directory + stream


def test_an_old_workbook() -> None:
    (table,) = read_tables(old_workbook(), "名册.xls")
    assert (table.name, table.source) == ("名册", "xls")
    assert table.rows == (("姓名", "成绩"), ("张三", Decimal("90.3")))


def test_an_old_workbook_under_a_new_name_is_still_read() -> None:
    assert read_tables(old_workbook(), "名册.xlsx")[0].rows[1][0] == "张三"
