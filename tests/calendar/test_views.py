"""The page of the working calendar: twelve months, changing a day, confirming a year, who may."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from tests.messages.conftest import house as _house

from kaohe.audit.models import AuditRow
from kaohe.calendar import service

house = _house


def cell(text: str, day: str) -> str:
    """The cell of a day, as it stands in the page."""
    found = re.search(rf'<td class="([^"]*)">\s*<a [^>]*aria-label="{day} ([^"]*)"', text)
    assert found is not None, day
    return f"{found[1]} | {found[2]}"


def test_twelve_months_with_days_off_and_make_up_days(house):
    text = house.admin.get("/calendar/?year=2026").text
    assert text.count("<caption>") == 12
    assert cell(text, "2026-02-14") == "is-worked is-made-up | 上班 · 调休上班"
    assert cell(text, "2026-02-17") == "is-off | 休息 · 春节"
    assert cell(text, "2026-02-21") == "is-off | 休息"
    assert cell(text, "2026-02-24") == "is-worked | 上班"


def test_a_day_is_changed_and_everything_says_so(house, databases, tenant):
    page = house.admin.get("/calendar/?day=2026-03-02").text
    assert 'value="2026-03-02"' in page
    typed = {"first": "2026-03-02", "last": "2026-03-03", "works": "off", "reason": "停水检修"}
    answer = house.admin.post("/calendar/days", typed)
    assert answer.status_code == 303
    text = house.admin.get("/calendar/?year=2026").text
    assert cell(text, "2026-03-02") == "is-off is-own | 休息 · 停水检修"
    assert "已更改 2 天" in text
    assert "2026-03-03 改为休息" in text
    assert "管理甲 · 理由：停水检修" in text
    with databases.tenant(tenant.id) as session:
        assert not service.is_working_day(session, date(2026, 3, 3))
        rows = session.scalars(select(AuditRow.action)).all()
        assert "calendar.change" in rows


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "请写明理由"),
        ({"first": ""}, "请选日期"),
        ({"works": ""}, "请选一项"),
        ({"last": "2026-03-01"}, "最后一天不能早于第一天"),
        ({"last": "2026-05-01"}, "一次最多 31 天"),
        ({"first": "2006-01-01", "last": ""}, "从 2007 年开始"),
        ({"reason": "很" * 201}, "最多 200 个字"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(house, changes, said):
    typed = {"first": "2026-03-02", "last": "", "works": "off", "reason": "停水检修", **changes}
    answer = house.admin.post("/calendar/days", typed)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    if typed["reason"] == "停水检修":
        assert 'value="停水检修"' in answer.text


def test_a_year_not_announced_is_a_draft_until_it_is_confirmed(house, databases, tenant):
    text = house.admin.get("/calendar/?year=2027").text
    assert "2027 年还没有确认" in text
    assert "确认 2027 年" in text
    later = house.admin.post("/calendar/confirm", {"year": "2028"})
    assert later.status_code == 409
    assert "请先确认 2027 年" in later.text
    assert house.admin.post("/calendar/confirm", {"year": "2027"}).status_code == 303
    text = house.admin.get("/calendar/?year=2027").text
    assert "2027 年由本单位确认" in text
    assert "管理甲" in text
    with databases.tenant(tenant.id) as session:
        assert service.through(session) == 2027
    assert house.admin.post("/calendar/reopen", {"year": "2027"}).status_code == 303
    assert "2027 年还没有确认" in house.admin.get("/calendar/?year=2027").text
    assert house.admin.post("/calendar/confirm", {"year": "2026"}).status_code == 409


def test_desk_hours_are_kept_or_refused_at_their_day(house, databases, tenant):
    lines = {f"day{n}": "09:00-17:00" for n in range(5)}
    assert house.admin.post("/calendar/hours", lines).status_code == 303
    assert house.admin.get("/calendar/").text.count('value="09:00-17:00"') == 5
    answer = house.admin.post("/calendar/hours", {**lines, "day2": "9 to 5"})
    assert answer.status_code == 422
    assert "星期三的“9 to 5”看不懂" in answer.text
    with databases.tenant(tenant.id) as session:
        assert service.hours_of(session).of(2) == ((540, 1020),)


def test_a_member_reads_it_and_changes_nothing(house):
    text = house.member.get("/calendar/?year=2026").text
    assert "<caption>" in text
    assert "更改日子" not in text
    typed = {"first": "2026-03-02", "works": "off", "reason": "想休息"}
    for path, data in (
        ("/calendar/days", typed),
        ("/calendar/confirm", {"year": "2027"}),
        ("/calendar/reopen", {"year": "2027"}),
        ("/calendar/hours", {}),
    ):
        assert house.member.post(path, data).status_code == 403


def test_any_year_and_day_in_the_address_is_answered(house):
    for query in ("year=1", "year=99999", "year=x", "day=x", "day=2026-02-30", "day=1999-01-01", "year=2099"):
        assert house.admin.get(f"/calendar/?{query}").status_code == 200
    this = datetime.now(UTC).year
    assert f"{this} 年工作日历" in house.admin.get("/calendar/?day=x").text


def test_settings_lead_to_it(house):
    assert "/calendar/" in house.admin.get("/settings").text


def test_the_coming_year_is_a_duty_where_working_days_are_counted(app, house, databases, tenant):
    from flask import g

    from kaohe.calendar import duties
    from kaohe.plugins import build_registry
    from kaohe.tenants import service as tenants

    sectors = build_registry().sectors
    assert duties.counts_working_days(sectors["power_supply"])
    assert not duties.counts_working_days(sectors["nursing"])

    def listed(day: date, sector: str) -> list[str]:
        with databases.tenant(tenant.id) as session:
            tenants.switch_on(session, sector, now=datetime(2026, 1, 1, tzinfo=UTC))
            session.commit()
        with app.test_request_context(f"/t/{tenant.code}/"), databases.tenant(tenant.id) as session:
            from kaohe.accounts.policy import Actor
            from kaohe.pages.current import Current

            g.kaohe = Current(
                databases, "r", datetime.combine(day, datetime.min.time(), UTC), tenant, session
            )
            g.kaohe.signed_in = Actor(person_id=house.ids[0], account_id=1, is_admin=True)
            return [one["title"] for one in duties.items()]

    assert listed(date(2026, 11, 21), "nursing") == []
    assert listed(date(2026, 10, 31), "power_supply") == []
    assert listed(date(2026, 11, 21), "power_supply") == ["确认 2027 年工作日历"]
    assert listed(date(2028, 2, 1), "power_supply") == ["确认 2027 年工作日历"]
    with databases.tenant(tenant.id) as session:
        service.confirm_year(session, 2027, by=None, now=datetime(2026, 11, 21, tzinfo=UTC))
        session.commit()
    assert listed(date(2026, 11, 21), "power_supply") == []
