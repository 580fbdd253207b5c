"""The desk's pages: what each sees, one tap, refusals in words, lists, export, report."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from kaohe.cases.models import Case, CaseStepRow
from kaohe.db import Databases, TenantSession
from kaohe.tenants.models import Tenant
from kaohe.testing.fixtures import Browser

LOCAL = "%Y-%m-%d %H:%M:%S"


@pytest.fixture
def desk(databases: Databases, tenant: Tenant, session: TenantSession, sample: ModuleType) -> Any:
    """A hotline of the year in which the test runs."""
    year = (datetime.now(UTC) - timedelta(hours=2)).astimezone(sample.SHANGHAI).year
    found = sample.found_desk(databases, tenant, session, "power_supply", "power.hotline", year=year)
    found.day = datetime.now(UTC).astimezone(sample.SHANGHAI).date()
    return found


@pytest.fixture
def enter(app: Flask, tenant: Tenant, desk: Any) -> Any:
    """A browser of somebody of the desk."""
    return lambda who: Browser(app, tenant).sign_in(desk.accounts[who])


def ago(sample: ModuleType, minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).astimezone(sample.SHANGHAI).strftime(LOCAL)


def _fault(**more: str) -> dict[str, str]:
    return {"circumstance": "city", "f-address": "人民路 86 号", "f-symptom": "整栋停电", **more}


def _case(desk: Any) -> Case:
    desk.fresh()
    found = desk.session.query(Case).order_by(Case.number.desc()).first()
    assert found is not None
    desk.session.commit()
    return found


def _tap(browser: Browser, case: Case, step: str, **more: str) -> Any:
    return browser.post(f"/cases/{case.id}/take", {"step": step, "version": str(case.version), **more})


def test_a_whole_fault_through_the_pages(desk: Any, enter: Any, sample: ModuleType) -> None:
    clerk, crew = enter("clerk"), enter("crew")
    assert "没有在办的工单" in clerk.get("/cases/").text
    made = clerk.post(
        "/cases/new?kind=power_supply.fault", _fault(unit=str(desk.units["first"].id), token="one-token-1")
    )
    assert made.status_code == 303
    again = clerk.post("/cases/new?kind=power_supply.fault", _fault(token="one-token-1"))
    assert again.headers["Location"] == made.headers["Location"]
    case = _case(desk)
    assert (case.state, case.number[4:]) == ("passed", "-0001")
    for word in ("人民路 86 号", "接单", "data-due"):
        assert word in crew.get("/cases/").text
    for step in ("accept", "arrive", "done"):
        assert _tap(crew, _case(desk), step).status_code == 303
    assert _tap(clerk, _case(desk), "review").status_code == 303
    wrong = _tap(clerk, _case(desk), "call_back")
    assert (wrong.status_code, "请选择" in wrong.text) == (422, True)
    assert _tap(clerk, _case(desk), "call_back", **{"f-call_back-satisfied": "yes"}).status_code == 303
    page = crew.get(f"/cases/{case.id}").text
    assert all(word in page for word in ("已办结", "满意", "邓海波", "周雅琴"))
    assert "没有在办的工单" in clerk.get("/cases/").text
    assert case.number in clerk.get("/cases/?standing=closed").text


def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk: Any, enter: Any) -> None:
    clerk = enter("clerk")
    page = clerk.post("/cases/new?kind=power_supply.fault", {"f-address": "中心路 3 号"})
    assert page.status_code == 422
    assert "中心路 3 号" in page.text
    page = clerk.post("/cases/new?kind=power_supply.fault", _fault(circumstance=""))
    assert (page.status_code, "请选择：地区" in page.text, "整栋停电" in page.text) == (422, True, True)
    page = clerk.post("/cases/new?kind=power_supply.fault", _fault(happened_at="2199-01-01T00:00"))
    assert (page.status_code, "还没有到" in page.text) == (422, True)
    assert clerk.post("/cases/new?kind=power_supply.fault", _fault(**{"f-secret": "x"})).status_code == 422
    assert clerk.get("/cases/new?kind=nothing").status_code == 404


def test_two_take_a_step_at_once(desk: Any, enter: Any, sample: ModuleType) -> None:
    case = desk.log(ago(sample, 10))
    desk.take(case, "pass", ago(sample, 9), to="first")
    crew, head = enter("crew"), enter("head")
    version = str(case.version)
    assert crew.post(f"/cases/{case.id}/take", {"step": "accept", "version": version}).status_code == 303
    late = head.post(f"/cases/{case.id}/take", {"step": "accept", "version": version})
    assert late.status_code == 409
    assert all(word in late.text for word in ("别人刚刚改过", "已接单"))
    assert _case(desk).person_id == desk.people["crew"].id


def test_one_form_sent_twice_is_one_step(desk: Any, enter: Any, sample: ModuleType) -> None:
    case = desk.log(ago(sample, 10))
    desk.take(case, "pass", ago(sample, 9), to="first")
    crew, version = enter("crew"), str(case.version)
    for _ in range(2):
        sent = {"step": "arrive", "version": version, "token": "tap-1"}
        assert crew.post(f"/cases/{case.id}/take", sent).status_code == 303


def test_steps_out_of_order_and_by_other_hands(desk: Any, enter: Any, sample: ModuleType) -> None:
    case = desk.log(ago(sample, 10))
    clerk, crew, other = enter("clerk"), enter("crew"), enter("other")
    out = _tap(clerk, case, "review")
    assert out.status_code == 409
    assert "不能“审核归档”。现在可以：传递" in out.text
    desk.take(case, "pass", ago(sample, 9), to="first")
    assert _tap(crew, _case(desk), "pass", unit=str(desk.units["second"].id)).status_code == 403
    for answer in (other.get(f"/cases/{case.id}"), _tap(other, case, "accept")):
        assert answer.status_code == 403
    assert case.number not in other.get("/cases/?standing=all").text
    assert _tap(crew, _case(desk), "nothing").status_code == 404
    same = _tap(clerk, _case(desk), "pass", unit=str(desk.units["first"].id))
    assert (same.status_code, "不用再传" in same.text) == (422, True)
    assert _tap(clerk, _case(desk), "pass", unit="12345").status_code == 404
    assert _tap(clerk, _case(desk), "pass").status_code == 422


def test_times_are_neither_to_come_nor_before_the_step_before(
    desk: Any, enter: Any, sample: ModuleType
) -> None:
    case = desk.log(ago(sample, 30))
    desk.take(case, "pass", ago(sample, 20), to="first")
    crew = enter("crew")
    for typed, word in (
        ("2199-01-01T00:00", "还没有到"),
        (ago(sample, 25), "早于上一步“传递”"),
        ("8 点", "不是时间"),
    ):
        page = _tap(crew, case, "arrive", happened_at=typed)
        assert page.status_code == 422
        assert word in page.text
        assert typed in page.text
    assert _tap(crew, case, "arrive", happened_at=ago(sample, 15)).status_code == 303


def test_only_the_desk_corrects(desk: Any, enter: Any, sample: ModuleType) -> None:
    case = desk.log(ago(sample, 90))
    desk.take(case, "pass", ago(sample, 88), to="first")
    step = desk.take(case, "arrive", ago(sample, 20), who="crew")
    done = desk.take(case, "done", ago(sample, 10), who="crew")
    path = f"/cases/{case.id}/correct/{step.id}"
    earlier = {"happened_at": ago(sample, 60), "reason": "对讲录音为准"}
    assert enter("crew").post(path, earlier).status_code == 403
    clerk = enter("clerk")
    assert clerk.post(path, {**earlier, "reason": ""}).status_code == 422
    after = clerk.post(path, {**earlier, "happened_at": ago(sample, 5)})
    assert (after.status_code, "晚于下一步" in after.text) == (422, True)
    assert clerk.post(path, earlier).status_code == 303
    page = clerk.get(f"/cases/{case.id}").text
    assert all(word in page for word in ("对讲录音为准", "已更正", "暂记的考核记录已撤销"))
    assert clerk.post(path, {**earlier, "happened_at": ago(sample, 61)}).status_code == 409
    other = desk.log(ago(sample, 5))
    assert clerk.post(f"/cases/{other.id}/correct/{done.id}", earlier).status_code == 404


def test_lists_and_export_and_report(desk: Any, enter: Any, sample: ModuleType) -> None:
    late = desk.log(
        ago(sample, 70), fields={"address": "老街 1 号", "symptom": "跳闸", "phone": "13900001111"}
    )
    desk.take(late, "pass", ago(sample, 68), to="first")
    fresh = desk.log(ago(sample, 2), fields={"address": "新街 2 号", "symptom": "缺相"})
    old, new = late.number, fresh.number
    desk.round(ago(sample, 0))
    clerk = enter("clerk")
    page = clerk.get("/cases/").text
    assert page.index(old) < page.index(new)
    assert "已催办" in page
    assert new not in clerk.get("/cases/?standing=overdue").text
    assert old in clerk.get("/cases/?q=13900001111").text
    assert new not in clerk.get("/cases/?q=13900001111").text
    assert new in clerk.get(f"/cases/?unit={desk.units['desk'].id}").text
    assert "没有符合条件的工单" in clerk.get("/cases/?kind=power_supply.praise").text
    assert old not in clerk.get("/cases/?kind=power_supply.fault&at=logged").text
    assert clerk.get("/cases/?sort=number&dir=desc&page=9&per=20").status_code == 200
    export = clerk.get("/cases/export.xlsx?standing=overdue")
    assert export.mimetype.endswith("spreadsheetml.sheet")
    report = clerk.get("/cases/report?kind=power_supply.fault").text
    assert all(word in report for word in ("登记 2 件，办结 0 件", "到达现场", "城关供电所"))
    for word in ('data-chart="stacked"', "看数字", "满意率：还没有答复"):
        assert word in report
    assert clerk.get("/cases/report.xlsx?kind=power_supply.fault").status_code == 200
    for odd in ("month=9999-12", "month=0001-01", "month=x&kind=y"):
        assert clerk.get(f"/cases/report?{odd}").status_code == 200
    assert enter("crew").get("/cases/report").status_code == 403
    assert enter("crew").get("/cases/new").status_code == 403


def test_files_of_a_case_are_for_its_hands(desk: Any, enter: Any, sample: ModuleType) -> None:
    case = desk.log(ago(sample, 10))
    desk.take(case, "pass", ago(sample, 9), to="first")
    crew, clerk, other = enter("crew"), enter("clerk"), enter("other")
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(picture, "PNG")
    sent = {"files": (io.BytesIO(picture.getvalue()), "现场.png")}
    answer = crew.post(f"/cases/{case.id}/files", sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = clerk.get(f"/cases/{case.id}").text
    link = re.search(rf"/cases/{case.id}/files/\d+", page)
    assert link is not None
    path = f"/t/{desk.tenant.code}{link[0]}"
    for who, status in ((crew, 200), (clerk, 200), (other, 403)):
        with who.get(path) as given:
            assert given.status_code == status
    fresh = desk.log(ago(sample, 3))
    assert clerk.get(path.replace(str(case.id), str(fresh.id))).status_code == 404


def test_english_pages_hold_no_chinese_of_ours(desk: Any, enter: Any, sample: ModuleType) -> None:
    case = desk.log(ago(sample, 70), fields={"address": "Main Road 86", "symptom": "no power"})
    desk.take(case, "pass", ago(sample, 68), to="first")
    ident = case.id
    desk.round(ago(sample, 0))
    clerk = enter("clerk")
    clerk.post("/language", {"language": "en"})
    names = "|".join(
        [*(unit.name for unit in desk.units.values()), desk.tenant.name, "周雅琴", "邓海波", "中文"]
    )
    for path in ("/cases/", f"/cases/{ident}", "/cases/new?kind=power_supply.fault", "/cases/report"):
        assert clerk.get(path).status_code == 200, path
        text = re.sub(
            r'<span class="k-cite.*?</span>|<[^>]+>',
            " ",
            clerk.get(path).text.split("<main", 1)[1].split("</main", 1)[0],
        )
        left = re.findall(r"[\u4e00-\u9fff]+", re.sub(names, "", text))
        assert not left, (path, left)


def test_a_tenant_without_kinds_has_no_desk(
    browser: Browser, session: TenantSession, databases: Databases, tenant: Tenant, sample: ModuleType
) -> None:
    desk = sample.found_desk(
        databases, tenant, session, "power_supply", "power.hotline", year=date.today().year
    )
    assert "/cases/" in browser.sign_in(desk.accounts["clerk"]).get("/").text


def test_the_page_says_that_a_holders_own_word_settles_no_time(
    desk: Any, enter: Any, sample: ModuleType
) -> None:
    clerk, crew = enter("clerk"), enter("crew")
    case = desk.log(ago(sample, 30), who="clerk")
    desk.take(case, "pass", ago(sample, 29), to="first")
    offered = crew.get(f"/cases/{case.id}").text
    assert "登记单位核实前时限按现在计" in offered
    assert "登记单位核实前时限按现在计" not in clerk.get(f"/cases/{case.id}").text
    told = _tap(crew, _case(desk), "return", reason="不属本所", happened_at=ago(sample, 28))
    assert told.status_code == 303
    unsettled = "承办方自报的时间，登记单位未核实，时限按报告时间计"
    assert unsettled in crew.get(f"/cases/{case.id}").text
    page = clerk.get(f"/cases/{case.id}").text
    assert unsettled in page
    assert "核实时间" in page
    step = desk.session.scalars(
        select(CaseStepRow).where(CaseStepRow.case_id == case.id, CaseStepRow.step == "return")
    ).one()
    data = {
        "version": str(_case(desk).version),
        "happened_at": step.happened_at.astimezone(sample.SHANGHAI).strftime(LOCAL),
        "reason": "电话录音核实",
    }
    confirmed = clerk.post(f"/cases/{case.id}/correct/{step.id}", data)
    assert confirmed.status_code == 303
    assert unsettled not in clerk.get(f"/cases/{case.id}").text


def test_a_step_that_began_a_clock_does_not_wait_for_the_one_that_ended_it_in_the_same_second(
    databases: Databases, tenant: Tenant, session: TenantSession, app: Flask, sample: ModuleType
) -> None:
    now = datetime.now(UTC)
    desk = sample.found_desk(
        databases, tenant, session, "coach_transport", "coach.unit", year=(now - timedelta(days=1)).year
    )
    desk.day = now.astimezone(sample.SHANGHAI).date()
    case = desk.log(ago(sample, 30), "complaint", who="clerk")
    second = ago(sample, 5)
    desk.take(case, "send", second, to="first", who="clerk", happened=ago(sample, 29))
    desk.take(
        case,
        "opinion",
        second,
        who="crew",
        happened=ago(sample, 28),
        fields={"verified": "no", "opinion": "无"},
    )
    ident = case.id
    session.commit()
    page = Browser(app, tenant).sign_in(desk.accounts["clerk"]).get(f"/cases/{ident}").text
    assert page.count("核实时间") == 1
    assert "更正时间" in page


def test_who_has_adopted_no_scheme_is_told_before_typing(
    browser: Browser, session: TenantSession, databases: Databases, tenant: Tenant, sample: ModuleType
) -> None:
    year = datetime.now(UTC).astimezone(sample.SHANGHAI).year
    desk = sample.found_desk(databases, tenant, session, "power_supply", "power.hotline", year=year + 1)
    page = browser.sign_in(desk.accounts["admin"]).get("/cases/new?kind=power_supply.fault").text
    assert "“故障报修”所依的考核方案" in page
    assert "去采用方案" in page
