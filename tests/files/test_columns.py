"""Headers found, columns matched, every line accounted for: on the samples and on what else offices do."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.files.columns import (
    Field,
    HintRule,
    Understood,
    Words,
    numbered_choices,
    understand,
    understand_all,
)
from kaohe.files.refusals import BadMapping
from kaohe.files.tables import Table, read_pasted, read_tables

SAMPLES = Path(__file__).parent.parent / "samples"

NUMBER = Field(
    "number", Words("工号", "Staff number"), ("职工号", "员工编号"), "code", required=True, unique=True
)
NAME = Field("name", Words("姓名", "Name"), ("名字",), "name", required=True)
UNIT = Field("unit", Words("科室", "Ward"), ("病区", "部门", "分公司"), "unit", required=True)
ROSTER = (
    NUMBER,
    NAME,
    UNIT,
    Field("position", Words("职务", "Position"), ("职称", "岗位")),
    Field("stars", Words("星级", "Star level"), kind="choice",
          choices=numbered_choices(range(1, 6), ("{}星", "{}星级", "{}"))),
    Field("joined", Words("入职时间", "Joined"), ("入职日期", "参加工作时间"), "date"),
    Field("phone", Words("手机", "Mobile"), ("手机号", "电话", "联系方式"), "code"),
    Field("remark", Words("备注", "Remark"), hints=(
        HintRule("left", Words("可能已离职", "May have left"), ("离职", "调出", "解聘")),
        HintRule("leave", Words("可能在休假", "May be on leave"), ("产假", "病假")),
    )),
)  # fmt: skip
MARKS = (
    Field("number", Words("工号", "Staff number"), kind="code", required=True),
    NAME,
    UNIT,
    Field("mark", Words("成绩", "Mark"), ("分数", "得分"), "number", required=True, low=0, high=100, decimals=2,
          absent=("缺考", "缓考")),
    Field("retest", Words("补考", "Retest"), ("补考成绩",), "number", low=0, high=100, decimals=2),
)  # fmt: skip


def sheets(name: str, fields: tuple[Field, ...]) -> list[Understood]:
    path = SAMPLES / name
    return understand_all(read_tables(path.read_bytes(), path.name), fields)


def accounted(understood: Understood) -> None:
    lines = [*understood.header_rows, *(row.line_no for row in understood.rows)]
    lines += [ignored.line_no for ignored in understood.ignored]
    assert sorted(lines) == list(range(1, len(understood.table.rows) + 1))


def pasted(text: str, fields: tuple[Field, ...]) -> Understood:
    understood = understand(read_pasted(text), fields)
    accounted(understood)
    return understood


# The staff list


@pytest.fixture(scope="module")
def roster() -> Understood:
    (only,) = sheets("nursing/2026年护理人员花名册.xlsx", ROSTER)
    return only


def test_the_roster_is_understood_whole(roster: Understood) -> None:
    accounted(roster)
    assert roster.found
    assert roster.notices == ()
    assert roster.header_rows == (3, 4)
    assert roster.headings[7:] == ("联系方式 / 手机", "联系方式 / 备注")
    assert roster.mapping == {
        "number": 1, "name": 2, "unit": 3, "position": 4, "stars": 5, "joined": 6, "phone": 7, "remark": 8,
    }  # fmt: skip
    assert len(roster.rows) == 86
    assert [(line.line_no, line.code) for line in roster.ignored] == [
        (1, "title"), (2, "title"), (35, "blank"), (37, "blank"), (93, "blank"), (94, "total"), (95, "signature"),
    ]  # fmt: skip
    assert roster.title == "XX市中心医院护理人员花名册（2026年）"


def test_the_rosters_values(roster: Understood) -> None:
    first, second = roster.rows[:2]
    assert first.line_no == 5
    assert first.values == {
        "number": "H8265", "name": "尹辉霞", "unit": "神经内科", "position": "主管护师", "stars": 2,
        "joined": date(2009, 2, 14), "phone": "17300007552", "remark": None,
    }  # fmt: skip
    assert second.values["name"] == "于平"
    assert second.raw["name"] == "于\u3000平"
    assert Counter(row.values["unit"] for row in roster.rows).keys() == {
        "神经内科", "心内科", "ICU", "骨科（一）", "骨科（二）", "心内科二病区", "急诊科", "普外科",
    }  # fmt: skip
    assert all(row.values["stars"] in range(1, 6) for row in roster.rows)
    assert sum(row.values["joined"] is None for row in roster.rows) == 1
    assert all(len(row.values["phone"]) == 11 for row in roster.rows)
    assert all(" " not in row.values["number"] for row in roster.rows)


def test_the_rosters_doubts(roster: Understood) -> None:
    assert roster.duplicates("number") == {"H1132": (22, 81), "H3426": (26, 27), "H4679": (66, 67)}
    found = {(row.line_no, doubt.code, doubt.field) for row in roster.rows for doubt in row.doubts}
    assert found == {
        (22, "duplicate", "number"), (81, "duplicate", "number"), (26, "duplicate", "number"),
        (27, "duplicate", "number"), (66, "duplicate", "number"), (67, "duplicate", "number"),
        (56, "not_a_date", "joined"),
    }  # fmt: skip
    (undated,) = [row for row in roster.rows if row.line_no == 56]
    assert undated.raw["joined"] == "入职时间待查"
    assert undated.values["joined"] is None
    assert undated.doubts[0].zh == "入职时间：“入职时间待查”不是日期"
    assert undated.doubts[0].en == 'Joined: "入职时间待查" is not a date'
    (twin,) = [row for row in roster.rows if row.line_no == 26]
    assert twin.values["number"] == "H3426"
    assert "第 27 行" in twin.doubts[0].zh
    assert len(roster.doubtful) == 7


def test_the_rosters_hints(roster: Understood) -> None:
    hints = [(row.line_no, hint.code, hint.year, hint.month) for row in roster.rows for hint in row.hints]
    assert hints == [(16, "left", 2026, 6), (39, "leave", 2027, 1), (46, "left", 2026, 6)]


def test_reading_twice_gives_the_same(roster: Understood) -> None:
    assert sheets("nursing/2026年护理人员花名册.xlsx", ROSTER) == [roster]


# The marks


def test_the_marks_are_three_sheets() -> None:
    found = sheets("nursing/9月考核成绩汇总.xlsx", MARKS)
    assert [sheet.table.name for sheet in found] == ["理论考试", "护理部操作", "科室操作"]
    for sheet in found:
        accounted(sheet)
        assert sheet.header_rows == (3,)
        assert len(sheet.rows) == 80
        assert sheet.mapping == {"name": 0, "number": 1, "unit": 2, "mark": 3, "retest": 4}
        assert [line.code for line in sheet.ignored] == ["title", "blank"]
        assert all(row.values["number"].startswith("H") for row in sheet.rows)
    assert [sheet.title for sheet in found][1] == "2026年9月护理部操作成绩"


@pytest.mark.parametrize(
    ("place", "absent", "with_unit", "beyond", "blank", "retests"),
    [
        (0, [6, 21, 44, 59, 70], [25, 64, 77], [38], [], 8),
        (1, None, None, None, [15, 23, 37], None),
        (2, [14], [56, 72, 78], [43, 61], [25, 57], 4),
    ],
)
def test_the_marks_doubts_are_named(
    place: int,
    absent: list[int] | None,
    with_unit: list[int] | None,
    beyond: list[int] | None,
    blank: list[int],
    retests: int | None,
) -> None:
    sheet = sheets("nursing/9月考核成绩汇总.xlsx", MARKS)[place]

    def lines(code: str) -> list[int]:
        return [row.line_no for row in sheet.rows if any(doubt.code == code for doubt in row.doubts)]

    assert lines("blank") == blank
    for code, expected in (("absent", absent), ("number_with_unit", with_unit), ("out_of_range", beyond)):
        if expected is not None:
            assert lines(code) == expected
    if retests is not None:
        assert sum(row.values["retest"] is not None for row in sheet.rows) == retests
    assert all((row.values["mark"] is None) == bool(row.doubts) for row in sheet.rows)
    for row in sheet.doubtful:
        (doubt,) = row.doubts
        assert (doubt.suggestion is not None) == (doubt.code == "number_with_unit")


def test_a_mark_with_its_unit_is_offered_not_taken() -> None:
    sheet = sheets("nursing/9月考核成绩汇总.xlsx", MARKS)[0]
    (row,) = [row for row in sheet.rows if row.line_no == 25]
    assert row.values["mark"] is None
    assert row.raw["mark"] == "87.0分"
    assert row.doubts[0].suggestion == Decimal("87.0")
    text = [row for row in sheet.rows if row.raw["mark"] == "90.7"]
    assert [row.values["mark"] for row in text] == [Decimal("90.7")]


# The other samples


def test_a_ledger_of_deposits() -> None:
    money = {"kind": "number", "low": 0, "decimals": 2, "units": ("元",)}
    fields = (
        NAME, UNIT,
        Field("joined", Words("聘用日期", "Hired"), kind="date"),
        Field("deposit", Words("保证金", "Deposit"), required=True, **money),
        Field("receipt", Words("收据号", "Receipt"), kind="code", unique=True),
        Field("remark", Words("备注", "Remark"), hints=ROSTER[-1].hints),
    )  # fmt: skip
    (ledger,) = sheets("coach_transport/快客司乘人员保证金台账.xlsx", fields)
    accounted(ledger)
    assert len(ledger.rows) == 63
    assert {row.values["deposit"] for row in ledger.rows} == {Decimal(3000), Decimal(5000)}
    assert ledger.doubtful == ()
    assert [line.code for line in ledger.ignored] == ["title", "blank", "total"]
    assert [(h.year, h.month) for row in ledger.rows for h in row.hints] == [(2025, 11), (2025, 11)]


def test_an_inspection_with_days_that_lack_their_year() -> None:
    fields = (
        Field("day", Words("检查日期", "Day"), kind="date", required=True, year=2026),
        Field("service", Words("服务项目", "Service"), required=True),
        Field("what", Words("扣分事项", "Finding")),
        Field("points", Words("扣分", "Points"), kind="number", required=True, low=0, high=10, decimals=2),
    )
    (sheet,) = sheets("logistics/10月集中检查扣分记录.xlsx", fields)
    accounted(sheet)
    assert sheet.mapping == {"day": 0, "service": 2, "what": 4, "points": 5}
    assert {row.values["day"].month for row in sheet.rows} == {10}
    assert Counter(doubt.code for row in sheet.rows for doubt in row.doubts) == {
        "number_with_unit": sum(row.raw["points"] == "1分" for row in sheet.rows),
        "out_of_range": sum(row.raw["points"] == "-2" for row in sheet.rows),
    }


def test_headings_with_their_points_in_brackets() -> None:
    fields = (
        NAME,
        Field("duty", Words("责任心", "Duty"), kind="number", low=0, high=100),
        Field("doing", Words("执行力", "Execution"), kind="number", low=0, high=100),
        Field("new", Words("创新能力", "Innovation"), kind="number", low=0, high=100),
    )
    (sheet,) = sheets("managers/9月中层干部评分表.xlsx", fields)
    accounted(sheet)
    assert sheet.mapping == {"name": 1, "duty": 3, "doing": 5, "new": 7}
    assert len(sheet.rows) == 23
    assert [(row.line_no, row.raw["doing"], row.doubts[0].code) for row in sheet.doubtful] == [
        (17, "未评", "not_a_number")
    ]


def test_an_export_of_orders() -> None:
    fields = (
        Field("number", Words("工单编号", "Order"), kind="code", required=True, unique=True),
        Field("received", Words("受理时间", "Received"), kind="datetime", required=True),
        Field("closed", Words("办结时间", "Closed"), kind="datetime"),
    )
    (orders,) = sheets("power_supply/95598工单导出.csv", fields)
    accounted(orders)
    assert len(orders.rows) == 420
    assert orders.duplicates("number") == {"9559820260000199": (200, 201)}
    assert [row.line_no for row in orders.doubtful] == [200, 201]
    assert orders.rows[6].values["received"] == datetime(2026, 2, 9, 11, 31)
    assert orders.rows[0].values["number"] == "9559820260000001"


def test_years_that_are_no_dates_are_doubted() -> None:
    fields = (NAME, Field("since", Words("认定年份", "Since"), kind="date"))
    (sheet,) = sheets("teacher/名师名册.xlsx", fields)
    assert {doubt.code for row in sheet.rows for doubt in row.doubts} == {"date_incomplete"}
    assert len(sheet.doubtful) == len(sheet.rows) == 57


# What else offices do


def test_pasted_with_a_header_of_synonyms() -> None:
    found = pasted("员工编号\t名字\t病区\t得分\nh1\t于 平\t骨科(一)\t90\n", (*MARKS[1:], NUMBER))
    assert found.rows[0].values == {
        "name": "于平", "unit": "骨科（一）", "mark": Decimal(90), "number": "H1",
    }  # fmt: skip


def test_pasted_in_english() -> None:
    found = pasted("Staff number,Name,Ward,Mark\nh1,Anna Li,ICU,90\n", MARKS)
    assert found.rows[0].values["name"] == "Anna Li"
    assert found.notices == ()


def test_a_two_row_header_without_merges() -> None:
    found = pasted(
        "工号\t姓名\t科室\t联系方式\t\n\t\t\t手机\t备注\nH1\t甲乙\tICU\t13800000000\t离职\n", ROSTER
    )
    assert found.header_rows == (1, 2)
    assert found.rows[0].values["phone"] == "13800000000"
    assert found.rows[0].hints[0].code == "left"


def test_the_header_again_on_the_next_page() -> None:
    found = pasted("工号\t姓名\t科室\nH1\t甲\tICU\n工号\t姓名\t科室\nH2\t乙\tICU\n", ROSTER[:3])
    assert [row.values["number"] for row in found.rows] == ["H1", "H2"]
    assert [(line.line_no, line.code) for line in found.ignored] == [(3, "header_again")]


def test_lines_numbered_in_advance_are_blank() -> None:
    found = pasted("序号\t工号\t姓名\t科室\n1\tH1\t甲\tICU\n2\t\t\t\n3\t\t\t\n", ROSTER[:3])
    assert len(found.rows) == 1
    assert [line.code for line in found.ignored] == ["blank", "blank"]


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("合 计\t\t\t2人", "total"), ("\t小计：1\t\t", "total"), ("平均分\t\t\t90", "total"), ("Total\t\t\t", "total"),
        ("制表人：张三\t\t审核人：李四\t", "signature"), ("注：缺考按零分计\t\t\t", "signature"),
        ("单位（盖章）\t\t\t2026年9月1日", None), ("填表日期：2026.9.1\t\t\t", "signature"),
    ],
)  # fmt: skip
def test_what_stands_below(last: str, code: str | None) -> None:
    found = pasted(f"工号\t姓名\t科室\t成绩\nH1\t甲\tICU\t90\n{last}\n", MARKS)
    assert [line.code for line in found.ignored] == ([code] if code else [])
    assert len(found.rows) == (1 if code else 2)


def test_a_person_whose_line_mentions_a_total_stays() -> None:
    found = pasted("工号\t姓名\t科室\t备注\nH1\t甲\tICU\t合计扣2分\nH2\t乙\tICU\t签字已补\n", ROSTER)
    assert len(found.rows) == 2


def test_cells_merged_downwards_fill_their_lines() -> None:
    rows = (
        ("科室", "工号", "姓名"),
        ("ICU", "H1", "甲"),
        (None, "H2", "乙"),
        (None, "H3", "丙"),
        ("急诊科", "H4", "丁"),
    )
    found = understand(Table("A", rows, ((1, 0, 3, 0),)), ROSTER[:3])
    assert [row.values["unit"] for row in found.rows] == ["ICU", "ICU", "ICU", "急诊科"]
    assert found.doubtful == ()
    apart = understand(Table("A", rows), ROSTER[:3])
    assert [row.line_no for row in apart.doubtful] == [3, 4]


def test_a_missing_column_is_named() -> None:
    found = pasted("工号\t姓名\nH1\t甲\n", ROSTER)
    (notice,) = found.notices
    assert (notice.code, notice.field) == ("column_missing", "unit")
    assert "科室" in notice.zh
    assert "Ward" in notice.en


def test_two_columns_that_fit_alike_are_both_named() -> None:
    found = pasted("工号\t姓名\t科室\t姓名\nH1\t甲\tICU\t乙\n", ROSTER[:3])
    (notice,) = found.notices
    assert (notice.code, notice.field, notice.suggestion) == ("column_ambiguous", "name", 1)
    assert found.mapping["name"] == 1
    assert found.apply({"name": 3}).rows[0].values["name"] == "乙"


def test_no_header_then_the_user_says_what_is_what() -> None:
    found = pasted("H1\t甲\t90\nH2\t乙\t缺考\n", MARKS)
    assert not found.found
    assert found.notices[0].code == "header_missing"
    assert {line.code for line in found.ignored} == {"no_header"}
    told = found.apply({"number": 0, "name": 1, "mark": 2}, header_rows=())
    accounted(told)
    assert [row.values["mark"] for row in told.rows] == [Decimal(90), None]
    assert told.rows[1].doubts[0].code == "absent"
    assert told.notices[0].code == "column_missing"


def test_the_mapping_can_be_changed(roster: Understood) -> None:
    fewer = roster.apply({"phone": None, "remark": None})
    assert set(fewer.mapping) == {"number", "name", "unit", "position", "stars", "joined"}
    assert len(fewer.rows) == 86
    assert not any(row.hints for row in fewer.rows)
    swapped = roster.apply({"position": 5, "stars": None})
    assert swapped.rows[3].values["position"] == "二星"
    assert roster.apply({}) == roster


@pytest.mark.parametrize(
    "mapping", [{"nothing": 1}, {"name": 99}, {"name": -1}, {"name": 1}, {"name": True}, {"name": "2"}]
)
def test_a_mapping_of_nonsense_is_refused(roster: Understood, mapping: dict[str, int]) -> None:
    with pytest.raises(BadMapping):
        roster.apply(mapping)


def test_header_rows_of_nonsense_are_refused(roster: Understood) -> None:
    for lines in ((0,), (96,), (-1,)):
        with pytest.raises(BadMapping):
            roster.apply({}, header_rows=lines)


def test_ten_thousand_people_are_quick() -> None:
    import time

    rows = [("工号", "姓名", "科室", "职务", "星级", "入职时间", "手机", "备注")]
    rows += [
        (f"H{n}", "张　三", "骨科(一)", "护师", "四星", "2015年9月17日", "13800000000", None)
        for n in range(10_000)
    ]  # type: ignore[misc]
    start = time.perf_counter()
    found = understand(Table("A", tuple(rows)), ROSTER)
    assert len(found.rows) == 10_000
    assert time.perf_counter() - start < 8


cell = st.one_of(
    st.none(),
    st.sampled_from(["工号", "姓名", "科室", "成绩", "合计", "制表人：", "甲", "90", "缺考", "备注", " "]),
    st.text(max_size=8),
    st.decimals(-1000, 1000, places=1),
    st.dates(),
)


@given(st.lists(st.lists(cell, max_size=6).map(tuple), max_size=12).map(tuple))
def test_whatever_the_table_every_line_is_accounted_for(rows: tuple[tuple[object, ...], ...]) -> None:
    accounted(understand(Table("A", rows), MARKS))  # type: ignore[arg-type]
