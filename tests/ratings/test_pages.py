"""Pages of ratings: a sheet line by line and as a whole, who may see what, progress, extension, assignments."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from kaohe.db import Databases
from kaohe.entries.models import Entry
from kaohe.ratings.models import Rating, RatingAssignment, RatingRound
from kaohe.ratings.sweeps import go_round
from kaohe.tenants.models import Tenant
from kaohe.testing.company import Company
from kaohe.testing.fixtures import Browser

RATED = (11, 12, 13, 14, 15)
Enter = Callable[[str], Browser]


@pytest.fixture
def mine(databases: Databases, tenant: Tenant) -> Company:
    """A mine whose rounds of this month end in three days, whatever the day of the tests is."""
    now = datetime.now(UTC)
    first = now.astimezone(ZoneInfo("Asia/Shanghai")).date().replace(day=1)
    company = Company(
        databases, tenant, sector="managers", scheme="managers.month", starts_on=first, months=1
    )
    company.open(f"{first:%Y-%m}")
    go_round(databases, tenant.id, now)
    end(company, now + timedelta(days=3))
    return company


def end(company: Company, at: datetime) -> None:
    with company.session() as session:
        for round_ in session.scalars(select(RatingRound)):
            round_.due_at = at
        session.commit()


@pytest.fixture
def enter(app: Flask, tenant: Tenant, mine: Company) -> Enter:
    """Somebody signed in."""

    def as_(name: str) -> Browser:
        with mine.session() as session:
            account = mine.account(session, name)
        return Browser(app, tenant).sign_in(account)

    return as_


def url_of(mine: Company, role: str, page: str = "sheet") -> str:
    with mine.session(write=False) as session:
        ident = session.scalar(select(RatingRound.id).where(RatingRound.role == role))
    return f"/ratings/{ident}/{page}"


def line(mine: Company, name: str, value: str, seen: str = "") -> dict[str, str]:
    ident = mine.people[name].id
    found = {f"v-{ident}-{clause}": value for clause in RATED}
    return found | {f"s-{ident}-{clause}": seen for clause in RATED} | {f"r-{ident}": "踏实肯干"}


def given(mine: Company) -> list[tuple[str, bool]]:
    with mine.session(write=False) as session:
        rows = session.scalars(select(Rating).order_by(Rating.id)).all()
        return [(f"{row.value.normalize():f}", row.replaced_by is None) for row in rows]


def test_a_line_is_saved_on_its_own_and_says_so(mine: Company, enter: Enter) -> None:
    boss, url = enter("周分管"), url_of(mine, "leader")
    sheet = boss.get(url).text
    assert sheet.count("data-k-line") == 4
    assert "财务科" not in sheet
    answer = boss.post(url, line(mine, "赵队长", "92.5"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "已保存" in answer.text
    assert "5 / 20" in answer.text
    assert given(mine) == [("92.5", True)] * 5
    again = boss.get(url).text
    assert again.count('value="92.5"') == 5
    assert "踏实肯干" in again


def test_what_is_wrong_stays_in_its_field_and_the_rest_is_saved(mine: Company, enter: Enter) -> None:
    boss, url = enter("周分管"), url_of(mine, "leader")
    values = line(mine, "赵队长", "90")
    values[f"v-{mine.people['赵队长'].id}-12"] = "101"
    answer = boss.post(url, values)
    assert answer.status_code == 200
    assert 'value="101"' in answer.text
    assert "要在 0 到 100 之间" in answer.text
    assert "其余已保存" in answer.text
    assert len(given(mine)) == 4
    ids = re.findall(rf'name="s-{mine.people["赵队长"].id}-11" value="(\d+)"', boss.get(url).text)
    assert len(ids) == 1


def test_a_remark_alone_is_saved_and_said_so(mine: Company, enter: Enter) -> None:
    boss, url, ident = enter("周分管"), url_of(mine, "leader"), mine.people["赵队长"].id
    values = line(mine, "赵队长", "")
    assert boss.post(url, values).status_code == 303
    page = boss.get(url).text
    assert "已保存 1 项" in page
    assert "踏实肯干" in page
    assert boss.post(url, values).status_code == 303
    assert "没有改动" in boss.get(url).text
    values |= {f"r-{ident}": "认真负责", f"v-{ident}-12": "101"}
    answer = boss.post(url, values, headers={"HX-Request": "true"})
    assert (answer.status_code, "认真负责" in answer.text, 'value="101"' in answer.text) == (200, True, True)
    assert "认真负责" in boss.get(url).text, "beside a wrong value a remark is kept"
    assert given(mine) == []


def test_two_windows_the_second_is_told_of_the_newer_value(mine: Company, enter: Enter) -> None:
    boss, url = enter("周分管"), url_of(mine, "leader")
    boss.post(url, line(mine, "赵队长", "90"))
    second = boss.post(url, line(mine, "赵队长", "60"), headers={"HX-Request": "true"})
    assert second.status_code == 409
    assert second.text.count('value="90"') == 5
    assert "已在另一处改成 90" in second.text
    assert given(mine) == [("90", True)] * 5


def test_after_the_deadline_refused_in_words_and_shown_for_reading(mine: Company, enter: Enter) -> None:
    boss, url = enter("周分管"), url_of(mine, "leader")
    boss.post(url, line(mine, "赵队长", "90"))
    end(mine, datetime.now(UTC) - timedelta(minutes=1))
    late = boss.post(url, line(mine, "孙副队", "90"))
    assert late.status_code == 409
    assert "评分已于" in late.text
    assert "data-k-line" not in boss.get(url).text
    assert len(given(mine)) == 5


def test_who_is_not_assigned_oneself_and_foreign_ids_are_refused(mine: Company, enter: Enter) -> None:
    url = url_of(mine, "leader")
    assert enter("赵队长").get(url).status_code == 403
    assert enter("赵队长").post(url, line(mine, "赵队长", "100")).status_code == 403
    assert enter("郑分管").post(url, line(mine, "赵队长", "100")).status_code == 403
    assert enter("周分管").post(url, line(mine, "周分管", "100")).status_code == 403
    assert enter("周分管").get("/ratings/999/sheet").status_code == 404
    assert enter("周分管").post(url, {f"v-{mine.people['赵队长'].id}-99": "90"}).status_code == 422
    assert given(mine) == []


def test_the_office_sees_who_is_missing_but_no_value(mine: Company, enter: Enter) -> None:
    enter("周分管").post(url_of(mine, "leader"), line(mine, "赵队长", "93.25"))
    admin = enter("吴矿长")
    page = admin.get("/ratings/progress").text
    assert "2 人没有评完" in page
    assert "5 / 20" in page
    assert "93.25" not in page + admin.get(url_of(mine, "leader", "assignments")).text
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(admin.get("/ratings/progress.xlsx").data))
    rows = {row[2]: row[5:7] for row in sheets.get_sheet_by_index(0).to_python() if len(row) > 6}
    assert rows["周分管"] == [20, 5]
    for name in ("周分管", "赵队长"):
        assert enter(name).get("/ratings/progress").status_code == 403


def test_the_mean_shows_in_the_result_with_the_missing_role_flagged(mine: Company, enter: Enter) -> None:
    enter("吴矿长").post(url_of(mine, "settled"), line(mine, "赵队长", "80"))
    enter("钱科长").post(url_of(mine, "settled"), line(mine, "赵队长", "91"))
    end(mine, datetime.now(UTC) - timedelta(minutes=1))
    go_round(mine.databases, mine.tenant.id, datetime.now(UTC))
    with mine.session(write=False) as session:
        assert len(session.scalars(select(Entry).where(Entry.origin == "rating")).all()) == 5
    period = next(iter(mine.periods.values())).id
    page = enter("赵队长").get(f"/results/{period}/{mine.people['赵队长'].id}").text
    assert "85.5" in page
    assert "主管领导" in page
    assert "吴矿长" not in page


def test_extension_with_reason_and_refusals_keep_what_was_typed(mine: Company, enter: Enter) -> None:
    admin, url = enter("吴矿长"), url_of(mine, "leader", "extend")
    later = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    refused = admin.post(url, {"due": later, "reason": " "})
    assert refused.status_code == 422
    assert f'value="{later}"' in refused.text
    assert admin.post(url, {"due": "2020-01-01", "reason": "出差"}).status_code == 422
    assert admin.post(url, {"due": later, "reason": "出差"}).status_code == 303
    assert "出差" in admin.get("/ratings/progress").text


def test_assigning_and_ending_by_hand(mine: Company, enter: Enter) -> None:
    admin, base = enter("吴矿长"), url_of(mine, "leader", "")
    ids = [str(mine.people[name].id) for name in ("赵队长", "孙副队")]
    none = admin.post(base + "assign", {"rater_text": "", "subjects": ids})
    assert none.status_code == 422
    own = admin.post(base + "assign", {"rater": ids[0], "subjects": ids})
    assert own.status_code == 403
    done = admin.post(base + "assign", {"rater_text": "郑分管", "subjects": ids})
    assert done.status_code == 303
    page = admin.get(base + "assignments?q=赵队长").text
    assert page.split("<tbody>")[1].count("郑分管") == 2  # the name, and the button's label
    with mine.session(write=False) as session:
        first = session.scalar(
            select(RatingAssignment.id).where(
                RatingAssignment.subject_id == int(ids[0]),
                RatingAssignment.rater_id == mine.people["周分管"].id,
            )
        )
    assert admin.post(base + "end", {"assignments": [str(first)]}).status_code == 303
    assert "周分管" not in admin.get(base + "assignments?q=赵队长").text.split("<tbody>")[1]
    assert "赵队长" not in enter("周分管").get(base + "sheet").text


def test_odd_names_and_text_in_a_sheet_never_break_it(mine: Company, enter: Enter) -> None:
    boss, url = enter("周分管"), url_of(mine, "leader")
    ident = mine.people["赵队长"].id
    odd = {"v-9999999999999999999-11": "90", "v-x-1": "1", f"v-{ident}-11": "\x00²", f"s-{ident}-11": "²"}
    answer = boss.post(url, odd)
    assert answer.status_code == 422
    assert "请填数字" in answer.text
    # an id that is nobody's answers as that of somebody whom one does not rate: neither tells that it exists
    assert boss.post(url, {"v-4611686018427387904-11": "90"}).status_code == 403
    assert given(mine) == []


def test_a_refused_sheet_tells_nobodys_name(mine: Company, enter: Enter) -> None:
    said = enter("周分管").post(url_of(mine, "leader"), line(mine, "郑分管", "90"))
    assert said.status_code == 403
    assert "没有被安排" in said.text
    assert "郑分管" not in said.text
