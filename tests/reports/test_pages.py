"""The pages of reports: offered by the sectors in use, shown and exported alike, faults named."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from kaohe.plugins import Column
from kaohe.reports.tables import heading_of
from kaohe.scheme import Text
from kaohe.tenants import service as tenants
from kaohe.testing.fixtures import NOW


def rows_of(answer):
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def table(answer):
    return answer.text.split("<tbody>")[1].split("</tbody>")[0]


def test_the_reports_of_the_sectors_in_use_are_offered(house, as_):
    tenants.switch_on(house.session, "lost", NOW)
    page = as_("head").get("/reports/").text
    for words in ("榜单报表", "谁得了多少分", "坏报表", "样本行业", "lost"):
        assert words in page, words
    assert as_("member").get("/reports/").status_code == 403


def test_a_report_shows_chart_table_totals_notes_and_links(house, as_):
    house.record("许佳宁", house.sample.QUARREL)
    page = as_("admin").get("/reports/sample/league").text
    for words in (
        "report-chart",
        "许佳宁",
        ">95<",
        "−5",
        "合计",
        "895",
        "一句说明",
        f"/results/{house.period.id}/{house.id_of('许佳宁')}",
        "缺",
        "全部",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("kinds", "heading"),
    [
        ((("rank", "count", ""), ("tied", "text", ""), ("name", "text", "why")), "name"),
        ((("month", "text", ""), ("letters", "count", "")), "month"),
        ((("rank", "count", ""), ("unit", "text", "")), "unit"),
        ((("year", "count", ""), ("sum", "money", "")), "year"),
    ],
)
def test_a_row_shown_as_a_card_is_headed_by_what_it_is_about(kinds, heading):
    columns = [Column(code, Text(code, code), kind, link=link or None) for code, kind, link in kinds]
    assert heading_of(columns) == heading


def test_the_totals_are_labelled_as_the_rows_are(house, as_):
    page = as_("admin").get("/reports/sample/league").text
    totals = page.split("<tfoot>")[1].split("</tfoot>")[0]
    assert 'class="is-title"' in totals
    assert 'data-label="得分"' in totals
    assert page.count('<table class="k-table is-cards is-report">') == 1


def test_page_and_spreadsheet_agree_on_search_and_order(house, as_):
    house.record("许佳宁", house.sample.QUARREL)
    admin = as_("admin")
    path = f"/reports/sample/league{{}}?unit={house.world.heart.id}&sort=score&dir=asc"
    page = table(admin.get(path.format("")))
    assert page.index("许佳宁") < page.index("贺子涵")
    assert "张志" not in page
    rows = rows_of(admin.get(path.format("/export")))
    names = [row[0] for row in rows]
    assert names.index("许佳宁") < names.index("贺子涵")
    assert "张志" not in names
    assert "95.0" in next(row for row in rows if row[0] == "许佳宁")
    found = table(admin.get("/reports/sample/league?q=贺"))
    assert "贺子涵" in found
    assert "林晓芸" not in found


def test_an_assessor_gets_the_own_unit_on_page_and_in_the_spreadsheet(house, as_):
    head = as_("head")
    assert "张志" not in head.get("/reports/sample/league").text
    assert "张志" not in str(rows_of(head.get("/reports/sample/league/export")))
    assert head.get(f"/reports/sample/league?person={house.id_of('张志')}").status_code == 403
    assert as_("member").get("/reports/sample/league").status_code == 403


def test_a_faulty_report_is_named_and_the_others_go_on(house, as_, caplog):
    admin = as_("admin")
    for code, fault in (("broken", "KeyError"), ("wrong", "no such kind of column"), ("cell", "is no count")):
        for path in (f"/reports/sample/{code}", f"/reports/sample/{code}/export"):
            answer = admin.get(path)
            assert answer.status_code == 500
            assert fault in answer.text
            assert "样本行业" in answer.text
    assert "report broken of sector sample failed" in caplog.text
    assert admin.get("/reports/sample/league").status_code == 200


def test_unknown_reports_and_sectors_are_not_found(house, as_):
    admin = as_("admin")
    for path in ("/reports/sample/none", "/reports/none/league", "/reports/lost/league"):
        assert admin.get(path).status_code == 404
    assert admin.get("/reports/sample/league?period=77").status_code == 404
    assert admin.get("/reports/sample/league?unit=77").status_code == 404
