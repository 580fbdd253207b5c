"""Examination marks: typed into the page, pasted, and read from the spreadsheet that an office really sends."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kaohe.entries import mark_lists, marks, values
from kaohe.entries.models import Entry, Withdrawal
from kaohe.entries.refusals import ManyRefused
from kaohe.entries.score import score_now
from kaohe.files.tables import read_pasted, read_tables
from kaohe.people import service as people
from kaohe.people.persons import clean_number
from kaohe.testing.fixtures import NOW, TODAY

EXAM, SKILL = 306, 307
SAMPLE = Path(__file__).parents[1] / "samples" / "nursing" / "9月考核成绩汇总.xlsx"
D = Decimal


@pytest.fixture
def sheets() -> list[mark_lists.RawSheet]:
    return mark_lists.raw_sheets(read_tables(SAMPLE.read_bytes(), SAMPLE.name))


@pytest.fixture
def staffed(world, sheets):
    """Everybody of the sample is on the staff list; where two lines share a number, the first has it."""
    taken = {person.number for person in world.people.values()}
    seen: set[tuple[str, str]] = set()
    units = {"心内科": world.heart}
    for row in (row for sheet in sheets for row in sheet.rows):
        number = clean_number(row.number)
        if (number, row.name) in seen or number in taken:
            continue
        seen.add((number, row.name))
        taken.add(number)
        name = row.unit.replace("（", "(").replace("）", ")")
        if name not in units:
            units[name] = people.create_unit(world.session, name=name, parent=world.root)
        people.create_person(
            world.session, number=number, name=row.name, unit=units[name], position="护士",
            joined_on=date(2020, 1, 1), now=NOW,
        )  # fmt: skip
    world.session.commit()
    return world


def judged(world, sheet, decisions=None, actor="admin"):
    return marks.judge(
        world.session,
        world.actors[actor],
        sheet,
        day=date(2026, 9, 12),
        highest=D(100),
        decisions=decisions or {},
    )


def said(row) -> str:
    return " ".join(text.zh for text in row.problems)


def test_every_line_of_the_sample_is_read(sheets):
    assert [len(sheet.rows) for sheet in sheets] == [80, 80, 80]
    first = sheets[0].rows[0]
    assert (first.line, first.name, first.number, first.mark, first.retest) == (
        4,
        "傅明晓",
        "h7635",
        "92",
        "",
    )


def test_the_examination_is_guessed_from_the_sheet_or_not_at_all(sheets, world):
    from kaohe.adoption.service import scheme_of

    clauses = marks.examinations(scheme_of(world.session, world.period.revision_id))
    assert [clause.id for clause in clauses] == [EXAM, SKILL]
    assert marks.guess(sheets[0], clauses) == EXAM
    assert marks.guess(sheets[1], clauses) == SKILL
    assert marks.guess(mark_lists.RawSheet("Sheet1", ()), clauses) is None


def test_what_is_doubtful_is_named_and_not_guessed(staffed, sheets):
    rows = {row.raw.name: row for row in judged(staffed, sheets[0])}
    assert rows["傅明晓"].mark == 92
    assert not rows["傅明晓"].doubtful
    assert "缺考" in said(rows["孟文洋"])
    assert rows["孟文洋"].mark is None
    assert rows["顾霞婉"].offer == 87
    assert rows["顾霞婉"].mark is None
    assert "855" in said(rows["严兰思"])
    assert "H1132 在名册上是梁红刚" in said(rows["金兰诗"])
    assert rows["金兰诗"].person is None
    assert "H3426 在名册上是郝清强" in said(rows["张志"])
    assert (rows["袁刚军"].mark, rows["袁刚军"].retest) == (83, 85)
    doubtful = [row for row in rows.values() if row.doubtful]
    assert all(row.problems for row in doubtful)
    assert {row.raw.name for row in doubtful} >= {"林诗", "邹强磊", "薛建娜", "萧娟"} - {"萧娟"}


def test_blanks_are_named(staffed, sheets):
    rows = {row.raw.name: row for row in judged(staffed, sheets[1])}
    assert "首考成绩空白，只有补考 85" in said(rows["陈春婷"])
    assert said(rows["雷杰"]) == "成绩空白"


def test_decisions_settle_a_line(staffed, sheets):
    lines = {row.name: row.line for row in sheets[0].rows}
    decisions = {
        lines["顾霞婉"]: marks.Decision(mark="use"),
        lines["孟文洋"]: marks.Decision(mark="absent"),
        lines["严兰思"]: marks.Decision(typed="85.5"),
        lines["金兰诗"]: marks.Decision(mark="skip"),
    }
    rows = {row.raw.name: row for row in judged(staffed, sheets[0], decisions)}
    assert rows["顾霞婉"].mark == 87
    assert rows["孟文洋"].out
    assert rows["严兰思"].mark == D("85.5")
    assert rows["金兰诗"].out
    assert not any(rows[name].doubtful for name in ("顾霞婉", "孟文洋", "严兰思", "金兰诗"))


def test_unknown_people_namesakes_and_foreign_units(world):
    sheet = mark_lists.raw_sheets(
        [read_pasted("姓名\t工号\t成绩\n没这人\tH9999\t90\n陈雨桐\t\t88\n张志\tH3002\t91\n许佳宁\t\t92")]
    )[0]
    rows = judged(world, sheet)
    assert "没有工号 H9999" in said(rows[0])
    assert "2 人同名" in said(rows[1])
    assert {one.number for one in rows[1].candidates} == {"H2209", "H2211"}
    assert rows[3].person.number == "H2207"
    chosen = judged(world, sheet, {rows[1].raw.line: marks.Decision(who=rows[1].candidates[0].subject_id)})
    assert not chosen[1].doubtful
    assert "不归您考核" in said(judged(world, sheet, actor="head")[2])
    nobody = judged(world, sheet, {rows[1].raw.line: marks.Decision(who=12345)})
    assert nobody[1].doubtful


def test_pasted_without_a_heading(world):
    found = mark_lists.raw_sheets([read_pasted("H2207\t86\nH2208\t90分\n林晓芸\t缺考\n")])[0]
    assert [(row.number, row.name, row.mark) for row in found.rows] == [
        ("H2207", "", "86"), ("H2208", "", "90分"), ("", "林晓芸", "缺考"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[1]", '[{"name":1,"rows":[["x"]]}]', "[" * 5000])
def test_a_carried_list_of_another_shape_is_refused(text):
    with pytest.raises(mark_lists.NotMarks):
        mark_lists.from_text(text)


def writer(world, clause=EXAM, actor="head"):
    return values.Writer(
        world.session, world.actors[actor], world.period, clause, NOW, TODAY, origin="marks", cleared="清空"
    )


def change(world, name, place, before, after):
    return values.Change(world.people[name].id, name, place, before, after)


DAYS = [date(2026, 9, 10), date(2026, 9, 10)]


def test_the_first_mark_counts_and_a_retest_is_kept_beside_it(world):
    person = world.people["许佳宁"].id
    writer(world).put_all(
        [change(world, "许佳宁", 0, None, D(80)), change(world, "许佳宁", 1, None, D(95))], DAYS
    )
    assert score_now(world.session, world.period, person).points == 99
    writer(world).put_all([change(world, "许佳宁", 0, D(80), D(84))], DAYS)
    held = values.standing(world.session, world.period, [EXAM])
    assert [entry.quantity for entry in held[EXAM, person]] == [84, 95]
    assert score_now(world.session, world.period, person).points == 99
    writer(world).put_all([change(world, "许佳宁", 0, D(84), D(86))], DAYS)
    assert score_now(world.session, world.period, person).points == 100


def test_a_value_changed_meanwhile_is_not_overwritten(world):
    writer(world).put_all([change(world, "许佳宁", 0, None, D(80))], DAYS)
    with pytest.raises(ManyRefused, match="80"):
        writer(world).put_all([change(world, "许佳宁", 0, None, D(90))], DAYS)
    with pytest.raises(ManyRefused, match="先填首考"):
        writer(world).put_all([change(world, "贺子涵", 1, None, D(90))], DAYS)


@pytest.fixture(autouse=True)
def _in_september(monkeypatch):
    from kaohe.pages import lifecycle

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 9, 15, 2, 0, tzinfo=UTC)

    monkeypatch.setattr(lifecycle, "datetime", Clock)


def count(world, model=Entry):
    with world.look() as session:
        return session.scalar(select(func.count(model.id)))


def test_the_page_takes_marks_all_or_nothing(world, browser):
    head = browser.sign_in(world.accounts["head"])
    page = head.get(f"/entries/marks?exam={EXAM}")
    assert "0 / 4 人" in page.text
    ids = {name: person.id for name, person in world.people.items()}
    data = {
        "step": "save",
        "period": world.period.id,
        "exam": EXAM,
        "unit": world.heart.id,
        "happened_on": "2026-09-10",
    }
    wrong = head.post(
        "/entries/marks",
        {**data, f"m-{ids['许佳宁']}": "86", f"m-{ids['贺子涵']}": "855", f"m-{ids['林晓芸']}": "八十"},
    )
    assert wrong.status_code == 422
    assert 'value="855"' in wrong.text
    assert "“八十”不是数字" in wrong.text
    assert count(world) == 0
    good = {**data, f"m-{ids['许佳宁']}": "86", f"m-{ids['贺子涵']}": "84.5", f"r-{ids['贺子涵']}": "92"}
    assert head.post("/entries/marks", good).status_code == 303
    assert count(world) == 3
    assert "2 / 4 人" in head.get(f"/entries/marks?exam={EXAM}").text
    same = {**good, **{f"was-{key}": value for key, value in good.items() if str(key)[:2] in ("m-", "r-")}}
    assert head.post("/entries/marks", same).status_code == 303
    assert count(world) == 3
    assert count(world, Withdrawal) == 0


def hidden(html: str, name: str) -> str:
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', html)[1])


def test_the_sample_from_preview_to_written_and_twice_changes_nothing(staffed, browser):
    admin = browser.sign_in(staffed.accounts["admin"])

    def preview():
        return admin.post(
            "/entries/marks",
            {
                "step": "read",
                "period": staffed.period.id,
                "exam": EXAM,
                "table": (io.BytesIO(SAMPLE.read_bytes()), SAMPLE.name),
            },
            content_type="multipart/form-data",
        )

    shown = preview()
    assert shown.status_code == 200
    assert "孟文洋" in shown.text
    assert count(staffed) == 0
    data = {
        "period": staffed.period.id, "rows": hidden(shown.text, "rows"), "happened_on": "2026-09-12",
        "exam-0": EXAM, "exam-1": SKILL, "exam-2": "",
    }  # fmt: skip
    refused = admin.post("/entries/marks", {**data, "step": "write"})
    assert refused.status_code == 422
    assert "行要处理" in refused.text
    assert count(staffed) == 0
    done = admin.post("/entries/marks", {**data, "step": "write", "rest": "offers"})
    assert done.status_code == 303
    written = count(staffed)
    assert 150 < written < 250
    data["rows"] = hidden(preview().text, "rows")
    again = admin.post("/entries/marks", {**data, "step": "write", "rest": "offers"})
    assert again.status_code == 303
    assert "没有改动" in admin.get(again.headers["Location"]).text
    assert count(staffed) == written
    with staffed.look() as session:
        missed = session.scalar(select(func.count(Entry.id)).where(Entry.quantity > 100))
        assert missed == 0


def test_a_file_without_marks_and_a_hostile_one_are_named(world, browser):
    admin = browser.sign_in(world.accounts["admin"])
    for content, name, words in (
        ("甲,乙\n子,丑\n".encode(), "无.csv", "没有找到成绩"),
        (b"\x00\x01\x02", "x.xlsx", "没有写入|不是|读不出|认不出|无法"),
    ):
        answer = admin.post(
            "/entries/marks",
            {"step": "read", "period": world.period.id, "table": (io.BytesIO(content), name)},
            content_type="multipart/form-data",
        )
        assert answer.status_code in (413, 422)
        assert re.search(words, answer.text)
    nothing = admin.post("/entries/marks", {"step": "read", "period": world.period.id, "pasted": " "})
    assert nothing.status_code == 422
    assert count(world) == 0


def test_measures_of_people_units_and_the_organisation(world, browser):
    pool, days, satisfied = 901, 902, 903
    head = browser.sign_in(world.accounts["head"])
    ids = {name: person.id for name, person in world.people.items()}
    assert "奖金总额" not in head.get("/entries/measures").text
    data = {"period": world.period.id, "measure": days, "unit": world.heart.id, "happened_on": "2026-09-15"}
    wrong = head.post("/entries/measures", {**data, f"v-{ids['许佳宁']}": "32"})
    assert wrong.status_code == 422
    assert 'value="32"' in wrong.text
    assert head.post("/entries/measures", {**data, f"v-{ids['许佳宁']}": "22"}).status_code == 303
    assert count(world) == 1
    changed = {**data, f"v-{ids['许佳宁']}": "21", f"was-{ids['许佳宁']}": "22"}
    assert head.post("/entries/measures", changed).status_code == 303
    assert count(world) == 2
    unit = {
        "period": world.period.id,
        "measure": satisfied,
        "happened_on": "2026-09-15",
        f"v-{world.heart.id}": "97.57",
    }
    assert head.post("/entries/measures", unit).status_code == 303
    tenant = {
        "period": world.period.id,
        "measure": pool,
        "happened_on": "2026-09-15",
        f"v-{world.root.id}": "12345.67",
    }
    assert head.post("/entries/measures", tenant).status_code == 403
    admin = browser.sign_in(world.accounts["admin"])
    assert admin.post("/entries/measures", tenant).status_code == 303
    assert admin.post("/entries/measures", {**tenant, f"v-{world.root.id}": "1.234"}).status_code == 422
    assert head.post("/entries/measures", {**data, "measure": EXAM}).status_code == 404
    with world.look() as session:
        found = session.scalar(select(Entry).where(Entry.clause_id == pool))
        assert (found.quantity, found.subject_id) == (D("12345.67"), world.root.id)
