"""The pages of schemes, through the application: who sees what, editing with and without a clash, reading."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kaohe.accounts.models import Account, Grant
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Revision
from kaohe.app import create_app
from kaohe.config import Config
from kaohe.plugins import Registry, Sector
from kaohe.scheme import Text, from_json
from kaohe.tenants import service as tenants
from kaohe.testing.fixtures import Browser

START = date(2026, 1, 1)
FIGURE = "clause/31/rule/points"
QUARREL = "clause/11/rule/points"


@pytest.fixture
def registry(sample):
    """One working sector and one that could not be loaded."""
    sector = Sector("counter", Text("窗口", "Counter"), (sample.scheme(),))
    return Registry(sectors={"counter": sector}, faults={"sector_x": "ImportError: no such thing"})


@pytest.fixture
def app(databases, registry):
    config = Config(databases.settings, secret="a secret of the tests", testing=True)
    return create_app(config, registry=registry, databases=databases)


@pytest.fixture
def house(databases, tenant, sample):
    """A unit with an admin (陈晓) and two members, and the sector switched on."""
    now = datetime.now(UTC)
    with databases.tenant(tenant.id) as session:
        tenants.switch_on(session, "counter", now=now)
        _, people = sample.staff(session, now)
        accounts = [Account(person_id=one.id, state="active", created_at=now) for one in people]
        session.add_all(accounts)
        session.flush()
        session.add(
            Grant(account_id=accounts[0].id, role="admin", unit_id=None, starts_on=START, given_at=now)
        )
        session.commit()
    return accounts


@pytest.fixture
def admin(app, tenant, house):
    return Browser(app, tenant).sign_in(house[0])


@pytest.fixture
def member(app, tenant, house):
    return Browser(app, tenant).sign_in(house[1])


@pytest.fixture
def read(databases, tenant):
    """Read a revision afresh."""

    def reader(number=1):
        with databases.tenant(tenant.id, write=False) as session:
            return next(one for one in session.query(Revision) if one.number == number)

    return reader


@pytest.fixture
def draft(admin, read):
    answer = admin.post("/schemes/start", {"scheme": "counter"})
    assert answer.status_code == 303
    return read()


def settle(browser, revision, doubt, version=None, **form):
    data = {"doubt": doubt, "version": version or revision.version, **form}
    return browser.post(f"/schemes/{revision.id}/doubts", data)


def settle_all(admin, read):
    for doubt, option in (("omission", "likely"), ("ceiling", "no")):
        assert settle(admin, read(), doubt, option=option).status_code == 303


@pytest.fixture
def adopted(admin, draft, read):
    settle_all(admin, read)
    answer = admin.post(
        f"/schemes/{draft.id}/adopt", {"version": read().version, "starts_on": START.isoformat()}
    )
    assert answer.status_code == 303
    return read()


def test_what_is_offered_and_which_plugin_failed_is_the_admins_to_see(admin, member):
    page = admin.get("/schemes/").text
    assert "窗口服务考核" in page
    assert "5 条细则，2 处疑义要裁定" in page
    assert "sector_x" in page
    seen = member.get("/schemes/").text
    assert "sector_x" not in seen
    assert "还没有采用的方案" in seen


def test_the_draft_shows_its_doubts_on_top_and_says_why_it_cannot_be_adopted(admin, draft):
    page = admin.get(f"/schemes/{draft.id}").text
    assert "待裁定 2" in page
    assert "先裁定 2 处疑义" in page
    assert page.index('id="doubts"') < page.index('id="doc"')
    assert '<span class="k-printed k-source"' in page
    assert "样1 §1.2" in page


def test_a_draft_is_the_admins(member, draft, databases, tenant):
    assert member.get(f"/schemes/{draft.id}").status_code == 403
    assert member.get(f"/schemes/{draft.id}/print").status_code == 403
    assert member.get(f"/schemes/{draft.id}/compare").status_code == 403
    assert member.post(f"/schemes/{draft.id}/acknowledge").status_code == 403
    assert settle(member, draft, "omission", option="likely").status_code == 403
    assert member.get(f"/schemes/{draft.id}/readers").status_code == 403


def test_a_doubt_is_settled_on_the_page(admin, draft, read):
    answer = settle(admin, draft, "omission", option="likely", reason="例会议定")
    assert answer.status_code == 303
    page = admin.get(f"/schemes/{draft.id}").text
    assert "已裁定 1" in page
    assert "例会议定" in page
    assert "陈晓" in page
    assert read().settled["omission"]["option"] == "likely"


def test_own_figures_keep_what_was_typed_when_they_are_refused(admin, draft, read):
    answer = settle(admin, draft, "omission", option="own", **{f"figure:{FIGURE}": "-7"}, reason="从严")
    assert answer.status_code == 422
    assert "−1" in answer.text or "-1" in answer.text
    assert 'value="-7"' in answer.text
    assert 'value="从严"' in answer.text
    answer = settle(admin, draft, "omission", option="own", **{f"figure:{FIGURE}": "零点一"}, reason="从严")
    assert "不是数字" in answer.text
    answer = settle(admin, draft, "omission", option="own", **{f"figure:{FIGURE}": "−0.05"}, reason="从严")
    assert answer.status_code == 303
    assert str(from_json(read().scheme).find(31).clause.rule.points) == "-0.05"


def test_nothing_chosen_says_so_at_the_doubt(admin, draft):
    answer = settle(admin, draft, "ceiling")
    assert answer.status_code == 422
    assert "请先选一项" in answer.text


def test_the_second_of_two_editors_sees_what_the_first_changed(admin, draft, read):
    settle(admin, draft, "omission", option="likely")
    answer = settle(admin, draft, "ceiling", version=draft.version, option="no")
    assert answer.status_code == 409
    assert "陈晓刚刚改过：疑义“漏项扣分”的裁定" in answer.text
    assert "ceiling" not in read().settled


def test_figures_are_changed_within_their_limits(admin, draft, read):
    page = admin.get(f"/schemes/{draft.id}/edit?clause=11").text
    assert "−10 至 −1" in page
    assert "漏项" not in page
    form = {"path": QUARREL, "version": draft.version, "reason": "从严"}
    refused = admin.post(f"/schemes/{draft.id}/edit", {**form, "value": "-12"})
    assert refused.status_code == 422
    assert 'value="-12"' in refused.text
    assert admin.post(f"/schemes/{draft.id}/edit", {**form, "value": "-8"}).status_code == 303
    page = admin.get(f"/schemes/{draft.id}").text
    assert "本单位改动 1 处" in page
    assert "<s>−5 每次</s>" in page
    assert admin.post(f"/schemes/{draft.id}/edit", {**form, "value": "-9"}).status_code == 409


def test_the_scope_takes_only_units_of_this_organisation(admin, draft, read, databases, tenant):
    form = {"version": draft.version, "everyone": "0", "minimum_days": "10"}
    assert admin.post(f"/schemes/{draft.id}/scope", form).status_code == 422
    assert admin.post(f"/schemes/{draft.id}/scope", {**form, "units": "123456789"}).status_code == 404
    with databases.tenant(tenant.id, write=False) as session:
        unit = adoption_units(session)[-1]
    assert admin.post(f"/schemes/{draft.id}/scope", {**form, "units": str(unit.id)}).status_code == 303
    assert read().changes["scope"] == {"units": [str(unit.id)], "minimum_days": 10}
    assert "一号厅" in admin.get(f"/schemes/{draft.id}").text


def adoption_units(session):
    from kaohe.people import service as people

    return people.units(session)


def test_adopting_asks_for_a_day_and_seals(admin, draft, read):
    open_doubts = admin.post(
        f"/schemes/{draft.id}/adopt", {"version": draft.version, "starts_on": "2026-01-01"}
    )
    assert open_doubts.status_code == 422
    assert "还有 2 处疑义没有裁定" in open_doubts.text
    settle_all(admin, read)
    version = read().version
    assert "请填写自哪一天起施行" in admin.post(f"/schemes/{draft.id}/adopt", {"version": version}).text
    answer = admin.post(f"/schemes/{draft.id}/adopt", {"version": version, "starts_on": "2026-01-01"})
    assert answer.status_code == 303
    assert read().state == "adopted"
    assert settle(admin, read(), "omission", option="printed").status_code == 409


def test_members_read_and_acknowledge_and_the_admin_sees_who(admin, member, adopted, house):
    page = member.get(f"/schemes/{adopted.id}").text
    assert "我已学习第 1 版" in page
    assert "看名单" not in page
    assert "学习并确认" in member.get("/schemes/").text
    assert member.post(f"/schemes/{adopted.id}/acknowledge").status_code == 303
    assert member.post(f"/schemes/{adopted.id}/acknowledge").status_code == 303
    assert "您已于" in member.get(f"/schemes/{adopted.id}").text
    listed = admin.get(f"/schemes/{adopted.id}/readers")
    assert "1 / 3 人已确认" in listed.text
    assert "33%" in listed.text
    unread = admin.get(f"/schemes/{adopted.id}/readers?read=no").text
    assert "李明" not in unread.split("名单", 1)[1]
    assert "王芳" in unread


def test_the_next_draft_compared_with_the_one_in_force(admin, member, adopted, read):
    answer = admin.post(f"/schemes/of/{adopted.adoption_id}/next")
    assert answer.status_code == 303
    second = read(2)
    again = admin.post(f"/schemes/of/{adopted.adoption_id}/next")
    assert again.location == answer.location
    form = {"path": QUARREL, "version": second.version, "reason": "从严", "value": "-8"}
    admin.post(f"/schemes/{second.id}/edit", form)
    settle(admin, read(2), "omission", option="printed")
    page = admin.get(f"/schemes/{second.id}/compare").text
    assert "第 1 版和第 2 版比较" in page
    assert "<del>−5 每次</del>" in page
    assert "<ins>−8 每次</ins>" in page
    assert "<del>取 0.1</del>" in page
    assert "<ins>取印作值 0.01</ins>" in page
    assert member.get(f"/schemes/{adopted.id}/compare?with={second.id}").status_code == 403
    assert admin.post(f"/schemes/{second.id}/discard", {"version": read(2).version}).status_code == 303
    assert admin.get(f"/schemes/{second.id}").status_code == 404


def test_a_newer_text_of_the_sector_is_offered_to_the_draft(admin, draft, read, registry, sample):
    assert "换用新文本" not in admin.get(f"/schemes/{draft.id}").text
    sector = Sector("counter", Text("窗口", "Counter"), (sample.scheme(praise="0.8"),))
    registry.sectors["counter"] = sector
    assert "换用新文本" in admin.get(f"/schemes/{draft.id}").text
    assert admin.post(f"/schemes/{draft.id}/renew", {"version": draft.version}).status_code == 303
    assert str(from_json(read().scheme).find(10).clause.rule.points) == "0.8"


def test_paper_shows_everything_and_other_tenants_show_nothing(
    admin, adopted, other_tenant, app, databases, sample
):
    page = admin.get(f"/schemes/{adopted.id}/print").text
    assert "疑义与裁定" in page
    assert "与人争吵" in page
    with databases.tenant(other_tenant.id) as session:
        now = datetime.now(UTC)
        _, people = sample.staff(session, now)
        account = Account(person_id=people[0].id, state="active", created_at=now)
        session.add(account)
        session.flush()
        session.add(Grant(account_id=account.id, role="admin", unit_id=None, starts_on=START, given_at=now))
        session.commit()
    stranger = Browser(app, other_tenant).sign_in(account)
    for path in ("", "/edit", "/scope", "/adopt", "/compare", "/print", "/readers"):
        assert stranger.get(f"/schemes/{adopted.id}{path}").status_code == 404
    assert stranger.post(f"/schemes/of/{adopted.adoption_id}/next").status_code == 404
    assert stranger.post("/schemes/start", {"scheme": "counter"}).status_code == 404


def test_in_english_the_schemes_own_words_are_english(admin, adopted, databases, tenant, house):
    with databases.tenant(tenant.id) as session:
        session.get(Account, house[0].id).language = "en"
        session.commit()
    page = admin.get(f"/schemes/{adopted.id}").text
    assert "Counter service" in page
    assert "quarrelled" in page
    assert "−0.1 each" in page


def test_the_service_is_what_the_pages_use(adopted, databases, tenant):
    with databases.tenant(tenant.id, write=False) as session:
        assert adoption.scheme_of(session, adopted.id).code == "counter"
