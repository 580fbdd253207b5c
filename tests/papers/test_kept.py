"""Long papers between the one who asked and the worker: a person's own, made once, gone after some days."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kaohe.papers import service, sweeps
from kaohe.papers.paper import Column, Table
from kaohe.papers.refusals import PaperGone
from kaohe.papers.sheets import table_of
from kaohe.reports.spreadsheet import Column as SheetColumn
from kaohe.reports.spreadsheet import Sheet


@pytest.fixture
def plain(make):
    return service.pack(make(Table([Column("甲")], [["乙"]])), "zh")


def test_a_kept_paper_is_its_persons_and_made_from_what_was_shown(tmp_path, plain):
    key = service.put_down(tmp_path, 1, 7, plain, "榜单.pdf")
    assert service.waiting(tmp_path, 1, 7, key)["file"] == "榜单.pdf"
    for tenant, person in ((1, 8), (2, 7)):
        with pytest.raises(PaperGone):
            service.waiting(tmp_path, tenant, person, key)
    with pytest.raises(PaperGone):
        service.made(tmp_path, 1, key)
    assert service.print_kept(tmp_path, 1, key) == plain["pages"]
    first = service.made(tmp_path, 1, key).read_bytes()
    service.print_kept(tmp_path, 1, key)
    assert service.made(tmp_path, 1, key).read_bytes() == first == service.print_plain(plain)


def test_the_same_paper_asked_for_again_is_kept_once(tmp_path, make):
    def ask(words, at, person=7, name="榜单.pdf"):
        paper = replace(make(Table([Column("甲")], [[words]])), printed_at=at)
        return service.put_down(tmp_path, 1, person, service.pack(paper, "zh"), name)

    first = ask("乙", datetime(2026, 9, 15, 2, 0, tzinfo=UTC))
    assert ask("乙", datetime(2026, 9, 16, 2, 0, tzinfo=UTC)) == first
    assert [path.name for path in (tmp_path / "papers" / "1").iterdir()] == [f"{first}.json"]
    assert "09-16" in service.waiting(tmp_path, 1, 7, first)["printed"]
    later = datetime(2026, 9, 16, 2, 0, tzinfo=UTC)
    others = {ask("丙", later), ask("乙", later, person=8), ask("乙", later, name="名单.pdf")}
    assert len({first, *others}) == 4
    assert service.forget(tmp_path, 1, first) == 1
    with pytest.raises(PaperGone):
        service.waiting(tmp_path, 1, 7, first)


def test_the_same_paper_kept_by_many_at_once_is_whole(tmp_path, plain):
    with ThreadPoolExecutor(8) as crowd:
        keys = set(crowd.map(lambda _: service.put_down(tmp_path, 1, 7, plain, "榜单.pdf"), range(40)))
    (key,) = keys
    assert service.waiting(tmp_path, 1, 7, key) == {**plain, "file": "榜单.pdf"}
    assert [path.name for path in (tmp_path / "papers" / "1").iterdir()] == [f"{key}.json"]


@pytest.mark.parametrize("key", ["", "7", "7-", "7-..", "7-../../x", "../7-ab", "7-ab\0", "７-ab"])
def test_a_key_that_was_never_given_out_is_gone(tmp_path, key):
    with pytest.raises(PaperGone) as refusal:
        service.waiting(tmp_path, 1, 7, key)
    assert "7" in refusal.value.say("zh")


def test_what_was_kept_is_cleared_away_after_some_days(databases, tenant, plain):
    folder = databases.settings.folder
    old, young = (service.put_down(folder, tenant.id, 7, plain, name) for name in ("a.pdf", "b.pdf"))
    then = (datetime.now(UTC) - service.KEPT - timedelta(minutes=1)).timestamp()
    os.utime(folder / "papers" / str(tenant.id) / f"{old}.json", (then, then))
    sweeps.clear(databases, tenant.id, datetime.now(UTC))
    with pytest.raises(PaperGone):
        service.waiting(folder, tenant.id, 7, old)
    assert service.waiting(folder, tenant.id, 7, young)


def test_a_spreadsheets_rows_become_a_table_with_its_totals(printed):
    columns = [
        SheetColumn("姓名"),
        SheetColumn("金额", "money", total=True),
        SheetColumn("日期", "date"),
        SheetColumn("得分", "number"),
    ]
    rows = [["甲", 12_345, date(2026, 9, 1), Decimal("98.50")], ["乙", 5, None, None]]
    table = table_of(Sheet("表", columns, rows), {"得分": "score"})
    assert [column.kind for column in table.columns] == ["text", "money", "date", "score"]
    assert table.totals == ["合计", 12_350, "", ""]
    found = printed(table).text
    for words in ("¥123.45", "¥123.50", "合计", "2026-09-01", "98.5"):
        assert words in found, words
    assert "缺" not in found
