"""A unit as what is assessed: recorded on from above, listed, in the league, closed, explained, exported."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from kaohe.accounts import roles
from kaohe.accounts.policy import Place, allowed
from kaohe.entries import refusals, service
from kaohe.entries.models import Entry
from kaohe.errors import Forbidden, NotFound
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.fixtures import Browser
from kaohe.testing.world import World, build_world
from kaohe_coach_transport.scheme import UNIT
from kaohe_power_supply.scheme import SERVICE

SEPARATE, TRAINING = 66, 67


@pytest.fixture
def house(databases, tenant) -> World:
    """A company whose two assessed branches have heads; the admin and an assessor of the whole look from above."""
    world = build_world(databases, tenant, UNIT, sector="coach_transport", whole=False)
    with world.session() as session:
        roles.give_role(
            session, account=world.accounts["colleague"], role="assessor", unit=world.units["root"],
            starts_on=world.since, given_by=None, now=world.now,
        )  # fmt: skip
        session.commit()
    return world


def record(session, world, *, unit="first", by="colleague", clause=SEPARATE, **more):
    values = {
        "happened_on": world.today,
        "reason": "检查发现",
        "now": world.now,
        "today": world.today,
        **more,
    }
    return service.record(
        session, actor=world.actor(by), period=session.need(Period, world.period.id),
        subject_id=world.units[unit].id, clause_id=clause, **values,
    )  # fmt: skip


def count(world) -> int:
    with world.session(write=False) as session:
        return session.scalar(select(func.count(Entry.id)))


def test_a_breach_on_a_branch_lowers_its_score_and_nobody_elses(house):
    with house.session() as session:
        record(session, house)
        session.commit()
        period = session.need(Period, house.period.id)
        league = {line.name: line for line in results.league(session, period).lines}
        first, second = league[house.units["first"].name], league[house.units["second"].name]
        assert first.points < 100
        assert second.points == 100
        assert (first.rank_all, second.rank_all) == (2, 1)
        assert (first.rank_unit, second.rank_unit) == (2, 1), "ranked among those below the same unit"
        assert first.unit == house.units["root"].name


def test_assessor_of_a_sister_unit_is_refused_and_nothing_is_stored(house):
    """Worked example 7 of the power supply."""
    with house.session() as session:
        with pytest.raises(refusals.NotAssessor):
            record(session, house, by="other_assessor")
        session.rollback()
    assert count(house) == 0


def test_the_head_records_nothing_on_the_own_unit(house):
    with house.session() as session, pytest.raises(refusals.OwnUnit):
        record(session, house, by="assessor")
    assert count(house) == 0


def test_a_member_without_a_role_is_refused(house):
    with house.session() as session, pytest.raises(Forbidden):
        record(session, house, by="member")
    assert count(house) == 0


def test_outside_the_scope_and_the_whole_are_refused(house):
    for unit in ("office", "root"):
        with house.session() as session, pytest.raises((refusals.NotAssessed, Forbidden)) as refused:
            record(session, house, unit=unit, by="admin")
        assert isinstance(refused.value, refusals.NotAssessed), unit


def test_a_person_is_no_subject_of_a_scheme_about_units(house):
    with house.session() as session, pytest.raises(NotFound):
        service.record(
            session, actor=house.actor("admin"), period=session.need(Period, house.period.id),
            subject_id=house.people["member"].id, clause_id=SEPARATE, reason="无", happened_on=house.today,
            now=house.now, today=house.today,
        )  # fmt: skip


def test_a_closed_unit_takes_nothing_after_its_last_day(house):
    yesterday = house.today - timedelta(days=1)
    with house.session() as session:
        unit = people.create_unit(session, name="三部", parent=session.need(Unit, house.units["first"].id))
        people.close_unit(session, unit, on=yesterday)
        session.flush()
        house.units["third"] = SimpleNamespace(id=unit.id, name=unit.name)
        session.commit()
        with pytest.raises(refusals.UnitClosed) as refused:
            record(session, house, unit="third", by="assessor")
        assert yesterday.isoformat() in refused.value.say("zh")
        session.rollback()
    with house.session() as session:
        record(session, house, unit="third", by="assessor", happened_on=yesterday)
        session.commit()
    assert count(house) == 1


def test_each_level_assesses_the_one_below_where_the_scheme_says_so(databases, tenant):
    """Power supply, art. 15: the assessor belongs to the parent unit, not to one further up, nor to a sister unit."""
    world = build_world(databases, tenant, SERVICE, sector="power_supply", whole=False)
    standard = next(clause.id for clause in SERVICE.clauses())
    with world.session() as session:
        roles.give_role(
            session, account=world.accounts["colleague"], role="assessor", unit=world.units["root"],
            starts_on=world.since, given_by=None, now=world.now,
        )  # fmt: skip
        parent = session.need(Unit, world.units["first"].id)
        team = people.create_unit(session, name="一班", parent=parent)
        world.units["team"] = SimpleNamespace(id=team.id, name=team.name)
        session.commit()
        for by in ("colleague", "other_assessor"):
            with pytest.raises(refusals.NotAssessor):
                record(session, world, unit="team", by=by, clause=standard)
            session.rollback()
    assert count(world) == 0
    with world.session() as session:
        record(session, world, unit="team", by="assessor", clause=standard)
        record(session, world, unit="first", clause=standard)
        session.commit()
    assert count(world) == 2


def test_only_from_above_is_it_corrected_and_withdrawn(house):
    with house.session() as session:
        entry = record(session, house)
        session.commit()
        for by, refusal in (("assessor", refusals.OwnUnit), ("other_assessor", refusals.MayNotTakeBack)):
            with pytest.raises(refusal):
                service.withdraw(session, entry, actor=house.actor(by), reason="不", now=house.now)
        new = service.correct(
            session, entry, actor=house.actor("colleague"), clause_id=TRAINING, reason="另一条", now=house.now,
            today=house.today,
        )  # fmt: skip
        service.withdraw(session, new, actor=house.actor("admin"), reason="查无此事", now=house.now)
        session.commit()
        league = {
            line.name: line for line in results.league(session, session.need(Period, house.period.id)).lines
        }
        assert league[house.units["first"].name].points == 100


def test_a_batch_names_each_that_cannot_be(house):
    ids = [house.units[key].id for key in ("first", "second")]
    with house.session() as session:
        period = session.need(Period, house.period.id)
        values = {
            "period": period, "subject_ids": ids, "clause_id": SEPARATE, "reason": "检查", "now": house.now,
            "happened_on": house.today, "today": house.today,
        }  # fmt: skip
        with pytest.raises(refusals.ManyRefused) as refused:
            service.record_many(session, actor=house.actor("assessor"), **values)
        assert {name for name, _ in refused.value.problems} == {
            house.units["first"].name,
            house.units["second"].name,
        }
        session.rollback()
        assert len(service.record_many(session, actor=house.actor("colleague"), **values)) == 2
        session.commit()


def test_the_place_of_an_entry_on_a_unit(house):
    with house.session() as session:
        entry = record(session, house)
        place = service.place_of(session, entry)
        path = house.units["first"].path
        assert place == Place(unit_path=path, of_unit=path, made_by=house.people["colleague"].id)
        head, sister = house.actor("assessor"), house.actor("other_assessor")
        assert allowed(head, "entries.read", place)
        assert not allowed(head, "entries.withdraw", place)
        assert not allowed(sister, "entries.read", place)


@pytest.fixture
def visit(app, house, monkeypatch):
    """Sign in as somebody of the house, on its day."""
    from datetime import datetime as real

    from kaohe.pages import lifecycle

    class Clock(real):
        @classmethod
        def now(cls, tz=None):
            return house.now

    monkeypatch.setattr(lifecycle, "datetime", Clock)
    return lambda role: Browser(app, house.tenant).sign_in(house.accounts[role])


def cells_of(data: bytes) -> list[object]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return [cell for row in sheet.to_python() for cell in row]


def form_of(house, html, **values):
    token = re.search(r'name="token" value="([^"]+)"', html)
    usual = {
        "period": str(house.period.id), "token": token[1], "happened_on": house.today.isoformat(),
        "reason": "未单列核算", "clause_id": str(SEPARATE), "person": str(house.units["first"].id),
    }  # fmt: skip
    return {**usual, **values}


def test_the_pages_speak_of_branches(house, visit):
    boss = visit("colleague")
    new = boss.get("/entries/new").text
    assert "分公司" in new
    assert "姓名、工号" not in new
    found = boss.get("/entries/people?q=").text
    assert house.units["first"].name in found
    assert house.units["second"].name in found
    assert house.units["office"].name not in found
    assert str(house.units["first"].id) not in visit("assessor").get("/entries/people?q=一").text
    assert "分公司" in boss.get("/entries/batch").text
    assert "分公司" in boss.get("/entries/").text
    for path in ("/entries/marks", "/entries/measures", "/entries/rounds", "/", "/reports/", "/periods/"):
        assert boss.get(path).status_code == 200, path
    league = boss.get("/results/league").text
    assert "分公司" in league
    assert "部门内名次" not in league


def test_one_breach_through_the_pages_to_the_result(house, visit):
    boss = visit("colleague")
    data = form_of(house, boss.get("/entries/new").text)
    answer = boss.post("/entries/new", data)
    assert answer.status_code == 303
    saved = boss.get(answer.headers["Location"]).text
    assert f"{house.units['first'].name}现为" in saved
    with house.session(write=False) as session:
        entry = session.scalars(select(Entry)).one()
    shown = boss.get(f"/entries/{entry.id}").text
    assert house.units["first"].name in shown
    assert "本期暂计" in shown
    assert f"/entries/{entry.id}" in boss.get("/entries/").text
    by_subject = boss.get(f"/entries/?person={house.units['first'].id}").text
    assert house.units["first"].name in by_subject
    assert house.units["second"].name not in boss.get("/entries/?q=一部").text.split("<tbody>")[1]
    page = boss.get(f"/results/{house.period.id}/{house.units['first'].id}").text
    assert f"/entries/{entry.id}" in page
    assert "未单列核算" in page
    assert boss.get(f"/results/{house.period.id}/{house.units['first'].id}/steps").status_code == 200
    assert "负责人签字" in boss.get(f"/results/{house.period.id}/{house.units['first'].id}/sheet").text
    head = visit("assessor")
    assert f"{house.units['first'].name}的结果" in head.get("/").text
    assert head.get(f"/results/{house.period.id}/{house.units['first'].id}").status_code == 200
    assert head.get(f"/results/{house.period.id}/{house.units['second'].id}").status_code == 403
    assert head.get("/results/mine").headers["Location"].endswith(str(house.units["first"].id))
    assert "没有个人结果" in visit("member").get("/results/mine").text
    assert visit("member").get(f"/results/{house.period.id}/{house.units['first'].id}").status_code == 403


def test_without_script_the_words_name_the_unit(house, visit):
    boss = visit("colleague")
    html = boss.get("/entries/new").text
    wrong = boss.post("/entries/new", form_of(house, html, person="", person_text="部"))
    assert wrong.status_code == 422
    assert "有 2 个" in wrong.text
    none = boss.post("/entries/new", form_of(house, html, person="", person_text="办公室"))
    assert "没有找到“办公室”" in none.text
    assert "请选择分公司" in boss.post("/entries/new", form_of(house, html, person="")).text
    assert count(house) == 0
    name = house.units["second"].name
    assert boss.post("/entries/new", form_of(house, html, person="", person_text=name)).status_code == 303
    assert count(house) == 1


def test_a_foreign_or_sisters_unit_in_the_form(house, visit):
    head = visit("other_assessor")
    html = head.get("/entries/new").text
    assert head.post("/entries/new", form_of(house, html)).status_code == 403
    assert head.post("/entries/new", form_of(house, html, person="123456789")).status_code == 404
    assert count(house) == 0


def test_closing_publishing_and_exporting(house, visit):
    with house.session() as session:
        record(session, house)
        session.commit()
    results.close(
        house.databases,
        house.tenant.id,
        house.period.id,
        by=house.people["admin"].id,
        clock=lambda: house.now,
    )
    with house.session() as session:
        period = session.need(Period, house.period.id)
        results.publish(session, period, by=house.people["admin"].id, now=house.now)
        session.commit()
        names = {line.name for line in results.league(session, period).lines}
        assert names == {house.units["first"].name, house.units["second"].name}
    boss = visit("colleague")
    cells = cells_of(boss.get(f"/results/{house.period.id}/export").data)
    assert house.units["first"].name in cells
    assert "分公司" in cells
    cells = cells_of(boss.get(f"/entries/export.xlsx?period={house.period.id}").data)
    assert house.units["first"].name in cells
    assert visit("admin").get(f"/results/{house.period.id}/manage").status_code == 200
    member = visit("member")
    assert house.units["first"].name in member.get(f"/results/{house.period.id}/league").text
    page = boss.get(f"/results/{house.period.id}/{house.units['first'].id}").text
    assert "第 2 名" in page


def test_replay_gives_the_same_bytes(house):
    from kaohe.results import checking

    with house.session() as session:
        record(session, house)
        session.commit()
    results.close(house.databases, house.tenant.id, house.period.id, by=None, clock=lambda: house.now)
    with house.session() as session:
        period = session.need(Period, house.period.id)
        assert checking.replay(session, period).same
        assert not checking.recount(session, period).differences


def test_the_day_is_the_tenants(house):
    assert house.today == date(2026, 9, 15)
