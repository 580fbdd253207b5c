"""The pages of consequences: lists with filters and exports, deciding one and many, who sees what."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from mine import NAMES
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from kaohe.accounts.roles import give_role
from kaohe.consequences import service
from kaohe.consequences.models import Proposal
from kaohe.db import new_id
from kaohe.people.models import Merge, Unit
from kaohe.testing.fixtures import Browser

WHO, SECOND, THIRD, _FOURTH = NAMES


@pytest.fixture
def closed(mine):
    """Three months, the third of which proposes a demotion."""
    mine.live(**{WHO: ("79.9", "78", "79"), SECOND: ("90", "85", "79"), THIRD: ("92", "92", "95")})
    return mine


@pytest.fixture
def as_(app, tenant, closed):
    def be(name):
        closed.session.commit()
        return Browser(app, tenant).sign_in(closed.accounts[name])

    return be


def ids(mine, **wanted):
    query = select(Proposal.id).where(Proposal.replaced_by.is_(None))
    for name, value in wanted.items():
        query = query.where(getattr(Proposal, name) == value)
    found = list(mine.session.scalars(query.order_by(Proposal.id)))
    mine.session.commit()
    return found


def rows_of(answer):
    return CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def test_the_list_filters_sorts_and_exports_what_it_shows(as_, closed):
    second = as_("second")
    everything = second.get("/consequences/").text
    assert "连续三个月 80 分以下，降职" in everything
    assert "工资 −10%" in everything
    low = second.get("/consequences/?effect=demoted").text
    assert "工资 −10%" not in low
    assert THIRD not in second.get(f"/consequences/?q={WHO}").text.split("<tbody>")[1]
    march = closed.month(3).id
    exported = rows_of(second.get(f"/consequences/export?period={march}&effect=demoted"))
    assert {row[1] for row in exported if len(row) > 5 and row[5] in ("降职", "末位降职")} == {WHO}
    for odd in (
        "?sort=who&dir=asc",
        "?sort=effect",
        "?sort=unit",
        "?state=nothing&period=x&unit=-1",
        "?page=99",
    ):
        assert second.get(f"/consequences/{odd}").status_code == 200
    assert "没有符合条件的事项" in second.get("/consequences/?q=没有这个人").text


@pytest.mark.parametrize("sort", ["when", "who", "unit", "effect"])
def test_an_export_holds_all_in_the_order_of_the_list_however_few_are_read_at_once(closed, sort):
    for falling in (False, True):
        wanted = service.Wanted(sort=sort, falling=falling)
        shown = service.page(closed.session, wanted, limit=200, offset=0)
        for at_once in (1, 2, 500):
            found = list(service.everything(closed.session, wanted, at_once=at_once))
            assert [one.key for one in found] == [one.key for one in shown]
    assert list(service.everything(closed.session, service.Wanted(q="没有"), at_once=2)) == []


def test_one_is_decided_with_a_reason_once(as_, closed):
    second = as_("second")
    [ident] = ids(closed, source="three_low")
    page = second.get(f"/consequences/{ident}").text
    assert "得 79.9 分" in page
    assert "调整后的岗位" in page
    empty = second.post(f"/consequences/{ident}/decide", {"accepted": "yes", "reason": ""})
    assert empty.status_code == 422
    assert "请写明理由" in empty.text
    unsaid = second.post(f"/consequences/{ident}/decide", {"reason": "写了理由"})
    assert unsaid.status_code == 422
    assert "写了理由" in unsaid.text
    assert (
        second.post(f"/consequences/{ident}/decide", {"accepted": "no", "reason": "再看一个月"}).status_code
        == 303
    )
    again = second.post(f"/consequences/{ident}/decide", {"accepted": "yes", "reason": "改主意"})
    assert again.status_code == 409
    assert "已经决定过了" in again.text
    assert "再看一个月" in second.get(f"/consequences/{ident}").text


def test_who_closed_and_who_is_concerned_do_not_decide(as_, closed):
    [ident] = ids(closed, source="three_low")
    admin = as_("admin")
    assert "这一期是您关闭的" in admin.get(f"/consequences/{ident}").text
    assert admin.post(f"/consequences/{ident}/decide", {"accepted": "yes", "reason": "x"}).status_code == 403
    himself, colleague, office = as_(WHO), as_(SECOND), as_("office")
    for browser in (himself, colleague, office):
        assert browser.get("/consequences/").status_code == 403
        assert (
            browser.post(f"/consequences/{ident}/decide", {"accepted": "yes", "reason": "x"}).status_code
            == 403
        )
    assert himself.get(f"/consequences/{ident}").status_code == 403  # before it is decided
    assert office.get(f"/consequences/{ident}").status_code == 200  # assesses the unit
    own = himself.get(f"/consequences/of/{closed.people[WHO].id}")
    assert own.status_code == 200
    assert "降职" not in own.text.split("<main")[1]
    as_("second").post(f"/consequences/{ident}/decide", {"accepted": "yes", "reason": "会议决定"})
    assert "会议决定" in himself.get(f"/consequences/of/{closed.people[WHO].id}").text
    assert colleague.get(f"/consequences/of/{closed.people[WHO].id}").status_code == 403


def test_who_assesses_the_unit_they_belong_to_sees_of_themselves_what_was_decided(as_, closed):
    [ident] = ids(closed, source="three_low")
    [other, *_more] = ids(closed, subject_id=closed.people[SECOND].id)
    give_role(
        closed.session, account=closed.accounts[WHO], role="assessor", given_by=None, now=closed.moment(3),
        unit=closed.session.scalars(select(Unit).where(Unit.name == "生产一线")).one(), starts_on=date(2026, 1, 1),
    )  # fmt: skip
    head = as_(WHO)
    assert head.get(f"/consequences/{other}").status_code == 200
    assert head.get(f"/consequences/{ident}").status_code == 403
    result = f"/results/{closed.month(3).id}/{closed.people[WHO].id}"
    assert "待决定" not in head.get(result).text.split("<main")[1]
    assert "待决定" in as_("office").get(result).text.split("<main")[1]
    as_("second").post(f"/consequences/{ident}/decide", {"accepted": "yes", "reason": "会议决定"})
    own = head.get(f"/consequences/of/{closed.people[WHO].id}")
    assert "会议决定" in own.text
    assert f'href="/t/{closed.tenant.code}/consequences/{ident}"' not in own.text
    assert head.get(f"/consequences/{ident}").status_code == 403


def test_an_administrator_reads_a_proposal_about_oneself_and_does_not_decide_it(as_, closed):
    [ident] = ids(closed, source="three_low")
    give_role(
        closed.session, account=closed.accounts[WHO], role="admin", unit=None, starts_on=date(2026, 1, 1),
        given_by=None, now=closed.moment(3),
    )  # fmt: skip
    himself = as_(WHO)
    assert himself.get(f"/consequences/{ident}").status_code == 200
    assert "降职" in himself.get(f"/consequences/of/{closed.people[WHO].id}").text.split("<main")[1]
    sent = {"accepted": "no", "reason": "x"}
    assert himself.post(f"/consequences/{ident}/decide", sent).status_code == 403


def test_what_is_open_about_an_earlier_record_of_oneself_is_not_shown(as_, closed):
    closed.session.add(
        Merge(
            kept_id=closed.people[THIRD].id, gone_id=closed.people[WHO].id, from_day=date(2026, 4, 1),
            done_by=closed.people["admin"].id, done_at=closed.moment(3), moved={},
        )
    )  # fmt: skip
    [ident] = ids(closed, source="three_low")
    himself = as_(THIRD)
    own = himself.get(f"/consequences/of/{closed.people[WHO].id}")
    assert own.status_code == 200
    assert "降职" not in own.text.split("<main")[1]
    as_("second").post(f"/consequences/{ident}/decide", {"accepted": "yes", "reason": "会议决定"})
    assert "会议决定" in himself.get(f"/consequences/of/{closed.people[WHO].id}").text


def test_the_head_of_a_unit_does_not_see_what_is_open_about_the_unit(as_, closed):
    unit = closed.session.scalars(select(Unit).where(Unit.name == "生产一线")).one()
    waits = closed.session.need(Proposal, ids(closed, source="three_low")[0])
    about = Proposal(
        id=new_id(), key="about the unit", made="closed", period_id=waits.period_id, subject_id=unit.id,
        unit_id=unit.id, clause_id=0, occurrence=1, effect=waits.effect, doc=waits.doc, reasons=[],
        run_id=waits.run_id, proposed_by=waits.proposed_by, proposed_at=closed.moment(3),
    )  # fmt: skip
    closed.session.add(about)
    ident, unit_id = about.id, unit.id
    head = as_("office")
    assert head.get(f"/consequences/{ident}").status_code == 403
    own = head.get(f"/consequences/of/{unit_id}")
    assert own.status_code == 200
    assert "降职" not in own.text.split("<main")[1]
    assert as_("second").get(f"/consequences/{ident}").status_code == 200
    assert "降职" in as_("second").get(f"/consequences/of/{unit_id}").text.split("<main")[1]


def test_many_are_decided_together_and_those_not_are_named(as_, closed):
    second = as_("second")
    waiting = [str(ident) for ident in ids(closed, effect="wage")]
    none = second.post("/consequences/decide", {"accepted": "yes", "reason": "按办法"})
    assert none.status_code == 422
    assert "请先勾选" in none.text
    unsaid = second.post("/consequences/decide", {"proposal": waiting, "accepted": "yes", "reason": " "})
    assert unsaid.status_code == 422
    done = second.post("/consequences/decide", {"proposal": waiting, "accepted": "yes", "reason": "按办法"})
    assert done.status_code == 303
    assert f"已决定 {len(waiting)} 项" in second.get("/consequences/").text
    late = second.post("/consequences/decide", {"proposal": waiting[:2], "accepted": "no", "reason": "不对"})
    assert late.status_code == 303
    assert "已经决定过了" in second.get("/consequences/").text
    march = closed.month(3).id
    shown = second.get(f"/consequences/wages?period={march}").text
    assert "−10%" in shown
    assert "+5%" in shown
    exported = rows_of(second.get(f"/consequences/wages/export?period={march}"))
    assert [WHO, -10] in [[row[1], row[4]] for row in exported if len(row) > 4]
    assert (
        second.post(
            "/consequences/decide", {"proposal": ["12345"], "accepted": "yes", "reason": "x"}
        ).status_code
        == 404
    )


def test_the_form_for_many_lets_no_proposal_about_oneself_through(as_, closed):
    """Under whichever record: the earlier one of an administrator is proposed about."""
    admin, earlier = closed.people["second"], closed.people[WHO]
    closed.session.add(
        Merge(
            kept_id=admin.id, gone_id=earlier.id, from_day=date(2026, 4, 1), done_by=closed.people["admin"].id,
            done_at=closed.moment(3), moved={},
        )
    )  # fmt: skip
    closed.session.commit()
    [own, *_more] = ids(closed, source="three_low")
    [other, *_more] = ids(closed, subject_id=closed.people[SECOND].id)
    second = as_("second")
    page = second.get("/consequences/?state=open").text
    assert f'value="{other}"' in page
    assert f'value="{own}"' not in page
    sent = {"accepted": "yes", "reason": "按办法"}
    assert second.post(f"/consequences/{own}/decide", sent).status_code == 403
    assert second.post("/consequences/decide", {"proposal": [str(own)], **sent}).status_code == 403
    assert own in ids(closed)
    assert second.post("/consequences/decide", {"proposal": [str(other)], **sent}).status_code == 303
    assert other not in ids(closed)


def test_the_watch_list_and_the_start_page(as_, closed):
    second = as_("second")
    shown = second.get("/consequences/watch").text
    assert "2 / 3" in shown or "1 / 3" in shown
    assert any(SECOND in row for row in rows_of(second.get("/consequences/watch/export")))
    assert "结果运用待决定" in second.get("/").text
    assert "连续三个月" in second.get(f"/results/{closed.month(3).id}/manage").text


def test_empty_pages_say_what_to_do(app, tenant, mine):
    browser = Browser(app, tenant).sign_in(mine.accounts["second"])
    assert "还没有要决定的事项" in browser.get("/consequences/").text
    assert "没有可看的" in browser.get("/consequences/watch").text
    assert "还没有定下的工资调整" in browser.get("/consequences/wages").text
    assert browser.get("/consequences/wages/export").status_code == 200


def test_english_pages_stand(as_, closed):
    second = as_("second")
    second.post("/language", {"language": "en", "next": ""})
    [ident] = ids(closed, source="three_low")
    page = second.get(f"/consequences/{ident}").text
    assert "demotion" in page
    assert "79.9 points" in page
    assert "Watch list" in second.get("/consequences/").text
