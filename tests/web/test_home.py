"""The start page: what an admin has to do in every period that has begun, what a member has to read; the period's switch."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from kaohe.accounts.models import Account, Grant
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.scheme import Text
from kaohe.tenants import service as tenants
from kaohe.testing.fixtures import Browser
from kaohe.testing.world import build_world
from kaohe_coach_transport.scheme import UNIT
from kaohe_nursing.scheme import NURSING

NOW = datetime.now(timezone(timedelta(hours=8)))
TODAY = NOW.date()
MONTH = TODAY.replace(day=1)
BEFORE = (MONTH - timedelta(days=1)).replace(day=1)
AFTER = (MONTH + timedelta(days=32)).replace(day=1)


class House:
    """An adopted scheme with the month before, this month and the next; an admin and a member."""

    def __init__(self, app, databases, tenant, sample):
        self.app, self.databases, self.tenant, self.sample = app, databases, tenant, sample
        with databases.tenant(tenant.id) as session:
            _, self.people = sample.staff(session, NOW)
            self.accounts = [
                Account(person_id=one.id, state="active", created_at=NOW) for one in self.people[:2]
            ]
            session.add_all(self.accounts)
            session.flush()
            session.add(
                Grant(
                    account_id=self.accounts[0].id,
                    role="admin",
                    unit_id=None,
                    starts_on=date(2020, 1, 1),
                    given_at=NOW,
                )
            )
            self.held, self.revision = sample.adopted(session, NOW, BEFORE)
            spans = [
                periods.Span(f"{day:%Y-%m}", Text(f"{day:%Y-%m}", f"{day:%Y-%m}"), day, last)
                for day, last in (
                    (BEFORE, MONTH - timedelta(days=1)),
                    (MONTH, AFTER - timedelta(days=1)),
                    (AFTER, (AFTER + timedelta(days=32)).replace(day=1) - timedelta(days=1)),
                )
            ]
            planned = [periods.planned_from(span, periods.Offsets(0, 40, 50)) for span in spans]
            self.months = periods.create(session, self.held, planned, now=NOW)
            for month in self.months[:2]:
                periods.step(session, month, after="open", by=None, now=NOW)
            session.commit()

    def browser(self, place):
        return Browser(self.app, self.tenant).sign_in(self.accounts[place])

    def close(self, month):
        results.close(self.databases, self.tenant.id, month.id, by=None, clock=lambda: NOW)

    def publish(self, month):
        with self.databases.tenant(self.tenant.id) as session:
            results.publish(session, session.need(Period, month.id), by=None, now=NOW)
            session.commit()

    def finalise(self, month):
        with self.databases.tenant(self.tenant.id) as session:
            results.finalise(session, session.need(Period, month.id), by=None, now=NOW)
            session.commit()


@pytest.fixture
def house(app, databases, tenant, sample):
    return House(app, databases, tenant, sample)


def todo_of(page):
    """What stands in the list: title, text and link of each line."""
    assert page.status_code == 200
    found = re.search(r'<ul class="k-todo">(.*?)</ul>', page.text, re.S)
    lines = re.findall(r"<li.*?</li>", found[1], re.S) if found else []
    return [
        (" ".join(re.sub(r"<[^>]+>", " ", line).split()), re.findall(r'href="([^"]+)"', line))
        for line in lines
    ]


def test_an_admin_sees_the_next_step_of_every_period_that_has_begun(house):
    before, _, _ = house.months
    admin = house.browser(0)

    def steps():
        return [
            (words, links)
            for words, links in todo_of(admin.get("/"))
            if re.search("关闭周期|公示结果|定稿", words)
        ]

    [(first, links), (second, _)] = steps()
    assert "关闭周期" in first
    assert f"{BEFORE:%Y-%m}" in first
    assert "已到期" in first
    assert links == [f"/t/{house.tenant.code}/results/{before.id}/manage"]
    assert "关闭周期" in second
    assert f"{MONTH:%Y-%m}" in second
    assert "已到期" not in second
    house.close(before)
    first = steps()[0][0]
    assert "公示结果" in first
    assert "办理" in first
    house.publish(before)
    first = steps()[0][0]
    assert "定稿" in first
    assert f"{BEFORE:%Y-%m}" in first


def test_the_last_day_of_entries_is_not_late_yet(house):
    with house.databases.tenant(house.tenant.id) as session:
        month = session.need(Period, house.months[0].id)
        periods.edit_dates(
            session,
            month,
            entries_until=TODAY,
            published_until=TODAY + timedelta(days=5),
            final_on=TODAY + timedelta(days=9),
            by=None,
            now=NOW,
            reason="顺延",
        )
        session.commit()
    [first] = [words for words, _ in todo_of(house.browser(0).get("/")) if f"{BEFORE:%Y-%m}" in words]
    assert "已到期" not in first


def test_a_closed_period_is_not_worked_out_from_todays_people(house, monkeypatch):
    before = house.months[0]
    admin = house.browser(0)
    assert "各部门完整度" in admin.get(f"/?period={before.id}").text
    house.close(before)
    monkeypatch.setattr(results, "completeness", None)
    for step in (house.publish, house.finalise):
        page = admin.get(f"/?period={before.id}").text
        assert "各部门完整度" not in page
        assert "待办" in page
        step(before)
    assert "各部门完整度" not in admin.get(f"/?period={before.id}").text


def test_the_clock_shows_the_days_on_which_it_happened(house):
    before = house.months[0]
    admin = house.browser(0)

    def clock():
        page = admin.get(f"/?period={before.id}").text
        return re.search(r'<ol class="k-clock.*?</ol>', page, re.S)[0]

    assert f"至 {before.published_until}" in clock()
    house.close(before)
    house.publish(before)
    assert f"{TODAY} — {before.published_until}" in clock()
    house.finalise(before)
    assert f"{TODAY} — {TODAY}" in clock()
    assert f"{before.published_until}" not in clock()
    assert f"{before.final_on}" not in clock()


def test_a_member_is_asked_to_read_the_present_and_the_coming_revision(house):
    member = house.browser(1)
    assert [words for words, _ in todo_of(member.get("/")) if "第 1 版" in words]
    with house.databases.tenant(house.tenant.id) as session:
        person = house.people[1].id
        adoption.acknowledge(session, session.need(Revision, house.revision.id), person_id=person, now=NOW)
        following = adoption.draft_next(session, session.need(Adoption, house.held.id), actor=None, now=NOW)
        adoption.adopt(session, following, starts_on=AFTER, actor=None, now=NOW)
        session.commit()
    [(words, links)] = todo_of(member.get("/"))
    assert "第 2 版" in words
    assert links == [f"/t/{house.tenant.code}/schemes/{following.id}"]
    with house.databases.tenant(house.tenant.id) as session:
        adoption.acknowledge(session, session.need(Revision, following.id), person_id=person, now=NOW)
        session.commit()
    assert todo_of(member.get("/")) == []


def test_what_is_to_do_before_the_first_period_is_listed(app, databases, tenant, sample):
    with databases.tenant(tenant.id) as session:
        _, staff = sample.staff(session, NOW)
        accounts = [Account(person_id=one.id, state="active", created_at=NOW) for one in staff[:2]]
        session.add_all(accounts)
        session.flush()
        session.add(
            Grant(account_id=accounts[0].id, role="admin", unit_id=None, starts_on=MONTH, given_at=NOW)
        )
        tenants.switch_on(session, "nursing", now=NOW)
        session.commit()
    admin, member = (Browser(app, tenant).sign_in(one) for one in accounts)
    made = admin.post("/surveys/build", {"title_zh": "食堂意见", "title_en": "", "about": "organisation"})
    path = made.headers["Location"].removesuffix("/questions")
    scale = {"kind": "scale", "low": "1", "high": "5", "good": "4", "most": "1", "required": "y"}
    admin.post(f"{path}/question", {**scale, "title_zh": "味道"})
    day = TODAY.isoformat()
    details = {
        "title_zh": "食堂意见",
        "opens_on": day,
        "closes_on": day,
        "minimum": "3",
        "answered_by": ["members"],
    }
    assert admin.post(f"{path}/details", details).status_code == 303
    assert admin.post(f"{path}/open").status_code == 303
    page = member.get("/")
    assert "还没有考核周期" in page.text
    assert any("食堂意见" in words for words, _ in todo_of(page))
    page = admin.get("/").text
    assert page.index("先做这四件事") < page.index("食堂意见")


def test_units_that_are_assessed_need_no_completeness_of_people(app, databases, tenant, monkeypatch):
    world = build_world(databases, tenant, UNIT, sector="coach_transport", now=NOW, whole=False)
    monkeypatch.setattr(results, "completeness", None)  # would be worked out for nothing
    for who in ("admin", "assessor"):
        page = Browser(app, tenant).sign_in(world.accounts[who]).get("/")
        assert page.status_code == 200
        assert "得分" in page.text
        assert page.text.count("待办") >= 1


def test_the_switch_of_the_period_stays_on_the_page(house):
    before = house.months[0]
    admin, code = house.browser(0), house.tenant.code
    for path, there in (
        ("/entries/", f"/t/{code}/entries/?period={before.id}"),
        ("/results/league", f"/t/{code}/results/{before.id}/league"),
        (f"/periods/{house.months[1].id}", f"/t/{code}/periods/{before.id}"),
        ("/people/", f"/t/{code}/?period={before.id}"),
    ):
        page = admin.get(path)
        assert f'href="{there}"' in page.text, path
        assert admin.get(there).status_code == 200


def test_an_assessor_is_told_what_is_missing_most_and_led_there(app, databases, tenant):
    world = build_world(databases, tenant, NURSING, sector="nursing", now=NOW, whole=False)
    head = Browser(app, tenant).sign_in(world.accounts["assessor"])
    assert any("资料未开始" in words for words, _ in todo_of(head.get("/")))
    with world.session() as session:
        for exam in (51, 61, 62):
            world.record(session, exam, quantity=Decimal(90))
        session.commit()
    sheet = [(words, links) for words, links in todo_of(head.get("/")) if "资料待补" in words]
    assert len(sheet) == 1
    assert "最缺：" in sheet[0][0]
    lacking = {link.partition("?")[0].rpartition("/")[2] for link in sheet[0][1]}
    assert lacking <= {"marks", "rounds"}
    for link in sheet[0][1]:
        assert f"period={world.period.id}" in link
        assert head.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(
    ("path", "marked"),
    [("/search?q=%E5%BC%A0", set()), ("/me", set()), ("/entries/", {"考核记录"}), ("/entries/new", {"录入"})],
)
def test_a_page_is_marked_where_it_belongs_in_the_navigation(house, path, marked):
    page = house.browser(0).get(path)
    assert page.status_code == 200
    navigation = page.text.split('<nav class="k-nav"', 1)[1].split("</nav>", 1)[0]
    found = re.findall(r'<a href="[^"]*" aria-current="page">(.*?)</a>', navigation, re.S)
    assert {"".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found} == marked


def test_the_foot_of_a_phone_keeps_ones_own_result_whatever_the_sectors_bring(house):
    def foot():
        page = house.browser(1).get("/").text
        bar = page.split('<nav class="k-thumb-bar"', 1)[1].split("</nav>", 1)[0]
        return re.findall(r"<span>(.*?)</span>", bar)

    assert foot() == ["首页", "我的结果", "结果", "申诉", "更多"]
    with house.databases.tenant(house.tenant.id) as session:
        for sector in ("managers", "power_supply", "coach_transport"):
            tenants.switch_on(session, sector, now=NOW)
        session.commit()
    assert foot() == ["首页", "工单", "我的结果", "上报", "更多"]
