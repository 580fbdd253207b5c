"""The pages of periods, through the application: planning with a preview, opening, reopening, dates, walls."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kaohe.accounts.models import Account, Grant
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.scheme import Text
from kaohe.testing.fixtures import Browser, new_tenant

LONG_AGO = date(2020, 1, 1)
NOW = datetime.now(UTC)
YEAR = NOW.year


def found_house(databases, tenant, sample):
    """An adopted scheme from the first day of the year before last, an admin, a member."""
    with databases.tenant(tenant.id) as session:
        _, people = sample.staff(session, NOW)
        accounts = [Account(person_id=one.id, state="active", created_at=NOW) for one in people[:2]]
        session.add_all(accounts)
        session.flush()
        session.add(
            Grant(account_id=accounts[0].id, role="admin", unit_id=None, starts_on=LONG_AGO, given_at=NOW)
        )
        held, revision = sample.adopted(session, NOW, date(YEAR - 1, 1, 1))
        for one in people:
            adoption.acknowledge(session, revision, person_id=one.id, now=NOW)
        session.commit()
    return accounts, held


@pytest.fixture
def house(databases, tenant, sample):
    return found_house(databases, tenant, sample)


@pytest.fixture
def admin(app, tenant, house):
    return Browser(app, tenant).sign_in(house[0][0])


@pytest.fixture
def member(app, tenant, house):
    return Browser(app, tenant).sign_in(house[0][1])


def rule(house, **changes):
    return {
        "adoption": str(house[1].id),
        "kind": "month",
        "year": str(YEAR),
        "start_month": "1",
        "start_day": "1",
        "spans": "",
        "entries_after": "5",
        "publicity_after": "12",
        "final_after": "15",
        **changes,
    }


@pytest.fixture
def made(admin, house, databases, tenant):
    assert admin.post("/periods/plan", rule(house)).status_code == 303
    with databases.tenant(tenant.id, write=False) as session:
        return periods.periods_of(session, house[1].id)


@pytest.fixture
def walk(databases, tenant):
    """Take a period through states, outside the pages."""

    def go(period, *states):
        with databases.tenant(tenant.id) as session:
            for state in states:
                found = session.need(Period, period.id)
                periods.step(session, found, after=state, by=None, now=NOW)
            session.commit()

    return go


@pytest.fixture
def state(databases, tenant):
    def read(period):
        with databases.tenant(tenant.id, write=False) as session:
            return session.need(Period, period.id).state

    return read


def test_the_preview_writes_nothing_and_the_button_makes_the_year(admin, house, databases, tenant):
    shown = admin.get("/periods/plan", query_string=rule(house))
    assert f"{YEAR} 年 9 月" in shown.text
    assert "新建 12 个，共 12 个" in shown.text
    with databases.tenant(tenant.id, write=False) as session:
        assert periods.periods_of(session, house[1].id) == []
    answer = admin.post("/periods/plan", rule(house))
    assert answer.status_code == 303
    assert f"year={YEAR}" in answer.location
    again = admin.get("/periods/plan", query_string=rule(house)).text
    assert "新建 0 个，共 12 个" in again
    assert "这些周期都已经有了" in again
    assert admin.post("/periods/plan", rule(house)).status_code == 303
    with databases.tenant(tenant.id, write=False) as session:
        assert len(periods.periods_of(session, house[1].id)) == 12


def test_a_scheme_adopted_within_the_year_leads_to_its_first_period(app, databases, tenant, sample):
    with databases.tenant(tenant.id) as session:
        _, people = sample.staff(session, NOW)
        account = Account(person_id=people[0].id, state="active", created_at=NOW)
        session.add(account)
        session.flush()
        session.add(
            Grant(account_id=account.id, role="admin", unit_id=None, starts_on=LONG_AGO, given_at=NOW)
        )
        held, _ = sample.adopted(session, NOW, date(YEAR, 11, 1))
        early = periods.planned_from(
            periods.Span("early", Text("旧一月", "early"), date(YEAR, 1, 1), date(YEAR, 1, 31)),
            periods.Offsets(),
        )
        session.commit()
    admin, asked = Browser(app, tenant).sign_in(account), rule((None, held))
    page = admin.get("/periods/plan", query_string=asked).text
    assert "新建 2 个，共 12 个" in page
    assert f"{YEAR}-11-01</span> 起施行，此前结束的 10 个周期不生成" in page
    assert admin.post("/periods/plan", asked).status_code == 303
    with databases.tenant(tenant.id) as session:
        periods.create(session, session.need(Adoption, held.id), [early], now=NOW)
        session.commit()
        first, november, _ = periods.periods_of(session, held.id)
    listed = admin.get(f"/periods/?year={YEAR}").text
    assert f'/periods/{first.id}#open"' not in listed
    assert f'/periods/{november.id}#open"' in listed
    before = admin.get("/periods/plan", query_string={**asked, "year": str(YEAR - 1)}).text
    assert "没有可以生成的周期" in before


def test_a_school_year_and_periods_of_ones_own(admin, house):
    school = admin.get(
        "/periods/plan", query_string=rule(house, kind="year", start_month="8", start_day="24")
    )
    assert f"{YEAR}-{(YEAR + 1) % 100:02d} 学年" in school.text
    own = admin.get(
        "/periods/plan", query_string=rule(house, kind="custom", spans=f"{YEAR}-09-01 {YEAR}-10-15 开学月")
    )
    assert "开学月" in own.text
    bad = admin.get("/periods/plan", query_string=rule(house, kind="custom", spans="九月"))
    assert "第 1 行“九月”看不懂" in bad.text


def test_what_the_rule_cannot_mean_is_said_at_its_field(admin, house):
    for changes, words in (
        ({"year": "26"}, "年份要在 1990 到 2100 之间"),
        ({"start_day": "40"}, "起始日要是存在的日子"),
        ({"kind": "year", "start_month": "4", "start_day": "31"}, "起始日要是存在的日子"),
        ({"final_after": "3"}, "依次不减"),
        ({"entries_after": "x"}, "invalid-feedback"),
    ):
        answer = admin.post("/periods/plan", rule(house, **changes))
        assert answer.status_code == 422, changes
        assert words in answer.text or words == "invalid-feedback"
        assert "k-err" in answer.text


def test_overlapping_periods_are_named_and_not_made(admin, house, made, databases, tenant):
    shifted = rule(house, start_day="26")
    assert "重叠" in admin.get("/periods/plan", query_string=shifted).text
    answer = admin.post("/periods/plan", shifted)
    assert answer.status_code == 409
    assert "日期重叠，没有生成" in answer.text
    with databases.tenant(tenant.id, write=False) as session:
        assert len(periods.periods_of(session, house[1].id)) == 12


def test_the_calendar_shows_states_and_what_comes_next(admin, member, made, walk):
    walk(made[0], "open", "closed", "published", "final")
    walk(made[1], "open")
    page = admin.get(f"/periods/?year={YEAR}").text
    assert "已定稿" in page
    assert "录入中" in page
    assert page.count(f'/periods/{made[2].id}#open"') == 1
    assert f'/periods/{made[3].id}#open"' not in page
    seen = member.get(f"/periods/?year={YEAR}").text
    assert "#open" not in seen
    assert "生成一年的周期" not in seen


def test_opening_is_confirmed_with_a_reason_when_it_is_not_its_turn(admin, made, walk, state):
    walk(made[0], "open")
    page = admin.get(f"/periods/{made[1].id}").text
    assert f"“{YEAR} 年 1 月”还在录入" in page
    form = {"version": made[1].version}
    refused = admin.post(f"/periods/{made[1].id}/open", form)
    assert refused.status_code == 422
    assert "请写明理由" in refused.text
    assert state(made[1]) == "planned"
    assert admin.post(f"/periods/{made[1].id}/open", {**form, "reason": "并行录入"}).status_code == 303
    shown = admin.get(f"/periods/{made[1].id}").text
    assert "并行录入" in shown
    assert "陈晓" in shown
    assert admin.post(f"/periods/{made[1].id}/open", form).status_code == 409


def test_reopening_keeps_its_reason_in_the_periods_life(admin, made, walk, state):
    walk(made[0], "open", "closed")
    way = f"/results/{made[0].id}"
    assert f"{way}/manage#reopening" in admin.get(f"/periods/{made[0].id}").text
    refused = admin.post(f"{way}/reopen", {"reason": " "})
    assert refused.status_code == 422
    assert admin.post(f"{way}/reopen", {"reason": "漏记两条"}).status_code == 303
    page = admin.get(f"/periods/{made[0].id}").text
    assert "漏记两条" in page
    assert "已重开" in page
    assert state(made[0]) == "open"


def test_a_final_period_offers_and_takes_nothing(admin, made, walk, state):
    walk(made[0], "open", "closed", "published", "final")
    page = admin.get(f"/periods/{made[0].id}").text
    assert "已定稿封存" in page
    assert "改日期" not in page.split('id="main"')[1]
    answer = admin.post(f"/results/{made[0].id}/reopen", {"reason": "再改"})
    assert answer.status_code == 409
    assert "已经定稿封存" in answer.text
    assert admin.post(f"/periods/{made[0].id}/remove").status_code == 409
    assert state(made[0]) == "final"


def test_dates_move_in_order_and_after_the_start_only_with_a_reason(admin, made, walk):
    last = made[11]
    dates = {
        "version": last.version,
        "entries_until": (last.ends_on + timedelta(8)).isoformat(),
        "published_until": (last.ends_on + timedelta(20)).isoformat(),
        "final_on": (last.ends_on + timedelta(25)).isoformat(),
    }
    wrong = {**dates, "published_until": last.ends_on.isoformat()}
    answer = admin.post(f"/periods/{last.id}/dates", wrong)
    assert answer.status_code == 422
    assert "依次不早于周期结束日" in answer.text
    assert admin.post(f"/periods/{last.id}/dates", dates).status_code == 303
    assert (last.ends_on + timedelta(8)).isoformat() in admin.get(f"/periods/{last.id}").text
    assert admin.post(f"/periods/{last.id}/dates", dates).status_code == 409
    first = made[0]
    walk(first, "open")
    moved = {
        "entries_until": (first.ends_on + timedelta(8)).isoformat(),
        "published_until": (first.ends_on + timedelta(20)).isoformat(),
        "final_on": (first.ends_on + timedelta(25)).isoformat(),
    }
    refused = admin.post(f"/periods/{first.id}/dates", moved)
    assert refused.status_code == 422
    assert "请写明理由" in refused.text
    assert admin.post(f"/periods/{first.id}/dates", {**moved, "reason": "春节"}).status_code == 303
    assert "春节" in admin.get(f"/periods/{first.id}").text


def test_a_planned_period_is_removed(admin, made):
    assert admin.post(f"/periods/{made[11].id}/remove", {"version": made[11].version}).status_code == 303
    assert admin.get(f"/periods/{made[11].id}").status_code == 404


def test_a_member_reads_and_changes_nothing(member, made, house):
    assert member.get(f"/periods/{made[0].id}").status_code == 200
    assert member.get("/periods/plan").status_code == 403
    assert member.post("/periods/plan", rule(house)).status_code == 403
    for path in ("open", "dates", "remove"):
        assert member.post(f"/periods/{made[0].id}/{path}", {"reason": "x"}).status_code == 403


def test_another_tenants_period_and_scheme_are_not_found(app, databases, made, house, sample):
    other = new_tenant(databases, "别家医院")
    accounts, _ = found_house(databases, other, sample)
    stranger = Browser(app, other).sign_in(accounts[0])
    assert stranger.get(f"/periods/{made[0].id}").status_code == 404
    for path in ("open", "reopen", "dates", "remove"):
        assert stranger.post(f"/periods/{made[0].id}/{path}", {"reason": "x"}).status_code == 404
    assert stranger.post("/periods/plan", rule(house)).status_code == 404
    assert stranger.get("/periods/plan", query_string=rule(house)).status_code == 404
    assert f"{YEAR} 年 1 月" not in stranger.get(f"/periods/?adoption={house[1].id}&year={YEAR}").text


def test_without_a_scheme_the_pages_say_what_to_do_first(app, databases, sample):
    bare = new_tenant(databases)
    with databases.tenant(bare.id) as session:
        _, people = sample.staff(session, NOW)
        account = Account(person_id=people[0].id, state="active", created_at=NOW)
        session.add(account)
        session.flush()
        session.add(
            Grant(account_id=account.id, role="admin", unit_id=None, starts_on=LONG_AGO, given_at=NOW)
        )
        session.commit()
    alone = Browser(app, bare).sign_in(account)
    assert "先采用一套方案" in alone.get("/periods/").text
    assert "先采用一套方案" in alone.get("/periods/plan").text
