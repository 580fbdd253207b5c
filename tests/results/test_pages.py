"""The pages of results: who sees what, live and published, on the screen and in the spreadsheet."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from kaohe.results import service
from kaohe.testing.fixtures import NOW, Browser


@pytest.fixture
def as_(app, tenant, house):
    """A browser signed in as somebody of the house."""

    def sign_in(name: str) -> Browser:
        house.session.commit()
        return Browser(app, tenant).sign_in(house.world.accounts[name])

    return sign_in


def publish(house):
    service.publish(house.session, house.period, by=None, now=NOW)
    house.session.commit()


def rows_of(answer):
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def test_ones_own_live_score_is_explained_entry_by_entry(house, as_):
    s = house.sample
    house.record("许佳宁", s.QUARREL, reason="与9床家属争吵")
    house.record("许佳宁", s.PRAISE, reason="家属来信")
    house.record("许佳宁", s.TEACH + 1)
    house.record("许佳宁", s.EXAM, quantity=80)
    page = as_("member").get("/results/mine", follow_redirects=True)
    assert page.status_code == 200
    for words in (
        "暂计总分",
        "94",
        "与9床家属争吵",
        "家属来信",
        "周敏",
        "样本 §1",
        "宣教 1",
        "公示后显示",
        "未达 85 分",
    ):
        assert words in page.text, words
    assert "第 " not in re.search(r"<div[^>]*>名次.*?</div>", page.text, re.S)[0]


def test_steps_and_the_sheet_of_paper(house, as_):
    house.record("许佳宁", house.sample.QUARREL)
    member, path = as_("member"), f"/results/{house.period.id}/{house.id_of('许佳宁')}"
    assert "与人争吵" in member.get(f"{path}/steps").text
    paper = member.get(f"{path}/sheet").text
    assert "本人签字" in paper
    assert "与人争吵" in paper


def test_a_colleagues_result_is_not_a_members_business(house, as_):
    answer = as_("member").get(f"/results/{house.period.id}/{house.id_of('贺子涵')}")
    assert answer.status_code == 403


def test_an_assessor_opens_the_own_unit_and_no_other(house, as_):
    head = as_("head")
    assert head.get(f"/results/{house.period.id}/{house.id_of('贺子涵')}").status_code == 200
    assert head.get(f"/results/{house.period.id}/{house.id_of('张志')}").status_code == 403


def test_members_see_no_league_before_it_is_published(house, as_):
    house.record("贺子涵", house.sample.QUARREL)
    member = as_("member")
    for close in (False, True):
        if close:
            house.close()
            member = as_("member")
        page = member.get(f"/results/{house.period.id}/league")
        assert "贺子涵" not in page.text
        assert "还没有公示" in page.text
        assert member.get(f"/results/{house.period.id}/export").status_code == 403


def test_the_published_league_shows_members_names_units_scores_and_ranks_only(house, as_):
    house.record("贺子涵", house.sample.QUARREL)
    house.close()
    publish(house)
    member = as_("member")
    page = member.get(f"/results/{house.period.id}/league").text
    assert "贺子涵" in page
    assert ">95<" in page
    assert "H2208" not in page
    assert "优质服务" not in page
    assert f'/results/{house.period.id}/{house.id_of("贺子涵")}"' not in page
    assert f"/results/{house.period.id}/{house.id_of('许佳宁')}" in page
    rows = rows_of(member.get(f"/results/{house.period.id}/export"))
    said = "\n".join("|".join(row) for row in rows)
    assert "贺子涵" in said
    assert "H2208" not in said
    assert "贺子涵" in member.get(f"/results/{house.period.id}/league?q=贺").text
    assert "贺子涵" not in member.get(f"/results/{house.period.id}/league?q=H2208").text


def test_an_assessor_sees_the_own_unit_live_and_the_rest_when_published(house, as_):
    house.record("贺子涵", house.sample.QUARREL)
    head = as_("head")
    page = head.get(f"/results/{house.period.id}/league").text
    assert "贺子涵" in page
    assert "张志" not in page
    said = str(rows_of(head.get(f"/results/{house.period.id}/export")))
    assert "贺子涵" in said
    assert "张志" not in said
    house.close()
    publish(house)
    page = as_("head").get(f"/results/{house.period.id}/league").text
    assert "张志" in page
    assert "H3002" not in page


def test_the_admin_filters_sorts_searches_and_exports_the_same(house, as_):
    s = house.sample
    house.record("贺子涵", s.QUARREL)
    house.record("林晓芸", s.QUARREL)
    admin, base = as_("admin"), f"/results/{house.period.id}"
    page = admin.get(f"{base}/league").text
    assert "优质服务" in page
    assert "并列 2" in page
    only = admin.get(f"{base}/league?unit={house.world.bone.id}").text
    assert "张志" in only
    assert "贺子涵" not in only
    tied = admin.get(f"{base}/league?tied=1&sort=score&dir=asc").text
    assert tied.index("贺子涵") < tied.index("张志")
    found = admin.get(f"{base}/league?q=hzh").text
    assert "贺子涵" in found
    assert "林晓芸" not in found
    rows = rows_of(admin.get(f"{base}/export?q=hzh"))
    assert [row[3] for row in rows if "H2208" in row] == ["贺子涵"]
    assert not any("林晓芸" in row for row in rows)


def test_a_live_league_follows_each_entry(house, as_):
    admin, path = as_("admin"), f"/results/{house.period.id}/league?q=贺子涵"
    assert ">100<" in admin.get(path).text
    entry = house.record("贺子涵", house.sample.QUARREL)
    assert ">95<" in admin.get(path).text
    house.record("贺子涵", house.sample.COMPLAINT)
    assert ">94.5<" in admin.get(path).text
    from kaohe.entries import service as entries

    entries.withdraw(house.session, entry, actor=house.world.actors["head"], reason="记错", now=NOW)
    house.session.commit()
    assert ">99.5<" in admin.get(path).text


def test_the_admin_takes_a_period_through_its_life_in_the_browser(house, as_):
    house.record("贺子涵", house.sample.QUARREL)
    admin, base = as_("admin"), f"/results/{house.period.id}"
    page = admin.get(f"{base}/manage").text
    assert "关闭并计算" in page
    assert "未开始" in page
    assert admin.post(f"{base}/close").status_code == 303
    assert "排队中" in admin.get(f"{base}/manage").text
    assert admin.post(f"{base}/close").status_code == 303
    assert house.work() == 1
    page = admin.get(f"{base}/manage").text
    assert "公示结果" in page
    assert "第 1 次" in page
    assert admin.post(f"{base}/close").status_code == 409
    for check in ("replay", "recount"):
        assert admin.post(f"{base}/{check}").status_code == 303
    assert house.work() == 2
    page = admin.get(f"{base}/manage").text
    assert "逐字节一致" in page
    assert "与现有记录一致" in page
    assert admin.post(f"{base}/reopen", {"reason": ""}).status_code == 422
    assert admin.post(f"{base}/reopen", {"reason": "补记"}).status_code == 303
    house.fresh()
    house.record("贺子涵", house.sample.COMPLAINT)
    admin.post(f"{base}/close")
    house.work()
    page = admin.get(f"{base}/manage").text
    assert "1 人得分不同" in page
    assert "逐字节一致" not in page, "said of a computation that another has replaced"
    assert admin.post(f"{base}/publish").status_code == 303
    assert admin.post(f"{base}/finalise").status_code == 303
    page = admin.get(f"{base}/manage").text
    assert "已定稿封存" in page
    assert admin.post(f"{base}/reopen", {"reason": "再来"}).status_code == 409
    one = f"{base}/{house.id_of('贺子涵')}"
    first = service.runs(house.session, house.period)[-1]
    house.session.commit()
    assert "已被新的结果取代" in admin.get(f"{one}?run={first.id}").text
    assert as_("head").get(f"{one}?run={first.id}").status_code == 403


def test_members_and_assessors_do_not_manage(house, as_):
    for name in ("member", "head"):
        who = as_(name)
        assert who.get(f"/results/{house.period.id}/manage").status_code == 403
        for act in ("close", "publish", "finalise", "reopen", "replay", "recount"):
            assert who.post(f"/results/{house.period.id}/{act}").status_code == 403


def test_english_pages_stand(house, as_):
    from kaohe.accounts.models import Account

    house.session.get(Account, house.world.accounts["admin"].id).language = "en"
    house.record("许佳宁", house.sample.QUARREL)
    admin = as_("admin")
    for path in ("league", "manage", str(house.id_of("许佳宁"))):
        assert admin.get(f"/results/{house.period.id}/{path}").status_code == 200
